"""`python -m tests.torture replication [FAULTS SEEDS]`: 500 faults over 10 seeds by themselves.

Three machines of one team write the same incident, with clocks that are an hour off. Each has replicators, which are
killed; their connections are ended by the server, the server is stopped in the immediate mode, and what lies between
delays, holds back and cuts. After each seed everything is healed: then every log holds the same rows, everything that
was acknowledged on any machine is there, and the chains of hashes are whole.
"""

import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.core.subjects.entry import LogEntry
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.undo import RedactEntry, Undo
from tests.cli.shell import COMMAND, environment
from tests.sync.machine import Machine, assert_same
from tests.sync.postgres import Postgres, Room
from tests.sync.proxy import Proxy

HOURS_OFF = (0, 1, -1)
PATIENCE_S = 90.0
"""The time that all logs may take to become the same after healing, on a machine that is busy with other things."""


class Node(Machine):
    """A machine with replicators in processes of their own, behind a network that can fail."""

    def __init__(self, path: Path, room: Room, hours_off: int, replicators: int) -> None:
        self.proxy = Proxy(room.postgres.port)
        skew = timedelta(hours=hours_off)
        super().__init__(path, path.stem, room.address(port=self.proxy.port), lambda: datetime.now(UTC), skew)
        self._env = environment(WARROOM_DB=str(path), WARROOM_SYNC=self.address)
        self.replicators = [self._replicator() for _ in range(replicators)]

    def _replicator(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([*COMMAND, "sync", "run"], env=self._env, stderr=subprocess.DEVNULL)

    def kills(self, rng: random.Random) -> None:
        place = rng.randrange(len(self.replicators))
        self.replicators[place].kill()
        self.replicators[place].wait()
        self.replicators[place] = self._replicator()

    def acts(self, rng: random.Random) -> None:
        """A few entries, and now and then something that changes what others wrote."""
        self.ledger.absorb(self.log.unseen(self.ref, self.ledger.seen(self.ref)))
        for _ in range(rng.randint(1, 4)):
            self.does(LogEntry, text=f"{self.actor} saw {rng.random()}")
        entry = self.entry(rng.randrange(1000))
        chance = rng.random()
        if chance < 0.1:
            self.does(AssignRole, role="ic", person=self.actor)
        elif chance < 0.2:
            self.does(ChangeSeverity, severity=rng.choice(("SEV0", "SEV1", "SEV2")), reason="so it seems")
        elif chance < 0.3:
            self.does(Undo, entry=entry.id)
        elif chance < 0.35 and entry.kind == "note" and not entry.redacted:
            self.does(RedactEntry, entry=entry.id)

    def ends(self) -> list[int]:
        """End the replicators; what each ended with, and what had ended before."""
        early = [code for replicator in self.replicators if (code := replicator.poll()) is not None]
        for replicator in self.replicators:
            replicator.send_signal(signal.SIGTERM)
        self.proxy.close()
        return [*early, *(replicator.wait(60) for replicator in self.replicators)]


def run(postgres: Postgres, folder: Path, faults: int, seed: int, replicators: int) -> tuple[Counter[str], float, int]:
    """One seed: how often each fault was, how many seconds healing took, and how many events there are."""
    rng = random.Random(seed)
    room = postgres.room()
    nodes = [Node(folder / f"{name}.db", room, off, replicators) for name, off in zip("abc", HOURS_OFF, strict=True)]
    ref = nodes[0].declares("Checkout errors")
    for node in nodes:
        node.ref = ref

    def terminates() -> None:
        room.orders("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'warroom'")

    def restarts() -> None:
        postgres.stop()
        rng.choice(nodes).acts(rng)
        postgres.start()

    def clears() -> None:
        for node in nodes:
            node.proxy.turns("clear")

    kinds: dict[str, Callable[[], None]] = {
        "replicator killed": lambda: rng.choice(nodes).kills(rng),
        "backends terminated": terminates,
        "server stopped at once": restarts,
        "network slow": lambda: rng.choice(nodes).proxy.turns("slow"),
        "network silent": lambda: rng.choice(nodes).proxy.turns("held"),
        "network cut": lambda: rng.choice(nodes).proxy.turns("cut"),
        "network back": clears,
    }
    done = Counter[str]()
    try:
        _until_same(nodes)
        for _ in range(faults):
            for node in nodes:
                node.acts(rng)
            name = rng.choice(list(kinds))
            kinds[name]()
            done[name] += 1
            time.sleep(rng.uniform(0, 0.2))
        for node in nodes:
            node.acts(rng)
        clears()
        healed_s = _until_same(nodes)
    finally:
        ends = [code for node in nodes for code in node.ends()]
    # One that was just begun may not listen to signals yet.
    assert len(ends) == len(nodes) * replicators, "a replicator ended by itself"
    assert {*ends} <= {0, -signal.SIGTERM}
    acknowledged = {id for node in nodes for id in node.acknowledged}
    for node in nodes:
        node.ledger.absorb(node.log.unseen(ref, node.ledger.seen(ref)))
        node.acknowledged |= dict.fromkeys(acknowledged, ref)
        node.assert_whole()
    assert_same(*nodes)
    for node in nodes:
        node.closes()
    return done, healed_s, len(acknowledged)


def _until_same(nodes: list[Node]) -> float:
    """Wait until every log has what each has written; the seconds that took."""
    begun = time.monotonic()
    while len({tuple(node.chain) for node in nodes}) > 1:
        assert time.monotonic() < begun + PATIENCE_S, "the logs did not become the same"
        time.sleep(0.1)
    return time.monotonic() - begun


def main(faults: int = 500, seeds: int = 10, replicators: int = 2) -> str:
    postgres = Postgres()
    total, slowest, events = Counter[str](), 0.0, 0
    try:
        for seed in range(seeds):
            with tempfile.TemporaryDirectory() as folder:
                done, healed_s, count = run(postgres, Path(folder), faults // seeds, seed, replicators)
            total += done
            slowest, events = max(slowest, healed_s), events + count
    finally:
        postgres.remove()
    kinds = ", ".join(f"{count} {name}" for name, count in total.most_common())
    return (
        f"replication: {total.total()} faults over {seeds} seeds ({kinds}); {events} events acknowledged, 0 lost;"
        f" the same rows in every log {slowest:.1f} s after healing at the latest; chains whole"
    )
