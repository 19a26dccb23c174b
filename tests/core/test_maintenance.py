"""A planned maintenance: its window, its stages, its reminders, and what it has of an incident."""

from datetime import UTC, timedelta

import pytest

from console.core.log.clocks import elapsed, open_clocks
from console.core.log.conflicts import conflicts_of
from console.core.log.state import Window
from console.core.memory.case import case_of
from console.core.refusal import Refused
from console.core.subjects.component import SetComponent, components_of
from console.core.subjects.maintenance import AdvanceMaintenance, MoveMaintenance, window_read
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.undo import Undo
from console.core.subjects.update import PostUpdate, last_update
from tests.core.story import HOUR, NIGHT, START, Maintenance, Story

pytestmark = pytest.mark.rule

LATER = Window(START + 34 * HOUR, START + 36 * HOUR)


@pytest.fixture
def planned() -> Maintenance:
    return Maintenance()


def told(text: str = "Searches may be slow.") -> PostUpdate:
    return PostUpdate(actor="mo", audience="public", text=text)


def test_it_goes_from_its_plan_to_its_end(planned: Maintenance) -> None:
    assert planned.state.planned == NIGHT
    assert (planned.state.open, planned.state.severity.value, planned.state.stage.value) == (True, "", "scheduled")
    planned.at(605)
    planned.begins()
    assert elapsed(planned.state, planned.now + HOUR) == ("in progress", HOUR)
    planned.at(700)
    planned.completes()
    assert not planned.state.open
    assert elapsed(planned.state, planned.now + 9 * HOUR) == ("lasted", timedelta(minutes=95))


def test_it_is_reminded_of_before_it_begins_at_its_begin_and_at_its_end(planned: Maintenance) -> None:
    assert planned.owed() == [("begin", "running")]
    assert planned.owed(541) == [("begin", "warning")]
    assert planned.owed(601) == [("begin", "overdue")]
    planned.begins()
    assert planned.owed() == [("complete", "running")]
    assert planned.owed(721) == [("complete", "overdue")]
    planned.completes()
    assert planned.owed() == []


def test_its_components_are_under_maintenance_once_it_has_begun(planned: Maintenance) -> None:
    def words() -> str:
        return next(entry.text for entry in reversed(planned.state.entries) if entry.kind == "component")

    planned.does(SetComponent, component="search", status="degraded")
    assert words() == "search: degraded"
    planned.does(SetComponent, component="search", status="maintenance")
    assert words() == "search: maintenance planned"
    planned.begins()
    assert words() == "search: maintenance planned"
    planned.does(SetComponent, component="login", status="maintenance")
    assert words() == "login: maintenance"


def test_one_that_is_cancelled_owes_nothing(planned: Maintenance) -> None:
    planned.does(AdvanceMaintenance, stage="cancelled", reason="the vendor moved it")
    assert planned.owed(800) == []
    assert planned.state.entries[-1].text == "Maintenance cancelled: the vendor moved it"


def test_a_window_moves_and_an_undo_moves_it_back(planned: Maintenance) -> None:
    planned.does(MoveMaintenance, window=LATER)
    assert [clock.due_at for clock in open_clocks(planned.state, planned.now)] == [LATER.starts_at]
    planned.does(Undo)
    assert planned.state.planned == NIGHT


def test_a_begin_that_is_undone_is_owed_again(planned: Maintenance) -> None:
    planned.at(590)
    planned.begins()
    planned.does(Undo)
    assert planned.state.stage.value == "scheduled"
    assert planned.owed() == [("begin", "warning")]


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (MoveMaintenance(actor="mo", window=NIGHT), "starts"),
        (MoveMaintenance(actor="mo", window=Window(NIGHT.until, NIGHT.starts_at)), "until"),
        (MoveMaintenance(actor="mo", window=Window(START - 2 * HOUR, START - HOUR)), "until"),
        (AdvanceMaintenance(actor="mo", stage="completed"), "stage"),
        (PostUpdate(actor="mo", audience="public", text="It has begun.", status="in_progress"), "status"),
        (PostUpdate(actor="mo", audience="public", text="It has begun.", status="resolved"), "status"),
        (MoveStage(actor="mo", stage="next"), ""),
        (ChangeSeverity(actor="mo", severity="SEV1"), ""),
        (SetMilestone(actor="mo", milestone="resolved", moment=START), ""),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value or "whole",
)
def test_what_it_has_no_use_for_is_refused(planned: Maintenance, command: object, field: str) -> None:
    with pytest.raises(Refused) as refused:
        planned.carries_out(command)  # type: ignore[arg-type]  # commands, all of them
    assert refused.value.field == field


