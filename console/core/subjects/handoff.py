"""Handoffs: a role offered to another person, and its acceptance."""

from datetime import datetime

from console.core.language.names import same_name
from console.core.language.text import clean
from console.core.log.command import Command, Decision, Offering, Word, into, name, proposed, recipient
from console.core.log.event import Body, Key, Ref, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Record
from console.core.playbook.model import find_role, name_within
from console.core.refusal import Refused
from console.core.subjects.role import Roles, holder_of, one_person, role_name, role_of


class HandoffOffered(Body, frozen=True):
    role: Key
    person: Text
    note: Text = ""

    def apply(self, fold: Folding) -> None:
        handoff = Handoff(*fold.stamp, self.role, self.person, self.note)
        fold.part(Handoffs).handoffs[handoff.id] = handoff
        fold.names(self.person)
        fold.entry("handoff", f"Handing {role_name(fold.state, self.role)} over to {self.person}", self.note)


class HandoffAccepted(Body, frozen=True):
    """The incoming person said yes to `handoff`; with that the role changes."""

    handoff: Ref
    replaces: Replaced = ""

    def apply(self, fold: Folding) -> None:
        at, handoffs = fold.event.occurred_at, fold.part(Handoffs).handoffs
        handoff = fold.amended(handoffs, self.handoff, "the acceptance of a handoff", accepted_at=at)
        if handoff is None:
            return
        fold.states_in(fold.part(Roles).holders, handoff.role, handoff.person, self.replaces)
        typed_by = "" if same_name(fold.event.actor, handoff.person) else f" (recorded by {fold.event.actor})"
        text = f"{role_name(fold.state, handoff.role)} → {handoff.person}, handoff accepted{typed_by}"
        fold.entry("role", text, about=handoff.id)
        fold.reports(handoff.person)


class Handoff(Record, frozen=True):
    role: str
    person: str
    note: str
    accepted_at: datetime | None = None


class Handoffs(Part):
    handoffs: dict[str, Handoff] = {}


def handoffs_of(state: Incident) -> list[Handoff]:
    """All handoffs in the order of the log."""
    return list(state.part(Handoffs).handoffs.values())


def offered_handoff(state: Incident) -> Handoff | None:
    """The handoff that waits for its yes."""
    return next((handoff for handoff in reversed(handoffs_of(state)) if handoff.accepted_at is None), None)


class OfferHandoff(Command, frozen=True, kw_only=True):
    gives_to = ("person",)
    person: str
    role: str = "ic"
    note: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        assert state.playbook is not None
        role = find_role(state.playbook, self.role)
        title = name_within(state.playbook, role.id)
        person = one_person(state, name(self.person), self.actor)
        if not person:
            raise Refused("Name the person who takes over.", "person")
        if same_name(person, holder_of(state, role.id)):
            raise Refused(f"{person} already has the role of {title}; name somebody else.", "person")
        if same_name(person, self.actor):
            holder = holder_of(state, role.id)
            why = f"{holder} has the role of {title} and has not offered it" if holder else f"No {title} is assigned"
            raise Refused(f"{why}; to take it, write /role {role.id} {person}.", "person")
        note, waiting = clean(self.note).strip(), offered_handoff(state)
        if waiting and (waiting.role, waiting.note) == (role.id, note) and same_name(waiting.person, person):
            raise Refused(f"{role.short} is offered to {waiting.person} already; they accept it.", "person")
        return proposed(HandoffOffered(role.id, person, note), at)


class AcceptHandoff(Command, frozen=True, kw_only=True):
    """Said by the incoming person, or recorded for them by somebody who says for whom."""

    person: str = ""
    """Whose acceptance it is; empty: the actor's own."""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        offered = offered_handoff(state)
        if offered is None:
            raise Refused("No handoff is waiting to be accepted; offer one with /handoff NAME.")
        if not same_name(name(self.person) or self.actor, offered.person):
            raise Refused(
                f"The handoff is offered to {offered.person}; to record that they accept, write /accept"
                f" {offered.person}.",
                "person",
            )
        return proposed(HandoffAccepted(offered.id, role_of(state, offered.role).head), at)


_offer = into(OfferHandoff, "person", "note")
SIGNS = {"handoff": "→"}


def _offered_to(known: Offering) -> list[str]:
    handoff = offered_handoff(known.state)
    return [handoff.person] if handoff else []


WORDS: dict[str, Word] = {
    "handoff": Word(
        "/handoff NAME [note]",
        lambda context, argument: _offer(context, recipient(argument)),
        "Name the person who takes over",
        (lambda known: known.people(),),
    ),
    "accept": Word("/accept [NAME]", into(AcceptHandoff, "person"), offers=(_offered_to,)),
}
