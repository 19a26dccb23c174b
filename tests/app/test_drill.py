"""Stories of a drill: what a player sees, what its controller does, and the debrief."""

from pathlib import Path

from console.core.drill.script import Card, Condition, Debrief, Drill, Goal, Inject
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.drill import BeginDrill, DrillRuns, EndDrill, run_ended
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import Clock, Room, console, standard_playbook

SCRIPT = Drill(
    name="small", title="Small outage", about="Getting going.",
    incident="Errors in Europe", severity="SEV2",
    length_s=600, briefing="You run a shop.\nIt is late.",
    debrief=Debrief("The disk was full.", ("Who saw it first?",)),
    cards=(Card("ic", "The boss sleeps."), Card("comms", "The page is behind the same network.")),
    injects=(
        Inject("first", 0, "Error rate at 20 %", by="monitoring"),
        Inject("later", 300, "The disk is full", by="rs"),
        Inject("press", 60, "A paper asks", by="press desk", to="comms"),
        Inject("thanks", 0, "That helped", when=Condition(change=("clean",))),
    ),
    goals=(Goal("clean", "Clean the disk", Condition(change=("clean",)), 600),),
)  # fmt: skip


def begun(folder: Path, clock: Clock) -> str:
    with Log.open(folder / "warroom.db") as log:
        ledger = Ledger(log, actor="mo", clock=clock)
        declared = DeclareIncident(actor="mo", title=SCRIPT.incident, severity=SCRIPT.severity, drill=True)
        ref = ledger.declare(declared, standard_playbook())
        ledger.execute(ref, BeginDrill(actor="mo", script=SCRIPT))
        return ref


async def plays(room: Room, **passing: float) -> None:
    """Let time pass, and come what is due."""
    await room.ticks(**passing)
    assert room.app.practice is not None
    await room.app.practice.play()
    await room.settles()


def given(room: Room) -> list[str]:
    return list(room.state.part(DrillRuns).given)


async def test_a_player_reads_the_briefing_and_what_has_come_and_nothing_else(tmp_path: Path) -> None:
    clock = Clock()
    async with console(tmp_path, clock=clock, ref=begun(tmp_path, clock), drill="player") as room:
        await plays(room)
        room.shows("Small outage", "You run a shop. It is late.", "No card yet")
        room.hides("The disk is full", "The boss sleeps", "give now")
        await room.presses("g", "enter")
        assert given(room) == ["first"]
        await room.presses("escape")
        room.shows("Error rate at 20 %", "monitoring")
        room.hides("The disk is full")


async def test_a_card_and_its_messages_are_shown_to_whoever_has_the_role(tmp_path: Path) -> None:
    clock = Clock()
    async with console(tmp_path, clock=clock, ref=begun(tmp_path, clock), drill="player") as room:
        await room.presses("escape")
        await room.logs("/role comms mo")
        await plays(room, minutes=1)
        room.shows("For the communications lead alone")
        room.hides("A paper asks")
        await room.presses("alt+shift+g")
        room.shows("Your card as communications lead", "behind the same network", "A paper asks")
        room.hides("The boss sleeps")


async def test_what_came_is_in_the_log_and_a_console_that_starts_again_goes_on(tmp_path: Path) -> None:
    clock = Clock()
    ref = begun(tmp_path, clock)
    async with console(tmp_path, clock=clock, ref=ref, drill="player") as room:
        await plays(room)
    clock.passes(minutes=2)
    async with console(tmp_path, clock=clock, ref=ref, drill="player") as room:
        await plays(room)
        assert given(room) == ["first", "press"]
        await plays(room, minutes=3)
        assert given(room) == ["first", "press", "later"]


async def test_two_consoles_give_an_inject_once(tmp_path: Path) -> None:
    clock = Clock()
    ref = begun(tmp_path, clock)
    async with (
        console(tmp_path, clock=clock, ref=ref, drill="player") as room,
        console(tmp_path, clock=clock, ref=ref, drill="controller", actor="lee") as other,
    ):
        await plays(room)
        await plays(other)
        await room.until(lambda: len(given(other)) == 1)
        assert [entry.text for entry in room.state.entries].count("Error rate at 20 %") == 1


async def test_a_controller_sees_what_is_to_come_and_gives_or_skips_it(tmp_path: Path) -> None:
    clock = Clock()
    async with console(tmp_path, clock=clock, ref=begun(tmp_path, clock), drill="controller", actor="lee") as room:
        room.shows("in 5m", "rs: The disk is full", "for comms", "waits", "The boss sleeps")
        await plays(room)
        # The bar was on what came first, and is on what comes next.
        await room.presses("down", "down", "g")
        room.shows("gives “thanks” now")
        await room.presses("enter")
        await room.settles()
        await room.presses("home", "s", "enter")
        await room.settles()
        assert (given(room), list(room.state.part(DrillRuns).skipped)) == (["first", "thanks"], ["press"])
        room.shows("skipped 14:00")
        await plays(room, minutes=2)
        assert given(room) == ["first", "thanks"]


async def test_the_debrief_tells_each_rule_and_opens_what_shows_it(tmp_path: Path) -> None:
    clock = Clock()
    async with console(tmp_path, clock=clock, ref=begun(tmp_path, clock), drill="player") as room:
        await room.presses("escape")
        await plays(room)
        await room.logs("/change clean the disk back: nothing")
        await plays(room, minutes=4)
        await room.presses("alt+shift+g", "e")
        room.shows("ends the drill")
        await room.presses("enter")
        await room.settles()
        await room.until(lambda: "Clean the disk" in room.text())
        room.shows("The disk was full.", "Who saw it first?", "✓ met")
        assert run_ended(room.state) is not None
        await room.presses("down", "down", "enter")
        await room.settles()
        assert room.app.screen is room.screen
        room.shows("Change: clean the disk")


async def test_without_a_drill_the_key_says_so(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+shift+g")
        room.shows("follows no drill")


async def test_another_run_of_the_same_drill_is_told_of_once(tmp_path: Path) -> None:
    """Two machines that begin it at once know nothing of each other."""
    clock = Clock()
    async with console(tmp_path, clock=clock, ref=begun(tmp_path, clock), drill="player") as room:
        await plays(room)
        ended, other = (begun(tmp_path, clock) for _ in range(2))
        with Log.open(tmp_path / "warroom.db") as log:
            Ledger(log, actor="ana", clock=clock).execute(ended, EndDrill(actor="ana"))
        known = room.app.session.ledger.known
        await room.until(lambda: None not in (known(ended), known(other)))
        for _ in range(2):
            await plays(room, seconds=1)
        told = [notice.message for notice in room.app._notifications if "Another run" in notice.message]
        assert [other in words for words in told] == [True]
