"""Rows of the server into the log, by the way of every import: checked each by itself, then against what is here."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec

from console.core.language.times import rfc3339
from console.core.log.codec import neutral
from console.core.log.event import Event
from console.core.refusal import Refused
from console.export.json.archive import Record, check_readable, event_of
from console.store import chain
from console.store.exchange import Contradiction
from console.store.log import Log
from console.store.redact import Overlooked, overlooked
from console.store.replica import Pair, Row
from console.sync.problem import HostileRows

AT_ONCE = 200
"""Rows of one transaction: some 30 ms, for which a line that is entered meanwhile waits."""


class Arrival(NamedTuple):
    event: Event
    seal: chain.Seal

    @property
    def pair(self) -> Pair:
        return self.event.incident, self.event.origin


def arrival(row: Row) -> Arrival:
    """The event of a row that a console has written just so. Raises HostileRows."""
    sealed = row.sealed
    if chain.hash_of(sealed, row.prev) != row.hash:
        raise HostileRows(f"has a changed entry {sealed.oseq} on the server")
    if row.salt is not None and chain.digest_of(row.salt, row.body) != sealed.digest:
        raise HostileRows(f"has a changed text in entry {sealed.oseq} on the server")
    fields = {name: getattr(sealed, name) for name in Record.__struct_fields__ if name != "body"}
    try:
        event = event_of(msgspec.convert({**fields, "body": msgspec.Raw(row.body.encode())}, Record), row.body)
        body = msgspec.json.decode(row.body)
    except (msgspec.MsgspecError, Refused, OverflowError, RecursionError, UnicodeError) as error:
        raise HostileRows(f"has an entry {sealed.oseq} on the server that no console wrote") from error
    from_body = (event.actor, rfc3339(event.occurred_at), rfc3339(event.recorded_at))
    if from_body != (sealed.actor, sealed.occurred_at, sealed.recorded_at) or neutral(body) != body:
        raise HostileRows(f"has an entry {sealed.oseq} on the server with text that no console writes")
    return Arrival(event, chain.Seal(sealed.v, row.body, row.salt, sealed.digest))


class Outcome(NamedTuple):
    refused: dict[Pair, str]
    """Why nothing more of a pair was written; of all others everything was."""
    overlooked: list[Overlooked]
    """Events with words that redactions among the rows have erased elsewhere."""


def take_over(log: Log, ref: str, rows: Sequence[Row], now: datetime) -> Outcome:
    """Write an incident's rows that are not here, which come in the log's order."""
    refused: dict[Pair, str] = {}
    missed: list[Overlooked] = []
    arrivals: list[Arrival] = []
    for row in rows:
        try:
            arrivals.append(arrival(row))
        except HostileRows as hostile:
            refused.setdefault(row.pair, hostile.reason)
    # What was erased is whole only together with its redaction.
    erased = any(each.seal.salt is None for each in arrivals)
    size = len(arrivals) if erased else AT_ONCE
    for begin in range(0, len(arrivals), max(size, 1)):
        part = arrivals[begin : begin + size]
        while left := [each for each in part if each.pair not in refused]:
            try:
                _check_playbooks(log, ref, left, now)
                seals = {each.event.id: each.seal for each in left}
                events = [each.event for each in left]
                standing = log.query(partial(overlooked, incident=ref, arriving=events))
                log.import_events(events, seals, at=now)
                missed += standing
                break
            except Contradiction as contradiction:
                refused[left[contradiction.place].pair] = f"is not the same on the server: {contradiction.cause}"
            except _Unreadable as unreadable:
                refused |= dict.fromkeys(unreadable.pairs, "has a playbook with impossible numbers on the server")
    return Outcome(refused, missed)


class _Unreadable(Exception):
    def __init__(self, pairs: Iterable[Pair]) -> None:
        super().__init__()
        self.pairs = pairs


def _check_playbooks(log: Log, ref: str, arrivals: Sequence[Arrival], now: datetime) -> None:
    """Fold the incident on trial where a playbook comes: only that has numbers by which clocks may overflow."""
    bearing = [each for each in arrivals if getattr(each.event.body, "playbook", None) is not None]
    if bearing:
        try:
            check_readable(ref, [*log.events(ref), *(each.event for each in arrivals)], now)
        except Refused:
            raise _Unreadable([each.pair for each in bearing]) from None
