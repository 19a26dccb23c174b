"""The ledger and its snapshots: whatever is kept, what one sees is the fold of the log."""

import itertools
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import console.core
from console.core.log.clocks import clocks, open_clocks
from console.core.log.command import Command
from console.core.log.conflicts import conflicts_of
from console.core.log.entries import Entries, Entry
from console.core.log.event import Event
from console.core.log.fold import extend, fold
from console.core.log.history import MARK_EVERY, REACH
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.advice import SilenceNudge
from console.core.subjects.checklist import TickItem
from console.core.subjects.clock import SnoozeClock
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.done import Finish
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.handoff import OfferHandoff
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.page import EndPage, PageSomebody
from console.core.subjects.role import AssignRole
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AcknowledgeTask, AddTask, open_tasks
from console.core.subjects.undo import RedactEntry, Undo
from console.core.subjects.update import PostUpdate
from console.store import Log, snapshots
from console.store.ledger import LONG_EVENTS, Ledger
from console.store.snapshots import Loaded, Summary, core_version, pack, source_digest, unpack, unpack_summary
from tests.core.story import START, Story, standard
from tests.memory import memory
from tests.publish.making import Clock
from tests.store.making import entry

words = st.text(min_size=1, max_size=12)
OpenLog = Callable[..., Log]


def ledger(log: Log, actor: str = "mo") -> Ledger:
    return Ledger(log, actor=actor, clock=Clock(START))


def declared(on: Ledger, entries: int = 0, title: str = "Checkout errors") -> str:
    ref = on.declare(DeclareIncident(actor=on.actor, title=title, severity="SEV1"), standard())
    logged(on, ref, entries)
    return ref


def logged(on: Ledger, ref: str, count: int) -> None:
    events = []
    for n in range(count):
        made = on.prepare(ref, LogEntry(actor=on.actor, text=f"line {n}", kind="finding"))
        events += made
    on.commit(events)


def closed(on: Ledger, ref: str) -> None:
    on.execute(ref, MoveStage(actor=on.actor, stage="closed", override="False alarm: nobody was affected"))


