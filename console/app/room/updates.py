"""Posting an update from the room: its dialog, and what goes where."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from console.app import dialogs
from console.app.daemon_thread import in_daemon_thread
from console.app.publishing import Publishing
from console.app.room.context import RoomContext
from console.core.language.text import counted, listed
from console.core.log.command import Command
from console.core.log.event import NewEvent
from console.core.refusal import Problem, Refused
from console.core.subjects.public_title import SetPublicTitle
from console.core.subjects.update import PostUpdate
from console.publish.sending.plan import Choices, Context, Preview, as_shown, check_shown, keeping_title
from console.publish.sending.status import against
from console.store.ledger import Publish, nothing_published
from console.store.outbox.message import Queued
from console.store.problems import StoreProblem

if TYPE_CHECKING:
    from console.publish.sending.publisher import Offer, Publisher, ToSettle


class RoomUpdates:
    """Targets are read anew each time, so that one that was just added counts."""

    def __init__(self, context: RoomContext, publishing: Publishing) -> None:
        self._context, self._publishing = context, publishing

    def composes(self, command: PostUpdate) -> bool:
        """True when an update that was typed as a line opens the composer, since nothing is published that nobody has
        seen as it goes out; else there is nowhere to publish it."""
        audience = command.audience.strip().lower()
        targets = self._publishing.publisher().targets.all()
        return not self._context.state.drill and any(each.enabled and each.audience == audience for each in targets)

    def published_with(self, command: Command) -> Publish:
        """The messages of a line: of a new public title, where the incident is on a page already."""
        if not isinstance(command, SetPublicTitle):
            return nothing_published
        room, publisher = self._context, self._publishing.publisher()

        def publish(events: Sequence[NewEvent]) -> Sequence[Queued]:
            context = self._publishing.settling_context(publisher, room.ref)
            messages = publisher.retitling(room.state, context)(events)
            if kept := keeping_title(context):
                room.notify(f"{listed(kept)} cannot change a title: the old one stays there.", "Publishing")
            return messages

        return publish

    def act_update(self) -> None:
        self.compose()

    def act_settle(self) -> None:
        """Ask what becomes of what pages say other than the log: an update of ours first, of several the newest."""
        room = self._context
        publisher = self._publishing.publisher()

        def make() -> "dialogs.settle.SettleDialog":
            context = self._publishing.settling_context(publisher, room.ref)
            # As it is on the disk: it may just have been read.
            known = publisher.standings(room.session.log, room.ref, room.now())
            settling = publisher.to_settle(room.state, context, against(room.state, known))
            if settling is None:
                raise Refused("No page says other than the log, as far as it was read.")
            dialog = dialogs.settle.SettleDialog(room.here, settling.places, settling.says)
            dialog.check = lambda: room.later(self._check(dialog, publisher))
            dialog.send = partial(send, partial(publisher.settling, room.state, context), settling)
            return dialog

        async def send(shown: "Callable[..., Publish]", settling: "ToSettle", command: Command) -> None:
            context = self._publishing.settling_context(publisher, room.ref)
            messages = publisher.settling(room.state, context, command, settling.read)
            await room.send(command, as_shown(shown(command, settling.read), messages))
            self._publishing.wake()

        try:
            room.open_form(make)
        except Problem as problem:
            room.prompt.say(problem.reason, error=True)

    def act_adopt(self) -> None:
        """Ask the pages what is open there that nobody here knows, and have one of it chosen."""
        self._context.prompt.say("The pages are asked; a moment.")
        self._context.later(self._adopt())

    async def _adopt(self) -> None:
        room, publisher, log = self._context, self._publishing.publisher(), self._context.session.log
        asked_at = room.session.typed_at

        async def send(offer: "Offer") -> None:
            command, view = await in_daemon_thread(publisher.adopting, offer.target, offer.there, room.actor)
            context = self._publishing.settling_context(publisher, room.ref)
            await room.send(command, publisher.adopted(log, room.state, context, command, view))
            self._publishing.wake()

        try:
            context = self._publishing.settling_context(publisher, room.ref)
            names = [target.name for target in context.targets if target.enabled]
            requests = [in_daemon_thread(publisher.offers, log, room.state, context, name) for name in names]
            answers = await asyncio.gather(*requests)
            offers = [offer for open_there, _ in answers for offer in open_there]
            note = " ".join(why for _, why in answers if why)
            if not offers:
                raise Refused(note or "No page has an open incident that is not known here.")
            if room.session.typed_at != asked_at or not room.in_front:
                # An Enter that was meant for something else would be an answer.
                room.notify(f"{counted(len(offers), 'incident')} to adopt: /adopt lists them.", "The pages answered")
            else:
                room.prompt.say("")
                room.open_form(lambda: dialogs.settle.AdoptDialog(room.ref, offers, note), send)
        except Problem as problem:
            room.prompt.say(problem.reason, error=True)

    async def _check(self, dialog: "dialogs.settle.SettleDialog", publisher: "Publisher") -> None:
        """Read the pages of the incident now, and show what differs by then."""
        room = self._context
        sender = publisher.sender(room.session.log, room.session.now)
        try:
            count = await in_daemon_thread(lambda: sender.read_back(timedelta(), incident=room.ref))
        except StoreProblem as problem:
            dialog.tell(problem.reason)
            return
        self._publishing.wake()
        if not count:
            cannot = [f"{target} cannot be read from here; look at it." for target in sender.unreadable]
            waits = "Something is on its way there; look again once it has arrived."
            dialog.tell(next(iter((*sender.blocked.values(), *cannot)), waits))
            return
        if dialog.is_current:
            dialog.leave()
            self.act_settle()

    def compose(self, audience: str = "", kept: str = "") -> None:
        """Open the composer; what it gives is logged and queued in one write. `kept` goes before a kept draft."""
        _Composition(self._context, self._publishing, audience, kept).open()


class _Composition:
    """One update on its way: from the composer, which keeps what is half written, to the log and the outbox."""

    def __init__(self, room: RoomContext, publishing: Publishing, audience: str, kept: str) -> None:
        self._room, self._publishing, self._audience = room, publishing, audience
        self._place = f"update {room.ref}"
        self._words = kept or room.session.unlogged_draft(self._place)
        self._publisher = publishing.publisher()
        self._nowhere = "A drill publishes nothing" if room.state.drill else "No status page set up"
        if room.session.practice and not room.state.drill:
            self._nowhere = "A practice publishes nothing"
        self._plan_context: Context | None = None
        """None where nothing could go anywhere, or the outbox cannot be read: the update can only be logged then."""
        try:
            self._plan_context = publishing.context(self._publisher, room.ref)
        except StoreProblem as problem:
            self._nowhere = "The outbox cannot be read"
            # Logging goes before publishing: the update can be written all the same once the file can be.
            room.notify(f"This update can only be logged. {problem.reason}", "Publishing", "error")

    def open(self) -> None:
        self._room.open_form(self._form, self._post)
        # In full, once the form is left.
        for complaint in self._publisher.targets.complaints:
            self._room.notify(complaint, "Targets")

    def _form(self) -> "dialogs.base.FormDialog[dialogs.compose.Posting]":
        room = self._room
        dialog = dialogs.compose.UpdateDialog(
            room.here,
            self._audience,
            room.session.templates,
            self._words,
            self._keep,
            self._outgoing if self._plan_context is not None and not room.state.drill else None,
            self._nowhere,
            self._publisher.targets.complaints,
            dialogs.grounds.citing(room.session, room.ref, lambda: dialog),
        )
        return dialog

    def _keep(self, text: str) -> None:
        self._words = text
        self._room.session.keep_draft(self._place, text)

    def _outgoing(self, command: PostUpdate, choices: Choices) -> tuple[Preview, ...]:
        room = self._room
        assert self._plan_context is not None, "the form was given this function"
        try:
            events = room.session.ledger.prepare(room.ref, command)
        except Refused:
            return ()
        return self._publisher.preview(room.state, events, self._plan_context, choices)

    async def _post(self, posting: "dialogs.compose.Posting") -> None:
        await self._deliver(posting, await self._cited(posting))

    async def _cited(self, posting: "dialogs.compose.Posting") -> Command:
        """The update with what its sentences stand on; without, where the log cannot be read."""
        command, draft, drafted_at = posting.command, posting.draft, posting.drafted_at
        if draft is None or drafted_at is None:
            return command
        try:
            marked = await self._room.session.traced(self._room.ref, drafted_at)
        except StoreProblem:
            return command
        return msgspec.structs.replace(command, stands_on=marked.cited(draft).entries(command.text.strip()))

    async def _deliver(self, posting: "dialogs.compose.Posting", command: Command) -> None:
        room, choices, trouble = self._room, posting.choices, ""
        publish: Publish = nothing_published
        if self._plan_context is not None and choices is not None:
            try:
                # As it stands now: another console may have published since the dialog was opened.
                self._plan_context = self._publishing.context(self._publisher, room.ref) or self._plan_context
            except StoreProblem as problem:
                # What the team has to know is not held back by what the page cannot get.
                trouble = problem.reason
            else:
                check_shown(posting.previews, self._outgoing(posting.command, choices))
                publish = self._publisher.publish(room.state, self._plan_context, choices)
        await room.send(command, publish, lambda events: room.session.keep_sent(self._place, self._words, events))
        room.session.keep_draft(self._place, "")
        assert isinstance(command, PostUpdate)
        room.copy(command.text.strip())
        if publish is not nothing_published:
            self._publishing.wake()
        if trouble:
            warning = f"The update was logged, and not published; post it again later. {trouble}"
            room.notify(warning, "Publishing", "error")
