"""Prose is never a command: the short form of tests/torture/prose.py."""

import asyncio
import random
import string
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import pytest
from textual import events

from console.app import alt_letters, key_queue
from console.app.act_screen import ActScreen
from console.app.dialogs.base import FormDialog
from console.app.dialogs.respond import TaskDialog
from console.app.here import Here
from console.app.room.screen import RoomScreen
from console.app.terminal.driver import Reader
from console.core.log.state import Incident
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import open_tasks
from tests.app.driver import Room, console
from tests.app.resting import UNSEEN_S
from tests.drawing import some
from tests.torture.lines import LINES_BY_CLASS
from tests.torture.prose import ANYWHERE, Bench, Case, keys, torture, try_paste

GROUPS = 6
PAIRS = 20
"""Ways of two keys that are tried, after those of one."""


def paths() -> list[tuple[str, ...]]:
    """Nothing, every key by itself, and some pairs of them."""
    every, chance = keys(), random.Random(7)
    return [(), *((key,) for key in every), *((chance.choice(every), chance.choice(every)) for _ in range(PAIRS))]


@pytest.mark.parametrize(("first", "pasted"), [(0, "sx one line"), (2, "x first q\n  D second\nEnter")])
async def test_a_paste_behind_any_key_is_one_text_and_no_key(first: int, pasted: str) -> None:
    bench = Bench()
    for path in some(paths()[first:-PAIRS:4], 2, f"pasted {first}"):
        await try_paste(bench, path, pasted)
    await bench.close()


@pytest.mark.drawn(2)
@pytest.mark.parametrize("group", range(GROUPS))
async def test_a_line_typed_behind_any_key_is_that_line(group: int) -> None:
    chance, lines = random.Random(group), cycle(LINES_BY_CLASS.values())
    tried = [Case(ANYWHERE, path, chance.choice(next(lines)), 0.0) for path in paths()[group::GROUPS]]
    tried = some(tried, 4, f"typed {group}")
    bench = Bench()
    await torture(bench, tried)
    await bench.close()
    assert not bench.broken


async def types_behind_a_pause(room: Room, first: str, pause_s: float, then: str) -> None:
    """A key, and after a pause the letters as fast as they come; the keys' own times are those of the hand."""
    start = events.Key(first, first if len(first) == 1 else None)
    room.app.post_message(start)
    await room.settles()
    for character in then:
        event = events.Key("space" if character == " " else character, character)
        event.time = start.time + pause_s
        room.app.post_message(event)
    await room.settles()


@pytest.mark.drawn
@pytest.mark.parametrize("pause_s", [0.0, 0.4, 2 * UNSEEN_S])
@pytest.mark.parametrize("line", ["yes the rollback is in", "no", "no such host", "you x"])
async def test_a_line_behind_a_refused_letter_is_whole_at_any_speed(tmp_path: Path, pause_s: float, line: str) -> None:
    async with console(tmp_path) as room:
        await room.app.session.submit(room.ref, MoveStage(actor="mo", stage="postmortem", override="it is over"))
        await room.presses("escape")
        logged = room.state.events
        await types_behind_a_pause(room, line[0], pause_s, line[1:])
        assert room.state.events == logged
        assert room.line == line


WAYS_TO_ACT = [
    (("alt+s",), "2"),
    (("escape",), "x"),
    (("escape",), "s"),
    (("escape",), "i"),
    (("escape", "P", "enter"), "w"),
]
"""Keys, and one behind them that does something which is seen: chooses, names an act, opens a list."""


@pytest.mark.drawn
@pytest.mark.parametrize("pause_s", [0.0, 0.4])
@pytest.mark.parametrize(("path", "key"), WAYS_TO_ACT)
async def test_a_key_is_a_lines_first_letter_as_long_as_nobody_can_have_seen_what_it_did(
    tmp_path: Path, path: tuple[str, ...], key: str, pause_s: float
) -> None:
    async with console(tmp_path) as room:
        await room.presses(*path)
        await types_behind_a_pause(room, key, pause_s, "we are back")
        if room.app.screen is not room.screen:
            await room.presses("enter")
        assert room.line == f"{key}we are back"


@pytest.mark.drawn
@pytest.mark.parametrize("with_it", [False, True])
@pytest.mark.parametrize(("path", "key"), WAYS_TO_ACT)
async def test_a_key_that_was_seen_to_act_is_asked_about_and_never_logged_unasked(
    tmp_path: Path, path: tuple[str, ...], key: str, with_it: bool
) -> None:
    async with console(tmp_path) as room:
        before = room.state.events
        await room.presses(*path)
        await types_behind_a_pause(room, key, 2 * UNSEEN_S, "we are back")
        if room.app.screen is not room.screen:
            # The postmortem has no prompt: the line is kept for that of the room.
            await room.presses("enter", "escape")
        assert room.line == "we are back"
        await room.presses("enter")
        assert f"“{key}”" in room.hint
        assert room.state.events == before
        await room.presses(*(["up"] if with_it else []), "enter")
        assert room.last.text == f"{key if with_it else ''}we are back"
        room.hides("not logged")


