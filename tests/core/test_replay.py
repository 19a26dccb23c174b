"""A replay is the fold of what was known by then, at any moment and in whatever order the moments are asked for."""

import random
from datetime import timedelta

import pytest

from console.core.log import replay as replays
from console.core.log.clocks import open_clocks
from console.core.log.fold import fold
from console.core.log.replay import Replay, known_moments
from console.core.subjects.entry import CorrectEntry, LogEntry
from console.core.subjects.role import AssignRole, holder_of
from console.core.subjects.undo import Undo
from tests.core.story import START, Story
from tests.export.anylog import AnyLog


@pytest.mark.parametrize("every", [3, 17, 1000])
@pytest.mark.parametrize("seed", range(8))
def test_at_any_moment_it_is_the_fold_of_what_was_known_by_then(
    monkeypatch: pytest.MonkeyPatch, seed: int, every: int
) -> None:
    story, dice = AnyLog(seed), random.Random(seed)
    # A third was written on another machine, and came over minutes or hours later.
    arrived = {
        event.id: event.recorded_at + timedelta(minutes=dice.choice((0.1, 4, 90)))
        for event in story.events[1:]
        if dice.random() < 0.3
    }
    known = {event.id: arrived.get(event.id, event.recorded_at) for event in story.events}
    monkeypatch.setattr(replays, "MARK_EVERY", every)
    monkeypatch.setattr(replays, "MARKS", 10**6)
    replay = Replay(story.state.ref, story.events, arrived)
    moments = replay.steps
    assert moments == sorted(set(known.values()))
    asked = [dice.choice(moments) + timedelta(seconds=dice.choice((-1, 0, 40))) for _ in range(12)]
    for at in (*asked, moments[-1], *moments[::-4], *moments[::6]):
        then = replay.at(at)
        by_then = fold(story.state.ref, [event for event in story.events if known[event.id] <= at])
        assert then.state == by_then
        assert open_clocks(then.state, at) == open_clocks(by_then, at)
        missing = {
            entry.id for entry in story.state.entries if not entry.undone and entry.occurred_at <= at < known[entry.id]
        }
        assert {each.entry.id for each in then.not_yet} == missing
        assert all(each.known_at == known[each.entry.id] for each in then.not_yet)


def test_every_step_leads_to_the_next_moment_and_back() -> None:
    replay = Replay("INC-K7Q2", AnyLog(3).events)
    first, *others = replay.steps
    at, passed = first, []
    while (following := replay.after(at)) is not None:
        passed.append(at := following)
    assert passed == others
    while (before := replay.before(at)) is not None:
        at = before
    assert at == first
    assert replay.before(first) is None
    assert replay.after(first - timedelta(days=1)) == first


def test_who_led_is_true_for_then_and_what_was_undone_or_corrected_later_stands_as_it_did() -> None:
    story = Story()
    story.at(2).does(AssignRole, role="ic", person="ana")
    entry = story.at(3).does(LogEntry, text="the pool is full")
    story.at(10).does(CorrectEntry, entry=entry, text="the pool is empty")
    story.at(12).does(AssignRole, role="ic", person="rs")
    story.at(20).does(Undo, entry=entry)
    replay = Replay(story.state.ref, story.events)

    def then(minute: float) -> tuple[str, str, bool]:
        state = replay.at(START + timedelta(minutes=minute)).state
        told = state.entries.get(entry)
        return holder_of(state, "ic"), told.text if told else "", bool(told and told.undone)

    assert then(20) == ("rs", "the pool is empty", True)
    assert then(5) == ("ana", "the pool is full", False)
    assert then(12) == ("rs", "the pool is empty", False)
    assert then(2.5) == ("ana", "", False)


def test_what_came_with_the_incident_counts_from_when_it_was_written_and_what_came_later_from_its_arrival() -> None:
    story = Story()
    early, late = story.at(5).does(LogEntry, text="early"), story.at(30).does(LogEntry, text="late")
    ours = story.at(40).does(LogEntry, text="ours")
    declared = story.events[0].id
    joined, after = START + timedelta(minutes=20), START + timedelta(minutes=50)
    known = known_moments(story.events, {declared: joined, early: joined, late: after})
    assert {id: known[id] - START for id in (declared, early, late, ours)} == {
        declared: timedelta(), early: timedelta(minutes=5), late: timedelta(minutes=50), ours: timedelta(minutes=40),
    }  # fmt: skip


def test_a_state_shares_with_the_one_before_it_the_entries_that_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "MARK_EVERY", 7)
    story = Story()
    for minute in range(40):
        story.at(minute).does(LogEntry, text=f"line {minute}")
    replay = Replay(story.state.ref, story.events)
    before = replay.at(replay.steps[-1]).state
    for at in reversed(replay.steps):
        state = replay.at(at).state
        for entry in state.entries:
            if entry == (same := before.entries.get(entry.id)):
                assert entry is same
        before = state
