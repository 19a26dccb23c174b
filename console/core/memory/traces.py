"""The texts of an incident that tell of its cause, each with the part that it plays."""

from collections.abc import Iterator
from typing import NamedTuple

from console.core.log.entries import Entry
from console.core.log.state import Incident
from console.core.log.tagged import CAUSE_TAGS, STOPPED_TAGS, standing, untagged
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.triage import answers_of

MAX_CHARS = 4000
"""Of the texts of one incident that are kept, those that tell most of its cause."""
MAX_TEXT_CHARS = 600
WEIGHTS = {
    "cause": 3.0,
    "supported": 3.0,
    "stopped": 1.6,
    "title": 1.2,
    "impact": 0.8,
    "finding": 1.2,
    "answer": 1.0,
    "fix": 1.0,
    "action": 0.9,
    "decision": 0.9,
    "guess": 0.6,
    "tags": 0.8,
    "note": 0.6,
    "ruled_out": 0.0,
}
"""The weight of each part of an incident as a sign of its cause; the order is that in which texts are kept."""
SUGGESTED = "(suggested"
"""Stands in what was taken over from a suggestion: while nobody supports it, it is no evidence for itself."""
_SECTIONS = {
    "root_cause": "cause",
    "trigger": "cause",
    "contributing": "finding",
    "summary": "finding",
    "whys": "cause",
}
_KINDS = {"fix": "fix", "change": "action", "finding": "finding", "action": "action", "decision": "decision"}


class Trace(NamedTuple):
    """A text, and the part that it plays."""

    part: str
    text: str


def traces_of(state: Incident) -> tuple[Trace, ...]:
    """The texts of an incident, those first that tell most of its cause; at most `MAX_CHARS` of them."""
    ranks = {part: rank for rank, part in enumerate(WEIGHTS)}
    kept: list[Trace] = []
    room = MAX_CHARS
    for trace in sorted(_traces(state), key=lambda trace: ranks[trace.part]):
        text = trace.text.strip()[:MAX_TEXT_CHARS]
        if not text or room < len(text):
            continue
        room -= len(text)
        kept.append(Trace(trace.part, text))
    return tuple(dict.fromkeys(kept))


def _traces(state: Incident) -> Iterator[Trace]:
    yield Trace("title", state.title.value)
    yield Trace("impact", state.impact.value)
    tags = dict.fromkeys(tag for entry in standing(state) for tag in entry.tags)
    yield Trace("tags", " · ".join(tag for tag in tags if tag.lower() not in (*CAUSE_TAGS, *STOPPED_TAGS)))
    for answer in answers_of(state).values():
        yield Trace("answer", answer)
    for section, register in postmortem_of(state).sections.items():
        if section in _SECTIONS:
            yield Trace(_SECTIONS[section], register.value)
    guesses = hypotheses_of(state)
    parts = {"supported": "supported", "ruled_out": "ruled_out", "open": "guess"}
    for guess in guesses.values():
        part = parts.get(guess.verdict, "guess")
        if part == "guess" and SUGGESTED in guess.text:
            continue
        yield Trace(part, untagged(guess.text))
        yield Trace("finding" if part == "supported" else part, guess.evidence)
    for entry in standing(state):
        part = _part(entry)
        if part and not entry.redacted and entry.id not in guesses and entry.about not in guesses:
            yield Trace(part, untagged(entry.words or entry.text))


def _part(entry: Entry) -> str:
    """The part that an entry plays; empty for one that tells nothing of the cause."""
    tags = {tag.lower() for tag in entry.tags}
    if tags.intersection(CAUSE_TAGS):
        return "cause"
    if tags.intersection(STOPPED_TAGS):
        return "stopped"
    return _KINDS.get(entry.kind, "note" if entry.kind in ("note", "update") else "")


def knew(state: Incident) -> tuple[str, ...]:
    """The people who found the cause or stopped the impact: the authors of what is marked so, or is supported."""
    guesses = hypotheses_of(state)
    names = [
        entry.author
        for wanted in ("cause", "stopped")
        for entry in reversed(standing(state))
        if not entry.redacted
        and _part(entry) == wanted
        and (entry.id not in guesses or guesses[entry.id].verdict == "supported")
    ]
    names += [guess.by for guess in guesses.values() if guess.verdict == "supported"]
    return tuple(dict.fromkeys(names))


def people_of(state: Incident) -> tuple[str, ...]:
    """Everybody who wrote in it or is named in it."""
    return tuple(dict.fromkeys(name for entry in standing(state) for name in (entry.author, *entry.people)))
