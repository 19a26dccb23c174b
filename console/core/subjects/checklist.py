"""Items of checklists and steps of runbooks that were checked off."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from console.core.language.text import clean, one_line
from console.core.log.command import Asked, Command, Decision, Word, line, proposed
from console.core.log.event import Body, Item, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.state import Fact, Incident, Part, Register
from console.core.playbook.model import Checklist
from console.core.playbook.runbook import Runbook
from console.core.refusal import Refused
from console.core.subjects.runbook import OpenRunbook, runbooks_of


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
        fold.entry("check", f"{sign} {self.text}", self.note, moves=self.done)


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


RUNBOOK = "runbook:"


class ChecklistItem(msgspec.Struct, frozen=True):
    """One line to be ticked; `done` says by whom and when it was."""

    id: str
    text: str
    done: Fact | None
    detail: str = ""
    command: str = ""


class ItemList(msgspec.Struct, frozen=True):
    id: str
    title: str
    items: tuple[ChecklistItem, ...]
    now: bool
    """It is for this stage, this severity and this minute; the others can be opened all the same."""
    ladder: bool = False
    """The first item that works is enough."""
    about: str = ""

    @property
    def ticked(self) -> int:
        return sum(one.done is not None for one in self.items)

    @property
    def open(self) -> bool:
        return self.ticked < len(self.items) and not (self.ladder and self.ticked)


def item_lists(state: Incident, now: datetime) -> list[ItemList]:
    """Opened runbooks, the checklists that are for now, then all others, in the playbook's order."""
    book = state.playbook
    lists = [_checklist(state, one, now) for one in book.checklists] if book else []
    runbooks = [_runbook(state, one.runbook) for one in runbooks_of(state).values()]
    return [*runbooks, *(one for one in lists if one.now), *(one for one in lists if not one.now)]


def next_item(state: Incident, now: datetime, actor: str = "") -> tuple[ItemList, ChecklistItem] | None:
    """What to tick next: the first open item of a list that is for now; None when nothing is left.

    A runbook that only others than `actor` follow comes last: its steps are theirs to tick.
    """
    wanted = [one for one in item_lists(state, now) if one.now and one.open]
    others = _of_others(state, actor) if actor else set()
    first = min(wanted, key=lambda one: one.id in others, default=None)
    return (first, next(item for item in first.items if item.done is None)) if first else None


def missing_items(state: Incident, checklist: str, now: datetime) -> list[ChecklistItem]:
    """Items of a checklist that nobody has ticked."""
    found = next((one for one in item_lists(state, now) if one.id == checklist), None)
    return [item for item in found.items if item.done is None] if found else []


def find_item(state: Incident, text: str, now: datetime, actor: str = "") -> ChecklistItem:
    """An item by its id, its number in the list that is for now, or words of it; without any text the next one."""
    wanted = text.strip().lower()
    lists = item_lists(state, now)
    following = next_item(state, now, actor)
    if not wanted or wanted == "next":
        if following is None:
            raise Refused("Nothing is left to tick; see all lists with c.", "item")
        return following[1]
    everything = [item for one in lists for item in one.items]
    exact = [item for item in everything if item.id.lower() == wanted]
    numbered = [item for item in (following[0].items if following else ()) if item.id.rpartition("/")[2] == wanted]
    worded = [item for item in everything if wanted in item.text.lower()]
    for fits in (exact, numbered, [item for item in worded if item.done is None], worded):
        if len(fits) == 1:
            return fits[0]
        if fits:
            names = ", ".join(item.id for item in fits[:4])
            raise Refused(f"“{clean(text)}” fits {len(fits)} items; use one of {names}.", "item")
    raise Refused(f"There is no item “{one_line(text, 40)}” in the lists; see them with c.", "item")


def _of_others(state: Incident, actor: str) -> set[str]:
    """The lists of opened runbooks that this person does not follow."""
    return {
        f"{RUNBOOK}{one.runbook.name}" for one in runbooks_of(state).values() if actor not in _followers(state, one)
    }


def _followers(state: Incident, one: OpenRunbook) -> set[str]:
    """Who opened a runbook, and who has ticked a step of it."""
    steps = range(1, len(one.runbook.steps) + 1)
    ticks = [ticked(state, f"{RUNBOOK}{one.runbook.name}/{place}") for place in steps]
    return {one.by, *(tick.by for tick in ticks if tick)}


def _checklist(state: Incident, one: Checklist, now: datetime) -> ItemList:
    items = tuple(
        ChecklistItem(id, text, ticked(state, id))
        for place, text in enumerate(one.items, 1)
        for id in (f"{one.id}/{place}",)
    )
    return ItemList(one.id, one.title, items, _for_now(state, one, now), one.ordered)


def _for_now(state: Incident, one: Checklist, now: datetime) -> bool:
    done = sum(ticked(state, f"{one.id}/{place}") is not None for place in range(1, len(one.items) + 1))
    # What was begun stays until it is done: what was forgotten is not over with the minute, nor with the stage.
    begun = 0 < done < len(one.items) and not one.ordered and state.open
    if begun:
        return True
    if one.stages and state.stage.value not in one.stages:
        return False
    if one.severities and state.severity.value not in one.severities:
        return False
    since = now - (state.declared_at or now)
    if since < timedelta(seconds=one.from_s):
        return False
    return not one.until_s or since < timedelta(seconds=one.until_s)


def _runbook(state: Incident, runbook: Runbook) -> ItemList:
    items = tuple(
        ChecklistItem(id, step.text, ticked(state, id), step.detail, step.command)
        for place, step in enumerate(runbook.steps, 1)
        for id in (f"{RUNBOOK}{runbook.name}/{place}",)
    )
    return ItemList(f"{RUNBOOK}{runbook.name}", runbook.title, items, True, about=runbook.about)


class TickItem(Command, frozen=True, kw_only=True):
    """`item` is an id, a number or words; empty for the next one."""

    item: str = ""
    done: bool = True
    note: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        item = find_item(state, self.item, now, self.actor)
        if self.done and item.done is not None:
            raise Refused(f"“{one_line(item.text, 40)}” is ticked already, by {item.done.by}; undo with x.", "item")
        if not self.done and item.done is None:
            raise Refused(f"“{one_line(item.text, 40)}” is not ticked; there is nothing to open again.", "item")
        register = state.part(Ticks).items.get(item.id)
        head = register.head if register else ""
        return proposed(ItemTicked(item.id, item.text, self.done, line(self.note), head), at)


def _read_check(done: bool) -> Callable[[Asked, str], Command]:
    def read(asked: Asked, argument: str) -> Command:
        # A runbook's step has a colon in its name, as in runbook:ddos/1.
        item, _, note = argument.partition(": ")
        if not done and not item.strip():
            raise asked.malformed("Name the item")
        return TickItem(actor=asked.actor, at=asked.at, item=item.strip(), done=done, note=note.strip())

    return read


SIGNS = {"check": ""}
WORDS: dict[str, Word] = {
    "check": Word("/check [ITEM] [: note]", _read_check(True)),
    "uncheck": Word("/uncheck ITEM", _read_check(False)),
}
