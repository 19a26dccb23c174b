"""Handoffs: a role offered to another person, and their yes."""

from datetime import datetime

import msgspec

from console.core.events import HandoffAccepted, HandoffOffered
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident
from console.core.subjects.role import Roles, role_name


class Handoff(msgspec.Struct, frozen=True):
    id: str
    role: str
    person: str
    note: str
    by: str
    at: datetime
    accepted_at: datetime | None = None


class Handoffs(Part):
    handoffs: dict[str, Handoff] = {}


def handoffs_of(state: Incident) -> list[Handoff]:
    """All handoffs in the order of the log."""
    return list(state.part(Handoffs).handoffs.values())


def offered_handoff(state: Incident) -> Handoff | None:
    """The handoff that waits for its yes."""
    return next((handoff for handoff in reversed(handoffs_of(state)) if handoff.accepted_at is None), None)


def _offered(fold: Folding, body: HandoffOffered) -> None:
    event = fold.event
    handoff = Handoff(event.id, body.role, body.person, body.note, event.actor, event.occurred_at)
    fold.part(Handoffs).handoffs[handoff.id] = handoff
    fold.entry("handoff", f"Handing {role_name(fold.state, body.role)} over to {body.person}", body.note)


def _accepted(fold: Folding, body: HandoffAccepted) -> None:
    known = fold.part(Handoffs).handoffs
    handoff = known.get(body.handoff)
    if handoff is None:
        return fold.unknown("the acceptance of a handoff that is not in this log")
    known[handoff.id] = msgspec.structs.replace(handoff, accepted_at=fold.event.occurred_at)
    fold.states_in(fold.part(Roles).holders, handoff.role, handoff.person, body.replaces)
    text = f"{role_name(fold.state, handoff.role)} → {handoff.person}, handoff accepted"
    fold.entry("role", text, about=handoff.id)


FOLDS = {HandoffOffered: _offered, HandoffAccepted: _accepted}
