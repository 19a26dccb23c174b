"""Hits of a search: events that hold the words, as lines of their incidents' timelines, the best first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from console.core.language.names import name_key
from console.core.language.searching import Term, places_of, terms_of, words_of
from console.core.log.entries import SCRIBE_KINDS, Entry
from console.core.log.erasure import texts
from console.core.log.event import GOES_WITH, Body, Event, id_fields, ids_in
from console.core.log.fold import fold
from console.core.log.state import Incident, undone_entry
from console.core.log.tagged import CAUSE_TAGS, STOPPED_TAGS
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.entry import EntryCorrected, EntryLogged
from console.core.subjects.hypothesis import HypothesisJudged

KINDS_OF_MARKERS = {"!": "decision", ">": "action", "*": "finding", "?": "hypothesis", "+": "task"}
"""A marker of the scribe's line before the words, for entries of its kind alone."""


class Wanted(msgspec.Struct, frozen=True):
    """A search; an empty part asks for nothing."""

    terms: tuple[Term, ...] = ()
    """An event holds all of them."""
    tags: tuple[str, ...] = ()
    """Folded, each the beginning of a tag; its words are among the terms."""
    people: tuple[str, ...] = ()
    """The beginnings of names, as `name_key` gives them: who wrote it, or is named in it."""
    kind: str = ""
    """Of the timeline's entries."""
    incident: str = ""
    since: datetime | None = None

    @property
    def empty(self) -> bool:
        """True when no part asks for anything that an event holds."""
        return not (self.terms or self.people or self.kind)


def wanted_of(typed: str, *, kind: str = "", by: str = "", incident: str = "", since: datetime | None = None) -> Wanted:
    """`! pool #db @rs "connection refused"`: a marker, tags and people by their look, the rest is words."""
    words: list[str] = []
    tags: list[str] = []
    people = [name_key(by)] if by.strip() else []
    pieces = typed.split(" ")
    first = next((place for place, piece in enumerate(pieces) if piece), None)
    if first is not None and pieces[first] in KINDS_OF_MARKERS:
        kind = kind or KINDS_OF_MARKERS[pieces.pop(first)]
    for piece in pieces:
        if piece.startswith("#") and len(piece) > 1:
            tags.append(piece[1:].casefold())
            words.append(piece[1:])
        elif piece.startswith("@") and len(piece) > 1:
            people.append(name_key(piece))
        else:
            words.append(piece)
    return Wanted(terms_of(" ".join(words)), tuple(tags), tuple(people), kind, incident, since)


class Hit(msgspec.Struct, frozen=True):
    """A line of a timeline that holds the words."""

    ref: str
    id: str
    """The entry to open the room at."""
    kind: str
    at: datetime
    """When it happened."""
    author: str
    text: str
    """The text in which the words stand."""
    mark: str = ""
    """undone, or corrected where the entry says something else by now; else empty."""
    score: float = 0.0


class Match(NamedTuple):
    """An event that holds what is wanted, as far as it says so by itself."""

    event: Event
    text: str
    """Its words in which they stand."""
    score: float


def best(events: Iterable[Event], wanted: Wanted, most: int) -> list[Match]:
    """Of these events the `most` best ones."""
    matches = [match for event in events if (match := _match(event, wanted)) is not None]
    return sorted(matches, key=lambda match: (-match.score, -match.event.occurred_at.timestamp()))[:most]


def hits(matches: Sequence[Match], around: Iterable[Event], wanted: Wanted) -> list[Hit]:
    """The lines of these events, the best first, each once.

    `around` are events of the same incidents that change or explain those: undos, corrections, what they name.
    """
    by_incident: dict[str, dict[str, Event]] = {}
    for event in (*(match.event for match in matches), *around):
        by_incident.setdefault(event.incident, {})[event.id] = event
    # Only lines are asked for: what an incident's own values were is told by events that are not here.
    states = {ref: fold(ref, events.values()) for ref, events in by_incident.items()}
    lines: dict[tuple[str, str], Hit] = {}
    for match in matches:
        hit = _hit(match, states[match.event.incident], wanted)
        if hit is not None:
            known = lines.get((hit.ref, hit.id))
            if known is None or _order(hit) < _order(known):
                lines[hit.ref, hit.id] = hit
    return sorted(lines.values(), key=_order)


