"""The room's acts of the process: runbooks, changes, classification, advice, playbook."""

from collections.abc import Callable

from console.app import dialogs
from console.app.act_screen import Armed
from console.app.acts import BY_ID, with_keys
from console.app.room.context import RoomContext
from console.app.situation import Situation
from console.core.advice.rules import Nudge
from console.core.language.text import clean, one_line
from console.core.log.find import holds
from console.core.log.slash import typed_command
from console.core.playbook.model import Playbook
from console.core.playbook.runbook import Runbook
from console.core.refusal import Problem, Refused
from console.core.subjects.advice import SilenceNudge
from console.core.subjects.checklist import ChecklistItem, ItemList, TickItem, next_item
from console.core.subjects.page import PageSomebody
from console.core.subjects.playbook import ChangePlaybook
from console.core.subjects.runbook import CloseRunbook, FollowRunbook, open_runbooks
from console.core.subjects.silence import silenced, silences_of
from console.core.subjects.tick import RUNBOOK
from console.core.subjects.triage import answers_of, answers_stand
from console.core.subjects.undo import Undo
from console.library.playbooks import Playbooks
from console.publish.targets.folder import Targets

RECENT_ENTRIES = 50
"""Entries whose words help to find the runbook that fits."""


class ProcessActs:
    """Playbooks and runbooks are read when first asked for."""

    def __init__(
        self, context: RoomContext, shown_item: Callable[[], tuple[ItemList, ChecklistItem] | None],
        shown_list: Callable[[], str], open_guide_at: Callable[[str], None], remedy: Callable[[Nudge], None],
    ) -> None:  # fmt: skip
        """`shown_item` gives the item that is visibly selected, `shown_list` the id of the list of the selected row,
        `open_guide_at` shows the guide with the list of that id opened, `remedy` begins what an advice says."""
        self._context, self._shown_item, self._shown_list = context, shown_item, shown_list
        self._open_guide_at, self._remedy = open_guide_at, remedy

    # Checklists and runbooks

    def arm_check(self) -> Armed:
        """The item that is next as this console knows it: when somebody else checks it off meanwhile, that is said."""
        room = self._context
        item = self._shown_item() or next_item(room.state, room.now(), room.actor)
        if item is None:
            raise LookupError("there is an item, since the act can be done")
        listed, following = item
        command = TickItem(actor=room.actor, item=following.id)
        words = f"checks off “{one_line(following.text, 60)}” ({one_line(listed.title, 60)})"
        return Armed(words, lambda: room.write(command))

    def _offered(self) -> list[Runbook]:
        # Read when first asked for: nothing else in the room needs it.
        from console.library.runbooks import Runbooks

        room, state = self._context, self._context.state
        library = Runbooks(room.session.config)
        for complaint in library.complaints:
            room.notify(complaint, "Runbooks")
        answers = answers_of(state).values()
        texts = [
            state.title.value,
            state.impact.value,
            *answers,
            *(entry.text for entry in state.entries[-RECENT_ENTRIES:]),
        ]
        return library.offered(state.playbook, texts) if state.playbook else []

    def act_runbook(self) -> None:
        room = self._context
        room.open_form(lambda: dialogs.process.RunbookDialog(room.here, self._offered()), self._follow)

    def arm_close_runbook(self) -> Armed | None:
        """The runbook of the row that is visibly selected, else the only one that is open."""
        room, listed = self._context, self._shown_list()
        try:
            command = CloseRunbook(actor=room.actor, runbook=listed.removeprefix(RUNBOOK) if listed else "")
            return Armed(room.here.logs(command), lambda: room.write(command))
        except Refused as refused:
            room.prompt.say(refused.reason, error=True)
            return None

    async def open_runbook(self, argument: str) -> None:
        """`/runbook NAME` and `/runbook close NAME`"""
        room = self._context
        try:
            await self._follow(self.closing_of(argument) or self._following_of(argument))
        except Problem as problem:
            room.prompt.restore(f"/runbook {argument}", problem.reason)

    def closing_of(self, argument: str) -> CloseRunbook | None:
        """The command of `/runbook close NAME`; None where `/runbook` opens one."""
        word, _, name = argument.partition(" ")
        return CloseRunbook(actor=self._context.actor, runbook=name.strip()) if word.lower() == "close" else None

    def _following_of(self, argument: str) -> FollowRunbook:
        wanted, offered = argument.strip().lower(), self._offered()
        exact = [each for each in offered if wanted in (each.name, each.title.lower())]
        fitting = exact or [each for each in offered if holds(f"{each.name} {each.title}", wanted)]
        if len(fitting) > 1:
            raise Refused(f"Several runbooks are called so: {', '.join(each.name for each in fitting)}; name one.")
        if not fitting:
            named, shows = clean(argument, multiline=False), with_keys("{runbook} shows what there is.")
            raise Refused(f"There is no runbook “{named}”; {shows}")
        return FollowRunbook(actor=self._context.actor, runbook=fitting[0])

    async def _follow(self, command: FollowRunbook | CloseRunbook) -> None:
        room = self._context
        if isinstance(command, CloseRunbook):
            await room.send(command)
            return
        if command.runbook.name not in open_runbooks(room.state):
            await room.session.submit(room.ref, command)
        self._open_guide_at(f"{RUNBOOK}{command.runbook.name}")

    # Changes and classification

    def act_change(self) -> None:
        room = self._context
        room.ask(lambda: dialogs.process.ChangeDialog(room.here))

    def act_component(self) -> None:
        room = self._context
        targets = Targets(room.session.config).all()
        known = dict.fromkeys(name for target in targets for name in target.components)
        room.ask(lambda: dialogs.components.ComponentDialog(room.here, list(known)))

    def act_classify(self) -> None:
        room = self._context
        logged: list[object] = []

        async def classified(result: "dialogs.process.Classified") -> None:
            answers, change = result
            if answers not in logged and not (change is not None and answers_stand(room.state, answers.answers)):
                await room.session.submit(room.ref, answers)
                # Enter tries again what follows, not the answers that stand in the log already.
                logged.append(answers)
            if change is not None:
                await room.session.submit(room.ref, change)

        def made() -> "dialogs.process.ClassifyDialog":
            dialog = dialogs.process.ClassifyDialog(room.here)
            dialog.recaller = room.session.recaller
            return dialog

        room.open_form(made, classified)

    # Pages

    def act_pages(self) -> None:
        self._context.open(dialogs.pages.PagesScreen(self._context.session, self._context.ref), self._call)

    def _call(self, call: "dialogs.pages.Call | None") -> None:
        if call is None:
            return
        given = {"page": call.page} if call.page else {"contact": call.contact, "way": call.way}
        why = BY_ID["page"].disabled_reason(Situation(self._context.state, read_only=self._context.session.read_only))
        if why:
            self._context.prompt.say(why, error=True)
            return
        with self._context.filled({field: value for field, value in given.items() if value}):
            (self.act_answered if call.page else self.act_page)()

    def page(self, line: str) -> None:
        """The form of a page, filled in from a line that may be unfinished."""
        room = self._context
        argument = line.removeprefix("/page").strip()
        command = (
            typed_command(line, room.state, actor=room.actor, now=room.now(), zone=room.session.zone)
            if argument
            else PageSomebody(actor=room.actor, who="")
        )
        assert isinstance(command, PageSomebody)
        self._call(dialogs.pages.Call(contact=command.who, way=command.way))

    def act_page(self) -> None:
        room = self._context
        room.ask(lambda: dialogs.pages.CallDialog(room.here))

    def act_answered(self) -> None:
        room = self._context
        room.ask(lambda: dialogs.pages.AnswerDialog(room.here))

    # Advice

    def act_advice(self) -> None:
        room = self._context
        room.open(dialogs.advice.AdviceScreen(lambda: (room.state, room.now())), self._advised)

    def _advised(self, answer: "dialogs.advice.Answer | None") -> None:
        room = self._context
        if answer is None:
            return
        nudge, state = answer.nudge, room.state
        if not answer.silence:
            self._remedy(nudge)
        elif silenced(state, nudge.id):
            silence = next(each for each in reversed(silences_of(state)) if each.nudge == nudge.id)
            room.write(Undo(actor=room.actor, entry=silence.id))
        else:
            room.write(SilenceNudge(actor=room.actor, nudge=nudge.id))

    # Playbook

    def act_playbook(self) -> None:
        room = self._context
        if room.state.playbook is not None:
            room.open_if_yes(dialogs.playbook.PlaybookScreen(lambda: (room.state, room.now())), self._choose_playbook)

    def _choose_playbook(self) -> None:
        room = self._context

        async def send(chosen: tuple[ChangePlaybook, Playbook]) -> None:
            await room.session.submit(room.ref, *chosen)

        room.open_form(lambda: dialogs.process.PlaybookDialog(room.here, self._playbooks()), send)

    def _playbooks(self) -> list[Playbook]:
        library = Playbooks(self._context.session.config)
        for complaint in library.complaints:
            self._context.notify(complaint, "Playbooks")
        return list(library.usable().values())

    async def change_playbook(self, argument: str) -> None:
        """`/playbook NAME [reason]`"""
        room = self._context
        name, _, reason = argument.partition(" ")
        command = ChangePlaybook(actor=room.actor, reason=reason.strip())
        try:
            await room.session.submit(room.ref, command, Playbooks(room.session.config).get(name))
        except Problem as problem:
            room.prompt.restore(f"/playbook {argument}", problem.reason)
