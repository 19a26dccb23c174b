"""Advice: what a good incident commander would notice now, each with its reason and its remedy.

Derived from the state, like the clocks; nothing is stored but what somebody silenced. `console.core.advice.facts` says
what is looked at.
"""

from collections.abc import Callable
from datetime import datetime

from console.core.advice import pace, people, updates, work
from console.core.advice.facts import Advice, Facts, Nudge
from console.core.advice.reasons import REASONS
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.subjects.silence import silenced

__all__ = ["RULES", "Nudge", "all_nudges", "nudges"]

Rule = Callable[[Facts], Advice | None]


def _rule(id: str) -> Rule:
    rule: Rule = next(vars(module)[id] for module in (pace, people, updates, work) if id in vars(module))
    return rule


RULES: dict[str, Rule] = {id: _rule(id) for id in REASONS}
"""The rule of each piece of advice, the function of that name, the most urgent first. Where the playbook has an
anti-pattern for it, the playbook's words are the reason, else ours; a red flag always has the playbook's."""


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
    facts = Facts(state, book, severity, state.declared_at, now)
    nudges_now = []
    for id, rule in RULES.items():
        advice = None if id in book.nudges_off else rule(facts)
        if advice is not None:
            why = advice.why or _pattern(book, id) or REASONS[id]
            nudges_now.append(Nudge(id, advice.text, why, advice.act, advice.remedy))
    return tuple(nudges_now)


def rule_words(book: Playbook, id: str) -> str:
    """The words on what to do about a piece of advice: the playbook's in its anti-pattern, else our reason for it."""
    instead = next((pattern.instead for pattern in book.anti_patterns if pattern.nudge == id), "")
    return instead or REASONS[id] or "Answer a thought that costs time as the playbook says."


def _pattern(book: Playbook, id: str) -> str:
    """The playbook's anti-pattern for a piece of advice: what is seen, then what to do instead; empty without one."""
    return next((f"{pattern.seen} {pattern.instead}" for pattern in book.anti_patterns if pattern.nudge == id), "")
