"""Findings of a check of a text."""

import msgspec

LONGEST = 20_000
"""The characters of a text that a check looks at."""
MOST = 50
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
