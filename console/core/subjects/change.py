"""Production changes: claimed before they are made, ended when they are over."""

from datetime import datetime

import msgspec

from console.core.events import ChangeClaimed, ChangeEnded
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident

OUTCOMES = {"done": "done", "rolled_back": "rolled back", "failed": "failed"}
"""How a change may end, with the words for it."""


class Change(msgspec.Struct, frozen=True):
    """A change of production: claimed before it is made, ended when it is over."""

    id: str
    text: str
    rollback: str
    by: str
    at: datetime
    despite: tuple[str, ...] = ()
    ended_at: datetime | None = None
    outcome: str = ""
    """done, rolled_back or failed."""

    @property
    def in_flight(self) -> bool:
        return self.ended_at is None


class Changes(Part):
    changes: dict[str, Change] = {}


def changes_of(state: Incident) -> dict[str, Change]:
    """All production changes, by their id."""
    return state.part(Changes).changes


def changes_in_flight(state: Incident) -> list[Change]:
    """Changes of production that are under way."""
    return [change for change in changes_of(state).values() if change.in_flight]


def _claimed(fold: Folding, body: ChangeClaimed) -> None:
    event = fold.event
    change = Change(event.id, body.text, body.rollback, event.actor, event.occurred_at, body.despite)
    fold.part(Changes).changes[change.id] = change
    rollback = f" (back: {body.rollback})" if body.rollback else ""
    fold.entry("change", f"Change: {body.text}{rollback}", moves=True, words=body.text)


def _ended(fold: Folding, body: ChangeEnded) -> None:
    known = fold.part(Changes).changes
    change = known.get(body.change)
    if change is None:
        return fold.unknown("the end of a change that is not in this log")
    known[change.id] = msgspec.structs.replace(change, ended_at=fold.event.occurred_at, outcome=body.outcome)
    outcome = OUTCOMES.get(body.outcome, body.outcome)
    fold.mark(change.id, outcome)
    fold.entry("change", f"Change {outcome}: {change.text}", body.note, moves=True, about=change.id)


FOLDS = {ChangeClaimed: _claimed, ChangeEnded: _ended}
CORRECTABLE = (ChangeClaimed,)
