"""The stage in which an incident stands, and the gates that were overridden on the way."""

import re
from datetime import datetime, tzinfo

import msgspec

from console.core.language.pattern import late
from console.core.language.text import clean, counted, one_line
from console.core.language.times import due_words
from console.core.log.clocks import closing
from console.core.log.command import (
    Command,
    Decision,
    Offering,
    SlashContext,
    Word,
    check_incident,
    key,
    newer_than,
    proposed,
    split,
)
from console.core.log.event import Body, Id, Key, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.ids import ALPHABET, parse_reference
from console.core.log.milestones import Milestones, contradiction_doubt, milestones, mitigation_place
from console.core.log.state import Incident, Part, Record
from console.core.playbook.gates import Missing, accepted_reasons, gate, missing
from console.core.playbook.model import MILESTONES, Stage, find_stage
from console.core.refusal import Refused
from console.core.subjects.change import changes_in_flight
from console.core.subjects.link import LinkIncident, linked
from console.core.subjects.task import open_tasks


class StageChanged(Body, frozen=True):
    stage: Key
    reason: Text = ""
    override: Text = ""
    """Why a gate was overridden; empty where none was."""
    overridden: tuple[Text, ...] = ()
    """The conditions that the gate still wanted then, a sentence each."""
    replaces: Replaced = ""
    together: Id = ""
    """The same of all that one act came to and one undo takes back; empty where that is the change alone."""

    def apply(self, fold: Folding) -> None:
        comes_to = "" if fold.skipping else _comes_to(fold, self.stage)
        fold.states("stage", self.stage, self.replaces)
        text = f"Stage → {fold.state.stage_title(self.stage)}"
        text += f": {self.reason}" if self.reason else ""
        if self.override:
            part = fold.part(Overrides)
            part.overrides = (*part.overrides, Override(*fold.stamp, self.stage, self.override, self.overridden))
            count = len(self.overridden)
            unmet = f"; {counted(count, 'condition')} not met" if count else ""
            text += f" (override: {self.override}{unmet})"
        text += f"; {comes_to}" if comes_to else ""
        fold.entry("stage", text, moves=True, paste=self.together)


def _comes_to(fold: Folding, stage: str) -> str:
    """The milestone that going to the stage sets, or that the impact goes on after a relapse; empty for neither."""
    state, book = fold.state, fold.state.playbook
    rule = book.stage(stage) if book else None
    if book is None or rule is None or stage == state.stage.value:
        return ""
    at = milestones(state, fold.part(Milestones).set_by_hand)
    if rule.milestone in ("identified", "mitigated", "resolved") and rule.milestone not in at:
        return f"sets the milestone {rule.milestone}"
    back = book.stage_index(stage) < min(book.stage_index(state.stage.value), mitigation_place(book))
    return "the impact is ongoing again" if "mitigated" in at and back else ""


class Override(Record, frozen=True):
    """A gate that was overridden, with the reason."""

    stage: str
    reason: str
    unmet: tuple[str, ...]


class Overrides(Part):
    overrides: tuple[Override, ...] = ()


def overrides_of(state: Incident) -> tuple[Override, ...]:
    """The gates that were overridden, in the order of the log."""
    return state.part(Overrides).overrides


DROPS = "Closing drops:"
OWED_THEN = "Owed after closing:"

_DUPLICATE_OF = late(rf"\bduplicate of (INC[-_ ]?[{ALPHABET}]{{4}})\b", re.IGNORECASE)


