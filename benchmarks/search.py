"""Search, history, metrics and similar incidents in a log of 1,000 incidents and 1,000,000 entries.

The search stands against the index's own ranking of the same words (goal: p95 at most 2×), and the screens of search,
history, metrics and similar incidents, from key to paint, against help.

`python -m benchmarks.search`. The index's ranking weighs every entry that holds the words; the console ranks the newest
of them, reads what is to be shown, and knows what was undone and corrected. The screens are those of a console in a
terminal of its own that has read the log once. In the search 50 ms are waited for the next key.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from benchmarks import making, replay
from benchmarks.result import Result
from benchmarks.terminal import Terminal, console
from console.core.memory.hits import wanted_of
from console.export.similar import recall_for_text
from console.library.concepts import vocabulary
from console.library.runbooks import Runbooks
from console.store import Log, cases
from console.store.search import match_of
from console.store.sqlite import sqlite3

ENTRIES, INCIDENTS, QUERIES, LIMIT = 1_000_000, 1000, 300, 100
RUNS, TRIES = 12, 10


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "warroom.db"
        making.build(db, incidents=INCIDENTS, events=ENTRIES, open=5)
        yield from measured(db)


def measured(db: Path) -> Iterator[Result]:
    """The figures of a log that has been made."""
    yield searched(db)
    yield from told(db)
    yield from likened(db)
    yield from screens(db)
    yield from replay.in_many(db, making.reference(INCIDENTS - 1), ENTRIES // INCIDENTS)


def searched(db: Path) -> Result:
    rng = random.Random(7)
    ours: list[float] = []
    floor: list[float] = []
    with Log.open(db) as log:
        bare = sqlite3.connect(str(db))
        for _ in range(QUERIES):
            words = rng.sample(making.WORDS, k=rng.randint(1, 3))
            wanted = wanted_of(" ".join([*words[:-1], words[-1][: rng.randint(3, 8)]]))
            started = time.perf_counter()
            found = log.search(wanted, LIMIT)
            between = time.perf_counter()
            rows = bare.execute(
                "SELECT rowid FROM entry_index WHERE entry_index MATCH ? ORDER BY rank LIMIT ?",
                (match_of(wanted.terms), LIMIT),
            ).fetchall()
            ended = time.perf_counter()
            assert len(rows) == len(found.hits), (wanted, len(rows), len(found.hits))
            ours.append(between - started)
            floor.append(ended - between)
        bare.close()
    mine, index = (statistics.quantiles(times, n=20)[18] * 1000 for times in (ours, floor))
    return Result(f"search, {ENTRIES:,} entries, p95", mine, index, "ms", "the index's ranking", 2.0)


def told(db: Path) -> Iterator[Result]:
    """Telling every incident's case for the first time, and reading what is kept of it afterwards."""
    with Log.open(db) as log:
        started = time.perf_counter()
        every = cases.every(log)
        first = time.perf_counter() - started
        assert len(every) == INCIDENTS
        log.transact(lambda connection: None)
        ours: list[float] = []
        floor: list[float] = []
        for _ in range(RUNS):
            started = time.perf_counter()
            assert not cases.kept(log).missing
            between = time.perf_counter()
            log.select("SELECT incident, heads, told FROM told")
            ended = time.perf_counter()
            ours.append(between - started)
            floor.append(ended - between)
    mine, rows = (statistics.median(times) * 1000 for times in (ours, floor))
    yield Result("cases of 1,000 incidents, read and found true", mine, rows, "ms", "their rows alone")
    what = f"cases of 1,000 incidents of {ENTRIES // INCIDENTS:,} entries, the first time"
    yield Result(what, first * 1000, None, "ms", "once for each incident; what changes is told alone")


def likened(db: Path) -> Iterator[Result]:
    """Similar incidents and suggestions for a text; the index ranks entries by the same words."""
    rng = random.Random(11)
    words, _ = vocabulary(None)
    books = Runbooks(None)
    books.usable()
    with Log.open(db) as log:
        every = cases.kept(log).known
        started = time.process_time()
        digested = cases.digests(log, every, words)
        first = time.process_time() - started
        started = time.perf_counter()
        memory = cases.memory_of(digested, words)
        ready = time.perf_counter() - started
        assert len(memory.digests) == INCIDENTS
        bare = sqlite3.connect(str(db))
        ours: list[float] = []
        floor: list[float] = []
        for _ in range(RUNS):
            asked = rng.sample(making.WORDS, k=8)
            started = time.perf_counter()
            recall_for_text(memory, f"{' '.join(asked)}: too many connections", books)
            between = time.perf_counter()
            bare.execute(
                "SELECT rowid FROM entry_index WHERE entry_index MATCH ? ORDER BY rank LIMIT 10", (" OR ".join(asked),)
            ).fetchall()
            ended = time.perf_counter()
            ours.append(between - started)
            floor.append(ended - between)
        bare.close()
    mine, index = (statistics.median(times) * 1000 for times in (ours, floor))
    yield Result("similar incidents and suggestions for a text", mine, index, "ms", "the index's ranking")
    yield Result("1,000 incidents made ready to be compared", ready * 1000, None, "ms", "when one has changed")
    what = "digests of 1,000 incidents, the first time, CPU time"
    yield Result(what, first * 1000, None, "ms", "once for each incident; what changes is read alone")


def screens(db: Path) -> Iterator[Result]:
    with console(db) as terminal:
        for _ in range(TRIES):
            # The very first opening folds a million entries.
            with suppress(TimeoutError):
                terminal.until("Warroom", making.reference(INCIDENTS - 1), "5 open")
                break
        terminal.rest(1.0)
        taken: dict[str, list[float]] = {"search": [], "history": [], "metrics": [], "similar": [], "help": []}
        for _ in range(RUNS):
            taken["help"].append(_opened(terminal, "?", "THE BOARD"))
            taken["history"].append(_opened(terminal, "H", "incidents, newest first"))
            taken["metrics"].append(_opened(terminal, "M", "MTTD", "MTTR"))
            terminal.send("/")
            terminal.rest(0.5)
            terminal.send("checkout dep")
            terminal.rest(0.5)
            sent = terminal.send("l")
            taken["search"].append(terminal.until("100 entries") - sent)
            terminal.rest()
            terminal.send("\x15\x1b")
            terminal.rest(0.3)
        terminal.send("\x1b[B\r")
        terminal.until("What happened?")
        terminal.rest(0.5)
        terminal.send("\x1b")  # To the timeline, where a letter is an act.
        terminal.rest(0.5)
        for _ in range(RUNS):
            taken["similar"].append(_opened(terminal, "A", "Looks like"))
    help = statistics.median(taken["help"]) * 1000
    for name, what in (
        ("search", "a key in the search to its results"),
        ("history", "history of 1,000 incidents, key to paint"),
        ("metrics", "metrics of 1,000 incidents, key to paint"),
        ("similar", "similar among 1,000 incidents, key to paint"),
    ):
        yield Result(what, statistics.median(taken[name]) * 1000, help, "ms", "opening help")


def _opened(terminal: Terminal, key: str, *words: str) -> float:
    sent = terminal.send(key)
    seconds = terminal.until(*words) - sent
    terminal.rest()
    terminal.send("\x1b")
    terminal.rest(0.3)
    return seconds


if __name__ == "__main__":
    for result in run():
        print(result.line())
