"""The board: every open incident as a live panel, closed ones below; the place where a new one begins."""

import asyncio
import time
from collections.abc import Callable, Iterable
from importlib import import_module

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content

from console.app.act_screen import ActScreen
from console.app.acts import BY_ID
from console.app.board.card import offered_to
from console.app.board.incident_list import IncidentList
from console.app.registry import bar_items, bindings
from console.app.session import Session, StateChanged
from console.app.situation import Situation
from console.app.widgets.cell import Cell, Part, pressable, text
from console.app.widgets.keybar import KeyBar
from console.core.language.text import one_line
from console.core.language.times import local_pair
from console.core.log.state import Incident
from console.store import snapshots
from console.store.log import Log
from console.store.problems import StoreProblem
from console.store.snapshots import Loaded, Summary

SLICE_S = 0.05
"""How long incidents are read before those that have been read are shown."""

MAX_NAMED = 5
"""Incidents that are named where entries are missing."""

EMPTY = (
    ("declare_here", "to declare an incident."),
    ("practice", "to step into a practice incident in progress."),
    ("help", "for every key and word."),
)
"""Acts to begin with where no incident is open."""

Found = Loaded | Summary | StoreProblem


_PRESSING = {"overdue": 0, "warning": 1}
_CALM = 2


class BoardScreen(ActScreen[None]):
    """All incidents of the log; refreshed by what is written anywhere and by the second.

    It is painted before anything is read. What is read comes from another thread and fills in as it comes.
    """

    place = "board"
    BINDINGS = bindings("board")

    def __init__(self, session: Session, open_room: Callable[[str], None]) -> None:
        super().__init__()
        self.session, self._open_room = session, open_room
        self._unread = -1
        """Incidents still to be read; -1 while nobody knows how many there are."""
        self._order: list[str] = []
        """The open incidents, as they are shown."""
        self._unreadable: dict[str, str] = {}
        """Why an incident cannot be shown, by its reference."""
        self._faults: list[str] | None = None
        """Why the file does not show all that was logged in it, a sentence each; None before anybody has looked."""

    def compose(self) -> ComposeResult:
        yield Cell(id="board-title")
        yield Cell(id="board-empty")
        yield Cell(id="board-unreadable")
        yield IncidentList(self.session.ledger.owed, self.session.zone, self.session.actor, id="incidents")
        yield KeyBar(id="key-bar")

    def on_mount(self) -> None:
        self._show_title([])
        self._show_keys()
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(self.fill)

    def on_screen_resume(self) -> None:
        if self._unread >= 0:
            self.fill()

    @on(StateChanged)
    def changed(self) -> None:
        if self.is_current and self._unread >= 0:
            self.fill()

    # Reading

    @work(exclusive=True, group="fill")
    async def fill(self) -> None:
        """Show what is known, then read what is not, a slice at a time, until nothing is left."""
        if self._unread >= 0:
            self._show()
        log, ledger = self.session.log, self.session.ledger
        try:
            refs = await asyncio.to_thread(log.incidents)
        except StoreProblem as problem:
            self._unreadable = {"": problem.reason}
            refs = []
        else:
            self._unreadable = {}
        while wanted := self._wanted(refs):
            self._unread = len(wanted)
            incidents = await asyncio.to_thread(_read, log, wanted)
            for ref, incident in incidents.items():
                if isinstance(incident, StoreProblem):
                    self._unreadable[ref] = incident.reason
                elif isinstance(incident, Loaded) and incident.state.declared_at is None:
                    self._unreadable[ref] = "Its declaration is missing or cannot be read."
                else:
                    # Refused when something came for it meanwhile; the next round reads it again.
                    ledger.adopt(ref, incident, wanted[ref])
            self._unread = len(self._wanted(refs))
            self._show()
        if self._faults is None:
            self._faults = await asyncio.to_thread(_faults, log)
        self._unread = 0
        self._show()
        # So that Enter finds the room's code read.
        await asyncio.to_thread(import_module, "console.app.room.screen")

    def _wanted(self, refs: Iterable[str]) -> dict[str, int]:
        unread = self.session.ledger.unread(refs)
        return {ref: mark for ref, mark in unread.items() if ref not in self._unreadable}

    # Showing

    def _show(self) -> None:
        ledger = self.session.ledger
        opened = self._opened()
        self._order = [state.ref for state in opened]
        over = [summary for summary in ledger.others() if not summary.withdrawn]
        self.query_one(IncidentList).show(opened, over, self.session.now())
        self._show_title(opened)
        self._show_empty(opened)
        self._show_unreadable()

    def _opened(self) -> list[Incident]:
        return sorted(self.session.ledger.opened(), key=self._urgency)

    def _urgency(self, state: Incident) -> tuple[bool, bool, int, float, int, float]:
        """What is offered to whoever sits here first, drills last; then what is overdue or due soon by its moment, then
        the worst severity.

        Of two alike the newer one is first. What nothing is due of soon stands by its severity alone, so that the
        order holds still.
        """
        clocks = [clock for clock in self.session.ledger.owed(state) if clock.kind != "stability"]
        pressing = min((_PRESSING.get(clock.state, _CALM) for clock in clocks), default=_CALM)
        due = [clock.due_at.timestamp() for clock in clocks if _PRESSING.get(clock.state) == pressing]
        index = state.playbook.severity_index(state.severity.value) if state.playbook else -1
        declared = state.declared_at.timestamp() if state.declared_at else 0.0
        return (
            not offered_to(state, self.session.actor),
            state.drill,
            pressing,
            min(due, default=0.0),
            index if index >= 0 else 1000,
            -declared,
        )

    def _tick(self) -> None:
        if self.is_current:
            if [state.ref for state in self._opened()] != self._order:
                self._show()
            self.query_one(IncidentList).tick(self.session.now())
            self._show_title(self.session.ledger.opened())

    def _show_title(self, opened: list[Incident]) -> None:
        session = self.session
        owed = (clock for state in opened for clock in session.ledger.owed(state))
        late = sum(clock.state == "overdue" for clock in owed)
        count = f"{len(opened)} open" if opened else "no open incident"
        parts: list[Part] = [("Warroom", "bold"), "   "]
        if opened or self._unread == 0:
            parts += [(count, "bold" if opened else "$muted"), "   "]
        if late:
            parts += [(f"■ {late} overdue", "bold $error"), "   "]
        if self._unread:
            parts += [(f"reading {self._unread} incidents" if self._unread > 0 else "reading the log", "$muted"), "   "]
        parts += [(f"{local_pair(session.now(), session.zone)[0]}  {session.actor}", "$muted")]
        self.query_one("#board-title", Cell).show(text(*parts))

    def _show_empty(self, opened: list[Incident]) -> None:
        cell = self.query_one("#board-empty", Cell)
        cell.display = not opened and self._unread == 0
        parts: list[Part] = [("All quiet. No incident is open.\n", "bold")]
        for id, words in EMPTY:
            parts += ["\nPress ", pressable(id, (BY_ID[id].bare, "bold $primary")), f" {words}"]
        cell.show(text(*parts))

    def _show_unreadable(self) -> None:
        cell = self.query_one("#board-unreadable", Cell)
        faults = dict.fromkeys(filter(None, (self.session.damage, *(self._faults or ()), self._unreadable.get(""))))
        cell.display = bool(self._unreadable or faults)
        lines = [text((one_line(fault, 300), "bold $warning")) for fault in faults]
        lines += [
            text((f"{ref} cannot be shown. ", "bold $warning"), one_line(reason, 300))
            for ref, reason in self._unreadable.items()
            if ref
        ]
        cell.show(Content("\n").join(lines))

    def _show_keys(self) -> None:
        bar, typed = self.query_one(KeyBar), self.typed_line()
        if typed is None:
            bar.show_items(sorted(bar_items("board", self.situation), key=lambda item: item.act in ("help", "back")))
        else:
            bar.show(typed)

    def show_typed(self) -> None:
        self._show_keys()

    @property
    def situation(self) -> Situation:
        return Situation(actor=self.session.actor, now=self.session.now(), read_only=self.session.read_only)

    @property
    def chosen_ref(self) -> str:
        """The incident on which the bar stands; empty where there is none."""
        return self.query_one(IncidentList).selected

    @on(IncidentList.Chosen)
    def chosen(self, message: IncidentList.Chosen) -> None:
        self._open_room(message.id)


def _read(log: Log, refs: Iterable[str]) -> dict[str, Found]:
    """As many of these incidents as can be read in one slice of time, at least one."""
    incidents: dict[str, Found] = {}
    end = time.monotonic() + SLICE_S
    for ref in refs:
        try:
            incident = snapshots.glance(log, ref)
            if isinstance(incident, Loaded):
                incident = snapshots.kept(log, incident)
            incidents[ref] = incident
        except StoreProblem as problem:
            incidents[ref] = problem
        if time.monotonic() >= end:
            break
    return incidents


def _faults(log: Log) -> list[str]:
    """Why the file does not show all that was logged in it, a sentence each; none where it does."""
    try:
        gaps = log.gaps()
    except StoreProblem as problem:
        return [problem.reason]
    faults = [log.damage] if log.damage else []
    entries = sum(gap.entries for gap in gaps)
    if entries:
        refs = list(dict.fromkeys(gap.incident for gap in gaps))
        more = len(refs) - MAX_NAMED
        where = ", ".join(refs[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
        words = "1 logged entry is" if entries == 1 else f"{entries:,} logged entries are"
        faults.append(f"{words} missing from this file, in {where}. `warroom rescue {log.path}` looks for them.")
    return faults
