"""Rows that no console writes: one value of one event, or of another table, is another; all that shows it is asked.

`python -m tests.torture bodies [COUNT]`; COUNT values of events are changed, 1,000 by itself, in a log with every kind
of event, and a quarter as many of messages, drafts and whatever else the file keeps. No command ends in a traceback;
what cannot be shown is refused in a sentence.
"""

import gzip
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from console.store import place
from console.store.sqlite import sqlite3
from tests.cli.shell import Warroom
from tests.memory import memory

LOG = Path(__file__).parents[1] / "fixtures/before/log.sqlite.gz"
VALUES: tuple[Any, ...] = (
    0, -1, 1, 10**9, 10**15, 10**19, 1e308, -1e308, "", "x", "\x1b]52;c;aGk=\x07", "\u202e", "x" * 5000, "P1D",
    "0001-01-01T00:00:00Z", "8999-12-31T00:00:00Z", "9999-12-31T23:59:59.999Z", "2026-01-01T00:00:00", "INC-ZZZZ",
    None, True, [], {}, [[]],
)  # fmt: skip
MOMENTS = ("0001-01-01T00:00:00Z", "1000-01-01T00:00:00Z", "2026-01-01T00:00:00", "9999-12-31T23:59:59Z", "x")
CLOCKS = (0, -1, 2**62)
LOOKS = (
    ("show",), ("show", "--json"), ("clocks",), ("advice",), ("export", "timeline"), ("export", "handoff"),
    ("export", "postmortem"), ("export", "json"),
)  # fmt: skip
DEEP = '{"a":' * 100_000
CELLS: tuple[Any, ...] = (
    "", "x", "{", DEEP, "[" * 100_000, "null", "[]", "{}", '"x"', "1", "9" * 400, "\x1b]52;c;aGk=\x07", b"\xff\xfe",
    b"", b"\x81\xa1a\xc0", b"\x91" * 100_000, 0, -1, 2**63 - 1, 1e308,
    "9999-12-31T23:59:59.999Z", "2026-01-01T00:00:00",
)  # fmt: skip
"""Values of other tables; bytes that are no text among them."""
ACTS_AND_LOOKS = (
    ("publish", "run", "--once"), ("publish", "list"), ("publish", "retry", "--all"), ("list", "--all"), ("history",),
    ("verify",), ("publish", "status", "{ref}"), ("publish", "check", "{ref}"), ("show", "{ref}", "--json"),
    ("catchup", "{ref}"), ("similar", "{ref}"), ("log", "{ref}", "a line"), ("redact", "{ref}", "last"),
    ("update", "{ref}", "--audience", "public", "--message", "We look.", "--next", "30m"),
)  # fmt: skip
ZONE = "Pacific/Kiritimati"
"""Farthest ahead of UTC, so that a moment at the calendar's end is beyond it."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to each value inside a JSON value."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def changed(body: str, chance: random.Random) -> str:
    """The body with one value of it exchanged."""
    whole = json.loads(body)
    paths = list(places(whole))
    if not paths:
        return json.dumps(chance.choice(VALUES))
    *steps, last = chance.choice(paths)
    inner = whole
    for step in steps:
        inner = inner[step]
    inner[last] = chance.choice(VALUES)
    return json.dumps(whole)


def tried(folder: Path, count: int, seed: int) -> Counter[int]:
    """The number of commands that ended with each status."""
    chance = random.Random(seed)
    db = folder / "log.sqlite"
    warroom = Warroom(db)
    db.write_bytes(gzip.decompress(LOG.read_bytes()))
    warroom.says("list")  # Which brings it up to date.
    with sqlite3.connect(str(db)) as connection:
        connection.execute("DELETE FROM snapshot")
        rows = connection.execute("SELECT n, incident, kind, body FROM event WHERE salt IS NOT NULL").fetchall()
    connection.close()
    whole = db.read_bytes()
    kinds = sorted({kind for _, _, kind, _ in rows})
    statuses: Counter[int] = Counter()
    for _ in range(count):
        kind = chance.choice(kinds)
        n, ref, _, body = chance.choice([row for row in rows if row[2] == kind])
        other = changed(body, chance)
        for ending in place.COMPANIONS:
            db.with_name(db.name + ending).unlink(missing_ok=True)
        db.write_bytes(whole)
        moment = chance.choice(MOMENTS) if chance.random() < 0.2 else ""
        write(db, n, other, moment, chance.choice(CLOCKS))
        for look, *more in LOOKS:
            done = warroom.runs("--tz", ZONE, look, ref, *more)
            assert b"Traceback" not in done.stderr, (kind, other[:200], moment, look, done.stderr.decode())
            statuses[done.returncode] += 1
    assert set(statuses) <= {0, 1}, statuses
    return statuses


def columns(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """The columns of all tables but the log's own and the index's, each with its table."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
    tables = [name for (name,) in names.fetchall() if name != "event" and not name.startswith("entry_index")]
    return [(table, row[1]) for table in tables for row in connection.execute(f"PRAGMA table_info({table})").fetchall()]