class TwoConsoles(RuleBasedStateMachine):
    """Two consoles write to one file, keep snapshots at any moment, and are started anew at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir=memory())
        self.log = Log.open(Path(self.folder.name) / "log.db")
        self.clock = Clock(START)
        self.counter = itertools.count(1)
        self.ledgers = [self.fresh("mo"), self.fresh("al")]
        made = self.ledgers[0].declare(DeclareIncident(actor="mo", title="Out", severity="SEV1"), standard())
        self.ref = made

    def teardown(self) -> None:
        self.log.close()
        self.folder.cleanup()

    def fresh(self, actor: str) -> Ledger:
        return Ledger(self.log, actor=actor, clock=self.clock)

    def act(self, who: int, command: Command) -> None:
        here, there = self.ledgers[who], self.ledgers[1 - who]
        with suppress(Refused):
            there.absorb(here.execute(self.ref, command))

    def entry(self, at: int) -> Entry:
        entries = self.ledgers[0].state(self.ref).entries
        return entries[at % len(entries)]

    @rule(who=st.integers(0, 1), kind=st.sampled_from(("note", "finding", "hypothesis")), text=words)
    def logs(self, who: int, kind: str, text: str) -> None:
        self.clock.now += timedelta(minutes=1)
        self.act(who, LogEntry(actor=f"p{who}", text=text, kind=kind, tags=("api",)))

    @rule(who=st.integers(0, 1), text=words)
    def adds_a_task(self, who: int, text: str) -> None:
        self.act(who, AddTask(actor=f"p{who}", text=text, owner="rs"))

    @rule(who=st.integers(0, 1))
    def finishes_a_task(self, who: int) -> None:
        tasks = open_tasks(self.ledgers[who].state(self.ref))
        if tasks:
            self.act(who, Finish(actor=f"p{who}", what=tasks[0].id))

    @rule(who=st.integers(0, 1), severity=st.sampled_from(("SEV0", "SEV1", "SEV2")))
    def changes_severity(self, who: int, severity: str) -> None:
        self.act(who, ChangeSeverity(actor=f"p{who}", severity=severity))

    @rule(who=st.integers(0, 1), at=st.integers(0, 50), text=words)
    def corrects(self, who: int, at: int, text: str) -> None:
        self.act(who, CorrectEntry(actor=f"p{who}", entry=self.entry(at).id, text=text))

    @rule(who=st.integers(0, 1), at=st.integers(0, 50))
    def undoes(self, who: int, at: int) -> None:
        self.act(who, Undo(actor=f"p{who}", entry=self.entry(at).id))

    @rule(who=st.integers(0, 1), at=st.integers(0, 50))
    def redacts(self, who: int, at: int) -> None:
        self.act(who, RedactEntry(actor=f"p{who}", entry=self.entry(at).id, reason="a password"))

    @rule()
    def is_kept(self) -> None:
        saved = snapshots.save(self.log, snapshots.load(self.log, self.ref))
        assert saved is not None
        saved.result()

    @rule(who=st.integers(0, 1))
    def starts_anew(self, who: int) -> None:
        self.ledgers[who] = self.fresh("mo")

    @invariant()
    def everyone_sees_the_fold_of_the_log(self) -> None:
        whole = fold(self.ref, self.log.events(self.ref))
        assert snapshots.load(self.log, self.ref).state == whole
        for one in self.ledgers:
            assert one.state(self.ref) == whole
        found = snapshots.glance(self.log, self.ref)
        assert (found if isinstance(found, Summary) else snapshots.summary(found.state)) == snapshots.summary(whole)


TestTwoConsoles = TwoConsoles.TestCase


@given(st.lists(st.tuples(st.sampled_from(("note", "finding", "hypothesis")), words), max_size=8), st.integers(0, 8))
def test_a_state_read_back_and_extended_is_the_fold_of_everything(lines: list[tuple[str, str]], cut: int) -> None:
    story = Story()
    for n, (kind, text) in enumerate(lines):
        story.at(n).tries(LogEntry(actor="mo", text=text, kind=kind))
    before, after = story.events[: cut + 1], story.events[cut + 1 :]
    version = core_version()
    assert version is not None
    state = fold("INC-K7Q2", before)
    back = unpack(pack(state, {"here": before[-1].oseq}, version))
    assert back == (state, {"here": before[-1].oseq})
    assert extend(back[0], after) == story.state
    assert clocks(extend(back[0], after), story.now) == clocks(story.state, story.now)


def test_every_field_of_a_state_comes_back() -> None:
    """A state in which hardly a field is empty: what a snapshot forgot would show here."""
    story = Story(severity="SEV1")
    task = story.does(AddTask, text="look at the pool", owner="rs")
    guess = story.does(LogEntry, text="the pool is full", kind="hypothesis")
    story.does(Finish, what=task)
    story.does(CorrectEntry, entry=guess, text="the pool is leaking")
    story.does(AssignRole, role="ic", person="mo")
    story.does(OfferHandoff, person="al")
    story.does(PostUpdate, audience="internal", text="we look")
    story.does(AddFix, text="more memory", ticket="OPS-1")
    story.does(Undo, entry=guess)
    version = core_version()
    assert version is not None
    back = unpack(pack(story.state, {}, version))
    assert back is not None
    for field in msgspec.structs.fields(Incident):
        assert getattr(back[0], field.name) == getattr(story.state, field.name), field.name
    assert isinstance(back[0].entries, Entries)


def test_a_byte_changed_anywhere_under_the_core_makes_every_snapshot_stale(tmp_path: Path) -> None:
    core = shutil.copytree(console.core.__path__[0], tmp_path / "core", ignore=shutil.ignore_patterns("__pycache__"))
    assert source_digest(core) == core_version()
    for file in sorted(core.rglob("*.py")):
        before = file.read_bytes()
        file.write_bytes(before + b"#")
        assert source_digest(core) != core_version(), file
        file.write_bytes(before)


def test_a_snapshot_of_another_version_or_a_damaged_one_is_passed_over() -> None:
    state = Story().state
    version = core_version()
    assert version is not None
    data = pack(state, {"here": 1}, version)
    assert unpack(data) == (state, {"here": 1})
    assert unpack(data, b"another version!") is None
    assert unpack_summary(data, b"another version!") is None
    for at in range(0, len(data), 97):
        changed = bytearray(data)
        changed[at] ^= 1
        assert unpack(bytes(changed)) is None
        assert unpack_summary(bytes(changed)) is None
    assert unpack(b"") is None
    assert unpack(data[:-1]) is None


def test_a_long_incident_is_kept_and_read_back(open_log: OpenLog) -> None:
    log = open_log()
    ref = declared(ledger(log), 300)
    assert log.snapshot(ref) is None
    first = ledger(log)
    whole = first.state(ref)
    log.close()

    again = open_log()
    assert again.snapshot(ref) is not None
    loaded = snapshots.load(again, ref)
    assert loaded.fresh == 0
    assert loaded.state == whole
    another = ledger(again)
    logged(another, ref, 3)
    assert another.state(ref) == fold(ref, again.events(ref))
    assert snapshots.load(again, ref).fresh == 3


def test_leaving_keeps_what_has_grown(log: Log) -> None:
    here = ledger(log)
    ref = declared(here, snapshots.SAVE_AFTER_EVENTS + 5)
    here.keep()
    log.save_draft("x", "").result()
    assert snapshots.load(log, ref).fresh == 0
    logged(here, ref, 5)
    here.keep()
    assert snapshots.load(log, ref).fresh == 5


def test_leaving_keeps_nothing_that_lacks_what_another_console_wrote(log: Log, open_log: OpenLog) -> None:
    here = ledger(log)
    ref = declared(here, snapshots.SAVE_AFTER_EVENTS + 5)
    open_log().append([entry("elsewhere", incident=ref)])
    here.keep()
    log.save_draft("x", "").result()
    assert log.snapshot(ref) is None


def test_a_redaction_takes_the_snapshot_with_it(log: Log) -> None:
    here = ledger(log)
    ref = declared(here)
    written = here.execute(ref, LogEntry(actor="mo", text="the password is hunter2", kind="note"))
    logged(here, ref, snapshots.SAVE_AFTER_EVENTS)
    here.keep()
    log.save_draft("x", "").result()
    assert log.snapshot(ref) is not None
    here.execute(ref, RedactEntry(actor="mo", entry=written[0].id, reason="a password"))
    kept = log.snapshot(ref)
    assert kept is None or b"hunter2" not in kept[1]
    assert "hunter2" not in repr((here.state(ref), here.state(ref).entries[:], dict(here.state(ref).parts)))
    assert "hunter2" not in repr((ledger(log).state(ref), ledger(log).state(ref).entries[:]))


def test_a_read_only_console_writes_no_snapshot(open_log: OpenLog) -> None:
    log = open_log()
    ref = declared(ledger(log), snapshots.SAVE_AFTER_EVENTS + 5)
    log.close()
    looking = open_log(read_only=True)
    watcher = ledger(looking)
    assert len(watcher.state(ref).entries) == snapshots.SAVE_AFTER_EVENTS + 6
    watcher.keep()
    assert looking.snapshot(ref) is None


def test_what_lands_before_a_snapshot_is_folded_in_its_place(log: Log, open_log: OpenLog, tmp_path: Path) -> None:
    """Events of another file, imported after the snapshot, that belong between the ones it holds."""
    here = ledger(log)
    ref = declared(here, 5)
    other = open_log(tmp_path / "other.db")
    other.import_events(log.events(ref))
    there = ledger(other, "al")
    logged(there, ref, 3)
    here.execute(ref, LogEntry(actor="mo", text="written here meanwhile", kind="note"))
    saved = snapshots.save(log, snapshots.load(log, ref))
    assert saved is not None
    saved.result()
    log.import_events(other.events(ref))
    assert snapshots.load(log, ref).state == fold(ref, log.events(ref))
    assert len(snapshots.load(log, ref).state.entries) == 10


# What the board reads in the background


def read(on: Ledger, refs: list[str]) -> None:
    for ref, mark in on.unread(refs).items():
        on.adopt(ref, snapshots.glance(on.log, ref), mark)


def test_open_incidents_are_whole_and_the_others_a_line(log: Log) -> None:
    first = ledger(log)
    over, running = declared(first, title="Over"), declared(first, title="Running")
    closed(first, over)
    board = ledger(log)
    assert board.opened() == []
    read(board, board.references())
    assert [one.ref for one in board.opened()] == [running]
    assert [(one.ref, one.title, one.open) for one in board.others()] == [(over, "Over", False)]
    assert board.unread(board.references()) == {}
    assert board.state(over) == first.state(over)
    assert [one.ref for one in board.others()] == [over]


def test_what_arrives_while_a_state_is_being_read_is_not_lost(log: Log, open_log: OpenLog) -> None:
    ref = declared(ledger(log))
    board, there = ledger(log), ledger(open_log(), "al")
    [(_, mark)] = board.unread([ref]).items()
    found = snapshots.glance(log, ref)
    written = there.execute(ref, LogEntry(actor="al", text="meanwhile", kind="note"))
    assert board.absorb(written) == {ref}
    assert not board.adopt(ref, found, mark)
    read(board, [ref])
    assert board.opened()[0].entries[-1].text == "meanwhile"


def test_an_incident_opened_again_is_whole_again(log: Log, open_log: OpenLog) -> None:
    there = ledger(open_log(), "al")
    ref = declared(there)
    closed(there, ref)
    board = ledger(log)
    read(board, [ref])
    assert [one.ref for one in board.others()] == [ref]
    written = there.execute(ref, MoveStage(actor="al", stage="investigating", override="it is back"))
    board.absorb(written)
    assert board.unread([ref])
    read(board, [ref])
    assert [one.ref for one in board.opened()] == [ref]
    assert board.others() == []


@pytest.mark.parametrize("backwards", [False, True])
def test_the_order_of_arrival_never_shows(log: Log, open_log: OpenLog, backwards: bool) -> None:
    here, there = ledger(log), ledger(open_log(), "al")
    ref = declared(here)
    written: list[Event] = []
    for text in ("one", "two", "three"):
        made = there.execute(ref, LogEntry(actor="al", text=text, kind="note"))
        written += made
    for event in reversed(written) if backwards else written:
        here.absorb([event])
    assert here.state(ref) == there.state(ref)
    assert isinstance(snapshots.load(log, ref), Loaded)


ONCE_AT_ONCE: tuple[Command, ...] = (
    TickItem(actor="mo", item="first-five-minutes/1"),
    Finish(actor="mo", what="1"),
    AcknowledgeTask(actor="mo", task="1"),
    EndPage(actor="mo", page="kim", outcome="answered"),
    SnoozeClock(actor="mo", clock="public", by=timedelta(minutes=5), reason="a call"),
    SetMilestone(actor="mo", milestone="detected", moment=START - timedelta(minutes=5)),
    JudgeHypothesis(actor="mo", hypothesis="1", verdict="ruled_out"),
    OfferHandoff(actor="mo", person="kai"),
    SetComponent(actor="mo", component="checkout", status="major"),
    SilenceNudge(actor="mo", nudge="no_scribe"),
)


@pytest.mark.parametrize("command", ONCE_AT_ONCE, ids=lambda command: type(command).__name__)
def test_what_two_do_at_once_is_done_once(log: Log, open_log: OpenLog, command: Command) -> None:
    """Neither has read of the other's act: it is decided in the transaction."""
    here, there = ledger(log), ledger(open_log(), "al")
    ref = declared(here)
    here.execute(ref, AddTask(actor="mo", text="page storage"))
    here.execute(ref, PageSomebody(actor="mo", who="kim"))
    here.execute(ref, LogEntry(actor="mo", text="the index", kind="hypothesis"))
    there.state(ref)
    here.execute(ref, command)
    written = log.events(ref)
    with pytest.raises(Refused):
        there.execute(ref, msgspec.structs.replace(command, actor="al"))
    assert log.events(ref) == written


