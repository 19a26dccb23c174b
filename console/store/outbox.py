"""Approved messages on their way to status pages and chats: queued with the update, and what became of each.

A message is `pending`, or `retry` after a try that did nothing; `sending` from before its request until its answer is
written down; `unknown` when a try may have done it or not; then `done`, `dead` (it will not be accepted as it is),
`ask` (nothing but a person can tell) or `dropped`. Of each incident and target only the first unfinished message
moves. The store does not read payloads, except for `text` and `title`, which an edit or a redaction changes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from console.core.events import Event, PublicationDecided, Undone
from console.core.language.text import clean, one_line
from console.core.language.times import rfc3339
from console.core.log.erasure import REDACTED
from console.core.refusal import Refusal
from console.store.problems import Overtaken
from console.store.sqlite import sqlite3

if TYPE_CHECKING:
    from console.store.log import Log

State = Literal["pending", "sending", "done", "retry", "unknown", "ask", "dead", "dropped"]
FINISHED: tuple[State, ...] = ("done", "dropped")

_COLUMNS = (
    "n, id, event, incident, origin, target, audience, state, attempts, looks, due_at, tried_at, holder, note, payload,"
    " remote"
)
_TAKEN_BACK = "The update was taken back before it was sent."
_ERASED = "Its text was erased before it was sent."
_ERASED_UNDER_WAY = "Its text was erased while it was under way: look at the page, and take it down there by hand."


class Queued(msgspec.Struct, frozen=True):
    """A message to be queued in the transaction of its update."""

    id: str
    """Our marker, which the target may show; new for each message."""
    event: str
    """The update's id."""
    target: str
    audience: str
    due_at: datetime
    payload: str
    """JSON with `text` and `title`; without a key or any other secret."""


class Message(msgspec.Struct, frozen=True):
    """A message as it stands. Times are RFC 3339 text, empty where there is none."""

    n: int
    """The order in which messages were approved."""
    id: str
    event: str
    incident: str
    origin: str
    target: str
    audience: str
    state: State
    attempts: int
    """How often a request was begun."""
    looks: int
    """How often it was looked for since, and not found."""
    due_at: str
    tried_at: str
    holder: str
    """Who began the last try."""
    note: str
    """One sentence for a person about the state; may be empty."""
    payload: str
    """Empty once its text was erased."""
    remote: str
    """JSON of what the target calls it; empty before it is done."""

    @property
    def finished(self) -> bool:
        return self.state in FINISHED


class Try(msgspec.Struct, frozen=True):
    """One change of a message's state, with the answer or the person that caused it."""

    at: str
    state: State
    said: str


class PlacedPart(msgspec.Struct, frozen=True):
    """A component that an incident has changed on a page."""

    id: str
    state: str = ""
    """As we set it last; empty while the first message that sets it is under way."""
    name: str = ""
    prior: str = ""
    """As it was read before we changed it; empty where that could not be read."""


class Placed(msgspec.Struct, frozen=True):
    """What is on a target of one incident by our own records."""

    remote: str = ""
    updates: tuple[str, ...] = ()
    parts: tuple[PlacedPart, ...] = ()
    differs: str | None = None
    """How the page differed when it was read last; empty: it did not; None: not read since our last message."""
    read_at: str = ""


NOTHING_PLACED = Placed()
_decode_updates = msgspec.json.Decoder(tuple[str, ...]).decode
_decode_parts = msgspec.json.Decoder(tuple[PlacedPart, ...]).decode


# Inside the caller's transaction


def queue(connection: sqlite3.Connection, messages: Iterable[Queued]) -> None:
    """Add messages behind those that are there; one that its update and target have already is passed over.

    The tables refuse a message of a drill, or of anything but an update. Raises ValueError for an event that the log
    does not have.
    """
    for one in messages:
        if connection.execute(
            "SELECT 1 FROM outbox WHERE event = ? AND target = ?", (one.event, one.target)
        ).fetchone():
            continue
        added = connection.execute(
            "INSERT INTO outbox(id, event, incident, origin, target, audience, due_at, payload)"
            " SELECT ?1, id, incident, origin, ?3, ?4, ?5, ?6 FROM event WHERE id = ?2",
            (one.id, one.event, one.target, one.audience, rfc3339(one.due_at), one.payload),
        )
        if not added.rowcount:
            raise ValueError(f"there is no event {one.event} to publish")


