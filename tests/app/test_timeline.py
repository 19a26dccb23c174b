import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from console.app.widgets.timeline import Timeline
from console.app.widgets.timeline_lines import body, height, heights
from console.app.widgets.timeline_model import Filter, TimelineModel, filter_of
from console.core.log.entries import CHUNK, Entries, Entry
from console.wrapping import wrap

START = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


def entry(n: int, text: str = "", minutes: int | None = None, kind: str = "note", **more: object) -> Entry:
    at = START + timedelta(minutes=n if minutes is None else minutes)
    return Entry(f"e{n}", kind, at, at, "mo", text or f"line {n}", **more)  # type: ignore[arg-type]  # fields by name


def entries(*all_of_them: Entry) -> Entries:
    return Entries(list(all_of_them))


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield Timeline(timezone(timedelta(hours=1)))

    @property
    def timeline(self) -> Timeline:
        return self.query_one(Timeline)

    def lines(self) -> list[str]:
        return [self.timeline.render_line(y).text.rstrip() for y in range(self.timeline.size.height)]


@asynccontextmanager
async def timeline_of(shown: Entries, rows: int = 10) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    """A timeline 60 columns wide that shows the entries."""
    app = Host()
    async with app.run_test(size=(60, rows)) as pilot:
        app.timeline.show(shown)
        await pilot.pause()
        yield app, pilot


async def test_text_wraps_under_its_own_column_and_days_are_marked() -> None:
    async with timeline_of(entries(entry(0, "word " * 20), entry(1, minutes=70, kind="decision")), 20) as (app, _):
        lines = app.lines()
        assert lines[0].startswith(" ── Sat 21 Nov 2026 ─")
        assert lines[1].startswith(" 23:00   │ word")
        assert lines[2].startswith("         │ word")
        assert any(line.startswith(" ── Sun 22 Nov") for line in lines)
        assert any(line.startswith(" 00:10 ! │ line 1") for line in lines)


async def test_hostile_text_stays_text() -> None:
    async with timeline_of(entries(entry(0, "[/x] [@click=app.quit]x[/] \x1b[31mred \u202eevil 🔥")), 12) as (app, _):
        shown = "\n".join(app.lines())
        assert "[/x] [@click=app.quit]" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


