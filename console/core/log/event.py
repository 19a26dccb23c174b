"""An event: one record of the log, with a body for what happened.

Bodies are named in the past tense and stand with their subjects. An event is never changed once written; a correction,
an undo or a redaction is another event that names its target.

A string in a body says by its type what it is; a redaction, and an undo, go by that. A redaction erases every `Text`,
which is whatever a person or a network wrote: prose, and the names of people, components, targets and files. A `Key` is
a word that was checked against the incident's playbook: a severity, a stage, a role. An `Item` is the key of a
checklist's item; in that of a runbook's step the runbook's name is a text. A vocabulary of ours is
`Annotated[str, Literal[…]]`: it binds commands, while a stored word of another version is read as it stands. To the
decoder all of them are plain strings.
"""

from datetime import datetime
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from console.core.playbook.model import Playbook


class Role(NamedTuple):
    """The meaning of a string in a body."""

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
"""The id of the statement whose value the writer saw, empty for none, and where several stood all their ids, with
spaces between; an undo of it hands on what it replaced."""
ALL_BEFORE = "*"
"""In place of the ids of a `Replaced`: every statement before this one, as versions took it that noted none."""
Mention = Annotated[str, MENTIONED]
"""The id of another event, which stands or falls by itself; in `stands_on` it may end in `MOMENT`."""
MOMENT = "@"
"""Ends the id of an event of which a sentence has its moment, author, severity or stage, which no redaction erases; the
id alone stands for its words."""
Id = Annotated[str, OTHER_ID]
"""The id of something else than an event, or what the log itself made of an event."""
Text = Annotated[str, TEXT]
Key = Annotated[str, KEY]
Item = Annotated[str, ITEM]


class Named(NamedTuple):
    """A field of a body that holds the id of an event, or ids of several."""

    field: str
    role: Role


@cache
def id_fields(body: type[msgspec.Struct]) -> tuple[Named, ...]:
    """The fields of a body's type that hold ids of the events that it is about, in their order."""
    hints: dict[str, Any] = get_type_hints(body, include_extras=True)
    return tuple(
        Named(field, mark)
        for field, hint in hints.items()
        if field != "saw"
        for mark in getattr(get_args(hint)[0] if get_origin(hint) is tuple else hint, "__metadata__", ())
        if mark in (GOES_WITH, REPLACED, MENTIONED)
    )


def named_ids(body: "Body") -> list[str]:
    """The events that the body names, and those that its writer had seen."""
    return [*body.saw, *(id for named in id_fields(type(body)) for id in ids_in(body, named.field))]


def ids_in(body: msgspec.Struct, field: str) -> tuple[str, ...]:
    """The ids that such a field holds; of several texts each may hold several."""
    value: str | tuple[str, ...] = getattr(body, field)
    ids = (value if isinstance(value, str) else " ".join(value)).split()
    return tuple(id.removesuffix(MOMENT) for id in ids if id != ALL_BEFORE)


Process = Annotated[Playbook, KEPT]
"""A playbook as the incident follows it: its structure is no secret, and without it nothing could be read."""


class Body(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """The content of an event, without who and when."""

    saw: tuple[Mention, ...] = ()
    """The last event in the writer's log of each origin whose clock runs ahead of the event's own.

    Filled in at commit. The fold takes this event behind those, whatever the clocks say.
    """

    def apply(self, fold: Any) -> None:
        """Write it into the state, through a `Folding`. An undo has nothing to write: the fold plans by it before."""


class Unknown(Body, frozen=True):
    """An event of a kind that this version does not know, as it stands in the log; `saw` is what its JSON has."""

    kind: str
    raw: str

    def apply(self, fold: Any) -> None:
        fold.unknown(f"unknown entry ({self.kind}), written by a newer version")


class Unreadable(Unknown, frozen=True):
    """An event whose text or fields are damaged in the file."""

    def apply(self, fold: Any) -> None:
        fold.unknown("damaged entry: it cannot be read in this file")


class Event(msgspec.Struct, frozen=True, gc=False):
    """One record of the log, as stored.

    `id` is chosen by the writer before the first try, so that a repeated append is a no-op; `origin` (the database
    file) and `oseq` (from 1, without gaps, per incident and origin) are given at commit. `hlc` is a hybrid logical
    clock: milliseconds since 1970 shifted left by 16 bits, plus a counter. Times are aware UTC, in milliseconds.
    """

    id: str
    incident: str
    origin: str
    oseq: int
    hlc: int
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    body: Body

    @property
    def order(self) -> tuple[int, str, int]:
        """The log's total order, the same on every machine."""
        return (self.hlc, self.origin, self.oseq)


class NewEvent(msgspec.Struct, frozen=True):
    """An event on its way to the log; the store adds origin, sequence, logical clock and hash."""

    id: str
    incident: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    body: Body