def follow(connection: sqlite3.Connection, written: Iterable[Event]) -> None:
    """Drop what was taken back before anything of it went out."""
    for event in written:
        if isinstance(event.body, Undone):
            found = connection.execute(
                "SELECT id FROM outbox WHERE event = ? AND state IN ('pending', 'retry', 'dead')", (event.body.target,)
            ).fetchall()
            for (id,) in found:
                move(connection, id, "dropped", rfc3339(event.recorded_at), _TAKEN_BACK)


def obey(connection: sqlite3.Connection, written: Iterable[Event]) -> None:
    """Do to messages what people decided here. Raises Overtaken, so that nothing is written, where it is too late."""
    for event in written:
        body = event.body
        if not isinstance(body, PublicationDecided):
            continue
        found = find(connection, body.message)
        if body.decision not in _DECISIONS:
            continue  # Of another version, whose own file obeys it.
        allowed, what = _DECISIONS[body.decision]
        if found is None or found.event != body.update:
            named = one_line(clean(body.message, multiline=False), 60)
            raise Overtaken(f"There is no message {named}; see the outbox.")
        if found.state not in allowed:
            raise Overtaken(f"A message that is {WORDS[found.state]} cannot be {what}.")
        _decided(connection, found, event, body)


_DECISIONS: dict[str, tuple[tuple[State, ...], str]] = {
    "edited": (("pending", "retry", "dead"), "edited"),
    "dropped": (("pending", "retry", "dead", "unknown", "ask"), "dropped"),
    "resent": (("ask",), "sent again"),
    "confirmed": (("unknown", "ask"), "confirmed"),
}
"""In which states a message may be decided about, and the word for it."""


class _Named(msgspec.Struct):
    """Of what a target calls a message, the part that the outbox keeps apart."""

    update_id: str = ""


def _decided(connection: sqlite3.Connection, found: Message, event: Event, body: PublicationDecided) -> None:
    id, at, by = found.id, rfc3339(event.recorded_at), event.actor
    match body.decision:
        case "edited":
            changed = connection.execute(
                "UPDATE outbox SET payload = json_set(payload, '$.text', ?2)"
                " WHERE id = ?1 AND payload <> '' AND payload ->> '$.text' = ?3",
                (id, body.text, body.was),
            )
            if not changed.rowcount:
                raise Overtaken("Its text is not what you saw any more; look at it again, and then edit it.")
            if body.without:
                _lessened(connection, found, body)
            move(connection, id, "pending", at, "", f"edited by {by}")
        case "dropped":
            if body.doubtful != (found.state in ("unknown", "ask")):
                raise Overtaken("It is not where you saw it any more; look at it again, and then drop it.")
            note = "It may be on the page all the same." if body.doubtful else ""
            move(connection, id, "dropped", at, note, f"dropped by {by}")
        case "resent":
            if not found.payload:
                raise Overtaken("Its text was erased; post the update again, or drop it.")
            move(connection, id, "pending", at, "", f"not there, sent again by {by}")
            connection.execute("UPDATE outbox SET origin = ? WHERE id = ?", (event.origin, id))
        case "confirmed":
            named = msgspec.json.decode(body.remote, type=_Named)
            arrived(connection, found, body.remote, named.update_id, at, f"seen on the page by {by}")


class _Part(msgspec.Struct):
    """Of a component that a message changes, its name, which the outbox looks at."""

    name: str = ""


class _Changing(msgspec.Struct):
    parts: tuple[_Part, ...] = ()


def _lessened(connection: sqlite3.Connection, found: Message, body: PublicationDecided) -> None:
    """Take components out of a message."""
    names = [part.name for part in msgspec.json.decode(found.payload, type=_Changing).parts]
    strange = next((name for name in body.without if name not in names), None)
    if strange is not None:
        there = ", ".join(names) or "none"
        raise Overtaken(f"It changes no component {strange} there; it changes {there}.")
    out = [f"$.parts[{place}]" for place, name in enumerate(names) if name in body.without]
    # From the last on: what is taken out moves those behind it.
    for path in reversed(out):
        connection.execute("UPDATE outbox SET payload = json_remove(payload, ?) WHERE id = ?", (path, found.id))


def erase(connection: sqlite3.Connection, event: str) -> None:
    """Erase the messages of an erased update; what has not gone out does not go out any more.

    The same for the one message whose other words `event` gave, where that is erased.
    """
    found = connection.execute(
        "SELECT id, state, due_at FROM outbox WHERE event = ?1 OR id = (SELECT body ->> '$.message' FROM event"
        " WHERE id = ?1 AND kind = 'publication_decided' AND body ->> '$.decision' = 'edited')",
        (event,),
    ).fetchall()
    for id, state, at in found:
        _erase_message(connection, id, state, at)


