"""From the commit on one console until the entry stands on another's screen: on the same file, and through a server.

`python -m benchmarks screens`. All are whole processes in terminals of their own; the server is a local PostgreSQL that
waits for its disk. Its rows are left out where none is installed.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.result import Result
from benchmarks.room import letters
from benchmarks.terminal import ROOT, Terminal, console
from console.store.log import Log
from tests.sync.postgres import Postgres, programs

COUNT = 120
POLL_MS = 100.0
"""Between two looks of a console at its file."""
PROMISED_MS = 250.0
"""For another machine's screen, at the 95th percentile."""
CLOCK = "open "
"""Painted in every room at each second, so that it is known to be there."""


def shell(db: Path, *args: str) -> str:
    """The output of a command."""
    command = [sys.executable, "-m", "console", "--db", str(db), "--as", "mo", *args]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def committed(log: Log, before: int) -> float:
    """The moment at which something is in the file behind a position; to half a millisecond."""
    while log.position() == before:
        time.sleep(0.0005)
    return time.perf_counter()


def seen_after_ms(log: Log, writes: Terminal, reads: Terminal) -> list[float]:
    """From each commit here to the entry on the screen there; `log` is the writer's, opened to look at it."""
    for terminal in (writes, reads):
        terminal.until("What happened?", CLOCK)
        terminal.runs(3.0)
    waits = []
    for number in range(COUNT):
        word = letters(number + 5000)
        writes.send(word)
        writes.until(word)
        writes.rest()
        reads.send("")
        before = log.position()
        writes.send("\r")
        at = committed(log, before)
        waits.append((reads.until(word) - at) * 1000)
        writes.rest()
        reads.rest()
        # A different pause each time, so that commits fall anywhere between two polls.
        time.sleep(0.001 * (37 * number % 101))
    return waits


def rows(what: str, waits: list[float], floor: float, against: str, goal: float) -> Iterator[Result]:
    yield Result(f"{what}, p95", statistics.quantiles(waits, n=20)[18], floor, "ms", against, goal)
    yield Result(f"{what}, median", statistics.median(waits), floor, "ms", against)


@contextmanager
def server_of(postgres: Postgres) -> Iterator[None]:
    """Its address where every console finds it."""
    os.environ["WARROOM_SYNC"] = postgres.room().address()
    try:
        yield
    finally:
        del os.environ["WARROOM_SYNC"]


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        db, there = Path(folder) / "here.db", Path(folder) / "there.db"
        os.environ.setdefault("WARROOM_CONFIG", folder)
        ref = shell(db, "declare", "Checkout errors", "--sev", "SEV3")
        with console(db, ref) as one, console(db, ref) as two, Log.open(db, read_only=True) as log:
            what = "commit to the screen of another console on the file"
            yield from rows(what, seen_after_ms(log, one, two), POLL_MS, "poll interval", 2)
        if programs() is None:
            return
        postgres = Postgres(fsync="on")
        try:
            with server_of(postgres):
                for path in (db, there):
                    shell(path, "sync", "run", "--once")
                with console(db, ref) as one, console(there, ref) as two, Log.open(db, read_only=True) as log:
                    what = "commit to the screen of another machine's console"
                    yield from rows(what, seen_after_ms(log, one, two), PROMISED_MS, "what is promised", 1)
        finally:
            postgres.remove()


if __name__ == "__main__":
    for result in run():
        print(result.line())
