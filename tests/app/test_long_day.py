"""The memory that a day at the console uses up: a short form of `python -m tests.torture day`."""

import gc
from datetime import timedelta
from pathlib import Path

import pytest
from textual.screen import Screen
from textual.widgets import TextArea

from console.app.themes import CHOICES
from tests.app.driver import Room, console
from tests.drawing import some
from tests.torture.day import SIZES, Footprint, looks_around, opens_and_leaves, works

SCREENS = ("update", "handoff", "playbook", "postmortem", "board", "help")
"""Of each kind: a form, a page, a list, a screen over the room, the room left and opened anew."""
FIRST, LINES = 50, 24
"""Lines until timeline and panels are full, and after those."""
BLOCKS_AN_ENTRY = 200
"""Some 17 pieces of memory are the entry's; the others are bounded: events that an undo may reach, measured texts."""
STRIPS = "textual.strip.Strip"
MOST_STRIPS = 400
"""Painted lines; each closed screen whose lines are kept has hundreds, these six some 4,400."""
BOUNDED = {
    "textual._styles_cache.StylesCache",
    "textual.style.Style",
    "textual.geometry.Region",
    "textual.geometry.Size",
    "asyncio.events.TimerHandle",
}
"""Textual keeps the last thousand or few of them; asyncio clears cancelled timers out once they are a hundred."""


@pytest.fixture(scope="module", autouse=True)
def _own() -> None:
    """Objects that earlier tests have left in the process are not counted, nor gone through each time."""
    gc.collect()
    gc.freeze()


async def footprint(room: Room) -> Footprint:
    """The objects held once the rows that the timeline has painted are forgotten, as a change of colours does."""
    own = room.app.theme
    for room.app.theme in (next(name for name in CHOICES if name != own), own):
        await room.settles()
    return Footprint.now()


def screens() -> int:
    """The number of them in this process, on a stack or kept by whatever else."""
    return sum(isinstance(each, Screen) for each in gc.get_objects())


@pytest.mark.drawn(1, of="a long day")
async def test_a_line_leaves_its_entry_and_nothing_else(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await works(room, FIRST, timedelta(seconds=2), screens=())
        before = await footprint(room)
        await works(room, LINES, timedelta(seconds=2), first=FIRST, screens=())
        after = await footprint(room)
        assert len(room.state.entries) > FIRST
        ours = {name for name in after.objects if name.startswith(("console.", "textual.", "asyncio."))} - BOUNDED
        more = {name: after.objects[name] - before.objects[name] for name in ours}
        assert {name: number for name, number in more.items() if number > LINES // 2} == {}
        assert after.blocks - before.blocks < BLOCKS_AN_ENTRY * LINES


@pytest.mark.drawn(1, of="a long day")
async def test_screens_that_were_left_leave_nothing(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for _ in range(2):
            before, screens_before = await footprint(room), screens()
            for at, act in enumerate(some(SCREENS, 2, "screens that were left")):
                await looks_around(room, act, SIZES[at % len(SIZES)])
        after = await footprint(room)
        # The last one may be on its way.
        assert screens() <= screens_before + 1
        assert after.objects[STRIPS] - before.objects[STRIPS] < MOST_STRIPS


@pytest.mark.parametrize("act", ["update", "handoff", "postmortem"])
async def test_a_form_with_a_text_is_forgotten_once_it_is_closed(tmp_path: Path, act: str) -> None:
    """The colours stay as they are all day; their change would end what waits for it."""

    def texts() -> int:
        gc.collect()
        return sum(isinstance(each, TextArea) for each in gc.get_objects())

    async with console(tmp_path) as room:
        before = texts()
        for _ in range(3):
            await opens_and_leaves(room, act)
        # The last one may be on its way, and others wait for the moment of a timer that was cancelled.
        await room.until(lambda: texts() <= before + 1)
