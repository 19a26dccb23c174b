"""What tests of the built-in playbooks share: looking for a rule by its words."""

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from console.core.playbook.model import Checklist, Playbook, Severity, Stage


def lacking(texts: Iterable[str], *phrases: str) -> list[str]:
    """Those phrases that stand in none of the texts, in any case."""
    said = [text.lower() for text in texts]
    return [phrase for phrase in phrases if not any(phrase.lower() in text for text in said)]


def astray(texts: Iterable[str], *wanted: str) -> list[tuple[str, str]]:
    """Texts that do not hold, in their turn and in any case, the words wanted of them; `|` stands between words.

    A text too many or too few is astray as well.
    """
    turns = zip_longest(texts, wanted, fillvalue="")
    return [
        (text, words)
        for text, words in turns
        if not (text and words) or any(word.lower() not in text.lower() for word in words.split("|"))
    ]


def severity(book: Playbook, name: str) -> Severity:
    found = book.severity(name)
    assert found is not None, name
    return found


def stage(book: Playbook, name: str) -> Stage:
    found = book.stage(name)
    assert found is not None, name
    return found


def checklist(book: Playbook, id: str) -> Checklist:
    found = book.checklist(id)
    assert found is not None, id
    return found


def duties(book: Playbook, role: str) -> tuple[str, ...]:
    found = book.role(role)
    assert found is not None, role
    return found.duties


def figures(book: Playbook, *keys: str) -> dict[str, tuple[Any, ...]]:
    """The figures of each severity, by its name."""
    return {one.name: tuple(getattr(one, key) for key in keys) for one in book.severities}


def criteria(book: Playbook, name: str) -> list[dict[str, Any]]:
    """What makes an incident this severe: of each criterion the conditions that are set."""
    keys = ("down", "core", "degraded", "users_over", "revenue_over", "data_loss", "breach", "no_workaround")
    found = severity(book, name).criteria
    return [{key: getattr(one, key) for key in keys if getattr(one, key)} for one in found]


def pairs(rows: Iterable[Any], first: str, second: str) -> dict[str, str]:
    """Two texts of each entry of a part, in lower case."""
    return {getattr(one, first).lower(): getattr(one, second).lower() for one in rows}
