"""One press of Enter acts once, wherever it acts: a key that bounces, or that nobody could have meant, does nothing."""

from pathlib import Path
from time import monotonic

import pytest
from textual import events
from textual.widgets import TextArea

from console.app.room.screen import RoomScreen
from console.core.subjects.checklist import next_item
from console.core.subjects.fix import AddFix
from console.core.subjects.runbook import FollowRunbook
from console.library.runbooks import Runbooks
from tests.app.driver import Room, console

READING_S = 0.2
LATER_S = 600.0
LISTS = {
    "advice": ("alt+w",),
    "armed": ("alt+c",),
    "board": ("alt+o",),
    "checklists": ("escape", "C", "enter"),
    "declaration": ("escape", "D", "enter", *"outage"),
    "paste": (),
    "postmortem": ("escape", "P", "enter"),
    "prompt": (*"restarted",),
    "registers": ("escape", "F"),
    "runbooks": ("alt+b",),
    "slash": (*"/undo",),
    "stages": ("alt+n",),
    "timeline": ("escape", "up"),
}
"""Whatever Enter acts in, with the keys that go there from the prompt."""


async def enters(room: Room, after_s: float, read: float | None = None) -> float:
    """Enter so long after a moment, by default one at which everything that is shown could be read; that moment."""
    read = read or monotonic() + 1
    event = events.Key("enter", "\r")
    event.time = read + after_s
    room.app.post_message(event)
    await room.settles()
    return read


def situation(room: Room) -> tuple[object, ...]:
    """All that an Enter could have changed."""
    screens = [type(screen).__name__ for screen in room.app.screen_stack]
    lines = [screen.prompt.line for screen in room.app.screen_stack if isinstance(screen, RoomScreen)]
    focused = room.app.screen.focused
    written = focused.text if isinstance(focused, TextArea) else ""
    return screens, room.state.events, lines, len(room.app.session.ledger.opened()), type(focused), written


@pytest.mark.drawn(3)
@pytest.mark.parametrize("place", LISTS)
async def test_a_bounced_enter_does_nothing_wherever_the_first_acted(tmp_path: Path, place: str) -> None:
    async with console(tmp_path, config=tmp_path, reading_s=READING_S) as room:
        await room.app.session.submit(room.ref, AddFix(actor="mo", text="more workers"))
        await room.logs("error rate at 5 %")
        if place == "board":
            # It comes back with the room, where an Enter would log it.
            await room.types("half a line")
        if place == "paste":
            await room.pastes("the first\nthe second")
        await room.presses(*LISTS[place])
        waiting = situation(room)
        read = await enters(room, 0)
        acted = situation(room)
        assert acted != waiting
        await enters(room, 0.02, read)
        assert situation(room) == acted


async def test_an_enter_that_comes_later_acts_and_lines_of_a_text_are_never_bounced(tmp_path: Path) -> None:
    async with console(tmp_path, reading_s=READING_S) as room:
        before = room.state.events
        await room.presses("escape", "C", "enter")
        read = await enters(room, 0)
        await enters(room, LATER_S, read)
        assert room.state.events == before + 2
        await room.presses("escape", "escape", "P", "enter")
        read = await enters(room, 0)
        written = room.app.screen.focused
        assert isinstance(written, TextArea)
        lines = written.document.line_count
        for after_s in (0.02, LATER_S, LATER_S + 0.02, LATER_S + 0.04):
            await enters(room, after_s, read)
        assert written.document.line_count == lines + 3


async def test_an_item_is_not_checked_off_by_an_enter_from_before_it_was_selected(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.app.session.submit(room.ref, FollowRunbook(actor="mo", runbook=Runbooks(None).get("ddos")))
        await room.presses("escape", "C", "enter")
        before = room.state.events
        for event in [events.Key("enter", "\r"), events.Key("enter", "\r")]:
            room.app.post_message(event)
            await room.settles()
        assert room.state.events == before + 1


async def test_an_item_whose_check_is_undone_is_next_again(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        first = next_item(room.state, room.clock())
        assert first is not None
        await room.presses("escape", "C", "enter", "enter")
        await room.presses("x", "enter")
        await room.presses("c")
        assert first[1].text[:30] in room.hint
