"""Letters on everything that can be pressed: each does what a click there does, and nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.app import App
from textual.geometry import Offset

from console.app.act_screen import ActScreen
from console.app.acts import Act
from console.app.board.incident_list import IncidentList
from console.app.board.screen import BoardScreen
from console.app.dialogs.compose import UpdateDialog
from console.app.dialogs.respond import SeverityDialog
from console.app.letters import Letter, lettered, targets
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import LogEntry
from tests.app.driver import Room, console, standard_playbook
from tests.app.resting import UNSEEN_S
from tests.app.test_mouse import goes_back, named
from tests.drawing import some
from tests.torture.prose import prepared

SIZES = [(80, 24), (120, 36), (200, 60)]
SLOW_S = 2 * UNSEEN_S
"""Long enough to find a letter."""


def front(room: Room) -> ActScreen[Any]:
    screen = room.app.screen
    assert isinstance(screen, ActScreen)
    return screen


def letters(room: Room) -> list[Offset]:
    return [letter.region.offset for letter in front(room).query(Letter)]


async def chooses(room: Room, key: str, after_s: float = SLOW_S) -> None:
    """Press a key that many seconds after the letters were shown."""
    event = events.Key(key, key if len(key) == 1 else None)
    event.time += after_s
    room.app.post_message(event)
    await room.settles()


async def leaves_nothing(room: Room, before: str) -> None:
    assert not front(room).shows_letters
    assert letters(room) == []
    assert room.line == before


@pytest.mark.drawn(1)
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_each_letter_does_what_a_click_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    done: list[str] = []

    def act(screen: ActScreen[object], act: Act) -> None:
        done.append(act.id)

    def simulate_key(app: App[object], key: str) -> None:
        done.append(key)

    ref, file = prepared()
    (tmp_path / "warroom.db").write_bytes(file)
    async with console(tmp_path, ref=ref, size=size) as room:
        screens = [(), ("alt+o",), ("alt+shift+p",), ("alt+shift+w",), ("alt+w",)]
        for keys in some(screens, 2, f"letters {size}"):
            await room.presses(*keys)
            clickable = named(room)
            await room.presses("alt+j")
            shown = lettered(targets(front(room)), "j")
            pressed = {found[0].act: letter for letter, found in shown.items() if found[0].act}
            assert set(pressed) == set(clickable), keys
            assert len(letters(room)) >= len(shown), keys
            assert all(front(room).region.contains(*place) for place in letters(room)), keys
            await room.presses("escape")
            with monkeypatch.context() as patch:
                patch.setattr(ActScreen, "act", act)
                patch.setattr(App, "simulate_key", simulate_key)
                for id, letter in pressed.items():
                    await room.pilot.click(offset=clickable[id])
                    await room.settles()
                    by_click, done[:] = [*done], []
                    front(room).act_letters()
                    await chooses(room, letter)
                    assert (done, by_click) == (by_click, done), (keys, id)
                    done.clear()
            await goes_back(room)


async def test_nothing_moves_for_the_letters(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types("half a line")
        for size in SIZES:
            await room.pilot.resize_terminal(*size)
            await room.settles()
            before = room.lines()
            await room.presses("alt+j")
            places = {(place.x, place.y) for place in letters(room)}
            assert places, size
            for y, (old, new) in enumerate(zip(before, room.lines(), strict=True)):
                moved = {x for x, (a, b) in enumerate(zip(old, new, strict=True)) if a != b and (x, y) not in places}
                assert moved == set(), (size, old, new)
            await room.presses("escape")
            assert room.lines() == before, size


async def test_what_takes_the_focus_takes_it(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for letter, target in (("1", room.screen.timeline), ("2", room.screen.prompt.input)):
            await room.presses("alt+j")
            await chooses(room, letter)
            assert target.has_focus
            await leaves_nothing(room, "")


async def test_a_card_of_the_board_is_opened_by_its_digit(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        command = DeclareIncident(actor="mo", title="Mail is late", severity="SEV2")
        second = await room.app.session.declare(command, standard_playbook())
        await room.presses("alt+o", "alt+j")
        assert isinstance(room.app.screen, BoardScreen)
        first = room.app.screen.query_one(IncidentList).selected
        assert first != second
        await chooses(room, "2")
        assert room.screen.ref == second


async def test_any_other_key_leaves_and_a_half_typed_line_stays(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        before = room.state.events
        for key in ("ü", "j", "escape", "enter", "tab", "down", "backspace", "space", "alt+s", "f5"):
            await room.types("half a line")
            await room.presses("alt+j")
            await chooses(room, key)
            await leaves_nothing(room, "half a line")
            assert room.app.screen is room.screen, key
            assert room.screen.prompt.input.has_focus, key
            await room.keys_in(" more")
            assert room.line == "half a line more", key
            assert room.state.events == before, key
            await room.presses("ctrl+u")


@pytest.mark.parametrize("ways", [("alt+j",), ("escape", "j")], ids=str)
async def test_a_half_typed_line_stays_while_a_letter_acts_and_what_follows_goes_there(
    tmp_path: Path, ways: tuple[str, ...]
) -> None:
    async with console(tmp_path) as room:
        await room.types("half a line")
        await room.presses(*ways)
        for key in ("s", "0"):
            event = events.Key(key, key)
            event.time += SLOW_S
            room.app.post_message(event)
        await room.settles()
        assert isinstance(room.app.screen, SeverityDialog)
        assert room.line == "half a line"
        await room.presses("enter")
        assert room.state.severity.value == "SEV0"
        assert room.line == "half a line"


@pytest.mark.parametrize(("ways", "line"), [(("alt+j",), "save the disk"), (("escape", "j"), "ust saw it")], ids=str)
async def test_a_line_that_nobody_can_have_meant_for_letters_is_a_line(
    tmp_path: Path, ways: tuple[str, ...], line: str
) -> None:
    async with console(tmp_path) as room:
        before = room.state.events
        await room.types("half a line")
        await room.presses(*ways[:-1])
        # All in one moment, however busy the machine is: how fast they come is what tells.
        room.app.post_message(events.Key(ways[-1], ways[-1] if len(ways[-1]) == 1 else None))
        await room.keys_in(line)
        whole = ("j" if ways[-1] == "j" else "") + line
        await leaves_nothing(room, whole)
        assert room.state.events == before
        assert "half a line" in room.screen.prompt.unlogged


async def test_an_act_that_writes_is_named_first(tmp_path: Path) -> None:
    async with console(tmp_path, size=(200, 60)) as room:
        await room.logs("a note")
        await room.presses("alt+j")
        await chooses(room, "x")
        assert not room.last.undone
        assert "Enter" in room.hint
        await chooses(room, "enter", 2 * SLOW_S)
        assert room.last.undone


async def resized(room: Room) -> None:
    await room.pilot.resize_terminal(80, 24)


async def arrived(room: Room) -> None:
    await room.app.session.submit(room.ref, LogEntry(actor="ana", text="rates fall"))


async def asked(room: Room) -> None:
    room.screen.run("update")


async def clicked(room: Room) -> None:
    await room.pilot.click(room.screen.timeline)


async def pasted(room: Room) -> None:
    await room.pastes("")


@pytest.mark.drawn(2)
@pytest.mark.parametrize("happens", [resized, arrived, asked, clicked, pasted])
async def test_whatever_happens_meanwhile_ends_it(tmp_path: Path, happens: Callable[[Room], Any]) -> None:
    async with console(tmp_path) as room:
        await room.types("half a line")
        await room.presses("alt+j")
        assert letters(room)
        await happens(room)
        await room.settles()
        assert not room.screen.shows_letters
        assert not room.screen.query(Letter)
        assert room.line == "half a line"
        if happens is asked:
            assert isinstance(room.app.screen, UpdateDialog)


async def test_what_has_moved_away_under_its_letter_is_not_pressed(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+j")
        room.screen.add_class("-hide-panels")
        await room.settles()
        await chooses(room, "m")
        await leaves_nothing(room, "")


async def test_an_entry_of_another_console_ends_it(tmp_path: Path) -> None:
    async with console(tmp_path) as room, console(tmp_path, actor="ana", ref=room.ref) as other:
        await room.types("half a line")
        await room.presses("alt+j")
        await other.logs("rates fall")
        await room.until(lambda: room.last.text == "rates fall")
        await leaves_nothing(room, "half a line")
        await chooses(room, "escape")
        assert room.line == "half a line"
