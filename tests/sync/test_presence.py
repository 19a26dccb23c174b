"""Who is there on other machines: told through the server, gone with whoever is gone, and never more than a hint."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from console.sync import replicator
from console.sync.presence import GONE_S, Other, Present, others_of
from console.sync.replicator import address_of
from console.sync.server import Server
from tests.app.driver import Clock, console
from tests.app.driver import Room as Seen
from tests.sync.machine import Machine
from tests.sync.postgres import Postgres, Room

RS = Present("c1", "log1", "rs", "lisa", "INC-K7Q2", "line")
AL = Present("c2", "log2", "al", "bart", "INC-K7Q2", "")


@pytest.fixture
def server(room: Room) -> Iterator[Server]:
    with closing(Server(address_of(room.address()))) as server:
        yield server


def told(others: tuple[Other, ...]) -> list[tuple[str, str, str, str]]:
    return [other[:-1] for other in others]


def test_whoever_says_so_is_there_until_they_leave_or_say_nothing(server: Server, room: Room) -> None:
    assert server.keep_presence(RS) == ()
    assert told(server.keep_presence(AL)) == [("rs", "INC-K7Q2", "lisa", "line")]
    assert told(server.keep_presence(RS._replace(doing="", ref=""))) == [("al", "INC-K7Q2", "bart", "")]
    assert told(server.keep_presence(AL)) == [("rs", "", "lisa", "")]
    assert told(server.keep_presence(AL._replace(person=""))) == [("rs", "", "lisa", "")]
    assert server.keep_presence(RS) == ()
    # A console that was killed says nothing more; what counts is the server's clock.
    room.orders(f"UPDATE warroom.presence SET seen = seen - interval '{GONE_S} s'")
    assert server.keep_presence(AL) == ()
    assert room.asks("SELECT person FROM warroom.presence") == [("al",)]


def test_a_row_is_believed_for_as_long_as_is_left_of_it(server: Server, room: Room) -> None:
    server.keep_presence(RS)
    room.orders("UPDATE warroom.presence SET seen = seen - interval '10 s'")
    (other,) = server.keep_presence(AL)
    assert other.until_s - time.monotonic() < GONE_S - 9


def test_consoles_on_one_log_are_not_told_of_each_other(server: Server) -> None:
    """They see each other without a server."""
    server.keep_presence(RS)
    assert server.keep_presence(RS._replace(console="c9", person="kim")) == ()


def test_members_tell_of_themselves_and_touch_nothing_else(server: Server, room: Room) -> None:
    server.keep_presence(RS)
    room.adds("payments")
    with psycopg.connect(room.address(), autocommit=True) as member:
        for statement in (
            "SELECT * FROM warroom.presence",
            "UPDATE warroom.presence SET person = 'x'",
            "DELETE FROM warroom.presence",
            "INSERT INTO warroom.presence VALUES('team', 'c', 'l', 'p', 'm', 'i', 'd', now())",
            "SELECT * FROM warroom.keep_presence('payments', 'c', 'l', 'p', 'm', 'i', 'd')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                member.execute(statement)
    with closing(Server(address_of(room.address(workspace="payments")))) as payments:
        assert payments.keep_presence(AL) == ()


def test_a_server_that_was_set_up_before_knows_of_nobody_and_all_else_works(
    room: Room, machines: tuple[Machine, Machine]
) -> None:
    room.orders("DROP FUNCTION warroom.keep_presence")
    room.orders("DROP TABLE warroom.presence")
    mo, _ = machines
    assert mo.syncs().in_sync
    with closing(Server(address_of(room.address()))) as server:
        assert server.keep_presence(RS) == ()
        assert server.last_number() > 0


HOSTILE: dict[str, tuple[object, ...]] = {
    "too few": ("rs", "lisa", "INC", ""),
    "a number for a name": (1, "lisa", "INC", "", 0.0),
    "no name": ("  ", "lisa", "INC", "", 0.0),
    "long gone": ("rs", "lisa", "INC", "", GONE_S),
    "from the future": ("rs", "lisa", "INC", "", -1.0),
    "no number": ("rs", "lisa", "INC", "", math.nan),
    "text for an age": ("rs", "lisa", "INC", "", "0"),
}


@pytest.mark.parametrize("row", HOSTILE.values(), ids=HOSTILE)
def test_rows_that_are_none_of_ours_are_nobody(row: tuple[object, ...]) -> None:
    assert others_of([row]) == ()


def test_texts_of_a_server_are_harmless_and_few() -> None:
    (other,) = others_of([("r\x1b[31ms\n", "li\x07sa", "INC\u202e", "li\x00ne", 0.0)])
    assert not any(ord(character) < 32 or character == "\u202e" for text in other[:-1] for character in text)
    assert len(others_of([("rs", "", "", "", 0.0)] * 5000)) < 1000


# In the room


async def until(seen: Seen, holds: Callable[[], bool]) -> None:
    """As the room looks every few seconds."""

    def looks() -> bool:
        seen.app.session.look_around()
        seen.screen.show_state()
        return holds()

    await seen.until(looks)


async def test_people_on_two_machines_see_who_is_there_and_at_what(
    tmp_path: Path, room: Room, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOOK_S", "KEEP_S"):
        monkeypatch.setattr(replicator, name, 0.2)
    clock = Clock()
    for name in ("mo", "al"):
        (tmp_path / name).mkdir()
    async with console(tmp_path / "mo", clock=clock, sync=room.address()) as mo:
        await mo.until(lambda: "in sync" in mo.text())
        mo.hides("Here")
        with_al = Machine(tmp_path / "al/warroom.db", "al", room.address())
        with_al.syncs()
        with_al.closes()
        async with console(tmp_path / "al", actor="al", clock=clock, ref=mo.ref, sync=room.address()) as al:
            await until(mo, lambda: "Here     al on " in mo.text())
            await al.keys_in("the password is hunter2")
            al.app.ring()
            await until(mo, lambda: "typing a line" in mo.text())
            assert "hunter2" not in str(room.asks("SELECT * FROM warroom.presence"))
            await until(al, lambda: "Here     mo on " in al.text())
        await until(mo, lambda: "Here " not in mo.text())
        async with console(tmp_path / "al", actor="al", clock=clock, ref=mo.ref, sync=room.address()):
            await until(mo, lambda: "Here     al on " in mo.text())
            postgres.stop()
            try:
                # Nobody is said to be there once nobody knows.
                await until(mo, lambda: "no server" in mo.text() and "Here" not in mo.text())
            finally:
                postgres.start()
