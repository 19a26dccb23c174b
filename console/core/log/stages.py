"""The stages of an incident: passed, present and to come, with the time spent in each."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from console.core.log.state import MAINTENANCE_STAGES, Incident
from console.core.playbook.model import Playbook, Stage

NO_TIME = timedelta()


class StageTime(msgspec.Struct, frozen=True):
    """A stage of the playbook as an incident stands to it."""

    name: str
    title: str
    place: Literal["passed", "skipped", "present", "ahead"]
    """Skipped is one before the present stage in which the incident never was."""
    spent: timedelta
    """In the present stage since it was entered last, in any other all visits together; none in those of phase over."""
    limit: timedelta
    """The longest that the stage should last; zero where the playbook does not say, and of a record made afterwards."""


def stage_times(state: Incident, now: datetime) -> tuple[StageTime, ...]:
    """The stages in their order. A present stage that the playbook lacks stands behind those passed."""
    if state.playbook is None:
        return ()
    facts, stages = state.stage.in_force, _stages(state, state.playbook)
    places = {stage.name: place for place, stage in enumerate(stages)}
    here = places.get(state.stage.value, -1)
    if here < 0 and facts:
        here = 1 + max(places.get(fact.value, -1) for fact in facts)
        stages.insert(here, Stage(state.stage.value, state.stage.value.replace("_", " ").capitalize()))
    visits: dict[str, list[timedelta]] = {}
    for fact, end in zip(facts, (*(after.at for after in facts[1:]), now), strict=True):
        # One that was logged late may have begun behind the next one.
        visits.setdefault(fact.value, []).append(max(end - fact.at, NO_TIME))
    times = []
    for place, stage in enumerate(stages):
        lasted = visits.get(stage.name, [])
        spent = sum(lasted[-1:] if place == here else lasted, NO_TIME)
        times.append(
            StageTime(
                stage.name,
                stage.title,
                "ahead" if place > here else "present" if place == here else "passed" if lasted else "skipped",
                NO_TIME if stage.phase == "over" else spent,
                NO_TIME if state.retrospective else timedelta(seconds=stage.limit_s),
            )
        )
    return tuple(times)


def _stages(state: Incident, playbook: Playbook) -> list[Stage]:
    """The playbook's, or those of a planned maintenance: it is completed or cancelled, not both."""
    if not state.maintenance:
        return list(playbook.stages)
    *names, completed, cancelled = MAINTENANCE_STAGES
    last = cancelled if state.stage.value == cancelled else completed
    return [
        *(Stage(name, state.stage_title(name)) for name in names),
        Stage(last, state.stage_title(last), phase="over"),
    ]
