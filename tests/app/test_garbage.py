"""The whole heap is looked through in quiet moments alone, and what was kept out of Python's own looks comes back."""

import gc
from collections.abc import Iterator
from weakref import ref

import pytest

from console.app.garbage import QUIET_S, USUAL, WORTH, Heap


class Ring:
    """Something that names itself, which only a look for garbage frees."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def heap() -> Iterator[Heap]:
    """The heap of a console that was started at 0 s."""
    threshold = gc.get_threshold()
    gc.disable()
    yield Heap(0.0)
    gc.set_threshold(*threshold)
    gc.enable()


def test_nothing_is_looked_for_while_somebody_types_or_the_console_begins(heap: Heap) -> None:
    ring = ref(Ring())
    heap.tidy(QUIET_S / 2, 0.0)
    heap.tidy(100.0, 100.0 - QUIET_S / 2)
    assert ring() is not None
    heap.tidy(100.0, 100.0 - QUIET_S)
    assert ring() is None


def test_another_look_waits_until_enough_is_new(heap: Heap) -> None:
    heap.tidy(QUIET_S, 0.0)
    ring = ref(Ring())
    heap.tidy(2 * QUIET_S, 0.0)
    assert ring() is not None
    for _ in range(WORTH):
        gc.collect(1)
    ring = ref(Ring())
    heap.tidy(2 * QUIET_S, 0.0)
    assert ring() is None


def test_pythons_own_looks_pass_over_what_lived_until_a_whole_one_frees_it(heap: Heap) -> None:
    held = Ring()
    heap.tidy(QUIET_S, 0.0)
    assert gc.get_threshold()[0] == USUAL
    ring = ref(held)
    del held
    gc.collect()
    assert ring() is not None
    for _ in range(WORTH):
        gc.collect(1)
    heap.tidy(2 * QUIET_S, 0.0)
    assert ring() is None
