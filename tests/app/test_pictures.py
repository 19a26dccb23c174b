"""Pictures of the screens, held against those that somebody looked at (`__snapshots__/test_pictures`).

What a screen says and does is asserted in the stories beside this file; here its look is held: hierarchy, alignment,
colours, what folds at which size. After a change that is meant, `pytest tests/app/test_pictures.py --snapshot-update`
draws them anew: look at each one that changed before it is committed.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from console.app.main import Seat, Start, WarroomApp
from console.app.session import Session
from console.cli.transfer import Practice
from console.core.drill.course import due_injects
from console.core.language.grammar import Line, parse_line
from console.core.log.command import Command
from console.core.log.slash import command_of, typed_command
from console.core.subjects.action_item import AddAction
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.drill import BeginDrill, EndDrill, GiveInject
from console.core.subjects.entry import LogEntry
from console.core.subjects.fix import AddFix
from console.core.subjects.link import LinkIncident
from console.core.subjects.role import AssignRole
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.samples.year import built_in, year
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import START, Clock, Room, standard_playbook
from tests.core.drills import BAD, GOOD, Typed, drill

Story = Callable[[Room], Awaitable[None]]
Past = Callable[[Ledger, Clock], str]
"""Writes what happened before the console opens; the reference of the room that opens, or nothing for the board."""


async def nothing(room: Room) -> None:
    """The screen as it opens."""


def keys(*pressed: str) -> Story:
    async def story(room: Room) -> None:
        await room.presses(*pressed)

    return story


def written(ledger: Ledger, ref: str, *commands: Command) -> None:
    for one in commands:
        ledger.execute(ref, one)


def declared(ledger: Ledger, title: str, severity: str = "SEV1", actor: str = "mo") -> str:
    return ledger.declare(DeclareIncident(actor=actor, title=title, severity=severity), standard_playbook())


def empty(ledger: Ledger, clock: Clock) -> str:
    return ""


def fresh(ledger: Ledger, clock: Clock) -> str:
    return declared(ledger, "Checkout errors")


def practice(ledger: Ledger, clock: Clock) -> str:
    """The practice incident as it opens: everything that a room shows is in it."""

    def turn(moment: datetime) -> None:
        clock.now = moment

    return Practice(ledger, START, standard_playbook(), turn).ref


def a_year(ledger: Ledger, clock: Clock) -> str:
    """Thirty made-up incidents, two of them open."""
    for told in year(built_in(), standard_playbook(), START, incidents=30):
        ledger.log.append(told.events)
    return ""


def a_room_of_a_year(ledger: Ledger, clock: Clock) -> str:
    """The last of thirty made-up incidents."""
    *_, last = [
        (ledger.log.append(told.events), told.state.ref)[1]
        for told in year(built_in(), standard_playbook(), START, incidents=30)
    ]
    return last


def late(ledger: Ledger, clock: Clock) -> str:
    """The practice incident after nobody has written for a while: updates and a task are overdue."""
    ref = practice(ledger, clock)
    clock.passes(minutes=23)
    return ref


def several(ledger: Ledger, clock: Clock) -> str:
    """Four incidents in four states: one on fire, one quiet, one closed, one a record of what is over."""
    clock.passes(minutes=-50)
    slow = declared(ledger, "Search answers slowly", "SEV3", "ana")
    written(ledger, slow, LogEntry(actor="ana", text="p99 at 4 s since the index was rebuilt", kind="finding"))
    false = declared(ledger, "Disk alarm on db-2", "SEV2", "cy")
    override = "False alarm: nobody was affected"
    written(ledger, false, MoveStage(actor="cy", stage="closed", override=override))
    clock.passes(minutes=30)
    fire = declared(ledger, "Checkout errors for a fifth of the orders", "SEV0")
    written(
        ledger, fire,
        AssignRole(actor="mo", role="ic", person="mo"),
        LogEntry(actor="mo", text="rolling back to 40", kind="decision"),
        MoveStage(actor="mo", stage="mitigating"),
    )  # fmt: skip
    clock.passes(minutes=20)
    return ""


def many(ledger: Ledger, clock: Clock) -> str:
    """As many open incidents as fit no longer side by side."""
    several(ledger, clock)
    for title in ("Login fails", "Mails are late", "Push is stuck", "Uploads fail"):
        declared(ledger, title, "SEV2")
        clock.passes(minutes=3)
    return ""


def outlived(ledger: Ledger, clock: Clock) -> str:
    """Temporary fixes and action items of two incidents."""
    first, second = declared(ledger, "Checkout errors"), declared(ledger, "Login fails", "SEV2")
    limit = AddFix(actor="mo", text="rate limit of the payment path", where="gateway.conf", ticket="CHK-7", owner="ana")
    due = START + timedelta(days=10)
    alert = AddAction(actor="mo", text="Alert on the depth of the queue", priority="P1", owner="rs", due_at=due)
    written(ledger, first, limit, alert)
    written(ledger, second, AddFix(actor="mo", text="sessions kept for an hour", owner="cy"))
    return first


def drilled(ledger: Ledger, clock: Clock, *runs: Sequence[Typed], minutes: float = 35) -> str:
    """Runs of a built-in drill, the last one up to a minute; its incident."""
    script, ref = drill("bad-deploy"), ""
    for lines in runs:
        begun, waiting = clock.now, list(lines)
        declaration = DeclareIncident(actor="ana", title=script.incident, severity=script.severity, drill=True)
        ref = ledger.declare(declaration, standard_playbook())
        written(ledger, ref, BeginDrill(actor="ana", script=script))
        for quarter in range(int((minutes if lines is runs[-1] else 35) * 4) + 1):
            clock.now = begun + timedelta(seconds=15 * quarter)
            for inject in list(due_injects(ledger.state(ref), clock.now)):
                written(ledger, ref, GiveInject(actor="drill", inject=inject))
            while waiting and waiting[0][0] * 4 <= quarter:
                _, who, line = waiting.pop(0)
                typed = line.replace("14:00", f"{begun:%H:%M}")
                written(ledger, ref, typed_command(typed, ledger.state(ref), actor=who, now=clock.now, zone=UTC))
        if ledger.state(ref).open and minutes >= 35:
            written(ledger, ref, EndDrill(actor="ana"))
        clock.passes(minutes=30)
    return ref


def drill_before_its_end(ledger: Ledger, clock: Clock) -> str:
    """A run at its twelfth minute; who looks has a card."""
    ref = drilled(ledger, clock, [(minute, who.replace("cy", "mo"), line.replace("comms cy", "comms mo"))
                                  for minute, who, line in GOOD], minutes=12)  # fmt: skip
    clock.passes(minutes=-30)
    return ref


def drill_over(ledger: Ledger, clock: Clock) -> str:
    """A run after its end, and a worse one before it."""
    return drilled(ledger, clock, BAD, GOOD)


class Pasts:
    """Logs in which something has happened, each written once in a process."""

    def __init__(self) -> None:
        self._known: dict[Past, tuple[bytes, datetime, str]] = {}

    def put(self, past: Past, path: Path, clock: Clock) -> str:
        """Write the log, and turn the clock to its end; the reference of the room that opens."""
        if past not in self._known:
            with Log.open(path) as log:
                # The same references in every run.
                ref = past(Ledger(log, actor="mo", clock=clock, randbytes=Random(7).randbytes), clock)
            self._known[past] = path.read_bytes(), clock.now, ref
        file, clock.now, ref = self._known[past]
        path.write_bytes(file)
        return ref


PASTS = Pasts()


class Gallery:
    """Opens a console on a log of its own and holds its picture against the one that was looked at."""

    def __init__(self, folder: Path, compare: Callable[..., bool]) -> None:
        self._folder, self._compare = folder, compare

    def holds(
        self,
        past: Past,
        story: Story = nothing,
        *,
        size: tuple[int, int] = (120, 36),
        theme: str = "warroom-dark",
        config: Path | None = None,
        wall: timedelta | None = None,
        zone: tzinfo = UTC,
        drill: Seat = "",
    ) -> bool:
        """True when the picture after `story` is the one that is kept for this test."""
        clock, path = Clock(), self._folder / "warroom.db"
        ref = PASTS.put(past, path, clock)
        with Log.open(path) as log:
            session = Session(Ledger(log, actor="mo", clock=clock), zone=zone, config=config, practice=bool(drill))
            app = WarroomApp(session, Start("" if wall else ref, wall=wall, drill=drill), reading_s=0.0)
            app.theme = theme

            async def before(pilot: Pilot[int]) -> None:
                room = Room(app, pilot, clock, ref)
                await pilot.pause()
                await room.settles()
                await story(room)
                await room.settles()
                # Behind a form that lets the room through the prompt's goes on blinking, too.
                for field in (field for screen in app.screen_stack for field in screen.query("Input, TextArea")):
                    assert isinstance(field, Input | TextArea)
                    field.cursor_blink = False
                await pilot.pause()

            try:
                return self._compare(app, terminal_size=size, run_before=before)
            finally:
                session.leave()


@pytest.fixture
def gallery(tmp_path: Path, snap_compare: Callable[..., bool]) -> Gallery:
    return Gallery(tmp_path, snap_compare)


# The board


def test_an_empty_board(gallery: Gallery) -> None:
    assert gallery.holds(empty, size=(80, 24))


def test_a_board_with_several_incidents(gallery: Gallery) -> None:
    assert gallery.holds(several)


def test_a_board_folds_on_a_small_terminal(gallery: Gallery) -> None:
    assert gallery.holds(many, keys("down"), size=(80, 24), theme="warroom-light")


def test_a_wall(gallery: Gallery) -> None:
    assert gallery.holds(late, wall=timedelta(seconds=20), zone=ZoneInfo("Europe/Berlin"))


# The room


@pytest.mark.parametrize("theme", ["warroom-dark", "warroom-light", "ansi-dark"])
def test_a_room_on_a_small_terminal(gallery: Gallery, theme: str) -> None:
    assert gallery.holds(practice, size=(80, 24), theme=theme)


@pytest.mark.parametrize("theme", ["warroom-dark", "warroom-light", "ansi-light"])
def test_a_room_at_its_design_size(gallery: Gallery, theme: str) -> None:
    assert gallery.holds(practice, theme=theme)


def test_a_room_on_a_wall_screen(gallery: Gallery) -> None:
    assert gallery.holds(practice, size=(200, 60))


def test_a_room_on_a_tiny_terminal(gallery: Gallery) -> None:
    assert gallery.holds(practice, size=(30, 8))


def test_a_room_that_was_just_declared(gallery: Gallery) -> None:
    assert gallery.holds(fresh)


@pytest.mark.parametrize("theme", ["warroom-dark", "warroom-light"])
def test_a_room_with_overdue_clocks(gallery: Gallery, theme: str) -> None:
    assert gallery.holds(late, theme=theme)


def test_a_room_without_colours(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert gallery.holds(late)


def test_overdue_clocks_on_a_small_terminal(gallery: Gallery) -> None:
    assert gallery.holds(late, size=(80, 24))


def test_a_line_that_cannot_be_read(gallery: Gallery) -> None:
    async def story(room: Room) -> None:
        await room.logs("25:99 not a time")

    assert gallery.holds(practice, story, size=(80, 24))


def test_a_filter_that_is_on(gallery: Gallery) -> None:
    async def story(room: Room) -> None:
        await room.logs("/filter #waf")

    assert gallery.holds(practice, story)


def test_a_held_timeline_with_an_undone_entry_hidden(gallery: Gallery) -> None:
    async def story(room: Room) -> None:
        await room.logs("restarted db-1")
        height = room.screen.timeline.size.height
        await room.presses("alt+x", "enter", "alt+shift+x")
        # A page is as long as the timeline, which the line about what is hidden makes shorter.
        await room.until(lambda: room.screen.timeline.size.height < height)
        await room.presses("pageup")
        await room.logs("> draining db-2")

    assert gallery.holds(late, story, size=(80, 24))


def test_a_guide_with_a_runbook(gallery: Gallery) -> None:
    async def story(room: Room) -> None:
        await room.logs("/runbook bad-deploy")
        await room.presses("enter", "enter")

    assert gallery.holds(practice, story)


# What lies over the room


@pytest.mark.parametrize(
    "pressed",
    [
        pytest.param(("D", "enter"), id="declare"),
        pytest.param(("u", "2"), id="update"),
        pytest.param(("n", "8"), id="stage-with-a-gate"),
        pytest.param(("s",), id="severity"),
        pytest.param(("r", "enter"), id="role"),
        pytest.param(("h", "enter"), id="handoff"),
        pytest.param(("up", "up", "up", "enter"), id="entry"),
        pytest.param(("w",), id="advice"),
        pytest.param(("question_mark",), id="help"),
        pytest.param(("v",), id="playbook"),
        pytest.param(("P", "enter"), id="postmortem"),
    ],
)
def test_over_the_room(gallery: Gallery, pressed: tuple[str, ...]) -> None:
    assert gallery.holds(late, keys("escape", *pressed))


@pytest.mark.parametrize(
    ("pressed", "size", "theme"),
    [
        pytest.param(("home", "right", "right", "right"), (80, 24), "warroom-dark", id="small"),
        pytest.param(("left", "left", "left"), (120, 36), "warroom-light", id="light"),
        pytest.param(("left",) * 8, (200, 60), "warroom-dark", id="large"),
    ],
)
def test_the_replay(gallery: Gallery, pressed: tuple[str, ...], size: tuple[int, int], theme: str) -> None:
    def told_late(ledger: Ledger, clock: Clock) -> str:
        ref = practice(ledger, clock)
        clock.passes(minutes=4)
        found = LogEntry(actor="eli", text="the canary had failed, nobody saw it", at=clock() - timedelta(minutes=20))
        written(ledger, ref, found)
        return ref

    assert gallery.holds(told_late, keys("escape", "V", *pressed), size=size, theme=theme)


def test_the_composer_on_a_small_terminal(gallery: Gallery) -> None:
    assert gallery.holds(late, keys("escape", "u", "2"), size=(80, 24))


def test_what_outlives_the_fire(gallery: Gallery) -> None:
    assert gallery.holds(outlived, keys("escape", "F"))


# Since you looked


async def came_back(room: Room) -> None:
    """Somebody was away from the practice incident for some minutes, while another console wrote."""
    room.app.looks.away_s = 0
    room.app.post_message(events.AppBlur())
    await room.settles()
    room.clock.passes(minutes=6)
    with Log.open(room.app.session.log.path) as log:
        ledger = Ledger(log, actor="rs", clock=room.clock)
        for line in ("! fail over to the second region", "* queues drain since 14:31", "a customer calls"):
            ledger.execute(room.ref, command_of(parse(line, room), actor="rs"))
        ledger.execute(room.ref, AddTask(actor="rs", text="watch the queue", owner="ana"))
        last = ledger.execute(room.ref, AssignRole(actor="rs", role="scribe", person="noa"))[0].id
    await room.until(lambda: room.state.entries.get(last) is not None)
    room.app.post_message(events.AppFocus())
    await room.settles()


def parse(line: str, room: Room) -> Line:
    read = parse_line(line, now=room.clock.now, zone=UTC, commands={})
    assert isinstance(read, Line)
    return read


async def catching_up(room: Room) -> None:
    await came_back(room)
    await room.presses("alt+l")


@pytest.mark.parametrize(
    ("story", "size", "theme"),
    [
        pytest.param(came_back, (80, 24), "warroom-light", id="back-small"),
        pytest.param(catching_up, (120, 36), "warroom-dark", id="catching-up"),
        pytest.param(keys("alt+l"), (80, 24), "warroom-dark", id="whole-small"),
    ],
)
def test_since_you_looked(gallery: Gallery, story: Story, size: tuple[int, int], theme: str) -> None:
    assert gallery.holds(practice, story, size=size, theme=theme)


# Several open incidents


def alike(ledger: Ledger, clock: Clock) -> str:
    """Three of which two look like one; another one is part of the first."""
    refs = []
    for title, severity, tag in (
        ("Checkout fails", "SEV1", "db"), ("Mails are late", "SEV3", "mail"), ("Search is slow", "SEV2", "db"),
        ("Exports hang", "SEV3", "files"),
    ):  # fmt: skip
        refs.append(declared(ledger, title, severity))
        found = LogEntry(actor="mo", text=f"reads time out #{tag}", kind="finding", tags=(tag,))
        written(ledger, refs[-1], found)
        clock.passes(minutes=2)
    written(ledger, refs[3], LinkIncident(actor="mo", relation="part_of", other=refs[0]))
    return ""


@pytest.mark.parametrize(
    ("story", "size", "theme"),
    [
        pytest.param(nothing, (80, 24), "warroom-dark", id="board-small"),
        pytest.param(nothing, (120, 36), "warroom-light", id="board"),
        pytest.param(keys("J"), (80, 24), "warroom-light", id="linking-small"),
    ],
)
def test_what_looks_like_one(gallery: Gallery, story: Story, size: tuple[int, int], theme: str) -> None:
    assert gallery.holds(alike, story, size=size, theme=theme)


# What happened before


async def looks_alike(room: Room) -> None:
    """The screen of similar incidents, once it has looked."""
    await room.presses("alt+shift+a")
    await room.until(lambda: "Looks like" in room.text())


async def declares_alike(room: Room) -> None:
    """A declaration of what has happened before."""
    await room.presses("alt+shift+d")
    await room.keys_in("checkout hangs, too many connections")
    await room.until(lambda: "Looks like" in room.text())


@pytest.mark.parametrize(
    ("story", "size", "theme"),
    [
        pytest.param(looks_alike, (80, 24), "warroom-light", id="similar-small"),
        pytest.param(looks_alike, (120, 36), "warroom-dark", id="similar"),
    ],
)
def test_similar_incidents(gallery: Gallery, story: Story, size: tuple[int, int], theme: str) -> None:
    assert gallery.holds(a_room_of_a_year, story, size=size, theme=theme)


@pytest.mark.parametrize(
    ("size", "theme"),
    [pytest.param((80, 24), "warroom-dark", id="small"), pytest.param((120, 36), "warroom-light", id="design")],
)
def test_a_declaration_of_what_happened_before(gallery: Gallery, size: tuple[int, int], theme: str) -> None:
    assert gallery.holds(a_year, declares_alike, size=size, theme=theme)


SEARCHED = ("slash", *"pool")
SMALL, DESIGN = (80, 24), (120, 36)


@pytest.mark.parametrize(
    ("pressed", "size", "theme"),
    [
        pytest.param(SEARCHED, SMALL, "warroom-dark", id="search-small"),
        pytest.param(SEARCHED, DESIGN, "warroom-light", id="search"),
        pytest.param(("H", "down"), SMALL, "warroom-light", id="history-small"),
        pytest.param(("H", "down"), DESIGN, "warroom-dark", id="history"),
        pytest.param(("M", "ctrl+t", "ctrl+t"), SMALL, "warroom-dark", id="metrics-small"),
        pytest.param(("M", "ctrl+t", "ctrl+t", "ctrl+o"), DESIGN, "warroom-light", id="metrics"),
    ],
)
def test_what_happened_before(gallery: Gallery, pressed: tuple[str, ...], size: tuple[int, int], theme: str) -> None:
    assert gallery.holds(a_year, keys(*pressed), size=size, theme=theme)


# Drills


async def debriefed(room: Room) -> None:
    await room.presses("alt+shift+g")
    await room.until(lambda: "points" in room.text())


@pytest.mark.parametrize(
    ("past", "story", "seat", "size", "theme"),
    [
        pytest.param(drill_before_its_end, nothing, "player", (80, 24), "warroom-light", id="card-small"),
        pytest.param(drill_before_its_end, nothing, "controller", (120, 36), "warroom-dark", id="injects"),
        pytest.param(drill_before_its_end, nothing, "controller", (80, 24), "warroom-dark", id="injects-small"),
        pytest.param(drill_over, debriefed, "", (80, 24), "warroom-dark", id="debrief-small"),
        pytest.param(drill_over, debriefed, "", (120, 36), "warroom-light", id="debrief"),
        pytest.param(drill_over, debriefed, "", (200, 60), "warroom-dark", id="debrief-large"),
    ],
)
def test_a_drill(
    gallery: Gallery, past: Past, story: Story, seat: Seat, size: tuple[int, int], theme: str
) -> None:  # fmt: skip
    assert gallery.holds(past, story, size=size, theme=theme, drill=seat)
