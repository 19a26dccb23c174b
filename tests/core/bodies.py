"""Bodies of every kind of event, made by the types of their fields."""

import itertools
import types
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from console.core.log.event import GOES_WITH, ITEM, KEPT, KEY, MENTIONED, OTHER_ID, REPLACED, TEXT, Body
from console.core.log.registry import KINDS
from tests.core.story import START, standard

Drawn = st.SearchStrategy[Any]


class Tokens:
    """Texts that occur nowhere else, each of them once."""

    def __init__(self, name: str = "hunter") -> None:
        self._name, self._numbers = name, itertools.count(1)
        self.given: list[str] = []

    def __call__(self) -> str:
        self.given.append(f"{self._name}{next(self._numbers):04}xyzzy")
        return self.given[-1]


def any_body(tokens: Tokens, given: dict[str, Any] | None = None) -> st.SearchStrategy[Body]:
    """A body of any kind, each of its texts a token; `given` are values by the name of a field."""
    return st.sampled_from(sorted(KINDS)).flatmap(lambda kind: body_of(KINDS[kind], tokens, given))


def body_of(
    kind: type[Body], tokens: Callable[[], str], given: dict[str, Any] | None = None, *, whole: bool = False
) -> st.SearchStrategy[Body]:
    """A body of one kind. Only what may be left out is now and then; in a `whole` one nothing is."""
    return _struct(kind, tokens, given or {}, whole=whole)


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[dict[str, Any], frozenset[str]]:
    """The types of all fields by name, and the names of those that may not be left out."""
    required = frozenset(field.name for field in msgspec.structs.fields(kind) if field.required)
    return get_type_hints(kind, include_extras=True), required


def _struct(
    kind: type[msgspec.Struct], tokens: Callable[[], str], given: dict[str, Any], *, whole: bool = False
) -> Drawn:
    hints, required = _fields(kind)
    values = {
        name: st.just(given[name]) if name in given else value_of(hint, tokens, given, whole=whole)
        for name, hint in hints.items()
    }
    needed = {name: value for name, value in values.items() if whole or name in required or name in given}
    return st.fixed_dictionaries(
        needed, optional={name: value for name, value in values.items() if name not in needed}
    ).map(lambda fields: kind(**fields))


def value_of(hint: Any, tokens: Callable[[], str], given: dict[str, Any], *, whole: bool = False) -> Drawn:
    """A value of a field's type; fails for a type that this does not know, so that no kind of field is left out."""
    origin, args = get_origin(hint), get_args(hint)
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(0, 9)
    if hint is datetime:
        return st.just(START)
    if origin is Annotated:
        return _meant(args[1], tokens, whole=whole)
    if origin in (Union, types.UnionType):
        value = value_of(args[0], tokens, given, whole=whole)
        return value if whole else st.none() | value
    if origin is tuple:
        return st.lists(value_of(args[0], tokens, given, whole=whole), min_size=int(whole), max_size=3).map(tuple)
    if origin is dict:
        # The log alone fills in what a redaction erases.
        held = get_args(args[1])[1] is TEXT
        return (
            st.dictionaries(
                st.sampled_from(["users", "data_loss"]), value_of(args[1], tokens, given), min_size=int(whole)
            )
            if held
            else st.just({})
        )
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _struct(hint, tokens, {}, whole=whole)
    raise TypeError(f"no values of {hint!r}")


def _meant(meaning: Any, tokens: Callable[[], str], *, whole: bool) -> Drawn:
    if get_origin(meaning) is Literal:
        return st.sampled_from(get_args(meaning))
    of_runbook = st.builds(lambda: f"runbook:{tokens()}/1")
    return {
        TEXT: st.builds(tokens),
        **dict.fromkeys((GOES_WITH, REPLACED, MENTIONED, OTHER_ID), st.just("nowhere")),
        KEY: st.sampled_from(["SEV1", "ic", "public"]),
        ITEM: of_runbook if whole else st.just("first-minutes/1") | of_runbook,
        KEPT: st.builds(standard),
    }[meaning]
