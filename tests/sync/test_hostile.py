"""A server, or a member, that is broken or hostile: the log here stays as it is, and the person is told."""

import psycopg
import pytest

from console.core.subjects.entry import LogEntry
from console.store import chain
from console.sync.problem import SyncProblem
from console.sync.replicator import address_of
from console.sync.server import Server
from tests.sync.machine import Machine, exchange
from tests.sync.postgres import Room

Two = tuple[Machine, Machine]

CHANGES = {
    "another text": "UPDATE warroom.event SET body = replace(body, 'pool', 'pond')",
    "another author": "UPDATE warroom.event SET actor = 'eve'",
    "another hash": "UPDATE warroom.event SET hash = repeat('0', 64)",
    "a text without a redaction": "UPDATE warroom.event SET salt = NULL WHERE oseq = 3",
    "a text that obeys": "UPDATE warroom.event SET actor = E'\\x1b]0;pwned\\x07'",
    "an impossible time": "UPDATE warroom.event SET occurred_at = '9999-12-31T23:59:59.000Z'",
    "another place": "UPDATE warroom.event SET oseq = oseq + 10 WHERE oseq > 2",
    "two in each other's place": "UPDATE warroom.event SET hlc = 5000000000000000000 - hlc",
    "another incident": "UPDATE warroom.event SET incident = 'INC-../..' WHERE oseq > 1",
    "no object": "UPDATE warroom.event SET body = '[[[' WHERE oseq > 1",
    "a missing row": "DELETE FROM warroom.event WHERE oseq = 2",
    "a column of another type": "ALTER TABLE warroom.event ALTER COLUMN hlc TYPE text",
    "much text": "ALTER TABLE warroom.event DROP CONSTRAINT event_body_check;"
    " UPDATE warroom.event SET body = repeat('x', 20000000) WHERE oseq = 2",
}  # fmt: skip


@pytest.mark.parametrize("sql", CHANGES.values(), ids=CHANGES)
def test_rows_that_nobody_wrote_so_change_nothing_here(machines: Two, room: Room, sql: str) -> None:
    mo, al = machines
    for number in range(4):
        mo.does(LogEntry, text=f"the pool is full {number}")
    exchange(mo)
    al.ref = al.declares("Something else")
    room.orders(sql)
    before = al.chain
    link = al.syncs()
    assert not link.in_sync
    assert link.alarms
    for sentence in link.alarms:
        assert sentence.endswith(".")
        assert sentence.isprintable()
        assert len(sentence.splitlines()) == 1
    assert al.log.verify() == []
    # What is whole before the fault of an origin may be taken over; nothing else, and nothing that was here changes.
    assert [row for row in al.chain if row[1] == al.ref] == before
    assert all(row in mo.chain for row in al.chain if row[1] != al.ref)


def forged(row: tuple[object, ...], **changes: object) -> tuple[object, ...]:
    """A row of `Machine.chain` whose hash holds all the same."""
    fields = dict(zip(chain.Sealed._fields[:10], row, strict=False))
    body, salt, prev = str(row[10]), chain.new_salt(), str(row[13])
    sealed = chain.Sealed(**{**fields, "digest": chain.digest_of(salt, body), **changes})  # type: ignore[arg-type]
    return (*sealed, body, salt, prev, chain.hash_of(sealed, prev))


COLUMNS = f"workspace, {', '.join(chain.Sealed._fields)}, body, salt, prev, hash"
INSERT = f"INSERT INTO warroom.event({COLUMNS}) VALUES('team'{', %s' * COLUMNS.count(',')})".encode()


def writes(room: Room, row: tuple[object, ...]) -> None:
    """As a member who writes what he likes."""
    with psycopg.connect(room.address(), autocommit=True) as member:
        member.execute(INSERT, row)


def test_somebody_who_writes_under_our_name_is_told_and_nothing_of_ours_is_lost(machines: Two, room: Room) -> None:
    mo, al = machines
    exchange(mo, al)
    last = mo.chain[-1]
    writes(room, forged(last, id="stolen", oseq=int(str(last[3])) + 1, hlc=int(str(last[4])) + 1))
    mo.does(LogEntry, text="the real one")
    before = mo.chain
    link = mo.syncs()
    assert link.alarms
    assert mo.chain == before
    assert mo.log.verify() == []


def test_another_row_in_the_place_of_one_that_is_known_is_an_alarm(machines: Two, room: Room) -> None:
    mo, al = machines
    mo.does(LogEntry, text="the first words")
    exchange(mo, al)
    row = forged(mo.chain[-1], actor="eve")
    room.orders(f"DELETE FROM warroom.event WHERE id = '{row[0]}'")
    writes(room, row)
    for machine in (mo, al):
        before = machine.chain
        assert machine.syncs().alarms
        assert machine.chain == before


