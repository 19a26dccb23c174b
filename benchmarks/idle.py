"""Processor time of the board with 20 open incidents counting down, and of the room of one of them, against an app with
one label that ticks; goal: at most 2× for the board.

`python -m benchmarks.idle`. All run at the same time, each in a terminal of its own. Linux only.
"""

import tempfile
from concurrent.futures import ThreadPoolExecutor
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
        ref = making.reference(INCIDENTS - 1)
        with console(db, columns=200, lines=60) as board, console(db, ref) as room, bare("label") as label:
            board.until(f"{INCIDENTS} open")
            room.until("What happened?")
            terminals = (board, room, label)
            for terminal in terminals:
                terminal.runs(SETTLE_S / 2)
            before = [terminal.processor_s() for terminal in terminals]
            with ThreadPoolExecutor() as readers:
                list(readers.map(lambda terminal: terminal.runs(MEASURE_S), terminals))
            used = [terminal.processor_s() - start for terminal, start in zip(terminals, before, strict=True)]
    of_board, of_room, floor = (100 * seconds / MEASURE_S for seconds in used)
    beside = "% of a core", "one ticking label"
    return [
        Result(f"idle board, {INCIDENTS} incidents counting down", of_board, floor, *beside, 2.0),
        Result("idle room, with its countdowns", of_room, floor, *beside),
    ]


if __name__ == "__main__":
    for result in run():
        print(result.line())
