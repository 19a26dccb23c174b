"""Hypotheses of the cause, and what became of them."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Annotated, Literal

from console.core.language.text import clean, one_line
from console.core.language.times import due_words
from console.core.log.command import Command, Decision, Offering, SlashContext, Word, key, proposed
from console.core.log.event import Body, Ref, Text
from console.core.log.find import named_first, numbered, which
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Record, ended_words
from console.core.refusal import Refused

VERDICTS = ("open", "supported", "ruled_out")


class HypothesisJudged(Body, frozen=True):
    hypothesis: Ref
    verdict: Annotated[str, Literal[*VERDICTS]]
    evidence: Text = ""

    def apply(self, fold: Folding) -> None:
        _, at, by = fold.stamp
        hypotheses, changes = fold.part(Hypotheses).hypotheses, {"verdict": self.verdict, "evidence": self.evidence}
        act = "a judgement of a hypothesis"
        hypothesis = fold.amended(hypotheses, self.hypothesis, act, judged_at=at, judged_by=by, **changes)
        if hypothesis is None:
            return
        verdict = self.verdict.replace("_", " ")
        fold.mark(hypothesis.id, "" if self.verdict == "open" else verdict)
        text = f"{verdict.capitalize()}: {hypothesis.text}"
        fold.entry("finding", text, self.evidence, moves=True, about=hypothesis.id)


class Hypothesis(Record, frozen=True):
    number: int
    text: str
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
    fold.part(Hypotheses).hypotheses[fold.event.id] = Hypothesis(*fold.stamp, fold.number("hypothesis"), text)


class JudgeHypothesis(Command, frozen=True, kw_only=True):
    hypothesis: str
    verdict: str
    evidence: str = ""

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        hypothesis = find_hypothesis(state, self.hypothesis)
        if "open" in (hypothesis.verdict, key(self.verdict)) or hypothesis.judged_at is None:
            return ""
        judged = f"{hypothesis.verdict.replace('_', ' ')} by {hypothesis.judged_by}"
        return f"“{one_line(hypothesis.text, 40)}” is {judged} at {due_words(hypothesis.judged_at, now, zone)}."

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        verdict = key(self.verdict)
        if verdict not in VERDICTS:
            raise Refused("A hypothesis is open, supported or ruled-out.", "verdict")
        hypothesis = find_hypothesis(state, self.hypothesis)
        evidence = clean(self.evidence).strip()
        if verdict == hypothesis.verdict and evidence in ("", hypothesis.evidence):
            judged, by = verdict.replace("_", " "), ended_words(state, hypothesis.id, now)
            raise Refused(f"“{one_line(hypothesis.text, 40)}” is {judged} already{by}; write what shows it.", "verdict")
        return proposed(HypothesisJudged(hypothesis.id, verdict, evidence), at)


def find_hypothesis(state: Incident, text: str) -> Hypothesis:
    """A hypothesis by its number in order of appearance, the beginning of its id, or words of its text."""
    nothing = "There is no hypothesis; log one with ?."
    return which(numbered(hypotheses_of(state).values()), text, "hypothesis", nothing, "hypothesis")


def _judged(verdict: str) -> Callable[[SlashContext, str], Command]:
    def read(context: SlashContext, argument: str) -> Command:
        hypotheses = numbered(hypotheses_of(context.state).values())
        hypothesis, evidence = named_first(hypotheses, argument, context.form)
        return JudgeHypothesis(
            actor=context.actor, at=context.at, hypothesis=hypothesis, verdict=verdict, evidence=evidence
        )

    return read


def _read_reopen(context: SlashContext, argument: str) -> Command:
    book, over = context.state.playbook, context.state.phase == "over"
    stages = (stage.name for stage in book.stages if stage.status == "investigating") if book and over else ()
    incident = "".join(f", or /stage {stage} to reopen the incident" for stage in [*stages][-1:])
    if not argument or (incident and not hypotheses_of(context.state)):
        raise Refused(f"{_NAME}: write {context.form}{incident}.", "hypothesis")
    return _judged("open")(context, argument)


_NAME = "Name the hypothesis"


def _numbers(known: Offering) -> list[str]:
    return [str(hypothesis.number) for hypothesis in hypotheses_of(known.state).values()]


WORDS: dict[str, Word] = {
    "supported": Word("/supported HYPOTHESIS [evidence]", _judged("supported"), _NAME, (_numbers,)),
    "ruled-out": Word("/ruled-out HYPOTHESIS [evidence]", _judged("ruled_out"), _NAME, (_numbers,)),
    "reopen": Word("/reopen HYPOTHESIS", _read_reopen, offers=(_numbers,)),
}
