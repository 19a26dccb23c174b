"""Redacted texts, taken out of the outbox."""

from collections.abc import Iterable
from typing import Any

import msgspec

from console.core.log.erasure import REDACTED, contains
from console.store.outbox.message import Message, Placed
from console.store.outbox.tables import give_up, move, place, places, rows
from console.store.sqlite import sqlite3

ERASED_NOTE = "Its text was erased before it was sent."
_ERASED_IN_PART = "Its text was erased, and some of it may be on the page: remove that there, then drop this."
_ERASED_UNDER_WAY = "Its text was erased while it was being sent: look whether the page has it."


def erase(connection: sqlite3.Connection, event: str) -> None:
    """Erase the messages of an erased update; what has not gone out does not go out any more.

    The same for the one message whose other words `event` gave, where that is erased.
    """
    past = "json_valid(payload) AND payload ->> '$.past[0]' <> ''"
    messages = rows(
        connection,
        f"event = ?1 AND NOT ({past})"
        # It was to go there again.
        " OR json_valid(payload) AND payload ->> '$.of' = ?1 AND payload ->> '$.change.act' IS NULL"
        " OR id = (SELECT body ->> '$.message' FROM event"
        " WHERE id = ?1 AND kind = 'publication_decided' AND body ->> '$.decision' = 'edited')",
        (event,),
    )
    for message in messages:
        _erase_message(connection, message)
    # Of a past incident only what this update says there; the message's own event holds no words of it.
    for message in rows(connection, past):
        _erase_past(connection, message, event)


def _erase_past(connection: sqlite3.Connection, message: Message, event: str) -> None:
    data = msgspec.json.decode(message.payload)
    erased = [past for past in data["past"] if past["update"] == event]
    if not erased:
        return
    if any(past["text"] == data["text"] for past in erased):
        data["text"] = REDACTED
    for past in erased:
        past["text"] = REDACTED
    connection.execute("UPDATE outbox SET payload = ? WHERE id = ?", (msgspec.json.encode(data).decode(), message.id))
    _settle_erased(connection, message, in_part=True)


def _erase_message(connection: sqlite3.Connection, message: Message) -> None:
    # Of a change it stays known which update it changed.
    connection.execute(
        "UPDATE outbox SET payload = CASE WHEN json_valid(payload) AND payload ->> '$.of' <> '' THEN json_replace("
        "payload, '$.text', ?2, '$.title', ?2, '$.change.was', '') ELSE '' END WHERE id = ?1",
        (message.id, REDACTED),
    )
    _settle_erased(connection, message)


def _settle_erased(connection: sqlite3.Connection, message: Message, *, in_part: bool = False) -> None:
    """`in_part`: it takes several requests, of which some may have been taken."""
    id, state = message.id, message.state
    connection.execute("UPDATE outbox_try SET said = '' WHERE message = ?", (id,))
    if state in ("pending", "retry", "dead"):
        if in_part and message.attempts:
            # Dropped, nobody would be asked about what a try may have put there.
            move(connection, id, "dead", message.due_at, _ERASED_IN_PART)
        else:
            give_up(connection, message, message.due_at, ERASED_NOTE)
    elif state in ("sending", "unknown", "ask"):
        connection.execute("UPDATE outbox SET note = ? WHERE id = ?", (_ERASED_UNDER_WAY, id))
    else:
        connection.execute("UPDATE outbox SET note = '' WHERE id = ?", (id,))


def forget(connection: sqlite3.Connection, incident: str, gone: Iterable[str], words: Iterable[str]) -> None:
    """Take erased texts out of what is kept of an incident's messages and pages besides.

    `gone` are whole texts, such as a title or a component's name; `words` give them away wherever they stand.
    """
    whole, telling = frozenset(gone), tuple(words)

    def gives_away(text: str) -> bool:
        return text in whole or contains(text, telling)

    def without(raw: str) -> str:
        """JSON without the texts; as it was where it holds none."""
        try:
            value = msgspec.json.decode(raw)
        except (msgspec.DecodeError, RecursionError):
            return "" if gives_away(raw) else raw
        after = _forgotten(value, whole, telling)
        return raw if after == value else msgspec.json.encode(after).decode()

    for message in rows(connection, "incident = ?", (incident,)):
        text = connection.execute(
            "SELECT coalesce(payload ->> '$.text', '') FROM outbox WHERE id = ? AND json_valid(payload)", (message.id,)
        ).fetchone()
        if text is not None and contains(text[0], telling):
            _erase_message(connection, message)
            continue
        remote = "" if gives_away(message.remote) else without(message.remote)
        left = (without(message.payload), remote, "" if gives_away(message.note) else message.note)
        if left != (message.payload, message.remote, message.note):
            connection.execute("UPDATE outbox SET payload = ?, remote = ?, note = ? WHERE id = ?", (*left, message.id))
        tries = connection.execute("SELECT n, said FROM outbox_try WHERE message = ?", (message.id,)).fetchall()
        for n in (n for n, cause in tries if gives_away(cause)):
            connection.execute("UPDATE outbox_try SET said = '' WHERE n = ?", (n,))
    for target, placed in places(connection, incident).items():
        parts = tuple(
            msgspec.structs.replace(part, name=REDACTED) if gives_away(part.name) else part for part in placed.parts
        )
        # Not read since: the next look at the page says anew how it differs.
        differs = None if placed.differs and without(placed.differs) != placed.differs else placed.differs
        after = Placed(without(placed.remote), placed.updates, parts, differs, placed.read_at)
        if after != placed:
            place(connection, incident, target, after)


def _forgotten(value: Any, whole: frozenset[str], telling: tuple[str, ...], key: str = "") -> Any:
    """A value of JSON with `REDACTED` for titles and names that are gone and for texts with a telling word."""
    match value:
        case str():
            gone = (key in ("title", "name", "ours", "theirs") and value in whole) or contains(value, telling)
            return REDACTED if gone else value
        case list():
            return [_forgotten(item, whole, telling, key) for item in value]
        case dict():
            return {name: _forgotten(item, whole, telling, name) for name, item in value.items()}
    return value
