"""The briefing deck in a real browser: its keys turn the pages, and it asks nobody for anything."""

import asyncio
from pathlib import Path

import pytest

from tests.cli.browser import CHROMIUM, Browser, browser
from tests.cli.shell import Warroom
from tests.patience import PATIENCE_S

AT = "[...document.querySelectorAll('header, section')].map(page => Math.round(page.getBoundingClientRect().top) || 0)"
RIGHT, LEFT, END, HOME = ("ArrowRight", 39), ("ArrowLeft", 37), ("End", 35), ("Home", 36)


async def stands_at(page: Browser, number: int) -> None:
    """Until the page of that number is at the top."""
    async with asyncio.timeout(PATIENCE_S):
        while await page.evaluates(f"({AT})[{number}]") not in (0, 1, -1):
            await asyncio.sleep(0.02)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
async def test_keys_lead_from_decision_to_decision(warroom: Warroom, tmp_path: Path) -> None:
    ref = warroom.says("declare", "Checkout fails", "--sev", "SEV1").strip()
    for decision in ("roll back", "fail over", "<script>alert(1)</script>"):
        warroom.says("log", ref, f"! {decision}")
    file = tmp_path / "deck.html"
    warroom.says("export", ref, "deck", "-o", str(file))
    async with browser(file.as_uri()) as page:
        await stands_at(page, 0)
        for key, number in ((RIGHT, 1), (RIGHT, 2), (LEFT, 1), (END, 4), (RIGHT, 4), (LEFT, 3), (HOME, 0), (LEFT, 0)):
            await page.presses(*key)
            await stands_at(page, number)
        assert page.requests == [file.as_uri()]
        assert page.faults == []
