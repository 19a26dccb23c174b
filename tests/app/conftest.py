"""Screens in tests without what only costs time."""

from collections.abc import Iterator

import pytest

from tests.app.resting import quick_screens, resting_screens, still_seconds
from tests.drawing import Draw


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    # Where every case is run Textual does all of its work: so it shows that what is left out else costs only time.
    with resting_screens() if Draw.all else quick_screens(), still_seconds():
        yield
