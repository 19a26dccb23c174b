"""Production changes: claimed before they are made, ended when they are over."""

import re
from datetime import datetime, tzinfo
from typing import Annotated, Literal

from console.core.language.names import same_name, unquoted
from console.core.language.pattern import late
from console.core.language.text import one_line
from console.core.log.command import (
    Command,
    Decision,
    Offering,
    SlashContext,
    Word,
    key,
    line,
    note_behind,
    proposed,
    words,
)
from console.core.log.event import Body, Mention, Ref, Text
from console.core.log.find import holds
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Record
from console.core.refusal import Refused

OUTCOMES = {"done": "done", "rolled_back": "rolled back", "failed": "failed"}
"""The outcomes of a change, with the words for each."""


class ChangeClaimed(Body, frozen=True):
    """Somebody is about to change production, and says so before; `rollback` is the rollback plan."""

    text: Text
    rollback: Text = ""
    despite: tuple[Mention, ...] = ()
    """Changes of others that were in flight, and known to be."""

    def apply(self, fold: Folding) -> None:
        change = Change(*fold.stamp, self.text, self.rollback, self.despite)
        fold.part(Changes).changes[change.id] = change
        rollback = f" (rollback plan: {self.rollback})" if self.rollback else ""
        fold.entry("change", f"Change: {self.text}{rollback}", moves=True, words=self.text)


class RollbackPlanned(Body, frozen=True):
    """The rollback plan of a change that was claimed without one, or another plan."""

    change: Ref
    rollback: Text

    def apply(self, fold: Folding) -> None:
        change = fold.amended(fold.part(Changes).changes, self.change, "a rollback plan", rollback=self.rollback)
        if change is not None:
            fold.entry("change", f"Rollback plan of “{change.text}”: {self.rollback}")


class ChangeEnded(Body, frozen=True):
    change: Ref
    outcome: Annotated[str, Literal[*OUTCOMES]] = "done"
    note: Text = ""

    def apply(self, fold: Folding) -> None:
        changes, end = fold.part(Changes).changes, fold.event.occurred_at
        ending = {"ended_at": end, "outcome": self.outcome, "note": self.note}
        change = fold.amended(changes, self.change, "the end of a change", **ending)
        if change is not None:
            outcome = OUTCOMES.get(self.outcome, self.outcome)
            fold.mark(change.id, outcome)
            fold.entry("change", f"Change {outcome}: {change.text}", self.note, moves=True, about=change.id)


class Change(Record, frozen=True):
    """A production change: claimed before it is made, ended when it is over."""

    text: str
    rollback: str
    despite: tuple[str, ...] = ()
    ended_at: datetime | None = None
    outcome: str = ""
    """One of `OUTCOMES`."""
    note: str = ""
    """The note about its end."""

    @property
    def in_flight(self) -> bool:
        return self.ended_at is None

    @property
    def ending(self) -> str:
        """`failed: it did not come up`, `rolled back`, or `in flight`."""
        outcome = OUTCOMES.get(self.outcome, self.outcome) or "in flight"
        return f"{outcome}: {self.note}" if self.note else outcome


class Changes(Part):
    changes: dict[str, Change] = {}


def changes_of(state: Incident) -> dict[str, Change]:
    """All production changes, by their id."""
    return state.part(Changes).changes


def changes_in_flight(state: Incident) -> list[Change]:
    """Production changes that are under way."""
    return [change for change in changes_of(state).values() if change.in_flight]


class ClaimChange(Command, frozen=True, kw_only=True):
    """A production change, before it is made. `despite` goes on although somebody else's is in flight."""

    begins = "change"
    text: str
    rollback: str = ""
    despite: bool = False

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        text = words(self.text, "A change")
        others = [change for change in changes_in_flight(state) if not same_name(change.by, self.actor)]
        if others and not self.despite:
            in_flight = ", ".join(f"{change.by} has “{one_line(change.text, 40)}” in flight" for change in others)
            raise Refused(f"{in_flight}; wait for it, or claim yours all the same with /change ! TEXT.", "despite")
        own = [change for change in changes_in_flight(state) if same_name(change.by, self.actor)]
        if any(one_line(change.text, len(text)) == one_line(text, len(text)) for change in own):
            raise Refused("You have that change in flight already; say how it ended first.", "text")
        return proposed(ChangeClaimed(text, line(self.rollback), tuple(change.id for change in others)), at)

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        unplanned = "" if line(self.rollback) else "No rollback plan is given."
        return " ".join(filter(None, (super().doubt(state, now, zone), unplanned)))


class PlanRollback(Command, frozen=True, kw_only=True):
    """Without `change`: the actor's own, or the only one in flight. Of the only one, words that are not its own belong
    to the plan."""

    rollback: str
    change: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        change, named = find_change(state, self.change, self.actor)
        plan = self.rollback if named else ": ".join(filter(None, (self.change, self.rollback)))
        rollback = words(line(plan), "A rollback plan", "back")
        if rollback == change.rollback:
            raise Refused(f"That is the rollback plan of “{one_line(change.text, 40)}” already.", "back")
        return proposed(RollbackPlanned(change.id, rollback), at)


