"""The history: incidents that are over, what they were, what stopped them, and what is still owed."""

from collections.abc import Collection, Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Static

from console.app.popup import Popup
from console.app.registry import bindings
from console.app.session import Session, StateChanged
from console.app.widgets.cell import Cell, Part, padded, text
from console.app.widgets.line_input import KeyedInput
from console.app.widgets.row_table import RowTable, Words
from console.core.language.text import clean, counted, one_line
from console.core.language.times import format_length, local_stamp
from console.core.log.erasure import without
from console.core.memory.case import Case
from console.core.memory.past import ORDERS, only_of, past
from console.core.refusal import Problem
from console.export.past import case_marks, case_rows

TOPIC, FIELD = "history", "typed"
"""Where what was looked for is found again, among the texts of forms that were left."""
WIDE_CELLS, OWED_CELLS = 110, 7
NOTHING = "No incident is closed yet."
NO_SUCH = "No closed incident is like that."
MEASURES = (
    ("time_to_detect", "detected after"),
    ("time_to_acknowledge", "acknowledged after"),
    ("time_to_mitigate", "mitigated after"),
    ("time_to_resolve", "resolved after"),
)


class HistoryScreen(Popup[str]):
    """Gives the reference of the incident to open, or None."""

    place = "history"
    BINDINGS = bindings("history")
    AUTO_FOCUS = "#history-line"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._order = next(iter(ORDERS))
        self._cases: dict[str, Case] = {}
        """The shown cases by reference."""
        self._left = -1
        """Incidents still to be read; -1 before anybody has looked."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="history"):
            with Horizontal(classes="look-head"):
                yield Static("History ", classes="dialog-title", markup=False)
                yield Cell(id="history-count", classes="look-count")
            yield KeyedInput(
                {
                    "enter": self._choose,
                    "escape": self.act_leave,
                    "up": lambda: self.table.step(-1),
                    "down": lambda: self.table.step(1),
                    "pageup": lambda: self.table.step(-self.table.page_rows),
                    "pagedown": lambda: self.table.step(self.table.page_rows),
                },
                id="history-line",
                placeholder="only: words, #tag, @person, SEV1, 90d, drill",
            )
            yield RowTable(self._row, id="history-list")
            with VerticalScroll(id="history-page", classes="look-page", can_focus=False):
                yield Static(id="history-text", markup=False)
            yield Cell(id="history-say", classes="look-say")
            yield self.keys()

    @property
    def table(self) -> RowTable:
        return self.query_one(RowTable)

    @property
    def line(self) -> KeyedInput:
        return self.query_one("#history-line", KeyedInput)

    def on_mount(self) -> None:
        with self.line.prevent(Input.Changed):
            self.line.value = self._session.form_memory.get(TOPIC, {}).get(FIELD, "")
        self.line.action_select_all()
        self._read()

    # Reading

    @on(StateChanged)
    def _changed(self) -> None:
        self._read()

    @work(exclusive=True, group="history")
    async def _read(self) -> None:
        """Show what is known, then what is read of the rest, part by part."""
        try:
            await self._session.cases.read(self._show_left)
        except Problem as problem:
            self.refuse(problem.reason)
        else:
            unreadable = sorted(self._session.cases.unreadable)
            self.refuse(f"Cannot be read: {', '.join(unreadable[:5])}." if unreadable else "")

    def _show_left(self, left: int) -> None:
        self._left = left
        self.show_cases()

    # Showing

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._session.form_memory[TOPIC] = {FIELD: self.line.value}
        if not self.line.value.strip():
            del self._session.form_memory[TOPIC]
        self.show_cases()

    def act_order_history(self) -> None:
        names = list(ORDERS)
        self._order = names[(names.index(self._order) + 1) % len(names)]
        self.show_cases()

    def show_cases(self) -> None:
        typed = self.line.value
        shown = past(self._session.cases.cases, only_of(typed), self._session.now(), self._order)
        self._cases = {case.ref: case for case in shown}
        table = self.table
        table.nothing = "" if self._left else NO_SUCH if typed.strip() else NOTHING
        table.show(list(self._cases))
        reading = f"reading {self._left}, " if self._left > 0 else "reading, " if self._left else ""
        words = f"{reading}{counted(len(shown), 'incident')}, {self._order} first"
        self.query_one("#history-count", Cell).show(text((words, "$muted")))

    def show_rows(self) -> None:
        self.table.refresh()

    def _row(self, ref: str, width: int) -> Sequence[Words]:
        """Day, incident, severity, how long the impact lasted, what it was; and what is owed where there is room."""
        case = self._cases[ref]
        lasted = format_length(case.lasted) if case.lasted is not None else "–"
        day = f"{case.declared_at.astimezone(self._session.zone):%Y-%m-%d}"
        marks = "".join(f" ({mark})" for mark in case_marks(case))
        owed = [f"{len(each)}{sign}" for each, sign in ((case.open_actions, "□"), (case.open_fixes, "✚")) if each]
        right: list[Words] = []
        if width >= WIDE_CELLS:
            right.append((padded(case.postmortem_words(self._session.now()), 22), "muted"))
        right.append((" ".join(owed).rjust(OWED_CELLS if width >= WIDE_CELLS else 0), "warning"))
        head: list[Words] = [
            (f"{day}  ", "muted"), (f"{ref}  ", "strong"), (padded(case.severity, 6), "text"),
            (f"{lasted:>8}  ", "text"),
        ]  # fmt: skip
        room = width - sum(len(words) for words, _ in (*head, *right)) - 1
        return [*head, (padded(f"{one_line(case.title, 200)}{marks}", room), "text"), (" ", "text"), *right]

    @on(RowTable.Moved)
    def _tell(self) -> None:
        case = self._cases.get(self.table.selected)
        parts: list[Part] = []
        if case is not None:
            now, zone = self._session.now(), self._session.zone
            parts.append((f"{case.ref}  {case.severity}  {one_line(case.title, 200)}\n", "bold"))
            facts = [f"declared {local_stamp(case.declared_at, zone)}"]
            facts += [f"impact lasted {format_length(case.lasted)}"] if case.lasted is not None else []
            facts += [f"{words} {format_length(case.spans[id].length)}" for id, words in MEASURES if id in case.spans]
            facts += [f"IC {case.commander}"] if case.commander else []
            parts.append((f"{' · '.join(facts)}\n", "$muted"))
            for label, words in case_rows(case, now):
                parts += [(f"{label.capitalize()}: ", "$muted"), f"{clean(words)}\n"]
            names = (*(f"#{tag}" for tag in case.tags), *(f"team {team}" for team in case.teams), *case.components)
            parts += [("Tags, teams, components: ", "$muted"), f"{clean(', '.join(names))}\n"] if names else []
            for action in case.open_actions:
                due = f", due {action.due_at.astimezone(zone):%Y-%m-%d}" if action.due_at else ""
                late = action.status(now) == "overdue"
                words = f"{one_line(action.text, 200)} ({action.owner or 'nobody'}{due})\n"
                parts += [("■ " if late else "□ ", "bold $error" if late else "$primary"), words]
            for fix in case.open_fixes:
                parts += [("✚ ", "$warning"), f"{one_line(fix.text, 200)} ({fix.owner or 'nobody'})\n"]
        self.query_one("#history-page").set_class(case is not None, "-some")
        self.query_one("#history-text", Static).update(text(*parts))
        self.show_keys()

    def refuse(self, reason: str) -> None:
        cell = self.query_one("#history-say", Cell)
        cell.show(text((clean(reason), "$warning")))
        cell.set_class(bool(reason), "-some")

    def _choose(self) -> None:
        if self.table.selected:
            self.dismiss(self.table.selected)

    @on(RowTable.Chosen)
    def _chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        self._choose()

    def take_out(self, words: Collection[str]) -> bool:
        stray = super().take_out(words)
        before = self.line.value
        self.line.value = one_line(without(before, words), len(before) + 20)
        return self.line.value != before or stray
