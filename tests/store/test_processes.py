"""Several consoles on one file: real processes."""

import itertools
import os
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from console.core.log.event import Event
from console.store import Log, StoreProblem
from console.store.log import MAX_OWN
from console.store.outbox.dispatch import Dispatch
from console.store.outbox.outbox import Outbox
from tests.core.story import START
from tests.patience import PATIENCE_S
from tests.publish.making import declare, post
from tests.store.making import INCIDENT, WRITER, entry, program
from tests.torture import kills

OpenLog = Callable[..., Log]


def test_two_processes_write_at_once_while_a_third_watches(log: Log, path: Path) -> None:
    seen: list[Event] = []
    problems: list[StoreProblem] = []
    complete = threading.Event()

    def on_events(events: list[Event]) -> None:
        seen.extend(events)
        if len(seen) == 400:
            complete.set()

    log.watch(on_events, on_problem=problems.append, interval_s=0.02)
    writers = [program(WRITER, path, name, 200) for name in ("a", "b")]
    said = [process.communicate()[0].splitlines() for process in writers]
    assert complete.wait(PATIENCE_S)

    assert problems == []
    assert {lines[0] for lines in said} == {log.origin}
    assert sorted(one.id for one in seen) == sorted(itertools.chain.from_iterable(lines[1:] for lines in said))
    assert [event.oseq for event in log.events(INCIDENT)] == list(range(1, 401))
    assert log.verify() == []


def test_processes_that_make_a_file_at_once_agree_on_its_origin(open_log: OpenLog, path: Path) -> None:
    writers = [program(WRITER, path, name, 1) for name in "abcd"]
    origins = {process.communicate()[0].splitlines()[0] for process in writers}
    assert len(origins) == 1
    assert len(open_log().events(INCIDENT)) == 4


def test_nothing_acknowledged_is_lost_when_writers_and_consoles_are_killed() -> None:
    assert "0 lost, 0 twice" in kills.main(kills=22, entries=200, seed=1)


def test_the_own_writes_are_not_reported_by_the_watch_unless_asked_for(log: Log, open_log: OpenLog) -> None:
    other = open_log()
    theirs: list[str] = []
    everything: list[str] = []
    heard = threading.Event()

    def on_events(events: list[Event]) -> None:
        theirs.extend(event.id for event in events)
        heard.set()

    log.append([entry("before")])
    position = log.position()
    log.append([entry("mine")])
    other.append([entry("other")])
    watcher = log.watch(on_events, after=position)
    both = threading.Event()

    def on_all(events: list[Event]) -> None:
        everything.extend(event.id for event in events)
        both.set()

    log.watch(on_all, after=position, own=True)
    assert heard.wait(PATIENCE_S)
    assert both.wait(PATIENCE_S)
    watcher.stop()
    assert theirs == ["other"]
    assert everything == ["mine", "other"]


def test_a_watch_that_is_behind_is_not_told_of_the_own_writes_however_many(log: Log, open_log: OpenLog) -> None:
    """They are forgotten as own ones only once it has passed them."""
    other = open_log()
    theirs: list[str] = []
    busy, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def on_events(events: list[Event]) -> None:
        theirs.extend(event.id for event in events)
        busy.set()
        assert go_on.wait(PATIENCE_S)
        if theirs[-1] == "last":
            done.set()

    log.watch(on_events, interval_s=0.01)
    other.append([entry("first")])
    assert busy.wait(PATIENCE_S)
    for batch in range(4):
        log.append([entry(f"mine {batch} {number}") for number in range(MAX_OWN)])
    other.append([entry("last")])
    go_on.set()
    assert done.wait(PATIENCE_S)
    assert theirs == ["first", "last"]


def test_the_watch_tells_what_becomes_of_messages_and_of_nothing_else(log: Log, open_log: OpenLog) -> None:
    other = open_log()
    declare(log, INCIDENT)
    told = threading.Semaphore(0)
    entries = threading.Semaphore(0)
    log.watch(lambda events: entries.release(), on_outbox=told.release, interval_s=0.01)
    first = post(other, "We look into it.", ref=INCIDENT)
    assert told.acquire(timeout=PATIENCE_S)
    Outbox(other).retry(first.id, START, "mo")
    assert told.acquire(timeout=PATIENCE_S)
    assert entries.acquire(timeout=PATIENCE_S)
    other.append([entry("x")])
    assert entries.acquire(timeout=PATIENCE_S)
    # A lease is taken at each look, and is nobody's business.
    assert Dispatch(other, "a", "page").take_lease(START, lambda holder: None) == ""
    other.append([entry("y")])
    assert entries.acquire(timeout=PATIENCE_S)
    assert not told.acquire(blocking=False)


def test_what_is_queued_before_the_first_look_is_told(log: Log, open_log: OpenLog) -> None:
    declare(log, INCIDENT)
    post(open_log(), "We look into it.", ref=INCIDENT)
    told = threading.Semaphore(0)
    log.watch(lambda events: None, on_outbox=told.release, interval_s=0.01)
    assert told.acquire(timeout=PATIENCE_S)


def test_a_broken_outbox_does_not_keep_entries_from_being_seen(log: Log, open_log: OpenLog) -> None:
    problems: list[StoreProblem] = []
    heard = threading.Event()
    log.watch(lambda events: heard.set(), on_problem=problems.append, interval_s=0.01)
    other = open_log()
    other.run_as_writer(lambda connection: connection.execute("DROP TABLE outbox"))
    other.append([entry("x")])
    assert heard.wait(PATIENCE_S)
    assert problems == []


def test_a_file_that_is_moved_away_is_an_alarm_and_takes_no_more_entries(log: Log, path: Path) -> None:
    log.append([entry("a")])
    told = threading.Event()
    problems: list[StoreProblem] = []

    def on_problem(problem: StoreProblem) -> None:
        problems.append(problem)
        told.set()

    log.watch(lambda events: None, on_problem=on_problem, interval_s=0.01)
    os.rename(path, path.with_name("elsewhere.db"))
    assert told.wait(PATIENCE_S)
    assert "moved" in problems[0].reason
    assert "moved" in str(log.append_later([entry("b")]).exception())
    os.rename(path.with_name("elsewhere.db"), path)
    assert [one.id for one in log.append([entry("b")])] == ["b"]


def test_a_copied_file_writes_under_a_new_origin(open_log: OpenLog, path: Path, tmp_path: Path) -> None:
    first = open_log()
    first.append([entry("a")])
    first.close()
    shutil.copyfile(path, tmp_path / "copy.db")
    copy = open_log(tmp_path / "copy.db")
    [event] = copy.append([entry("b", minute=1)])
    assert copy.origin != first.origin
    assert (event.origin, event.oseq) == (copy.origin, 1)
    assert [event.id for event in copy.events(INCIDENT)] == ["a", "b"]
    assert copy.verify() == []
    assert open_log().origin == first.origin


def test_a_terminated_writer_leaves_a_whole_log(open_log: OpenLog, path: Path) -> None:
    writer = program(WRITER, path, "a", 100_000)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(20)][1:]
    writer.send_signal(signal.SIGTERM)
    writer.communicate()
    log = open_log()
    assert set(acknowledged) <= {event.id for event in log.events(INCIDENT)}
    assert log.verify() == []
