"""One screen of what became of an incident since somebody looked, or of all of it; Enter goes to the entry."""

import asyncio
from datetime import datetime

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.catchup.looks import Look
from console.app.popup import Popup
from console.app.registry import bindings
from console.app.session import Session, StateChanged
from console.app.situation import Situation
from console.app.widgets.cell import fitted, hung, text
from console.app.widgets.marked_list import MarkedList
from console.core.language.text import clean, one_line
from console.core.language.times import due_words
from console.core.log.catchup import SECTIONS, CatchUpLine, catch_up, shortened
from console.core.log.state import Incident

NOTHING = "Nothing was decided or changed since."
MAX_CHARS = 300
ROWS_BESIDE = 8
"""Rows of the screen that are not the list's: edges, title, keys."""
SECTION_CELLS = max(map(len, SECTIONS.values()))


class CatchUpScreen(Popup[str]):
    """Gives the id of the entry to go to, or None."""

    place = "catchup"
    BINDINGS = bindings("catchup")

    def __init__(self, session: Session, ref: str, look: Look | None) -> None:
        """`look` is what its reader knows; None for one who knows nothing of the incident."""
        super().__init__()
        self._session, self._ref, self._look = session, ref, look
        self._whole = look is None
        self._lines: dict[str, CatchUpLine] = {}
        """By the ids of the list's rows."""
        self.resting = asyncio.Event()
        """Set but while the rows are worked out: keys are for those that come."""
        self.resting.set()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="catchup"):
            with Vertical(classes="dialog-head"):
                yield Static(id="catchup-title", classes="dialog-title", markup=False)
            yield MarkedList(id="catchup-list", markup=False)
            yield self.keys()

    @property
    def situation(self) -> Situation:
        return Situation(self._session.state(self._ref), chosen=self.chosen.entries[-1] if self.chosen else "")

    @property
    def chosen(self) -> CatchUpLine | None:
        option = self.query_one(MarkedList).highlighted_option
        return self._lines.get(option.id or "") if option is not None else None

    @on(StateChanged)
    def _changed(self, event: StateChanged) -> None:
        if event.ref == self._ref:
            self.show_rows()

    def act_whole_incident(self) -> None:
        self._whole = not self._whole or self._look is None
        self.show_rows()

    def show_rows(self) -> None:
        session, state, now = self._session, self._session.state(self._ref), self._session.now()
        since = "the whole incident"
        if not self._whole and self._look is not None:
            since = f"since you looked, {due_words(self._look.at, now, session.zone)}"
        title = f"{state.ref} {state.severity.value} {state.stage_title(state.stage.value)}: {since}"
        self.query_one("#catchup-title", Static).update(clean(title))
        known = Incident(self._ref) if self._whole or self._look is None else self._look.state
        self.resting.clear()
        self._show_lines(known, state, now)

    @work(exclusive=True)
    async def _show_lines(self, known: Incident, state: Incident, now: datetime) -> None:
        room = max(10, self.size.height - ROWS_BESIDE)
        # Of a long incident it goes through all of the entries.
        lines = await asyncio.to_thread(lambda: shortened(catch_up(known, state, now), room))
        options, before = self.query_one(MarkedList), self.chosen
        self._lines = {str(number): line for number, line in enumerate(lines)}
        shown = self._rows(options.row_width)
        if sum(row.plain.count("\n") + 1 for row in shown) > room:
            # One screen: the entry has the whole of a text.
            shown = self._rows(options.row_width, cut=True)
        rows = [Option(row, id=id) for id, row in zip(self._lines, shown, strict=True)]
        if all(line.section == "owed" for line in lines):
            rows.insert(0, Option(text((NOTHING, "$muted")), disabled=True))
        options.set_options(rows)
        wanted = next((id for id, line in self._lines.items() if before and line.entries == before.entries), "0")
        if wanted in self._lines:
            options.highlighted = options.get_option_index(wanted)
        self.show_keys()
        self.resting.set()

    def _rows(self, width: int, *, cut: bool = False) -> list[Content]:
        """A row for each line, below each other or `cut` to one; the first of a section has its name."""
        session, section, rows = self._session, "", list[Content]()
        moments = [due_words(line.at, session.now(), session.zone) for line in self._lines.values()]
        time_cells = max(map(len, moments), default=0)
        arrived = session.arrived_late(self._ref)
        for line, at in zip(self._lines.values(), moments, strict=True):
            name = SECTIONS[line.section] if line.section != section else ""
            section = line.section
            head = text(
                (f"{name:<{SECTION_CELLS}} ", "bold"), ("■" if line.overdue else " ", "bold $error"),
                (f"{at:>{time_cells}}  ", "$muted"),
            )  # fmt: skip
            behind = f"  {clean(line.by, multiline=False)}" if line.by else ""
            late = "  arrived late" if arrived.keys() & set(line.entries) else ""
            words = one_line(line.text, MAX_CHARS)
            if cut:
                words = fitted(words, width - head.cell_length - cell_len(behind + late))
            rows.append(hung(head, text(words, (behind, "$muted"), (late, "$warning")), width))
        return rows

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        self.show_keys()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self.chosen is not None:
            self.dismiss(self.chosen.entries[-1])
