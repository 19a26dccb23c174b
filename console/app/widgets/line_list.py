"""A list that draws its own lines: a hundred thousand rows cost what a hundred do, and only lines that read differently
are painted anew."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.scroll_view import ScrollView


class LineList(ScrollView, can_focus=True):
    """Rows of some lines each, one of them under the cursor. Styles are component classes, coloured in `styles/`."""

    DEFAULT_CSS = "LineList { overflow-x: hidden; scrollbar-size-vertical: 1; }"
    BINDINGS = [
        Binding("up", "cursor(-1)", "Up", show=False),
        Binding("down", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(0)", "First", show=False),
        Binding("end", "edge(1)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    class_prefix: ClassVar[str]
    """Of its component classes."""

    @dataclass
    class Chosen(Message):
        """A row was opened."""

        id: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.tops: Sequence[int] = []
        """The first line of each row."""
        self.total = 0
        """The number of all lines."""

    @property
    def selected(self) -> str:
        """The id of the row under the cursor; empty when there is none."""
        raise NotImplementedError

    @property
    def selected_row(self) -> int | None:
        """The place of the row under the cursor; None where there is none."""
        raise NotImplementedError

    @property
    def seen(self) -> str:
        """`selected` where it is visibly so: the cursor is painted, and its row in view; else empty."""
        if not self.has_focus or not self.selected:
            return ""
        row, top = self.selected_row, self.scroll_offset.y
        if row is None or self.tops[row] >= top + self.scrollable_content_region.height or self.end_of(row) <= top:
            return ""
        return self.selected

    def move(self, row: int) -> None:
        """Put the cursor on a row."""
        raise NotImplementedError

    @property
    def pressable_lines(self) -> Sequence[int]:
        """Of each row in view that a click opens its first line, from the top of the view; none where it only moves."""
        return ()

    def press_line(self, y: int) -> None:
        """Do what a click on a line of the view does."""

    def row_at(self, line: int) -> int:
        """The row that a line of the whole list belongs to."""
        return bisect_right(self.tops, line) - 1

    def end_of(self, row: int) -> int:
        """The line behind the row's last one."""
        return self.tops[row + 1] if row + 1 < len(self.tops) else self.total

    def show_row(self, row: int) -> None:
        """Bring a row into view."""
        top = self.tops[row]
        self.scroll_to_region(Region(0, top, 1, self.end_of(row) - top), animate=False, force=True)
        self.refresh()

    def style_of(self, name: str) -> Style:
        """The style of a component class, without the ground below it."""
        return self.get_component_rich_style(f"{self.class_prefix}--{name}", partial=True)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def action_edge(self, last: int) -> None:
        self.move(len(self.tops) - 1 if last else 0)

    def action_choose(self) -> None:
        """Open the row that is visibly selected; without one, select the last, which an Enter more opens."""
        if self.seen:
            self.post_message(self.Chosen(self.seen))
        elif self.tops:
            self.move(len(self.tops) - 1)
