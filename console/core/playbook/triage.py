"""Triage: from the answers to a few questions to a severity, with the reason. Unsure means higher."""

import re

import msgspec

from console.core.playbook.model import Criterion, Playbook, Question, Severity

FACTS: dict[str, Question] = {
    "down": Question("down", "Is the whole service, or one that everything needs, down?"),
    "core": Question("core", "Does a core function fail?"),
    "degraded": Question("degraded", "Does something work worse than it should?"),
    "users": Question("users", "How many per cent of users are affected?"),
    "revenue": Question("revenue", "How many US dollars an hour does it cost?"),
    "data_loss": Question("data_loss", "Is data lost or damaged, or about to be?"),
    "breach": Question("breach", "Is there a breach, or an attack under way?"),
    "workaround": Question("workaround", "Is there a way around it?"),
    "visible": Question("visible", "Do customers see it?"),
}
"""What a severity depends on, by the answer's id; asked besides the playbook's own questions."""

_NO = {"no", "n", "none", "false", "0"}
_UNSURE = {"unsure", "?", "unknown", "maybe", "not sure"}


HINTS = {"users": "30%, all, unsure", "revenue": "2k, unsure"}
"""What an answer looks like, where it is neither words nor yes or no."""


def hint(question: Question) -> str:
    """An example of an answer; empty where any words will do."""
    return HINTS.get(question.id, "yes, no, unsure" if question.id in FACTS else "")


class Suggestion(msgspec.Struct, frozen=True):
    severity: str
    """Empty when nothing was answered."""
    reason: str
    known: str = ""
    """What the sure answers alone come to."""


def questions(playbook: Playbook) -> list[Question]:
    """The playbook's own questions, then those of the facts that its severities depend on."""
    criteria = [criterion for severity in playbook.severities for criterion in severity.criteria]
    wanted = {fact for criterion in criteria for fact, _ in _conditions(criterion)}
    wanted -= {question.id for question in playbook.questions}
    return [*playbook.questions, *(question for id, question in FACTS.items() if id in wanted)]


def suggest(playbook: Playbook, answers: dict[str, str]) -> Suggestion:
    """The severity that the answers come to.

    The worst severity that has a criterion whose conditions all hold. An answer of "unsure" (or "?") counts as the
    worse one, but raises the severity by one step at most over what is known for sure. Where nothing is, it comes to
    one step below the worst that it could be: nobody is told that it is a ticket because nobody knows yet.
    """
    given = {id: answer for id, answer in answers.items() if answer.strip()}
    sure, why_sure = _worst(playbook, given, unsure=False)
    worst, why_worst = _worst(playbook, given, unsure=True)
    if sure is None and worst is None:
        return Suggestion("", "nothing that was answered decides it; when unsure, choose the higher one")
    order = playbook.severities
    lowest = len(order) - 1
    at_sure = playbook.severity_index(sure.name) if sure else lowest
    at_worst = playbook.severity_index(worst.name) if worst else at_sure
    if at_worst >= at_sure:
        return Suggestion(order[at_sure].name, why_sure, order[at_sure].name)
    raised = max(at_worst, at_sure - 1 if sure else min(at_worst + 1, lowest - 1))
    unsure = ", ".join(sorted(id.replace("_", " ") for id, answer in given.items() if _truth(answer) is None))
    why = f"unsure about {unsure}, and unsure means higher; {why_sure or why_worst}"
    return Suggestion(order[raised].name, why, order[at_sure].name if sure else "")


def _worst(playbook: Playbook, answers: dict[str, str], *, unsure: bool) -> tuple[Severity | None, str]:
    for severity in playbook.severities:
        for criterion in severity.criteria:
            conditions = _conditions(criterion)
            if conditions and all(_holds(answers.get(fact, ""), over, unsure) for fact, over in conditions):
                return severity, criterion.says
    return None, ""


def _conditions(criterion: Criterion) -> list[tuple[str, float | bool]]:
    """Facts and what they must be: over a number, or true (workaround: false)."""
    flags = ("down", "core", "degraded", "data_loss", "breach")
    wanted: list[tuple[str, float | bool, float | bool]] = [
        *((name, True, getattr(criterion, name)) for name in flags),
        ("users", criterion.users_over, criterion.users_over),
        ("revenue", criterion.revenue_over, criterion.revenue_over),
        ("workaround", False, criterion.no_workaround),
        ("visible", True, criterion.customer_visible),
    ]
    return [(name, value) for name, value, counts in wanted if counts]


def _holds(answer: str, wanted: float | bool, unsure: bool) -> bool:
    if not answer.strip():
        return False
    if isinstance(wanted, bool):
        truth = _truth(answer)
        return unsure if truth is None else truth is wanted
    value = number(answer)
    return unsure if value is None else value > wanted


def _truth(answer: str) -> bool | None:
    """Yes or no; a described thing (`use the old app` for a workaround) is yes; None is unsure."""
    word = answer.strip().lower().rstrip(".!")
    if word in _NO:
        return False
    return None if word in _UNSURE else True


def number(answer: str) -> float | None:
    """The number in an answer: `30%`, `about 12`, `$10k`, `10,000`, `all`; None when unsure."""
    text = answer.strip().lower()
    if text in _UNSURE:
        return None
    if text in ("all", "everyone", "everybody"):
        return 100
    if text in _NO:
        return 0
    amount = re.search(r"(\d[\d,]*(?:\.\d+)?)\s*([km])?", text)
    if amount is None:
        return None
    return float(amount[1].replace(",", "")) * {"k": 1e3, "m": 1e6}.get(amount[2], 1)
