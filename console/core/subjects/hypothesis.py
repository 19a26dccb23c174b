"""Hypotheses of the cause, and what became of them."""

from datetime import datetime

import msgspec

from console.core.events import HypothesisJudged
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident


class Hypothesis(msgspec.Struct, frozen=True):
    id: str
    text: str
    at: datetime
    by: str
    verdict: str = "open"
    evidence: str = ""
    judged_at: datetime | None = None
    judged_by: str = ""


class Hypotheses(Part):
    hypotheses: dict[str, Hypothesis] = {}


def hypotheses_of(state: Incident) -> dict[str, Hypothesis]:
    """All hypotheses in the order of the log, by their id."""
    return state.part(Hypotheses).hypotheses


def suppose(fold: Folding, text: str) -> None:
    """The event under way states a hypothesis."""
    event = fold.event
    fold.part(Hypotheses).hypotheses[event.id] = Hypothesis(event.id, text, event.occurred_at, event.actor)


def _judged(fold: Folding, body: HypothesisJudged) -> None:
    event, known = fold.event, fold.part(Hypotheses).hypotheses
    hypothesis = known.get(body.hypothesis)
    if hypothesis is None:
        return fold.unknown("a judgement of a hypothesis that is not in this log")
    known[hypothesis.id] = msgspec.structs.replace(
        hypothesis,
        verdict=body.verdict,
        evidence=body.evidence,
        judged_at=event.occurred_at,
        judged_by=event.actor,
    )
    verdict = body.verdict.replace("_", " ")
    fold.mark(hypothesis.id, "" if body.verdict == "open" else verdict)
    text = f"{verdict.capitalize()}: {hypothesis.text}"
    fold.entry("finding", text, body.evidence, moves=True, about=hypothesis.id)


FOLDS = {HypothesisJudged: _judged}
