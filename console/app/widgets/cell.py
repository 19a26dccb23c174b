"""A piece of text that repaints only when what it shows has changed."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.content import Content, Span
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual
from textual.widgets import Static

from console.app.acts import with_keys
from console.core.language.pattern import late

Part = str | tuple[str, str] | Content
ACT = "act"
"""In the meta data of a style: the act that a click on its text does."""


def text(*parts: Part) -> Content:
    """Content out of plain strings and (string, style) pairs; nothing in them is read as markup."""
    return Content.assemble(*parts)


def pressable(act: str, *parts: Part) -> Content:
    """Content that does an act of the registry, by its id, when it is clicked; what is pressable in it goes first."""
    return text(*parts).stylize_before(Style.from_meta({ACT: act}))


def keyed(sentence: str, style: str = "") -> Content:
    """A sentence with keys in place of the acts that it names in braces, as `with_keys` gives it: a click presses them.

    Nothing but the sentence may stand in it: words of people would be read, too.
    """
    parts = re.split(r"(\{\w+\})", sentence)
    return text(
        *(pressable(part[1:-1], (with_keys(part), style)) if part[:1] == "{" else (part, style) for part in parts)
    )


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


_BETWEEN_ITEMS = late(r" +· +")
_BULLET = late(r"\s*(?:[-*·•>□▲✓→]|[0-9]{1,2}[.)]) +")


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
        if line.cell_length <= width and "\t" not in line.plain:
            lines.append(line)
            continue
        bullet = _BULLET.match(line.plain)
        at = bullet.end() if bullet else 0
        lines += hung(line[:at], line[at:], width).split("\n", allow_blank=True) if at else line.wrap(width)
    return lines


class Cell(Static):
    """Shows one Content. A second that changes nothing paints nothing."""

    auto_links = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._shown: tuple[str, tuple[Span, ...]] = ("", ())

    @property
    def words(self) -> str:
        """The text that it shows, without its styles."""
        return self._shown[0]

    def show(self, content: Content) -> bool:
        """Show the content; whether anything changed. Only a change of size makes the screen be laid out anew."""
        shown = (content.plain, tuple(content.spans))
        if shown == self._shown:
            return False
        layout = not self._takes_the_place(self._shown[0].split("\n"), content.plain.split("\n"))
        self._shown = shown
        self.update(content, layout=layout)
        return True

    def _takes_the_place(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """True when the new lines need as much room as the old ones, so that nothing on the screen has to move."""
        old, new = [cell_len(line) for line in before], [cell_len(line) for line in after]
        if old == new:
            return True
        # In a column of its own width a line may grow and shrink as long as it does not wrap.
        width = self.styles.width
        fills = width is None or not width.is_auto
        return fills and len(old) == len(new) and max(*old, *new) <= self.content_size.width


_Line = tuple[str, tuple[Span, ...]]


class _Laid(NamedTuple):
    """A content at a width."""

    lines: list[Content]
    known: Mapping[_Line, list[Content]]
    """Of each line of the content, or of the one before it, the lines that it is broken into."""


class LaidCell(Cell):
    """Lays its content out by itself, at whatever width it has, and draws the lines in view alone.

    What is shown next is mostly what was shown before, but for the line that somebody types.
    """

    def __init__(
        self, lines: Callable[[Content, int], list[Content]], *, id: str | None = None, classes: str | None = None
    ) -> None:
        """`lines` breaks a content into lines of at most so many cells."""
        super().__init__(id=id, classes=classes)
        self._lines = lines
        self.whole = text()
        """The content that it shows, before it is broken into lines."""
        self._laid: dict[int, _Laid] = {}
        """By the width, which is another for as long as a scroll bar comes or goes."""

    @property
    def words(self) -> str:
        width = self.content_size.width
        return "\n".join(line.plain for line in self._laid_out(width)) if width else self.whole.plain

    def show(self, content: Content) -> bool:
        if (content.plain, content.spans) == (self.whole.plain, self.whole.spans):
            return False
        width = self.content_size.width
        before = len(self._laid_out(width))
        self.whole, self._laid = content, {width: _Laid([], self._laid[width].known)}
        self.refresh(layout=not width or len(self._laid_out(width)) != before)
        return True

    def _laid_out(self, width: int) -> list[Content]:
        """The lines at a width."""
        laid = self._laid.setdefault(width, _Laid([], {}))
        if not laid.lines and width:
            known: dict[_Line, list[Content]] = {}
            for line in self.whole.split("\n", allow_blank=True):
                key = (line.plain, tuple(line.spans))
                known[key] = laid.known.get(key) or self._lines(line, width)
                laid.lines.extend(known[key])
            self._laid[width] = laid._replace(known=known)
        return laid.lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._laid_out(width))

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.visual_style
        lines = self._laid_out(width)
        if y >= len(lines):
            return Strip.blank(width, style.rich_style)
        line, span = lines[y], self.text_selection and self.text_selection.get_span(y)
        if span is not None:
            start, end = span
            chosen = Style.from_styles(self.screen.get_component_styles("screen--selection"))
            line = line.stylize(chosen, start, None if end == -1 else end)
        strip = Visual.to_strips(self, line, width, 1, style, apply_selection=False)[0]
        return strip.apply_offsets(0, y)

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        return selection.extract(self.words), "\n"
