"""Milestones that somebody set by hand; the others come from the stages (see core/log/milestones.py)."""

from datetime import datetime, tzinfo
from typing import Annotated, Literal

from console.core.language.grammar import day_and_time, long_ago_doubt
from console.core.language.text import clean
from console.core.language.times import rfc3339
from console.core.language.when import parse_when
from console.core.log.command import Command, Decision, SlashContext, Word, key, proposed, split
from console.core.log.event import ALL_BEFORE, Body, Replaced
from console.core.log.folding import Folding
from console.core.log.milestones import Milestones, contradiction_doubt, milestones_set
from console.core.log.state import Incident, Register
from console.core.playbook.model import MILESTONES
from console.core.refusal import Refused


class MilestoneSet(Body, frozen=True):
    """A milestone's moment, set by hand; None takes it away."""

    milestone: Annotated[str, Literal[*MILESTONES]]
    at: datetime | None = None
    replaces: Replaced = ALL_BEFORE

    def apply(self, fold: Folding) -> None:
        value = rfc3339(self.at) if self.at else ""
        fold.states_in(fold.part(Milestones).set_by_hand, self.milestone, value, self.replaces)
        name = self.milestone.replace("_", " ").capitalize()
        fold.entry("milestone", f"{name} at " if self.at else f"{name}: time removed", moment=self.at)


class SetMilestone(Command, frozen=True, kw_only=True):
    """`moment` None takes the milestone's time away."""

    of_incidents = True
    milestone: str
    moment: datetime | None

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        name, moment, began = key(self.milestone), self.moment, state.declared_at
        if moment is None or name not in MILESTONES:
            return ""
        doubt = contradiction_doubt(state, name, moment)
        if doubt or began is None or state.retrospective or moment >= began:
            return doubt
        if name in _AFTER_DECLARED:
            named, at = name.replace("_", " ").capitalize(), day_and_time(moment, now, zone)
            return f"{named} at {at} is before the declaration, at {day_and_time(began, now, zone)}."
        # Trouble begins before it is declared, and rarely so long before.
        early = all(moment < entry.occurred_at for entry in state.entries)
        return long_ago_doubt(moment, now, zone, "Before the incident's first entry:") if early else ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        milestone = key(self.milestone)
        if milestone not in MILESTONES:
            raise Refused(f"There is no milestone “{clean(self.milestone)}”: use {', '.join(MILESTONES)}.", "milestone")
        if self.moment is not None and self.moment > now:
            raise Refused("That time is in the future; a milestone is set when it has happened.", "moment")
        register = milestones_set(state).get(milestone, Register())
        value = rfc3339(self.moment) if self.moment else ""
        if register.facts and register.value == value and not register.conflict:
            stands = "stands at that time" if value else "has no time"
            raise Refused(f"{milestone.replace('_', ' ').capitalize()} {stands} already; write another time.", "moment")
        return proposed(MilestoneSet(milestone, self.moment, register.head), now)


def _read_milestone(context: SlashContext, argument: str) -> Command:
    # As it is shown, a milestone's name is two words.
    words = argument.split(maxsplit=2)
    shown = " ".join(words[:2])
    name, when = (shown, " ".join(words[2:])) if key(shown) in MILESTONES else split(argument)
    moment: datetime | None = context.at or context.now
    if when and context.at:
        raise context.malformed("Write one time, behind the milestone")
    if when:
        away = when.lower() in ("none", "-")
        moment = None if away else parse_when(when, now=context.now, zone=context.zone)
    return SetMilestone(actor=context.actor, at=context.at, milestone=name, moment=moment)


_AFTER_DECLARED = MILESTONES[MILESTONES.index("declared") + 1 :]

SIGNS = {"milestone": "▪"}
WORDS: dict[str, Word] = {
    "milestone": Word("/milestone mitigated 14:32", _read_milestone, "Name the milestone", (lambda known: MILESTONES,)),
}
