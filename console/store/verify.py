"""Proving that a log is whole: its structure, its sequence and its chain."""

from collections.abc import Iterator
from itertools import islice

from console.store import chain, redact
from console.store.sqlite import sqlite3

MAX_FINDINGS = 50
"""The most findings reported; a broken chain breaks every link after it."""

_ALL = f"SELECT {', '.join(chain.Sealed._fields)}, body, salt, prev, hash FROM event ORDER BY incident, origin, oseq"


def verify(connection: sqlite3.Connection) -> list[str]:
    """The faults of the log, a sentence each, at most MAX_FINDINGS; empty when all is well.

    Entries cut off at the very end of an origin leave no trace in the file itself; a copy elsewhere shows them.
    """
    connection.execute("BEGIN")
    try:
        structure = [
            f"The file's structure is damaged: {line}."
            for (line,) in connection.execute(f"PRAGMA integrity_check({MAX_FINDINGS})")
            if line != "ok"
        ]
        return [*structure, *islice(_broken(connection), MAX_FINDINGS - len(structure))]
    finally:
        connection.execute("ROLLBACK")


def _broken(connection: sqlite3.Connection) -> Iterator[str]:
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
