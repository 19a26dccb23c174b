"""The replay of an incident of 100,000 entries beside one of 100; `search` measures that of one of 1,000 incidents.

`python -m benchmarks.replay`. From the key to the moment being painted with the state of then, in a console in a
terminal of its own. To open it the log is read and folded in another thread, with states kept on the way; the room as
it is stands there meanwhile, and no key waits.
"""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import making
from benchmarks.result import Result
from benchmarks.room import LONG, REF, SHORT
from benchmarks.terminal import Terminal, console

RUNS = 15
BACK, ON, HOME, END, LEAVE = "\x1b[D", "\x1b[C", "\x1b[H", "\x1b[F", "\x1b"
OPEN = "\x1bV"
KNOWN = "events known"


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        taken = {}
        for events in (LONG, SHORT):
            db = Path(folder) / f"{events}.db"
            making.build(db, incidents=1, events=events, open=0)
            with console(db, REF) as terminal:
                terminal.until(REF)
                terminal.rest(1.0)
                taken[events] = stepped(terminal, events)
    against = f"{SHORT} entries"
    for what in taken[LONG]:
        ours, floor = (statistics.median(taken[events][what]) * 1000 for events in (LONG, SHORT))
        yield Result(f"replay of {LONG:,} entries, {what}, key to paint", ours, floor, "ms", against)


def in_many(db: Path, ref: str, events: int) -> Iterator[Result]:
    """The replay of one of the incidents of a large log, beside help over the same room."""
    replayed: list[float] = []
    helped: list[float] = []
    with console(db, ref) as terminal:
        terminal.until(ref)
        terminal.rest(1.0)
        for _ in range(RUNS):
            replayed.append(opened(terminal, events))
            terminal.send(LEAVE)
            terminal.rest(0.5)
            terminal.send(LEAVE)
            terminal.rest(0.5)
            helped.append(seconds(terminal, "?", "KEYS OUTSIDE THE PROMPT"))
            terminal.send(LEAVE)
            terminal.rest(0.5)
    ours, floor = (statistics.median(taken) * 1000 for taken in (replayed, helped))
    yield Result(
        f"replay of one of 1,000 incidents of {events:,} entries, key to paint", ours, floor, "ms", "opening help"
    )


def stepped(terminal: Terminal, events: int) -> dict[str, list[float]]:
    """Seconds of each kind of step."""
    taken: dict[str, list[float]] = {"opened": [opened(terminal, events)]}
    steps = taken.setdefault("a step back", [])
    for number in range(1, RUNS):
        steps.append(seconds(terminal, BACK, f"{events - number} of {events} {KNOWN}"))
    steps = taken.setdefault("a step on", [])
    for number in range(RUNS - 2, 0, -1):
        steps.append(seconds(terminal, ON, f"{events - number} of {events} {KNOWN}"))
    steps = taken.setdefault("from end to beginning and back", [])
    for _ in range(RUNS // 2):
        steps.append(seconds(terminal, HOME, f"1 of {events} {KNOWN}"))
        steps.append(seconds(terminal, END, f"{events} of {events} {KNOWN}"))
    return taken


def opened(terminal: Terminal, events: int) -> float:
    """Seconds from the room's key to the replay at its end."""
    return seconds(terminal, OPEN, f"{events} of {events} {KNOWN}")


def seconds(terminal: Terminal, key: str, words: str) -> float:
    sent = terminal.send(key)
    taken = terminal.until(words) - sent
    terminal.rest(0.2)
    return taken


if __name__ == "__main__":
    for result in run():
        print(result.line())
