"""Prose is never a command: the short form of tests/torture/prose.py."""

import random
from itertools import cycle

import pytest

from tests.torture.lines import LINES_BY_CLASS
from tests.torture.prose import Bench, Case, State, keys, torture, try_paste

GROUPS = 6
PAIRS = 20
"""Ways of two keys that are tried, after those of one."""
ANYWHERE = State("", "", "", "", False)


def paths() -> list[tuple[str, ...]]:
    """Nothing, every key by itself, and some pairs of them."""
    every, chance = keys(), random.Random(7)
    return [(), *((key,) for key in every), *((chance.choice(every), chance.choice(every)) for _ in range(PAIRS))]


@pytest.mark.parametrize(("first", "pasted"), [(0, "sx one line"), (2, "x first q\n  D second\nEnter")])
async def test_a_paste_behind_any_key_is_one_text_and_no_key(first: int, pasted: str) -> None:
    bench = Bench()
    for path in paths()[first:-PAIRS:4]:
        await try_paste(bench, path, pasted)
    await bench.close()


@pytest.mark.parametrize("group", range(GROUPS))
async def test_a_line_typed_behind_any_key_is_that_line(group: int) -> None:
    chance, lines = random.Random(group), cycle(LINES_BY_CLASS.values())
    tried = [Case(ANYWHERE, path, chance.choice(next(lines)), 0.0) for path in paths()[group::GROUPS]]
    broken, _ = await torture(tried)
    assert not broken
