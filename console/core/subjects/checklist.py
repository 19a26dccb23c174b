"""Lists of what is to be checked off: the playbook's checklists, and the runbooks that were opened."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from console.core.language.names import unquoted
from console.core.language.text import clean, one_line
from console.core.log.command import Command, Decision, Offering, SlashContext, Word, line, proposed
from console.core.log.state import Fact, Incident
from console.core.playbook.model import Checklist
from console.core.playbook.runbook import Step
from console.core.refusal import Refused
from console.core.subjects.runbook import OpenedRunbook, runbooks_of
from console.core.subjects.tick import RUNBOOK, ItemTicked, tick_of, ticked


class ChecklistItem(msgspec.Struct, frozen=True):
    """One line to be checked off; `done` says by whom and when it was."""

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
    closed: bool = False
    """It is a runbook that nobody follows any more; what was checked off in it stands."""

    @property
    def ticked(self) -> int:
        return sum(item.done is not None for item in self.items)

    @property
    def open(self) -> bool:
        return not self.closed and self.ticked < len(self.items) and not (self.ladder and self.ticked)


def item_lists(state: Incident, now: datetime) -> list[ItemList]:
    """Open runbooks, the checklists that are for now, all others in the playbook's order, then closed runbooks."""
    lists = [_checklist(state, checklist, now) for checklist in (state.playbook.checklists if state.playbook else ())]
    runbooks = [_runbook(state, opened) for opened in runbooks_of(state).values()]
    return sorted([*runbooks, *sorted(lists, key=lambda listed: not listed.now)], key=lambda listed: listed.closed)


def next_item(state: Incident, now: datetime, actor: str = "") -> tuple[ItemList, ChecklistItem] | None:
    """The item to check off next: the first open item of a list that is for now; None when nothing is left.

    A runbook that only others than `actor` follow comes last: its steps are theirs to check off.
    """
    wanted = [listed for listed in item_lists(state, now) if listed.now and listed.open]
    others = _of_others(state, actor) if actor else set()
    first = min(wanted, key=lambda listed: listed.id in others, default=None)
    return (first, next(item for item in first.items if item.done is None)) if first else None


def missing_items(state: Incident, checklist: str, now: datetime) -> list[ChecklistItem]:
    """Items of a checklist that nobody has checked off."""
    items = next((listed.items for listed in item_lists(state, now) if listed.id == checklist), ())
    return [item for item in items if item.done is None]


def find_item(state: Incident, text: str, now: datetime, actor: str = "") -> ChecklistItem:
    """An item by its id, its number in the list that is for now, or words of it; without any text the next one."""
    wanted = unquoted(text.strip()).lower()
    lists = item_lists(state, now)
    following = next_item(state, now, actor)
    if not wanted or wanted == "next":
        if following is None:
            raise Refused("Nothing is left to check off; open a runbook, or name an item.", "item")
        return following[1]
    everything = [item for listed in lists if not listed.closed for item in listed.items]
    if any(item.id.lower() == wanted for listed in lists if listed.closed for item in listed.items):
        raise Refused("The runbook of this step is closed; open it again first.", "item")
    exact = [item for item in everything if item.id.lower() == wanted]
    numbered = [item for item in (following[0].items if following else ()) if item.id.rpartition("/")[2] == wanted]
    worded = [item for item in everything if wanted in item.text.lower()]
    for fits in (exact, numbered, [item for item in worded if item.done is None], worded):
        if len(fits) == 1:
            return fits[0]
        if fits:
            names = ", ".join(item.id for item in fits[:4])
            raise Refused(f"“{clean(text)}” matches {len(fits)} items; use one of {names}.", "item")
    raise Refused(f"There is no item “{one_line(text, 40)}” in the lists; use words of an item that they show.", "item")


def _of_others(state: Incident, actor: str) -> set[str]:
    """The lists of opened runbooks of which this person neither opened one nor checked off a step."""
    lists = [(opened.by, _runbook(state, opened)) for opened in runbooks_of(state).values()]
    return {
        listed.id for by, listed in lists if actor not in (by, *(item.done.by for item in listed.items if item.done))
    }


def _runbook(state: Incident, opened: OpenedRunbook) -> ItemList:
    book, closed = opened.runbook, opened.closed_at is not None
    id = f"{RUNBOOK}{book.name}"
    return ItemList(id, book.title, _items(state, id, book.steps), not closed, about=book.about, closed=closed)


def _checklist(state: Incident, checklist: Checklist, now: datetime) -> ItemList:
    items = _items(state, checklist.id, map(Step, checklist.items))
    return ItemList(checklist.id, checklist.title, items, _for_now(state, checklist, items, now), checklist.ordered)


def _items(state: Incident, listed: str, steps: Iterable[Step]) -> tuple[ChecklistItem, ...]:
    numbered = [(f"{listed}/{place}", step) for place, step in enumerate(steps, 1)]
    return tuple(ChecklistItem(id, step.text, ticked(state, id), step.detail, step.command) for id, step in numbered)


def _for_now(state: Incident, checklist: Checklist, items: Sequence[ChecklistItem], now: datetime) -> bool:
    done = sum(item.done is not None for item in items)
    # What was begun stays until it is done: what was forgotten is not over with the minute, nor with the stage.
    if 0 < done < len(items) and not checklist.ordered and state.open:
        return True
    if checklist.stages and state.stage.value not in checklist.stages:
        return False
    if checklist.severities and state.severity.value not in checklist.severities:
        return False
    since = now - (state.declared_at or now)
    if since < timedelta(seconds=checklist.from_s):
        return False
    return not checklist.until_s or since < timedelta(seconds=checklist.until_s)


class TickItem(Command, frozen=True, kw_only=True):
    """`item` is an id, a number or words; empty for the next one."""

    item: str = ""
    done: bool = True
    note: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        item = find_item(state, self.item, now, self.actor)
        register = tick_of(state, item.id)
        if register.conflict:
            return proposed(ItemTicked(item.id, item.text, self.done, line(self.note), register.head), at)
        if self.done and item.done is not None:
            raise Refused(f"“{one_line(item.text, 40)}” is checked off already, by {item.done.by}.", "item")
        if not self.done and item.done is None:
            raise Refused(f"“{one_line(item.text, 40)}” is not checked off; there is nothing to uncheck.", "item")
        return proposed(ItemTicked(item.id, item.text, self.done, line(self.note), register.head), at)


def _read_check(done: bool) -> Callable[[SlashContext, str], Command]:
    def read(context: SlashContext, argument: str) -> Command:
        # A runbook's step has a colon in its name, as in runbook:ddos/1.
        item, _, note = argument.partition(": ")
        if not done and not item.strip():
            raise context.malformed("Name the item")
        return TickItem(actor=context.actor, at=context.at, item=item.strip(), done=done, note=note.strip())

    return read


SIGNS = {"check": ""}


def _open_items(known: Offering) -> list[str]:
    lists = item_lists(known.state, known.at)
    return [item.id for items in lists if not items.closed for item in items.items if not item.done]


def _checked_items(known: Offering) -> list[str]:
    return [item.id for items in item_lists(known.state, known.at) for item in items.items if item.done]


WORDS: dict[str, Word] = {
    "check": Word("/check [ITEM] [: note]", _read_check(True), offers=(_open_items,)),
    "uncheck": Word("/uncheck ITEM", _read_check(False), offers=(_checked_items,)),
}
