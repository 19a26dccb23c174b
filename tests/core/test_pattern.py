"""Patterns that are compiled when they are first asked."""

import re

from console.core.language import pattern
from console.core.language.pattern import compile_all, late
from console.core.log.registry import KINDS


def test_a_late_pattern_is_the_pattern() -> None:
    one, same = late(r"(?P<word>w\w+)", re.IGNORECASE), re.compile(r"(?P<word>w\w+)", re.IGNORECASE)
    text = "Warroom, where words wait"
    assert one.pattern == same.pattern
    for _ in range(2):  # Compiled with the first round, and there in the second.
        assert [match.span() for match in one.finditer(text)] == [match.span() for match in same.finditer(text)]
        assert one.sub("-", text) == same.sub("-", text)
        assert one.findall(text) == same.findall(text)
        assert (one.flags, one.groupindex) == (same.flags, same.groupindex)


def test_every_late_pattern_of_the_program_is_one() -> None:
    assert KINDS  # With them comes all that reads a line.
    assert len(pattern._LATE) > 80
    compile_all()
    assert all("match" in one.__dict__ for one in pattern._LATE)
