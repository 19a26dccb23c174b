"""Screens in tests without what only costs time."""

import gc
from collections.abc import Iterator

import pytest

from tests.app.resting import quick_screens, resting_screens, still_seconds
from tests.drawing import Draw

CONSOLE_PARTS = 10_000
"""Fewer new objects than any console leaves."""


def pytest_runtest_setup() -> None:
    """A console that is over is a circle of parts: it's cheaper to free it while they are in the processor's cache."""
    if gc.get_count()[0] > CONSOLE_PARTS:
        gc.collect(1)


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    # Where every case is run Textual does all of its work: so it shows that what is left out else costs only time.
    with resting_screens() if Draw.all else quick_screens(), still_seconds():
        yield
