"""Answers to the triage questions, and the severity that they suggested."""

from datetime import datetime

import msgspec

from console.core.events import TriageAnswered
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident


class Triage(msgspec.Struct, frozen=True):
    """Answers to the triage questions, and the severity that they suggested."""

    id: str
    answers: dict[str, str]
    suggested: str
    reason: str
    at: datetime
    by: str


class Triages(Part):
    given: tuple[Triage, ...] = ()


def triages_of(state: Incident) -> tuple[Triage, ...]:
    """All answers, in the order of the log."""
    return state.part(Triages).given


def triage_of(state: Incident) -> Triage | None:
    """The last answers."""
    given = triages_of(state)
    return given[-1] if given else None


def answers_of(state: Incident) -> dict[str, str]:
    """The last answers, by the question's id."""
    last = triage_of(state)
    return last.answers if last else {}


def _answered(fold: Folding, body: TriageAnswered) -> None:
    event, part = fold.event, fold.part(Triages)
    answers = Triage(event.id, body.answers, body.suggested, body.reason, event.occurred_at, event.actor)
    part.given = (*part.given, answers)
    given = "; ".join(f"{name.replace('_', ' ')}: {answer}" for name, answer in body.answers.items() if answer)
    suggests = f" → {body.suggested}: {body.reason}" if body.suggested else ""
    fold.entry("triage", f"Triage{suggests} ({given})" if given else f"Triage{suggests}")


FOLDS = {TriageAnswered: _answered}
