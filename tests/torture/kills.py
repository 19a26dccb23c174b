"""Writers and consoles that are killed with -9 in the middle of writing, in both modes of the journal.

`python -m tests.torture kills [KILLS ENTRIES]`; 1,000 kills and at least 50,000 acknowledged entries by itself, half of
them in a write-ahead log and half with the rollback journal that Warroom falls back to. Two processes write to a file,
one is killed, the other goes on until it is killed too; one kill in twenty hits the real program, while somebody types.
After each: every entry that was acknowledged is there, none is there twice, the log verifies, and no byte is left of
what a redaction in it erased.
"""

import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from itertools import count as counting
from multiprocessing.connection import Connection
from pathlib import Path

from console.core.subjects.undo import EntryRedacted
from console.store import Log, schema
from tests.app.driver import Clock, declared
from tests.memory import memory
from tests.store.making import INCIDENT, entry, event
from tests.torture.signals import KINDS, READY, Typist, acknowledged_in, kept_lines, opened

MODES = ("wal", "delete")
KILLS_OF_A_FILE = 40
KILLS_OF_A_CONSOLE = 20
"""One of so many kills is a console's."""
ENTRIES_OF_A_REDACTION = 8
MOST_LINES = 20
"""A console is killed once this many of its lines are acknowledged, or fewer."""


def secret(entry_id: str) -> str:
    """A word of the entry, which is no part of another's."""
    return f"hunter2{entry_id.replace('-', 'x')}end"


def write(path: Path, name: str, acknowledge: Connection) -> None:
    """Log entries and redact some until this process is killed; each id is told once it is committed."""
    with Log.open(path) as log:
        for number in counting():
            entry_id = f"{name}-{number}"
            # Of any length: what was on a page that was split is the hardest to erase.
            log.append([entry(entry_id, f"the password is {secret(entry_id)}" + " so it is" * (number % 50))])
            os.write(acknowledge.fileno(), f"{entry_id}\n".encode())
            if number % ENTRIES_OF_A_REDACTION == 0:
                log.redact(event(f"{entry_id}-gone", EntryRedacted(entry_id)))
                os.write(acknowledge.fileno(), f"{entry_id}-gone\n".encode())


class Writer:
    """`write` in a process of its own."""

    def __init__(self, path: Path, name: str) -> None:
        # Its processes begin with everything imported, and without a lock or a connection of ours.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.store.making", "tests.torture.signals"])
        reading, writing = context.Pipe(duplex=False)
        self._process = context.Process(target=write, args=(path, name, writing))
        self._process.start()
        writing.close()
        self._told = os.fdopen(os.dup(reading.fileno()), encoding="utf-8")
        reading.close()
        self.acknowledged: list[str] = []

    def acknowledges(self, entries: int) -> None:
        """Until it has acknowledged so many more."""
        for _ in range(entries):
            line = self._told.readline()
            assert line, f"a writer ended by itself, with {self._process.exitcode}"
            self.acknowledged.append(line.strip())

    def is_killed(self) -> list[str]:
        """Kill it; all that it has acknowledged."""
        self._process.kill()
        self._process.join()
        assert self._process.exitcode == -signal.SIGKILL, self._process.exitcode
        with self._told as told:
            # A last line without its end was not acknowledged.
            self.acknowledged += told.read().split("\n")[:-1]
        return self.acknowledged


def in_mode(path: Path, mode: str) -> None:
    """Make the file one whose consoles use a journal mode, as one that an older SQLite has written to."""
    with Log.open(path) as log:
        if mode == "delete":
            log.transact(lambda connection: schema.set_meta(connection, "journal", "delete"))
    with Log.open(path) as log:
        assert log.journal_mode == mode, "another SQLite is needed for this journal mode"


class Killed:
    """Files of which writers are killed, one round after the other."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.figures: Counter[str] = Counter()

    def file(self, name: str, mode: str, kills: int, entries: int) -> None:
        """So many kills of writers of one file, and about so many entries acknowledged by each."""
        path = self.folder / name / "warroom.db"
        in_mode(path, mode)
        acknowledged: list[str] = []
        for number in range(0, kills, 2):
            first, second = (Writer(path, f"{name}{number}{each}") for each in "ab")
            first.acknowledges(self.chance.randrange(2 * entries + 1))
            acknowledged += first.is_killed()
            second.acknowledges(self.chance.randrange(4))
            acknowledged += second.is_killed()
            self.figures[f"writers killed ({mode})"] += 2
            self.look(path, f"{name}, round {number}", acknowledged)
        self.figures[f"acknowledged ({mode})"] += len(acknowledged)
        self.figures["redactions"] += sum(entry_id.endswith("-gone") for entry_id in acknowledged)

    def look(self, path: Path, what: str, acknowledged: list[str]) -> None:
        with Log.open(path) as log:
            assert not (wrong := log.verify()), f"{what}: {wrong}"
            kept = Counter(event.id for event in log.events(INCIDENT))
        lost = [entry_id for entry_id in acknowledged if entry_id not in kept]
        assert not lost, f"{what}: {lost} were acknowledged and are lost"
        assert set(kept.values()) <= {1}, f"{what}: {kept.most_common(3)}"
        content = b"".join(file.read_bytes() for file in path.parent.iterdir())
        erased = [entry_id.removesuffix("-gone") for entry_id in kept if entry_id.endswith("-gone")]
        left = [entry_id for entry_id in erased if secret(entry_id).encode() in content]
        assert not left, f"{what}: the words of {left} are redacted and still in a file"

    def console(self, name: str, kind: str, mode: str) -> None:
        """Somebody types at the real program, which is killed."""
        what = f"{name}, {kind}, {mode}"
        db = self.folder / name / "warroom.db"
        ref = declared(db, Clock())
        in_mode(db, mode)
        most = self.chance.randrange(MOST_LINES)
        with opened(db, kind, ref) as shown:
            shown.until(READY[kind])
            typist = Typist(shown, self.chance)
            typist.types_for(60, until=lambda: len(acknowledged_in(shown, kind)) > most)
            os.kill(shown.pid, signal.SIGKILL)
            assert shown.ends(60) == -signal.SIGKILL, what
        acknowledged = acknowledged_in(shown, kind)
        assert len(acknowledged) > most, what
        lines = kept_lines(db, ref, what, acknowledged)
        kept = "".join(f"{line}\r" for line in lines)
        assert typist.typed.startswith(kept), f"{what}: {lines[-5:]} of {typist.typed[-60:]!r}"
        self.figures[f"consoles killed ({mode})"] += 1
        self.figures[f"acknowledged ({mode})"] += len(acknowledged)


def main(kills: int = 1000, entries: int = 50_000, seed: int = 9) -> str:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        killed = Killed(Path(folder), seed)
        consoles = max(len(MODES), kills // KILLS_OF_A_CONSOLE)
        for number in range(consoles):
            killed.console(f"console{number}", list(KINDS)[number // 2 % len(KINDS)], MODES[number % len(MODES)])
        writers = kills - consoles
        files = len(MODES) * -(-writers // (len(MODES) * KILLS_OF_A_FILE))
        for number in range(files):
            killed.file(f"f{number}x", MODES[number % len(MODES)], writers // files, entries // writers)
        figures = killed.figures
    said = ", ".join(f"{figures[name]:,} {name}" for name in sorted(figures))
    return (
        f"kills: {said}: 0 lost, 0 twice, verify clean after each; seed {seed}, {time.perf_counter() - started:.0f} s"
    )
