"""Advice about time: standstill, targets, closing too early, declaring too late."""

import re
from datetime import datetime, timedelta

from console.core.advice.facts import TEXT_CHARS, Advice, Facts, escalate
from console.core.language.pattern import late
from console.core.language.times import format_length
from console.core.log.milestones import contradictions
from console.core.subjects.postmortem import postmortem_of, wants_postmortem
from console.core.subjects.stage import overrides_of

_RESOLVED = late(
    r"\b(?:issue|incident|problem|outage|it|this) (?:is|was|has been) (?:now |fully )*(?:resolved|over|fixed)\b",
    re.IGNORECASE,
)


def quiet(facts: Facts) -> Advice | None:
    """By when it was last written, not by what time the entry is about."""
    allowed = facts.book.quiet_s
    if not allowed or facts.phase != "active" or not facts.watched or not facts.back:
        return None
    since = max(entry.recorded_at for entry in facts.back[:20])
    if facts.now - since < timedelta(seconds=allowed):
        return None
    return Advice(f"Nothing was logged for {facts.lasts(since)}.", "prompt", "* ")


def no_progress(facts: Facts) -> Advice | None:
    clock = next(iter(facts.overdue("escalation")), None)
    if clock is None:
        return None
    text = f"No progress for {facts.lasts(clock.starts_at)}: escalate to {facts.ladder('no_progress')}."
    return Advice(text, "escalate", "/escalate ")


def stage_too_long(facts: Facts) -> Advice | None:
    rule, current = facts.state.stage_rule, facts.state.stage.current
    if rule is None or current is None or facts.phase != "active" or not facts.watched or not rule.limit_s:
        return None
    if facts.now - current.at <= timedelta(seconds=rule.limit_s):
        return None
    limit = format_length(timedelta(seconds=rule.limit_s))
    return Advice(f"In {rule.title} for {facts.lasts(current.at)} (target {limit}).", "stage", "/stage next")


def beyond_target(facts: Facts) -> Advice | None:
    """Until it is escalated after the target has passed."""
    clock = next(iter(facts.overdue("resolution")), None)
    if clock is None or facts.phase != "active" or any(at >= clock.due_at for at in facts.met("escalation")):
        return None
    text = f"It is {facts.lasts(clock.due_at)} past its resolution target: escalate to {facts.ladder('beyond_target')}."
    return escalate(facts, text)


def premature_closing(facts: Facts) -> Advice | None:
    """Closed before it was stable for long enough, for no reason that the playbook gives; or called resolved before."""
    needed = timedelta(seconds=facts.book.stability_s)
    if not needed or not facts.severity.escalate_s:
        return None
    if facts.phase == "over":
        return _closed_early(facts, needed)
    last = facts.updates[-1] if facts.updates else None
    watching = facts.phase == "active" or any(clock.kind == "stability" and clock.open for clock in facts.clocks)
    if last is None or not watching:
        return None
    resolved = last.status == "resolved" or (last.audience == "public" and _RESOLVED.search(last.text[:TEXT_CHARS]))
    if not resolved and not last.final:
        return None
    says = "says that it is resolved" if resolved else "promises no further one"
    stage = facts.state.stage_title(facts.state.stage.value)
    text = f"The last {last.audience} update {says}, but the stage is {stage}."
    return Advice(text, "update", f"/update {last.audience} next 30m ")


def _closed_early(facts: Facts, needed: timedelta) -> Advice | None:
    stable: datetime | None = None
    closed = None
    for fact in facts.stages:
        rule = facts.book.stage(fact.value)
        phase = rule.phase if rule else "active"
        if phase == "over":
            closed = closed or fact
        else:
            closed, stable = None, (stable or fact.at) if phase == "stable" else None
    if closed is None or facts.now >= (stable or closed.at) + needed:
        return None
    watched = closed.at - stable if stable else timedelta()
    passed = next((override for override in overrides_of(facts.state) if override.id == closed.id), None)
    given = [reason for gate in facts.book.gates if gate.stage == closed.value for reason in gate.reasons]
    if watched >= needed or (passed and any(passed.reason.startswith(reason) for reason in given)):
        return None
    stage = next((stage for stage in facts.book.stages if stage.phase == "stable"), None)
    text = f"It was closed after {format_length(watched)} of stability (required: {format_length(needed)})."
    return Advice(text, "stage", f"/stage {stage.name}" if stage else "/stage ")


def milestones_contradict(facts: Facts) -> Advice | None:
    faults = contradictions(facts.at)
    if not faults:
        return None
    (name, fault), *_ = faults.items()
    return Advice(f"Milestones contradict: {fault}.", "prompt", f"/milestone {name} ")


def mitigation_skipped(facts: Facts) -> Advice | None:
    """Watched for stability although no stage, and nobody, has said when the impact stopped."""
    by_stage = any(stage.milestone == "mitigated" for stage in facts.book.stages)
    if facts.phase != "stable" or not facts.watched or not by_stage or "mitigated" in facts.at:
        return None
    stage = facts.state.stage_title(facts.state.stage.value)
    return Advice(
        f"The stage is {stage}, and nobody has said when the impact stopped.", "prompt", "/milestone mitigated "
    )


def late_declaration(facts: Facts) -> Advice | None:
    """While it is seen but not declared; and afterwards, for the postmortem, when the declaration came late."""
    book, state = facts.book, facts.state
    allowed = timedelta(seconds=book.declare_within_s)
    detected = facts.at.get("detected")
    if not allowed or not facts.watched:
        return None
    if facts.phase == "active" and 0 <= book.stage_index(state.stage.value) < book.stage_index(book.declared_stage):
        since = detected or facts.declared
        if facts.now - since <= allowed:
            return None
        text = f"Detected {facts.lasts(since)} ago, not declared yet."
        return Advice(text, "stage", f"/stage {book.declared_stage}")
    if facts.phase != "over" or detected is None or not wants_postmortem(facts.state):
        return None
    late = facts.at.get("declared", facts.declared) - detected
    written = postmortem_of(state)
    if late <= allowed or written.review.value == "final" or written.section("went_poorly").value:
        return None
    text = f"It was declared {format_length(late)} after it was detected."
    return Advice(text, "postmortem", f"/postmortem went_poorly {text}")
