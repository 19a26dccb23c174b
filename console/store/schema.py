"""The tables of the log, and bringing a file to their newest shape.

Every change of shape runs inside one BEGIN IMMEDIATE, so that of two processes that open the same file at once one
migrates and the other finds it done.
"""

from pathlib import Path

from console.store import problems
from console.store.sqlite import sqlite3

APPLICATION_ID = 0x57415252
"""The mark in the file's header ("WARR") by which a log is told from somebody else's database."""

_V1 = (
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # `n` is the order of commits in this file; as a named primary key it survives VACUUM.
    """CREATE TABLE event(
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        incident TEXT NOT NULL,
        origin TEXT NOT NULL,
        oseq INTEGER NOT NULL CHECK(oseq >= 1),
        hlc INTEGER NOT NULL,
        kind TEXT NOT NULL,
        v INTEGER NOT NULL,
        actor TEXT NOT NULL,
        occurred_at TEXT NOT NULL,
        recorded_at TEXT NOT NULL,
        body TEXT NOT NULL,
        salt BLOB,
        digest TEXT NOT NULL,
        prev TEXT NOT NULL,
        hash TEXT NOT NULL,
        UNIQUE(incident, origin, oseq)
    ) STRICT""",
    "CREATE INDEX event_order ON event(incident, hlc, origin, oseq)",
    "CREATE INDEX event_redaction ON event(incident) WHERE kind = 'entry_redacted'",
    """CREATE TRIGGER event_no_delete BEFORE DELETE ON event
        BEGIN SELECT raise(ABORT, 'the log is append-only'); END""",
    """CREATE TRIGGER event_no_update BEFORE UPDATE ON event
        WHEN NOT (
            new.salt IS NULL
            AND new.n IS old.n AND new.id IS old.id AND new.incident IS old.incident AND new.origin IS old.origin
            AND new.oseq IS old.oseq AND new.hlc IS old.hlc AND new.kind IS old.kind AND new.v IS old.v
            AND new.actor IS old.actor AND new.occurred_at IS old.occurred_at
            AND new.recorded_at IS old.recorded_at AND new.digest IS old.digest
            AND new.prev IS old.prev AND new.hash IS old.hash
            AND EXISTS (
                SELECT 1 FROM event AS redaction, json_each(redaction.body, '$.erased') AS named
                WHERE redaction.kind = 'entry_redacted' AND redaction.incident = old.incident AND named.key = old.id
            )
        )
        BEGIN SELECT raise(ABORT, 'the log is append-only'); END""",
    "CREATE TABLE draft(key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT",
    "CREATE TABLE snapshot(incident TEXT PRIMARY KEY, upto INTEGER NOT NULL, state BLOB NOT NULL) STRICT",
    # Contentless: the words are indexed, the text stands only in the event.
    "CREATE VIRTUAL TABLE entry_index USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')",
    f"PRAGMA application_id = {APPLICATION_ID}",
)

_V2 = (
    # Files of version 1 may have a table of this name, to which nothing has ever been written.
    "DROP TABLE IF EXISTS outbox",
    "CREATE INDEX event_declared ON event(incident) WHERE kind = 'incident_declared'",
    # `n` is the order in which messages were approved; `origin` is the file that has to send one.
    """CREATE TABLE outbox(
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        event TEXT NOT NULL,
        incident TEXT NOT NULL,
        origin TEXT NOT NULL,
        target TEXT NOT NULL,
        audience TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending'
            CHECK(state IN ('pending', 'sending', 'done', 'retry', 'unknown', 'ask', 'dead', 'dropped')),
        attempts INTEGER NOT NULL DEFAULT 0,
        looks INTEGER NOT NULL DEFAULT 0,
        due_at TEXT NOT NULL,
        tried_at TEXT NOT NULL DEFAULT '',
        holder TEXT NOT NULL DEFAULT '',
        note TEXT NOT NULL DEFAULT '',
        payload TEXT NOT NULL,
        remote TEXT NOT NULL DEFAULT '',
        UNIQUE(event, target)
    ) STRICT""",
    "CREATE INDEX outbox_place ON outbox(incident, target, n)",
    "CREATE INDEX outbox_left ON outbox(incident, target, n) WHERE state NOT IN ('done', 'dropped')",
    """CREATE TRIGGER outbox_no_drill BEFORE INSERT ON outbox
        WHEN NOT EXISTS (SELECT 1 FROM event WHERE kind = 'incident_declared' AND incident = new.incident)
            OR EXISTS (SELECT 1 FROM event WHERE kind = 'incident_declared' AND incident = new.incident
                AND coalesce(body ->> '$.drill', 0) IS NOT 0)
        BEGIN SELECT raise(ABORT, 'a drill, or an incident that nobody declared, is never published'); END""",
    """CREATE TRIGGER outbox_of_update BEFORE INSERT ON outbox
        WHEN NOT EXISTS (SELECT 1 FROM event WHERE id = new.event AND incident = new.incident
            AND origin = new.origin AND kind = 'update_posted')
        BEGIN SELECT raise(ABORT, 'only an update of this incident is published'); END""",
    """CREATE TRIGGER outbox_keeps_place BEFORE UPDATE OF n, id, event, incident, target ON outbox
        BEGIN SELECT raise(ABORT, 'a message keeps its place'); END""",
    """CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox
        BEGIN SELECT raise(ABORT, 'a message is dropped, not deleted'); END""",
    """CREATE TABLE outbox_try(
        n INTEGER PRIMARY KEY,
        message TEXT NOT NULL,
        at TEXT NOT NULL,
        state TEXT NOT NULL,
        said TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE INDEX outbox_try_message ON outbox_try(message, n)",
    """CREATE TABLE published(
        incident TEXT NOT NULL,
        target TEXT NOT NULL,
        remote TEXT NOT NULL DEFAULT '',
        updates TEXT NOT NULL DEFAULT '[]',
        parts TEXT NOT NULL DEFAULT '[]',
        differs TEXT,
        read_at TEXT NOT NULL DEFAULT '',
        PRIMARY KEY(incident, target)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE lease(name TEXT PRIMARY KEY, holder TEXT NOT NULL, until TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE pace(key TEXT PRIMARY KEY, free_at TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_V1, _V2)
"""The statements from each version of the schema to the next; version 0 is an empty file."""

NEWEST = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The schema's version in the file; 0 for an empty file.

    Raises StoreProblem for a database that is not a log, or one of a newer version.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not tables:
        return 0
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID or "meta" not in tables:
        raise problems.Damaged(f"{path} is not a Warroom log; choose another file with --db.")
    version = int(meta(connection, "schema_version") or 0)
    if version > NEWEST:
        raise problems.newer_schema(path, version, NEWEST)
    return version


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the newest schema; the caller holds a write transaction."""
    for statements in MIGRATIONS[version_of(connection, path) :]:
        for statement in statements:
            connection.execute(statement)
    set_meta(connection, "schema_version", str(NEWEST))


def meta(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def set_meta(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Write a value where it differs, so that an unchanged file stays unchanged."""
    if meta(connection, key) != value:
        connection.execute("REPLACE INTO meta(key, value) VALUES(?, ?)", (key, value))
