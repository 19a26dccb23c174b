"""The last entries: those that happened last, however they came into the log."""

from datetime import timedelta

from console.core.log.activity import activity, latest_entries
from console.core.log.state import Incident
from console.core.subjects.entry import LogEntry
from console.core.subjects.undo import Undo
from tests.core.story import START, Story

STEP = timedelta(minutes=3)


def latest(story: Story, count: int) -> list[str]:
    return [entry.text for entry in latest_entries(story.state, count)]


def test_the_last_entries_are_what_happened_last_however_they_came() -> None:
    story = Story("SEV1")
    last = story.at(10).does(LogEntry, text="the last")
    for number in range(30):
        story.now += timedelta(seconds=1)
        story.does(LogEntry, text=f"late {number}", at=START + timedelta(minutes=1))
    assert latest(story, 1) == ["the last"]
    assert latest(story, 3) == ["the last", "late 29", "late 28"]
    story.does(Undo, entry=last)
    assert latest(story, 1) == ["late 29"]


def test_there_are_no_more_last_entries_than_there_are() -> None:
    assert len(latest(Story("SEV1"), 5)) == 1
    assert latest_entries(Incident("INC-0000"), 1) == []


def test_activity_counts_what_happened_in_each_step_and_holds_still_until_the_next() -> None:
    story = Story("SEV1")
    for minutes in (0, 1, 7, 8):
        story.at(minutes).does(LogEntry, text="seen")
    story.at(8).does(LogEntry, text="long ago", at=START - timedelta(minutes=40))
    undone = story.does(LogEntry, text="slip")
    story.does(Undo, entry=undone)
    # The declaration counts, too.
    assert activity(story.state, story.now, STEP, 4) == [0, 3, 0, 2]
    assert activity(story.state, START + timedelta(minutes=8, seconds=59), STEP, 4) == [0, 3, 0, 2]
    assert activity(story.state, START + timedelta(minutes=9), STEP, 4) == [3, 0, 2, 0]
    assert activity(story.state, START + timedelta(hours=2), STEP, 4) == [0, 0, 0, 0]


def test_an_undo_is_no_activity_of_its_own() -> None:
    story = Story("SEV1")
    before = sum(activity(story.state, story.now, STEP, 20))
    story.does(Undo, entry=story.does(LogEntry, text="slip"))
    assert sum(activity(story.state, story.now, STEP, 20)) == before
