"""Several machines, one room: whoever was alone for a while comes to the same as all others."""

import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.core.log.conflicts import conflicts_of
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.undo import RedactEntry
from console.store.replica import FEW_PAIRS
from console.sync import replicator
from tests.core.story import START
from tests.patience import PATIENCE_S
from tests.store.test_apart import Hour, assert_one_room, settle
from tests.sync.machine import Machine, assert_same, exchange
from tests.sync.postgres import Room
from tests.sync.proxy import Proxy

Two = tuple[Machine, Machine]


def test_two_logs_become_the_same_to_the_byte(machines: Two) -> None:
    mo, al = machines
    mo.does(LogEntry, text="the pool is full")
    exchange(mo, al)
    assert al.does(LogEntry, text="I see it too")
    exchange(mo, al)
    assert_same(mo, al)
    assert [entry.text for entry in mo.state.entries][-2:] == ["the pool is full", "I see it too"]


def test_an_hour_apart_with_decisions_of_their_own_is_one_room_with_the_conflicts_named(
    tmp_path: Path, room: Room
) -> None:
    hour = Hour()
    mo, al = (Machine(tmp_path / f"{name}.db", name, room.address(), hour) for name in ("mo", "al"))
    al.ref = mo.declares("Checkout errors")
    exchange(mo, al)
    hour.passes((mo, al))
    exchange(mo, al)
    assert_same(mo, al)
    assert_one_room(mo, al)
    settle(al)
    exchange(al, mo)
    for machine in (mo, al):
        assert not conflicts_of(machine.state)
        machine.closes()


def test_a_redaction_reaches_the_server_and_every_log(machines: Two, room: Room) -> None:
    mo, al = machines
    mo.does(LogEntry, text="the password is hunter2secret")
    exchange(mo, al)
    assert al.does(RedactEntry, entry="hunter2secret")
    exchange(mo, al)
    assert_same(mo, al)
    held = room.asks("SELECT body FROM warroom.event WHERE salt IS NULL OR body LIKE '%hunter2%'")
    assert len(held) == 1
    assert "hunter2" not in str(held)
    for machine in (mo, al):
        assert not any("hunter2" in str(row) for row in machine.chain)


def test_who_comes_later_takes_over_what_a_redaction_has_left(machines: Two, room: Room) -> None:
    mo, al = machines
    mo.does(LogEntry, text="the password is hunter2secret")
    mo.does(RedactEntry, entry="hunter2secret")
    mo.does(LogEntry, text="we go on")
    exchange(mo, al)
    assert_same(mo, al)


def test_an_entry_that_is_sent_after_its_redaction_is_erased_on_its_way(machines: Two, room: Room) -> None:
    mo, al = machines
    mo.syncs()
    mo.does(LogEntry, text="the password is hunter2secret")
    # Al has it by mail, and erases it before mo is back.
    al.takes(mo.exported())
    al.does(RedactEntry, entry="hunter2secret")
    mo.log.close()
    al.syncs()
    room.orders("DELETE FROM warroom.event WHERE kind <> 'entry_redacted'")
    mo.opens()
    mo.syncs()
    assert not room.asks("SELECT 1 FROM warroom.event WHERE body LIKE '%hunter2%' AND kind <> 'entry_redacted'")


def test_a_server_that_was_put_back_from_a_backup_is_given_the_rest_again(machines: Two, room: Room) -> None:
    mo, al = machines
    mo.does(LogEntry, text="before the backup")
    exchange(mo, al)
    for machine in (mo, al, mo):
        machine.does(LogEntry, text=f"after it, by {machine.actor}")
        exchange(mo, al)
    room.orders("DELETE FROM warroom.event WHERE number > (SELECT min(number) FROM warroom.event)")
    # Whoever comes first brings what everybody wrote.
    assert al.syncs().in_sync
    new = Machine(mo.path.with_name("zoe.db"), "zoe", room.address())
    new.syncs()
    assert_same(mo, al, new)
    new.closes()


def test_logs_that_were_joined_by_an_export_are_no_alarm(machines: Two) -> None:
    """An export has no salts, so the same events stand there in other chains."""
    mo, al = machines
    mo.does(LogEntry, text="sent by mail")
    al.takes(mo.exported())
    al.does(LogEntry, text="taken over")
    exchange(al, mo)
    mo.does(LogEntry, text="and on we go")
    al.does(LogEntry, text="so do we")
    exchange(mo, al)
    assert mo.state == al.state
    assert mo.log.verify() == al.log.verify() == []
    assert {entry.text for entry in al.state.entries} >= {"taken over", "and on we go", "so do we"}


def test_a_copied_log_writes_under_its_own_name(machines: Two, room: Room) -> None:
    mo, al = machines
    mo.syncs()
    mo.log.backup(mo.path.with_name("copy.db"))
    copy = Machine(mo.path.with_name("copy.db"), "copy", room.address())
    copy.ref = mo.ref
    copy.does(LogEntry, text="from the copy")
    mo.does(LogEntry, text="from the first")
    exchange(copy, mo, al)
    assert_same(copy, mo, al)
    copy.closes()


