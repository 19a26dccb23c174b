"""Prose is never a command: the short form of tests/torture/prose.py."""

import random
from itertools import cycle

import pytest

from tests.torture.lines import LINES_BY_CLASS
from tests.torture.prose import Case, State, keys, torture

GROUPS = 6
ANYWHERE = State("", "", "", "", False)


def paths() -> list[tuple[str, ...]]:
    """Every key by itself, and twenty pairs of them."""
    every, chance = keys(), random.Random(7)
    return [(), *((key,) for key in every), *((chance.choice(every), chance.choice(every)) for _ in range(20))]


@pytest.mark.parametrize("group", range(GROUPS))
async def test_a_line_typed_behind_any_key_is_that_line(group: int) -> None:
    chance, lines = random.Random(group), cycle(LINES_BY_CLASS.values())
    tried = [Case(ANYWHERE, path, chance.choice(next(lines)), 0.0) for path in paths()[group::GROUPS]]
    broken, _ = await torture(tried)
    assert not broken
