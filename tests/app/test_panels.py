"""The room's side column, line by line."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.app.presence import Seat
from console.app.widgets.countdown import used_bar
from console.app.widgets.panels import (
    changes,
    impact,
    next_check,
    next_stage,
    nudge_line,
    open_work,
    owed,
    roles,
    strip,
)
from console.core.advice.facts import Nudge
from console.core.language.times import due_words
from console.core.log.clocks import open_clocks
from console.core.subjects.change import ClaimChange, EndChange
from console.core.subjects.component import SetComponent
from console.core.subjects.role import AssignRole
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.core.subjects.undo import Undo
from tests.core.story import Story


@pytest.mark.parametrize(
    ("hours", "zone", "words"),
    [
        (1, "UTC", "15:00"),
        (10, "UTC", "Sun 00:00"),
        (-15, "UTC", "Fri 23:00"),
        (9, "Asia/Tokyo", "Sun 08:00"),  # it is 23:00 of the 21st there
        (24 * 6, "UTC", "Fri 14:00"),
        (24 * 7, "UTC", "28 Nov"),
        (24 * 400, "UTC", "26 Dec"),
    ],
)
def test_what_is_owed_on_another_day_names_it(hours: int, zone: str, words: str) -> None:
    now = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
    said = due_words(now + timedelta(hours=hours), now, ZoneInfo(zone))
    assert said == words


def test_the_column_of_what_is_owed_stays_straight_with_any_countdown() -> None:
    story = Story()
    story.does(AddTask, text="ask the vendor", owner="al", due_in=timedelta(days=12))
    story.at(60 * 24 * 16)
    lines = [line.plain for line in owed(open_clocks(story.state, story.now), story.now, UTC, 36)]
    assert len(lines) > 3
    assert {len(line) for line in lines} == {36}


def test_the_time_used_up_is_a_bar_that_is_full_only_when_it_is_overdue() -> None:
    story = Story("SEV1")
    (clock,) = [clock for clock in open_clocks(story.state, story.now) if clock.key == "update:internal"]
    bars = [used_bar(clock, clock.starts_at + timedelta(minutes=minute), 5) for minute in range(-3, 30)]
    assert {len(used) + len(rest) for used, rest in bars} == {5}
    assert bars[0] == bars[3] == ("", "─────")
    assert bars[18] == ("━━", "╾──")
    assert bars[-1] == ("━━━━", "╾")
    assert [len(rest) for _, rest in bars] == sorted((len(rest) for _, rest in bars), reverse=True)
    (late,) = [clock for clock in open_clocks(story.state, story.at(30).now) if clock.key == "update:internal"]
    assert used_bar(late, story.now, 5) == ("━━━━┫", "")


@pytest.mark.parametrize("width", [36, 44, 60])
def test_what_is_owed_and_its_bar_stand_in_columns(width: int) -> None:
    story = Story()
    story.does(
        AddTask, text="ask the vendor about the limit of the gateway", owner="alexandra", due_in=timedelta(hours=9)
    )
    clocks = open_clocks(story.at(20).state, story.now)
    lines = [line.plain for line in owed(clocks, story.now, UTC, width)]
    assert {len(line) for line in lines} == {width}
    # Where the panel is narrow, words take the place of every bar.
    assert len({bar.span() for line in lines for bar in re.finditer("[━╾─┫]+", line)}) == (width > 36)


def test_a_component_that_was_hit_is_past_once_the_incident_is_over() -> None:
    story = Story("SEV3")
    story.does(SetComponent, component="checkout", status="partial")
    assert "◐ checkout     partial" in [line.plain for line in impact(story.state)]
    story.does(MoveStage, stage="closed", override="it was a false alarm")
    assert "  checkout     was partial" in [line.plain for line in impact(story.state)]


def test_a_change_in_flight_says_who_what_since_when_and_how_it_is_rolled_back() -> None:
    story = Story("SEV1").at(5)
    assert changes(story.state, story.now, UTC, 40) == []
    story.does(ClaimChange, text="drain db-3", rollback="undrain it", actor="rs")
    story.does(ClaimChange, text="restart the api", despite=True)
    lines = [line.plain for line in changes(story.at(20).state, story.now, UTC, 40)]
    assert lines[:3] == ["± drain db-3", "  rs, since 14:05", "  rollback plan: undrain it"]
    assert lines[4:] == ["  mo, since 14:05", "  no rollback plan"]
    assert "± IN FLIGHT mo: restart the api and 1 more, no rollback plan" in strip(story.state, 120).plain
    story.does(EndChange, change="drain")
    story.does(EndChange)
    assert changes(story.state, story.now, UTC, 40) == []
    assert "±" not in strip(story.state, 120).plain


def test_a_change_in_many_words_leaves_the_vacant_roles_in_view() -> None:
    story = Story()
    story.does(ClaimChange, text="restart each of the forty api hosts, one after the other, and watch", actor="mo")
    for width in (78, 100, 118):
        shown = strip(story.state, width).plain
        assert "IN FLIGHT mo: restart each" in shown
        assert "no IC, Scribe, Comms" in shown[:width]


def test_a_stage_has_the_same_number_as_in_the_list_of_stages() -> None:
    story = Story("SEV1")
    assert story.state.playbook is not None
    stages = [stage.name for stage in story.state.playbook.stages]
    for name in stages[stages.index("declared") : -1]:
        if name == "closed":
            break
        if name != story.state.stage.value:
            story.does(MoveStage, stage=name, override="on with it")
        following = story.state.playbook.after(name)
        assert following is not None
        first = next_stage(story.state, story.now)[0].plain
        assert f"{stages.index(following.name) + 1} in the list" in first


def test_the_panels_of_a_withdrawn_incident_ask_for_nothing() -> None:
    story = Story("SEV1")
    story.does(Undo, entry=story.state.declared_id)
    assert story.state.withdrawn
    state, now = story.state, story.now
    for lines in (roles(state, now, 40, "mo"), next_stage(state, now), impact(state), open_work(state, 40)):
        assert [line.plain for line in lines] == ["withdrawn"]
    assert next_check(state, now, "mo", 40) == []


def test_here_are_only_those_with_a_console_open() -> None:
    story = Story("SEV1")
    story.does(AssignRole, role="ic", person="dana")
    assert not any("Here" in line.plain for line in roles(story.state, story.now, 40, "mo"))
    ref = story.state.ref
    seats = (Seat("rs", ref), Seat("al", ref), Seat("lee", ""), Seat("kim", "INC-QB9K"))
    lines = [line.plain for line in roles(story.state, story.now, 40, "mo", seats)[-2:]]
    assert lines == ["         al", "Elsewhere lee (board), kim (INC-QB9K)"]
    busy = (Seat("rs", ref, "lisa", "line"), Seat("al", ref, doing="composer"), Seat("kim", ref, doing="<b>hacks</b>"))
    lines = [line.plain for line in roles(story.state, story.now, 40, "mo", busy)[-3:]]
    assert lines == [
        "Here     rs on lisa        typing a line",
        "         al            writing an update",
        "         kim",
    ]
    assert {len(line) for line in lines[:2]} == {40}
    assert "here: rs on lisa, typing a line" in strip(story.state, 100, seats=busy[:1]).plain


@pytest.mark.parametrize("count", [1, 3])
def test_of_an_advice_that_fills_its_line_nothing_is_cut_for_what_stands_behind_it(count: int) -> None:
    advice = "Database on-call: nobody has been paged in the 10m that the playbook allows."
    line = nudge_line((Nudge("page", advice, "", "page", "/page "),) * count, 90).plain
    assert line == f"☞ {advice}  Alt+w"
    assert nudge_line((Nudge("page", advice, "", "page", "/page "),) * count, 140).plain.startswith(
        f"☞ {advice}  Alt+w "
    )
