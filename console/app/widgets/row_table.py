"""A table of one line a row that draws only what is seen; its bar is moved from the field above it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from console.app.widgets.line_list import LineList
from console.app.widgets.marked_list import MARK, MARK_CELLS

Words = tuple[str, str]
"""A text and its look."""
LOOKS = ("text", "strong", "muted", "warning", "overdue", "good")
Draw = Callable[[str, int], Sequence[Words]]
"""The words of a row, by its id, in at most so many cells."""
T = TypeVar("T")


class RowTable(LineList, can_focus=False):
    class_prefix = "row-table"
    COMPONENT_CLASSES = {f"row-table--{name}" for name in (*LOOKS, "cursor", "mark")}

    class Moved(Message):
        """The bar stands on another row."""

    def __init__(self, draw: Draw, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._draw = draw
        self._ids: list[str] = []
        self._row = 0
        self.nothing = ""
        """The text shown in place of rows."""

    def show(self, ids: Sequence[str]) -> None:
        """Show these rows; the bar stays on its row, or where that has gone goes to the first."""
        before = self.selected
        self._ids = list(ids)
        self._row = self._ids.index(before) if before in self._ids else 0
        self.tops, self.total = list(range(len(self._ids))), len(self._ids)
        self.virtual_size = Size(self.scrollable_content_region.width, max(1, self.total))
        self.scroll_to_row()
        self.refresh()
        self.post_message(self.Moved())

    @property
    def selected(self) -> str:
        return self._ids[self._row] if self._row < len(self._ids) else ""

    @property
    def selected_row(self) -> int | None:
        return self._row if self._ids else None

    @property
    def page_rows(self) -> int:
        return max(1, self.scrollable_content_region.height - 1)

    def step(self, rows: int) -> None:
        """Move the bar by so many rows, at most to the first or the last."""
        if self._ids:
            self.move(min(max(0, self._row + rows), len(self._ids) - 1))

    def move(self, row: int) -> None:
        if 0 <= row < len(self._ids):
            self._row = row
            self.scroll_to_row()
            self.post_message(self.Moved())

    def scroll_to_row(self) -> None:
        if self._ids:
            self.show_row(self._row)

    def on_resize(self, event: events.Resize) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, max(1, self.total))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, place = self.scrollable_content_region.width, y + self.scroll_offset.y
        chosen = place == self._row and bool(self._ids)
        ground = self.rich_style + self.style_of("cursor") if chosen else self.rich_style
        words: Sequence[Words] = ()
        if place < len(self._ids):
            words = self._draw(self._ids[place], width - MARK_CELLS)
        elif not self._ids and place == 0:
            words = [(self.nothing, "muted")]
        segments = [Segment(MARK if chosen else " ", ground + self.style_of("mark"))]
        left = width - MARK_CELLS
        for text, look in words:
            shown = text if cell_len(text) <= left else set_cell_size(text, left)
            segments.append(Segment(shown, ground + self.style_of(look)))
            left -= cell_len(shown)
        return Strip([*segments, Segment(" " * max(0, left), ground)], width)

    @property
    def pressable_lines(self) -> Sequence[int]:
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        return range(max(0, min(height, self.total - top)))

    def on_click(self, event: events.Click) -> None:
        self.press_line(event.y)

    def press_line(self, y: int) -> None:
        """A click selects, and on what is selected opens."""
        place = y + self.scroll_offset.y
        if place >= self.total:
            return
        if place == self._row:
            self.post_message(self.Chosen(self.selected))
        else:
            self.move(place)