def test_two_roles_given_at_once_both_stand(log: Log, open_log: OpenLog) -> None:
    """Neither person has seen the other's statement: that is a conflict, and is shown as one."""
    here, there = ledger(log), ledger(open_log(), "al")
    ref = declared(here)
    there.state(ref)
    here.execute(ref, AssignRole(actor="mo", role="ic", person="mo"))
    there.execute(ref, AssignRole(actor="al", role="ic", person="al"))
    assert conflicts_of(snapshots.load(log, ref).state)


# Clocks worked out once


def test_what_is_owed_is_right_at_every_moment(log: Log) -> None:
    clock = Clock(START)
    here = Ledger(log, actor="mo", clock=clock)
    ref = declared(here)
    here.execute(ref, AddTask(actor="mo", text="ask the provider", owner="ana", due_in=timedelta(minutes=40)))
    before = here.owed(here.state(ref), clock.now)
    for _ in range(90):
        clock.now += timedelta(seconds=37)
        assert here.owed(here.state(ref), clock.now) == open_clocks(here.state(ref), clock.now)
    clock.now = START
    assert here.owed(here.state(ref), clock.now) == before
    here.execute(ref, ChangeSeverity(actor="mo", severity="SEV0", reason="all of it is down"))
    assert here.owed(here.state(ref), clock.now) == open_clocks(here.state(ref), clock.now) != before


