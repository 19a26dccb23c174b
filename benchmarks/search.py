"""Searching a log of 1,000,000 entries, against the same question put to its full-text index; goal: p95 at most 2×.

`python -m benchmarks.search`. The console's search also fetches which incident each hit belongs to, and takes
the last word as the beginning of one; the bare query is the same expression, and stops at the row numbers.
"""

import random
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks import making
from benchmarks.result import Result
from console.store import Log
from console.store.search import match_of
from console.store.sqlite import sqlite3

ENTRIES, INCIDENTS, QUERIES, LIMIT = 1_000_000, 200, 300, 200


def run() -> list[Result]:
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "warroom.db"
        making.build(db, incidents=INCIDENTS, events=ENTRIES, open=5)
        with Log.open(db) as log:
            bare = sqlite3.connect(str(db))
            ours: list[float] = []
            floor: list[float] = []
            for _ in range(QUERIES):
                words = rng.sample(making.WORDS, k=rng.randint(1, 3))
                query = " ".join([*words[:-1], words[-1][: rng.randint(3, 8)]])
                started = time.perf_counter()
                results = log.search(query, limit=LIMIT)
                between = time.perf_counter()
                rows = bare.execute(
                    "SELECT rowid FROM entry_index WHERE entry_index MATCH ? ORDER BY rowid DESC LIMIT ?",
                    (match_of(query), LIMIT),
                ).fetchall()
                ended = time.perf_counter()
                assert len(rows) == len(results), (query, len(rows), len(results))
                ours.append(between - started)
                floor.append(ended - between)
            bare.close()
    mine, index = (statistics.quantiles(times, n=20)[18] * 1000 for times in (ours, floor))
    return [Result(f"search, {ENTRIES:,} entries, p95", mine, index, "ms", "the index alone", 2.0)]


if __name__ == "__main__":
    for result in run():
        print(result.line())
