"""Logs to measure on: always the same incidents, with the mixture of entries that an incident has."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.core.language.times import to_ms
from console.core.log.event import Body, NewEvent
from console.core.log.ids import ALPHABET
from console.core.playbook.model import Playbook
from console.core.playbook.reader import read_playbook
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.entry import EntryLogged
from console.core.subjects.role import RoleAssigned
from console.core.subjects.stage import StageChanged
from console.core.subjects.task import TaskAdded
from console.resources import resource_path
from console.store import Log

KINDS = ("note", "note", "note", "finding", "finding", "action", "action", "decision")
_WORDS = """
error rate latency checkout deploy rolled back replica queue retries cache disk full payment gateway upstream timeout
restarted node primary failover region traffic drained alert paged certificate expired lock migration index vacuum
memory saturated pool connections refused health probe flapping canary flag disabled config
"""
WORDS = tuple(_WORDS.split())
PEOPLE = ("mo", "ana", "rs", "kim", "lee")
AT_ONCE = 5000
"""Events in a transaction."""


def playbook() -> Playbook:
    return read_playbook(resource_path("playbooks/standard.toml").read_text(encoding="utf-8"))


def reference(number: int) -> str:
    """INC-0000, INC-0001, …: the number in the references' own alphabet."""
    digits = ""
    for _ in range(4):
        number, digit = divmod(number, 32)
        digits = ALPHABET[digit] + digits
    return f"INC-{digits}"


def sentence(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(3, 16)))


def incident(ref: str, events: int, *, open: bool, declared: datetime, over: timedelta) -> Iterator[NewEvent]:
    """One incident's events: declaration, commander, entries spread over a time, and its end unless it is open."""
    rng = random.Random(ref)
    book = playbook()
    opening: list[Body] = [
        IncidentDeclared(f"{sentence(rng).capitalize()}", rng.choice(("SEV1", "SEV2", "SEV3")), "declared", book),
        RoleAssigned("ic", rng.choice(PEOPLE)),
        StageChanged("mitigating"),
        *(EntryLogged("hypothesis", sentence(rng)) for _ in range(5)),
        *(TaskAdded(sentence(rng), owner=rng.choice(PEOPLE)) for _ in range(5)),
    ]
    count = max(0, events - len(opening) - (not open))
    entries = (
        EntryLogged(rng.choice(KINDS), sentence(rng), tags=rng.choice(((), (), ("db",), ("api",))))
        for _ in range(count)
    )
    closing = [] if open else [StageChanged("closed")]
    for number, body in enumerate((*opening, *entries, *closing)):
        at = to_ms(declared + over * number / max(1, events))
        yield NewEvent(f"{ref}-{number}".lower(), ref, rng.choice(PEOPLE), at, at, body)


def append(log: Log, events: Iterator[NewEvent]) -> None:
    """Write events, many in a transaction."""
    batch: list[NewEvent] = []
    for event in events:
        batch.append(event)
        if len(batch) == AT_ONCE:
            log.append(batch)
            batch = []
    if batch:
        log.append(batch)


def build(path: Path, *, incidents: int, events: int, open: int) -> None:
    """A log of so many incidents and events in all; the last `open` of the incidents are open, an hour old and less."""
    now = datetime.now(UTC)
    with Log.open(path) as log:

        def every() -> Iterator[NewEvent]:
            for number in range(incidents):
                is_open = number >= incidents - open
                left = incidents - number
                declared = now - (timedelta(minutes=2 * left) if is_open else timedelta(days=left))
                over = timedelta(minutes=1) if is_open else timedelta(hours=3)
                yield from incident(reference(number), events // incidents, open=is_open, declared=declared, over=over)

        append(log, every())
