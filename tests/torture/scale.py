"""`python -m tests.torture scale [CONSOLES TEAMS SECONDS]`: what a server has to do for 1,000 consoles in 100 teams.

Each console is a log of its own (in memory, so that the server has the disk to itself) with the real replicator and a
connection of its own, all in this one process and thread. Their delays are therefore those of a thousand consoles that
wait for each other, and only the server's figures are those of a real room. It prints what the server takes at rest and
at some rates of entries, how long an entry takes to the others of its team, and bytes. Linux only.
"""

import os
import random
import selectors
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console.core.log.event import Event, NewEvent
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import EntryLogged
from console.store.ledger import Ledger
from console.store.log import Log
from console.sync.presence import Present
from console.sync.replicator import LOOK_S, Replicator, address_of
from console.sync.server import Server
from tests.app.driver import standard_playbook
from tests.sync.postgres import Postgres

RATES = (1, 10, 50)
"""Entries a second, of all teams together."""
SOME = 20
"""Consoles that look by themselves before it is asked again who was told something."""
TICKS_S = os.sysconf("SC_CLK_TCK")
WORDS = [
    "checkout",
    "error",
    "rate",
    "pool",
    "database",
    "rolled",
    "back",
    "deploy",
    "region",
    "latency",
    "queue",
    "primary",
    "replica",
    "traffic",
]


def now() -> datetime:
    return datetime.now(UTC)


class Timed(Log):
    """Notes when each entry arrives from the server."""

    arrivals: list[tuple[str, float]] = []

    def import_events(self, events: Sequence[Event], *rest: Any, **more: Any) -> int:
        count = super().import_events(events, *rest, **more)
        at = time.monotonic()
        self.arrivals += [(event.id, at) for event in events]
        return count


class Console:
    """A log with its replicator, whose turns are taken for it: its own thread would share one interpreter with all."""

    def __init__(self, path: Path, team: int, address: str) -> None:
        self.team, self.log = team, Timed.open(path)
        self.replicator = Replicator(self.log, address_of(address), now)
        self.replicator.present = Present(path.stem, self.log.origin, "mo", "a-machine", "", "")
        self.looks_at = 0.0

    @property
    def is_in_sync(self) -> bool:
        return self.replicator.link.in_sync

    @property
    def server(self) -> Server:
        assert self.replicator._server is not None
        return self.replicator._server

    def turns(self) -> None:
        self.replicator.turn()
        self.looks_at = time.monotonic() + LOOK_S

    def writes(self, ref: str, id: str, text: str) -> None:
        at = now()
        self.log.append([NewEvent(id, ref, "mo", at, at, EntryLogged("note", text))])
        self.turns()

    def close(self) -> None:
        self.replicator.close()
        self.log.close()


class Hall:
    """All consoles, and whoever of them is told something."""

    def __init__(self) -> None:
        self.every: list[Console] = []
        self._selector = selectors.EpollSelector()

    def joins(self, console: Console) -> None:
        self.every.append(console)
        console.turns()
        self._selector.register(console.server.fileno(), selectors.EVENT_READ, console)

    def goes_on(self, seconds: float) -> None:
        """The consoles' own work: they look when they are told, and every five seconds."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            told = [key.data for key, _ in self._selector.select(min(left, 0.02))]
            for console in told:
                if console.server.heard():
                    console.turns()
            for console in [each for each in self.every if each.looks_at < time.monotonic()][:SOME]:
                console.turns()

    def close(self) -> None:
        self._selector.close()
        for console in self.every:
            console.close()


def processes_of(postgres: Postgres) -> list[int]:
    """The server's, by their ids."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if postgres.pid in (parent, int(folder.name)):
            found.append(int(folder.name))
    return found


def processor_s(pids: Sequence[int]) -> float:
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS_S


def memory_mb(pids: Sequence[int]) -> float:
    """Of all together, what they share counted once."""
    whole = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        whole += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return whole / 1000


def figures(consoles: int, teams: int, seconds: float) -> Iterator[str]:
    chance = random.Random(7)
    settings = {
        "fsync": "on", "max_connections": str(consoles + 30), "shared_buffers": "128MB", "autovacuum": "on",
        "max_wal_size": "1GB",
    }  # fmt: skip
    postgres = Postgres(**settings)
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        room = postgres.room("t0")
        for team in range(1, teams):
            room.adds(f"t{team}")
        hall = Hall()
        try:
            refs = []
            bare_mb, began = memory_mb(processes_of(postgres)), time.monotonic()
            for number in range(consoles):
                team = number % teams
                console = Console(Path(folder) / f"{number}.db", team, room.address(f"t{team}"))
                if number < teams:
                    ledger = Ledger(console.log, actor="mo", clock=now)
                    declared = DeclareIncident(actor="mo", title="Checkout errors", severity="SEV1")
                    refs.append(ledger.declare(declared, standard_playbook()))
                hall.joins(console)
            hall.goes_on(LOOK_S)
            assert all(console.is_in_sync for console in hall.every)
            yield f"{consoles} consoles in {teams} teams, all in sync after {time.monotonic() - began:.0f} s"
            pids = processes_of(postgres)
            yield f"memory of the server: {bare_mb:.0f} MB bare, {memory_mb(pids):.0f} MB with all connections"
            members = [[console for console in hall.every if console.team == team] for team in range(teams)]
            for rate in (0, *RATES):
                Timed.arrivals.clear()
                sent: dict[str, float] = {}
                wanted = 0
                before_s, began, own_s = processor_s(pids), time.monotonic(), time.process_time()
                while (passed := time.monotonic() - began) < seconds:
                    if len(sent) < passed * rate:
                        team = chance.randrange(teams)
                        id = f"{rate}-{len(sent)}-{chance.randrange(10**9)}"
                        text = " ".join(chance.choice(WORDS) for _ in range(12))
                        sent[id] = time.monotonic()
                        chance.choice(members[team]).writes(refs[team], id, text)
                        wanted += len(members[team]) - 1
                    hall.goes_on(0.002)
                while len([id for id, _ in Timed.arrivals if id in sent]) < wanted:
                    hall.goes_on(0.1)
                took = time.monotonic() - began
                used, own = (processor_s(pids) - before_s) / took, (time.process_time() - own_s) / took
                line = f"{rate} entries a second: the server takes {used:.3f} of a core, these consoles {own:.2f}"
                if rate:
                    waits = sorted(at - sent[id] for id, at in Timed.arrivals if id in sent)
                    p95 = waits[int(len(waits) * 0.95)]
                    line += f"; {len(sent)} entries ({len(sent) / took:.1f} a second) reached {len(waits)} logs"
                    line += f", median {statistics.median(waits):.3f} s, p95 {p95:.3f} s"
                yield line
            rows = room.asks(
                "SELECT count(*), pg_total_relation_size('warroom.event'), pg_relation_size('warroom.event'),"
                " sum(octet_length(body)) FILTER (WHERE kind = 'incident_declared'),"
                " count(*) FILTER (WHERE kind = 'incident_declared') FROM warroom.event"
            )
            ((events, size, heap, declared_bytes, declarations),) = rows
            yield f"on the server: {events} events, {size} bytes with indexes, {heap} without, "
            yield f"declarations: {declarations}, {declared_bytes} bytes of bodies before compression"
        finally:
            hall.close()
            postgres.remove()


def main(consoles: int = 1000, teams: int = 100, seconds: float = 30.0) -> str:
    load = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f} before it began"
    return "\n".join([load, *figures(consoles, teams, seconds)])
