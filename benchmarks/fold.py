"""How many events a second the fold takes, with decoding from the log's JSON beside it.

    python benchmarks/fold.py [EVENTS]

The floor is a loop that builds the entries alone and appends them to a list.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from console.core.entries import Entry
from console.core.events import EntryLogged, Event, IncidentDeclared, decode_body, encode_body
from console.core.fold import fold
from console.core.playbook import Playbook
from console.core.playbook_file import read_playbook
from console.resources import resource_path

START = datetime(2026, 1, 1, tzinfo=UTC)


def seconds(work: Callable[[], object]) -> float:
    """The best of five runs."""
    best = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    playbook = read_playbook(resource_path("playbooks/standard.toml").read_text())
    assert isinstance(playbook, Playbook)
    bodies = [EntryLogged("finding", f"error rate {n} % #api", ("api",)) for n in range(count)]
    times = [START + timedelta(seconds=n) for n in range(count + 1)]
    first = Event(
        "e0", "INC-K7Q2", "here", 1, 1, "mo", START, START, IncidentDeclared("t", "SEV1", "declared", playbook)
    )
    events = [first] + [
        Event(f"e{n}", "INC-K7Q2", "here", n + 1, n + 1, "mo", times[n], times[n], bodies[n - 1])
        for n in range(1, count + 1)
    ]

    def floor() -> list[Entry]:
        made: list[Entry] = []
        for event in events:
            body = event.body
            if isinstance(body, EntryLogged):
                made.append(
                    Entry(
                        event.id,
                        body.kind,
                        event.occurred_at,
                        event.recorded_at,
                        event.actor,
                        body.text,
                        body.tags,
                        body.people,
                    )
                )
        return made

    raw = [encode_body(body) for body in bodies]
    folding, building = seconds(lambda: fold("INC-K7Q2", events)), seconds(floor)
    decoding = seconds(lambda: [decode_body("entry_logged", text) for text in raw])
    print(f"fold    {count / folding:12,.0f} events/s")
    print(f"decode  {count / decoding:12,.0f} events/s")
    print(f"floor   {count / building:12,.0f} entries/s; the fold takes {folding / building:.1f} times as long")


if __name__ == "__main__":
    main()
