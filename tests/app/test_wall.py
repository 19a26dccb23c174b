"""Stories of the wall: what everybody sees, which page, and that nothing comes of any key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.app.main import Start, WarroomApp
from console.app.session import Session
from console.app.widgets.big_digits import big
from console.core.subjects.entry import LogEntry
from console.core.subjects.handoff import OfferHandoff
from console.core.subjects.stage import MoveStage
from console.store import Log
from console.store.ledger import Ledger
from tests.app.driver import Clock, Room
from tests.app.test_board import close, declare

Wall = Room
"""The driver reads the screen of a wall as it does that of a room."""
EVERY = timedelta(seconds=20)


@asynccontextmanager
async def wall(
    folder: Path, clock: Clock | None = None, size: tuple[int, int] = (120, 36), zone: tzinfo = UTC
) -> AsyncIterator[Wall]:
    """A wall on the log in `folder`, once the log is read."""
    clock = clock or Clock()
    Log.open(folder / "warroom.db").close()
    with Log.open(folder / "warroom.db", read_only=True) as log:
        session = Session(Ledger(log, actor="mo", clock=clock), zone=zone, read_only=True)
        app = WarroomApp(session, Start(wall=EVERY), reading_s=0.0)
        async with app.run_test(size=size) as pilot:
            seen = Wall(app, pilot, clock, "")
            await pilot.pause()
            await seen.settles()
            yield seen


async def second(seen: Wall, **amount: float) -> None:
    """Let time pass, and the wall notice it."""
    seen.clock.passes(**amount)
    seen.app.pass_second()
    await seen.settles()


def three(folder: Path, clock: Clock) -> None:
    for title in ("First", "Second", "Third"):
        declare(folder, title, "SEV1", clock=clock)
        clock.passes(minutes=1)


async def test_it_shows_what_is_owed_in_large_digits_and_the_time_here_and_in_utc(tmp_path: Path) -> None:
    clock = Clock()
    declare(tmp_path, "Checkout errors", clock=clock)
    clock.passes(minutes=10, seconds=5)
    async with wall(tmp_path, clock, zone=ZoneInfo("Europe/Berlin")) as seen:
        seen.shows("1 open", "Checkout errors", "▶ DECLARED 10m", "no IC", "NEXT  first public post", *big("4m55s"))
        seen.shows("CET", "UTC", *big("15:10"), *big("14:10"))
        await second(seen, minutes=6)
        seen.shows("■ 1 thing overdue", "■ OVERDUE  first public post", *big("14:16"), *big("+1m05s"))


async def test_in_utc_one_clock_is_enough(tmp_path: Path) -> None:
    async with wall(tmp_path) as seen:
        seen.shows("UTC", *big("14:00"))
        assert seen.text().count(big("14:00")[1]) == 1


async def test_without_an_open_incident_it_is_calm_and_says_the_time(tmp_path: Path) -> None:
    async with wall(tmp_path, size=(80, 24), zone=ZoneInfo("Asia/Tokyo")) as seen:
        seen.shows("All quiet. No incident is open.", "23:00 JST  14:00 UTC")
        await second(seen, minutes=1)
        seen.shows("All quiet.", "23:01 JST  14:01 UTC")
        declare(tmp_path, "Checkout errors", clock=seen.clock)
        await seen.until(lambda: "Checkout errors" in seen.text())
        seen.hides("All quiet")


async def test_it_turns_the_pages_where_more_are_open_than_fit(tmp_path: Path) -> None:
    clock = Clock()
    three(tmp_path, clock)
    async with wall(tmp_path, clock) as seen:
        seen.shows("Third", "Second", "page 1 of 2, the next in 20s")
        seen.hides("First")
        await second(seen, seconds=19)
        seen.shows("page 1 of 2, the next in 1s")
        await second(seen, seconds=1)
        seen.shows("First", "page 2 of 2, the next in 20s")
        seen.hides("Third", "Second")
        await second(seen, seconds=20)
        seen.shows("Third", "page 1 of 2")


async def test_its_keys_turn_and_hold_the_page(tmp_path: Path) -> None:
    clock = Clock()
    three(tmp_path, clock)
    async with wall(tmp_path, clock) as seen:
        await seen.presses("n")
        seen.shows("First", "page 2 of 2")
        await seen.presses("left")
        seen.shows("page 1 of 2")
        await seen.presses("space")
        await second(seen, minutes=2)
        seen.shows("page 1 of 2, held")
        await seen.presses("p")
        seen.shows("page 2 of 2, held")
        await seen.presses("space")
        seen.shows("page 2 of 2, the next in 20s")
        await seen.presses("q")
        assert seen.app.return_code == 0


async def test_all_fit_on_a_large_screen_and_one_at_a_time_on_a_small_one(tmp_path: Path) -> None:
    clock = Clock()
    three(tmp_path, clock)
    async with wall(tmp_path, clock, size=(200, 60)) as seen:
        seen.shows("First", "Second", "Third")
        seen.hides("page 1")
        await seen.pilot.resize_terminal(80, 24)
        await seen.settles()
        seen.shows("Third", "page 1 of 3")
        seen.hides("First", "Second")


async def test_what_is_overdue_on_another_page_is_named_above(tmp_path: Path) -> None:
    clock = Clock()
    declare(tmp_path, "First", "SEV1", clock=clock)
    clock.passes(minutes=2)
    ref = declare(tmp_path, "Second", "SEV1", clock=clock)
    clock.passes(minutes=14)
    async with wall(tmp_path, clock, size=(120, 24)) as seen:
        seen.shows("First", "■ OVERDUE")
        seen.hides("■ INC-")
        await seen.presses("space")
        await second(seen, minutes=2)
        seen.shows(f"■ {ref} first public post +1m00s")


async def test_what_another_console_writes_appears(tmp_path: Path) -> None:
    clock = Clock()
    ref = declare(tmp_path, "Checkout errors", clock=clock)
    async with wall(tmp_path, clock) as seen:
        with Log.open(tmp_path / "warroom.db") as log:
            ledger = Ledger(log, actor="ana", clock=clock)
            ledger.execute(ref, LogEntry(actor="ana", text="node 3 restarted"))
            await seen.until(lambda: "node 3 restarted" in seen.text())
            ledger.execute(ref, MoveStage(actor="ana", stage="mitigating"))
            await seen.until(lambda: "▶ MITIGATING" in seen.text())
            close(ledger, ref)
            await seen.until(lambda: "All quiet" in seen.text())


async def test_nothing_is_offered_to_a_wall(tmp_path: Path) -> None:
    def also(ledger: Ledger, ref: str) -> None:
        ledger.execute(ref, OfferHandoff(actor="ana", person="mo"))

    declare(tmp_path, "Checkout errors", also=also)
    async with wall(tmp_path) as seen:
        seen.shows("no IC ⇄ mo")
        seen.hides("offered to you")


@pytest.mark.parametrize("typed", ["! rolled back", "dDTuWPFoi?/", "payments fail 1234"])
async def test_no_other_key_does_anything_and_nothing_is_written(tmp_path: Path, typed: str) -> None:
    ref = declare(tmp_path, "Checkout errors")
    async with wall(tmp_path) as seen:
        before = seen.text()
        stack = list(seen.app.screen_stack)
        for key in ("ctrl+p", "enter", "alt+d", "alt+t", "up", "tab", "escape", "f1"):
            await seen.presses(key)
        await seen.keys_in(typed.replace("n", "").replace("p", "").replace("q", ""))
        await seen.pastes("pasted\nlines")
        await seen.pilot.click("#incidents", offset=(20, 1))
        await seen.settles()
        assert seen.app.screen_stack == stack
        assert seen.text() == before
        assert seen.app.kept_prose == []
        assert len(seen.app.session.state(ref).entries) == 1
    assert sorted(path.name for path in tmp_path.iterdir() if "console" in path.name) == []
