"""The outbox's tables, inside the caller's transaction.

Of each incident and target only the first unfinished message moves. The store does not read payloads, except for
`text` and `title`, which an edit or a redaction changes.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from console.core.language.times import rfc3339
from console.store.outbox.message import NOTHING_PLACED, Message, Placed, PlacedPart, Queued, State
from console.store.sqlite import sqlite3

_COLUMNS = ", ".join(Message.__struct_fields__)


class _Backfilled(msgspec.Struct):
    """The part of a target's name for a past incident that the outbox keeps apart."""

    past: tuple[str, ...] = ()


_decode_past = msgspec.json.Decoder(_Backfilled).decode
_decode_updates = msgspec.json.Decoder(tuple[str, ...]).decode
_decode_parts = msgspec.json.Decoder(tuple[PlacedPart, ...]).decode


def queue(connection: sqlite3.Connection, messages: Iterable[Queued]) -> None:
    """Add messages behind those that are there; one that its update and target have already is passed over.

    The tables refuse a message of a drill, or of anything but an update. Raises ValueError for an event that the log
    does not have.
    """
    for message in messages:
        if connection.execute(
            "SELECT 1 FROM outbox WHERE event = ? AND target = ?", (message.event, message.target)
        ).fetchone():
            continue
        added = connection.execute(
            "INSERT INTO outbox(id, event, incident, origin, target, audience, due_at, payload)"
            " SELECT ?1, id, incident, origin, ?3, ?4, ?5, ?6 FROM event WHERE id = ?2",
            (message.id, message.event, message.target, message.audience, rfc3339(message.due_at), message.payload),
        )
        if not added.rowcount:
            raise ValueError(f"there is no event {message.event} to publish")


def move(
    connection: sqlite3.Connection, id: str, state: State, at: str, note: str = "", cause: str | None = None
) -> None:
    """Give a message another state, and note it in its history; `cause` is the note where it is not given."""
    connection.execute("UPDATE outbox SET state = ?, due_at = ?, note = ? WHERE id = ?", (state, at, note, id))
    record(connection, id, state, at, note if cause is None else cause)


def give_up(connection: sqlite3.Connection, message: Message, at: str, note: str, cause: str | None = None) -> None:
    """Drop a message; one that some of its recipients have already is done, for those."""
    if message.remote:
        update = msgspec.json.decode(message.remote, type=RemoteName).update_id
        arrived(connection, message, message.remote, update, at, note if cause is None else cause, note)
    else:
        move(connection, message.id, "dropped", at, note, cause)


class RemoteName(msgspec.Struct):
    """The part of a target's name for a message that the outbox keeps apart."""

    update_id: str = ""


def record(connection: sqlite3.Connection, id: str, state: State, at: str, cause: str) -> None:
    connection.execute("INSERT INTO outbox_try(message, at, state, said) VALUES(?, ?, ?, ?)", (id, at, state, cause))


def find(connection: sqlite3.Connection, id: str) -> Message | None:
    return next(iter(rows(connection, "id = ?", (id,))), None)


def rows(connection: sqlite3.Connection, where: str, values: Sequence[Any] = ()) -> list[Message]:
    selected = connection.execute(f"SELECT {_COLUMNS} FROM outbox WHERE {where}", values)
    return [Message(*row) for row in selected.fetchall()]


def heads(connection: sqlite3.Connection) -> list[Message]:
    """The first unfinished message of each incident and target, in the order in which they are due."""
    return rows(
        connection,
        "n IN (SELECT min(n) FROM outbox WHERE state NOT IN ('done', 'dropped') GROUP BY incident, target)"
        " ORDER BY due_at, n",
    )


def placed(connection: sqlite3.Connection, incident: str, target: str) -> Placed:
    return places(connection, incident).get(target, NOTHING_PLACED)


def places(connection: sqlite3.Connection, incident: str) -> dict[str, Placed]:
    """Our records of an incident on each target, by its name."""
    selected = connection.execute(
        "SELECT target, remote, updates, parts, differs, read_at FROM published WHERE incident = ?", (incident,)
    )
    return {
        target: Placed(remote, _decode_updates(updates), _decode_parts(parts), differs, read_at)
        for target, remote, updates, parts, differs, read_at in selected.fetchall()
    }


def place(connection: sqlite3.Connection, incident: str, target: str, now_there: Placed) -> None:
    updates, parts = (msgspec.json.encode(values).decode() for values in (now_there.updates, now_there.parts))
    connection.execute(
        "REPLACE INTO published(incident, target, remote, updates, parts, differs, read_at)"
        " VALUES(?, ?, ?, ?, ?, ?, ?)",
        (incident, target, now_there.remote, updates, parts, now_there.differs, now_there.read_at),
    )


def arrived(
    connection: sqlite3.Connection, message: Message, remote: str, update: str, at: str, cause: str = "", note: str = ""
) -> None:
    """The message is on the page: finish it, and note what the target calls it and which components it set.

    `update` is the id that the target gave the update; empty where it gives none. `note` stays with the message.
    """
    before = placed(connection, message.incident, message.target)
    known = {part.id: part for part in before.parts}
    payload = connection.execute(
        "SELECT part.value ->> '$.id', part.value ->> '$.state', coalesce(part.value ->> '$.name', '')"
        " FROM outbox, json_each(outbox.payload, '$.parts') AS part WHERE outbox.id = ? AND outbox.payload <> ''",
        (message.id,),
    )
    for id, state, name in payload.fetchall():
        known[id] = PlacedPart(id, state, name, known[id].prior if id in known else "")
    act, changed = connection.execute(
        "SELECT payload ->> '$.change.act', payload ->> '$.change.update_id' FROM outbox"
        " WHERE id = ? AND payload <> '' UNION ALL SELECT NULL, NULL",
        (message.id,),
    ).fetchone()
    updates = before.updates if not update or update in before.updates else (*before.updates, update)
    match act:
        case "take down":
            # The next message opens a new one.
            now_there = Placed("", (), tuple(known.values()))
        case "remove":
            # A page may give the id to another one.
            left = tuple(id for id in before.updates if id != changed)
            now_there = Placed(before.remote, left, tuple(known.values()))
        case "edit" | "rename" | "postmortem" | "withdraw":
            now_there = Placed(before.remote, before.updates, tuple(known.values()))
        case "backfill":
            now_there = Placed(remote, _decode_past(remote).past, tuple(known.values()))
        case _:
            now_there = Placed(remote, updates, tuple(known.values()))
    place(connection, message.incident, message.target, now_there)
    connection.execute("UPDATE outbox SET remote = ? WHERE id = ?", (remote, message.id))
    move(connection, message.id, "done", at, note, cause)
