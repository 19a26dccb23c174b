"""The acts of the postmortem's screen besides editing in place, most of which open a dialog, and the writing of its
sections."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from textual.screen import Screen

from console.app.act_screen import Armed
from console.app.acts import with_keys
from console.app.dialogs.base import FormDialog, Send, edit_outside, form_of
from console.app.editor import UNCHANGED, Edited
from console.app.exports import write_postmortem
from console.app.here import Here
from console.app.postmortem.dialogs import ActionDialog, ActionDoneDialog, OwnerDialog, ReviewDialog, WhysDialog
from console.app.postmortem.render import Overview
from console.app.session import Session
from console.app.situation import READ_ONLY, Situation, section_writes
from console.core.language.grammar import command_doubt
from console.core.language.secrets import secret_doubt
from console.core.language.text import clean
from console.core.log.command import Command
from console.core.log.grounds import Cited, Lost, lost_by_postmortem
from console.core.log.state import Incident
from console.core.refusal import Problem, Refused
from console.core.subjects.action_item import ActionItem
from console.core.subjects.postmortem import SECTIONS, EditPostmortem, postmortem_of
from console.export.postmortem.drafts import GUIDE, cited_section
from console.store.ledger import Decided, nothing_decided
from console.store.problems import StoreProblem

T = TypeVar("T")


def draft_place(ref: str, section: str) -> str:
    """The key under which the half-written text of a section is kept."""
    return f"postmortem {ref} {section}"


class Selection(NamedTuple):
    """The highlighted rows of the screen."""

    section: Callable[[], str]
    """The row of the list."""
    item: Callable[[], ActionItem | None]
    """The action item; None while their list is not shown."""
    choose: Callable[[str], None]
    """Highlights a row of the list."""


class PostmortemActs:
    """One incident's postmortem in one console: its acts, on what is highlighted."""

    def __init__(
        self, session: Session, ref: str, screen: Screen[None], say: Callable[[str, bool], None], selection: Selection
    ) -> None:
        """`say` shows a sentence, and whether it warns."""
        self.session, self.ref = session, ref
        self._screen, self._say, self._selection = screen, say, selection
        self.resting = asyncio.Event()
        """Set but while a section is being written: keys that were typed behind it wait for its end."""
        self.resting.set()
        self._overview: Overview | None = None

    @property
    def state(self) -> Incident:
        return self.session.state(self.ref)

    @property
    def here(self) -> Here:
        return self.session.here(self.ref)

    @property
    def overview(self) -> Overview:
        """The state as the screen needs it, worked out anew when the state is another one."""
        state = self.state
        if self._overview is None or self._overview.state is not state:
            self._overview = Overview(state, self.session.now(), self.session.zone)
        return self._overview

    def may_write(self) -> bool:
        """True where sections can be written now; where they cannot, say why."""
        return self._may(with_keys(section_writes(Situation(self.state, read_only=self.session.read_only))))

    def _may(self, why_not: str) -> bool:
        if why_not:
            self._say(why_not, True)
        return not why_not

    # Sections

    def start(self, section: str) -> tuple[str, str]:
        """The text to begin with, and the statement that it stands for."""
        register = postmortem_of(self.state).section(section)
        if not register.value:
            return self.overview.parts.stored_drafts[section], register.head
        both = register.conflict
        return (f"{both[0].value}\n\n{both[1].value}" if both else register.value), register.head

    async def write(self, section: str, words: str, seen: str, decided: Decided = nothing_decided) -> str:
        """Write a section; what became of it, in a sentence."""
        self.resting.clear()
        try:
            grounds, actor = await self._stands_on(section, clean(words).strip()), self.session.actor
            command = EditPostmortem(actor=actor, section=section, text=words, seen=seen, stands_on=grounds)
            await self.session.submit(self.ref, command, decided=decided)
        finally:
            self.resting.set()
        register = postmortem_of(self.state).section(section)
        if both := register.conflict:
            return f"{both[0].by} wrote this section meanwhile; both texts are kept until somebody merges them."
        return "Saved." if register.value else "Reset to the draft from the log."

    async def cited(self, section: str) -> Cited:
        """The sources of the sentences of a section. Raises StoreProblem."""
        traced = await self.session.traced(self.ref, self.session.now())
        return cited_section(self.state, traced, section, zone=self.session.zone)

    async def _stands_on(self, section: str, words: str) -> tuple[str, ...]:
        try:
            return (await self.cited(section)).entries(words)
        except StoreProblem:
            return ()

    def lost(self, section: str) -> list[Lost]:
        """The sentences of a section that lost a ground since they were written."""
        return [loss for loss in lost_by_postmortem(self.state) if loss.section == section]

    def arm_take_draft(self) -> Armed:
        section = self._selection.section()
        words = f"accepts the draft of “{SECTIONS[section]}” as the section"
        return Armed(words, lambda: self._screen.run_worker(self._take_draft(section)))

    async def _take_draft(self, section: str) -> None:
        """Take the draft as it stands, as one's own words."""
        try:
            await self.write(section, *self.start(section))
        except Problem as problem:
            self._say(problem.reason, True)
        else:
            self._say("Draft accepted.", False)

    def guide(self, section: str) -> str:
        """For whoever writes a section in an editor of their own."""
        return f"{SECTIONS[section]} of {self.ref}\n{GUIDE[section]}"

    def act_editor(self) -> None:
        """Edit the section in the person's own editor; the screen waits meanwhile."""
        section = self._selection.section()
        text, seen = self.start(section)
        try:
            edited = edit_outside(self._screen.app, text, f"{self.ref}-{section}", self.guide(section))
        except Refused as refused:
            self._say(refused.reason, True)
            return
        if edited.text == text.strip():
            edited.discard()
            self._say(UNCHANGED, False)
        else:
            self._screen.run_worker(self.save_edited(section, edited, seen))

    async def save_edited(self, section: str, edited: Edited, seen: str) -> None:
        """Write what came back from an editor; its file stays until the disk has it."""
        if doubt := " ".join(filter(None, (secret_doubt(edited.text), command_doubt(edited.text)))):
            self.session.keep_draft(draft_place(self.ref, section), f"{seen}\n{edited.text}")
            await asyncio.to_thread(edited.discard)
            self._say(f"{doubt} {with_keys('{edit_section} goes on with your text, and saves it there.')}", True)
            return
        try:
            outcome = await self.write(section, edited.text, seen)
        except Problem as problem:
            self._say(f"{problem.reason.rstrip('.')}; your text is kept in {edited.path}.", True)
            return
        await asyncio.to_thread(edited.discard)
        self._say(outcome, False)

    # Dialogs

    def open_form(self, make: Callable[[], FormDialog[T]], send: Send[T]) -> None:
        """Open the `form_of` the postmortem's incident."""
        self._screen.app.push_screen(form_of(self.session, self.ref, make, send))

    def _ask(self, make: Callable[[], FormDialog[Command]]) -> None:
        """Open a form, which closes once its command is on the disk."""
        self.open_form(make, lambda command: self.session.submit(self.ref, command))

    def act_five_whys(self) -> None:
        self._selection.choose("whys")

        async def send(command: EditPostmortem) -> None:
            self._say(await self.write(command.section, command.text, command.seen or ""), False)

        self.open_form(lambda: WhysDialog(self.here), send)

    def act_add_action(self) -> None:
        self._selection.choose("actions")
        self._ask(lambda: ActionDialog(self.here))

    def change_action(self) -> None:
        """Enter on an action item."""
        item = self._selection.item()
        if item is not None and item.done_at is not None:
            self._say(f"Action item {item.number} is done; undo that in the room to change it.", True)
        elif item is not None and self._may(READ_ONLY if self.session.read_only else ""):
            self._ask(lambda: ActionDialog(self.here, item))

    def act_finish_action(self) -> None:
        if item := self._selection.item():
            self._ask(lambda: ActionDoneDialog(self.here, item))

    def act_owner(self) -> None:
        self._ask(lambda: OwnerDialog(self.here))

    def act_review(self) -> None:
        self._ask(lambda: ReviewDialog(self.here))

    # The whole

    def arm_export(self) -> Armed:
        words = f"exports the postmortem of {self.ref} as Markdown and HTML"
        return Armed(words, lambda: self._screen.run_worker(self._export()))

    async def _export(self) -> None:
        """Markdown and HTML, beside each other, in new files."""
        # State and time are taken here: the ledger belongs to the screen's thread.
        words, well = await asyncio.to_thread(write_postmortem, self.state, self.session.now(), self.session)
        self._say(words, not well)
