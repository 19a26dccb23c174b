"""Decisions: a command and the state give the events to write, or the reason why not.

Pure: ids and the log's own times are added by the caller. A refusal is one sentence that says what would be right.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from console.core import commands as do
from console.core import decide_process, decide_publication, decide_review
from console.core import events as ev
from console.core.decide_base import Decision, Proposal, name, one, words
from console.core.find import find_action, find_clock, find_entry, find_hypothesis, find_task
from console.core.language.text import MAX_TITLE_CHARS, clean, one_line
from console.core.log.clocks import open_clocks
from console.core.log.entries import SCRIBE_KINDS, Entry
from console.core.log.state import Incident, TakenBack, dependents
from console.core.playbook.gates import gate, missing
from console.core.playbook.model import AUDIENCES, MILESTONES, Playbook, find_role, find_severity, find_stage
from console.core.refusal import Refused
from console.core.subjects.fix import open_fixes
from console.core.subjects.handoff import offered_handoff
from console.core.subjects.role import holder_of, roles_of

COMPONENT_STATES = ("operational", "degraded", "partial", "major", "maintenance")
STATUSES = ("investigating", "identified", "monitoring", "resolved")
VERDICTS = {"open": "open", "supported": "supported", "ruled_out": "ruled_out"}


def decide(state: Incident | None, command: do.Command, now: datetime, playbook: Playbook | None = None) -> Decision:
    """What `command` comes to at `now`.

    `state` is None for a declaration only; `playbook` is given for a declaration and a change of playbook.
    """
    if not clean(command.actor, multiline=False).strip():
        raise Refused("Say who you are: start with --as NAME.", "actor")
    at = command.at or now
    if at > now:
        raise Refused("That time is in the future; write when it happened, or nothing for now.", "at")
    if isinstance(command, do.DeclareIncident):
        return _declare(command, at, playbook)
    if state is None or state.declared_at is None:
        raise Refused("This incident is not declared yet; declare it first.")
    # What is on its way to a page is still to be settled when there was no incident after all.
    if state.withdrawn and not isinstance(command, do.Undo | do.DecidePublication):
        raise Refused("The declaration of this incident was undone; undo that to go on with it.")
    if isinstance(command, do.ChangePlaybook):
        return decide_process.change_playbook(state, command, at, playbook)
    return _HANDLERS[type(command)](state, command, at, now)


def _declare(command: do.DeclareIncident, at: datetime, playbook: Playbook | None) -> Decision:
    if playbook is None:
        raise ValueError("a declaration needs the playbook")
    title = words(command.title, "An incident's title", "title")
    severity = find_severity(playbook, command.severity)
    stage = find_stage(playbook, command.stage or playbook.declared_stage)
    if len(title) > MAX_TITLE_CHARS:
        raise Refused(f"A title has at most {MAX_TITLE_CHARS} characters; shorten it and log the rest.", "title")
    return one(
        ev.IncidentDeclared(
            one_line(title, MAX_TITLE_CHARS),
            severity.name,
            stage.name,
            playbook,
            command.drill,
            command.retrospective,
            clean(command.source, multiline=False),
        ),
        at,
    )


def _log(state: Incident, command: do.LogEntry, at: datetime, now: datetime) -> Decision:
    text = words(command.text, "An entry")
    if command.kind not in SCRIBE_KINDS:
        raise Refused(f"There is no kind “{clean(command.kind)}”: use {', '.join(SCRIBE_KINDS)}.", "kind")
    return one(ev.EntryLogged(command.kind, text, command.tags, command.people), at)


def _correct(state: Incident, command: do.CorrectEntry, at: datetime, now: datetime) -> Decision:
    entry = find_entry(state, command.entry)
    if entry.redacted:
        raise Refused("This entry was redacted; log a new one instead.", "entry")
    scribed = entry.kind in SCRIBE_KINDS and not entry.about
    if not scribed and not entry.words:
        raise Refused("This entry comes from a command; undo it (u) and give the command again.", "entry")
    text = None if command.text is None else words(command.text, "An entry")
    kind = command.kind if command.kind != entry.kind else None
    if kind is not None and (not scribed or kind not in SCRIBE_KINDS):
        raise Refused(f"The kind must stay {entry.kind}; undo the entry and log it again as another kind.", "kind")
    text = None if text == state.words(entry) else text
    moment = command.at if command.at != entry.occurred_at else None
    if text is None and kind is None and moment is None:
        raise Refused("Nothing was changed; edit the text, the kind or the time, or press Esc.")
    return one(ev.EntryCorrected(entry.id, text, kind, moment, command.tags, command.people), now)


def _redact(state: Incident, command: do.RedactEntry, at: datetime, now: datetime) -> Decision:
    target = command.entry.strip().lower()
    # A redaction has no line of its own; by its id its reason is erased.
    if target not in state.part(TakenBack).redactions:
        target = find_entry(state, command.entry).id
    return one(ev.EntryRedacted(target, clean(command.reason, multiline=False)), now)


def _undo(state: Incident, command: do.Undo, at: datetime, now: datetime) -> Decision:
    if command.entry:
        entry = find_entry(state, command.entry)
    else:
        mine = (entry for entry in reversed(state.entries) if entry.author == command.actor and not entry.undone)
        last = next((entry for entry in mine if entry.id != state.declared_id and not entry.redacted), None)
        if last is None:
            raise Refused("There is nothing of yours to undo; choose an entry and undo that one.")
        entry = last
    if entry.redacted:
        raise Refused("A redaction cannot be undone: the text is erased; log a new entry.", "entry")
    if entry.kind == "publication":
        raise Refused(
            "What was decided about a page is not undone here; decide anew in the outbox (O), or by warroom publish.",
            "entry",
        )
    if entry.id == state.declared_id and any(one.kind == "update" and not one.undone for one in state.entries):
        raise Refused("Updates were posted for this incident; close it instead of undoing its declaration.", "entry")
    if entry.undone:
        return _put_back(state, entry, now)
    going = dependents(state, entry.id)
    if going and not command.dependents:
        raise Refused(
            f"Undoing this also undoes {quoted(going)}; to undo all, write /undo {entry.id} ! or warroom undo"
            " --with-dependents.",
            "dependents",
        )
    return one(ev.EntryUndone(entry.id), now)


def quoted(entries: Sequence[Entry]) -> str:
    """Entries by their first words, for a sentence: the first three, and how many more there are."""
    shown = ", ".join(f"“{one_line(entry.text, 40)}”" for entry in entries[:3])
    return f"{shown} and {len(entries) - 3} more" if len(entries) > 3 else shown


def _put_back(state: Incident, entry: Entry, now: datetime) -> Decision:
    """Undo each undo of an entry that stands, so that the entry stands again."""
    back = state.part(TakenBack)
    cause = state.entries.get(back.went_with.get(entry.id, ""))
    if cause is not None:
        raise Refused(f"This was undone with “{one_line(cause.text, 40)}”; put that back and it comes along.", "entry")
    return tuple(Proposal(ev.EntryUndone(undo), now) for undo in back.undos[entry.id])


def _title(state: Incident, command: do.ChangeTitle, at: datetime, now: datetime) -> Decision:
    title = words(command.title, "An incident's title", "title")
    return one(ev.TitleChanged(one_line(title, MAX_TITLE_CHARS), state.title.head), at)


def _impact(state: Incident, command: do.DescribeImpact, at: datetime, now: datetime) -> Decision:
    text = words(command.text, "The impact")
    return one(ev.ImpactDescribed(text, state.impact.head), at)


def _component(state: Incident, command: do.SetComponent, at: datetime, now: datetime) -> Decision:
    component, status = name(command.component), command.status.strip().lower()
    if not component:
        raise Refused("Name the component, as in /component checkout partial.", "component")
    if status not in COMPONENT_STATES:
        raise Refused(f"A component is {', '.join(COMPONENT_STATES[:-1])} or {COMPONENT_STATES[-1]}.", "status")
    return one(ev.ComponentChanged(component, status), at)


def _severity(state: Incident, command: do.ChangeSeverity, at: datetime, now: datetime) -> Decision:
    assert state.playbook is not None
    severity = find_severity(state.playbook, command.severity)
    seen = state.severity.head if command.seen is None else command.seen
    if severity.name == state.severity.value and seen == state.severity.head and not state.severity.conflict:
        raise Refused(f"The severity is already {severity.name}; choose another one.", "severity")
    book = state.playbook
    if book.severity_index(severity.name) > book.severity_index(state.severity.value) and not command.reason.strip():
        raise Refused("Say why the severity goes down; the next shift will ask.", "reason")
    return one(ev.SeverityChanged(severity.name, clean(command.reason).strip(), seen), at)


def _stage(state: Incident, command: do.MoveStage, at: datetime, now: datetime) -> Decision:
    assert state.playbook is not None
    playbook = state.playbook
    if command.stage.strip().lower() in ("next", ""):
        after = playbook.after(state.stage.value)
        if after is None:
            raise Refused(f"{state.stage.value.capitalize()} is the last stage; go back with its name.", "stage")
        stage = after
    else:
        stage = find_stage(playbook, command.stage)
    seen = state.stage.head if command.seen is None else command.seen
    if stage.name == state.stage.value and seen == state.stage.head and not state.stage.conflict:
        raise Refused(f"The stage is already {stage.name}; name another one.", "stage")
    override = clean(command.override).strip()
    wants = missing(state, stage.name, now)
    allowed = next((want.reasons for want in wants if want.reasons), ())
    if wants and not override:
        raise Refused(gate(state, stage.name, now), "override")
    if wants and allowed:
        given = _given_reason(override, allowed)
        if given is None:
            raise Refused(f"Closing early takes one of these reasons: {', '.join(allowed)}.", "override")
        override = given
    body = ev.StageChanged(
        stage.name,
        clean(command.reason).strip(),
        override if wants else "",
        tuple(want.kept for want in wants),
        seen,
    )
    return one(body, at)


def _given_reason(override: str, allowed: tuple[str, ...]) -> str | None:
    """The allowed reason that a person means, by its number, or by its beginning with more words behind it."""
    wanted = override.lower()
    for place, reason in enumerate(allowed, 1):
        if wanted == str(place):
            return reason
        if wanted.startswith(reason.lower()):
            return reason + override[len(reason) :]
    begun = [reason for reason in allowed if reason.lower().startswith(wanted)]
    return begun[0] if len(begun) == 1 else None


def _role(state: Incident, command: do.AssignRole, at: datetime, now: datetime) -> Decision:
    assert state.playbook is not None
    role = find_role(state.playbook, command.role)
    person = name(command.person)
    if person.lower() in ("nobody", "none", "-"):
        person = ""
    register = roles_of(state).get(role.id)
    head = register.head if register else ""
    if person == holder_of(state, role.id) and not (register and register.conflict):
        raise Refused(f"{role.short} is already {person or 'nobody'}; name another person.", "person")
    return one(ev.RoleAssigned(role.id, person, head if command.seen is None else command.seen), at)


def _milestone(state: Incident, command: do.SetMilestone, at: datetime, now: datetime) -> Decision:
    milestone = command.milestone.strip().lower().replace(" ", "_").replace("-", "_")
    if milestone not in MILESTONES:
        raise Refused(f"There is no milestone “{clean(command.milestone)}”: use {', '.join(MILESTONES)}.", "milestone")
    if command.moment is not None and command.moment > now:
        raise Refused("That time is in the future; a milestone is set when it has happened.", "moment")
    return one(ev.MilestoneSet(milestone, command.moment), now)


def _update(state: Incident, command: do.PostUpdate, at: datetime, now: datetime) -> Decision:
    text = words(command.text, "An update")
    audience, status = command.audience.strip().lower(), command.status.strip().lower()
    if audience not in AUDIENCES:
        raise Refused(f"There is no audience “{clean(audience)}”: use {', '.join(AUDIENCES)}.", "audience")
    if status and status not in STATUSES:
        raise Refused(f"There is no status “{clean(status)}”: use {', '.join(STATUSES)}.", "status")
    if command.next_in is not None and command.next_in <= timedelta(0):
        raise Refused("The next update must be later than this one; write for example --next 30m.", "next")
    rule = state.stage_rule
    next_at = at + command.next_in if command.next_in is not None else None
    return one(ev.UpdatePosted(audience, text, status or (rule.status if rule else ""), next_at, command.final), at)


def _add_task(state: Incident, command: do.AddTask, at: datetime, now: datetime) -> Decision:
    text = words(command.text, "A task")
    due = at + command.due_in if command.due_in is not None else None
    return one(ev.TaskAdded(text, name(command.owner), due), at)


def _change_task(state: Incident, command: do.ChangeTask, at: datetime, now: datetime) -> Decision:
    task = find_task(state, command.task)
    due = at + command.due_in if command.due_in is not None else None
    owner = None if command.owner is None else name(command.owner)
    return one(ev.TaskChanged(task.id, owner, due), at)


OUTSIDE = ("acknowledge", "first_public", "executive_notice", "escalation", "postmortem", "customer_message")
"""Clocks that can be met outside the console."""


def _finish(state: Incident, command: do.Finish, at: datetime, now: datetime) -> Decision:
    wanted = command.what.strip().lower()
    note = clean(command.note, multiline=False).strip()
    key = wanted.replace(" ", "_").replace("-", "_")
    owed = [one for one in open_clocks(state, now) if one.key == key and one.kind in OUTSIDE]
    if owed:
        return one(ev.ObligationMet(key, note), at)
    fixes = [one for one in open_fixes(state) if wanted and (one.id.startswith(wanted) or wanted in one.text.lower())]
    try:
        return one(ev.TaskDone(find_task(state, command.what).id, note), at)
    except Refused:
        if len(fixes) == 1:
            return one(ev.FixRemoved(fixes[0].id, note), at)
        if fixes:
            sentence = f"“{clean(wanted)}” fits {len(fixes)} temporary fixes; write more of its words."
            raise Refused(sentence, "what") from None
        with suppress(Refused):
            return one(ev.ActionDone(find_action(state, command.what).id, note), at)
        raise


def _add_fix(state: Incident, command: do.AddFix, at: datetime, now: datetime) -> Decision:
    text = words(command.text, "A temporary fix")
    where, ticket = clean(command.where, multiline=False), clean(command.ticket, multiline=False)
    return one(ev.FixAdded(text, where, ticket, name(command.owner)), at)


def _judge(state: Incident, command: do.JudgeHypothesis, at: datetime, now: datetime) -> Decision:
    verdict = command.verdict.strip().lower().replace(" ", "_").replace("-", "_")
    if verdict not in VERDICTS:
        raise Refused("A hypothesis is open, supported or ruled-out.", "verdict")
    found = find_hypothesis(state, command.hypothesis)
    return one(ev.HypothesisJudged(found.id, verdict, clean(command.evidence).strip()), at)


def _snooze(state: Incident, command: do.SnoozeClock, at: datetime, now: datetime) -> Decision:
    clock = find_clock(state, command.clock, now)
    reason = clean(command.reason, multiline=False).strip()
    if not reason:
        raise Refused("Snoozing needs a reason, as in /snooze public 10m waiting for the vendor.", "reason")
    if command.by <= timedelta(0):
        raise Refused("Snoozing needs a time, as in /snooze public 10m waiting for the vendor.", "by")
    return one(ev.ClockSnoozed(clock.key, clock.due_at, max(clock.due_at, now) + command.by, reason), at)


def _offer(state: Incident, command: do.OfferHandoff, at: datetime, now: datetime) -> Decision:
    assert state.playbook is not None
    role = find_role(state.playbook, command.role)
    person = name(command.person)
    if not person:
        raise Refused("Name the person who takes over, as in /handoff mo.", "person")
    if person == holder_of(state, role.id):
        raise Refused(f"{person} already is {role.name.lower()}; name somebody else.", "person")
    return one(ev.HandoffOffered(role.id, person, clean(command.note).strip()), at)


def _accept(state: Incident, command: do.AcceptHandoff, at: datetime, now: datetime) -> Decision:
    offered = offered_handoff(state)
    if offered is None:
        raise Refused("There is no handoff waiting for a yes; start one with h.")
    register = roles_of(state).get(offered.role)
    return one(ev.HandoffAccepted(offered.id, register.head if register else ""), at)


_HANDLERS: dict[type[do.Command], Callable[[Incident, Any, datetime, datetime], Decision]] = {
    do.LogEntry: _log,
    do.CorrectEntry: _correct,
    do.RedactEntry: _redact,
    do.Undo: _undo,
    do.ChangeTitle: _title,
    do.DescribeImpact: _impact,
    do.SetComponent: _component,
    do.ChangeSeverity: _severity,
    do.MoveStage: _stage,
    do.AssignRole: _role,
    do.SetMilestone: _milestone,
    do.PostUpdate: _update,
    do.AddTask: _add_task,
    do.ChangeTask: _change_task,
    do.Finish: _finish,
    do.AddFix: _add_fix,
    do.JudgeHypothesis: _judge,
    do.SnoozeClock: _snooze,
    do.OfferHandoff: _offer,
    do.AcceptHandoff: _accept,
    **decide_process.HANDLERS,
    **decide_publication.HANDLERS,
    **decide_review.HANDLERS,
}
