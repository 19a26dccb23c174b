"""The fold: events in, state out.

`apply` is pure and total. Inside, a fold works on a shallow copy of the state and replaces containers rather than
changing them, so that every earlier state stays what it was; only the entries share one growing list (see `Entries`).
"""

import copy
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from console.core import events as ev
from console.core import fold_back, fold_process, fold_publication, fold_review
from console.core.events import Event
from console.core.fold_base import amend, close, entry, fact, judge, with_
from console.core.language.times import duration_words, rfc3339
from console.core.log.entries import PROGRESS_KINDS
from console.core.log.state import (
    Amendment,
    Fix,
    Handoff,
    Hypothesis,
    Incident,
    Judgement,
    Met,
    Override,
    Register,
    Snooze,
    Task,
    Update,
)


def fold(ref: str, events: Iterable[Event]) -> Incident:
    """The state of incident `ref` from all its events, in any order; events of other incidents are passed over."""
    ordered = sorted((event for event in events if event.incident == ref), key=lambda event: event.order)
    return extend(Incident(ref), _erased(ordered))


def _erased(ordered: list[Event]) -> list[Event]:
    """The events, in place of each body that a redaction erased what that left of it: a log holds only this already."""
    left = {
        id: raw for event in ordered if isinstance(event.body, ev.EntryRedacted) for id, raw in event.body.left.items()
    }
    if not left:
        return ordered
    return [
        msgspec.structs.replace(event, body=ev.decode_body(ev.kind_of(event.body), left[event.id]))
        if event.id in left
        else event
        for event in ordered
    ]


def apply(state: Incident, event: Event) -> Incident:
    """The state after one more event, which comes later in the log's order than all before it."""
    return extend(state, (event,))


def extend(state: Incident, events: Iterable[Event]) -> Incident:
    """The state after more events, in the log's order and later than those already in it."""
    new = copy.copy(state)
    count = 0
    for event in events:
        _HANDLERS.get(type(event.body), _unknown)(new, event, event.body)
        new.head = event.order
        count += 1
    new.events += count
    return new


def _declared(state: Incident, event: Event, body: ev.IncidentDeclared) -> None:
    if state.declared_at is not None:
        return entry(state, event, "unknown", "a second declaration of this incident, passed over")
    state.playbook = body.playbook
    state.drill, state.retrospective, state.source = body.drill, body.retrospective, body.source
    state.declared_at, state.declared_by, state.declared_id = event.occurred_at, event.actor, event.id
    state.title = state.title.stated(fact(event, body.title))
    state.severity = state.severity.stated(fact(event, body.severity))
    state.stage = state.stage.stated(fact(event, body.stage))
    drill = "Drill declared" if body.drill else "Declared"
    entry(state, event, "declared", f"{drill} {body.severity}: {body.title}", moves=True)


def _title(state: Incident, event: Event, body: ev.TitleChanged) -> None:
    state.title = state.title.stated(fact(event, body.title, body.replaces))
    entry(state, event, "impact", f"Title → {body.title}")


def _impact(state: Incident, event: Event, body: ev.ImpactDescribed) -> None:
    state.impact = state.impact.stated(fact(event, body.text, body.replaces))
    entry(state, event, "impact", f"Impact: {body.text}")


def _component(state: Incident, event: Event, body: ev.ComponentChanged) -> None:
    register = state.components.get(body.component, Register())
    state.components = with_(state.components, body.component, register.stated(fact(event, body.status)))
    entry(state, event, "component", f"{body.component}: {body.status}")


def _logged(state: Incident, event: Event, body: ev.EntryLogged) -> None:
    at = event.occurred_at
    entry(state, event, body.kind, body.text, tags=body.tags, people=body.people, moves=body.kind in PROGRESS_KINDS)
    if body.kind == "hypothesis":
        state.hypotheses = with_(state.hypotheses, event.id, Hypothesis(event.id, body.text, at, event.actor))


def _severity(state: Incident, event: Event, body: ev.SeverityChanged) -> None:
    before = state.severity.value
    state.severity = state.severity.stated(fact(event, body.severity, body.replaces))
    reason = f": {body.reason}" if body.reason else ""
    entry(state, event, "severity", f"Severity {before} → {body.severity}{reason}")


