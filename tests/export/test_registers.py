"""Registers across incidents: what comes first, and what is left out."""

from datetime import timedelta

import pytest

from console.core.subjects.action_item import ActionItems, AddAction, FinishAction
from console.core.subjects.done import Finish
from console.core.subjects.fix import AddFix
from console.core.subjects.undo import Undo
from console.export.registers import action_register, action_view, fix_register, fix_view
from tests.core.story import Story

pytestmark = pytest.mark.rule

DAY = timedelta(days=1)


def stories() -> tuple[Story, Story]:
    first, second = Story(), Story()
    first.does(AddAction, text="no date yet")
    first.does(AddAction, text="next week", due_at=first.now + 7 * DAY)
    second.does(AddAction, text="tomorrow", due_at=first.now + DAY, priority="P0")
    second.does(AddAction, text="yesterday's", due_at=first.now + timedelta(hours=1))
    second.does(AddAction, text="finished")
    second.does(FinishAction, action="3")
    return first, second


def texts(*told: Story, only_open: bool = False) -> list[str]:
    now = told[0].now + timedelta(hours=2)
    return [one.item.text for one in action_register([one.state for one in told], now, only_open=only_open)]


def test_overdue_first_then_by_date_then_without_one_then_done() -> None:
    assert texts(*stories()) == ["yesterday's", "tomorrow", "next week", "no date yet", "finished"]
    assert texts(*stories(), only_open=True) == ["yesterday's", "tomorrow", "next week", "no date yet"]


def test_what_was_undone_or_belongs_to_a_withdrawn_incident_is_in_no_register() -> None:
    first, second = stories()
    first.does(Undo, entry=next(iter(first.state.part(ActionItems).items)))
    second.does(Undo, entry=second.state.declared_id)
    assert texts(first, second) == ["next week"]


def test_fixes_in_place_stand_first_the_oldest_at_the_top() -> None:
    story = Story()
    for minute, text in enumerate(("oldest", "removed", "newest")):
        story.at(minute).does(AddFix, text=text, ticket="OPS-1")
    story.does(Finish, what="removed")
    rows = fix_register([story.state])
    assert [(row.fix.text, row.status) for row in rows] == [
        ("oldest", "in place"),
        ("newest", "in place"),
        ("removed", "removed"),
    ]
    assert [fix.fix.text for fix in fix_register([story.state], only_open=True)] == ["oldest", "newest"]
    assert fix_view(rows[2]).removed_at == "2026-11-21T14:02:00.000Z"


def test_json_has_null_where_nothing_is_known() -> None:
    story = Story()
    story.does(AddAction, text="Add an alert")
    row = action_view(action_register([story.state], story.now)[0])
    assert (row.owner, row.priority, row.due_at, row.status) == (None, None, None, "open")