def test_others_go_on_beside_a_quarantined_origin(machines: Two, room: Room) -> None:
    mo, al = machines
    exchange(mo, al)
    writes(room, forged(mo.chain[-1], id="forged", origin="feedfeed", oseq=7))
    mo.does(LogEntry, text="we go on")
    assert mo.syncs().alarms
    assert al.syncs().alarms
    assert al.state.entries[-1].text == "we go on"


def test_rows_in_another_order_and_again_change_nothing(machines: Two, room: Room) -> None:
    mo, al = machines
    for number in range(5):
        mo.does(LogEntry, text=f"line {number}")
    exchange(mo)
    room.orders("UPDATE warroom.event SET number = 1000000 - number")
    exchange(al, mo)
    assert al.chain == mo.chain
    room.orders("UPDATE warroom.event SET number = number + 1000000")
    exchange(al, mo)
    assert al.chain == mo.chain


@pytest.mark.parametrize("sql", ["UPDATE warroom.event SET body = '{}'", "DELETE FROM warroom.event",
                                 "INSERT INTO warroom.workspace(name, role) VALUES('mine', 'postgres')",
                                 "SELECT setval('warroom.event_number', 1)", "TRUNCATE warroom.event"])  # fmt: skip
def test_a_member_may_add_and_nothing_else(machines: Two, room: Room, sql: str) -> None:
    with psycopg.connect(room.address()) as member, pytest.raises(psycopg.errors.InsufficientPrivilege):
        member.execute(sql.encode())


def test_a_workspace_is_nobody_elses(machines: Two, room: Room) -> None:
    mo, _ = machines
    mo.syncs()
    room.adds("other")
    with psycopg.connect(room.address("other"), autocommit=True) as stranger:
        assert stranger.execute("SELECT count(*) FROM warroom.event").fetchone() == (0,)
        assert stranger.execute("SELECT name FROM warroom.workspace").fetchall() == [("other",)]
    other = Machine(mo.path.with_name("other.db"), "eve", room.address("other"))
    assert other.syncs().in_sync
    assert other.log.incidents() == []
    other.closes()
    row = mo.chain[0]
    with psycopg.connect(room.address("other")) as stranger, pytest.raises(psycopg.errors.InsufficientPrivilege):
        stranger.execute(
            "INSERT INTO warroom.event(workspace, id, incident, origin, oseq, hlc, kind, v, actor, occurred_at,"
            " recorded_at, digest, body, prev, hash) VALUES('team', 'x', 'INC-AAAA', 'x', 1, 1, 'x', 1, 'x', '', '',"
            " '', '{}', '', '')"
        )
    assert row in mo.chain


@pytest.mark.parametrize("sql", [                                 "ALTER TABLE warroom.event DROP COLUMN digest",
                                 "UPDATE warroom.workspace SET format = 99",
                                 "DROP TABLE warroom.event; CREATE VIEW warroom.event AS SELECT 1 AS workspace",
                                 "DROP SCHEMA warroom CASCADE"])  # fmt: skip
def test_other_tables_end_in_a_sentence(machines: Two, room: Room, sql: str) -> None:
    mo, _ = machines
    mo.syncs()
    before = mo.chain
    if sql.startswith("DROP TABLE"):
        sql += "; GRANT SELECT ON warroom.event TO warroom_team"
    room.orders(sql)
    with pytest.raises(SyncProblem) as told:
        mo.syncs()
    assert told.value.reason.endswith(".")
    assert "s3cret" not in told.value.reason
    assert mo.chain == before


def test_numbers_become_visible_in_their_order(machines: Two, room: Room) -> None:
    """Whoever has read up to a number has missed none below it, however slow another member's transaction is."""
    mo, _ = machines
    mo.syncs()
    server = Server(address_of(room.address()))
    slow_row, quick_row = (
        forged(mo.chain[-1], id=name, origin=origin, oseq=1)
        for name, origin in (("slow", "feedfeed"), ("quick", "fade"))
    )
    with psycopg.connect(room.address()) as slow:
        slow.execute(INSERT, slow_row)
        before = server.last_number()
        with (
            psycopg.connect(room.address(), options="-c lock_timeout=50") as quick,
            pytest.raises(psycopg.errors.LockNotAvailable),
        ):
            quick.execute(INSERT, quick_row)
        assert server.last_number() == before
    assert server.last_number() > before
    server.close()
