"""Clocks that are wrong, jump, and change: consoles on one file and on two, and what the shell shows of such days.

`python -m tests.torture clocks [RUNS SEED]`; 300 runs by itself. In each two consoles write to one file and a third
one, which exchanges exports with them, to its own. Their clocks are seconds to a year apart and are set while they
work, around a change of the clock, a leap second or the end of a year. Every act has its effect for whoever did it and
stands behind all that they had seen, none is refused, the files agree, and no copy of the present is thrown away. Then
`show` of the days around a change names the moment of each entry, and times that are typed are read as the clock on the
wall shows them.
"""

import os
import random
import re
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from console.core.language.grammar import Line
from console.core.log.command import Command
from console.core.log.slash import read_typed
from console.core.log.state import Register
from console.core.refusal import Refused
from console.core.subjects.component import COMPONENT_STATES, SetComponent, components_of
from console.core.subjects.done import Finish
from console.core.subjects.entry import LogEntry
from console.core.subjects.role import AssignRole, holder_of, role_of
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.task import AddTask, open_tasks
from console.store import backup
from tests.cli.shell import Warroom
from tests.memory import memory
from tests.torture.machines import File

CHANGES = {
    "Europe/Berlin": ("2026-03-29T01:00Z", "2026-10-25T01:00Z"),
    "America/New_York": ("2026-03-08T07:00Z", "2026-11-01T06:00Z"),
    "Australia/Lord_Howe": ("2026-10-03T15:30Z", "2026-04-04T15:00Z"),
    "Asia/Kathmandu": ("1985-12-31T18:30Z",),
    "Pacific/Apia": ("2011-12-30T10:00Z",),
}
"""Moments at which a zone's clock is set; Apia leaves out a day."""
OTHERS = ("2016-12-31T23:59:59Z", "2025-12-31T23:59:58Z", "2028-02-28T23:59:00Z")
"""A leap second follows, a year ends, a leap day begins."""
MOMENTS = tuple(datetime.fromisoformat(text) for text in (*(each for row in CHANGES.values() for each in row), *OTHERS))
SKEWS = tuple(timedelta(seconds=seconds) for seconds in (1, 61, 3_540, 3_600, 108_000, 40 * 86_400, 400 * 86_400))
ACTS = 40
KEPT_COPIES = 3
LEAP_SECONDS = (
    "23:59:60 x", "2016-12-31T23:59:60Z x", "2016-12-31 23:59:60 x", "23:59:60Z x", "24:00 x", "24:00:00 x", "-0m x",
    "2016-12-31T24:00:00Z x", "2026-02-29 10:00 x", "23:59:61 x", "2017-01-01T00:59:60+01:00 x",
)  # fmt: skip
ROW = re.compile(r"^ *(\d\d:\d\d)(?: ([+-]\d\d:\d\d))?  note +minute (\d+)", re.MULTILINE)
NOTE = "minute"


class WrongClock:
    """The time by a machine whose clock is off, and is set now and then."""

    def __init__(self, run: "Run") -> None:
        self._run, self.off = run, run.any_skew()

    def __call__(self) -> datetime:
        return self._run.now + self.off


class Console(File):
    """A console whose clock is wrong, perhaps not the only one on its file."""

    def __init__(self, path: Path, actor: str, run: "Run") -> None:
        self.clock = WrongClock(run)
        super().__init__(path, actor, self.clock)

    def hears(self) -> None:
        """Take in what others wrote to the file, as the watcher does."""
        self.ledger.absorb(self.log.unseen(self.ref, self.ledger.seen(self.ref)))

    def acts(self, command: type[Command], /, **fields: Any) -> bool:
        """Do it, behind everything that was seen. False where it is refused; what there is has been heard then."""
        known = {entry.id for entry in self.state.entries}
        if not self.does(command, **fields):
            self.hears()
            return False
        new = [place for place, entry in enumerate(self.state.entries) if entry.id not in known]
        behind = [entry.id for entry in self.state.entries[max(new) + 1 :] if entry.id in known] if new else []
        assert not behind, f"{command.__name__} stands before {behind}, which was seen"
        return True


