"""Advice about status updates: owed, promised, and what they say."""

from collections.abc import Sequence
from datetime import timedelta

from console.core.advice.facts import Advice, Facts
from console.core.language.checks import promised_end, says_next
from console.core.language.checks import speculation as speculation_in
from console.core.language.text import listed
from console.core.log.grounds import lost_by_update
from console.core.log.state import Fact
from console.core.playbook.model import AUDIENCES
from console.core.subjects.update import Update

TELL_S = 300
"""A change of stage or severity should be told within this many seconds."""


def update_late(facts: Facts) -> Advice | None:
    late = [clock for kind in ("update", "first_public", "executive_notice") for clock in facts.overdue(kind)]
    if not late:
        return None
    worst = min(late, key=lambda clock: (clock.due_at, clock.key))
    audiences = sorted({clock.audience for clock in late}, key=AUDIENCES.index)
    first = {clock.audience: clock for clock in sorted(late, key=lambda clock: clock.due_at, reverse=True)}
    if any(clock.kind != "update" for clock in first.values()):
        what, verb = listed([first[name].what for name in audiences]), "is" if len(audiences) == 1 else "are"
    else:
        what, verb = listed(audiences), "update is" if len(audiences) == 1 else "updates are"
    lengths = [facts.lasts(first[name].due_at) for name in audiences]
    by = lengths[0] if len(set(lengths)) == 1 else listed(lengths)
    text = f"The {what} {verb} {'due now' if by == '0s' else f'late, by {by}'}."
    return Advice(text, "update", f"/update {worst.audience} next {_cadence(facts, worst.audience)} ")


def lost_ground(facts: Facts) -> Advice | None:
    """The last update to an audience stands on an entry that was undone, corrected or redacted since."""
    for audience in AUDIENCES:
        last = _last(facts, audience)
        for loss in lost_by_update(facts.state, last) if last else ():
            return Advice(
                f"The last {audience} update {loss.words}.",
                "update",
                f"/update {audience} next {_cadence(facts, audience)} ",
            )
    return None


def no_next_promised(facts: Facts) -> Advice | None:
    """The last update to an audience says neither by its promise nor in its text when the next comes."""
    if facts.phase == "over":
        return None
    late = {clock.audience for clock in facts.overdue("update")}
    for audience in AUDIENCES:
        last = _last(facts, audience)
        if last is None or audience in late or (audience == "executive" and audience not in facts.severity.update_s):
            continue
        if not last.final and last.next_at is None and not says_next(last.text):
            text = f"The last {audience} update does not say when the next one comes."
            return Advice(text, "update", f"/update {audience} next {_cadence(facts, audience)} ")
    return None


def milestone_update(facts: Facts) -> Advice | None:
    """A new stage that has a public status, or another severity, and no update since.

    Closing counts if anybody was told of the incident before.
    """
    severity = facts.severity
    if not (severity.update_s or severity.update_at_milestones):
        return None
    public = [fact for fact in facts.stages if (rule := facts.book.stage(fact.value)) and rule.status]
    moved = _changed(public, facts.stages[:1])
    rated = _changed(facts.severities, facts.severities[:1])
    last = max(filter(None, (moved, rated)), key=lambda fact: fact.at, default=None)
    if last is None or facts.now - last.at < timedelta(seconds=TELL_S):
        return None
    if any(update.at >= last.at for update in facts.updates) or (facts.phase == "over" and not facts.updates):
        return None
    rule = facts.book.stage(last.value)
    if rule and last is moved and facts.phase == "over" and facts.updates[-1].status == rule.status:
        return None  # It was said just before it was done.
    change = f"The stage has been {rule.title}" if rule and last is moved else f"The severity has been {last.value}"
    text = f"{change} for {facts.lasts(last.at)}, and no update has said so."
    audience = "public" if any(update.audience == "public" for update in facts.updates) else "internal"
    why = "" if last is moved else "The severity changed: say so to those who were told another one."
    return Advice(text, "update", f"/update {audience} next {_cadence(facts, audience)} ", why)


def _changed(facts: Sequence[Fact], first: Sequence[Fact]) -> Fact | None:
    """The last statement, unless it is the declaration's or repeats what was so before."""
    if not facts or facts[-1] in first or (len(facts) > 1 and facts[-2].value == facts[-1].value):
        return None
    return facts[-1]


def eta_in_public(facts: Facts) -> Advice | None:
    last = _last(facts, "public")
    if facts.phase == "over" or last is None or not (promises := promised_end(last.text)):
        return None
    promise = last.text[promises[0].start : promises[0].end]
    text = f"A public update promised an ETA: “{promise[:50]}”."
    return Advice(text, "update", f"/update public next {_cadence(facts, 'public')} ")


def speculation(facts: Facts) -> Advice | None:
    """The newest update of any audience."""
    last = max(facts.updates, key=lambda update: update.at, default=None)
    if facts.phase == "over" or last is None or not (guesses := speculation_in(last.text)):
        return None
    guess = last.text[guesses[0].start : guesses[0].end]
    text = f"The last {last.audience} update guesses: “{guess}”."
    return Advice(text, "update", f"/update {last.audience} next {_cadence(facts, last.audience)} ")


def _last(facts: Facts, audience: str) -> Update | None:
    return next((update for update in reversed(facts.updates) if update.audience == audience), None)


def _cadence(facts: Facts, audience: str) -> str:
    """As typed behind `next`: the severity's cadence, or half an hour."""
    return f"{(facts.severity.update_s.get(audience, 0) or 1800) // 60 or 1}m"
