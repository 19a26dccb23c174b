"""Signals at random moments while somebody types: ways to end, stop and resize a console, and to close its terminal.

`python -m tests.torture signals [COUNT]`; COUNT is 200 by itself. Each time: the exit status, no traceback,
the terminal as it was, and no key lost: log and draft together are the beginning of what was typed.
"""

import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import product
from pathlib import Path

from console.core.subjects.entry import EntryLogged, LogEntry
from console.store import Log
from console.store.ledger import Ledger
from tests.app.driver import Clock, declared
from tests.app.terminal import ROOT, Terminal, running

ENDS = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129, "SIGQUIT": 131, "closed": 129}
"""The ways in which a console ends, with its exit status. In the room as lines SIGINT is Ctrl+C, which ends nothing."""
BEFORE = ("nothing", "SIGSTOP", "SIGWINCH", "SIGTSTP", "SIGINT")
"""The signals before; Ctrl+Z has no effect where no shell waits for the job."""
KINDS = {"room": (), "lines": ("--plain",)}
READY = {"room": b"What happened?", "lines": b"> "}
LOGGED = {"room": rb"Logged at [\d:]+: (line-\d+)", "lines": rb"note  (line-\d+)  \(mo\)"}
ENTERED = b"\x1b[?1049h"
"""A program takes the terminal's other screen."""
MAX_IDLE_S = 0.35
"""The most seconds of processor time that ending may take besides the ordinary: no loop spins."""


