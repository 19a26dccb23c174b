"""The fold of what a team's process adds: playbooks, triage, checklists, runbooks, changes of production, advice."""

from collections.abc import Callable
from typing import Any

from console.core import events as ev
from console.core.events import Event
from console.core.fold_base import amend, close, entry, fact, judge, stated, with_
from console.core.log.state import Amendment, Change, Edition, Incident, Judgement, OpenRunbook, Silence, Triage

OUTCOMES = {"done": "done", "rolled_back": "rolled back", "failed": "failed"}


def _playbook(state: Incident, event: Event, body: ev.PlaybookChanged) -> None:
    if not state.editions and state.playbook is not None and state.declared_at is not None:
        state.editions = (Edition(state.declared_id, state.playbook, state.declared_at),)
    state.editions = (*state.editions, Edition(event.id, body.playbook, event.occurred_at))
    state.playbook = body.playbook
    state.severity = state.severity.stated(fact(event, body.severity, state.severity.head))
    state.stage = state.stage.stated(fact(event, body.stage, state.stage.head))
    reason = f": {body.reason}" if body.reason else ""
    entry(state, event, "playbook", f"Playbook → {body.playbook.name}, {body.severity}, {body.stage}{reason}")


def _triage(state: Incident, event: Event, body: ev.TriageAnswered) -> None:
    answers = Triage(event.id, body.answers, body.suggested, body.reason, event.occurred_at, event.actor)
    state.triages = (*state.triages, answers)
    said = "; ".join(f"{name.replace('_', ' ')}: {answer}" for name, answer in body.answers.items() if answer)
    suggests = f" → {body.suggested}: {body.reason}" if body.suggested else ""
    entry(state, event, "triage", f"Triage{suggests} ({said})" if said else f"Triage{suggests}")


def _ticked(state: Incident, event: Event, body: ev.ItemTicked) -> None:
    state.ticks = stated(state.ticks, body.item, fact(event, "done" if body.done else "", body.replaces))
    sign = "✓" if body.done else "open again:"
    note = f": {body.note}" if body.note else ""
    entry(state, event, "check", f"{sign} {body.text}{note}", moves=body.done)


def _runbook(state: Incident, event: Event, body: ev.RunbookOpened) -> None:
    opened = OpenRunbook(event.id, body.runbook, event.occurred_at, event.actor)
    state.runbooks = with_(state.runbooks, body.runbook.name, opened)
    entry(state, event, "runbook", f"Runbook opened: {body.runbook.title}")


def _acknowledged(state: Incident, event: Event, body: ev.TaskAcknowledged) -> None:
    task = state.tasks.get(body.task)
    if task is None:
        return entry(state, event, "unknown", "an acknowledgement of a task that is not in this log")
    judge(state, task.id, Judgement(event.id, "acknowledged", event.occurred_at, event.actor))
    entry(state, event, "task", f"Task {task.number} acknowledged by {task.owner or event.actor}: {task.text}")


def _claimed(state: Incident, event: Event, body: ev.ChangeClaimed) -> None:
    change = Change(event.id, body.text, body.rollback, event.actor, event.occurred_at, body.despite)
    state.changes = with_(state.changes, event.id, change)
    rollback = f" (back: {body.rollback})" if body.rollback else ""
    entry(state, event, "change", f"Change: {body.text}{rollback}", moves=True)


def _ended(state: Incident, event: Event, body: ev.ChangeEnded) -> None:
    change = state.changes.get(body.change)
    if change is None:
        return entry(state, event, "unknown", "the end of a change that is not in this log")
    outcome = OUTCOMES.get(body.outcome, body.outcome)
    ended = Judgement(event.id, "ended", event.occurred_at, event.actor, outcome, body.outcome)
    close(state, event, change.id, ended, f"Change {outcome}: {change.text}", body.note, "change")


def _fix_changed(state: Incident, event: Event, body: ev.FixChanged) -> None:
    if body.fix not in state.fixes:
        return entry(state, event, "unknown", "a change of a temporary fix that is not in this log")
    amend(state, "fixes", body.fix, Amendment(event.id, where=body.where, ticket=body.ticket, owner=body.owner))
    said = [f"where {body.where}", f"ticket {body.ticket}", f"owner {body.owner}"]
    given = [words for words, value in zip(said, (body.where, body.ticket, body.owner), strict=True) if value]
    entry(state, event, "fix", f"Temporary fix, {', '.join(given) or 'changed'}: {state.fixes[body.fix].text}")


def _silenced(state: Incident, event: Event, body: ev.NudgeSilenced) -> None:
    state.silences = (*state.silences, Silence(event.id, body.nudge))
    reason = f": {body.reason}" if body.reason else ""
    entry(state, event, "clock", f"Advice silenced: {body.nudge.replace('_', ' ').replace(':', ' ')}{reason}")


HANDLERS: dict[type[ev.Body], Callable[[Incident, Event, Any], None]] = {
    ev.PlaybookChanged: _playbook,
    ev.TriageAnswered: _triage,
    ev.ItemTicked: _ticked,
    ev.RunbookOpened: _runbook,
    ev.TaskAcknowledged: _acknowledged,
    ev.ChangeClaimed: _claimed,
    ev.ChangeEnded: _ended,
    ev.FixChanged: _fix_changed,
    ev.NudgeSilenced: _silenced,
}
