"""Writes that fail: each call of a command, and of a room's Enter, that changes a file fails in turn.

`python -m tests.torture writes [EVERY]` tries every call, or one of EVERY, with each of three faults, passing and
staying, and each that puts content onto the disk. A library before the C library (failing_writes.c, built by `cc`)
counts the calls below a folder and lets one fail. Whatever fails: no traceback, one sentence, nothing lost that was
acknowledged, and a log that verifies; nobody is told of an entry that it is not logged while it is.
"""

import asyncio
import ctypes
import errno
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count, product, takewhile
from pathlib import Path
from typing import NamedTuple

from console.app.session import Session
from console.cli.main import main as command_line
from console.core.subjects.entry import EntryLogged
from console.store.log import Log
from tests.app.driver import Clock, console
from tests.cli.shell import ROOT, Warroom, environment
from tests.memory import memory

SOURCE = Path(__file__).with_name("failing_writes.c")
LIBRARY = "FAILING_WRITES"
FAULTS = (errno.EIO, errno.ENOSPC, errno.EACCES)
LINES = "".join(f"line {number}\n" for number in range(5))


class Case(NamedTuple):
    """A command, its standard input, and the file that it makes."""

    args: tuple[str, ...]
    stdin: str = ""
    makes: str = ""


CASES = (
    Case(("declare", "Search is slow", "--sev", "SEV2")),
    Case(("log", "{ref}", "! rolled back")),
    Case(("log", "{ref}", "-"), stdin=LINES),
    Case(("stage", "{ref}", "mitigating")),
    Case(("update", "{ref}", "--audience", "internal", "--message", "We look at the pool.", "--next", "30m")),
    Case(("redact", "{ref}", "last")),
    Case(("undo", "{ref}")),
    Case(("import", "{folder}/export.json", "--yes")),
    Case(("role", "{ref}", "ic", "ana")),
    Case(("target", "add", "page", "--provider", "cstate", "--option", "folder={folder}/page")),
    Case(("backup", "{folder}/copy.db", "--yes"), makes="copy.db"),
    Case(("export", "{ref}", "json", "-o", "{folder}/export.json", "--yes"), makes="export.json"),
    Case(("export", "{ref}", "timeline", "-o", "{folder}/new.md"), makes="new.md"),
)


class Outcome(NamedTuple):
    """The end of a command: its status, its output, and which of its calls would change a file."""

    status: int
    out: str
    err: str
    calls: int
    syncs: tuple[int, ...]
    """Those that put content onto the disk, after which nobody knows whether it is there."""


class Shim(ctypes.CDLL):
    """The library that this process was started with."""

    def fails(self, folder: Path, nth: int, error: int = 0, *, stays: bool = False) -> None:
        self.fail_writes(str(folder).encode(), ctypes.c_long(nth), ctypes.c_long(error), ctypes.c_long(stays))

    def calls(self) -> int:
        return int(self.writes_seen())

    def syncs(self) -> list[int]:
        return list(takewhile(bool, (int(self.nth_sync(ctypes.c_long(nth))) for nth in count())))


