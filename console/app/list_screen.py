"""A screen with a list: what is highlighted is told below it, and above the keys stands what went wrong."""

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.app.popup import SayingPopup
from console.app.session import Session
from console.app.widgets.cell import Cell
from console.app.widgets.marked_list import MARK_CELLS
from console.app.widgets.row_list import RowList


class ListScreen(SayingPopup[None]):
    """Its widgets' ids begin with the name of the place: `#targets-list`."""

    def __init__(self, session: Session, title: str) -> None:
        super().__init__()
        self.session, self._title = session, title

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id=self.place):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield RowList(id=f"{self.place}-list", markup=False)
            with VerticalScroll(id=f"{self.place}-page", can_focus=False):
                yield Static(id=f"{self.place}-text", markup=False)
            yield Cell(id=f"{self.place}-say")
            yield self.keys()

    @property
    def list(self) -> RowList:
        return self.query_one(RowList)

    @property
    def row_width(self) -> int:
        """Cells for a row of the list."""
        return max(30, self.list.size.width - 2 - MARK_CELLS)

    @property
    def page(self) -> VerticalScroll:
        """The text beside the list, about the highlighted row."""
        return self.query_one(f"#{self.place}-page", VerticalScroll)

    def act_page_up(self) -> None:
        self.page.scroll_page_up(animate=False)

    def act_page_down(self) -> None:
        self.page.scroll_page_down(animate=False)

    def tell(self, words: Content | str) -> None:
        """Show the words about the highlighted row, and the keys for what can be done with it."""
        self.query_one(f"#{self.place}-text", Static).update(words)
        self.show_keys()
