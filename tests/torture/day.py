"""A long day at the console: lines, screens opened and closed, resizes, colours, a colleague on the same file.

`python -m tests.torture day [HOURS LINES]`; 12 hours and 20,000 lines by itself. The lines go through the driver, the
clock steps through the hours, and the colleague is the real program in a terminal of its own. Measured are its memory
and, at the end, Enter to painted, in turns with a console that is opened then and with one on a copy of the file from
the morning: other work on the machine disturbs all alike. Of this console is told what grew, by type. All was opened
once before the first figure is taken.
"""

import asyncio
import gc
import select
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from console.app.recaller import PAUSE_S
from console.app.room.screen import RoomScreen
from console.app.stylesheet import RememberingStylesheet
from console.store.log import Log
from tests.app.driver import Clock, Room, console, declared
from tests.app.resting import quick_screens
from tests.app.terminal import Terminal, terminal
from tests.memory import memory

LINES = (
    "checkout answers slowly in {n} of the zones", "> restarted worker {n}", "* disk {n} is full",
    "? cache {n} may be cold", "! roll back to build {n}", "+ @rs 10m check replica {n}", "/done check replica {n}",
    "queue depth is {n} and falling", "wrong line {n}", "/undo",
)  # fmt: skip
"""The lines that are typed, in turns; `n` counts the turns."""
SCREENS = (
    "update", "severity", "stage", "role", "task", "snooze", "impact", "correct", "change", "component", "classify",
    "runbook", "handoff", "find", "jump", "advice", "playbook", "registers", "postmortem", "outbox", "targets",
    "declare", "help", "palette", "board",
)  # fmt: skip
"""Acts that open a screen or a form, which is left again."""
LINES_BETWEEN = 20
"""Lines between two screens."""
SIZES = ((80, 24), (160, 50), (120, 36))
ENTERS = 25
"""Lines that are timed, of the colleague's and of consoles that have just been opened."""
WARM = 5
"""Lines of each before those."""
WORD = "colleague"


class Footprint(NamedTuple):
    """The memory that this process holds."""

    memory_mb: float
    blocks: int
    """Pieces of memory that Python has given out, whatever is in them."""
    objects: Counter[str]
    """Objects that the garbage collector knows, by type; entries and events are not among them."""

    @classmethod
    def now(cls) -> "Footprint":
        gc.collect()
        gc.collect()
        objects = Counter(f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects())
        return cls(memory_mb("self"), sys.getallocatedblocks(), objects)


