"""The replay: the room as it was at any moment of an incident. Nothing can be written there."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from textual import events, on
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from console.app import dialogs
from console.app.act_screen import SEEN_S
from console.app.acts import BY_ID, Act, with_keys
from console.app.presence import Seat
from console.app.registry import bar_items, bindings
from console.app.replay.axis import QUIET
from console.app.replay.scrubber import Course, Scrubber
from console.app.room.view import RoomView
from console.app.session import Session, StateChanged
from console.app.situation import READ_ONLY, Situation
from console.app.widgets.cell import text
from console.app.widgets.keybar import KeyBar
from console.app.widgets.timeline import Timeline
from console.core.language.text import counted, one_line
from console.core.language.times import due_words
from console.core.log.clocks import Clock, open_clocks
from console.core.log.conflicts import conflict_words
from console.core.log.fold import Progress
from console.core.log.replay import Moment, Replay
from console.core.log.state import Incident
from console.core.refusal import Problem

SPEEDS = (1, 10, 60, 300, 600)
USUAL_SPEED = 60
TICK_S = 0.1
NOT_YET_ROWS = 2
"""The number of entries not known yet that are shown at once, at most: they take their lines from the timeline."""
THROUGH = ("step_back", "step_on", "minute_back", "minute_on", "leave")
"""Acts whose keys do the same wherever the focus is, but for a field."""
READING_S, READ_SHARE = 0.5, 0.7
"""Seconds between two remarks on how far the log is read, and the share of that for reading, before it is folded."""
READ_S = 20.0
"""Seconds for which the whole text of an entry is shown."""
NOT_HERE = "The replay only shows how it was; {leave} goes back to where you can write."


class ReplayScreen(RoomView):
    """Shows one incident at a moment, by the room's own parts."""

    place = "replay"
    BINDINGS = bindings("replay")
    AUTO_FOCUS = "#scrubber"
    writable = False

    def __init__(self, session: Session, ref: str, *, entry: str = "", at: datetime | None = None) -> None:
        """It begins at the moment `at`, else when the entry of that id became known, else at the end."""
        super().__init__(session, ref)
        self._entry, self._wanted = entry, at
        """The moment to show; None for the end."""
        self._replay: Replay | None = None
        self._course: Course | None = None
        # Until the log is read it is the present, where that is asked for.
        self._shown = Moment(session.now(), Incident(ref) if at or entry else session.state(ref), ())
        self._stale = True
        """The log has to be read."""
        self._playing: Timer | None = None
        self._speed = USUAL_SPEED
        self._ticked = 0.0
        """Until when it has played, by `time.monotonic`."""
        self._trouble = ""
        self._read_share = 0.0

    # What it shows

    @property
    def state(self) -> Incident:
        return self._shown.state

    def now(self) -> datetime:
        return self._shown.at

    def owed(self) -> Sequence[Clock]:
        return open_clocks(self.state, self.now())

    @property
    def seats(self) -> tuple[Seat, ...]:
        # The log does not hold who had a console open then.
        return ()

    @property
    def saved(self) -> tuple[str, bool]:
        return "replay", False

    @property
    def situation(self) -> Situation:
        return Situation(self.state, self.session.actor, self.now(), read_only=True)

    @property
    def performers(self) -> tuple[object, ...]:
        return (self.filter_line,)

    def below(self) -> Iterable[Widget]:
        yield Scrubber(self.session.zone, id="scrubber")
        yield KeyBar(id="key-bar")

    @property
    def scrubber(self) -> Scrubber:
        return self.query_one(Scrubber)

    def on_mount(self) -> None:
        self.show_state()
        self._catch_up()
        self._reading = self.set_interval(READING_S, self._show_moment)

    def lines_above(self) -> list[Content]:
        missing = self._shown.not_yet
        lines = []
        for each in missing[:NOT_YET_ROWS]:
            at = due_words(each.entry.occurred_at, self.now(), self.session.zone)
            known = due_words(each.known_at, self.now(), self.session.zone)
            words = one_line(each.entry.text_in(self.session.zone), 200)
            lines.append(text((f"◌ Not known until {known}: ", "bold $accent"), f"{at} {words}"))
        if len(missing) > NOT_YET_ROWS:
            more = counted(len(missing) - NOT_YET_ROWS, "more entry", "more entries")
            lines[-1] += text((f"  and {more}", "$muted"))
        zone = self.session.zone
        for field, claims in conflict_words(self.state, self.now(), zone):
            lines.append(text(("≠ ", "bold $warning"), (f"Conflict over {field}: ", "bold $warning"), claims))
        return lines + self.limits_and_advice()

    def show_bar(self) -> None:
        typed = self.typed_line()
        if typed is None:
            self.query_one(KeyBar).show_items(
                bar_items("replay", self.situation, {"play": "hold" if self.plays else "play"})
            )
        else:
            self.query_one(KeyBar).show(typed)

    show_typed = show_bar

    def _show_moment(self) -> None:
        """The scrubber, which goes ahead of the rest while that is folded."""
        replay, course = self._replay, self._course
        if replay is None or course is None:
            self.scrubber.show_reading(self._trouble or f"Reading the log: {self._read_share:.0%}")
            return
        at = self._at
        # Of what is shown: the moment goes ahead of it.
        known = f"{replay.count(self._shown.at)} of {counted(replay.count(self._end), 'event', 'events')} known"
        plays = f"▶ {self._speed}×" if self.plays else f"‖ {self._speed}×"
        self.scrubber.show_course(course, at, f"{plays}   {known}")

    # Moments

    @property
    def _end(self) -> datetime:
        assert self._course is not None
        return self._course.axis.end

    @property
    def _at(self) -> datetime:
        """The moment that is asked for, which is shown once its state is folded."""
        return self._end if self._wanted is None else self._wanted

    def go_to(self, at: datetime) -> None:
        """Show another moment, the nearest there is."""
        if self._course is not None:
            at = max(at, self._course.axis.start)
            self._wanted = None if at >= self._end else at
            self._catch_up()
        else:
            self._wanted = at

    @on(StateChanged)
    def _changed(self, event: StateChanged) -> None:
        if event.ref == self.ref:
            self._stale = True
            self._catch_up()

    def _catch_up(self) -> None:
        """Show the moment that is asked for; what has to be read and folded for it is, in another thread."""
        self._show_moment()
        replay = self._replay
        if self._stale or replay is None or replay.count(self._at) != replay.count(self._shown.at):
            if not any(worker.group == "fold" and worker.is_running for worker in self.workers):
                self.run_worker(self._fold(), group="fold")
        elif self._shown.at != self._at:
            self._shown = Moment(self._at, self.state, replay.not_yet(self._at))
            self.tick()

    async def _fold(self) -> None:
        try:
            if self._replay is None:
                self.show_timeline()
            while self._stale or self._shown.at != self._at:
                if self._stale or self._replay is None:
                    self._stale = False
                    await self._read()
                at, replay = self._at, self._replay
                if replay is None or self._course is None:
                    return
                self._shown = await self.session.elsewhere(partial(replay.at, at))
                self.show_timeline()
                self.show_state()
                self._show_moment()
        except Problem as problem:
            self._trouble = problem.reason
            self._show_moment()

    def show_timeline(self) -> None:
        super().show_timeline()
        self.timeline.visible = bool(self.state.entries)

    async def _read(self) -> None:
        now = self.session.now()

        def read(progress: Progress) -> "tuple[Replay, Course | None]":
            def note(share: float) -> None:
                self._read_share = share
                progress(share)

            replay = self.session.log.replay(self.ref, lambda share: note(share * READ_SHARE))
            steps = replay.steps
            if not steps:
                return replay, None
            whole = replay.whole(lambda share: note(READ_SHARE + share * (1 - READ_SHARE)))
            return replay, Course.of(replay, whole, max(steps[-1], now) if whole.open else steps[-1])

        replay, course = await self.session.elsewhere(read)
        self._reading.stop()
        first = self._replay is None
        self._replay, self._course = replay, course
        if first and self._wanted is None and self._entry:
            self._wanted = replay.known_at(self._entry)
        if course is not None and self._wanted is not None:
            at = max(self._wanted, course.axis.start)
            self._wanted = None if at >= self._end else at
        self._show_moment()

    # What is pressed in the parts of the room does nothing here that the replay has not itself.

    def perform(self, act: Act) -> None:
        if _is_here(act):
            super().perform(act)
        else:
            self.refuse(READ_ONLY)

    def arm(self, act: Act) -> None:
        if _is_here(act):
            super().arm(act)
        else:
            self.refuse(READ_ONLY)

    def refuse(self, reason: str) -> None:
        super().refuse(with_keys(NOT_HERE) if reason == READ_ONLY else reason)

    def take_key(self, event: events.Key) -> bool:
        opened = self.stray in ("", self._opener) and not self._prose
        ahead = self.stray and self.key_time < self._acted_at + SEEN_S
        if event.key == "space" and opened and not (ahead or self.writing or self.shows_letters):
            # No line begins with a space: pressed again and again it is no prose either.
            self.forget_typed()
            self.act(BY_ID["play"])
            return True
        if not (event.is_printable or self.stray or self.writing):
            for id in THROUGH:
                if event.key in BY_ID[id].keys.split(","):
                    self.act(BY_ID[id])
                    return True
        return super().take_key(event)

    @on(Timeline.Chosen)
    def _entry_chosen(self, event: Timeline.Chosen) -> None:
        """Show all of its text: the timeline cuts a long one."""
        entry = self.state.entries.get(event.id)
        if entry is not None:
            zone = self.session.zone
            title = f"{due_words(entry.occurred_at, self.now(), zone)} {entry.kind.replace('_', ' ')}, {entry.author}"
            self.app.notify(entry.text_in(zone), title=one_line(title, 80), timeout=READ_S)

    def _step(self, at: datetime | None) -> None:
        if self._course is not None:
            self.go_to(self._end if at is None else at)

    def act_step_back(self) -> None:
        if self._replay is not None:
            self.hold()
            self._step(self._replay.before(self._at) or self._replay.steps[0])

    def act_step_on(self) -> None:
        if self._replay is not None:
            self.hold()
            self._step(self._replay.after(self._at))

    def act_minute_back(self) -> None:
        self.hold()
        self._step(self._at - timedelta(minutes=1) if self._course else None)

    def act_minute_on(self) -> None:
        self.hold()
        self._step(self._at + timedelta(minutes=1) if self._course else None)

    def act_first_moment(self) -> None:
        self._step(self._course.axis.start if self._course else None)

    def act_last_moment(self) -> None:
        self._step(None)

    def act_read_back(self) -> None:
        self.timeline.scroll_page(-1)

    def act_read_on(self) -> None:
        self.timeline.scroll_page(1)

    def act_jump(self) -> None:
        def answered(moment: datetime | None) -> None:
            if moment is not None:
                self.hold()
                self.go_to(moment)

        if self._course is not None:
            dialog = dialogs.find.JumpDialog(self.session.zone, self._end)
            dialog.memory = self.session.form_memory
            self.app.push_screen(dialog, answered)

    @on(Scrubber.Chosen)
    def _clicked(self, event: Scrubber.Chosen) -> None:
        self.hold()
        self.go_to(event.at)

    def act_advice(self) -> None:
        def answered(answer: "dialogs.advice.Answer | None") -> None:
            if answer is not None:
                self.refuse(READ_ONLY)

        self.app.push_screen(dialogs.advice.AdviceScreen(lambda: (self.state, self.now())), answered)

    def act_leave(self) -> None:
        self.dismiss(None)

    # Playing

    def act_play(self) -> None:
        if self._playing is not None:
            self.hold()
        elif self._course is not None:
            if self._wanted is None:
                self.go_to(self._course.axis.start)
            self._ticked = monotonic()
            self._playing = self.set_interval(TICK_S, self._play)
            self._show_moment()
            self.show_bar()

    @property
    def plays(self) -> bool:
        return self._playing is not None

    def hold(self) -> None:
        """Play no further."""
        if self._playing is not None:
            self._playing.stop()
            self._playing = None
            self._show_moment()
            self.show_bar()

    def _play(self) -> None:
        before, self._ticked = self._ticked, monotonic()
        self.play_on(self._ticked - before)

    def play_on(self, seconds: float) -> None:
        """Play as far as this much time makes, but for a moment that is still being folded."""
        if self._replay is None or self._shown.at != self._at:
            return
        at, last, following = self._at, self._replay.before(self._at), self._replay.after(self._at)
        if following is not None and at - (last or at) > QUIET and following - at > QUIET:
            at = following
        else:
            at += timedelta(seconds=seconds * self._speed)
        self.go_to(at)
        if self._wanted is None:
            self.hold()

    @on(Scrubber.Sped)
    def _sped(self, event: Scrubber.Sped) -> None:
        self._speed = SPEEDS[min(max(SPEEDS.index(self._speed) + event.step, 0), len(SPEEDS) - 1)]
        self._show_moment()


def _is_here(act: Act) -> bool:
    return not {"replay", "everywhere"}.isdisjoint(act.places)
