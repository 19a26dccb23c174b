"""Links between incidents: duplicate of, part of, caused by, related. Each stands in the logs of both."""

import re
from datetime import datetime
from typing import Annotated, Literal

from console.core.language.pattern import late
from console.core.language.text import listed, one_line
from console.core.log.command import Command, Decision, SlashContext, Word, proposed
from console.core.log.event import Body, Id, Text
from console.core.log.folding import Folding
from console.core.log.ids import is_reference, parse_reference
from console.core.log.state import Incident, Part, Record
from console.core.refusal import Refused

RELATIONS = {
    "duplicate_of": "Duplicate of",
    "duplicated_by": "Has the duplicate",
    "part_of": "Part of",
    "has_part": "Has the part",
    "caused_by": "Caused by",
    "cause_of": "Cause of",
    "related": "Related to",
}
"""The relations of an incident to another one, with the words before that one's reference."""
INVERSE = {
    "duplicate_of": "duplicated_by",
    "part_of": "has_part",
    "caused_by": "cause_of",
    "related": "related",
    "duplicated_by": "duplicate_of",
    "has_part": "part_of",
    "cause_of": "caused_by",
}
"""The relation of the other one to it."""
UNDER = ("part_of", "duplicate_of")
"""Relations by which an incident stands below the other one."""
MAX_NOTE_CHARS = 300
_ELSEWHERE = late(r"\b(?:duplicate|another incident)\b", re.IGNORECASE)


class IncidentLinked(Body, frozen=True):
    """The log of the `other` incident says the same from its side, in an event of the same transaction."""

    relation: Annotated[str, Literal[*RELATIONS]]
    other: Id
    """The other incident's reference."""
    note: Text = ""
    """Why, in a person's words."""
    together: Id = ""
    """As of `StageChanged`: the closing as a duplicate that it is a part of; empty for a link alone."""

    def apply(self, fold: Folding) -> None:
        if not is_reference(self.other):
            fold.unknown("a link that names no incident")
            return
        link = Link(*fold.stamp, self.relation, self.other, self.note)
        fold.part(Links).links[link.id] = link
        fold.entry("link", link.words, self.note, paste=self.together)


class Link(Record, frozen=True):
    relation: str
    other: str
    note: str

    @property
    def words(self) -> str:
        """`Part of INC-K7Q2`."""
        return f"{RELATIONS.get(self.relation, self.relation.replace('_', ' '))} {self.other}"


class Links(Part):
    links: dict[str, Link] = {}
    """By the ids of their events; the same may be said twice, by two people who did not know of each other."""


def link_words(link: Link) -> str:
    """`Part of INC-K7Q2: the same deploy`."""
    return f"{link.words}: {link.note}" if link.note else link.words


def links_of(state: Incident) -> list[Link]:
    """The links that stand, each relation to an incident once, in the log's order."""
    standing: dict[tuple[str, str], Link] = {}
    for link in state.part(Links).links.values():
        standing.setdefault((link.relation, link.other), link)
    return list(standing.values())


def linked(state: Incident, relation: str) -> list[str]:
    """The references of the incidents that this one has a relation to."""
    return [link.other for link in links_of(state) if link.relation == relation]


def handled_elsewhere(state: Incident) -> bool:
    """True when the incident was closed because another stands for it: a duplicate is never said to be resolved."""
    current = state.stage.current
    if state.phase != "over" or current is None:
        return False
    closing = state.entries.get(current.id)
    return bool(linked(state, "duplicate_of")) or (closing is not None and _ELSEWHERE.search(closing.text) is not None)


class LinkIncident(Command, frozen=True, kw_only=True):
    relation: str
    other: str
    """A whole reference."""
    note: str = ""
    together: str = ""
    """As of `IncidentLinked`."""

    def elsewhere(self, state: Incident) -> tuple[str, ...]:
        return (self.other,)

    def follow(self, state: Incident, there: Incident) -> Command | None:
        check_other(state, there)
        inverse = INVERSE[self.relation]
        if state.ref in linked(there, inverse):
            return None
        return LinkIncident(actor=self.actor, at=self.at, relation=inverse, other=state.ref, note=self.note)

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        if self.relation not in RELATIONS:
            raise Refused(f"An incident is {listed(_FORMS, 'or')} another one.", "relation")
        other = parse_reference(self.other)
        if other == state.ref:
            raise Refused("An incident is not linked to itself; name another one.", "other")
        link = Link("", at, "", self.relation, other, "")
        if other in linked(state, self.relation):
            raise Refused(f"{state.ref} is linked already: {link.words}.", "other")
        if other in linked(state, INVERSE[self.relation]) and self.relation != "related":
            raise Refused(f"{state.ref} is linked the other way round; undo that link first.", "other")
        if self.relation == "duplicate_of" and linked(state, "duplicate_of"):
            raise Refused(f"{state.ref} is a duplicate of {linked(state, 'duplicate_of')[0]} already.", "other")
        note = one_line(self.note.strip(), MAX_NOTE_CHARS)
        return proposed(IncidentLinked(self.relation, other, note, self.together), at)


def check_other(state: Incident, there: Incident) -> None:
    """Refused where the other incident is not here, or is none that this one can be joined with."""
    if there.declared_at is None:
        raise Refused(f"There is no incident {there.ref} here; `warroom list` shows those there are.", "other")
    if there.withdrawn:
        raise Refused(f"The declaration of {there.ref} was undone; put it back first.", "other")
    if there.drill != state.drill:
        raise Refused(f"A drill and a live incident stay apart: {(there if there.drill else state).ref} is a drill.")


_FORMS = ("duplicate of", "part of", "caused by", "related to")
_FORM = f"/link {' | '.join(_FORMS)} INC-K7Q2 [: why]"
_NAMES = {words.casefold().replace("the ", ""): relation for relation, words in RELATIONS.items()} | {
    "": "related",
    "related": "related",
    "duplicate": "duplicate_of",
    "part": "part_of",
}


def _read_link(context: SlashContext, argument: str) -> Command:
    relation_words, _, note = argument.partition(":")
    words = relation_words.split()
    relation = _NAMES.get(" ".join(words[:-1]).casefold().replace("_", " ").replace("-", " "), "")
    if not words or not relation:
        raise context.incomplete("Say what it is to which incident", other=words[-1] if words else "")
    return LinkIncident(
        actor=context.actor, at=context.at, relation=relation, other=parse_reference(words[-1]), note=note
    )


SIGNS = {"link": "⇆"}
WORDS: dict[str, Word] = {"link": Word(_FORM, _read_link, "Name the other incident", (lambda known: _FORMS,))}