def _erase_message(connection: sqlite3.Connection, id: str, state: str, at: str) -> None:
    connection.execute("UPDATE outbox SET payload = '' WHERE id = ?", (id,))
    connection.execute("UPDATE outbox_try SET said = '' WHERE message = ?", (id,))
    if state in ("pending", "retry", "dead"):
        move(connection, id, "dropped", at, _ERASED)
    elif state in ("sending", "unknown", "ask"):
        connection.execute("UPDATE outbox SET note = ? WHERE id = ?", (_ERASED_UNDER_WAY, id))
    else:
        connection.execute("UPDATE outbox SET note = '' WHERE id = ?", (id,))


def forget(connection: sqlite3.Connection, incident: str, gone: Iterable[str], words: Iterable[str]) -> None:
    """Take erased texts out of what is kept of an incident's messages and pages besides.

    `gone` are whole texts, such as a title or a component's name; `words` give them away wherever they stand.
    """
    whole, telling = frozenset(gone), tuple(words)

    def told(text: str) -> bool:
        return text in whole or any(word in text for word in telling)

    def without(raw: str) -> str:
        """JSON without the texts; as it was where it holds none."""
        try:
            value = msgspec.json.decode(raw)
        except msgspec.DecodeError:
            return "" if told(raw) else raw
        after = _forgotten(value, whole, telling)
        return raw if after == value else msgspec.json.encode(after).decode()

    for one in rows(connection, "incident = ?", (incident,)):
        text = connection.execute(
            "SELECT coalesce(payload ->> '$.text', '') FROM outbox WHERE id = ? AND payload <> ''", (one.id,)
        ).fetchone()
        if text is not None and any(word in text[0] for word in telling):
            _erase_message(connection, one.id, one.state, one.due_at)
            continue
        left = (
            without(one.payload),
            "" if told(one.remote) else without(one.remote),
            "" if told(one.note) else one.note,
        )
        if left != (one.payload, one.remote, one.note):
            connection.execute("UPDATE outbox SET payload = ?, remote = ?, note = ? WHERE id = ?", (*left, one.id))
        tries = connection.execute("SELECT n, said FROM outbox_try WHERE message = ?", (one.id,)).fetchall()
        for n in (n for n, said in tries if told(said)):
            connection.execute("UPDATE outbox_try SET said = '' WHERE n = ?", (n,))
    targets = connection.execute("SELECT target FROM published WHERE incident = ?", (incident,)).fetchall()
    for (target,) in targets:
        there = placed(connection, incident, target)
        parts = tuple(msgspec.structs.replace(part, name=REDACTED) if told(part.name) else part for part in there.parts)
        # Not read since: the next look at the page says anew how it differs.
        differs = None if there.differs is not None and told(there.differs) else there.differs
        after = Placed(without(there.remote), there.updates, parts, differs, there.read_at)
        if after != there:
            place(connection, incident, target, after)


def _forgotten(value: Any, whole: frozenset[str], telling: tuple[str, ...], key: str = "") -> Any:
    """A value of JSON with `REDACTED` for titles and names that are gone and for texts with a telling word."""
    match value:
        case str():
            gone = (key in ("title", "name") and value in whole) or any(word in value for word in telling)
            return REDACTED if gone else value
        case list():
            return [_forgotten(item, whole, telling, key) for item in value]
        case dict():
            return {name: _forgotten(item, whole, telling, name) for name, item in value.items()}
    return value


def move(
    connection: sqlite3.Connection, id: str, state: State, at: str, note: str = "", said: str | None = None
) -> None:
    """Give a message another state, and note it in its history; `said` is the note where it is not given."""
    connection.execute("UPDATE outbox SET state = ?, due_at = ?, note = ? WHERE id = ?", (state, at, note, id))
    record(connection, id, state, at, note if said is None else said)


def record(connection: sqlite3.Connection, id: str, state: State, at: str, said: str) -> None:
    connection.execute("INSERT INTO outbox_try(message, at, state, said) VALUES(?, ?, ?, ?)", (id, at, state, said))


def find(connection: sqlite3.Connection, id: str) -> Message | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM outbox WHERE id = ?", (id,)).fetchone()
    return None if row is None else Message(*row)


def rows(connection: sqlite3.Connection, where: str, values: Sequence[Any] = ()) -> list[Message]:
    found = connection.execute(f"SELECT {_COLUMNS} FROM outbox WHERE {where}", values)
    return [Message(*row) for row in found.fetchall()]


