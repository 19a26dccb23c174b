"""Action items: what is to be done after an incident, so that it does not come again."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

from console.core.language.pattern import late
from console.core.language.text import clean
from console.core.language.times import deadline, to_ms
from console.core.language.when import take_ahead
from console.core.log.command import Command, Decision, SlashContext, Word, line, name, proposed, unless_none, words
from console.core.log.event import Body, Key, Ref, Text
from console.core.log.find import fitting, listed
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part
from console.core.playbook.model import Playbook
from console.core.refusal import Refused
from console.core.subjects.role import one_person


class ActionAdded(Body, frozen=True):
    """Something to be done after the incident, so that it does not come again."""

    text: Text
    owner: Text = ""
    priority: Key = ""
    due_at: datetime | None = None
    verify: Text = ""
    """The way in which it is verified."""

    def apply(self, fold: Folding) -> None:
        number, (id, at, by) = fold.number("action item"), fold.stamp
        item = ActionItem(id, number, self.text, self.owner, self.priority, self.due_at, self.verify, at, by)
        fold.part(ActionItems).items[item.id] = item
        priority = f"{self.priority} " if self.priority else ""
        owner = f" @{self.owner}" if self.owner else ""
        due = ", due " if self.due_at else ""
        people = (self.owner,) if self.owner else ()
        fold.entry("action_item", f"{priority}{self.text}{owner}{due}", people=people, moment=self.due_at)


class ActionChanged(Body, frozen=True):
    """None keeps what stood there."""

    action: Ref
    text: Text | None = None
    owner: Text | None = None
    priority: Key | None = None
    due_at: datetime | None = None
    verify: Text | None = None

    def apply(self, fold: Folding) -> None:
        item = fold.amended(
            fold.part(ActionItems).items, self.action, "a change of an action item",
            text=self.text, owner=self.owner, priority=self.priority, due_at=self.due_at, verify=self.verify,
        )  # fmt: skip
        if item is None:
            return
        fold.names(self.owner or "")
        due, behind = ", due " if item.due_at else "", f": {item.text}"
        head = f"Action item {item.number}: {item.priority or 'no priority'}, {item.owner or 'nobody'}{due}"
        fold.entry("action_item", head if due else head + behind, moment=item.due_at, behind=behind)


class ActionDone(Body, frozen=True):
    action: Ref
    note: Text = ""

    def apply(self, fold: Folding) -> None:
        _, at, by = fold.stamp
        items = fold.part(ActionItems).items
        item = fold.amended(items, self.action, "the end of an action item", done_at=at, done_by=by)
        if item is not None:
            fold.mark(item.id, "done")
            fold.entry("action_item", f"Done: {item.text}", self.note, about=item.id)


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

    def due_in(self, zone: tzinfo) -> str:
        """The due day in words, for a reader in that zone."""
        return deadline(self.due_at, zone) if self.due_at else "no date"


class ActionItems(Part):
    items: dict[str, ActionItem] = {}


def action_items_of(state: Incident) -> list[ActionItem]:
    """All action items, in the order of the log."""
    return list(state.part(ActionItems).items.values())


def open_action_items(state: Incident) -> list[ActionItem]:
    return [item for item in action_items_of(state) if item.done_at is None]


class AddAction(Command, frozen=True, kw_only=True):
    begins = "action item"
    gives_to = ("owner",)
    text: str
    owner: str = ""
    priority: str = ""
    due_at: datetime | None = None
    verify: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        text = words(self.text, "An action item")
        assert state.playbook is not None
        priority = _priority(state.playbook, self.priority)
        due = self.due_at
        rule = next((rule for rule in state.playbook.actions if rule.name == priority), None)
        if due is None and rule is not None and rule.due_s:
            due = at + timedelta(seconds=rule.due_s)
        return proposed(
            ActionAdded(text, one_person(state, name(self.owner), self.actor), priority, due, line(self.verify)), at
        )


class ChangeAction(Command, frozen=True, kw_only=True):
    """None keeps what stands there."""

    gives_to = ("owner",)
    action: str
    text: str | None = None
    owner: str | None = None
    priority: str | None = None
    due_at: datetime | None = None
    verify: str | None = None
    seen: ActionItem | None = None
    """The item as its writer saw it; None: whatever it is."""

    def newer(self, state: Incident) -> str:
        item = state.part(ActionItems).items.get(self.action)
        if item is None or self.seen is None:
            return ""
        changed = [
            words
            for field, words in (("text", "text"), ("owner", "owner"), ("priority", "priority"), ("due_at", "date"),
                                 ("verify", "verification"))
            if getattr(self, field) is not None and getattr(item, field) != getattr(self.seen, field)
        ]  # fmt: skip
        return f"Somebody changed its {', '.join(changed)} meanwhile." if changed else ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        item = find_action(state, self.action)
        assert state.playbook is not None
        text = None if self.text is None else words(self.text, "An action item")
        priority = None if self.priority is None else _priority(state.playbook, self.priority)
        owner = None if self.owner is None else one_person(state, name(self.owner), self.actor)
        verify = unless_none(line, self.verify)
        if (text, owner, priority, self.due_at, verify) == (None,) * 5:
            raise Refused(
                "Say what changes: the text, the owner, the priority, the date or how it is verified.", "text"
            )
        changed = ActionChanged(item.id, text, owner, priority, self.due_at, verify)
        stands = (item.text, item.owner, item.priority, item.due_at, item.verify)
        if all(
            new in (None, old) for new, old in zip((text, owner, priority, self.due_at, verify), stands, strict=True)
        ):
            raise Refused("The action item says that already; write what has changed.", "text")
        return proposed(changed, at)


class FinishAction(Command, frozen=True, kw_only=True):
    action: str
    note: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        return proposed(ActionDone(find_action(state, self.action).id, line(self.note)), at)


def find_action(state: Incident, text: str) -> ActionItem:
    """An open action item by its number (`3` or `A3`), the beginning of its id, or words of its text."""
    items = {item.number: item for item in open_action_items(state)}
    fits = fitting(items, text, "a")
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise Refused(f"“{clean(text)}” matches several action items; use the number.", "action")
    if not items:
        raise Refused("There is no open action item; add one with /action.", "action")
    raise Refused(f"There is no open action item “{clean(text)}”; open items: {listed(items, 5)}.", "action")


def priorities(book: Playbook) -> list[str]:
    """The priorities of action items, as the playbook names them."""
    return [rule.name for rule in book.actions] or ["P0", "P1", "P2"]


def _priority(book: Playbook, text: str) -> str:
    wanted, known = text.strip().upper(), priorities(book)
    if wanted and wanted not in known:
        raise Refused(f"There is no priority “{clean(text)}”: use {', '.join(known)}.", "priority")
    return wanted


_VERIFY = late(r"\s*\bverify:\s*", re.IGNORECASE)


def _read_action(context: SlashContext, argument: str) -> Command:
    text, *seen = _VERIFY.split(argument, maxsplit=1)
    priority, owner, due, words = "", "", None, text.split()
    while words:
        first = words[0]
        if not priority and re.fullmatch(r"[Pp]\d", first):
            priority = first.upper()
        elif not owner and len(first) > 1 and first.startswith("@"):
            owner = first[1:]
        elif due is None and (moment := due_moment(first, context.now, context.zone)) is not None:
            due = moment
        elif (
            due is None
            and first.lower() in ("by", "in")
            and (moment := due_moment(" ".join(words[1:2]), context.now, context.zone))
        ):
            due = moment
            words.pop(0)
        else:
            break
        words.pop(0)
    if not words:
        raise context.malformed("An action item needs words")
    return AddAction(
        actor=context.actor,
        at=context.at,
        text=" ".join(words),
        owner=owner,
        priority=priority,
        due_at=due,
        verify=seen[0].strip() if seen else "",
    )


def due_moment(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The due moment of a text: `14d`, `36h`, `18:00`, or a date, which means the end of that day in the zone."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        length, moment, rest = take_ahead(text, now=now, zone=zone) or (None, None, text)
        return None if rest else moment or (now + length if length else None)
    return to_ms(datetime.combine(day, time(23, 59, 59), tzinfo=zone).astimezone(UTC))


SIGNS = {"action_item": ""}
WORDS: dict[str, Word] = {
    "action": Word("/action [P0] [@owner] [14d or 2026-12-01] TEXT [verify: how it is verified]", _read_action),
}
