"""Advice about time: standstill, targets, closing too early, declaring too late."""

import re
from datetime import datetime, timedelta

from console.core.advice.look import TEXT_CHARS, Look, Told, escalate
from console.core.language.times import format_length
from console.core.log.milestones import contradictions
from console.core.subjects.postmortem import postmortem_of, wants_postmortem
from console.core.subjects.stage import overrides_of

_RESOLVED = re.compile(
    r"\b(?:issue|incident|problem|outage|it|this) (?:is|was|has been) (?:now |fully )*(?:resolved|over|fixed)\b",
    re.IGNORECASE,
)


def quiet(look: Look) -> Told | None:
    """By when it was last written, not by what time the entry is about."""
    allowed = look.book.quiet_s
    if not allowed or look.phase != "active" or not look.watched or not look.back:
        return None
    since = max(entry.recorded_at for entry in look.back[:20])
    if look.now - since < timedelta(seconds=allowed):
        return None
    return Told(f"Nothing was logged for {look.lasts(since)}.", "prompt", "* ")


def no_progress(look: Look) -> Told | None:
    clock = next(iter(look.overdue("escalation")), None)
    if clock is None:
        return None
    text = f"No progress for {look.lasts(clock.starts_at)}: escalate to {look.ladder('no_progress')}."
    return Told(text, "escalate", "/escalate ")


def stage_too_long(look: Look) -> Told | None:
    rule, current = look.state.stage_rule, look.state.stage.current
    if rule is None or current is None or look.phase != "active" or not look.watched or not rule.limit_s:
        return None
    if look.now - current.at <= timedelta(seconds=rule.limit_s):
        return None
    limit = format_length(timedelta(seconds=rule.limit_s))
    return Told(f"In {rule.title} for {look.lasts(current.at)} (target {limit}).", "stage", "/stage next")


def beyond_target(look: Look) -> Told | None:
    """Until it is escalated after the target has passed."""
    clock = next(iter(look.overdue("resolution")), None)
    if clock is None or look.phase != "active" or any(at >= clock.due_at for at in look.met("escalation")):
        return None
    text = f"It is {look.lasts(clock.due_at)} past its resolution target: escalate to {look.ladder('beyond_target')}."
    return escalate(look, text)


def premature_closing(look: Look) -> Told | None:
    """Closed before it was stable for long enough, for no reason that the playbook gives; or called resolved before."""
    needed = timedelta(seconds=look.book.stability_s)
    if not needed or not look.severity.escalate_s:
        return None
    if look.phase == "over":
        return _closed_early(look, needed)
    last = look.updates[-1] if look.updates else None
    watching = look.phase == "active" or any(clock.kind == "stability" and clock.open for clock in look.clocks)
    if last is None or not watching:
        return None
    resolved = last.status == "resolved" or (last.audience == "public" and _RESOLVED.search(last.text[:TEXT_CHARS]))
    if not resolved and not last.final:
        return None
    says = "says that it is resolved" if resolved else "promises no further one"
    stage = look.state.stage_title(look.state.stage.value)
    text = f"The last {last.audience} update {says}, but the stage is {stage}."
    return Told(text, "update", f"/update {last.audience} next 30m ")


def _closed_early(look: Look, needed: timedelta) -> Told | None:
    stable: datetime | None = None
    closed = None
    for fact in look.stages:
        rule = look.book.stage(fact.value)
        phase = rule.phase if rule else "active"
        if phase == "over":
            closed = closed or fact
        else:
            closed, stable = None, (stable or fact.at) if phase == "stable" else None
    if closed is None or look.now >= (stable or closed.at) + needed:
        return None
    watched = closed.at - stable if stable else timedelta()
    passed = next((override for override in overrides_of(look.state) if override.id == closed.id), None)
    given = [reason for gate in look.book.gates if gate.stage == closed.value for reason in gate.reasons]
    if watched >= needed or (passed and any(passed.reason.startswith(reason) for reason in given)):
        return None
    stage = next((stage for stage in look.book.stages if stage.phase == "stable"), None)
    text = f"It was closed after {format_length(watched)} of stability (required: {format_length(needed)})."
    return Told(text, "stage", f"/stage {stage.name}" if stage else "/stage ")


def milestones_contradict(look: Look) -> Told | None:
    faults = contradictions(look.at)
    if not faults:
        return None
    (name, fault), *_ = faults.items()
    return Told(f"Milestones contradict: {fault}.", "prompt", f"/milestone {name} ")


def mitigation_skipped(look: Look) -> Told | None:
    """Watched for stability although no stage, and nobody, has said when the impact stopped."""
    by_stage = any(stage.milestone == "mitigated" for stage in look.book.stages)
    if look.phase != "stable" or not look.watched or not by_stage or "mitigated" in look.at:
        return None
    stage = look.state.stage_title(look.state.stage.value)
    return Told(
        f"The stage is {stage}, and nobody has said when the impact stopped.", "prompt", "/milestone mitigated "
    )


def late_declaration(look: Look) -> Told | None:
    """While it is seen but not declared; and afterwards, for the postmortem, when the declaration came late."""
    book, state = look.book, look.state
    allowed = timedelta(seconds=book.declare_within_s)
    detected = look.at.get("detected")
    if not allowed or not look.watched:
        return None
    if look.phase == "active" and 0 <= book.stage_index(state.stage.value) < book.stage_index(book.declared_stage):
        since = detected or look.declared
        if look.now - since <= allowed:
            return None
        text = f"Detected {look.lasts(since)} ago, not declared yet."
        return Told(text, "stage", f"/stage {book.declared_stage}")
    if look.phase != "over" or detected is None or not wants_postmortem(look.state):
        return None
    late = look.at.get("declared", look.declared) - detected
    written = postmortem_of(state)
    if late <= allowed or written.review.value == "final" or written.section("went_poorly").value:
        return None
    text = f"It was declared {format_length(late)} after it was detected."
    return Told(text, "postmortem", f"/postmortem went_poorly {text}")
