"""Damage to a log's bytes: bits flipped in the file and its write-ahead log, cuts at any place, foreign schemas.

`python -m tests.torture damage [COUNT]`; COUNT bits are flipped, 10,000 by itself, half of them in the write-ahead log,
and a tenth as many cuts are made. Whatever the damage: no traceback and one sentence; `verify` never says clean while
an entry that was logged is gone or another; what is whole is shown, and a rescue saves it.
"""

import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from console.app.main import WarroomApp, open_log
from console.app.session import Session
from console.core.log.event import Event
from console.core.refusal import Problem
from console.store import place
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.rescue import rescue
from console.store.sqlite import sqlite3
from tests.cli.shell import Warroom
from tests.memory import memory
from tests.store.damaging import flip, left_by_a_killed_process, put_back
from tests.store.making import entry

LOOKS = (("list",), ("show",), ("show", "--json"), ("clocks",), ("export", "timeline"))

ENDLESS = "(WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n)"
SCHEMAS = (
    "DROP TRIGGER event_no_update",
    "DROP INDEX event_order",
    "DROP TABLE outbox",
    "DELETE FROM meta",
    "UPDATE meta SET value = 'x' WHERE key = 'schema_version'",
    "PRAGMA application_id = 1",
    "CREATE TRIGGER quiet BEFORE INSERT ON event BEGIN SELECT raise(IGNORE); END",
    f"CREATE TRIGGER slow BEFORE INSERT ON event BEGIN SELECT {ENDLESS}; END",
    f"CREATE TRIGGER slow AFTER UPDATE ON meta BEGIN SELECT {ENDLESS}; END",
    f"ALTER TABLE event RENAME TO kept; CREATE VIEW event AS SELECT {ENDLESS} AS n, 1 AS incident",
    f"ALTER TABLE meta RENAME TO kept; CREATE VIEW meta AS SELECT 'schema_version' AS key, {ENDLESS} AS value",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'nonsense' WHERE name = 'event_order'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET name = CAST(x'ff0a1b' AS TEXT) WHERE name = 'event_order'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'hlc', char(27)) WHERE name = 'event'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 99999 WHERE name = 'event'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'entry_index_data'",
)  # fmt: skip
"""Statements by which a file's schema becomes another than Warroom's."""


_INDEX_LEAF = 10
_TEXT_OF_8, _INTEGER_OF_8 = 29, 6
"""The types that SQLite's file format has before a value: of a text of 8 bytes, as a reference is, and of a number."""


def number_references(file: Path) -> None:
    """Make a number of the first reference of each index; newer ones in the write-ahead log are gone."""
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    content = bytearray(file.read_bytes())
    for page in range(0, len(content), int.from_bytes(content[16:18], "big")):
        # Behind the page's header stands where its first cell is; in the cell two lengths, then the type.
        first = page + int.from_bytes(content[page + 8 : page + 10], "big") + 2
        if content[page] == _INDEX_LEAF and content[first] == _TEXT_OF_8:
            content[first] = _INTEGER_OF_8
    file.write_bytes(content)


