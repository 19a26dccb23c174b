"""Triage: from the answers to a few questions to a severity, with the reason. Unsure means higher."""

import re
from collections.abc import Mapping

import msgspec

from console.core.language.pattern import late
from console.core.language.text import listed, one_line
from console.core.playbook.model import Criterion, Playbook, Question, Severity
from console.core.refusal import Refused

FACTS: dict[str, Question] = {
    "down": Question("down", "Is the whole service, or one that everything needs, down?", short="service down"),
    "core": Question("core", "Does a core function fail?", short="core function fails"),
    "degraded": Question("degraded", "Does something work worse than it should?"),
    "users": Question("users", "How many per cent of users are affected?", short="users affected"),
    "revenue": Question("revenue", "How many US dollars an hour does it cost?", short="revenue lost an hour"),
    "data_loss": Question("data_loss", "Is data lost or damaged, or about to be?", short="data lost"),
    "breach": Question("breach", "Is there a breach, or an attack under way?"),
    "workaround": Question("workaround", "Is there a workaround?"),
    "visible": Question("visible", "Do customers see it?", short="seen by customers"),
}
"""The questions that a severity depends on, by the answer's id; asked besides the playbook's own."""

_NO = {"no", "n", "none", "false", "0", "nope"}
_YES = {"yes", "y", "true", "1", "yep", "yeah"}
_UNSURE = {"unsure", "?", "unknown", "maybe"}
_NOT_KNOWN = late(r"(?:not sure|(?:we |i )?(?:don.?t|do not) know)\b")
_SHARES = {"half": 50, "third": 33, "quarter": 25, "fifth": 20, "tenth": 10}
_SHARE = late(rf"(?:about |nearly )?(?:an? )?({'|'.join(_SHARES)})(?: of .*)?")


HINTS = {"users": "30%, all, unsure", "revenue": "2k, unsure"}
"""Examples of answers that are neither words nor yes or no, by the question's id."""


def hint(question: Question) -> str:
    """An example of an answer; empty where any words will do."""
    return HINTS.get(question.id, "yes, no, unsure" if question.id in FACTS else "")


def check_answers(playbook: Playbook, answers: Mapping[str, str]) -> None:
    """Refuse the first answer of which nobody could say what it means, with the answers that there are."""
    for question in questions(playbook):
        answer = answers.get(question.id, "").strip()
        if answer and not _means_something(question.id, answer):
            raise Refused(
                f"“{one_line(answer, 40)}” is not an answer to “{question.ask}”: {_allowed(question.id)}.", question.id
            )


def _means_something(fact: str, answer: str) -> bool:
    if fact not in FACTS:
        return True
    if fact in HINTS:
        return number(answer) is not None or truth(answer) is None
    # How else it can be done is told in more than a word, since one may be a mistyped yes.
    return _first_word(answer) in _YES | _NO or truth(answer) is None or (fact == "workaround" and " " in answer)


def _allowed(fact: str) -> str:
    if fact in HINTS:
        return f"write {HINTS[fact].replace(', unsure', ' or unsure')}"
    return "write yes, no or unsure" + (", or in a few words what it is" if fact == "workaround" else "")


class Suggestion(msgspec.Struct, frozen=True):
    severity: str
    """Empty when nothing was answered."""
    reason: str
    known: str = ""
    """The severity that the sure answers alone come to; empty for none."""


def questions(playbook: Playbook) -> list[Question]:
    """The playbook's own questions, then those of the facts that its severities depend on."""
    criteria = [criterion for severity in playbook.severities for criterion in severity.criteria]
    wanted = {fact for criterion in criteria for fact, _ in _conditions(criterion)}
    wanted -= {question.id for question in playbook.questions}
    return [*playbook.questions, *(question for id, question in FACTS.items() if id in wanted)]


def named_answers(playbook: Playbook | None, answers: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Id, name and text of each answer, in the order in which the questions are asked; of no question last."""
    by_id = {question.id: question for question in questions(playbook)} if playbook else {}
    ids = [*(id for id in by_id if id in answers), *(id for id in answers if id not in by_id)]
    shorts = {id: question.short for id, question in (*FACTS.items(), *by_id.items()) if question.short}
    return [(id, shorts.get(id) or id.replace("_", " "), answers[id]) for id in ids]


def suggest(playbook: Playbook, answers: dict[str, str]) -> Suggestion:
    """The severity that the answers come to.

    The worst severity that has a criterion whose conditions all hold. An answer of "unsure" (or "?") counts as the
    worse one, but raises the severity by one step at most over what is known for sure. Where nothing is, it comes to
    one step below the worst that it could be: nobody is told that it is a ticket because nobody knows yet.
    """
    given = {id: answer for id, answer in answers.items() if answer.strip() and _means_something(id, answer.strip())}
    sure, why_sure = _worst(playbook, given, unsure=False)
    worst, why_worst = _worst(playbook, given, unsure=True)
    if sure is None and worst is None:
        return Suggestion("", "the answers do not decide it; when unsure, choose the higher severity")
    order = playbook.severities
    lowest = len(order) - 1
    at_sure = playbook.severity_index(sure.name) if sure else lowest
    at_worst = playbook.severity_index(worst.name) if worst else at_sure
    if at_worst >= at_sure:
        return Suggestion(order[at_sure].name, why_sure, order[at_sure].name)
    raised = max(at_worst, at_sure - 1 if sure else min(at_worst + 1, lowest - 1))
    facts = {fact for each in order for criterion in each.criteria for fact, _ in _conditions(criterion)}
    named = [(name, answer) for id, name, answer in named_answers(playbook, given) if id in facts]
    unsure = listed([name for name, answer in named if truth(answer) is None])
    why = f"unsure about {unsure}, and unsure means higher than {order[at_sure].name}; "
    why += why_sure or f"it may be: {why_worst}"
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
        truth_value = truth(answer)
        return unsure if truth_value is None else truth_value is wanted
    value = number(answer)
    return unsure if value is None else value > wanted


def truth(answer: str) -> bool | None:
    """Yes or no; a described thing (`use the old app` for a workaround) is yes; None is unsure."""
    word = _first_word(answer)
    if word in _NO:
        return False
    return None if word in _UNSURE or _NOT_KNOWN.match(answer.strip().lower()) else True


def _first_word(answer: str) -> str:
    return re.split(r"[\s,;:.!]", answer.strip().lower(), maxsplit=1)[0]


def number(answer: str) -> float | None:
    """The number in an answer: `30%`, `about 12`, `$10k`, `10,000`, `all`; None when unsure."""
    text = answer.strip().lower()
    if text in _UNSURE:
        return None
    if share := _SHARE.fullmatch(text):
        return _SHARES[share[1]]
    if text in ("all", "everyone", "everybody"):
        return 100
    if text in _NO:
        return 0
    amount = re.search(r"(\d[\d,]*(?:\.\d+)?)\s*([km])?", text)
    if amount is None:
        return None
    return float(amount[1].replace(",", "")) * {"k": 1e3, "m": 1e6}.get(amount[2], 1)
