"""Input for the driver at length: sequences in pastes, and bytes of any kind, at a small app and at the console.

`python -m tests.torture input [COUNT]`; COUNT is 10,000 by itself.
"""

import random
import tempfile
import time
from itertools import islice
from pathlib import Path

from tests.app.driver import Clock, declared
from tests.app.terminal import echo, terminal
from tests.patience import PATIENCE_S
from tests.torture import sequences
from tests.torture.sequences import PASTE, PASTE_END

F13 = "\x1b[57376u"
BATCH = 500
LEAVING = (b"\x11", b"q", b"\x1a")
"""Keys that end or stop the console, which is what they are for."""


def pastes(count: int, seed: int) -> int:
    """Each sequence that is known, and so many random pastes: each is one text, and nothing is a key."""
    chance = random.Random(seed)
    texts = [f"a{sequence}b" for sequence in sequences.KNOWN] + [sequences.random_paste(chance) for _ in range(count)]
    with echo() as shown:
        for at in range(0, len(texts), BATCH):
            batch = texts[at : at + BATCH]
            shown.types("".join(f"{PASTE}{text}{PASTE_END}" for text in batch) + F13)
            assert shown.reports(("key", "f13", "")) == [*(("paste", text) for text in batch), ("key", "f13", "")]
    return len(texts)


def noise(count: int, seed: int) -> int:
    """Each byte and so many strings of them: the app answers behind each."""
    bursts = [*(bytes([byte]) for byte in range(256)), *sequences.bursts(random.Random(seed), count)]
    with echo() as shown:
        for at in range(0, len(bursts), BATCH):
            batch = bursts[at : at + BATCH]
            shown.types(b"".join(burst + F13.encode() for burst in batch) + f"{PASTE}batch {at}{PASTE_END}".encode())
            assert shown.reports(("paste", f"batch {at}")).count(("key", "f13", "")) == len(batch)
    return len(bursts)


def at_the_console(count: int, seed: int) -> int:
    """The same at the console, wherever it leads: dialogs, other screens. It lives, and writes a line at the end."""
    chance = random.Random(seed)
    fit = (burst for burst in sequences.bursts(chance, 2 * count) if not any(key in burst for key in LEAVING))
    bursts = [*(bytes([byte]) for byte in range(256) if bytes([byte]) not in LEAVING), *islice(fit, count)]
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "warroom.db"
        with terminal(db, declared(db, Clock())) as shown:
            shown.until(b"What happened?")
            for at in range(0, len(bursts), BATCH):
                shown.seen = b""
                shown.types(b"".join(bursts[at : at + BATCH]))
            # More than once: what is typed while the practice incident's console opens is thrown away.
            assert shown.ends(PATIENCE_S + count, typing="\x11") == 0, "it ended otherwise than by Ctrl+Q"
            assert b"Traceback" not in shown.seen
    return len(bursts)


def main(count: int = 10_000, seed: int = 20) -> str:
    started = time.perf_counter()
    figures = {
        "pastes, each one text": pastes(count, seed),
        "strings of bytes that an app outlived": noise(count, seed),
        "that the console outlived": at_the_console(count, seed),
    }
    words = ", ".join(f"{number:,} {words}" for words, number in figures.items())
    return f"input: {words}; seed {seed}, {time.perf_counter() - started:.0f} s"
