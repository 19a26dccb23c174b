"""The timeline beside what else shows its 100,000 lines: three widgets of Textual's, and toolong; sqlite3 in a loop.

`python -m benchmarks peers`. All are whole processes in terminals of their own, and the rows say what each of them does
for the same: the widgets hold plain lines in memory, toolong reads a file, and only the console writes to a disk.
toolong needs another Textual than ours, so it has an environment of its own; WARROOM_TOOLONG is the path of its `tl`.
Linux only.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks import making
from benchmarks.append import waits
from benchmarks.result import Result
from benchmarks.room import REF, entered, letters, typed
from benchmarks.terminal import ROOT, Terminal, console
from console.core.language.text import one_line
from console.store.ledger import Ledger
from console.store.log import Log

LINES = 100_000
OPENINGS, WORDS, JUMPS, PROCESSES = 3, 15, 5, 30
SHOWN = 24
"""Characters of a line that no width cuts."""
ESCAPE, SHIFT_TAB, HOME, END = "\x1b", "\x1b[Z", "\x1b[H", "\x1b[F"


class Costs(NamedTuple):
    """Medians in milliseconds, and megabytes; None where a program has no such thing."""

    opening: float
    memory: float
    jump: float
    """From the last line to the first, and back."""
    keystroke: float | None = None
    append: float | None = None


class Peer(NamedTuple):
    words: str
    """The words for it in the rows."""
    start: Callable[[], Terminal]
    list_key: str
    """Leads from the field to the lines; empty where there is no field."""
    first_key: str = HOME
    last_key: str = END


def costs(peer: Peer, first: str, last: str) -> Costs:
    """The costs of a program; `first` and `last` are painted when it shows the first and the last line."""
    openings = []
    for number in range(OPENINGS):
        with peer.start() as terminal:
            openings.append(terminal.until(last) - terminal.started)
            terminal.rest(0.5)
            if number + 1 < OPENINGS:
                continue
            memory = terminal.memory_mb()
            keys: list[float] = []
            appends: list[float] = []
            for word in map(letters, range(WORDS) if peer.list_key else ()):
                keys += typed(terminal, word)
                appends.append(entered(terminal, word))
            if peer.list_key:
                last = letters(WORDS - 1)
                terminal.send(peer.list_key)
                terminal.rest(0.3)
            jumps = [jumped(terminal, peer, first, last) for _ in range(JUMPS)]
    return Costs(
        statistics.median(openings) * 1000,
        memory,
        statistics.median(jumps) * 1000,
        *(statistics.median(times) * 1000 if times else None for times in (keys, appends)),
    )


def jumped(terminal: Terminal, peer: Peer, first: str, last: str) -> float:
    sent = terminal.send(peer.first_key)
    taken = terminal.until(first) - sent
    terminal.rest()
    sent = terminal.send(peer.last_key)
    taken += terminal.until(last) - sent
    terminal.rest()
    return taken


def lines_of(db: Path, file: Path) -> tuple[str, str]:
    """Write the room's lines as text, as it shows them; how the first and the last one begin."""
    with Log.open(db) as log:
        entries = Ledger(log, actor="mo", clock=lambda: datetime.now(UTC)).state(REF).entries
    texts = [one_line(entry.text, 500) for entry in entries]
    rows = (f"{entry.occurred_at:%H:%M} │ {text}\n" for entry, text in zip(entries, texts, strict=True))
    file.write_text("".join(rows), encoding="utf-8")
    return texts[0][:SHOWN], texts[-1][:SHOWN]


def toolong() -> str:
    """The path of its program; empty where it is not installed."""
    return os.environ.get("WARROOM_TOOLONG") or shutil.which("tl") or ""


def widget(name: str, file: Path) -> Terminal:
    return Terminal(["-m", "benchmarks.peer_apps", name, str(file)])


def compared(what: str, ours: Costs, theirs: Costs, words: str) -> Iterator[Result]:
    for measure, named, unit in (
        ("opening", f"open {LINES:,} {what}", "ms"),
        ("memory", f"memory with {LINES:,} {what}", "MB"),
        ("jump", f"to the first of {LINES:,} {what} and back to the last", "ms"),
        ("keystroke", f"keystroke to painted beside {LINES:,} {what}", "ms"),
        ("append", f"Enter to painted below {LINES:,} {what}, ours committed", "ms"),
    ):
        mine, other = getattr(ours, measure), getattr(theirs, measure)
        if other is not None:
            yield Result(named, mine, other, unit, words)


def of_timelines(folder: Path) -> Iterator[Result]:
    db, file = folder / "warroom.db", folder / "lines.txt"
    making.build(db, incidents=1, events=LINES, open=1)
    first, last = lines_of(db, file)
    peers = [
        Peer("RichLog: lines of text, none of which can be chosen", partial(widget, "rich-log", file), SHIFT_TAB),
        Peer(
            "DataTable: two columns, one line a row", partial(widget, "data-table", file), SHIFT_TAB,
            first_key="\x1b[1;5H", last_key="\x1b[1;5F",
        ),
        Peer("OptionList: rows that can be chosen", partial(widget, "option-list", file), SHIFT_TAB),
    ]  # fmt: skip
    ours = costs(Peer("", partial(console, db, REF), ESCAPE), first, last)
    for peer in peers:
        yield from compared("lines", ours, costs(peer, first, last), peer.words)
    program, words = toolong(), "toolong: a file that is read only where it is shown"
    if program:
        reader = Peer(words, lambda: Terminal([str(file)], program=program), "")
        yield from compared("lines", ours, costs(reader, first, last), words)
    else:
        yield Result(f"open {LINES:,} lines", ours.opening, None, "ms", "toolong: not installed")


def seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - begun


def of_appends(folder: Path) -> Iterator[Result]:
    """Lines that a shell writes, a process each, and those that the console writes."""
    words = "sqlite3, a process for each line: one bare table"
    program = shutil.which("sqlite3")
    db, raw = folder / "append.db", folder / "bare.db"
    making.build(db, incidents=1, events=100, open=1)
    logging = [sys.executable, "-m", "console", "--db", str(db), "--as", "mo", "log", REF, "error rate 3 %"]
    if program is None:
        yield Result("a line by warroom log", seconds(logging) * 1000, None, "ms", "sqlite3: not installed")
        return
    pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    subprocess.run([program, str(raw), f"{pragmas} CREATE TABLE entry(text TEXT)"], check=True, capture_output=True)
    inserting = [program, str(raw), f"{pragmas} INSERT INTO entry VALUES('error rate 3 %')"]
    # In turns, so that a disk that slows down slows both.
    shell, logged = zip(*((seconds(inserting), seconds(logging)) for _ in range(PROCESSES)), strict=True)
    floor = statistics.median(shell) * 1000
    yield Result("a line by warroom log, a process for each", statistics.median(logged) * 1000, floor, "ms", words)
    inside = folder / "inside"
    inside.mkdir()
    committed = statistics.median(waits(inside, PROCESSES)[0]) * 1000
    yield Result("a line that an open console commits", committed, floor, "ms", words)


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        yield from of_timelines(Path(folder))
        yield from of_appends(Path(folder))


if __name__ == "__main__":
    for result in run():
        print(result.line())
