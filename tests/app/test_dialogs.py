"""Stories of the dialogs: what they ask, what they refuse, and that nothing typed in them is lost."""

from datetime import timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from textual.content import Content
from textual.widgets import Input, Static

from console.app.dialogs.base import FormDialog
from console.app.dialogs.declare import DeclareDialog
from console.app.dialogs.help import HelpScreen, page
from console.app.dialogs.write import EntryDialog
from console.app.widgets.choice_list import ChoiceList
from console.core.log.milestones import milestones
from console.core.subjects.change import ClaimChange
from console.core.subjects.handoff import offered_handoff
from console.core.subjects.task import open_tasks
from tests.app.driver import START, Room, console

BERLIN_IN_WINTER = timezone(timedelta(hours=1), "CET")


async def fills(room: Room, id: str, value: str) -> None:
    room.app.screen.query_one(f"#field-{id}", Input).value = value
    await room.pilot.pause()


def problem(room: Room) -> str:
    dialog = room.app.screen
    assert isinstance(dialog, FormDialog)
    return dialog.problem or dialog.refused


async def test_what_is_owed_counts_from_the_declaration_and_not_from_when_it_began(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for since, minutes in (
            ("-20m", 20),
            ("13:32", 28),
            ("yesterday 23:50", 14 * 60 + 10),
            ("2026-11-21T13:00Z", 60),
        ):
            await room.presses("alt+shift+d")
            await fills(room, "title", f"Mail queue stuck since {since}")
            await fills(room, "since", since)
            await room.presses("enter")
            if minutes > 12 * 60:
                assert "It began at 23:50 yesterday, 14h10m ago." in problem(room)
                await room.presses("enter")
            state = room.screen.state
            assert state.title.value == f"Mail queue stuck since {since}"
            assert state.declared_at == START, since
            assert milestones(state)["impact_started"] == START - timedelta(minutes=minutes), since


async def test_without_a_time_nobody_said_when_it_began(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+shift+d")
        await fills(room, "title", "Mail queue stuck")
        await room.presses("enter")
        assert room.screen.state.declared_at == START
        assert "impact_started" not in milestones(room.screen.state)


async def test_a_record_of_what_is_over_stands_at_its_own_time(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+shift+d")
        await fills(room, "title", "Mail queue stuck")
        await fills(room, "since", "yesterday 23:50")
        room.app.screen.query_one("#field-kind", ChoiceList).highlighted = 2
        await room.presses("enter")
        assert room.screen.state.declared_at == START - timedelta(hours=14, minutes=10)


async def test_a_time_that_is_none_keeps_the_dialog_with_what_was_typed(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+shift+d")
        await fills(room, "title", "Mail queue stuck")
        for since, said in (("today 15:00", "still to come"), ("25:10", "no time of day"), ("soon", "Write")):
            await fills(room, "since", since)
            await room.presses("tab", "enter")
            assert isinstance(room.app.screen, DeclareDialog), since
            assert said in problem(room), since
            assert room.app.screen.query_one("#field-since", Input).has_focus, since
            assert room.app.screen.query_one("#field-title", Input).value == "Mail queue stuck", since


async def test_a_lower_severity_asks_why(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+s", "3", "enter")
        assert "Say why" in problem(room)
        assert room.app.screen.query_one("#field-reason", Input).has_focus
        assert room.state.severity.value == "SEV1"
        await room.pilot.press(*"one region only".replace(" ", "_"))
        await room.presses("enter")
        assert room.state.severity.value == "SEV3"


async def test_a_severity_says_what_it_means_and_asks_for(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        await room.presses("alt+s", "0")
        rule = room.state.playbook.severity("SEV0") if room.state.playbook else None
        assert rule is not None
        room.shows(*f"SEV0 {rule.meaning} Updates in SEV0: internal every 15m".split())


async def test_what_the_disk_refuses_stays_in_the_dialog(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        log = room.app.session.log
        log.run_as_writer(lambda connection: connection.execute("PRAGMA max_page_count = 1"))
        await room.presses("alt+t")
        text = "look at the replica " * 2000
        await fills(room, "text", text)
        await room.presses("enter")
        assert "full" in problem(room)
        assert room.app.screen.query_one("#field-text", Input).value == text
        log.run_as_writer(lambda connection: connection.execute("PRAGMA max_page_count = 1000000"))
        await room.presses("enter")
        assert [task.text for task in open_tasks(room.state)] == [text.strip()]


async def test_an_entry_tells_its_times_in_the_zone_and_in_utc(tmp_path: Path) -> None:
    async with console(tmp_path, zone=BERLIN_IN_WINTER) as room:
        await room.logs("-4m disk full")
        await room.presses("alt+e")
        room.shows("happened 2026-11-21 14:56:00 (13:56:00 UTC)")


async def test_the_header_has_the_time_and_utc_beside_it(tmp_path: Path) -> None:
    async with console(tmp_path, zone=BERLIN_IN_WINTER) as room:
        room.shows("15:00 CET 14:00 UTC")
    # Kabul's zone has no letters of its own.
    async with console(tmp_path, ref=room.ref, zone=ZoneInfo("Asia/Kabul")) as room:
        room.shows("18:30 UTC+4:30 14:00 UTC")
    async with console(tmp_path, ref=room.ref) as room:
        room.shows("14:00 UTC")


async def test_every_dialog_opens_at_once_and_leaves_by_escape_at_any_size(tmp_path: Path) -> None:
    async with console(tmp_path, size=(20, 5)) as room:
        await room.logs("a note")
        for key in ("u", "s", "n", "r", "t", "d", "z", "e", "h", "shift+d"):
            await room.presses(f"alt+{key}")
            assert isinstance(room.app.screen, FormDialog), key
            await room.presses("escape")
            assert room.screen.is_current, key


async def test_a_tiny_terminal_shows_what_matters_and_every_refusal(tmp_path: Path) -> None:
    async with console(tmp_path, size=(20, 5)) as room:
        room.shows("SEV1", room.ref.removeprefix("INC-"), "0s", "What happened?")
        await room.logs("today 23:59 no")
        room.shows("today 23:59 no", "“today 23:59” is", "still to come")


async def test_help_says_why_not_and_closes(tmp_path: Path) -> None:
    async with console(tmp_path, size=(120, 60)) as room:
        await room.presses("escape", "question_mark")
        assert isinstance(room.app.screen, HelpScreen)
        room.shows("KEYS OUTSIDE THE PROMPT", "Not now: No handoff is waiting")
        await room.presses("q")
        assert room.screen.is_current


@pytest.mark.parametrize("width", [20, 40, 96])
def test_help_fits_its_width_and_keeps_its_columns(width: int) -> None:
    rows = [("Keys", "", ""), ("e", "Correct the last entry. The old text stays in the log.", "Nothing is logged yet.")]
    lines = page(rows, width)
    assert all(isinstance(line, Content) and line.cell_length <= width for line in lines)
    assert lines[1].plain.startswith("e  Correct")
    assert all(line.plain.startswith("   ") for line in lines[2:])


async def test_what_a_dialog_wrote_is_said_under_the_prompt(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("a line from before")
        await room.presses("escape", "n", "4", "enter")
        assert room.hint == "Logged at 14:00: Stage → Investigating"
        await room.presses("u", "2", "enter")
        assert room.hint.startswith("Logged at 14:00: Public #1")


async def test_an_update_begins_with_those_who_are_owed_one_first(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+u")
        assert isinstance(room.app.screen, FormDialog)
        # The first public post is due in 15 minutes, the internal update in 30.
        assert room.app.screen.values()["audience"] == "public"
        room.shows("posts the public update")
        await room.presses("enter", "alt+u")
        assert isinstance(room.app.screen, FormDialog)
        assert room.app.screen.values()["audience"] == "internal"


async def test_a_declaration_that_was_left_comes_back_with_its_answers_choices_and_process(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("escape", "D", "enter")
        await room.keys_in("Checkout errors")
        await room.presses("tab", "4", "tab")
        await room.keys_in("-20m")
        room.app.screen.query_one("#field-kind", ChoiceList).highlighted = 1
        await room.presses("ctrl+t")
        severity = room.app.screen.query_one("#field-severity", ChoiceList).highlighted
        other = str(room.app.screen.query_one(".dialog-title", Static).content)
        room.shows("Checkout errors", "-20m")
        await room.presses("escape")
        await room.presses("D", "enter")
        room.shows("Checkout errors", "-20m")
        assert str(room.app.screen.query_one(".dialog-title", Static).content) == other
        assert room.app.screen.query_one("#field-kind", ChoiceList).highlighted == 1
        assert room.app.screen.query_one("#field-severity", ChoiceList).highlighted == severity != 1
        await room.presses("escape")


async def test_no_words_of_a_form_are_dropped_where_what_was_chosen_has_no_place_for_them(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+n", "tab", *"workers wait", "enter")
        assert "workers wait" in room.last.text
        await room.app.session.submit(room.ref, ClaimChange(actor="mo", text="restart", rollback="none"))
        await room.presses("alt+a", "tab", *"old build", "tab", "2", "enter")
        room.shows("A rollback plan is for a new change")
        await room.presses("escape", "alt+h", "tab", *"know", "ctrl+s")
        room.shows("Name who takes over, or empty the note.")
        await room.presses("escape", "alt+shift+s", *"slow")
        room.app.screen.query_one("#field-reason").focus()
        await room.presses(*"because", "enter")
        room.shows("The severity stays")


async def test_a_handoff_takes_a_note_of_several_lines(tmp_path: Path) -> None:
    async with console(tmp_path, config=tmp_path) as room:
        await room.presses("alt+h", *"ana", "tab", *"first", "enter", *"second")
        room.shows("with “first second”")
        await room.presses("ctrl+s")
        handoff = offered_handoff(room.state)
        assert handoff is not None
        assert (handoff.person, handoff.note) == ("ana", "first\nsecond")


async def test_a_declaration_begins_with_the_words_behind_the_slash(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        for line, severity, title in (
            ("/declare SEV3 search is slow", "SEV3", "search is slow"),
            ("/declare 0 all regions are down", "SEV0", "all regions are down"),
            ("/declare search is slow", "SEV1", "search is slow"),
            ("/declare SEV0", "SEV0", ""),
        ):
            await room.logs(line)
            form = room.app.screen
            assert isinstance(form, DeclareDialog)
            assert (form.values()["severity"], form.values()["title"]) == (severity, title)
            await room.presses("escape")
        await room.logs("/declare SEV3 search is slow")
        await room.presses("tab", "tab", *"-20m")
        room.shows("declares SEV3: search is slow, since ")
        await room.presses("enter")
        await room.until(lambda: room.app.screen is not form and not isinstance(room.app.screen, DeclareDialog))
        room.shows("SEV3", "search is slow")


async def test_a_line_typed_behind_an_entry_that_enter_opened_is_none_of_its_words(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("2 zones are back")
        await room.presses("escape", "enter")
        assert isinstance(room.app.screen, EntryDialog)
        await room.keys_in("pods are fine again")
        await room.presses("enter")
        texts = [entry.text for entry in room.state.entries if entry.kind == "note"]
        assert texts[0] == "2 zones are back"
        assert texts[1:] == ["pods are fine again"] or room.line == "pods are fine again"
