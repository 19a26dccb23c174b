"""A console that ends, in whatever way, keeps its work: half-typed lines by seat, the terminal, backups."""

import asyncio
import os
import signal
from pathlib import Path
from time import monotonic

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from console.app.act_screen import ActScreen
from console.app.backups import Backups
from console.app.console_slot import ConsoleSlot
from console.app.presence import Seat
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import EntryLogged, LogEntry
from console.store.backup import AT_EXIT
from console.store.ledger import Ledger
from console.store.log import Log
from console.sync.presence import Other
from tests.app.driver import Clock, console, declared, standard_playbook
from tests.app.terminal import room_in_terminal, terminal


def draft(db: Path, ref: str) -> str:
    with Log.open(db) as log:
        return log.drafts().get(f"prompt {ref} mo", "")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_in_the_middle_of_a_line_keeps_it_and_gives_the_terminal_back(tmp_path: Path, name: str) -> None:
    db = tmp_path / "warroom.db"
    ref = declared(db, Clock())
    number = signal.Signals[name]
    with terminal(db, ref) as shown:
        shown.until(b"What happened?")
        shown.types("half-a-line-x")
        shown.until(b"half-a-line-x")
        os.kill(shown.pid, number)
        assert shown.ends() == 128 + number
        assert b"\x1b[?1049l" in shown.seen
        assert b"Traceback" not in shown.seen
    assert draft(db, ref) == "half-a-line-x"


def test_a_closed_terminal_ends_the_console_and_keeps_the_line(tmp_path: Path) -> None:
    with room_in_terminal(tmp_path) as (shown, db, ref):
        shown.types("half-a-line-x")
        shown.until(b"half-a-line-x")
        shown.hangs_up()
        assert shown.ends() == 128 + signal.SIGHUP
    assert draft(db, ref) == "half-a-line-x"


def test_a_line_entered_in_the_last_moment_is_logged_and_is_no_draft(tmp_path: Path) -> None:
    with room_in_terminal(tmp_path) as (shown, db, ref):
        shown.types("! the last word\r\x11")
        assert shown.ends() == 0
    with Log.open(db) as log:
        logged = log.events(ref)[-1].body
    assert isinstance(logged, EntryLogged)
    assert logged.text == "the last word"
    assert draft(db, ref) == ""


def test_lines_that_arrive_together_are_entries_of_their_own(tmp_path: Path) -> None:
    """As from a keyboard behind a slow connection."""
    with room_in_terminal(tmp_path) as (shown, db, ref):
        shown.types("first line\r! second\r/hyp\tit is the pool\r/impact all\rhalf-a-line-x")
        shown.until(b"half-a-line-x")
        shown.leaves()
    with Log.open(db) as log:
        texts = [event.body.text for event in log.events(ref) if isinstance(event.body, EntryLogged)]
    assert texts == ["first line", "second", "it is the pool"]
    assert draft(db, ref) == "half-a-line-x"


def test_text_typed_ahead_of_a_dialog_lands_in_it_and_behind_it(tmp_path: Path) -> None:
    """The Alt keys are in the form of terminals that send one whole, Alt+t and Alt+s."""
    with room_in_terminal(tmp_path) as (shown, db, ref):
        shown.types("\x1b[116;3ucheck replica lag\rfirst note\r\x1b[115;3u0\r/sev\r1\ra smaller thing\rlast-half")
        shown.until(b"last-half")
        shown.leaves()
    with Log.open(db) as log:
        bodies = [event.body for event in log.events(ref)[1:]]
    assert [type(body).__name__ for body in bodies] == [
        "TaskAdded",
        "EntryLogged",
        "SeverityChanged",
        "SeverityChanged",
    ]
    assert draft(db, ref) == "last-half"


