"""The tables of the log, and bringing a file to their newest shape.

Every change of shape runs inside one BEGIN IMMEDIATE, so that of two processes that open the same file at once one
migrates and the other finds it done.
"""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from console.core.language.pattern import late
from console.core.language.text import one_line
from console.store import problems, search
from console.store.sqlite import sqlite3

APPLICATION_ID = 0x57415252
"""The mark in the file's header ("WARR") by which a log is told from somebody else's database."""

UNSWEPT = "unswept"
"""The key in `meta` that stands there from a redaction on until no old page is left."""

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
    search.CREATE_INDEX_SQL,
    f"PRAGMA application_id = {APPLICATION_ID}",
)

EVENT_COLUMNS = (
    "n", "id", "incident", "origin", "oseq", "hlc", "kind", "v", "actor", "occurred_at", "recorded_at", "body", "salt",
    "digest", "prev", "hash",
)  # fmt: skip
"""The columns of the table `event`, in their order."""

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

_V3 = (
    # Of events that other files wrote: when each came into this one.
    """CREATE TABLE arrival(
        event TEXT PRIMARY KEY,
        incident TEXT NOT NULL,
        at TEXT NOT NULL,
        late INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX arrival_late ON arrival(incident) WHERE late",
)


def _is_one_of(kinds: tuple[str, ...]) -> str:
    return f"kind IN ({', '.join(map(repr, kinds))})"


_CHANGING_V4 = ("entry_undone", "undone", "entries_undone", "entry_corrected", "entry_redacted", "title_changed")
CHANGING_KINDS = (*_CHANGING_V4, "entry_moved")
"""Kinds of events that change what others say: a search asks for those of each incident that it has found."""
CHANGING = _is_one_of(CHANGING_KINDS)
"""The condition of their index, in the words by which SQLite takes it."""

_V4 = (
    f"CREATE INDEX event_changing ON event(incident) WHERE {_is_one_of(_CHANGING_V4)}",
    # What an incident comes to in the history, told when its log had these heads; it may always be thrown away.
    "CREATE TABLE told(incident TEXT PRIMARY KEY, heads TEXT NOT NULL, told BLOB NOT NULL) STRICT, WITHOUT ROWID",
)


def _of_update(condition: str) -> tuple[str, str]:
    """Another condition for the event that a message may be of."""
    return (
        "DROP TRIGGER outbox_of_update",
        f"""CREATE TRIGGER outbox_of_update BEFORE INSERT ON outbox
        WHEN NOT EXISTS (SELECT 1 FROM event WHERE id = new.event AND incident = new.incident
            AND origin = new.origin AND {condition})
        BEGIN SELECT raise(ABORT, 'only an update of this incident, or a change of one, is published'); END""",
    )


_SENT_V5 = ("update_posted", "publication_settled")
_SENT_V7 = (*_SENT_V5, "incident_backfilled", "postmortem_published", "postmortem_withdrawn")
_SENT_V8 = (*_SENT_V7, "public_title_set", "page_settled")

_V5 = _of_update(_is_one_of(_SENT_V5))
_V6 = ("DROP INDEX event_changing", f"CREATE INDEX event_changing ON event(incident) WHERE {CHANGING}")
_V7 = _of_update(_is_one_of(_SENT_V7))
_V8 = _of_update(_is_one_of(_SENT_V8))
_V9 = _of_update(f"(new.payload ->> '$.change.act' = 'tell' OR {_is_one_of(_SENT_V8)})")

MIGRATIONS: tuple[tuple[str, ...], ...] = (_V1, _V2, _V3, _V4, _V5, _V6, _V7, _V8, _V9)
"""The statements from each version of the schema to the next; version 0 is an empty file."""

NEWEST = len(MIGRATIONS)
OLDEST_READ = 2
"""The oldest version that is read as it stands; what later ones added may be missing there."""


class Object(NamedTuple):
    """A table, index, trigger or view as the file declares it."""

    kind: str
    sql: str
    """With single spaces between its words."""

    @property
    def of(self) -> str:
        """The table that a trigger of ours belongs to; empty for other objects."""
        belongs = _BELONGS.match(self.sql)
        return belongs[1] if belongs else ""


_CREATED = late(r"CREATE (?:VIRTUAL )?(TABLE|INDEX|TRIGGER) (\w+)")
_BELONGS = late(r"CREATE TRIGGER \w+ BEFORE .*? ON (\w+)")
_OF_INDEX = ("entry_index_data", "entry_index_idx", "entry_index_docsize", "entry_index_config")
"""Tables that FTS5 makes for itself, in the words of the SQLite that made them."""
_MAX_NAME_CHARS = 60


@cache
def _ours(version: int) -> Mapping[str, Object]:
    """The objects of a log of a version, by name."""
    objects: dict[str, Object] = {}
    for statements in MIGRATIONS[:version]:
        for statement in statements:
            created = _CREATED.match(statement)
            if created is not None:
                objects[created[2]] = Object(created[1].lower(), " ".join(statement.split()))
    return objects


def _objects(connection: sqlite3.Connection) -> dict[str, Object]:
    """The objects that the file declares, by name; SQLite's own are left out. None of their SQL is run."""
    # As bytes: a name in a damaged file need not be text.
    rows = connection.execute("SELECT type, CAST(name AS BLOB), CAST(sql AS BLOB) FROM sqlite_schema").fetchall()
    named = ((kind, (name or b"").decode("utf-8", "replace"), sql or b"") for kind, name, sql in rows)
    return {name: _object(kind, sql) for kind, name, sql in named if not name.startswith("sqlite_")}


@lru_cache(100)
def _object(kind: str, sql: bytes) -> Object:
    """A file is looked at some times while it is opened, and says the same each time."""
    return Object(kind, " ".join(sql.decode("utf-8", "replace").split()))


def _missing(objects: Mapping[str, Object], version: int) -> list[str]:
    """The names of a log of this version that no object has."""
    return [name for name in _ours(version) if name not in objects]


def _others(objects: Mapping[str, Object], version: int) -> list[str]:
    """The names of the objects that are not as a log of this version has them, or that it does not have."""
    ours = _ours(version)
    # In version 1 a table stood there to which nothing was ever written.
    passed = {*_OF_INDEX, *(("outbox",) if version == 1 else ())}
    return [name for name, made in objects.items() if ours.get(name) != made and name not in passed]


def _faults(objects: Mapping[str, Object], version: int) -> Iterator[str]:
    for name in _missing(objects, version):
        yield f"its {_ours(version)[name].kind} {name} is missing"
    for name in _others(objects, version):
        yield f"its {objects[name].kind} {one_line(name, _MAX_NAME_CHARS)} is not Warroom's"


def differences(connection: sqlite3.Connection) -> list[str]:
    """The differences between the file and a log as Warroom builds it, each as an end of a sentence."""
    return list(_faults(_objects(connection), _stated_version(connection) or NEWEST))


def _refuse(objects: Mapping[str, Object], version: int, path: Path, *, write: bool) -> None:
    """Raise StoreProblem for what makes the file unsafe to read, or to write."""
    ours = _ours(version)
    for name in _others(objects, version):
        if write or (name in ours and ours[name].kind == "table"):
            raise problems.damaged(path, f"its {objects[name].kind} {one_line(name, _MAX_NAME_CHARS)} is not Warroom's")
    for name in _missing(objects, version):
        # A table or an index that is missing fails where it is needed; a trigger must not be missed by nobody.
        if name in ("meta", "event") or (write and ours[name].of in objects):
            raise problems.damaged(path, f"its {ours[name].kind} {name} is missing")


def version_of(connection: sqlite3.Connection, path: Path, *, write: bool = False) -> int:
    """The schema's version in the file; 0 for an empty file.

    Raises StoreProblem for a database that is not a log, for one of a newer version, and for one whose tables are not
    Warroom's; to `write` the indexes and triggers must be, too, none may be foreign, and no trigger may be missing.
    """
    objects = _objects(connection)
    if not objects:
        return 0
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID and not {"meta", "event"} <= objects.keys():
        raise problems.not_a_log(path)
    if objects.get("meta") != _ours(1)["meta"]:
        raise problems.damaged(path, "its table meta is not Warroom's")
    version = _stated_version(connection)
    if version is not None and version > NEWEST:
        raise problems.newer_schema(path, version, NEWEST)
    if version is None or version < 1:
        raise problems.damaged(path, "it does not say of which format it is")
    _refuse(objects, version, path, write=write)
    return version


def _stated_version(connection: sqlite3.Connection) -> int | None:
    stated = meta(connection, "schema_version") or ""
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else None


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the newest schema; the caller holds a write transaction."""
    for statements in MIGRATIONS[version_of(connection, path, write=True) :]:
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
