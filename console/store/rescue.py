"""Saving what is whole of a damaged log into a new one.

Whole is an entry whose hash and text are those that were written. It is looked for in the file as SQLite reads it, in
the bytes of its pages, and in its backups. An origin's entries up to its first gap keep their place in the chain. Those
behind a gap cannot, because the chain is not broken in a log that is whole: they are written anew under the new file's
own origin, with their ids, authors and times. So is a declaration whose text is damaged and can still be read: without
one nothing of its incident is shown. The damaged file is only copied.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from console.core.log.codec import decode_body, kind_of_type
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.undo import EntryRedacted
from console.store import carve, chain, connect, head, place, redact, rows, salvage, schema
from console.store.log import Log
from console.store.problems import StoreProblem
from console.store.sqlite import sqlite3

_DECLARED = kind_of_type(IncidentDeclared)
Key = tuple[str, str, int]
"""The incident, the origin and the sequence number."""


class _Row(NamedTuple):
    n: int
    sealed: chain.Sealed
    body: str
    salt: bytes | None
    prev: str
    hash: str
    doubtful: bool = False
    """The text is not the one that was written."""

    @property
    def key(self) -> Key:
        return self.sealed.incident, self.sealed.origin, self.sealed.oseq


class Loss(NamedTuple):
    """Entries of an origin in an incident that are whole nowhere."""

    incident: str
    origin: str
    numbers: tuple[int, ...]

    @property
    def sentence(self) -> str:
        word = "entry" if len(self.numbers) == 1 else "entries"
        return f"{self.incident}, written by {self.origin}: {word} {_ranges(self.numbers)} lost."


class Rescued(NamedTuple):
    """The outcome of the rescue of a damaged log."""

    entries: int
    from_backups: int
    """The number of entries that only a backup held."""
    moved: int
    """The number of entries that stand under the new file's origin."""
    doubtful: tuple[str, ...]
    """Incidents whose declaration is damaged, and was saved as it reads now."""
    undeclared: tuple[str, ...]
    """Incidents whose declaration is lost, so that the rest is there and is not shown."""
    losses: tuple[Loss, ...]


def free_name(log: Path) -> Path:
    """A name beside the log that no file has."""
    names = (log.with_name(f"{log.stem}-rescued{f'-{n}' if n > 1 else ''}{log.suffix}") for n in range(1, 1000))
    return next((name for name in names if not name.exists()), log.with_name(f"{log.stem}-rescued{log.suffix}"))


def rescue(log: Path, target: Path) -> Rescued:
    """Save the whole entries of a damaged log into a new log at `target`, and remove the head of the damaged one.

    Raises StoreProblem, and makes no new log, where `target` is there already or no entry is whole.
    """
    log, target = log.expanduser().absolute(), target.expanduser().absolute()
    place.prepare(log, write=False)
    at = place.identity(log)
    if target.exists() or at is None:
        raise StoreProblem(f"{target} is there already; name a new file with -o.")
    known = {(mark.incident, mark.origin): mark.oseq for mark in head.read(log, at)}
    copy = connect.Copy(log)
    try:
        whole, from_backups = _whole_rows(copy.path, log, known)
        if not whole:
            raise StoreProblem(f"No entry of {log} is whole, here or in a backup; nothing was saved.")
        with Log.open(target) as saved:
            moved = saved.transact(lambda connection: _fill(connection, saved.origin, whole.values()))
            with suppress(sqlite3.Error, StoreProblem):
                source = connect.reader(copy.path, log=log)
                try:
                    saved.transact(lambda connection: _take_along(connection, source))
                finally:
                    source.close()
        # Made anew, of all that was saved, when the log is opened.
        head.forget(target)
    except BaseException:  # Whatever it is goes on; only half a log must not stay behind.
        for ending in ("", *place.COMPANIONS):
            target.with_name(target.name + ending).unlink(missing_ok=True)
        raise
    finally:
        copy.remove()
    head.forget(log)
    declared = {row.sealed.incident for row in whole.values() if row.sealed.kind == _DECLARED}
    return Rescued(
        len(whole),
        from_backups,
        moved,
        tuple(sorted(row.sealed.incident for row in whole.values() if row.doubtful)),
        tuple(sorted({incident for incident, _, _ in whole} - declared)),
        tuple(_losses(whole, known)),
    )


def _whole_rows(copy: Path, log: Path, known: dict[tuple[str, str], int]) -> tuple[dict[Key, _Row], int]:
    """The whole rows by their keys, and how many of them only backups hold.

    `known` gets the highest number of each incident and origin of which there is any trace.
    """
    # Before SQLite opens the copy: it drops what lies behind a flipped bit.
    files = (copy, *connect.lost_copies(log))
    carved = [row for file in files for row in map(_row, carve.candidates(file)) if row is not None]
    read = list(_read(copy, log, known))
    erased = _erased([*read, *carved])
    whole: dict[Key, _Row] = {}
    for row in (*read, *carved):
        if row.key not in whole and _is_whole(row, erased):
            whole[row.key] = row
    here = len(whole)
    doubtful = [row._replace(doubtful=True) for row in (*read, *carved) if _is_readable_declaration(row)]
    for backup in sorted(place.backups_folder(log).glob("*.db"), key=lambda file: file.name, reverse=True):
        for row in _read(backup, backup, known, mode="immutable"):
            if row.key not in whole and _is_whole(row, erased):
                whole[row.key] = row
    from_backups = len(whole) - here
    for row in doubtful:
        whole.setdefault(row.key, row)
    return whole, from_backups


