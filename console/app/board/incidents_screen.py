"""Any screen that shows the open incidents: read in the background, kept in order, told anew each second."""

import asyncio
from datetime import datetime

from textual import on, work
from textual.content import Content

from console.app.act_screen import ActScreen
from console.app.board.card import offered_to
from console.app.board.incident_list import IncidentList
from console.app.reading import read_unread
from console.app.session import Session, StateChanged
from console.app.widgets.cell import Cell, Part, text
from console.core.language.text import first_of, one_line
from console.core.language.times import local_pair
from console.core.language.zones import zone_letters
from console.core.log.state import Incident
from console.core.memory.together import under_parents
from console.store.log import Log
from console.store.problems import StoreProblem

MAX_NAMED = 5
"""Incidents that are named where entries are missing."""

_PRESSING = {"overdue": 0, "warning": 1}
_CALM = 2


class IncidentsScreen(ActScreen[None]):
    """It is painted before anything is read. What is read comes from another thread and fills in as it comes."""

    def __init__(self, session: Session, *, viewer: str) -> None:
        """`viewer` is who looks, for what is offered to them; empty for everybody."""
        super().__init__()
        self.session, self.viewer = session, viewer
        # Made with the screen: others ask what is chosen before it is composed, and after its widgets are gone.
        self.incidents = IncidentList(session.ledger.owed, session.zone, viewer, id="incidents")
        self._unread = -1
        """Incidents still to be read; -1 while nobody knows how many there are."""
        self._order: list[str] = []
        """The open incidents, as they are shown."""
        self._unreadable: dict[str, str] = {}
        """Why an incident cannot be shown, by its reference."""
        self._faults: list[str] | None = None
        """Why the file does not show all that was logged in it, a sentence each; None before anybody has looked."""

    def show_incidents(self, opened: list[Incident]) -> None:
        """Show these, in this order."""
        raise NotImplementedError

    def tick(self, opened: list[Incident]) -> None:
        """Show what is different a second later of incidents that are shown."""
        raise NotImplementedError

    def on_mount(self) -> None:
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
        log = self.session.log
        async for left in read_unread(log, self.session.ledger, self._unreadable):
            counted, self._unread = self._unread >= 0, left
            if counted:
                self._show()
        if self._faults is None:
            self._faults = await asyncio.to_thread(_faults, log)
        self._show()
        await self.filled()

    async def filled(self) -> None:
        """All incidents have been read."""

    # Showing

    def _show(self) -> None:
        opened = self.opened()
        self._order = [state.ref for state in (*opened, *self.planned())]
        self.show_incidents(opened)
        self._show_unreadable()

    def pass_second(self) -> None:
        if self.is_current:
            opened = self.opened()
            if [state.ref for state in (*opened, *self.planned())] != self._order:
                self._show()
            self.tick(opened)

    def opened(self) -> list[Incident]:
        """The open incidents that have been read, the most urgent first, each part right behind what it is part of."""
        opened, now = self.session.ledger.opened(), self.session.now()
        shown = [state for state in opened if not state.maintenance]
        return under_parents(sorted(shown, key=lambda state: self._urgency(state, now)))

    def planned(self) -> list[Incident]:
        """The planned maintenances that have been read, the next one first."""
        planned = [
            (state.planned.starts_at, state.ref, state) for state in self.session.ledger.opened() if state.planned
        ]
        return [state for *_, state in sorted(planned)]

    def _urgency(self, state: Incident, now: datetime) -> tuple[bool, bool, int, float, int, float]:
        """The sort key of an incident: those offered to whoever sits here first, drills last; then those with something
        overdue or due soon, by its moment; then the worst severity.

        Of two alike the newer one is first. An incident of which nothing is due soon stands by its severity alone, so
        that the order holds still.
        """
        clocks = [clock for clock in self.session.ledger.owed(state, now) if clock.kind != "stability"]
        pressing = min((_PRESSING.get(clock.state, _CALM) for clock in clocks), default=_CALM)
        due = [clock.due_at.timestamp() for clock in clocks if _PRESSING.get(clock.state) == pressing]
        index = state.playbook.severity_index(state.severity.value) if state.playbook else -1
        declared = state.declared_at.timestamp() if state.declared_at else 0.0
        return (
            not offered_to(state, self.viewer),
            state.drill,
            pressing,
            min(due, default=0.0),
            index if index >= 0 else 1000,
            -declared,
        )

    def time_words(self) -> str:
        """`15:26 CET  14:26 UTC`, or in UTC alone where that is the zone."""
        now, zone = self.session.now(), self.session.zone
        here, in_utc = local_pair(now, zone)
        return f"{here} {zone_letters(zone, now)}  {in_utc}" if in_utc else f"{here} UTC"

    def link_parts(self) -> list[Part]:
        """The state of the link to the server, where one is set."""
        link = self.session.link
        if link is None:
            return []
        return [(link.words(self.session.zone), "$muted" if link.well else "bold $warning"), "   "]

    @property
    def late(self) -> int:
        """The number of things overdue in all incidents that call for attention."""
        ledger, now = self.session.ledger, self.session.now()
        return sum(clock.state == "overdue" for state in ledger.calling() for clock in ledger.owed(state, now))

    def _show_unreadable(self) -> None:
        cell = self.query_one(".unreadable", Cell)
        faults = dict.fromkeys(filter(None, (self.session.damage, *(self._faults or ()), self._unreadable.get(""))))
        cell.display = bool(self._unreadable or faults)
        lines = [text((one_line(fault, 300), "bold $warning")) for fault in faults]
        lines += [
            text((f"{ref} cannot be shown. ", "bold $warning"), one_line(reason, 300))
            for ref, reason in self._unreadable.items()
            if ref
        ]
        cell.show(Content("\n").join(lines))


def _faults(log: Log) -> list[str]:
    """The reasons why the file does not show all that was logged in it, a sentence each; none where it does."""
    try:
        gaps = log.gaps()
    except StoreProblem as problem:
        return [problem.reason]
    faults = [log.damage] if log.damage else []
    entries = sum(gap.entries for gap in gaps)
    if entries:
        where = first_of(list(dict.fromkeys(gap.incident for gap in gaps)), MAX_NAMED)
        words = "1 logged entry is" if entries == 1 else f"{entries:,} logged entries are"
        faults.append(
            f"{words} missing from this file, in {where}. `warroom rescue {log.path}` looks for them;"
            " `warroom verify --accept` takes the file as it is."
        )
    return faults
