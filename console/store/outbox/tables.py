"""The outbox's tables, inside the caller's transaction.

Of each incident and target only the first unfinished message moves. The store does not read payloads, except for
`text` and `title`, which an edit or a redaction changes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from console.core.language.times import rfc3339
from console.core.refusal import Refused
from console.store.outbox.message import NOTHING_PLACED, STATE_WORDS, Message, Placed, PlacedPart, Queued, State, Try
from console.store.rows import moment_in
from console.store.sqlite import sqlite3

_COLUMNS = ", ".join(name for name in Message.__struct_fields__ if name != "author")
TOLD = "to-"
"""The beginning of the id of the event that tells others of an event's messages."""
_TELLING = f"outbox JOIN event AS told ON told.id = '{TOLD}' || outbox.event"
_RANK = "CASE WHEN json_valid(told.body) THEN CAST(coalesce(told.body ->> '$.rank', 0) AS INTEGER) ELSE 0 END"
MAX_RANK = 1_000_000_000
"""A rank, or a count, beyond is none: it comes from a foreign file."""
_AUTHOR = "coalesce((SELECT actor FROM event WHERE event.id = outbox.event), '')"


class RemoteName(msgspec.Struct, frozen=True):
    """The ids and the address that a target has given a message."""

    incident_id: str = ""
    update_id: str = ""
    url: str = ""
    past: tuple[str, ...] = ()
    downs: int | None = None


T = TypeVar("T")

_decode_remote = msgspec.json.Decoder(RemoteName).decode
_decode_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_updates = msgspec.json.Decoder(tuple[str, ...]).decode
_decode_parts = msgspec.json.Decoder(tuple[PlacedPart, ...]).decode
LONG_AGO = rfc3339(datetime(2000, 1, 1, tzinfo=UTC))
"""In the place of a moment that cannot be read: whatever waited for it is due."""


def queue(connection: sqlite3.Connection, messages: Iterable[Queued]) -> list[Queued]:
    """Add messages behind those that are there, and give those; one that its update and target have is passed over.

    The tables refuse a message of a drill, or of anything but an update. Raises ValueError for an event that the log
    does not have.
    """
    new: list[Queued] = []
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
        if message.there is not None:
            _check_still(connection, message)
        if message.there is not None and (queued := find(connection, message.id)):
            there = with_downs(connection, queued, message.there)
            arrived(connection, queued, there, message.update_id, rfc3339(message.due_at), "read on the page")
        new.append(message)
    return new


def _check_still(connection: sqlite3.Connection, message: Queued) -> None:
    """Nothing that may change what was read is under way to a message's target. Raises Refused."""
    place = "incident = (SELECT incident FROM event WHERE id = ?) AND target = ?"
    if rows(connection, f"{place} AND state IN ('sending', 'unknown', 'ask')", (message.event, message.target)):
        raise Refused(f"Something is on its way to {message.target}; look again once it has arrived.")


def incident_with(connection: sqlite3.Connection, target: str, theirs: str, ours: str = "") -> str:
    """The incident that has one of the target's, or is to have it; with `ours`, another one that has it in truth:
    that had it before this one adopted it, or was given its number once this one's was deleted there. Empty where
    none does.

    Of several that adopted it, the one that did so first by the order of the log, which is the same everywhere.
    """
    having = connection.execute(
        "SELECT incident FROM published WHERE target = ? AND json_valid(remote) AND remote ->> '$.incident_id' = ?",
        (target, theirs),
    )
    has = [incident for (incident,) in having.fetchall()]
    adopting = connection.execute(
        "SELECT outbox.incident, outbox.state FROM outbox JOIN event ON event.id = outbox.event"
        " WHERE target = ? AND outbox.state <> 'dropped' AND json_valid(payload)"
        " AND payload ->> '$.change.act' = 'adopt' AND payload ->> '$.change.update_id' = ?"
        # What was taken down since is another one, whatever its number.
        " AND NOT EXISTS (SELECT 1 FROM outbox AS down WHERE down.incident = outbox.incident"
        " AND down.target = outbox.target AND down.n > outbox.n AND down.state = 'done' AND json_valid(down.payload)"
        " AND down.payload ->> '$.change.act' = 'take down')"
        " ORDER BY event.hlc, event.origin, event.oseq",
        (target, theirs),
    )
    adopters = [incident for incident, state in adopting.fetchall() if state != "done" or incident in has]
    first = [*(incident for incident in has if incident not in adopters), *adopters]
    if not ours:
        return first[0] if first else ""
    if ours in adopters:
        return next(iter(first[: first.index(ours)]), "")
    if ours not in has or len(has) == 1:
        return ""
    begun = {incident: _begun(connection, incident, target, theirs) for incident in has}
    last = max(has, key=lambda incident: begun[incident])
    return last if begun[ours] < begun[last] else ""


