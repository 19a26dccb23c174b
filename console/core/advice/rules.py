"""Advice: what a good incident commander would notice now, each with its reason and its remedy.

Derived from the state, like the clocks; nothing is stored but what somebody silenced. `console.core.advice.look` says
what is looked at.
"""

from collections.abc import Callable
from datetime import datetime

from console.core.advice import pace, people, updates, work
from console.core.advice.look import Look, Nudge, Told
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.subjects.advice import silenced

__all__ = ["RULES", "Nudge", "all_nudges", "nudges"]

Rule = Callable[[Look], Told | None]

RULES: dict[str, tuple[Rule, str]] = {
    "containment": (work.containment, "Until the access is cut off, the damage goes on; keep the evidence."),
    "no_ic": (people.no_ic, "Without a commander everyone acts alone and nobody coordinates."),
    "hasty_fix": (work.hasty_fix, "A rollback plan is required before a change ships: it may make things worse."),
    "two_changes": (work.two_changes, "With two changes under way nobody knows which one helped or harmed."),
    "roll_back_first": (
        work.roll_back_first,
        "A recent deploy and new symptoms: roll back, then ask why; it can be deployed again.",
    ),
    "situation": (work.situation, "First what stops it from getting worse, as the playbook says; then look for why."),
    "fixing_first": (work.fixing_first, "Stop the impact first; the cause comes after."),
    "change_left_open": (work.change_left_open, "Say how it ended: done, rolled back or failed."),
    "premature_closing": (pace.premature_closing, "Closed too early, it comes back: watch it until it is stable."),
    "page_unanswered": (people.page_unanswered, "As long as nobody has answered, nobody is coming."),
    "no_progress": (pace.no_progress, "No progress means that other people are needed: escalate."),
    "beyond_target": (pace.beyond_target, "It exceeds its target: ask what to do differently, and escalate."),
    "severity_rose": (people.severity_rose, "A worse incident needs a larger response."),
    "expert_needed": (people.expert_needed, "A specialist sees in minutes what others search for."),
    "update_late": (updates.update_late, "People who hear nothing worry, and ask in every channel."),
    "lost_ground": (updates.lost_ground, "People act on an update: correct what is no longer true."),
    "eta_in_public": (updates.eta_in_public, "Promise the next update, not an ETA: people plan by it."),
    "speculation": (updates.speculates, "A guess in an update is read as a fact."),
    "milestone_update": (updates.milestone_update, "Every change of stage or severity gets an update."),
    "no_next_promised": (
        updates.no_next_promised,
        "An update says when the next one comes, so that nobody has to ask.",
    ),
    "stage_too_long": (pace.stage_too_long, "Set a time for it; decide with what is known, or escalate."),
    "red_flag": (work.red_flag, ""),
    "ic_debugging": (people.ic_debugging, "A commander who is heads-down loses the overview: delegate."),
    "missing_role": (people.missing_role, "This severity requires the role: give it to somebody by name."),
    "no_scribe": (people.no_scribe, "What nobody logs is lost for the handoff and the postmortem."),
    "span_of_control": (people.span_of_control, "Too many people report to one: split them, each group with a lead."),
    "not_heard": (people.not_heard, "Ask them by name: one word is an answer, and silence may mean trouble."),
    "task_silent": (people.task_silent, "The task is past its report time: ask, or reassign it."),
    "quiet": (pace.quiet, "Ask each responder for their status, and log it."),
    "long_shift": (people.long_shift, "Decisions get worse after so many hours: hand over, to somebody by name."),
    "milestones_contradict": (
        pace.milestones_contradict,
        "Every figure of the incident comes from its milestones: correct the one that is wrong.",
    ),
    "mitigation_skipped": (
        pace.mitigation_skipped,
        "How long the impact lasted ends with the mitigation, and no stage has set it.",
    ),
    "late_declaration": (pace.late_declaration, "Declare early: it can be lowered at any time."),
    "fix_without_ticket": (work.fix_without_ticket, "A temporary fix without a ticket becomes permanent."),
    "no_postmortem_owner": (
        work.no_postmortem_owner,
        "Without an owner it is not written, and the same happens again.",
    ),
}
"""Each piece of advice with its rule and the reason for it, the most urgent first. Where the playbook has an
anti-pattern for it, the playbook's words are the reason; a red flag always has them."""


def nudges(state: Incident, now: datetime) -> tuple[Nudge, ...]:
    """The advice for this moment, the most urgent first, without what was silenced for this incident.

    Imported and withdrawn incidents get none; nor does a playbook's `nudges_off` come up.
    """
    return tuple(nudge for nudge in all_nudges(state, now) if not silenced(state, nudge.id))


def all_nudges(state: Incident, now: datetime) -> tuple[Nudge, ...]:
    """As `nudges`, with what was silenced among it."""
    book, severity = state.playbook, state.severity_rule
    if book is None or severity is None or state.declared_at is None or state.withdrawn or state.retrospective:
        return ()
    look = Look(state, book, severity, state.declared_at, now)
    advice = []
    for id, (rule, reason) in RULES.items():
        finding = None if id in book.nudges_off else rule(look)
        if finding is not None:
            why = finding.why or _pattern(book, id) or reason
            advice.append(Nudge(id, finding.text, why, finding.act, finding.remedy))
    return tuple(advice)


def rule_words(book: Playbook, id: str) -> str:
    """What a piece of advice asks for: as the playbook's anti-pattern for it says, else our reason for it."""
    instead = next((pattern.instead for pattern in book.anti_patterns if pattern.nudge == id), "")
    return instead or RULES[id][1] or "Answer a thought that costs time as the playbook says."


def _pattern(book: Playbook, id: str) -> str:
    """What the playbook says about it."""
    return next((f"{pattern.seen} {pattern.instead}" for pattern in book.anti_patterns if pattern.nudge == id), "")
