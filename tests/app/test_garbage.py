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
    threshold = gc.get_threshold()
    gc.disable()
    yield Heap()
    gc.set_threshold(*threshold)
    gc.enable()


def much_is_new() -> None:
    for _ in range(WORTH):
        gc.collect(1)


def test_nothing_is_looked_for_while_somebody_types(heap: Heap) -> None:
    much_is_new()
    ring = ref(Ring())
    heap.tidy(QUIET_S / 2)
    assert ring() is not None
    heap.tidy(QUIET_S)
    assert ring() is None


def test_another_look_waits_until_enough_is_new(heap: Heap) -> None:
    heap.look()
    ring = ref(Ring())
    heap.tidy(QUIET_S)
    assert ring() is not None
    much_is_new()
    ring = ref(Ring())
    heap.tidy(QUIET_S)
    assert ring() is None


def test_pythons_own_looks_pass_over_what_lived_until_a_whole_one_frees_it(heap: Heap) -> None:
    held = Ring()
    heap.look()
    assert gc.get_threshold()[0] == USUAL
    ring = ref(held)
    del held
    gc.collect()
    assert ring() is not None
    much_is_new()
    heap.tidy(QUIET_S)
    assert ring() is None
