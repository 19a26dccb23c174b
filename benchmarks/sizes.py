"""Cost against size: a room of 100 to 1,000,000 entries, a board of 1 to 10,000 incidents, 1 to 500 countdowns.

`python -m benchmarks sizes`. The floor of each is the same at the smallest size. Whole processes in terminals of their
own, as in `benchmarks.room`; each log is opened once before, for the states that are kept beside it. Linux only.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from benchmarks import making
from benchmarks.result import Result
from benchmarks.room import REF, entered, letters, typed
from benchmarks.terminal import Terminal, console

ENTRIES = (100, 1_000, 10_000, 100_000, 1_000_000)
INCIDENTS = (1, 10, 100, 1_000, 10_000)
COUNTDOWNS = (1, 5, 20, 100, 500)
EVENTS_EACH = 20
"""Of an incident on the board."""
OPEN_AT_MOST = 20
OPENINGS = 3
LINES = 25
"""Lines that are typed and entered, and as many of them undone."""
SETTLE_S, IDLE_S = 4.0, 15.0


def tell(words: str) -> None:
    print(f"… {words}", file=sys.stderr, flush=True)


def opened(db: Path, *words: str, ref: str = "", size: tuple[int, int] = (120, 36)) -> list[float]:
    """Seconds from the command to the words, each of some openings after the first, which keeps the states."""
    taken = []
    for _ in range(1 + OPENINGS):
        with console(db, *([ref] if ref else []), columns=size[0], lines=size[1]) as terminal:
            taken.append(terminal.until(*words) - terminal.started)
            terminal.rest(0.3)
    return taken[1:]


def undone(terminal: Terminal, word: str) -> float:
    """Seconds from Enter after /undo to the answer that names the entry."""
    terminal.send("/undo")
    terminal.rest()
    sent = terminal.send("\r")
    taken = terminal.until("Undone", word) - sent
    terminal.rest()
    return taken


def idle(db: Path, open: int) -> float:
    """Percent of a core that a board with so many open incidents takes."""
    with console(db, columns=200, lines=60) as board:
        board.until(f"{open} open")
        board.runs(SETTLE_S)
        before = board.processor_s()
        board.runs(IDLE_S)
        return 100 * (board.processor_s() - before) / IDLE_S


def of_entries(folder: Path, size: int) -> dict[str, tuple[float, str]]:
    db = folder / f"entries-{size}.db"
    making.build(db, incidents=1, events=size, open=1)
    costs = {"open the room": opened(db, "What happened?", "OWED", "│", ref=REF)}
    keys: list[float] = []
    enters: list[float] = []
    undos: list[float] = []
    words = map(letters, count())
    with console(db, REF) as room:
        room.until("What happened?", "OWED")
        room.rest(0.3)
        for _ in range(LINES):
            word = next(words)
            keys += typed(room, word)
            enters.append(entered(room, word))
            undos.append(undone(room, word))
    costs |= {"keystroke to painted": keys, "Enter to painted": enters, "/undo to painted": undos}
    db.unlink()
    return {what: (statistics.median(times) * 1000, "ms") for what, times in costs.items()}


def of_incidents(folder: Path, size: int) -> dict[str, tuple[float, str]]:
    db, open = folder / f"incidents-{size}.db", min(size, OPEN_AT_MOST)
    making.build(db, incidents=size, events=size * EVENTS_EACH, open=open)
    whole = opened(db, "Warroom", f"{open} open", making.reference(size - 1))
    painted = opened(db, "Warroom")
    return {
        "first paint of the board": (statistics.median(painted) * 1000, "ms"),
        "the whole board": (statistics.median(whole) * 1000, "ms"),
        "idle board": (idle(db, open), "% of a core"),
    }


def of_countdowns(folder: Path, size: int) -> dict[str, tuple[float, str]]:
    db = folder / f"countdowns-{size}.db"
    making.build(db, incidents=size, events=size * EVENTS_EACH, open=size)
    opened(db, f"{size} open", size=(200, 60))
    return {"idle board": (idle(db, size), "% of a core")}


def run() -> Iterator[Result]:
    for of, all_sizes, measure in (
        ("entries", ENTRIES, of_entries), ("incidents", INCIDENTS, of_incidents),
        ("countdowns", COUNTDOWNS, of_countdowns),
    ):  # fmt: skip
        smallest: dict[str, float] = {}
        for size in all_sizes:
            tell(f"{size:,} {of}")
            with tempfile.TemporaryDirectory() as folder:
                costs = measure(Path(folder), size)
            for what, (cost, unit) in costs.items():
                floor = smallest.setdefault(what, cost)
                yield Result(f"{what}, {of}", cost, floor, unit, f"with {all_sizes[0]:,}", size=size)


if __name__ == "__main__":
    for result in run():
        print(result.line())
