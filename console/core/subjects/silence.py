"""Advice that was silenced in an incident."""

import msgspec

from console.core.log.event import Body, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part


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
