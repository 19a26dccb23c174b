"""A shell, and an incident declared in it."""

from pathlib import Path

import pytest

from tests.cli.shell import Warroom


@pytest.fixture
def warroom(tmp_path: Path) -> Warroom:
    return Warroom(tmp_path / "warroom.db")


@pytest.fixture
def ref(warroom: Warroom) -> str:
    return warroom.says("declare", "Checkout errors", "--sev", "SEV1")
