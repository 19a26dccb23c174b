"""The draw of a run from a matrix that is too long for each run: a part of it, at random.

The seed stands at the end of a run's output: `--seed=N` draws the same again, `--all` takes everything, as the nightly
run does. A case that is asked for by its name is run whatever is drawn.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from random import Random
from typing import TypeVar

import pytest
from hypothesis import settings

Value = TypeVar("Value")
Drawn = TypeVar("Drawn", bound=Hashable)


class Draw:
    """The way in which this run draws, as its options say."""

    seed = 0
    all = True
    """Nothing is left out: so it is wherever tests are not run by pytest."""

    @classmethod
    def configure(cls, config: pytest.Config) -> None:
        cls.seed, cls.all = config.option.seed, config.option.all


def chance(name: str) -> Random:
    """The chance that one thing is drawn by: its own, so that it is the same in a run of another part of the tests."""
    return Random(f"{Draw.seed} {name}")


def some(values: Iterable[Value], count: int, name: str) -> list[Value]:
    """So many of the values, in their order; `name` is what is drawn."""
    every = [*values]
    if Draw.all or count >= len(every):
        return every
    return [every[at] for at in sorted(chance(name).sample(range(len(every)), count))]


def examples(cost: int) -> int:
    """The number of examples for a property, each of which costs so many times what one of another costs."""
    return max(1, settings().max_examples // cost)


def covering(cases: Sequence[Iterable[Drawn]], by: Random) -> Iterator[int]:
    """The numbers of cases drawn so that each value of each of their parameters is met by one."""
    order = [*range(len(cases))]
    by.shuffle(order)
    met: Counter[Drawn] = Counter()
    for number in order:
        if any(not met[value] for value in cases[number]):
            met.update(cases[number])
            yield number


def drawn(cases: Sequence[Iterable[Drawn]], count: int, by: Random) -> set[int]:
    """The numbers of so many cases, each value among them where they are enough; 0 for just those that takes."""
    taken = [*covering(cases, by)]
    if not count:
        return {*taken}
    others = [number for number in range(len(cases)) if number not in taken]
    by.shuffle(others)
    return {*[*taken, *others][:count]}


def left_out(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Which tests this run does without, by their mark `drawn`.

    Cases of one function are drawn together, also where several classes inherit it: then the class counts as a
    parameter. With `of`, so are those of all functions that name the same thing there.
    """
    families: dict[str, list[pytest.Function]] = defaultdict(list)
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("drawn"):
            own = f"{item.function.__module__}.{item.function.__qualname__}"
            families[_mark(item).kwargs.get("of", own)].append(item)
    left: list[pytest.Item] = []
    for name, family in families.items():
        [count] = _mark(family[0]).args or [0]
        kept = drawn([_values(item) for item in family], count, chance(name))
        left += [item for number, item in enumerate(family) if number not in kept]
    return left


def _mark(item: pytest.Item) -> pytest.Mark:
    mark = item.get_closest_marker("drawn")
    assert mark is not None
    return mark


def _values(item: pytest.Function) -> list[tuple[str, object]]:
    # Cases of one value have the same object; not each value has a hash.
    of = item.nodeid.split("[")[0]
    # A function without parameters is a case of its own.
    params = item.callspec.params.items() if hasattr(item, "callspec") else ()
    return [("class", of), *((name, id(value)) for name, value in params)]
