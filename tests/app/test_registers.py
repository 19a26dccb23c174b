"""Temporary fixes and action items of all incidents, from the board and from a room."""

from pathlib import Path

from console.core.subjects.declaration import DeclareIncident
from tests.app.driver import console, standard_playbook


async def test_what_outlives_the_fire_is_shown_across_incidents(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/fix rate limit of the payment path in gateway.conf CHK-7 @ana")
        await room.logs("/action P1 @rs 2026-12-01 add an alert for queue depth verify: it rings in the drill")
        session = room.app.session
        await session.declare(DeclareIncident(actor="mo", title="Login", severity="SEV2"), standard_playbook())
        await room.presses("escape", "F")
        room.shows("TEMPORARY FIXES", "rate limit of the payment path", "CHK-7 · ana", "ACTION ITEMS", "due 2026-12-01")
        await room.presses("enter")
        assert room.screen.ref == room.ref


async def test_what_is_done_is_shown_on_demand(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/fix a bypass")
        await room.logs("/done bypass: taken out")
        await room.presses("escape", "F")
        room.shows("No temporary fix is in place")
        await room.presses("a", "enter")
        room.shows("✓", "a bypass")
        await room.presses("escape")
        assert room.screen.is_current
