"""The texts that the p-levels playbook asks for, each fact of their forms: the status update and the analysis."""

from datetime import UTC, datetime, timedelta

import pytest

from console.core.subjects.action_item import AddAction, action_items_of
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import DescribeImpact
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.postmortem import EditPostmortem
from console.core.subjects.role import AssignRole
from console.core.subjects.stage import MoveStage
from console.core.subjects.triage import AnswerTriage
from console.export.postmortem.document import filled
from console.export.updates.update import compose_update
from console.library.templates import Templates
from tests.core.story import START, Story, built_in
from tests.export.telling import postmortem

pytestmark = pytest.mark.rule

BOOK = built_in("p-levels")


@pytest.fixture
def outage() -> Story:
    """Minute 20 of a P0: a third of the users in one region can't sign in."""
    story = Story("P0", book=BOOK).at(1)
    story.does(AssignRole, role="ic", person="ana")
    story.does(SetMilestone, milestone="impact_started", moment=START - timedelta(minutes=10))
    story.does(SetMilestone, milestone="detected", moment=START - timedelta(minutes=4))
    story.does(DescribeImpact, text="30 % of users in Europe can't sign in")
    story.does(AnswerTriage, answers={"users": "30 %", "revenue": "$12,000"})
    story.does(SetComponent, component="Sign-in", status="degraded")
    story.at(8).does(MoveStage, stage="mitigate")
    story.says("> circuit breaker is on", "rs")
    story.at(10).says("+ @rs 15m redirect traffic to the backup")
    return story.at(20)


def update(story: Story) -> list[str]:
    text, complaint = compose_update(story.state, "internal", story.now, UTC)
    assert complaint == ""
    return [line for line in text.splitlines() if line]


@pytest.mark.rule("P-levels: Update: time, state, impact, root cause, actions taken")
def test_the_status_update_has_its_seven_facts_in_order(outage: Story) -> None:
    assert update(outage) == [
        f"14:20 UTC · {outage.state.ref} [P0] status update #1",
        "- Current state: Mitigate, Sign-in degraded",
        "- Impact: 30 % of users in Europe can't sign in.",
        "- Root cause: under investigation",
        "- Actions taken: circuit breaker is on",
        "- Next steps: redirect traffic to the backup",
        "- ETA: to be determined, target 18:00",
        "- Next update: 14:50",
    ]


@pytest.mark.rule("P-levels: Update: time, state, impact, root cause, actions taken")
def test_a_cause_that_is_known_stands_in_the_update(outage: Story) -> None:
    guess = outage.says("? the certificate has expired", "rs")
    outage.does(JudgeHypothesis, hypothesis=guess, verdict="supported", evidence="seen in the browser")
    assert "- Root cause: not known; supported hypothesis: the certificate has expired." in update(outage)
    outage.says("* the certificate has expired #cause", "rs")
    assert "- Root cause: the certificate has expired." in update(outage)


def analysis(story: Story) -> dict[str, str]:
    """The chapters of the analysis, in order, as the playbook's own template writes it."""
    page, complaint = filled(story.state, story.now, UTC, Templates(None))
    assert (page, complaint) == (postmortem(story.state, story.now, UTC, form="rca"), "")
    chapters = [part.partition("\n\n") for part in page.split("\n## ")[1:]]
    return {title: text for title, _, text in chapters}


@pytest.mark.rule("P-levels: Analysis: summary, impact, timeline by the minute, five whys")
def test_the_analysis_has_its_eight_chapters_and_what_each_is_about(outage: Story) -> None:
    outage.at(25).does(AddAction, text="Renew certificates by themselves", owner="rs", priority="P0")
    outage.does(AddAction, text="Alert on certificates that end soon", owner="bo", priority="P1")
    outage.does(AddAction, text="List all certificates", owner="al", priority="P2")
    outage.does(EditPostmortem, section="whys", text="1. It had expired\n2. Nobody renews it")
    outage.does(EditPostmortem, section="made_worse", text="The pager was muted.")
    outage.at(30).does(MoveStage, stage="verify", override="to the watch")
    outage.does(SetMilestone, milestone="resolved", moment=outage.now)
    found = analysis(outage)
    wanted = (
        "Executive summary", "Impact assessment", "Timeline of events", "Root cause analysis", "Contributing factors",
        "What went well", "What went poorly", "Action items",
    )  # fmt: skip
    assert [title for title in found if title in wanted] == list(wanted)
    for fact in ("Users affected: 30 %", "How long: 40m", "Revenue lost an hour: $12,000"):
        assert fact in found["Impact assessment"]
    assert "- 14:08 **Action:** circuit breaker is on" in found["Timeline of events"]
    assert "**Five whys**" in found["Root cause analysis"]
    assert "expired\n2. **Why: It had expired?** Nobody renews it" in found["Root cause analysis"]
    assert "The pager was muted." in found["Contributing factors"]


@pytest.mark.rule("P-levels: Actions: P0 before the next release, P1 within the sprint")
def test_the_analysis_puts_action_items_below_what_their_priority_means(outage: Story) -> None:
    for number, priority in enumerate(("P2", "P0", "P1"), 1):
        outage.does(AddAction, text=f"Item number {number}", owner="rs", priority=priority)
    said = analysis(outage)["Action items"]
    order = [
        "**P0: Must be fixed before the next release**", "Item number 2", "**P1: Should be fixed within the sprint**",
        "Item number 3", "**P2: Goes to the backlog, to be considered**", "Item number 1",
    ]  # fmt: skip
    places = [said.find(one) for one in order]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.rule("P-levels: Prevention is tracked as tasks with an owner and a priority")
def test_an_item_that_prevents_it_has_an_owner_a_priority_and_the_date_of_its_priority(outage: Story) -> None:
    outage.does(AddAction, text="Alert on certificates that end soon", owner="bo", priority="P1")
    (item,) = action_items_of(outage.state)
    assert (item.owner, item.priority) == ("bo", "P1")
    row = next(line for line in analysis(outage)["Action items"].splitlines() if "certificates" in line)
    assert row.startswith("| 1 | Alert on certificates that end soon | bo | 20")
    assert datetime.fromisoformat(row.split("|")[4].strip())
