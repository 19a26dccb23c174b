"""The base of all decisions: the answer's shape, and reading the texts and names of a command."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from console.core.language.text import MAX_NAME_CHARS, check_length, clean, one_line
from console.core.log.event import Body
from console.core.log.state import Incident
from console.core.refusal import Refused


class Proposal(msgspec.Struct, frozen=True):
    """An event before it has an id: what happened, and when."""

    body: Body
    occurred_at: datetime


Decision = tuple[Proposal, ...]
Decide = Callable[[Incident, Any, datetime, datetime], Decision]
"""What a command comes to: given the state, the command, when it happened, and now."""


def proposed(body: Body, at: datetime) -> Decision:
    return (Proposal(body, at),)


def words(text: str, what: str, field: str = "text") -> str:
    """The cleaned text; refused when it cannot be taken, in a sentence that begins with `what`."""
    cleaned = clean(text).strip()
    if not cleaned:
        raise Refused(f"{what} needs words; write them behind the command.", field)
    check_length(cleaned, what)
    return cleaned


def line(text: str) -> str:
    """Cleaned, on one line."""
    return clean(text, multiline=False).strip()


def name(text: str) -> str:
    """A person's or a component's name."""
    return one_line(text.strip().removeprefix("@"), MAX_NAME_CHARS)
