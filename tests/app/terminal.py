"""A program in a pseudo-terminal: the console itself, or `tests.app.echo`, which says what it was given."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.app.driver import Clock, declared
from tests.forked import in_a_terminal
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]

Report = tuple[str, ...]
"""Of `tests.app.echo`: `("key", name, character)`, `("paste", text)` or `("size", columns, rows)`."""

_REPORT = re.compile(rb"\x1b_(.*?)\x1b\\")


class Terminal:
    """The real program in a pseudo-terminal."""

    def __init__(self, pid: int, master: int, has_ended: Callable[[], int | None] | None = None) -> None:
        """`has_ended` gives the exit status, None until there is one, of what is no child of this process."""
        self.pid, self.master = pid, master
        self.has_ended = has_ended or self._child_has_ended
        self.seen = b""
        self.status: int | None = None
        self._read_to = 0

    def _child_has_ended(self) -> int | None:
        ended, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if ended else None

    def reads(self) -> bool:
        """Take in what the program writes; False once it writes no more."""
        ready, _, _ = select.select([self.master], [], [], 0.1)
        if not ready:
            return True
        try:
            piece = os.read(self.master, 65536)
        except OSError:  # The other end is closed.
            return False
        self.seen += piece
        return bool(piece)

    def until(self, words: bytes, times: int = 1) -> None:
        """Until it has written these words so often."""
        end = time.monotonic() + PATIENCE_S
        while self.seen.count(words) < times:
            alive = self.reads() and time.monotonic() < end
            assert alive, f"no {words!r} in {self.seen[-2000:]!r}"

    def reports(self, last: Report) -> list[Report]:
        """Reports of the echo since the last call, up to `last`."""
        given: list[Report] = []
        end = time.monotonic() + PATIENCE_S
        while last not in given:
            alive = self.reads() and time.monotonic() < end
            assert alive, f"no {last} after {given[-20:]}; {self.seen[-500:]!r}"
            for match in _REPORT.finditer(self.seen, self._read_to):
                given.append(tuple(json.loads(match[1])))
                self._read_to = match.end()
        return given

    def types(self, words: str | bytes) -> None:
        """Type it, reading meanwhile, as the program may answer before it has read all."""
        left = words.encode() if isinstance(words, str) else words
        while left:
            _, room, _ = select.select([], [self.master], [], 0)
            if room:
                # A terminal takes 4,096 bytes at most.
                left = left[os.write(self.master, left[:1024]) :]
            else:
                self.reads()

    def resizes(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def is_raw(self) -> bool:
        """True when the program takes each key by itself; else the terminal's own line editing is on."""
        return not termios.tcgetattr(self.master)[3] & termios.ICANON

    def ends(self, patience_s: float = PATIENCE_S, typing: str = "") -> int:
        """Its exit status; fails when it does not end. `typing` is typed every second until then."""
        begun = typed = time.monotonic()
        while self.status is None:
            now = time.monotonic()
            assert now < begun + patience_s, "it goes on running"
            if typing and now > typed + 1:
                self.types(typing)
                typed = now
            if self.master >= 0:
                self.reads()
            self.status = self.has_ended()
        # What it wrote last, such as a traceback, may not be read yet.
        while self.master >= 0 and select.select([self.master], [], [], 0)[0] and self.reads():
            pass
        return self.status

    def leaves(self) -> None:
        """Leave the console by its key; it ends well."""
        self.types("\x11")
        assert self.ends() == 0

    def hangs_up(self) -> None:
        """Close the terminal under the program."""
        os.close(self.master)
        self.master = -1


@contextmanager
def running(
    command: Sequence[str], environ: Mapping[str, str], size: tuple[int, int] = (120, 36), errors: Path | None = None
) -> Iterator[Terminal]:
    """A program in a terminal of its own; `errors` takes what it writes to standard error."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    environ = {**kept, "TERM": "xterm-256color", **environ}
    is_console = [*command[:3]] == [sys.executable, "-m", "console"] and errors is None
    shown = _forked(command[3:], environ, size) if is_console else _started(command, environ, size, errors)
    try:
        yield shown
    finally:
        if shown.status is None:
            # It may have ended by itself, and the process that it was forked off has waited for it.
            with suppress(ProcessLookupError):
                os.kill(shown.pid, signal.SIGKILL)
            while shown.has_ended() is None:
                time.sleep(0.001)
        if shown.master >= 0:
            os.close(shown.master)


def _forked(args: Sequence[str], environ: Mapping[str, str], size: tuple[int, int]) -> Terminal:
    """The console, forked off a process that has imported it."""
    process, master = in_a_terminal("console", args, environ, size)
    assert process.pid is not None
    return Terminal(process.pid, master, lambda: process.exitcode)


def _started(
    command: Sequence[str], environ: Mapping[str, str], size: tuple[int, int], errors: Path | None
) -> Terminal:
    pid, master = pty.fork()
    if pid == 0:
        # The window has its size before the program asks for it.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        if errors is not None:
            os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT), 2)
        os.chdir(environ.get("PWD", "."))
        os.execve(command[0], [*command], environ)
    return Terminal(pid, master)


@contextmanager
def terminal(db: Path, ref: str, size: tuple[int, int] = (120, 36), errors: Path | None = None) -> Iterator[Terminal]:
    """The console in a terminal of its own, in the folder of its database."""
    environ = {"WARROOM_CONFIG": str(db.parent), "WARROOM_USER": "mo", "EDITOR": "true", "VISUAL": "true"}
    environ |= {"PWD": str(db.parent), "PYTHONPATH": str(ROOT)}
    with running([sys.executable, "-m", "console", "--db", str(db), ref], environ, size, errors) as shown:
        yield shown


@contextmanager
def room_in_terminal(folder: Path) -> Iterator[tuple[Terminal, Path, str]]:
    """The room of a new incident in a terminal, ready to be typed into; its database, and its reference."""
    db = folder / "warroom.db"
    ref = declared(db, Clock())
    with terminal(db, ref) as shown:
        shown.until(b"What happened?")
        yield shown, db, ref


@contextmanager
def echo(*above: str) -> Iterator[Terminal]:
    """`tests.app.echo`, ready to be typed at; `above` is a command that runs it, such as `sh -c`."""
    with running([*above, sys.executable, "-m", "tests.app.echo"], {}) as shown:
        shown.reports(("ready",))
        yield shown
