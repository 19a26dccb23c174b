"""The room's side column, line by line."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.app.widgets.panels import due_words, impact, owed
from console.core.subjects.component import SetComponent
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
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
    lines = [line.plain for line in owed(story.state, story.now, UTC, 36)]
    assert len(lines) > 3
    assert {len(line) for line in lines} == {36}


def test_a_component_that_was_hit_is_past_once_the_incident_is_over() -> None:
    story = Story("SEV3")
    story.does(SetComponent, component="checkout", status="partial")
    assert "◐ checkout     partial" in [line.plain for line in impact(story.state, 36)]
    story.does(MoveStage, stage="closed", override="it was a false alarm")
    assert "  checkout     was partial" in [line.plain for line in impact(story.state, 36)]
