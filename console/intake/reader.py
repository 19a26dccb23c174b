"""The reading itself: line by line, what each is, and to which entry it belongs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.core.language.text import MAX_TITLE_CHARS, one_line
from console.intake.calendar import Calendar
from console.intake.collector import Collector, Entry
from console.intake.dates import any_date, day_number, weekday_after
from console.intake.lines import FENCES, Line, bold_heading, front_matter, is_markup, is_rule, plain, take_apart
from console.intake.source import Source
from console.intake.stamps import TimedText, marked, suffix_of, timed_text
from console.intake.table_reader import DATE_ONLY, NO_DAY, NO_TEXT, TableReader
from console.intake.tables import (
    Row,
    csv_cells,
    csv_delimiter,
    csv_rows,
    is_headless,
    is_table_head,
    table_cells,
    without_padding,
)
from console.intake.zones import stated_zone, zone_in

NO_TIME = "There is no time on this line."
MARKUP = "This line is markup."
ZONE_SAID = "This line only names the zone of the times; it is applied."

_BOLD_LEVEL = 7
_BARE_LEVEL = 8
_CSV_WITHIN = 60

_LABEL = re.compile(
    r"(?:\*\*|__)?(?:incident\s)?(?:date|day|started|start|when)(?:\*\*|__)?\s?:\s?(?:\*\*|__)?\s?", re.IGNORECASE
)
_CITATION = re.compile(
    r"(?:\W|_){0,6}(?:source|sources|published|retrieved|updated|written|posted|author|see)\b", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"\(([^()]{3,60})\)\W{0,3}$")
_DIGIT = re.compile(r"\d")
_WINDOW = 400


@dataclass(slots=True)
class _Section:
    """A time that stands above what happened then, in a heading or on a line of its own."""

    when: datetime
    number: int
    level: int
    suffix: str
    owns_line: bool
    """True when its line holds only the time, and is accounted for as structure once something is said of it."""

    used: bool = False


class Reader:
    """One reading of the lines into a collector."""

    def __init__(self, lines: Sequence[str], calendar: Calendar, now: datetime) -> None:
        self.collector = Collector(lines, now)
        self.title: str | None = None
        self._lines = lines
        self._calendar = calendar
        self._section: _Section | None = None
        self._last: datetime | None = None
        self._blank = True
        self._fence = ""
        self._fence_nested = False
        self._has_title_mark = any(raw.lstrip("\ufeff ").startswith("# ") for raw in lines)

    def read(self) -> None:
        """Read all lines, once."""
        self.title, index = front_matter(self._lines)
        self.collector.structure += [at for at in range(1, index + 1) if self._lines[at - 1].strip()]
        while index < len(self._lines):
            if self._lines[index].strip():
                index += self._read_line(index)
                self._blank = False
            else:
                self._pause()
                index += 1
        self.collector.close()
        self._end_section()

    def read_records(self, source: Source) -> None:
        """Read the records of a file that is made of them."""
        self.title = source.title
        for number, reason in source.faults:
            self.collector.skip([number], reason)
        for table in source.tables or ():
            self._table(table.names, table.rows)

    def _read_line(self, index: int) -> int:
        """Read the line, and those of its table; the number of lines read."""
        raw = self._lines[index]
        number = index + 1
        if self._fenced(raw, number):
            return 1
        if is_rule(raw):
            self.collector.close()
            self.collector.structure.append(number)
            return 1
        if is_table_head(self._lines, index):
            return self._markdown_table(index)
        above = index < _CSV_WITHIN and not self.collector.entries
        delimiter = csv_delimiter(self._lines, index) if above else None
        if delimiter:
            return self._csv(index, delimiter)
        raw = without_padding(raw) if above else raw
        if not raw:
            self.collector.structure.append(number)
            return 1
        line = take_apart(raw, headings=not self._fence)
        if line.level:
            self._heading(number, line.content, line.level)
        elif self._underlined(index, line):
            self._heading(number, line.content, 1 if "=" in self._lines[index + 1] else 2)
            self.collector.structure.append(number + 1)
            return 2
        else:
            self._content(number, line)
        return 1

    def _fenced(self, raw: str, number: int) -> bool:
        """Read a line as part of a block of code: below an entry, a part of it; by itself, a timeline of its own."""
        stripped = raw.strip()
        marks = stripped.startswith(FENCES)
        if not self._fence:
            if not marks:
                return False
            entry = self.collector.open
            indented = entry is not None and len(raw) - len(raw.lstrip()) > entry.indent
            self._fence_nested = entry is not None and (indented or not self._blank)
            self._fence = stripped[:3]
        elif marks and stripped.startswith(self._fence):
            self._fence = ""
        elif not self._fence_nested:
            return False
        if self._fence_nested:
            self.collector.go_on(number, raw.rstrip(), "\n")
        else:
            self.collector.structure.append(number)
        return True

    def _underlined(self, index: int, line: Line) -> bool:
        """True when the line is a heading by a line of = or - below it."""
        below = self._lines[index + 1].strip() if index + 1 < len(self._lines) else ""
        if line.bullet or line.indent > 3 or len(below) < 3 or set(below) not in ({"="}, {"-"}):
            return False
        timed = timed_text(line.content)
        return self._blank and not (timed and timed.stamp.time and timed.text)

    def _heading(self, number: int, text: str, level: int) -> None:
        self.collector.close()
        self._last = None
        words = plain(text)
        timed = _heading_time(words)
        if self._is_title(level, timed):
            self._take_title(number, words)
        elif timed and timed.stamp.time:
            self._timed(number, timed, level, Line(-1, level, False, text))
        else:
            if self._section and level <= self._section.level:
                self._end_section()
            self.collector.structure.append(number)
            self._heading_date(words, timed)

    def _is_title(self, level: int, timed: TimedText | None) -> bool:
        if self.title is not None or self.collector.entries or self._section:
            return False
        if level == 1:
            return timed is None or bool(timed.text)
        return not self._has_title_mark and not self.collector.structure and timed is None

    def _take_title(self, number: int, words: str) -> None:
        self.title = one_line(words, MAX_TITLE_CHARS) or None
        self._calendar.title_date = any_date(words)
        self.collector.structure.append(number)

    def _heading_date(self, words: str, timed: TimedText | None) -> None:
        count = day_number(words)
        weekday = weekday_after(words, self._calendar.day) if self._calendar.day else None
        cited = _CITATION.match(words) is not None
        written = timed.stamp.date if timed else None if cited else any_date(words)
        if count:
            self._calendar.set_day_number(count)
        elif weekday:
            self._calendar.set_day(weekday)
        elif written:
            self._calendar.set_date(written)

    def _content(self, number: int, line: Line) -> None:
        timed = timed_text(line.content) if _DIGIT.search(line.content[:_WINDOW]) else None
        if timed and timed.stamp.time and not self._is_wrapped(line, timed):
            level = _BOLD_LEVEL if timed.strong and not line.bullet else _BARE_LEVEL
            self._timed(number, timed, level, line)
            return
        fresh = self._blank or self.collector.open is None
        if timed and timed.stamp.time is None and (fresh or line.bullet) and self._dated(number, line, timed):
            return
        bold = bold_heading(line.content)
        if bold and fresh and not line.bullet:
            self._heading(number, bold, _BOLD_LEVEL)
        else:
            self._untimed(number, line)

    def _is_wrapped(self, line: Line, timed: TimedText) -> bool:
        """True when a line that begins with a time only goes on with a wrapped point: indented below it, no bullet."""
        entry = self.collector.open
        if entry is None or not entry.bullet or self._blank or line.bullet or timed.strong:
            return False
        return line.indent >= entry.indent + 2

    def _timed(self, number: int, timed: TimedText, level: int, line: Line) -> None:
        """Read a line or heading with a time: an entry, the time of what stands below it, or both."""
        self.collector.close()
        self._end_section()
        when = self._calendar.moment(timed.stamp, number, None)
        if when is None:
            self.collector.skip([number], NO_DAY)
            return
        suffix = suffix_of(timed.stamp, self._calendar.zone_here(timed.stamp, number, None).name)
        if timed.text:
            kind = timed.kind or "note"
            self.collector.start(Entry(when, [number], [timed.text], suffix, line.indent, line.bullet, kind))
        if line.level or not timed.text:
            self._section = _Section(when, number, level, suffix, not timed.text, used=bool(timed.text))
        self._last = when

    def _dated(self, number: int, line: Line, timed: TimedText) -> bool:
        """Read a line that begins with a date and has no time; False when it only happens to."""
        alone = not timed.text or zone_in(timed.text) is not None
        if not alone and not (line.bullet or timed.strong):
            return False
        if timed.stamp.date is None or not self._calendar.set_date(timed.stamp.date):
            return False
        self.collector.close()
        self._end_section()
        self._last = None
        if alone:
            self.collector.structure.append(number)
        else:
            self.collector.skip([number], DATE_ONLY)
        return True

    def _untimed(self, number: int, line: Line) -> None:
        """Read a line without a time: it goes on with the entry, takes the time above, or is no entry."""
        entry = self.collector.open
        words = f"- {line.content}" if line.bullet else line.content
        if entry and not self._blank and not line.bullet:
            apart = entry.indent < 0 and len(entry.parts) == 1
            self.collector.go_on(number, words, "\n" if apart or entry.parts[-1].startswith("\n- ") else " ")
        elif entry and (line.indent > max(entry.indent, 0) or not (self._blank or entry.bullet or entry.indent < 0)):
            self.collector.go_on(number, words, "\n")
        elif self._section and line.content:
            if self._section.used:
                self.collector.borrowing.append(number)
            suffix = "" if self._section.used else self._section.suffix
            self._section.used = True
            self._borrow(number, line, self._section.when, suffix)
        elif line.bullet and self._last and line.content:
            self.collector.borrowing.append(number)
            self._borrow(number, line, self._last, "")
        else:
            self._prose(number, line)

    def _borrow(self, number: int, line: Line, when: datetime, suffix: str) -> None:
        kind, text = marked(line.content)
        self.collector.start(Entry(when, [number], [text], suffix, line.indent, line.bullet, kind or "note"))

    def _prose(self, number: int, line: Line) -> None:
        """Read a line that is no entry: what it tells about days and zones, and why it is left out."""
        self.collector.close()
        if is_markup(line.content):
            self.collector.skip([number], MARKUP)
            return
        self._last = None
        stated = stated_zone(line.content) if "time" in line.content[:_WINDOW].casefold() else None
        label = _LABEL.match(line.content)
        timed = timed_text(line.content[label.end() :]) if label else None
        labelled = bool(timed and timed.stamp.date and self._calendar.set_date(timed.stamp.date))
        if labelled or (stated and stated[1]):
            self._note_date(number, line.content)
            self.collector.structure.append(number)
        elif self._is_plain_title(number, line):
            self._take_title(number, line.content)
        else:
            self._note_date(number, line.content)
            self.collector.skip([number], ZONE_SAID if stated else NO_TIME)

    def _is_plain_title(self, number: int, line: Line) -> bool:
        """True when this is the first line, by itself and short, in a text that marks no title."""
        seen = self.collector
        if self.title or self._has_title_mark or seen.entries or seen.skipped or seen.structure:
            return False
        alone = number >= len(self._lines) or not without_padding(self._lines[number]).strip()
        alone = alone or csv_delimiter(self._lines, number) is not None
        return alone and not line.bullet and 0 < len(line.content) <= 120 and line.content[-1] not in ".:;,"

    def _note_date(self, number: int, content: str) -> None:
        """Remember a date in the prose: the first may be the day of the timeline, any tells the year."""
        if self._calendar.day is None and _DIGIT.search(content[:_WINDOW]):
            written = any_date(content)
            if written and written.year:
                self._calendar.note_date(number, written, citation=_CITATION.match(content) is not None)

    def _markdown_table(self, index: int) -> int:
        end = index + 2
        while end < len(self._lines) and "|" in self._lines[end]:
            end += 1
        names = table_cells(self._lines[index])
        rows = [Row(table_cells(self._lines[at]), (at + 1,)) for at in range(index + 2, end)]
        if any((timed := timed_text(cell)) and timed.stamp.time for cell in names):
            # The table has no head: its first row stands where Markdown wants one.
            rows.insert(0, Row(names, (index + 1,)))
            names = tuple("" for _ in names)
        else:
            self.collector.structure.append(index + 1)
        self.collector.structure.append(index + 2)
        self._table(names, rows)
        return end - index

    def _csv(self, index: int, delimiter: str) -> int:
        closing = (at for at in range(index, len(self._lines)) if self._lines[at].strip().startswith(self._fence))
        end = next(closing, len(self._lines)) if self._fence else len(self._lines)
        head, *rest = csv_rows(self._lines, index, end, delimiter)
        names = [name.strip() for name in head.cells]
        rows = [csv_cells(row, len(names), delimiter) for row in rest]
        if is_headless(names, rows):
            rows.insert(0, csv_cells(head, len(names), delimiter))
            names = ["" for _ in names]
        else:
            self.collector.structure += head.numbers
        self._table(names, rows)
        return end - index

    def _table(self, names: Sequence[str], rows: Sequence[Row]) -> None:
        self.collector.close()
        self._end_section()
        self._last = None
        TableReader(self.collector, self._calendar, names, rows).read()

    def _pause(self) -> None:
        """A blank line."""
        self._blank = True
        if self._section and self._section.level == _BARE_LEVEL and self._section.used:
            self._end_section()

    def _end_section(self) -> None:
        section, self._section = self._section, None
        if section and section.owns_line and section.used:
            self.collector.structure.append(section.number)
        elif section and section.owns_line:
            self.collector.skip([section.number], NO_TEXT)


def _heading_time(words: str) -> TimedText | None:
    """The time that a heading begins with or ends with in brackets: "Early triage (10/28 13:37)"."""
    timed = timed_text(words)
    if timed and timed.stamp.time:
        return timed
    bracketed = _IN_BRACKETS.search(words[-80:])
    inner = timed_text(bracketed[1]) if bracketed else None
    if bracketed and inner and inner.stamp.time and not inner.text:
        return inner._replace(text=plain(words[: words.rindex(f"({bracketed[1]})")]))
    return timed
