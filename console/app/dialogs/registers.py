"""Temporary fixes and action items of all incidents: what outlives the fire, and who still owes it."""

import asyncio
from datetime import datetime, tzinfo

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.popup import Popup
from console.app.registry import bindings
from console.app.session import Session, StateChanged
from console.app.widgets.cell import hung, text
from console.app.widgets.marked_list import MarkedList
from console.core.language.text import one_line
from console.core.log.state import Incident
from console.export.registers import ActionRow, FixRow, action_register, fix_register
from console.store.log import Log
from console.store.problems import StoreProblem
from console.store.snapshots import load

NOTHING = "No temporary fix is in place, and no action item is open."


class RegistersScreen(Popup[str]):
    """Gives the reference of the incident to open, or None."""

    place = "registers"
    BINDINGS = bindings("registers")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._states: dict[str, Incident] = {}
        self._done_too = self._is_read = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="registers"):
            with Vertical(classes="dialog-head"):
                yield Static("Temporary fixes and action items", classes="dialog-title", markup=False)
                yield Static("Reading all incidents …", id="register-note", markup=False)
            yield MarkedList(id="register-list", markup=False)
            yield self.keys()

    def on_mount(self) -> None:
        self._read()

    @work
    async def _read(self) -> None:
        """Incidents that are over are not kept in memory; they are read in a thread, on a connection of its own."""
        session = self._session
        known = {state.ref: state for state in session.ledger.opened()}
        problem = ""
        try:
            others = await asyncio.to_thread(_read_all, session, frozenset(known))
        except StoreProblem as trouble:
            others, problem = [], trouble.reason
        # What came while the others were read is newer.
        self._states = {**known, **{state.ref: state for state in others}, **self._states}
        note = self.query_one("#register-note", Static)
        note.update(Content(problem))
        note.display = bool(problem)
        self._is_read = True
        self.show_rows()
        self.query_one(MarkedList).focus()

    @on(StateChanged)
    def _changed(self, event: StateChanged) -> None:
        self._states[event.ref] = self._session.state(event.ref)
        self.show_rows()

    def show_rows(self) -> None:
        if not self._is_read:
            return
        options, now = self.query_one(MarkedList), self._session.now()
        width = options.row_width
        only_open = not self._done_too
        fixes = fix_register(self._states.values(), only_open=only_open)
        actions = action_register(self._states.values(), now, only_open=only_open)
        rows: list[Option] = []
        if fixes:
            rows.append(Option(text(("TEMPORARY FIXES", "bold $muted")), disabled=True))
            rows += [Option(_fix(fix, now, width), id=f"{fix.ref} {fix.fix.id}") for fix in fixes]
        if actions:
            rows.append(Option(text(("ACTION ITEMS", "bold $muted")), disabled=True))
            rows += [
                Option(_action(action, self._session.zone, width), id=f"{action.ref} {action.item.id}")
                for action in actions
            ]
        before = options.highlighted_option
        options.set_options(rows or [Option(text((NOTHING, "$muted")), disabled=True)])
        if before is not None and before.id in {row.id for row in rows}:
            options.highlighted = options.get_option_index(before.id or "")
        else:
            options.action_first()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss((event.option_id or "").partition(" ")[0] or None)

    def act_with_done(self) -> None:
        self._done_too = not self._done_too
        self.show_rows()


def _read_all(session: Session, known: frozenset[str]) -> list[Incident]:
    """The incidents that are not known yet."""
    with Log.open(session.log.path, read_only=True) as log:
        return [load(log, ref).state for ref in log.incidents() if ref not in known]


def _fix(row: FixRow, now: datetime, width: int) -> Content:
    fix = row.fix
    days = (now - fix.added_at).days
    age = f"{days}d" if days else "today"
    sign, style = ("✓", "$success") if fix.removed_at else ("✚", "bold $warning" if days >= 7 else "$accent")
    facts = " · ".join(filter(None, (fix.ticket or "no ticket", fix.owner or "nobody", fix.where, age)))
    return _row(sign, style, row.ref, fix.text, facts, width)


def _action(row: ActionRow, zone: tzinfo, width: int) -> Content:
    item = row.item
    sign, style = {"overdue": ("■", "bold $error"), "done": ("✓", "$success")}.get(row.status, ("□", "bold $primary"))
    due = f"due {item.due_in(zone)}" if item.due_at else "no date"
    facts = " · ".join(filter(None, (item.priority, item.owner or "nobody", due)))
    return _row(sign, style, row.ref, item.text, facts, width)


def _row(sign: str, style: str, ref: str, words: str, facts: str, width: int) -> Content:
    head = text((f"{sign} ", style), (f"{ref}  ", "$muted"))
    return Content("\n").join((
        hung(head, text(one_line(words, 200)), width),
        hung(text(" " * head.cell_length), text((facts, "$muted")), width),
    ))  # fmt: skip
