"""Answers to the triage questions, and the severity that they suggested."""

from datetime import datetime

from console.core.language.text import one_line
from console.core.log.command import Command, Decision, line, proposed
from console.core.log.event import Body, Key, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Record
from console.core.playbook.triage import check_answers, named_answers, questions, suggest
from console.core.refusal import Refused


class TriageAnswered(Body, frozen=True):
    """The answers known when the severity was chosen, by the question's id, and the severity that they suggested."""

    answers: dict[Key, Text]
    suggested: Key = ""
    reason: Text = ""

    def apply(self, fold: Folding) -> None:
        part = fold.part(Triages)
        # The log keeps a body's keys in the alphabet's order.
        named = named_answers(fold.state.playbook, self.answers)
        answers = {id: answer for id, _, answer in named}
        part.given = (*part.given, Triage(*fold.stamp, answers, self.suggested, self.reason))
        given = "; ".join(f"{name}: {answer}" for _, name, answer in named if answer)
        suggests = f" → {self.suggested}: {self.reason}" if self.suggested else ""
        fold.entry("triage", f"Triage{suggests} ({given})" if given else f"Triage{suggests}")


class Triage(Record, frozen=True):
    """Answers to the triage questions, and the severity that they suggested."""

    answers: dict[str, str]
    suggested: str
    reason: str


class Triages(Part):
    given: tuple[Triage, ...] = ()


def triage_of(state: Incident) -> Triage | None:
    """The last answers."""
    return next(reversed(state.part(Triages).given), None)


def answers_of(state: Incident) -> dict[str, str]:
    """The last answers, by the question's id."""
    last = triage_of(state)
    return last.answers if last else {}


def answers_stand(state: Incident, answers: dict[str, str]) -> bool:
    """True when the answers are the last ones given, and still suggest the same severity."""
    last = triage_of(state)
    if last is None or state.playbook is None:
        return False
    return (last.answers, last.suggested) == (answers, suggest(state.playbook, answers).severity)


class AnswerTriage(Command, frozen=True, kw_only=True):
    """Answers by the question's id; what they suggest is worked out."""

    of_incidents = True
    answers: dict[str, str]
    seen: str | None = None
    """The last triage that its writer saw, by its id, empty before the first; None: whatever there is."""

    def newer(self, state: Incident) -> str:
        last = triage_of(state)
        return f"{last.by} answered the triage meanwhile." if last and self.seen not in (None, last.id) else ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        assert state.playbook is not None
        known = {question.id for question in questions(state.playbook)}
        answers = {id: line(answer) for id, answer in self.answers.items() if answer.strip()}
        unknown = next((id for id in answers if id not in known), None)
        if unknown is not None:
            raise Refused(f"There is no question “{one_line(unknown, 30)}”: use {', '.join(sorted(known))}.", unknown)
        if not answers:
            raise Refused("Answer at least one question; unsure is an answer too.", "answers")
        check_answers(state.playbook, answers)
        suggestion = suggest(state.playbook, answers)
        if answers_stand(state, answers):
            raise Refused("These answers stand already; change one of them.", "answers")
        return proposed(TriageAnswered(answers, suggestion.severity, suggestion.reason), at)


SIGNS = {"triage": ""}
