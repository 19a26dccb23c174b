"""The room with 100,000 entries: opening it, typing, Enter, another size.

Goals: Enter to painted, p99, at most 1.2× of the same with 100 entries; a keystroke to painted, p99, at most 1.5× of a
bare Textual Input.

`python -m benchmarks.room [LINES]`. All are whole processes, each in a terminal of its own; one types at them in turns
and looks for what was typed in what they paint. "Enter to painted" ends when the entry stands in the timeline, so the
commit is in it.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import making
from benchmarks.terminal import Terminal, bare, console

LONG, SHORT = 100_000, 100
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


def report(name: str, ours: list[float], floor: list[float], what: str, goal: str) -> None:
    mine, bare_ = p99(ours) * 1000, p99(floor) * 1000
    middle = f"medians {statistics.median(ours) * 1000:.1f} and {statistics.median(floor) * 1000:.1f} ms"
    print(f"{name}: p99 {mine:.1f} ms, {what} {bare_:.1f} ms, {mine / bare_:.2f}× (goal {goal}); {middle}")


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    with tempfile.TemporaryDirectory() as folder:
        long_db, short_db = Path(folder) / "long.db", Path(folder) / "short.db"
        making.build(long_db, incidents=1, events=LONG, open=1)
        making.build(short_db, incidents=1, events=SHORT, open=1)
        for db in (long_db, short_db):
            # Once for the states that are kept beside the log.
            with console(db, REF) as terminal:
                terminal.until("What happened?")
                terminal.rest(0.5)
        with console(long_db, REF) as long, console(short_db, REF) as short, bare("input") as floor:
            opened = long.until("What happened?", "OWED") - long.started
            opened_short = short.until("What happened?", "OWED") - short.started
            print(
                f"open: {opened * 1000:.0f} ms from the command to the room, {opened_short * 1000:.0f} ms with {SHORT}"
            )
            floor.until("ready")
            keys: dict[Terminal, list[float]] = {long: [], short: [], floor: []}
            enters: dict[Terminal, list[float]] = {long: [], short: []}
            for terminal in keys:
                terminal.rest(0.5)
            whole = ""
            for number in range(lines):
                word = letters(number)
                for terminal in (long, short):
                    keys[terminal] += typed(terminal, word)
                    enters[terminal].append(entered(terminal, word))
                keys[floor] += typed(floor, word, whole[-8:])
                whole += word
                if len(whole) > 80:
                    floor.send("\x15")
                    floor.rest()
                    whole = ""
            report("Enter to painted", enters[long], enters[short], f"with {SHORT} entries", "1.2×")
            report("keystroke to painted", keys[long], keys[floor], "bare Input", "1.5×")
            report("  the same with 100 entries", keys[short], keys[floor], "bare Input", "1.5×")
            for columns in (80, 120):
                for name, terminal in ((f"{LONG:,}", long), (f"{SHORT:,}", short)):
                    asked = terminal.resize(columns, 36)
                    print(f"resize to {columns} columns, {name} entries: {(terminal.until('│') - asked) * 1000:.0f} ms")
                    terminal.rest(0.3)


if __name__ == "__main__":
    main()
