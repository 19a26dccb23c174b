"""True erasure: the one change that the log allows, together with the event that orders it."""

from collections.abc import Iterable, Sequence

import msgspec

from console.core.events import EntryRedacted, Event, NewEvent, decode_body, encode_body, scrubbed
from console.store import chain, outbox, rows, search
from console.store.problems import StoreProblem
from console.store.sqlite import sqlite3

_ALL_OF = (
    "WITH RECURSIVE doomed(id) AS (SELECT ?2 UNION SELECT event.id FROM event JOIN doomed"
    " ON (event.kind = 'entry_corrected' AND event.body ->> '$.target' = doomed.id)"
    # An update in other words for one page is that update's text too.
    " OR (event.kind = 'publication_decided' AND event.body ->> '$.update' = doomed.id"
    " AND event.body ->> '$.decision' = 'edited') WHERE event.incident = ?1)"
    " SELECT event.id, event.kind, event.body FROM event JOIN doomed ON event.id = doomed.id WHERE event.incident = ?1"
)
_LEAST_SECRET = 4
"""Characters; a text as short as "ok" stands in too many drafts by accident."""

_VACUUM_BYTES = 64 * 1024 * 1024
"""Up to this size the file is rewritten whole after a redaction, which takes well under a second."""


def append(connection: sqlite3.Connection, origin: str, events: Sequence[NewEvent]) -> list[tuple[int, Event]]:
    """Append events as `rows.append` does; a redaction among them also erases what it names."""
    if not any(isinstance(new.body, EntryRedacted) for new in events):
        return rows.append(connection, origin, events)
    written: list[tuple[int, Event]] = []
    for new in events:
        if isinstance(new.body, EntryRedacted):
            written += _redact(connection, origin, new, new.body)
        else:
            written += rows.append(connection, origin, [new])
    return written


def _redact(
    connection: sqlite3.Connection, origin: str, new: NewEvent, order: EntryRedacted
) -> list[tuple[int, Event]]:
    """Append the redaction with `erased` filled in, and erase the target and its corrections."""
    if rows.find(connection, new.id) is not None:
        return rows.append(connection, origin, [new])
    doomed = connection.execute(_ALL_OF, (new.incident, order.target)).fetchall()
    if order.target not in [event_id for event_id, _, _ in doomed]:
        raise StoreProblem(f"There is no entry {order.target} in {new.incident} to redact; check its id.")
    erased = {event_id: chain.body_sha(_scrub(kind, body)) for event_id, kind, body in doomed}
    body = msgspec.structs.replace(order, erased=erased)
    written = rows.append(connection, origin, [msgspec.structs.replace(new, body=body)])
    erase(connection, new.incident, erased)
    return written


def erase_named(connection: sqlite3.Connection, incident: str) -> None:
    """Erase whatever any redaction of the incident names and that still has its text, as after an import."""
    found = connection.execute(
        "SELECT event.id FROM event AS redaction, json_each(redaction.body, '$.erased') AS named"
        " JOIN event ON event.id = named.key AND event.incident = ?1 AND event.salt IS NOT NULL"
        " WHERE redaction.kind = 'entry_redacted' AND redaction.incident = ?1",
        (incident,),
    ).fetchall()
    if found:
        erase(connection, incident, [event_id for (event_id,) in found])


def erase(connection: sqlite3.Connection, incident: str, erased: Iterable[str]) -> None:
    """Erase the named events' texts wherever the file holds them; a redaction that names them is already written."""
    secrets: set[str] = set()
    for event_id in erased:
        row = connection.execute(
            "SELECT n, kind, body FROM event WHERE id = ? AND incident = ? AND salt IS NOT NULL", (event_id, incident)
        ).fetchone()
        if row is None:
            continue
        n, kind, body = row
        left = _scrub(kind, body)
        connection.execute("UPDATE event SET body = ?, salt = NULL WHERE n = ?", (left, n))
        search.replace(connection, n, body, left)
        kept = set(search.texts_of(left))
        gone = [text for text in search.texts_of(body) if text not in kept]
        secrets.update(text for text in gone if len(text) >= _LEAST_SECRET)
        outbox.erase(connection, event_id, gone)
    for secret in secrets:
        connection.execute("DELETE FROM draft WHERE instr(text, ?)", (secret,))
    connection.execute("DELETE FROM snapshot WHERE incident = ?", (incident,))
    search.forget_deleted(connection)


def sweep(connection: sqlite3.Connection) -> bool:
    """Leave no old page behind: rewrite the file where that is quick, and empty the write-ahead log.

    Pages that were split may hold stale bytes in their gaps, which `secure_delete` does not reach. False when another
    process, or a full disk, kept this from being done now; the redaction itself stands.
    """
    try:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        if pages * size <= _VACUUM_BYTES:
            connection.execute("VACUUM")
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy


def _scrub(kind: str, body: str) -> str:
    return encode_body(scrubbed(decode_body(kind, body)))
