"""The grounds of drafted sentences: which entries, rules of the playbook and clocks each of them stands on.

The state is a pure fold, and a document a pure function of the state. So the log is folded a second time with marks on
every text and moment of every event, and the document is drafted a second time from that: its sentences carry the
marks of what they were made of. Nobody sees the second draft. It gives the sentences of the first one their grounds.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from console.core.language.grounds import Marked, Moment, mark, read, sentences, unforged
from console.core.language.pattern import late
from console.core.language.text import one_line
from console.core.log.codec import decode_body, kind_of
from console.core.log.erasure import exchanged
from console.core.log.event import MOMENT, Body, Event, Unknown
from console.core.log.fold import fold
from console.core.log.state import Fact, Incident, Register, TakenBack
from console.core.playbook.model import Playbook
from console.core.subjects.entry import EntryCorrected
from console.core.subjects.postmortem import SECTIONS, postmortem_of
from console.core.subjects.undo import EntryRedacted, Undoing
from console.core.subjects.update import Update, updates_of

CLOCK = "clock"
"""The ground of what follows from the moment at which a document was made."""
ABSENCE = "absence"
"""The ground of what is said to be missing or not known, where nothing in the log says it."""
RULE = "rule "
"""Begins the ground that is a rule of the playbook; its place in the playbook follows."""

QUOTED_CHARS = 90
"""Of a sentence where it is quoted."""
_NO_WORDS = ("id", "aliases", "templates")
"""Fields of a playbook that no document says."""


_ABSENT = late(r"\b(?:no|not|none|nobody|nothing|unknown)\b", re.IGNORECASE)


class Traced(NamedTuple):
    """An incident's state whose values carry marks, and the moment at which a document is drafted from it."""

    state: Incident
    now: datetime
    grounds: tuple[str, ...]
    """The ids of events and other grounds, by the number of their mark."""

    def cited(self, draft: Callable[[Incident, datetime], str]) -> "Cited":
        """The sentences of a draft with their grounds."""
        cited: dict[str, tuple[str, ...]] = {}
        for sentence, numbers in read(draft(self.state, self.now)):
            grounds = (*cited.get(sentence, ()), *(self.grounds[number] for number in numbers))
            if not grounds and _ABSENT.search(sentence):
                grounds = (ABSENCE,)
            cited[sentence] = tuple(dict.fromkeys(grounds))
        return Cited(cited)


class Cited(NamedTuple):
    """The sentences of a draft, each with what it stands on: nothing where the template alone says it."""

    by_sentence: Mapping[str, tuple[str, ...]]

    def grounds(self, sentence: str) -> tuple[str, ...] | None:
        """The grounds of a sentence; None where the draft does not have the sentence, because somebody wrote it."""
        return self.by_sentence.get(sentence)

    def kept(self, text: str, stands_on: Sequence[str]) -> "Cited":
        """The citations, with what was stored beside a text for its sentences."""
        spans = sentences(text)
        stored = zip(spans, stands_on, strict=True) if len(spans) == len(stands_on) else ()
        kept = {text[begin:end]: tuple(ids.split()) for (begin, end), ids in stored if ids}
        return Cited({**self.by_sentence, **kept})

    def entries(self, text: str) -> tuple[str, ...]:
        """For each sentence of a text the events that it stands on, with spaces between, as a body stores them."""
        grounds_of_each = (self.by_sentence.get(text[begin:end], ()) for begin, end in sentences(text))
        ids = tuple(" ".join(ground for ground in grounds if is_event(ground)) for grounds in grounds_of_each)
        return ids if any(ids) else ()


class Lost(NamedTuple):
    """A sentence that somebody posted or wrote, and what has happened since to an entry that it stands on."""

    id: str
    """The update's, or that of the section as it was written."""
    where: str
    """The name of the update or section, in words: `internal update #2`."""
    sentence: str
    entry: str
    section: str
    """The section of the postmortem; empty of an update."""
    why: str
    """undone, corrected or redacted."""

    @property
    def words(self) -> str:
        return f"stands on an entry that was {self.why} since: “{one_line(self.sentence.lstrip('- '), QUOTED_CHARS)}”"


def lost_grounds(state: Incident) -> list[Lost]:
    """Sentences of updates and of the postmortem that lost a ground after they were written."""
    return [loss for update in updates_of(state) for loss in lost_by_update(state, update)] + lost_by_postmortem(state)


