"""A program in a terminal of its own, timed from outside: keys go in, bytes come out, and what they say is looked at.

Works where Python has `pty`; processor time and memory are read from /proc.
"""

import compileall
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-9;:?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[()][A-Z0-9]|[=>78])"
)
ROOT = Path(__file__).parents[1]
PATIENCE_S = 120.0
"""Seconds to wait for words before the benchmark gives up."""


@cache
def compile_programs() -> None:
    """Byte-compile what is measured, as an installed program is; with PYTHONDONTWRITEBYTECODE nothing else would."""
    for folder in ("console", "benchmarks"):
        compileall.compile_dir(ROOT / folder, quiet=1)


class Terminal:
    """`python ARGV...`, or another program, behind a pseudo-terminal of COLUMNS × LINES."""

    def __init__(
        self, argv: Sequence[str], *, program: str = sys.executable, columns: int = 120, lines: int = 36
    ) -> None:
        compile_programs()
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            # Set before the program begins, so that it sees its size at once.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            environ = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
            for name in ("COLUMNS", "LINES", "NO_COLOR", "TEXTUAL"):
                environ.pop(name, None)
            os.execve(program, [program, *argv], environ)
        self._raw = ""
        # A read ends where the terminal's buffer does, which may be within a character.
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, keys: str) -> float:
        """Type; the moment before."""
        self._raw = ""
        moment = time.perf_counter()
        os.write(self._fd, keys.encode())
        return moment

    def resize(self, columns: int, lines: int) -> float:
        """Give the terminal another size; the moment before."""
        self._raw = ""
        moment = time.perf_counter()
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        return moment

    def until(self, *words: str) -> float:
        """The moment at which all of the words had been painted since the last `send`."""
        end = time.perf_counter() + PATIENCE_S
        while time.perf_counter() < end:
            if not self._read(0.5):
                continue
            moment = time.perf_counter()
            text = _ESCAPES.sub("", self._raw)
            if all(word in text for word in words):
                return moment
        raise TimeoutError(f"{words} did not appear; the last of what did: {_ESCAPES.sub('', self._raw)[-500:]!r}")

    def rest(self, quiet_s: float = 0.06) -> None:
        """Read until nothing has been painted for a while; well under 0.5 s, in which a cursor blinks."""
        end = time.perf_counter() + 5.0
        while self._read(quiet_s) and time.perf_counter() < end:
            pass
        self._raw = ""

    def runs(self, seconds: float) -> None:
        """Let it run, reading what it paints."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)
            self._raw = ""

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return False
        try:
            self._raw += self._decode(os.read(self._fd, 1 << 16))
        except OSError as error:
            raise RuntimeError(f"the program has ended: {self._raw[-2000:]}") from error
        return True

    def processor_s(self) -> float:
        """Processor time of all its threads so far, in seconds."""
        results = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(file.read_text().split()[0]) for file in results) / 1e9

    def memory_mb(self) -> float:
        """The memory that it holds now (resident set), in megabytes of 1,000,000 bytes."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) * 1024 / 1e6

    def close(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        end = time.perf_counter() + 20.0
        try:
            while time.perf_counter() < end:
                self._read(0.5)
                self._raw = ""
            os.kill(self.pid, signal.SIGKILL)
        except RuntimeError:
            pass  # It has ended.
        os.waitpid(self.pid, 0)
        os.close(self._fd)


def console(db: Path, *more: str, columns: int = 120, lines: int = 36) -> Terminal:
    """The console itself, on a database."""
    return Terminal(
        ["-m", "console", "--db", str(db), "--as", "mo", "--tz", "UTC", *more], columns=columns, lines=lines
    )


def bare(kind: str) -> Terminal:
    """An app of `benchmarks.bare`: empty, label or input."""
    return Terminal(["-m", "benchmarks.bare", kind])
