"""Action items: what is to be done after an incident, so that it does not come again."""

from datetime import datetime

import msgspec

from console.core.events import ActionAdded, ActionChanged, ActionDone
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident


class ActionItem(msgspec.Struct, frozen=True):
    """Something to be done after the incident, so that it does not come again."""

    id: str
    number: int
    text: str
    owner: str
    priority: str
    due_at: datetime | None
    verify: str
    added_at: datetime
    by: str
    done_at: datetime | None = None
    done_by: str = ""


class ActionItems(Part):
    items: dict[str, ActionItem] = {}


def action_items_of(state: Incident) -> list[ActionItem]:
    """All action items, in the order of the log."""
    return list(state.part(ActionItems).items.values())


def open_action_items(state: Incident) -> list[ActionItem]:
    return [item for item in action_items_of(state) if item.done_at is None]


def _added(fold: Folding, body: ActionAdded) -> None:
    event = fold.event
    item = ActionItem(
        event.id,
        fold.number("action item"),
        body.text,
        body.owner,
        body.priority,
        body.due_at,
        body.verify,
        event.occurred_at,
        event.actor,
    )
    fold.part(ActionItems).items[item.id] = item
    priority = f"{body.priority} " if body.priority else ""
    owner = f" @{body.owner}" if body.owner else ""
    due = f", due {body.due_at:%Y-%m-%d}" if body.due_at else ""
    people = (body.owner,) if body.owner else ()
    fold.entry("action_item", f"{priority}{body.text}{owner}{due}", people=people)


def _changed(fold: Folding, body: ActionChanged) -> None:
    known = fold.part(ActionItems).items
    item = known.get(body.action)
    if item is None:
        return fold.unknown("a change of an action item that is not in this log")
    names = ("text", "owner", "priority", "due_at", "verify")
    changes = {name: getattr(body, name) for name in names if getattr(body, name) is not None}
    item = known[item.id] = msgspec.structs.replace(item, **changes)
    due = f", due {item.due_at:%Y-%m-%d}" if item.due_at else ""
    text = f"Action item {item.number}: {item.priority or 'no priority'}, {item.owner or 'nobody'}{due}: {item.text}"
    fold.entry("action_item", text)


def _done(fold: Folding, body: ActionDone) -> None:
    event, known = fold.event, fold.part(ActionItems).items
    item = known.get(body.action)
    if item is None:
        return fold.unknown("the end of an action item that is not in this log")
    known[item.id] = msgspec.structs.replace(item, done_at=event.occurred_at, done_by=event.actor)
    fold.mark(item.id, "done")
    fold.entry("action_item", f"Done: {item.text}", body.note, about=item.id)


FOLDS = {ActionAdded: _added, ActionChanged: _changed, ActionDone: _done}
