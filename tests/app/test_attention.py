"""Bells and notifications for what is due, and a person's settings of them."""

from datetime import timedelta
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color
from textual.geometry import Region

from console.app.acts import BY_ID
from console.app.board.wall import WallScreen
from console.app.dialogs.base import FormDialog
from console.app.settings import FILE, Settings, read_settings, write_theme
from console.app.terminal.notification import notification
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.done import Finish
from console.core.subjects.role import AssignRole
from console.core.subjects.undo import Undo
from console.core.subjects.update import PostUpdate
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import Clock, Room, console, declared, standard_playbook
from tests.app.resting import SOON_S


class Ears:
    """Counts the rings of a room's console."""

    def __init__(self, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rings = 0
        monkeypatch.setattr(room.app, "bell", self._ring)

    def _ring(self) -> None:
        self.rings += 1

    def heard(self) -> int:
        rings, self.rings = self.rings, 0
        return rings


def settings(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


async def test_what_is_due_already_on_opening_does_not_ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    ref = declared(tmp_path / "warroom.db", clock)
    clock.passes(hours=1)
    async with console(tmp_path, clock=clock, ref=ref) as room:
        ears = Ears(room, monkeypatch)
        await room.ticks(seconds=1)
        assert ears.heard() == 0


@pytest.mark.parametrize(("bell", "rings"), [("both", [1, 0, 1]), ("overdue", [0, 0, 1]), ("off", [0, 0, 0])])
async def test_the_bell_rings_as_it_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bell: str, rings: list[int]
) -> None:
    async with console(tmp_path, config=settings(tmp_path, f'bell = "{bell}"')) as room:
        ears = Ears(room, monkeypatch)
        heard = []
        # It warns, goes on, and is overdue.
        for seconds in (13 * 60, 1, 2 * 60):
            await room.ticks(seconds=seconds)
            heard.append(ears.heard())
        assert heard == rings


@pytest.mark.parametrize(("view", "shown"), [("", "first public +1m00s"), ("board", "OVERDUE  first public")])
async def test_seconds_pass_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: str, shown: str
) -> None:
    monkeypatch.setattr("console.app.main.SECOND_S", 4 * SOON_S)
    async with console(tmp_path) as room:
        ears = Ears(room, monkeypatch)
        if view:
            room.app.action_act(view)
            await room.settles()
        room.clock.passes(minutes=16)
        await room.until(lambda: shown in room.text())
        await room.until(lambda: ears.heard() > 0)


