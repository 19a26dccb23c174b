"""The board: every open incident as a live panel, closed ones below; the place where a new one begins."""

from datetime import datetime, tzinfo

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.screen import Screen

from console.app.registry import Situation, bar_items, bindings
from console.app.session import Session, StateChanged
from console.app.widgets.cell import Cell, Part, fitted, text
from console.app.widgets.header import STATE_GLYPH, STATE_STYLE, badge_style, countdown
from console.core.clocks import open_clocks
from console.core.state import Incident, timeline
from console.core.text import one_line
from console.core.times import format_duration, local_pair, local_stamp

CLOSED_SHOWN = 8


class IncidentPanel(Cell, can_focus=True):
    """One open incident: what it is, who leads, what is owed first, what happened last."""

    class Chosen(Message):
        def __init__(self, ref: str) -> None:
            super().__init__()
            self.ref = ref

    BINDINGS = [Binding("enter", "choose", "Open", show=False)]

    def __init__(self, ref: str) -> None:
        super().__init__(id=f"incident-{ref}", classes="incident-panel")
        self.ref = ref

    def tell(self, state: Incident, now: datetime, zone: tzinfo) -> None:
        width = max(20, self.scrollable_content_region.width or self.app.size.width - 8)
        holder = state.holder("ic")
        declared = state.declared_at or now
        who: list[Part] = [("IC ", "$muted"), (holder, "bold")] if holder else [("no IC", "bold $warning")]
        drill: list[Part] = [(" DRILL ", "bold $background on $accent"), " "] if state.drill else []
        badge = f" {state.severity.value} "
        title = fitted(one_line(state.title.value, 200), max(8, width - len(badge) - len(state.ref) - 16))
        first = text((badge, badge_style(state)), " ", *drill, (state.ref, "bold"), "  ", (title, "bold"))
        second = text(
            (state.stage.value.upper(), "bold $primary"), "  ", (format_duration(now - declared), "bold"), "  ", *who
        )
        self.show(Content("\n").join([first, second, self._owed(state, now), self._last(state, zone, width)]))

    def _owed(self, state: Incident, now: datetime) -> Content:
        found = open_clocks(state, now)
        if not found:
            return text(("nothing is owed", "$muted"))
        parts: list[Part] = []
        for clock in found[:3]:
            glyph = STATE_GLYPH[clock.state].strip()
            words = f"{glyph + ' ' if glyph else ''}{one_line(clock.what, 24)} {countdown(clock, now)}"
            parts += [(words, STATE_STYLE[clock.state]), "   "]
        return text(*parts)

    def _last(self, state: Incident, zone: tzinfo, width: int) -> Content:
        order = [i for i in timeline(state)[-20:] if not state.entries[i].undone]
        if not order:
            return text("")
        entry = state.entries[order[-1]]
        at, _ = local_pair(entry.occurred_at, zone)
        return text((f"{at} ", "$muted"), fitted(one_line(entry.text, 300), width - 7))

    def action_choose(self) -> None:
        self.post_message(self.Chosen(self.ref))

    def on_click(self, event: Click) -> None:
        self.action_choose()


