"""Processor time of the board with 20 open incidents counting down, against an app with one label that ticks; goal: at
most 2×.

`python -m benchmarks.idle [SECONDS]`. Both run at the same time, each in a terminal of its own. Linux only.
"""

import sys
import tempfile
import threading
from pathlib import Path

from benchmarks import making
from benchmarks.terminal import bare, console

INCIDENTS, EVENTS = 20, 2000
SETTLE_S = 5.0


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "warroom.db"
        making.build(db, incidents=INCIDENTS, events=EVENTS, open=INCIDENTS)
        with console(db, columns=200, lines=60) as board, bare("label") as label:
            board.until(f"{INCIDENTS} open")
            used: list[float] = []
            for terminal in (board, label):
                terminal.runs(SETTLE_S / 2)
            before = board.processor_s(), label.processor_s()
            reading = threading.Thread(target=label.runs, args=(seconds,))
            reading.start()
            board.runs(seconds)
            reading.join()
            used = [board.processor_s() - before[0], label.processor_s() - before[1]]
    ours, floor = (100 * one / seconds for one in used)
    print(f"idle: {ours:.2f} % of a core, one ticking label {floor:.2f} %, {ours / floor:.2f}× (goal 2×)")


if __name__ == "__main__":
    main()