class EndChange(Command, frozen=True, kw_only=True):
    """Without `change`: the actor's own, or the only one in flight. Of the only one, words that are not its own are
    the note."""

    change: str = ""
    outcome: str = ""
    """Without one it is done, unless the words speak of an end themselves."""
    note: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        change, named = find_change(state, self.change, self.actor)
        outcome = key(self.outcome)
        note = self.note if named else ": ".join(filter(None, (self.change, self.note)))
        if not outcome and (speaks := _ANY_END.search(note)):
            raise Refused(f"“{speaks[0]}” may be how it ended; say that first: done, rolled-back or failed.", "outcome")
        outcome = outcome or "done"
        if outcome not in OUTCOMES:
            raise Refused("A change ends as done, rolled-back or failed.", "outcome")
        return proposed(ChangeEnded(change.id, outcome, line(note)), at)

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        says = next((OUTCOMES[end] for end, pattern in _OUTCOME.items() if pattern.match(self.note.strip())), "")
        if says in ("", OUTCOMES.get(key(self.outcome) or "done")):
            return ""
        return f"The note says “{says}”, and the change is logged as {OUTCOMES[key(self.outcome) or 'done']}."


def find_change(state: Incident, text: str, actor: str) -> tuple[Change, bool]:
    """A change in flight, and whether the text names it: by words of it, as the actor's own, or as the only one."""
    flying = changes_in_flight(state)
    wanted = unquoted(text.strip()).lower()
    if not flying:
        raise Refused("No change is in flight; claim one with /change TEXT before you make it.", "change")
    ended = changes_of(state).get(wanted)
    if ended is not None and not ended.in_flight:
        outcome = OUTCOMES.get(ended.outcome, ended.outcome)
        raise Refused(f"“{one_line(ended.text, 40)}” has ended already: {outcome}.", "what")
    if wanted:
        choices = [[change for change in flying if wanted == change.id or holds(change.text, wanted)]]
    else:
        choices = [[change for change in flying if same_name(change.by, actor)], flying]
    for fits in choices:
        if len(fits) == 1:
            return fits[0], True
    if len(flying) == 1:
        return flying[0], False
    listed = ", ".join(f"{one_line(change.text, 30)} ({change.by})" for change in flying)
    raise Refused(f"Which change: {listed}? Use words of it.", "change")


_BACK = late(r"(?:^|[\s;,|])\s*(?:roll)?back:\s*", re.IGNORECASE)


def _read_change(context: SlashContext, argument: str) -> Command:
    despite = argument.startswith("!")
    text, *back = _BACK.split(argument.removeprefix("!").strip(), maxsplit=1)
    if not text.strip():
        raise context.malformed("A change needs words")
    rollback = back[0].strip() if back else ""
    return ClaimChange(actor=context.actor, at=context.at, text=text.strip(" ;,|"), rollback=rollback, despite=despite)


_ENDS = {
    "done": r"done|finished|completed?",
    "rolled_back": r"rolled[ _-]?back|roll[ -]?back|reverted|backed[ -]out",
    "failed": r"failed(?!\s+over\b)",
}
"""The ways to say each outcome, as patterns."""
_OUTCOME = {end: late(rf"(?:{ways})(?=[\s,.;:]|$)[,.;]?", re.IGNORECASE) for end, ways in _ENDS.items()}
_ANY_END = late(
    r"\b(?:not|never|abort\w*|cancel\w*|stopped|fail\w*|revert\w*|roll\w*[ -]?back|backed[ -]out)\b", re.IGNORECASE
)


def _read_changed(context: SlashContext, argument: str) -> Command:
    outcome, rest = "", argument
    for end, pattern in _OUTCOME.items():
        if match := pattern.match(argument):
            outcome, rest = end, argument[match.end() :].lstrip(" :")
    before, note = note_behind(rest)
    return EndChange(actor=context.actor, at=context.at, change=before, outcome=outcome, note=note)


def _read_rollback_plan(context: SlashContext, argument: str) -> Command:
    change, plan = note_behind(argument)
    if not (change and plan):
        change, plan = "", argument
    return PlanRollback(actor=context.actor, at=context.at, change=change, rollback=plan.strip())


SIGNS = {"change": "±"}
CORRECTABLE = (ChangeClaimed,)


def _outcomes(known: Offering) -> list[str]:
    return [outcome.replace("_", "-") for outcome in OUTCOMES]


WORDS: dict[str, Word] = {
    "change": Word("/change [!] TEXT [back: rollback plan]", _read_change),
    "rollback-plan": Word(
        "/rollback-plan [words of the change:] PLAN", _read_rollback_plan, "A rollback plan needs words"
    ),
    "changed": Word(
        "/changed [done|rolled-back|failed] [words of the change] [: note]", _read_changed, offers=(_outcomes,)
    ),
}
