"""The course of a drill: which injects came, which are due now, and which are still to come."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple, get_args

from console.core.drill.conditions import since
from console.core.drill.script import Inject
from console.core.log.state import Incident
from console.core.subjects.drill import DrillRun, DrillRuns, run_ended, run_of

Standing = Literal["due", "coming", "waiting", "barred", "given", "skipped", "lapsed"]
"""Waiting is one whose condition does not hold yet, barred one that what was done keeps from coming."""
ORDER: tuple[Standing, ...] = get_args(Standing)
PAST: frozenset[Standing] = frozenset(("given", "skipped"))


class Planned(NamedTuple):
    inject: Inject
    standing: Standing
    at: datetime
    """When it came or was skipped, else when it comes at the earliest."""


def planned(state: Incident, now: datetime) -> list[Planned]:
    """All injects of the incident's drill: first what is to come, then what came; each by its moment."""
    run = run_of(state)
    rows = [_planned(state, run, inject, now) for inject in run.script.injects] if run else []
    return sorted(rows, key=lambda row: (ORDER.index(row.standing), row.at))


def due_injects(state: Incident, now: datetime) -> Iterator[str]:
    """The injects that are to be given now, by id, those first that were due first."""
    if run_ended(state) is None:
        yield from (row.inject.id for row in planned(state, now) if row.standing == "due")


def _planned(state: Incident, run: DrillRun, inject: Inject, now: datetime) -> Planned:
    part, at = state.part(DrillRuns), run.minute(inject.at_s)
    if inject.id in part.given:
        return Planned(inject, "given", part.given[inject.id].at)
    if inject.id in part.skipped:
        return Planned(inject, "skipped", part.skipped[inject.id].at)
    begun = since(state, inject.when)
    if begun is not None and not inject.when.empty:
        at = max(at, begun.at + run.lasts(inject.delay_s))
    ended = run_ended(state)
    if (ended and ended <= now) or (inject.until_s and now >= run.minute(inject.until_s)):
        return Planned(inject, "lapsed", at)
    if begun is None:
        return Planned(inject, "waiting", at)
    barred = not inject.unless.empty and since(state, inject.unless) is not None
    return Planned(inject, "barred" if barred else "coming" if now < at else "due", at)
