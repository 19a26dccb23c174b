"""The head: the last entry of each incident and origin that was written here, in a file of its own beside the log.

A write-ahead log with a flipped bit, or a file that was cut, can lose its newest entries and still be a whole log. Only
something outside can tell. The head is a line for each commit, written after it without waiting for the disk: after a
power failure it may know less than the log, never more. It is no part of the log: where it cannot be written the log
goes on, and where it is missing it is made anew.

Each line is a mark as JSON and its CRC-32; the first line names the very file (device and inode) that the rest is
about. Of a copied or restored file there is no head, because it writes under another origin.
"""

import errno
import os
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from console.core.log.event import Event
from console.files import replacing
from console.store import place, rows
from console.store.sqlite import sqlite3

_MAX_BYTES = 1024 * 1024
"""A head beyond this is written anew, with the last mark of each incident and origin alone."""
_MAX_READ_BYTES = 512 * 1024 * 1024
_TAIL_BYTES = 4096
_CAREFUL = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Flags by which no link is followed and no pipe is waited for."""


class Mark(NamedTuple):
    """The last entry of an origin in an incident."""

    n: int
    """Its position in the order of commits."""
    incident: str
    origin: str
    oseq: int
    hash: str


class Gap(NamedTuple):
    """Entries that the head knows and the log does not hold."""

    incident: str
    origin: str
    held: int
    """The last sequence number that the log holds."""
    known: int
    """The last one that was written; the same where another entry stands in its place."""

    @property
    def entries(self) -> int:
        """How many are missing."""
        return max(self.known - self.held, 1)

    @property
    def sentence(self) -> str:
        by = f"{self.incident}, written by {self.origin}"
        if self.held >= self.known:
            return f"{by}: entry {self.known} is not the one that was logged."
        if self.held + 1 == self.known:
            return f"{by}: entry {self.known} was logged and is missing."
        return f"{by}: entries {self.held + 1} to {self.known} were logged and are missing."


_decode = msgspec.json.Decoder(Mark).decode
_decode_file = msgspec.json.Decoder(str).decode


def path_of(log: Path) -> Path:
    return log.with_name(log.name + place.HEAD)


def forget(log: Path) -> None:
    """Remove the head of a log; without one nothing happens."""
    with suppress(OSError):
        path_of(log).unlink()


def read(log: Path, at: place.Identity) -> list[Mark]:
    """The last mark of each incident and origin; none without a head of this very file."""
    whole, marks = _read(log, at)
    return _last(marks) if whole else []


def last(log: Path, at: place.Identity) -> Mark | None:
    """The mark that was written last; None without a head of this very file."""
    with suppress(OSError), _opened(log) as file:
        if _file_of(file.readline(_TAIL_BYTES)) == _name(at):
            file.seek(max(file.seek(0, os.SEEK_END) - _TAIL_BYTES, 0))
            return next(reversed(list(_marks(file.read(_TAIL_BYTES).splitlines()))), None)
    return None


def gaps(connection: sqlite3.Connection, marks: Iterable[Mark]) -> list[Gap]:
    """What the log does not hold of them, at the end of what each origin wrote."""
    missing = []
    for mark in marks:
        there = connection.execute(
            "SELECT hash FROM event WHERE incident = ? AND origin = ? AND oseq = ?",
            (mark.incident, mark.origin, mark.oseq),
        ).fetchone()
        if there is None or there[0] != mark.hash:
            held, _, _ = rows.last_of(connection, mark.incident, mark.origin)
            missing.append(Gap(mark.incident, mark.origin, held, mark.oseq))
    return missing


def marks_of(connection: sqlite3.Connection, written: Iterable[tuple[int, Event]]) -> list[Mark]:
    """The marks of events that were just written with these row numbers, in the caller's transaction."""
    last = {(event.incident, event.origin): (n, event) for n, event in written if n}
    return [
        Mark(n, event.incident, event.origin, event.oseq, connection.execute(_HASH, (n,)).fetchone()[0])
        for n, event in sorted(last.values(), key=_number)
    ]


_HASH = "SELECT hash FROM event WHERE n = ?"
_LAST = "SELECT n, incident, origin, oseq, hash FROM event WHERE incident = ? AND origin = ? ORDER BY oseq DESC LIMIT 1"
_number = itemgetter(0)