class BoardScreen(Screen[None]):
    """All incidents of the log; refreshed by what is written anywhere and by the second."""

    BINDINGS = [
        *bindings("board"),
        Binding("d", "app.act('declare')", "Declare", show=False),
        Binding("p", "practice", "Practice", show=False),
        Binding("down,j,right", "app.focus_next", "Next", show=False),
        Binding("up,k,left", "app.focus_previous", "Previous", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    def compose(self) -> ComposeResult:
        yield Cell(id="board-title")
        with VerticalScroll(id="board-body", can_focus=False):
            yield Cell(id="board-empty")
            yield VerticalScroll(id="board-open", can_focus=False)
            yield Cell(id="board-closed")
        yield Cell(id="key-bar")

    async def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)
        await self.refresh_states()

    async def on_screen_resume(self) -> None:
        await self.refresh_states()

    @on(StateChanged)
    async def changed(self) -> None:
        if self.is_current:
            await self.refresh_states()

    async def refresh_states(self) -> None:
        """Panels for what is open now; those that stay are kept, with their focus."""
        states = self.session.ledger.states()
        opened = [state for state in states if state.open]
        known = {panel.ref: panel for panel in self.query(IncidentPanel)}
        holder = self.query_one("#board-open")
        for ref, panel in known.items():
            if ref not in {state.ref for state in opened}:
                await panel.remove()
        new = [IncidentPanel(state.ref) for state in opened if state.ref not in known]
        if new:
            await holder.mount_all(new)
            if not known and self.focused is None:
                new[0].focus()
        self._show(states)

    def _tick(self) -> None:
        if self.is_current:
            self._show(self.session.ledger.states())

    def _show(self, states: list[Incident]) -> None:
        now, zone = self.session.now(), self.session.zone
        by_ref = {state.ref: state for state in states}
        for panel in self.query(IncidentPanel):
            if panel.ref in by_ref:
                panel.tell(by_ref[panel.ref], now, zone)
        opened = [state for state in states if state.open]
        over = [state for state in states if not state.open and not state.withdrawn]
        late = sum(clock.state == "overdue" for state in opened for clock in open_clocks(state, now))
        overdue: list[Part] = [("   ", ""), (f"■ {late} overdue", "bold $error")] if late else []
        count = f"{len(opened)} open" if opened else "no open incident"
        at = f"{local_pair(now, zone)[0]}  {self.session.actor}"
        self.query_one("#board-title", Cell).show(
            text(("Warroom", "bold"), "   ", (count, "bold" if opened else "$muted"), *overdue, "   ", (at, "$muted"))
        )
        self._show_empty(opened)
        self._show_closed(over, zone)
        self._show_keys()

    def _show_empty(self, opened: list[Incident]) -> None:
        cell = self.query_one("#board-empty", Cell)
        cell.display = not opened
        if not opened:
            lines = [
                text(("All quiet. No incident is open.", "bold")),
                text(""),
                text("Press ", ("d", "bold $primary"), " to declare an incident."),
                text("Press ", ("p", "bold $primary"), " to step into a practice incident in progress."),
                text("Press ", ("?", "bold $primary"), " for every key and word."),
            ]
            cell.show(Content("\n").join(lines))

    def _show_closed(self, over: list[Incident], zone: tzinfo) -> None:
        cell = self.query_one("#board-closed", Cell)
        cell.display = bool(over)
        lines = [text(("CLOSED AND IMPORTED", "bold $muted"))]
        for state in over[:CLOSED_SHOWN]:
            when = local_stamp(state.declared_at, zone) if state.declared_at else ""
            title = one_line(state.title.value, 100)
            lines.append(text((f"{state.ref}  {state.severity.value:<6}{when}  ", "$muted"), title))
        if len(over) > CLOSED_SHOWN:
            lines.append(text((f"and {len(over) - CLOSED_SHOWN} more: warroom list --all", "$muted")))
        cell.show(Content("\n").join(lines))

    def _show_keys(self) -> None:
        situation = Situation(None, self.session.actor, self.session.now(), self.session.read_only)
        parts: list[Part] = [("Enter", "bold"), " open  "]
        for key, word, why in bar_items("board", situation):
            if word != "board":
                parts += [(key, "$faint" if why else "bold"), (f" {word}  ", "$faint" if why else "")]
        parts += [("d", "bold"), " declare  ", ("p", "bold"), " practice"]
        self.query_one("#key-bar", Cell).show(text(*parts))

    @on(IncidentPanel.Chosen)
    def chosen(self, message: IncidentPanel.Chosen) -> None:
        self.post_message(self.Opened(message.ref))

    def action_practice(self) -> None:
        self.post_message(self.PracticeWanted())

    class Opened(Message):
        """A person wants to see this incident's room."""

        def __init__(self, ref: str) -> None:
            super().__init__()
            self.ref = ref

    class PracticeWanted(Message):
        """A person wants to step into the practice incident."""
