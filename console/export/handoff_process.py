"""The sections of a handoff that come from the team's process; each yields its lines, none where there is nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime

from console.core.log.state import Incident
from console.core.playbook.model import needs_postmortem
from console.core.subjects.action_item import open_action_items
from console.core.subjects.change import Change, changes_in_flight
from console.core.subjects.checklist import RUNBOOK, ItemList, item_lists
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.stage import overrides_of
from console.export.timeline import inline

At = Callable[[datetime], str]
"""How a moment is written."""


def sentence(text: str) -> str:
    """The text with a full stop, where it has no end of its own."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def changes(state: Incident, at: At) -> Iterator[str]:
    """Changes of production that are under way, with the way back."""
    for one in changes_in_flight(state):
        back = f"back: {inline(one.rollback)}" if one.rollback else "no way back is named"
        yield f"- {inline(one.text)}: {inline(one.by)}, since {at(one.at)}; {back}"


def in_flight(found: list[Change]) -> str:
    """A clause on what is being changed right now; empty where nothing is."""
    if not found:
        return ""
    count = "One change of production is" if len(found) == 1 else f"{len(found)} changes of production are"
    told = ", ".join(f"“{inline(one.text)}” by {inline(one.by)}" for one in found)
    return f"{count} in flight: {told}"


def runbooks(state: Incident, now: datetime) -> Iterator[str]:
    for one in _opened(state, now):
        left = [(place, item) for place, item in enumerate(one.items, 1) if item.done is None]
        if left:
            place, item = left[0]
            yield f"- {inline(one.title)}, {one.ticked} of {len(one.items)} done; next is {place}: {inline(item.text)}"
        else:
            yield f"- {inline(one.title)}, all {len(one.items)} done"


def next_steps(state: Incident, now: datetime) -> Iterator[str]:
    """What the process wants next: changes seen through, runbooks gone on with, somebody for the postmortem."""
    for change in changes_in_flight(state):
        back = f" The way back: {inline(change.rollback)}" if change.rollback else ""
        said = f"- See {inline(change.by)}'s change through before anybody begins another: “{inline(change.text)}”."
        yield sentence(said + back)
    for one in _opened(state, now):
        following = next((item for item in one.items if item.done is None), None)
        if following:
            yield sentence(f"- Go on with the runbook “{inline(one.title)}”: {inline(following.text)}")
    if state.phase != "active" and _wants_owner(state):
        yield f"- Find somebody for the postmortem; {inline(state.severity.value)} wants one."


def _opened(state: Incident, now: datetime) -> list[ItemList]:
    return [one for one in item_lists(state, now) if one.id.startswith(RUNBOOK)]


def gates(state: Incident, at: At) -> Iterator[str]:
    """Gates that were passed although something was missing, with the reason that was given."""
    for one in overrides_of(state):
        rule = state.playbook.stage(one.stage) if state.playbook else None
        stage = inline(rule.title if rule else one.stage)
        yield f"- {stage}, {at(one.at)} by {inline(one.by)}: {inline(one.reason)}"
        for unmet in one.unmet:
            yield f"  - not met: {inline(unmet)}"


def afterwards(state: Incident, at: At) -> Iterator[str]:
    """Who writes the postmortem, and what else is to be done once the fire is out."""
    owner = inline(postmortem_of(state).owner.value)
    words = {"in_review": "in review", "final": "final"}.get(postmortem_of(state).review.value, "a draft")
    if owner:
        yield f"- {owner} writes the postmortem; it is {words}."
    elif _wants_owner(state):
        yield f"- Nobody writes the postmortem yet; {inline(state.severity.value)} wants one."
    for one in open_action_items(state):
        due = f"due {at(one.due_at)}" if one.due_at else ""
        detail = ", ".join(part for part in (inline(one.priority), inline(one.owner) or "nobody has it", due) if part)
        seen = f"; done when {inline(one.verify)}" if one.verify else ""
        yield f"- Action item {one.number} ({detail}): {inline(one.text)}{seen}"


def contacts(state: Incident) -> Iterator[str]:
    """Whom the playbook names for an incident of this severity."""
    book, severity = state.playbook, state.severity.value
    if book is None:
        return
    for contact in book.contacts:
        if not contact.severities or severity in contact.severities:
            yield f"- {inline(contact.name)}: {inline(contact.reach)}"
    rules = [rule for rule in book.escalation if not rule.severities or severity in rule.severities]
    if rules:
        yield "\nEscalation:\n"
    for rule in rules:
        yield f"- {inline(rule.when)}: {inline(rule.to)}"
    if book.escalate_to and not book.escalation:
        yield f"- Escalation: {inline(book.escalate_to)}"


def _wants_owner(state: Incident) -> bool:
    rule = state.severity_rule
    return rule is not None and not postmortem_of(state).owner.value and needs_postmortem(rule)
