"""Searching a log of 1,000,000 entries, against the same question put to its full-text index; goal: p95 at most 2×.

`python -m benchmarks.search`. The bare query is the index's own ranking, which weighs every entry that holds the words.
The console ranks the newest of them, reads what is to be shown, and knows what was undone and corrected.
"""

import random
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks import making
from benchmarks.result import Result
from console.core.memory.hits import wanted_of
from console.store import Log
from console.store.search import match_of
from console.store.sqlite import sqlite3

ENTRIES, INCIDENTS, QUERIES, LIMIT = 1_000_000, 1000, 300, 100


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
                wanted = wanted_of(query)
                started = time.perf_counter()
                found = log.search(wanted, LIMIT)
                between = time.perf_counter()
                rows = bare.execute(
                    "SELECT rowid FROM entry_index WHERE entry_index MATCH ? ORDER BY rank LIMIT ?",
                    (match_of(wanted.terms), LIMIT),
                ).fetchall()
                ended = time.perf_counter()
                assert len(rows) == len(found.hits), (query, len(rows), len(found.hits))
                ours.append(between - started)
                floor.append(ended - between)
            bare.close()
    mine, index = (statistics.quantiles(times, n=20)[18] * 1000 for times in (ours, floor))
    return [Result(f"search, {ENTRIES:,} entries, p95", mine, index, "ms", "the index's ranking", 2.0)]


if __name__ == "__main__":
    for result in run():
        print(result.line())
