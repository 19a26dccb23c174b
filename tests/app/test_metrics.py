"""Stories of the metrics on the screen."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from console.app.metrics.screen import MetricsScreen
from console.core.subjects.component import SetComponent
from console.core.subjects.milestone import SetMilestone
from console.store.ledger import Ledger
from tests.app.driver import START, Clock, console
from tests.app.test_board import board, close, declare


def mitigated(minutes: int) -> Callable[[Ledger, str], None]:
    """Closed, and mitigated so many minutes after it had begun."""

    def also(ledger: Ledger, ref: str) -> None:
        now = ledger.now()
        for command in (
            SetMilestone(actor="ana", milestone="impact_started", moment=now - timedelta(minutes=minutes)),
            SetMilestone(actor="ana", milestone="mitigated", moment=now),
            SetComponent(actor="ana", component="checkout", status="major"),
        ):
            ledger.execute(ref, command)
        close(ledger, ref)

    return also


async def test_the_figures_of_a_period_and_of_the_one_before(tmp_path: Path) -> None:
    for minutes, day in ((10, 1), (30, 5), (50, 9)):
        declare(tmp_path, "Slow", clock=Clock(START.replace(day=day)), also=mitigated(minutes))
    declare(tmp_path, "Long ago", clock=Clock(START.replace(month=7)), also=mitigated(20))
    async with board(tmp_path) as seen:
        await seen.presses("M")
        seen.shows("last 90 days", "3 incidents: 3 SEV1", "MTTM  3     30m   30m   50m", "●")
        await seen.presses("left")
        seen.shows("1 incident: 1 SEV1", "MTTM  1     20m")
        await seen.presses("right", "right")
        seen.shows("Nothing has been declared after that yet")
        await seen.presses("ctrl+t")
        seen.shows("2026-Q4: 2026-10-01 to 2026-12-31", "3 incidents")
        await seen.presses("ctrl+t")
        seen.shows("last 365 days", "4 incidents")


async def test_they_are_shown_in_groups(tmp_path: Path) -> None:
    declare(tmp_path, "Slow", also=mitigated(10))
    async with board(tmp_path, size=(120, 60)) as seen:
        await seen.presses("M")
        for by, name in (("severity", "SEV1"), ("month", "2026-11"), ("tag", "no tag"), ("component", "checkout")):
            await seen.presses("ctrl+o")
            seen.shows(f"by {by}", f"{by}, medians", name)


async def test_a_review_is_exported_once_it_is_confirmed(tmp_path: Path) -> None:
    declare(tmp_path, "Slow", also=mitigated(10))
    async with board(tmp_path) as seen:
        await seen.presses("M", "x")
        seen.shows("Enter", "Export the review")
        await seen.presses("enter")
        seen.shows("Written to")
        folder = seen.app.session.exports_folder
        [page] = folder.glob("review-*.html")
        [review] = folder.glob("review-*.md")
        assert "# Incident review last 90 days" in review.read_text()
        assert "<svg" in page.read_text()


async def test_from_a_room_and_back(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/metrics")
        assert isinstance(room.app.screen, MetricsScreen)
        room.shows("1 incident: 1 SEV1")
        await room.presses("escape")
        assert room.screen.ref == room.ref