async def test_a_paste_that_waits_for_its_yes_survives_a_restart(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.pastes("13:30 deploy finished\n13:32 * errors up")
    async with console(tmp_path, ref=room.ref) as room:
        assert "A paste of 2 lines is not logged yet" in room.hint
        await room.presses("up", "2", "enter")
        assert room.last.text == "errors up"
    async with console(tmp_path, ref=room.ref) as room:
        room.hides("Pasted into")
        assert not room.hint.startswith("A paste")


def test_a_console_without_a_terminal_to_paint_on_says_so(tmp_path: Path) -> None:
    db = tmp_path / "warroom.db"
    ref = declared(db, Clock())
    with terminal(db, ref, errors=tmp_path / "errors") as shown:
        shown.until(b"start it without 2>")
        assert shown.ends() == 1


# Seats


async def test_two_consoles_of_one_person_keep_a_line_each(tmp_path: Path) -> None:
    clock = Clock()
    ref = declared(tmp_path / "warroom.db", clock)
    async with console(tmp_path, clock=clock, ref=ref) as first, console(tmp_path, clock=clock, ref=ref) as second:
        assert second.line == ""
        await first.types("the first line")
        await second.types("the second line")
    async with console(tmp_path, clock=clock, ref=ref) as first:
        assert first.line == "the first line"
        async with console(tmp_path, clock=clock, ref=ref) as second:
            assert second.line == "the second line"


async def test_a_line_of_a_console_that_is_gone_is_taken_over(tmp_path: Path) -> None:
    clock = Clock()
    ref = declared(tmp_path / "warroom.db", clock)
    async with console(tmp_path, clock=clock, ref=ref) as first:
        async with console(tmp_path, clock=clock, ref=ref) as second:
            await second.types("left behind")
        await first.logs("mine is sent")
    async with console(tmp_path, clock=clock, ref=ref) as third:
        assert third.line == "left behind"
        await third.presses("enter")
    async with console(tmp_path, clock=clock, ref=ref) as third:
        assert third.line == ""


def test_a_seat_is_free_again_when_it_is_left(tmp_path: Path) -> None:
    log = tmp_path / "warroom.db"
    first, second = ConsoleSlot.take(log), ConsoleSlot.take(log)
    assert (first.number, second.number) == (1, 2)
    assert not first.is_free(2)
    assert not first.is_free(1)
    first.leave()
    assert second.is_free(1)
    assert ConsoleSlot.take(log).number == 1


def test_only_who_has_a_console_open_is_here(tmp_path: Path) -> None:
    log = tmp_path / "warroom.db"
    first, second = ConsoleSlot.take(log, "mo"), ConsoleSlot.take(log, "María José")
    third = ConsoleSlot.take(log, "mo")
    assert (first.others(), second.others()) == ((Seat("María José", ""), Seat("mo", "")), (Seat("mo", ""),))
    second.leave()
    third.sits_before("INC-K7Q2")
    assert first.others() == (Seat("mo", "INC-K7Q2"),)
    third.sits_before("INC-K7Q2", "line")
    assert first.others() == (Seat("mo", "INC-K7Q2", doing="line"),)
    third.leave()
    assert first.others() == ()
    assert not any(path.read_bytes() for path in tmp_path.glob(".warroom.db.seat[23]"))


async def test_a_room_tells_who_is_before_it_and_who_is_elsewhere(tmp_path: Path) -> None:
    async with console(tmp_path, actor="mo") as room, console(tmp_path, actor="lee", ref=room.ref) as other:
        for key, words, gone in (("escape", "Here     lee", "Elsewhere"), ("alt+q", "Elsewhere lee (board)", "Here  ")):
            await other.presses(key)
            # As every few seconds.
            room.app.session.look_around()
            room.screen.show_state()
            await room.settles()
            room.shows(words)
            room.hides(gone)


async def test_a_room_tells_what_others_are_at_and_never_what_they_type(tmp_path: Path) -> None:
    async with console(tmp_path, actor="mo") as room, console(tmp_path, actor="lee", ref=room.ref) as other:

        async def looks() -> None:
            # As every second, and as every few.
            other.app.ring()
            room.app.session.look_around()
            room.screen.show_state()
            await room.settles()

        await other.keys_in("hunter2 rolls back")
        await looks()
        room.shows("lee", "typing a line")
        assert not any(b"hunter2" in path.read_bytes() for path in tmp_path.glob(".warroom.db.seat*"))
        await other.presses("enter")
        await looks()
        room.hides("typing a line")
        await other.presses("escape", "u")
        await looks()
        room.shows("writing an update")
        await other.presses("escape", "escape", "P", "enter")
        await looks()
        room.shows("reading the postmortem")


async def test_who_was_on_another_machine_is_gone_when_nothing_more_is_heard_of_them(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        session, ref = room.app.session, room.ref
        session.others = (Other("rs", ref, "lisa", "line", monotonic() + 60), Other("al", ref, "bart", "", monotonic()))
        session.look_around()
        assert session.seats == (Seat("rs", ref, "lisa", "line"),)


def test_a_folder_that_takes_no_files_has_one_shared_seat(tmp_path: Path) -> None:
    assert ConsoleSlot.take(tmp_path / "none" / "warroom.db").number == 1


# Backups


def test_backups_are_made_of_what_changed(tmp_path: Path) -> None:
    db = tmp_path / "warroom.db"
    ref = declared(db, Clock())
    with Log.open(db) as log:
        backups = Backups(log)
        assert (backups.hourly(), backups.at_exit()) == ("", "")
        assert not backups.folder.exists()
        written = Ledger(log, actor="mo", clock=Clock()).execute(ref, LogEntry(actor="mo", text="kept"))
        assert isinstance(written, list)
        assert (backups.hourly(), backups.hourly(), backups.at_exit()) == ("", "", "")
        hourly = list(backups.folder.glob("warroom-*.db"))
        assert len(hourly) == 1
        for copy in (hourly[0], backups.folder / AT_EXIT):
            with Log.open(copy) as kept:
                assert kept.events(ref)[-1].id == written[-1].id
                assert kept.verify() == []


def test_a_backup_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    db = tmp_path / "warroom.db"
    with Log.open(db) as log:
        backups = Backups(log)
        Ledger(log, actor="mo", clock=Clock()).declare(
            DeclareIncident(actor="mo", title="Checkout errors", severity="SEV1"), standard_playbook()
        )
        backups.folder.write_text("in the way")
        assert "No backup could be made" in backups.hourly()
        assert "No backup could be made" in backups.at_exit()


def test_leaving_a_console_makes_a_copy_and_leaves_nothing_else(tmp_path: Path) -> None:
    with room_in_terminal(tmp_path) as (shown, *_):
        shown.types("written\r")
        shown.until(b"written")
        shown.leaves()
    assert [path.name for path in (tmp_path / "warroom-backups").iterdir()] == [AT_EXIT]


async def test_what_a_screen_runs_ends_before_its_widgets_are_gone() -> None:
    found: list[int] = []

    class Going(Static):
        """Goes once its neighbour is gone and what waits for that has had its turn."""

        async def on_unmount(self) -> None:
            await gone.wait()
            for _ in range(5):
                await asyncio.sleep(0)

    class Gone(Static):
        def on_unmount(self) -> None:
            asyncio.get_running_loop().call_later(0, gone.set)

    class Showing(ActScreen[None]):
        place = "help"

        def compose(self) -> ComposeResult:
            yield Gone()
            yield Going()

        def on_mount(self) -> None:
            self.run_worker(self.show())

        async def show(self) -> None:
            await gone.wait()
            found.append(len(self.query(Gone)))

    gone = asyncio.Event()
    app: App[None] = App()
    async with app.run_test() as pilot:
        app.push_screen(Showing())
        await pilot.pause()
    assert gone.is_set()
    assert found == []