@given(st.text(max_size=200), st.integers(8, 40))
def test_wrapping_loses_nothing_and_fits(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width or len(line) == 1 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def begins_day(model: TimelineModel, row: int) -> bool:
    """True when the local date changes before this row; the first row always begins a day."""
    shown = (model.entries[place] for place in model.places[max(0, row - 1) : row + 1])
    dates = [each.occurred_at.astimezone(model.zone).date() for each in shown]
    return row == 0 or dates[0] != dates[1]


@given(st.lists(st.integers(0, 3000), max_size=40), st.integers(1, 39))
def test_growing_equals_setting(minutes: list[int], cut: int) -> None:
    every = [entry(n, minutes=minute) for n, minute in enumerate(minutes)]
    grown, whole = TimelineModel(UTC), TimelineModel(UTC)
    grown.set(entries(*every[:cut]))
    made = grown.entries
    for one in every[cut:]:
        made = made.appended(one)
        grown.extend(made)
    whole.set(entries(*every))
    assert grown.places == whole.places
    assert list(whole.days()) == [i for i in range(len(every)) if begins_day(whole, i)]


@given(st.text(min_size=1, max_size=100).filter(lambda text: text.strip() != ""), st.integers(20, 80))
def test_the_height_is_what_is_drawn(text: str, width: int) -> None:
    from rich.style import Style

    from console.app.widgets.timeline_lines import GUTTER, entry_strips

    one = entry(0, text)
    strips = entry_strips(one, width + GUTTER, UTC, lambda name: Style.null(), cursor=False)
    assert len(strips) == height(one, width, UTC)


@given(
    st.lists(st.text("abé→ \t0-", max_size=30), max_size=12).map(" ".join),
    st.integers(8, 60),
    st.booleans(),
    st.sampled_from(("note", "update")),
)
def test_counting_lines_gives_what_wrapping_gives(text: str, width: int, late: bool, kind: str) -> None:
    one = entry(0, text or "x", kind=kind, late=late, mark="done" if late else "")
    assert height(one, width, UTC) == len(body(one, width, UTC)[0])
    assert heights([one, one], width, UTC) == [height(one, width, UTC)] * 2


@given(
    st.sampled_from(("UTC", "Europe/Berlin", "America/Havana", "Asia/Kathmandu", "Australia/Lord_Howe")),
    st.lists(st.datetimes(datetime(2026, 3, 7), datetime(2026, 4, 6)), max_size=60),
)
def test_days_begin_where_the_date_changes(name: str, moments: list[datetime]) -> None:
    model = TimelineModel(ZoneInfo(name))
    times = [moment.replace(tzinfo=UTC) for moment in moments]
    model.set(Entries([Entry(f"e{n}", "note", at, at, "mo", "") for n, at in enumerate(times)]))
    assert list(model.days()) == [row for row in range(len(moments)) if begins_day(model, row)]


def with_changed(before: Entries, id: str, **changes: Any) -> Entries:
    """The entries with fields of one changed."""
    entry = before.get(id)
    assert entry is not None
    after = before.copied()
    after.put(msgspec.structs.replace(entry, **changes))
    return after


async def test_a_change_in_the_middle_moves_what_is_below_it() -> None:
    before = entries(*(entry(n) for n in range(6)))
    async with timeline_of(before, 20) as (app, pilot):
        after = with_changed(before, "e2", text="word " * 20, mark="done")
        app.timeline.show(after.appended(entry(6)))
        await pilot.pause()
        whole = Host()
        async with whole.run_test(size=(60, 20)) as other:
            whole.timeline.show(after.appended(entry(6)))
            await other.pause()
            assert app.lines() == whole.lines()
        assert "line 6" in "\n".join(app.lines())


async def test_what_somebody_reads_stays_in_its_place() -> None:
    """Neither a narrower screen nor an entry that lands in the past moves the entry at the top."""
    made = entries(*(entry(n, f"line {n} " + "word " * 12, minutes=n) for n in range(100)))
    async with timeline_of(made) as (app, pilot):
        app.timeline.go_to(START + timedelta(minutes=70))
        await pilot.pause()
        assert "line 70" in app.lines()[0]
        app.timeline.show(made.appended(entry(200, "from the past", minutes=5)))
        await pilot.pause()
        assert "line 70" in app.lines()[0]
        await pilot.resize_terminal(34, 10)
        await pilot.pause()
        assert "line 70" in app.lines()[0]


async def test_new_entries_below_are_announced_until_they_are_seen() -> None:
    made = entries(*(entry(n) for n in range(50)))
    async with timeline_of(made) as (app, pilot):
        app.timeline.focus()
        await pilot.press("home")
        for n in range(50, 53):
            made = made.appended(entry(n))
            app.timeline.show(made)
        app.timeline.show(made.appended(entry(60, "from the past", minutes=0)))
        await pilot.pause()
        assert app.lines()[-1] == " ‖ held at 23:06 · 3 new below · End returns"
        assert "line 6" in app.lines()[-2]
        assert len(app.timeline.render_line(9).text) == app.timeline.scrollable_content_region.width
        await pilot.press("end")
        await pilot.pause()
        assert "held" not in "\n".join(app.lines())
        assert "line 52" in "\n".join(app.lines())


async def test_the_banner_names_the_day_where_it_is_another_and_a_click_on_it_returns() -> None:
    async with timeline_of(entries(*(entry(n, minutes=n * 60) for n in range(50)))) as (app, pilot):
        app.timeline.scroll_page(-1)
        await pilot.pause()
        app.timeline.go_to(START)
        await pilot.pause()
        assert app.lines()[-1] == " ‖ held at Sun 05:00 · End returns"
        await pilot.click(Timeline, offset=(5, 9))
        await pilot.pause()
        assert app.timeline.following
        assert "line 49" in app.lines()[-1]


async def test_nothing_lies_over_the_newest_entry_while_one_above_it_is_selected() -> None:
    made = entries(*(entry(n) for n in range(50)))
    async with timeline_of(made) as (app, pilot):
        app.timeline.focus()
        await pilot.press("up", "up")
        await pilot.pause()
        assert "line 49" in app.lines()[-1]
        app.timeline.show(made.appended(entry(50)))
        await pilot.pause()
        assert app.lines()[-1].endswith("1 new below · End returns")


LONG_UPDATE = "Public #1: " + "we have found the cause and are rolling back " * 6


@pytest.mark.parametrize("width", [20, 33, 47, 60, 100, 200, 320])
def test_an_update_takes_two_lines_with_its_author_and_says_where_the_rest_is(width: int) -> None:
    update = entry(0, LONG_UPDATE.strip(), kind="update", corrected=True)
    lines, tail = body(update, width, UTC)
    whole = " ".join(lines) == update.text
    assert len(lines) == height(update, width, UTC) <= 2
    assert whole == (tail == "edited · mo")
    assert whole or tail == "more: Enter · edited · mo"[:width]
    assert cell_len(lines[-1]) + 2 + cell_len(tail) <= max(width, 2 + cell_len(tail))
    assert len(body(entry(0, update.text), 60, UTC)[0]) > 2


async def test_what_is_undone_is_hidden_and_shown_again_where_one_reads() -> None:
    made = entries(*(entry(n, undone=n % 3 == 0) for n in range(60)))
    async with timeline_of(made) as (app, pilot):
        app.timeline.go_to(START + timedelta(minutes=31))
        await pilot.pause()
        app.timeline.toggle_undone()
        await pilot.pause()
        assert [line[11:18] for line in app.lines()[:3]] == ["line 31", "line 32", "line 34"]
        assert app.timeline.hidden == 20
        app.timeline.show(with_changed(made, "e31", undone=True).appended(entry(60)))
        await pilot.pause()
        assert "line 32" in app.lines()[0]
        assert app.timeline.hidden == 21
        app.timeline.toggle_undone()
        await pilot.pause()
        assert app.timeline.hidden == 0
        assert ["undone" in line for line in app.lines()[:5]] == [False, True, False, False, True]


async def test_the_scrollbar_grows_with_the_log() -> None:
    made = Entries()
    async with timeline_of(made) as (app, pilot):
        for n in range(30):
            made = made.appended(entry(n))
            app.timeline.show(made)
            await pilot.pause()
            assert app.timeline.show_vertical_scrollbar == (n + 2 > 10)
            assert app.timeline.max_scroll_y == max(0, n + 2 - 10)
            assert f"line {n}" in app.lines()[min(n + 1, 9)]
        bar = app.timeline.vertical_scrollbar
        assert (bar.window_virtual_size, bar.position) == (31, 21)


def test_growing_is_told_from_changing() -> None:
    first = entries(entry(0), entry(1))
    second = first.appended(entry(2))
    assert second.grew_from(first)
    assert not first.grew_from(second)
    changed = with_changed(second, "e1", undone=True)
    assert not changed.grew_from(second)
    assert changed.appended(entry(3)).grew_from(changed)
    # Another line of history shares nothing with the first one's later entries.
    assert not first.appended(entry(4)).grew_from(second)


@given(st.integers(0, 2 * CHUNK + 2), st.lists(st.integers(0, 2 * CHUNK + 1)), st.integers(0, 2 * CHUNK + 2))
def test_what_changed_between_two_versions_is_found_wherever_it_stands(size: int, places: list[int], left: int) -> None:
    older = entries(*map(entry, range(size)))
    newer = older if left >= size else Entries(older[:left])
    for place in places:
        newer = (
            with_changed(newer, f"e{place}", mark="done") if place < len(newer) else newer.appended(entry(len(newer)))
        )
    changed = [(place, old, new) for place, (old, new) in enumerate(zip(older, newer, strict=False)) if old is not new]
    assert list(newer.changed_from(older)) == changed
    assert [place for place, *_ in older.changed_from(newer)] == [place for place, *_ in changed]


class Twins(App[None]):
    """Two timelines side by side: one that is told of every step, one that sees only where it led."""

    CSS = "Timeline { width: 40; height: 12; }"

    def compose(self) -> ComposeResult:
        yield Timeline(ZoneInfo("Europe/Berlin"), id="told")
        yield Timeline(ZoneInfo("Europe/Berlin"), id="fresh")


@pytest.mark.parametrize("seed", range(4))
async def test_many_small_steps_lead_where_one_large_one_does(seed: int) -> None:
    rng = random.Random(seed)
    async with Twins().run_test(size=(40, 24)) as pilot:
        told, fresh = (pilot.app.query_one(f"#{name}", Timeline) for name in ("told", "fresh"))
        told.filter = fresh.filter = filter_of("a") if seed % 2 else Filter()
        if seed > 1:
            for one in (told, fresh):
                one.toggle_undone()
        made = Entries()
        for n in range(60):
            if made and rng.random() < 0.4:
                words = " ".join(rng.choices(("a", "bb", "all of it", "b" * 50), k=rng.randint(1, 9)))
                changes = rng.choice(
                    ({"text": words}, {"text": words}, {"mark": "done"}, {"undone": rng.random() < 0.5})
                )
                made = with_changed(made, rng.choice(made).id, **changes)
            elif made and rng.random() < 0.2:
                # As a replay does that goes back.
                made = Entries(made[: rng.randint(len(made) // 2, len(made))])
            else:
                for extra in range(rng.randint(1, 3)):
                    minutes = rng.choice((n * 60, n * 60, rng.randint(0, n * 60 + 1)))
                    made = made.appended(entry(n * 10 + extra, rng.choice(("a", "b", "a b " * 20)), minutes=minutes))
            told.show(made)
        fresh.show(made)
        await pilot.pause()
        assert told.virtual_size == fresh.virtual_size
        assert told.hidden == fresh.hidden
        for line in range(0, fresh.virtual_size.height, 12):
            for one in (told, fresh):
                one.scroll_to(y=line, animate=False, force=True)
            await pilot.pause()
            assert [told.render_line(y).text for y in range(12)] == [fresh.render_line(y).text for y in range(12)]


def test_the_lines_of_a_text_keep_their_indentation() -> None:
    lines = ["Traceback:", "  File x, line 3", "    raise Boom"]
    assert wrap("Traceback:\n  File x, line 3\n\traise Boom", 20) == lines
