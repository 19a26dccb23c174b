"""Patterns that are compiled when they are first asked."""

import re
import subprocess
import sys

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


def test_no_pattern_is_compiled_for_the_first_painting_that_it_does_not_use() -> None:
    code = """
import re, sys
compiled = re.compile
def noted(*given, **flags):
    print(sys._getframe(1).f_globals["__name__"])
    return compiled(*given, **flags)
re.compile = noted
import console.cli.main, console.cli.opening, console.app.main, console.app.terminal.driver
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = {name for name in done.stdout.split() if name.startswith("console.")}
    assert modules <= {"console.core.language.pattern"}
