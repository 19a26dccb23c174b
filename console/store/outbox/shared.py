"""Messages as every room knows them: this file's own told to the others, and those of others taken in.

A message has a row in the outbox of each file. It moves in one alone: the file whose event it is of, until a person has
another file take it over. Its row everywhere else follows the events, in whatever order they arrive.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar, get_args

import msgspec

from console.core.language.times import rfc3339
from console.core.log.codec import kind_of, kind_of_type
from console.core.log.erasure import is_redacted
from console.core.log.event import Body, Event, NewEvent
from console.core.log.ids import new_event_id
from console.core.subjects.publication import (
    Prior,
    PublicationQueued,
    PublicationReported,
    PublicationTaken,
    Sent,
    SentPast,
)
from console.core.subjects.undo import Undoing, undo_targets
from console.core.subjects.update import STATUSES, PublicationDecided
from console.store import replica, rows, schema
from console.store.outbox.decisions import UNDONE_NOTE
from console.store.outbox.erasure import ERASED_NOTE
from console.store.outbox.message import FINISHED, Message, Queued, State
from console.store.outbox.tables import (
    MAX_RANK,
    TOLD,
    RemoteName,
    arrived,
    find,
    move,
    place_anew,
    placed,
    rank_of_next,
    record,
    remote_name,
    update_id,
)
from console.store.problems import Overtaken
from console.store.sqlite import sqlite3

PUBLICATION_KINDS = ("publication_queued", "publication_taken", "publication_reported", "publication_decided")
HOLDS = timedelta(seconds=60)
"""For so long after a message was queued its file sends it without asking. Later somebody may have taken it over."""
HANDOVER = timedelta(seconds=45)
"""Between a take-over and its first look: the longest request that may be under way elsewhere, and a slow page."""
GIVEN = "given "
"""The beginning of the keys in `meta` under which it stands that an incident was exported."""
TELLS = "tell"
"""The act of messages that tell a bridge what happens besides updates: its own file alone sends them."""
TWICE = "Two consoles took it over, neither knowing of the other: look at the page, then take it over again."

Written = list[tuple[int, Event]]


def told_id(event: str) -> str:
    """The id of the event that tells of an event's messages: always the same, so that a try may be repeated."""
    return f"{TOLD}{event}"


# What others are told


def tell(connection: sqlite3.Connection, own: str, queued: Iterable[Queued]) -> Written:
    """Write which messages were queued just now, one event for each update; gives what was written."""
    by_event: dict[str, list[Queued]] = defaultdict(list)
    for message in (message for message in queued if message.shared):
        by_event[message.event].append(message)
    new: list[NewEvent] = []
    for id, messages in by_event.items():
        event = rows.find(connection, id)
        assert event is not None, "a message is queued with its event"
        sent = [each for message in messages if (each := _sent(connection, message, event.body)) is not None]
        if not sent:
            continue
        rank = rank_of_next(connection, event.incident) + len(new)
        body = PublicationQueued(id, messages[0].audience, tuple(sent), rank)
        at = event.recorded_at
        new.append(NewEvent(told_id(id), event.incident, event.actor, at, at, body))
    return rows.append(connection, own, new)


def _sent(connection: sqlite3.Connection, message: Queued, body: Body) -> Sent | None:
    """The message without the words that stand in other events; None for one that concerns this file alone."""
    with suppress(msgspec.DecodeError):
        fields = msgspec.json.decode(message.payload, type=dict[str, object])
        sent = msgspec.convert({**fields, "key": message.id, "to": message.target}, Sent)
        if sent.change and sent.change.act == TELLS:
            return None
        past = tuple(_less(each, _text_at(connection, each.update)) for each in sent.past)
        last = sent.past[-1].text if sent.past else _text_of(body)
        return msgspec.structs.replace(_less(sent, last), past=past)
    return None


Worded = TypeVar("Worded", Sent, SentPast)


def _less(sent: Worded, words: str | None) -> Worded:
    return msgspec.structs.replace(sent, text="") if sent.text == words else sent


def _text_of(body: Body) -> str:
    text = getattr(body, "text", "")
    return text if isinstance(text, str) else ""


def _text_at(connection: sqlite3.Connection, id: str) -> str | None:
    """The words of an event; None where it is not here."""
    event = rows.find(connection, id)
    return None if event is None else _text_of(event.body)


