"""Events to rows of the log and back; every function works inside the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from sys import intern
from typing import Any

from msgspec.structs import replace

from console.core.language.text import clean
from console.core.language.times import in_calendar, rfc3339, to_ms
from console.core.log.codec import VERSION, decode_body, encode_body, kind_of
from console.core.log.event import Event, NewEvent, Unreadable
from console.core.log.fold import STEP, Progress
from console.store import chain, search
from console.store.problems import StoreProblem
from console.store.sqlite import sqlite3

COLUMNS = "n, id, incident, origin, oseq, hlc, kind, actor, occurred_at, recorded_at, body"

_TYPES = (int, str, str, str, int, int, str, str, str, str, str)

FUTURE_MS = 10 * 60 * 1000
"""Milliseconds by which another machine's clock may run ahead of ours and still push our logical clock on."""

_MAX_MS = (1 << 47) - 1 - FUTURE_MS
"""The last moment that the logical clock can name, 64 bits with a counter of 16, is in the year 6429."""

_INSERT = (
    "INSERT INTO event(id, incident, origin, oseq, hlc, kind, v, actor, occurred_at, recorded_at, body, salt, digest,"
    " prev, hash) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LAST = "SELECT oseq, hlc, hash FROM event WHERE incident = ? AND origin = ? ORDER BY oseq DESC LIMIT 1"
_ORIGINS = (
    # DISTINCT would walk over every event; this jumps from one origin to the next in the index.
    "WITH RECURSIVE each(name) AS (SELECT min(origin) FROM event WHERE incident = ?1 UNION ALL"
    " SELECT (SELECT min(origin) FROM event WHERE incident = ?1 AND origin > name) FROM each WHERE name IS NOT NULL)"
    " SELECT name FROM each WHERE name IS NOT NULL"
)
_AHEAD = "SELECT 1 FROM event WHERE incident = ? AND hlc >= ? LIMIT 1"
_LAST_ID = "SELECT id, hlc FROM event WHERE incident = ? AND origin = ? ORDER BY oseq DESC LIMIT 1"
_HIGHEST = "SELECT max(hlc) FROM event WHERE incident = ? AND hlc <= ?"
_LATEST_WRITTEN = (
    "SELECT max(recorded_at) FROM (SELECT origin, recorded_at FROM event ORDER BY n DESC LIMIT 500) WHERE origin = ?"
)
_ANY_HIGHEST = "SELECT max(hlc) FROM event WHERE incident = ?"


def event_of(row: Sequence[Any]) -> Event:
    """The event of a row of COLUMNS. Raises ValueError or TypeError for a row that is damaged."""
    if tuple(map(type, row)) != _TYPES:
        raise TypeError("a field is not of its type")
    if not (row[1] + row[2] + row[3] + row[6]).isprintable():
        raise ValueError("an id holds what no console writes")
    occurred_at = datetime.fromisoformat(row[8])
    recorded_at = occurred_at if row[9] == row[8] else datetime.fromisoformat(row[9])
    if not (in_calendar(occurred_at) and in_calendar(recorded_at)):
        raise ValueError("a moment is outside the calendar")
    return Event(
        id=row[1],
        # Held once, however many events there are.
        incident=intern(row[2]),
        origin=intern(row[3]),
        oseq=row[4],
        hlc=row[5],
        actor=intern(clean(row[7], multiline=False)),
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        body=decode_body(row[6], row[10]),
    )


def readable(row: Sequence[Any]) -> Event:
    """The event of a row of COLUMNS that may be damaged: what can be read of it, and what stands in for the rest."""
    with suppress(ValueError, TypeError):
        return event_of(row)
    n, id, incident, origin, oseq, hlc, kind, actor, occurred_at, recorded_at, body = row
    oseq, hlc = (number if isinstance(number, int) else 0 for number in (oseq, hlc))
    row_texts = (id, incident, origin, kind, actor)
    texts = (clean(text, multiline=False) if isinstance(text, str) else "" for text in row_texts)
    id, incident, origin, kind, actor = texts
    at = moment_in(recorded_at) or moment_of(hlc)
    return Event(
        id=id or f"damaged-{n}",
        incident=incident,
        origin=origin,
        oseq=oseq,
        hlc=hlc,
        actor=actor,
        occurred_at=moment_in(occurred_at) or at,
        recorded_at=at,
        body=decode_body(kind, body) if kind and isinstance(body, str) else Unreadable(kind, "{}"),
    )


def moment_in(text: object) -> datetime | None:
    """The moment that stands in a row; None for what no console writes."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and in_calendar(moment) else None


def moment_of(hlc: int) -> datetime:
    """The moment in a logical clock; the beginning of 1970 where it holds none."""
    begin = datetime.fromtimestamp(0, UTC)
    moment = begin + timedelta(milliseconds=hlc >> 16) if 0 <= hlc < 1 << 63 else begin
    return moment if in_calendar(moment) else begin


def find(connection: sqlite3.Connection, event_id: str) -> Event | None:
    row = connection.execute(f"SELECT {COLUMNS} FROM event WHERE id = ?", (event_id,)).fetchone()
    return None if row is None else readable(row)


def of_incident(connection: sqlite3.Connection, incident: str, after: int, progress: Progress) -> list[Event]:
    """The incident's events committed after a position, in the log's total order."""
    selected = connection.execute(
        f"SELECT {COLUMNS} FROM event WHERE incident = ? AND n > ? ORDER BY hlc, origin, oseq", (incident, after)
    )
    (total,) = connection.execute(
        "SELECT count(*) FROM event WHERE incident = ? AND n > ?", (incident, after)
    ).fetchone()
    events: list[Event] = []
    while read := selected.fetchmany(STEP):
        events += map(event_of, read)
        progress(len(events) / max(total, len(events)))
    return events


def seals(connection: sqlite3.Connection, incident: str) -> dict[str, chain.Seal]:
    """The bodies of the incident's events as they stand there, by id. Raises TypeError where one is damaged."""
    selected = connection.execute("SELECT id, v, body, salt, digest FROM event WHERE incident = ?", (incident,))
    stored = selected.fetchall()
    if not all(isinstance(v, int) and isinstance(body, str) for _, v, body, _, _ in stored):
        raise TypeError("a field is not of its type")
    return {id: chain.Seal(*seal) for id, *seal in stored}


def origins(connection: sqlite3.Connection, incident: str) -> list[str]:
    """The origins that have written in the incident."""
    return [origin for (origin,) in connection.execute(_ORIGINS, (incident,)).fetchall()]


def unseen(connection: sqlite3.Connection, incident: str, seen: Mapping[str, int]) -> list[Event]:
    """The incident's events behind the last sequence number of each origin, in the log's total order."""
    unseen_events: list[Event] = []
    for origin in origins(connection, incident):
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM event WHERE incident = ? AND origin = ? AND oseq > ?",
            (incident, origin, seen.get(origin, 0)),
        )
        unseen_events += map(event_of, rows.fetchall())
    return sorted(unseen_events, key=lambda event: event.order)


