"""The arrivals of other files' events in this one: known to this file alone, and no part of the log.

An event is late when it lands where somebody may have looked already: well after it was written, and before something
that has been here for a while. What comes with all the rest, as into an empty log, is not.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from console.core.language.times import rfc3339
from console.core.log.entries import LATE_S
from console.core.log.event import Event
from console.store.rows import moment_in
from console.store.sqlite import sqlite3

_LATE = timedelta(seconds=LATE_S)
_NEWEST_KNOWN = (
    # A logical clock is never behind the moment of writing: what is older than that need not be looked at.
    "SELECT max(event.occurred_at) FROM event LEFT JOIN arrival ON arrival.event = event.id"
    " WHERE event.incident = ? AND event.hlc >= ? AND coalesce(arrival.at, event.recorded_at) <= ?"
)


def note(connection: sqlite3.Connection, events: Iterable[Event], at: datetime) -> None:
    """Note when events arrived that have just been written, and which of them are late."""
    by_incident: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_incident[event.incident].append(event)
    for incident, arrived in by_incident.items():
        rows = [(event.id, incident, rfc3339(at)) for event in arrived]
        connection.executemany("INSERT INTO arrival(event, incident, at) VALUES(?, ?, ?)", rows)
        old = [event for event in arrived if event.recorded_at + _LATE < at]
        if not old:
            continue
        first = min(event.occurred_at for event in old)
        clock = int(first.timestamp() * 1000) << 16
        (known,) = connection.execute(_NEWEST_KNOWN, (incident, clock, rfc3339(at - _LATE))).fetchone()
        late = [(event.id,) for event in old if known is not None and rfc3339(event.occurred_at) < known]
        connection.executemany("UPDATE arrival SET late = 1 WHERE event = ?", late)


def after(connection: sqlite3.Connection, incident: str, at: datetime) -> set[str]:
    """The ids of the incident's events of other files that arrived after a moment."""
    rows = connection.execute("SELECT event FROM arrival WHERE incident = ? AND at > ?", (incident, rfc3339(at)))
    return {event for (event,) in rows}


def late(connection: sqlite3.Connection, incident: str) -> dict[str, datetime]:
    """The arrival of each late event of the incident, by the event's id."""
    return _moments(connection, "SELECT event, at FROM arrival WHERE incident = ? AND late", incident)


def all_of(connection: sqlite3.Connection, incident: str) -> dict[str, datetime]:
    """The arrival of each event of the incident that another file wrote, by the event's id."""
    joined = "SELECT arrival.event, at FROM event JOIN arrival ON arrival.event = event.id WHERE event.incident = ?"
    return _moments(connection, joined, incident)


def _moments(connection: sqlite3.Connection, query: str, incident: str) -> dict[str, datetime]:
    arrivals = connection.execute(query, (incident,)).fetchall()
    return {event: moment for event, at in arrivals if (moment := moment_in(at)) is not None}
