"""The head: the last entry of each incident and origin that was written here, in files of its own outside the log.

A write-ahead log with a flipped bit, or a file that was cut, can lose its newest entries and still be a whole log. Only
something outside can tell. The head is a line for each commit, written after it without waiting for the disk: after a
power failure it may know less than the log, never more. It is no part of the log: where it cannot be written the log
goes on, and where it is missing it is made anew.

Each line is a mark as JSON and its CRC-32; the first line names the very file (device and inode) that the rest is
about. One head lies beside the log, and goes where its folder goes. Of a copied or restored file it is not the head,
because that writes under another origin. The other lies among the person's own records, by the log's path: it outlives
what becomes of the folder, and tells of a file in the log's place that knows less than the one before it.
"""

import errno
import os
import stat
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

_FORMAT = "warroom-head 1 "
_MAX_BYTES = 1024 * 1024
"""A head beyond this is written anew, with the last mark of each incident and origin alone."""
_MAX_READ_BYTES = 512 * 1024 * 1024
_TAIL_BYTES = 4096
_MAX_ELSEWHERE = 50
"""Heads among a person's own records; one is as good as none for a log that so many others were used after."""
_CAREFUL = os.O_NOFOLLOW | os.O_NONBLOCK
"""Flags by which no link is followed and no pipe is waited for."""


class Mark(NamedTuple):
    """The last entry of an origin in an incident."""

    n: int
    """Its position in the order of commits."""
    incident: str
    origin: str
    oseq: int
    hash: str


class Known(NamedTuple):
    """The marks that tell what a log must hold."""

    own: Sequence[Mark] = ()
    """Of this very file."""
    earlier: Sequence[Mark] = ()
    """Of the file that lay at this path before; it may have been another log."""

    def gaps(self, connection: sqlite3.Connection) -> list["Gap"]:
        """The entries that the marks name and the log does not hold, at the end of what each origin wrote."""
        continued = any(rows.last_of(connection, mark.incident, mark.origin)[0] for mark in self.earlier)
        missing: dict[tuple[str, str], Gap] = {}
        for mark in (*self.own, *(self.earlier if continued else ())):
            row = connection.execute(
                "SELECT hash FROM event WHERE incident = ? AND origin = ? AND oseq = ?",
                (mark.incident, mark.origin, mark.oseq),
            ).fetchone()
            if row is None or row[0] != mark.hash:
                held, _, _ = rows.last_of(connection, mark.incident, mark.origin)
                missing[mark.incident, mark.origin] = Gap(mark.incident, mark.origin, held, mark.oseq)
        return list(missing.values())


class Gap(NamedTuple):
    """Entries that the head knows and the log does not hold."""

    incident: str
    origin: str
    held: int
    """The last sequence number that the log holds."""
    known: int
    """The last one that was written; the same where another entry stands in its place."""
    backup: str = ""
    """The name of the backup that holds them; empty where a head tells."""

    @property
    def entries(self) -> int:
        """The number of entries that are missing, at least 1."""
        return max(self.known - self.held, 1)

    @property
    def sentence(self) -> str:
        by = f"{self.incident}, written by {self.origin}"
        if self.held >= self.known:
            return f"{by}: entry {self.known} is not the one that was logged."
        which, were, are = f"entries {self.held + 1} to {self.known}", "were", "are"
        if self.held + 1 == self.known:
            which, were, are = f"entry {self.known}", "was", "is"
        if self.backup:
            return f"{by}: the backup {self.backup} holds {which}, and the log does not."
        return f"{by}: {which} {were} logged and {are} missing."


_decode = msgspec.json.Decoder(Mark).decode
_decode_file = msgspec.json.Decoder(str).decode


def path_of(log: Path) -> Path:
    return log.with_name(log.name + place.HEAD)


def forget(log: Path) -> None:
    """Remove the heads of a log; without one nothing happens."""
    for file in _files(log):
        with suppress(OSError):
            file.unlink()


def read(log: Path, at: place.Identity) -> list[Mark]:
    """The last mark of each incident and origin; none without a head of this very file."""
    return _last(mark for file in _files(log) for mark in _read(file, _name(at)))


def entries_before(log: Path) -> int:
    """The number of entries in the log that lay at this path last; 0 without a head of one."""
    marks = _last(mark for file in _files(log) for mark in _read(file, _file_of(file)))
    return sum(mark.oseq for mark in marks)


def known(log: Path, at: place.Identity, *, own: bool) -> Known:
    """The marks that must be in the log at a path; `own` where its heads, if they name it, are its own."""
    elsewhere = place.head_elsewhere(log)
    about = _file_of(elsewhere) if elsewhere is not None else ""
    if elsewhere is None or (own and about == _name(at)):
        return Known(read(log, at) if own else ())
    return Known(read(log, at) if own else (), _last(_read(elsewhere, about)))


def last(log: Path, at: place.Identity) -> Mark | None:
    """The mark that was written last; None without a head of this very file."""
    marks = []
    for head in _files(log):
        with suppress(OSError), _opened(head) as file:
            if _named_by(file.readline(_TAIL_BYTES)) == _name(at):
                file.seek(max(file.seek(0, os.SEEK_END) - _TAIL_BYTES, 0))
                marks += list(_marks(file.read(_TAIL_BYTES).splitlines()))[-1:]
    return max(marks, default=None)


