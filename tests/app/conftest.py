"""Screens in tests without what only costs time."""

from collections.abc import Iterator

import pytest

from tests.app.resting import quick_screens, still_seconds


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    with quick_screens(), still_seconds():
        yield
