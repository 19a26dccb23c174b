"""Problems with the log's file, each as one sentence for a person."""

import errno
import os
import shutil
import subprocess
from pathlib import Path

from console.core.language.text import one_line
from console.core.refusal import Problem
from console.store.sqlite import sqlite3

_MIN_FREE_BYTES = 64 * 1024
"""With fewer bytes free a disk counts as full: the shared memory beside a log takes 32 kB, and the entry more."""

_READ_S = 30.0
"""Seconds for which a file that seems damaged is read to see whether its disk can read it."""
_EIO_WORDS = os.strerror(errno.EIO).encode()
_MAX_CAUSE_CHARS = 200
"""The most characters of SQLite's own words in a sentence: they may quote what stands in the file."""


class StoreProblem(Problem):
    """The log could not be opened, read or written; nothing was acknowledged."""


class Damaged(StoreProblem):
    """The file's content is broken."""


class Overtaken(StoreProblem):
    """The file is well, and what was asked of it is no longer possible as things stand there."""


class Unseen(StoreProblem):
    """Somebody else has written to the incident; what was decided on it has to be decided anew."""


class NoLogYet(StoreProblem):
    """The file is empty; opening it for writing would make it a log."""


class OlderLog(StoreProblem):
    """The file is of a format that is not read as it stands; opening it for writing brings it up to date."""


def of_sqlite(error: sqlite3.Error, path: Path) -> StoreProblem:
    """The sentence behind an SQLite error on the log at `path`."""
    name = name_of(error)
    words = one_line(str(error), _MAX_CAUSE_CHARS).rstrip(".")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or "is locked" in words:
        return StoreProblem(f"Another program kept {path} locked for more than 10 seconds; try again.")
    if name == "SQLITE_READONLY_DBMOVED":
        return moved_away(path)
    if name.startswith("SQLITE_READONLY") or "readonly" in words:
        return read_only(path)
    if name.startswith("SQLITE_FULL") or "disk is full" in words:
        return _full(path)
    if name == "SQLITE_NOTADB" or "not a database" in words:
        return not_a_log(path)
    if name.startswith("SQLITE_CORRUPT") or "malformed" in words:
        return of_corruption(path)
    if name.startswith("SQLITE_CANTOPEN") or "unable to open" in words:
        return StoreProblem(
            f"{path} cannot be opened; check that its folder exists and that you may read and write there."
        )
    if name.startswith("SQLITE_IOERR") and _is_full(path):
        return _full(path)
    if name.startswith("SQLITE_IOERR"):
        return unreadable_disk(path, words)
    if name == "SQLITE_INTERRUPT":
        return StoreProblem(f"The log {path} takes too long to answer; `warroom verify` checks it.")
    return StoreProblem(f"The log {path} answers with an error: {words}; `warroom verify` checks it.")


def of_commit(error: sqlite3.Error, path: Path) -> StoreProblem:
    """The sentence behind an SQLite error at the very end of a transaction."""
    if not name_of(error).startswith("SQLITE_IOERR"):
        return of_sqlite(error, path)
    # All of the entry may be in the file, and nobody knows whether it is on the disk: it may be there afterwards.
    return StoreProblem(
        f"The disk that holds {path} reports an error; check the disk, and whether the entry was logged before you"
        " log it again."
    )


def of_corruption(path: Path) -> StoreProblem:
    """The sentence where SQLite calls the file damaged, which it does, too, when the disk cannot read a page."""
    cause = _unread(path)
    return unreadable_disk(path, cause) if cause else damaged(path)


def name_of(error: sqlite3.Error) -> str:
    """SQLite's name of the error, such as SQLITE_IOERR_READ; empty where it has none."""
    return getattr(error, "sqlite_errorname", None) or ""


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


def _unread(path: Path) -> str:
    """The reason why the disk cannot read the file, in the system's words; empty where it can.

    Another process reads it: to close a file that SQLite has open here would cancel its locks.
    """
    files = [str(file) for file in (path, path.with_name(path.name + "-wal")) if file.exists()]
    words = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["cat", "--", *files],
            env=words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=_READ_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return os.strerror(errno.EIO) if done.returncode and _EIO_WORDS in done.stderr else ""


def read_only(path: Path) -> StoreProblem:
    return StoreProblem(f"{path} or its folder is read-only; make both writable, or choose another file with --db.")


def not_a_log(path: Path) -> Damaged:
    return Damaged(f"{path} is not a Warroom log, or its first bytes are damaged; choose another file with --db.")


def damaged(path: Path, how: str = "") -> Damaged:
    """`how` is an end of a sentence, such as "its trigger event_no_update is missing"."""
    return Damaged(f"The log {path} is damaged{f' ({how})' if how else ''}; `warroom rescue {path}` saves its entries.")


def emptied(path: Path, entries: int) -> Damaged:
    lost = "1 entry was" if entries == 1 else f"{entries:,} entries were"
    return Damaged(f"The log {path} is empty, and {lost} logged in it; `warroom rescue {path}` saves what is left.")


def begun_anew(path: Path, entries: int) -> str:
    """The sentence for a new log in the place of one that is gone."""
    held = "1 entry" if entries == 1 else f"{entries:,} entries"
    return (
        f"The log that was at {path}, with {held}, is gone, and a new one is begun;"
        " to go on in the old one, put its file back and open it again."
    )


def lost_of(path: Path, backup: str) -> StoreProblem:
    return StoreProblem(
        f"The backup {backup} holds entries that {path} has lost: `warroom rescue {path}` saves them, and"
        " `warroom verify --accept` gives them up."
    )


def uncopied(path: Path, cause: str) -> StoreProblem:
    why = one_line(cause, _MAX_CAUSE_CHARS)
    return StoreProblem(f"{path} cannot be copied to look at it ({why}); free some space for temporary files.")


def unreadable_disk(path: Path, cause: str) -> StoreProblem:
    return StoreProblem(f"The disk that holds {path} reports an error ({cause}); check the disk and its free space.")


def moved_away(path: Path) -> StoreProblem:
    return StoreProblem(f"The log {path} was moved, deleted or replaced while open; put it back, or start again.")


def newer_schema(path: Path, version: int, known: int) -> StoreProblem:
    return StoreProblem(
        f"{path} was written by a newer Warroom (format {version}, this one knows {known}); update Warroom to open it."
    )
