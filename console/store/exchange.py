"""Taking over events that another file wrote, exactly as it wrote them."""

from collections.abc import Sequence

from msgspec.structs import replace

from console.core.log.codec import kind_of
from console.core.log.event import Event
from console.core.subjects.undo import EntryRedacted
from console.store import redact, rows
from console.store.problems import StoreProblem
from console.store.sqlite import sqlite3


def import_into(connection: sqlite3.Connection, events: Sequence[Event]) -> list[tuple[int, Event]]:
    """Write the events that are not here yet, with their own origin, sequence and clock; gives those, with rows.

    The chain of each origin is sealed anew here, because salts are never exported.
    """
    written: list[tuple[int, Event]] = []
    redacted = {id for incident in {event.incident for event in events} for _, id in redact.named(connection, incident)}
    redacted |= {id for event in events if isinstance(event.body, EntryRedacted) for id in event.body.erased}
    for event in sorted(events, key=lambda each: (each.incident, each.origin, each.oseq)):
        known = rows.find(connection, event.id)
        if known is not None:
            if not _same(known, event, event.id in redacted):
                raise StoreProblem(f"The entry {event.id} of {event.incident} is here with another content.")
            continue
        oseq, hlc, prev = rows.last_of(connection, event.incident, event.origin)
        if event.oseq <= oseq:
            raise StoreProblem(f"Another entry stands here in the place of {event.id} of {event.incident}.")
        if event.oseq != oseq + 1:
            raise StoreProblem(
                f"Entries {oseq + 1} to {event.oseq - 1} that {event.origin} wrote in {event.incident} are missing;"
                " import an export that has them."
            )
        if event.hlc <= hlc:
            raise StoreProblem(f"The entry {event.id} of {event.incident} stands before one that it follows.")
        n, _ = rows.insert(connection, event, prev)
        written.append((n, event))
    for incident in {event.incident for event in events}:
        redact.erase_named(connection, incident)
    return written


def _same(here: Event, there: Event, redacted: bool) -> bool:
    """Two records are one event; `redacted` where either body may have been erased."""
    if redacted and kind_of(here.body) == kind_of(there.body):
        there = replace(there, body=here.body)
    return here == there
