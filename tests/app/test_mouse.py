"""The mouse: a key that stands somewhere on the screen can be pressed there."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Input

from console.app.act_screen import ActScreen
from console.app.acts import BY_ID, Act, shown_key
from console.app.dialogs.compose import UpdateDialog
from console.app.dialogs.respond import SeverityDialog, TaskDialog
from console.core.subjects.task import open_tasks
from tests.app.driver import Room, console


def named(room: Room) -> dict[str, tuple[int, int]]:
    """Each act whose key stands on the screen, with a cell of it."""
    screen, size = room.app.screen, room.app.size
    assert isinstance(screen, ActScreen)
    cells = [(x, y) for y in range(size.height) for x in range(size.width)]
    return {act: cell for cell in cells if (act := screen.pressed_at(*cell))}


async def clicks(room: Room, act: str) -> None:
    await room.pilot.click(offset=named(room)[act])
    await room.settles()


SCREENS: Sequence[tuple[str, tuple[str, ...], set[str]]] = (
    ("room", (), {"prompt", "update", "severity", "stage", "role", "help", "back", "impact", "advice", "check"}),
    ("guide", ("alt+shift+c",), {"tick", "runbook", "leave_guide"}),
    ("board", ("alt+o",), {"open_incident", "declare_here", "practice", "help"}),
    ("postmortem", ("alt+shift+p",), {"edit_section", "owner", "export", "leave"}),
    ("outbox", ("alt+shift+o",), {"leave", "retry_message"}),
    ("targets", ("alt+shift+w",), {"leave", "add_target"}),
    ("advice", ("alt+w",), {"leave", "silence", "remedy"}),
    ("playbook", ("alt+v",), {"leave", "other_playbook", "choose_part", "read_part"}),
    ("registers", ("alt+shift+f",), {"leave", "with_done"}),
    ("help", ("escape", "question_mark"), {"leave", "scroll"}),
    ("form", ("alt+t",), {"cancel", "next_field", "confirm"}),
    ("composer", ("alt+u",), {"cancel", "next_field", "confirm"}),
    ("declaration", ("alt+shift+d",), {"cancel", "other_process"}),
)


@pytest.mark.parametrize(("keys", "some"), [each[1:] for each in SCREENS], ids=[each[0] for each in SCREENS])
async def test_every_key_on_every_screen_presses_its_act(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...], some: set[str]
) -> None:
    done: list[str] = []

    def act(screen: ActScreen[object], act: Act) -> None:
        done.append(act.id)

    def simulate_key(app: App[object], key: str) -> None:
        done.append(key)

    async with console(tmp_path, size=(160, 40)) as room:
        await room.presses(*keys)
        on_it = named(room)
        assert some <= set(on_it), on_it
        monkeypatch.setattr(ActScreen, "act", act)
        monkeypatch.setattr(App, "simulate_key", simulate_key)
        for id, cell in on_it.items():
            await room.pilot.click(offset=cell)
            assert done.pop() == (id if BY_ID[id].keys else shown_key(BY_ID[id]))
            assert not done


async def test_a_half_typed_line_stays_while_an_act_is_clicked(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types("half a line")
        await clicks(room, "severity")
        assert isinstance(room.app.screen, SeverityDialog)
        await clicks(room, "cancel")
        assert room.line == "half a line"


async def test_a_form_is_filled_and_confirmed_by_clicks(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await clicks(room, "task")
        assert isinstance(room.app.screen, TaskDialog)
        first = room.app.focused
        await room.keys_in("check replica lag")
        await clicks(room, "next_field")
        assert isinstance(room.app.focused, Input)
        assert room.app.focused is not first
        await clicks(room, "confirm")
        assert [task.text for task in open_tasks(room.state)] == ["check replica lag"]


async def test_an_act_that_writes_is_named_first_and_enter_is_clicked(tmp_path: Path) -> None:
    async with console(tmp_path, size=(160, 40)) as room:
        await room.logs("a note")
        await clicks(room, "undo")
        assert not room.last.undone
        await clicks(room, "go_on")
        assert room.last.undone


async def test_the_guide_names_no_key_of_its_own_while_the_prompt_has_the_focus(tmp_path: Path) -> None:
    async with console(tmp_path, size=(160, 40)) as room:
        await room.presses("alt+shift+c")
        await room.pilot.click("#line")
        await room.types("half a line")
        room.hides("checks off")
        assert room.line == "half a line"


async def test_the_board_opens_an_incident_and_the_panels_what_they_name(tmp_path: Path) -> None:
    async with console(tmp_path, size=(160, 40)) as room:
        await room.presses("alt+o")
        await clicks(room, "open_incident")
        await clicks(room, "update")
        assert isinstance(room.app.screen, UpdateDialog)
        await clicks(room, "cancel")
        await clicks(room, "impact")
        assert room.line == "/impact "
