"""Hypotheses of the cause, and what became of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from console.core.language.text import clean
from console.core.log.command import Asked, Command, Decision, Word, proposed, split
from console.core.log.event import Body, Ref, Text
from console.core.log.find import fitting, listed
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part
from console.core.refusal import Refused


class HypothesisJudged(Body, frozen=True):
    hypothesis: Ref
    verdict: Annotated[str, Literal["open", "supported", "ruled_out"]]
    evidence: Text = ""

    def apply(self, fold: Folding) -> None:
        event, known = fold.event, fold.part(Hypotheses).hypotheses
        hypothesis = known.get(self.hypothesis)
        if hypothesis is None:
            return fold.unknown("a judgement of a hypothesis that is not in this log")
        known[hypothesis.id] = msgspec.structs.replace(
            hypothesis,
            verdict=self.verdict,
            evidence=self.evidence,
            judged_at=event.occurred_at,
            judged_by=event.actor,
        )
        verdict = self.verdict.replace("_", " ")
        fold.mark(hypothesis.id, "" if self.verdict == "open" else verdict)
        text = f"{verdict.capitalize()}: {hypothesis.text}"
        fold.entry("finding", text, self.evidence, moves=True, about=hypothesis.id)


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


class JudgeHypothesis(Command, frozen=True, kw_only=True):
    hypothesis: str
    verdict: str
    evidence: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        verdict = self.verdict.strip().lower().replace(" ", "_").replace("-", "_")
        if verdict not in VERDICTS:
            raise Refused("A hypothesis is open, supported or ruled-out.", "verdict")
        found = find_hypothesis(state, self.hypothesis)
        return proposed(HypothesisJudged(found.id, verdict, clean(self.evidence).strip()), at)


def find_hypothesis(state: Incident, text: str) -> Hypothesis:
    """A hypothesis by its number in order of appearance, the beginning of its id, or words of its text."""
    hypotheses = dict(enumerate(hypotheses_of(state).values(), 1))
    fits = fitting(hypotheses, text)
    if len(fits) == 1:
        return fits[0]
    if not hypotheses:
        raise Refused("There is no hypothesis; log one with ?.", "hypothesis")
    raise Refused(f"Which hypothesis: {listed(hypotheses)}? Use its number.", "hypothesis")


VERDICTS = {"open": "open", "supported": "supported", "ruled_out": "ruled_out"}


def _read_judge(word: str, verdict: str) -> Callable[[Asked, str], Command]:
    def read(asked: Asked, argument: str) -> Command:
        which, evidence = split(argument)
        if not which:
            raise asked.malformed("Name the hypothesis")
        return JudgeHypothesis(
            actor=asked.actor, at=asked.at, hypothesis=which, verdict=verdict, evidence=evidence.lstrip(": ")
        )

    return read


WORDS: dict[str, Word] = {
    "supported": Word("/supported HYPOTHESIS [evidence]", _read_judge("supported", "supported")),
    "ruled-out": Word("/ruled-out HYPOTHESIS [evidence]", _read_judge("ruled-out", "ruled_out")),
    "reopen": Word("/reopen HYPOTHESIS", _read_judge("reopen", "open")),
}
