"""Opening connections to the log, with the settings that keep it safe."""

import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from glob import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from console.store import head, place, problems, rows, schema
from console.store.problems import NoLogYet, OlderLog, StoreProblem
from console.store.sqlite import BUSY_S, journal_for, sqlite3


def _copy(log: Path, target: Path, endings: Iterable[str]) -> None:
    """Copy a log and those of its companions that hold something. Raises StoreProblem."""
    for ending in endings:
        part = log.with_name(log.name + ending)
        if ending and not _size(part):
            continue
        # By another process: to close a file that SQLite has open here would cancel its locks.
        command = ("cp", "--", str(part), f"{target}{ending}")
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            raise problems.uncopied(log, done.stderr)


def lost_copies(log: Path) -> list[Path]:
    """Copies of a log as it was when entries were missing from it."""
    return [path for path in sorted(log.parent.glob(f"{escape(log.name)}{place.LOST}*")) if path.name[-1].isdigit()]


def keep_lost(log: Path) -> None:
    """Copy a log that has lost entries before it is written again: their bytes may still be there.

    Where that cannot be done, as on a full disk, the log is opened all the same: the next entry counts more.
    """
    copy = log.with_name(f"{log.name}{place.LOST}{len(lost_copies(log)) + 1}")
    with suppress(StoreProblem, OSError):
        for ending in ("", "-wal"):
            os.close(os.open(f"{copy}{ending}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(log, copy, ("", "-wal"))


class Copy:
    """A copy of a log and its companions in a folder of its own."""

    def __init__(self, log: Path) -> None:
        """Raises StoreProblem."""
        self._folder = tempfile.TemporaryDirectory(prefix="warroom-")
        self.path = Path(self._folder.name) / "log.db"
        try:
            _copy(log, self.path, ("", "-wal", "-journal"))
        except StoreProblem:
            self.remove()
            raise

    def remove(self) -> None:
        self._folder.cleanup()


class Opened(NamedTuple):
    connection: sqlite3.Connection
    origin: str
    journal_mode: str
    reader_mode: str
    own_file: bool
    """The origin was given to this very file before, so that its head is about it."""
    has_lost: bool = False
    """The file knows less than its head or a backup does."""
    unswept: bool = False
    """Old pages may hold what was erased: a process was killed before it had swept."""
    copy: Copy | None = None
    """The copy that is read in the log's place."""


def reader(path: Path, *, mode: str = "rw", log: Path | None = None) -> sqlite3.Connection:
    """A connection that cannot write. Raises StoreProblem for a file whose tables are not a log's.

    `mode` is "rw" beside a writer, "ro" for files that we may not write, "still" for those in which nothing at all may
    change, and "immutable" for those that nobody has open for writing. Beside a writer it is not opened with "ro":
    such a connection cannot recover after another process was killed. `log` is the log of which `path` is a copy.
    """
    connection = _connect(path, _OPTIONS[mode])
    try:
        connection.execute("PRAGMA query_only = ON")
        schema.version_of(connection, log or path)
    except UnicodeDecodeError as error:
        # SQLite's own words about a name in the file that is no text.
        connection.close()
        raise problems.damaged(log or path) from error
    except BaseException:  # Whatever it is goes on; only the connection must not stay open.
        connection.close()
        raise
    return connection


WAL_HEADER_BYTES = 32
"""Of a write-ahead log; the pages that were written follow."""

_OPTIONS = {
    "rw": "mode=rw",
    "ro": "mode=ro",
    # Where a killed process left a write-ahead log, its index is then made in memory and not in the file beside it.
    "still": "mode=ro&readonly_shm=1",
    "immutable": "mode=ro&immutable=1",
}


def still(path: Path, at: place.Identity) -> Opened:
    """Open a log to look at it as it stands: no byte of any file beside it, and of itself, changes."""
    if 0 < _size(path.with_name(path.name + "-wal")) <= WAL_HEADER_BYTES:
        # SQLite would wait ten seconds for a WAL that is cut to nothing, since its index says that there is more.
        return _looked_at_copy(path, at)
    mode = "ro" if _size(path.with_name(path.name + "-journal")) else "still" if is_shared(path) else "immutable"
    try:
        opened = _looked_at(path, at, mode)
        if mode == "immutable" and opened.journal_mode == "delete":
            # Others may write into the file itself, which only a lock holds off.
            opened.connection.close()
            opened = _looked_at(path, at, "ro")
    except sqlite3.OperationalError as error:
        if not problems.name_of(error).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PROTOCOL")):
            raise
        return _looked_at_copy(path, at)
    return opened


def is_shared(path: Path) -> bool:
    """True when somebody has the log open for writing, or was killed and left something of it."""
    return _size(path.with_name(path.name + "-wal")) > 0 or path.with_name(path.name + "-shm").exists()


class View(NamedTuple):
    """The way in which a log that we may not write can be read just now; another connection may see less."""

    mode: str
    changed_at: int = 0
    """Of the file itself, in nanoseconds, where nobody has it open: to a connection of before it is as it was."""


def view(path: Path) -> View:
    if is_shared(path):
        return View("still")
    try:
        return View("immutable", path.stat().st_mtime_ns)
    except OSError:
        return View("immutable")


def _looked_at_copy(path: Path, at: place.Identity) -> Opened:
    """A process was killed, and what it left can only be read by whoever tidies it up: that is done in a copy."""
    copy = Copy(path)
    try:
        return _looked_at(copy.path, at, "rw", path)._replace(copy=copy)
    except BaseException:  # Whatever it is goes on; only the copy must not stay behind.
        copy.remove()
        raise


def read_only(path: Path, at: place.Identity) -> Opened:
    """Open a log to read it, and what others write to it from now on."""
    try:
        return _looked_at(path, at, "ro")
    except sqlite3.OperationalError:
        # A WAL file in a folder where no -shm can be made. Without a -wal nobody has it open for writing.
        if _size(path.with_name(path.name + "-wal")):
            raise
        return _looked_at(path, at, "immutable")


def _looked_at(path: Path, at: place.Identity, mode: str, log: Path | None = None) -> Opened:
    connection = reader(path, mode=mode, log=log)
    try:
        version = schema.version_of(connection, log or path)
        if not version:
            raise NoLogYet(f"{log or path} holds no log yet; start Warroom once without --read-only.")
        if version < schema.OLDEST_READ:
            raise OlderLog(f"{log or path} holds a log of an older format; start Warroom once without --read-only.")
        (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
        if mode == "immutable":
            # SQLite then tells of none.
            journal = schema.meta(connection, "journal") or "wal"
        origin = schema.meta(connection, "origin") or ""
        return Opened(connection, origin, journal, mode, schema.meta(connection, "file") == _name(at))
    except BaseException:  # Whatever it is goes on; only the connection must not stay open.
        connection.close()
        raise


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def writer(path: Path, at: place.Identity, copied: head.Mark | None) -> Opened:
    """Open a log for writing: newest schema, safe journal, and an origin that belongs to this very file.

    A copy, and a file that has lost entries, get a new origin, so that two files never write under one name. `copied`
    is the last entry of its newest backup. Raises StoreProblem and sqlite3.Error.
    """
    connection = _connect(path, "mode=rw")
    try:
        # Erased text must not stay behind in free space.
        connection.execute("PRAGMA secure_delete = ON")
        version = schema.version_of(connection, path, write=True)
        marks = [head.last(path, at)]
        if version and copied is not None and copied.origin == schema.meta(connection, "origin"):
            marks.append(copied)
        logged = max((mark.n for mark in marks if mark is not None), default=0)
        # A copy or a backup in the log's place has a head of its own, or none yet.
        about_this = not version or schema.meta(connection, "file") == _name(at)
        has_lost = logged > 0 and about_this and (not version or _knows_less(connection, logged))
        if has_lost:
            # What SQLite no longer leads to is written over next.
            keep_lost(path)
        journal, synchronous = journal_for(sqlite3.sqlite_version_info)
        if version and schema.meta(connection, "journal") == "delete":
            # A console with an SQLite that can corrupt a WAL file has been here and may come again.
            journal, synchronous = ("delete", "EXTRA")
        answered = _set_journal(connection, journal)
        if answered != journal and journal == "delete":
            raise StoreProblem(
                f"Another console has {path} open in a mode in which SQLite {sqlite3.sqlite_version} here could damage"
                " it; close the other, or install pysqlite3 here."
            )
        connection.execute(f"PRAGMA synchronous = {synchronous if answered == journal else 'EXTRA'}")
        connection.execute("BEGIN IMMEDIATE")
        schema.migrate(connection, path)
        if journal == "delete":
            schema.set_meta(connection, "journal", "delete")
        own_file = schema.meta(connection, "file") == _name(at) and bool(schema.meta(connection, "origin"))
        if not own_file or has_lost:
            schema.set_meta(connection, "origin", secrets.token_hex(8))
            schema.set_meta(connection, "file", _name(at))
        origin = schema.meta(connection, "origin") or ""
        unswept = schema.meta(connection, schema.UNSWEPT) is not None
        connection.execute("COMMIT")
    except BaseException:
        # Whatever it is goes on; only the connection must not stay open.
        connection.close()
        raise
    # A file without anything in it that has a head was a log, and was cut to nothing.
    return Opened(connection, origin, answered, "rw", own_file or not version, has_lost, unswept)


def _knows_less(connection: sqlite3.Connection, logged: int) -> bool:
    """The file has fewer rows than it had, so that what it writes next must not pass for what was lost."""
    try:
        return rows.position(connection) < logged
    except sqlite3.DatabaseError:
        # Nothing can be appended where the last entry cannot be read.
        return False


def _name(at: place.Identity) -> str:
    return f"{at.device}:{at.inode}"


def _connect(path: Path, options: str) -> sqlite3.Connection:
    # Autocommit: every transaction here is begun and ended by name. The module's own would begin deferred, and a
    # deferred one that reads before it writes fails at once where it should wait for the other writer.
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{options}",
        uri=True,
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )
    # No function that a file's own SQL names may do more than compute.
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _set_journal(connection: sqlite3.Connection, journal: str) -> str:
    """Ask for a journal mode and give the one that SQLite answers; changing it does not wait for others by itself."""
    end = time.monotonic() + BUSY_S
    while True:
        try:
            (answered,) = connection.execute(f"PRAGMA journal_mode = {journal}").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            answered = ""
        if answered == journal:
            return journal
        if time.monotonic() >= end:
            (answered,) = connection.execute("PRAGMA journal_mode").fetchone()
            return str(answered)
        time.sleep(0.02)
