"""Real log files in a folder of their own, and entries to put into them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.store import Log


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "warroom.db"


@pytest.fixture
def open_log(path: Path) -> Iterator[Callable[..., Log]]:
    """Opens logs (the test's own file by default) and closes them when the test ends."""
    opened: list[Log] = []

    def opener(where: Path | None = None, *, read_only: bool = False, create: bool = True) -> Log:
        log = Log.open(where or path, read_only=read_only, create=create)
        opened.append(log)
        return log

    yield opener
    for log in opened:
        log.close()


@pytest.fixture
def log(open_log: Callable[..., Log]) -> Log:
    return open_log()