_MARKS = ("", "corrected", "undone")


def _order(hit: Hit) -> tuple[int, float, float]:
    return _MARKS.index(hit.mark), -hit.score, -hit.at.timestamp()


def _match(event: Event, wanted: Wanted) -> Match | None:
    body = event.body
    if wanted.since is not None and event.occurred_at < wanted.since:
        return None
    if isinstance(body, EntryLogged):
        if wanted.kind not in ("", body.kind) or not _tagged(body.tags, wanted):
            return None
    elif wanted.kind in SCRIBE_KINDS and not isinstance(body, EntryCorrected | HypothesisJudged):
        return None
    for give in (main_text, _all_text):
        text = give(body)
        words = words_of(text)
        places = [places_of(term, words) for term in wanted.terms]
        if all(places):
            return Match(event, text, _score(wanted.terms, places, words, body))
    return None


def _hit(match: Match, state: Incident, wanted: Wanted) -> Hit | None:
    event = match.event
    entry = state.entries.get(event.id) or state.entries.get(undone_entry(state, getattr(event.body, "target", "")))
    if entry is None or entry.redacted or not _takes(entry, wanted):
        return None
    mark = "undone" if entry.undone else ""
    if not mark and entry.corrected and match.text != (entry.words or entry.text):
        mark = "corrected"
    return Hit(state.ref, entry.id, entry.kind, entry.occurred_at, entry.author, match.text, mark, match.score)


def _takes(entry: Entry, wanted: Wanted) -> bool:
    if wanted.kind not in ("", entry.kind) or not _tagged(entry.tags, wanted):
        return False
    names = [name_key(name) for name in (entry.author, *entry.people)]
    return all(any(name.startswith(person) for name in names) for person in wanted.people)


def _tagged(tags: Iterable[str], wanted: Wanted) -> bool:
    return all(any(own.casefold().startswith(tag) for own in tags) for tag in wanted.tags)


def main_text(body: Body) -> str:
    """The text that people wrote in an event: its own where it has one, else all of it."""
    text = getattr(body, "text", None)
    return text if isinstance(text, str) and text else _all_text(body)


def _all_text(body: Body) -> str:
    return " · ".join(dict.fromkeys(texts(body)))


def _score(terms: Sequence[Term], places: Sequence[Sequence[int]], words: Sequence[str], body: Body) -> float:
    """Higher for words next to each other, whole, in a title or a marked cause, and for a short text."""
    marked = any(tag in (*CAUSE_TAGS, *STOPPED_TAGS) for tag in getattr(body, "tags", ()))
    score = 2.0 * isinstance(body, IncidentDeclared) + 1.5 * marked
    if not terms:
        return score
    ends = {place + len(terms[0].words) for place in places[0]}
    for term, of_term in zip(terms[1:], places[1:], strict=True):
        ends = {place + len(term.words) for place in of_term if place in ends}
    last = terms[-1]
    whole = any(words[place + len(last.words) - 1] == last.words[-1] for place in places[-1])
    dense = sum(map(len, places)) / (len(words) + 8)
    return score + 3.0 * (len(terms) > 1 and bool(ends)) + whole + round(2 * min(1.0, 2 * dense), 1)


def named(events: Iterable[Event]) -> set[str]:
    """The events without which these say too little: those that they correct, end or judge."""
    ids: set[str] = set()
    for event in events:
        for field in id_fields(type(event.body)):
            if field.role is GOES_WITH or field.field == "target":
                ids.update(ids_in(event.body, field.field))
    return ids
