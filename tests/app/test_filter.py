"""The filter that shows what it finds while it is typed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from threading import Event, current_thread, main_thread
from typing import cast

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from console.app.widgets.timeline import AT_ONCE, Laid, Timeline
from console.app.widgets.timeline_model import Filter, Shows, filter_of
from console.core.log.entries import Entries, Entry
from console.core.subjects.entry import LogEntry
from console.core.subjects.undo import RedactEntry
from tests.app.driver import START, Room, console
from tests.app.test_mouse import clicks


@asynccontextmanager
async def room_with(folder: Path, *lines: str, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Room]:
    async with console(folder, size=size) as room:
        for line in lines:
            await room.logs(line)
        yield room


async def test_each_letter_shows_what_still_fits_and_how_many(tmp_path: Path) -> None:
    async with room_with(tmp_path, "pool is full #db", "! no deploys", "pole position") as room:
        await room.presses("alt+f")
        room.shows("4 of 4 entries")
        await room.keys_in("po")
        room.shows("2 of 4 entries", "pool is full", "pole position")
        room.hides("no deploys")
        await room.keys_in("ol")
        room.shows("1 of 4 entries", "pool is full")
        await room.presses("backspace", "backspace")
        room.shows("2 of 4 entries", "pole position")


async def test_a_filter_works_before_it_is_typed_to_its_end(tmp_path: Path) -> None:
    async with room_with(tmp_path, "! no deploys", "pool is full #db") as room:
        for typed, found in [
            ("#d", "pool is full"),
            ("#", "no deploys"),
            ("@m", "no deploys"),
            ("decision", "no deploys"),
            ("FULL pool", "pool is full"),
            ("", "no deploys"),
        ]:
            await room.presses("alt+f")
            await room.keys_in(typed)
            assert found in room.text(), typed
            await room.presses("ctrl+u", "escape")
            room.shows("no deploys", "pool is full")


async def test_enter_keeps_it_and_goes_back_to_the_half_typed_line(tmp_path: Path) -> None:
    async with room_with(tmp_path, "pool is full", "no deploys") as room:
        await room.types("half a li")
        await room.presses("alt+f")
        room.shows("Enter keeps the filter")
        await room.keys_in("pool")
        await room.presses("enter")
        room.shows("only pool", "1 of 3 entries", "Alt+f changes it")
        room.hides("no deploys")
        await room.keys_in("ne")
        assert room.line == "half a line"
        assert room.state.events == 3


async def test_esc_shows_what_was_shown_before_where_it_was(tmp_path: Path) -> None:
    async with room_with(tmp_path, *(f"line {n}" for n in range(40)), "pool is full", size=(100, 24)) as room:
        await room.presses("pageup", "pageup")
        seen = room.screen.timeline.place
        await room.presses("alt+f")
        await room.keys_in("pool")
        room.shows("1 of 42 entries")
        await room.presses("escape")
        assert room.screen.timeline.place == seen
        assert room.screen.timeline.filter.empty
        room.hides("only pool")
        await room.logs("/filter line 1")
        await room.presses("alt+f")
        await room.keys_in("pool")
        await room.presses("escape")
        room.shows("only line 1")


async def test_what_was_not_kept_is_there_again_and_typing_replaces_it(tmp_path: Path) -> None:
    async with room_with(tmp_path, "pool is full", "no deploys") as room:
        await room.presses("alt+f")
        await room.keys_in("pool is")
        await room.presses("escape", "alt+f")
        assert room.screen.filter_line.input.value == "pool is"
        await room.keys_in("dep")
        assert room.screen.filter_line.input.value == "dep"
        room.shows("no deploys", "1 of 3 entries")


async def test_a_line_meant_for_the_log_is_kept_as_the_filter_and_logs_nothing(tmp_path: Path) -> None:
    async with room_with(tmp_path, "pool is full") as room:
        await room.presses("alt+f")
        await room.keys_in("-4m ! rolled back #deploy @mo")
        await room.presses("enter")
        assert room.state.events == 2
        room.shows("only -4m ! rolled back #deploy @mo", "Nothing matches this filter")


async def test_whoever_goes_elsewhere_keeps_what_is_seen(tmp_path: Path) -> None:
    async with room_with(tmp_path, "pool is full", "no deploys") as room:
        await room.presses("alt+f")
        await room.keys_in("pool")
        await room.pilot.click("#line")
        await room.settles()
        room.shows("only pool")
        assert room.screen.prompt.input.has_focus
        await clicks(room, "find")
        assert room.screen.filter_line.input.has_focus


async def test_the_timeline_turns_its_pages_while_the_filter_is_typed(tmp_path: Path) -> None:
    async with room_with(tmp_path, *(f"line {n}" for n in range(60)), size=(100, 24)) as room:
        await room.presses("alt+f")
        await room.keys_in("line")
        await room.presses("pageup", "pageup", "pageup")
        assert not room.screen.timeline.following
        assert room.screen.filter_line.input.has_focus


async def test_an_entry_that_fits_comes_in_while_the_filter_is_typed(tmp_path: Path) -> None:
    async with room_with(tmp_path, "pool is full") as room:
        await room.presses("alt+f")
        await room.keys_in("pool")
        await room.app.session.submit(room.ref, LogEntry(actor="ana", text="pool is empty"))
        await room.settles()
        room.shows("pool is empty", "2 of 3 entries")


async def test_erased_words_leave_the_filter(tmp_path: Path) -> None:
    async with room_with(tmp_path, "token hunter2x9 is in the log") as room:
        entry = room.last.id
        await room.presses("alt+f")
        await room.keys_in("hunter2x9")
        await room.app.session.submit(room.ref, RedactEntry(actor="mo", entry=entry))
        await room.settles()
        assert "hunter2x9" not in room.text()
        assert "hunter2x9" not in str(room.app.session.form_memory)


# A long incident


class HeldZone(tzinfo):
    """UTC, which holds up every other thread but the screen's until it is released."""

    def __init__(self) -> None:
        self.asked, self.released = Event(), Event()

    def utcoffset(self, moment: datetime | None) -> timedelta:
        if current_thread() is not main_thread():
            self.asked.set()
            self.released.wait()
        return timedelta()

    def dst(self, moment: datetime | None) -> timedelta:
        return timedelta()

    def tzname(self, moment: datetime | None) -> str:
        return "UTC"