def since(connection: sqlite3.Connection, position: int) -> tuple[list[Event], int]:
    """Everything committed after a position, in the order of commits, and the position after it."""
    selected = connection.execute(f"SELECT {COLUMNS} FROM event WHERE n > ? ORDER BY n", (position,)).fetchall()
    return [event_of(row) for row in selected], selected[-1][0] if selected else position


def position(connection: sqlite3.Connection) -> int:
    (last,) = connection.execute("SELECT coalesce(max(n), 0) FROM event").fetchone()
    return int(last)


def incidents(connection: sqlite3.Connection) -> list[str]:
    """The references of all incidents, in alphabetical order. Raises TypeError where one is damaged."""
    # DISTINCT would walk over every event; this jumps from one incident to the next in the index.
    selected = connection.execute(
        "WITH RECURSIVE each(name) AS (SELECT min(incident) FROM event UNION ALL"
        " SELECT (SELECT min(incident) FROM event WHERE incident > name) FROM each WHERE name IS NOT NULL)"
        " SELECT name FROM each WHERE name IS NOT NULL"
    )
    names = [name for (name,) in selected.fetchall()]
    if not all(isinstance(name, str) for name in names):
        raise TypeError("a reference is no text")
    return names


_PAIRS = (
    # From one to the next in the index, as in `_ORIGINS`: GROUP BY would walk over every event.
    "WITH RECURSIVE ref(name) AS ({refs}), pair(incident, origin) AS ("
    " SELECT name, (SELECT min(origin) FROM event WHERE incident = name) FROM ref WHERE name IS NOT NULL UNION ALL"
    " SELECT incident, (SELECT min(origin) FROM event WHERE incident = pair.incident AND origin > pair.origin)"
    " FROM pair WHERE origin IS NOT NULL)"
    " SELECT last.n, pair.incident, pair.origin, last.oseq, last.hash, last.id FROM pair JOIN event AS last"
    " ON last.incident = pair.incident AND last.origin = pair.origin AND last.oseq = (SELECT max(oseq) FROM event"
    "  WHERE incident = pair.incident AND origin = pair.origin) ORDER BY pair.incident, pair.origin"
)
_EVERY_REF = (
    "SELECT min(incident) FROM event UNION ALL"
    " SELECT (SELECT min(incident) FROM event WHERE incident > ref.name) FROM ref WHERE ref.name IS NOT NULL"
)
_ALL_PAIRS = _PAIRS.format(refs=_EVERY_REF)
_PAIRS_OF_ONE = _PAIRS.format(refs="SELECT ?1")


def last_entries(
    connection: sqlite3.Connection, incident: str | None = None
) -> list[tuple[int, str, str, int, str, str]]:
    """Of the last entry of each origin in each incident, or in one: n, incident, origin, oseq, hash and id."""
    pairs = connection.execute(_ALL_PAIRS) if incident is None else connection.execute(_PAIRS_OF_ONE, (incident,))
    return pairs.fetchall()


