"""From the rows of a table to entries."""

import re
from collections.abc import Sequence
from datetime import datetime

from console.core.language.text import MAX_NAME_CHARS, one_line
from console.intake.calendar import Calendar
from console.intake.collector import Collector, Entry
from console.intake.model import Kind
from console.intake.stamps import TimedText, marked, suffix_of, timed_text
from console.intake.tables import Columns, Role, Row, columns

DATE_ONLY = "This line has a date but no time."
NO_TEXT = "There is a time here, but no text."
NO_DAY = "No calendar has this day."
NO_COLUMN = "No column of this table holds times."
NO_CELL = "No time can be read in this row."

_KINDS: dict[str, Kind] = {
    "note": "note", "finding": "finding", "observation": "finding", "action": "action", "decision": "decision",
    "hypothesis": "hypothesis", "theory": "hypothesis",
}  # fmt: skip
_TAG_ENDS = re.compile(r"[\s,;#]+")


class TableReader:
    """Reads the rows of one table into the collector."""

    def __init__(self, collector: Collector, calendar: Calendar, names: Sequence[str], rows: Sequence[Row]) -> None:
        self._collector = collector
        self._calendar = calendar
        self._rows = rows
        self._shape: Columns = columns(names, rows)
        self._last: datetime | None = None

    def read(self) -> None:
        """Read all rows."""
        timeless = self._shape.first("time") is None and self._shape.first("date") is None
        for row in self._rows:
            if timeless:
                self._collector.skip(row.numbers, NO_COLUMN)
            else:
                self._read(row)
        self._collector.close()

    def _read(self, row: Row) -> None:
        when_cell = f"{self._cell(row, 'date')} {self._cell(row, 'time')}".strip()
        timed = timed_text(when_cell)
        kind, text = self._text(row, timed)
        if timed and timed.stamp.date and timed.stamp.time is None and not text:
            known = self._calendar.set_date(timed.stamp.date)
            self._collector.structure += row.numbers if known else ()
            self._collector.skip(() if known else row.numbers, NO_DAY)
            return
        if not text:
            self._collector.skip(row.numbers, NO_TEXT if timed and timed.stamp.time else NO_CELL)
            return
        if timed and timed.stamp.time:
            self._last = self._calendar.moment(timed.stamp, row.numbers[0], self._shape.zone)
            if self._last is None:
                self._collector.skip(row.numbers, NO_DAY)
                return
        elif when_cell or not self._last:
            self._collector.skip(row.numbers, DATE_ONLY if timed and timed.stamp.date else NO_CELL)
            return
        else:
            self._collector.borrowing.append(row.numbers[0])
        author = one_line(self._cell(row, "author"), MAX_NAME_CHARS) or None
        suffix = self._suffix(row, timed)
        self._collector.start(Entry(self._last, list(row.numbers), [text], suffix, kind=kind, author=author))

    def _suffix(self, row: Row, timed: TimedText | None) -> str:
        if timed is None:
            return ""
        zone = self._calendar.zone_here(timed.stamp, row.numbers[0], self._shape.zone).name
        until = self._cell(row, "until")
        return suffix_of(timed.stamp._replace(until=timed.stamp.until or until), zone)

    def _cell(self, row: Row, role: Role) -> str:
        index = self._shape.first(role)
        return row.cells[index] if index is not None and index < len(row.cells) else ""

    def _text(self, row: Row, timed: TimedText | None) -> tuple[Kind, str]:
        """The text of the row: its columns of text, then what no field of an entry is for, by the column's name."""
        texts: list[str] = []
        besides: list[str] = []
        kind: Kind | None = None
        for index, cell in enumerate(row.cells):
            role = self._shape.roles[index] if index < len(self._shape.roles) else "text"
            name = self._shape.names[index] if index < len(self._shape.names) else ""
            if role == "kind" and cell.casefold() in _KINDS:
                kind = _KINDS[cell.casefold()]
            elif role == "text" and cell:
                texts.append(cell)
            elif role in ("kind", "other") and cell:
                besides.append(f"({name}: {cell})" if name.strip(" *_`") else f"({cell})")
            elif role == "tags":
                besides += [f"#{tag}" for tag in _TAG_ENDS.split(cell) if tag]
        if timed and timed.stamp.time and timed.text:
            texts.insert(0, timed.text)
        marker, text = marked(" — ".join(texts))
        if kind is None:
            kind = marker
        elif marker:
            text = " — ".join(texts)
        return kind or "note", " ".join(part for part in (text, *besides) if part) if text else ""
