"""Copies of the log that are whole at every moment, and what they hold that the log has lost."""

import re
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import NamedTuple

import msgspec

from console.core.language.pattern import late
from console.files import replacing
from console.store import connect, head, place, problems, rows, schema
from console.store.problems import Damaged, StoreProblem
from console.store.sqlite import sqlite3

AT_EXIT = "at-exit.db"
"""The copy made by the console that was left last; beside the hourly ones, so that it never pushes one out."""
ACCEPTED = "accepted"
"""The key in `meta` of the entries that are missing and of which nobody wants to hear any more."""

_PATTERN = "warroom-*.db"
_NUMBER = late(r"Z-(\d+)$", re.ASCII)
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
    except OSError as error:
        raise problems.of_os(error, folder) from error
    return _dated(connection, path, folder, keep)


def at_exit(connection: sqlite3.Connection, path: Path, folder: Path, keep: int) -> Path:
    """The copy of a log that is left; a dated one where the copy before it knows more than the log."""
    target = folder / AT_EXIT
    if _knows_more(connection, target):
        return _dated(connection, path, folder, keep)
    copy(connection, path, target)
    return target


def _dated(connection: sqlite3.Connection, path: Path, folder: Path, keep: int) -> Path:
    try:
        older = sorted(folder.glob(_PATTERN), key=_age)
        target = _next(folder, older)
        copy(connection, path, target)
        for old in [*older, target][:-keep]:
            if not _knows_more(connection, old):
                old.unlink(missing_ok=True)
    except OSError as error:
        raise problems.of_os(error, folder) from error
    return target


def renew(connection: sqlite3.Connection, path: Path, folder: Path) -> Path:
    """A new copy in place of all others of this log in `folder`, which are removed once it is complete.

    Raises StoreProblem, and removes none, where one holds entries that the log has lost.
    """
    try:
        older = sorted(folder.glob("*.db"), key=_age)
        if lost := gaps(connection, filter(None, map(_read, older))):
            raise problems.lost_of(path, lost[0].backup)
        target = _next(folder, older)
        copy(connection, path, target)
        for old in older:
            if not _knows_more(connection, old):
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


# Of what a log has lost


class Kept(NamedTuple):
    """The entries up to which a copy goes."""

    name: str
    first: str
    """The id of the first entry of all, which a log of which this is a copy has, too."""
    ends: Sequence[tuple[head.Mark, str]]
    """The last entry of each incident and origin, and its id."""


def read(folder: Path) -> list[Kept]:
    """The last entries of each copy in a folder, the newest copy first; copies that cannot be read are passed over."""
    return [kept for file in _newest_first(folder) if (kept := _read(file)) is not None]


def last_written(folder: Path) -> head.Mark | None:
    """The entry that the newest copy in a folder got last; older copies were made of what it is a copy of."""
    for file in _newest_first(folder):
        with suppress(StoreProblem, sqlite3.Error, UnicodeDecodeError), closing(_opened(file)) as held:
            return head.Mark._make(held.execute(_LAST).fetchone() or (0, "", "", 0, ""))
    return None


def gaps(connection: sqlite3.Connection, copies: Iterable[Kept]) -> list[head.Gap]:
    """The entries that copies of the log hold and the log does not, unless somebody has accepted that they are missing.

    The copies must have been read before the log is, so that they cannot know more than it for being newer.
    """
    held = {(ref, origin): (oseq, hashed) for _, ref, origin, oseq, hashed, _ in rows.last_entries(connection)}
    accepted = _accepted(connection)
    missing: dict[tuple[str, str], head.Gap] = {}
    for kept in copies:
        if not _holds(connection, kept.first):
            # Of another log, which lay here before.
            continue
        for mark, id in kept.ends:
            pair = mark.incident, mark.origin
            if held.get(pair) == (mark.oseq, mark.hash) or _holds(connection, id):
                continue
            if mark.oseq > max(accepted.get(pair, 0), missing[pair].known if pair in missing else 0):
                missing[pair] = head.Gap(*pair, held.get(pair, (0, ""))[0], mark.oseq, kept.name)
    return list(missing.values())


def accept(connection: sqlite3.Connection, copies: Iterable[Kept]) -> None:
    """Note what copies hold and the log does not: `gaps` tells of it no more."""
    accepted = _accepted(connection)
    accepted |= {(gap.incident, gap.origin): gap.known for gap in gaps(connection, copies)}
    noted = [(*pair, oseq) for pair, oseq in sorted(accepted.items())]
    schema.set_meta(connection, ACCEPTED, msgspec.json.encode(noted).decode())


def _accepted(connection: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """The last entry of each incident and origin that may be missing."""
    with suppress(msgspec.DecodeError):
        noted = msgspec.json.decode(schema.meta(connection, ACCEPTED) or "[]", type=list[tuple[str, str, int]])
        return {(incident, origin): oseq for incident, origin, oseq in noted}
    return {}


def _knows_more(connection: sqlite3.Connection, file: Path) -> bool:
    """True when a copy holds entries that the log has lost, or those of another log."""
    kept = _read(file)
    return kept is not None and (not _holds(connection, kept.first) or bool(gaps(connection, [kept])))


def _read(file: Path) -> Kept | None:
    """The first and the last entries of a copy; None where the file is no copy, holds nothing, or cannot be read."""
    with suppress(StoreProblem, sqlite3.Error, UnicodeDecodeError), closing(_opened(file)) as held:
        first = held.execute("SELECT id FROM event ORDER BY n LIMIT 1").fetchone()
        ends = [(head.Mark._make(entry[:5]), entry[5]) for entry in rows.last_entries(held)]
        return Kept(file.name, first[0], ends) if first is not None else None
    return None


_LAST = "SELECT n, incident, origin, oseq, hash FROM event ORDER BY n DESC LIMIT 1"


def _newest_first(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob("*.db"), key=lambda file: file.stat().st_mtime, reverse=True)
    except OSError:
        return []


def _opened(file: Path) -> sqlite3.Connection:
    return connect.reader(file, mode="immutable")


def _holds(connection: sqlite3.Connection, id: str) -> bool:
    return connection.execute("SELECT 1 FROM event WHERE id = ?", (id,)).fetchone() is not None
