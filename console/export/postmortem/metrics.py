"""The figures of a postmortem: milestones, the times between them, and how they compare with what the team aims at."""

from datetime import datetime, timedelta

import msgspec

from console.core.log.milestones import SPANS, Span, by_declaration, durations, milestones
from console.core.log.state import Incident

BY_DECLARATION = "by the declaration"
"""Behind an acknowledgement of which nobody said when it was."""


class Measure(msgspec.Struct, frozen=True):
    """`taken` is None while it cannot be told; `target` is None where the playbook sets none."""

    id: str
    name: str
    span: str
    taken: timedelta | None
    target: timedelta | None = None
    missed: bool = False
    unsaid: str = ""
    """Words behind it where it ends with a milestone that nobody stated."""


def measures(state: Incident) -> list[Measure]:
    """All measures of `SPANS`, in their order; targets come from the severity as it stands at the end.

    The target for resolving runs from the declaration, as its clock does, though the measure begins with the impact.
    """
    spans, rule, at = durations(state), state.severity_rule, milestones(state)
    lengths = {id: span.length for id, span in spans.items()}
    over = ended(state)
    since_declared = over - at["declared"] if over and "declared" in at else None
    aims = {
        "time_to_acknowledge": (rule.acknowledge_s if rule else 0, lengths.get("time_to_acknowledge")),
        "time_to_resolve": (rule.resolution_s if rule else 0, since_declared),
    }
    rows = []
    for id, (begins, ends) in SPANS.items():
        name, span = id.replace("_", " ").capitalize(), spans.get(id, Span(begins[0], ends[0], timedelta())).words
        seconds, counted = aims.get(id, (0, None))
        target = timedelta(seconds=seconds) if seconds else None
        missed = target is not None and counted is not None and counted > target
        unsaid = BY_DECLARATION if id == "time_to_acknowledge" and by_declaration(state) else ""
        rows.append(Measure(id, name, span, lengths.get(id), target, missed, unsaid))
    return rows


def began(state: Incident) -> datetime | None:
    """The beginning, as far as known: the impact, its detection, or the declaration."""
    at = milestones(state)
    return at.get("impact_started") or at.get("detected") or at.get("declared")


def ended(state: Incident) -> datetime | None:
    """The end: resolved, else closed; None before that."""
    at = milestones(state)
    return at.get("resolved") or at.get("closed")


def awaited(state: Incident, id: str) -> bool:
    """True when a measure of `SPANS` has begun and its end is still to come: it is not unknown then."""
    at, (begins, ends) = milestones(state), SPANS[id]
    return ended(state) is None and not at.keys().isdisjoint(begins) and at.keys().isdisjoint(ends)


def worst_severity(state: Incident) -> str:
    """The highest severity that was ever in force."""
    book, names = state.playbook, [fact.value for fact in state.severity.in_force]
    known = [name for name in names if book and book.severity_index(name) >= 0]
    return min(known, key=book.severity_index) if book and known else state.severity.value


def last_moment(state: Incident) -> datetime:
    """The last moment that the log knows of: up to it the drafts are reckoned, so that they do not change by waiting.

    Raises ValueError for an incident that nobody declared.
    """
    if state.declared_at is None:
        raise ValueError("the incident was never declared")
    closed = milestones(state).get("closed")
    if closed is not None:
        return closed
    return max((entry.occurred_at for entry in state.entries if not entry.undone), default=state.declared_at)