class Tried:
    """A folder with a log, put back before each case."""

    def __init__(self, shim: Shim, folder: Path) -> None:
        self.shim, self.folder, self.whole = shim, folder / "data", folder / "whole"
        self.folder.mkdir()
        self.db = self.folder / "warroom.db"
        self.env = environment(WARROOM_DB=str(self.db), WARROOM_CONFIG=str(self.folder / "config"))
        warroom = Warroom(self.db, WARROOM_CONFIG=self.env["WARROOM_CONFIG"])
        self.ref = warroom.says("declare", "Checkout errors", "--sev", "SEV1")
        for line in ("! rolled back", "/task @eli check the replica", "all well"):
            warroom.says("log", self.ref, line)
        warroom.says("export", self.ref, "json", "-o", str(self.folder / "export.json"))
        (self.folder / "page").mkdir()
        shutil.copytree(self.folder, self.whole)
        for case in CASES:
            # What a command imports only when it is run is imported here, once for all its processes.
            warroom.runs(*self._args(case), stdin=case.stdin)
            self.put_back()
        self.before = self._events()
        self.figures: Counter[str] = Counter()

    def _args(self, case: Case) -> list[str]:
        return [arg.format(ref=self.ref, folder=self.folder) for arg in case.args]

    def put_back(self) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.whole, self.folder)

    def _events(self) -> dict[str, str]:
        with Log.open(self.db) as log:
            assert not (verdict := log.verify()), verdict
            return {event.id: event.incident for ref in log.incidents() for event in log.events(ref)}

    def run(self, case: Case, nth: int, error: int, *, stays: bool) -> Outcome:
        """The command in a process of its own, which has imported everything already."""
        self.put_back()
        args = self._args(case)
        into = [tempfile.TemporaryFile() for _ in range(3)]  # noqa: SIM115 Closed below, once they are read.
        child = os.fork()
        if not child:
            self._command(args, case.stdin, [file.fileno() for file in into], nth, error, stays)
        _, status = os.waitpid(child, 0)
        texts = []
        for file in into:
            file.seek(0)
            texts.append(file.read().decode())
            file.close()
        assert os.WIFEXITED(status), f"{case.args} ended by signal {status & 127}"
        calls, *syncs = map(int, texts[2].split() or ["0"])
        return Outcome(os.waitstatus_to_exitcode(status), texts[0], texts[1], calls, tuple(syncs))

    def _command(self, args: list[str], stdin: str, into: list[int], nth: int, error: int, stays: bool) -> None:
        os.dup2(into[0], 1)
        os.dup2(into[1], 2)
        os.environ.clear()
        os.environ.update(self.env)
        sys.argv = ["warroom", *args]
        sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        self.shim.fails(self.folder, nth, error, stays=stays)
        status: object = 0
        try:
            command_line()
        except SystemExit as ended:
            status = ended.code
        except BaseException as error_of_ours:  # noqa: BLE001 Whatever it is, it is a finding.
            os.write(2, f"Traceback: {error_of_ours!r}".encode())
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(into[2], " ".join(map(str, (self.shim.calls(), *self.shim.syncs()))).encode())
        os._exit(status if isinstance(status, int) else 1)

    def command(self, case: Case, every: int) -> None:
        """The command with each of its calls failing in turn."""
        well = self.run(case, 0, 0, stays=False)
        assert well.status == 0, (case.args, well.err)
        done = self._events()
        made = (self.folder / case.makes).exists() if case.makes else False
        assert made == bool(case.makes), case.args
        tried = set(product(range(1, well.calls + 1, every), FAULTS, (False, True)))
        for nth, error, stays in sorted({*tried, *product(well.syncs, (errno.EIO,), (True,))}):
            what = f"{' '.join(case.args)}: call {nth} of {well.calls}, {errno.errorcode[error]}, {stays=}"
            self._look(what, case, self.run(case, nth, error, stays=stays), len(done))

    def _look(self, what: str, case: Case, ended: Outcome, entries: int) -> None:
        self.shim.fails(self.folder, 0)
        self.figures["commands"] += 1
        self.figures["refused"] += ended.status == 1
        assert "Traceback" not in ended.err, f"{what}: {ended.err}"
        assert ended.status in (0, 1), f"{what}: {ended}"
        assert ended.status == 0 or ended.err.strip().count("\n") == 0, f"{what}: {ended.err}"
        assert ended.status == 0 or ended.err.strip().endswith("."), f"{what}: {ended.err}"
        kept = self._events()
        missing = self.before.keys() - kept.keys()
        assert not missing, f"{what}: {missing} were there before"
        if case.args[0] == "log":
            lost = [word for word in ended.out.split() if word not in kept]
            assert not lost, f"{what}: {lost} were acknowledged"
            self.figures["acknowledged"] += len(ended.out.split())
        assert ended.status or len(kept) == entries, f"{what}: {len(kept)} entries, not {entries}; {ended}"
        if ended.status and len(kept) > len(self.before):
            assert "logged" in ended.err or case.stdin, f"{what}: it is logged, and this is said: {ended.err}"
            self.figures["there though refused"] += 1
        if case.makes == "copy.db" and not ended.status:
            with Log.open(self.folder / case.makes, read_only=True, still=True) as copy:
                assert not copy.verify(), what
        elif case.makes and not ended.status:
            assert (self.folder / case.makes).stat().st_size, what

    def room(self, every: int) -> None:
        """A line in a room, whose Enter meets the fault."""
        nth = 1
        while True:
            for error in FAULTS:
                calls = self._in_a_child(partial(self._entered, nth, error))
                self.figures["lines"] += 1
            nth += every
            if nth > calls:
                return

    def _in_a_child(self, work: Callable[[], int]) -> int:
        self.put_back()
        with tempfile.TemporaryFile() as answer:
            child = os.fork()
            if not child:
                status = 1
                try:
                    os.write(answer.fileno(), str(work()).encode())
                    status = 0
                except BaseException as wrong:  # noqa: BLE001 As above.
                    os.write(answer.fileno(), repr(wrong).encode())
                finally:
                    os._exit(status)
            _, status = os.waitpid(child, 0)
            answer.seek(0)
            said = answer.read().decode()
            assert not status, said
            return int(said)

    def _entered(self, nth: int, error: int) -> int:
        return asyncio.run(self._enter(nth, error))

    async def _enter(self, nth: int, error: int) -> int:
        """Calls of the Enter; the line is logged, or stands in the prompt and is logged by the next Enter."""
        what = f"Enter in a room: call {nth}, {errno.errorcode[error]}"
        async with console(self.folder, ref=self.ref, clock=Clock()) as room:
            await room.types("* pool is full")
            self.shim.fails(self.folder, nth, error)
            await room.presses("enter")
            calls = self.shim.calls()
            self.shim.fails(self.folder, 0)
            if not _logged(room.app.session, self.ref):
                assert room.line == "* pool is full", f"{what}: the prompt holds {room.line!r}"
                assert room.hint.strip().endswith("."), f"{what}: {room.hint!r}"
                self.figures["kept in the prompt"] += 1
                await room.presses("enter")
            assert _logged(room.app.session, self.ref) == 1, f"{what}: {room.hint}"
            assert not room.line, f"{what}: the prompt holds {room.line!r}"
        self._events()
        return calls