def long_incident(on: Ledger, log: Log) -> tuple[str, str]:
    """An incident too long to be read anew between two keys, and the id of its first entry."""
    ref = declared(on, 1)
    first = on.state(ref).entries[-1].id
    log.append([entry(f"long-{n}", incident=ref) for n in range(LONG_EVENTS)])
    return ref, first


def test_what_reaches_far_back_in_a_long_incident_is_left_for_another_thread(log: Log, open_log: OpenLog) -> None:
    ref, first = long_incident(ledger(log), log)
    here = ledger(open_log())
    assert here.state(ref).events == LONG_EVENTS + 2
    undo = here.log.append(here.prepare(ref, Undo(actor="mo", entry=first)))
    assert here.absorb(undo, long_later=True) == {ref}
    assert here.outdated == {ref}
    shares: list[float] = []
    before = here.state(ref)
    here.renew(ref, snapshots.read_anew(here.log, ref, before, shares.append))
    assert here.outdated == set()
    assert here.state(ref) == fold(ref, here.log.events(ref))
    # A screen lays out anew what is another object.
    anew = [entry.id for entry, known in zip(here.state(ref).entries, before.entries) if entry is not known]  # noqa: B905
    assert anew == [first]
    assert shares == sorted(shares)
    assert shares


@pytest.mark.parametrize("back", [1, 10, MARK_EVERY, REACH])
def test_an_undo_within_reach_of_the_marks_is_folded_at_once(log: Log, back: int) -> None:
    here = ledger(log)
    ref, _ = long_incident(here, log)
    again = ledger(log)
    again.state(ref)
    target = again.state(ref).entries[-back].id
    undo = again.log.append(again.prepare(ref, Undo(actor="mo", entry=target)))
    again.absorb(undo, long_later=True)
    assert again.outdated == set()
    assert again.state(ref) == fold(ref, again.log.events(ref))