def heads(connection: sqlite3.Connection, incident: str | None = None) -> dict[str, str]:
    """The heads of each incident's log, or of one: logs with the same text hold the same."""
    heads: dict[str, list[str]] = {}
    for _, ref, origin, oseq, hashed, _ in last_entries(connection, incident):
        heads.setdefault(ref, []).append(f"{origin} {oseq} {hashed}")
    return {ref: ", ".join(each) for ref, each in heads.items()}


def last_of(connection: sqlite3.Connection, incident: str, origin: str) -> tuple[int, int, str]:
    """The last sequence number, logical time and hash of an origin in an incident; zeros and "" before its first."""
    row = connection.execute(_LAST, (incident, origin)).fetchone()
    return (0, 0, "") if row is None else (row[0], row[1], row[2])


def latest_written(connection: sqlite3.Connection, origin: str) -> datetime | None:
    """The latest time at which one of the file's last events was written under the origin; None without any.

    The latest, and not the last: a clock that was set back has given earlier times since.
    """
    return moment_in(connection.execute(_LATEST_WRITTEN, (origin,)).fetchone()[0])


def unix_ms(now: datetime) -> int:
    """The moment by this machine's clock, in milliseconds since 1970. Raises StoreProblem where it cannot be right."""
    milliseconds = int(now.timestamp() * 1000 + 0.5)
    if not 0 <= milliseconds <= _MAX_MS:
        raise StoreProblem("This machine's clock is years out; set it right and try again.")
    return milliseconds


def append(connection: sqlite3.Connection, origin: str, events: Iterable[NewEvent]) -> list[tuple[int, Event]]:
    """Write the events in their order; each comes back with its row number `n`.

    An event whose id is already in the log is not written again: it comes back as it stands there, with `n` zero.
    """
    written: list[tuple[int, Event]] = []
    last: dict[str, tuple[int, int, str]] = {}
    beyond: set[str] = set()
    for new in events:
        recorded_at = to_ms(new.recorded_at)
        now_ms = unix_ms(recorded_at)
        if new.incident not in last:
            oseq, own, prev = last_of(connection, new.incident, origin)
            limit = (now_ms + FUTURE_MS) << 16
            (highest,) = connection.execute(_ANY_HIGHEST, (new.incident,)).fetchone()
            if (highest or 0) > limit:
                beyond.add(new.incident)
                (highest,) = connection.execute(_HIGHEST, (new.incident, limit)).fetchone()
            # Our own last event counts whatever its time, so that one origin's events never change places.
            last[new.incident] = (oseq, max(own, highest or 0), prev)
        oseq, hlc, prev = last[new.incident]
        hlc = max(hlc + 1, now_ms << 16)
        # Whose clock runs ahead of ours does not push it on; what they wrote was seen here all the same.
        saw = _last_ahead(connection, new.incident, hlc) if new.incident in beyond else ()
        event = Event(
            id=new.id,
            incident=new.incident,
            origin=origin,
            oseq=oseq + 1,
            hlc=hlc,
            actor=new.actor,
            occurred_at=to_ms(new.occurred_at),
            recorded_at=recorded_at,
            body=replace(new.body, saw=saw) if saw else new.body,
        )
        try:
            n, hashed = insert(connection, event, prev)
        except sqlite3.IntegrityError:
            known = find(connection, new.id)
            if known is None:
                raise
            written.append((0, known))
            continue
        last[new.incident] = (event.oseq, event.hlc, hashed)
        written.append((n, event))
    return written


def _last_ahead(connection: sqlite3.Connection, incident: str, hlc: int) -> tuple[str, ...]:
    """The last event of each origin whose logical clock has come to `hlc` or beyond; nearly always there is none."""
    if connection.execute(_AHEAD, (incident, hlc)).fetchone() is None:
        return ()
    origins = connection.execute(_ORIGINS, (incident,)).fetchall()
    last = (connection.execute(_LAST_ID, (incident, origin)).fetchone() for (origin,) in origins)
    return tuple(id for id, reached in last if reached >= hlc)


def insert(connection: sqlite3.Connection, event: Event, prev: str, seal: chain.Seal | None = None) -> tuple[int, str]:
    """Seal the event onto the hash before it, write and index it; gives its row number and its hash.

    `seal` is the one that its writer gave it, where that is known.
    """
    seal = seal or chain.new_seal(VERSION, encode_body(event.body))
    sealed = chain.Sealed(
        id=event.id,
        incident=event.incident,
        origin=event.origin,
        oseq=event.oseq,
        hlc=event.hlc,
        kind=kind_of(event.body),
        v=seal.v,
        actor=event.actor,
        occurred_at=rfc3339(event.occurred_at),
        recorded_at=rfc3339(event.recorded_at),
        digest=seal.digest,
    )
    hashed = chain.hash_of(sealed, prev)
    return write(connection, sealed, seal.body, seal.salt, prev, hashed), hashed


def write(
    connection: sqlite3.Connection, sealed: chain.Sealed, body: str, salt: bytes | None, prev: str, hashed: str
) -> int:
    """Write and index a sealed row; gives its row number."""
    n = connection.execute(_INSERT, (*sealed[:-1], body, salt, sealed.digest, prev, hashed)).lastrowid
    assert n is not None, "an INSERT gives a row number"
    search.add(connection, n, body)
    return n
