"""The other open consoles and their activity: a hint for whoever looks, and no part of any incident.

Nothing that is typed is told, only what kind of thing it is.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from console.core.language.text import one_line

DOING: Mapping[str, str] = MappingProxyType(
    {
        "line": "typing a line",
        "composer": "writing an update",
        "handover": "at the handoff",
        "postmortem": "reading the postmortem",
        "section": "writing the postmortem",
        "declaration": "declaring an incident",
    }
)
"""Activities in words by the key that consoles send each other, mostly a place of the registry; no others are shown."""
TYPING_S = 30.0
"""So long after the last key somebody still types."""
MAX_PERSON_CHARS, MAX_MACHINE_CHARS = 30, 20


class Seat(NamedTuple):
    """Another console."""

    person: str
    ref: str
    """The incident whose room is open there; empty on the board."""
    machine: str = ""
    """Empty for one at the same log."""
    doing: str = ""
    """A key of `DOING`, or empty."""

    @property
    def name(self) -> str:
        """`rs`, or `rs on lisa`."""
        machine = f" on {one_line(self.machine, MAX_MACHINE_CHARS)}" if self.machine else ""
        return one_line(self.person, MAX_PERSON_CHARS) + machine

    @property
    def words(self) -> str:
        """`rs on lisa, typing a line`."""
        return ", ".join(filter(None, (self.name, DOING.get(self.doing, ""))))


def here(seats: Iterable[Seat], ref: str) -> list[Seat]:
    """Those before an incident."""
    return [seat for seat in seats if seat.ref == ref]


def elsewhere(seats: Iterable[Seat], ref: str) -> list[str]:
    """Those who are not, each with the place."""
    return [f"{seat.name} ({one_line(seat.ref, 12) or 'board'})" for seat in seats if seat.ref != ref]
