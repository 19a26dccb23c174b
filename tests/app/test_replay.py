"""Stories of the replay: the room as it was, on the screen, and nothing that could be written there."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.app.replay.axis import QUIET, Axis
from console.app.replay.screen import SPEEDS, ReplayScreen
from console.core.subjects.entry import LogEntry
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.undo import RedactEntry
from console.core.subjects.update import PostUpdate
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import START, Clock, Room, console
from tests.app.test_board import declare
from tests.store.test_arrivals import File


def told(folder: Path) -> tuple[str, Clock]:
    """An incident of twenty minutes, told in its reference and the clock at its end."""
    clock = Clock()

    def course(ledger: Ledger, ref: str) -> None:
        for minutes, command in (
            (1, AssignRole(actor="ana", role="ic", person="ana")),
            (4, LogEntry(actor="rs", text="the pool is full", kind="finding")),
            (6, PostUpdate(actor="ana", audience="internal", text="We look.", next_in=timedelta(minutes=10))),
            (8, LogEntry(actor="ana", text="roll back the driver", kind="decision")),
            (9, MoveStage(actor="ana", stage="mitigating")),
            (15, AssignRole(actor="ana", role="ic", person="rs")),
            (17, ChangeSeverity(actor="rs", severity="SEV3", reason="errors fell")),
            (20, LogEntry(actor="rs", text="a cache was cold since noon", at=START + timedelta(minutes=5))),
        ):
            clock.now = START + timedelta(minutes=minutes)
            ledger.execute(ref, command)

    return declare(folder, "Checkout fails", clock=clock, also=course), clock


def replaying(room: Room) -> ReplayScreen:
    screen = room.app.screen
    assert isinstance(screen, ReplayScreen)
    return screen


async def test_step_by_step_the_room_is_as_it_was(tmp_path: Path) -> None:
    ref, clock = told(tmp_path)
    async with console(tmp_path, clock=clock, ref=ref) as room:
        await room.presses("alt+shift+v")
        room.shows("a cache was cold", "SEV3", "IC rs", "2026-11-21 14:20:00")
        await room.presses("left")
        # It had happened, and nobody knew of it.
        room.shows("Not known until 14:20", "14:05 a cache was cold since noon", "14:17:00", "SEV3")
        await room.presses("left", "left")
        room.shows("SEV1", "IC ana", "roll back the driver")
        await room.presses("left")
        # The update was promised for 14:16, and the clock stands as it stood then.
        room.shows("2026-11-21 14:08:00", "8m00s internal", "14:16")
        room.hides("Mitigating; sets")
        await room.presses("home")
        room.shows("2026-11-21 14:00:00", "Checkout fails")
        room.hides("the pool is full")
        await room.presses("shift+right", "right")
        room.shows("2026-11-21 14:04:00", "the pool is full")
        await room.presses("end")
        room.shows("a cache was cold since noon")
        room.hides("Not known until")
        await room.presses("escape")
        assert room.app.screen is room.screen


async def test_it_plays_at_every_speed_and_holds_at_the_end(tmp_path: Path) -> None:
    ref, clock = told(tmp_path)
    async with console(tmp_path, clock=clock, ref=ref) as room:
        await room.presses("alt+shift+v")
        screen = replaying(room)
        await room.presses("home", *["down"] * len(SPEEDS))
        room.shows("‖ 1×")
        # Played faster, the time that passes between two keys could reach the end.
        await room.presses("space")
        assert screen.plays
        await room.presses("space")
        assert not screen.plays
        await room.presses("home", "up", "up")
        room.shows("‖ 60×")
        screen.play_on(4.0)
        await room.settles()
        room.shows("14:04:00", "the pool is full")
        await room.presses("up", "up", "up")
        room.shows("‖ 600×")
        screen.play_on(0.4)
        await room.settles()
        room.shows("14:08:00", "roll back the driver")
        await room.presses("space")
        screen.play_on(600)
        await room.settles()
        room.shows("14:20:00")
        assert not screen.plays


async def test_what_is_pressed_or_typed_there_writes_nothing_and_no_line_is_lost(tmp_path: Path) -> None:
    ref, clock = told(tmp_path)
    async with console(tmp_path, clock=clock, ref=ref) as room:
        before = room.state.events
        await room.presses("alt+shift+v", "left", "left")
        for act in ("severity", "undo", "task", "stage", "update", "check"):
            replaying(room).run(act)
            await room.settles()
            assert isinstance(room.app.screen, ReplayScreen)
            room.shows("The replay only shows how it was")
        await room.keys_in("stop the deploy")
        await room.presses("enter", "escape")
        assert room.line == "stop the deploy"
        assert room.state.events == before


async def test_it_begins_at_the_entry_that_is_selected_and_at_a_time_that_is_typed(tmp_path: Path) -> None:
    ref, clock = told(tmp_path)
    async with console(tmp_path, clock=clock, ref=ref) as room:
        await room.presses("escape", "home", "down", "down", "V")
        first = replaying(room)
        assert first.now() == START + timedelta(minutes=4)
        await room.presses("g", "enter")
        await room.keys_in("14:16")
        await room.presses("enter")
        assert first.now() == START + timedelta(minutes=16)
        await room.presses("escape", "alt+i")
        await room.logs("/replay 14:07")
        assert replaying(room).now() == START + timedelta(minutes=7)
        room.shows("9m00s internal")
        await room.presses("escape")
        await room.presses("alt+shift+p", "V")
        room.shows("a cache was cold")
        await room.presses("escape", "escape")
        await room.logs("/replay one fine day")
        assert room.line == "/replay one fine day"


async def test_what_comes_meanwhile_lengthens_it(tmp_path: Path) -> None:
    ref, clock = told(tmp_path)
    async with console(tmp_path, clock=clock, ref=ref) as room:
        await room.presses("alt+shift+v", "left")
        clock.passes(minutes=5)
        with Log.open(tmp_path / "warroom.db") as other:
            Ledger(other, actor="lee", clock=clock).execute(ref, LogEntry(actor="lee", text="all green"))
        await room.until(lambda: any(entry.text == "all green" for entry in room.state.entries))
        await room.settles()
        room.hides("all green")
        room.shows("14:17:00")
        await room.presses("end")
        room.shows("all green", "14:25:00")


async def test_what_is_redacted_meanwhile_is_gone_at_every_moment(tmp_path: Path) -> None:
    ref, clock = told(tmp_path)
    async with console(tmp_path, clock=clock, ref=ref) as room:
        await room.presses("alt+shift+v", "left")
        room.shows("the pool is full")
        entry = next(each for each in room.state.entries if each.text == "the pool is full")
        await room.app.session.submit(ref, RedactEntry(actor="mo", entry=entry.id))
        await room.settles()
        room.hides("the pool is full")
        await room.presses("home", "right", "right")
        room.shows("14:04:00", "[redacted")
        room.hides("the pool is full")


async def test_what_another_machine_wrote_is_known_from_its_arrival(tmp_path: Path) -> None:
    ana, rs = File(tmp_path / "warroom.db", "ana"), File(tmp_path / "rs.db", "rs")
    ref, clock = declare(tmp_path, "Checkout fails", clock=Clock()), Clock()
    rs.takes(ana, ref)
    rs.at(5).logs(ref, "typed offline")
    ana.at(10).logs(ref, "read here")
    ana.at(30).takes(rs, ref)
    ana.log.close()
    rs.log.close()
    clock.passes(minutes=40)
    async with console(tmp_path, clock=clock, ref=ref) as room:
        await room.logs("/replay 14:12")
        room.shows("Not known until 14:30", "14:05 typed offline", "read here")
        await room.presses("right")
        room.shows("14:30:00", "typed offline")
        room.hides("Not known until")


def moments(*minutes: float) -> list[datetime]:
    return [START + timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize("steps", [moments(0), moments(0, 1, 2, 30), moments(0, 5, 3000, 3001), moments(0, 0.001)])
def test_every_moment_of_the_axis_has_its_place_and_every_place_its_moment(steps: list[datetime]) -> None:
    axis = Axis(steps, steps[-1] + timedelta(minutes=3))
    shares = [axis.share(at) for at in steps]
    assert shares == sorted(shares)
    assert (axis.share(axis.start), axis.share(axis.end)) == (0, 1)
    for at in steps:
        assert abs(axis.moment(axis.share(at)) - at) < timedelta(milliseconds=1)
    assert axis.moment(-1) == axis.start
    assert axis.moment(2) == axis.end
    assert axis.share(axis.start - QUIET) == 0


async def test_a_long_entry_is_read_whole(tmp_path: Path) -> None:
    long = "we look at the pool, then at the cache, then at " + "everything else, " * 14 + "and at the end"

    def posted(ledger: Ledger, ref: str) -> None:
        ledger.execute(ref, PostUpdate(actor="ana", audience="internal", text=long))

    ref, clock = declare(tmp_path, "Checkout fails", also=posted), Clock()
    async with console(tmp_path, clock=clock, ref=ref, size=(80, 24)) as room:
        await room.presses("alt+shift+v", "tab", "end")
        room.shows("more: Enter")
        room.hides("and at the end")
        await room.presses("enter")
        room.shows("14:00 update, ana", "and at the end")
