"""The roll call in the room: when everybody was last heard, and a round for those who were not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.app.driver import Clock, Room, console, declared
from tests.core.test_rollcall import BOOK


@asynccontextmanager
async def rolled(folder: Path) -> AsyncIterator[Room]:
    """A room with a roll call every five minutes."""
    clock = Clock()
    ref = declared(folder / "warroom.db", clock, book=BOOK)
    async with console(folder, clock=clock, ref=ref) as room:
        yield room


async def test_who_is_silent_is_seen_and_a_round_with_their_name_is_one_key_away(tmp_path: Path) -> None:
    async with rolled(tmp_path) as room:
        await room.logs("/role ic mo")
        await room.logs("/role comms rs")
        await room.logs("+ @db look at the pool")
        room.shows("heard just now", "Task 1   db", "not heard yet")
        await room.ticks(minutes=4)
        room.shows("heard 4m ago", "not heard for 4m")
        await room.logs("@db pool full")
        await room.ticks(minutes=6)
        room.shows("▲ heard 6m ago", "■ not heard for 10m")
        await room.presses("escape", "R", "enter")
        assert room.line == "/round "
        await room.types("@rs on the phone / @db and/or the replica")
        assert "logs: @rs on the phone; @db and/or the replica" in room.hint
        await room.presses("enter")
        assert "Logged at 14:10: 2 entries" in room.hint
        room.hides("not heard", "▲")
        await room.presses("escape", "x")
        assert "undoes 2 entries logged together" in room.hint
        await room.presses("enter")
        room.shows("■ not heard for 10m")


async def test_a_faulty_round_names_the_part_and_keeps_the_line(tmp_path: Path) -> None:
    async with rolled(tmp_path) as room:
        before = len(room.state.entries)
        await room.logs("/round @db ok / @web")
        assert "“@web” has no words" in room.hint
        assert room.line == "/round @db ok / @web"
        assert len(room.state.entries) == before
