"""The story of an incident for its picture: the time it spans, stages, severities, and the moments that mattered."""

from datetime import datetime, timedelta

import msgspec

from console.core.log.milestones import by_declaration, milestones
from console.core.log.state import Fact, Incident
from console.core.log.tagged import standing
from console.export.postmortem.metrics import began, last_moment
from console.export.postmortem.names import People

LEAD = timedelta(minutes=15)
"""Entries logged this long before the beginning are in the picture, however short the incident."""

MOST_MOMENTS = 10
"""More key moments than these make no picture; the timeline has all of them."""

WEIGHT = {"severity": 0, "decision": 1, "fix": 2, "change": 3, "action": 4}
"""Kinds of entries that may be key moments, those first that are kept when there are too many."""

_PREFIX = {"decision": "Decision: ", "action": "Action: ", "fix": "Temporary fix: "}
"""The word before the text of a kind that does not say itself what it is."""


class Spell(msgspec.Struct, frozen=True):
    """A time in one stage or at one severity."""

    name: str
    start: datetime
    end: datetime


class Moment(msgspec.Struct, frozen=True):
    kind: str
    """A milestone's name, or an entry's kind."""
    text: str
    at: datetime


class Story(msgspec.Struct, frozen=True):
    start: datetime
    end: datetime
    stages: tuple[Spell, ...]
    severities: tuple[Spell, ...]
    milestones: tuple[Moment, ...]
    moments: tuple[Moment, ...]


def story(state: Incident) -> Story:
    """The incident up to its closing, or as far as its log goes. Raises ValueError where nothing was declared."""
    end = last_moment(state)
    reached = milestones(state)
    if by_declaration(state):
        reached.pop("acknowledged", None)
    marks = [Moment(name, name.replace("_", " ").capitalize(), at) for name, at in reached.items()]
    over = {stage.name for stage in state.playbook.stages if stage.phase == "over"} if state.playbook else set()
    stages = [stage for stage in spells(state.stage.facts, end) if stage.name not in over]
    severities = spells(state.severity.in_force, end)
    starts = [mark.at for mark in marks] + [stage.start for stage in stages] + [began(state) or end]
    start = min(starts)
    # What came just before, such as the deploy that did it, belongs into the picture; older history does not.
    before = [entry.occurred_at for entry in state.entries if not entry.undone and entry.occurred_at < start]
    start = min((at for at in before if start - at <= max(end - start, LEAD)), default=start)
    # A picture of no width could not be drawn.
    end = max(end, start + timedelta(minutes=1), *(mark.at for mark in marks))
    named = [Spell(state.stage_title(stage.name), stage.start, stage.end) for stage in stages]
    return Story(
        start,
        end,
        tuple(named),
        tuple(severities),
        tuple(sorted(marks, key=lambda mark: mark.at)),
        tuple(_moments(state, start, end)),
    )


def spells(facts: tuple[Fact, ...], end: datetime) -> list[Spell]:
    """The times between statements of a value, the last one up to the end."""
    live = sorted(facts, key=lambda fact: fact.at)
    ends = [*(fact.at for fact in live[1:]), end]
    return [Spell(fact.value, fact.at, max(until, fact.at)) for fact, until in zip(live, ends, strict=False)]


def _moments(state: Incident, start: datetime, end: datetime) -> list[Moment]:
    people = People(state)
    candidates = [
        Moment(entry.kind, _named(entry.kind, people.sentence(entry)), entry.occurred_at)
        for entry in standing(state)
        if entry.kind in WEIGHT and not entry.redacted and start <= entry.occurred_at <= end
    ]
    kept = sorted(candidates, key=lambda mark: (WEIGHT[mark.kind], mark.at))[:MOST_MOMENTS]
    return sorted(kept, key=lambda mark: mark.at)


def _named(kind: str, text: str) -> str:
    """The text behind the word for its kind, unless it begins with that word itself, as in `Temporary fix removed`."""
    prefix = _PREFIX.get(kind, "")
    return text if prefix and text.startswith(prefix.rstrip(": ")) else f"{prefix}{text}"
