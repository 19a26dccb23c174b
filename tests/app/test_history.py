"""Stories of the history: what happened before, on the screen."""

from pathlib import Path

from console.app.history.screen import HistoryScreen
from console.core.subjects.action_item import AddAction
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import DescribeImpact
from console.core.subjects.entry import LogEntry
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.undo import RedactEntry
from console.store.ledger import Ledger
from tests.app.driver import START, Clock, console
from tests.app.test_board import board, close, declare


def pool(ledger: Ledger, ref: str) -> None:
    """Closed, with all that the history tells."""
    now = START
    for command in (
        DescribeImpact(actor="ana", text="one in three fails"),
        SetComponent(actor="ana", component="checkout", status="major"),
        SetMilestone(actor="ana", milestone="impact_started", moment=now.replace(hour=12)),
        SetMilestone(actor="ana", milestone="mitigated", moment=now.replace(hour=13)),
        LogEntry(actor="rs", text="the pool was too small #cause", kind="finding", tags=("cause",)),
        LogEntry(actor="rs", text="rolled back the driver #stopped", kind="action", tags=("stopped",)),
        AddAction(actor="ana", text="alarm at 80 %", owner="rs", priority="P1"),
    ):
        ledger.execute(ref, command)
    close(ledger, ref)


async def test_what_happened_before_is_told_and_opened(tmp_path: Path) -> None:
    ref = declare(tmp_path, "Checkout fails", also=pool)
    declare(tmp_path, "Mails are lost", "SEV2", also=close)
    declare(tmp_path, "Still burning")
    async with board(tmp_path) as seen:
        await seen.presses("H")
        seen.shows("2 incidents, newest first", "Checkout fails", "Mails are lost")
        seen.hides("Still burning  ")
        await seen.keys_in("checkout")
        seen.shows(
            "1 incident", "1h", "impact lasted 1h", "impact started → declared",
            "Impact: one in three fails", "Cause: the pool was too small",
            "Stopped by: rolled back the driver", "not begun · 1 action item open", "alarm at 80 % (rs, due ",
        )  # fmt: skip
        await seen.presses("enter")
        assert seen.screen.ref == ref


async def test_it_is_put_in_another_order_and_narrowed_down(tmp_path: Path) -> None:
    declare(tmp_path, "Long ago", "SEV3", clock=Clock(START.replace(day=1)), also=close)
    declare(tmp_path, "Checkout fails", "SEV1", clock=Clock(START.replace(day=10)), also=close)
    declare(tmp_path, "Game day", "SEV2", drill=True, also=close)
    async with board(tmp_path, size=(80, 24)) as seen:

        def order() -> list[str]:
            page = seen.text()
            return sorted(("Long ago", "Checkout fails", "Game day"), key=page.index)

        await seen.presses("H")
        assert order() == ["Game day", "Checkout fails", "Long ago"]
        for _ in range(2):
            await seen.presses("ctrl+o")
        seen.shows("severity first")
        assert order() == ["Checkout fails", "Game day", "Long ago"]
        for typed, shown in (
            ("sev3", "Long ago"),
            ("drill", "Game day"),
            ("2d", "Game day"),
            ("nothing", "is like that"),
        ):
            await seen.presses("ctrl+u")
            await seen.keys_in(typed)
            seen.shows(shown)
            seen.hides("Checkout fails")


async def test_without_a_past_it_says_so(tmp_path: Path) -> None:
    async with board(tmp_path) as seen:
        await seen.presses("H")
        seen.shows("No incident is closed yet")
        await seen.presses("enter")
        assert isinstance(seen.app.screen, HistoryScreen)


async def test_what_is_erased_and_what_is_closed_meanwhile_shows(tmp_path: Path) -> None:
    declare(tmp_path, "Checkout fails", also=pool)
    async with console(tmp_path) as room:
        await room.logs("/history")
        room.shows("1 incident", "Stopped by: rolled back the driver")
        session = room.app.session
        [past] = [case for case in session.cases.cases if not case.open]
        hit = session.state(past.ref).entries
        entry = next(each for each in hit if "rolled back" in each.text)
        await session.submit(past.ref, RedactEntry(actor="mo", entry=entry.id))
        await room.settles()
        room.hides("rolled back the driver")
        room.shows("Checkout fails")
