"""The sender's hand on the outbox: the lease, claiming a message before its request, and writing down its end.

Each method is one transaction. A message is changed only while it stands as the sender has seen it, so that of two
senders one is told no.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from console.core.language.times import rfc3339
from console.store.log import Log
from console.store.outbox import tables
from console.store.outbox.message import Message, Placed, PlacedPart, State
from console.store.outbox.shared import HOLDS, Written, is_shared, is_taken, report
from console.store.rows import moment_in
from console.store.sqlite import sqlite3

LEASE = timedelta(seconds=60)
"""A sender that has not renewed its lease for so long may be replaced."""
MAX_AHEAD = timedelta(hours=2)
"""A moment further ahead than anything here is ever put off means that the clock was set back."""


class Settled(msgspec.Struct, frozen=True):
    """The outcome of a try; for `done`, and where some recipients have it, with the target's ids of the message."""

    state: State
    note: str = ""
    due_at: datetime | None = None
    """When it is looked at again; None: now."""
    remote: str = ""
    update: str = ""
    looks: int = 0
    stays: bool = False
    """The note is shown with a message that is done, too."""


class Dispatch:
    """The hand on the tables of the sender `holder` to one target. Every method raises StoreProblem as the log does."""

    def __init__(self, log: Log, holder: str, target: str) -> None:
        self._log, self._holder, self._target = log, holder, target
        self._lease = f"sender {target}"

    def take_lease(self, now: datetime, alive: Callable[[str], bool | None]) -> str:
        """Become the sender, or stay it; empty when that is so, else the name of who is.

        A lease that ran out may be taken, and one of a process that is known to have ended (`alive` gives False).
        """
        other = self._log.query(self._lease_holder)
        ended = bool(other) and other != self._holder and alive(other) is False

        def job(connection: sqlite3.Connection) -> str:
            row = connection.execute("SELECT holder, until FROM lease WHERE name = ?", (self._lease,)).fetchone()
            taken = row is not None and row[0] != self._holder and not (ended and row[0] == other)
            until = moment_in(row[1]) if taken else None
            if until is not None and now < until <= now + MAX_AHEAD:
                return str(row[0])
            self._renew(connection, now)
            return ""

        return self._log.transact(job)

    def give_up_lease(self) -> None:
        self._log.change("DELETE FROM lease WHERE name = ? AND holder = ?", self._lease, self._holder)

    def heads(self) -> list[Message]:
        """The target's first unfinished message of each incident, in the order in which they are due."""
        return [message for message in self._log.query(tables.heads) if message.target == self._target]

    def placed(self, message: Message) -> Placed:
        return self._log.query(lambda connection: tables.placed(connection, message.incident, message.target))

    def first_with(self, incident: str, theirs: str) -> str:
        """Another incident that has the target's incident in truth, see `incident_with`; empty where none has."""
        return self._log.query(lambda connection: tables.incident_with(connection, self._target, theirs, incident))

    def all_finished(self, incident: str, target: str) -> list[Message]:
        """The incident's messages to the target, in their order, when nothing is on its way; else none."""
        where = "incident = ? AND target = ?"
        messages = self._log.query(lambda connection: tables.in_order(connection, incident, where, (incident, target)))
        return messages if all(message.finished for message in messages) else []

    def earlier(self, message: Message) -> list[Message]:
        """The messages before it to the same target of the same incident, in their order."""
        where, values = (
            "incident = ? AND target = ? AND n < ? ORDER BY n",
            (message.incident, message.target, message.n),
        )
        return self._log.query(lambda connection: tables.rows(connection, where, values))

    def places(self) -> list[str]:
        """Every incident of which something was published there."""
        sql = "SELECT incident FROM published WHERE remote <> '' AND target = ? ORDER BY incident"
        return [incident for (incident,) in self._log.select(sql, self._target)]

    def may_be_taken(self, message: Message, now: datetime, *, replicated: bool) -> bool:
        """Another file may have taken the message over, which is not known here: it has it, and it has waited."""
        event = self._log.event(message.event)
        if event is not None and event.origin == self._log.origin and now - event.recorded_at <= HOLDS:
            return False
        return replicated or self._log.query(
            lambda connection: is_shared(connection, self._log.origin, message.incident)
        )

    def is_taken(self, message: Message) -> bool:
        return self._log.query(lambda connection: is_taken(connection, self._log.origin, message))

    def claim(self, message: Message, now: datetime) -> Message | None:
        """Begin a try: the message is `sending`, on the disk, before its request.

        None when the lease was lost, or the message is no longer as it was seen, or no longer the first.
        """

        at = rfc3339(now)

        def job(connection: sqlite3.Connection) -> Message | None:
            if self._lease_holder(connection) != self._holder:
                return None
            changed = connection.execute(
                "UPDATE outbox SET state = 'sending', attempts = attempts + 1, looks = 0, tried_at = ?3, due_at = ?3,"
                " holder = ?4, note = '' WHERE id = ?1 AND state = ?2 AND attempts = ?5 AND looks = ?6 AND payload = ?7"
                " AND n = (SELECT min(n) FROM outbox AS other WHERE other.incident = outbox.incident"
                " AND other.target = outbox.target AND other.state NOT IN ('done', 'dropped'))",
                (message.id, message.state, at, self._holder, message.attempts, message.looks, message.payload),
            )
            if not changed.rowcount:
                return None
            self._renew(connection, now)
            tables.record(connection, message.id, "sending", at, "")
            return tables.find(connection, message.id)

        return self._log.transact(job)

    def settle(self, message: Message, now: datetime, end: Settled) -> bool:
        """Write down how a try or a look ended; False when the message has moved on meanwhile.

        That a message has reached the page is true whatever else was thought of it meanwhile, and is always kept.
        """

        def job(connection: sqlite3.Connection) -> tuple[bool, Written]:
            return written_down(connection), report(connection, self._log.origin, message.id, now)

        def written_down(connection: sqlite3.Connection) -> bool:
            if self._lease_holder(connection) == self._holder:
                self._renew(connection, now)
            current = tables.find(connection, message.id)
            assert current is not None, "a message is never deleted"
            same = (current.state, current.attempts, current.looks) == (message.state, message.attempts, message.looks)
            if end.state == "done":
                if current.state == "done":
                    return False
                remote = tables.with_downs(connection, message, end.remote)
                tables.arrived(
                    connection, message, remote, end.update, rfc3339(now), end.note, end.note if end.stays else ""
                )
                return same
            if not same:
                return False
            at = rfc3339(end.due_at or now)
            connection.execute(
                "UPDATE outbox SET state = ?, due_at = ?, note = ?, looks = ?, remote = coalesce(?, remote)"
                " WHERE id = ?",
                (end.state, at, end.note, end.looks, end.remote or None, message.id),
            )
            tables.record(connection, message.id, end.state, rfc3339(now), end.note)
            return True

        return self._log.transact_written(job)

    def note(self, message: Message, note: str) -> None:
        """Note why a message waits, where nothing else of it changes."""
        if message.note != note:
            self._log.change("UPDATE outbox SET note = ? WHERE id = ? AND state = ?", note, message.id, message.state)

    def add_parts(self, message: Message, parts: tuple[PlacedPart, ...]) -> None:
        """Keep the components that a message is about to change for the first time, as they were read before."""

        def job(connection: sqlite3.Connection) -> None:
            before = tables.placed(connection, message.incident, message.target)
            known = {part.id for part in before.parts}
            new = tuple(part for part in parts if part.id not in known)
            if new:
                after = msgspec.structs.replace(before, parts=(*before.parts, *new))
                tables.place(connection, message.incident, message.target, after)

        self._log.transact(job)

    def differs(self, incident: str, target: str, how: str, now: datetime) -> None:
        """Keep how the page differs from what we published; empty when it does not."""
        sql = "UPDATE published SET differs = ?, read_at = ? WHERE incident = ? AND target = ?"
        self._log.change(sql, how, rfc3339(now), incident, target)

    def free_at(self, key: str, now: datetime) -> datetime:
        """From when on a request may be made under a key; not before now."""
        held = self._log.select("SELECT free_at FROM pace WHERE key = ?", key)
        return max((free for (text,) in held if (free := moment_in(text) or now) <= now + MAX_AHEAD), default=now)

    def take_turn(self, key: str, now: datetime, pace: timedelta) -> datetime:
        """The moment from which a request may be made under a key, at which nobody else may then make one."""

        def job(connection: sqlite3.Connection) -> datetime:
            row = connection.execute("SELECT free_at FROM pace WHERE key = ?", (key,)).fetchone()
            held = (moment_in(row[0]) if row else None) or now
            turn = held if now < held <= now + MAX_AHEAD else now
            connection.execute("REPLACE INTO pace(key, free_at) VALUES(?, ?)", (key, rfc3339(turn + pace)))
            return turn

        return self._log.transact(job)

    def hold(self, key: str, until: datetime) -> None:
        """Let no request under this key be made before a moment, by whichever process."""
        self._log.change("REPLACE INTO pace(key, free_at) VALUES(?, ?)", key, rfc3339(until))

    def _renew(self, connection: sqlite3.Connection, now: datetime) -> None:
        connection.execute(
            "REPLACE INTO lease(name, holder, until) VALUES(?, ?, ?)", (self._lease, self._holder, rfc3339(now + LEASE))
        )

    def _lease_holder(self, connection: sqlite3.Connection) -> str:
        row = connection.execute("SELECT holder FROM lease WHERE name = ?", (self._lease,)).fetchone()
        return "" if row is None else str(row[0])


def targets_with_messages(log: Log) -> tuple[str, ...]:
    """Every target to which something of this file went or is to go. Raises StoreProblem."""
    return tuple(target for (target,) in log.select("SELECT DISTINCT target FROM outbox ORDER BY target"))
