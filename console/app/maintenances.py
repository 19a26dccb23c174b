"""The acts of planned maintenances: planning one, and each step of one in its room."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App

from console.app import dialogs
from console.app.publishing import Publishing
from console.app.room.context import RoomContext
from console.app.session import Session
from console.app.settings import preferred_playbook
from console.core.log.command import Command
from console.core.log.event import NewEvent
from console.core.log.state import Incident
from console.core.refusal import Problem, Refused
from console.core.subjects.maintenance import PlanMaintenance
from console.library.playbooks import Playbooks
from console.publish.sending.plan import Choices, Context, Preview, check_shown
from console.store.outbox.message import Queued
from console.store.problems import StoreProblem

if TYPE_CHECKING:
    from console.publish.sending.publisher import Publisher


def plan(app: App[int], session: Session, publishing: Publishing, open_room: Callable[[str], None]) -> None:
    """Open the form of a new maintenance, and its room once it is planned."""
    publisher = publishing.publisher()
    book, complaint = Playbooks(session.config).chosen(preferred_playbook(session.config))
    context = _context(publishing, publisher, "")
    new = ""

    def outgoing(command: Command, choices: Choices) -> Sequence[Preview]:
        assert isinstance(command, PlanMaintenance), "a new one is planned"
        if context is None:
            return ()
        events = session.ledger.prepare_declaration(command, book)
        return publisher.preview(Incident(events[0].incident), events, context, choices)

    async def send(given: "dialogs.maintenance.Given") -> None:
        nonlocal new
        dialogs.maintenance.check_taken(given.previews, dialogs.maintenance.UNTITLED_PLAN)
        assert isinstance(given.command, PlanMaintenance), "a new one is planned"
        if context is None:
            new = await session.declare(given.command, book)
        else:

            def publish(events: Sequence[NewEvent]) -> Sequence[Queued]:
                # Before it is written there is no incident; every message is of this one transaction.
                return publisher.publish(Incident(events[0].incident), context, given.choices)(events)

            new = await session.declare(given.command, book, publish)
            publishing.wake()

    def left(given: "dialogs.maintenance.Given | None") -> None:
        if new:
            open_room(new)

    dialog = dialogs.maintenance.PlanDialog(context, outgoing, session.actor, session.now(), session.zone)
    dialog.send, dialog.memory = send, session.form_memory
    if complaint:
        app.notify(complaint, title="Playbooks", severity="warning")
    app.push_screen(dialog, left)


def step(room: RoomContext, publishing: Publishing) -> None:
    """Open the form of what becomes of the room's maintenance."""
    publisher = publishing.publisher()

    def outgoing(state: Incident, context: Context | None, command: Command, choices: Choices) -> Sequence[Preview]:
        if context is None:
            return ()
        with suppress(Refused):
            return publisher.preview(state, room.session.ledger.prepare(room.ref, command), context, choices)
        return ()

    def make() -> "dialogs.maintenance.StepDialog":
        context = _context(publishing, publisher, room.ref)
        return dialogs.maintenance.StepDialog(room.here, context, partial(outgoing, room.state, context))

    async def send(given: "dialogs.maintenance.Given") -> None:
        dialogs.maintenance.check_taken(given.previews)
        # As it stands now: another console may have published since the form was opened.
        context = _context(publishing, publisher, room.ref)
        check_shown(given.previews, outgoing(room.state, context, given.command, given.choices))
        if context is None:
            await room.send(given.command)
        else:
            await room.send(given.command, publisher.publish(room.state, context, given.choices))
            publishing.wake()

    try:
        room.open_form(make, send)
    except Problem as problem:
        room.prompt.say(problem.reason, error=True)


def _context(publishing: Publishing, publisher: "Publisher", ref: str) -> Context | None:
    """The context for telling pages of a maintenance; None where nothing could go out, or the outbox cannot be read."""
    with suppress(StoreProblem, Refused):
        return publishing.context(publisher, ref, maintenance=True)
    return None
