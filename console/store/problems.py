"""Problems with the log's file, each as one sentence for a person."""

import errno
import shutil
from pathlib import Path

from console.core.refusal import Problem
from console.store.sqlite import sqlite3

_MIN_FREE_BYTES = 64 * 1024
"""With fewer bytes free a disk counts as full: the shared memory beside a log takes 32 kB, and the entry more."""


class StoreProblem(Problem):
    """The log could not be opened, read or written; nothing was acknowledged."""


class Damaged(StoreProblem):
    """The file's content is broken."""


class Overtaken(StoreProblem):
    """The file is well, and what was asked of it is no longer possible as things stand there."""


class NoLogYet(StoreProblem):
    """The file is empty or of an older format; opening it for writing would make it a log of today's."""


def of_sqlite(error: sqlite3.Error, path: Path) -> StoreProblem:
    """The sentence behind an SQLite error on the log at `path`."""
    name: str = getattr(error, "sqlite_errorname", None) or ""
    words = str(error).rstrip(".")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or "is locked" in words:
        return StoreProblem(f"Another program kept {path} locked for more than 10 seconds; try again.")
    if name == "SQLITE_READONLY_DBMOVED":
        return moved_away(path)
    if name.startswith("SQLITE_READONLY") or "readonly" in words:
        return read_only(path)
    if name.startswith("SQLITE_FULL") or "disk is full" in words:
        return _full(path)
    if name == "SQLITE_NOTADB" or "not a database" in words:
        return Damaged(f"{path} is not a Warroom log; choose another file with --db.")
    if name.startswith("SQLITE_CORRUPT") or "malformed" in words:
        return damaged(path)
    if name.startswith("SQLITE_CANTOPEN") or "unable to open" in words:
        return StoreProblem(
            f"{path} cannot be opened; check that its folder exists and that you may read and write there."
        )
    if name.startswith("SQLITE_IOERR") and _is_full(path):
        return _full(path)
    if name.startswith("SQLITE_IOERR"):
        return StoreProblem(
            f"The disk that holds {path} reports an error ({words}); check the disk and its free space."
        )
    return StoreProblem(f"The log {path} answers with an error: {words}.")


def of_os(error: OSError, path: Path) -> StoreProblem:
    """The sentence behind an error of the operating system on `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(path)
    if error.errno in (errno.EACCES, errno.EPERM):
        return StoreProblem(f"You may not write to {path}; change its permissions, or choose another file with --db.")
    if error.errno == errno.EROFS:
        return StoreProblem(f"{path} lies on a read-only disk; choose another file with --db.")
    if error.errno in (errno.ENOTDIR, errno.ENOENT):
        return StoreProblem(f"The folder of {path} does not exist; make it, or choose another file with --db.")
    return StoreProblem(f"{path} cannot be used: {error.strerror or error}.")


def _full(path: Path) -> StoreProblem:
    return StoreProblem(f"The disk that holds {path} is full; free some space and try again.")


def _is_full(path: Path) -> bool:
    """The disk has no room: SQLite calls it an I/O error when it cannot make its shared memory there."""
    try:
        return shutil.disk_usage(path.parent).free < _MIN_FREE_BYTES
    except OSError:
        return False


def read_only(path: Path) -> StoreProblem:
    return StoreProblem(f"{path} or its folder is read-only; make both writable, or choose another file with --db.")


def damaged(path: Path) -> Damaged:
    return Damaged(f"The log {path} is damaged; keep it as it is, and go on with the newest backup by --db.")


def moved_away(path: Path) -> StoreProblem:
    return StoreProblem(f"The log {path} was moved, deleted or replaced while open; put it back, or start again.")


def newer_schema(path: Path, version: int, known: int) -> StoreProblem:
    return StoreProblem(
        f"{path} was written by a newer Warroom (format {version}, this one knows {known}); update Warroom to open it."
    )
