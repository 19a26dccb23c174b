"""An empty log; assertions of the shared suite are explained as those of test files are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.store.log import Log

pytest.register_assert_rewrite("tests.publish.suite")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with Log.open(tmp_path / "warroom.db") as log:
        yield log
