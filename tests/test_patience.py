"""No test gives up on others because the machine is slow: whoever waits for something waits as long as all do."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PLACES = {"join": 0, "wait": 0, "timeout": 0, "wait_for": 1, "select": 3}
"""Methods that wait, with the place where they take how many seconds; others take it by the name `timeout`."""
PAUSE_S = 1.0
"""Nobody waits so short for something: so long one pauses who looks again and again, or who plays something slow."""


WORDS = re.compile(r"timeout|wait|\.select\(|\.join\(\s*[\d.]")
"""Some of it stands in each source with such a wait; of the methods, many have one that joins texts."""


def waits(source: str) -> Iterator[tuple[int, float]]:
    """The line and the seconds of each wait whose end is a number of its own."""
    if not WORDS.search(source):
        return
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        place = PLACES.get(name, len(call.args))
        named = [word.value for word in call.keywords if word.arg in ("timeout", "timeout_s") and name != "notify"]
        for end in (*call.args[place : place + 1], *named):
            if isinstance(end, ast.Constant) and isinstance(end.value, int | float) and end.value >= PAUSE_S:
                yield end.lineno, end.value


@pytest.mark.parametrize(
    "wait", ["done.wait(10)", "asyncio.timeout(5)", "run([program], timeout=120)", "select.select([file], [], [], 20)"]
)
def test_a_wait_with_an_end_of_its_own_is_found(wait: str) -> None:
    assert len([*waits(wait)]) == 1


def test_whoever_waits_for_others_waits_as_long_as_all_do() -> None:
    files = (file for file in TESTS.rglob("*.py") if file != Path(__file__) and file.parent.name != "torture")
    found = [
        f"{file.relative_to(TESTS)}:{line} waits {seconds:g} s: wait PATIENCE_S (tests/patience.py)"
        for file in sorted(files)
        for line, seconds in waits(file.read_text(encoding="utf-8"))
    ]
    assert found == []
