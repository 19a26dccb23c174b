"""Milestones: when the incident began, was seen, declared, understood, mended and closed; and the times between them.

A milestone comes from the first entry into the stage that sets it, or from a person, who has the last word.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from console.core.language.times import parse_rfc3339
from console.core.log.state import Incident, Part, Register
from console.core.playbook.model import MILESTONES, Playbook

Moments = dict[str, datetime]


class Milestones(Part):
    """The milestones that somebody set by hand."""

    set_by_hand: dict[str, Register] = {}


def milestones_set(state: Incident) -> dict[str, Register]:
    """Milestones set by hand; the value is RFC 3339, or empty where its time was taken away."""
    return state.part(Milestones).set_by_hand


def milestones(state: Incident, by_hand: Mapping[str, Register] | None = None) -> Moments:
    """The moments that are known, in the order of `MILESTONES`; what did not happen yet is missing.

    A declaration counts as the acknowledgement when nobody set an earlier one: whoever declares has seen the alert.
    A stage left and entered again keeps its first moment, except `resolved` and `closed`, which hold only once the
    incident has not gone back: there the last entry counts, and none while the incident is in an earlier stage.
    `by_hand` are those that people set, where the state does not hold them yet.
    `mitigated`, by a stage or by hand, ends with a relapse, and starts over with the next mitigation.
    """
    moments: Moments = {}
    relapse = relapsed_at(state)
    playbook = state.playbook
    if playbook:
        here = playbook.stage_index(state.stage.value)
        for fact in state.stage.facts:
            rule = playbook.stage(fact.value)
            if rule is None or not rule.milestone:
                continue
            if rule.milestone == "mitigated" and relapse and fact.at < relapse:
                continue
            if rule.milestone in ("resolved", "closed"):
                if playbook.stage_index(fact.value) <= here:
                    moments[rule.milestone] = fact.at
            else:
                moments.setdefault(rule.milestone, fact.at)
    if state.declared_at:
        moments.setdefault("declared", state.declared_at)
        moments.setdefault("acknowledged", moments["declared"])
    for name, register in (milestones_set(state) if by_hand is None else by_hand).items():
        current = register.current
        if name == "mitigated" and relapse and current and current.at < relapse:
            continue
        if register.value:
            moments[name] = parse_rfc3339(register.value)
        elif register.facts:
            moments.pop(name, None)
    return {name: moments[name] for name in MILESTONES if name in moments}


def by_declaration(state: Incident) -> bool:
    """True when nobody said when the incident was acknowledged, so that its declaration stands for that."""
    acknowledged = milestones_set(state).get("acknowledged")
    rules = [state.playbook.stage(fact.value) for fact in state.stage.facts] if state.playbook else []
    by_stage = any(rule is not None and rule.milestone == "acknowledged" for rule in rules)
    return state.declared_at is not None and not by_stage and not (acknowledged and acknowledged.facts)


def relapses(state: Incident) -> list[datetime]:
    """The moments at which the incident went back from a stage to one before its mitigation."""
    book = state.playbook
    mitigated = mitigation_place(book) if book else 0
    return [
        after.at
        for before, after in pairwise(state.stage.in_force)
        if book and 0 <= book.stage_index(after.value) < min(book.stage_index(before.value), mitigated)
    ]


def relapsed_at(state: Incident) -> datetime | None:
    """The moment of the last relapse; None where there was none."""
    return next(reversed(relapses(state)), None)


def mitigation_place(book: Playbook) -> int:
    """The place of the stage that sets `mitigated`, from 0; 0 where none does."""
    return next((place for place, stage in enumerate(book.stages) if stage.milestone == "mitigated"), 0)


def impact_ended(state: Incident) -> datetime | None:
    """The end of the impact: mitigated, else resolved; None while it lasts, as it does again after a relapse."""
    at = milestones(state)
    return at.get("mitigated") or at.get("resolved")


FAR = timedelta(days=300)
"""Between two neighbours: more is a slip of the year."""

NEEDED = ("impact_started", "detected", "declared", "mitigated", "resolved")
"""Milestones without which the incident's measures cannot be told."""


EITHER_WAY = (("acknowledged", "declared"), ("identified", "mitigated"))
"""Neighbours that may come in either order: whoever sees the trouble first may declare at once, and the impact may be
stopped before its cause is known, as most processes ask for."""


def milestone_faults(state: Incident) -> list[str]:
    """The faults of the milestones against closing: those of `NEEDED` that are missing, and any out of order."""
    at = milestones(state)
    faults = [f"{_named(name)} is missing" for name in NEEDED if name not in at]
    return [*faults, *contradictions(at).values()]


def clashes(at: Mapping[str, datetime]) -> Iterator[tuple[str, str]]:
    """Neighbours of which the second comes before the first, or farther behind it than any incident lasts."""
    # Where the declaration stands for the acknowledgement, it is the declaration that contradicts.
    known = [
        name for name in MILESTONES
        if name in at and not (name == "acknowledged" and at[name] == at.get("declared"))
    ]  # fmt: skip
    for before, after in pairwise(known):
        out_of_order = at[after] < at[before] and (before, after) not in EITHER_WAY
        if out_of_order or at[after] - at[before] > FAR:
            yield before, after


def contradictions(at: Mapping[str, datetime]) -> dict[str, str]:
    """The second milestone of each of the `clashes`, with a clause for it."""
    return {after: clash_words(at, before, after) for before, after in clashes(at)}


def clash_words(at: Mapping[str, datetime], before: str, after: str) -> str:
    """`detected is before impact started`."""
    if at[after] < at[before]:
        return f"{_named(after)} is before {_named(before)}"
    return f"{_named(after)} is {(at[after] - at[before]).days} days after {_named(before)}"


def contradiction_doubt(state: Incident, milestone: str, moment: datetime) -> str:
    """The contradictions that this moment for the milestone would add, as a sentence; empty without any."""
    at = milestones(state)
    known = contradictions(at).values()
    faults = [fault for fault in contradictions(at | {milestone: moment}).values() if fault not in known]
    return f"Milestones contradict: {', '.join(faults)}." if faults else ""


def _named(milestone: str) -> str:
    return milestone.replace("_", " ")


class Span(msgspec.Struct, frozen=True):
    """A time between two milestones."""

    begins: str
    ends: str
    length: timedelta

    @property
    def words(self) -> str:
        """`impact started → mitigated`."""
        return " → ".join(map(_named, (self.begins, self.ends)))


SPANS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "impact_lasted": (("impact_started",), ("mitigated", "resolved")),
    "time_to_detect": (("impact_started",), ("detected", "declared")),
    "time_to_acknowledge": (("detected",), ("acknowledged",)),
    "time_to_mitigate": (("impact_started", "detected", "declared"), ("mitigated",)),
    "time_to_resolve": (("impact_started", "detected", "declared"), ("resolved", "closed")),
}
"""The usual measures, each with the milestones that it begins and ends with: of several the first that is known."""


def durations(state: Incident) -> dict[str, Span]:
    """Each of `SPANS` whose milestones are known and in order: the one source of these figures for every screen,
    document and export.
    """
    at, spans = milestones(state), {}
    for measure, (begins, ends) in SPANS.items():
        begin, end = (next((name for name in names if name in at), "") for names in (begins, ends))
        if begin and end and at[end] >= at[begin]:
            spans[measure] = Span(begin, end, at[end] - at[begin])
    return spans
