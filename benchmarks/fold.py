"""Events a second that the fold takes; goals: 300,000 of entries, 100,000 of a mix in which much names earlier events.

`python -m benchmarks.fold`. The floor of an entry is a loop that builds the entries alone and appends them to a list;
that of a long mix are ten logs of a tenth of it. Decoding from the log's JSON stands beside them.
"""

import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from benchmarks.making import playbook
from benchmarks.result import Result
from console.core.log.codec import decode_body, encode_body
from console.core.log.entries import Entry
from console.core.log.event import Body, Event
from console.core.log.fold import fold
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.entry import EntryCorrected, EntryLogged
from console.core.subjects.task import TaskAdded, TaskDone
from console.core.subjects.tick import ItemTicked
from console.core.subjects.undo import EntryUndone

START = datetime(2026, 1, 1, tzinfo=UTC)
REF = "INC-K7Q2"
COUNT = 100_000
RUNS = 5
GOAL = 300_000
"""Entries a second."""
GOAL_OF_MIX = 100_000
"""Events a second."""
TENTHS = 10
GOAL_OF_TENFOLD = 1.2
"""Times what ten tenths of the mix take; with a cost that grows as the square of the log it would be ten."""


def seconds(*works: Callable[[], object]) -> list[float]:
    """Of processor time, which other work on the machine does not count in; of each the best of five runs.

    Several are run in turns, so that a busy machine is as busy for each.
    """
    return [min(taken) for taken in zip(*([_once(work) for work in works] for _ in range(RUNS)), strict=True)]


def _once(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def recorded(bodies: Sequence[Body]) -> list[Event]:
    """The declaration, and the bodies after it; their ids are e2, e3, …"""
    declared = IncidentDeclared("t", "SEV1", "declared", playbook())
    return [
        Event(f"e{n}", REF, "here", n, n, "mo", at, at, body)
        for n, body in enumerate((declared, *bodies), 1)
        for at in (START + timedelta(seconds=n),)
    ]


def mixed(count: int, seed: int = 1) -> list[Body]:
    """Entries, and among them (37 of 100) tasks, their ends, ticks, corrections and undos, the same for each seed."""
    rng = random.Random(seed)
    bodies: list[Body] = []
    tasks: list[str] = []
    entries: list[str] = []
    ticked: dict[str, str] = {}
    for number in range(2, count + 2):
        share = rng.random()
        if share < 0.12:
            tasks.append(f"e{number}")
            bodies.append(TaskAdded("look at the replica", owner="rs"))
        elif share < 0.20 and tasks:
            bodies.append(TaskDone(rng.choice(tasks)))
        elif share < 0.28:
            # As a console writes it: each names the one before that it replaces.
            item = f"closing/{rng.randint(1, 40)}"
            bodies.append(ItemTicked(item, "tell support", rng.random() < 0.7, replaces=ticked.get(item, "")))
            ticked[item] = f"e{number}"
        elif share < 0.33 and entries:
            bodies.append(EntryCorrected(rng.choice(entries[-500:]), text="error rate 3 %"))
        elif share < 0.37 and entries:
            bodies.append(EntryUndone(rng.choice(entries[-500:] + tasks[-50:])))
        else:
            entries.append(f"e{number}")
            bodies.append(EntryLogged("finding", f"error rate {number} %", ("api",)))
    return bodies


def of_entries() -> list[Result]:
    bodies = [EntryLogged("finding", f"error rate {n} % #api", ("api",)) for n in range(COUNT)]
    events = recorded(bodies)

    def floor() -> list[Entry]:
        made: list[Entry] = []
        for event in events:
            body = event.body
            if isinstance(body, EntryLogged):
                made.append(
                    Entry(
                        event.id, body.kind, event.occurred_at, event.recorded_at, event.actor, body.text, body.tags,
                        body.people,
                    )
                )  # fmt: skip
        return made

    raw = [encode_body(body) for body in bodies]
    building, folding, decoding = (
        taken / COUNT * 1e6
        for taken in seconds(
            floor, lambda: fold(REF, events), lambda: [decode_body("entry_logged", text) for text in raw]
        )
    )
    return [
        Result(f"fold, an entry ({1e6 / folding:,.0f} a second)", folding, 1e6 / GOAL, "µs", f"{GOAL:,} a second", 1.0),
        Result("fold, an entry", folding, building, "µs", "building its entry alone"),
        Result("decoding an event's body", decoding, building, "µs", "building its entry alone"),
    ]


def of_mix() -> list[Result]:
    # Ten different ones: one that is folded again and again lies in the processor's cache.
    tenths, whole = [recorded(mixed(COUNT // TENTHS, seed)) for seed in range(TENTHS)], recorded(mixed(COUNT))
    shorter, longer = seconds(lambda: [fold(REF, tenth) for tenth in tenths], lambda: fold(REF, whole))
    each, allowed = longer / COUNT * 1e6, 1e6 / GOAL_OF_MIX
    named = f"fold of a mix, an event ({COUNT / longer:,.0f} a second)"
    against = f"ten of {COUNT // TENTHS:,}"
    return [
        Result(named, each, allowed, "µs", f"{GOAL_OF_MIX:,} a second", 1.0),
        Result(f"fold of a mix of {COUNT:,}", longer * 1000, shorter * 1000, "ms", against, GOAL_OF_TENFOLD),
    ]


def run() -> list[Result]:
    return [*of_entries(), *of_mix()]


if __name__ == "__main__":
    for result in run():
        print(result.line())
