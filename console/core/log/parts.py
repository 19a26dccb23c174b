"""Parts of an incident's state: each subject declares its own, and the state holds them by their type."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

import msgspec


class Part(msgspec.Struct):
    """What one subject knows of an incident. Its fields have defaults and are mappings, tuples or plain values.

    Only the fold changes a part, and only one of its own (see `Folding.part`).
    """


P = TypeVar("P", bound=Part)


class Parts(Mapping[type[Part], Part]):
    """Parts by their type; one that nothing was said of is missing. Immutable to readers."""

    __slots__ = ("_parts",)

    def __init__(self, parts: Mapping[type[Part], Part] | None = None) -> None:
        self._parts = dict(parts or {})

    def of(self, kind: type[P]) -> P:
        """The part of this type, an empty one where nothing was said of it."""
        part = self._parts.get(kind)
        return kind() if part is None else cast(P, part)

    def with_(self, part: Part) -> "Parts":
        """These parts with one put in place of its kind."""
        return Parts({**self._parts, type(part): part})

    def __getitem__(self, kind: type[Part]) -> Part:
        return self._parts[kind]

    def __iter__(self) -> Iterator[type[Part]]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parts) and self._parts == other._parts

    __hash__ = None  # type: ignore[assignment]  # compares by value, as a dict does


def owned(part: P) -> P:
    """A copy whose mappings may be changed without anybody else seeing it."""
    values: dict[str, Any] = {name: getattr(part, name) for name in part.__struct_fields__}
    return type(part)(**{name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()})
