"""What another machine wrote while it was offline: seen at its place, also by whoever has read past it."""

from datetime import timedelta
from pathlib import Path

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
