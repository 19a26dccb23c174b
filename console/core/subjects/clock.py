"""Clocks that were snoozed, and obligations that were met outside the console."""

from datetime import datetime

import msgspec

from console.core.events import ClockSnoozed, ObligationMet
from console.core.language.times import duration_words
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident


class Snooze(msgspec.Struct, frozen=True):
    id: str
    clock: str
    due_at: datetime
    until: datetime
    reason: str
    by: str


class Met(msgspec.Struct, frozen=True):
    """Something owed that was met outside the console."""

    id: str
    clock: str
    at: datetime
    by: str


class Obligations(Part):
    snoozes: tuple[Snooze, ...] = ()
    met: tuple[Met, ...] = ()


def snoozes_of(state: Incident) -> tuple[Snooze, ...]:
    return state.part(Obligations).snoozes


def met_of(state: Incident) -> tuple[Met, ...]:
    return state.part(Obligations).met


def _snoozed(fold: Folding, body: ClockSnoozed) -> None:
    part = fold.part(Obligations)
    snooze = Snooze(fold.event.id, body.clock, body.due_at, body.until, body.reason, fold.event.actor)
    part.snoozes = (*part.snoozes, snooze)
    by = duration_words(body.until - body.due_at)
    fold.entry("clock", f"Snoozed {body.clock.replace(':', ' ')} by {by}: {body.reason}")


def _met(fold: Folding, body: ObligationMet) -> None:
    part = fold.part(Obligations)
    part.met = (*part.met, Met(fold.event.id, body.clock, fold.event.occurred_at, fold.event.actor))
    fold.entry("clock", f"Done: {body.clock.replace('_', ' ').replace(':', ' ')}", body.note)


FOLDS = {ClockSnoozed: _snoozed, ObligationMet: _met}
