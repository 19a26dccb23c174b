"""Declaring from the console: the dialog, the process to follow, and the first words for the channel."""

from collections.abc import Callable

from textual.app import App

from console.app.dialogs.base import Values
from console.app.dialogs.declare import Declaration, DeclareDialog
from console.app.session import Session
from console.core.commands import AnswerTriage, SetMilestone
from console.core.language.text import clean
from console.core.playbook.model import Playbook
from console.core.refusal import Refusal
from console.export.updates.announce import channel_name, first_status
from console.library.playbooks import DEFAULT, Playbooks

SHOWN_S = 15


class Declaring:
    """One declaration, from the key to the new room."""

    def __init__(self, app: App[int], session: Session, open_room: Callable[[str], None]) -> None:
        self._app, self._session, self._open_room = app, session, open_room
        self._books = Playbooks(session.config)
        self._new = ""

    def ask(self) -> None:
        """Open the dialog with the default process, which is the team's own `standard` where there is one."""
        complaint = self._books.complaint(DEFAULT)
        if complaint:
            self._tell(complaint)
        self._open(self._books.default(), {})

    def _tell(self, words: str) -> None:
        self._app.notify(clean(words), title="Playbooks", severity="warning", markup=False, timeout=SHOWN_S)

    def _open(self, playbook: Playbook, typed: Values) -> None:
        session = self._session
        dialog = DeclareDialog(playbook, session.actor, session.now(), session.zone, typed)

        async def send(given: Declaration) -> Refusal | None:
            return await self._declare(given, playbook)

        def left(given: Declaration | None) -> None:
            if dialog.wants_other is not None:
                self._open(self._following(playbook), dialog.wants_other)
            elif self._new:
                self._open_room(self._new)
                self._hand_words()

        dialog.send = send
        self._app.push_screen(dialog, left)

    async def _declare(self, given: Declaration, playbook: Playbook) -> Refusal | None:
        if not self._new:
            ref = await self._session.declare(given.command, playbook)
            if isinstance(ref, Refusal):
                return ref
            self._new = ref
        if given.began is not None:
            began = SetMilestone(actor=given.command.actor, milestone="impact_started", moment=given.began)
            refused = await self._session.submit(self._new, began)
            if refused is not None:
                return refused
        if given.answers:
            answers = AnswerTriage(actor=given.command.actor, answers=given.answers)
            return await self._session.submit(self._new, answers)
        return None

    def _following(self, playbook: Playbook) -> Playbook:
        """The process behind this one in the list; those that cannot be read are told of and passed over."""
        names = self._books.names
        start = names.index(playbook.name) + 1 if playbook.name in names else 0
        for name in (*names[start:], *names[:start]):
            found = self._books.get(name)
            if isinstance(found, Playbook):
                complaint = self._books.complaint(name)
                if complaint:
                    self._tell(complaint)
                return found
        return playbook

    def _hand_words(self) -> None:
        """Copy the first status; the channel's name is shown with it."""
        session = self._session
        state = session.state(self._new)
        if state.retrospective:
            return
        status, complaint = first_status(state, session.now(), session.zone, templates=session.templates)
        channel = channel_name(state)
        self._app.copy_to_clipboard(f"{channel}\n\n{status}")
        told = f"{channel}\nThe channel's name and the first status are on the clipboard."
        self._app.notify(
            clean(f"{told}\n{complaint}" if complaint else told), title=self._new, markup=False, timeout=SHOWN_S
        )