def _begun(connection: sqlite3.Connection, incident: str, target: str, theirs: str) -> int:
    """The number of the message with which an incident began to be the target's of this name; 0 where it is not."""
    where = "incident = ? AND target = ? AND state = 'done' ORDER BY n"
    named = [(message, remote_name(message.remote)) for message in rows(connection, where, (incident, target))]
    # What was let go, or taken down, may be of an earlier number than what it let pass.
    last = max((name.downs for _, name in named if name.downs is not None and name.incident_id), default=None)
    began = 0
    for message, name in named:
        if last is not None and name.downs != last:
            continue
        if name.incident_id != theirs:
            began = 0
        elif not began:
            began = message.n
    return began


def move(
    connection: sqlite3.Connection, id: str, state: State, at: str, note: str = "", cause: str | None = None
) -> None:
    """Give a message another state, and note it in its history; `cause` is the note where it is not given."""
    connection.execute("UPDATE outbox SET state = ?, due_at = ?, note = ? WHERE id = ?", (state, at, note, id))
    record(connection, id, state, at, note if cause is None else cause)


def give_up(connection: sqlite3.Connection, message: Message, at: str, note: str, cause: str | None = None) -> None:
    """Drop a message; one that some of its recipients have already is done, for those."""
    if message.remote:
        update = update_id(message.remote)
        arrived(connection, message, message.remote, update, at, note if cause is None else cause, note)
    else:
        move(connection, message.id, "dropped", at, note, cause)


def record(connection: sqlite3.Connection, id: str, state: State, at: str, cause: str) -> None:
    connection.execute("INSERT INTO outbox_try(message, at, state, said) VALUES(?, ?, ?, ?)", (id, at, state, cause))


def find(connection: sqlite3.Connection, id: str) -> Message | None:
    return next(iter(rows(connection, "id = ?", (id,))), None)


def rows(connection: sqlite3.Connection, where: str, values: Sequence[Any] = ()) -> list[Message]:
    selected = connection.execute(f"SELECT {_COLUMNS}, {_AUTHOR} FROM outbox WHERE {where}", values)
    return [_readable(Message(*row)) for row in selected.fetchall()]


def tries(connection: sqlite3.Connection, id: str) -> list[Try]:
    """The history of a message, oldest first."""
    selected = connection.execute("SELECT at, state, said FROM outbox_try WHERE message = ? ORDER BY n", (id,))
    return [
        Try(at if moment_in(at) else LONG_AGO, state, cause)
        for at, state, cause in selected.fetchall()
        if state in STATE_WORDS
    ]


def _readable(message: Message) -> Message:
    """The message, without what only a damaged or foreign file holds: that is as if it had been erased.

    So one row that cannot be read stands in nobody's way, and what is in it is neither sent nor believed.
    """
    changes: dict[str, str] = {}
    if moment_in(message.due_at) is None:
        changes["due_at"] = LONG_AGO
    if message.tried_at and moment_in(message.tried_at) is None:
        changes["tried_at"] = ""
    if message.remote and decoded(_decode_remote, message.remote) is None:
        changes["remote"] = ""
    if message.payload and decoded(_decode_fields, message.payload) is None:
        changes["payload"] = ""
    return msgspec.structs.replace(message, **changes) if changes else message


def clear_unreadable(connection: sqlite3.Connection) -> None:
    """Erase what is read as if it were erased: what it says nobody knows, so that a redaction has to take it along."""
    kept = connection.execute("SELECT id, payload, remote FROM outbox").fetchall()
    for id, payload, remote in kept:
        for column, decode, text in (("payload", _decode_fields, payload), ("remote", _decode_remote, remote)):
            if text and decoded(decode, text) is None:
                connection.execute(f"UPDATE outbox SET {column} = '' WHERE id = ?", (id,))
    for incident, target in connection.execute("SELECT incident, target FROM published").fetchall():
        place(connection, incident, target, placed(connection, incident, target))


def decoded(decode: Callable[[str], T], text: str) -> T | None:
    """A JSON value; None where it is none, or another, as in a damaged file or in an event of somebody else."""
    try:
        return decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def remote_name(remote: str) -> RemoteName:
    """The ids and the address that a target has given a message; empty where they cannot be read."""
    return decoded(_decode_remote, remote) or RemoteName()


def in_order(connection: sqlite3.Connection, incident: str, where: str, values: Sequence[Any] = ()) -> list[Message]:
    """Messages of an incident in the order that is the same in every room: by the ranks that their writers gave them.

    One without a rank, which concerns this file alone or is of an earlier version, stays behind the one before it.
    """
    messages = rows(connection, f"{where} ORDER BY n", values)
    selected = connection.execute(
        f"SELECT outbox.id, told.origin, {_RANK} FROM {_TELLING} WHERE outbox.incident = ?", (incident,)
    ).fetchall()
    if len({origin for _, origin, _ in selected}) < 2:
        return messages
    ranks = {id: rank for id, _, rank in selected if 0 < rank <= MAX_RANK}
    keys: dict[str, tuple[int, str]] = {}
    last = (0, "")
    for message in messages:
        last = keys[message.id] = (ranks[message.id], message.event) if message.id in ranks else last
    return sorted(messages, key=lambda message: keys[message.id])