def report(connection: sqlite3.Connection, own: str, id: str, now: datetime) -> Written:
    """Write what came of a message of ours, where that is something others must know, and do not."""
    message = find(connection, id)
    state = _state_told(message) if message else ""
    claim = rows.find(connection, told_id(message.event)) if message and state else None
    if message is None or claim is None or id not in _claimed(claim.body):
        return []
    own_events = [each for each in _events(connection, message.incident) if each.origin == own]
    reports = (each.body for each in own_events if isinstance(each.body, PublicationReported))
    before = [(each.state, each.note) for each in reports if each.message == id]
    if state != "done" and before and (before[-1] == (state, message.note) or before[-1][0] == state == "partly"):
        return []
    body = PublicationReported(id, _worded(message).of or message.event, state, note=message.note)
    if message.remote:
        name = remote_name(message.remote)
        place = placed(connection, message.incident, message.target)
        changed = {part.id for part in _worded(message).parts}
        prior = tuple(Prior(part.id, part.prior) for part in place.parts if part.prior and part.id in changed)
        fields = {
            "incident_id": name.incident_id,
            "update_id": name.update_id,
            "url": name.url,
            "past": name.past,
            "downs": name.downs,
            "prior": prior,
        }
        body = msgspec.structs.replace(body, digest=_digest(message.payload), **fields)
    taken = [each for each in own_events if isinstance(each.body, PublicationTaken) and each.body.message == id]
    actor = (taken or [claim])[-1].actor
    return rows.append(connection, own, [NewEvent(new_event_id(os.urandom), message.incident, actor, now, now, body)])


def _state_told(message: Message) -> str:
    """The word for others of what came of a message; empty where that does not concern them."""
    if message.state == "retry" and message.remote:
        return "partly"
    return {"done": "done", "dead": "refused", "ask": "doubtful"}.get(message.state, "")


class _Part(msgspec.Struct):
    id: str = ""


class _Worded(msgspec.Struct):
    """The text of a payload, what it is about and what it changes."""

    text: str = ""
    of: str = ""
    parts: tuple[_Part, ...] = ()


def _worded(message: Message) -> _Worded:
    """Nothing where it was erased."""
    with suppress(msgspec.DecodeError):
        return msgspec.json.decode(message.payload, type=_Worded)
    return _Worded()


def _digest(payload: str, salt: str = "") -> str:
    """The digest of a payload's text; empty where it was erased."""
    with suppress(msgspec.DecodeError):
        salt = salt or os.urandom(16).hex()
        text = msgspec.json.decode(payload, type=_Worded).text
        return "" if is_redacted(text) else f"{salt}:{sha256(f'{salt}{text}'.encode()).hexdigest()}"
    return ""


# Taking over


def is_shared(connection: sqlite3.Connection, own: str, incident: str) -> bool:
    """Another file may have the incident: it was replicated, exported, or somebody else wrote in it."""
    marks = (schema.meta(connection, replica.META), schema.meta(connection, f"{GIVEN}{incident}"))
    return any(marks) or any(origin != own for origin in rows.origins(connection, incident))


def note_given(connection: sqlite3.Connection, incident: str) -> None:
    """Note that the incident left this file in an export."""
    schema.set_meta(connection, f"{GIVEN}{incident}", "1")


def is_taken(connection: sqlite3.Connection, own: str, message: Message) -> bool:
    """True when this file took the message over from another one."""
    event = rows.find(connection, message.event)
    return event is not None and event.origin != own


def holders(connection: sqlite3.Connection, message: Message) -> tuple[str, ...]:
    """The ids of the events by which files are to send a message; several where neither knew of the other."""
    return tuple(each.id for each in _standing(_events(connection, message.incident), message.id))


def _standing(events: Iterable[Event], message: str) -> list[Event]:
    """The events by which files are to send a message, without those that another one came instead of."""
    claims = [event for event in events if message in _claimed(event.body)]
    over = {id for event in claims if isinstance(event.body, PublicationTaken) for id in event.body.instead_of}
    return [event for event in claims if event.id not in over]


def _claimed(body: Body) -> Sequence[str]:
    match body:
        case PublicationQueued():
            return [sent.key for sent in body.messages]
        case PublicationTaken():
            return [body.message]
    return ()


