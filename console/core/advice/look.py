"""The base of all advice: the advice itself, and a look at the incident that stays cheap in a long log.

The whole of an incident's people, tasks, changes, stages, severities and last updates is looked at, for these are
few. Of its entries only the tail is read: those recorded within `RECENT_S`, `RECENT_MOST` at most, and for the question
whether something was done about it the last `BACK_MOST`. So advice costs the same after 100 entries and after 100,000.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property

import msgspec

from console.core.language.times import duration_words
from console.core.log.clocks import Clock, clocks, met_of
from console.core.log.entries import SCRIBE_KINDS, Entry
from console.core.log.milestones import Milestones, milestones
from console.core.log.state import Fact, Incident, Register
from console.core.playbook.model import Playbook, Severity, Stage
from console.core.subjects.advice import silences_of
from console.core.subjects.change import changes_of
from console.core.subjects.fix import fixes_of
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.milestone import milestones_set
from console.core.subjects.role import holder_of
from console.core.subjects.update import Update, updates_of

RECENT_S = 1800
"""Words in the timeline call for advice for this long; what is older has been seen."""

RECENT_MOST = 300
BACK_MOST = 500
TEXT_MOST = 2000
"""Characters of an entry that are looked at: a pasted log speaks of everything."""


class Nudge(msgspec.Struct, frozen=True):
    """One piece of advice. Two sentences: `text` says what is the matter, `why` the rule behind it."""

    id: str
    text: str
    why: str
    act: str
    """The act of the console (by its id in the registry of commands) whose key does the remedy."""
    remedy: str
    """A line for the prompt that does it, to be completed where it ends in a space."""


class Told(msgspec.Struct, frozen=True):
    """What a rule found: the advice without its id and reason. `why` replaces the usual reason."""

    text: str
    act: str
    remedy: str
    why: str = ""


class Look:
    """One incident at one moment, with what several rules ask for worked out once."""

    def __init__(self, state: Incident, book: Playbook, severity: Severity, declared: datetime, now: datetime) -> None:
        self.state, self.book, self.severity, self.declared, self.now = state, book, severity, declared, now
        self.phase = state.phase

    @cached_property
    def clocks(self) -> list[Clock]:
        return clocks(self.state, self.now)

    @cached_property
    def at(self) -> Milestones:
        return milestones(self.state)

    @cached_property
    def back(self) -> list[Entry]:
        """The last entries that stand, the newest first; that advice was silenced says nothing of the incident."""
        entries, silences = self.state.entries, {one.id for one in silences_of(self.state)}
        tail = entries[max(0, len(entries) - BACK_MOST) :]
        return [one for one in reversed(tail) if not one.undone and not one.redacted and one.id not in silences]

    @cached_property
    def recent(self) -> list[Entry]:
        """What people wrote lately, the newest first; a hypothesis that is ruled out no longer counts."""
        found = []
        since = self.now - timedelta(seconds=RECENT_S)
        for one in self.back[:RECENT_MOST]:
            if one.recorded_at < since:
                break
            guess = hypotheses_of(self.state).get(one.about or one.id)
            if one.kind in SPOKEN and (guess is None or guess.verdict != "ruled_out"):
                found.append(one)
        return found

    @cached_property
    def recent_words(self) -> str:
        """All of `recent` in lower case: most phrases stand nowhere, and one search of it all tells so."""
        return "\n".join(one.text[:TEXT_MOST] for one in self.recent).lower()

    @cached_property
    def back_words(self) -> str:
        """What people wrote in `back`, in lower case."""
        return "\n".join(one.text[:TEXT_MOST] for one in self.back if one.kind in SPOKEN).lower()

    @cached_property
    def watched(self) -> bool:
        """The severity asks for an organised response: people, updates or escalation. A ticket does not."""
        rule = self.severity
        return bool(rule.roles or rule.update_s or rule.escalate_s or rule.urgent)

    @cached_property
    def severities(self) -> list[Fact]:
        return live(self.state.severity)

    @cached_property
    def stages(self) -> list[Fact]:
        return live(self.state.stage)

    @cached_property
    def updates(self) -> list[Update]:
        """Updates that stand, oldest first."""
        return updates_of(self.state)

    @cached_property
    def commander(self) -> str:
        return holder_of(self.state, "ic")

    @cached_property
    def mitigation(self) -> Stage | None:
        """The stage in which the impact is stopped: the one before that which sets the milestone."""
        places = [i for i, one in enumerate(self.book.stages) if one.milestone == "mitigated"]
        return self.book.stages[places[0] - 1] if places and places[0] else None

    @cached_property
    def mitigated(self) -> bool:
        """The impact counts as stopped: somebody said so, a change or a temporary fix that may have done it is in,
        or the stage of mitigation is behind."""
        state = self.state
        told = milestones_set(state).get("mitigated")
        if self.phase != "active" or (told and told.value) or bool(fixes_of(state)):
            return True
        if any(one.outcome == "done" and not LASTING.search(one.text) for one in changes_of(state).values()):
            return True
        stage = self.mitigation
        return stage is not None and state.stage.value != stage.name and any(f.value == stage.name for f in self.stages)

    def overdue(self, kind: str) -> list[Clock]:
        return [one for one in self.clocks if one.kind == kind and one.state == "overdue"]

    def met(self, key: str) -> list[datetime]:
        """When something owed was done outside the console, oldest first."""
        return sorted(one.at for one in met_of(self.state) if one.clock == key)

    def ladder(self, nudge: str) -> str:
        """To whom one turns: the next rung of the playbook's path for this advice and severity."""
        rungs = [
            one.to
            for one in self.book.escalation
            if one.nudge == nudge and (not one.severities or self.severity.name in one.severities)
        ]
        climbed = len(self.met("escalation"))
        to = rungs[min(climbed, len(rungs) - 1)] if rungs else self.book.escalate_to or "the next level"
        first = to.partition(" ")[0]
        return to[:1].lower() + to[1:] if first in ("The", "A", "An", "Its") else to

    def lasts(self, since: datetime) -> str:
        return duration_words(max(self.now - since, timedelta()))


SPOKEN = frozenset((*SCRIBE_KINDS, "task", "change"))
"""Kinds of entries in which people speak."""

LASTING = re.compile(
    r"\b(?:root[ -]cause|permanent(?:ly)?|lasting fix|proper(?:ly)? fix\w*|fix\w* (?:it )?properly|real fix|refactor\w*"
    r"|rewrit\w+|five whys|why (?:did|does|was|were|is|it))\b",
    re.IGNORECASE,
)
"""Words of work on the cause."""

ROLL_BACK = re.compile(
    r"\b(?:roll(?:ed|ing|s)?[ -]?back|revert(?:s|ed|ing)?|back(?:ed|ing)? (?:it )?out|undo(?:ne|ing)?|undid"
    r"|previous version|known good)\b",
    re.IGNORECASE,
)


def live(register: Register) -> list[Fact]:
    """The statements that stand, oldest first."""
    return list(register.facts)


def phrase(text: str, phrases: Iterable[str]) -> str:
    """The first of `phrases` (in lower case) that stands in the text as whole words; empty when none does."""
    low = text.lower()
    for one in phrases:
        if one in low and re.search(rf"(?<!\w){re.escape(one)}(?!\w)", low):
            return one
    return ""


def joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
