"""Proving that a log is whole: its structure, its sequence and its chain, its heads, backups and search index."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from console.core.language.pattern import late
from console.core.language.text import one_line
from console.store import backup, chain, head, problems, redact, replica, rows, salvage, schema, search
from console.store.backup import Kept
from console.store.sqlite import sqlite3

MAX_FINDINGS = 50
"""The most findings reported; a broken chain breaks every link after it."""

_ALL_ROWS_SQL = (
    f"SELECT {', '.join(chain.Sealed._fields)}, body, salt, prev, hash FROM event ORDER BY incident, origin, oseq"
)
_OTHER_INDEX = (
    "The search index is not that of the entries, so that a search may miss some;"
    " `warroom verify --rebuild-index` makes it anew."
)
_CODE = late(r"error code=(\d+)")
_IOERR = 10
_MAX_LINE_CHARS = 200


def verify(connection: sqlite3.Connection, path: Path, known: head.Known, kept: Sequence[Kept]) -> list[str]:
    """The faults of the log, a sentence each, at most MAX_FINDINGS; empty when all is well.

    Entries cut off at the very end of an origin leave no trace in its chain: the marks of its heads tell, and what
    backups have `kept` does.
    """
    connection.execute("BEGIN")
    try:
        findings: list[str] = []

        def find(part: Iterable[str]) -> None:
            try:
                findings.extend(islice(part, MAX_FINDINGS - len(findings)))
            except sqlite3.Error as error:
                # What stops one part may leave the others readable.
                findings.append(problems.of_sqlite(error, path).reason)

        find(_structure(connection, path))
        find(_broken(connection))
        # Of entries that are gone or others the index says nothing that is not said already.
        whole = not findings
        find(_gone(connection))
        find(gap.sentence for gap in missing(connection, known, kept))
        if whole:
            find(_index(connection))
        return list(dict.fromkeys(findings))
    finally:
        connection.execute("ROLLBACK")


def _structure(connection: sqlite3.Connection, path: Path) -> Iterator[str]:
    for difference in schema.differences(connection):
        yield f"The file's tables are not those of a Warroom log: {difference}."
    for (line,) in connection.execute(f"PRAGMA integrity_check({MAX_FINDINGS})"):
        code = _CODE.search(line)
        if code is not None and int(code[1]) & 0xFF == _IOERR:
            yield problems.unreadable_disk(path, "disk I/O error").reason
            return
        if "entry_index" in line:
            yield _OTHER_INDEX
        elif line != "ok":
            # SQLite may put several lines into one, and the names of the file's own objects.
            words = one_line(line.removeprefix("*** in database main ***"), _MAX_LINE_CHARS).rstrip(".")
            yield f"The file's structure is damaged: {words}."


def _broken(connection: sqlite3.Connection) -> list[str]:
    try:
        return list(islice(_chain_faults(connection), MAX_FINDINGS))
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    # A damaged text need not be one; read so, it is another than was written.
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        return list(islice(_chain_faults(connection), MAX_FINDINGS))
    finally:
        connection.text_factory = str


def _chain_faults(connection: sqlite3.Connection) -> Iterator[str]:
    erased = redact.named(connection)
    writer: tuple[str, str] = ("", "")
    oseq, hlc, last = 0, 0, ""
    for row in connection.execute(_ALL_ROWS_SQL):
        sealed = chain.Sealed(*row[:11])
        body, salt, prev, hashed = row[11:]
        if writer != (sealed.incident, sealed.origin):
            writer = (sealed.incident, sealed.origin)
            oseq, hlc, last = 0, 0, ""
        where = f"{sealed.incident}, entry {sealed.oseq} of {sealed.origin}"
        if not (chain.well_typed(sealed) and isinstance(body, str) and isinstance(salt, bytes | None)):
            yield f"{where}: its fields are not those that were written."
            continue
        if sealed.oseq != oseq + 1:
            yield f"{where}: {sealed.oseq - oseq - 1} entries before it are missing."
        elif prev != last:
            yield f"{where}: it does not follow the entry before it."
        if chain.hash_of(sealed, prev) != hashed:
            yield f"{where}: its fields are not those that were written."
        if salt is None:
            remains = erased.get((sealed.incident, sealed.id))
            if remains is None or chain.body_sha(body) not in remains.digests:
                yield f"{where}: its text is gone without a redaction."
        elif chain.digest_of(salt, body) != sealed.digest:
            yield f"{where}: its text is not the one that was written."
        if sealed.hlc <= hlc:
            yield f"{where}: it stands before the entry that it follows."
        oseq, hlc, last = sealed.oseq, sealed.hlc, hashed


def missing(connection: sqlite3.Connection, known: head.Known, kept: Sequence[Kept]) -> list[head.Gap]:
    """The entries that heads or backups know and the log does not hold, one gap for each incident and origin."""
    gaps = [*backup.gaps(connection, kept), *known.gaps(connection)]
    return list({(gap.incident, gap.origin): gap for gap in gaps}.values())


_SEEN = (
    "SELECT max(coalesce((SELECT max(upto) FROM snapshot), 0),"
    " coalesce((SELECT CAST(substr(value, instr(value, ' ') + 1) AS INTEGER) FROM meta WHERE key = ?), 0))"
)


def _gone(connection: sqlite3.Connection) -> Iterator[str]:
    """Entries that something else in the file has seen, and that are not there."""
    last, (seen,) = rows.position(connection), connection.execute(_SEEN, (replica.META,)).fetchone()
    if last < seen:
        yield f"The newest entry has the number {last} in this file, and there were {seen}."
    for incident, event in connection.execute(
        "SELECT DISTINCT incident, event FROM outbox"
        " WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.id = outbox.event)"
    ):
        yield f"{incident}: the entry {event} is missing; a message to a page is of it."


def _index(connection: sqlite3.Connection) -> Iterator[str]:
    try:
        if search.holds_the_entries(connection):
            return
    except sqlite3.DatabaseError as error:
        salvage.raise_unless_damage(error)
    yield _OTHER_INDEX
