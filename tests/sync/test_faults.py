"""The short form of tests/torture/replication.py."""

from pathlib import Path

import pytest

from tests.sync.postgres import Postgres
from tests.torture import replication


@pytest.mark.drawn(1, of="long forms")
def test_nothing_acknowledged_is_lost_whatever_fails(postgres: Postgres, tmp_path: Path) -> None:
    done, _, events = replication.run(postgres, tmp_path, faults=14, seed=7, replicators=1)
    assert done.total() == 14
    assert events > 50
