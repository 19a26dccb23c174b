"""`python -m tests.torture.scale [CONSOLES TEAMS SECONDS]`: what a server has to do for 1,000 consoles in 100 teams.

Each console is a log of its own (in memory, so that the server has the disk to itself) with the real replicator and a
connection of its own, all in this one process. Their delays are therefore those of a thousand consoles that share one
interpreter, and only the server's figures are those of a real room. It prints what the server takes at rest and at
some rates of entries, how long an entry takes to the others of its team, and bytes. Linux only.
"""

import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console.core.log.event import Event, NewEvent
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import EntryLogged
from console.store.ledger import Ledger
from console.store.log import Log
from console.sync.replicator import Replicator, address_of
from tests.app.driver import standard_playbook
from tests.sync.postgres import Postgres

RATES = (1, 10, 50)
"""Entries a second, of all teams together."""
TICKS_S = os.sysconf("SC_CLK_TCK")
WORDS = "checkout error rate pool database rolled back deploy region latency queue primary replica traffic".split()


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
    def __init__(self, path: Path, team: int, address: str) -> None:
        self.team, self.log = team, Timed.open(path)
        self.replicator = Replicator(self.log, address_of(address), now)
        self._thread = threading.Thread(target=self.replicator.run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def is_in_sync(self) -> bool:
        return self.replicator.link.in_sync

    def writes(self, ref: str, id: str, text: str) -> None:
        at = now()
        self.log.append([NewEvent(id, ref, "mo", at, at, EntryLogged("note", text))])
        self.replicator.wake()

    def stop(self) -> None:
        self.replicator.stop()

    def close(self) -> None:
        self._thread.join(20)
        self.replicator.close()
        self.log.close()


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


def until(holds: Callable[[], bool], patience_s: float = 600.0) -> float:
    began = time.monotonic()
    while not holds():
        if time.monotonic() > began + patience_s:
            raise TimeoutError
        time.sleep(0.1)
    return time.monotonic() - began


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
        every: list[Console] = []
        try:
            refs = []
            bare_mb = memory_mb(processes_of(postgres))
            for number in range(consoles):
                team = number % teams
                console = Console(Path(folder) / f"{number}.db", team, room.address(f"t{team}"))
                every.append(console)
                if number < teams:
                    ledger = Ledger(console.log, actor="mo", clock=now)
                    declared = DeclareIncident(actor="mo", title="Checkout errors", severity="SEV1")
                    refs.append(ledger.declare(declared, standard_playbook()))
                console.start()
            took = until(lambda: all(console.is_in_sync for console in every))
            yield f"{consoles} consoles in {teams} teams, all in sync after {took:.0f} s"
            pids = processes_of(postgres)
            yield f"memory of the server: {bare_mb:.0f} MB bare, {memory_mb(pids):.0f} MB with all connections"
            members = [[console for console in every if console.team == team] for team in range(teams)]
            sent: dict[str, tuple[int, float]] = {}
            for rate in (0, *RATES):
                Timed.arrivals.clear()
                before_s, began, count = processor_s(pids), time.monotonic(), 0
                own_s = time.process_time()
                while (passed := time.monotonic() - began) < seconds:
                    if count < passed * rate:
                        team = chance.randrange(teams)
                        id = f"{rate}-{count}-{chance.randrange(10**9)}"
                        text = " ".join(chance.choice(WORDS) for _ in range(12))
                        chance.choice(members[team]).writes(refs[team], id, text)
                        sent[id] = team, time.monotonic()
                        count += 1
                    else:
                        time.sleep(0.002)
                used = (processor_s(pids) - before_s) / passed
                own = (time.process_time() - own_s) / passed
                line = f"{rate} entries a second: the server takes {used:.3f} of a core, these consoles {own:.2f}"
                if rate:
                    until(lambda: all(console.is_in_sync for console in every))
                    wanted = sum(len(members[sent[id][0]]) - 1 for id in sent if id.startswith(f"{rate}-"))
                    until(lambda: sum(id in sent for id, _ in list(Timed.arrivals)) >= wanted)  # noqa: B023
                    waits = sorted(at - sent[id][1] for id, at in Timed.arrivals if id in sent)
                    p95 = waits[int(len(waits) * 0.95)]
                    line += f"; {count} entries reached {len(waits)} logs, median {statistics.median(waits):.3f} s"
                    line += f", p95 {p95:.3f} s"
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
            for console in every:
                console.stop()
            for console in every:
                console.close()
            postgres.remove()


def main() -> int:
    consoles, teams, seconds = (*map(int, sys.argv[1:4]), *(1000, 100, 30)[len(sys.argv[1:4]) :])
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.2f} before it began", flush=True)
    for line in figures(consoles, teams, seconds):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
