"""What all decisions share: the answer's shape, and reading the texts and names of a command."""

from datetime import datetime

import msgspec

from console.core import events as ev
from console.core.language.text import MAX_NAME_CHARS, check_length, clean, one_line
from console.core.refusal import Refusal


class Proposal(msgspec.Struct, frozen=True):
    """An event before it has an id: what happened, and when."""

    body: ev.Body
    occurred_at: datetime


Decision = tuple[Proposal, ...] | Refusal


def one(body: ev.Body, at: datetime) -> Decision:
    return (Proposal(body, at),)


def words(text: str, what: str, field: str = "text") -> str | Refusal:
    """The cleaned text, or why it cannot be taken; `what` begins the sentence."""
    cleaned = clean(text).strip()
    if not cleaned:
        return Refusal(f"{what} needs words; write them behind the command.", field)
    return check_length(cleaned, what) or cleaned


def line(text: str) -> str:
    """Cleaned, on one line."""
    return clean(text, multiline=False).strip()


def name(text: str) -> str:
    """A person's or a component's name."""
    return one_line(text.strip().removeprefix("@"), MAX_NAME_CHARS)
