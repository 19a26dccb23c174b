"""The whole heap is looked through in quiet moments alone, and what was kept out of Python's own looks comes back."""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from weakref import ref

import pytest

from console.app.garbage import QUIET_S, USUAL, WORTH, Heap

Story = Callable[[], None]


class Ring:
    """Something that names itself, which only a look for garbage frees."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(scope="module")
def process() -> Iterator[ProcessPoolExecutor]:
    """A process with a small heap: here a whole look goes through all tests, and takes half a second."""
    with ProcessPoolExecutor(1, get_context("spawn"), gc.disable) as pool:
        yield pool


def much_is_new() -> None:
    for _ in range(WORTH):
        gc.collect(1)


def nothing_is_looked_for_while_somebody_types() -> None:
    heap = Heap()
    much_is_new()
    ring = ref(Ring())
    heap.tidy(QUIET_S / 2)
    assert ring() is not None
    heap.tidy(QUIET_S)
    assert ring() is None


def another_look_waits_until_enough_is_new() -> None:
    heap = Heap()
    heap.collect()
    ring = ref(Ring())
    heap.tidy(QUIET_S)
    assert ring() is not None
    much_is_new()
    ring = ref(Ring())
    heap.tidy(QUIET_S)
    assert ring() is None


def pythons_own_looks_pass_over_what_lived_until_a_whole_one_frees_it() -> None:
    heap = Heap()
    held = Ring()
    heap.collect()
    assert gc.get_threshold()[0] == USUAL
    ring = ref(held)
    del held
    gc.collect()
    assert ring() is not None
    much_is_new()
    heap.tidy(QUIET_S)
    assert ring() is None


@pytest.mark.parametrize(
    "story",
    [
        nothing_is_looked_for_while_somebody_types,
        another_look_waits_until_enough_is_new,
        pythons_own_looks_pass_over_what_lived_until_a_whole_one_frees_it,
    ],
    ids=lambda story: story.__name__,
)
def test_in_a_process_of_its_own(process: ProcessPoolExecutor, story: Story) -> None:
    process.submit(story).result()