@dataclass
class Tried:
    """A log, copies of it that are damaged in turn, and what came of each."""

    folder: Path
    figures: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.whole, self.data = self.folder / "whole", self.folder / "data"
        self.whole.mkdir()
        self.data.mkdir()
        self.db = self.data / "log.db"
        self.warroom = Warroom(self.db)
        self.ref = self.warroom.says("declare", "Checkout errors", "--sev", "SEV1")
        for line in ("! rolled back", "/task @eli check the replica", "/role ic ana", "? cache", "all well"):
            self.warroom.says("log", self.ref, line)
        left_by_a_killed_process(self.db, 25)
        for file in self.data.iterdir():
            (self.whole / file.name).write_bytes(file.read_bytes())
        with Log.open(self.db, read_only=True, still=True) as log:
            self.logged = {event.id: event for ref in log.incidents() for event in log.events(ref)}

    def damaged(self, what: str, damage: Callable[[], object], *, saved: bool = True) -> None:
        """One case; `damage` changes the files, and raises AssertionError with `what` where they behave otherwise."""
        put_back(self.whole, self.data)
        damage()
        try:
            self._look(what, saved=saved)
        except AssertionError:
            raise
        except Exception as error:  # Whatever it is, it is a finding.
            raise AssertionError(f"{what}: {error!r}") from error

    def _look(self, what: str, *, saved: bool) -> None:
        shown, verdict = self._read()
        gone = [id for id, event in self.logged.items() if shown.get(id) != event]
        assert verdict or not gone, f"{what}: verify says clean, and {len(gone)} entries are gone or others"
        for sentence in verdict:
            assert sentence.isprintable(), f"{what}: {sentence!r}"
        self.figures["cases"] += 1
        self.figures["found"] += bool(verdict)
        self.figures["shown"] += len(self.logged) - len(gone)
        self.figures["entries"] += len(self.logged)
        for look, *more in LOOKS:
            self._says(what, look, *(() if look == "list" else (self.ref,)), *more)
        if saved:
            self._rescue(what, shown)
        with suppress(Problem), Log.open(self.db) as log:
            log.append([entry("later")])
            assert log.event("later") is not None

    def _read(self) -> tuple[dict[str, Event], list[str]]:
        try:
            with Log.open(self.db, read_only=True, still=True) as log:
                verdict = log.verify()
                try:
                    events = {event.id: event for ref in log.incidents() for event in log.events(ref)}
                except Problem as problem:
                    return {}, [*verdict, problem.reason]
                return events, verdict
        except Problem as problem:
            return {}, [problem.reason]

    def _says(self, what: str, *args: str) -> None:
        done = self.warroom.runs(*args)
        err = done.stderr.decode()
        assert "Traceback" not in err, f"{what}, {args}: {err}"
        assert done.returncode in (0, 1), f"{what}, {args}: {err}"
        assert done.returncode == 0 or err.strip().count("\n") == 0, f"{what}, {args}: {err}"

    def _rescue(self, what: str, shown: dict[str, Event]) -> None:
        new = self.folder / "new.db"
        try:
            rescued = rescue(self.db, new)
        except Problem:
            assert all(shown.get(id) != event for id, event in self.logged.items()), f"{what}: nothing was saved"
            return
        try:
            with Log.open(new) as log:
                assert log.verify() == [], f"{what}: the rescued log is not whole: {log.verify()}"
                kept = {event.id: event for ref in log.incidents() for event in log.events(ref)}
            lost = {(loss.incident, loss.origin, number) for loss in rescued.losses for number in loss.numbers}
            for id, event in self.logged.items():
                known = id in kept or (event.incident, event.origin, event.oseq) in lost
                assert known or shown.get(id) != event, f"{what}: {id} is shown, and neither saved nor told of"
            self.figures["rescued"] += len(kept)
            self.figures["to rescue"] += len(self.logged)
        finally:
            for ending in ("", *place.COMPANIONS):
                new.with_name(new.name + ending).unlink(missing_ok=True)

    def opened(self, what: str, damage: Callable[[], object]) -> None:
        """One case, looked at in the console."""
        put_back(self.whole, self.data)
        damage()
        try:
            self.figures["opened"] += asyncio.run(screens(self.db, self.ref))
        except Exception as error:  # Whatever it is, it is a finding.
            raise AssertionError(f"{what}: {error!r}") from error

    def schema(self, statements: str) -> None:
        connection = sqlite3.connect(str(self.db), isolation_level=None)
        with suppress(sqlite3.Error):
            connection.executescript(statements)
        connection.close()


def tried(folder: Path, flips: int, cuts: int, seed: int, *, rescues: int = 1, screens: int = 100) -> Counter[str]:
    """The figures of so many cases; every `rescues`-th log is rescued, and every `screens`-th opened in the console."""
    chance = random.Random(seed)
    log = Tried(folder)
    files = (log.db, log.db.with_name(log.db.name + "-wal"))
    for number in range(flips):
        file = files[number % 2]
        at, bit = chance.randrange((log.whole / file.name).stat().st_size), chance.randrange(8)
        what = f"bit {bit} of byte {at} of {file.name}, seed {seed}"
        log.damaged(what, partial(flip, file, at, bit), saved=number % rescues == 0)
        if number % screens == screens - 1:
            log.opened(what, partial(flip, file, at, bit))
    log.figures["bits"] = flips
    for number in range(cuts):
        file = files[number % 2]
        at = chance.randrange((log.whole / file.name).stat().st_size) if number > 1 else 0
        log.damaged(f"{file.name} cut at {at}, seed {seed}", partial(os.truncate, file, at))
    log.figures["cuts"] = cuts
    log.damaged("references that are numbers", partial(number_references, log.db))
    for statements in SCHEMAS:
        log.damaged(statements, partial(log.schema, statements))
    log.figures["schemas"] = len(SCHEMAS)
    return log.figures


async def screens(db: Path, ref: str) -> bool:
    """Open the board and a room; False where the log is refused, in a sentence."""
    try:
        log, reason = open_log(db, read_only=False)
    except Problem:
        return False
    with log:
        ledger = Ledger(log, actor="mo", clock=lambda: datetime.now(UTC))
        session = Session(ledger, zone=UTC, read_only=log.read_only)
        session.damage = reason
        app = WarroomApp(session)
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause(0.1)
            app.open_room(ref)
            await pilot.pause(0.2)
            assert app.return_code is None
    return True


def main(count: int = 10_000, seed: int = 7) -> str:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        figures = tried(Path(folder), count, count // 10, seed, rescues=5)
    shown, rescued = (100 * figures[a] / figures[b] for a, b in (("shown", "entries"), ("rescued", "to rescue")))
    return (
        f"damage: {figures['bits']:,} bits flipped in file and write-ahead log, {figures['cuts']:,} cuts,"
        f" {figures['schemas']} hostile schemas, {figures['opened']:,} consoles opened:"
        f" 0 tracebacks, 0 called clean with an entry gone; {figures['found']:,} found,"
        f" {shown:.1f} % of the entries shown, {rescued:.1f} % rescued;"
        f" seed {seed}, {time.perf_counter() - started:.0f} s"
    )
