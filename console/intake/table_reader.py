"""From the rows of a table to entries."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from console.core.language.calendar_words import UNITS
from console.core.language.dates import pair_at, period_in, weekday_named
from console.core.language.text import MAX_NAME_CHARS, counted, one_line
from console.core.language.times import DAYS, MONTHS
from console.core.language.zones import Zone
from console.intake.calendar import Calendar
from console.intake.collector import MEASURED, NO_TEXT, Collector, Entry
from console.intake.dates import INCIDENT_DAY, any_date
from console.intake.layout import PAUSE, divides_days, is_programme
from console.intake.lines import plain
from console.intake.model import Kind
from console.intake.prose import MEASURE, OPPONENTS, TO_BE_DONE, TRAVELS, is_about_the_text, is_habit
from console.intake.stamps import EPOCH_CELL, NO_DAY, TimedText, marked, timed_text
from console.intake.starts import at_start
from console.intake.tables import (
    Columns,
    Role,
    Row,
    cell_time,
    columns,
    constant_columns,
    epoch_text,
    is_clock_name,
    is_nothing,
    sampled,
)
from console.intake.zones import whole_zone, zone_in

PROGRAMME = "This line stands in an agenda or a timetable."
NO_COLUMN = "No column of this table holds times."
NO_CELL = "No time can be read in this row."
NO_DAY_READ = "The day of this row is not understood."
NO_ZONE = "The zone that this row names is not known."

_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)} | {"observation": "finding", "theory": "hypothesis"}
_TAG_ENDS = re.compile(r"[,;|\n]+")
_TAG_MARKS = re.compile(r"[\s#]+")
_DATE_LABEL = re.compile(rf"\W*{INCIDENT_DAY}(?:\s\([^()]{{1,20}}\))?\W*", re.IGNORECASE)
_OFFSET_HEAD = re.compile(
    r"(?:time\s)?(?:offset|elapsed|delta|t\s?\+|\u0394t?|relative(?:\stime)?|since\sstart|min(?:ute[ns]?|s)?\s(?:after|since|from|nach|seit)\s(?:the\s)?\w+|after|within|nach|apr\u00e8s|despu\u00e9s(?:\sde)?|depois|dopo|t)(?:\s?[(\[][^()]{1,20}[)\]])?",
    re.IGNORECASE,
)
_MINUTES_HEAD = re.compile(r"min(?:ute[ns]?|s)?\.?", re.IGNORECASE)
"""The name of a column that counts from the start where its numbers have signs."""
_LENGTH = re.compile(
    r"(?![+-]\d{4}$)[+-]?\d{1,4}(?::\d\d){0,2}(?:\s?[a-z]{1,7}\s?(?:\d{1,2}\s?[a-z]{1,7})?)?", re.IGNORECASE
)
_WITHOUT_COLON = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d(?:\s?Z)?", re.ASCII)
_COMMENT = re.compile(r"(?P<when>[^;\n]{8,40});(?P<author>[^;\n]{1,60});(?P<words>.+)", re.DOTALL)
"""A comment in one cell, as Jira writes it."""
_DECIMAL = re.compile(r"\W{0,3}\d{1,9}[.,]\d{1,9}\W{0,3}")
_ROWS_OF_SERIES = 5
_LEAST_ROWS = 2
_PROGRAMME_ROWS = 200
"""Of a table, by which an agenda is told; none has more."""
_PARTS = {name: part for part, names in UNITS.items() for name in names.split()} | {"ann\u00e9e": "year"}
_ZONE_END = re.compile(r"[\s_]?[(\[]?utc[)\]]?$")
"""The end of the name of a column that says that its times are UTC."""
_PART_CELL = {"year": re.compile(r"(?:19|20)\d\d"), "month": re.compile(r"\d\d?|[^\W\d_]{3,12}\.?")}
_SHORT_NUMBER = re.compile(r"\d\d?", re.ASCII)
_PAIR = 2
_MILESTONE = re.compile(
    r"(?:started|impact[_ ]started|detected|acknowledged|declared|identified|mitigated|resolved|closed)"
    r"(?=(?:[_ ]?(?:at|on|time))?$)",
    re.IGNORECASE,
)
_WHOLE_CHARS = 100
_LISTED = 8


def counted_rows(names: Sequence[str], rows: Sequence[Row]) -> Sequence[Row]:
    """The rows with a T before the lengths of time of a column that counts from the start, and "16:25" for "1625"."""
    heads = [name.strip(" *_`") for name in names]
    places = [place for place, head in enumerate(heads) if _OFFSET_HEAD.fullmatch(head)]
    minutes = [at for at, head in enumerate(heads) if _MINUTES_HEAD.fullmatch(head)]
    places += [at for at in minutes if all(cell[:1] in ("+", "-") for row in rows for cell in row.cells[at : at + 1])]
    if places and any((read := cell_time(cell)) and read.stamp.date for row in rows[:1] for cell in row.cells):
        # Beside a whole moment, an "offset" is that of the row in a log.
        places = []
    timed = [at for at, name in enumerate(names) if is_clock_name(name)]
    filled = [(at, [cell for row in rows for cell in row.cells[at : at + 1] if cell]) for at in timed]
    # 2009, 2015 and 2020 are years, unless the head names a zone.
    filled = [(at, cells) for at, cells in filled if zone_in(names[at]) or any(cell[:2] != "20" for cell in cells)]
    clocks = {at for at, cells in filled if all(map(_WITHOUT_COLON.fullmatch, cells))}
    if not (places or clocks):
        return rows
    # Beside "+30s", and below a T alone, what has no sign and does not begin with nought is a time of day.
    first = [next((row.cells[at] for row in rows if at < len(row.cells) and row.cells[at]), "") for at in places]
    signed = any(cell[:1] in ("+", "-") for row in rows for place in places for cell in row.cells[place : place + 1])
    signed = signed or any(heads[at] in ("T", "t") and cell[:1] != "0" for at, cell in zip(places, first, strict=True))

    def counted_cell(place: int, cell: str) -> str:
        if cell and place in clocks:
            return f"{cell[:2]}:{cell[2:]}"
        counts = place in places and _LENGTH.fullmatch(cell) and (cell[0] in "+-" or not signed)
        return f"T{'' if cell[0] in '+-' else '+'}{cell}" if counts else cell

    return [Row(tuple(counted_cell(*cell) for cell in enumerate(row.cells)), row.numbers) for row in rows]


def unfolded(names: Sequence[str], rows: Sequence[Row]) -> tuple[Sequence[str], Sequence[Row]]:
    """The table with a row for each milestone of the only record, where that tells several: `detected_at`."""
    cells = rows[0].cells if len(rows) == 1 else ()
    milestones = [
        (match[0], cell)
        for name, cell in zip(names, cells, strict=False)
        if (match := _MILESTONE.match(name)) and (read := cell_time(cell)) and read.stamp.time and read.stamp.date
    ]
    if len(milestones) < _LEAST_ROWS:
        return names, rows
    other = {"text": "", "title": "", "name": "", "summary": ""} | dict(
        zip(map(str.casefold, names), cells, strict=False)
    )
    title = next((other[name] for name in ("title", "name", "summary") if other[name]), "")
    return ("time", "text"), [
        Row((cell, f"{name}: {title}" if title else name), rows[0].numbers) for name, cell in milestones
    ]


def joined_parts(names: Sequence[str], rows: Sequence[Row]) -> tuple[Sequence[str], Sequence[Row]]:
    """The table with one cell for a day whose year and month have columns of their own, and for hours and minutes."""
    parts = [_PARTS.get(_ZONE_END.sub("", name.strip().casefold()), "") for name in names]
    places = {
        part: at
        for at, part in enumerate(parts)
        if part
        and all(_PART_CELL.get(part, _SHORT_NUMBER).fullmatch(cell) for row in rows for cell in row.cells[at : at + 1])
    }
    day = [places[part] for part in ("year", "month", "day") if part in places]
    clock = [places[part] for part in ("hour", "minute", "second") if part in places]
    whole = [group for group, width in ((day, 3), (clock, 2)) if len(group) >= width]
    if not whole:
        return names, rows
    heads = ["date" if day in whole and at == day[-1] else name for at, name in enumerate(names)]

    def joined(row: Row) -> Row:
        cells = list(row.cells)
        for group in whole:
            if max(group) >= len(cells):
                continue
            # The first cell of a time, and the last of a day, takes the words of all.
            words = [cells[at].zfill(2) for at in group]
            for at in group:
                cells[at] = ""
            if group is clock:
                cells[clock[0]] = ":".join(words)
            else:
                cells[day[-1]] = "-".join(words) if words[1].isdecimal() else " ".join(reversed(words))
        return row._replace(cells=tuple(cells))

    return heads, [joined(row) for row in rows]


def _has_pauses(row: Row) -> bool:
    """Whether one cell of the row holds a whole programme, with breaks between its parts."""
    return any(
        len(cell) > _WHOLE_CHARS and sum(map(bool, map(PAUSE.search, cell.split("\n")))) > 1 for cell in row.cells
    )


class TableReader:
    """Reads the rows of one table into the collector."""

    def __init__(self, collector: Collector, calendar: Calendar, names: Sequence[str], rows: Sequence[Row]) -> None:
        self._collector = collector
        self._calendar = calendar
        names, rows = joined_parts(*unfolded(names, rows))
        self._rows = rows = counted_rows(names, rows)
        self._shape: Columns = columns(tuple(names), sampled(rows))
        self._places = self._shape.firsts
        self._constant = constant_columns(self._shape, rows)
        self._no_measures = {*self._shape.times, *self._constant}
        self._no_measures |= {index for index, role in enumerate(self._shape.roles) if role in ("date", "zone")}
        """The columns whose numbers tell when, or nothing of a row."""
        columns_of: list[list[str]] = [[] for _ in names]
        for row in rows:
            for column, cell in zip(columns_of, row.cells, strict=False):
                column.append(cell)
        if any(len([cell for cell in cells if _DECIMAL.fullmatch(cell)]) * 5 > len(cells) * 4 for cells in columns_of):
            # Beside an exact number in each row, a word that many rows have is the name of what was measured.
            few = (at for at, cells in enumerate(columns_of) if len(set(cells)) * _ROWS_OF_SERIES <= len(cells))
            self._no_measures |= {at for at in few if not any(" " in cell for cell in set(columns_of[at]))}
        self._has_days = not self._places.keys().isdisjoint(("date", "weekday", "half"))
        """Whether a row's moment stands in several columns."""
        self._last: datetime | None = None
        self._elsewhere: dict[int, list[int]] = {}
        """The lines whose time stands in another column than that of most."""

    def read(self) -> None:
        """Read all rows."""
        timeless = not self._shape.times and "date" not in self._places
        if self._is_programme():
            for row in self._rows:
                self._collector.skip(row.numbers, PROGRAMME)
            return
        for name in self._shape.names:
            self._calendar.hint = self._calendar.hint or period_in(name)
        if timeless and self._rows:
            self._note_day(self._shape.names, self._rows[0].numbers[0])
        for row in self._rows:
            if timeless:
                self._note_day(row.cells, row.numbers[0])
                self._collector.skip(row.numbers, NO_COLUMN)
            else:
                self._read(row)
        self._collector.close()
        if not timeless:
            self._collector.remarks += self._remarks()

    def _is_programme(self) -> bool:
        """Whether the table is an agenda or a timetable, of no day, or has the head of one that is."""
        shape = self._shape
        heads = " ".join(shape.names).replace("_", " ").replace(".", " ")
        if TRAVELS.search(heads) or OPPONENTS.match(heads) or any(map(_has_pauses, self._rows[:_PROGRAMME_ROWS])):
            return True
        # The same moment in another zone is no end.
        ends = [index for index in shape.times[1:2] if not zone_in(shape.names[index])]
        ends += [index for index, role in enumerate(shape.roles) if role == "until"]
        timed: list[TimedText] = []
        rows = self._rows[:_PROGRAMME_ROWS]
        for row in rows:
            begin = self._begin(row)
            read = cell_time(begin) if begin else None
            until = next((row.cells[index] for index in ends if index < len(row.cells)), "") if read else ""
            if read and until and not read.stamp.until:
                read = read._replace(stamp=read.stamp._replace(until=until))
            timed += [read] if read else []
        stamps = [read.stamp for read in timed]
        tasks = sum(1 for row in rows if any(map(TO_BE_DONE.fullmatch, row.cells)))
        if tasks * 2 > len(rows):
            return True
        if "date" in self._places or any(stamp.date for stamp in stamps):
            return divides_days(stamps, step=15)
        planned = any(shape.names) and shape.names in self._collector.programmes
        whens = [row.cells[index] for row in rows for index in shape.times[:1] if index < len(row.cells)]
        planned = planned or sum(map(is_habit, whens)) * 2 >= max(len(timed), _LEAST_ROWS)
        planned = planned or is_programme(stamps, [" ".join(row.cells) for row in rows])
        odd = any(stamp.time.exact or stamp.time.minute % 5 for stamp in stamps if stamp.time)
        planned = planned or (self._collector.is_schedule and not odd)
        if planned:
            self._collector.programmes.add(shape.names)
        return planned

    def _is_measured(self, row: Row) -> bool:
        """Whether the row holds numbers beside its time, and tells of nothing."""
        no_measures = self._no_measures
        cells = (cell for at, cell in enumerate(row.cells) if cell and at not in no_measures and not is_nothing(cell))
        measures = map(MEASURE.fullmatch, cells)
        return next(measures, None) is not None and all(measures)

    def _note_day(self, cells: Sequence[str], number: int) -> None:
        """Remember the day that a table of an incident's properties gives, by whatever name."""
        written = any_date(" ".join(cells[1:])) if cells else None
        named = written and _DATE_LABEL.fullmatch(cells[0])
        if written and (named or (len(cells) == _PAIR and written.year and not is_about_the_text(plain(cells[0])))):
            self._calendar.note_date(number, written, citation=False)

    def _read(self, row: Row) -> None:
        comments = self._comments(row)
        if comments:
            # What the row says itself stands beside its comments; where it says nothing, they are all of it.
            row = row._replace(cells=tuple("" if index in comments else cell for index, cell in enumerate(row.cells)))
        column, when_cell = self._when(row)
        timed = (at_start(when_cell) if self._calendar.counts else None) or cell_time(when_cell)
        if timed and column is not None and epoch_text(row.cells[column]):
            timed = timed._replace(stamp=timed.stamp._replace(zone=EPOCH_CELL))
        if timed is None and when_cell and not self._has_days:
            self._skip(row, comments, MEASURED if self._is_measured(row) else NO_CELL)
            return
        kind, text = self._text(row, timed, column)
        if timed and timed.stamp.date and timed.stamp.time is None and not text:
            known = self._calendar.set_date(timed.stamp.date, row.numbers[0])
            self._collector.structure += row.numbers if known else ()
            self._collector.skip(() if known else row.numbers, NO_DAY)
            return
        if comments and not (text and timed):
            return
        if self._is_measured(row) and not (timed and timed.text):
            self._skip(row, comments, MEASURED)
            return
        if not text:
            self._skip(row, comments, NO_TEXT if timed and timed.stamp.time else NO_CELL)
            return
        if timed and self._cell(row, "date") and not (timed.stamp.date or timed.stamp.weekday):
            self._skip(row, comments, NO_DAY_READ)
            return
        if timed:
            zone_cell = self._cell(row, "zone")
            if zone_cell and not (timed.stamp.zone or self._zone(row)):
                self._skip(row, comments, NO_ZONE)
                return
            self._last = self._calendar.moment(timed.stamp, row.numbers[0], self._zone(row))
            if self._last is None:
                self._skip(row, comments, self._calendar.why_none(timed.stamp))
                return
        elif when_cell or not self._last:
            day = self._cell(row, "date")
            is_timed = day and column is not None and cell_time(row.cells[column])
            self._skip(row, comments, NO_DAY_READ if is_timed else NO_CELL)
            return
        else:
            self._collector.borrowing.append(row.numbers[0])
        author = one_line(self._author(row).removeprefix("@"), MAX_NAME_CHARS) or None
        suffix = self._suffix(row, timed)
        self._collector.start(Entry(self._last, list(row.numbers), [text], suffix, kind=kind, author=author))

    def _skip(self, row: Row, comments: set[int], reason: str) -> None:
        """Leave the row out, unless its comments stand for it."""
        if not comments:
            self._collector.skip(row.numbers, reason)

    def _comments(self, row: Row) -> set[int]:
        """Read the cells that each hold a moment, an author and words; gives their columns."""
        comments: set[int] = set()
        if ";" not in "".join(row.cells):
            return comments
        own = cell_time(self._when(row)[1])
        for index, cell in enumerate(row.cells):
            match = _COMMENT.fullmatch(cell) if ";" in cell else None
            timed = timed_text(match["when"]) if match else None
            if timed and own and own.stamp[:2] == timed.stamp[:2]:
                # What happened at the moment of the row is what the row is about.
                continue
            moment = timed and timed.stamp.time and self._calendar.moment(timed.stamp, row.numbers[0], None)
            if match and moment:
                comments.add(index)
                author = one_line(match["author"], MAX_NAME_CHARS) or None
                self._collector.start(Entry(moment, list(row.numbers), [match["words"]], author=author))
        return comments

    def _when(self, row: Row) -> tuple[int | None, str]:
        """The column that tells the row's moment, None without one, and the moment as a line would begin with it."""
        column, when = None, ""
        for place, index in enumerate(self._shape.times):
            when = row.cells[index] if index < len(row.cells) else ""
            when = "" if is_nothing(when) else when
            if when:
                column = index
                if place:
                    self._elsewhere.setdefault(index, []).append(row.numbers[0])
                break
        if not self._has_days:
            return column, (epoch_text(when) or when).strip()
        date_cell = self._cell(row, "date")
        pair = pair_at(date_cell, 0)
        if pair and pair[1] == len(date_cell):
            date_cell = f"{pair[0].day} {MONTHS[pair[0].month - 1]}"
        named = ((weekday_named(cell), cell) for cell in (self._cell(row, "weekday"), date_cell))
        day = " ".join(DAYS[weekday - 1] if weekday else cell for weekday, cell in named).strip()
        return column, f"{day} {epoch_text(when) or when} {self._cell(row, 'half')}".strip()

    def _zone(self, row: Row) -> Zone | None:
        # A head that names the zone says what the cells are in; a column of zones is then about another one.
        return self._shape.zone or whole_zone(self._cell(row, "zone"))

    def _suffix(self, row: Row, timed: TimedText | None) -> str:
        if timed is None:
            return ""
        until = self._cell(row, "until")
        # Tools write the first year of their calendar, or nought, for what has not ended.
        is_none = until.startswith("0001-") or until == "0" or until == self._begin(row)
        until = "" if is_none else epoch_text(until) or until
        stamp = timed.stamp if timed.stamp.until or not until else timed.stamp._replace(until=until)
        return self._calendar.suffix(stamp, row.numbers[0], self._zone(row))

    def _cell(self, row: Row, role: Role) -> str:
        index = self._places.get(role)
        return row.cells[index] if index is not None and index < len(row.cells) else ""

    def _begin(self, row: Row) -> str:
        """The cell of the column that tells best when."""
        times = self._shape.times
        return row.cells[times[0]] if times and times[0] < len(row.cells) else ""

    def _author(self, row: Row) -> str:
        cells = (row.cells[index] for index in self._shape.authors if index < len(row.cells))
        return next(filter(None, cells), "")

    def _text(self, row: Row, timed: TimedText | None, column: int | None) -> tuple[Kind, str]:
        """The text of the row: its columns of text, then what no field of an entry is for, by the column's name."""
        texts: list[str] = []
        besides: list[str] = []
        tags: list[str] = []
        kind: Kind | None = None
        author = self._author(row)
        for index, cell in enumerate(row.cells):
            if not cell:
                continue
            role = self._shape.roles[index] if index < len(self._shape.roles) else "text"
            name = self._shape.names[index] if index < len(self._shape.names) else ""
            if role == "kind" and cell.casefold() in _KINDS:
                kind = _KINDS[cell.casefold()]
            elif role == "kind" and not self._says_more(row):
                texts.append(cell.replace("_", " "))
            elif role == "text" and not is_nothing(cell) and cell not in texts:
                texts.append(cell)
            elif role == "author" and cell != author:
                besides.append(f"({name}: {cell})")
            elif role in ("kind", "other") and index != column and index not in self._constant:
                besides.append(f"({name}: {cell})" if name.strip(" *_`") else f"({cell})")
            elif role == "tags":
                parts = _TAG_ENDS.split(cell)
                parts = _TAG_MARKS.split(cell) if len(parts) == 1 else parts
                tags += [f"#{_TAG_MARKS.sub('-', part.strip(' #'))}" for part in parts if part.strip(" #")]
        if timed and timed.stamp.time and timed.text:
            texts.insert(0, timed.text)
        if not texts and besides and timed and timed.stamp.time:
            texts, besides = [author, *besides] if author else besides, []
        joined = " — ".join(texts)
        kind, text = (kind, joined) if kind else marked(joined)
        words = set(text.casefold().split())
        besides += [tag for tag in tags if tag.casefold() not in words]
        return kind or "note", " ".join(part for part in (text, *besides) if part) if text else ""

    def _says_more(self, row: Row) -> bool:
        """Whether a column of text tells what the row is, so that its kind is only its kind."""
        return any(cell and role == "text" for cell, role in zip(row.cells, self._shape.roles, strict=False))

    def _remarks(self) -> list[str]:
        """Clauses on what the columns were taken for, where a reader could expect something else."""
        names = self._shape.names
        remarks: list[str] = []
        unread = [index for index, role in enumerate(self._shape.roles) if role == "dropped" and names[index]]
        unread = [index for index in unread if index not in self._shape.times]
        dropped = [names[index] for index in unread if any(any(row.cells[index : index + 1]) for row in self._rows)]
        if dropped:
            listed = ", ".join(dropped[:_LISTED]) + (", …" if len(dropped) > _LISTED else "")
            remarks.append(f"left out: {'column' if len(dropped) == 1 else 'columns'} {listed}")
        if self._constant:
            pairs = [f"{names[index] or 'a column'} is {one_line(cell, 40)}" for index, cell in self._constant.items()]
            remarks.append(f"the same in every row, so left out: {'; '.join(pairs[:_LISTED])}")
        main = self._shape.times[:1]
        others = [names[index] for index in self._shape.times[1:] if names[index]]
        if main and self._shape.is_late:
            remarks.append(f"the time of a row is its “{names[main[0]]}”, since there is no other")
        elif main and others and names[main[0]]:
            remarks.append(f"the time of a row is its “{names[main[0]]}”, not its “{'”, “'.join(others[:_LISTED])}”")
        for index, numbers in self._elsewhere.items():
            where = f"{counted(len(numbers), 'row')}, the first on line {numbers[0]}"
            remarks.append(f"the time of {where}, is its “{names[index]}”")
        return [one_line(remark, 300) for remark in remarks]