def memory_mb(pid: int | str) -> float:
    """A process's resident memory, in megabytes of 1,000,000 bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) * 1024 / 1e6


def processor_ms(pid: int) -> float:
    """Processor time of all the threads of a process so far."""
    results = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(file.read_text().split()[0]) for file in results) / 1e6


async def opens_and_leaves(room: Room, act: str) -> None:
    """Open what an act opens, and go back to the prompt."""
    room.app.action_act(act)
    await room.settles()
    while not isinstance(room.app.screen, RoomScreen):
        if room.app.screen is room.app.screen_stack[1]:
            room.app.open_room(room.ref)
            await room.settles()
        else:
            await room.presses("escape")
    room.screen.prompt.input.focus()
    await room.settles()


async def looks_around(room: Room, act: str, size: tuple[int, int]) -> None:
    """Open a screen and leave it, and change the size and the colours."""
    await opens_and_leaves(room, act)
    await room.pilot.resize_terminal(*size)
    room.app.action_act("theme")
    await room.settles()


async def works(
    room: Room, lines: int, step: timedelta, *, first: int = 0, screens: tuple[str, ...] = SCREENS,
    meanwhile: Callable[[int], None] = lambda line: None,
) -> None:  # fmt: skip
    """Type so many lines, and between them open screens, change size and colours; `first` is the first line's number.

    As many lines as `LINES_BETWEEN` times the screens open each screen once.
    """
    for number in range(first, first + lines):
        turn, kind = divmod(number, len(LINES))
        await room.logs(LINES[kind].format(n=turn))
        if room.line:
            # It asks first.
            await room.presses("enter")
        await room.ticks(seconds=step.total_seconds())
        turn, left = divmod(number, LINES_BETWEEN)
        if screens and left == LINES_BETWEEN - 1:
            await looks_around(room, screens[turn % len(screens)], SIZES[turn % len(SIZES)])
        meanwhile(number)


def drain(shown: Terminal) -> None:
    """Take in what a program has written, so that it never waits for its terminal."""
    while select.select([shown.master], [], [], 0)[0] and shown.reads():
        shown.seen = b""


class Entered(NamedTuple):
    """From Enter until the line is painted above the prompt."""

    passed_ms: float
    processor_ms: float


def entered(shown: Terminal, word: str) -> Entered:
    """Type a word and press Enter."""
    shown.types(word)
    shown.until(word.encode())
    for _ in range(3):
        shown.reads()
    shown.seen = b""
    used, begun = processor_ms(shown.pid), time.perf_counter()
    shown.types("\r")
    shown.until(word.encode())
    taken = Entered((time.perf_counter() - begun) * 1000, processor_ms(shown.pid) - used)
    for _ in range(3):
        shown.reads()
    return taken


def enters(*consoles: Terminal) -> list[Entered]:
    """The medians of each console; they take turns, with another word each."""
    timed = [[entered(shown, f"{WORD}{number}") for shown in consoles] for number in range(WARM + ENTERS)][WARM:]
    return [Entered(*map(statistics.median, zip(*each, strict=True))) for each in zip(*timed, strict=True)]


async def day(hours: int, lines: int) -> str:
    step = timedelta(hours=hours) / lines
    # The colleague's clock is the machine's: this one arrives there at the end.
    clock = Clock(datetime.now(UTC) - timedelta(hours=hours + 1))
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        db = Path(folder) / "warroom.db"
        ref = declared(db, clock, "ana")
        # Before this console takes standard error for its own, which other processes are begun with.
        with terminal(db, ref) as colleague:
            colleague.until(b"What happened?")
            async with console(Path(folder), actor="ana", clock=clock, ref=ref, quiet_s=PAUSE_S) as room:

                def meanwhile(line: int) -> None:
                    drain(colleague)
                    if line % 1000 == 999:
                        print(f"… {line + 1:,} of {lines:,} lines", file=sys.stderr, flush=True)

                opening = len(SCREENS) * LINES_BETWEEN
                await works(room, opening, step, meanwhile=meanwhile)
                morning = Path(folder) / "morning" / db.name
                morning.parent.mkdir()
                with Log.open(db) as log:
                    log.backup(morning)
                before, memory_before, entries = Footprint.now(), memory_mb(colleague.pid), len(room.state.entries)
                await works(room, lines, step, first=opening, meanwhile=meanwhile)
                after, memory_after, entries = (
                    Footprint.now(), memory_mb(colleague.pid), len(room.state.entries) - entries,
                )  # fmt: skip
            with terminal(morning, ref) as early, terminal(db, ref) as late:
                for shown in (early, late):
                    shown.until(b"What happened?")
                at_morning, anew, at_night = enters(early, late, colleague)
                assert [shown.ends(typing="\x11") for shown in (early, late, colleague)] == [0, 0, 0]
    own, theirs = after.memory_mb - before.memory_mb, memory_after - memory_before
    grown = (after.objects - before.objects).most_common(4)
    return (
        f"day: {hours} h, {lines:,} lines, {entries:,} entries, {lines // LINES_BETWEEN:,} screens, sizes and themes;"
        f" this console {before.memory_mb:.0f} → {after.memory_mb:.0f} MB ({own * 1e6 / entries:,.0f} bytes an entry,"
        f" {(after.blocks - before.blocks) / entries:.1f} blocks), the colleague's {memory_before:.0f} →"
        f" {memory_after:.0f} MB ({theirs * 1e6 / entries:,.0f} bytes an entry); Enter to"
        f" painted {at_night.passed_ms:.1f} ms, processor {at_night.processor_ms:.1f} ms; at one opened then"
        f" {anew.passed_ms:.1f}, {anew.processor_ms:.1f} ms ({at_night.processor_ms / anew.processor_ms:.2f}×), on the"
        f" morning's log {at_morning.passed_ms:.1f}, {at_morning.processor_ms:.1f} ms"
        f" ({at_night.processor_ms / at_morning.processor_ms:.2f}×); most grown:"
        f" {', '.join(f'{name} +{number:,}' for name, number in grown)}"
    )


def main(hours: int = 12, lines: int = 20_000) -> str:
    started = time.perf_counter()
    # The sheet that stories share keeps what was worked out for each set of colours; a console forgets that.
    with quick_screens(), patch("console.app.main.RememberingStylesheet", RememberingStylesheet):
        figures = asyncio.run(day(hours, lines))
    return f"{figures}; {time.perf_counter() - started:.0f} s"