def cells(folder: Path, count: int, seed: int) -> Counter[int]:
    """`tried` for values of the other tables; each time all rows of a table have one."""
    chance = random.Random(seed)
    db = folder / "log.sqlite"
    warroom = Warroom(db, WARROOM_CONFIG=str(folder / "config"))
    ref = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
    warroom.says("target", "add", "rehearsal", "--provider", "file", "--option", f"path={folder / 'sent.jsonl'}")
    post = ("update", ref, "--audience", "public", "--next", "30m", "--message")
    warroom.says(*post, "We look at it.")
    warroom.says("publish", "run", "--once")
    warroom.says("export", ref, "json", "-o", str(folder / "export.json"))
    warroom.says(*post, "We still look at it.")
    warroom.says("similar", ref)
    whole = {file: file.read_bytes() for file in (db, folder / "sent.jsonl")}
    with sqlite3.connect(str(db)) as connection:
        places = columns(connection)
        connection.execute("REPLACE INTO arrival SELECT id, incident, recorded_at, 1 FROM event")
        connection.execute("REPLACE INTO lease VALUES('target rehearsal', 'somebody', '2026-01-01T00:00:00.000Z')")
        connection.execute("REPLACE INTO draft VALUES('prompt ' || ?, 'half')", (ref,))
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    connection.close()
    whole[db] = db.read_bytes()
    statuses: Counter[int] = Counter()
    for _ in range(count):
        for file in folder.iterdir():
            if file.name.startswith(db.name):
                file.unlink()
        for file, content in whole.items():
            file.write_bytes(content)
        (table, column), value = chance.choice(places), chance.choice(CELLS)
        connection = sqlite3.connect(str(db), isolation_level=None)
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        new = "CAST(? AS TEXT)" if isinstance(value, bytes) and column not in ("told", "state") else "?"
        # What a table itself refuses stays as it was.
        with suppress(sqlite3.IntegrityError):
            connection.execute(f"UPDATE OR IGNORE {table} SET {column} = {new}", (value,))
        for _name, sql in triggers:
            connection.execute(sql)
        connection.close()
        for args in ACTS_AND_LOOKS:
            done = warroom.runs(*(arg.format(ref=ref) for arg in args))
            what = (table, column, repr(value)[:60], args, done.stderr.decode())
            assert b"Traceback" not in done.stderr, what
            assert done.returncode in (0, 1), what
            assert b"\x1b" not in done.stderr + done.stdout, what
            statuses[done.returncode] += 1
    return statuses


def write(db: Path, n: int, body: str, moment: str, clock: int) -> None:
    """Put another body, and where there is one another moment, into the event at a position."""
    connection = sqlite3.connect(str(db), isolation_level=None)
    (trigger,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'event_no_update'").fetchone()
    connection.execute("DROP TRIGGER event_no_update")
    connection.execute("UPDATE event SET body = ? WHERE n = ?", (body, n))
    if moment:
        connection.execute("UPDATE event SET occurred_at = ?, hlc = ? WHERE n = ?", (moment, clock, n))
    connection.execute(trigger)
    connection.close()


def main(count: int = 1000, seed: int = 3) -> str:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        statuses = tried(Path(folder), count, seed)
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        statuses += cells(Path(folder), count // 4, seed)
    return (
        f"bodies: {count + count // 4:,} values changed, {sum(statuses.values()):,} commands: 0 tracebacks,"
        f" {statuses[1]:,} refused in a sentence; seed {seed}, {time.perf_counter() - started:.0f} s"
    )
