"""A piece of text that repaints only when what it shows has changed."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from textual.content import Content, Span
from textual.geometry import Offset
from textual.style import Style
from textual.widgets import Static

Part = str | tuple[str, str] | Content


@dataclass(frozen=True)
class Pressed(Style):
    """A style without a look: a click on its text does the act."""

    act: str = ""

    def __bool__(self) -> bool:
        """Texts that are joined leave out a style that is false."""
        return True


def text(*parts: Part) -> Content:
    """Content out of plain strings and (string, style) pairs; nothing in them is read as markup."""
    return Content.assemble(*parts)


def pressable(act: str, *parts: Part) -> Content:
    """Content that does an act of the registry, by its id, when it is clicked."""
    return text(*parts).stylize(Pressed(act=act))


def fitted(words: str, width: int) -> str:
    """The words in at most `width` cells, `…` where they were cut; wide characters count as two."""
    if cell_len(words) <= width:
        return words
    return set_cell_size(words, max(0, width - 1)).rstrip() + "…" if width > 0 else ""


def padded(words: str, width: int) -> str:
    """`fitted`, filled up with spaces to exactly `width` cells."""
    short = fitted(words, width)
    return short + " " * (width - cell_len(short))


def hung(head: Content, words: Content, width: int) -> Content:
    """The words behind `head`, and where they are longer than `width` below their own beginning."""
    room = width - head.cell_length
    lines = words.wrap(room) if 0 < room < words.cell_length else [words]
    return head + Content("\n" + " " * head.cell_length).join(lines)


_BETWEEN_ITEMS = re.compile(r" +· +")
_BULLET = re.compile(r"\s*(?:[-*·•>□▲✓→]|[0-9]{1,2}[.)]) +")


def item_lines(content: Content, width: int) -> list[Content]:
    """Items that ` · ` parts, in lines of at most `width` cells; only an item longer than a line is broken itself."""
    lines, end, gap = [text()], 0, text()
    for between in [*_BETWEEN_ITEMS.finditer(content.plain), None]:
        item = content[end : between.start() if between else len(content)]
        longer = lines[-1] + gap + item
        if longer.cell_length > width >= item.cell_length:
            lines.append(item)
        else:
            lines[-1:] = longer.wrap(width)
        if between:
            gap, end = content[between.start() : between.end()], between.end()
    return lines


def hanging_lines(content: Content, width: int) -> list[Content]:
    """The lines, of at most `width` cells; one that begins with a bullet goes on below its own words."""
    lines: list[Content] = []
    for line in content.split("\n", allow_blank=True):
        bullet = _BULLET.match(line.plain)
        at = bullet.end() if bullet else 0
        lines += hung(line[:at], line[at:], width).split("\n", allow_blank=True) if at else line.wrap(width)
    return lines


class Cell(Static):
    """Shows one Content. A second that changes nothing paints nothing."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._shown: tuple[str, tuple[Span, ...]] = ("", ())

    @property
    def words(self) -> str:
        """What it shows, without its styles."""
        return self._shown[0]

    def show(self, content: Content) -> bool:
        """Show the content; whether anything changed. Only a change of size makes the screen be laid out anew."""
        shown = (content.plain, tuple(content.spans))
        if shown == self._shown:
            return False
        layout = not self._takes_the_place(self._shown[0].split("\n"), content.plain.split("\n"))
        self._shown = shown
        looks = [span for span in content.spans if not isinstance(span.style, Pressed)]
        self.update(Content(content.plain, looks), layout=layout)
        return True

    def pressed_at(self, offset: Offset) -> str:
        """The act that a click does there, in columns and lines of its text; empty for none."""
        words, spans = self._shown
        at = sum(len(line) + 1 for line in words.split("\n")[: offset.y]) + offset.x
        acts = (span.style.act for span in spans if isinstance(span.style, Pressed) and span.start <= at < span.end)
        return next(acts, "")

    def _takes_the_place(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """Whether the new lines need as much room as the old ones, so that nothing on the screen has to move."""
        old, new = [cell_len(line) for line in before], [cell_len(line) for line in after]
        if old == new:
            return True
        # In a column of its own width a line may grow and shrink as long as it does not wrap.
        width = self.styles.width
        fills = width is None or not width.is_auto
        return fills and len(old) == len(new) and max(*old, *new) <= self.content_size.width


class LaidCell(Cell):
    """Lays its content out by itself, at whatever width it has."""

    def __init__(
        self, lines: Callable[[Content, int], list[Content]], *, id: str | None = None, classes: str | None = None
    ) -> None:
        """`lines` breaks a content into lines of at most so many cells."""
        super().__init__(id=id, classes=classes)
        self._lines = lines
        self.whole = text()
        """What it shows, before it is broken into lines."""

    def show(self, content: Content) -> bool:
        self.whole, width = content, self.content_size.width
        return super().show(Content("\n").join(self._lines(content, width)) if width else content)

    def on_resize(self) -> None:
        self.show(self.whole)
