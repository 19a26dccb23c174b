"""Posting an update from the room: its dialog, what goes where, and the outbox."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from console.core.commands import Command, PostUpdate
from console.core.language.text import clean
from console.core.refusal import Refusal
from console.store.ledger import Publish, nothing_published
from console.store.problems import StoreProblem

if TYPE_CHECKING:
    from console.app.dialogs.compose import Outgoing, Posting
    from console.app.publishing import Publishing
    from console.app.room.screen import RoomScreen
    from console.publish.sending.plan import Choices, Context, Preview
    from console.publish.sending.publisher import Desk

Send = Callable[[Command, Publish], Awaitable[Refusal | None]]


class RoomUpdates:
    """Targets are read anew each time, so that one that was just added counts."""

    def __init__(self, room: "RoomScreen", send: Send) -> None:
        self._room, self._send = room, send

    @property
    def _publishing(self) -> "Publishing":
        return self._room.publishing

    def compose_line(self, command: PostUpdate) -> bool:
        """Open the composer with an update that was typed as a line; False where there is nowhere to publish it."""
        from console.app.dialogs.compose import kept_of

        audience = command.audience.strip().lower()
        targets = self._publishing.desk().targets.all()
        if self._room.state.drill or not any(one.enabled and one.audience == audience for one in targets):
            return False
        self.compose(kept=kept_of(command, audience))
        return True

    def compose(self, audience: str = "", kept: str = "") -> None:
        """Open the composer; what it gives is logged and queued in one write. `kept` goes before a kept draft."""
        from console.app.dialogs import UpdateDialog

        room, session = self._room, self._room.session
        place = f"update {room.ref}"
        desk = self._publishing.desk()
        for complaint in desk.targets.complaints:
            room.app.notify(clean(complaint), title="Targets", severity="warning", markup=False, timeout=15)
        try:
            context = self._publishing.context(desk, room.ref)
        except StoreProblem as problem:
            # Logging goes before publishing: the update can be written all the same once the file can be.
            context = None
            told = f"This update can only be logged. {problem.reason}"
            room.app.notify(clean(told), title="Publishing", severity="error", markup=False, timeout=15)

        async def post(given: "Posting") -> Refusal | None:
            publish: Publish = nothing_published
            trouble = ""
            if context is not None and given.choices is not None:
                try:
                    # As it stands now: another console may have published since the dialog was opened.
                    latest = self._publishing.context(desk, room.ref) or context
                except StoreProblem as problem:
                    # As when it was opened: what the team has to know is not held back by what the page cannot get.
                    trouble = problem.reason
                else:
                    publish = desk.publish(room.state, latest, given.choices)
            refused = await self._send(given.command, publish)
            if refused is None:
                session.keep_draft(place, "")
                if publish is not nothing_published:
                    self._publishing.wake()
            if refused is None and trouble:
                told = f"The update was logged, and not published; post it again later. {trouble}"
                room.app.notify(clean(told), title="Publishing", severity="error", markup=False, timeout=15)
            return refused

        dialog = UpdateDialog(
            room.state,
            session.actor,
            session.now(),
            session.zone,
            audience,
            session.templates,
            kept or session.draft(place),
            lambda text: session.keep_draft(place, text),
            self._outgoing(desk, context) if context is not None else None,
        )
        dialog.send = post
        room.app.push_screen(dialog)

    def _outgoing(self, desk: "Desk", context: "Context") -> "Outgoing":
        room = self._room

        def outgoing(command: PostUpdate, choices: "Choices") -> "tuple[Preview, ...]":
            events = room.session.ledger.prepare(room.ref, command)
            return () if isinstance(events, Refusal) else desk.preview(room.state, events, context, choices)

        return outgoing

    def outbox(self) -> None:
        """Each message with its tries, and what can be done about it."""
        from console.app.outbox import OutboxScreen

        self._room.app.push_screen(OutboxScreen(self._room.session, self._publishing, self._room.ref))
