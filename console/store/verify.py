"""Proving that a log is whole: its structure, its sequence and its chain, its head, newest backup and search index."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from console.core.language.text import one_line
from console.store import chain, connect, head, problems, redact, rows, salvage, schema, search
from console.store.problems import StoreProblem
from console.store.sqlite import sqlite3

MAX_FINDINGS = 50
"""The most findings reported; a broken chain breaks every link after it."""

_ALL = f"SELECT {', '.join(chain.Sealed._fields)}, body, salt, prev, hash FROM event ORDER BY incident, origin, oseq"
_OTHER_INDEX = (
    "The search index is not that of the entries, so that a search may miss some;"
    " `warroom verify --rebuild-index` makes it anew."
)
_CODE = re.compile(r"error code=(\d+)")
_IOERR = 10
_MAX_LINE_CHARS = 200


class Kept(NamedTuple):
    """The last entry of an origin in an incident, as a backup holds it."""

    backup: str
    incident: str
    origin: str
    oseq: int
    id: str


def verify(connection: sqlite3.Connection, path: Path, known: head.Known, kept: Iterable[Kept]) -> list[str]:
    """The faults of the log, a sentence each, at most MAX_FINDINGS; empty when all is well.

    Entries cut off at the very end of an origin leave no trace in the file itself: the marks of its heads tell, and
    what a backup has `kept` does.
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
        find(_gone(connection, known, kept))
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
    for row in connection.execute(_ALL):
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


def _gone(connection: sqlite3.Connection, known: head.Known, kept: Iterable[Kept]) -> Iterator[str]:
    """What a head or a backup knows and the log does not hold."""
    missing = {(gap.incident, gap.origin): gap for gap in known.gaps(connection)}
    yield from (gap.sentence for gap in missing.values())
    for name, incident, origin, oseq, id in kept:
        held = connection.execute(
            "SELECT 1 FROM event WHERE incident = ? AND origin = ? AND oseq = ? AND id = ?",
            (incident, origin, oseq, id),
        ).fetchone()
        if held is None and (incident, origin) not in missing:
            yield f"{incident}, entry {oseq} of {origin}: the backup {name} holds it, and the log does not."


def _index(connection: sqlite3.Connection) -> Iterator[str]:
    try:
        if search.holds_the_entries(connection):
            return
    except sqlite3.DatabaseError as error:
        salvage.raise_unless_damage(error)
    yield _OTHER_INDEX


def newest_backup(folder: Path) -> list[Kept]:
    """What the newest backup in a folder that can be read holds; nothing where there is none."""
    try:
        files = sorted(folder.glob("*.db"), key=lambda file: file.stat().st_mtime, reverse=True)
    except OSError:
        return []
    for file in files:
        with suppress(StoreProblem, sqlite3.Error, UnicodeDecodeError):
            connection = connect.reader(file, mode="immutable")
            try:
                return list(_last_entries(connection, file.name))
            finally:
                connection.close()
    return []


def _last_entries(connection: sqlite3.Connection, name: str) -> Iterator[Kept]:
    for incident in rows.incidents(connection):
        for origin in rows.origins(connection, incident):
            oseq, _, _ = rows.last_of(connection, incident, origin)
            found = connection.execute(
                "SELECT id FROM event WHERE incident = ? AND origin = ? AND oseq = ?", (incident, origin, oseq)
            ).fetchone()
            yield Kept(name, incident, origin, oseq, found[0] if found else "")
