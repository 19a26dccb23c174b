"""The fold of what comes after the fire: the postmortem's sections, its review, and the action items."""

from collections.abc import Callable
from typing import Any

from console.core import events as ev
from console.core.events import Event
from console.core.fold_base import amend, entry, fact, judge, stated, with_
from console.core.log.state import ActionItem, Amendment, Incident, Judgement


def _assigned(state: Incident, event: Event, body: ev.PostmortemAssigned) -> None:
    state.postmortem_owner = state.postmortem_owner.stated(fact(event, body.person, body.replaces))
    entry(state, event, "postmortem", f"Postmortem → {body.person or 'nobody'}")


def _edited(state: Incident, event: Event, body: ev.PostmortemEdited) -> None:
    state.postmortem = stated(state.postmortem, body.section, fact(event, body.text, body.replaces))
    name = body.section.replace("_", " ")
    entry(state, event, "postmortem", f"Postmortem: {name} {'written' if body.text else 'back to what the log says'}")


def _reviewed(state: Incident, event: Event, body: ev.PostmortemReviewed) -> None:
    state.review = state.review.stated(fact(event, body.state, body.replaces))
    entry(state, event, "postmortem", f"Postmortem is {body.state.replace('_', ' ')}")


def _action(state: Incident, event: Event, body: ev.ActionAdded) -> None:
    item = ActionItem(
        event.id, len(state.actions) + 1, body.text, body.owner, body.priority, body.due_at, body.verify,
        event.occurred_at, event.actor,
    )  # fmt: skip
    state.actions = with_(state.actions, event.id, item)
    priority = f"{body.priority} " if body.priority else ""
    owner = f" @{body.owner}" if body.owner else ""
    due = f", due {body.due_at:%Y-%m-%d}" if body.due_at else ""
    people = (body.owner,) if body.owner else ()
    entry(state, event, "action_item", f"{priority}{body.text}{owner}{due}", people=people)


def _action_changed(state: Incident, event: Event, body: ev.ActionChanged) -> None:
    if body.action not in state.actions:
        return entry(state, event, "unknown", "a change of an action item that is not in this log")
    change = Amendment(
        event.id, text=body.text, owner=body.owner, priority=body.priority, due_at=body.due_at, verify=body.verify
    )
    amend(state, "actions", body.action, change)
    item = state.actions[body.action]
    due = f", due {item.due_at:%Y-%m-%d}" if item.due_at else ""
    text = f"Action item {item.number}: {item.priority or 'no priority'}, {item.owner or 'nobody'}{due}: {item.text}"
    entry(state, event, "action_item", text)


def _action_done(state: Incident, event: Event, body: ev.ActionDone) -> None:
    item = state.actions.get(body.action)
    if item is None:
        return entry(state, event, "unknown", "the end of an action item that is not in this log")
    judge(state, item.id, Judgement(event.id, "done", event.occurred_at, event.actor, "done"))
    note = f": {body.note}" if body.note else ""
    entry(state, event, "action_item", f"Done: {item.text}{note}")


HANDLERS: dict[type[ev.Body], Callable[[Incident, Event, Any], None]] = {
    ev.PostmortemAssigned: _assigned,
    ev.PostmortemEdited: _edited,
    ev.PostmortemReviewed: _reviewed,
    ev.ActionAdded: _action,
    ev.ActionChanged: _action_changed,
    ev.ActionDone: _action_done,
}
