"""Processor time of the board with 20 open incidents counting down, against an app with one label that ticks; goal: at
most 2×.

`python -m benchmarks.idle`. Both run at the same time, each in a terminal of its own. Linux only.
"""

import tempfile
import threading
from pathlib import Path

from benchmarks import making
from benchmarks.result import Result
from benchmarks.terminal import bare, console

INCIDENTS, EVENTS = 20, 2000
SETTLE_S, MEASURE_S = 5.0, 30.0


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "warroom.db"
        making.build(db, incidents=INCIDENTS, events=EVENTS, open=INCIDENTS)
        with console(db, columns=200, lines=60) as board, bare("label") as label:
            board.until(f"{INCIDENTS} open")
            for terminal in (board, label):
                terminal.runs(SETTLE_S / 2)
            before = board.processor_s(), label.processor_s()
            reading = threading.Thread(target=label.runs, args=(MEASURE_S,))
            reading.start()
            board.runs(MEASURE_S)
            reading.join()
            used = [board.processor_s() - before[0], label.processor_s() - before[1]]
    ours, floor = (100 * one / MEASURE_S for one in used)
    return [
        Result(f"idle board, {INCIDENTS} incidents counting down", ours, floor, "% of a core", "one ticking label", 2.0)
    ]


if __name__ == "__main__":
    for result in run():
        print(result.line())