class Head:
    """The head of a log that is open for writing; used in the writer's thread."""

    def __init__(self, log: Path, at: place.Identity, *, afresh: bool) -> None:
        """`afresh` where a head that is there is another file's, whatever it says."""
        self._log, self._path, self._at = log, path_of(log), at
        self._afresh = afresh
        self._descriptor: int | None = None
        self._unsynced = False

    def begin(self, connection: sqlite3.Connection) -> None:
        """Make the head of what the log holds, unless it has one."""
        if not self._afresh and _is_of(self._log, self._at):
            return
        pairs = [(ref, origin) for ref in rows.incidents(connection) for origin in rows.origins(connection, ref)]
        with suppress(OSError):
            self._write_whole(sorted(Mark(*connection.execute(_LAST, pair).fetchone()) for pair in pairs))

    def go_on(self, connection: sqlite3.Connection) -> None:
        """Note from where a log goes on that has lost entries, so that they are not lost anew at each opening."""
        self.add([Mark(rows.position(connection), "", "", 0, "")])

    def add(self, marks: Sequence[Mark]) -> None:
        """Note what was just committed, without waiting for the disk."""
        # The log is what counts: it goes on where its head cannot be written.
        if marks:
            with suppress(OSError):
                self._append(b"".join(map(_line, marks)))
                self._unsynced = True

    def sync(self) -> None:
        """Put it onto the disk, shortened where it has grown long."""
        if self._unsynced:
            with suppress(OSError):
                self._shorten()
                os.fsync(self._opened())
                self._unsynced = False

    def close(self) -> None:
        self.sync()
        self._release()

    def _write_whole(self, marks: Iterable[Mark]) -> None:
        with replacing(self._path) as unfinished:
            unfinished.write_bytes(_line(_name(self._at)) + b"".join(map(_line, marks)))

    def _append(self, lines: bytes) -> None:
        """Write the lines to the end, in one piece; again where another console has put a shorter head in its place."""
        os.write(self._opened(), lines)
        while not os.fstat(self._opened()).st_nlink:
            self._release()
            os.write(self._opened(), lines)

    def _shorten(self) -> None:
        descriptor = self._opened()
        if os.fstat(descriptor).st_size <= _MAX_BYTES:
            return
        if sys.platform == "win32":
            return  # An open file keeps its name there.
        import fcntl

        try:
            # One console at a time; all others only append.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        with _opened(self._log) as old:
            if _file_of(old.readline(_TAIL_BYTES)) != _name(self._at) or not os.fstat(descriptor).st_nlink:
                return
            marks = _last(_marks(old.read(_MAX_READ_BYTES).splitlines()))
            if os.fstat(descriptor).st_size <= 2 * sum(map(len, map(_line, marks))):
                return
            self._write_whole(marks)
            # What others have appended to the old one meanwhile.
            if late := old.read():
                self._release()
                self._append(late)
        self._release()

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | _CAREFUL)
        return self._descriptor

    def _release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _name(at: place.Identity) -> str:
    return f"warroom-head 1 {at.device}:{at.inode}"


def _line(value: Mark | str) -> bytes:
    raw = msgspec.json.encode(value)
    return b"%s %08x\n" % (raw, zlib.crc32(raw))


def _checked(line: bytes) -> bytes | None:
    """The JSON of a line; None for one that was not written whole."""
    raw, _, check = line.rstrip(b"\n").rpartition(b" ")
    return raw if check == b"%08x" % zlib.crc32(raw) else None


def _file_of(line: bytes) -> str:
    raw = _checked(line)
    return _decode_file(raw) if raw and raw.startswith(b'"') else ""


def _marks(lines: Iterable[bytes]) -> Iterator[Mark]:
    for line in lines:
        raw = _checked(line)
        if raw is not None and raw.startswith(b"["):
            with suppress(msgspec.ValidationError):
                yield _decode(raw)


def _last(marks: Iterable[Mark]) -> list[Mark]:
    """The mark with the highest number of each incident and origin; of two alike the one written later."""
    highest: dict[tuple[str, str], Mark] = {}
    for mark in marks:
        if not mark.oseq:
            continue  # No entry's: see `go_on`.
        before = highest.get((mark.incident, mark.origin))
        if before is None or mark.oseq >= before.oseq:
            highest[mark.incident, mark.origin] = mark
    return sorted(highest.values())


def _read(log: Path, at: place.Identity) -> tuple[bool, list[Mark]]:
    """Whether there is a head of this very file, and its marks in the order in which they were written."""
    with suppress(OSError), _opened(log) as file:
        if _file_of(file.readline(_TAIL_BYTES)) == _name(at):
            return True, list(_marks(file.read(_MAX_READ_BYTES).splitlines()))
    return False, []


def _is_of(log: Path, at: place.Identity) -> bool:
    with suppress(OSError), _opened(log) as file:
        return _file_of(file.readline(_TAIL_BYTES)) == _name(at)
    return False


def _opened(log: Path) -> BinaryIO:
    """The head, open for reading; only a file of our own is one, no link and no pipe. Raises OSError."""
    descriptor = os.open(path_of(log), os.O_RDONLY | _CAREFUL)
    file = os.fdopen(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a file")
    return file
