"""Makes the README's pictures from the running app: the practice room, dark and light, and a runbook beside it.

python scripts/shots.py [FOLDER]
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot

from console.app.main import Start, WarroomApp
from console.app.session import Session
from console.cli.transfer import practice
from console.library.playbooks import DEFAULT, Playbooks
from console.store.ledger import Ledger
from console.store.log import Log

NOW = datetime(2026, 11, 21, 15, 3, tzinfo=UTC)
SIZE = (120, 36)


Story = Callable[[Pilot[int]], Awaitable[None]]


async def half_typed(pilot: Pilot[int]) -> None:
    """A line that is being written."""
    for char in "! ask support for the tickets #support":
        await pilot.press({" ": "space", "#": "number_sign", "!": "exclamation_mark"}.get(char, char))


async def runbook(pilot: Pilot[int]) -> None:
    """The first runbook of the list, two steps of it checked off."""
    await pilot.press("escape", "b", "enter")
    for _ in range(2):
        await pilot.app.workers.wait_for_complete()
        await pilot.press("enter")
    await pilot.app.workers.wait_for_complete()


async def picture(file: Path, theme: str, story: Story) -> None:
    """One SVG of the practice room, after what the story does in it."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "demo.db"
        made = practice(path, NOW, Playbooks(None).built_in(DEFAULT))
        with Log.open(path) as log:
            session = Session(Ledger(log, actor="bo", clock=lambda: NOW), zone=UTC)
            app = WarroomApp(session, Start(made.ref), reading_s=0.0)
            async with app.run_test(size=SIZE) as pilot:
                app.theme = f"warroom-{theme}"
                await pilot.pause()
                await story(pilot)
                await pilot.pause()
                file.write_text(app.export_screenshot(title="Warroom"), encoding="utf-8")
            session.leave()
    print(f"wrote {file}")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/pictures")
    folder.mkdir(parents=True, exist_ok=True)
    for theme in ("dark", "light"):
        asyncio.run(picture(folder / f"room-{theme}.svg", theme, half_typed))
    asyncio.run(picture(folder / "runbook-dark.svg", "dark", runbook))


if __name__ == "__main__":
    main()
