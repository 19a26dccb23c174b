"""Advice that is not wanted again in an incident."""

from datetime import datetime

import msgspec

from console.core.language.text import one_line
from console.core.log.command import Command, Decision, Word, into, key, line, proposed
from console.core.log.event import Body, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part
from console.core.refusal import Refused


class NudgeSilenced(Body, frozen=True):
    """Advice that is not wanted again in this incident."""

    nudge: Text
    reason: Text = ""

    def apply(self, fold: Folding) -> None:
        part = fold.part(Silences)
        part.silences = (*part.silences, Silence(fold.event.id, self.nudge))
        fold.entry("clock", f"Advice silenced: {self.nudge.replace('_', ' ').replace(':', ' ')}", self.reason)


class Silence(msgspec.Struct, frozen=True):
    id: str
    nudge: str


class Silences(Part):
    silences: tuple[Silence, ...] = ()


def silences_of(state: Incident) -> tuple[Silence, ...]:
    """The advice that was silenced, in the order of the log."""
    return state.part(Silences).silences


def silenced(state: Incident, nudge: str) -> bool:
    return any(silence.nudge == nudge for silence in silences_of(state))


class SilenceNudge(Command, frozen=True, kw_only=True):
    nudge: str
    reason: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        nudge = key(self.nudge)
        if not nudge:
            raise Refused("Name the advice to silence, as the list of advice shows it.", "nudge")
        if silenced(state, nudge):
            raise Refused("That advice is silenced already; undo brings it back.", "nudge")
        return proposed(NudgeSilenced(one_line(nudge, 80), line(self.reason)), at)


WORDS: dict[str, Word] = {
    "silence": Word("/silence ADVICE [reason]", into(SilenceNudge, "nudge", "reason"), "Name the advice"),
}
