"""Patterns that are compiled when they are first asked.

All of them together take a tenth of a second of processor time, which most commands and the first painting of the
console would wait for without using them.
"""

import re
from typing import cast


class _Late:
    """Becomes a pattern of `re` with the first thing that is asked of it."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern, self._flags = source, flags

    def __getattr__(self, name: str) -> object:
        compiled = re.compile(self.pattern, self._flags)
        for each in ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split"):
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)


_LATE: list[_Late] = []


def late(source: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern, with the `flags` of `re`; what is wrong with it is raised at its first use."""
    pattern = _Late(source, flags)
    _LATE.append(pattern)
    return cast(re.Pattern[str], pattern)


def compile_all() -> None:
    """Compile what is not yet, so that no key waits for it."""
    for pattern in _LATE:
        if "match" not in pattern.__dict__:
            _ = pattern.match