def heads(connection: sqlite3.Connection) -> list[Message]:
    """The first unfinished message of each incident and target, in the order in which they are due."""
    return rows(
        connection,
        "n IN (SELECT min(n) FROM outbox WHERE state NOT IN ('done', 'dropped') GROUP BY incident, target)"
        " ORDER BY due_at, n",
    )


def placed(connection: sqlite3.Connection, incident: str, target: str) -> Placed:
    row = connection.execute(
        "SELECT remote, updates, parts, differs, read_at FROM published WHERE incident = ? AND target = ?",
        (incident, target),
    ).fetchone()
    return NOTHING_PLACED if row is None else _placed(row)


def place(connection: sqlite3.Connection, incident: str, target: str, found: Placed) -> None:
    connection.execute(
        "INSERT INTO published(incident, target, remote, updates, parts, differs, read_at) VALUES(?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(incident, target) DO UPDATE SET remote = excluded.remote, updates = excluded.updates,"
        " parts = excluded.parts, differs = excluded.differs, read_at = excluded.read_at",
        (
            incident,
            target,
            found.remote,
            msgspec.json.encode(found.updates).decode(),
            msgspec.json.encode(found.parts).decode(),
            found.differs,
            found.read_at,
        ),
    )


def _placed(row: Sequence[Any]) -> Placed:
    return Placed(row[0], _decode_updates(row[1]), _decode_parts(row[2]), row[3], row[4])


class Outbox:
    """The outbox of a log, for screens and people. Every method raises StoreProblem as the log does."""

    def __init__(self, log: "Log") -> None:
        self.log = log

    def messages(self, incident: str | None = None, *, unfinished: bool = False) -> list[Message]:
        """In the order in which they were approved, of one incident or of all."""
        left = " AND state NOT IN ('done', 'dropped')" if unfinished else ""
        where = f"(?1 IS NULL OR incident = ?1){left} ORDER BY n"
        return self.log.query(lambda connection: rows(connection, where, (incident,)))

    def message(self, id: str) -> Message | None:
        return self.log.query(lambda connection: find(connection, id))

    def tries(self, id: str) -> list[Try]:
        """What happened to a message, oldest first."""
        found = self.log.query(
            lambda connection: connection.execute(
                "SELECT at, state, said FROM outbox_try WHERE message = ? ORDER BY n", (id,)
            ).fetchall()
        )
        return [Try(*row) for row in found]

    def placed(self, incident: str) -> dict[str, Placed]:
        """What is on each target of an incident."""
        found = self.log.query(
            lambda connection: connection.execute(
                "SELECT target, remote, updates, parts, differs, read_at FROM published WHERE incident = ?", (incident,)
            ).fetchall()
        )
        return {row[0]: _placed(row[1:]) for row in found}

    def retry(self, id: str, at: datetime, by: str) -> Refusal | None:
        """Try now: what waits is sent, what is doubtful is looked for. `by` is who wants it, and stands in the history.

        It decides nothing about what goes out; what does is an event of the log (`PublicationDecided`).
        """

        def whole(connection: sqlite3.Connection) -> Refusal | None:
            found = find(connection, id)
            if found is None:
                return Refusal(f"There is no message {one_line(clean(id, multiline=False), 60)}; see the outbox.")
            if found.finished or found.state == "sending":
                return Refusal(f"A message that is {WORDS[found.state]} cannot be tried again.")
            state: State = "unknown" if found.state in ("unknown", "ask") else "pending"
            move(connection, id, state, rfc3339(at), "", f"tried again by {by}")
            connection.execute("UPDATE outbox SET looks = 0, origin = ? WHERE id = ?", (self.log.origin, id))
            return None

        return self.log.transact(whole)


WORDS: dict[State, str] = {
    "pending": "waiting",
    "sending": "being sent at this moment",
    "done": "on the page",
    "retry": "waiting for its next try",
    "unknown": "being looked for",
    "ask": "doubtful",
    "dead": "refused by its target",
    "dropped": "dropped",
}
"""A state in words that fit behind "a message that is"."""


def arrived(
    connection: sqlite3.Connection, message: Message, remote: str, update: str, at: str, said: str = ""
) -> None:
    """The message is on the page: finish it, and note what the target calls it and which components it set.

    `update` is the id that the target gave the update; empty where it gives none.
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
    updates = before.updates if not update or update in before.updates else (*before.updates, update)
    place(connection, message.incident, message.target, Placed(remote, updates, tuple(known.values())))
    connection.execute("UPDATE outbox SET remote = ? WHERE id = ?", (remote, message.id))
    move(connection, message.id, "done", at, "", said)
