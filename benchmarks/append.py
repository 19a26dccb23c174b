"""From the call to the committed entry, against a bare SQLite insert in the same mode; goal: at most 2×.

`python -m benchmarks.append`. A 99th percentile here is the disk's: whoever happens to fold the write-ahead log into
the file pays for it.
"""

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.result import Result
from console.core.log.event import NewEvent
from console.core.subjects.entry import EntryLogged
from console.store import Log
from console.store.sqlite import journal_for, sqlite3

COUNT = 2000


def waits(folder: Path, count: int) -> tuple[list[float], list[float]]:
    """Seconds of so many appends and so many bare inserts, each into a file of its own in the folder."""
    ours: list[float] = []
    floor: list[float] = []
    with Log.open(folder / "log.db") as log:
        journal, synchronous = journal_for(sqlite3.sqlite_version_info)
        raw = sqlite3.connect(str(folder / "raw.db"), isolation_level=None)
        raw.execute(f"PRAGMA journal_mode = {journal}")
        raw.execute(f"PRAGMA synchronous = {synchronous}")
        raw.execute("CREATE TABLE entry(id TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT")
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
    return ours, floor


def run() -> list[Result]:
    journal, synchronous = journal_for(sqlite3.sqlite_version_info)
    with tempfile.TemporaryDirectory() as folder:
        ours, floor = waits(Path(folder), COUNT)
    results = []
    for name, at, goal in (("median", 50, 2.0), ("p95", 95, 2.0), ("p99", 99, None)):
        mine, bare = (statistics.quantiles(times, n=100)[at - 1] * 1000 for times in (ours, floor))
        results.append(Result(f"append, {name} ({journal}, {synchronous})", mine, bare, "ms", "bare insert", goal))
    return results


if __name__ == "__main__":
    for result in run():
        print(result.line())
