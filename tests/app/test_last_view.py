"""One key leads back to the view before, and returns."""

from pathlib import Path

import pytest

from console.app.board.screen import BoardScreen
from console.core.subjects.declaration import DeclareIncident
from tests.app.driver import Room, console, standard_playbook

OVER_A_ROOM = {
    "postmortem": ("alt+shift+p", "Action items"),
    "outbox": ("alt+shift+o", "Nothing published yet"),
    "targets": ("alt+shift+w", "targets"),
    "advice": ("alt+w", "Advice for"),
    "playbook": ("alt+v", "Standard incident response"),
    "pages": ("alt+shift+e", "Contacts"),
    "registers": ("alt+shift+f", "Temporary fixes and action items"),
}
"""By the view: the key that opens it in a room, and words of it."""


async def another(room: Room) -> str:
    """The reference of a second incident, whose room is in front after the board."""
    command = DeclareIncident(actor="mo", title="Mail is late", severity="SEV2")
    ref = await room.app.session.declare(command, standard_playbook())
    await room.presses("alt+o")
    room.app.open_room(ref)
    await room.settles()
    return ref


@pytest.mark.drawn(3)
@pytest.mark.parametrize("view", OVER_A_ROOM)
async def test_a_view_that_was_left_comes_back_and_the_same_key_returns(tmp_path: Path, view: str) -> None:
    key, words = OVER_A_ROOM[view]
    async with console(tmp_path) as room:
        await room.presses(key)
        room.shows(words)
        await room.presses("escape")
        assert room.app.screen is room.screen
        await room.presses("alt+minus")
        assert room.app.screen is not room.screen
        room.shows(words)
        await room.presses("minus", "enter")
        assert room.app.screen is room.screen
        await room.presses("alt+minus")
        room.shows(words)


async def test_the_room_before_comes_back_over_the_board_between_them(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        ref = await another(room)
        await room.presses("alt+minus")
        assert room.screen.ref == room.ref
        await room.presses("alt+minus")
        assert room.screen.ref == ref
        await room.presses("alt+o", "alt+minus")
        assert room.screen.ref == ref
        await room.presses("alt+minus")
        assert isinstance(room.app.screen, BoardScreen)


async def test_a_view_of_another_incident_comes_back_over_that_incidents_room(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        ref = await another(room)
        await room.presses("alt+shift+f")
        room.app.open_room(room.ref)
        await room.settles()
        await room.presses("alt+minus")
        room.shows("Temporary fixes and action items")
        assert room.screen.ref == ref


async def test_the_key_names_where_it_leads_and_begins_a_line(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await another(room)
        await room.presses("escape", "minus")
        room.shows(f"goes back to {room.ref}")
        await room.keys_in("4m ! rolled back")
        assert room.line == "-4m ! rolled back"


async def test_a_half_typed_line_waits_in_its_room(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await another(room)
        await room.types("half a li")
        await room.presses("alt+minus")
        assert (room.screen.ref, room.line) == (room.ref, "")
        await room.presses("alt+minus")
        assert room.line == "half a li"


async def test_without_a_view_before_it_says_so(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+minus")
        assert room.app.screen is room.screen
        room.shows("No other view was open yet.")
        await room.presses("escape", "minus")
        await room.keys_in("4m restarted")
        assert room.line == "-4m restarted"


async def test_a_text_that_is_written_is_not_left(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+shift+p", "enter")
        await room.keys_in("half a sentence")
        await room.presses("alt+minus")
        room.shows("half a sentence", "Save or leave the text first")
