"""Reading what can be read of a damaged log, row by row where a query over many stops at the first bad page."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from console.core.log.event import Event, Unreadable
from console.store import problems, rows
from console.store.sqlite import sqlite3

_ROWS_A_PAGE = 64
"""More than fit into one; entries of a log are far longer."""

DAMAGE = (sqlite3.DatabaseError, ValueError, TypeError)


def raise_unless_damage(error: Exception) -> None:
    """Raise again what is no damage of the file's content: a disk, a lock, a query that takes too long."""
    if isinstance(error, sqlite3.Error):
        name = problems.name_of(error)
        decoding = isinstance(error, sqlite3.OperationalError) and "decode" in str(error)
        if not (decoding or name.startswith("SQLITE_CORRUPT") or "no such index" in str(error)):
            raise error


class Place(NamedTuple):
    """The place of a row, as an index has it; the row itself need not be readable."""

    n: int
    incident: str
    origin: str
    oseq: int
    hlc: int


def of_incident(connection: sqlite3.Connection, incident: str, after: int) -> list[Event]:
    """The incident's events committed after a position, in the log's total order."""
    return [event for n, event in _one_by_one(connection, incident) if n > after]


def unseen(connection: sqlite3.Connection, incident: str, seen: Mapping[str, int]) -> list[Event]:
    """The incident's events behind the last sequence number of each origin, in the log's total order."""
    return [event for _, event in _one_by_one(connection, incident) if event.oseq > seen.get(event.origin, 0)]


def incidents(connection: sqlite3.Connection) -> list[str]:
    """The references of all incidents, in alphabetical order."""
    with _lenient(connection):
        return sorted({place.incident for place in places(connection)})


def readable(connection: sqlite3.Connection, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
    """The rows of a query up to the first bad page."""
    try:
        yield from connection.execute(query, values)
    except sqlite3.DatabaseError as error:
        raise_unless_damage(error)


def places(connection: sqlite3.Connection, incident: str | None = None) -> list[Place]:
    """The places of all rows of an incident, or of all, that an index or the table itself still has."""
    places: dict[int, Place] = {}
    columns = ", ".join(Place._fields)
    wanted = "(?1 IS NULL OR incident = ?1)"
    for index in ("event_order", "sqlite_autoindex_event_2"):
        for row in readable(connection, f"SELECT {columns} FROM event INDEXED BY {index} WHERE {wanted}", incident):
            _keep(places, row)
    for row in readable(connection, f"SELECT {columns} FROM event NOT INDEXED WHERE {wanted}", incident):
        _keep(places, row)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    last = max(next(readable(connection, "SELECT max(n) FROM event"), (0,))[0] or 0, max(places, default=0))
    for n in range(1, min(last or pages * _ROWS_A_PAGE, pages * _ROWS_A_PAGE) + 1):
        if n not in places:
            for row in readable(connection, f"SELECT {columns} FROM event WHERE n = ?2 AND {wanted}", incident, n):
                _keep(places, row)
    return list(places.values())


def _keep(by_number: dict[int, Place], row: tuple[Any, ...]) -> None:
    place = Place(*row)
    if [type(field) for field in place] == [int, str, str, int, int]:
        by_number.setdefault(place.n, place)


def _one_by_one(connection: sqlite3.Connection, incident: str) -> list[tuple[int, Event]]:
    with _lenient(connection):
        events = [(place.n, _event_at(connection, place)) for place in places(connection, incident)]
    return sorted(events, key=lambda each: each[1].order)


def _event_at(connection: sqlite3.Connection, place: Place) -> Event:
    for row in readable(connection, f"SELECT {rows.COLUMNS} FROM event WHERE n = ?", place.n):
        event = rows.readable(row)
        if (event.incident, event.origin, event.oseq, event.hlc) == place[1:]:
            return event
    at = rows.moment_of(place.hlc)
    return Event(
        id=f"damaged-{place.n}",
        incident=place.incident,
        origin=place.origin,
        oseq=place.oseq,
        hlc=place.hlc,
        actor="",
        occurred_at=at,
        recorded_at=at,
        body=Unreadable("", "{}"),
    )


@contextmanager
def _lenient(connection: sqlite3.Connection) -> Iterator[None]:
    """Read text that is no UTF-8 as what can be read of it."""
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        yield
    finally:
        connection.text_factory = str
