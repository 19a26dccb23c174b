"""A file as the reader takes it: lines or rows, with the source line of each."""

from collections.abc import Sequence
from typing import NamedTuple

from console.intake.model import Skipped
from console.intake.tables import Row


class Table(NamedTuple):
    """Rows whose columns have names."""

    names: tuple[str, ...]
    rows: list[Row]


class Source(NamedTuple):
    """A file as the reader takes it."""

    lines: Sequence[str]
    """Lines of Markdown; of records, a line for each."""

    numbers: Sequence[int]
    """The line of the file, from 1, of each of the lines; several may have come from one."""

    length: int
    """The number of lines of the file."""

    tables: Sequence[Table] | None = None
    """The records, which stand on the lines; None for a text."""

    faults: Sequence[tuple[int, str]] = ()
    """The lines, counted from 1, that hold no record to be read, each with the reason."""

    set_aside: Sequence[Skipped] = ()
    """Lines of the file, by their own numbers, that are not for the reader."""

    title: str | None = None
    document: str = ""
    """The name of the export of Warroom that the file is; empty for anything else."""

    is_named: bool = False
    """Whether an export of Warroom names people."""

    remarks: Sequence[str] = ()
    """Clauses on what was left out."""

    elapsed: bool = False
    """Whether its times of day are lengths of time since the start of a recording."""

    @property
    def is_text(self) -> bool:
        """Whether the lines are those of the file."""
        return self.tables is None and isinstance(self.numbers, range)


class Draft:
    """A text in the making: lines of Markdown, each with the line of the file that it comes from."""

    def __init__(self, length: int) -> None:
        """`length` is the number of lines of the file."""
        self.lines: list[str] = []
        self._numbers: list[int] = []
        self._length = length

    def put(self, line: str, number: int) -> None:
        """Add a line that was made of that line of the file, from 1; of blank ones only the first."""
        if line or (self.lines and self.lines[-1]):
            self.lines.append(line)
            self._numbers.append(min(number, self._length))

    def table(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Add the rows of a table, each with its line from 1; the first one stands where a head would."""
        width = max((len(cells) for _, cells in rows), default=0)
        for place, (number, cells) in enumerate(rows):
            if place == 0:
                cells = [*cells, *[""] * (width - len(cells))]
                self.put("", number)
            self.put(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |", number)
            if place == 0:
                self.put("|" + "---|" * width, number)
        if rows:
            self.put("", rows[-1][0])

    def source(self) -> Source:
        """All lines so far."""
        return Source(self.lines, self._numbers, self._length)