@pytest.mark.drawn(3)
@pytest.mark.parametrize(("path", "key"), WAYS_TO_ACT)
async def test_a_key_that_acted_is_no_part_of_a_paste(tmp_path: Path, path: tuple[str, ...], key: str) -> None:
    async with console(tmp_path) as room:
        await room.presses(*path, key)
        await room.pastes("2018-10-21T22:52:00Z partition")
        assert room.line == "2018-10-21T22:52:00Z partition"


FIRST = {*string.ascii_letters, *string.digits, "é", "ß", "(", "="} - {"O"}
"""The first characters of lines, without that of other sequences."""
LOOKS_FOR = {"f", "H"}
"""The characters whose Alt key leads into a field that looks for words, where a line records nothing."""


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is typed came in one reading, as over a slow connection."""
    monkeypatch.setattr(alt_letters, "TOGETHER_S", UNSEEN_S)


@pytest.mark.drawn(6)
@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("start", [(), ("escape",)])
@pytest.mark.parametrize("first", sorted(FIRST))
async def test_escape_and_a_line_behind_it_is_that_line(
    tmp_path: Path, first: str, start: tuple[str, ...], ended: bool
) -> None:
    """A terminal sends the same for Alt and the line's first letter: it is that line, or asked about."""
    line, enter = f"{first}owed by ana", "\r" if ended else ""
    async with console(tmp_path) as room:
        before = room.state.events
        await room.presses(*start)
        for key in Reader().read(f"\x1b{line}{enter}".encode()):
            room.app.post_message(key)
        await room.settles()
        if ended and room.state.events > before:
            assert (room.state.events, room.last.text) == (before + 1, line)
            return
        assert room.state.events == before
        if first in LOOKS_FOR:
            return
        front = room.app.screen
        if isinstance(front, ActScreen) and not isinstance(front, RoomScreen):
            await room.presses(*([] if ended or isinstance(front, FormDialog) else ["enter"]), "escape")
        rooms = [screen for screen in room.app.screen_stack if isinstance(screen, RoomScreen)]
        if rooms and rooms[-1].prompt.line.endswith(line[1:]) and rooms[-1].prompt.line != line:
            await room.presses(*([] if ended else ["enter"]), "up")
        kept = (each.lead + each.line for each in room.app.kept_prose)
        assert line in (*(each.prompt.line for each in rooms), *kept)
        assert room.state.events == before


@pytest.mark.parametrize(
    ("pause_s", "asks", "line"),
    [
        (0.0, False, "xweb access is back"),
        (0.1, True, "web access is back"),
        (2 * UNSEEN_S, False, "web access is back"),
    ],
)
async def test_a_line_behind_an_alt_key_that_named_its_act_begins_with_its_letter_only_where_both_came_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pause_s: float, asks: bool, line: str
) -> None:
    monkeypatch.setattr(alt_letters, "TOGETHER_S", 0.05)
    async with console(tmp_path) as room:
        await room.logs("all is well")
        await types_behind_a_pause(room, "alt+x", pause_s, "web access is back")
        await room.presses("enter")
        assert (room.last.text == line) is not asks
        if asks:
            assert "“x” was a key press before this line" in room.hint
            await room.presses("enter")
        assert room.last.text == line
        assert not any(entry.undone for entry in room.state.entries)


@pytest.mark.usefixtures("at_once")
async def test_a_form_that_opened_in_the_midst_of_a_line_asks_before_it_writes(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        before = room.state.events
        for key in Reader().read(b"\x1btell ana\r"):
            room.app.post_message(key)
        await room.settles()
        room.shows("“tell ana” came at once, as a line does; Esc keeps it for the prompt.")
        assert room.state.events == before
        await room.presses("enter")
        assert [task.text for task in open_tasks(room.state)] == ["ell ana"]


class SlowDialog(TaskDialog):
    """A form that opens as on a machine that is busy with something else."""

    def __init__(self, state: Incident) -> None:
        super().__init__(Here(state, "mo", datetime.now(UTC), UTC))
        self.gate = asyncio.Event()

    async def on_compose(self) -> None:
        await self.gate.wait()


async def test_a_line_waits_for_a_screen_that_takes_long_to_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_queue, "MAX_KEY_S", 0.0)
    async with console(tmp_path) as room:
        form, screen = SlowDialog(room.state), room.screen
        monkeypatch.setattr(screen.acts, "act_task", lambda: screen.context.open(form))
        for key in ("alt+t", *"look"):
            room.app.post_message(events.Key(key, key if len(key) == 1 else None))
        while room.app.screen is not form:
            await asyncio.sleep(0)
        for _ in range(200):
            await asyncio.sleep(0)
        form.gate.set()
        await room.settles()
        assert form.values()["text"] == "look"
