"""An undo, a correction and a late arrival among the last 1,000 of 100,000 entries, and an undo of an old one.

Goals: what reaches back no farther than that takes the screen's thread at most 20 ms of processor time. The fold of an
old one runs in another thread; a keystroke's p99 meanwhile: at most 1.2× of the same without.

`python -m benchmarks.taking_back`. Each is decided, committed to the file and folded in. The floor is a plain entry,
taken in turns with them; that of a plain entry is the commit of one alone.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks import making
from benchmarks.result import Result
from benchmarks.room import LONG, REF, both, letters, typed
from benchmarks.terminal import console
from console.core.log.event import Event, NewEvent
from console.core.subjects.entry import CorrectEntry, EntryLogged, LogEntry
from console.core.subjects.undo import EntryUndone, Undo
from console.store import rows
from console.store.ledger import Ledger
from console.store.log import Log

BACK = 900
"""Entries behind the first one that is taken back; with what is written meanwhile it stays within the last 1,000."""
ROUNDS = 20
OPENINGS = 5
OLD = 500
"""The entry that is taken back long after."""
GOAL_MS = 20.0
"""Of processor time; other work on the machine and a slow disk do not count in it."""
HEARD_S = 0.2
"""From the commit until another console has begun to fold it."""
LINES = 20
"""Words that are typed while an old undo is folded."""


class Cost(NamedTuple):
    """Milliseconds: by the clock, and those that this thread had the processor."""

    passed: float
    processor: float


def cost(work: Callable[[], object]) -> Cost:
    begin, processor = time.perf_counter(), time.thread_time()
    work()
    return Cost((time.perf_counter() - begin) * 1000, (time.thread_time() - processor) * 1000)


def typical(costs: list[Cost]) -> Cost:
    """The medians."""
    return Cost(median(cost.passed for cost in costs), median(cost.processor for cost in costs))


def ledger_on(log: Log) -> Ledger:
    return Ledger(log, actor="mo", clock=lambda: datetime.now(UTC))


def arrive(ledger: Ledger, event: Event) -> None:
    """Take over what another console wrote, as the watch of the file does."""
    position = ledger.log.position()
    ledger.log.import_events([event])
    ledger.absorb(ledger.log.query(lambda connection: rows.since(connection, position))[0])


def written(db: Path) -> list[Event]:
    """A long incident in a file, and entries that another file wrote into it 900 entries ago."""
    making.build(db, incidents=1, events=LONG - BACK, open=1)
    now = datetime.now(UTC)
    with Log.open(db.with_name("another.db")) as another:
        late = another.append(
            [NewEvent(f"late-{n}", REF, "ana", now, now, EntryLogged("note", f"late {n}")) for n in range(ROUNDS)]
        )
    with Log.open(db) as log:
        recent = (NewEvent(f"recent-{n}", REF, "mo", now, now, EntryLogged("note", f"line {n}")) for n in range(BACK))
        making.append(log, recent)
        # Kept beside the log, for whoever opens the file after this.
        ledger_on(log).state(REF)
    return late


def recent_ones(ledger: Ledger, late: list[Event]) -> dict[str, list[Cost]]:
    """The costs of each act, of a plain entry, and of the commit of one alone, all in turns."""
    taken: dict[str, list[Cost]] = {"commit": [], "entry": [], "undo": [], "correction": [], "late arrival": []}
    for number, event in enumerate(late):
        now = ledger.now()
        bare = NewEvent(f"bare-{number}", making.reference(1), "mo", now, now, EntryLogged("note", f"line {number}"))
        undo = Undo(actor="mo", entry=f"recent-{number}")
        correction = CorrectEntry(actor="mo", entry=f"recent-{ROUNDS + number}", text=f"line {number}, corrected")
        entry = LogEntry(actor="mo", text=f"plain {number}")
        taken["commit"].append(cost(partial(ledger.log.append, [bare])))
        taken["entry"].append(cost(partial(ledger.execute, REF, entry)))
        taken["undo"].append(cost(partial(ledger.execute, REF, undo)))
        taken["correction"].append(cost(partial(ledger.execute, REF, correction)))
        taken["late arrival"].append(cost(partial(arrive, ledger, event)))
    return taken


def after_opening(db: Path) -> list[Cost]:
    """The costs of the first undo, each on a file that was opened anew."""
    taken = []
    for number in range(OPENINGS):
        with Log.open(db) as log:
            ledger = ledger_on(log)
            ledger.state(REF)
            undo = Undo(actor="mo", entry=f"recent-{2 * ROUNDS + number}")
            taken.append(cost(partial(ledger.execute, REF, undo)))
    return taken


def old_ones(ledger: Ledger) -> tuple[list[Cost], list[Cost]]:
    """The costs of an undo of an old entry, and of reading the log's events alone."""
    taken, reading = [], []
    for number in range(3):
        taken.append(cost(partial(ledger.execute, REF, Undo(actor="mo", entry=old(number)))))
        reading.append(cost(partial(ledger.log.events, REF)))
    return taken, reading


def old(number: int) -> str:
    """The id of an old entry."""
    return f"{REF}-{OLD + number}".lower()


def keystrokes(db: Path, fold_s: float) -> tuple[list[float], list[float]]:
    """Seconds from keystroke to painted while an old undo is folded, and in turns with those, while nothing is.

    `fold_s` is about how long that takes.
    """
    during, without = [], []
    words = map(letters, count())
    with console(db, REF) as room, Log.open(db) as log:
        room.until("What happened?", "OWED")
        room.rest(0.3)
        for number in range(LINES):
            now = datetime.now(UTC)
            without += typed(room, next(words))
            room.send("\x15")
            room.rest(0.3)
            log.append([NewEvent(f"old-{number}", REF, "ana", now, now, EntryUndone(old(100 + number)))])
            room.runs(HEARD_S)
            during += typed(room, next(words))
            room.runs(2 * fold_s)
            room.send("\x15")
            room.rest(0.3)
    return during, without


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "long.db"
        late = written(db)
        opened = after_opening(db)
        with Log.open(db) as log:
            ledger = ledger_on(log)
            recent = recent_ones(ledger, late)
            refolds, reading = old_ones(ledger)
        refold = typical(refolds).passed
        during, without = keystrokes(db, refold / 1000)
    entry = typical(recent["entry"]).passed
    acts = {act: typical(recent[act]) for act in ("undo", "correction", "late arrival")}
    acts["first undo after opening"] = typical(opened)
    commit, events = typical(recent["commit"]).passed, typical(reading).passed
    return [
        Result(f"entry, {LONG:,} entries", entry, commit, "ms", "its commit alone"),
        *(Result(f"{act}, {LONG:,} entries", took.passed, entry, "ms", "a plain entry") for act, took in acts.items()),
        *(Result(f"{act}, with its commit", took.passed, GOAL_MS, "ms", "goal", 1.0) for act, took in acts.items()),
        Result(f"undo of entry {OLD} of {LONG:,}, the whole fold", refold, events, "ms", "reading the events"),
        *both("keystroke to painted while an old undo is folded", during, without, "without it", 1.2),
    ]


if __name__ == "__main__":
    for result in run():
        print(result.line())