def apply_taken(connection: sqlite3.Connection, own: str, written: Iterable[Event]) -> None:
    """Have this file send what a person here took over, after a look. Raises Overtaken where it is too late."""
    for event in written:
        body = event.body
        if not isinstance(body, PublicationTaken):
            continue
        message = find(connection, body.message)
        if message is None:
            raise Overtaken("There is no such message; see the outbox.")
        if why := message.refusal("taken", own):
            raise Overtaken(why)
        at = event.recorded_at
        came = _arrived_at(connection, message) or at
        due = max(at, min(came, at) + HOLDS) + HANDOVER
        note = f"Taken over from {message.author}'s console: it is looked for first."
        move(connection, message.id, "unknown", rfc3339(due), note, f"taken over by {event.actor}")
        connection.execute(
            "UPDATE outbox SET origin = ?, looks = 0, tried_at = ? WHERE id = ?", (own, rfc3339(at), message.id)
        )


def _arrived_at(connection: sqlite3.Connection, message: Message) -> datetime | None:
    """The moment at which others' message became known here, by this machine's clock; None for one of a copied file."""
    row = connection.execute("SELECT at FROM arrival WHERE event = ?", (told_id(message.event),)).fetchone()
    return rows.moment_in(row[0]) if row else None


# What others tell


def take_in(connection: sqlite3.Connection, own: str, written: Iterable[Event], at: datetime | None) -> None:
    """Bring the outbox to what others' events say, of incidents of which such events have just been written."""
    for incident in sorted({event.incident for event in written if kind_of(event.body) in PUBLICATION_KINDS}):
        _take_in(connection, own, incident, at)


def _take_in(connection: sqlite3.Connection, own: str, incident: str, at: datetime | None) -> None:
    events = _events(connection, incident)
    for event in events:
        if isinstance(event.body, PublicationQueued) and event.origin != own:
            _add(connection, event, event.body, at or event.recorded_at)
    ids = {id for event in events for id in _claimed(event.body)}
    undone: set[str] | None = None
    priors: dict[str, dict[str, str]] = {}
    for id in sorted(ids):
        message = find(connection, id)
        if message is None:
            continue
        claims = _standing(events, id)
        told_by = {event.origin for event in events if id in _claimed(event.body)} - {own}
        reports = [event.body for event in events if event.origin in told_by and _about(event.body) == id]
        if undone is None:
            undone = _undone(connection, incident)
        holder = claims[0].origin if len(claims) == 1 else ""
        if _follow(connection, own, message, holder, reports, message.event in undone):
            prior = priors.setdefault(message.target, {})
            for body in reports:
                if isinstance(body, PublicationReported):
                    for each in body.prior:
                        prior.setdefault(each.id, each.state)
    for target, prior in priors.items():
        place_anew(connection, incident, target, prior)


def _about(body: Body) -> str:
    return body.message if isinstance(body, PublicationReported | PublicationDecided) else ""


def _follow(
    connection: sqlite3.Connection, own: str, message: Message, holder: str, reports: Sequence[Body], undone: bool
) -> bool:
    """Bring one message to what others say of it; True where it is on its page by that."""
    id, now = message.id, message.due_at
    if message.origin not in (own, holder) or (message.origin == own != holder):
        connection.execute("UPDATE outbox SET origin = ? WHERE id = ?", (holder, id))
    if message.state == "done":
        return False
    for body in reports:
        if (remote := _reached(body)) is not None:
            if isinstance(body, PublicationReported) and body.state == "partly":
                connection.execute("UPDATE outbox SET remote = ? WHERE id = ?", (remote, id))
                continue
            note = body.note if isinstance(body, PublicationReported) else ""
            arrived(connection, message, remote, update_id(remote), now, "sent by another console", note)
            if isinstance(body, PublicationReported) and body.digest:
                _keep_if_same(connection, id, message.payload, body.digest)
            return True
    if holder == own:
        return False
    state, note, text = _last_reported(reports)
    if undone and state in ("pending", "dead"):
        state, note = "dropped", UNDONE_NOTE
    elif not message.payload and state in ("pending", "dead"):
        state, note = "dropped", ERASED_NOTE
    if not holder:
        state, note = "ask", TWICE
    if text:
        connection.execute(
            "UPDATE outbox SET payload = json_set(payload, '$.text', ?2) WHERE id = ?1 AND json_valid(payload)",
            (id, text),
        )
    if message.state not in (state, "sending", *FINISHED):
        move(connection, id, state, now, note, "told by another console")
    return False


