"""A list whose chosen row has a mark: a ground alone is not seen in sixteen colours, in none, or on a projector."""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widgets import OptionList

MARK = "▌"
MARK_CELLS = 1


class MarkedList(OptionList):
    DEFAULT_CSS = """
    MarkedList > .option-list--option { padding: 0 0 0 1; }
    MarkedList > .marked-list--mark { color: $primary; }
    """
    COMPONENT_CLASSES = {"marked-list--mark"}

    @property
    def row_width(self) -> int:
        """Cells for the words of a row; 0 before the first layout."""
        return max(0, self.scrollable_content_region.width - MARK_CELLS)

    @property
    def mark(self) -> str:
        """The mark before the chosen row; empty where nothing acts on it."""
        return MARK if self.has_focus else ""

    def render_line(self, y: int) -> Strip:
        strip, mark = super().render_line(y), self.mark
        place = next((segment.style.meta.get("option") for segment in strip if segment.style), None)
        if not mark or place is None or place != self.highlighted or strip.cell_length < MARK_CELLS:
            return strip
        ground = next((segment.style for segment in strip if segment.style), Style.null())
        style = ground + self.get_component_rich_style("marked-list--mark", partial=True)
        return Strip.join([Strip([Segment(mark, style)], MARK_CELLS), strip.crop(MARK_CELLS)])
