"""A list that keeps its bar on a row while others come and go."""

from collections.abc import Iterable

from textual.content import Content
from textual.widgets.option_list import Option

from console.app.widgets.marked_list import MarkedList


class RowList(MarkedList):
    @property
    def chosen(self) -> str:
        """The id of the highlighted row; empty where none is."""
        option = self.highlighted_option
        return (option.id or "") if option is not None else ""

    def put(self, rows: Iterable[tuple[str, Content]], *, nothing: Content | str = "", choose: str = "") -> None:
        """Show these rows, by their ids; what is highlighted stays so, unless another is to be chosen.

        `nothing` stands there where there are none.
        """
        wanted = choose or self.chosen
        self.set_options([Option(words, id=id) for id, words in rows] or [Option(nothing, disabled=True)])
        self.choose(wanted)

    def choose(self, id: str) -> None:
        """Highlight a row; the first where there is none of that id."""
        ids = [option.id for option in self.options if not option.disabled]
        self.highlighted = ids.index(id) if id in ids else 0 if ids else None
