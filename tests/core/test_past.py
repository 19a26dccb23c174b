"""The history: what is told of an incident that is over, and which are told."""

from datetime import timedelta

import pytest

from console.core.log.clocks import promises
from console.core.log.milestones import durations, milestones
from console.core.memory.case import Case, case_of
from console.core.memory.past import ORDERS, Only, only_of, past
from console.core.subjects.action_item import AddAction, FinishAction
from console.core.subjects.component import SetComponent
from console.core.subjects.fix import AddFix
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.postmortem import AssignPostmortem, EditPostmortem, ReviewPostmortem
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.undo import Undo
from tests.core.story import START, Story


def told(story: Story) -> Case:
    case = case_of(story.state)
    assert case is not None
    return case


def test_a_case_says_what_every_other_place_says() -> None:
    story = Story("SEV2").at(3)
    story.does(ChangeSeverity, severity="SEV1")
    story.does(SetMilestone, milestone="impact_started", moment=START - timedelta(minutes=10))
    story.at(20).says("> rolled back the driver #stopped #db", "rs")
    story.does(MoveStage, stage="resolving", override="at once")
    story.at(22).does(ChangeSeverity, severity="SEV2", reason="only a few")
    story.at(25).does(MoveStage, stage="monitoring")
    story.at(70).does(MoveStage, stage="closed", override="False alarm")
    case = told(story)
    assert case.at == milestones(story.state)
    assert case.spans == durations(story.state)
    assert case.promises == promises(story.state, story.now)
    assert case.lasted == timedelta(minutes=30)
    assert (case.severity, case.stopped, case.cause) == ("SEV1", "rolled back the driver #stopped #db", "")
    assert (case.kind, case.open, case.over_at) == ("live", False, story.now)
    assert case.tags == ("db",)


def test_a_team_is_a_tag_that_says_so() -> None:
    story = Story()
    story.says("* slow #Team-Payments #db")
    story.does(SetComponent, component="checkout", status="major")
    case = told(story)
    assert (case.teams, case.tags, case.components) == (("payments",), ("db",), ("checkout",))


def test_how_often_it_came_back() -> None:
    story = Story().at(5)
    for stage in ("mitigating", "monitoring", "mitigating", "monitoring", "investigating", "monitoring"):
        story.does(MoveStage, stage=stage, override="so it is")
    assert told(story).relapses == 2


def test_what_was_withdrawn_is_no_case() -> None:
    story = Story()
    story.does(Undo, entry=story.state.declared_id)
    assert case_of(story.state) is None


def test_what_is_owed_and_whether_it_was_done_in_time() -> None:
    story = Story().at(5)
    story.does(AddAction, text="alarm", owner="rs", due_at=START + timedelta(days=2))
    story.does(AddAction, text="limit", owner="rs", due_at=START + timedelta(days=3))
    story.does(AddAction, text="test")
    story.does(AddFix, text="a bypass", owner="rs")
    story.at(60 * 24 * 2.5).does(FinishAction, action="1")
    case = told(story)
    now = START + timedelta(days=9)
    assert [action.status(now) for action in case.actions] == ["late", "overdue", "open"]
    assert [action.text for action in case.open_actions] == ["limit", "test"]
    assert [fix.text for fix in case.open_fixes] == ["a bypass"]


def test_the_postmortem_is_told_as_it_stands() -> None:
    story = Story("SEV1").at(5)
    assert told(story).postmortem_words(story.now) == "to come"
    story.does(MoveStage, stage="closed", override="False alarm")
    assert told(story).postmortem_words(story.now) == "not begun"
    late = story.now + timedelta(days=3)
    assert told(story).postmortem_words(late) == "not begun, overdue"
    story.does(EditPostmortem, section="summary", text="It was the disk.")
    assert told(story).postmortem_words(story.now) == "draft"
    story.does(AssignPostmortem, person="rs")
    story.does(ReviewPostmortem, state="in-review")
    assert told(story).postmortem_words(late) == "in review, overdue"
    story.does(ReviewPostmortem, state="final")
    assert told(story).postmortem_words(late) == "final"
    assert told(Story("SEV4")).postmortem_words(late) == "not asked for"


def test_a_filter_is_read_by_the_look_of_its_words() -> None:
    assert only_of("pool #DB @Ana 90d Drill Über") == Only(
        words=("pool", "uber"), tag="db", person="ana", within=timedelta(days=90), kind="drill"
    )
    assert only_of("  ") == Only()


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("checkout", True), ("CHECK", True), ("sev1", True), ("sev2", False), ("#che", True), ("#pay", False),
        ("@mo", False), ("@rs", True), ("live", True), ("drill", False), ("1d", False), ("3d", True), ("pool", False),
    ],
)  # fmt: skip
def test_a_filter_takes_what_fits(typed: str, taken: bool) -> None:
    story = Story("SEV1").at(5)
    story.does(SetComponent, component="checkout", status="major")
    story.does(AddAction, text="alarm", owner="rs")
    story.does(MoveStage, stage="closed", override="False alarm")
    assert bool(past([told(story)], only_of(typed), START + timedelta(days=2))) is taken


def test_only_what_is_over_is_past() -> None:
    open_one, closed = Story(), Story().at(5)
    closed.does(MoveStage, stage="closed", override="False alarm")
    cases = [told(open_one), told(closed)]
    for order in ORDERS:
        assert past(cases, Only(), START, order) == [told(closed)]
