"""Tables of Markdown and CSV: their rows, and what their columns hold."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from console.core.language.text import csv_text
from console.core.language.zones import Zone
from console.intake.stamps import timed_text
from console.intake.zones import zone_in

Role = Literal["time", "date", "until", "text", "kind", "author", "tags", "other", "dropped"]

_NAMES: dict[Role, str] = {
    "time": "time|times|when|timestamp|time stamp|at|start|start time|started|started at|occurred at|occurred|datetime"
    "|date time|date and time|time of day|clock|from|begin|hour",
    "date": "date|day",
    "until": "end|until|to|end time|ended|finish",
    "text": "event|events|description|what|what happened|detail|details|text|entry|message|note|notes|activity|summary"
    "|comment|comments|update|updates|status|occurrence|action|actions|timeline|log|observation|event description",
    "kind": "kind|type|category",
    "author": "who|author|by|actor|person|owner|user|name|reported by|logged by|responder|engineer",
    "tags": "tag|tags|label|labels",
    # What an export of a log carries beside its entries, and what only counts the rows.
    "dropped": "id|recorded at|corrected|ref|incident|no|nr|row",
}
_ROLES: dict[str, Role] = {name: role for role, names in _NAMES.items() for name in names.split("|")}

_BRACKETED = re.compile(r"\([^()]{0,60}\)|\[[^\[\]]{0,60}\]")
_NOT_WORD = re.compile(r"[\W_]+")
_PIPE = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"\s{0,8}<br\s?/?>\s{0,8}", re.IGNORECASE)
_SAMPLE_ROWS = 20


class Row(NamedTuple):
    """The cells of a row and the source lines it stands on, counted from 1."""

    cells: tuple[str, ...]
    numbers: tuple[int, ...]


class Columns(NamedTuple):
    """The role of each column of a table."""

    names: tuple[str, ...]
    roles: tuple[Role, ...]
    zone: Zone | None
    """The zone that the head of the column of times names."""

    def first(self, role: Role) -> int | None:
        """The number of the first column with the role, from 0."""
        return self.roles.index(role) if role in self.roles else None


def columns(names: Sequence[str], rows: Sequence[Row]) -> Columns:
    """The roles of the columns by their names, and by their cells where no name tells of a time."""
    roles = [_role(name) for name in names]
    times = [index for index, role in enumerate(roles) if role == "time"]
    # Further columns of times repeat the moment in other zones; they stay readable in the text.
    for index in times[1:]:
        roles[index] = "other"
    if not times:
        time_column = _column_of_times(len(names), rows)
        if time_column is not None:
            roles[time_column] = "time"
            times = [time_column]
    if "text" not in roles:
        roles = ["text" if role == "other" else role for role in roles]
    return Columns(tuple(names), tuple(roles), zone_in(names[times[0]]) if times else None)


def _role(name: str) -> Role:
    words = _NOT_WORD.sub(" ", _BRACKETED.sub(" ", name.casefold())).strip()
    role = _ROLES.get(words)
    if role:
        return role
    if zone_in(name) and (not words or words.startswith("time") or words.endswith("time") or len(words) <= 4):
        return "time"
    return "other" if words else "dropped" if "#" in name else "other"


def _column_of_times(count: int, rows: Sequence[Row]) -> int | None:
    sample = rows[:_SAMPLE_ROWS]
    for index in range(count):
        cells = [row.cells[index] for row in sample if index < len(row.cells) and row.cells[index]]
        timed = sum(1 for cell in cells if (read := timed_text(cell)) and read.stamp.time)
        if timed and timed * 2 >= len(cells):
            return index
    return None


def is_table_head(lines: Sequence[str], index: int) -> bool:
    """True when a Markdown table begins at the line: a row with its line of dashes below."""
    if "|" not in lines[index] or index + 1 >= len(lines):
        return False
    below = lines[index + 1].strip()
    return "|" in below and "-" in below and set(below) <= set("|-: \t>+")


def table_cells(raw: str) -> tuple[str, ...]:
    """The cells of a row of a Markdown table; `\\|` is a bar in a cell, `<br>` a new line."""
    inner = raw.strip().lstrip("> ")
    if inner.startswith("|"):
        inner = inner[1:]
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return tuple(_BREAK.sub("\n", cell.replace("\\|", "|")).strip() for cell in _PIPE.split(inner))


def csv_delimiter(head: str) -> str | None:
    """The delimiter, where the line is the head of a CSV file of a timeline: it names a time or date and a text."""
    if len(head) > 1000 or head.startswith("#"):
        return None
    for delimiter in ("\t", ";", ","):
        names = [name.strip().strip('"') for name in head.split(delimiter)]
        roles = {_role(name) for name in names}
        if 2 <= len(names) <= 40 and max(map(len, names)) <= 40 and roles & {"time", "date"} and "text" in roles:
            return delimiter
    return None


def csv_cells(row: Row, count: int, delimiter: str) -> Row:
    """The row with `count` cells at most, what a bare delimiter split off the last one joined to it again.

    Cells that a spreadsheet would run as formulas are given back as they were before they were made harmless.
    """
    kept = row.cells if len(row.cells) <= count else (*row.cells[: count - 1], delimiter.join(row.cells[count - 1 :]))
    return Row(tuple(csv_text(cell.strip()) for cell in kept), row.numbers)


def csv_rows(lines: Sequence[str], start: int, end: int, delimiter: str) -> Iterator[Row]:
    """The rows from the line `start` (from 0) up to `end`; blank lines between are left out.

    A quoted cell may go over lines and holds `""` for a quote. A quote that is never closed is a character like
    others, so that one slip does not take the rest of the file into one cell.
    """
    text = "\n".join(lines[start:end])
    ends = re.compile(f"[\n{delimiter}]")
    number = start + 1
    position = 0
    quoting = True
    while position <= len(text):
        cells: list[str] = []
        first = number
        while True:
            begin = position
            cell, position, quoting = _cell(text, begin, ends, quoting=quoting)
            number += text.count("\n", begin, position)
            cells.append(cell)
            if text[position : position + 1] != delimiter:
                break
            position += 1
        position += 1
        numbers = tuple(at for at in range(first, number + 1) if lines[at - 1].strip())
        if numbers:
            yield Row(tuple(cells), numbers)
        number += 1


def _cell(text: str, position: int, ends: re.Pattern[str], *, quoting: bool) -> tuple[str, int, bool]:
    """A cell, where it ends, and whether a quote may still begin a cell: not after one that is never closed."""
    if quoting and text.startswith('"', position):
        pieces: list[str] = []
        at = position + 1
        while (end := text.find('"', at)) >= 0:
            pieces.append(text[at:end])
            if not text.startswith('"', end + 1):
                rest = _end(text, end + 1, ends)
                return '"'.join(pieces) + text[end + 1 : rest], rest, True
            at = end + 2
        quoting = False
    end = _end(text, position, ends)
    return text[position:end], end, quoting


def _end(text: str, position: int, ends: re.Pattern[str]) -> int:
    match = ends.search(text, position)
    return match.start() if match else len(text)
