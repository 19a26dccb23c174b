"""Two files that act and take over each other's exports at any moment, as Hypothesis finds the worst order.

`python -m tests.torture machines [RUNS STEPS]`; 500 runs of each machine with up to 60 steps by itself. In one machine
entries are corrected, undone and redacted; in the other there are several incidents, and logs are opened anew and put
back from a backup. Exports arrive late, twice and out of order, and the clocks of the files differ. After exchanging
all both show the same incidents, and whatever was acknowledged in either is there.
"""

import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from console.core.log.command import Command
from console.core.log.entries import Entry
from console.core.log.event import Event
from console.core.log.fold import fold
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.component import COMPONENT_STATES, SetComponent, components_of
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.done import Finish
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.role import AssignRole, holder_of
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.task import AddTask, open_tasks
from console.core.subjects.undo import RedactEntry, Undo
from console.export.json.archive import incident_archive, read_file
from console.store import Log
from console.store.ledger import Ledger
from tests.core.story import START, standard
from tests.memory import memory

MAX_MAIL = 12
"""Exports that are under way, at most; the oldest is lost."""

words = st.text(min_size=1, max_size=12)
files = st.integers(0, 1)
places = st.integers(0, 50)


class File:
    """A log of its own, with a clock that is wrong by some hours."""

    def __init__(self, path: Path, actor: str, now: Callable[[], datetime], skew: timedelta = timedelta()) -> None:
        self.path, self.actor = path, actor
        self._clock, self._randbytes = (lambda: now() + skew), random.Random(actor).randbytes
        self.acknowledged: dict[str, str] = {}
        """The incident of each event that was acknowledged here, by the event's id."""
        self.ref = ""
        self.opens()

    def opens(self) -> None:
        self.log = Log.open(self.path)
        self.ledger = Ledger(self.log, actor=self.actor, clock=self._clock, randbytes=self._randbytes)

    @property
    def state(self) -> Incident:
        return self.ledger.state(self.ref)

    @property
    def events(self) -> list[Event]:
        return self.log.events(self.ref)

    def declares(self, title: str) -> str:
        command = DeclareIncident(actor=self.actor, title=title, severity="SEV1")
        self.ref = self.ledger.declare(command, standard())
        self.acknowledged |= {event.id: event.incident for event in self.events}
        return self.ref

    def exported(self) -> str:
        archive = incident_archive(self.state, self.events, self.ledger.now(), self.log.seals(self.ref))
        return msgspec.json.encode(archive).decode()

    def does(self, command: type[Command], /, **fields: Any) -> bool:
        """True when the command was taken."""
        with suppress(Refused):
            written = self.ledger.execute(self.ref, command(**{"actor": self.actor, **fields}))
            self.acknowledged |= {event.id: event.incident for event in written}
            return True
        return False

    def takes(self, text: str) -> None:
        """Import a file, as the shell does, and fold in what was new, as a console that watches the file does."""
        position = self.log.position()
        events, _, seals = read_file(text, self.ledger.now())
        self.log.try_import(events)
        self.log.import_events(events, seals)
        for ref in {event.incident for event in events}:
            self.ledger.absorb(self.log.events(ref, after=position))

    def entry(self, at: int) -> Entry:
        return self.state.entries[at % len(self.state.entries)]

    def goes_to(self, at: int) -> None:
        """The next acts are about another of the incidents."""
        refs = self.log.incidents()
        self.ref = refs[at % len(refs)]

    def assert_whole(self) -> None:
        ids: set[str] = set()
        for ref in self.log.incidents():
            events = self.log.events(ref)
            assert self.ledger.state(ref) == fold(ref, events)
            ids |= {event.id for event in events}
        assert self.acknowledged.keys() <= ids, self.acknowledged.keys() - ids


def origin_of(path: Path) -> str:
    with Log.open(path) as log:
        return log.origin


