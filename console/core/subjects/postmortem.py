"""The postmortem: who writes it, its sections in a person's own words, its review."""

from datetime import datetime
from typing import Annotated, Literal

from console.core.language.names import same_name
from console.core.language.text import check_length, clean
from console.core.log.command import (
    Command,
    Decision,
    SlashContext,
    StandsBeside,
    Word,
    holder,
    key,
    proposed,
    recipient,
    split,
)
from console.core.log.event import Body, Mention, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Register
from console.core.playbook.model import needs_postmortem
from console.core.playbook.triage import truth
from console.core.refusal import Refused
from console.core.subjects.role import one_person
from console.core.subjects.triage import answers_of
from console.core.subjects.update import updates_of

SECTIONS: dict[str, str] = {
    "summary": "Summary",
    "impact": "Impact",
    "trigger": "Lead-up and trigger",
    "detection": "Detection",
    "root_cause": "Root cause",
    "whys": "Five whys",
    "contributing": "Contributing factors",
    "made_worse": "What made it worse",
    "went_well": "What went well",
    "went_poorly": "What went poorly",
    "lucky": "Where we got lucky",
    "faster": "Faster next time",
    "temporary_fix": "Temporary fix",
    "permanent_fix": "Permanent fix",
    "lessons": "Lessons learned",
    "links": "Links",
}
"""Sections that a person may write, by id, with their titles; the others (timeline, durations, action items) come from
the log alone."""
REVIEW = ("draft", "in_review", "final")


class PostmortemAssigned(Body, frozen=True):
    """`person` writes the postmortem; empty when nobody does."""

    person: Text
    replaces: Replaced = ""

    def apply(self, fold: Folding) -> None:
        part = fold.part(Postmortem)
        fold.names(self.person)
        part.owner = fold.stated(part.owner, self.person, self.replaces)
        fold.entry("postmortem", f"Postmortem → {self.person or 'nobody'}")


class PostmortemEdited(Body, frozen=True):
    """A section in a person's own words, instead of what the log gives; empty goes back to that."""

    section: Annotated[str, Literal[*SECTIONS]]
    text: Text
    replaces: Replaced = ""
    stands_on: tuple[Mention, ...] = ()
    """The events that each of its sentences stands on, with spaces between; none for what a person wrote."""

    def apply(self, fold: Folding) -> None:
        if self.stands_on:
            fold.part(Postmortem).stands_on[fold.event.id] = self.stands_on
        fold.states_in(fold.part(Postmortem).sections, self.section, self.text, self.replaces)
        name = self.section.replace("_", " ")
        fold.entry("postmortem", f"Postmortem: {name} {'written' if self.text else 'back to what the log says'}")


class PostmortemReviewed(Body, frozen=True):
    state: Annotated[str, Literal[*REVIEW]]
    replaces: Replaced = ""

    def apply(self, fold: Folding) -> None:
        part = fold.part(Postmortem)
        part.review = fold.stated(part.review, self.state, self.replaces)
        fold.entry("postmortem", f"Postmortem is {self.state.replace('_', ' ')}")


class Postmortem(Part):
    owner: Register = Register()
    sections: dict[str, Register] = {}
    """Sections in a person's own words."""
    stands_on: dict[str, tuple[str, ...]] = {}
    """The grounds of each sentence of sections that were written from a draft, by the id of their event."""
    review: Register = Register()
    """draft, in_review or final; empty before anybody said so."""

    def section(self, id: str) -> Register:
        """The texts of a section; an empty register where nobody wrote it."""
        return self.sections.get(id, Register())


def postmortem_of(state: Incident) -> Postmortem:
    return state.part(Postmortem)


def wants_postmortem(state: Incident) -> bool:
    """The playbook wants one of this incident: where it asks for those that customers saw, once they were told in
    public, or the triage says so."""
    rule = state.severity_rule
    if rule is not None and rule.review == "if_customer_facing":
        visible = answers_of(state).get("visible", "").strip()
        return bool(updates_of(state, "public")) or (bool(visible) and truth(visible) is True)
    return rule is not None and needs_postmortem(rule)


class AssignPostmortem(StandsBeside, frozen=True, kw_only=True):
    of_incidents = True
    gives_to = ("person",)
    person: str

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        person, owner = one_person(state, holder(self.person), self.actor), postmortem_of(state).owner
        if same_name(person, owner.value) and not owner.conflict:
            raise Refused(f"The postmortem's owner is already {person or 'nobody'}; name another person.", "person")
        return proposed(PostmortemAssigned(person, owner.head), at)


class EditPostmortem(Command, frozen=True, kw_only=True):
    """An empty text goes back to what the log gives."""

    of_incidents = True
    section: str
    text: str
    seen: str | None = None
    stands_on: tuple[str, ...] = ()

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        section = key(self.section)
        if section not in SECTIONS:
            raise Refused(f"There is no section “{clean(self.section)}”: use {', '.join(SECTIONS)}.", "section")
        text = clean(self.text).strip()
        check_length(text, "A section")
        register = postmortem_of(state).section(section)
        if text == register.value and not register.conflict:
            raise Refused("Nothing was changed; edit the section, or leave it.", "text")
        if postmortem_of(state).review.value == "final":
            raise Refused("The postmortem is final; set it back to draft before you change it.", "section")
        replaces = register.head if self.seen is None else self.seen
        return proposed(PostmortemEdited(section, text, replaces, self.stands_on), at)


class ReviewPostmortem(StandsBeside, frozen=True, kw_only=True):
    """`state` is draft, in_review or final."""

    of_incidents = True
    state: str

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        wanted, review = key(self.state), postmortem_of(state).review
        if wanted not in REVIEW:
            raise Refused("A postmortem is draft, in-review or final.", "state")
        if wanted == (review.value or "draft") and not review.conflict:
            raise Refused(f"The postmortem is {wanted.replace('_', ' ')} already.", "state")
        if wanted == "final" and not postmortem_of(state).owner.value:
            raise Refused("A final postmortem has an owner; name one with /postmortem owner NAME.", "state")
        return proposed(PostmortemReviewed(wanted, review.head), at)


def _read_postmortem(context: SlashContext, argument: str) -> Command:
    first, rest = split(argument)
    word = key(first)
    if word == "owner" and rest:
        return AssignPostmortem(actor=context.actor, at=context.at, person=recipient(rest))
    if word in REVIEW and not rest:
        return ReviewPostmortem(actor=context.actor, at=context.at, state=word)
    if first and rest:
        return EditPostmortem(actor=context.actor, section=first, text=rest)
    raise context.malformed("Say what to change in the postmortem")


SIGNS = {"postmortem": ""}
WORDS: dict[str, Word] = {
    "postmortem": Word(
        "/postmortem owner NAME | draft | in-review | final | SECTION TEXT",
        _read_postmortem,
        offers=(lambda known: [word.replace("_", "-") for word in ("owner", *REVIEW, *SECTIONS)],),
    ),
}
