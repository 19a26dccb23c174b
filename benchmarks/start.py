"""From the command to the first paint, with 200 incidents and 100,000 events in the file, against an empty Textual app;
goal: at most 1.5×.

`python -m benchmarks.start`. Both are whole processes in a terminal. The first opening folds the whole log and
keeps what it came to; what counts is every opening after it. `filled` is when the newest incident's panel and the
closed incidents are on the board as well.
"""

import statistics
import tempfile
from pathlib import Path

from benchmarks import making
from benchmarks.result import Result
from benchmarks.terminal import bare, console

INCIDENTS, OPEN, EVENTS = 200, 20, 100_000
RUNS = 15


def board(db: Path) -> tuple[float, float]:
    """Seconds to the first paint and to the whole board."""
    with console(db) as terminal:
        painted = terminal.until("Warroom")
        filled = terminal.until("Warroom", making.reference(INCIDENTS - 1), f"{OPEN} open")
        return painted - terminal.started, filled - terminal.started


def empty() -> float:
    with bare("empty") as terminal:
        return terminal.until("ready") - terminal.started


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "warroom.db"
        making.build(db, incidents=INCIDENTS, events=EVENTS, open=OPEN)
        first = board(db)
        empty()
        # Taken in turns, so that a busy machine slows both.
        taken = [(*board(db), empty()) for _ in range(RUNS)]
    ours, filled, floor = (statistics.median(times) for times in zip(*taken, strict=True))
    return [
        Result("start to first paint", ours * 1000, floor * 1000, "ms", "empty Textual app", 1.5),
        Result("start to the whole board", filled * 1000, floor * 1000, "ms", "empty Textual app"),
        Result("the very first opening, to the whole board", first[1] * 1000, floor * 1000, "ms", "empty Textual app"),
    ]


if __name__ == "__main__":
    for result in run():
        print(result.line())
