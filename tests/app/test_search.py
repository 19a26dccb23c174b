"""Stories of the search over all incidents: what is found while one types, and where Enter leads."""

from pathlib import Path

from console.app.search.screen import SearchScreen
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import LogEntry
from console.core.subjects.undo import RedactEntry
from console.store.ledger import Ledger
from tests.app.driver import Clock, console, standard_playbook
from tests.app.test_board import board, declare


def mail(folder: Path, *texts: str) -> str:
    """Another incident, with a line of each text."""

    def also(ledger: Ledger, ref: str) -> None:
        for text in texts:
            ledger.execute(ref, LogEntry(actor="rs", text=text, kind="finding"))

    return declare(folder, "Mails are lost", "SEV2", also=also)


async def test_slash_on_the_board_finds_an_entry_and_enter_opens_the_room_there(tmp_path: Path) -> None:
    lines = [f"filler {number}" for number in range(60)]
    ref = mail(tmp_path, "the queue is full of bounced mails", *lines)
    async with board(tmp_path) as seen:
        await seen.presses("slash")
        await seen.keys_in("bounc")
        seen.shows("1 entry", ref, "the queue is full of bounced mails", "finding by rs")
        await seen.presses("enter")
        assert seen.screen.ref == ref
        timeline = seen.screen.timeline
        assert timeline.entries.get(timeline.seen) is not None
        entry = timeline.entries.get(timeline.seen)
        assert entry is not None
        assert entry.text == "the queue is full of bounced mails"
        seen.shows("the queue is full of bounced mails")


async def test_the_bar_moves_from_the_field_and_names_the_whole_entry(tmp_path: Path) -> None:
    long = "mails of the night wait, and " + "those of the day before " * 5 + "wait as well"
    mail(tmp_path, "mails bounce", long)
    async with board(tmp_path, size=(80, 24)) as seen:
        await seen.presses("slash")
        await seen.keys_in("mails")
        await seen.presses("down", "down")
        seen.shows("wait as well")
        await seen.keys_in(" bounce")
        seen.hides("wait as well")
        seen.shows("mails bounce")


async def test_from_a_room_by_its_word_with_what_to_look_for(tmp_path: Path) -> None:
    ref = mail(tmp_path, "mails bounce")
    async with console(tmp_path) as room:
        await room.logs("/search bounce")
        room.shows("Search all incidents", "mails bounce")
        await room.presses("enter")
        assert room.screen.ref == ref
        await room.logs("/search")
        room.shows("bounce")
        await room.presses("escape")
        assert room.screen.ref == ref


async def test_nothing_that_is_typed_is_an_error(tmp_path: Path) -> None:
    mail(tmp_path, "mails bounce")
    async with board(tmp_path) as seen:
        await seen.presses("slash")
        for typed in ['"', "* NEAR( ^", "障害", "#", "@", "é", "'; --"]:
            assert isinstance(seen.app.screen, SearchScreen), typed
            seen.app.screen.line.value = ""
            await seen.keys_in(typed)
            await seen.presses("enter")
            assert isinstance(seen.app.screen, SearchScreen), typed
            assert seen.app.screen.line.value == typed


async def test_what_was_typed_is_there_again(tmp_path: Path) -> None:
    mail(tmp_path, "mails bounce")
    async with board(tmp_path) as seen:
        await seen.presses("slash")
        await seen.keys_in("bounce")
        await seen.presses("escape", "slash")
        seen.shows("bounce", "mails bounce")
        await seen.keys_in("mails")
        assert isinstance(seen.app.screen, SearchScreen)
        assert seen.app.screen.line.value == "mails"


async def test_what_others_log_and_redact_shows_at_once(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/search swordfish8 ")
        room.shows("No entry holds that")
        other = Ledger(room.app.session.log, actor="rs", clock=Clock())
        written = other.execute(room.ref, LogEntry(actor="rs", text="the password is swordfish8"))
        await room.app.session.absorb(written)
        await room.settles()
        room.shows("the password is swordfish8")
        await room.app.session.submit(room.ref, RedactEntry(actor="mo", entry=written[0].id))
        await room.settles()
        room.hides("the password is", "swordfish8")


async def test_a_closed_incident_and_a_drill_are_found_too(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        session = room.app.session
        drill = DeclareIncident(actor="mo", title="Game day of the mails", severity="SEV2", drill=True)
        await session.declare(drill, standard_playbook())
        await room.logs("/search game day")
        room.shows("Game day of the mails", "drill")
