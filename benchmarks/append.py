"""How long an entry takes to be committed, against a bare SQLite insert in the same mode; goal: at most 2×.

`python -m benchmarks.append [ENTRIES]`
"""

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from console.core.events import EntryLogged, NewEvent
from console.store import Log
from console.store.sqlite import journal_for, sqlite3


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder, Log.open(Path(folder) / "log.db") as log:
        journal, synchronous = journal_for(sqlite3.sqlite_version_info)
        raw = sqlite3.connect(str(Path(folder) / "raw.db"), isolation_level=None)
        raw.execute(f"PRAGMA journal_mode = {journal}")
        raw.execute(f"PRAGMA synchronous = {synchronous}")
        raw.execute("CREATE TABLE entry(id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT")
        ours: list[float] = []
        floor: list[float] = []
        # Taken in turns, so that a disk that slows down slows both.
        for number in range(count):
            now = datetime.now(UTC)
            new = NewEvent(f"id-{number}", "INC-K7Q2", "mo", now, now, EntryLogged("note", f"entry {number} of many"))
            started = time.perf_counter()
            log.append([new])
            committed = time.perf_counter()
            raw.execute("INSERT INTO entry VALUES(?, ?)", (f"id-{number}", f"entry {number} of many"))
            ours.append(committed - started)
            floor.append(time.perf_counter() - committed)
        raw.close()
        for name, at in (("median", 50), ("p95", 95), ("p99", 99)):
            mine, bare = (statistics.quantiles(times, n=100)[at - 1] * 1000 for times in (ours, floor))
            print(f"{name}: {mine:.2f} ms, bare insert {bare:.2f} ms, {mine / bare:.2f}× ({journal}, {synchronous})")


if __name__ == "__main__":
    main()
