"""The prompt's keys: completion, scrolling, and what outlives leaving the console."""

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from console.app.dialogs.paste import PasteDialog
from console.app.registry import help_rows
from console.app.situation import Situation
from console.core.subjects.component import components_of
from tests.app.driver import Room, console
from tests.patience import PATIENCE_S


@pytest.mark.parametrize(
    ("typed", "more", "line"),
    [("ping @an", " and #bgp", "ping @ana and #bgp"), ("ping @an", ", now", "ping @ana , now"), ("@an", " ", "@ana ")],
)
async def test_a_space_behind_a_completion_is_one_space(tmp_path: Path, typed: str, more: str, line: str) -> None:
    async with console(tmp_path) as room:
        await room.logs("/role ic ana")
        await room.types(typed)
        await room.presses("tab")
        await room.keys_in(more)
        assert room.line == line


async def test_tab_says_when_it_completes_nothing_and_keeps_words_apart(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types("12 % of calls")
        await room.presses("tab")
        assert room.hint.startswith("Nothing to complete here")
        await room.keys_in("EU customers")
        assert room.line == "12 % of calls EU customers"


async def test_a_completion_in_the_middle_of_a_line_keeps_what_is_behind_it(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("/role ic ana")
        await room.types("ping @an now")
        await room.presses(*["left"] * 4, "tab")
        assert room.line == "ping @ana now"
        await room.keys_in("right ")
        assert room.line == "ping @ana right now"


async def test_a_page_of_the_timeline_is_scrolled_from_the_prompt(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        for number in range(40):
            await room.logs(f"line {number}")
        await room.types("half a li")
        await room.presses("pageup")
        assert not room.screen.timeline.following
        room.hides("line 39")
        assert room.screen.prompt.input.has_focus
        assert room.line == "half a li"
        await room.presses("pagedown")
        assert room.screen.timeline.following
        room.shows("line 39")


async def test_a_component_is_named_at_once_where_there_is_none(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+shift+k")
        assert isinstance(room.app.focused, Input)
        await room.keys_in("database")
        await room.presses("enter")
        assert components_of(room.state)["database"].value == "degraded"


@pytest.mark.parametrize("known", ["", "/component checkout degraded"])
async def test_a_line_that_begins_with_the_key_of_components_is_a_line(tmp_path: Path, known: str) -> None:
    async with console(tmp_path) as room:
        if known:
            await room.logs(known)
        await room.presses("escape")
        await room.keys_in("Kai is here")
        assert room.line == "Kai is here"


# A paste with times


async def test_a_paste_with_a_time_in_each_line_is_read_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.pastes("[22:54] replication lag\n[23:09] ! fail back")
        room.shows("logs 1 decision and 1 note; 2 with a time of their own: 22:54 to 23:09 yesterday")
        await room.presses("enter")
        assert room.hint == "2 entries logged, 22:54 to 23:09 yesterday."
        read = {f"{entry.occurred_at:%d %H:%M} {entry.text}" for entry in room.state.entries}
        assert {"20 22:54 replication lag", "20 23:09 fail back"} < read


async def test_a_paste_where_a_line_has_no_time_is_one_entry_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.pastes("13:40 lag\n  at line 3")
        assert isinstance(room.app.screen, PasteDialog)
        assert room.app.screen.values()["as"] == "whole"
        await room.presses("escape")
        await room.pastes("13:40 lag\nyesterday 13:50 back")
        room.shows("13:50 yesterday to 13:40")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_paste_says_what_each_of_its_lines_becomes(tmp_path: Path, size: tuple[int, int]) -> None:
    chat = "rs  13:41\n> can you look at db-3?\n13:43 ! roll back\n? the pool\n+ @rs look\n/sev SEV0"
    async with console(tmp_path, size=size) as room:
        await room.pastes(chat)
        room.shows("logs one note with all 6 lines, now")
        await room.presses("2")
        kinds = "1 action, 1 decision, 1 hypothesis, 2 notes and 1 task; 1 with a time of its own: 13:43"
        assert f"logs {kinds}" in folded(room)
        await room.presses("pagedown", "pagedown")
        await room.pilot.wait_for_scheduled_animations()
        for row in ("now action can you look at db-3?", "13:43 decision roll back", "now note /sev SEV0"):
            assert row in folded(room)
        await room.presses("enter")
        assert room.hint == "6 entries logged, 13:43."
        assert room.state.severity.value == "SEV1"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_pasted_chat_is_read_with_its_times_and_people(tmp_path: Path, size: tuple[int, int]) -> None:
    chat = "Ana Lopez\n  1:14 PM\npayments fail\n1:15\none in five\nRui Sand\n  1:17 PM\nback\n2 replies\n"
    async with console(tmp_path, size=size) as room:
        await room.pastes(chat)
        assert "logs 3 notes by Ana Lopez and Rui Sand: 13:14 to 13:17; 1 line left out" in folded(room)
        await room.presses("pagedown", "pagedown")
        await room.pilot.wait_for_scheduled_animations()
        rows = (
            "Another zone or day? Write it above the text",
            "13:15 Ana Lopez: one in five",
            "line 9: The chat program wrote this line, no person did. 2 replies",
        )
        assert all(row in folded(room) for row in rows)
        await room.presses("enter")
        assert room.hint == "3 entries logged, 13:14 to 13:17."
        logged = [
            (f"{entry.occurred_at:%H:%M}", entry.author, entry.text) for entry in room.state.entries if entry.paste
        ]
        assert logged == [
            ("13:14", "Ana Lopez", "payments fail"),
            ("13:15", "Ana Lopez", "one in five"),
            ("13:17", "Rui Sand", "back"),
        ]


async def test_of_a_long_paste_the_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        await room.pastes("\n".join(["13:00 x"] * 399 + ["25:42 x"]))
        await room.presses("2")
        assert "Line 400: There is no time of day “25:42”; write 14:32 or -4m" in folded(room)
        assert isinstance(room.app.screen, PasteDialog)
        room.app.screen.fill({"text": "\n".join(["13:00 x"] * 399 + ["13:42 x"])})
        await room.presses("ctrl+s")
        assert room.hint == "400 entries logged, 13:00 to 13:42."


def folded(room: Room) -> str:
    """The words shown, without frames and where their lines end."""
    return " ".join(room.text().replace("│", " ").split())


async def test_a_place_behind_a_time_is_asked_about_before_it_is_logged(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        before = room.state.events
        await room.types("13:41 Tokyo office is down")
        assert "asks first: “Tokyo” is taken as text and 13:41 as your time" in room.hint
        await room.presses("enter")
        assert "(04:41 here), write 13:41 Asia/Tokyo. Enter once more logs it." in " ".join(room.hint.split())
        assert room.state.events == before
        await room.presses("enter")
        assert (room.last.text, f"{room.last.occurred_at:%d %H:%M}") == ("Tokyo office is down", "21 13:41")
        await room.pastes("13:41 Tokyo office is down\n13:42 it is back")
        room.shows("asks first")
        await room.presses("enter")
        room.shows("“Tokyo” is taken as text and 13:41 as your time")
        assert room.state.events == before + 1


async def test_everybody_whom_a_line_names_is_asked_about(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("asked @tom and @eva")
        for line in ("told @tmo", "+ @eva look with @tmo", "/fix raise the limit @eva, as @tmo said"):
            before = room.state.events
            await room.logs(line)
            assert "“tmo” is a new name; known is tom. Enter once more " in room.hint
            assert room.state.events == before
            await room.presses("ctrl+u")


# Leaving


async def leaves(room: Room) -> None:
    # A console that ends never comes to rest: the form in front wants to be painted, and nobody does it.
    room.app.post_message(events.Key("ctrl+q", None))
    async with asyncio.timeout(PATIENCE_S):
        while room.app.return_code is None:
            await asyncio.sleep(0)


async def test_leaving_by_its_key_loses_nothing_typed_in_a_form_or_on_the_board(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("alt+t")
        await room.keys_in("half a task")
        await leaves(room)
    async with console(tmp_path, ref=room.ref) as room:
        await room.presses("alt+t")
        assert isinstance(room.app.focused, Input)
        assert room.app.focused.value == "half a task"
        await room.presses("enter", "alt+o")
        await room.keys_in("1 typed on the board")
        await leaves(room)
    async with console(tmp_path, ref=room.ref) as room:
        assert room.line == "1 typed on the board"
        await room.presses("enter", "enter", "alt+t")
        assert room.last.text == "1 typed on the board"
        assert isinstance(room.app.focused, Input)
        assert room.app.focused.value == ""
    async with console(tmp_path, ref=room.ref) as room:
        assert room.line == ""


def test_help_names_the_key_that_leaves_from_everywhere() -> None:
    assert "Ctrl+Q" in {row[0] for row in help_rows("room", Situation())}
