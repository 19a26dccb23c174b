"""The forms of a playbook's values: lengths of time in words, and values that are of another kind than their key's."""

import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec

from console.core.language.times import parse_duration
from console.core.playbook.model import Part

Steps = list[str | int]
"""The path of a key: names, and places in lists from 0."""

LENGTH = 'a length of time in quotes, such as "30m" or "48h", or a whole number of seconds'
_LENGTHS_BY_NAME = ("update_s", "roles")
"""Keys that hold a length of time for each name."""


class Key(NamedTuple):
    """A key of a table: the kind of value that it takes, and whether it must be there."""

    kind: Any
    required: bool


@cache
def keys_of(table: type[Part]) -> Mapping[str, Key]:
    """The keys of a table by their names, in their order. A playbook has hundreds of tables, of a few classes."""
    kinds = typing.get_type_hints(table)
    return {field.name: Key(kinds[field.name], field.required) for field in msgspec.structs.fields(table)}


class Misfit(NamedTuple):
    """A value of another kind than its key takes, or a required key that is missing."""

    steps: Steps
    why: str
    """Empty for a missing key."""
    missing: bool = False

    @property
    def place(self) -> Steps:
        """The place to correct: for a missing key that is its table."""
        return self.steps[:-1] if self.missing else self.steps

    def is_part_of(self, kind: type[Part]) -> bool:
        """True when the misfit is a whole part of the file, without which the others cannot be judged."""
        hint = keys_of(kind)[str(self.steps[0])].kind
        return len(self.steps) == 1 and (typing.get_origin(hint) is tuple or is_table(hint))


def sentences_of(unfit: list[Misfit]) -> Iterator[tuple[Steps, str]]:
    """The misfits, each as its place and the reason; the missing keys of a table are told together."""
    missing: dict[str, tuple[Steps, list[str]]] = {}
    for misfit in unfit:
        if misfit.missing:
            missing.setdefault(repr(misfit.place), (misfit.place, []))[1].append(f"“{misfit.steps[-1]}”")
    for misfit in unfit:
        if not misfit.missing:
            yield misfit.steps, misfit.why
        elif repr(misfit.place) in missing:
            place, names = missing.pop(repr(misfit.place))
            yield (
                place,
                f"the key {names[0]} is missing" if len(names) == 1 else f"the keys {', '.join(names)} are missing",
            )


def in_seconds(data: Any) -> Any:
    """The data with lengths of time such as "30m" as whole seconds; what is none stays as it is."""
    if isinstance(data, list):
        return [in_seconds(value) for value in data]
    if not isinstance(data, dict):
        return data
    return {key: _seconds(value) if _is_length(key, value) else in_seconds(value) for key, value in data.items()}


def _is_length(key: str, value: Any) -> bool:
    return key.endswith("_s") or (key in _LENGTHS_BY_NAME and isinstance(value, dict))


def _seconds(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _seconds(length) for name, length in value.items()}
    length = parse_duration(value) if isinstance(value, str) else None
    return value if length is None else int(length.total_seconds())


def misfits(data: Any, kind: Any, steps: Steps | None = None) -> Iterator[Misfit]:
    """Every value that is not of the kind that its key takes, with what the key takes."""
    steps = steps or []
    if is_table(kind):
        yield from _misfits_of_table(data, kind, steps)
        return
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        if isinstance(data, list):
            for index, value in enumerate(data):
                yield from misfits(value, inner[0], [*steps, index])
        else:
            yield Misfit(steps, _takes(kind, data))
    elif origin is dict and isinstance(data, dict):
        for name, value in data.items():
            yield from misfits(value, inner[1], [*steps, name])
    elif not _fits(data, kind):
        yield Misfit(steps, _takes(kind, data, length=_names_length(steps)))


def is_table(kind: Any) -> bool:
    """True when a key of this kind holds a table of known keys."""
    return isinstance(kind, type) and issubclass(kind, Part)


def _misfits_of_table(data: Any, kind: type[Part], steps: Steps) -> Iterator[Misfit]:
    if not isinstance(data, dict):
        yield Misfit(steps, _takes(kind, data))
        return
    for name, key in keys_of(kind).items():
        if name in data:
            yield from misfits(data[name], key.kind, [*steps, name])
        elif key.required:
            yield Misfit([*steps, name], "", missing=True)


def _names_length(steps: Steps) -> bool:
    key, table = (*reversed(steps), "", "")[:2]
    return str(key).endswith("_s") or table in _LENGTHS_BY_NAME


def _fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return value is not None


def _takes(kind: Any, value: Any, *, length: bool = False) -> str:
    """The reason for a misfit, as a sentence: the value that stands there, and the kind that its key takes."""
    inner = typing.get_args(kind)
    if length:
        wanted = LENGTH
    elif typing.get_origin(kind) is typing.Literal:
        wanted = f"one of {', '.join(f'“{word}”' for word in inner if word)}"
    elif typing.get_origin(kind) is tuple:
        tables = is_table(inner[0])
        wanted = "tables, each under its own heading in double brackets" if tables else 'a list of texts, ["…", "…"]'
    elif typing.get_origin(kind) is dict or is_table(kind):
        wanted = "a table, { key = value }"
    else:
        wanted = {bool: "true or false", int: "a whole number", float: "a number"}.get(kind, "a text in quotes")
    return f"{_shown(value)} does not fit: write {wanted}"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"“{value[:40]}”"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)[:40]
    return "a list" if isinstance(value, list) else "a table" if isinstance(value, dict) else f"“{value}”"


def fitted(value: Any, kind: Any) -> Any:
    """The value as far as it is of its kind: what does not fit is left out, or has a stand-in where it is required.

    Entries of lists keep their places.
    """
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if is_table(kind):
        table = value if isinstance(value, dict) else {}
        return {
            name: fitted(table.get(name), key.kind)
            for name, key in keys_of(kind).items()
            if key.required or _is_whole(table.get(name), key.kind)
        }
    if origin is tuple:
        return [fitted(entry, inner[0]) for entry in value] if isinstance(value, list) else []
    if origin is dict:
        entries = value.items() if isinstance(value, dict) else ()
        return {name: entry for name, entry in entries if _fits(entry, inner[1])}
    return (
        value if _fits(value, kind) else inner[0] if origin is typing.Literal else (kind if kind in _PLAIN else str)()
    )


def _is_whole(value: Any, kind: Any) -> bool:
    """True when an optional value is there and is of its kind, the contents of tables and lists apart."""
    if value is None:
        return False
    if is_table(kind):
        return isinstance(value, dict)
    return isinstance(value, list) if typing.get_origin(kind) is tuple else _fits(value, kind)


_PLAIN = (bool, int, float, str)
