"""The log as a replica gives it away: whole rows with their seals, and how far each origin's go."""

from collections.abc import Collection
from typing import NamedTuple

from console.store import chain, rows, schema
from console.store.sqlite import sqlite3

Pair = tuple[str, str]
"""An incident and an origin that wrote in it."""

META = "sync"
"""The key in `meta` under which it stands how much of the log a server has."""


FEW_PAIRS = 50
"""Up to so many are looked up one by one; the heads of all take as long as reading the index."""


class Head(NamedTuple):
    """The last row of a pair."""

    oseq: int
    hash: str


class Row(NamedTuple):
    """A row of the log, with what seals it."""

    sealed: chain.Sealed
    body: str
    salt: bytes | None
    prev: str
    hash: str

    @property
    def pair(self) -> Pair:
        return self.sealed.incident, self.sealed.origin


_SEALED = ", ".join(chain.Sealed._fields)
_AFTER = f"SELECT n, {_SEALED}, body, salt, prev, hash FROM event WHERE n > ? ORDER BY n LIMIT ?"
FIELDS = len(chain.Sealed._fields)


def heads(connection: sqlite3.Connection, pairs: Collection[Pair] | None = None) -> dict[Pair, Head]:
    """The last row of each pair, or of some pairs those that are here, and perhaps of more."""
    if pairs is not None and len(pairs) < FEW_PAIRS:
        last = ((pair, rows.last_of(connection, *pair)) for pair in pairs)
        return {pair: Head(oseq, hashed) for pair, (oseq, _, hashed) in last if oseq}
    # SQLite takes the other columns from the row that has the maximum.
    selected = connection.execute("SELECT incident, origin, max(oseq), hash FROM event GROUP BY incident, origin")
    return {(incident, origin): Head(oseq, hashed) for incident, origin, oseq, hashed in selected}


def last_oseq(connection: sqlite3.Connection, pair: Pair) -> int:
    return rows.last_of(connection, *pair)[0]


def hash_at(connection: sqlite3.Connection, pair: Pair, oseq: int) -> str:
    """The hash of a row; empty where there is none."""
    query = "SELECT hash FROM event WHERE incident = ? AND origin = ? AND oseq = ?"
    row = connection.execute(query, (*pair, oseq)).fetchone()
    return "" if row is None else str(row[0])


def not_erased(connection: sqlite3.Connection, ids: Collection[str]) -> set[str]:
    """Those of the events whose texts stand here."""
    held = (
        connection.execute("SELECT id FROM event WHERE id = ? AND salt IS NOT NULL", (id,)).fetchone() for id in ids
    )
    return {row[0] for row in held if row is not None}


def position_of(connection: sqlite3.Connection, pair: Pair, oseq: int) -> int:
    """The place of a row that is here in the order of commits."""
    query = "SELECT n FROM event WHERE incident = ? AND origin = ? AND oseq = ?"
    (n,) = connection.execute(query, (*pair, oseq)).fetchone()
    return int(n)


def after(connection: sqlite3.Connection, n: int, limit: int, limit_chars: int) -> tuple[list[Row], int]:
    """The rows committed after a position, and the position after them: one, or as many as are below both limits."""
    rows: list[Row] = []
    chars = 0
    for place, *values in connection.execute(_AFTER, (n, limit)):
        row = Row(chain.Sealed(*values[:FIELDS]), *values[FIELDS:])
        chars += len(row.body)
        if rows and chars > limit_chars:
            break
        rows.append(row)
        n = place
    return rows, n


def moments_after(connection: sqlite3.Connection, n: int) -> list[tuple[Pair, int, str]]:
    """The pair, the number and the moment of recording of each row committed after a position."""
    query = "SELECT incident, origin, oseq, recorded_at FROM event WHERE n > ? ORDER BY n"
    return [((incident, origin), oseq, at) for incident, origin, oseq, at in connection.execute(query, (n,))]


def sent_upto(connection: sqlite3.Connection) -> tuple[str, int]:
    """The id of the workspace that was replicated with last, and the position up to which it had everything."""
    workspace, _, upto = (schema.meta(connection, META) or "").partition(" ")
    return workspace, int(upto) if upto.isdigit() else 0


def note_sent(connection: sqlite3.Connection, workspace: str, upto: int) -> None:
    schema.set_meta(connection, META, f"{workspace} {upto}")
