"""Real log files in a folder of their own, and entries to put into them."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.store import Log, schema


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "warroom.db"


@pytest.fixture
def open_log(path: Path) -> Iterator[Callable[..., Log]]:
    """Opens logs (the test's own file by default) and closes them when the test ends."""
    opened: list[Log] = []

    def opener(where: Path | None = None, *, read_only: bool = False) -> Log:
        log = Log.open(where or path, read_only=read_only)
        opened.append(log)
        return log

    yield opener
    for log in opened:
        log.close()


def make_older(path: Path, version: int) -> None:
    """Make the log one of an earlier version of the schema: without what came since, and what was changed as it was."""
    older = sqlite3.connect(str(path), isolation_level=None)
    then, now = schema._ours(version), schema._ours(schema.NEWEST)
    other = [name for name, made in now.items() if then.get(name) != made]
    # A trigger and an index go with their table.
    for name in sorted(other, key=lambda name: now[name].kind == "table"):
        older.execute(f"DROP {now[name].kind} IF EXISTS {name}")
    for name in (name for name in other if name in then):
        older.execute(then[name].sql)
    older.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", (str(version),))
    older.close()


@pytest.fixture
def log(open_log: Callable[..., Log]) -> Log:
    return open_log()
