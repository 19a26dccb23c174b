"""Until another console on the file hears of an entry, against the poll interval; goal: p95 at most 1.5×.

`python -m benchmarks.watch`. Both consoles run in one process here, each with connections of its own.
"""

import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.result import Result
from console.core.log.event import Event, NewEvent
from console.core.subjects.entry import EntryLogged
from console.store import Log

INTERVAL_S = 0.1
COUNT = 150


def run() -> list[Result]:
    heard = threading.Event()
    moments: list[float] = []

    def on_events(events: list[Event]) -> None:
        moments.append(time.perf_counter())
        heard.set()

    waits: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Log.open(Path(folder) / "log.db") as here,
        Log.open(here.path) as there,
    ):
        here.watch(on_events, interval_s=INTERVAL_S)
        for number in range(COUNT):
            heard.clear()
            now = datetime.now(UTC)
            body = EntryLogged("note", f"entry {number}")
            there.append([NewEvent(f"id-{number}", "INC-K7Q2", "mo", now, now, body)])
            committed = time.perf_counter()
            heard.wait()
            waits.append(moments[-1] - committed)
            # A different pause each time, so that commits fall anywhere between two polls.
            time.sleep(0.001 * (37 * number % 101))
    p95 = statistics.quantiles(waits, n=20)[18]
    return [Result("another console hears of an entry, p95", p95 * 1000, INTERVAL_S * 1000, "ms", "poll interval", 1.5)]


if __name__ == "__main__":
    for result in run():
        print(result.line())