def _stage(state: Incident, event: Event, body: ev.StageChanged) -> None:
    state.stage = state.stage.stated(fact(event, body.stage, body.replaces))
    rule = state.playbook.stage(body.stage) if state.playbook else None
    text = f"Stage → {rule.title if rule else body.stage}"
    text += f": {body.reason}" if body.reason else ""
    if body.override:
        passed = Override(event.id, body.stage, body.override, body.overridden, event.occurred_at, event.actor)
        state.overrides = (*state.overrides, passed)
        count = len(body.overridden)
        unmet = f"; {count} condition{'s' if count > 1 else ''} not met" if count else ""
        text += f" (override: {body.override}{unmet})"
    entry(state, event, "stage", text, moves=True)


def _role_name(state: Incident, role: str) -> str:
    rule = state.playbook.role(role) if state.playbook else None
    return rule.short if rule else role


def _role(state: Incident, event: Event, body: ev.RoleAssigned) -> None:
    register = state.roles.get(body.role, Register())
    state.roles = with_(state.roles, body.role, register.stated(fact(event, body.person, body.replaces)))
    entry(state, event, "role", f"{_role_name(state, body.role)} → {body.person or 'nobody'}")


def _milestone(state: Incident, event: Event, body: ev.MilestoneSet) -> None:
    register = state.milestones_set.get(body.milestone, Register())
    value = rfc3339(body.at) if body.at else ""
    state.milestones_set = with_(state.milestones_set, body.milestone, register.stated(fact(event, value)))
    name = body.milestone.replace("_", " ").capitalize()
    text = f"{name} at {body.at:%Y-%m-%d %H:%M} UTC" if body.at else f"{name}: time taken away"
    entry(state, event, "milestone", text)


def _update(state: Incident, event: Event, body: ev.UpdatePosted) -> None:
    number = 1 + sum(one.audience == body.audience for one in state.updates)
    at, seen = event.occurred_at, event.recorded_at
    state.updates = (
        *state.updates,
        Update(
            event.id, number, body.audience, body.text, body.status, at, seen, event.actor, body.next_at, body.final
        ),
    )
    status = f" · {body.status.capitalize()}" if body.status else ""
    first, _, rest = body.text.partition("\n")
    # A template's own headline says what the entry begins with; the text itself stays whole in the update.
    text = rest.strip() if f"#{number}" in first and rest.strip() else body.text
    entry(state, event, "update", f"{body.audience.capitalize()} #{number}{status}: {text}")


def _task(state: Incident, event: Event, body: ev.TaskAdded) -> None:
    task = Task(event.id, len(state.tasks) + 1, body.text, body.owner, body.due_at, event.occurred_at, event.actor)
    state.tasks = with_(state.tasks, event.id, task)
    owner = f" @{body.owner}" if body.owner else ""
    due = f", back in {duration_words(body.due_at - event.occurred_at)}" if body.due_at else ""
    people = (body.owner,) if body.owner else ()
    entry(state, event, "task", f"{body.text}{owner}{due}", people=people)


def _task_changed(state: Incident, event: Event, body: ev.TaskChanged) -> None:
    task = state.tasks.get(body.task)
    if task is None:
        return entry(state, event, "unknown", "a change of a task that is not in this log")
    amend(state, "tasks", task.id, Amendment(event.id, owner=body.owner, due_at=body.due_at))
    owner = state.tasks[task.id].owner
    entry(state, event, "task", f"Task {task.number} → {owner or 'nobody'}: {task.text}")


def _task_done(state: Incident, event: Event, body: ev.TaskDone) -> None:
    task = state.tasks.get(body.task)
    if task is None:
        return entry(state, event, "unknown", "the end of a task that is not in this log")
    done = Judgement(event.id, "done", event.occurred_at, event.actor, "done")
    close(state, event, task.id, done, f"Done: {task.text}", body.note, "task")


def _fix(state: Incident, event: Event, body: ev.FixAdded) -> None:
    fix = Fix(event.id, body.text, body.where, body.ticket, body.owner, event.occurred_at, event.actor)
    state.fixes = with_(state.fixes, event.id, fix)
    ticket = f", {body.ticket}" if body.ticket else ""
    entry(state, event, "fix", f"{body.text} (temporary{ticket})", moves=True)