def lost_by_update(state: Incident, update: Update) -> list[Lost]:
    return _lost(state, update.id, f"{update.audience} update #{update.number}", "", update.text, update.stands_on)


def lost_by_postmortem(state: Incident) -> list[Lost]:
    """Sentences of written sections, also of those that are in conflict."""
    part = postmortem_of(state)
    return [
        loss
        for section, register in part.sections.items()
        # Another version, or a file of somebody's, may know sections that this one does not.
        if section in SECTIONS
        for fact in register.standing
        for loss in _lost(
            state,
            fact.id,
            f"postmortem: {SECTIONS[section].lower()}",
            section,
            fact.value,
            part.stands_on.get(fact.id, ()),
        )
    ]


def _lost(state: Incident, id: str, where: str, section: str, text: str, stands_on: Sequence[str]) -> list[Lost]:
    """`stands_on` is what was stored with the text."""
    if not stands_on or len(spans := sentences(text)) != len(stands_on):
        return []
    return [
        Lost(id, where, text[begin:end], ground, section, why)
        for (begin, end), ids in zip(spans, stands_on, strict=True)
        for ground, why in [next(_losses(state, ids.split()), ("", ""))]
        if why
    ]


def losses_of(state: Incident, grounds: Collection[str]) -> dict[str, str]:
    """The events among a sentence's grounds that do not stand as they were cited: undone, corrected, redacted."""
    return dict(_losses(state, grounds))


def _losses(state: Incident, grounds: Collection[str]) -> Iterator[tuple[str, str]]:
    back, cited = state.part(TakenBack), set(map(event_of, grounds))
    for ground in grounds:
        id, of_words = event_of(ground), not ground.endswith(MOMENT)
        entry, history = state.entries.get(id), state.corrections.get(id, ())
        if id in back.undos or id in back.went_with:
            yield id, "undone"
        elif entry is not None and entry.redacted:
            if of_words:
                yield id, "redacted"
        elif history:
            before, now = next((made for made in reversed(history) if made.id in cited), history[0]), history[-1]
            if (
                (before.text, before.kind) != (now.text, now.kind)
                if of_words
                else before.occurred_at != now.occurred_at
            ):
                yield id, "corrected"


def is_event(ground: str) -> bool:
    return ground not in (CLOCK, ABSENCE) and not ground.startswith(RULE)


def event_of(ground: str) -> str:
    """The id of the event that a ground is a part of."""
    return ground.removesuffix(MOMENT)


def traced(ref: str, events: Iterable[Event], now: datetime) -> Traced:
    """An incident's events folded with marks, for documents that are drafted at `now`."""
    marker = _Marker()
    state = fold(ref, [marker.event(event) for event in _as_left(list(events))])
    marker.registers(state)
    marker.entries(state)
    if state.playbook is not None:
        state.playbook = marker.playbook(state.playbook, state)
    return Traced(state, Moment.of(now, marker(CLOCK)), tuple(marker.numbers))


def _as_left(events: list[Event]) -> list[Event]:
    """The events as redactions left them, so that nothing but these bodies has to be marked."""
    redactions = sorted((event for event in events if isinstance(event.body, EntryRedacted)), key=lambda e: e.order)
    left = {id: raw for event in redactions for id, raw in getattr(event.body, "left", {}).items()}
    if not left:
        return events
    bodies = {event.id: decode_body(kind_of(event.body), left[event.id]) for event in events if event.id in left}
    # A redaction may itself be redacted, for its reason.
    redaction_bodies = {event.id: bodies.get(event.id, event.body) for event in redactions}
    bodies |= {id: msgspec.structs.replace(body, left={}) for id, body in redaction_bodies.items()}
    return [msgspec.structs.replace(event, body=bodies.get(event.id, event.body)) for event in events]