def _row(values: Sequence[Any]) -> _Row | None:
    """The row of values in the order of the table's columns; None where a value is of another type."""
    by_name = dict(zip(schema.EVENT_COLUMNS, values, strict=True))
    sealed = chain.Sealed(**{name: by_name[name] for name in chain.Sealed._fields})
    row = _Row(by_name["n"], sealed, *(by_name[name] for name in ("body", "salt", "prev", "hash")))
    typed = isinstance(row.body, str) and isinstance(row.salt, bytes | None)
    return row if chain.well_typed(sealed) and typed and isinstance(row.prev, str) else None


def _read(file: Path, log: Path, known: dict[tuple[str, str], int], mode: str = "rw") -> Iterator[_Row]:
    """The rows that SQLite can read, and of the others their keys into `known`."""
    columns = ", ".join(schema.EVENT_COLUMNS)
    with suppress(sqlite3.Error, StoreProblem, UnicodeDecodeError):
        connection = connect.reader(file, mode=mode, log=log)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        try:
            for place in salvage.places(connection):
                pair = place.incident, place.origin
                known[pair] = max(known.get(pair, 0), place.oseq)
                for values in salvage.readable(connection, f"SELECT {columns} FROM event WHERE n = ?", place.n):
                    row = _row(values)
                    if row is not None:
                        yield row
        finally:
            connection.close()


def _erased(read: Iterable[_Row]) -> set[tuple[str, str, str]]:
    """Incident, event and digest of each body that a redaction left."""
    bodies = ((row.sealed.incident, decode_body(row.sealed.kind, row.body)) for row in read)
    return {
        (incident, id, digest)
        for incident, body in bodies
        if isinstance(body, EntryRedacted)
        for id, digest in body.erased.items()
    }


def _is_whole(row: _Row, erased: set[tuple[str, str, str]]) -> bool:
    sealed = row.sealed
    try:
        if chain.hash_of(sealed, row.prev) != row.hash:
            return False
        if row.salt is None:
            return (sealed.incident, sealed.id, chain.body_sha(row.body)) in erased
        return chain.digest_of(row.salt, row.body) == sealed.digest
    except UnicodeEncodeError:
        return False


def _is_readable_declaration(row: _Row) -> bool:
    body = decode_body(row.sealed.kind, row.body)
    return isinstance(body, IncidentDeclared) and chain.hash_of(row.sealed, row.prev) == row.hash


def _fill(connection: sqlite3.Connection, own: str, whole: Collection[_Row]) -> int:
    """Write the rows into an empty log; gives how many of them changed their origin to `own`."""
    ends: dict[tuple[str, str], tuple[int, str]] = {}
    for row in sorted(whole, key=lambda row: row.key):
        oseq, last = ends.get(row.key[:2], (0, ""))
        if row.sealed.oseq == oseq + 1 and row.prev == last and not row.doubtful:
            ends[row.key[:2]] = row.sealed.oseq, row.hash
    moved = 0
    for row in sorted(whole, key=lambda row: (row.sealed.hlc, row.sealed.origin, row.sealed.oseq)):
        sealed, salt, prev, hashed = row.sealed, row.salt, row.prev, row.hash
        if sealed.oseq > ends.get(row.key[:2], (0, ""))[0]:
            oseq, hlc, prev = rows.last_of(connection, sealed.incident, own)
            sealed = sealed._replace(origin=own, oseq=oseq + 1, hlc=max(sealed.hlc, hlc + 1))
            if row.doubtful:
                salt = chain.new_salt()
                sealed = sealed._replace(digest=chain.digest_of(salt, row.body))
            hashed = chain.hash_of(sealed, prev)
            moved += 1
        rows.write(connection, sealed, row.body, salt, prev, hashed)
    for incident in rows.incidents(connection):
        # What a backup still held, and a redaction has erased since.
        redact.erase_named(connection, incident)
    return moved


_TAKEN_ALONG = ("draft", "arrival", "published", "outbox", "outbox_try")
"""Tables besides the log's own whose rows nobody could make anew."""


def _take_along(connection: sqlite3.Connection, source: sqlite3.Connection) -> None:
    """Copy what can be read of half-typed texts and of the messages to pages."""
    for table in _TAKEN_ALONG:
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        query = f"SELECT {', '.join(names)} FROM {table}"
        statement = f"INSERT INTO {table}({', '.join(names)}) VALUES({', '.join('?' * len(names))})"
        for values in salvage.readable(source, query):
            row = dict(zip(names, values, strict=True))
            if table == "outbox":
                _adopt(connection, row)
            # Of an update that is lost there is no message.
            with suppress(sqlite3.IntegrityError):
                connection.execute(statement, list(row.values()))


def _adopt(connection: sqlite3.Connection, message: dict[str, Any]) -> None:
    """Let a message go by the origin of its update; what this file would then send by itself a person decides."""
    row = connection.execute("SELECT origin FROM event WHERE id = ?", (message["event"],)).fetchone()
    if row is not None and row[0] != message["origin"]:
        message["origin"] = row[0]
        if message["state"] in ("pending", "sending", "retry", "unknown"):
            message["state"] = "ask"


def _losses(whole: Iterable[Key], known: Mapping[tuple[str, str], int]) -> Iterator[Loss]:
    saved: dict[tuple[str, str], set[int]] = {}
    for incident, origin, oseq in whole:
        saved.setdefault((incident, origin), set()).add(oseq)
    for pair in sorted({*saved, *known}):
        numbers = saved.get(pair, set())
        highest = max(known.get(pair, 0), max(numbers, default=0))
        if lost := tuple(number for number in range(1, highest + 1) if number not in numbers):
            yield Loss(*pair, lost)


def _ranges(numbers: Sequence[int]) -> str:
    """`3, 5–8 are`, with the verb."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    words = ", ".join("–".join(map(str, run)) for run in runs)
    return f"{words} {'is' if len(numbers) == 1 else 'are'}"
