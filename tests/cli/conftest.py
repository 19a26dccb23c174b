"""A shell, and an incident declared in it."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from msgspec.structs import replace

from console.publish.providers.statuspage import Statuspage
from tests.cli.served import Publisher
from tests.cli.shell import Warroom


@pytest.fixture(scope="module", autouse=True)
def _pace() -> Iterator[None]:
    """A page on this machine need not be spared: there is a pause between two requests, but no second."""
    with patch.object(Statuspage, "capabilities", replace(Statuspage.capabilities, pace_s=0.01)):
        yield


@pytest.fixture
def warroom(tmp_path: Path) -> Warroom:
    return Warroom(tmp_path / "warroom.db")


@pytest.fixture
def ref(warroom: Warroom) -> str:
    return warroom.says("declare", "Checkout errors", "--sev", "SEV1")


@pytest.fixture
def shop(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path)
