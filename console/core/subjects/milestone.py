"""Milestones that somebody set by hand; the others come from the stages (see core/log/milestones.py)."""

from console.core.events import MilestoneSet
from console.core.language.times import rfc3339
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident, Register


class Milestones(Part):
    set_by_hand: dict[str, Register] = {}


def milestones_set(state: Incident) -> dict[str, Register]:
    """Milestones set by hand; the value is RFC 3339, or empty where its time was taken away."""
    return state.part(Milestones).set_by_hand


def _milestone(fold: Folding, body: MilestoneSet) -> None:
    value = rfc3339(body.at) if body.at else ""
    fold.states_in(fold.part(Milestones).set_by_hand, body.milestone, value)
    name = body.milestone.replace("_", " ").capitalize()
    text = f"{name} at {body.at:%Y-%m-%d %H:%M} UTC" if body.at else f"{name}: time taken away"
    fold.entry("milestone", text)


FOLDS = {MilestoneSet: _milestone}