class _Marker:
    """Puts marks on values, and numbers the grounds."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, *grounds: str) -> str:
        return "".join(mark(self.numbers.setdefault(ground, len(self.numbers))) for ground in grounds)

    def event(self, event: Event) -> Event:
        body = event.body
        if isinstance(body, Unknown | Undoing | EntryRedacted):
            # Of these the fold reads ids and stored bodies, which no document shows.
            return event
        # The words of a correction stand in the place of the entry's.
        ids = (body.target, event.id) if isinstance(body, EntryCorrected) else (event.id,)
        marks, kept = self(*ids), self(*(f"{id}{MOMENT}" for id in ids))
        changed = self._moments(exchanged(body, lambda text: self._text(text, body, marks)), kept)
        return msgspec.structs.replace(
            event, actor=_marked(event.actor, kept), occurred_at=Moment.of(event.occurred_at, kept), body=changed
        )

    def _text(self, text: str, body: Body, marks: str) -> str:
        """A text with the event's marks; where it was written from a draft, its sentences have theirs too."""
        stands_on: Sequence[str] = getattr(body, "stands_on", ()) if text == getattr(body, "text", None) else ()
        spans = sentences(text)
        if not stands_on or len(spans) != len(stands_on):
            return _marked(text, marks)
        pieces, last = [], 0
        for (begin, end), ids in zip(spans, stands_on, strict=True):
            pieces += [text[last:begin], _marked(text[begin:end], marks + self(*ids.split()))]
            last = end
        return Marked.of("".join((*pieces, text[last:])), "")

    def _moments(self, body: Body, marks: str) -> Body:
        values = ((name, getattr(body, name)) for name in body.__struct_fields__)
        moments = {name: Moment.of(value, marks) for name, value in values if isinstance(value, datetime)}
        return msgspec.structs.replace(body, **moments) if moments else body

    def registers(self, state: Incident) -> None:
        """Marks severities and stages, which the fold compares with the playbook's."""
        for name in ("severity", "stage"):
            register: Register = getattr(state, name)
            marked = {fact.id: self._fact(fact) for fact in register.facts}
            marked |= {fact.id: self._fact(fact) for fact in register.standing}
            setattr(
                state,
                name,
                Register(
                    tuple(marked[fact.id] for fact in register.facts),
                    tuple(marked[fact.id] for fact in register.standing),
                    tuple(self._fact(fact) for fact in register.in_force),
                ),
            )

    def entries(self, state: Incident) -> None:
        """Marks what the console worded by itself in lines of the timeline: a redaction takes the whole line."""
        state.entries = state.entries.copied()
        for entry in state.entries:
            marks = self(entry.id)
            if any(self.numbers[entry.id] not in numbers for _, numbers in read(entry.text)):
                state.entries.put(msgspec.structs.replace(entry, text=Marked.of(entry.text, marks)))

    def _fact(self, fact: Fact) -> Fact:
        return msgspec.structs.replace(fact, value=_marked(fact.value, self(f"{fact.id}{MOMENT}")))

    def playbook(self, book: Playbook, state: Incident) -> Playbook:
        """Marks the playbook's texts; those of the present severity and stage stand on their statement too."""
        severity, stage = state.severity.current, state.stage.current
        marked: Playbook = self._rules(book, "")
        return msgspec.structs.replace(
            marked,
            severities=tuple(self._chosen(rule, severity) for rule in marked.severities),
            stages=tuple(self._chosen(rule, stage) for rule in marked.stages),
        )

    def _rules(self, value: Any, place: str) -> Any:
        if isinstance(value, msgspec.Struct):
            fields = {name: getattr(value, name) for name in value.__struct_fields__}
            name = str(fields.get("id") or fields.get("name") or "")
            here = place if isinstance(value, Playbook) else ", ".join(filter(None, (place, name)))
            changed = {
                field: self._rules(inner, ", ".join(filter(None, (here, field))))
                for field, inner in fields.items()
                if field not in _NO_WORDS
            }
            return msgspec.structs.replace(value, **changed)
        if isinstance(value, tuple):
            return tuple(self._rules(inner, place) for inner in value)
        if isinstance(value, dict):
            return {key: self._rules(inner, place) for key, inner in value.items()}
        return _marked(value, self(f"{RULE}{place}")) if isinstance(value, str) else value

    def _chosen(self, rule: Any, fact: Fact | None) -> Any:
        if fact is None or rule.name != fact.value:
            return rule
        marks = self(f"{fact.id}{MOMENT}")
        values = {name: getattr(rule, name) for name in rule.__struct_fields__}
        texts = {name: _marked(value, marks) for name, value in values.items() if isinstance(value, str)}
        return msgspec.structs.replace(rule, **texts)


def _marked(text: str, marks: str) -> str:
    return Marked.of(unforged(text) if not isinstance(text, Marked) else text, marks) if text else text
