"""The fold: events in, state out.

`apply` is pure and total. Inside, a fold works on a shallow copy of the state and replaces containers rather than
changing them, so that every earlier state stays what it was; only the entries share one growing list (see `Entries`).
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

import msgspec

from console.core import events as ev
from console.core.entries import LATE_S, PROGRESS_KINDS, Entry
from console.core.events import Event
from console.core.state import (
    Correction,
    Fact,
    Fix,
    Handoff,
    Hypothesis,
    Incident,
    Met,
    Register,
    Snooze,
    Task,
    Update,
)
from console.core.times import duration_words, rfc3339

_V = TypeVar("_V")
_LATE = timedelta(seconds=LATE_S)


def fold(ref: str, events: Iterable[Event]) -> Incident:
    """The state of incident `ref` from all its events, in any order; events of other incidents are passed over."""
    ordered = sorted((event for event in events if event.incident == ref), key=lambda event: event.order)
    return extend(Incident(ref), ordered)


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


def _entry(state: Incident, event: Event, kind: str, text: str, **more: Any) -> None:
    late = event.recorded_at - event.occurred_at > _LATE and not state.retrospective
    state.entries = state.entries.appended(
        Entry(event.id, kind, event.occurred_at, event.recorded_at, event.actor, text, late=late, **more)
    )


def _fact(event: Event, value: str, replaces: str = "") -> Fact:
    return Fact(event.id, value, event.occurred_at, event.actor, replaces)


def _with(mapping: Mapping[str, _V], key: str, value: _V) -> dict[str, _V]:
    return {**mapping, key: value}


def _progress(state: Incident, at: datetime) -> None:
    if state.progress_at is None or at > state.progress_at:
        state.progress_at = at


def _mark(state: Incident, id: str, mark: str) -> None:
    state.entries = state.entries.replaced(id, lambda entry: msgspec.structs.replace(entry, mark=mark))


def _declared(state: Incident, event: Event, body: ev.IncidentDeclared) -> None:
    if state.declared_at is not None:
        return _entry(state, event, "unknown", "a second declaration of this incident, passed over")
    state.playbook = body.playbook
    state.drill, state.retrospective, state.source = body.drill, body.retrospective, body.source
    state.declared_at, state.declared_by, state.declared_id = event.occurred_at, event.actor, event.id
    state.title = state.title.stated(_fact(event, body.title))
    state.severity = state.severity.stated(_fact(event, body.severity))
    state.stage = state.stage.stated(_fact(event, body.stage))
    _progress(state, event.occurred_at)
    drill = "Drill declared" if body.drill else "Declared"
    _entry(state, event, "declared", f"{drill} {body.severity}: {body.title}")


def _title(state: Incident, event: Event, body: ev.TitleChanged) -> None:
    state.title = state.title.stated(_fact(event, body.title, body.replaces))
    _entry(state, event, "impact", f"Title → {body.title}")


def _impact(state: Incident, event: Event, body: ev.ImpactDescribed) -> None:
    state.impact = state.impact.stated(_fact(event, body.text, body.replaces))
    _entry(state, event, "impact", f"Impact: {body.text}")


def _component(state: Incident, event: Event, body: ev.ComponentChanged) -> None:
    register = state.components.get(body.component, Register())
    state.components = _with(state.components, body.component, register.stated(_fact(event, body.status)))
    _entry(state, event, "component", f"{body.component}: {body.status}")


def _logged(state: Incident, event: Event, body: ev.EntryLogged) -> None:
    at = event.occurred_at
    late = event.recorded_at - at > _LATE and not state.retrospective
    state.entries = state.entries.appended(
        Entry(event.id, body.kind, at, event.recorded_at, event.actor, body.text, body.tags, body.people, late=late)
    )
    if body.kind in PROGRESS_KINDS:
        _progress(state, at)
    elif body.kind == "hypothesis":
        state.hypotheses = _with(state.hypotheses, event.id, Hypothesis(event.id, body.text, at, event.actor))


def _corrected(state: Incident, event: Event, body: ev.EntryCorrected) -> None:
    entry = state.entries.get(body.target)
    if entry is None:
        return _entry(state, event, "unknown", "a correction of an entry that is not in this log")
    before = state.corrections.get(entry.id) or (
        Correction("", entry.recorded_at, entry.author, entry.text, entry.kind, entry.occurred_at),
    )
    made = Correction(
        event.id,
        event.recorded_at,
        event.actor,
        entry.text if body.text is None else body.text,
        body.kind or entry.kind,
        body.occurred_at or entry.occurred_at,
    )
    state.corrections = _with(state.corrections, entry.id, (*before, made))
    _show_correction(state, entry.id)
    if body.text is not None:
        state.entries = state.entries.replaced(
            entry.id, lambda one: msgspec.structs.replace(one, tags=body.tags, people=body.people)
        )


def _show_correction(state: Incident, id: str) -> None:
    """Sets the entry, and what was derived from it, to its last correction that stands."""
    live = [one for one in state.corrections[id] if not one.undone]
    last, corrected = live[-1], len(live) > 1
    state.entries = state.entries.replaced(
        id,
        lambda entry: msgspec.structs.replace(
            entry, text=last.text, kind=last.kind, occurred_at=last.occurred_at, corrected=corrected
        ),
    )
    if id in state.tasks:
        state.tasks = _with(state.tasks, id, msgspec.structs.replace(state.tasks[id], text=last.text))
    if id in state.fixes:
        state.fixes = _with(state.fixes, id, msgspec.structs.replace(state.fixes[id], text=last.text))
    known = state.hypotheses.get(id)
    if last.kind == "hypothesis":
        base = known or Hypothesis(id, last.text, last.occurred_at, last.by)
        state.hypotheses = _with(
            state.hypotheses, id, msgspec.structs.replace(base, text=last.text, at=last.occurred_at, undone=False)
        )
    elif known:
        state.hypotheses = _with(state.hypotheses, id, msgspec.structs.replace(known, undone=True))
    _recount_progress(state)


def _recount_progress(state: Incident) -> None:
    """The last moment of progress, from scratch: needed only after a correction or an undo."""
    moments = [one.occurred_at for one in state.entries if one.kind in PROGRESS_KINDS and not one.undone]
    moments += [fact.at for fact in state.stage.facts if not fact.undone]
    moments += [task.done_at for task in state.tasks.values() if task.done_at]
    moments += [one.judged_at for one in state.hypotheses.values() if one.judged_at and not one.undone]
    state.progress_at = max(moments, default=None)


def _redacted(state: Incident, event: Event, body: ev.EntryRedacted) -> None:
    reason = f": {body.reason}" if body.reason else ""
    text = f"redacted by {event.actor}{reason}"
    state.entries = state.entries.replaced(
        body.target, lambda entry: msgspec.structs.replace(entry, text=text, redacted=True, tags=(), people=())
    )
    blank = {"text": ev.REDACTED}
    if body.target in state.tasks:
        state.tasks = _with(state.tasks, body.target, msgspec.structs.replace(state.tasks[body.target], **blank))
    if body.target in state.fixes:
        fix = msgspec.structs.replace(state.fixes[body.target], text=ev.REDACTED, where="", ticket="")
        state.fixes = _with(state.fixes, body.target, fix)
    if body.target in state.hypotheses:
        judged = msgspec.structs.replace(state.hypotheses[body.target], text=ev.REDACTED)
        state.hypotheses = _with(state.hypotheses, body.target, judged)
    state.updates = tuple(
        msgspec.structs.replace(one, **blank) if one.id == body.target else one for one in state.updates
    )
    if body.target in state.corrections:
        state.corrections = _with(
            state.corrections,
            body.target,
            tuple(msgspec.structs.replace(one, **blank) for one in state.corrections[body.target]),
        )


def _toggled(thing: _V) -> _V:
    return cast(_V, msgspec.structs.replace(cast(Any, thing), undone=not cast(Any, thing).undone))


def _undone(state: Incident, event: Event, body: ev.Undone) -> None:
    target = body.target
    state.undo_targets = _with(state.undo_targets, event.id, target)
    while target in state.undo_targets:  # an undo of an undo puts back what the first one took away
        target = state.undo_targets[target]
    state.entries = state.entries.replaced(target, _toggled)
    if target == state.declared_id:
        state.withdrawn = not state.withdrawn
        return
    for name in ("title", "severity", "stage", "impact"):
        setattr(state, name, getattr(state, name).toggled(target))
    for name in ("roles", "components", "milestones_set"):
        setattr(state, name, {key: register.toggled(target) for key, register in getattr(state, name).items()})
    for name in ("tasks", "fixes", "hypotheses"):
        things = getattr(state, name)
        if target in things:
            setattr(state, name, _with(things, target, _toggled(things[target])))
    for name in ("updates", "handoffs"):
        setattr(state, name, tuple(_toggled(one) if one.id == target else one for one in getattr(state, name)))
    _undo_judgement(state, target)
    state.snoozes = tuple(one for one in state.snoozes if one.id != target)
    state.met = tuple(one for one in state.met if one.id != target)
    for id, made in state.corrections.items():
        if any(one.id == target for one in made):
            changed = tuple(_toggled(one) if one.id == target else one for one in made)
            state.corrections = _with(state.corrections, id, changed)
            _show_correction(state, id)
            break
    _recount_progress(state)


def _undo_judgement(state: Incident, target: str) -> None:
    """Opens again what the undone event had closed: a task, a temporary fix, a hypothesis, a handoff."""
    thing = state.judged.get(target)
    if thing is None:
        return
    if thing in state.tasks:
        open_task = msgspec.structs.replace(state.tasks[thing], done_at=None, done_by="")
        state.tasks = _with(state.tasks, thing, open_task)
    if thing in state.fixes:
        state.fixes = _with(state.fixes, thing, msgspec.structs.replace(state.fixes[thing], removed_at=None))
    if thing in state.hypotheses:
        open_again = msgspec.structs.replace(
            state.hypotheses[thing], verdict="open", evidence="", judged_at=None, judged_by=""
        )
        state.hypotheses = _with(state.hypotheses, thing, open_again)
    state.handoffs = tuple(
        msgspec.structs.replace(one, accepted_at=None) if one.id == thing else one for one in state.handoffs
    )
    _mark(state, thing, "")


def _severity(state: Incident, event: Event, body: ev.SeverityChanged) -> None:
    before = state.severity.value
    state.severity = state.severity.stated(_fact(event, body.severity, body.replaces))
    reason = f": {body.reason}" if body.reason else ""
    _entry(state, event, "severity", f"Severity {before} → {body.severity}{reason}")


def _stage(state: Incident, event: Event, body: ev.StageChanged) -> None:
    state.stage = state.stage.stated(_fact(event, body.stage, body.replaces))
    _progress(state, event.occurred_at)
    rule = state.playbook.stage(body.stage) if state.playbook else None
    text = f"Stage → {rule.title if rule else body.stage}"
    text += f": {body.reason}" if body.reason else ""
    text += f" (override: {body.override})" if body.override else ""
    _entry(state, event, "stage", text)


def _role_name(state: Incident, role: str) -> str:
    rule = state.playbook.role(role) if state.playbook else None
    return rule.short if rule else role


def _role(state: Incident, event: Event, body: ev.RoleAssigned) -> None:
    register = state.roles.get(body.role, Register())
    state.roles = _with(state.roles, body.role, register.stated(_fact(event, body.person, body.replaces)))
    _entry(state, event, "role", f"{_role_name(state, body.role)} → {body.person or 'nobody'}")


def _milestone(state: Incident, event: Event, body: ev.MilestoneSet) -> None:
    register = state.milestones_set.get(body.milestone, Register())
    value = rfc3339(body.at) if body.at else ""
    state.milestones_set = _with(state.milestones_set, body.milestone, register.stated(_fact(event, value)))
    name = body.milestone.replace("_", " ").capitalize()
    text = f"{name} at {body.at:%Y-%m-%d %H:%M} UTC" if body.at else f"{name}: time taken away"
    _entry(state, event, "milestone", text)


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
    _entry(state, event, "update", f"{body.audience.capitalize()} #{number}{status}: {body.text}")


def _task(state: Incident, event: Event, body: ev.TaskAdded) -> None:
    task = Task(event.id, len(state.tasks) + 1, body.text, body.owner, body.due_at, event.occurred_at, event.actor)
    state.tasks = _with(state.tasks, event.id, task)
    owner = f" @{body.owner}" if body.owner else ""
    due = f", back in {duration_words(body.due_at - event.occurred_at)}" if body.due_at else ""
    people = (body.owner,) if body.owner else ()
    _entry(state, event, "task", f"{body.text}{owner}{due}", people=people)


def _task_changed(state: Incident, event: Event, body: ev.TaskChanged) -> None:
    task = state.tasks.get(body.task)
    if task is None:
        return _entry(state, event, "unknown", "a change of a task that is not in this log")
    owner = task.owner if body.owner is None else body.owner
    due = task.due_at if body.due_at is None else body.due_at
    state.tasks = _with(state.tasks, task.id, msgspec.structs.replace(task, owner=owner, due_at=due))
    _entry(state, event, "task", f"Task {task.number} → {owner or 'nobody'}: {task.text}")


def _close(state: Incident, event: Event, thing: str, mark: str, text: str, note: str, kind: str) -> None:
    state.judged = _with(state.judged, event.id, thing)
    _mark(state, thing, mark)
    _progress(state, event.occurred_at)
    _entry(state, event, kind, f"{text}: {note}" if note else text)


def _task_done(state: Incident, event: Event, body: ev.TaskDone) -> None:
    task = state.tasks.get(body.task)
    if task is None:
        return _entry(state, event, "unknown", "the end of a task that is not in this log")
    done = msgspec.structs.replace(task, done_at=event.occurred_at, done_by=event.actor)
    state.tasks = _with(state.tasks, task.id, done)
    _close(state, event, task.id, "done", f"Done: {task.text}", body.note, "task")


def _fix(state: Incident, event: Event, body: ev.FixAdded) -> None:
    fix = Fix(event.id, body.text, body.where, body.ticket, body.owner, event.occurred_at, event.actor)
    state.fixes = _with(state.fixes, event.id, fix)
    _progress(state, event.occurred_at)
    _entry(state, event, "fix", f"{body.text} (temporary{', ' + body.ticket if body.ticket else ''})")


def _fix_removed(state: Incident, event: Event, body: ev.FixRemoved) -> None:
    fix = state.fixes.get(body.fix)
    if fix is None:
        return _entry(state, event, "unknown", "the removal of a temporary fix that is not in this log")
    state.fixes = _with(state.fixes, fix.id, msgspec.structs.replace(fix, removed_at=event.occurred_at))
    _close(state, event, fix.id, "removed", f"Temporary fix removed: {fix.text}", body.note, "fix")


def _judged(state: Incident, event: Event, body: ev.HypothesisJudged) -> None:
    known = state.hypotheses.get(body.hypothesis)
    if known is None:
        return _entry(state, event, "unknown", "a judgement of a hypothesis that is not in this log")
    judged = msgspec.structs.replace(
        known, verdict=body.verdict, evidence=body.evidence, judged_at=event.occurred_at, judged_by=event.actor
    )
    state.hypotheses = _with(state.hypotheses, known.id, judged)
    verdict = body.verdict.replace("_", " ")
    mark = "" if body.verdict == "open" else verdict
    _close(state, event, known.id, mark, f"{verdict.capitalize()}: {known.text}", body.evidence, "finding")


def _snoozed(state: Incident, event: Event, body: ev.ClockSnoozed) -> None:
    snooze = Snooze(event.id, body.clock, body.due_at, body.until, body.reason, event.actor)
    state.snoozes = (*state.snoozes, snooze)
    by = duration_words(body.until - body.due_at)
    _entry(state, event, "clock", f"Snoozed {body.clock.replace(':', ' ')} by {by}: {body.reason}")


def _met(state: Incident, event: Event, body: ev.ObligationMet) -> None:
    state.met = (*state.met, Met(event.id, body.clock, event.occurred_at, event.actor))
    text = f"Done: {body.clock.replace('_', ' ').replace(':', ' ')}"
    _entry(state, event, "clock", f"{text}: {body.note}" if body.note else text)


def _offered(state: Incident, event: Event, body: ev.HandoffOffered) -> None:
    handoff = Handoff(event.id, body.role, body.person, body.note, event.actor, event.occurred_at)
    state.handoffs = (*state.handoffs, handoff)
    note = f": {body.note}" if body.note else ""
    _entry(state, event, "handoff", f"Handing {_role_name(state, body.role)} over to {body.person}{note}")


def _accepted(state: Incident, event: Event, body: ev.HandoffAccepted) -> None:
    handoff = next((one for one in state.handoffs if one.id == body.handoff), None)
    if handoff is None:
        return _entry(state, event, "unknown", "the acceptance of a handoff that is not in this log")
    taken = msgspec.structs.replace(handoff, accepted_at=event.occurred_at)
    state.handoffs = tuple(taken if one.id == handoff.id else one for one in state.handoffs)
    register = state.roles.get(handoff.role, Register())
    fact = _fact(event, handoff.person, body.replaces)
    state.roles = _with(state.roles, handoff.role, register.stated(fact))
    state.judged = _with(state.judged, event.id, handoff.id)
    _entry(state, event, "role", f"{_role_name(state, handoff.role)} → {handoff.person}, handoff accepted")


def _unknown(state: Incident, event: Event, body: ev.Body) -> None:
    kind = body.kind if isinstance(body, ev.Unknown) else type(body).__name__
    _entry(state, event, "unknown", f"unknown entry ({kind}), written by a newer version")


_HANDLERS: dict[type[ev.Body], Callable[[Incident, Event, Any], None]] = {
    ev.IncidentDeclared: _declared,
    ev.TitleChanged: _title,
    ev.ImpactDescribed: _impact,
    ev.ComponentChanged: _component,
    ev.EntryLogged: _logged,
    ev.EntryCorrected: _corrected,
    ev.EntryRedacted: _redacted,
    ev.Undone: _undone,
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
