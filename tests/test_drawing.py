"""The draw of a run from a matrix: the same by the same seed, each value each time, each case sooner or later."""

from itertools import product
from random import Random

import pytest

from tests.drawing import Draw, covering, drawn, some

MATRIX = [*product([("kind", kind) for kind in "abcdef"], [("fault", fault) for fault in range(20)])]


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(Draw, "all", False)
    return monkeypatch


@pytest.mark.parametrize("seed", range(20))
def test_each_value_of_each_parameter_is_met_by_few_cases(seed: int) -> None:
    taken = [*covering(MATRIX, Random(seed))]
    assert {value for number in taken for value in MATRIX[number]} == {value for case in MATRIX for value in case}
    assert 20 <= len(taken) < 30
    assert taken == [*covering(MATRIX, Random(seed))]


def test_each_case_is_met_sooner_or_later() -> None:
    assert {number for seed in range(100) for number in covering(MATRIX, Random(seed))} == {*range(len(MATRIX))}


@pytest.mark.parametrize("count", [0, 5, 40, 1000])
def test_of_so_many_cases_each_value_is_one_as_far_as_they_are_enough(count: int) -> None:
    every = {value for case in MATRIX for value in case}
    for seed in range(20):
        taken = drawn(MATRIX, count, Random(seed))
        assert len(taken) == min(count, len(MATRIX)) or not count
        assert count == 5 or {value for number in taken for value in MATRIX[number]} == every
    met = {number for seed in range(400) for number in drawn(MATRIX, count, Random(seed))}
    assert met == {*range(len(MATRIX))}


def test_a_run_takes_so_many_in_their_order_the_same_by_its_seed(drawing: pytest.MonkeyPatch) -> None:
    runs = {}
    for seed in range(50):
        drawing.setattr(Draw, "seed", seed)
        taken = some(range(30), 4, "thirty")
        assert taken == sorted(set(taken)) == some(range(30), 4, "thirty")
        assert len(taken) == 4
        runs[seed] = taken
    assert {number for taken in runs.values() for number in taken} == {*range(30)}


def test_nothing_is_left_out_where_all_is_asked_for(drawing: pytest.MonkeyPatch) -> None:
    assert some("ab", 4, "two") == ["a", "b"]
    drawing.setattr(Draw, "all", True)
    assert some(range(30), 4, "thirty") == [*range(30)]
