"""The short form of the torture of a log's bytes."""

import tempfile
from pathlib import Path

from tests.torture import damage


def test_no_damage_ends_in_a_traceback_or_is_called_clean() -> None:
    with tempfile.TemporaryDirectory(dir=damage.memory()) as folder:
        figures = damage.tried(Path(folder), flips=12, cuts=2, seed=1, rescues=4)
    assert figures["cases"] == 12 + 2 + len(damage.SCHEMAS)