async def test_the_other_incident_is_told_of_in_the_room(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        other = await room.app.session.declare(
            DeclareIncident(actor="mo", title="Mail queue stuck", severity="SEV0"), standard_playbook()
        )
        await room.ticks(seconds=1)
        await room.ticks(minutes=16)
        await room.until(lambda: f"{other}: " in room.text())
        room.shows("is overdue")
        room.hides(f"{room.ref}: ")


async def test_a_room_that_is_opened_first_knows_the_other_open_incidents(tmp_path: Path) -> None:
    """Nobody was at the board, which reads them all; what they owe, and hold of components, counts here as well."""
    clock = Clock()
    other = declared(tmp_path / "warroom.db", clock, "mo")
    clock.passes(minutes=45)
    ref = declared(tmp_path / "warroom.db", clock, "mo")
    async with console(tmp_path, clock=clock, ref=ref) as room:
        await room.until(lambda: room.app.session.ledger.known(other) is not None)
        await room.ticks(seconds=1)
        room.shows(f"■ {other}: ")


async def test_what_another_incident_owes_is_on_every_screen_as_long_as_it_is_overdue(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        session = room.app.session
        for drill in (True, False):
            command = DeclareIncident(actor="mo", title="Mail queue stuck", severity="SEV2", drill=drill)
            other = await session.declare(command, standard_playbook())
        await room.ticks(minutes=29)
        assert not room.app.screen.query("#alarm")
        await room.ticks(minutes=3)
        room.app.clear_notifications()
        alarm = f"■ {other}: escalate, no progress +2m00s"
        room.shows(alarm)
        for key in ("alt+u", "alt+p", "alt+n", "alt+question_mark", "alt+shift+p"):
            await room.presses(key)
            room.shows(alarm)
            if isinstance(room.app.screen, FormDialog):
                room.shows("Esc goes back")
            await room.presses("escape")
        await room.presses("alt+o")
        room.hides(alarm)
        await room.presses("enter")
        await session.submit(other, Finish(actor="mo", what="escalation"))
        await session.submit(other, PostUpdate(actor="mo", audience="internal", text="Looking into it."))
        await room.ticks(seconds=1)
        room.hides(f"■ {other}")


async def test_an_incident_declared_elsewhere_is_told_of_in_the_room(tmp_path: Path) -> None:
    clock = Clock()
    async with console(tmp_path, clock=clock) as room:
        other = declared(tmp_path / "warroom.db", clock, actor="ana", title="Mail queue stuck [/x]")
        await room.until(lambda: "Mail queue stuck [/x]" in room.text())
        room.shows(other, "declared by ana")


async def test_a_drill_elsewhere_is_never_told_of_as_if_it_were_real(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        with Log.open(tmp_path / "warroom.db") as log:
            ledger = Ledger(log, actor="ana", clock=room.clock)
            drill = DeclareIncident(actor="ana", title="Mail queue stuck", severity="SEV1", drill=True)
            other = ledger.declare(drill, standard_playbook())
            ledger.execute(other, AssignRole(actor="ana", role="ic", person="mo"))
            await room.until(lambda: "Mail queue stuck" in room.text())
            room.shows(f"{other} (drill) SEV1 declared by ana")
            ledger.execute(other, AssignRole(actor="ana", role="ic", person="eva"))
            await room.until(lambda: "is eva now" in room.text())
            room.shows(f"{other} (drill): IC is eva now, by ana.")


async def test_who_loses_a_role_to_somebody_elses_word_is_told(tmp_path: Path) -> None:
    clock = Clock()
    async with console(tmp_path, clock=clock) as room:
        await room.logs("/role ic mo")
        await room.logs("/role scribe ana")
        with Log.open(tmp_path / "warroom.db") as log:
            lee = Ledger(log, actor="lee", clock=clock)
            lee.execute(room.ref, AssignRole(actor="lee", role="scribe", person="sam"))
            lee.execute(room.ref, AssignRole(actor="lee", role="ic", person="lee"))
        await room.until(lambda: "IC is lee now, by lee." in room.text())
        room.hides("Scribe is sam now")


async def test_all_roles_lost_at_once_are_told_in_one_notice(tmp_path: Path) -> None:
    clock = Clock()
    async with console(tmp_path, clock=clock, size=(80, 24)) as room:
        for role in ("ic", "scribe", "comms"):
            await room.logs(f"/role {role} mo")
        with Log.open(tmp_path / "warroom.db") as log:
            ledger = Ledger(log, actor="lee", clock=clock)
            commands = [AssignRole(actor="lee", role=role, person="lee") for role in ("ic", "scribe", "comms")]
            log.append([event for each in commands for event in ledger.prepare(room.ref, each)])
        await room.until(lambda: "Your roles were reassigned" in room.text())
        room.shows("IC is lee now, by lee.", "Scribe is lee now, by lee.", "Comms is lee now, by lee.", "Comms → lee")
        assert len(room.app.screen.query("Toast")) == 1


async def test_a_role_lost_by_an_undo_is_told_and_one_kept_is_not(tmp_path: Path) -> None:
    """Of two who took a role without knowing of each other the later has it; the earlier word arrives after it."""
    clock, path = Clock(), tmp_path / "warroom.db"
    ref = declared(path, clock)
    with Log.open(path) as here, Log.open(tmp_path / "other.db") as other:
        other.import_events(here.events(ref))
        async with console(tmp_path, clock=clock, ref=ref) as room:
            lee = Ledger(other, actor="lee", clock=clock)
            lee.execute(ref, AssignRole(actor="lee", role="ic", person="lee"))
            clock.passes(minutes=1)
            await room.logs("/role ic mo")
            await room.logs("/role scribe mo")
            here.import_events(other.events(ref), at=clock())
            await room.until(lambda: "Conflict over the role IC" in room.text())
            room.hides("reassigned")
            Ledger(here, actor="lee", clock=clock).execute(ref, Undo(actor="lee", entry=room.last.id))
            await room.until(lambda: "Scribe is nobody now, by lee." in room.text())


async def test_the_desktop_hears_of_what_is_overdue_where_that_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    sent: list[str] = []
    async with console(tmp_path, config=settings(tmp_path, "desktop = true"), terminal=sent.append) as room:
        await room.ticks(minutes=13)
        assert not sent
        await room.ticks(minutes=3)
        assert any("is overdue" in one for one in sent)
    sent.clear()
    async with console(tmp_path, terminal=sent.append) as room:
        await room.ticks(minutes=16)
        assert not sent


@pytest.mark.parametrize(
    ("environ", "begins"),
    [
        ({"TERM": "xterm-256color"}, "\x1b]9;Warroom: "),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7400"}, "\x1b]777;notify;Warroom;"),
        ({"TERM": "foot"}, "\x1b]777;notify;Warroom;"),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/t,1,0"}, "\x1bPtmux;\x1b\x1b]9;Warroom: "),
    ],
)
def test_a_notification_in_the_terminals_own_form(environ: dict[str, str], begins: str) -> None:
    assert notification("public update is overdue", environ).startswith(begins)


@pytest.mark.parametrize("term", ["", "dumb", "linux"])
def test_a_terminal_that_would_print_it_gets_none(term: str) -> None:
    assert notification("public update is overdue", {"TERM": term}) == ""


def test_words_cannot_end_the_sequence() -> None:
    sent = notification("a\x1b]52;c;aGk=\x07b;c\x9c", {"TERM": "xterm"})
    inside = sent.removeprefix("\x1b]9;Warroom: ").removesuffix("\x07")
    assert not {"\x1b", "\x07", "\x9c", ";"} & set(inside)


# Settings


async def test_the_colours_are_remembered(tmp_path: Path) -> None:
    config = tmp_path / "config"
    async with console(tmp_path, config=config) as room:
        await room.presses("alt+shift+t")
        assert room.app.theme == "warroom-light"
    async with console(tmp_path, config=config, ref=room.ref) as room:
        assert room.app.theme == "warroom-light"
    assert "remembered" in BY_ID["theme"].help


def test_remembering_leaves_the_other_lines(tmp_path: Path) -> None:
    settings(tmp_path, '# mine\nbell = "off"  # at night\ntheme = "ansi-dark"\ndesktop = true\n')
    assert write_theme(tmp_path, "warroom-light") == ""
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert text == '# mine\nbell = "off"  # at night\ntheme = "warroom-light"\ndesktop = true\n'
    assert read_settings(tmp_path) == (Settings("warroom-light", "off", True), ())


@pytest.mark.drawn(2)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bell = ", "is not valid TOML"),
        ('bell = "loud"', "bell (both, overdue or off)"),
        ('bell = ["loud"]', "bell (both, overdue or off)"),
        ("desktop = 1", "desktop (true or false)"),
        ("deskto = true", "no setting “deskto”, perhaps “desktop” is meant"),
        ("keys = 3", "keys (a table"),
        ("[keys]\ntask = 3", "keys (a table"),
        ('[keys]\ntassk = "k"', "perhaps “task” is meant"),
        ('[keys]\ntask = "d"', "already “Mark as done”"),
        ('theme = "drakula"', "perhaps “dracula” is meant"),
        ('theme = "pink [/x]"', "there is no theme “pink [/x]”"),
    ],
)
async def test_what_is_wrong_in_the_settings_is_said_and_stops_nothing(tmp_path: Path, text: str, said: str) -> None:
    async with console(tmp_path, config=settings(tmp_path, text)) as room:
        room.shows("Settings", *said.split())
        await room.logs("still here")
        assert room.last.text == "still here"