def _logged(session: Session, ref: str) -> int:
    return sum(
        isinstance(event.body, EntryLogged) and event.body.text == "pool is full"
        for event in session.ledger.log.events(ref)
    )


@contextmanager
def built() -> Iterator[Path]:
    """The library, where a compiler is at hand."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "failing_writes.so"
        command = ["cc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", str(library), str(SOURCE), "-ldl"]
        subprocess.run(command, check=True)
        yield library


def tried(library: Path, every: int) -> Counter[str]:
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        log = Tried(Shim(str(library)), Path(folder))
        for case in CASES:
            log.command(case, every)
        log.room(every)
        return log.figures


def main(every: int = 1) -> str:
    """The figures; of a process of its own, as the library has to be there before the C library is."""
    with built() as library:
        environ = {**os.environ, "LD_PRELOAD": str(library), LIBRARY: str(library)}
        command = [sys.executable, "-m", "tests.torture.writes", str(every)]
        done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return done.stdout.strip()


if __name__ == "__main__":
    _started = time.perf_counter()
    _figures = tried(Path(os.environ[LIBRARY]), int(sys.argv[1]))
    print("writes:", ", ".join(f"{count:,} {name}" for name, count in _figures.items()), end=": ")
    print(f"0 lost, 0 tracebacks; {time.perf_counter() - _started:.0f} s")
