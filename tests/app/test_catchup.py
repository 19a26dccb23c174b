"""Since you looked: a rule where somebody left, and one screen of what became of the incident."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from textual import events

from console.app.catchup.screen import CatchUpScreen
from console.core.log.command import Command
from console.core.subjects.entry import LogEntry
from console.core.subjects.severity import ChangeSeverity
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import Clock, Room, console, declared
from tests.patience import PATIENCE_S


def elsewhere(folder: Path, clock: Clock, ref: str, *commands: Command) -> str:
    """Another console on the file writes; the last entry's id."""
    with Log.open(folder / "warroom.db") as log:
        ledger = Ledger(log, actor="rs", clock=clock)
        return [ledger.execute(ref, command)[0].id for command in commands][-1]


def decides(text: str) -> Command:
    return LogEntry(actor="rs", text=text, kind="decision")


async def is_away(room: Room, folder: Path, *commands: Command) -> str:
    """Without the focus, while another console writes; then back. The id of the last entry."""
    room.app.looks.away_s = 0
    room.app.post_message(events.AppBlur())
    await room.settles()
    room.clock.passes(minutes=4)
    entry = elsewhere(folder, room.clock, room.ref, *commands)
    await room.until(lambda: room.state.entries.get(entry) is not None)
    room.app.post_message(events.AppFocus())
    await room.settles()
    return entry


async def test_a_rule_stands_where_somebody_left_and_a_key_tells_what_came_since(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("! freeze deploys")
        entry = await is_away(room, tmp_path, ChangeSeverity(actor="rs", severity="SEV0"), decides("fail over"))
        await room.until(lambda: "Since you looked, 14:00" in room.text())
        room.shows("── since you looked, 14:00: Alt+l tells ──", "Changed: 1")
        lines = room.lines()
        rule = next(row for row, line in enumerate(lines) if "since you looked, 14:00: Alt" in line)
        assert "freeze deploys" in lines[rule - 1]
        assert "SEV1 → SEV0" in lines[rule + 1]

        await room.presses("alt+l")
        room.shows("since you looked, 14:00", "Decided, done", "fail over  rs", "Severity SEV1 → SEV0  rs", "Owed")
        room.hides("14:00  freeze deploys")
        await room.presses("enter")
        assert room.screen.timeline.seen == entry


async def test_whoever_pressed_no_key_for_a_while_was_away(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        room.app.looks.idle_s = 0
        await room.logs("a note")
        room.hides("since you looked")
        entry = elsewhere(tmp_path, room.clock, room.ref, decides("fail over"))
        await room.until(lambda: room.state.entries.get(entry) is not None)
        room.hides("since you looked")
        await room.presses("up")
        room.shows("since you looked, 14:00: Alt+l tells")


async def test_nothing_is_told_where_nothing_happened(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        room.app.looks.away_s = 0
        await room.logs("a note")
        room.app.post_message(events.AppBlur())
        room.app.post_message(events.AppFocus())
        await room.settles()
        room.hides("ince you looked")


async def test_the_next_console_knows_what_its_person_saw(tmp_path: Path) -> None:
    clock = Clock()
    ref = declared(tmp_path / "warroom.db", clock)
    async with console(tmp_path, clock=clock, ref=ref) as room:
        await room.logs("! freeze deploys")
    clock.passes(hours=2)
    elsewhere(tmp_path, clock, ref, decides("fail over"))

    async with console(tmp_path, clock=clock, ref=ref) as room:
        await room.until(lambda: "since you looked, 14:00: Alt+l tells" in room.text())
        await room.presses("alt+l")
        room.shows("fail over  rs")
        room.hides("14:00  freeze deploys")
        await room.presses("a")
        room.shows("the whole incident", "14:00  freeze deploys")


async def test_a_new_reader_gets_the_whole_incident_on_one_screen(tmp_path: Path) -> None:
    clock = Clock()
    ref = declared(tmp_path / "warroom.db", clock)
    elsewhere(tmp_path, clock, ref, *(decides(f"step {number}") for number in range(30)))
    clock.passes(hours=1)
    async with console(tmp_path, clock=clock, ref=ref, actor="ana", size=(80, 24)) as room:
        room.hides("since you looked")
        await room.presses("alt+l")
        room.shows("the whole incident", "earlier", "step 29", "Declared SEV1: Checkout errors", "Owed")


async def test_keys_behind_the_one_that_asks_for_all_of_it_are_for_the_rows_that_come(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("! freeze deploys")
        frozen = room.last.id
        await is_away(room, tmp_path, decides("fail over"))
        await room.presses("alt+l")
        form = room.app.screen
        assert isinstance(form, CatchUpScreen)
        # The threads that work out the rows are all busy until the keys behind "a" have been sent.
        asyncio.get_running_loop().set_default_executor(threads := ThreadPoolExecutor(1))
        busy = threading.Event()
        threads.submit(busy.wait, PATIENCE_S)
        for key, character in (("a", "a"), ("home", None), ("enter", None)):
            room.app.post_message(events.Key(key, character))
        await room.until(lambda: not form.resting.is_set())
        for _ in range(3):
            await room.pilot.pause()
        assert room.app.screen is form
        busy.set()
        await room.until(lambda: room.app.screen is room.screen)
        assert room.screen.timeline.seen == frozen


async def test_an_entry_that_a_filter_hides_is_gone_to_all_the_same(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/filter note")
        entry = await is_away(room, tmp_path, decides("fail over"))
        await room.presses("alt+l", "enter")
        assert room.screen.timeline.seen == entry