def _fix_removed(state: Incident, event: Event, body: ev.FixRemoved) -> None:
    fix = state.fixes.get(body.fix)
    if fix is None:
        return entry(state, event, "unknown", "the removal of a temporary fix that is not in this log")
    removed = Judgement(event.id, "done", event.occurred_at, event.actor, "removed")
    close(state, event, fix.id, removed, f"Temporary fix removed: {fix.text}", body.note, "fix")


def _judged(state: Incident, event: Event, body: ev.HypothesisJudged) -> None:
    known = state.hypotheses.get(body.hypothesis)
    if known is None:
        return entry(state, event, "unknown", "a judgement of a hypothesis that is not in this log")
    verdict = body.verdict.replace("_", " ")
    mark = "" if body.verdict == "open" else verdict
    judged = Judgement(event.id, "judged", event.occurred_at, event.actor, mark, body.verdict, body.evidence)
    close(state, event, known.id, judged, f"{verdict.capitalize()}: {known.text}", body.evidence, "finding")


def _snoozed(state: Incident, event: Event, body: ev.ClockSnoozed) -> None:
    snooze = Snooze(event.id, body.clock, body.due_at, body.until, body.reason, event.actor)
    state.snoozes = (*state.snoozes, snooze)
    by = duration_words(body.until - body.due_at)
    entry(state, event, "clock", f"Snoozed {body.clock.replace(':', ' ')} by {by}: {body.reason}")


def _met(state: Incident, event: Event, body: ev.ObligationMet) -> None:
    state.met = (*state.met, Met(event.id, body.clock, event.occurred_at, event.actor))
    text = f"Done: {body.clock.replace('_', ' ').replace(':', ' ')}"
    entry(state, event, "clock", f"{text}: {body.note}" if body.note else text)


def _offered(state: Incident, event: Event, body: ev.HandoffOffered) -> None:
    handoff = Handoff(event.id, body.role, body.person, body.note, event.actor, event.occurred_at)
    state.handoffs = (*state.handoffs, handoff)
    note = f": {body.note}" if body.note else ""
    entry(state, event, "handoff", f"Handing {_role_name(state, body.role)} over to {body.person}{note}")


def _accepted(state: Incident, event: Event, body: ev.HandoffAccepted) -> None:
    handoff = next((one for one in state.handoffs if one.id == body.handoff), None)
    if handoff is None:
        return entry(state, event, "unknown", "the acceptance of a handoff that is not in this log")
    register = state.roles.get(handoff.role, Register())
    state.roles = with_(state.roles, handoff.role, register.stated(fact(event, handoff.person, body.replaces)))
    judge(state, handoff.id, Judgement(event.id, "done", event.occurred_at, event.actor))
    entry(state, event, "role", f"{_role_name(state, handoff.role)} → {handoff.person}, handoff accepted")


def _unknown(state: Incident, event: Event, body: ev.Body) -> None:
    kind = body.kind if isinstance(body, ev.Unknown) else type(body).__name__
    entry(state, event, "unknown", f"unknown entry ({kind}), written by a newer version")


_HANDLERS: dict[type[ev.Body], Callable[[Incident, Event, Any], None]] = {
    **fold_back.HANDLERS,
    **fold_process.HANDLERS,
    **fold_publication.HANDLERS,
    **fold_review.HANDLERS,
    ev.IncidentDeclared: _declared,
    ev.TitleChanged: _title,
    ev.ImpactDescribed: _impact,
    ev.ComponentChanged: _component,
    ev.EntryLogged: _logged,
    ev.SeverityChanged: _severity,
    ev.StageChanged: _stage,
    ev.RoleAssigned: _role,
    ev.MilestoneSet: _milestone,
    ev.UpdatePosted: _update,
    ev.TaskAdded: _task,
    ev.TaskChanged: _task_changed,
    ev.TaskDone: _task_done,
    ev.FixAdded: _fix,
    ev.FixRemoved: _fix_removed,
    ev.HypothesisJudged: _judged,
    ev.ClockSnoozed: _snoozed,
    ev.ObligationMet: _met,
    ev.HandoffOffered: _offered,
    ev.HandoffAccepted: _accepted,
}
