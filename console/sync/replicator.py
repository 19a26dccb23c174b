"""Making the log here and the one on the server equal: what either lacks, and an alarm for what contradicts.

Numbers of the server's rows are a short cut that says where to look. What counts is the head of each incident and
origin, which is compared at connecting and every few minutes.
"""

import selectors
import socket
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol

from console.core.language.times import parse_rfc3339
from console.store import replica, rows
from console.store.log import Log
from console.store.problems import StoreProblem
from console.store.replica import Head, Pair
from console.store.sqlite import sqlite3
from console.sync.incoming import take_over
from console.sync.link import Link, alarm_words, clock_words, overlooked_words
from console.sync.presence import KEEP_S, Other, Present
from console.sync.problem import HostileRows, SyncProblem

if TYPE_CHECKING:
    from console.sync.server import Address, Server

LOOK_S = 5.0
"""Seconds for which the server's notice is trusted to come: a pooler may swallow it."""
COMPARE_S = 180.0
RETRY_S = (0.5, 4.0)
"""The first and the longest pause between two tries to connect."""
RECOUNT_S = 0.5
"""The least seconds between two counts of what is unsent while there is no server."""
NOTE_S = 10.0
"""Seconds between two notes in the file of how much of it the server has."""
BATCH, BATCH_CHARS = 500, 400_000
"""Events, and characters in their texts, that are sent at once: a slow network has a minute for them."""

Tell = Callable[[Link], object]


class Readable(Protocol):
    def fileno(self) -> int: ...


def address_of(text: str) -> "Address":
    """Raises SyncProblem, also where psycopg is not installed."""
    try:
        from console.sync.server import Address
    except ImportError as error:
        raise SyncProblem("Replication needs psycopg; install it with: pip install 'warroom[sync]'.") from error
    return Address.of(text)


def _readable(sources: Sequence[Readable], wait_s: float) -> list[Readable]:
    """Those that have something to read, once one has or the time is over."""
    with selectors.PollSelector() as selector:
        for source in sources:
            selector.register(source.fileno(), selectors.EVENT_READ, source)
        return [key.data for key, _ in selector.select(wait_s)]


