"""The stage in which an incident stands, and the gates that were overridden on the way."""

from datetime import datetime

import msgspec

from console.core.events import StageChanged
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident


class Override(msgspec.Struct, frozen=True):
    """A gate that was passed with a reason."""

    id: str
    stage: str
    reason: str
    unmet: tuple[str, ...]
    at: datetime
    by: str


class Overrides(Part):
    overrides: tuple[Override, ...] = ()


def overrides_of(state: Incident) -> tuple[Override, ...]:
    """The gates that were overridden, in the order of the log."""
    return state.part(Overrides).overrides


def _stage(fold: Folding, body: StageChanged) -> None:
    state, event = fold.state, fold.event
    fold.states("stage", body.stage, body.replaces)
    rule = state.playbook.stage(body.stage) if state.playbook else None
    text = f"Stage → {rule.title if rule else body.stage}"
    text += f": {body.reason}" if body.reason else ""
    if body.override:
        passed = Override(event.id, body.stage, body.override, body.overridden, event.occurred_at, event.actor)
        part = fold.part(Overrides)
        part.overrides = (*part.overrides, passed)
        count = len(body.overridden)
        unmet = f"; {count} condition{'s' if count > 1 else ''} not met" if count else ""
        text += f" (override: {body.override}{unmet})"
    fold.entry("stage", text, moves=True)


FOLDS = {StageChanged: _stage}
