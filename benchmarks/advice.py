"""Advice on a long log, against that on a log of the size that it looks back on; goal: at most 3×.

`python -m benchmarks.advice`. Only the tail of the log is read, so its length must not count.
"""

import time
from datetime import UTC, datetime, timedelta

from benchmarks.making import playbook
from benchmarks.result import Result
from console.core.advice.facts import BACK_ENTRIES
from console.core.advice.rules import all_nudges
from console.core.log.event import Body, Event
from console.core.log.fold import fold
from console.core.log.state import Incident
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.entry import EntryLogged

START = datetime(2026, 1, 1, tzinfo=UTC)
TIMES_LONGER = 30
GOAL = 3.0


def incident(entries: int) -> Incident:
    """The same note once a second."""
    bodies: list[Body] = [IncidentDeclared("t", "SEV1", "declared", playbook())]
    bodies += [EntryLogged("note", f"line {n}: latency of the gateway is at 300 ms") for n in range(entries)]
    moments = [START + timedelta(seconds=n) for n in range(len(bodies))]
    return fold(
        "INC-K7Q2",
        [
            Event(f"e{n}", "INC-K7Q2", "here", n, n, "al", at, at, body)
            for n, (at, body) in enumerate(zip(moments, bodies, strict=True), 1)
        ],
    )


def cost(entries: int) -> float:
    """Seconds; the best of twenty looks."""
    state, now = incident(entries), START + timedelta(seconds=entries)
    best = float("inf")
    for _ in range(20):
        begin = time.perf_counter()
        all_nudges(state, now)
        best = min(best, time.perf_counter() - begin)
    return best


def run() -> list[Result]:
    longer = TIMES_LONGER * BACK_ENTRIES
    ours, floor = cost(longer) * 1e6, cost(BACK_ENTRIES) * 1e6
    return [Result(f"advice on {longer:,} entries", ours, floor, "µs", f"on {BACK_ENTRIES:,}", GOAL)]


if __name__ == "__main__":
    for result in run():
        print(result.line())