def _last_reported(reports: Sequence[Body]) -> tuple[State, str, str]:
    """The state of a message that is not on its page, its reason, and its text where that was changed."""
    state, note, text = "pending", "", ""
    for body in reports:
        match body:
            case PublicationReported(state="refused"):
                state, note = "dead", body.note
            case PublicationReported(state="partly"):
                state, note = "retry", body.note
            case PublicationReported():
                state, note = "ask", body.note
            case PublicationDecided(decision="dropped"):
                return "dropped", "It may still be on the page." if body.doubtful else "", ""
            case PublicationDecided(decision="edited"):
                state, note, text = "pending", "", "" if is_redacted(body.text) else body.text
            case PublicationDecided():
                state, note = "pending", ""
    return state, note, text  # type: ignore[return-value]  # each is one of the states


def _reached(body: Body) -> str | None:
    """The ids that the target gave a message, as JSON, by what another file says; None where it does not say so."""
    match body:
        case PublicationReported(state="done" | "partly"):
            downs = body.downs if body.downs is not None and 0 <= body.downs <= MAX_RANK else None
            return msgspec.json.encode(
                RemoteName(body.incident_id, body.update_id, body.url, body.past, downs)
            ).decode()
        case PublicationDecided(decision="confirmed"):
            return msgspec.json.encode(remote_name(body.remote)).decode()
    return None


def _keep_if_same(connection: sqlite3.Connection, id: str, payload: str, digest: str) -> None:
    """Keep the words of a message only where they are those that the target took."""
    salt, _, _ = digest.partition(":")
    if not is_redacted(digest) and payload and _digest(payload, salt) != digest:
        connection.execute("UPDATE outbox SET payload = '' WHERE id = ?", (id,))


def _add(connection: sqlite3.Connection, claim: Event, body: PublicationQueued, at: datetime) -> None:
    """Rows for another file's messages. What no console writes is passed over."""
    event = rows.find(connection, body.event)
    if event is None or (event.incident, event.origin) != (claim.incident, claim.origin):
        return
    for sent in body.messages:
        payload = _payload(connection, claim.incident, event, sent)
        if payload is None:
            continue
        # Before a row stands there its payload is looked into.
        row = (sent.key, event.id, claim.incident, claim.origin, sent.to, body.audience, rfc3339(at), payload or "{}")
        # The tables refuse a message of a drill, or of an event that has none.
        with suppress(sqlite3.IntegrityError):
            added = connection.execute(
                "INSERT OR IGNORE INTO outbox(id, event, incident, origin, target, audience, due_at, payload)"
                " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            if added.rowcount:
                if not payload:
                    connection.execute("UPDATE outbox SET payload = '' WHERE id = ?", (sent.key,))
                record(connection, sent.key, "pending", rfc3339(at), f"queued by {claim.actor} on another console")


def _payload(connection: sqlite3.Connection, incident: str, event: Event, sent: Sent) -> str | None:
    """The message as its own file queued it, empty where its text was erased; None where its words are not here yet."""
    words = [each.text or _text_at(connection, each.update) for each in sent.past]
    if None in words:
        return None
    past = [msgspec.structs.replace(each, text=text) for each, text in zip(sent.past, words, strict=True)]
    text = sent.text or (past[-1].text if past else _text_of(event.body))
    if is_redacted(text) and not (sent.of or past):
        return ""
    whole = msgspec.structs.replace(sent, text=text, past=tuple(past))
    fields = msgspec.to_builtins(whole, builtin_types=(datetime,)) | {"incident": incident}
    del fields["to"]
    if sent.past:
        fields["past"] = [msgspec.structs.asdict(each) for each in past]
    defaults = {"at": event.occurred_at, "started_at": event.occurred_at, "notify": False, "title": "", "text": ""}
    return msgspec.json.encode({**defaults, "status": STATUSES[0], **fields}).decode()


def _undone(connection: sqlite3.Connection, incident: str) -> set[str]:
    """Every event that an undo names: what was undone before it went out does not go out, also when it stands again."""
    kinds = ", ".join(repr(kind_of_type(body)) for body in get_args(Undoing))
    query = f"SELECT {rows.COLUMNS} FROM event WHERE incident = ? AND kind IN ({kinds})"
    bodies = (rows.readable(row).body for row in connection.execute(query, (incident,)).fetchall())
    return {id for body in bodies if isinstance(body, Undoing) for id in undo_targets(body)}


def _events(connection: sqlite3.Connection, incident: str) -> list[Event]:
    """The incident's events about messages, in the log's order."""
    kinds = ", ".join(map(repr, PUBLICATION_KINDS))
    query = f"SELECT {rows.COLUMNS} FROM event WHERE incident = ? AND kind IN ({kinds}) ORDER BY hlc, origin, oseq"
    return [rows.readable(row) for row in connection.execute(query, (incident,)).fetchall()]
