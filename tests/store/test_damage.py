"""The short forms of the torture of a log's bytes, and of the events in it."""

import tempfile
from pathlib import Path

import pytest

from tests.memory import memory
from tests.torture import bodies, damage, files


@pytest.mark.drawn(1, of="long forms")
def test_no_damage_ends_in_a_traceback_or_is_called_clean() -> None:
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        figures = damage.tried(Path(folder), flips=12, cuts=2, seed=1, rescues=4, screens=6)
    assert figures["cases"] == 12 + 2 + 1 + len(damage.SCHEMAS)


def test_no_value_of_an_event_ends_in_a_traceback() -> None:
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        assert bodies.tried(Path(folder), count=8, seed=1)[0] > 0


@pytest.mark.drawn(1, of="long forms")
def test_no_value_of_another_table_ends_in_a_traceback() -> None:
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        assert bodies.cells(Path(folder), count=10, seed=1)[0] > 0


@pytest.mark.drawn(1, of="long forms")
def test_whatever_lies_in_the_place_of_a_file_is_a_sentence() -> None:
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        assert files.tried(Path(folder), every=61)["files"] > len(files.FILES) // 4
