"""The room: one incident, its timeline, what it owes, and the prompt that has the focus."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from time import monotonic

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Resize

from console.app import dialogs, registry
from console.app.act_screen import ActScreen, Declaring, ProseKept, Searching
from console.app.acts import BY_ID, BY_SLASH, REMEDY_DIALOGS, Act, with_keys
from console.app.lines import LineAct, is_core, key_doubt, read_line
from console.app.presence import TYPING_S
from console.app.publishing import Publishing
from console.app.registry import bar_items
from console.app.room.actions import RoomActs
from console.app.room.context import RoomContext
from console.app.room.process import ProcessActs
from console.app.room.updates import RoomUpdates
from console.app.session import ELSEWHERE, PublishChanged, Session, StateChanged
from console.app.situation import READ_ONLY, OwnEntries, Situation, always
from console.app.widgets.cell import Cell, Part, fitted, pressable, text
from console.app.widgets.filter_line import FilterLine, hits_words
from console.app.widgets.guide import Guide
from console.app.widgets.header import RoomHeader
from console.app.widgets.keybar import KeyBar
from console.app.widgets.panels import Panels, nudge_line, strip
from console.app.widgets.prompt import Foreseen, Prompt
from console.app.widgets.timeline import Timeline
from console.core.advice.rules import Nudge, nudges
from console.core.language.grammar import Line, Slash, command_doubt, describe, far_off
from console.core.language.names import same_name
from console.core.language.secrets import secret_doubt
from console.core.language.text import counted, one_line
from console.core.language.times import local_pair
from console.core.language.zone_doubt import zone_doubt
from console.core.log.command import Command
from console.core.log.completion import completions, explained
from console.core.log.conflicts import conflicts_of, field_words, settling_line, value_words
from console.core.log.event import Event
from console.core.log.foretold import doubt_of, would_log
from console.core.log.slash import command_for
from console.core.log.state import Fact, Incident
from console.core.refusal import Incomplete, Refused
from console.core.subjects.checklist import TickItem
from console.core.subjects.handoff import offered_handoff
from console.core.subjects.undo import RedactEntry, Undo, entries_named, undoes
from console.core.subjects.update import PostUpdate
from console.publish.sending.status import Standing, against

TICK_S = 1.0
CONFLICT_ROWS = 2
"""Conflicts that are shown at once: they take their lines from the timeline."""
HERE_S = 5.0
"""Between two looks at who has a console open on this file."""
FILTERING = "Enter keeps the filter · {cancel} brings back what was shown before"


class RoomScreen(ActScreen[None]):
    """One incident. Everything shown derives from the session's state of it; the screen holds no facts of its own."""

    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (100, "-wide"), (160, "-huge")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (9, "-low"), (15, "-tall")]
    place = "room"
    BINDINGS = registry.bindings("room")
    AUTO_FOCUS = "#line"

    def __init__(
        self, session: Session, ref: str, publishing: Publishing, offered: Sequence[ProseKept] = (), entry: str = ""
    ) -> None:
        """`offered` are lines that were typed where there is no prompt; `entry` is the one to show first, by its id."""
        super().__init__()
        self._first_entry = entry
        self._offered = offered
        self.session = session
        self._publishing = publishing
        self._own_entries = OwnEntries()
        self._shown_sizes: tuple[int, ...] = ()
        """The sizes for which everything was shown."""
        self._was_behind = False
        """True when another screen was open before it."""
        self.ref = ref
        self.prompt = Prompt(self._describe, self._complete, self._explain, self.could_read, session.recalled(ref))
        self.prompt.unwritable = READ_ONLY if session.read_only else ""
        self.timeline = Timeline(zone=session.zone, id="timeline")
        self.filter_line = FilterLine(self.timeline, session.form_memory)
        self.context = RoomContext(session, ref, self.prompt, self)
        self.acts = RoomActs(self.context, self.timeline, lambda: self.situation.entry)
        self._updates = RoomUpdates(self.context, publishing, lambda: self.standings)
        self.context.written = self._ask_after
        self._stood: tuple[Incident, tuple[Standing, ...], tuple[Standing, ...]] | None = None
        """The standings that were told last, with the state and the look that they are of."""
        self._asks_from: float | None = None
        """The last key when an undo or a redaction was written that may have left something on a page: until the next
        key it is asked at once what becomes of it."""
        self._process = ProcessActs(
            self.context,
            lambda: self.guide.selected,
            lambda: self.guide.selected_list,
            self._open_guide_at,
            self._remedy,
        )

    @property
    def state(self) -> Incident:
        return self.session.state(self.ref)

    @property
    def situation(self) -> Situation:
        session, state = self.session, self.state
        # Looked for each time, so that it is found from where it was the last time.
        own = self._own_entries.last(state.entries, session.actor)
        differing = any(standing.unsettled for standing in self.standings)
        return Situation(
            state, session.actor, session.now(), session.read_only, self.timeline.seen or own, differing=differing
        )

    @property
    def doing(self) -> str:
        types = self.is_current and bool(self.prompt.line) and monotonic() - self.session.typed_at < TYPING_S
        return "line" if types else ""

    @property
    def chosen_ref(self) -> str:
        return self.ref

    @property
    def performers(self) -> tuple[object, ...]:
        return self.acts, self._updates, self._process, self.guide, self.filter_line

    @property
    def guide(self) -> Guide:
        return self.query_one(Guide)

    def compose(self) -> ComposeResult:
        yield RoomHeader(self.session.zone, id="room-header")
        yield Cell(id="conflicts")
        yield self.filter_line
        with Horizontal(id="room-body"):
            yield self.timeline
            yield Guide(self.could_read, id="guide")
            yield Panels(writable=not self.session.read_only, id="panels")
        yield Cell(id="strip")
        yield self.prompt
        yield KeyBar(id="key-bar")

    def on_mount(self) -> None:
        self.timeline.show(self.state.entries, self.session.arrived_late(self.ref))
        self.show_state()
        self.context.bring_back_drafts()
        if self._offered:
            self._offer(self._offered)
        self._publishing.show(self.ref)
        if self._first_entry:
            self.call_after_refresh(self._show_first_entry)
        self.set_interval(TICK_S, self.tick)
        self.set_interval(HERE_S, self._look_around)
        self._look_around()

    def _show_first_entry(self) -> None:
        if self.timeline.go_to_entry(self._first_entry):
            self.timeline.focus()

    def _offer(self, kept: Sequence[ProseKept]) -> None:
        if len(kept) == 1:
            self.prompt.offer(kept[0].line, kept[0].lead)
        else:
            self.prompt.offer("\n".join(each.lead + each.line for each in kept))
        self.keep_draft()
        # In this order, so that they are always kept somewhere.
        self.session.keep_draft(ELSEWHERE, "")

    def on_unmount(self) -> None:
        self.keep_draft()

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
    def _width(self) -> int:
        return (self.size or self.app.size).width

    def on_screen_suspend(self) -> None:
        self._was_behind = True

    def on_screen_resume(self) -> None:
        # Where it has just been composed it shows everything already.
        if self._was_behind:
            self._was_behind = False
            self.show_state()
        self._ask_about_pages()

    def _ask_after(self, command: Command) -> None:
        if isinstance(command, Undo | RedactEntry):
            self._asks_from = self.session.typed_at
            self.call_after_refresh(self._ask_about_pages)

    def _ask_about_pages(self) -> None:
        """Ask at once about an undone or redacted update that is on a page, but never into a half-typed line."""
        # Looked for with each look at the pages: the update may have been on its way there when it was undone.
        if self.is_current and self._asks_from == self.session.typed_at and self.situation.differing:
            self._asks_from = None
            if not self.prompt.unsent:
                self._updates.act_settle()

    def keep_draft(self) -> None:
        """Write down the half-typed line, and what waits."""
        self.context.keep_draft()

    @on(Prompt.Drafted)
    def _drafted(self) -> None:
        self.keep_draft()

    # Showing

    def take_out(self, words: Collection[str]) -> bool:
        stray = super().take_out(words)
        stray = (self.is_mounted and self.filter_line.take_out(words)) or stray
        if self.is_mounted and self.prompt.take_out(words):
            self.keep_draft()
            return True
        return stray

    @on(StateChanged)
    def _changed(self, event: StateChanged) -> None:
        if event.ref == self.ref:
            self.timeline.show(self.state.entries, self.session.arrived_late(self.ref))
            self._tell_of_late_arrivals(event.events)
            self.prompt.overtaken(self.state.events)
            self.show_state()

    def _tell_of_late_arrivals(self, events: Sequence[Event]) -> None:
        """Tell of entries that landed above what has been read."""
        arrived, entries = self.session.arrived_late(self.ref), self.state.entries
        late = [entry for event in events if event.id in arrived and (entry := entries.get(event.id))]
        if late:
            first = local_pair(min(entry.occurred_at for entry in late), self.session.zone)[0]
            words = f"{counted(len(late), 'entry', 'entries')}, from {first} on; the timeline marks them."
            self.notify(words, title="Arrived late from another machine")

    def show_state(self) -> None:
        """Everything but the timeline, as it is now."""
        state, now = self.state, self.session.now()
        self._shown_sizes = self._sizes
        self._show_header(state, now)
        panels = self.query_one(Panels)
        panels.show(state, now, self.session.zone, self.session.actor, self.session.seats)
        panels.show_published(self.standings, now)
        self._show_conflicts(state)
        self.show_guide()
        self._show_keys()
        self.prompt.refresh_hint_if_idle()

    def _show_header(self, state: Incident, now: datetime) -> None:
        trouble = self.session.trouble
        link = self.session.link
        saved = "saved" if link is None else link.words(self.session.zone)
        sync = "not saving" if trouble else "read-only" if self.session.read_only else saved
        well = not trouble and (link is None or link.well)
        if self.ref in self.session.folding:
            sync = f"folding {self.session.folding[self.ref]:.0%}"
        folded = not self.has_class("-show-panels") if self.has_class("-slim") else self.has_class("-hide-panels")
        self.query_one(RoomHeader).show(state, now, sync, well=well, folded=folded)
        session, width = self.session, max(20, self._width - 2)
        facts = strip(state, now, width, self.standings, session.actor, session.seats)
        self.query_one("#strip", Cell).show(facts)

    def _show_conflicts(self, state: Incident) -> None:
        """Above the timeline: a handoff that waits for this person, conflicts, what filter is on, the first advice."""
        self.filter_line.show_hits()
        lines: list[Content] = []
        offered = offered_handoff(state)
        if offered is not None and same_name(offered.person, self.session.actor):
            role = state.playbook.role(offered.role) if state.playbook else None
            what = role.short if role else offered.role
            words = f" ⇄ {one_line(offered.by, 30)} offers you {what}: "
            way = with_keys("{accept} shows the page, where Enter accepts ")
            lines.append(pressable("accept", (words, "bold $background on $accent"), (way, "$background on $accent")))
        conflicts = conflicts_of(state)
        lines += [self._conflict(*conflict) for conflict in conflicts[:CONFLICT_ROWS]]
        if len(conflicts) > CONFLICT_ROWS:
            more = counted(len(conflicts) - CONFLICT_ROWS, "more conflict", "more conflicts")
            lines.append(text(("≠ ", "bold $warning"), (f"{more}, shown once these are settled", "$muted")))
        if limits := self._limits():
            lines.append(limits)
        advice = nudges(state, self.session.now())
        if advice:
            lines.append(nudge_line(advice, self._width - 2))
        bar = self.query_one("#conflicts", Cell)
        bar.show(Content("\n").join(lines))
        bar.set_class(bool(lines), "-some")

    def _conflict(self, name: str, before: Fact, last: Fact) -> Content:
        """One line: what two people say of a value, and what settles it; the narrower, the less of their words."""
        zone, now, width = self.session.zone, self.session.now(), self.size.width - 2
        line = settling_line(name)
        act = None if line else BY_ID[name.split()[0]]
        key = act.anywhere if act else line
        head = text(("≠ ", "bold $warning"), (f"Conflict over {field_words(self.state, name)}: ", "bold $warning"))
        content = text()
        for times, value_cells, way in (
            (True, 24, f"{key} settles it"),
            (False, 24, f"{key} settles it"),
            (False, 0, key),
        ):
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
        """What the timeline leaves out, and the keys that change that; empty where it shows everything."""
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

    @property
    def standings(self) -> tuple[Standing, ...]:
        """Where each target of the incident stands, by the sender's last look."""
        known, state = tuple(self._publishing.standings.get(self.ref, ())), self.state
        if not known:
            return known
        # Asked for at each key, and another one only with an event or a message.
        if self._stood is None or self._stood[0] is not state or self._stood[1] != known:
            self._stood = (state, known, against(state, known))
        return self._stood[2]

    @on(PublishChanged)
    def _published(self) -> None:
        now = self.session.now()
        self.query_one(Panels).show_published(self.standings, now)
        self._show_header(self.state, now)
        self._ask_about_pages()

    def show_guide(self) -> None:
        if self.has_class("-guide"):
            self.guide.show(self.state, self.session.now(), self.session.zone)

    @on(Timeline.FilterChanged)
    def _filtered(self) -> None:
        if self.filter_line.display:
            # It says so itself, at each key; the lines above it are told by more than the timeline.
            self.filter_line.show_hits()
        else:
            self._show_conflicts(self.state)

    @on(FilterLine.Changed)
    def _filter_opened_or_left(self) -> None:
        self._show_conflicts(self.state)

    def _show_writing(self) -> None:
        """Where the characters go, and what Enter does there."""
        self.prompt.give_way(FILTERING if self.filter_line.input.has_focus else "")
        self._show_keys()

    def _show_keys(self) -> None:
        lead = f"{BY_ID['cancel'].label} or Alt+" if self.prompt.input.has_focus else "Alt+" if self.writing else ""
        own = {"prompt": None} if self.session.read_only else None
        self.query_one(KeyBar).show_items(bar_items("room", self.situation, own), lead)

    def on_descendant_focus(self) -> None:
        self._show_writing()

    def on_descendant_blur(self) -> None:
        self._show_writing()

    # Time

    def tick(self) -> None:
        """What a second changes: countdowns, and the moment that a half-typed line names."""
        if self.is_current:
            state, now = self.state, self.session.now()
            self._show_header(state, now)
            panels = self.query_one(Panels)
            panels.tick(state, now, self.session.zone, self.session.actor)
            panels.show_published(self.standings, now)
            self._show_conflicts(state)
            self.show_guide()
            if self.prompt.line:
                self.prompt.refresh_hint_if_idle()

    def attend(self, attended: bool, *, steps_back: bool) -> None:
        self.query_one("#room-body").set_class(steps_back and not attended, "-away")
        if attended:
            self._look_around()
            self.tick()

    def _look_around(self) -> None:
        if self.session.look_around():
            self.show_state()

    # The prompt

    def _parse(self, line: str) -> Line | Slash:
        return read_line(line, now=self.session.now(), zone=self.session.zone)

    def _describe(self, line: str) -> Foreseen:
        parsed = self._parse(line)
        if self.session.read_only and not (isinstance(parsed, Slash) and _only_reads(parsed)):
            raise Refused(READ_ONLY)
        now, zone = self.session.now(), self.session.zone
        if isinstance(parsed, Line):
            # Asked at each keystroke: the first entry answers it at once, however many there are.
            at, entries = parsed.occurred_at or now, self.state.entries
            early = len(entries) > 0 and all(at < entry.occurred_at for entry in entries)
            warns = far_off(parsed, now, zone, early=early)
            asks = doubt_of(self.state, self._command(parsed), now, zone)
            doubts = secret_doubt(line), key_doubt(line), zone_doubt(line, now=now, zone=zone), asks
            words = describe(parsed, now, zone, self.session.actor, early=early)
            return Foreseen(words, warns, " ".join(filter(None, doubts)))
        try:
            command = self._foreseen(parsed)
        except Incomplete:
            if parsed.word not in BY_SLASH:
                raise
            return Foreseen(f"opens: {BY_SLASH[parsed.word].title.lower()}, {one_line(parsed.argument, 40)}")
        asks = doubt_of(self.state, command, now, zone) if command else ""
        words = self._words(parsed, command, now)
        doubts = secret_doubt(line), command_doubt(parsed.argument), zone_doubt(line, now=now, zone=zone), asks
        return Foreseen(words, doubt=" ".join(filter(None, doubts)))

    def _words(self, slash: Slash, command: Command | None, now: datetime) -> str:
        """What Enter does with a slash line; refused where the core would refuse its command."""
        if isinstance(command, Undo):
            return undoes(self.state, command, now)
        if slash.argument and slash.word in ("correct", "redact"):
            return self.acts.foreseen(slash.word, slash.argument)
        composed = isinstance(command, PostUpdate) and self._updates.composes(command)
        if command is not None and not composed:
            nowhere = ", published nowhere" if isinstance(command, PostUpdate) else ""
            return would_log(self.state, command, now, self.session.zone) + nowhere
        act = BY_SLASH.get(slash.word)
        if act is not None and not act.begins and (composed or slash.word == "declare" or not slash.argument):
            return f"opens: {act.title.lower()}"
        return f"{'runs' if slash.argument else 'needs more:'} {registry.WORDS[slash.word]}"

    def _foreseen(self, slash: Slash) -> Command | None:
        """The command of a slash line; None where a screen reads it."""
        if slash.word == "runbook":
            return self._process.closing_of(slash.argument) if slash.argument else None
        return self._command(slash) if is_core(slash) else None

    def _complete(self, before: str) -> list[str]:
        return completions(before, self.state, self.session.actor, registry.WORDS)

    def _explain(self, words: list[str]) -> str:
        return explained(words, self.state, self.prompt.line)

    @on(Prompt.Left)
    def _left(self) -> None:
        self.timeline.focus()

    @on(Prompt.Entered)
    async def _entered(self, event: Prompt.Entered) -> None:
        line = event.line
        try:
            parsed = self._parse(line)
            command = self._command(parsed) if isinstance(parsed, Line) or is_core(parsed) else None
        except Incomplete as incomplete:
            assert isinstance(parsed, Slash)
            self.prompt.settled(line)
            self._go_on_in_form(parsed, incomplete.given)
            return
        except Refused as refused:
            self.prompt.restore(line, refused.reason)
            self.prompt.settled(line)
            return
        if isinstance(command, RedactEntry):
            # What is erased is gone: it is shown first, and asked.
            self.prompt.settled(line)
            fits = entries_named(self.state, command.entry, command.actor)
            self.acts.open_entry(fits[-1].id, redacting=True)
        elif command is None:
            assert isinstance(parsed, Slash)
            self.prompt.settled(line)
            await self._run_slash(parsed)
        elif isinstance(command, PostUpdate) and self._updates.composes(command):
            self.prompt.settled(line)
            self._updates.compose(kept=dialogs.compose.kept_of(command, self.session.zone))
        else:
            self.context.write(command, line)

    def _go_on_in_form(self, slash: Slash, given: Mapping[str, str]) -> None:
        """Open the form of a word with what was typed behind it."""
        act = BY_SLASH[slash.word]
        if why := act.disabled_reason(self.situation):
            self.refuse(why)
        elif slash.word == "update":
            self._updates.compose(given["audience"])
        else:
            with self.context.filled(given):
                self.perform(act)

    def _command(self, parsed: Line | Slash) -> Command:
        session = self.session
        return command_for(parsed, self.state, actor=session.actor, now=session.now(), zone=session.zone)

    async def _run_slash(self, slash: Slash) -> None:
        """A word that a screen reads, or one without an argument, which opens its dialog."""
        words = {
            **self.acts.words,
            "runbook": self._process.open_runbook,
            "playbook": self._process.change_playbook,
            "declare": self._declare,
            "search": self._search,
        }
        if slash.argument and slash.word in words:
            await words[slash.word](slash.argument)
        elif slash.word in BY_SLASH:
            self.act(BY_SLASH[slash.word])
        else:
            self.prompt.restore(f"/{slash.word} ", f"Write {registry.WORDS[slash.word]}.")

    async def _declare(self, argument: str) -> None:
        self.post_message(Declaring(argument))

    async def _search(self, argument: str) -> None:
        self.post_message(Searching(argument))

    @on(Prompt.Pasted)
    def _pasted(self, event: Prompt.Pasted) -> None:
        self.acts.log_paste(event.paste)

    @on(Prompt.Scrolled)
    def _scrolled(self, event: Prompt.Scrolled) -> None:
        self.timeline.scroll_page(event.step)

    @on(Prompt.Followed)
    def _followed(self) -> None:
        self.timeline.go_to_end()

    # Keys

    def perform(self, act: Act) -> None:
        if act.begins:
            self.prompt.begin(f"/{act.slash} ")
        else:
            super().perform(act)

    def refuse(self, reason: str) -> None:
        self.prompt.say(reason, error=True)

    def show_typed(self) -> None:
        self.prompt.arm(self.typed_line())

    def go_on_with(self, typed: str, lead: str) -> None:
        self.take_prose(typed, lead)

    def take_prose(self, typed: str, lead: str) -> None:
        self.forget_typed()
        self.prompt.write(typed, lead)

    def paste_prose(self, pasted: str) -> None:
        self.prompt.input.focus()
        self.prompt.paste(pasted, elsewhere=True)

    def begin_line(self, act: LineAct) -> None:
        """Begin a line in the prompt, where Enter does it."""
        self.prompt.begin(act.line)

    def act_prompt(self) -> None:
        self.prompt.input.focus()

    def act_guide(self) -> None:
        self.toggle_class("-guide")
        if self.has_class("-guide"):
            self.show_guide()
            self.guide.start()
            self.guide.options.focus()
        else:
            self.prompt.input.focus()

    def _open_guide_at(self, list_id: str) -> None:
        def opened() -> None:
            self.add_class("-guide")
            self.show_guide()
            self.guide.unfold(list_id)
            self.guide.options.focus()

        # Behind the end of the dialog in front, which gives the focus back to the prompt.
        self.call_after_refresh(opened)

    def act_panels(self) -> None:
        self.toggle_class("-show-panels" if self.has_class("-slim") else "-hide-panels")
        self._show_header(self.state, self.session.now())

    def view_panels(self, name: str) -> None:
        """Show the panels, with the one of that name in view."""
        self.remove_class("-hide-panels").add_class("-show-panels")
        self._show_header(self.state, self.session.now())
        self.call_after_refresh(self.query_one(f"#{name}-panel").scroll_visible, animate=False)

    def _remedy(self, nudge: Nudge) -> None:
        """Begin what a piece of advice recommends: in its dialog, ready for it, or as a line in the prompt."""
        words = nudge.remedy.split()
        if nudge.act == "update" and len(words) > 1:
            self._updates.compose(words[1])
        elif nudge.act == "stage" and words[:1] == ["/stage"]:
            self.acts.choose_stage("" if words[1:] in ([], ["next"]) else words[1])
        elif nudge.act == "page":
            self._process.page(nudge.remedy)
        elif nudge.act in REMEDY_DIALOGS:
            self.act(BY_ID[nudge.act])
        else:
            self.prompt.begin(nudge.remedy)

    @on(Guide.Ticked)
    def _ticked(self, event: Guide.Ticked) -> None:
        if self.session.read_only:
            self.refuse(READ_ONLY)
        else:
            self.context.write(TickItem(actor=self.session.actor, item=event.item, done=event.done))

    @on(Guide.Copied)
    def _copied(self, event: Guide.Copied) -> None:
        if event.command:
            self.prompt.say(f"The command is {self.context.copy(event.command)}; the console runs nothing.")
        else:
            self.refuse("This step has no command to copy.")

    @on(Timeline.Chosen)
    def _chosen(self, event: Timeline.Chosen) -> None:
        self.acts.open_entry(event.id, reading=True)


def _only_reads(slash: Slash) -> bool:
    """Whether the word writes nothing to the log."""
    act = BY_SLASH.get(slash.word)
    return act is not None and act.why_not is always and not (slash.word == "playbook" and slash.argument)
