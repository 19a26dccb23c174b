"""Pictures of the targets and of their form, held as those in `test_pictures` are."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.app.driver import Room
from tests.app.test_pictures import Gallery, fresh
from tests.publish.target_files import write

SIZES_AND_THEMES = pytest.mark.parametrize(
    ("size", "theme"),
    [
        pytest.param((80, 24), "warroom-dark", id="small-dark"),
        pytest.param((80, 24), "warroom-light", id="small-light"),
        pytest.param((120, 36), "warroom-dark", id="large-dark"),
        pytest.param((120, 36), "warroom-light", id="large-light"),
    ],
)

WRITTEN = {
    "leads": """\
provider = "teams"
audience = "executive"
statuses = ["investigating", "resolved"]
""",
    "status": """\
provider = "statuspage"
page = "kctbh9vrtdwd"
notify = true
components = { checkout = "8kbf7d35c070", "Search engine" = "vtnh60py4yd7" }
""",
    "old page": """\
provider = "cachet"
url = "https://old.example.org"
enabled = false
""",
    "typo": 'provider = "slak"\n',
}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    write(folder, WRITTEN)
    # A key in a file would show the folder of this run.
    monkeypatch.setenv("WARROOM_TARGET_LEADS_KEY", "https://chat.example.org/hooks/1")
    return folder


@pytest.fixture
def gallery(tmp_path: Path, snap_compare: Callable[..., bool]) -> Gallery:
    return Gallery(tmp_path, snap_compare)


@SIZES_AND_THEMES
def test_the_targets(gallery: Gallery, config: Path, size: tuple[int, int], theme: str) -> None:
    async def story(room: Room) -> None:
        await room.presses("escape", "W", "c", "enter")

    assert gallery.holds(fresh, story, size=size, theme=theme, config=config)


@SIZES_AND_THEMES
def test_the_form_of_a_target(gallery: Gallery, config: Path, size: tuple[int, int], theme: str) -> None:
    async def story(room: Room) -> None:
        await room.presses("escape", "W", "down", "down", "enter")
        room.app.screen.query_one("#field-key", Input).value = "not shown"
        await room.pilot.pause()

    assert gallery.holds(fresh, story, size=size, theme=theme, config=config)


def test_mistakes_in_a_form(gallery: Gallery, config: Path) -> None:
    async def story(room: Room) -> None:
        await room.presses("escape", "W", "a", "enter", "2", "enter")
        room.app.screen.query_one("#field-name", Input).value = "status"
        await room.presses("ctrl+s")

    assert gallery.holds(fresh, story, size=(80, 24), config=config)
