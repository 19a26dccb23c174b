"""The context that the parts of the postmortem's screen share: the incident, how its sections are written, ways to
tell and ask."""

import asyncio
from collections.abc import Callable
from datetime import datetime, tzinfo

from textual.screen import Screen

from console.app.acts import with_keys
from console.app.dialogs.base import FormDialog
from console.app.postmortem.render import Overview
from console.app.session import Session
from console.app.situation import READ_ONLY, Situation, section_writes
from console.core.log.command import Command
from console.core.log.state import Incident
from console.core.subjects.postmortem import EditPostmortem, postmortem_of


class PostmortemContext:
    """One incident's postmortem in one console."""

    def __init__(self, session: Session, ref: str, screen: Screen[None], say: Callable[[str, bool], None]) -> None:
        """`say` shows a sentence, and whether it warns."""
        self.session, self.ref, self.screen, self._say = session, ref, screen, say
        self.resting = asyncio.Event()
        """Set but while a section is being written: keys that were typed behind it wait for its end."""
        self.resting.set()
        self._overview: Overview | None = None

    @property
    def state(self) -> Incident:
        return self.session.state(self.ref)

    @property
    def actor(self) -> str:
        return self.session.actor

    @property
    def zone(self) -> tzinfo:
        return self.session.zone

    def now(self) -> datetime:
        return self.session.now()

    @property
    def overview(self) -> Overview:
        """The state as the screen needs it, worked out anew when the state is another one."""
        state = self.state
        if self._overview is None or self._overview.state is not state:
            self._overview = Overview(state, self.now(), self.zone)
        return self._overview

    def say(self, words: str, *, warning: bool = False) -> None:
        self._say(words, warning)

    def ask(self, dialog: FormDialog[Command]) -> None:
        """Open a dialog, which closes once its command is on the disk."""
        dialog.send = lambda command: self.session.submit(self.ref, command)
        self.screen.app.push_screen(dialog)

    def may_change(self) -> bool:
        """Whether this console writes; where it does not, it says why."""
        if self.session.read_only:
            self.say(READ_ONLY, warning=True)
        return not self.session.read_only

    def may_write(self) -> bool:
        """Whether sections can be written now; where they cannot, it says why."""
        why = with_keys(section_writes(Situation(self.state, read_only=self.session.read_only)))
        if why:
            self.say(why, warning=True)
        return not why

    # Sections

    def start(self, section: str) -> tuple[str, str]:
        """The text to begin with, and the statement that it stands for."""
        register = postmortem_of(self.state).sections.get(section)
        if register is None or not register.value:
            return self.overview.parts.drafts[section], register.head if register else ""
        both = register.conflict
        return (f"{both[0].value}\n\n{both[1].value}" if both else register.value), register.head

    async def write(self, section: str, words: str, seen: str) -> None:
        self.resting.clear()
        try:
            command = EditPostmortem(actor=self.actor, section=section, text=words, seen=seen)
            await self.session.submit(self.ref, command)
        finally:
            self.resting.set()

    def outcome(self, section: str) -> str:
        """What became of a section that was just written, in a sentence."""
        register = postmortem_of(self.state).sections.get(section)
        both = register.conflict if register else None
        if both:
            return f"{both[0].by} wrote this section meanwhile; both texts stand until somebody writes it anew."
        return "Saved." if register and register.value else "Back to what the log says."
