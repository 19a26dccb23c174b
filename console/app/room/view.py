"""The room without its prompt: one incident, its timeline, what it owes and who does what, at one moment."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize
from textual.widget import Widget

from console.app.act_screen import ActScreen
from console.app.acts import BY_ID, with_keys
from console.app.presence import Seat
from console.app.session import Session
from console.app.widgets.cell import Cell, Part, fitted, pressable, text
from console.app.widgets.filter_line import FilterLine, hits_words
from console.app.widgets.header import RoomHeader
from console.app.widgets.panels import Panels, nudge_line, strip
from console.app.widgets.standings import alarm
from console.app.widgets.timeline import Timeline
from console.core.advice.rules import nudges
from console.core.language.names import same_name
from console.core.language.text import counted, one_line
from console.core.language.times import local_pair
from console.core.log.clocks import Clock
from console.core.log.conflicts import conflicts_of, field_words, settling_line, value_words
from console.core.log.state import Fact, Incident
from console.core.subjects.handoff import offered_handoff
from console.export.similar import Likely
from console.publish.sending.status import Standing

CONFLICT_ROWS = 2
"""Conflicts that are shown at once: they take their lines from the timeline."""


class RoomView(ActScreen[None]):
    """Everything shown derives from the state at a moment; the screen holds no facts of its own."""

    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (100, "-wide"), (160, "-huge")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (9, "-low"), (15, "-tall")]
    writable = True

    def __init__(self, session: Session, ref: str) -> None:
        super().__init__()
        self.session = session
        self.ref = ref
        self._shown_sizes: tuple[int, ...] = ()
        """The sizes for which everything was shown."""
        self._was_behind = False
        """True when another screen was open before it."""
        self._panels_wait = False
        """True when the panels hold what was: nobody has seen them since."""
        self.timeline = Timeline(zone=session.zone, id="timeline")
        self.filter_line = FilterLine(self.timeline, session.form_memory)

    @property
    def state(self) -> Incident:
        return self.session.state(self.ref)

    def now(self) -> datetime:
        """The moment at which it shows the incident."""
        return self.session.now()

    def owed(self) -> Sequence[Clock]:
        """The clocks that are open at that moment."""
        return self.session.ledger.owed(self.state, self.now())

    @property
    def arrived(self) -> Mapping[str, datetime]:
        """The moments at which entries of other machines arrived late, by their ids."""
        return self.session.arrived_late(self.ref)

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The others who have a console open."""
        return self.session.seats

    @property
    def standings(self) -> tuple[Standing, ...]:
        """The standing of each target of the incident."""
        return ()

    @property
    def likely(self) -> Sequence[Likely]:
        """Earlier incidents that it looks like."""
        return ()

    @property
    def saved(self) -> tuple[str, bool]:
        """The header's words on the file, and True where all is well with it."""
        raise NotImplementedError

    @property
    def chosen_ref(self) -> str:
        return self.ref

    @property
    def seen_entry(self) -> str:
        return self.timeline.seen

    def compose(self) -> ComposeResult:
        yield RoomHeader(self.session.zone, id="room-header")
        yield Cell(id="conflicts")
        yield self.filter_line
        with Horizontal(id="room-body"):
            yield self.timeline
            yield from self.beside()
            yield Panels(writable=self.writable and not self.session.read_only, id="panels")
        yield Cell(id="strip")
        yield from self.below()

    def beside(self) -> Iterable[Widget]:
        """Between the timeline and the panels."""
        return ()

    def below(self) -> Iterable[Widget]:
        """Below all of the incident, down to the line of keys."""
        raise NotImplementedError

    def show_timeline(self) -> None:
        """The timeline, as it is."""
        self.timeline.show(self.state.entries, self.arrived)

    @on(Resize)
    def _resized(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Show it anew where what is shown was made for other sizes: the first time they are foreseen."""
        if self._sizes != self._shown_sizes:
            self.show_state()

    @property
    def _sizes(self) -> tuple[int, ...]:
        """The sizes the lines are made for, in cells."""
        return *(self.size or self.app.size), self.query_one(RoomHeader).width, self.query_one(Panels).width

    @property
    def width(self) -> int:
        """Of the screen, in cells."""
        return (self.size or self.app.size).width

    def on_screen_suspend(self) -> None:
        self._was_behind = True

    def on_screen_resume(self) -> None:
        # Where it has just been composed it shows everything already.
        if self._was_behind:
            self._was_behind = False
            self.show_state()

    def take_out(self, words: Collection[str]) -> bool:
        stray = super().take_out(words)
        return (self.is_mounted and self.filter_line.take_out(words)) or stray

    # Showing

    def show_state(self) -> None:
        """Everything but the timeline, as it is now."""
        self._shown_sizes = self._sizes
        self.show_header()
        self.show_panels()
        self.show_lines_above()
        self.show_bar()

    def show_panels(self, *, coming: bool = False) -> None:
        """Show the panels as they are now, unless they are folded; `coming` says that they unfold just now."""
        panels = self.query_one(Panels)
        self._panels_wait = not (coming or panels.display)
        if not self._panels_wait:
            now = self.now()
            panels.show(self.state, self.owed(), now, self.session.zone, self.session.actor, self.seats)
            panels.show_published(self.standings, now)
            panels.show_likely(self.likely)

    @on(Panels.Unfolded)
    def _show_waiting_panels(self) -> None:
        if self._panels_wait:
            self.show_panels()

    def show_bar(self) -> None:
        """Show the line of keys, and what else goes by the state."""

    def tick(self) -> None:
        """Show what another moment changes: countdowns, and what is owed."""
        self.show_header()
        panels = self.query_one(Panels)
        if panels.display:
            panels.tick(self.state, self.owed(), self.now(), self.session.zone, self.session.actor)
            panels.show_published(self.standings, self.now())
        else:
            self._panels_wait = True
        self.show_lines_above()

    def show_header(self) -> None:
        """Show the lines at the top, and the strip that stands for the panels."""
        state, now = self.state, self.now()
        sync, well = self.saved
        folded = not self.has_class("-show-panels") if self.has_class("-slim") else self.has_class("-hide-panels")
        line = self.query_one("#strip", Cell)
        # An update counts as kept by the log: that a page refused it has to stand in view of that.
        wrong = () if line.display else alarm(self.standings)
        self.query_one(RoomHeader).show(state, self.owed(), now, sync, wrong, well=well, folded=folded)
        session, width = self.session, max(20, self.width - 2)
        line.show(strip(state, width, self.standings, session.actor, self.seats, self.likely))

    def show_lines_above(self) -> None:
        """Show the lines above the timeline."""
        self.filter_line.show_hits()
        lines = self.lines_above()
        bar = self.query_one("#conflicts", Cell)
        bar.show(Content("\n").join(lines))
        bar.set_class(bool(lines), "-some")

    def lines_above(self) -> list[Content]:
        """A handoff that waits for this person, conflicts, what filter is on, the first advice."""
        state = self.state
        lines: list[Content] = []
        offered = offered_handoff(state)
        if offered is not None and same_name(offered.person, self.session.actor):
            role = state.playbook.role(offered.role) if state.playbook else None
            role_name = role.short if role else offered.role
            words = f" ⇄ {one_line(offered.by, 30)} offers you {role_name}: "
            way = with_keys("{accept} shows the page, where Enter accepts ")
            if self.session.read_only:
                way = "accept it in a console that writes "
            lines.append(pressable("accept", (words, "bold $background on $accent"), (way, "$background on $accent")))
        conflicts = conflicts_of(state)
        lines += [self._conflict(*conflict) for conflict in conflicts[:CONFLICT_ROWS]]
        if len(conflicts) > CONFLICT_ROWS:
            more = counted(len(conflicts) - CONFLICT_ROWS, "more conflict", "more conflicts")
            lines.append(text(("≠ ", "bold $warning"), (f"{more}, shown once these are settled", "$muted")))
        return lines + self.limits_and_advice()

    def limits_and_advice(self) -> list[Content]:
        """The last of the lines above the timeline: what it leaves out, and the first advice."""
        advice = nudges(self.state, self.now())
        return [*filter(None, [self._limits()]), *([nudge_line(advice, self.width - 2)] if advice else [])]

    def _conflict(self, name: str, before: Fact, last: Fact) -> Content:
        """One line: what two people say of a value, and what settles it; the narrower, the less of their words."""
        zone, now, width = self.session.zone, self.now(), self.size.width - 2
        line = settling_line(name)
        act = None if line or self.session.read_only else BY_ID[name.split()[0]]
        key = act.anywhere if act else line
        head = text(("≠ ", "bold $warning"), (f"Conflict over {field_words(self.state, name)}: ", "bold $warning"))
        content = text()
        whole = "" if self.session.read_only else f"{key} settles it"
        for times, value_cells, way in ((True, 24, whole), (False, 24, whole), (False, 0, whole and key)):
            settles = text((way, "bold $primary"))
            who = [f" ({fact.by}{f' {local_pair(fact.at, zone)[0]}' if times else ''})" for fact in (before, last)]
            rest = width - head.cell_length - settles.cell_length - sum(map(cell_len, who)) - len(" or . ")
            cells = value_cells or max(6, rest // 2)
            values = [fitted(one_line(value_words(name, fact.value, now, zone), 200), cells) for fact in (before, last)]
            claims: list[Part] = [(values[0], "bold"), who[0], " or ", (values[1], "bold"), who[1], ". "]
            content = text(head, *claims, pressable(act.id, settles) if act else settles)
            if content.cell_length <= width:
                break
        return content

    def _limits(self) -> Content:
        """The line on what the timeline leaves out, and the keys that change that; empty where it shows everything."""
        chosen, hidden = self.timeline.filter, self.timeline.hidden
        limits = []
        if not (chosen.empty or self.filter_line.display):
            change = pressable("find", (with_keys(f"  {hits_words(self.timeline)}  {{find}} changes it"), "$muted"))
            limits.append(text(("only ", "$muted"), (one_line(chosen.typed, 60), "bold"), change))
        if hidden:
            words = f"{counted(hidden, 'undone entry', 'undone entries')} hidden"
            shows = pressable("undone", (with_keys("  {undone} shows"), "$muted"))
            limits.append(text((words, "bold $foreground"), shows))
        return Content("    ").join(limits)

    @on(Timeline.FilterChanged)
    def _filtered(self) -> None:
        if self.filter_line.display:
            # It says so itself, at each key; the lines above it are told by more than the timeline.
            self.filter_line.show_hits()
        else:
            self.show_lines_above()

    @on(FilterLine.Changed)
    def _filter_opened_or_left(self) -> None:
        self.show_lines_above()

    def act_panels(self) -> None:
        self.toggle_class("-show-panels" if self.has_class("-slim") else "-hide-panels")
        self.show_header()
        self.show_panels(coming=True)

    def view_panels(self, name: str) -> None:
        """Show the panels, with the one of that name in view."""
        self.remove_class("-hide-panels").add_class("-show-panels")
        self.show_header()
        self.show_panels(coming=True)
        self.call_after_refresh(self.query_one(f"#{name}-panel").scroll_visible, animate=False)
