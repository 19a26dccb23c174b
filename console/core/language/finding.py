"""Findings of a check of a text."""

import re
from typing import Self

import msgspec

MAX_CHARS = 20_000
"""The characters of a text that a check looks at."""
MAX_FINDINGS = 50
"""The most findings of one kind in a text."""


class Finding(msgspec.Struct, frozen=True):
    """One thing to look at again. `text` is a sentence; `start` and `end` bound it in the checked text (end excluded).

    `id` is speculation, eta, no_next, name, blame (an update or a postmortem), or vague, behaviour, owner, due,
    verify (an action item).
    """

    id: str
    text: str
    start: int
    end: int
    suggestion: str

    @classmethod
    def at(cls, match: re.Match[str], id: str, text: str, suggestion: str) -> Self:
        return cls(id, text, match.start(), match.end(), suggestion)
