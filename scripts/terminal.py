"""A real terminal for the walks: tmux runs the console, keys go in, the screen is read back.

The console that is started here is the program itself; only its clock is another, so that an afternoon passes in a
minute.
"""

import argparse
import io
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from console.app.lines import READING_S
from console.app.main import run_app

PATIENCE_S = 60.0
POLL_S = 0.05


class WrongScreenError(Exception):
    """The screen does not show what the walk expects; its text is in the message."""


class ClockFile:
    """A clock that several processes share: a moment, and when by the machine's clock it was set. It runs on."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def set(self, moment: datetime) -> None:
        """Move it there; it never goes back."""
        if self.path.exists():
            moment = max(moment, self.now())
        fresh = self.path.with_suffix(".new")
        fresh.write_text(f"{moment.timestamp()} {time.time()}", encoding="ascii")
        os.replace(fresh, self.path)

    def now(self) -> datetime:
        moment, since = map(float, self.path.read_text(encoding="ascii").split())
        return datetime.fromtimestamp(moment + time.time() - since, UTC)


class Terminal:
    """One person's terminal with a console in it."""

    def __init__(self, folder: Path, clock: ClockFile, who: str, size: tuple[int, int], theme: str = "") -> None:
        self.who, self.clock, self.size = who, clock, size
        self._tmux = ["tmux", "-L", f"warroom-walk-{os.getpid()}-{who}", "-f", os.devnull]
        self.home = home = folder / who
        """Where this person's settings and files are."""
        home.mkdir(parents=True, exist_ok=True)
        if theme:
            (home / "settings.toml").write_text(f'theme = "warroom-{theme}"\n', encoding="utf-8")
        start = [
            *(
                "env",
                "TERM=tmux-256color",
                "COLORTERM=truecolor",
                f"PYTHONPATH={Path(__file__).resolve().parent.parent}",
            ),
            *(sys.executable, str(Path(__file__).resolve()), "--as", who),
            *("--db", str(folder / "warroom.db"), "--clock", str(clock.path), "--home", str(home)),
        ]
        line = f"{shlex.join(start)}; echo ended $?; sleep 600"
        columns, rows = size
        self._run("new-session", "-d", "-s", "walk", "-x", str(columns), "-y", str(rows), "sh", "-c", line)
        self._run("set", "-g", "status", "off")
        self._run("set", "-ga", "terminal-overrides", ",*:Tc")
        self._run("resize-window", "-t", "walk", "-x", str(columns), "-y", str(rows))

    def _run(self, *words: str) -> str:
        return subprocess.run([*self._tmux, *words], check=True, capture_output=True, text=True).stdout

    def end(self) -> None:
        """Close the terminal, and with it whatever still runs there."""
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)

    # Reading

    def screen(self) -> str:
        return self._run("capture-pane", "-p", "-t", "walk")

    def picture(self, file: Path) -> None:
        """The screen in colours, as an SVG."""
        from rich.ansi import AnsiDecoder
        from rich.console import Console

        painted = self._run("capture-pane", "-p", "-e", "-N", "-t", "walk")
        columns, rows = self.size
        paper = Console(
            record=True, width=columns, height=rows, force_terminal=True, color_system="truecolor", file=io.StringIO()
        )
        # One decoder for all lines: tmux does not begin each with its colours anew.
        for line in islice(AnsiDecoder().decode(painted), rows):
            paper.print(line, no_wrap=True, crop=True, overflow="crop", soft_wrap=False)
        file.parent.mkdir(parents=True, exist_ok=True)
        paper.save_svg(str(file), title="")

    def until(self, holds: Callable[[str], bool], what: str) -> None:
        """Wait until the screen is as it should be."""
        end = time.monotonic() + PATIENCE_S
        while not holds(screen := self.screen()):
            if time.monotonic() > end:
                raise WrongScreenError(f"{self.who}: {what}\n{screen}")
            time.sleep(POLL_S)

    def settles(self) -> None:
        """Wait until the screen has stopped changing, apart from its seconds."""
        before = ""
        end = time.monotonic() + PATIENCE_S
        time.sleep(POLL_S)
        while (screen := re.sub(r"\d", "0", self.screen())) != before and time.monotonic() < end:
            before = screen
            time.sleep(2 * POLL_S)

    def reads(self) -> None:
        """Look at what has just come for as long as an Enter must wait that is about it."""
        time.sleep(READING_S + 2 * POLL_S)

    def shows(self, *words: str) -> None:
        for one in words:
            self.until(partial(_is_shown, one), f"{one!r} does not come")

    def hides(self, *words: str) -> None:
        for one in words:
            self.until(partial(_is_hidden, one), f"{one!r} stays")

    # Writing

    def presses(self, *keys: str) -> None:
        """Keys by tmux's names: Enter, Escape, C-s, M-n."""
        for key in keys:
            self._run("send-keys", "-t", "walk", key)
            # Esc and a letter behind it are one key with Alt, and two such keys at once are read as letters.
            time.sleep(0.25 if key == "Escape" or key.startswith("M-") else 0.06)

    def types(self, text: str) -> None:
        """Text as it stands, as if typed fast."""
        if text:
            self._run("send-keys", "-t", "walk", "-l", "--", text.replace(";", "\\;") if text.endswith(";") else text)
            time.sleep(0.05)


def _is_shown(words: str, screen: str) -> bool:
    return words in " ".join(screen.split())


def _is_hidden(words: str, screen: str) -> bool:
    return words not in screen


def main() -> None:
    """The console with another clock."""
    parser = argparse.ArgumentParser(description="The console with another clock.")
    for name in ("--as", "--db", "--clock", "--home"):
        parser.add_argument(name, required=True)
    given = vars(parser.parse_args())
    home = Path(given["home"])
    os.chdir(home)
    clock = ClockFile(Path(given["clock"]))
    status = run_app(log_path=Path(given["db"]), actor=given["as"], zone=UTC, clock=clock.now, config=home)
    sys.exit(status)


if __name__ == "__main__":
    main()
