"""What the room does about the process: guide, runbooks, changes, classification, advice, playbook, postmortem."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from console.core.advice.rules import Nudge
from console.core.commands import ChangePlaybook, Command, FollowRunbook, SilenceNudge, TickItem, Undo
from console.core.language.text import clean
from console.core.playbook.checklists import RUNBOOK, next_item
from console.core.playbook.model import Playbook
from console.core.playbook.runbook import Runbook
from console.core.refusal import Refusal
from console.core.subjects.advice import silenced, silences_of
from console.core.subjects.runbook import runbooks_of
from console.core.subjects.triage import answers_of

if TYPE_CHECKING:
    from console.app.advice import Answer
    from console.app.dialogs import FormDialog
    from console.app.dialogs.process import Classified
    from console.app.room.screen import RoomScreen

RECENT = 50
"""Entries whose words help to find the runbook that fits."""


class ProcessActs:
    """Playbooks and runbooks are read, and screens imported, when first asked for."""

    def __init__(
        self, room: "RoomScreen", ask: Callable[["FormDialog[Command]"], None], remedy: Callable[[Nudge], None]
    ) -> None:
        self._room = room
        self._ask, self._remedy = ask, remedy
        self.acts: dict[str, Callable[[], object]] = {
            "check": self._check,
            "guide": self._guide,
            "runbook": self._runbook,
            "change": self._change,
            "classify": self._classify,
            "component": self._component,
            "advice": self._advice,
            "postmortem": self._postmortem,
            "playbook": self._playbook,
        }
        self.words: dict[str, Callable[[str], Awaitable[None]]] = {
            "runbook": self._open_named,
            "playbook": self._change_playbook,
        }

    # Checklists and runbooks

    def _check(self) -> None:
        room = self._room
        # What is next as this console knows it: when somebody else ticks that in this very moment, the one behind it is
        # not meant.
        found = next_item(room.state, room.session.now(), room.session.actor)
        room.write(TickItem(actor=room.session.actor, item=found[1].id if found else ""))

    def _guide(self) -> None:
        room = self._room
        room.toggle_class("-guide")
        if room.has_class("-guide"):
            room.show_guide()
            room.guide.start()
            room.guide.options.focus()
        else:
            room.prompt.input.focus()

    def _open_guide_at(self, list_id: str) -> None:
        room = self._room
        room.add_class("-guide")
        room.show_guide()
        room.guide.unfold(list_id)
        room.guide.options.focus()

    def _offered(self) -> list[Runbook]:
        from console.library.runbooks import Runbooks

        room, state = self._room, self._room.state
        library = Runbooks(room.session.config)
        for complaint in library.complaints:
            room.app.notify(clean(complaint), title="Runbooks", severity="warning", markup=False, timeout=15)
        answers = answers_of(state).values()
        said = [state.title.value, state.impact.value, *answers, *(one.text for one in state.entries[-RECENT:])]
        return library.offered(state.playbook, said) if state.playbook else []

    def _runbook(self) -> None:
        from console.app.dialogs.process import RunbookDialog

        room = self._room
        dialog = RunbookDialog(room.state, self._offered())
        dialog.send = self._follow
        room.app.push_screen(dialog)

    async def _open_named(self, name: str) -> None:
        wanted = name.strip().lower()
        found = [one for one in self._offered() if wanted in (one.name, one.title.lower()) or wanted in one.name]
        refused = (
            await self._follow(found[0])
            if found
            else Refusal(f"There is no runbook “{clean(name, multiline=False)}”; b shows what there is.")
        )
        if refused is not None:
            self._room.prompt.restore(f"/runbook {name}", refused.reason)

    async def _follow(self, runbook: Runbook) -> Refusal | None:
        room = self._room
        known = runbooks_of(room.state).get(runbook.name)
        if known is None:
            refused = await room.session.submit(room.ref, FollowRunbook(actor=room.session.actor, runbook=runbook))
            if refused is not None:
                return refused
        # Behind the dialog's own end, which gives the focus back to the prompt.
        room.call_after_refresh(self._open_guide_at, f"{RUNBOOK}{runbook.name}")
        return None

    # Changes and classification

    def _change(self) -> None:
        from console.app.dialogs.process import ChangeDialog

        self._ask(ChangeDialog(self._room.state, self._room.session.actor, self._room.session.now()))

    def _component(self) -> None:
        from console.app.dialogs.components import ComponentDialog
        from console.publish.targets.file import Targets

        room = self._room
        known = dict.fromkeys(name for target in Targets(room.session.config).all() for name in target.components)
        self._ask(ComponentDialog(room.state, list(known), room.session.actor, room.session.now()))

    def _classify(self) -> None:
        from console.app.dialogs.process import ClassifyDialog

        room = self._room

        logged: list[object] = []

        async def classified(found: "Classified") -> Refusal | None:
            answers, change = found
            if answers not in logged:
                refused = await room.session.submit(room.ref, answers)
                if refused is not None:
                    return refused
                # Enter tries again what follows, not the answers that stand in the log already.
                logged.append(answers)
            return await room.session.submit(room.ref, change) if change is not None else None

        dialog = ClassifyDialog(room.state, room.session.actor, room.session.now())
        dialog.send = classified
        room.app.push_screen(dialog)

    # Advice

    def _advice(self) -> None:
        from console.app.advice import AdviceScreen

        self._room.app.push_screen(AdviceScreen(self._room.state, self._room.session.now()), self._advised)

    def _advised(self, answer: "Answer | None") -> None:
        room = self._room
        if answer is None:
            return
        nudge, state = answer.nudge, room.state
        if answer.silence:
            if silenced(state, nudge.id):
                silence = next(one for one in reversed(silences_of(state)) if one.nudge == nudge.id)
                room.write(Undo(actor=room.session.actor, entry=silence.id))
            else:
                room.write(SilenceNudge(actor=room.session.actor, nudge=nudge.id))
        else:
            self._remedy(nudge)

    # Playbook and postmortem

    def _playbook(self) -> None:
        from console.app.playbook import PlaybookScreen

        room = self._room
        if room.state.playbook is not None:
            room.app.push_screen(PlaybookScreen(room.state, room.session.now()), self._shown)

    def _shown(self, other: bool | None) -> None:
        if other:
            self._choose_playbook()

    def _choose_playbook(self) -> None:
        from console.app.dialogs.process import PlaybookDialog

        room = self._room

        async def send(found: tuple[ChangePlaybook, Playbook]) -> Refusal | None:
            return await room.session.submit(room.ref, found[0], found[1])

        dialog = PlaybookDialog(room.state, self._books(), room.session.actor, room.session.now())
        dialog.send = send
        room.app.push_screen(dialog)

    def _books(self) -> list[Playbook]:
        from console.library.playbooks import Playbooks

        room = self._room
        library = Playbooks(room.session.config)
        for complaint in library.complaints:
            room.app.notify(clean(complaint), title="Playbooks", severity="warning", markup=False, timeout=15)
        return [one for one in map(library.get, library.names) if isinstance(one, Playbook)]

    async def _change_playbook(self, argument: str) -> None:
        from console.library.playbooks import Playbooks

        room = self._room
        name, _, reason = argument.partition(" ")
        library = Playbooks(room.session.config)
        found = library.get(name)
        command = ChangePlaybook(actor=room.session.actor, reason=reason.strip())
        refused = found if isinstance(found, Refusal) else await room.session.submit(room.ref, command, found)
        if refused is not None:
            room.prompt.restore(f"/playbook {argument}", refused.reason)

    def _postmortem(self) -> None:
        from console.app.postmortem.screen import PostmortemScreen

        self._room.app.push_screen(PostmortemScreen(self._room.session, self._room.ref))
