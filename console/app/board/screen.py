"""The board: a card for every open incident, closed ones below; the place where a new one begins."""

import asyncio
from collections.abc import Callable, Mapping
from importlib import import_module

from textual import on, work
from textual.app import ComposeResult

from console.app import dialogs
from console.app.acts import BY_ID
from console.app.board.incident_list import IncidentList
from console.app.board.incidents_screen import IncidentsScreen
from console.app.registry import bar_items, bindings
from console.app.session import Session
from console.app.situation import Situation
from console.app.widgets.cell import Cell, Part, pressable, text
from console.app.widgets.keybar import KeyBar
from console.core.language.text import counted
from console.core.log.state import Incident
from console.core.memory.together import Together, together
from console.core.subjects.link import LinkIncident, links_of

EMPTY = (
    ("declare_here", "to declare an incident."),
    ("practice", "to step into a practice incident in progress."),
    ("help", "for every key and word."),
)
"""Acts to begin with where no incident is open."""


class BoardScreen(IncidentsScreen):
    """All incidents of the log; refreshed by what is written anywhere and by the second."""

    place = "board"
    BINDINGS = bindings("board")

    def __init__(self, session: Session, open_room: Callable[[str], None]) -> None:
        super().__init__(session, viewer=session.actor)
        self._open_room = open_room
        self._together: Together | None = None
        self._looked_at: list[Incident] = []
        """The states of which it is known what looks like one."""

    def compose(self) -> ComposeResult:
        yield Cell(id="board-title")
        yield Cell(id="board-together")
        yield Cell(id="board-empty")
        yield Cell(classes="unreadable")
        yield self.incidents
        yield KeyBar(id="key-bar")

    def on_mount(self) -> None:
        self._show_title(0)
        self._show_keys()

    async def filled(self) -> None:
        # So that Enter finds the room's code read.
        await asyncio.to_thread(import_module, "console.app.room.screen")

    def show_incidents(self, opened: list[Incident]) -> None:
        over = [summary for summary in self.session.ledger.others() if not summary.withdrawn]
        self.incidents.show(opened, over, self.session.now(), whole=self._unread == 0, planned=self.planned())
        self._show_title(len(opened))
        self._show_empty(opened)
        if self._unread == 0:
            self._compare(opened)

    @work(exclusive=True, group="compare")
    async def _compare(self, opened: list[Incident]) -> None:
        """Find what looks like one, in another thread: it goes by every entry of what is open."""
        known = {id(state) for state in self._looked_at}
        if len(known) == len(opened) and all(id(state) in known for state in opened):
            return
        self._together, self._looked_at = await asyncio.to_thread(together, opened), opened
        cell = self.query_one("#board-together", Cell)
        cell.display = self._together is not None
        if self._together is not None:
            key = (f"  {BY_ID['link_together'].label} links them", "bold $primary")
            cell.show(pressable("link_together", ("⇆ ", "bold $accent"), (self._together.words, "bold"), key))
        self._show_keys()

    def act_link_together(self) -> None:
        group, session = self._together, self.session
        if group is None:
            return
        titles = {ref: session.state(ref).title.value for ref in group.refs}
        linked = {ref: group.refs[0] in {link.other for link in links_of(session.state(ref))} for ref in group.refs}
        dialog = dialogs.link.TogetherDialog(group, titles, linked, session.actor)
        dialog.memory, dialog.send = session.form_memory, self._link
        self.app.push_screen(dialog)

    async def _link(self, links: Mapping[str, LinkIncident]) -> None:
        for ref, link in links.items():
            await self.session.submit(ref, link)
        self.inform(f"Linked to {next(iter(links.values())).other}: {', '.join(links)}.")

    def tick(self, opened: list[Incident]) -> None:
        self.incidents.tick(self.session.now())
        self._show_title(len(opened))

    def _show_title(self, opened: int) -> None:
        session = self.session
        count = f"{opened} open" if opened else "no open incident"
        parts: list[Part] = [("Warroom", "bold"), "   "]
        if opened or self._unread == 0:
            parts += [(count, "bold" if opened else "$muted"), "   "]
        if late := self.late:
            parts += [(f"■ {counted(late, 'thing')} overdue", "bold $error"), "   "]
        if self._unread:
            parts += [(f"reading {self._unread} incidents" if self._unread > 0 else "reading the log", "$muted"), "   "]
        parts += self.link_parts()
        parts += [(f"{self.time_words()}  as {session.actor}", "$muted")]
        parts += [("  read-only", "$muted")] if session.read_only else []
        self.query_one("#board-title", Cell).show(text(*parts))

    def _show_empty(self, opened: list[Incident]) -> None:
        cell = self.query_one("#board-empty", Cell)
        cell.display = not opened and self._unread == 0
        parts: list[Part] = [("All quiet. No incident is open.\n", "bold")]
        situation = self.situation
        for id, words in EMPTY:
            if BY_ID[id].disabled_reason(situation):
                continue
            parts += ["\nPress ", pressable(id, (BY_ID[id].bare, "bold $primary")), f" {words}"]
        cell.show(text(*parts))

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
        session, alike = self.session, self._together is not None
        return Situation(actor=session.actor, now=session.now(), read_only=session.read_only, together=alike)

    @property
    def chosen_ref(self) -> str:
        """The incident on which the bar stands; empty where there is none."""
        return self.incidents.selected

    @on(IncidentList.Chosen)
    def chosen(self, message: IncidentList.Chosen) -> None:
        self._open_room(message.id)
