"""The context that the parts of the room share: the incident, its prompt, and ways to tell, ask and write."""

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal, TypeVar

from textual.screen import Screen

from console.app import dialogs
from console.app.here import Here
from console.app.session import Session, recall_place
from console.app.widgets.prompt import Prompt
from console.core.log.acknowledgement import acknowledgement
from console.core.log.command import Command
from console.core.log.entries import Entry
from console.core.log.event import Event, NewEvent
from console.core.log.state import Incident
from console.core.refusal import Problem
from console.store.ledger import Decided, Publish, nothing_decided, nothing_published

T = TypeVar("T")

SHOWN_S = 15
"""Seconds for which a notice stays that has to be read."""


class RoomContext:
    """One incident in one console; nothing here knows what the room shows of it."""

    def __init__(self, session: Session, ref: str, prompt: Prompt, screen: Screen[None]) -> None:
        self.session, self.ref, self.prompt = session, ref, prompt
        self._screen = screen
        self.written: Callable[[Command], object] = lambda command: None
        """Hears of each command that was written from this room."""
        self.shown: Callable[[Entry], bool] = lambda entry: True
        """True for an entry that the room shows."""
        self._given: Mapping[str, str] = {}
        self._kept_recalled: tuple[str, ...] = ()

    @property
    def state(self) -> Incident:
        return self.session.state(self.ref)

    @property
    def actor(self) -> str:
        return self.session.actor

    def now(self) -> datetime:
        return self.session.now()

    @property
    def in_front(self) -> bool:
        """Nothing lies over the room."""
        return self._screen.is_current

    @property
    def here(self) -> Here:
        return self.session.here(self.ref)

    # Telling

    def notify(self, words: str, title: str, severity: Literal["information", "warning", "error"] = "warning") -> None:
        """A notice over the room, for what does not answer the line that was just typed."""
        self._screen.app.notify(words, title=title, severity=severity, timeout=SHOWN_S)

    def answer(self, words: str, *, of_line: bool = False) -> None:
        """Say under the prompt what became of an act or of a line, until more happens."""
        self.prompt.acknowledge(words, self.state.events, of_line=of_line)

    def copy(self, words: str) -> str:
        """Send a text to the clipboard; what is said of it."""
        self._screen.app.copy_to_clipboard(words)
        return self.session.sent_words

    # Asking

    def open(self, dialog: Screen[T], answered: Callable[[T | None], None] | None = None) -> None:
        if isinstance(dialog, dialogs.base.FormDialog):
            dialog.memory = self.session.form_memory
        self._screen.app.push_screen(dialog, answered)

    def open_if_yes(self, question: Screen[bool | None], act: Callable[[], object]) -> None:
        """Open a question; `act` is done where its answer is yes."""

        def answered(yes: bool | None) -> None:
            if yes:
                act()

        self._screen.app.push_screen(question, answered)

    @contextmanager
    def filled(self, given: Mapping[str, str]) -> Iterator[None]:
        """A form that opens meanwhile begins with these values, by its fields."""
        self._given = given
        yield
        self._given = {}

    def open_form(
        self, make: "Callable[[], dialogs.base.FormDialog[T]]", send: "dialogs.base.Send[T] | None" = None
    ) -> None:
        """Open the `form_of` the room's incident."""
        self.open(dialogs.base.form_of(self.session, self.ref, make, send, dict(self._given)))

    def ask(self, make: "Callable[[], dialogs.base.FormDialog[Command]]") -> None:
        """Open a form, which closes once the command that it gives is on the disk."""
        self.open_form(make, self.send)

    # Writing

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Go on with it in the background, as long as the room is there."""
        self._screen.run_worker(work)

    async def send(
        self, command: Command, publish: Publish = nothing_published, decided: Decided = nothing_decided
    ) -> None:
        """Write what a dialog gave, and say under the prompt what became of it."""
        written = await self.session.submit(self.ref, command, publish=publish, decided=decided)
        self._acknowledge(written)
        self.written(command)

    def _acknowledge(self, written: Sequence[Event], *, of_line: bool = False) -> None:
        words = acknowledgement(self.state, written, self.session.zone)
        entries = (self.state.entries.get(event.id) for event in written)
        hidden = any(entry is not None and not self.shown(entry) for entry in entries)
        self.answer(f"{words} · hidden by the filter" if hidden else words, of_line=of_line)

    def write(self, command: Command, line: str = "", publish: Publish = nothing_published) -> None:
        """Write a command in the background. Refused, its line goes back to the prompt with the reason."""
        self.later(self._write(command, line, publish))

    async def _write(self, command: Command, line: str, publish: Publish) -> None:
        def decided(events: Sequence[NewEvent]) -> None:
            if line:
                self.prompt.decided(line, events[0].id)
                self.keep_draft()

        if line and self.session.writing:
            # Kept while it waits, too, so that a crash in between loses nothing.
            self.keep_draft()
        try:
            written = await self.session.submit(self.ref, command, publish=publish, decided=decided)
        except Problem as problem:
            if line:
                self.prompt.restore(line, problem.reason)
            elif self.session.trouble:
                self._retry(command, problem.reason, publish)
            else:
                self.prompt.say(problem.reason, error=True)
        else:
            self._acknowledge(written, of_line=bool(line))
            self.written(command)
        if line:
            self.prompt.settled(line)
            self.keep_draft()

    def _retry(self, command: Command, reason: str, publish: Publish) -> None:
        """Offer to write again what a key alone asked for and the disk refused."""

        question = dialogs.find.ConfirmDialog("Try again?", "writes it again", "leaves it unwritten", reason)
        self.open_if_yes(question, lambda: self.write(command, publish=publish))

    # Drafts

    def keep_draft(self, *, sweep: bool = False) -> None:
        """Write down the half-typed line, what waits, and what Up brings; with `sweep` no more than that is left."""
        prompt = self.prompt
        texts = {self._line_place: prompt.unsent, self._unlogged_place: prompt.unlogged}
        if sweep or self.session.trouble or prompt.recalled != self._kept_recalled:
            # Each of its lines is looked through for secrets, which would slow down every key. What a failing disk did
            # not take is tried again.
            self._kept_recalled = prompt.recalled
            texts[recall_place(self.ref)] = prompt.kept_recalled
        self.session.keep_drafts(texts, sweep=sweep)

    def bring_back_drafts(self) -> None:
        """Put back what was written down, but for what is logged."""
        if draft := self.session.unlogged_draft(self._line_place):
            self.prompt.bring_back(draft)
        if unlogged := self.session.draft(self._unlogged_place):
            self.prompt.bring_back_unlogged(unlogged, self.session.is_logged)

    @property
    def _line_place(self) -> str:
        return f"prompt {self.ref}"

    @property
    def _unlogged_place(self) -> str:
        """The draft's place of what waits, by the name from when only pastes waited."""
        return f"paste {self.ref}"
