"""The room: one incident, its timeline, what it owes, and the prompt that has the focus."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic

from textual import on
from textual.widget import Widget

from console.app import dialogs, maintenances, registry
from console.app.act_screen import Declaring, Planning, ProseKept, Replaying, Searching
from console.app.acts import BY_ID, BY_SLASH, REMEDY_DIALOGS, Act
from console.app.afterwards import AfterActs
from console.app.catchup.looks import Looks
from console.app.lines import is_core, key_doubt, read_line
from console.app.presence import TYPING_S
from console.app.publishing import Publishing
from console.app.registry import bar_items
from console.app.room.actions import RoomActs
from console.app.room.context import RoomContext
from console.app.room.process import ProcessActs
from console.app.room.since import RoomSince
from console.app.room.updates import RoomUpdates
from console.app.room.view import RoomView
from console.app.session import TYPED_ELSEWHERE, PublishChanged, Session, StateChanged
from console.app.similar.likeness import Likeness
from console.app.situation import READ_ONLY, OwnEntries, Situation, always
from console.app.widgets.guide import Guide
from console.app.widgets.keybar import KeyBar
from console.app.widgets.prompt import Foreseen, Prompt
from console.app.widgets.timeline import Timeline
from console.core.advice.rules import Nudge
from console.core.language.grammar import Line, Slash, command_doubt, describe, far_off
from console.core.language.names import same_name
from console.core.language.secrets import secret_doubt
from console.core.language.text import counted, one_line
from console.core.language.time_doubt import time_doubt
from console.core.language.times import local_pair
from console.core.language.when import parse_when
from console.core.log.command import Command
from console.core.log.completion import completions, explained, slash_doubt
from console.core.log.decide import decide
from console.core.log.event import Event
from console.core.log.foretold import doubt_of, text_doubt, would_log
from console.core.log.slash import command_for
from console.core.log.state import Incident
from console.core.refusal import Incomplete, Refused
from console.core.subjects.checklist import TickItem
from console.core.subjects.entry import CorrectEntry
from console.core.subjects.link import LinkIncident
from console.core.subjects.maintenance import AdvanceMaintenance, MoveMaintenance
from console.core.subjects.move import MoveEntry, move_words
from console.core.subjects.public_title import SetPublicTitle
from console.core.subjects.undo import RedactEntry, Undo, entries_named, undoes
from console.core.subjects.update import PostUpdate
from console.export.similar import Likely
from console.publish.sending.status import Standing, against

SET_BACK_MOST = timedelta(days=1)
"""The header says no longer that the clock was set back: by more, the time before was mostly the wrong one."""
HERE_S = 5.0
"""Between two looks at who has a console open on this file."""
FILTERING = "Enter keeps the filter · {cancel} brings back what was shown before"


class RoomScreen(RoomView):
    """One incident as it is, and the prompt, whose lines are entries."""

    place = "room"
    BINDINGS = registry.bindings("room")
    AUTO_FOCUS = "#line"

    def __init__(
        self, session: Session, ref: str, publishing: Publishing, looks: Looks, offered: Sequence[ProseKept] = (),
        entry: str = "",
    ) -> None:  # fmt: skip
        """`offered` are lines that were typed where there is no prompt; `entry` is the one to show first, by its id."""
        super().__init__(session, ref)
        self._first_entry = entry
        self._offered = offered
        self._publishing = publishing
        self._own_entries = OwnEntries()
        self.prompt = Prompt(self._describe, self._complete, self._explain, self.could_read, session.recalled(ref))
        self.prompt.unwritable = READ_ONLY if session.read_only else ""
        self.context = RoomContext(session, ref, self.prompt, self)
        self.acts = RoomActs(self.context, self.timeline, lambda: self.situation.entry)
        self._updates = RoomUpdates(self.context, publishing)
        self._after = AfterActs(session, ref, publishing, self.context.open_form, self.refuse)
        self.context.written = self._ask_after
        self.context.shown = lambda entry: self.timeline.chosen.takes(entry)
        self.since = RoomSince(self.context, self.timeline, looks)
        self.likeness = Likeness(session, ref, self, self.show_state)
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
    def situation(self) -> Situation:
        session, state = self.session, self.state
        # Looked for each time, so that it is found from where it was the last time.
        own = self._own_entries.last(state.entries, session.actor)
        differing = any(standing.unsettled or standing.differences for standing in self.standings)
        return Situation(
            state, session.actor, session.now(), session.read_only, self.timeline.seen or own, differing=differing
        )

    @property
    def doing(self) -> str:
        types = self.is_current and bool(self.prompt.line) and monotonic() - self.session.typed_at < TYPING_S
        return "line" if types else ""

    @property
    def performers(self) -> tuple[object, ...]:
        return self.acts, self._updates, self._after, self._process, self.since, self.guide, self.filter_line

    @property
    def guide(self) -> Guide:
        return self.query_one(Guide)

    def beside(self) -> Iterable[Widget]:
        yield Guide(self.could_read, id="guide")

    def below(self) -> Iterable[Widget]:
        yield self.prompt
        yield KeyBar(id="key-bar")

    @property
    def saved(self) -> tuple[str, bool]:
        session, link = self.session, self.session.link
        well = link is None or link.well
        set_back = session.ledger.set_back(session.zone, SET_BACK_MOST)
        if self.ref in session.folding:
            words = f"folding {session.folding[self.ref]:.0%}"
        elif session.trouble:
            words = "not saving"
        elif session.read_only:
            words = "read-only"
        elif set_back and well:
            words = "clock set back"
        else:
            words = "saved" if link is None else link.words(session.zone)
        return words, well and not (session.trouble or set_back)

    def on_mount(self) -> None:
        self.show_timeline()
        self.show_state()
        self.context.bring_back_drafts()
        if self._offered:
            self._offer(self._offered)
        self._publishing.show(self.ref)
        self.likeness.changed()
        if self._first_entry:
            self.call_after_refresh(self._show_first_entry)
        self.call_after_refresh(lambda: self.run_worker(self.since.opened()))
        self.set_interval(HERE_S, self._look_around)
        self._look_around()

    def _show_first_entry(self) -> None:
        if self.timeline.go_to_entry(self._first_entry):
            self.timeline.focus()

    def _offer(self, kept: Sequence[ProseKept]) -> None:
        texts = "\n".join(each.lead + each.line for each in kept).strip()
        if "\n" in texts:
            self.prompt.keep_lines(texts)
        else:
            self.prompt.offer(kept[0].line, kept[0].lead)
        self.keep_draft()
        # In this order, so that they are always kept somewhere.
        self.session.keep_draft(TYPED_ELSEWHERE, "")

    def on_unmount(self) -> None:
        self.keep_draft()
        self.since.keep()

    def on_screen_resume(self) -> None:
        self._ask_about_pages()

    def _ask_after(self, command: Command) -> None:
        if isinstance(command, SetPublicTitle):
            self._publishing.wake()
        if isinstance(command, Undo | RedactEntry | CorrectEntry):
            self._asks_from = self.session.typed_at
            self.call_after_refresh(self._ask_about_pages)

    def _ask_about_pages(self) -> None:
        """Ask at once about an update on a page undone, corrected or redacted here; never into a half-typed line."""
        # Looked for with each look at the pages: the update may have been on its way there when it was undone.
        if self.is_current and self._asks_from == self.session.typed_at and self.situation.differing:
            self._asks_from = None
            if not self.prompt.unsent:
                self._updates.act_settle()

    @on(Prompt.Drafted)
    def keep_draft(self) -> None:
        """Write down the half-typed line, and what waits."""
        self.context.keep_draft()

    # Showing

    def take_out(self, words: Collection[str]) -> bool:
        stray = super().take_out(words)
        if not self.is_mounted:
            return stray
        self.likeness.forget()
        if self.prompt.take_out(words):
            self.keep_draft()
            return True
        return stray

    @on(StateChanged)
    def _changed(self, event: StateChanged) -> None:
        if event.ref == self.ref:
            self.show_timeline()
            self._tell_of_late_arrivals(event.events)
            if all(same_name(written.actor, self.session.actor) for written in event.events):
                self.since.wrote()
            self.prompt.overtaken(self.state.events)
            self.show_state()
            self.likeness.changed()

    def _tell_of_late_arrivals(self, events: Sequence[Event]) -> None:
        """Tell of entries that landed above what has been read."""
        arrived, entries = self.session.arrived_late(self.ref), self.state.entries
        late = [entry for event in events if event.id in arrived and (entry := entries.get(event.id))]
        if late:
            first = local_pair(min(entry.occurred_at for entry in late), self.session.zone)[0]
            words = f"{counted(len(late), 'entry', 'entries')}, from {first} on; the timeline marks them."
            self.notify(words, title="Arrived late from another machine")

    def show_bar(self) -> None:
        self.show_guide()
        self._show_keys()
        self.prompt.refresh_hint_if_idle()

    @property
    def likely(self) -> Sequence[Likely]:
        return self.likeness.likely

    @property
    def standings(self) -> tuple[Standing, ...]:
        """The standing of each target of the incident, by the sender's last look."""
        known, state = tuple(self._publishing.standings.get(self.ref, ())), self.state
        if not known:
            return known
        # Asked for at each key, and another one only with an event or a message.
        if self._stood is None or self._stood[0] is not state or self._stood[1] != known:
            self._stood = (state, known, against(state, known))
        return self._stood[2]

    @on(PublishChanged)
    def _published(self) -> None:
        self.show_panels()
        self.show_header()
        self._ask_about_pages()

    def show_guide(self) -> None:
        if self.has_class("-guide"):
            self.guide.show(self.state, self.session.now(), self.session.zone)

    def _show_writing(self) -> None:
        """Show where characters go now, and what Enter does there."""
        self.prompt.give_way(FILTERING if self.filter_line.input.has_focus else "")
        self._show_keys()

    def _show_keys(self) -> None:
        lead = f"{BY_ID['cancel'].label} or Alt+" if self.prompt.input.has_focus else "Alt+" if self.writing else ""
        own: dict[str, str | None] = {"prompt": None} if self.session.read_only else {}
        if self.state.maintenance:
            own |= {"severity": None, "stage": None, "maintenance": "maintenance"}
        self.query_one(KeyBar).show_items(bar_items("room", self.situation, own), lead)

    def on_descendant_focus(self) -> None:
        self._show_writing()

    def on_descendant_blur(self) -> None:
        self._show_writing()

    # Time

    def pass_second(self) -> None:
        if self.is_current:
            self.tick()
            self.show_guide()
            if self.prompt.line:
                self.prompt.refresh_hint_if_idle()

    def attend(self, attended: bool, *, steps_back: bool) -> None:
        self.query_one("#room-body").set_class(steps_back and not attended, "-away")
        if attended:
            self._look_around()
            self.pass_second()

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
            entry = self._command(parsed)
            decide(self.state, entry, now)
            asks = doubt_of(self.state, entry, now, zone)
            slash = slash_doubt(parsed, self.state, self.session.actor, registry.WORDS)
            times = time_doubt(line, now=now, zone=zone)
            doubts = secret_doubt(line), key_doubt(line), slash, text_doubt(entry), times, asks
            words = describe(parsed, now, zone, self.session.actor, early=early)
            return Foreseen(words, warns, " ".join(filter(None, doubts)))
        try:
            command = self._foreseen(parsed)
        except Incomplete:
            if parsed.word not in BY_SLASH:
                raise
            return Foreseen(f"opens: {BY_SLASH[parsed.word].title.lower()}, {one_line(parsed.argument, 40)}")
        asks = self._warnings(command, now) if command else ""
        words = self._words(parsed, command, now)
        text = command_doubt(parsed.argument) or (text_doubt(command) if command else "")
        doubt = " ".join(filter(None, (secret_doubt(line), text, time_doubt(line, now=now, zone=zone), asks)))
        return Foreseen(words, doubt=doubt)

    def _warnings(self, command: Command, now: datetime) -> str:
        """The warnings about a command; refused where it tells of an incident that is not here."""
        if isinstance(command, LinkIncident | MoveEntry):
            for other in {*command.elsewhere(self.state)} - {*self.session.ledger.references()}:
                command.follow(self.state, Incident(other))
        return doubt_of(self.state, command, now, self.session.zone)

    def _words(self, slash: Slash, command: Command | None, now: datetime) -> str:
        """The words for what Enter does with a slash line; refused where the core would refuse its command."""
        if isinstance(command, Undo):
            return undoes(self.state, command, now)
        if isinstance(command, MoveEntry):
            return move_words(self.state, command, now)
        if slash.argument and slash.word in ("correct", "redact", "export"):
            return self.acts.foreseen(slash.word, slash.argument)
        composed = isinstance(command, PostUpdate) and self._updates.composes(command)
        composed = composed or isinstance(command, AdvanceMaintenance | MoveMaintenance)
        if command is not None and not composed:
            nowhere = ", published nowhere" if isinstance(command, PostUpdate) else ""
            return would_log(self.state, command, now, self.session.zone) + nowhere
        if slash.argument and slash.word in ("jump", "replay"):
            parse_when(slash.argument, now=now, zone=self.session.zone)
        act = BY_SLASH.get(slash.word)
        if act is not None and not act.begins and (composed or slash.word == "declare" or not slash.argument):
            return f"opens: {act.title.lower()}"
        name, _, reason = slash.argument.partition(" ")
        if name and slash.word == "playbook":
            return f"follows the playbook “{one_line(name, 40)}” from here on{f': {reason}' if reason else ''}"
        if name and slash.word == "runbook":
            return f"opens the runbook “{one_line(slash.argument, 40)}”"
        return f"{'runs' if slash.argument else 'needs more:'} {registry.WORDS[slash.word]}"

    def _foreseen(self, slash: Slash) -> Command | None:
        """The command of a slash line; None where a screen reads it."""
        if slash.word == "runbook":
            return self._process.closing_of(slash.argument) if slash.argument else None
        return self._command(slash) if is_core(slash) else None

    def _complete(self, before: str) -> list[str]:
        others = [state.ref for state in self.session.ledger.opened()]
        return completions(before, self.state, self.session.actor, registry.WORDS, others)

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
            self.acts.open_entry(entries_named(self.state, command.entry, command.actor)[-1].id, redacting=True)
        elif command is None:
            assert isinstance(parsed, Slash)
            self.prompt.settled(line)
            await self._run_slash(parsed)
        elif isinstance(command, AdvanceMaintenance | MoveMaintenance):
            # Nothing is told that nobody has seen as it goes out.
            self.prompt.settled(line)
            with self.context.filled(dialogs.maintenance.given_by(command, self.session.zone)):
                self.perform(BY_SLASH["maintenance"])
        elif isinstance(command, PostUpdate) and self._updates.composes(command):
            self.prompt.settled(line)
            self._updates.compose(kept=dialogs.compose.kept_of(command, self.session.zone))
        else:
            self.context.write(command, line, self._updates.published_with(command))

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
            "replay": self._replay_at,
        }
        if slash.argument and slash.word in words:
            await words[slash.word](slash.argument)
        elif slash.word in BY_SLASH:
            self.act(BY_SLASH[slash.word])
        else:
            self.prompt.restore(f"/{slash.word} ", f"Write {registry.WORDS[slash.word]}.")

    async def _declare(self, argument: str) -> None:
        self.post_message(Declaring(argument))

    def act_maintenance(self) -> None:
        """The next step of this maintenance; from an incident's room another one is planned."""
        if self.state.maintenance:
            maintenances.step(self.context, self._publishing)
        else:
            self.post_message(Planning())

    async def _search(self, argument: str) -> None:
        self.post_message(Searching(argument))

    async def _replay_at(self, argument: str) -> None:
        try:
            at = parse_when(argument, now=self.session.now(), zone=self.session.zone)
        except Refused as refused:
            self.prompt.restore(f"/replay {argument}", refused.reason)
        else:
            self.post_message(Replaying(at))

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

    def follow_letter(self, letter: str) -> None:
        if self.prompt.input.has_focus and not self.shows_letters:
            self.prompt.follow(letter)
        else:
            super().follow_letter(letter)

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
    """True for a word that writes nothing to the log."""
    act = BY_SLASH.get(slash.word)
    return act is not None and act.why_not is always and not (slash.word == "playbook" and slash.argument)
