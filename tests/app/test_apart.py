"""Entries that another machine wrote while it was offline: seen where they land, and their contradictions named."""

from datetime import UTC, timedelta
from pathlib import Path

from console.core.log.slash import typed_command
from console.core.subjects.entry import LogEntry
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import START, Clock, console, declared


async def test_an_entry_that_arrives_late_is_marked_where_it_lands_and_told(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "warroom.db"
    ref = declared(path, clock)
    with Log.open(path) as here, Log.open(tmp_path / "other.db") as other:
        other.import_events(here.events(ref))
        away = Ledger(other, actor="rs", clock=lambda: START + timedelta(minutes=5))
        away.execute(ref, LogEntry(actor="rs", text="pool is full"))
        async with console(tmp_path, clock=clock, ref=ref) as room:
            await room.ticks(minutes=20)
            await room.logs("all quiet here")
            await room.ticks(minutes=10)
            here.import_events(other.events(ref), at=clock())
            await room.until(lambda: "pool is full" in room.text())
            room.shows(
                "pool is full  arrived 14:30 · rs", "Arrived late from another machine", "1 entry, from 14:05 on"
            )
            lines = room.text().splitlines()
            places = [next(at for at, line in enumerate(lines) if words in line) for words in ("pool is", "all quiet")]
            assert places == sorted(places)
            await room.presses("escape", "up", "up", "enter")
            room.shows("arrived 14:30")
        # Whoever opens the room later sees it, too.
        async with console(tmp_path, clock=clock, ref=ref) as room:
            room.shows("pool is full  arrived 14:30 · rs")


async def test_every_value_that_was_stated_twice_names_both_and_what_settles_it(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "warroom.db"
    ref = declared(path, clock)
    with Log.open(path) as here, Log.open(tmp_path / "other.db") as other:
        other.import_events(here.events(ref))
        away = Ledger(other, actor="rs", clock=clock)
        async with console(tmp_path, clock=clock, ref=ref) as room:
            await room.logs("/ic mo")
            await room.logs("/milestone detected 13:40")
            for line in ("/ic rs", "/milestone detected 13:50"):
                away.execute(ref, typed_command(line, away.state(ref), actor="rs", now=clock(), zone=UTC))
            here.import_events(other.events(ref), at=clock())
            await room.until(lambda: "Conflict over" in room.text())
            room.shows("Conflict over the role IC: ", "mo (mo 14:00)", "rs (rs 14:00)", ". Alt+r settles it")
            room.shows("Conflict over the milestone detected: 13:", "/milestone detected settles it")
            await room.logs("/ic mo")
            await room.logs("/milestone detected 13:40")
            room.hides("Conflict over")
            away.execute(ref, typed_command("/ic dk", away.state(ref), actor="rs", now=clock(), zone=UTC))
            here.import_events(other.events(ref), at=clock())
            await room.until(lambda: "Conflict over the role IC" in room.text())
        async with console(tmp_path, clock=clock, ref=ref, read_only=True) as room:
            # Who only reads is told, and is shown no way that is closed.
            room.shows("Conflict over the role IC: ")
            room.hides("settles it")


async def test_many_conflicts_leave_the_timeline_its_room(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "warroom.db"
    ref = declared(path, clock)
    lines = ("/title Payments of {} fail", "/impact {} of them", "/ic {}", "/role comms {}", "/role scribe {}")
    with Log.open(path) as here, Log.open(tmp_path / "other.db") as other:
        other.import_events(here.events(ref))
        away = Ledger(other, actor="rs", clock=clock)
        async with console(tmp_path, clock=clock, ref=ref, size=(80, 24)) as room:
            for line in lines:
                typed = line.format("rs")
                away.execute(ref, typed_command(typed, away.state(ref), actor="rs", now=clock(), zone=UTC))
                # Mo's word is later and counts, so that no notice of a lost role lies over what is looked at.
                clock.passes(seconds=1)
                await room.logs(line.format("mo"))
            here.import_events(other.events(ref), at=clock())
            await room.until(lambda: room.text().count("Conflict over") == 2)
            room.shows("3 more conflicts", "Scribe →", "Conflict over the role IC: ", "Alt+r settles it")
            await room.logs("/ic mo")
            room.shows("2 more conflicts,")


async def test_a_clock_that_is_set_back_is_told_until_it_is_right_again(tmp_path: Path) -> None:
    clock = Clock()
    async with console(tmp_path, clock=clock) as room:
        await room.ticks(minutes=30)
        await room.logs("rolled back")
        room.shows("saved")
        room.hides("clock set back")
        clock.passes(hours=-1)
        await room.ticks(seconds=1)
        room.app.ring()
        await room.until(lambda: "was set back" in room.text())
        room.shows("clock set back", "entry was logged at 14:30", "Set it right")
        # What is logged by the wrong clock changes nothing about it.
        await room.logs("still 502")
        await room.ticks(seconds=1)
        room.shows("clock set back")
        # By days it was rather the time before that was wrong: it was told once.
        clock.passes(hours=-48)
        await room.ticks(seconds=1)
        room.shows("saved")
        room.hides("clock set back")
        clock.passes(hours=48)
    # Nor does a new console.
    async with console(tmp_path, clock=clock, ref=room.ref) as room:
        room.shows("clock set back")
        clock.passes(hours=1)
        await room.ticks(seconds=1)
        room.hides("clock set back")


async def test_entries_of_another_machine_say_nothing_of_this_clock(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "warroom.db"
    ref = declared(path, clock)
    with Log.open(path) as here, Log.open(tmp_path / "other.db") as other:
        other.import_events(here.events(ref))
        away = Ledger(other, actor="rs", clock=lambda: START + timedelta(minutes=50))
        away.execute(ref, LogEntry(actor="rs", text="pool is full"))
        here.import_events(other.events(ref), at=clock())
    async with console(tmp_path, clock=clock, ref=ref) as room:
        room.hides("clock set back")
