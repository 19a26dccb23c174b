"""Advice that is not wanted again in an incident."""

import msgspec

from console.core.events import NudgeSilenced
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident


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


def _silenced(fold: Folding, body: NudgeSilenced) -> None:
    part = fold.part(Silences)
    part.silences = (*part.silences, Silence(fold.event.id, body.nudge))
    fold.entry("clock", f"Advice silenced: {body.nudge.replace('_', ' ').replace(':', ' ')}", body.reason)


FOLDS = {NudgeSilenced: _silenced}