class LongHost(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.zone = HeldZone()

    def compose(self) -> ComposeResult:
        yield Timeline(self.zone)

    @property
    def timeline(self) -> Timeline:
        return self.query_one(Timeline)


def entry(n: int, text: str) -> Entry:
    at = START + timedelta(seconds=n)
    return Entry(f"e{n}", "note", at, at, "mo", text)


LONG = Entries([entry(n, "odd" if n % 2 else "even") for n in range(AT_ONCE + 500)])


@asynccontextmanager
async def long_timeline(entries: Entries = LONG) -> AsyncIterator[tuple[LongHost, Pilot[None]]]:
    async with LongHost().run_test(size=(60, 10)) as pilot:
        app = cast(LongHost, pilot.app)
        app.timeline.show(entries)
        await pilot.pause()
        yield app, pilot
        app.zone.released.set()


async def searches(app: LongHost, pilot: Pilot[None], typed: str) -> None:
    """Until another thread is in the middle of it."""
    app.zone.asked.clear()
    app.timeline.filter = filter_of(typed)
    while not app.zone.asked.is_set():
        await pilot.pause(0.001)


async def ends(app: LongHost, pilot: Pilot[None]) -> None:
    app.zone.released.set()
    while app.timeline.searching:
        await pilot.pause(0.001)
    await pilot.pause()


async def test_a_long_incident_is_searched_while_the_screen_goes_on() -> None:
    async with long_timeline() as (app, pilot):
        await searches(app, pilot, "odd")
        assert app.timeline.searching
        assert app.timeline.hits == len(LONG)
        # A key is answered meanwhile.
        app.timeline.focus()
        await pilot.press("home")
        assert "even" in app.timeline.render_line(1).text
        await ends(app, pilot)
        assert (app.timeline.searching, app.timeline.hits) == (False, len(LONG) // 2)


async def test_what_comes_while_a_long_incident_is_searched_is_shown_too() -> None:
    async with long_timeline() as (app, pilot):
        await searches(app, pilot, "odd")
        app.timeline.show(LONG.appended(entry(9_000, "odd one")).appended(entry(9_001, "even one")))
        await ends(app, pilot)
        assert app.timeline.hits == len(LONG) // 2 + 1
        last = app.timeline.render_line(app.timeline.size.height - 1).text
        assert "odd one" in last


async def test_only_the_last_filter_of_a_long_incident_counts() -> None:
    async with long_timeline() as (app, pilot):
        await searches(app, pilot, "odd")
        app.timeline.filter = filter_of("nothing like it")
        await ends(app, pilot)
        assert (app.timeline.filter.typed, app.timeline.hits) == ("nothing like it", 0)


async def test_a_corrected_entry_makes_a_long_incident_be_searched_anew() -> None:
    async with long_timeline() as (app, pilot):
        await searches(app, pilot, "odd")
        changed = LONG.copied()
        changed.put(entry(0, "odd after all"))
        app.timeline.show(changed)
        await ends(app, pilot)
        assert app.timeline.hits == len(LONG) // 2 + 1


async def goes_to_an_entry(timeline: Timeline, pilot: Pilot[None]) -> None:
    assert timeline.go_to_entry("e700")


async def goes_to_a_moment(timeline: Timeline, pilot: Pilot[None]) -> None:
    timeline.go_to(START + timedelta(seconds=700))


async def reads_from_the_beginning(timeline: Timeline, pilot: Pilot[None]) -> None:
    timeline.focus()
    await pilot.press("home")
    timeline.show(timeline.entries.appended(entry(9_000, "below")))


async def gets_another_width(timeline: Timeline, pilot: Pilot[None]) -> None:
    await pilot.resize_terminal(40, 10)


async def goes_to_another_moment_of_a_replay(timeline: Timeline, pilot: Pilot[None]) -> None:
    timeline.show(Entries(timeline.entries[:9]))
    timeline.show(Entries(timeline.entries[:]))
    timeline.show(WORDY)


WORDY = Entries([entry(n, "words " * (n % 40)) for n in range(AT_ONCE + 1500)])


@pytest.mark.parametrize(
    "act",
    [None, goes_to_an_entry, goes_to_a_moment, reads_from_the_beginning, gets_another_width,
     goes_to_another_moment_of_a_replay],
)  # fmt: skip
async def test_a_long_incident_is_laid_out_beside_what_is_in_view(
    act: Callable[[Timeline, Pilot[None]], Awaitable[None]] | None,
) -> None:
    """What is shown at once stays where it is while the rest is laid out, which is then as it would be at once."""
    async with long_timeline(WORDY) as (app, pilot):
        timeline = app.timeline
        if act is not None:
            await act(timeline, pilot)
        await pilot.pause()
        seen = [timeline.render_line(y).text for y in range(timeline.size.height)]
        guess = timeline.total
        app.zone.released.set()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert [timeline.render_line(y).text for y in range(timeline.size.height)] == seen
        whole = Laid.of(Shows().rows(timeline.entries), timeline.scrollable_content_region.width, UTC)
        assert (timeline.tops, timeline.total) == (whole.tops, whole.total)
        assert guess < whole.total, "all of it was laid out at once"


def test_the_rows_are_those_that_the_filter_takes() -> None:
    shows = Shows(filter_of("odd"))
    rows = shows.rows(LONG)
    assert list(rows.places) == [n for n in range(len(LONG)) if shows.takes(LONG[n])]
    assert list(Shows(Filter()).rows(LONG).places) == list(range(len(LONG)))
    assert START.tzinfo is UTC


async def test_a_line_that_the_filter_hides_says_so(tmp_path: Path) -> None:
    async with room_with(tmp_path, "pool is full #db") as room:
        await room.presses("alt+f")
        await room.keys_in("pool")
        await room.presses("enter", "i")
        await room.logs("rolled back")
        room.hides("rolled back  mo")
        room.shows("rolled back · hidden by the filter")
        await room.logs("the pool is fine again")
        room.shows("the pool is fine again  mo")
        room.hides("hidden by the filter")