class TwoFiles(RuleBasedStateMachine):
    """The acts of both machines: two files begin with one incident, and go on with it."""

    def __init__(self, figures: Counter[str] | None = None) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir=memory())
        self.now = START
        self.files: tuple[File, ...] = ()
        self.mail: list[str] = []
        self.figures = Counter[str]() if figures is None else figures

    @initialize(hours=st.integers(-30, 30), minutes=st.integers(0, 59))
    def begins(self, hours: int, minutes: int) -> None:
        skew = timedelta(hours=hours, minutes=minutes)
        # By their origins, which decide where clocks are equal, so that a run can be repeated.
        paths = sorted((Path(self.folder.name) / f"{name}.db" for name in "ab"), key=origin_of)
        here, there = File(paths[0], "mo", lambda: self.now), File(paths[1], "al", lambda: self.now, skew)
        there.ref = here.declares("Out")
        self.files = (here, there)
        there.takes(here.exported())

    def teardown(self) -> None:
        try:
            if self.files:
                self.exchange_all()
        finally:
            for file in self.files:
                file.log.close()
            self.folder.cleanup()
        self.figures["acknowledged"] += sum(len(file.acknowledged) for file in self.files)
        self.figures["runs"] += 1

    @rule(minutes=st.integers(1, 240))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(who=files, kind=st.sampled_from(("note", "finding", "hypothesis")), text=words)
    def logs(self, who: int, kind: str, text: str) -> None:
        self.files[who].does(LogEntry, text=text, kind=kind)

    @rule(who=files, severity=st.sampled_from(("SEV0", "SEV1", "SEV2")))
    def changes_severity(self, who: int, severity: str) -> None:
        if self.files[who].does(ChangeSeverity, severity=severity, reason="so it is"):
            assert self.files[who].state.severity.value == severity
            assert self.files[who].state.severity.conflict is None

    @rule(who=files, person=st.sampled_from(("mo", "al", "rs")))
    def assigns(self, who: int, person: str) -> None:
        if self.files[who].does(AssignRole, role="ic", person=person):
            assert holder_of(self.files[who].state, "ic") == person

    @rule(who=files, text=words)
    def adds_a_task(self, who: int, text: str) -> None:
        self.files[who].does(AddTask, text=text, owner="rs")

    @rule(who=files)
    def finishes_a_task(self, who: int) -> None:
        tasks = open_tasks(self.files[who].state)
        if tasks and self.files[who].does(Finish, what=tasks[0].id):
            assert tasks[0].id not in [task.id for task in open_tasks(self.files[who].state)]

    @rule(who=files)
    def sends(self, who: int) -> None:
        """An export that may arrive at any time, or never, and more than once."""
        self.mail = [*self.mail, self.files[who].exported()][-MAX_MAIL:]

    @rule(who=files, at=places)
    def receives(self, who: int, at: int) -> None:
        if self.mail:
            self.files[who].takes(self.mail[at % len(self.mail)])
            assert self.files[who].log.verify() == []
            self.figures["exports taken over"] += 1

    @rule()
    def exchange_all(self) -> None:
        here, there = self.files
        for sender, receiver in ((here, there), (there, here)):
            current = sender.ref
            for at in range(len(sender.log.incidents())):
                sender.goes_to(at)
                receiver.takes(sender.exported())
            sender.ref = current
        assert here.log.incidents() == there.log.incidents()
        for ref in here.log.incidents():
            assert here.log.events(ref) == there.log.events(ref)
            assert here.ledger.state(ref) == there.ledger.state(ref)
        for file in self.files:
            kept = {event.id for ref in file.log.incidents() for event in file.log.events(ref)}
            assert kept >= here.acknowledged.keys() | there.acknowledged.keys()
            assert file.log.verify() == []
        self.figures["exchanges"] += 1

    @invariant()
    def each_sees_the_fold_of_its_log_and_has_what_it_acknowledged(self) -> None:
        for file in self.files:
            file.assert_whole()


class ChangedPasts(TwoFiles):
    """Entries of one incident are corrected, undone and redacted on both sides."""

    @rule(who=files, status=st.sampled_from(COMPONENT_STATES))
    def sets_a_component(self, who: int, status: str) -> None:
        if self.files[who].does(SetComponent, component="web", status=status):
            assert components_of(self.files[who].state)["web"].value == status

    @rule(who=files, at=places, text=words)
    def corrects(self, who: int, at: int, text: str) -> None:
        entry = self.files[who].entry(at)
        if self.files[who].does(CorrectEntry, entry=entry.id, text=text):
            assert self.files[who].state.entries.get(entry.id) != entry

    @rule(who=files, at=places)
    def undoes(self, who: int, at: int) -> None:
        entry = self.files[who].entry(at)
        if self.files[who].does(Undo, entry=entry.id, dependents=True):
            changed = self.files[who].state.entries.get(entry.id)
            assert changed is not None
            assert changed.undone is not entry.undone

    @rule(who=files, at=places)
    def redacts(self, who: int, at: int) -> None:
        entry = self.files[who].entry(at)
        if self.files[who].does(RedactEntry, entry=entry.id, reason="a password"):
            changed = self.files[who].state.entries.get(entry.id)
            assert changed is not None
            assert changed.redacted


class ManyIncidents(TwoFiles):
    """Several incidents; a log is closed and opened, or an earlier copy of it is put in its place."""

    def __init__(self, figures: Counter[str] | None = None) -> None:
        super().__init__(figures)
        self.copied: dict[int, dict[str, str]] = {}
        """The events acknowledged in a file when it was copied last."""

    @rule(who=files, title=words)
    def declares(self, who: int, title: str) -> None:
        with suppress(Refused):
            self.files[who].declares(title)

    @rule(who=files, at=places)
    def goes_on_with_another(self, who: int, at: int) -> None:
        self.files[who].goes_to(at)

    @rule(who=files)
    def opens_anew(self, who: int) -> None:
        file = self.files[who]
        origin = file.log.origin
        file.log.close()
        file.opens()
        assert file.log.origin == origin

    def _copy(self, who: int) -> Path:
        return Path(self.folder.name) / f"copy{who}.db"

    @rule(who=files)
    def backs_up(self, who: int) -> None:
        self.files[who].log.backup(self._copy(who))
        self.copied[who] = dict(self.files[who].acknowledged)

    @rule(who=files)
    def puts_back(self, who: int) -> None:
        """The log is lost, and its copy takes its place; what was written since is only where it was sent."""
        if who not in self.copied:
            return
        file = self.files[who]
        origin = file.log.origin
        file.log.close()
        os.replace(self._copy(who), file.path)
        file.opens()
        assert file.log.origin != origin
        file.acknowledged = self.copied.pop(who)
        if file.ref not in file.log.incidents():
            file.goes_to(0)
        self.figures["put back"] += 1


MACHINES = (ChangedPasts, ManyIncidents)


def main(runs: int = 500, steps: int = 60) -> str:
    """The same runs each time."""
    started = time.perf_counter()
    said: list[str] = []
    for machine in MACHINES:
        figures: Counter[str] = Counter()
        run_state_machine_as_test(
            partial(machine, figures),  # type: ignore[arg-type]
            settings=settings(
                max_examples=runs, stateful_step_count=steps, deadline=None, derandomize=True, database=None
            ),
        )
        counted = ", ".join(f"{figures[name]:,} {name}" for name in sorted(figures))
        said.append(f"{machine.__name__} ({counted})")
    return f"machines: {', '.join(said)}: 0 lost, 0 that differ; {time.perf_counter() - started:.0f} s"
