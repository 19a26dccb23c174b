"""The room with 100,000 entries: opening it, typing, Enter, another size.

Goals: Enter to painted, p99, at most 1.2× of the same with 100 entries; a keystroke to painted, p99, at most 1.5× of a
bare Textual Input. Where a server is set that takes the connection and never answers, both medians are at most 1.2× of
those without one.

`python -m benchmarks.room`. All are whole processes, each in a terminal of its own; one types at them in turns
and looks for what was typed in what they paint. "Enter to painted" ends when the entry stands in the timeline, so the
commit is in it.
"""

import os
import socket
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import making
from benchmarks.result import Result
from benchmarks.terminal import Terminal, bare, console

LONG, SHORT = 100_000, 100
LINES = 150
REF = making.reference(0)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def letters(number: int) -> str:
    """A word that has not been typed before."""
    word = ""
    for _ in range(4):
        number, at = divmod(number, 26)
        word = LETTERS[at] + word
    return word


def typed(terminal: Terminal, word: str, before: str = "") -> list[float]:
    """Seconds from each keystroke of a word to its being painted behind what stands there already."""
    taken = []
    for at, letter in enumerate(word, 1):
        sent = terminal.send(letter)
        taken.append(terminal.until(before + word[:at]) - sent)
        terminal.rest(0.02)
    return taken


def entered(terminal: Terminal, word: str) -> float:
    """Seconds from Enter to the line in the timeline."""
    sent = terminal.send("\r")
    taken = terminal.until(f"│ {word}") - sent
    terminal.rest()
    return taken


def p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[98]


def middle(ours: list[float], floor: list[float]) -> tuple[float, float]:
    """The median of each, in milliseconds."""
    return statistics.median(ours) * 1000, statistics.median(floor) * 1000


def both(what: str, ours: list[float], floor: list[float], against: str, goal: float) -> list[Result]:
    """The 99th percentile, which the goal is about, and the median, which a busy machine does not blur."""
    mine, less = middle(ours, floor)
    return [
        Result(f"{what}, p99", p99(ours) * 1000, p99(floor) * 1000, "ms", against, goal),
        Result(f"{what}, median", mine, less, "ms", against),
    ]


@contextmanager
def silent_server() -> Iterator[None]:
    """Consoles that are started meanwhile replicate with a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        os.environ["WARROOM_SYNC"] = f"postgresql://mo@127.0.0.1:{port}/warroom?sslmode=disable"
        try:
            yield
        finally:
            del os.environ["WARROOM_SYNC"]


def opened(db: Path) -> float:
    """Seconds from the command to a room with all its lines."""
    with console(db, REF) as terminal:
        return terminal.until("What happened?", "OWED", "│") - terminal.started


def resized(terminal: Terminal) -> float:
    """Seconds of processor time that another width takes, all its repaints together."""
    before = terminal.processor_s()
    terminal.resize(100, 36)
    terminal.runs(1.5)
    taken = terminal.processor_s() - before
    terminal.resize(120, 36)
    terminal.runs(1.5)
    return taken


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        long_db, short_db, alone_db = (Path(folder) / f"{name}.db" for name in ("long", "short", "alone"))
        making.build(long_db, incidents=1, events=LONG, open=1)
        for db in (short_db, alone_db):
            making.build(db, incidents=1, events=SHORT, open=1)
        for db in (long_db, short_db, alone_db):
            # Once for the states that are kept beside the log.
            with console(db, REF) as terminal:
                terminal.until("What happened?")
                terminal.rest(0.3)
        opening = [(opened(long_db), opened(short_db)) for _ in range(5)]
        with (
            console(long_db, REF) as long, console(short_db, REF) as short, bare("input") as floor,
            silent_server(), console(alone_db, REF) as alone,
        ):  # fmt: skip
            for terminal in (long, short, alone):
                terminal.until("What happened?", "OWED")
            floor.until("ready")
            keys: dict[Terminal, list[float]] = {long: [], short: [], alone: [], floor: []}
            enters: dict[Terminal, list[float]] = {long: [], short: [], alone: []}
            for terminal in keys:
                terminal.rest(0.3)
            stands = ""
            for number in range(LINES):
                word = letters(number)
                for terminal in enters:
                    keys[terminal] += typed(terminal, word)
                    enters[terminal].append(entered(terminal, word))
                keys[floor] += typed(floor, word, stands[-8:])
                stands += word
                if len(stands) > 80:
                    floor.send("\x15")
                    floor.rest()
                    stands = ""
            sizes = [(resized(long), resized(short)) for _ in range(5)]
    against = f"with {SHORT} entries"
    ours, less = middle(*map(list, zip(*opening, strict=True)))
    wide, narrow = middle(*map(list, zip(*sizes, strict=True)))
    return [
        *both(f"Enter to painted, {LONG:,} entries", enters[long], enters[short], against, 1.2),
        *both(f"keystroke to painted, {LONG:,} entries", keys[long], keys[floor], "a bare Input", 1.5),
        *both(f"keystroke to painted, {SHORT} entries", keys[short], keys[floor], "a bare Input", 1.5),
        *(
            Result(f"{what}, median, the server silent", *middle(times[alone], times[short]), "ms", "no server", 1.2)
            for what, times in (("Enter to painted", enters), ("keystroke to painted", keys))
        ),
        Result(f"command to the room, {LONG:,} entries", ours, less, "ms", against),
        Result(f"another width, processor time, {LONG:,} entries", wide, narrow, "ms", against),
    ]


if __name__ == "__main__":
    for result in run():
        print(result.line())
