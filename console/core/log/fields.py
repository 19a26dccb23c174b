"""Types of the strings in an event's body; a redaction, and an undo, go by them.

A redaction erases every `Text`, which is whatever a person or a network wrote: prose, and the names of people,
components, targets and files. A `Key` is a word that was checked against the incident's playbook: a severity, a stage,
a role. An `Item` is the key of a checklist's item; in that of a runbook's step the runbook's name is a text. A
vocabulary of ours is `Annotated[str, Literal[…]]`: it binds commands, while a stored word of another version is read as
it stands. To the decoder all of them are plain strings.
"""

import re
import types
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from msgspec import Struct, structs


class Role(NamedTuple):
    """What a string in a body is."""

    name: str


GOES_WITH = Role("goes with")
REPLACED = Role("replaced")
MENTIONED = Role("mentioned")
OTHER_ID = Role("another id")
TEXT = Role("text")
KEY = Role("key")
ITEM = Role("item")
KEPT = Role("kept")

Ref = Annotated[str, GOES_WITH]
"""The id of the event that this one is about: an undo of that one takes this one with it."""
Replaced = Annotated[str, REPLACED]
"""The id of the statement whose value the writer saw, empty for none; an undo of it hands on what it replaced."""
Mention = Annotated[str, MENTIONED]
"""The id of another event, which stands or falls by itself."""
Id = Annotated[str, OTHER_ID]
"""The id of something else than an event, or what the log itself made of an event."""
Text = Annotated[str, TEXT]
Key = Annotated[str, KEY]
Item = Annotated[str, ITEM]


class Named(NamedTuple):
    """A field of a body that holds an event's id."""

    field: str
    role: Role


@cache
def id_fields(body: type[Struct]) -> tuple[Named, ...]:
    """The fields of a body's type that hold one id of another event, in their order."""
    hints: dict[str, Any] = get_type_hints(body, include_extras=True)
    return tuple(
        Named(field, mark)
        for field, hint in hints.items()
        for mark in getattr(hint, "__metadata__", ())
        if mark in (GOES_WITH, REPLACED, MENTIONED)
    )


Change = Callable[[str], str]
Exchange = Callable[[Any, Change], Any]
"""A value with each of its texts given to a function, and what that gives in its place."""

_STEP = re.compile(r"^(runbook:)(.+)(/\d+)$", re.DOTALL)
_PLAIN = (bool, int, datetime)


def exchange(hint: Any) -> Exchange | None:
    """How the texts in a value of this type are exchanged; None where it can hold none.

    Raises TypeError for a type that does not say what its strings mean.
    """
    if hint in _PLAIN:
        return None
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _meant(*args)
    if origin in (Union, types.UnionType) and len(args) == 2 and type(None) in args:
        return _optional(exchange(next(arg for arg in args if arg is not type(None))))
    if origin is tuple and len(args) == 2 and args[1] is ...:
        return _many(exchange(args[0]))
    if origin is dict:
        return _keyed(exchange(args[0]), exchange(args[1]))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _fields(hint)
    raise TypeError(f"{hint!r} does not say whether it is a Text, a Ref, a Key or a word of ours")


def _meant(base: Any, meaning: Any) -> Exchange | None:
    if meaning in (GOES_WITH, REPLACED, MENTIONED, OTHER_ID, KEY, KEPT):
        return None
    if meaning is TEXT and base is str:
        return lambda value, change: change(value)
    if meaning is ITEM and base is str:
        return lambda value, change: _STEP.sub(lambda step: f"{step[1]}{change(step[2])}{step[3]}", value)
    if get_origin(meaning) is Literal and base is str:
        words = ("", *get_args(meaning))
        # A word that is none of ours may be anything.
        return lambda value, change: value if value in words else change(value)
    raise TypeError(f"{meaning!r} is no meaning of a {base!r}")


def _optional(inner: Exchange | None) -> Exchange | None:
    return inner and (lambda value, change: None if value is None else inner(value, change))


def _many(inner: Exchange | None) -> Exchange | None:
    return inner and (lambda value, change: tuple(inner(one, change) for one in value))


def _keyed(key: Exchange | None, inner: Exchange | None) -> Exchange | None:
    if key is not None:
        raise TypeError("a text cannot be a key: two that are erased would become one")
    return inner and (lambda value, change: {key: inner(one, change) for key, one in value.items()})


def _fields(struct: type[Struct]) -> Exchange | None:
    hints = get_type_hints(struct, include_extras=True)
    known = {name: exchange(hint) for name, hint in hints.items()}
    texts = {name: inner for name, inner in known.items() if inner is not None}

    def changed(value: Any, change: Change) -> Any:
        return structs.replace(value, **{name: inner(getattr(value, name), change) for name, inner in texts.items()})

    return changed if texts else None
