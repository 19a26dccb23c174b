"""A timeline that was read: entries, lines that were left out and why, and assumptions."""

from datetime import datetime
from typing import Literal

import msgspec

Kind = Literal["note", "finding", "action", "decision", "hypothesis"]
"""The kinds of entry that a written timeline can state; everything unstated is a note."""


class ReadLine(msgspec.Struct, frozen=True, gc=False):
    """One entry found in the text, its words cleaned for the log."""

    occurred_at: datetime
    """Aware, in UTC, whole milliseconds."""

    text: str
    """Never empty. Tags (#deploy) stand in it as they were written; lines that continued it follow as lines."""

    numbers: tuple[int, ...]
    """The source lines that it came from, counted from 1, rising."""

    kind: Kind = "note"
    """Other than note only where a scribe's marker or a column of kinds says so."""

    author: str | None = None
    """Set only by a column of authors."""


class Skipped(msgspec.Struct, frozen=True, gc=False):
    """A source line that became no entry."""

    number: int
    """Counted from 1."""

    text: str
    """The whole line, cleaned."""

    reason: str
    """One sentence."""


class Question(msgspec.Struct, frozen=True):
    """A question that the text leaves open and whose answer changes the reading."""

    about: Literal["zone", "day", "order"]
    sentence: str
    assumed: str
    """The answer that the reading goes by, in the form in which another one is given."""


class Declared(msgspec.Struct, frozen=True):
    """The declaration of an incident, which an export of ours tells."""

    severity: str
    at: datetime
    by: str | None
    drill: bool


class ReadTimeline(msgspec.Struct, frozen=True):
    """A timeline as understood.

    Every source line that is not blank is in exactly one place: in the `numbers` of one entry, in `skipped`, or in
    `structure`. Only a line that holds several events, as in JSON or HTML, stands with each of them.
    """

    title: str | None
    lines: tuple[ReadLine, ...]
    """In the order of the source, which need not be the order of time."""

    skipped: tuple[Skipped, ...]
    structure: tuple[int, ...]
    """The lines that gave the entries their place without being entries: headings, dates, zones, table heads, rules."""

    zone_name: str
    """The zone of the times that named none themselves: "UTC", "PDT", "America/Los_Angeles"."""

    assumptions: tuple[str, ...]
    """Gaps of the text and how they were read, one clause each, as in "no zone stated: taken as UTC"."""

    questions: tuple[Question, ...] = ()

    declared: Declared | None = None
    """From an export of ours only; no entry tells it again."""
