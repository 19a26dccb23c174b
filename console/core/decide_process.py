"""Decisions about the process: playbook, triage, checklists, runbooks, changes of production, advice."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from console.core import commands as do
from console.core import events as ev
from console.core.decide_base import Decision, line, name, one, words
from console.core.find import find_change, find_fix, find_task
from console.core.language.text import one_line
from console.core.log.state import Incident
from console.core.playbook.checklists import find_item
from console.core.playbook.model import Playbook, find_severity, find_stage
from console.core.playbook.triage import questions, suggest
from console.core.refusal import Refused
from console.core.subjects.advice import silenced
from console.core.subjects.change import changes_in_flight
from console.core.subjects.checklist import Ticks
from console.core.subjects.runbook import runbooks_of

OUTCOMES = ("done", "rolled_back", "failed")


def change_playbook(state: Incident, command: do.ChangePlaybook, at: datetime, book: Playbook | None) -> Decision:
    """Severity and stage carry over by name, else by their place in the order."""
    if book is None:
        raise ValueError("a change of playbook needs the playbook")
    assert state.playbook is not None
    if book == state.playbook:
        raise Refused(f"The incident follows {book.name} already; choose another playbook.", "playbook")
    if command.severity:
        severity = find_severity(book, command.severity)
    else:
        try:
            severity = find_severity(book, state.severity.value)
        except Refused:
            rank = max(0, state.playbook.severity_index(state.severity.value))
            severity = book.severities[min(rank, len(book.severities) - 1)]
    stage = find_stage(book, command.stage) if command.stage else book.stage(state.stage.value) or _like(state, book)
    return one(ev.PlaybookChanged(book, severity.name, stage.name, line(command.reason)), at)


def _like(state: Incident, book: Playbook) -> Any:
    """The stage of another playbook that is most like the present one: the same phase, then the same public status."""
    rule = state.stage_rule
    same = [stage for stage in book.stages if rule and stage.phase == rule.phase]
    told = [stage for stage in same if rule and stage.status == rule.status]
    return next(iter(told or same), book.stage(book.declared_stage))


def _triage(state: Incident, command: do.AnswerTriage, at: datetime, now: datetime) -> Decision:
    assert state.playbook is not None
    known = {question.id for question in questions(state.playbook)}
    answers = {id: line(answer) for id, answer in command.answers.items() if answer.strip()}
    unknown = next((id for id in answers if id not in known), None)
    if unknown is not None:
        raise Refused(f"There is no question “{one_line(unknown, 30)}”: use {', '.join(sorted(known))}.", unknown)
    if not answers:
        raise Refused("Answer at least one question; unsure is an answer too.", "answers")
    found = suggest(state.playbook, answers)
    return one(ev.TriageAnswered(answers, found.severity, found.reason), at)


def _tick(state: Incident, command: do.TickItem, at: datetime, now: datetime) -> Decision:
    item = find_item(state, command.item, now, command.actor)
    if command.done and item.done is not None:
        raise Refused(f"“{one_line(item.text, 40)}” is ticked already, by {item.done.by}; undo with x.", "item")
    if not command.done and item.done is None:
        raise Refused(f"“{one_line(item.text, 40)}” is not ticked; there is nothing to open again.", "item")
    register = state.part(Ticks).items.get(item.id)
    head = register.head if register else ""
    return one(ev.ItemTicked(item.id, item.text, command.done, line(command.note), head), at)


def _runbook(state: Incident, command: do.FollowRunbook, at: datetime, now: datetime) -> Decision:
    known = runbooks_of(state).get(command.runbook.name)
    if known is not None and known.runbook == command.runbook:
        raise Refused(f"The runbook “{known.runbook.title}” is open already; c shows it.", "runbook")
    return one(ev.RunbookOpened(command.runbook), at)


def _acknowledge(state: Incident, command: do.AcknowledgeTask, at: datetime, now: datetime) -> Decision:
    task = find_task(state, command.task)
    if task.acknowledged_at is not None:
        raise Refused(f"Task {task.number} is acknowledged already.", "task")
    return one(ev.TaskAcknowledged(task.id), at)


def _claim(state: Incident, command: do.ClaimChange, at: datetime, now: datetime) -> Decision:
    text = words(command.text, "A change")
    others = [change for change in changes_in_flight(state) if change.by != command.actor]
    if others and not command.despite:
        told = ", ".join(f"{change.by} has “{one_line(change.text, 40)}” in flight" for change in others)
        raise Refused(f"{told}; wait for it, or claim yours all the same with /change ! TEXT.", "despite")
    return one(ev.ChangeClaimed(text, line(command.rollback), tuple(change.id for change in others)), at)


def _end(state: Incident, command: do.EndChange, at: datetime, now: datetime) -> Decision:
    change = find_change(state, command.change, command.actor)
    outcome = command.outcome.strip().lower().replace(" ", "_").replace("-", "_")
    if outcome not in OUTCOMES:
        raise Refused("A change ends as done, rolled-back or failed.", "outcome")
    return one(ev.ChangeEnded(change.id, outcome, line(command.note)), at)


def _fix(state: Incident, command: do.ChangeFix, at: datetime, now: datetime) -> Decision:
    fix = find_fix(state, command.fix)
    if command.where is None and command.ticket is None and command.owner is None:
        raise Refused("Say what changes: where it is, its ticket, or its owner.", "ticket")
    where = None if command.where is None else line(command.where)
    ticket = None if command.ticket is None else line(command.ticket)
    owner = None if command.owner is None else name(command.owner)
    return one(ev.FixChanged(fix.id, where, ticket, owner), at)


def _silence(state: Incident, command: do.SilenceNudge, at: datetime, now: datetime) -> Decision:
    nudge = command.nudge.strip().lower().replace("-", "_").replace(" ", "_")
    if not nudge:
        raise Refused("Name the advice to silence; w shows what there is.", "nudge")
    if silenced(state, nudge):
        raise Refused("That advice is silenced already; undo brings it back.", "nudge")
    return one(ev.NudgeSilenced(one_line(nudge, 80), line(command.reason)), at)


HANDLERS: dict[type[do.Command], Callable[[Incident, Any, datetime, datetime], Decision]] = {
    do.AnswerTriage: _triage,
    do.TickItem: _tick,
    do.FollowRunbook: _runbook,
    do.AcknowledgeTask: _acknowledge,
    do.ClaimChange: _claim,
    do.EndChange: _end,
    do.ChangeFix: _fix,
    do.SilenceNudge: _silence,
}
