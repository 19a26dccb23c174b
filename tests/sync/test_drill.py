"""A drill that several people run together, each on their own machine."""

from pathlib import Path

import pytest

from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.drill import VOICE, BeginDrill, DrillRuns, GiveInject
from tests.app.driver import Clock, console
from tests.app.test_drill import SCRIPT, begun
from tests.cli.shell import Warroom
from tests.core.story import standard
from tests.sync.machine import Machine, assert_same, exchange
from tests.sync.postgres import PASSWORD, Room


@pytest.fixture
def people(tmp_path: Path) -> tuple[Warroom, Warroom]:
    mo, al = (
        Warroom(tmp_path / name / "w.db", WARROOM_USER=name, PGPASSWORD=PASSWORD, WARROOM_SYNC="off")
        for name in ("mo", "al")
    )
    return mo, al


@pytest.fixture
def address(room: Room) -> str:
    return room.address().replace(":" + PASSWORD, "")


def runs(warroom: Warroom, *args: str) -> str:
    return warroom.says("drill", "run", "bad-deploy", "--prepare-only", *args)


def test_everybody_joins_the_run_that_goes_on(people: tuple[Warroom, Warroom], address: str) -> None:
    mo, al = people
    alone = runs(mo)
    together = runs(mo, "--sync", address)
    assert together != alone, "what was practised alone is not sent"
    assert runs(al, "--sync", address) == together
    assert al.says("--sync", address, "drill", "run", "bad-deploy", "--prepare-only") == together
    another = runs(al, "--sync", address, "--new")
    assert another != together
    runs(mo, "--sync", address)
    joined = Warroom(mo.db.with_name("drills-joined.db"))
    assert {run["ref"] for run in joined.json("list")} == {together, another}


def test_a_drill_is_sent_to_nobody_unless_a_server_is_named_for_it(
    people: tuple[Warroom, Warroom], address: str, room: Room
) -> None:
    mo, _ = people
    mo.env["WARROOM_SYNC"] = address
    runs(mo)
    assert not room.asks("SELECT FROM warroom.event")


async def test_drills_and_real_incidents_are_never_joined(
    people: tuple[Warroom, Warroom], address: str, room: Room, machines: tuple[Machine, Machine], tmp_path: Path
) -> None:
    real, _ = machines
    real.syncs()
    mo, _ = people
    assert "Real incidents" in mo.fails("drill", "run", "bad-deploy", "--prepare-only", "--sync", address)
    folder, clock = tmp_path / "practice", Clock()
    folder.mkdir()
    ref = begun(folder, clock)
    async with console(folder, clock=clock, ref=ref, sync=room.address(), drill="player") as practice:
        await practice.until(lambda: "Real incidents" in practice.text())
        assert practice.app.session.log.incidents() == [ref]
    assert room.asks("SELECT DISTINCT incident FROM warroom.event") == [(real.ref,)]


def test_an_inject_that_two_machines_gave_apart_comes_once(tmp_path: Path, room: Room) -> None:
    mo, al = (Machine(tmp_path / f"{name}.db", name, room.address()) for name in ("mo", "al"))
    declared = DeclareIncident(actor="mo", title=SCRIPT.incident, severity=SCRIPT.severity, drill=True)
    mo.ref = al.ref = mo.ledger.declare(declared, standard())
    mo.does(BeginDrill, script=SCRIPT)
    exchange(mo, al)
    for machine in (mo, al):
        assert machine.does(GiveInject, actor=VOICE, inject="first")
    exchange(mo, al)
    assert_same(mo, al)
    assert [entry.text for entry in al.state.entries].count("Error rate at 20 %") == 1
    assert list(al.state.part(DrillRuns).given) == ["first"]
    for machine in (mo, al):
        machine.closes()
