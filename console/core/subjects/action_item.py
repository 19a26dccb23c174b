"""Action items: what is to be done after an incident, so that it does not come again."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

from console.core.language.text import clean
from console.core.language.times import to_ms
from console.core.log.asked import Asked, Read, Word, duration, form
from console.core.log.command import Command
from console.core.log.deciding import Decide, Decision, line, name, proposed, words
from console.core.log.event import Body
from console.core.log.fields import Key, Ref, Text
from console.core.log.find import fitting, listed
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.refusal import Refused


class ActionAdded(Body, frozen=True):
    """Something to be done after the incident, so that it does not come again."""

    text: Text
    owner: Text = ""
    priority: Key = ""
    due_at: datetime | None = None
    verify: Text = ""
    """How one sees that it is done."""


class ActionChanged(Body, frozen=True):
    """None keeps what stood there."""

    action: Ref
    text: Text | None = None
    owner: Text | None = None
    priority: Key | None = None
    due_at: datetime | None = None
    verify: Text | None = None


class ActionDone(Body, frozen=True):
    action: Ref
    note: Text = ""


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


class AddAction(Command, frozen=True, kw_only=True):
    text: str
    owner: str = ""
    priority: str = ""
    due_at: datetime | None = None
    verify: str = ""


class ChangeAction(Command, frozen=True, kw_only=True):
    """None keeps what stands there."""

    action: str
    text: str | None = None
    owner: str | None = None
    priority: str | None = None
    due_at: datetime | None = None
    verify: str | None = None


class FinishAction(Command, frozen=True, kw_only=True):
    action: str
    note: str = ""


def find_action(state: Incident, text: str) -> ActionItem:
    """An open action item by its number (`3` or `A3`), the beginning of its id, or words of its text."""
    items = {item.number: item for item in open_action_items(state)}
    fits = fitting(items, text, "a")
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise Refused(f"“{clean(text)}” fits several action items; use the number.", "action")
    if not items:
        raise Refused("There is no open action item; add one with /action.", "action")
    raise Refused(f"There is no open action item “{clean(text)}”; open are {listed(items, 5)}.", "action")


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


def _add_action(state: Incident, command: AddAction, at: datetime, now: datetime) -> Decision:
    text = words(command.text, "An action item")
    assert state.playbook is not None
    priority = _priority(state.playbook, command.priority)
    due = command.due_at
    rule = next((rule for rule in state.playbook.actions if rule.name == priority), None)
    if due is None and rule is not None and rule.due_s:
        due = at + timedelta(seconds=rule.due_s)
    return proposed(ActionAdded(text, name(command.owner), priority, due, line(command.verify)), at)


def _change_action(state: Incident, command: ChangeAction, at: datetime, now: datetime) -> Decision:
    item = find_action(state, command.action)
    assert state.playbook is not None
    text = None if command.text is None else words(command.text, "An action item")
    priority = None if command.priority is None else _priority(state.playbook, command.priority)
    owner = None if command.owner is None else name(command.owner)
    verify = None if command.verify is None else line(command.verify)
    if (text, owner, priority, command.due_at, verify) == (None,) * 5:
        raise Refused("Say what changes: the text, the owner, the priority, the date or how it is verified.", "text")
    return proposed(ActionChanged(item.id, text, owner, priority, command.due_at, verify), at)


def _finish_action(state: Incident, command: FinishAction, at: datetime, now: datetime) -> Decision:
    item = find_action(state, command.action)
    return proposed(ActionDone(item.id, line(command.note)), at)


def _priority(book: Playbook, text: str) -> str:
    wanted = text.strip().upper()
    known = [rule.name for rule in book.actions] or ["P0", "P1", "P2"]
    if wanted and wanted not in known:
        raise Refused(f"There is no priority “{clean(text)}”: use {', '.join(known)}.", "priority")
    return wanted


_VERIFY = re.compile(r"\s*\bverify:\s*", re.IGNORECASE)


def _read_action(asked: Asked, argument: str) -> Read:
    text, *seen = _VERIFY.split(argument, maxsplit=1)
    priority, owner, due, words = "", "", None, text.split()
    while words:
        first = words[0]
        if not priority and re.fullmatch(r"[Pp]\d", first):
            priority = first.upper()
        elif not owner and len(first) > 1 and first.startswith("@"):
            owner = first[1:]
        elif due is None and (found := due_moment(first, asked.now, asked.zone)) is not None:
            due = found
        else:
            break
        words.pop(0)
    if not words:
        raise form(WORDS["action"], "An action item needs words")
    return AddAction(
        actor=asked.actor,
        text=" ".join(words),
        owner=owner,
        priority=priority,
        due_at=due,
        verify=seen[0].strip() if seen else "",
    )


def due_moment(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """When something is due: `14d`, `36h`, or a date, which means the end of that day where the viewer is."""
    length = duration(text)
    if length is not None:
        return now + length
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return to_ms(datetime.combine(day, time(23, 59, 59), tzinfo=zone).astimezone(UTC))


KINDS: dict[str, type[Body]] = {
    "action_added": ActionAdded,
    "action_changed": ActionChanged,
    "action_done": ActionDone,
}
SIGNS = {"action_item": ""}
FOLDS = {ActionAdded: _added, ActionChanged: _changed, ActionDone: _done}
DECISIONS: dict[type[Command], Decide] = {
    AddAction: _add_action,
    ChangeAction: _change_action,
    FinishAction: _finish_action,
}
WORDS: dict[str, Word] = {
    "action": Word("/action [P0] [@owner] [14d or 2026-12-01] TEXT [verify: how one sees it]", _read_action),
}
