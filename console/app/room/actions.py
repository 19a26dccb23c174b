"""The acts of the room's keys and the prompt's own slash words: most open a dialog and write its command."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial

from console.app import dialogs
from console.app.act_screen import Armed
from console.app.room.context import RoomContext
from console.app.room.files import RoomFiles
from console.app.unlogged import Unlogged
from console.app.widgets.timeline import Timeline
from console.app.widgets.timeline_model import Filter, filter_of
from console.core.language.text import counted, one_line
from console.core.language.times import local_pair
from console.core.language.when import parse_when
from console.core.log.command import Command
from console.core.log.completion import people
from console.core.log.entries import Entry
from console.core.log.event import NewEvent
from console.core.refusal import Refused
from console.core.subjects.entry import find_entry, uncorrectable
from console.core.subjects.stage import MoveStage
from console.core.subjects.undo import RedactEntry, Undo, entries_named, last_correction, undo_words, undoes


class RoomActs:
    """The acts that change the incident or what its timeline shows."""

    def __init__(self, context: RoomContext, timeline: Timeline, entry: Callable[[], str]) -> None:
        """`entry` gives the id of the entry that is visibly selected, else of the person's last one that stands."""
        self._context, self._timeline, self._entry = context, timeline, entry
        self._files = RoomFiles(context)
        self.words: dict[str, Callable[[str], Awaitable[None]]] = {
            "export": self._files.export,
            "correct": self.correct,
            "jump": self._jump_to,
            "filter": self._filter_by,
        }
        """The functions of the slash words with an argument that are no commands of the core, by word."""

    # Writing

    def act_severity(self) -> None:
        room = self._context
        room.ask(lambda: dialogs.respond.SeverityDialog(room.here))

    def act_stage(self) -> None:
        self.choose_stage()

    def choose_stage(self, chosen: str = "") -> None:
        """The dialog of the stages, with the next one chosen or another."""
        room, session = self._context, self._context.session

        def make() -> "dialogs.base.FormDialog[Command]":
            dialog = dialogs.stage.StageDialog(room.here, session.templates, chosen)

            async def send(command: Command) -> None:
                assert isinstance(command, MoveStage)
                words = dialog.announcement(command.stage)
                await room.send(command)
                room.copy(words)

            dialog.send = send
            return dialog

        room.open_form(make)

    def act_role(self) -> None:
        room = self._context

        def make() -> "dialogs.base.FormDialog[Command]":
            known = people(room.state, room.actor)
            present = tuple(dict.fromkeys(seat.person for seat in room.session.seats))
            return dialogs.respond.RoleDialog(room.here, known, present)

        room.ask(make)

    def act_task(self) -> None:
        room = self._context
        room.ask(lambda: dialogs.respond.TaskDialog(room.here))

    def act_done(self) -> None:
        room = self._context
        room.ask(lambda: dialogs.respond.DoneDialog(room.here))

    def act_snooze(self) -> None:
        room = self._context
        room.ask(lambda: dialogs.respond.SnoozeDialog(room.here))

    def act_accept(self) -> None:
        room = self._context

        def make() -> "dialogs.write.AcceptDialog":
            dialog = dialogs.write.AcceptDialog(room.here)
            dialog.cite = dialogs.grounds.citing(room.session, room.ref, lambda: dialog)
            return dialog

        room.ask(make)

    def act_handoff(self) -> None:
        room = self._context

        def make() -> "dialogs.base.FormDialog[dialogs.write.Handover]":
            dialog = dialogs.write.HandoffDialog(room.here, room.session.exports_folder)
            dialog.cite = dialogs.grounds.citing(room.session, room.ref, lambda: dialog)
            return dialog

        room.open_form(make, self._files.hand_over)

    def arm_correct(self) -> Armed | None:
        entry = find_entry(self._context.state, self._entry())
        if why := uncorrectable(entry):
            self._context.prompt.say(why, error=True)
            return None
        return Armed(f"opens {_quoted(entry)} to correct it", lambda: self.open_entry(entry.id))

    def act_correct(self) -> None:
        if armed := self.arm_correct():
            armed.do()

    def open_entry(self, entry_id: str, *, redacting: bool = False, reading: bool = False) -> None:
        """The entry's details, with correction, redaction and history; to be corrected, redacted, or looked at."""
        room, session = self._context, self._context.session
        plan = partial(session.redaction, room.ref, entry_id)

        async def send(command: Command) -> None:
            planned = await plan() if isinstance(command, RedactEntry) else None
            await room.send(command)
            if planned is not None:
                room.later(self._files.tell_of_copies(planned))

        room.open_form(
            lambda: dialogs.write.EntryDialog(
                room.here, entry_id, plan, redacting, reading, session.arrived_late(room.ref).get(entry_id)
            ),
            send,
        )

    async def correct(self, argument: str) -> None:
        """`/correct ENTRY`: its id, `last`, or words of it."""
        try:
            self.open_entry(self._correctable(argument)[-1].id)
        except Refused as refused:
            self._context.prompt.restore(f"/correct {argument}", refused.reason)

    def _correctable(self, argument: str) -> list[Entry]:
        fits = entries_named(self._context.state, argument, self._context.actor, "correct")
        if why := uncorrectable(fits[-1]):
            raise Refused(why, "entry")
        return fits

    def foreseen(self, word: str, argument: str) -> str:
        """The words for what `/correct ENTRY` and `/redact ENTRY` open and `/export KIND` writes, for under the prompt.

        May raise Refused.
        """
        room = self._context
        if word == "export":
            return self._files.foreseen(argument)
        fits = self._correctable(argument) if word == "correct" else entries_named(room.state, argument, room.actor)
        more = f"; the last of {len(fits)} entries with these words" if len(fits) > 1 else ""
        return f"opens {_quoted(fits[-1])} to {word} it{more}"

    def arm_undo(self) -> Armed:
        room = self._context
        correction = None if self._timeline.seen else last_correction(room.state, room.actor)
        if correction is not None:
            undoing = Undo(actor=room.actor, entry=correction.id)
            return Armed(undoes(room.state, undoing, room.now()), lambda: room.write(undoing))
        entry = find_entry(room.state, self._entry())
        command = Undo(actor=room.actor, entry=entry.id, dependents=True, was_undone=entry.undone)
        return Armed(undo_words(room.state, entry), lambda: room.write(command))

    def log_paste(self, paste: Unlogged) -> None:
        """Ask how several pasted lines are to be logged; they stay in the draft until they are."""
        room = self._context

        def decided(events: Sequence[NewEvent]) -> None:
            paste.event_id = events[0].id
            room.keep_draft()

        async def send(commands: Sequence[Command]) -> None:
            for command in commands:
                await room.session.submit(room.ref, command, decided=decided)
            room.prompt.settle(paste, logged=bool(commands))
            if not commands:
                room.keep_draft(sweep=True)
            if not commands:
                room.prompt.say("The paste is discarded; Up brings it back until you leave.")
                return
            times = dialogs.paste.span(commands, room.now(), room.session.zone)
            at = f", {times}" if times else f" at {local_pair(room.now(), room.session.zone)[0]}"
            room.prompt.say(f"{counted(len(dialogs.paste.entries_of(commands)), 'entry', 'entries')} logged{at}.")

        def left(commands: Sequence[Command] | None) -> None:
            if commands is None:
                room.prompt.refresh_hint()

        dialog = dialogs.paste.PasteDialog(room.here, paste.text, room.prompt.unwritable)
        dialog.send, dialog.keep = send, partial(room.prompt.hold, paste)
        room.open(dialog, left)

    # The timeline

    async def _filter_by(self, argument: str) -> None:
        all_again = argument.strip().lower() in ("off", "all", "none")
        self._timeline.filter = Filter() if all_again else filter_of(argument)

    def act_undone(self) -> None:
        self._timeline.toggle_undone()

    def act_newest(self) -> None:
        self._timeline.go_to_end()

    def act_jump(self) -> None:
        def answered(moment: datetime | None) -> None:
            if moment is not None:
                self._timeline.go_to(moment)
                self._timeline.focus()

        self._context.open(dialogs.find.JumpDialog(self._context.session.zone, self._context.now()), answered)

    async def _jump_to(self, argument: str) -> None:
        room = self._context
        try:
            self._timeline.go_to(parse_when(argument, now=room.now(), zone=room.session.zone))
        except Refused as refused:
            room.prompt.restore(f"/jump {argument}", refused.reason)


def _quoted(entry: Entry) -> str:
    return f"“{one_line(entry.text, 60)}” by {entry.author}"
