"""The timeline as Markdown: read by people, and read back by the import."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.core.subjects.change import ClaimChange
from console.core.subjects.entry import LogEntry
from console.core.subjects.stage import MoveStage
from console.core.subjects.undo import Undo
from console.export.timeline import timeline_markdown
from console.intake.timeline import read_timeline
from tests.core.story import START, Story

pytestmark = pytest.mark.rule

ZONES: list[tzinfo] = [
    UTC,
    *map(ZoneInfo, ("Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Shanghai")),
    ZoneInfo("Pacific/Auckland"),
    timezone(timedelta(hours=-9, minutes=-30)),
]
ELSEWHERE = ZoneInfo("Asia/Tokyo")
"""Where the file is read back; its own zone must not matter."""

WORDS = st.text("abcdefghijklmnop ,.", min_size=1, max_size=60).map(str.split).map(" ".join).map("x{}".format)
BACK = st.integers(min_value=0, max_value=400 * 24 * 60)


def story_of(entries: list[tuple[int, str]]) -> Story:
    """Notes logged as of so many minutes ago, in an incident that is a year old and more."""
    story = Story().at(400 * 24 * 60)
    for minutes, text in entries:
        story.does(LogEntry, text=text, at=story.now - timedelta(minutes=minutes))
    return story


def read_back(story: Story, zone: tzinfo) -> list[tuple[datetime, str]]:
    found = read_timeline(timeline_markdown(story.state, zone), now=story.now, zone=ELSEWHERE)
    assert found.skipped == ()
    assert found.title == "INC-K7Q2 Checkout errors"
    return [(line.occurred_at, line.text) for line in found.lines]


@pytest.mark.rule("Rapid: The timeline is reconstructed with times")
@pytest.mark.parametrize("zone", ZONES, ids=str)
@given(st.lists(st.tuples(BACK, WORDS), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_what_is_exported_is_read_back_to_the_minute(zone: tzinfo, entries: list[tuple[int, str]]) -> None:
    story = story_of(entries)
    written = [(story.now - timedelta(minutes=minutes), f"{text} (mo)") for minutes, text in entries]
    written.append((START, "Declared SEV1: Checkout errors (mo)"))

    assert sorted(read_back(story, zone)) == sorted(written)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
@example("14:35 it was")
@example("- 14:35 UTC: it was")
@example("# 2020-01-01")
@example("**2020-01-01**\n14:00 two\n15:00 three")
@example("| a | b |\n|---|---|")
@example("<!-- ")
@example("```")
@settings(max_examples=100, deadline=None)
def test_no_text_moves_a_time_or_makes_an_entry(text: str) -> None:
    story = story_of([(90, f"x {text} x"), (60, "after")])
    moments = [START, story.now - timedelta(minutes=90), story.now - timedelta(minutes=60)]

    assert [at for at, _ in read_back(story, ZoneInfo("Europe/Berlin"))] == moments


def test_it_reads_as_a_person_would_write_it() -> None:
    story = Story()
    story.at(10).does(LogEntry, text="roll back\nto v2.3.3", kind="decision")
    story.at(11).does(LogEntry, text="mistyped")
    story.does(Undo)

    assert timeline_markdown(story.state, ZoneInfo("Europe/Berlin")) == (
        "# INC-K7Q2 Checkout errors\n\nAll times are UTC+01:00 (CET).\n\n**Saturday 21 November 2026**\n\n"
        "- 15:00 Declared SEV1: Checkout errors (mo)\n- 15:10 **Decision:** roll back to v2.3.3 (mo)\n"
    )


def test_clocks_that_are_changed_meanwhile_are_stated_again() -> None:
    shown = timeline_markdown(story_of([(250 * 24 * 60, "x")]).state, ZoneInfo("Europe/Berlin"))

    assert "All times are UTC+01:00 (CET)." in shown
    assert "From here on all times are UTC+02:00 (CEST)." in shown


def test_a_change_in_flight_and_a_passed_gate_say_so_and_are_read_back() -> None:
    story = Story()
    story.at(1).does(ClaimChange, text="restart the cache", rollback="start the old one")
    story.at(2).does(MoveStage, stage="monitoring")
    story.at(3).does(MoveStage, stage="closed", override="False alarm: nobody was affected")
    lines = timeline_markdown(story.state, UTC).splitlines()

    assert "- 14:01 Change: restart the cache (back: start the old one) — *in flight* (mo)" in lines
    assert lines[-1].startswith("- 14:03 Stage → Closed (override: False alarm: nobody was affected; ")
    assert " — *not met: It must be stable for 29m more; " in lines[-1]
    assert [at.minute for at, _ in read_back(story, UTC)] == [0, 1, 2, 3]
