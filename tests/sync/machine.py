"""A person's machine: a log of its own, and a replicator that is run by hand."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.sync.link import Link
from console.sync.problem import SyncProblem
from console.sync.replicator import Replicator, address_of
from tests.core.story import START
from tests.torture.machines import File


class Machine(File):
    def __init__(
        self,
        path: Path,
        actor: str,
        address: str,
        now: Callable[[], datetime] = lambda: START,
        skew: timedelta = timedelta(),
    ) -> None:
        super().__init__(path, actor, now, skew)
        self.address = address

    def syncs(self) -> Link:
        """One connection: whatever either side lacks; raises SyncProblem."""
        before = self.log.position()
        with closing(Replicator(self.log, address_of(self.address), self._clock)) as replicator:
            replicator.turn()
            link = replicator.link
        for ref in self.log.incidents():
            self.ledger.absorb(self.log.events(ref, after=before))
        return link

    def tries(self) -> Link:
        """One try that does not come to the server; the link as it is told then."""
        told: list[Link] = []
        with closing(Replicator(self.log, address_of(self.address), self._clock, told.append)) as replicator:
            with pytest.raises(SyncProblem) as problem:
                replicator.turn()
            replicator.lose(problem.value.reason)
        return told[-1]

    def closes(self) -> None:
        self.log.close()

    @property
    def chain(self) -> list[tuple[object, ...]]:
        """Every row as it stands, apart from its place in the order of commits."""
        columns = "id, incident, origin, oseq, hlc, kind, v, actor, occurred_at, recorded_at, body, salt, digest"
        query = f"SELECT {columns}, prev, hash FROM event ORDER BY incident, origin, oseq"
        return [tuple(row) for row in self.log.select(query)]


def exchange(*machines: Machine) -> None:
    """Everybody connects, until nobody has anything new."""
    for _ in range(2):
        for machine in machines:
            assert machine.syncs().in_sync


def assert_same(*machines: Machine) -> None:
    first = machines[0]
    for machine in machines:
        assert machine.chain == first.chain
        assert machine.log.verify() == []
        for ref in first.log.incidents():
            assert machine.ledger.state(ref) == first.ledger.state(ref)