def heads_of(log: Path, at: place.Identity, *, own: bool) -> list["Head"]:
    """The heads of a log that is open for writing; `own` where what lies there under its name is its own.

    One that a newer version has made stays as it is: what is written meanwhile is not noted in it.
    """
    ours = [file for file in _files(log) if (_file_of(file) or _FORMAT).startswith(_FORMAT)]
    return [Head(file, at, afresh=not own, carries=file != path_of(log)) for file in ours]


def _files(log: Path) -> list[Path]:
    elsewhere = place.head_elsewhere(log)
    return [path_of(log), *([] if elsewhere is None else [elsewhere])]


def marks_of(connection: sqlite3.Connection, written: Iterable[tuple[int, Event]]) -> list[Mark]:
    """The marks of events that were just written with these row numbers, in the caller's transaction."""
    last = {(event.incident, event.origin): (n, event) for n, event in written if n}
    return [
        Mark(n, event.incident, event.origin, event.oseq, connection.execute(_HASH, (n,)).fetchone()[0])
        for n, event in sorted(last.values(), key=_number)
    ]


_HASH = "SELECT hash FROM event WHERE n = ?"
_number = itemgetter(0)


class Head:
    """A head of a log that is open for writing; used in the writer's thread."""

    def __init__(self, file: Path, at: place.Identity, *, afresh: bool, carries: bool) -> None:
        """`afresh` where the head that is there is another file's, whatever it says; of that one it `carries` what is
        missing."""
        self._file, self._at = file, at
        self._afresh, self._carries = afresh, carries
        self._descriptor: int | None = None
        self._unsynced = False

    def begin(self, connection: sqlite3.Connection) -> None:
        """Make the head of what the log holds, unless it has one."""
        about = _file_of(self._file)
        if not self._afresh and about == _name(self._at):
            return
        earlier = _last(_read(self._file, about)) if self._carries else []
        missing = {(gap.incident, gap.origin) for gap in Known(earlier=earlier).gaps(connection)}
        self.make(connection, [mark for mark in earlier if (mark.incident, mark.origin) in missing])

    def make(self, connection: sqlite3.Connection, besides: Iterable[Mark] = ()) -> None:
        """Make the head of what the log holds, whatever is there, and of some marks besides."""
        marks = [Mark._make(entry[:5]) for entry in rows.last_entries(connection)]
        with suppress(OSError):
            if self._carries:
                self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _tidy(self._file.parent)
            self._release()
            self._write_whole(_last([*marks, *besides]))

    def go_on(self, connection: sqlite3.Connection) -> None:
        """Note from where a log goes on that has lost entries, so that they are not lost anew at each opening."""
        if _file_of(self._file) != _name(self._at):
            self.begin(connection)
            return
        try:
            self._append(_line(Mark(rows.position(connection), "", "", 0, "")))
        except OSError:
            with suppress(OSError):
                self._file.unlink()

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
        with replacing(self._file) as unfinished:
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
        import fcntl

        try:
            # One console at a time; all others only append.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        with _opened(self._file) as old:
            if _named_by(old.readline(_TAIL_BYTES)) != _name(self._at) or not os.fstat(descriptor).st_nlink:
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
            self._descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | _CAREFUL)
        return self._descriptor

    def _release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _name(at: place.Identity) -> str:
    return f"{_FORMAT}{at.device}:{at.inode}"


def _line(value: Mark | str) -> bytes:
    raw = msgspec.json.encode(value)
    return b"%s %08x\n" % (raw, zlib.crc32(raw))


def _checked(line: bytes) -> bytes | None:
    """The JSON of a line; None for one that was not written whole."""
    raw, _, check = line.rstrip(b"\n").rpartition(b" ")
    return raw if check == b"%08x" % zlib.crc32(raw) else None


def _named_by(line: bytes) -> str:
    """The file that the rest is about, by the first line of a head; empty where it is none."""
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


def _read(head: Path, name: str) -> list[Mark]:
    """The marks of a head in the order in which they were written; none where it is about another file."""
    with suppress(OSError), _opened(head) as file:
        if _named_by(file.readline(_TAIL_BYTES)) == name and name.startswith(_FORMAT):
            return list(_marks(file.read(_MAX_READ_BYTES).splitlines()))
    return []


def _file_of(head: Path) -> str:
    """The file that a head is about; empty without one."""
    with suppress(OSError), _opened(head) as file:
        return _named_by(file.readline(_TAIL_BYTES))
    return ""


def _tidy(folder: Path) -> None:
    """Remove the heads that nobody has written to for longest, beyond some."""
    files = sorted(folder.glob(f"*{place.HEAD}"), key=lambda file: file.stat().st_mtime)
    for old in files[:-_MAX_ELSEWHERE]:
        old.unlink()


def _opened(head: Path) -> BinaryIO:
    """A head, open for reading; only a file of our own is one, no link and no pipe. Raises OSError."""
    descriptor = os.open(head, os.O_RDONLY | _CAREFUL)
    file = os.fdopen(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a file")
    return file