def test_each_step_is_made_once(planned: Maintenance) -> None:
    planned.at(600)
    planned.begins()
    with pytest.raises(Refused):
        planned.begins()
    planned.completes()
    for stage in ("in_progress", "completed", "cancelled"):
        with pytest.raises(Refused):
            planned.does(AdvanceMaintenance, stage=stage)


def test_once_it_has_begun_only_its_end_moves(planned: Maintenance) -> None:
    planned.at(600)
    planned.begins()
    with pytest.raises(Refused):
        planned.does(MoveMaintenance, window=LATER)
    planned.does(MoveMaintenance, window=Window(NIGHT.starts_at, NIGHT.until + HOUR))
    assert planned.owed(730) == [("complete", "running")]


def test_its_updates_have_its_stage_for_their_status_and_go_with_each_step() -> None:
    planned = Maintenance(update=told())
    assert last(planned) == "scheduled"
    planned.does(MoveMaintenance, window=LATER, update=told("It moves by a day."))
    assert last(planned) == "scheduled"
    planned.does(AdvanceMaintenance, stage="in_progress", update=told("It has begun."))
    assert last(planned) == "in_progress"
    planned.carries_out(told("Half of it is done."))
    assert last(planned) == "in_progress"
    planned.does(AdvanceMaintenance, stage="completed", update=told("It is done."))
    update = last_update(planned.state, "public")
    assert update is not None
    assert (update.status, update.final) == ("completed", True)


def last(story: Story) -> str:
    update = last_update(story.state, "public")
    return update.status if update else ""


def test_its_components_are_named_with_the_plan() -> None:
    assert {name: each.value for name, each in components_of(Maintenance(components=("search",)).state).items()} == {
        "search": "maintenance"
    }


def test_two_who_moved_it_apart_are_asked_to_settle_it(planned: Maintenance) -> None:
    before = planned.state
    planned.does(MoveMaintenance, window=LATER)
    other = MoveMaintenance(actor="ana", window=Window(NIGHT.starts_at + HOUR, NIGHT.until + HOUR))
    planned.arrives(other.decide(before, planned.now, planned.now), "ana")
    assert [field for field, *_ in conflicts_of(planned.state)] == ["window"]
    planned.does(MoveMaintenance, window=LATER)
    assert conflicts_of(planned.state) == []


def test_one_who_cancels_while_another_begins_is_settled_by_either(planned: Maintenance) -> None:
    before = planned.state
    planned.begins()
    other = AdvanceMaintenance(actor="ana", stage="cancelled")
    planned.arrives(other.decide(before, planned.now, planned.now), "ana")
    assert [field for field, *_ in conflicts_of(planned.state)] == ["stage"]
    planned.does(AdvanceMaintenance, stage="cancelled")
    assert (conflicts_of(planned.state), planned.state.stage.value) == ([], "cancelled")


def test_no_incident_begins_or_moves() -> None:
    story = Story()
    for command in (AdvanceMaintenance(actor="mo", stage="in_progress"), MoveMaintenance(actor="mo", window=NIGHT)):
        with pytest.raises(Refused):
            story.carries_out(command)


def test_it_is_no_case_of_the_past(planned: Maintenance) -> None:
    planned.at(600)
    planned.begins()
    planned.completes()
    assert case_of(planned.state) is None


@pytest.mark.parametrize(
    ("starts", "until", "length"),
    [
        ("2026-11-22 00:00 UTC", "02:00", None),
        ("in 10h", "", 2 * HOUR),
        ("2026-11-22 01:00 CET", "2026-11-22 02:00 UTC", None),
    ],
)
def test_a_window_is_read_as_it_is_said(starts: str, until: str, length: timedelta | None) -> None:
    assert window_read(starts, until, length, now=START + timedelta(seconds=35), zone=UTC) == NIGHT


def test_in_the_prompt_a_window_moves_with_its_two_ends(planned: Maintenance) -> None:
    planned.says("/maintenance move 2026-11-23 00:00 to 02:00")
    assert planned.state.planned == LATER