class Typist:
    """Somebody who types one line behind the other, and does not look."""

    def __init__(self, shown: Terminal, chance: random.Random) -> None:
        self._shown, self._chance = shown, chance
        self.typed = ""

    def types_for(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Whole lines and pieces of them, for so long, or until something holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            rest = self._rest
            self._types(rest if self._chance.random() < 0.9 else rest[: self._chance.randrange(1, len(rest) + 1)])

    def ends_the_line(self) -> None:
        self._types(self._rest)

    @property
    def _rest(self) -> str:
        """The characters of the line that are still to be typed."""
        lines = self.typed.split("\r")
        return f"line-{len(lines) - 1:06}\r"[len(lines[-1]) :]

    def _types(self, piece: str) -> None:
        self._shown.types(piece)
        self.typed += piece
        self._shown.reads()


def once(folder: Path, kind: str, before: str, end: str, chance: random.Random) -> int:
    """One console that somebody types in, and how it ends; how many lines were acknowledged."""
    what = f"{kind}, {before}, {end}"
    db = folder / "warroom.db"
    ref = declared(db, Clock())
    with opened(db, kind, ref) as shown:
        shown.until(READY[kind])
        typist = Typist(shown, chance)
        typist.types_for(chance.uniform(0, 0.6))
        if before in ("SIGSTOP", "SIGTSTP"):
            # What is typed while the terminal is the shell's is not the console's.
            typist.ends_the_line()
            while len(logged(db, ref)) < typist.typed.count("\r"):
                shown.reads()
        disturb(shown, before, kind)
        typist.types_for(chance.uniform(0, 0.3))
        if end == "closed":
            shown.hangs_up()
        else:
            os.kill(shown.pid, getattr(signal, end))
        status = shown.ends(60)
        assert status == ENDS[end], f"{what}: {status}; {shown.seen[-300:]!r}"
        assert b"Traceback" not in shown.seen, f"{what}: {shown.seen[-3000:]!r}"
        if end != "closed":
            assert not shown.is_raw(), f"{what}: the terminal takes keys one by one"
            assert f"Ended by {end}".encode() in shown.seen, f"{what}: {shown.seen[-300:]!r}"
            if kind == "room":
                assert b"\x1b[?1049l" in shown.seen, f"{what}: the other screen is left"
    acknowledged = acknowledged_in(shown, kind)
    lines = kept_lines(db, ref, what, acknowledged)
    with Log.open(db) as log:
        half = "".join(f"{line}\r" for line in on_their_way(log, ref))
        half += log.drafts().get(f"prompt {ref} mo", "").replace("\n", "\r")
    kept = "".join(f"{line}\r" for line in lines) + half
    same = next((at for at, pair in enumerate(zip(kept, typist.typed, strict=False)) if pair[0] != pair[1]), len(kept))
    here = slice(max(0, same - 20), same + 40)
    assert typist.typed.startswith(kept), f"{what}: kept {kept[here]!r} of {typist.typed[here]!r}"
    return len(acknowledged)


def opened(db: Path, kind: str, ref: str) -> AbstractContextManager[Terminal]:
    """The console on an incident in a terminal of its own, as a room or as lines."""
    folder = str(db.parent)
    environ = {"WARROOM_CONFIG": folder, "WARROOM_USER": "mo", "PYTHONPATH": str(ROOT), "PWD": folder}
    return running([sys.executable, "-m", "console", "--db", str(db), *KINDS[kind], ref], environ)


def acknowledged_in(shown: Terminal, kind: str) -> set[str]:
    """The lines that a console has said to be logged."""
    return {match[1].decode() for match in re.finditer(LOGGED[kind], shown.seen)}


def kept_lines(db: Path, ref: str, what: str, acknowledged: set[str]) -> list[str]:
    """The lines in a log, which is whole and has all that was acknowledged."""
    with Log.open(db) as log:
        assert log.verify() == [], what
    lines = logged(db, ref)
    assert acknowledged <= set(lines), f"{what}: {acknowledged - set(lines)} were acknowledged"
    return lines


def on_their_way(log: Log, ref: str) -> list[str]:
    """Lines that were entered and are not logged; a new console names them, and Up brings them back."""
    parts = (part.partition("\x1f") for part in log.drafts().get(f"paste {ref} mo", "").split("\x1e") if part)
    return [line for line, _, event_id in parts if not (event_id and log.event(event_id))]


def logged(db: Path, ref: str) -> list[str]:
    with Log.open(db, read_only=True) as log:
        return [event.body.text for event in log.events(ref) if isinstance(event.body, EntryLogged)]


def disturb(shown: Terminal, before: str, kind: str) -> None:
    """Send the console the signal that comes before the one that ends it, and from which nothing may come."""
    painted = shown.seen.count(ENTERED)
    if before == "SIGSTOP":
        os.kill(shown.pid, signal.SIGSTOP)
        time.sleep(0.05)
        os.kill(shown.pid, signal.SIGCONT)
    elif before == "SIGTSTP" or (before == "SIGINT" and kind == "lines"):
        os.kill(shown.pid, getattr(signal, before))
    elif before == "SIGWINCH":
        for size in range(200):
            shown.resizes(40 + size % 100, 10 + size % 40)
            if size % 20 == 0:
                shown.reads()
    if before in ("SIGSTOP", "SIGTSTP") and kind == "room":
        shown.until(ENTERED, painted + 1)


def idle(folder: Path, *args: str) -> float:
    """Seconds of processor time that a program takes whose terminal is gone and that was told to ignore it."""
    db = folder / "warroom.db"
    ref = declared(db, Clock())
    environ = {"WARROOM_CONFIG": str(folder), "WARROOM_USER": "mo", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "console", "--db", str(db), *args, ref]
    with running(["/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *command], environ) as shown:
        shown.until(b"Following" if "watch" in args else b"> ")
        shown.hangs_up()
        time.sleep(0.3)
        taken = _processor_s(shown.pid)
        time.sleep(0.7)
        taken = _processor_s(shown.pid) - taken
        for _ in range(3):
            # What it has to tell has nowhere to go: it ends, or has ended already.
            with Log.open(db) as log:
                Ledger(log, actor="al", clock=Clock()).execute(ref, LogEntry(actor="al", text="news"))
            time.sleep(0.2)
        shown.ends(30)
    return taken


def _processor_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(count: int = 200, seed: int = 11) -> str:
    """The short form takes a few at random."""
    started = time.perf_counter()
    chance = random.Random(seed)
    figures: Counter[str] = Counter()
    every = product(KINDS, BEFORE, ENDS)
    cases = [(kind, before, end) for kind, before, end in every if (kind, end) != ("lines", "SIGINT")]
    for number in range(count):
        kind, before, end = cases[number % len(cases)] if count >= len(cases) else chance.choice(cases)
        with tempfile.TemporaryDirectory() as folder:
            figures["acknowledged"] += once(Path(folder), kind, before, end, chance)
        figures[end] += 1
    for args in (("watch",), ("--plain",)):
        with tempfile.TemporaryDirectory() as folder:
            taken = idle(Path(folder), *args)
        assert taken < MAX_IDLE_S, f"{args}: {taken} s of processor time while nothing happens"
    ends = ", ".join(f"{figures[end]} {end}" for end in ENDS if figures[end])
    return (
        f"signals: {count} consoles ended while somebody typed ({ends}): 0 tracebacks, 0 terminals left raw,"
        f" 0 of {figures['acknowledged']:,} acknowledged lines and 0 typed keys lost; seed {seed},"
        f" {time.perf_counter() - started:.0f} s"
    )