def test_a_settings_file_that_is_no_text_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe\x00")
    assert "is not valid TOML" in read_settings(tmp_path)[1][0]
    assert "cannot be remembered" in write_theme(tmp_path, "ansi-dark")
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    assert "is not a file" in read_settings(tmp_path)[1][0]
    assert "cannot be remembered" in write_theme(tmp_path, "ansi-dark")


def test_no_settings_are_no_problem(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none") == (Settings(), ())


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "warroom-light"])
async def test_without_colours_something_is_seen_in_every_theme(
    tmp_path: Path, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    config = settings(tmp_path, f'theme = "{theme}"')
    async with console(tmp_path, config=config) as room:
        for _ in range(3):
            (line,) = room.screen.query_one("#incident").render_lines(Region(0, 0, 40, 1))
            styles = [segment.style for segment in line if segment.text.strip() and segment.style is not None]
            assert styles
            assert all(style.color != style.bgcolor for style in styles)
            await room.presses("alt+shift+t")


def contrast(piece: Segment) -> float:
    """The contrast of the words, from 0 to 1."""
    if piece.style is None or not piece.text.strip():
        return 0.0
    words, ground = (Color.from_rich_color(each) for each in (piece.style.color, piece.style.bgcolor))
    return abs(words.brightness - ground.brightness)


@pytest.mark.parametrize("theme", ["warroom-dark", "warroom-light"])
async def test_without_colours_what_is_overdue_stands_out_most(
    tmp_path: Path, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with console(tmp_path, config=settings(tmp_path, f'theme = "{theme}"')) as room:
        await room.ticks(minutes=20)
        (_, overdue, next_one, *_) = room.screen.query_one("#owed-panel").render_lines(Region(0, 0, 40, 4))
        contrasts = [max(map(contrast, line)) for line in (overdue, next_one)]
        assert "■" in overdue.text
        assert "■" not in next_one.text
        assert contrasts[0] > contrasts[1] > 0.5


@pytest.mark.parametrize("beside", ["an incident", "a drill"])
async def test_what_a_drill_owes_beside_an_incident_calls_nobody_outside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: str
) -> None:
    """Alarms, titles, bells, notices and notifications of room, board and wall are of one mind."""
    told: list[str] = []
    calls = beside == "a drill"
    with Log.open(tmp_path / "warroom.db") as log:
        ledger = Ledger(log, actor="mo", clock=Clock())
        calm = ledger.declare(
            DeclareIncident(actor="mo", title="Slow search", severity="SEV4", drill=calls), standard_playbook()
        )
    config = settings(tmp_path, "desktop = true")
    shows = {"config": config, "terminal": told.append, "environ": {"TERM": "xterm"}}
    async with console(tmp_path, ref=calm, **shows) as room:  # type: ignore[arg-type] # Each has its own type.
        session, ears = room.app.session, Ears(room, monkeypatch)
        command = DeclareIncident(actor="mo", title="Mail queue stuck", severity="SEV0", drill=True)
        drill = await session.declare(command, standard_playbook())
        await room.ticks(seconds=1)
        seen = []
        await room.ticks(minutes=16)
        seen += [drill in room.text(), ears.heard() > 0, drill in "".join(told), bool(room.app._notifications)]
        await room.presses("alt+o")
        room.app.ring()
        seen += ["overdue  " in room.text().split("\n")[0], "overdue" in room.app.terminal_title]
        wall = WallScreen(session, timedelta(minutes=1))
        room.app.push_screen(wall)
        await room.settles()
        seen += ["overdue  " in room.text().split("\n")[1]]
        assert seen == [calls] * 7
        room.app.pop_screen()
        ears.heard()
        room.app.open_room(drill)
        await room.settles()
        await room.ticks(seconds=1)
        await room.ticks(minutes=20)
        assert ears.heard() > 0


async def test_a_second_that_passes_while_the_console_ends_looks_for_nothing_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = []
    async with console(tmp_path) as room:
        keep = room.screen.since.keep

        def kept_and_a_second_passed() -> None:
            keep()
            room.app.pass_second()
            passed.append(room.app.screen_stack)

        # What a room does when it is taken down; its header has gone before it.
        monkeypatch.setattr(room.screen.since, "keep", kept_and_a_second_passed)
    assert passed