def holds(register: Register, value: str, heard: bool) -> bool:
    """True when a statement has its effect: it is the value, or in a conflict with one that was not heard."""
    conflict = () if heard or register.conflict is None else register.conflict
    return register.value == value or value in [fact.value for fact in conflict]


class Run:
    """Three consoles on two files, around one moment."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance
        self.now = chance.choice(MOMENTS) - timedelta(minutes=chance.randrange(90))
        self.figures: Counter[str] = Counter()
        self.copies: list[Path] = []

    def any_skew(self) -> timedelta:
        return self.chance.choice((timedelta(), self.chance.choice(SKEWS), -self.chance.choice(SKEWS)))

    def goes(self) -> None:
        shared, own = self.folder / "shared.db", self.folder / "own.db"
        with ExitStack() as stack:
            consoles = [Console(shared, "mo", self), Console(shared, "ana", self), Console(own, "rs", self)]
            for each in consoles:
                stack.callback(each.log.close)
            first, second, away = consoles
            second.ref = away.ref = first.declares("Out")
            away.takes(first.exported())
            for _ in range(ACTS):
                self.now += timedelta(seconds=self.chance.randrange(600))
                who = self.chance.choice(consoles)
                if self.chance.random() < 0.2:
                    who.clock.off = self.any_skew()
                    self.figures["clocks set"] += 1
                if heard := self.chance.random() < 0.7:
                    who.hears()
                self._acts(who, heard)
                if self.chance.random() < 0.15:
                    self._exchange(consoles)
                if self.chance.random() < 0.2:
                    self._copies(first)
            self._exchange(consoles)
            for each in consoles:
                each.hears()
                assert each.state == first.state
                assert each.log.verify() == []
                each.assert_whole()
            self.figures["runs"] += 1

    def _exchange(self, consoles: list[Console]) -> None:
        first, _, away = consoles
        for sender, receiver in ((first, away), (away, first)):
            sender.hears()
            receiver.hears()
            receiver.takes(sender.exported())
            self.figures["exports taken over"] += 1

    def _acts(self, who: Console, heard: bool) -> None:
        """Do something; it may be refused only where another did the same meanwhile, which was not `heard`."""
        chance, before = self.chance, who.state
        tasks, done = open_tasks(before), True
        act = chance.randrange(6 if tasks else 5)
        if act == 0:
            assert who.acts(LogEntry, text=f"line {chance.random()}")
        elif act == 1:
            severity = chance.choice([each for each in ("SEV0", "SEV1", "SEV2") if each != before.severity.value])
            done = who.acts(ChangeSeverity, severity=severity, reason="so it is")
            assert holds(who.state.severity, severity, heard)
        elif act == 2:
            person = chance.choice([each for each in ("mo", "ana", "rs") if each != holder_of(before, "ic")])
            done = who.acts(AssignRole, role="ic", person=person)
            assert holds(role_of(who.state, "ic"), person, heard)
        elif act == 3:
            known = components_of(before).get("web")
            status = chance.choice([each for each in COMPONENT_STATES if known is None or each != known.value])
            done = who.acts(SetComponent, component="web", status=status)
            assert holds(components_of(who.state)["web"], status, heard)
        elif act == 4:
            text = f"task {chance.random()}"
            assert who.acts(AddTask, text=text, owner="rs", due_in=timedelta(minutes=10))
            assert text in [task.text for task in open_tasks(who.state)]
        else:
            done = who.acts(Finish, what=tasks[0].id)
            assert tasks[0].id not in [task.id for task in open_tasks(who.state)]
        self.figures["acts"] += 1
        assert done or not heard
        self.figures["done by another meanwhile"] += not done

    def _copies(self, who: Console) -> None:
        """The hourly copy, by the machine's wrong clock; a new one stays, and of older ones the last that were made."""
        now = who.clock()

        class Now(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
                return now.astimezone(tz)

        with patch.object(backup, "datetime", Now), patch.object(backup, "time", now.timestamp):
            made = who.log.hourly_backup(self.folder / "copies", KEPT_COPIES)
        if made is not None:
            os.utime(made, (now.timestamp(), now.timestamp()))
            self.copies.append(made)
            self.figures["copies"] += 1
        there = set((self.folder / "copies").glob("*.db"))
        assert there == set(self.copies[-KEPT_COPIES:]), "a copy of the present is gone"


def shown_around(folder: Path, zone: str, change: datetime) -> int:
    """What `show` says of entries around a change names their moments; how many."""
    warroom = Warroom(folder / f"{zone.replace('/', '-')}{change:%Y%m%d}.db", WARROOM_TZ=zone)
    moments = [change + timedelta(minutes=minutes) for minutes in range(-100, 101, 25)]
    lines = "".join(f"{moment:%Y-%m-%d %H:%MZ} {NOTE} {place}\n" for place, moment in enumerate(moments))
    shown = warroom.says("show", warroom.says("import", "-", "--yes", stdin=lines))
    rows = ROW.findall(shown)
    assert [int(place) for _, _, place in rows] == list(range(len(moments))), shown
    for wall, offset, place in rows:
        local = moments[int(place)].astimezone(ZoneInfo(zone))
        offsets = {local.replace(hour=hour, minute=0, fold=fold).utcoffset() for hour in (0, 23) for fold in (0, 1)}
        named = local.isoformat()[-6:] if len(offsets) > 1 else ""
        assert (wall, offset) == (f"{local:%H:%M}", named), shown
    return len(rows)


def typed_around(zone: str, change: datetime) -> int:
    """Times that are typed around a change are what the clock on the wall shows, and not to come; how many."""
    place = ZoneInfo(zone)
    number = 0
    for minutes in range(-60, 241, 15):
        now = change + timedelta(minutes=minutes, seconds=30)
        for back in range(0, 180, 20):
            wall = f"{now.astimezone(place) - timedelta(minutes=back):%H:%M}"
            with suppress(Refused):
                line = read_typed(f"{wall} x", now=now, zone=place)
                assert isinstance(line, Line)
                assert line.occurred_at is not None
                assert line.occurred_at <= now, (zone, wall, now)
                assert f"{line.occurred_at.astimezone(place):%H:%M}" == wall, (zone, wall, now)
            number += 1
    return number


def leap_seconds() -> int:
    """Seconds, days and years that no clock of ours shows are read as a moment, refused in a sentence, or stay text."""
    for zone in CHANGES:
        for now in MOMENTS:
            for text in LEAP_SECONDS:
                with suppress(Refused):
                    line = read_typed(text, now=now, zone=ZoneInfo(zone))
                    assert isinstance(line, Line)
                    assert (line.occurred_at or now) <= now, (text, now)
    return len(LEAP_SECONDS) * len(MOMENTS) * len(CHANGES)


def main(runs: int = 300, seed: int = 11) -> str:
    started = time.perf_counter()
    figures: Counter[str] = Counter()
    for number in range(runs):
        with tempfile.TemporaryDirectory(dir=memory()) as folder:
            run = Run(Path(folder), random.Random(f"{seed} {number}"))
            try:
                run.goes()
            except Exception as error:  # Whatever it is goes on, and says where it was found.
                error.add_note(f"seed {seed}, run {number}")
                raise
            figures += run.figures
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        for zone, changes in CHANGES.items():
            for change in map(datetime.fromisoformat, changes):
                figures["rows shown"] += shown_around(Path(folder), zone, change)
                figures["times typed"] += typed_around(zone, change)
    figures["odd seconds and days"] = leap_seconds()
    counted = ", ".join(f"{figures[name]:,} {name}" for name in sorted(figures))
    return (
        f"clocks: {counted}: 0 out of order, 0 without effect, 0 refused, 0 copies lost; seed {seed},"
        f" {time.perf_counter() - started:.0f} s"
    )
