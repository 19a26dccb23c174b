"""Events a second that the fold takes; goal: at least 300,000. Decoding from the log's JSON stands beside it.

`python -m benchmarks.fold`. The floor is a loop that builds the entries alone and appends them to a list.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from benchmarks.making import playbook
from benchmarks.result import Result
from console.core.log.codec import decode_body, encode_body
from console.core.log.entries import Entry
from console.core.log.event import Event
from console.core.log.fold import fold
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.entry import EntryLogged

START = datetime(2026, 1, 1, tzinfo=UTC)
COUNT = 100_000
GOAL = 300_000
"""Events a second."""


def seconds(work: Callable[[], object]) -> float:
    """The best of five runs."""
    best = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def run() -> list[Result]:
    bodies = [EntryLogged("finding", f"error rate {n} % #api", ("api",)) for n in range(COUNT)]
    declared = IncidentDeclared("t", "SEV1", "declared", playbook())
    events = [Event("e0", "INC-K7Q2", "here", 1, 1, "mo", START, START, declared)]
    for n, body in enumerate(bodies, 2):
        at = START + timedelta(seconds=n)
        events.append(Event(f"e{n}", "INC-K7Q2", "here", n, n, "mo", at, at, body))

    def floor() -> list[Entry]:
        made: list[Entry] = []
        for one in events:
            what = one.body
            if isinstance(what, EntryLogged):
                made.append(
                    Entry(
                        one.id, what.kind, one.occurred_at, one.recorded_at, one.actor, what.text, what.tags,
                        what.people,
                    )
                )  # fmt: skip
        return made

    raw = [encode_body(body) for body in bodies]
    building = seconds(floor) / COUNT * 1e6
    folding = seconds(lambda: fold("INC-K7Q2", events)) / COUNT * 1e6
    decoding = seconds(lambda: [decode_body("entry_logged", text) for text in raw]) / COUNT * 1e6
    allowed = 1e6 / GOAL
    return [
        Result(f"fold, an event ({1e6 / folding:,.0f} a second)", folding, allowed, "µs", f"{GOAL:,} a second", 1.0),
        Result("fold, an event", folding, building, "µs", "building its entry alone"),
        Result("decoding an event's body", decoding, building, "µs", "building its entry alone"),
    ]


if __name__ == "__main__":
    for one in run():
        print(one.line())
