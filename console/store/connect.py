"""Opening connections to the log, with the settings that keep it safe."""

import secrets
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from console.store import place, schema
from console.store.problems import NoLogYet, StoreProblem
from console.store.sqlite import BUSY_S, journal_for, sqlite3


class Opened(NamedTuple):
    connection: sqlite3.Connection
    origin: str
    journal_mode: str
    reader_mode: str


def reader(path: Path, *, mode: str = "rw") -> sqlite3.Connection:
    """A connection that cannot write. `mode` is "rw" beside a writer, "ro" or "immutable" for files we may not write.

    Beside a writer it is not opened with "ro": such a connection cannot recover after another process was killed.
    """
    options = "mode=ro&immutable=1" if mode == "immutable" else f"mode={mode}"
    connection = _connect(path, options)
    connection.execute("PRAGMA query_only = ON")
    return connection


def read_only(path: Path) -> Opened:
    """Open a log without changing anything, not even its journal."""
    mode = "ro"
    connection = reader(path, mode=mode)
    try:
        schema.version_of(connection, path)
    except sqlite3.OperationalError:
        # A WAL file in a folder where no -shm can be made. Without a -wal nobody has it open for writing.
        wal = path.with_name(path.name + "-wal")
        connection.close()
        if wal.exists() and wal.stat().st_size:
            raise
        mode = "immutable"
        connection = reader(path, mode=mode)
    version = schema.version_of(connection, path)
    if version < schema.NEWEST:
        connection.close()
        raise NoLogYet(f"{path} holds no log yet, or one of an older format; open it once without --read-only.")
    (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
    return Opened(connection, schema.meta(connection, "origin") or "", journal, mode)


def writer(path: Path, at: place.Identity) -> Opened:
    """Open a log for writing: newest schema, safe journal, and an origin that belongs to this very file.

    Raises StoreProblem and sqlite3.Error.
    """
    connection = _connect(path, "mode=rw")
    try:
        # Erased text must not stay behind in free space.
        connection.execute("PRAGMA secure_delete = ON")
        version = schema.version_of(connection, path)
        journal, synchronous = journal_for(sqlite3.sqlite_version_info)
        if version and schema.meta(connection, "journal") == "delete":
            # A console with an SQLite that can corrupt a WAL file has been here and may come again.
            journal, synchronous = ("delete", "EXTRA")
        answered = _set_journal(connection, journal)
        if answered != journal and journal == "delete":
            raise StoreProblem(
                f"Another console has {path} open in a mode that this console's SQLite {sqlite3.sqlite_version} could"
                " damage; close the other, or install pysqlite3 here."
            )
        connection.execute(f"PRAGMA synchronous = {synchronous if answered == journal else 'EXTRA'}")
        connection.execute("BEGIN IMMEDIATE")
        schema.migrate(connection, path)
        if journal == "delete":
            schema.set_meta(connection, "journal", "delete")
        origin = _own_origin(connection, at)
        connection.execute("COMMIT")
    except BaseException:
        # Whatever it is goes on; only the connection must not stay open.
        connection.close()
        raise
    return Opened(connection, origin, answered, "rw")


def _own_origin(connection: sqlite3.Connection, at: place.Identity) -> str:
    """The file's origin; a new one when the file is a copy, so that two files never write under one name."""
    this_file = f"{at.device}:{at.inode}"
    origin = schema.meta(connection, "origin")
    if origin is None or schema.meta(connection, "file") != this_file:
        origin = secrets.token_hex(8)
        schema.set_meta(connection, "origin", origin)
        schema.set_meta(connection, "file", this_file)
    return origin


def _connect(path: Path, options: str) -> sqlite3.Connection:
    # Autocommit: every transaction here is begun and ended by name. sqlite-utils' own would begin deferred, and a
    # deferred one that reads before it writes fails at once where it should wait for the other writer.
    return sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{options}",
        uri=True,
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )


def _set_journal(connection: sqlite3.Connection, journal: str) -> str:
    """Ask for a journal mode and give the one that SQLite answers; changing it does not wait for others by itself."""
    end = time.monotonic() + BUSY_S
    while True:
        try:
            (answered,) = connection.execute(f"PRAGMA journal_mode = {journal}").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            answered = ""
        if answered == journal:
            return journal
        if time.monotonic() >= end:
            (answered,) = connection.execute("PRAGMA journal_mode").fetchone()
            return str(answered)
        time.sleep(0.02)
