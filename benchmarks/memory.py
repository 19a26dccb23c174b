"""Memory of the room with 10,000 entries, against an empty Textual app; goal: at most 2×.

`python -m benchmarks.memory`. Resident memory of whole processes, once they have been scrolled through. Linux only.
"""

import tempfile
from pathlib import Path

from benchmarks import making
from benchmarks.result import Result
from benchmarks.terminal import bare, console

ENTRIES = 10_000


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "warroom.db"
        making.build(db, incidents=1, events=ENTRIES, open=1)
        ref = making.reference(0)
        # Once for the state that is kept beside the log.
        with console(db, ref) as room:
            room.until("What happened?")
            room.rest(0.3)
        with console(db, ref) as room, bare("empty") as empty:
            room.until("What happened?", "OWED")
            empty.until("ready")
            room.rest(0.3)
            room.send("\x1b")
            room.rest(0.3)
            for _ in range(100):
                room.send("\x1b[5~")
                room.rest(0.03)
            ours, floor = room.memory_mb(), empty.memory_mb()
    return [Result(f"memory, {ENTRIES:,} entries in the room", ours, floor, "MB", "empty Textual app", 2.0)]


if __name__ == "__main__":
    for result in run():
        print(result.line())
