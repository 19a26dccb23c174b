"""A part of a screen that is painted by itself is what it is in a painting of the whole."""

import random
import re
from pathlib import Path
from unittest.mock import patch

import pytest
from rich.console import Console
from textual._compositor import Compositor
from textual.geometry import Region, Size
from textual.screen import Screen

from console.app.compositor import PartCompositor
from console.app.room.view import RoomView
from tests.app.driver import Room, console

TRUECOLOR = Console(color_system="truecolor")
"""A style of Rich keeps the colours with which it is rendered first; fewer ones would show in later tests."""

MOVED_FOR_NOTHING = re.compile(r"\x1b\[\d+;\d+H(?=\x1b\[\d+;\d+H|\n|$)")
"""A move of the cursor behind which nothing is written: Textual makes one to what begins right of a painted part."""

DIRTY = [
    [Region(0, 33, 120, 1)],
    [Region(0, 0, 40, 1), Region(3, 33, 100, 2)],
    [Region(20, 3, 1, 30)],
    [Region(79, 10, 30, 5), Region(0, 12, 80, 1)],
]
_random = random.Random(5)
DIRTY += [
    [
        Region(_random.randrange(110), _random.randrange(34), _random.randrange(1, 60), _random.randrange(1, 20))
        for _ in range(_random.randrange(1, 4))
    ]
    for _ in range(60)
]


class WholeCompositor(PartCompositor):
    _get_renders = Compositor._get_renders


def painted(room: Room, kind: type[PartCompositor], regions: list[Region]) -> str:
    """The bytes for the terminal when these regions of the screen in front are painted."""
    compositor = room.app.screen._compositor
    whole = compositor.size.region
    compositor._dirty_regions = {part for region in regions if (part := region.intersection(whole))}
    own, compositor.__class__ = compositor.__class__, kind
    try:
        update = kind.render_partial_update(compositor)  # type: ignore[arg-type]  # its class is that just now
    finally:
        compositor.__class__ = own
    assert update is not None
    return MOVED_FOR_NOTHING.sub("", update.render_segments(TRUECOLOR))


@pytest.mark.drawn(2)
@pytest.mark.parametrize(
    "keys", [(), ("alt+s",), ("alt+question_mark",), ("alt+b",)], ids=["room", "form", "help", "board"]
)
async def test_a_part_is_painted_as_in_the_whole(tmp_path: Path, keys: tuple[str, ...]) -> None:
    async with console(tmp_path) as room:
        for number in range(40):
            await room.logs(f"line {number} of the pool, which is full and stays so for as long as nobody looks")
        await room.presses(*keys)
        for regions in DIRTY:
            whole = painted(room, WholeCompositor, regions)
            assert painted(room, PartCompositor, regions) == whole, regions


@pytest.mark.parametrize("way", [(), ("alt+o", "enter")], ids=["begun in the room", "from the board"])
async def test_a_logged_line_has_the_screen_painted_in_part(tmp_path: Path, way: tuple[str, ...]) -> None:
    async with console(tmp_path) as room:
        await room.presses(*way)
        compositor = room.screen._compositor
        compositor._dirty_regions = set()
        await room.logs("pool is full")
        assert compositor._dirty_regions
        assert compositor.size.region not in compositor._dirty_regions


async def test_a_screen_that_opens_is_laid_out_for_its_size_once(tmp_path: Path) -> None:
    laid_out: list[object] = []
    resized = Screen._screen_resized

    def resizing(screen: Screen[object], size: Size) -> None:
        laid_out.append(screen)
        resized(screen, size)

    async with console(tmp_path) as room:
        with patch.object(Screen, "_screen_resized", resizing):
            await room.presses("alt+t")
            assert not laid_out
            await room.presses("escape")
            await room.pilot.resize_terminal(80, 24)
            assert laid_out.count(room.screen) == 1


async def test_a_room_that_opens_shows_its_state_once(tmp_path: Path) -> None:
    shown: list[RoomView] = []
    show_state = RoomView.show_state

    def showing(room: RoomView) -> None:
        shown.append(room)
        show_state(room)

    with patch.object(RoomView, "show_state", showing):
        for place, size in enumerate([(80, 24), (100, 30), (120, 36), (200, 60)], 1):
            (folder := tmp_path / str(place)).mkdir()
            async with console(folder, size=size):
                assert len(shown) == place, size
