"""From the command to the first paint, with 200 incidents and 100,000 events in the file, against an empty Textual app;
goal: at most 1.5×.

`python -m benchmarks.start [RUNS]`. Both are whole processes in a terminal. The first opening folds the whole log and
keeps what it came to; what counts is every opening after it. `filled` is when the newest incident's panel and the
closed incidents are on the board as well.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import making
from benchmarks.terminal import bare, console

INCIDENTS, OPEN, EVENTS = 200, 20, 100_000


def board(db: Path) -> tuple[float, float]:
    """Seconds to the first paint and to the whole board."""
    with console(db) as terminal:
        painted = terminal.until("Warroom")
        filled = terminal.until("Warroom", making.reference(INCIDENTS - 1), f"{OPEN} open")
        return painted - terminal.started, filled - terminal.started


def empty() -> float:
    with bare("empty") as terminal:
        return terminal.until("ready") - terminal.started


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "warroom.db"
        making.build(db, incidents=INCIDENTS, events=EVENTS, open=OPEN)
        first = board(db)
        empty()
        # Taken in turns, so that a busy machine slows both.
        taken = [(*board(db), empty()) for _ in range(runs)]
    ours, filled, floor = (statistics.median(times) for times in zip(*taken, strict=True))
    print(f"first opening: painted after {first[0]:.2f} s, filled after {first[1]:.2f} s")
    print(f"filled: {filled * 1000:.0f} ms")
    print(f"first paint: {ours * 1000:.0f} ms, empty app {floor * 1000:.0f} ms, {ours / floor:.2f}× (goal 1.5×)")


if __name__ == "__main__":
    main()