def rank_of_next(connection: sqlite3.Connection, incident: str) -> int:
    """The rank of the next messages of an incident."""
    (highest,) = connection.execute(
        f"SELECT coalesce(max({_RANK}), 0) FROM {_TELLING} WHERE outbox.incident = ? AND {_RANK} <= {MAX_RANK}",
        (incident,),
    ).fetchone()
    return int(highest) + 1


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
        target: Placed(
            remote if decoded(_decode_remote, remote) else "",
            decoded(_decode_updates, updates) or (),
            decoded(_decode_parts, parts) or (),
            differs,
            read_at if moment_in(read_at) else "",
        )
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
    place(connection, message.incident, message.target, _with(connection, before, message, remote, update))
    connection.execute("UPDATE outbox SET remote = ? WHERE id = ?", (remote, message.id))
    move(connection, message.id, "done", at, note, cause)


def place_anew(connection: sqlite3.Connection, incident: str, target: str, prior: Mapping[str, str]) -> None:
    """Make the records of an incident on a target anew of its messages: others have put some of them there.

    `prior` are the states of components before the incident, by their ids, as far as another console read them.
    """
    before = placed(connection, incident, target)
    parts = tuple(part for part in before.parts if not part.state)
    now_there = Placed(parts=(*parts, *(PlacedPart(id, prior=state) for id, state in prior.items())))
    where = "incident = ? AND target = ? AND state = 'done'"
    for message in in_order(connection, incident, where, (incident, target)):
        now_there = _with(connection, now_there, message, message.remote, update_id(message.remote))
    known = {part.id: part for part in before.parts}
    parts = tuple(
        msgspec.structs.replace(part, prior=part.prior or known[part.id].prior) if part.id in known else part
        for part in now_there.parts
    )
    place(connection, incident, target, msgspec.structs.replace(now_there, parts=parts))


def update_id(remote: str) -> str:
    """The target's id of an update, out of what it calls the message; empty where it has none."""
    return remote_name(remote).update_id


def with_downs(connection: sqlite3.Connection, message: Message, remote: str) -> str:
    """The target's ids of a message sent by this file, as JSON, with how often the incident was taken down before."""
    downs = max(_downs(connection, message), default=-1) + 1
    return msgspec.json.encode({**(decoded(_decode_fields, remote) or {}), "downs": downs}).decode()


def _downs(connection: sqlite3.Connection, message: Message) -> set[int]:
    """By which numbers the incident was taken down on the message's target."""
    selected = connection.execute(
        "SELECT remote FROM outbox WHERE incident = ? AND target = ? AND state = 'done' AND json_valid(payload)"
        " AND payload ->> '$.change.act' = 'take down'",
        (message.incident, message.target),
    )
    counts = (remote_name(remote).downs for (remote,) in selected.fetchall())
    return {downs for downs in counts if downs is not None}


def _with(connection: sqlite3.Connection, before: Placed, message: Message, remote: str, update: str) -> Placed:
    """The records of an incident on a target once a message has arrived there."""
    known = {part.id: part for part in before.parts}
    payload = connection.execute(
        "SELECT part.value ->> '$.id', part.value ->> '$.state', coalesce(part.value ->> '$.name', '')"
        " FROM outbox, json_each(CASE WHEN json_valid(payload) THEN payload ELSE '{}' END, '$.parts') AS part"
        " WHERE outbox.id = ?",
        (message.id,),
    )
    for id, state, name in payload.fetchall():
        known[id] = PlacedPart(id, state, name, known[id].prior if id in known else "")
    act, changed = connection.execute(
        "SELECT payload ->> '$.change.act', payload ->> '$.change.update_id' FROM outbox"
        " WHERE id = ? AND json_valid(payload) UNION ALL SELECT NULL, NULL",
        (message.id,),
    ).fetchone()
    updates = before.updates if not update or update in before.updates else (*before.updates, update)
    downs = remote_name(remote).downs
    if act != "take down" and downs in _downs(connection, message):
        # It came before another console took the incident down.
        return Placed(before.remote, before.updates, tuple(known.values()))
    match act:
        case "take down":
            if None not in (downs, there := remote_name(before.remote).downs) and there != downs:
                # Another console has opened a new one meanwhile.
                return Placed(before.remote, before.updates, tuple(known.values()))
            # The next message opens a new one.
            return Placed("", (), tuple(known.values()))
        case "remove":
            # A page may give the id to another one.
            left = tuple(id for id in before.updates if id != changed)
            return Placed(before.remote, left, tuple(known.values()))
        case "edit" | "rename" | "postmortem" | "withdraw" | "tell":
            return Placed(before.remote, before.updates, tuple(known.values()))
        case "adopt":
            return Placed(remote, before.updates, tuple(known.values()))
        case "backfill":
            return Placed(remote, remote_name(remote).past, tuple(known.values()))
    return Placed(remote, updates, tuple(known.values()))
