"""What the room's keys and the prompt's own slash words do: mostly opening a dialog and writing its command."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from console.app.advice import DIALOGS
from console.app.registry import BY_ID, BY_SLASH, SCREEN_WORDS, WORDS, last_own
from console.app.room.files import RoomFiles
from console.app.room.process import ProcessActs
from console.app.room.updates import RoomUpdates
from console.app.telling import told
from console.core.advice.rules import Nudge
from console.core.commands import Command, PostUpdate, Undo
from console.core.language.grammar import Slash
from console.core.language.when import parse_when
from console.core.refusal import Refusal
from console.store.ledger import Publish, nothing_published

if TYPE_CHECKING:
    from console.app.dialogs import FormDialog
    from console.app.room.screen import RoomScreen


class RoomActs:
    """Dialogs are imported when first opened, so that the room is painted sooner."""

    def __init__(self, room: "RoomScreen") -> None:
        self._room = room
        self._files = RoomFiles(room)
        self._updates = RoomUpdates(room, self._send)
        self._process = ProcessActs(room, self.ask, self.remedy)
        self._acts: dict[str, Callable[[], object]] = {
            "prompt": lambda: room.prompt.input.focus(),
            "update": self._updates.compose,
            "outbox": self._updates.outbox,
            "severity": self._severity,
            "stage": self._stage,
            "role": self._role,
            "task": self._task,
            "done": self._done,
            "snooze": self._snooze,
            "impact": lambda: room.prompt.begin("/impact "),
            "correct": self._correct,
            "undo": self._undo,
            "handoff": self._handoff,
            **self._process.acts,
            "accept": self._accept,
            "find": self._find,
            "jump": self._jump,
            "panels": self._panels,
        }

    def run(self, id: str) -> None:
        """Do the act of that id; one that is not the room's is the app's."""
        if id in self._acts:
            self._acts[id]()
        else:
            self._room.app.call_later(self._room.app.run_action, f"act('{id}')")

    def remedy(self, nudge: Nudge) -> None:
        """Begin what a piece of advice recommends: in its dialog, ready for it, or as a line in the prompt."""
        words = nudge.remedy.split()
        if nudge.act == "update" and len(words) > 1:
            self._updates.compose(words[1])
        elif nudge.act == "stage" and words[:1] == ["/stage"]:
            self._stage("" if words[1:] in ([], ["next"]) else words[1])
        elif nudge.act in DIALOGS:
            self._room.act(BY_ID[nudge.act])
        else:
            self._room.prompt.begin(nudge.remedy)

    def previews(self, command: PostUpdate) -> bool:
        """Whether an update that was typed as a line opens in the composer, since it would be published."""
        return self._updates.compose_line(command)

    # Slash words

    def is_core(self, slash: Slash) -> bool:
        """Whether the word with its argument is a plain command of the core."""
        if slash.word in SCREEN_WORDS or slash.word == "at":
            return False
        return bool(slash.argument) or slash.word not in BY_SLASH or slash.word in ("undo", "accept", "check")

    async def run_slash(self, slash: Slash) -> None:
        """A word that a screen reads, or one without an argument, which opens its dialog."""
        words: dict[str, Callable[[str], Awaitable[None]]] = {
            "export": self._files.export,
            "jump": self._jump_to,
            "filter": self._filter_by,
            **self._process.words,
        }
        if slash.argument and slash.word in words:
            await words[slash.word](slash.argument)
        elif slash.word in BY_SLASH:
            self._room.act(BY_SLASH[slash.word])
        else:
            self._room.prompt.restore(f"/{slash.word} ", f"Write {WORDS[slash.word]}.")

    async def _filter_by(self, argument: str) -> None:
        from console.app.dialogs.find import filter_of

        self._room.timeline.filter = filter_of(argument)
        self._room.show_state()

    async def _jump_to(self, argument: str) -> None:
        room = self._room
        moment = parse_when(argument, now=room.session.now(), zone=room.session.zone)
        if isinstance(moment, Refusal):
            room.prompt.restore(f"/jump {argument}", moment.reason)
        else:
            room.timeline.go_to(moment)

    # Dialogs

    def ask(self, dialog: "FormDialog[Command]") -> None:
        """Open a dialog, which closes once the command that it gives is on the disk."""
        dialog.send = self._send
        self._room.app.push_screen(dialog)

    async def _send(self, command: Command, publish: Publish = nothing_published) -> Refusal | None:
        """Write what a dialog gave, and say under the prompt what became of it."""
        room = self._room
        written = await room.session.write(room.ref, command, publish=publish)
        if isinstance(written, Refusal):
            return written
        room.prompt.acknowledge(told(room.state, written, room.session.zone))
        return None

    def retry(self, command: Command, reason: str) -> None:
        """Offer to write again what a key alone asked for and the disk refused."""
        from console.app.dialogs import ConfirmDialog

        def answered(again: bool | None) -> None:
            if again:
                self._room.write(command)

        self._room.app.push_screen(ConfirmDialog("Try again?", reason), answered)

    def _severity(self) -> None:
        from console.app.dialogs import SeverityDialog

        self.ask(SeverityDialog(self._room.state, self._room.session.actor, self._room.session.now()))

    def _stage(self, chosen: str = "") -> None:
        from console.app.dialogs import StageDialog

        room = self._room
        session = room.session
        self.ask(StageDialog(room.state, session.actor, session.now(), session.zone, session.templates, chosen))

    def _role(self) -> None:
        from console.app.dialogs import RoleDialog

        room = self._room
        self.ask(RoleDialog(room.state, room.session.actor, room.people(), room.session.now()))

    def _task(self) -> None:
        from console.app.dialogs import TaskDialog

        room = self._room
        self.ask(TaskDialog(room.state, room.session.actor, room.people(), room.session.now()))

    def _done(self) -> None:
        from console.app.dialogs import DoneDialog

        self.ask(DoneDialog(self._room.state, self._room.session.actor, self._room.session.now()))

    def _snooze(self) -> None:
        from console.app.dialogs import SnoozeDialog

        self.ask(SnoozeDialog(self._room.state, self._room.session.actor, self._room.session.now()))

    def _accept(self) -> None:
        from console.app.dialogs import AcceptDialog

        self.ask(AcceptDialog(self._room.state, self._room.session.actor, self._room.session.now()))

    def _handoff(self) -> None:
        from console.app.dialogs import HandoffDialog

        room = self._room
        dialog = HandoffDialog(room.state, room.session.actor, room.session.now(), room.session.zone)
        dialog.send = self._files.hand_over
        room.app.push_screen(dialog)

    def _correct(self) -> None:
        own = last_own(self._room.state, self._room.session.actor)
        if own is not None:
            self.open_entry(own)

    def open_entry(self, entry_id: str) -> None:
        """The entry's details, with correction, redaction and history."""
        from console.app.dialogs import EntryDialog

        room = self._room
        session = room.session
        plan = partial(session.redaction, room.ref, entry_id)
        self.ask(EntryDialog(room.state, entry_id, session.actor, session.zone, session.now(), plan))

    def _undo(self) -> None:
        self._room.write(Undo(actor=self._room.session.actor))

    # The view

    def _find(self) -> None:
        from console.app.dialogs import FilterDialog
        from console.app.widgets.timeline_model import Filter

        room = self._room

        def answered(chosen: Filter | None) -> None:
            if chosen is not None:
                room.timeline.filter = chosen
                room.show_state()

        room.app.push_screen(FilterDialog(room.timeline.filter), answered)

    def _jump(self) -> None:
        from console.app.dialogs import JumpDialog

        room = self._room

        def answered(moment: datetime | None) -> None:
            if moment is not None:
                room.timeline.go_to(moment)
                room.timeline.focus()

        room.app.push_screen(JumpDialog(room.session.zone, room.session.now()), answered)

    def _panels(self) -> None:
        room = self._room
        room.toggle_class("-show-panels" if room.has_class("-slim") else "-hide-panels")