class MoveStage(Command, frozen=True, kw_only=True):
    of_incidents = True
    stage: str
    reason: str = ""
    override: str = ""
    seen: str | None = None

    def newer(self, state: Incident) -> str:
        return newer_than(state.stage, self.seen)

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        stage = self._wanted(state)
        drops, owed = self.drops(state, now, zone), self.leaves_owed(state, now, zone)
        doubts = [f"{title} {'; '.join(lines)}." for title, lines in ((DROPS, drops), (OWED_THEN, owed)) if lines]
        if stage and stage.milestone and stage.milestone not in milestones(state):
            doubts.append(contradiction_doubt(state, stage.milestone, self.at or now))
        return " ".join(filter(None, doubts))

    def drops(self, state: Incident, now: datetime, zone: tzinfo) -> tuple[str, ...]:
        """The items nobody is reminded of after closing: notices and answers not given, changes in flight, tasks."""
        if not self._closes(state):
            return ()
        promises = [f"{clock.what} due {due_words(clock.due_at, now, zone)}" for clock in closing(state, now)[0]]
        changes = [f"change in flight: {one_line(change.text, 40)}" for change in changes_in_flight(state)]
        tasks = len(open_tasks(state))
        return (*promises, *changes, *([counted(tasks, "open task")] if tasks else []))

    def leaves_owed(self, state: Incident, now: datetime, zone: tzinfo) -> tuple[str, ...]:
        """The last words that are owed after closing."""
        last_words = closing(state, now)[1] if self._closes(state) else []
        return tuple(f"{clock.what}, {due_words(clock.due_at, now, zone)}" for clock in last_words)

    def _closes(self, state: Incident) -> bool:
        stage = self._wanted(state)
        return stage is not None and stage.phase == "over" and state.phase != "over"

    def _wanted(self, state: Incident) -> Stage | None:
        """The stage that is meant; None behind the last one."""
        check_incident(state)
        assert state.playbook is not None
        following = self.stage.strip().lower() in ("next", "")
        if following:
            return state.playbook.after(state.stage.value)
        try:
            return find_stage(state.playbook, self.stage)
        except Refused as refused:
            if (milestone := key(self.stage)) not in MILESTONES:
                raise
            raise Refused(f"“{milestone}” is a milestone; write /milestone {milestone} 14:32.", "stage") from refused

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        stage = self._wanted(state)
        if stage is None:
            raise Refused(f"{state.stage.value.capitalize()} is the last stage; go back with its name.", "stage")
        seen = state.stage.head if self.seen is None else self.seen
        if stage.name == state.stage.value and not state.stage.conflict:
            raise Refused(f"The stage is already {stage.name}; name another one.", "stage")
        override = clean(self.override).strip()
        wants = _missing(state, stage.name, now)
        allowed = accepted_reasons(state, stage.name, now)
        if wants and not override:
            raise Refused(gate(state, stage.name, now), "override")
        if wants and allowed:
            given = _given_reason(override, allowed)
            if given is None:
                raise Refused(f"Closing early takes one of these reasons: {', '.join(allowed)}.", "override")
            override = given
        # Where no gate has to be overridden the words are kept all the same.
        reason = "; ".join(filter(None, (clean(self.reason).strip(), "" if wants else override)))
        unmet = tuple(want.kept for want in wants)
        closing = stage.phase == "over" and state.phase != "over"
        other, known = self._duplicate_of(), linked(state, "duplicate_of")
        if closing and known and not (reason or override):
            reason = f"duplicate of {known[0]}"
        moved = StageChanged(stage.name, reason, override if wants else "", unmet, seen)
        if not closing or known or other in ("", state.ref):
            return proposed(moved, at)
        # Told from every other closing by what it replaces.
        act = state.stage.head.partition(" ")[0]
        link = LinkIncident(actor=self.actor, relation="duplicate_of", other=other, together=act)
        joined = msgspec.structs.replace(moved, together=act)
        return *proposed(joined, at), *link.decide(state, at, now)

    def _duplicate_of(self) -> str:
        """The incident that the words name for which this one is closed; empty for none."""
        named = _DUPLICATE_OF.search(f"{self.override} {self.reason}")
        return parse_reference(named[1]) if named else ""

    def elsewhere(self, state: Incident) -> tuple[str, ...]:
        other = self._duplicate_of()
        names_another = other not in ("", state.ref) and not linked(state, "duplicate_of")
        return (other,) if names_another and self._closes(state) else ()

    def follow(self, state: Incident, there: Incident) -> Command | None:
        if there.declared_at is None or there.withdrawn or state.ref in linked(there, "duplicated_by"):
            return None
        return LinkIncident(actor=self.actor, relation="duplicated_by", other=state.ref)


def _missing(state: Incident, stage: str, now: datetime) -> tuple[Missing, ...]:
    """The unmet conditions of the gate to a stage; none where somebody entered it and this settles a conflict."""
    entered = {fact.value for fact in state.stage.standing} if state.stage.conflict else ()
    return () if stage in entered else missing(state, stage, now)


def _given_reason(override: str, allowed: tuple[str, ...]) -> str | None:
    """The allowed reason that a person means, by its number, or by its beginning with more words behind it.

    A reference may stand for “another incident”: `Duplicate of INC-K7Q2`.
    """
    wanted = override.lower()
    for place, reason in enumerate(allowed, 1):
        if wanted == str(place):
            return reason
        head, other, tail = map(re.escape, reason.partition("another incident"))
        named = re.match(rf"{head}(INC[-_ ]?\w{{4}})\b(?:{tail})?(.*)", override, re.IGNORECASE | re.DOTALL)
        if other and named:
            return f"{reason}: {parse_reference(named[1])}{named[2]}"
        if wanted.startswith(reason.lower()):
            return reason + override[len(reason) :]
    begun = [reason for reason in allowed if reason.lower().startswith(wanted)]
    return begun[0] if len(begun) == 1 else None


def _read_stage(context: SlashContext, argument: str) -> Command:
    before, override, reason = argument.partition("!")
    name, rest = split(before.strip())
    if override and not reason.strip():
        raise context.incomplete("Give the reason behind the !", stage=name)
    stage, why = name or "next", reason.strip()
    move = MoveStage(actor=context.actor, at=context.at, stage=stage, reason=rest, override=why)
    to = move._wanted(context.state)
    if rest and not why and to is not None and _missing(context.state, to.name, context.now):
        way = f"To override the gate write /stage {to.name} ! {one_line(rest, 60)}"
        raise Refused(f"{way}. {gate(context.state, to.name, context.now)}", "override")
    return move


SIGNS = {"stage": "▶"}


def _names(known: Offering) -> list[str]:
    return ["next", *(stage.name for stage in known.state.playbook.stages)] if known.state.playbook else []


WORDS: dict[str, Word] = {
    "stage": Word("/stage [next or a stage] [! reason to override the gate]", _read_stage, offers=(_names,)),
}