def test_a_clock_ahead_is_stored_and_advances_nobody_else(machines: Two, room: Room) -> None:
    mo, al = machines
    exchange(mo, al)
    ahead = Machine(mo.path.with_name("zoe.db"), "zoe", room.address(), skew=timedelta(hours=1))
    ahead.ref = mo.ref
    ahead.syncs()
    ahead.does(LogEntry, text="from the future")
    exchange(ahead, mo, al)
    assert al.does(LogEntry, text="from now")
    newest = next(event for event in al.events if event.actor == "al")
    assert newest.hlc >> 16 <= int((START + timedelta(minutes=1)).timestamp() * 1000)
    exchange(al, ahead, mo)
    assert_same(mo, al, ahead)
    ahead.closes()


def test_what_the_server_lacks_is_counted_without_it(machines: Two) -> None:
    mo, _ = machines
    mo.syncs()
    mo.does(LogEntry, text="one")
    mo.does(LogEntry, text="two")
    mo.address = mo.address.replace("127.0.0.1", "127.0.0.2")
    link = mo.tries()
    assert (link.state, link.unsent, link.since) == ("unreachable", 2, START)
    assert link.problem.endswith(".")


def test_many_incidents_become_the_same_too(machines: Two) -> None:
    mo, al = machines
    for number in range(FEW_PAIRS):
        mo.declares(f"incident {number}")
    exchange(mo, al)
    al.ref = mo.ref
    assert al.does(LogEntry, text="here too")
    exchange(al, mo)
    assert_same(mo, al)
    assert len(al.log.incidents()) == FEW_PAIRS + 1


def test_a_machine_that_falls_asleep_while_it_sends_keeps_nobody_waiting(machines: Two, room: Room) -> None:
    mo, al = machines
    exchange(mo, al)
    proxy = Proxy(room.postgres.port)
    mo.address = room.address(port=proxy.port)
    mo.does(LogEntry, text="on its way")
    proxy.freezes_after = b"INSERT INTO warroom.event"
    asleep = threading.Thread(target=mo.tries)
    asleep.start()
    try:
        assert proxy.frozen.wait(PATIENCE_S)
        al.does(LogEntry, text="awake")
        assert al.syncs().in_sync
    finally:
        proxy.close()
        asleep.join()
    mo.address = al.address
    exchange(mo, al)
    assert_same(mo, al)


@pytest.mark.parametrize("chars", [1, 700])
def test_however_little_is_sent_at_once_everything_arrives(
    machines: Two, monkeypatch: pytest.MonkeyPatch, chars: int
) -> None:
    monkeypatch.setattr(replicator, "BATCH_CHARS", chars)
    mo, al = machines
    for number in range(9):
        mo.does(LogEntry, text=f"{number} " + "long " * 40)
    exchange(mo, al)
    assert_same(mo, al)


@pytest.mark.parametrize(("hours", "words"), [(0, ""), (1, "ahead of the server's"), (-24, "behind the server's")])
def test_whoever_s_clock_is_off_is_told(tmp_path: Path, room: Room, hours: int, words: str) -> None:
    skew = timedelta(hours=hours)
    mo = Machine(tmp_path / "mo.db", "mo", room.address(), lambda: datetime.now(UTC), skew)
    link = mo.syncs()
    assert link.in_sync
    assert words in link.clock
    assert bool(link.clock) == bool(hours)
    mo.closes()


def test_words_that_were_written_apart_from_their_redaction_are_told_where_they_are_known(machines: Two) -> None:
    mo, al = machines
    mo.does(LogEntry, text="the password is hunter2secret")
    exchange(mo, al)
    assert mo.does(RedactEntry, entry="hunter2secret")
    target = next(entry.id for entry in al.state.entries if "hunter2" in entry.text)
    al.does(CorrectEntry, entry=target, text="the password was hunter2secret")
    al.does(LogEntry, text="who has hunter2secret?")
    al.does(LogEntry, text="we go on")
    assert mo.syncs().overlooked == ()
    link = al.syncs()
    assert (len(link.overlooked), link.words(UTC), link.well) == (2, "2 to redact", False)
    assert "hunter2" not in str(link)
    assert all("by al" in sentence for sentence in link.overlooked)
    # The correction goes with the other.
    assert al.does(RedactEntry, entry="hunter2secret")
    exchange(mo, al)
    assert_same(mo, al)
    assert not any("hunter2" in str(row) for row in mo.chain)


def test_what_stays_to_be_redacted_is_told_until_it_is(machines: Two) -> None:
    mo, al = machines
    mo.does(LogEntry, text="the password is hunter2secret")
    exchange(mo, al)
    mo.does(RedactEntry, entry="hunter2secret")
    al.does(LogEntry, text="who has hunter2secret?")
    mo.syncs()
    with closing(replicator.Replicator(al.log, replicator.address_of(al.address), lambda: START)) as running:
        running.turn()
        assert running.link.overlooked
        running.turn()
        assert running.link.overlooked
        assert al.does(RedactEntry, entry="who has")
        running.turn()
        assert running.link.overlooked == ()
