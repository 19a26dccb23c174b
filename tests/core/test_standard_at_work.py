"""What the standard process owes in a running incident: its figures as clocks, gates and advice."""

from datetime import timedelta

import pytest

from console.core.advice.rules import nudges
from console.core.playbook.gates import missing
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.role import AssignRole
from console.core.subjects.stage import MoveStage
from console.core.subjects.update import PostUpdate
from tests.core.story import START, Story

FALSE_ALARM = "False alarm: nobody was affected"


def closed(severity: str) -> Story:
    story = Story(severity)
    story.does(MoveStage, stage="closed", override=FALSE_ALARM)
    return story


def advised(story: Story) -> set[str]:
    return {one.id for one in nudges(story.state, story.now)}


@pytest.mark.rule("Standard: Acknowledged within 5 minutes")
@pytest.mark.parametrize("severity", ["SEV0", "SEV1", "SEV2"])
@pytest.mark.parametrize(("before", "state"), [(5, "kept"), (6, "late")])
def test_an_alert_is_to_be_acknowledged_within_five_minutes(severity: str, before: int, state: str) -> None:
    story = Story(severity, stage="detected")
    story.does(SetMilestone, milestone="detected", moment=START - timedelta(minutes=before))
    clock = story.clock("acknowledge")
    assert clock.due_at - clock.starts_at == timedelta(minutes=5)
    assert clock.state == state


@pytest.mark.rule("Standard: SEV3: a ticket and no alert")
@pytest.mark.parametrize("severity", ["SEV3", "SEV4"])
def test_a_ticket_owes_nobody_anything(severity: str) -> None:
    story = Story(severity)
    for key in ("acknowledge", "update:internal", "update:public", "escalation", "resolution"):
        assert not story.has_clock(key)
    story = closed(severity)
    assert not story.has_clock("postmortem")
    assert not story.has_clock("customer_message")


@pytest.mark.rule(
    "Standard: The postmortem is there within 48 hours of resolution", "Standard: SEV0: postmortem within 24 hours"
)
@pytest.mark.parametrize(("severity", "hours"), [("SEV0", 24), ("SEV1", 48)])
def test_the_postmortem_is_owed_from_closing_on(severity: str, hours: int) -> None:
    assert closed(severity).minutes_left("postmortem") == hours * 60


@pytest.mark.rule("Standard: Customers are written to within 24 hours after SEV0 and SEV1")
@pytest.mark.parametrize("severity", ["SEV0", "SEV1"])
def test_customers_are_owed_a_message_within_a_day(severity: str) -> None:
    assert closed(severity).minutes_left("customer_message") == 24 * 60


@pytest.mark.rule(
    "Standard: SEV2: one responder, alerted; no commander needed", "Standard: Cadence: SEV2 at milestones"
)
def test_a_single_responder_owes_updates_at_milestones_and_may_skip_the_postmortem() -> None:
    story = Story("SEV2")
    assert not story.has_clock("update:internal")
    assert not story.has_clock("update:public")
    story.at(5).does(MoveStage, stage="investigating")
    assert "milestone_update" in advised(story.at(11))
    assert not {"no_ic", "missing_role", "no_scribe"} & advised(story.at(600))
    assert not closed("SEV2").has_clock("postmortem")


@pytest.mark.rule("Standard: SEV0: updates every 15 minutes")
@pytest.mark.parametrize(("severity", "minutes"), [("SEV0", 15), ("SEV1", 30)])
def test_updates_are_owed_by_the_severity(severity: str, minutes: int) -> None:
    story = Story(severity)
    assert story.minutes_left("update:internal") == minutes
    assert story.minutes_left("update:public") == minutes
    story.at(10).does(PostUpdate, audience="internal", text="Some checkouts fail.")
    assert story.minutes_left("update:internal") == minutes
    assert story.minutes_left("update:public") == minutes - 10


@pytest.mark.rule("Standard: SEV0: commander, communications lead and scribe")
@pytest.mark.parametrize(("role", "advice"), [("ic", "no_ic"), ("comms", "missing_role"), ("scribe", "no_scribe")])
def test_all_hands_name_commander_communications_lead_and_scribe(role: str, advice: str) -> None:
    story = Story("SEV0").at(5)
    assert advice in advised(story)
    story.does(AssignRole, role=role, person="ana")
    assert advice not in advised(story)


@pytest.mark.rule("Standard: Closing criteria")
@pytest.mark.parametrize("severity", ["SEV0", "SEV1", "SEV2"])
def test_closing_asks_the_four_criteria_where_somebody_responded(severity: str) -> None:
    story = Story(severity)
    story.does(MoveStage, stage="monitoring")
    wanted = next(one for one in missing(story.state, "closed", story.now) if one.need == "checklist")
    assert "Resolved and stable" in wanted.what
    assert "and 1 more" in wanted.what
