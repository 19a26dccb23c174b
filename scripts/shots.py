"""Makes the README's pictures from the running app: the practice room, dark and light.

python scripts/shots.py [FOLDER]
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from console.app.main import WarroomApp, standard_playbook
from console.app.session import Session
from console.cli.transfer import practice
from console.store.ledger import Ledger
from console.store.log import Log

NOW = datetime(2026, 11, 21, 15, 3, tzinfo=UTC)
SIZE = (120, 36)


async def picture(folder: Path, theme: str) -> None:
    """One SVG of the practice room as it opens, with a half-typed line."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "demo.db"
        made = practice(path, NOW, standard_playbook())
        with Log.open(path) as log:
            session = Session(Ledger(log, actor="bo", clock=lambda: NOW), zone=UTC)
            app = WarroomApp(session, ref=made.ref)
            async with app.run_test(size=SIZE) as pilot:
                app.theme = f"warroom-{theme}"
                for char in "! ask support for the tickets #support":
                    await pilot.press({" ": "space", "#": "number_sign", "!": "exclamation_mark"}.get(char, char))
                await pilot.pause()
                (folder / f"room-{theme}.svg").write_text(app.export_screenshot(title="Warroom"), encoding="utf-8")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/pictures")
    folder.mkdir(parents=True, exist_ok=True)
    for theme in ("dark", "light"):
        asyncio.run(picture(folder, theme))
        print(f"wrote {folder / f'room-{theme}.svg'}")


if __name__ == "__main__":
    main()
