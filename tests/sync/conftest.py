"""A server for the tests of replication; where none is installed they are skipped by name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.machine import Machine
from tests.sync.postgres import Postgres, Room, programs


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if programs() is None:
        pytest.skip("no PostgreSQL is installed here: apt-get install postgresql")
    server = Postgres()
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture
def room(postgres: Postgres) -> Room:
    return postgres.room()


@pytest.fixture
def machines(tmp_path: Path, room: Room) -> Iterator[tuple[Machine, Machine]]:
    """Two machines of one team: mo's, with an incident, and al's, which has seen nothing yet."""
    mo, al = (Machine(tmp_path / f"{name}.db", name, room.address()) for name in ("mo", "al"))
    mo.declares("Checkout errors")
    al.ref = mo.ref
    try:
        yield mo, al
    finally:
        for machine in (mo, al):
            machine.closes()
