"""The texts that the sev4 playbook asks for, each fact of their forms: the update to stakeholders, the postmortem."""

import re
from datetime import UTC, timedelta

import pytest

from console.core.log.milestones import milestones
from console.core.subjects.declaration import DescribeImpact
from console.core.subjects.entry import LogEntry
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.role import AssignRole
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.update import PostUpdate
from console.export.updates.announce import first_status
from console.export.updates.update import compose_update
from tests.core.story import START, Story, built_in
from tests.export.telling import postmortem

pytestmark = pytest.mark.rule


@pytest.fixture
def outage() -> Story:
    """The site is down since ten minutes before the declaration; one internal update is out."""
    story = Story("SEV1", book=built_in("sev4")).at(1)
    story.does(AssignRole, role="ic", person="ana")
    story.does(SetMilestone, milestone="impact_started", moment=START - timedelta(minutes=10))
    story.does(SetMilestone, milestone="detected", moment=START - timedelta(minutes=4))
    story.does(SetMilestone, milestone="acknowledged", moment=START - timedelta(minutes=2))
    story.does(DescribeImpact, text="nobody can pay")
    story.does(PostUpdate, audience="internal", text="x", next_in=timedelta(minutes=15))
    story.at(3).does(LogEntry, kind="finding", text="connections are exhausted", actor="rs")
    story.does(LogEntry, kind="action", text="scaled the api to 10", actor="rs")
    story.does(AddTask, text="watch the error rate", owner="rs")
    return story.at(5)


@pytest.mark.rule("Sev4: First update: start, severity, impact, status, next update", "Sev4: To stakeholders")
def test_the_update_to_stakeholders_has_each_part_of_its_form(outage: Story) -> None:
    text, complaint = compose_update(outage.state, "internal", outage.now, UTC)
    assert complaint == ""
    assert text.startswith("Status update #2 · INC-K7Q2 · 14:05 UTC\n")
    assert "Started: 13:50\n" in text
    assert "Severity: SEV1\n" in text
    assert "Current status: Assess and communicate\n" in text
    assert "Impact: Nobody can pay.\n" in text
    known, done, doing = re.split(r"What we (?:did|are doing):\n", text.split("What we know:\n")[1])
    assert known.strip() == "- connections are exhausted."
    assert done.strip() == "- Done: scaled the api to 10."
    assert "- watch the error rate (rs)" in doing
    assert text.endswith("Next update: 14:20")


@pytest.mark.rule("Sev4: First update: start, severity, impact, status, next update")
def test_the_first_status_has_start_severity_what_is_broken_and_status() -> None:
    text, complaint = first_status(Story("SEV1", book=built_in("sev4")).state, START, UTC)
    assert complaint == ""
    for part in ("Incident since 14:00 UTC", "Severity: SEV1", "What: Checkout errors", "Status: investigating"):
        assert part in text


@pytest.mark.rule("Sev4: Postmortem: head, summary, impact, timeline")
def test_the_postmortem_tells_five_moments(outage: Story) -> None:
    for minute, stage in ((10, "mitigate"), (20, "investigate"), (30, "resolve"), (40, "monitor")):
        outage.at(minute).does(MoveStage, stage=stage)
    assert list(milestones(outage.state)) == [
        "impact_started", "detected", "acknowledged", "declared", "identified", "mitigated", "resolved",
    ]  # fmt: skip
    page = postmortem(outage.state, outage.now, UTC)
    durations = page.split("\n## Durations\n")[1].split("\n## ")[0]
    for row in (
        "| Detected | 13:56 |", "| Acknowledged | 13:58 |", "| Identified | 14:10 |",
        "| Mitigated | 14:20 |", "| Resolved | 14:40 |",
    ):  # fmt: skip
        assert row in durations
    timeline = page.split("\n## Timeline\n")[1].split("\n## ")[0]
    assert "- 14:03 **Action:** scaled the api to 10" in timeline


@pytest.mark.rule("Sev4: Postmortem, impact: how many users, how long, data lost, business")
def test_the_postmortem_s_impact_has_users_duration_data_and_business(outage: Story) -> None:
    outage.does(AnswerTriage, answers={"users": "12,000", "data_loss": "no", "revenue": "$5,000"})
    for minute, stage in ((20, "mitigate"), (40, "monitor")):
        outage.at(minute).does(MoveStage, stage=stage)
    page = postmortem(outage.state, outage.now, UTC)
    impact = page.split("\n## Impact\n")[1].split("\n## ")[0].replace("\\", "")
    for line in (
        "What: nobody can pay", "Users affected: 12,000", "How long: 50m, from 13:50 to 14:40",
        "Data lost: no", "Revenue lost an hour: $5,000",
    ):  # fmt: skip
        assert f"- {line}" in impact
