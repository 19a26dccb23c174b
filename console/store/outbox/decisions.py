"""Decisions about messages, done to the outbox in the transaction of the events that say so."""

from collections.abc import Iterable

from console.core.language.text import clean, one_line
from console.core.language.times import rfc3339
from console.core.log.event import Event
from console.core.subjects.undo import Undoing, undo_targets
from console.core.subjects.update import PublicationDecided
from console.store.outbox.message import DECIDABLE, Message
from console.store.outbox.tables import arrived, find, give_up, move, rows, update_id, with_downs
from console.store.problems import Overtaken
from console.store.sqlite import sqlite3

UNDONE_NOTE = "The update was undone before it was sent."


def drop_undone(connection: sqlite3.Connection, written: Iterable[Event]) -> None:
    """Drop what was undone before anything of it went out.

    What tells that something happened stays: that it is undone is told behind it. So does a past incident once it was
    tried: of its requests some may have been taken.
    """
    for event in written:
        for target in undo_targets(event.body) if isinstance(event.body, Undoing) else ():
            waiting = rows(
                connection,
                "state IN ('pending', 'retry', 'dead')"
                " AND (event = ?1 AND (NOT json_valid(payload) OR payload ->> '$.change.act' IS NOT 'tell')"
                " OR EXISTS (SELECT 1"
                " FROM json_each(CASE WHEN json_valid(payload) THEN payload ELSE '{}' END, '$.past') AS past"
                " WHERE past.value ->> '$.update' = ?1 AND attempts = 0))",
                (target,),
            )
            for message in waiting:
                give_up(connection, message, rfc3339(event.recorded_at), UNDONE_NOTE)


def apply_decisions(connection: sqlite3.Connection, written: Iterable[Event]) -> None:
    """Do to messages what people decided here. Raises Overtaken, so that nothing is written, where it is too late."""
    for event in written:
        body = event.body
        if not isinstance(body, PublicationDecided):
            continue
        message = find(connection, body.message)
        if body.decision not in DECIDABLE:
            continue  # Of another version, whose own file obeys it.
        if message is None or body.update not in (message.event, _update_of(connection, message)):
            shown = one_line(clean(body.message, multiline=False), 60)
            raise Overtaken(f"There is no message {shown}; see the outbox.")
        if why := message.refusal(body.decision, event.origin):
            raise Overtaken(why)
        _apply_decision(connection, message, event, body)


def _update_of(connection: sqlite3.Connection, message: Message) -> str | None:
    """The update that a message is about, where its event is a decision about that."""
    (update,) = connection.execute(
        "SELECT CASE WHEN json_valid(payload) THEN payload ->> '$.of' END FROM outbox WHERE id = ?", (message.id,)
    ).fetchone()
    return update or None


def _apply_decision(connection: sqlite3.Connection, message: Message, event: Event, body: PublicationDecided) -> None:
    id, at, by = message.id, rfc3339(event.recorded_at), event.actor
    match body.decision:
        case "edited":
            changed = connection.execute(
                "UPDATE outbox SET payload = json_set(payload, '$.text', ?2)"
                " WHERE id = ?1 AND json_valid(payload) AND payload ->> '$.text' = ?3",
                (id, body.text, body.was),
            )
            if not changed.rowcount:
                raise Overtaken("Its text has changed since you opened it; read it again before you edit it.")
            if body.without:
                _without_components(connection, message, body)
            move(connection, id, "pending", at, "", f"edited by {by}")
        case "dropped":
            if body.doubtful != (message.state in ("unknown", "ask")):
                raise Overtaken("Its state has changed since you opened it; look at it again before you drop it.")
            note = "It may still be on the page." if body.doubtful else ""
            give_up(connection, message, at, note, f"dropped by {by}")
        case "resent":
            if not message.payload:
                raise Overtaken("Its text was erased; post the update again, or drop it.")
            move(connection, id, "pending", at, "", f"not there, sent again by {by}")
            # Its person has looked for it, which counts as a look of the sender's.
            connection.execute("UPDATE outbox SET looks = 1 WHERE id = ?", (id,))
        case "confirmed":
            remote = with_downs(connection, message, body.remote)
            arrived(connection, message, remote, update_id(remote), at, f"seen on the page by {by}")


def _without_components(connection: sqlite3.Connection, message: Message, body: PublicationDecided) -> None:
    """Take components out of a message."""
    selected = connection.execute(
        "SELECT coalesce(part.value ->> '$.name', '') FROM json_each(?, '$.parts') AS part ORDER BY part.id",
        (message.payload,),
    )
    names = [name for (name,) in selected.fetchall()]
    unknown = next((name for name in body.without if name not in names), None)
    if unknown is not None:
        listed = ", ".join(names) or "none"
        raise Overtaken(f"It does not change the component {unknown}; it changes {listed}.")
    paths = [f"$.parts[{place}]" for place, name in enumerate(names) if name in body.without]
    # From the last on: what is taken out moves those behind it.
    for path in reversed(paths):
        connection.execute("UPDATE outbox SET payload = json_remove(payload, ?) WHERE id = ?", (path, message.id))
