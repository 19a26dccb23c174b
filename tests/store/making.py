"""Entries for the store's tests, and the little programs that act as other consoles."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.core.log.event import Body, NewEvent
from console.core.subjects.entry import EntryLogged

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
INCIDENT = "INC-K7Q2"


def entry(event_id: str, text: str = "", *, minute: float = 0, incident: str = INCIDENT) -> NewEvent:
    return event(event_id, EntryLogged("note", text or f"entry {event_id}"), minute=minute, incident=incident)


def event(event_id: str, body: Body, *, minute: float = 0, incident: str = INCIDENT) -> NewEvent:
    at = START + timedelta(minutes=minute)
    return NewEvent(event_id, incident, "mo", at, at, body)


WRITER = """
import sys
from pathlib import Path
from console.store import Log
from tests.store.making import entry
path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with Log.open(path) as log:
    print(log.origin, flush=True)
    for number in range(count):
        log.append([entry(f"{name}-{number}")])
        print(f"{name}-{number}", flush=True)
"""
"""Appends `count` entries one by one and prints each id once it is committed."""

LOCKER = """
import sys
from console.store.sqlite import sqlite3
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
print("released", flush=True)
"""
"""Holds the write lock until a line arrives."""


def program(source: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", source, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
