"""The history: incidents that are over, what they were, what stopped them, and what is still owed."""

from collections.abc import Sequence

from textual import on, work

from console.app.look_back import LookFor
from console.app.registry import bindings
from console.app.session import Session, StateChanged
from console.app.widgets.cell import Part, padded, text
from console.app.widgets.row_table import RowTable, Words
from console.core.language.text import clean, counted, one_line
from console.core.language.times import format_length, local_stamp
from console.core.memory.case import Case
from console.core.memory.metrics import MEASURES
from console.core.memory.past import ORDERS, only_of, past
from console.core.refusal import Problem
from console.export.past import case_marks, case_rows

WIDE_CELLS, OWED_CELLS = 110, 7
NOTHING = "No incident is closed yet."
NO_SUCH = "No closed incident is like that."


class HistoryScreen(LookFor[str]):
    """Gives the reference of the incident to open, or None."""

    place = "history"
    title_words = "History"
    placeholder = "only: words, #tag, @person, SEV1, 90d, drill"
    BINDINGS = bindings("history")
    AUTO_FOCUS = "#history-line"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._order = next(iter(ORDERS))
        self._cases: dict[str, Case] = {}
        """The shown cases by reference."""
        self._left = -1
        """Incidents still to be read; -1 before anybody has looked."""

    def make_rows(self) -> RowTable:
        return RowTable(self._row, id="history-list")

    @property
    def rows(self) -> RowTable:
        return self.query_one(RowTable)

    def on_mount(self) -> None:
        self.begin(self.kept)
        self._read()

    # Reading

    @on(StateChanged)
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
        self.show_answer()

    # Showing

    def act_order_history(self) -> None:
        names = list(ORDERS)
        self._order = names[(names.index(self._order) + 1) % len(names)]
        self.show_answer()

    def show_answer(self) -> None:
        typed = self.line.value
        shown = past(self._session.cases.cases, only_of(typed), self._session.now(), self._order)
        self._cases = {case.ref: case for case in shown}
        table = self.rows
        table.nothing = "" if self._left else NO_SUCH if typed.strip() else NOTHING
        table.show(list(self._cases))
        reading = f"reading {self._left}, " if self._left > 0 else "reading, " if self._left else ""
        self.count(f"{reading}{counted(len(shown), 'incident')}, {self._order} first")

    def show_rows(self) -> None:
        self.rows.refresh()

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
        case = self._cases.get(self.rows.selected)
        parts: list[Part] = []
        if case is not None:
            now, zone = self._session.now(), self._session.zone
            parts.append((f"{case.ref}  {case.severity}  {one_line(case.title, 200)}\n", "bold"))
            facts = [f"declared {local_stamp(case.declared_at, zone)}"]
            facts += [f"impact lasted {format_length(case.lasted)}"] if case.lasted is not None else []
            measured = [case.spans[id] for id in MEASURES if id in case.spans]
            facts += [f"{span.words} {format_length(span.length)}" for span in measured]
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
        self.tell_row(text(*parts) if case is not None else None)

    def choose(self) -> None:
        if self.rows.selected:
            self.dismiss(self.rows.selected)

    @on(RowTable.Chosen)
    def _chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        self.choose()