class Replicator:
    """One log's way to its server; used in one thread, apart from `wake` and `stop`."""

    def __init__(
        self, log: Log, address: "Address", now: Callable[[], datetime], tell: Tell = lambda link: None, *,
        drills: bool = False, joins: bool = False,
    ) -> None:  # fmt: skip
        """`tell` hears of each change of the link, in the replicator's thread. A log of `drills` joins no other, and
        only one that `joins` is taken to another workspace than before."""
        self._log, self._address, self._now, self._tell = log, address, now, tell
        self._drills, self._joins = drills, joins
        self._server: Server | None = None
        self._known: dict[Pair, Head] = {}
        """The last row that the server has of each origin in each incident."""
        self._equal: dict[Pair, Head] = {}
        """Rows of the server that were found to be the same as here, if with another seal: after an import of an export
        nobody has its writer's."""
        self._alarms: dict[Pair, str] = {}
        self._overlooked: dict[str, str] = {}
        """A sentence about each event that holds what a redaction of somebody else's has erased."""
        self._number: int | None = None
        """The last of the server's numbers that was looked at; None when all heads are to be compared."""
        self._compared_s = 0.0
        self._noted, self._noted_s = log.query(replica.sent_upto), 0.0
        _, self._position = self._noted
        """The server has everything at or before this place in the order of commits."""
        self.present: Present | None = None
        """The console that others are told of; none is where this runs alone. Set from any thread."""
        self.tell_others: Callable[[tuple[Other, ...]], object] = lambda others: None
        """Hears, in the replicator's thread, of consoles on other machines."""
        self.took: Callable[[], object] = lambda: None
        """Called, in the replicator's thread, when something was taken over into the log."""
        self._kept: Present | None = None
        """The presence last sent to the server."""
        self._kept_s = 0.0
        self.link = Link("connecting")
        self.level_at: datetime | None = None
        """When both sides were last found to have all of each other; None before that."""
        self._clock = ""
        """The link's `clock`, at the last connecting."""
        self.workspace = ""
        """Its name, once connected."""
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._stopping = threading.Event()

    def close(self) -> None:
        self._disconnect()
        self._woken.close()
        self._waker.close()

    def wake(self) -> None:
        """Look now: something was written here. Safe in any thread, and in a signal's handler."""
        with suppress(OSError):
            self._waker.send(b".")

    def stop(self) -> None:
        self._stopping.set()
        self.wake()

    def run(self) -> None:
        """Replicate until `stop`; whatever becomes of the server is told and tried again."""
        watcher = self._log.watch(lambda events: self.wake())
        pause_s = 0.0
        try:
            while not self._stopping.is_set():
                try:
                    self.turn()
                    pause_s = 0.0
                    self._rest(LOOK_S)
                except (SyncProblem, StoreProblem) as problem:
                    pause_s = min(max(RETRY_S[0], pause_s * 2), RETRY_S[1])
                    self.lose(problem.reason)
                    self._rest(pause_s)
        finally:
            watcher.stop()
            if self._server is not None and self.present is not None:
                with suppress(SyncProblem):
                    self._server.keep_presence(self.present._replace(person=""))
            with suppress(StoreProblem):
                self._note(now=True)

    def turn(self) -> None:
        """Bring over whatever either side lacks. Raises SyncProblem and StoreProblem."""
        if self._server is None:
            self._server, self._number = self._connected(), None
        began = self._now()
        while self._pull(self._server) or self._push(self._server):
            pass
        if not self._alarms:
            self.level_at = began
        self._note()
        self._keep_presence(self._server)
        self._show("connected")

    def _connected(self) -> "Server":
        from console.sync.server import Server

        server = Server(self._address)
        try:
            self._check(server)
        except SyncProblem:
            server.close()
            raise
        self.workspace = server.workspace
        return server

    def _check(self, server: "Server") -> None:
        """Raises SyncProblem where two logs would become one that have nothing in common."""
        self._clock = clock_words(self._now() - server.now())
        if self._drills and server.has_real_incidents():
            raise SyncProblem(
                "Real incidents stand in that database; drills are joined in another: make one with createdb and "
                "warroom sync init, and name it with --sync."
            )
        before, _ = self._log.query(replica.sent_upto)
        if before and before != server.id and not self._joins:
            there = {incident for incident, _ in server.heads(0, server.last_number())}
            if there and there.isdisjoint(here := self._log.incidents()) and here:
                raise SyncProblem(
                    f"No incident of this log is in the workspace {server.workspace} there, and it was joined with "
                    "another; check the address, or run warroom sync run --once --join to send all of it there."
                )

    def count_missing(self) -> int:
        """Compare, and change nothing; how many events the server has that are not here. Raises StoreProblem.

        Of a server that is out of reach the link says what is known.
        """
        missing = 0
        try:
            with closing(self._connected()) as server, server.snapshot():
                self._known = server.heads(0, server.last_number())
                for incident, wanted in self._wanted(self._known).items():
                    self._compare(server, incident, [origin for origin, oseq in wanted.items() if not oseq])
                    missing += sum(self._lacking((incident, origin)) for origin in wanted)
        except SyncProblem as problem:
            self._show("unreachable", problem.reason)
            return 0
        self._position = self._first_missing()
        self._show("connected")
        return missing

    def _lacking(self, pair: Pair) -> int:
        return max(0, self._known[pair].oseq - self._log.query(partial(replica.last_oseq, pair=pair)))

    def _compare(self, server: "Server", incident: str, origins: Collection[str]) -> None:
        """Of what is on both sides, whether it is the same."""
        here = {origin: self._log.query(partial(replica.last_oseq, pair=(incident, origin))) for origin in origins}
        try:
            there = server.rows(incident, dict.fromkeys(origins, 0)) if any(here.values()) else []
        except HostileRows as hostile:
            self._refuse(incident, {(incident, origin): hostile.reason for origin in origins})
            return
        both = [row for row in there if row.sealed.oseq <= here[row.sealed.origin]]
        self._refuse(incident, take_over(self._log, incident, both, self._now()).refused)

    # From the server

    def _pull(self, server: "Server") -> bool:
        """Take over what is new there; whether there may be more."""
        upto = server.last_number()
        last = self._number
        everything = last is None or upto < last or time.monotonic() > self._compared_s + COMPARE_S
        if upto == last and not everything:
            return False
        with server.snapshot():
            upto = server.last_number()
            heads = server.heads(0 if everything or last is None else last, upto)
            if everything:
                self._known, self._alarms, self._compared_s = {}, {}, time.monotonic()
            self._known |= heads
            for incident, wanted in self._wanted(heads).items():
                self._take(server, incident, wanted)
        self._number = upto
        if everything:
            self._position = self._first_missing()
        return False

    def _wanted(self, heads: Mapping[Pair, Head]) -> dict[str, dict[str, int]]:
        """The rows that have to be read, by incident: the origins, each with the number behind which its rows are."""
        wanted: dict[str, dict[str, int]] = {}
        own = self._log.query(partial(replica.heads, pairs=heads.keys()))
        for pair, head in heads.items():
            if pair in self._alarms or own.get(pair) == head:
                continue
            here = own[pair].oseq if pair in own else 0
            differs = head.oseq <= here and not self._is_known(pair, head)
            if head.oseq > here or differs:
                wanted.setdefault(pair[0], {})[pair[1]] = 0 if differs else here
        return wanted

    def _is_known(self, pair: Pair, head: Head) -> bool:
        """True when the row is the same here, or was found to be the same but for its seal."""
        here = self._log.query(lambda connection: replica.hash_at(connection, pair, head.oseq))
        return head.hash == here or self._equal.get(pair) == head

    def _take(self, server: "Server", incident: str, wanted: dict[str, int]) -> None:
        try:
            there = server.rows(incident, wanted)
            strange = {
                row.sealed.origin
                for row in there
                if row.sealed.oseq == wanted[row.sealed.origin] + 1 > 1
                and not self._is_known(row.pair, Head(row.sealed.oseq - 1, row.prev))
            }
            if strange:
                # They do not follow what is here: all is compared, by content.
                there = server.rows(incident, wanted | dict.fromkeys(strange, 0))
        except HostileRows as hostile:
            self._refuse(incident, {(incident, origin): hostile.reason for origin in wanted})
            return
        refused, overlooked = take_over(self._log, incident, there, self._now())
        self._overlooked |= {each.id: overlooked_words(incident, each.actor, each.occurred_at) for each in overlooked}
        self.took()
        self._refuse(incident, refused)
        # The last one of each pair counts.
        self._equal |= {row.pair: Head(row.sealed.oseq, row.hash) for row in there if row.pair not in refused}

    def _refuse(self, incident: str, refused: Mapping[Pair, str]) -> None:
        self._alarms |= {pair: alarm_words(incident, reason) for pair, reason in refused.items()}

    # To the server

    def _push(self, server: "Server") -> bool:
        """Send a batch of what is new here; whether there may be more."""
        read, position = self._log.query(
            lambda connection: replica.after(connection, self._position, BATCH, BATCH_CHARS)
        )
        unsent = [row for row in read if self._is_unsent(row.pair, row.sealed.oseq) and row.pair not in self._alarms]
        if unsent and not server.push(unsent):
            # Somebody else's row is in the place of one of them.
            self._number = None
        self._known |= {row.pair: Head(row.sealed.oseq, row.hash) for row in unsent}
        self._position = position
        return bool(read)

    def _is_unsent(self, pair: Pair, oseq: int) -> bool:
        known = self._known.get(pair)
        return known is None or oseq > known.oseq

    def _first_missing(self) -> int:
        """The place before the first row that the server lacks; the last place where it has all."""

        def places(connection: sqlite3.Connection) -> int:
            lacking = [
                replica.position_of(connection, pair, (self._known[pair].oseq if pair in self._known else 0) + 1)
                for pair, head in replica.heads(connection).items()
                if self._is_unsent(pair, head.oseq)
            ]
            return min(lacking, default=rows.position(connection) + 1) - 1

        return self._log.query(places)

    # Who is there

    def _keep_presence(self, server: "Server") -> None:
        """Say that the console is there, and hear of the others."""
        present = self.present
        if present is None or (present == self._kept and time.monotonic() < self._kept_s + KEEP_S):
            return
        self._kept, self._kept_s = present, time.monotonic()
        self.tell_others(server.keep_presence(present))

    # What is told

    def _show(self, state: str, problem: str = "") -> None:
        new = self._log.query(lambda connection: replica.moments_after(connection, self._position))
        unsent = [at for pair, oseq, at in new if self._is_unsent(pair, oseq)]
        lost = self.link.since if self.link.state == state and not self.link.unsent else self._now()
        since = parse_rfc3339(min(unsent)) if unsent else lost if state == "unreachable" else None
        alarms = tuple(dict.fromkeys(self._alarms.values()))
        standing = self._log.query(partial(replica.not_erased, ids=self._overlooked)) if self._overlooked else ()
        self._overlooked = {id: words for id, words in self._overlooked.items() if id in standing}
        link = Link(
            "connected" if state == "connected" else "unreachable", len(unsent), since, problem, alarms, self._clock,
            tuple(self._overlooked.values()),
        )  # fmt: skip
        if link != self.link:
            self.link = link
            self._tell(link)

    def lose(self, problem: str) -> None:
        """Give the server up for now, and tell why."""
        self._disconnect()
        with suppress(StoreProblem):
            self._show("unreachable", problem)

    def _disconnect(self) -> None:
        server, self._server, self._kept = self._server, None, None
        if server is not None:
            server.close()
            # Nobody knows any more who is there.
            self.tell_others(())

    def _note(self, *, now: bool = False) -> None:
        """Note in the file what the server has, so that a console without network can count what it has not."""
        if self._server is None or self._alarms:
            return
        sent = self._server.id, self._position
        if sent != self._noted and (now or time.monotonic() > self._noted_s + NOTE_S):
            self._log.transact(lambda connection: replica.note_sent(connection, *sent))
            self._noted, self._noted_s = sent, time.monotonic()

    def _rest(self, pause_s: float) -> None:
        """Wait for the server's notice, for something written here, or so long; without a server to the end."""
        until = time.monotonic() + pause_s
        while not self._stopping.is_set() and (left := until - time.monotonic()) > 0:
            server = self._server
            if server is not None and server.heard():
                return
            readable = _readable([self._woken] if server is None else [self._woken, server], left)
            if self._woken in readable:
                self._woken.recv(4096)
            if server is not None:
                if self._woken in readable or not readable:
                    return
                continue
            # Counted once what was entered is on the screen.
            self._stopping.wait(RECOUNT_S)
            with suppress(StoreProblem):
                self._show("unreachable", self.link.problem)
