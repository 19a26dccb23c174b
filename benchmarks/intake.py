"""Reading a timeline of a megabyte, of whatever shape; goal: at most twice ten times what a tenth of it takes.

`python -m benchmarks.intake`, in processor time. A cost that grows as the square of the text would be ten times what
the floor is.
"""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

from benchmarks.result import Result
from console.intake.timeline import read_timeline
from tests.intake.shapes import SHAPES, text

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MEGABYTE = 1_000_000
_TRIES = 2
"""Of a text of a tenth, whose least time counts: a pause of the machine is no part of it."""


def seconds(whole: str) -> float:
    begin = time.process_time()
    read_timeline(whole, now=NOW, zone=UTC, base_date=date(2019, 7, 2))
    return time.process_time() - begin


def run() -> Iterator[Result]:
    for shape in SHAPES:
        tenth = text(shape, MEGABYTE // 10)
        floor = 10 * min(seconds(tenth) for _ in range(_TRIES))
        ours = seconds(text(shape, MEGABYTE))
        yield Result(f"read a megabyte: {shape}", ours * 1000, floor * 1000, "ms", "ten tenths", 2.0)


if __name__ == "__main__":
    for result in run():
        print(result.line())
