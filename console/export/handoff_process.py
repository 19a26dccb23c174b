"""The sections of a handoff that come from the team's process; each yields its lines, none where there is nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime

from console.core.language.grounds import standing_on
from console.core.log.clocks import open_clocks
from console.core.log.milestones import milestones
from console.core.log.state import Incident
from console.core.playbook.gates import missing
from console.core.subjects.action_item import open_action_items
from console.core.subjects.change import Change, changes_in_flight
from console.core.subjects.checklist import ItemList, item_lists
from console.core.subjects.page import last_pages, page_words
from console.core.subjects.postmortem import postmortem_of, wants_postmortem
from console.core.subjects.runbook import runbooks_of
from console.core.subjects.stage import overrides_of
from console.core.subjects.tick import RUNBOOK
from console.export.timeline import inline

At = Callable[[datetime], str]
"""The function that writes a moment."""


def sentence(text: str) -> str:
    """The text with a full stop, where it has no end of its own."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def changes(state: Incident, at: At) -> Iterator[str]:
    """Production changes that are under way, with the way back."""
    for change in changes_in_flight(state):
        back = f"rollback plan: {inline(change.rollback)}" if change.rollback else "no rollback plan"
        yield f"- {inline(change.text)}: {inline(change.by)}, since {at(change.at)}; {back}"


def in_flight(flying: list[Change]) -> str:
    """A clause on what is being changed right now; empty where nothing is."""
    if not flying:
        return ""
    count = "1 production change is" if len(flying) == 1 else f"{len(flying)} production changes are"
    listed = ", ".join(f"“{inline(change.text)}” by {inline(change.by)}" for change in flying)
    return f"{count} in flight: {listed}"


def runbooks(state: Incident, now: datetime, at: At) -> Iterator[str]:
    books = runbooks_of(state)
    for item_list in _runbooks(state, now):
        left = [(place, item) for place, item in enumerate(item_list.items, 1) if item.done is None]
        count = len(item_list.items)
        done = f"{item_list.ticked} of {count} done" if left else f"all {count} done"
        book = books[item_list.id.removeprefix(RUNBOOK)]
        if book.closed_at is not None:
            done += f"; closed {at(book.closed_at)} by {inline(book.closed_by)}"
        elif left:
            place, item = left[0]
            done += f"; next is {place}: {inline(item.text)}"
        yield f"- {inline(item_list.title)}, {done}"


def next_steps(state: Incident, now: datetime) -> Iterator[str]:
    """The next steps by the process: changes seen through, runbooks gone on with, somebody for the postmortem."""
    for change in changes_in_flight(state):
        back = f" Rollback plan: {inline(change.rollback)}" if change.rollback else ""
        step = f"- See {inline(change.by)}'s change through before anybody starts another: “{inline(change.text)}”."
        yield sentence(step + back)
    for item_list in _runbooks(state, now):
        following = next((item for item in item_list.items if item.done is None), None)
        if following and item_list.open:
            yield sentence(f"- Go on with the runbook “{inline(item_list.title)}”: {inline(following.text)}")
    if state.phase != "active" and wants_postmortem(state) and not postmortem_of(state).owner.value:
        owner = f"- Find an owner for the postmortem; {inline(state.severity.value)} requires one."
        yield standing_on(owner, state.stage.value)


def next_stage(state: Incident, now: datetime, at: At) -> Iterator[str]:
    """The stage that follows, or closing; while its gate is shut, what that waits for, and until when."""
    book = state.playbook
    after = book.after(state.stage.value) if book else None
    if after is None or state.phase == "over":
        return
    closing = after.phase == "over"
    step = "Next: close the incident" if closing else f"Next stage: {inline(after.title)}"
    if closing and after.title.lower() != "closed":
        step += f", with the stage {inline(after.title)}"
    wants = missing(state, after.name, now)
    if not wants:
        yield standing_on(f"- {step}.", state.stage.value)
        return
    stability = next((clock for clock in open_clocks(state, now) if clock.kind == "stability"), None)
    yield standing_on(f"- {step}, once this holds:", state.stage.value)
    for want in wants:
        until = f", until {at(stability.due_at)}" if want.need == "stable" and stability else ""
        grounds = (state.stage.value, state.severity.value, *milestones(state).values())
        yield standing_on(f"  - {inline(want.what)}{until}", *grounds)


def _runbooks(state: Incident, now: datetime) -> list[ItemList]:
    return [item_list for item_list in item_lists(state, now) if item_list.id.startswith(RUNBOOK)]


def gates(state: Incident, at: At) -> Iterator[str]:
    """Gates that were passed although something was missing, with the reason that was given."""
    for override in overrides_of(state):
        stage = inline(state.stage_title(override.stage))
        yield f"- {stage}, {at(override.at)} by {inline(override.by)}: {inline(override.reason)}"
        for unmet in override.unmet:
            yield f"  - despite: {inline(unmet)}"


def afterwards(state: Incident, at: At) -> Iterator[str]:
    """The work once the fire is out: the postmortem with its owner, and what else is to be done."""
    owner = inline(postmortem_of(state).owner.value)
    words = {"in_review": "in review", "final": "final"}.get(postmortem_of(state).review.value, "a draft")
    if owner:
        yield f"- {owner} writes the postmortem; it is {words}."
    elif wants_postmortem(state):
        yield f"- Nobody writes the postmortem yet; {inline(state.severity.value)} requires one."
    for item in open_action_items(state):
        due = f"due {at(item.due_at)}" if item.due_at else ""
        detail = ", ".join(part for part in (inline(item.priority), inline(item.owner) or "nobody has it", due) if part)
        seen = f"; done when {inline(item.verify)}" if item.verify else ""
        yield f"- Action item {item.number} ({detail}): {inline(item.text)}{seen}"


def pages(state: Incident, at: At) -> Iterator[str]:
    """The people who were called, and whether they answered."""
    for page in last_pages(state):
        yield f"- {inline(page.text)}: {inline(page_words(page, at))}"


def contacts(state: Incident) -> Iterator[str]:
    """Whom the playbook names for an incident of this severity."""
    book, severity = state.playbook, state.severity.value
    if book is None:
        return
    for contact in book.contacts_for(severity):
        usually = f"; usually {inline(contact.usually)}" if contact.usually else ""
        reach = inline(contact.reach) or f"not given in the playbook{usually}"
        yield standing_on(f"- {inline(contact.name)}: {reach}", severity)
    rules = book.rungs_for(severity)
    if rules:
        yield "\nEscalation:\n"
    for rule in rules:
        yield standing_on(f"- {inline(rule.when)}: {inline(rule.to)}", severity)
    if book.escalate_to and not book.escalation:
        yield f"- Escalation: {inline(book.escalate_to)}"
