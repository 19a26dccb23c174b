"""Copies of the log that are whole at every moment."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import time

from console.files import replacing
from console.store import place, problems
from console.store.problems import Damaged
from console.store.sqlite import sqlite3

_PATTERN = "warroom-*.db"
_NUMBER = re.compile(r"Z-(\d+)$", re.ASCII)
_HOUR_S = 3600


def copy(connection: sqlite3.Connection, path: Path, target: Path) -> None:
    """Copy the log into a temporary file beside `target`, onto the disk, and only then under its name."""
    place.refuse_own(target, path)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Made before SQLite fills it, so that nobody else can ever read it.
        with replacing(target) as unfinished:
            try:
                # SQLite counts writing another file as writing.
                connection.execute("PRAGMA query_only = OFF")
                connection.execute("VACUUM INTO ?", (str(unfinished),))
                _disown(unfinished)
            finally:
                connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error as error:
        problem = problems.of_sqlite(error, target)
        # What is broken is what is copied; all else that can go wrong is the new file's.
        raise problems.of_sqlite(error, path) if isinstance(problem, Damaged) else problem from error
    except OSError as error:
        raise problems.of_os(error, target) from error


def hourly(connection: sqlite3.Connection, path: Path, folder: Path, keep: int) -> Path | None:
    """A dated copy in `folder`, None when the newest there is younger than an hour; the oldest beyond `keep` go.

    Which is older their numbers say: a clock that ran ahead makes no copy of then newer than those of now.
    """
    try:
        older = sorted(folder.glob(_PATTERN), key=_age)
        if older and 0 <= time() - older[-1].stat().st_mtime < _HOUR_S:
            return None
        target = _next(folder, older)
        copy(connection, path, target)
        for old in [*older, target][:-keep]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise problems.of_os(error, folder) from error
    return target


def renew(connection: sqlite3.Connection, path: Path, folder: Path) -> Path:
    """A new copy in place of all that are in `folder`, which are removed once it is complete."""
    try:
        older = sorted(folder.glob("*.db"), key=_age)
        target = _next(folder, older)
        copy(connection, path, target)
        for old in older:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise problems.of_os(error, folder) from error
    return target


def _next(folder: Path, older: Sequence[Path]) -> Path:
    number = 1 + (_age(older[-1])[0] if older else 0)
    return (folder / f"warroom-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{number:04}.db").absolute()


def _age(copy: Path) -> tuple[int, str]:
    """The place of a copy among the others; those of earlier versions have no number, and are the oldest."""
    number = _NUMBER.search(copy.stem)
    return int(number[1]) if number else 0, copy.name


def _disown(target: Path) -> None:
    """Take the origin out of the copy: whoever opens it as a log writes under a new one."""
    connection = sqlite3.connect(str(target), isolation_level=None)
    try:
        connection.execute("DELETE FROM meta WHERE key IN ('origin', 'file')")
    finally:
        connection.close()
