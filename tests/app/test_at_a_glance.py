"""The room at a glance: the stages, what is left out, and whether somebody looks at it."""

from pathlib import Path

import pytest
from textual import events
from textual.widget import Widget

from console.app.widgets.cell import Cell
from tests.app.driver import Room, console


def stages(room: Room) -> str:
    return room.screen.query_one("#stage-line", Cell).words


def standing(room: Room) -> str:
    return room.screen.query_one("#elapsed", Cell).words


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_stages_stand_in_the_header_with_the_time_in_each(tmp_path: Path, size: tuple[int, int]) -> None:
    async with console(tmp_path, size=size) as room:
        await room.ticks(minutes=6)
        await room.logs("/stage investigating")
        await room.ticks(minutes=14)
        await room.logs("/stage mitigating")
        await room.ticks(minutes=9)
        assert stages(room).startswith("Declared 6m ━ Investigating 14m ━  ▶ MITIGATING 9m  ─ Resolving ─ ")
        assert ("Postmortem" in stages(room)) == (size[0] > 80)
        assert len(stages(room)) <= size[0] - 2
        assert "MITIGATING" not in standing(room)
        await room.presses("escape", "x", "enter")
        await room.ticks(minutes=1)
        assert stages(room).startswith("Declared 6m ━  ▶ INVESTIGATING 24m ")


async def test_a_low_terminal_has_the_stage_in_its_first_line(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 12)) as room:
        assert not room.screen.query_one("#stage-line").display
        assert standing(room).startswith("DECLARED  ")
        await room.pilot.resize_terminal(80, 24)
        await room.settles()
        assert room.screen.query_one("#stage-line").display
        assert "DECLARED" not in standing(room)


async def test_a_withdrawn_incident_stands_in_no_stage(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.presses("escape", "x", "enter")
        assert standing(room).startswith("WITHDRAWN")
        assert not room.screen.query_one("#stage-line").display


async def test_a_key_hides_what_is_undone_and_the_line_above_says_how_much(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.logs("restarted db-1")
        await room.presses("alt+shift+x")
        assert "Nothing is undone here" in room.hint
        await room.presses("alt+x", "enter")
        room.shows("restarted db-1")
        await room.presses("alt+shift+x")
        room.hides("restarted db-1  undone")
        room.shows("1 undone entry hidden  Alt+X shows")
        await room.logs("restarted db-2")
        await room.presses("escape", "x", "enter")
        room.hides("restarted db-2  undone")
        room.shows("2 undone entries hidden")
        await room.presses("X", "enter")
        room.shows("restarted db-1  undone", "restarted db-2  undone")
        room.hides("hidden")


async def test_a_long_update_is_read_whole_in_its_details(tmp_path: Path) -> None:
    words = "We have found the cause and are rolling back. " * 8 + "Next update soon."
    async with console(tmp_path) as room:
        await room.logs(f"/update internal {words}")
        room.shows("more: Enter · mo")
        room.hides("Next update soon")
        await room.presses("escape", "end", "enter")
        room.shows("Next update soon")


async def test_end_in_the_prompt_goes_to_the_end_of_the_line_and_then_to_the_newest_entry(tmp_path: Path) -> None:
    async with console(tmp_path, size=(80, 24)) as room:
        for number in range(30):
            await room.logs(f"line {number}")
        await room.presses("pageup")
        room.shows("‖ held at 14:00 · End returns")
        await room.types("rolling back")
        await room.presses("home", "end")
        room.shows("‖ held at")
        await room.presses("end")
        room.hides("held")
        room.shows("line 29")
        assert room.line == "rolling back"


def colour(room: Room, query: str, words: str) -> object:
    """The colour of words that a part of the screen shows."""
    part = room.screen.query_one(query, Widget)
    lines = part.render_lines(part.size.region)
    return next(piece.style.color for line in lines for piece in line if words in piece.text and piece.style)


async def test_what_is_neither_owed_nor_overdue_steps_back_while_another_window_is_used(tmp_path: Path) -> None:
    places = [("#timeline", "restarted db-1"), ("#impact-panel", "checkout is down")]
    stays = [("#owed-panel", "first public post"), ("#owed-line", "internal"), ("#stage-line", "DECLARED")]
    async with console(tmp_path) as room:
        await room.logs("restarted db-1")
        await room.logs("/impact checkout is down")
        await room.ticks(minutes=16)
        before = {place: colour(room, *place) for place in [*places, *stays]}
        room.app.post_message(events.AppBlur())
        await room.settles()
        away = {place: colour(room, *place) for place in [*places, *stays]}
        assert all(before[place] != away[place] for place in places)
        assert all(before[place] == away[place] for place in stays)
        room.app.post_message(events.AppFocus())
        await room.settles()
        assert {place: colour(room, *place) for place in [*places, *stays]} == before


async def test_nothing_steps_back_in_the_terminals_own_colours(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        room.app.theme = "ansi-dark"
        await room.logs("restarted db-1")
        before = colour(room, "#timeline", "restarted db-1")
        room.app.post_message(events.AppBlur())
        await room.settles()
        assert colour(room, "#timeline", "restarted db-1") == before


async def test_who_comes_back_sees_what_is_and_types_where_they_typed(tmp_path: Path) -> None:
    async with console(tmp_path) as room:
        await room.types("rolling ")
        room.app.post_message(events.AppBlur())
        await room.settles()
        # A terminal that tells that it was left need not tell of the return.
        await room.keys_in("back x")
        assert room.line == "rolling back x"
        assert not room.screen.query(".-away")
        room.clock.passes(minutes=20)
        room.app.post_message(events.AppFocus())
        await room.settles()
        room.shows("open 20m00s")
        await room.keys_in("!")
        assert room.line == "rolling back x!"
