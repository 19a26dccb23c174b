"""Items that were checked off: of checklists, and steps of runbooks."""

from console.core.log.event import Body, Item, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.state import Fact, Incident, Part, Register

RUNBOOK = "runbook:"
"""The beginning of the keys of a runbook's steps: `runbook:ddos/1`."""


class ItemTicked(Body, frozen=True):
    """An item of a checklist (`first-minutes/2`) or a step of a runbook (`runbook:ddos/1`), counted from 1."""

    item: Item
    text: Text
    done: bool = True
    note: Text = ""
    replaces: Replaced = ""

    def apply(self, fold: Folding) -> None:
        fold.states_in(fold.part(Ticks).items, self.item, "done" if self.done else "", self.replaces)
        sign = "✓" if self.done else "open again:"
        fold.entry("check", f"{sign} {self.text}", self.note)


class Ticks(Part):
    items: dict[str, Register] = {}
    """By the item's id; the value is "done" or empty."""


def ticks_of(state: Incident) -> dict[str, Register]:
    """All that was said of items, by their ids."""
    return state.part(Ticks).items


def tick_of(state: Incident, item: str) -> Register:
    """All that was said of an item."""
    return ticks_of(state).get(item, Register())


def ticked(state: Incident, item: str) -> Fact | None:
    """The check of an item: by whom and when; None while it is open."""
    current = tick_of(state, item).current
    return current if current and current.value else None
