"""Each built-in playbook whole, as it is read: what a change of its file changes stands in a diff, to be looked at.

After a change that is meant: `.venv/bin/python -m pytest tests/library/test_playbook_snapshots.py --snapshot-update`.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.core.playbook.model import Playbook
from console.library.playbooks import Playbooks

BOOKS = Playbooks()


def lines(book: Playbook) -> Iterator[str]:
    """A line for each entry of each part, without what has its default."""
    for part, value in msgspec.to_builtins(book).items():
        for entry in value if isinstance(value, list | tuple) else [value]:
            yield f"{part} {msgspec.json.encode(entry).decode()}\n"


@pytest.mark.parametrize("name", BOOKS.names)
def test_the_playbook_is_read_as_before(name: str, request: pytest.FixtureRequest) -> None:
    snapshot = Path(__file__).parent / f"__snapshots__/{name}.txt"
    text = "".join(lines(BOOKS.built_in(name)))
    if request.config.getoption("--snapshot-update"):
        snapshot.write_text(text, encoding="utf-8")
    assert text == snapshot.read_text(encoding="utf-8")
