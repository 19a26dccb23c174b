"""The types of the fields of an event's body: what a redaction erases, and what an undo takes with it, go by them."""

from functools import cache
from typing import Annotated, Any, NamedTuple, get_type_hints

from msgspec import Struct


class Role(NamedTuple):
    """What a string in a body is."""

    name: str


GOES_WITH = Role("goes with")
REPLACED = Role("replaced")
MENTIONED = Role("mentioned")

Ref = Annotated[str, GOES_WITH]
"""The id of the event that this one is about: an undo of that one takes this one with it."""
Replaced = Annotated[str, REPLACED]
"""The id of the statement whose value the writer saw, empty for none; an undo of it hands on what it replaced."""
Mention = Annotated[str, MENTIONED]
"""The id of another event, which stands or falls by itself."""


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
