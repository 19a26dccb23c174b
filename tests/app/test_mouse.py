"""The mouse: a key that stands somewhere on the screen can be pressed there."""

import re
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App
from textual.screen import ModalScreen
from textual.widgets import Input

from console.app.act_screen import ActScreen
from console.app.acts import BY_ID, Act, shown_key, shown_key_of
from console.app.board.screen import BoardScreen
from console.app.dialogs.compose import UpdateDialog
from console.app.dialogs.respond import SeverityDialog, TaskDialog
from console.app.registry import acts_of
from console.app.widgets.choice_list import ChoiceList
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.task import open_tasks
from tests.app.driver import Room, console, painted, standard_playbook
from tests.drawing import some
from tests.torture.prose import prepared


def named(room: Room) -> dict[str, tuple[int, int]]:
    """Each act whose key stands on the screen, with a cell of it; no piece of a line does more than one."""
    screen = room.app.screen
    assert isinstance(screen, ActScreen)
    cells = []
    for y, row in enumerate(painted(room.app)):
        pieces = [segment.cell_length for strip in row for segment in strip]
        cells += [(x, y) for x, length in zip(accumulate(pieces, initial=0), pieces, strict=False) if length]
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
    ("pages", ("alt+shift+e",), {"leave", "page_again"}),
    ("registers", ("alt+shift+f",), {"leave", "with_done"}),
    ("replay", ("alt+shift+v",), {"leave", "play", "step_back", "step_on"}),
    ("help", ("escape", "question_mark"), {"leave", "scroll"}),
    ("form", ("alt+t",), {"cancel", "next_field", "confirm"}),
    ("composer", ("alt+u",), {"cancel", "next_field", "confirm"}),
    ("declaration", ("alt+shift+d",), {"cancel", "other_process"}),
)


async def goes_back(room: Room) -> None:
    """To the room, as it is first opened."""
    room.app.open_room(room.ref)
    await room.settles()


async def test_every_key_on_every_screen_presses_its_act(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def act(screen: ActScreen[object], act: Act) -> None:
        done.append(act.id)

    def simulate_key(app: App[object], key: str) -> None:
        done.append(key)

    async with console(tmp_path, size=(160, 40)) as room:
        for name, keys, at_least in some(SCREENS, 2, "clicked"):
            await room.presses(*keys)
            on_it = named(room)
            assert isinstance(room.app.screen, ActScreen)
            assert at_least <= set(on_it), (name, on_it)
            with monkeypatch.context() as patch:
                patch.setattr(ActScreen, "act", act)
                patch.setattr(App, "simulate_key", simulate_key)
                for id, cell in on_it.items():
                    await room.pilot.click(offset=cell)
                    pressed = BY_ID[id]
                    key = pressed.keys.split(",")[0] or (shown_key(pressed) if pressed.shown_keys else "")
                    by_itself = len(shown_key_of(key)) == 1 or pressed in acts_of(room.app.screen.place)
                    assert done.pop() == (id if not key or (pressed.keys and by_itself) else key), name
                    assert not done, name
            await goes_back(room)


NAMED = re.compile(r"(?<![\w+])(?:Alt\+\S|Esc|\^[A-Z]|Ctrl\+[A-Z])(?!\w)")
"""A key as a sentence names it."""
NO_PRESS = re.compile(r"Esc or Alt\+|^Alt\+ ", re.MULTILINE)
"""The words before the keys of the key bar."""


@pytest.mark.parametrize("size", [(160, 40), (80, 24)], ids=str)
async def test_every_key_that_is_named_can_be_pressed(tmp_path: Path, size: tuple[int, int]) -> None:
    ref, file = prepared()
    (tmp_path / "warroom.db").write_bytes(file)
    async with console(tmp_path, ref=ref, size=size) as room:
        missing = []
        for name, keys, _ in some(SCREENS, 2, f"named {size}"):
            if name == "help":
                continue
            await room.presses(*keys)
            screen = room.app.screen
            assert isinstance(screen, ActScreen)
            box = screen.query_one(".dialog").region if isinstance(screen, ModalScreen) else screen.region
            for y, line in enumerate(room.lines()):
                for key in NAMED.finditer(NO_PRESS.sub(lambda lead: " " * len(lead[0]), line)):
                    x = cell_len(line[: key.start()])
                    if box.contains(x, y) and not screen.pressed_at(x, y):
                        missing.append((name, line.strip()))
            await goes_back(room)
        assert missing == []


LOOKS: dict[str, tuple[str, ...]] = {
    "severity": ("SEV1",),
    "stage": ("▶ DECLARED", "Investigating"),
    "role": ("IC nobody", "IC       nobody", "ROLES"),
    "update": ("first public post", "internal in 30m00s"),
    "done": ("check replica lag",),
    "change": ("restart checkout", "CHANGES IN FLIGHT"),
    "impact": ("IMPACT",),
    "advice": ("☞",),
    "check": ("□",),
}
"""Words in the room that look as if they could be pressed, by the act of their key."""


async def test_whatever_looks_like_a_button_is_one(tmp_path: Path) -> None:
    ref, file = prepared()
    (tmp_path / "warroom.db").write_bytes(file)
    async with console(tmp_path, ref=ref, size=(160, 50)) as room:
        page = room.lines()
        for act, words in LOOKS.items():
            for each in words:
                places = [(cell_len(line[: line.index(each)]), y) for y, line in enumerate(page) if each in line]
                assert act in {room.screen.pressed_at(*place) for place in places}, (each, places)


async def test_a_click_chooses_in_a_form_and_confirms_nothing(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+s")
        form = room.app.screen
        assert isinstance(form, SeverityDialog)
        choices = form.query_one(ChoiceList)
        before = room.state.events
        await room.pilot.click(choices, offset=(4, 0))
        await room.settles()
        assert (room.app.screen, room.state.events) == (form, before)
        assert choices.highlighted == 0
        assert choices.has_focus
        await room.presses("enter")
        assert room.state.severity.value == "SEV0"


async def test_what_is_overdue_elsewhere_leads_to_the_board_and_takes_no_form_away(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        command = DeclareIncident(actor="mo", title="Mail is late", severity="SEV1")
        await room.app.session.declare(command, standard_playbook())
        await room.ticks(minutes=40)
        await room.presses("alt+t")
        await room.keys_in("check replica lag")
        await room.pilot.click("#alarm", offset=(20, 0))
        await room.settles()
        assert isinstance(room.app.screen, TaskDialog)
        room.shows("check replica lag", "leaves this form")
        await room.presses("escape")
        await room.pilot.click("#alarm", offset=(20, 0))
        await room.settles()
        assert isinstance(room.app.screen, BoardScreen)


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


async def test_the_board_opens_an_incident_and_the_panels_what_they_name(tmp_path: Path) -> None:
    async with console(tmp_path, size=(160, 40)) as room:
        await room.presses("alt+o")
        await clicks(room, "open_incident")
        await clicks(room, "update")
        assert isinstance(room.app.screen, UpdateDialog)
        await clicks(room, "cancel")
        await clicks(room, "impact")
        assert room.line == "/impact "
