"""Two people in one room, each on their own machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.driver import Clock, console
from tests.app.resting import still_seconds
from tests.sync.machine import Machine
from tests.sync.postgres import Postgres, Room


@pytest.fixture(autouse=True)
def _still() -> Iterator[None]:
    """No second passes by itself: the header has to follow the link at once."""
    with still_seconds():
        yield


async def test_what_one_logs_the_other_sees(tmp_path: Path, room: Room) -> None:
    clock = Clock()
    (tmp_path / "mo").mkdir()
    (tmp_path / "al").mkdir()
    async with console(tmp_path / "mo", clock=clock, sync=room.address()) as mo:
        await mo.until(lambda: "in sync" in mo.text())
        with_al = Machine(tmp_path / "al/warroom.db", "al", room.address())
        with_al.syncs()
        with_al.closes()
        async with console(tmp_path / "al", actor="al", clock=clock, ref=mo.ref, sync=room.address()) as al:
            await mo.logs("! roll back")
            await al.until(lambda: "roll back" in al.text())
            await al.logs("error rate falls")
            await mo.until(lambda: "error rate falls" in mo.text())
            mo.shows("al")


async def test_without_the_server_one_goes_on_and_the_room_says_so(
    tmp_path: Path, room: Room, postgres: Postgres
) -> None:
    async with console(tmp_path, sync=room.address(), size=(80, 24)) as mo:
        await mo.until(lambda: "in sync" in mo.text())
        postgres.stop()
        try:
            await mo.until(lambda: "no server" in mo.text())
            await mo.logs("the network is gone")
            mo.shows("the network is gone")
            await mo.until(lambda: "1 unsent since 14:00" in mo.text())
        finally:
            postgres.start()
        await mo.until(lambda: "in sync" in mo.text())


async def test_an_alarm_is_told_and_stays_in_the_header(tmp_path: Path, room: Room) -> None:
    async with console(tmp_path, sync=room.address()) as mo:
        await mo.until(lambda: "in sync" in mo.text())
    room.orders("UPDATE warroom.event SET hash = repeat('0', 64)")
    async with console(tmp_path, ref=mo.ref, sync=room.address()) as mo:
        await mo.until(lambda: "sync alarm" in mo.text())
        mo.shows("taken over")


async def test_the_board_says_how_the_link_is_too(tmp_path: Path, room: Room) -> None:
    async with console(tmp_path, sync=room.address()) as mo:
        await mo.until(lambda: "in sync" in mo.text())
        await mo.presses("alt+o")
        await mo.until(lambda: "1 open" in mo.text() and "in sync" in mo.text())


async def test_without_a_server_nothing_is_said_of_one(tmp_path: Path) -> None:
    async with console(tmp_path) as mo:
        mo.shows("saved")
        mo.hides("sync")


async def test_an_address_that_cannot_be_used_is_told_and_the_room_works(tmp_path: Path) -> None:
    async with console(tmp_path, sync="nonsense") as mo:
        await mo.until(lambda: "cannot be read" in mo.text())
        await mo.logs("all the same")
        mo.shows("all the same", "no server")
