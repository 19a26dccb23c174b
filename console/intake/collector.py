"""Collector of a reading: entries, skipped lines, and lines of structure so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from console.core.language.text import clean, counted
from console.intake.model import Kind, ReadLine, Skipped
from console.intake.prose import MEASURE

FUTURE = "This time is in the future; check its date and its zone."
NO_TEXT = "There is a time here, but no text."
AFTERWARDS = "This is later than the mail that tells it, so that it was still to come."
MEASURED = "There is a time here and numbers, but no words."
_LISTED = 8


@dataclass(slots=True)
class Entry:
    """An entry that may still go on."""

    when: datetime
    numbers: list[int]
    parts: list[str]
    """Its text so far, to be joined without anything between."""

    suffix: str = ""
    """Words of the time about itself ("until 14:45 UTC"), for the end of the first paragraph."""

    indent: int = 0
    bullet: bool = False
    kind: Kind = "note"
    author: str | None = None
    spoken: bool = False
    """True for a message: all below belongs to it as it stands, also behind a blank line."""


@dataclass(slots=True)
class Collector:
    """Puts every line that is not blank in exactly one place."""

    lines: Sequence[str]
    now: datetime
    structure: list[int] = field(default_factory=list)
    entries: list[ReadLine] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    borrowing: list[int] = field(default_factory=list)
    """The lines of entries that took the time of another line."""

    remarks: list[str] = field(default_factory=list)
    """Clauses on what was left out or chosen in a table."""

    programmes: set[tuple[str, ...]] = field(default_factory=set)
    """The heads of the tables that are agendas or timetables."""

    is_schedule: bool = False
    """Whether the title says that the text is a plan for days to come."""

    written_on: date | None = None
    """The day of the mail that all lines are of, where they are of one."""

    open: Entry | None = None
    future: bool = False
    """True when an entry lay in the future and was skipped for it."""

    def start(self, entry: Entry) -> None:
        """Begin an entry, which ends the one before."""
        self.close()
        self.open = entry

    def go_on(self, number: int, text: str, joint: str) -> None:
        """Add a line to the open entry."""
        if self.open:
            self.open.numbers.append(number)
            self.open.parts.append(joint + text)

    def close(self) -> None:
        """End the open entry, if there is one."""
        entry, self.open = self.open, None
        if entry is None:
            return
        first, rest, others = "".join(entry.parts).strip().partition("\n")
        reason = "" if first else NO_TEXT
        if MEASURE.fullmatch(first) and not (rest or entry.author):
            reason = MEASURED
        if self.written_on and entry.when.date() > self.written_on + timedelta(days=1):
            reason = AFTERWARDS
        if entry.when > self.now:
            self.future, reason = True, FUTURE
        if reason:
            self.skip(entry.numbers, reason)
            return
        suffix = f" ({entry.suffix})" if entry.suffix else ""
        text = clean(f"{first}{suffix}{rest}{others}")
        self.entries.append(ReadLine(entry.when, text, tuple(entry.numbers), entry.kind, entry.author))

    def skip(self, numbers: Iterable[int], reason: str) -> None:
        """Leave lines out."""
        self.skipped += [Skipped(number, clean(self.lines[number - 1].strip()), reason) for number in numbers]

    def borrowed(self) -> str:
        """A clause about the entries that took the time of another line; empty when there is none."""
        count = len(self.borrowing)
        if not count:
            return ""
        takes, lines = ("takes", "line") if count == 1 else ("take", "lines")
        listed = ", ".join(map(str, self.borrowing[:_LISTED])) + (", …" if count > _LISTED else "")
        return f"{counted(count, 'line')} without a time {takes} the time above ({lines} {listed})"
