"""Finding events by their words: the newest that hold them, ranked, each as the line of its timeline."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from console.core.language.names import name_key
from console.core.language.searching import folded, unspaced
from console.core.language.times import rfc3339
from console.core.log.entries import SCRIBE_KINDS
from console.core.log.event import Event
from console.core.log.fold import in_order
from console.core.memory.hits import Hit, Wanted, best, hits, named
from console.core.subjects.declaration import IncidentDeclared, TitleChanged
from console.store import rows, search
from console.store.schema import CHANGING
from console.store.sqlite import sqlite3

RANKED = 500
"""The most events that are ranked, the newest that hold the words."""
_TOGETHER = 500
"""Values in one statement: older SQLites take 999."""

Stop = Callable[[], bool]
"""True when nobody waits for the answer any more."""


class Superseded(Exception):
    """Nobody waits for the answer any more."""


class Titled(NamedTuple):
    """The incident of a hit."""

    title: str
    severity: str
    """The one that it was declared with."""
    drill: bool


class Found(NamedTuple):
    hits: list[Hit]
    """The best first."""
    more: bool
    """True when older events that were not ranked hold the words, too."""
    incidents: dict[str, Titled]
    """Those of the hits, by reference."""


NOTHING = Found([], False, {})


def find(connection: sqlite3.Connection, wanted: Wanted, limit: int, stop: Stop = lambda: False) -> Found:
    """At most `limit` hits. Raises Superseded once `stop` says so."""
    if wanted.empty:
        return NOTHING
    candidates = _candidates(connection, wanted)
    _go_on(stop)
    events = _events(candidates[:RANKED])
    _go_on(stop)
    matches = best(events, wanted, limit)
    matching = [match.event for match in matches]
    refs = list(dict.fromkeys(event.incident for event in matching))
    around = _events(_in_parts(connection, f"{_FROM} WHERE {CHANGING} AND incident IN", refs))
    missing = named((*matching, *around)) - {event.id for event in (*matching, *around)}
    around += _events(_in_parts(connection, f"{_FROM} WHERE id IN", sorted(missing)))
    _go_on(stop)
    declared = _events(_in_parts(connection, f"{_FROM} WHERE kind = 'incident_declared' AND incident IN", refs))
    return Found(hits(matches, around, wanted), len(candidates) > RANKED, _titles(declared, around))


def _go_on(stop: Stop) -> None:
    if stop():
        raise Superseded


_FROM = f"SELECT {rows.COLUMNS} FROM event"


def _candidates(connection: sqlite3.Connection, wanted: Wanted) -> list[Any]:
    """Rows of the newest events that hold the words, one more than are ranked."""
    match = search.match_of(wanted.terms)
    columns = ", ".join(f"event.{column.strip()}" for column in rows.COLUMNS.split(","))
    clauses: list[str] = []
    values: list[object] = []
    source, order = "event", "event.n"
    if match:
        source, order = "entry_index JOIN event ON event.n = entry_index.rowid", "entry_index.rowid"
        clauses, values = ["entry_index MATCH ?"], [match]
    for word in (word for term in wanted.terms for word in term.words if unspaced(word)):
        clauses.append("instr(event.body, ?) > 0")
        values.append(word)
    if wanted.incident:
        clauses.append("event.incident = ?")
        values.append(wanted.incident)
    if wanted.since is not None:
        # As text a moment without milliseconds sorts behind those of its second.
        clauses.append("event.occurred_at >= ?")
        values.append(rfc3339(wanted.since - timedelta(seconds=1)))
    if wanted.kind in SCRIBE_KINDS:
        clauses.append("(event.kind IN ('entry_corrected', 'hypothesis_judged') OR event.body ->> '$.kind' = ?)")
        values.append(wanted.kind)
    elif wanted.kind:
        clauses.append("event.kind != 'entry_logged'")
    for person in wanted.people:
        connection.create_function("names", 3, _names)
        clauses.append("names(?, event.actor, event.body)")
        values.append(person)
    where = " AND ".join(clauses)
    sql = f"SELECT {columns} FROM {source} WHERE {where} ORDER BY {order} DESC LIMIT {RANKED + 1}"
    return connection.execute(sql, values).fetchall()


def _names(person: str, actor: str, body: str) -> bool:
    """True when somebody of that name wrote it, or may be named in it."""
    return name_key(actor).startswith(person) or folded(person) in folded(body)


def _in_parts(connection: sqlite3.Connection, sql: str, values: Sequence[str]) -> list[Any]:
    rows: list[Any] = []
    for start in range(0, len(values), _TOGETHER):
        part = values[start : start + _TOGETHER]
        rows += connection.execute(f"{sql} ({', '.join('?' * len(part))})", part)
    return rows


def _events(found_rows: Iterable[Any]) -> list[Event]:
    return [rows.readable(row) for row in found_rows]


def _titles(declared: Iterable[Event], around: Sequence[Event]) -> dict[str, Titled]:
    titled: dict[str, Titled] = {}
    changed = {event.incident: event.body.title for event in in_order(around) if isinstance(event.body, TitleChanged)}
    for event in declared:
        made = event.body
        if isinstance(made, IncidentDeclared):
            titled[event.incident] = Titled(changed.get(event.incident, made.title), made.severity, made.drill)
    return titled
