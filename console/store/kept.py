"""Half-typed texts and folded states: kept beside the log, and lost without harm to it."""

from collections.abc import Callable

from console.store.sqlite import sqlite3

Job = Callable[[sqlite3.Connection], None]


def set_draft(key: str, text: str) -> Job:
    """Keep a text under a key; an empty one clears it."""

    def job(connection: sqlite3.Connection) -> None:
        if not text:
            connection.execute("DELETE FROM draft WHERE key = ?", (key,))
            return
        connection.execute(
            "INSERT INTO draft(key, text) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET text = excluded.text",
            (key, text),
        )

    return job


def drafts(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT key, text FROM draft").fetchall())


def set_snapshot(incident: str, upto: int, state: bytes) -> Job:
    def job(connection: sqlite3.Connection) -> None:
        # A redaction committed after `upto` has erased what this state still shows.
        connection.execute(
            "INSERT INTO snapshot(incident, upto, state) SELECT ?1, ?2, ?3 WHERE NOT EXISTS ("
            " SELECT 1 FROM event WHERE incident = ?1 AND kind = 'entry_redacted' AND n > ?2)"
            " ON CONFLICT(incident) DO UPDATE SET upto = excluded.upto, state = excluded.state",
            (incident, upto, state),
        )

    return job


def snapshot(connection: sqlite3.Connection, incident: str) -> tuple[int, bytes] | None:
    row = connection.execute("SELECT upto, state FROM snapshot WHERE incident = ?", (incident,)).fetchone()
    return None if row is None else (row[0], row[1])
