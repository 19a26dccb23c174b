"""The state of what matters is on the screen: who hands over to whom, where an update goes, and what closing drops."""

from datetime import timedelta
from pathlib import Path

import pytest

from console.core.subjects.change import ClaimChange
from console.core.subjects.checklist import next_item
from console.core.subjects.handoff import OfferHandoff
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.role import AssignRole
from console.core.subjects.task import AddTask
from console.core.subjects.update import PostUpdate
from tests.app.driver import START, console


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_handoff_that_waits_for_me_is_above_the_timeline_until_i_accept(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with console(tmp_path, size=size) as room:
        session = room.app.session
        await session.submit(room.ref, AssignRole(actor="rs", role="ic", person="rs"))
        await session.submit(room.ref, OfferHandoff(actor="rs", person="ana"))
        await room.settles()
        room.hides("offers you")
        await session.submit(room.ref, OfferHandoff(actor="rs", person="Mo", note="ask the vendor at 16:00"))
        await room.settles()
        room.shows("⇄ rs offers you IC: Alt+y shows the page, where Enter accepts")
        await room.presses("alt+y")
        room.shows("ask the vendor at 16:00", "Handoff")
        await room.presses("enter")
        room.hides("offers you")
        room.shows("IC mo")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_change_in_flight_is_on_the_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    async with console(tmp_path, size=size) as room:
        await room.logs("/change drain db-3")
        # Without a rollback plan it is asked about once.
        await room.presses("enter")
        flying = "IN FLIGHT mo: drain db-3, no rollback plan" if size[0] == 80 else "CHANGES IN FLIGHT"
        room.shows(flying, "drain db-3", "no rollback plan")
        await room.logs("/changed")
        room.hides("no rollback plan", "IN FLIGHT")


async def test_the_header_counts_from_the_start_of_the_impact(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.ticks(minutes=2, seconds=5)
        room.shows("open 2m05s")
        await room.app.session.submit(room.ref, SetMilestone(actor="mo", milestone="impact_started", moment=START))
        await room.logs("/milestone impact-started 13:50")
        await room.ticks(seconds=1)
        room.shows("impact 12m06s")


async def test_the_composer_says_when_an_update_goes_nowhere(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        await room.presses("alt+u")
        await room.presses("pagedown")
        room.shows("No status page set up: logged and copied only")
        room.shows("posts the public update, logged and copied only")


async def test_the_whole_text_of_an_update_can_be_read_on_a_small_screen(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        await room.presses("alt+u", "tab", "tab", "tab")
        await room.pastes("\n".join(f"line {number:02} of it" for number in range(1, 41)))
        seen = set()
        for _ in range(8):
            seen |= {number for number in range(1, 41) if f"line {number:02} of it" in room.text()}
            await room.presses("pagedown")
            await room.pilot.wait_for_scheduled_animations()
        assert seen == set(range(1, 41))


async def test_closing_names_what_it_drops(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        session = room.app.session
        for command in (
            PostUpdate(actor="mo", audience="public", text="We look into it.", next_in=timedelta(minutes=20)),
            ClaimChange(actor="rs", text="drain db-3"),
            AddTask(actor="mo", text="ask the vendor", owner="al"),
        ):
            await session.submit(room.ref, command)
        room.screen.acts.choose_stage("monitoring")
        await room.settles()
        room.hides("Closing drops")
        await room.presses("escape")
        room.screen.acts.choose_stage("closed")
        await room.settles()
        room.shows("Closing drops", "change in flight: drain db-3", "1 open task")
        room.shows("Owed after closing", "final public update, 14:20")


async def test_the_item_that_the_key_checks_off_is_on_the_screen(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 50)) as room:
        item = next_item(room.state, room.clock(), "mo")
        assert item is not None
        words = item[1].text[:24]
        room.shows(f"c □ {words}", item[0].title)
        await room.presses("alt+c")
        assert words in room.hint
        await room.presses("enter")
        room.hides(f"c □ {words}")
