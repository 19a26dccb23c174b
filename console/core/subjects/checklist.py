"""Items of checklists and steps of runbooks that were checked off."""

from console.core.events import ItemTicked
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Fact, Incident, Register


class Ticks(Part):
    items: dict[str, Register] = {}
    """By the item's id; the value is "done" or empty."""


def tick_of(state: Incident, item: str) -> Register:
    """All that was said of an item."""
    return state.part(Ticks).items.get(item, Register())


def ticked(state: Incident, item: str) -> Fact | None:
    """Who checked off an item and when; None while it is open."""
    current = tick_of(state, item).current
    return current if current and current.value else None


def _ticked(fold: Folding, body: ItemTicked) -> None:
    fold.states_in(fold.part(Ticks).items, body.item, "done" if body.done else "", body.replaces)
    sign = "✓" if body.done else "open again:"
    fold.entry("check", f"{sign} {body.text}", body.note, moves=body.done)


FOLDS = {ItemTicked: _ticked}
