"""Consoles and their machines as the server passes them on: a hint that goes by the server's clock."""

import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from console.core.language.text import clean

KEEP_S = 4.0
"""Seconds after which a console says again that it is there, at the latest."""
GONE_S = 15.0
"""Seconds of silence after which somebody counts as gone."""
MAX_OTHERS = 200


class Present(NamedTuple):
    """A console, as it tells of itself."""

    console: str
    """A random name, of this run of the program."""
    log: str
    """The log's name: consoles on one file see each other without a server."""
    person: str
    machine: str
    ref: str
    """The incident whose room is open; empty on the board."""
    doing: str
    """The kind of thing that is done there, by a word of the console's."""


class Other(NamedTuple):
    """A console on another machine."""

    person: str
    ref: str
    machine: str
    doing: str
    until_s: float
    """By `time.monotonic`: from then on nobody knows whether it is still there."""


def others_of(rows: Iterable[Sequence[object]]) -> tuple[Other, ...]:
    """The server's answer; rows of another form are passed over."""
    now = time.monotonic()
    others: list[Other] = []
    for row in rows:
        if len(row) != 5 or len(others) == MAX_OTHERS:
            continue
        *texts, age = row
        if all(isinstance(text, str) for text in texts) and isinstance(age, float) and 0 <= age < GONE_S:
            person, machine, ref, doing = (clean(str(text), multiline=False).strip() for text in texts)
            if person:
                others.append(Other(person, ref, machine, doing, now + GONE_S - age))
    return tuple(others)
