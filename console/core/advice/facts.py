"""The base of all advice: the advice itself, and the facts of an incident, which stay cheap in a long log.

All of an incident's people, tasks, changes, stages, severities and last updates is read, for these are few.
Of its entries only the tail is read: those recorded within `RECENT_S`, `RECENT_ENTRIES` at most, and for the
question whether something was done about it the last `BACK_ENTRIES`. So advice costs the same after 100 entries and
after 100,000.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from itertools import takewhile

import msgspec

from console.core.language.pattern import late
from console.core.language.times import format_length
from console.core.log.clocks import Clock, moments_met, open_clocks
from console.core.log.entries import SCRIBE_KINDS, Entry
from console.core.log.milestones import Moments, milestones, milestones_set
from console.core.log.state import Incident, Register
from console.core.playbook.model import Playbook, Severity, Stage, callee_within
from console.core.subjects.change import changes_of
from console.core.subjects.fix import fixes_of
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.role import holder_of
from console.core.subjects.silence import silences_of
from console.core.subjects.update import Update, updates_of

RECENT_S = 1800
"""Words in the timeline call for advice for this long; what is older has been seen."""

RECENT_ENTRIES = 300
BACK_ENTRIES = 500
TEXT_CHARS = 2000
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

    @property
    def line(self) -> str:
        """The remedy to be read: what is still to be typed stands in capitals, as in `/role ic NAME`."""
        lacks = _LACKS.get(self.remedy.partition(" ")[0], "TEXT")
        return f"{self.remedy}{lacks}" if self.remedy.endswith(" ") else self.remedy


_LACKS = {
    "/assign": "NAME", "/changed": "CHANGE", "/escalate": "WHOM", "/handoff": "NAME", "/milestone": "TIME",
    "/page": "NAME", "/postmortem": "NAME", "/role": "NAME", "/stage": "STAGE", "/ticket": "TICKET",
}  # fmt: skip
"""The end of a remedy's line that only a person can give, by its slash word; of others it is a text."""


class Advice(msgspec.Struct, frozen=True):
    """The advice of a rule, without its id. `why` replaces the rule's usual reason."""

    text: str
    act: str
    remedy: str
    why: str = ""


class Facts:
    """An incident at one moment: what several rules ask for is worked out once."""

    def __init__(self, state: Incident, book: Playbook, severity: Severity, declared: datetime, now: datetime) -> None:
        self.state, self.book, self.severity, self.declared, self.now = state, book, severity, declared, now
        self.phase, self.severities, self.stages = state.phase, state.severity.in_force, state.stage.facts

    @cached_property
    def clocks(self) -> list[Clock]:
        return open_clocks(self.state, self.now)

    @cached_property
    def at(self) -> Moments:
        return milestones(self.state)

    @cached_property
    def back(self) -> list[Entry]:
        """The last entries that stand, the newest first; that advice was silenced says nothing of the incident."""
        entries, silences = self.state.entries, {silence.id for silence in silences_of(self.state)}
        tail = reversed(entries[max(0, len(entries) - BACK_ENTRIES) :])
        return [entry for entry in tail if not entry.undone and not entry.redacted and entry.id not in silences]

    @cached_property
    def recent(self) -> list[Entry]:
        """The entries that people wrote lately, newest first; those about a ruled-out hypothesis no longer count."""
        since, hypotheses = self.now - timedelta(seconds=RECENT_S), hypotheses_of(self.state)
        recent = takewhile(lambda entry: entry.recorded_at >= since, self.back[:RECENT_ENTRIES])
        spoken = ((entry, hypotheses.get(entry.about or entry.id)) for entry in recent if entry.kind in SPOKEN)
        return [entry for entry, about in spoken if about is None or about.verdict != "ruled_out"]

    @cached_property
    def recent_words(self) -> str:
        """All of `recent` in lower case: most phrases stand nowhere, and one search of it all tells so."""
        return "\n".join(entry.text[:TEXT_CHARS] for entry in self.recent).lower()

    @cached_property
    def back_words(self) -> str:
        """The texts that people wrote in `back`, in lower case, a line each."""
        return "\n".join(entry.text[:TEXT_CHARS] for entry in self.back if entry.kind in SPOKEN).lower()

    @cached_property
    def watched(self) -> bool:
        """The severity asks for an organised response: people, updates or escalation. A ticket does not."""
        rule = self.severity
        return bool(rule.roles or rule.update_s or rule.escalate_s or rule.urgent)

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
        places = [place for place, stage in enumerate(self.book.stages) if stage.milestone == "mitigated"]
        return self.book.stages[places[0] - 1] if places and places[0] else None

    @cached_property
    def mitigated(self) -> bool:
        """The impact counts as stopped: somebody said so, a change or a temporary fix that may have done it is in,
        or the stage of mitigation is behind."""
        state, stage = self.state, self.mitigation
        if self.phase != "active" or milestones_set(state).get("mitigated", Register()).value or fixes_of(state):
            return True
        if any(change.outcome == "done" and not LASTING.search(change.text) for change in changes_of(state).values()):
            return True
        return stage is not None and stage.name in {fact.value for fact in self.stages} - {state.stage.value}

    def overdue(self, kind: str) -> list[Clock]:
        return [clock for clock in self.clocks if clock.kind == kind and clock.state == "overdue"]

    def met(self, key: str) -> list[datetime]:
        """The moments at which something owed was done outside the console, oldest first."""
        return moments_met(self.state, key)

    def ladder(self, nudge: str) -> str:
        """To whom one turns: the next rung of the playbook's path for this advice and severity."""
        rungs = [rung.to for rung in self.book.rungs_for(self.severity.name) if rung.nudge == nudge]
        climbed = len(self.met("escalation"))
        return callee_within(
            rungs[min(climbed, len(rungs) - 1)] if rungs else self.book.escalate_to or "the next level"
        )

    def lasts(self, since: datetime) -> str:
        return format_length(max(self.now - since, timedelta()))


SPOKEN = frozenset((*SCRIBE_KINDS, "task", "change"))
"""Kinds of entries in which people speak."""

LASTING = late(
    r"\b(?:root[ -]cause|permanent(?:ly)?|lasting fix|proper(?:ly)? fix\w*|fix\w* (?:it )?properly|real fix|refactor\w*"
    r"|rewrit\w+|five whys|why (?:did|does|was|were|is|it))\b",
    re.IGNORECASE,
)
"""Words of work on the cause."""

ROLL_BACK = late(
    r"\b(?:roll(?:ed|ing|s)?[ -]?back|revert(?:s|ed|ing)?|back(?:ed|ing)? (?:it )?out|undo(?:ne|ing)?|undid"
    r"|previous version|known good)\b",
    re.IGNORECASE,
)


def phrase(text: str, phrases: Iterable[str]) -> str:
    """The first of `phrases` (in lower case) that stands in the text as whole words; empty when none does."""
    low = text.lower()
    whole = (words for words in phrases if words in low and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", low))
    return next(whole, "")


def escalate(facts: Facts, text: str) -> Advice:
    """Advice to turn to somebody else: by the clock of escalation while it runs, else by a role."""
    if any(clock.kind == "escalation" for clock in facts.clocks):
        return Advice(text, "escalate", "/escalate ")
    return Advice(text, "role", "/role ")
