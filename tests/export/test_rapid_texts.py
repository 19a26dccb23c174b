"""The texts that the rapid playbook asks for, each fact of their forms: updates, handoff, timeline."""

from datetime import UTC, timedelta

import pytest

from console.core.language.times import parse_rfc3339
from console.core.subjects.change import ClaimChange
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import DescribeImpact
from console.core.subjects.entry import LogEntry
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.role import AssignRole
from console.core.subjects.stage import MoveStage
from console.core.subjects.task import AddTask
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.update import PostUpdate
from console.export.handoff import handoff_markdown
from console.export.timeline import timeline_markdown
from console.export.updates.update import compose_update
from console.intake.timeline import read_timeline
from tests.core.story import START, Story, built_in
from tests.export.telling import draft, postmortem

pytestmark = pytest.mark.rule

FIRE = (
    "14:30 deploy v2.3.4 completed", "14:32 error rate rose from 5 to 20 %", "14:35 first complaint of a user",
    "14:38 alert fired", "14:42 declared, rollback begun", "14:45 rollback complete, errors fall",
    "14:50 error rate back at its baseline",
)  # fmt: skip


@pytest.fixture
def fire() -> Story:
    """A third of the checkouts fail since a deploy; two internal updates are out, and a rollback is under way."""
    story = Story("SEV-1", book=built_in("rapid")).at(1)
    story.does(AssignRole, role="ic", person="ana")
    story.does(AssignRole, role="tech", person="rs")
    story.does(SetMilestone, milestone="impact_started", moment=START - timedelta(minutes=10))
    story.does(DescribeImpact, text="30 % of the checkouts fail")
    story.does(AnswerTriage, answers={"symptoms": "“Payment failed”", "workaround": "Pay by invoice"})
    story.does(SetComponent, component="Checkout", status="degraded")
    story.does(PostUpdate, audience="internal", text="x", next_in=timedelta(minutes=30))
    story.at(2).does(PostUpdate, audience="internal", text="x", next_in=timedelta(minutes=30))
    story.at(3).does(LogEntry, kind="finding", text="the payment API returns timeouts", actor="rs")
    story.does(LogEntry, kind="hypothesis", text="the new pool is too small", actor="rs")
    story.does(ClaimChange, text="roll back to v2.3.3", rollback="deploy v2.3.4 again", actor="rs")
    story.does(AddTask, text="watch the error rate", owner="rs", due_in=timedelta(minutes=15))
    story.does(LogEntry, kind="action", text="emptied the queue", actor="rs")
    story.does(LogEntry, kind="decision", text="roll back first", actor="ana")
    return story.at(5)


@pytest.mark.rule("Rapid: Internal update")
def test_the_internal_update_has_each_part_of_its_form(fire: Story) -> None:
    text, complaint = compose_update(fire.state, "internal", fire.now, UTC, promise=timedelta(minutes=30))
    assert complaint == ""
    assert text.startswith("Incident update #3 · INC-K7Q2 · 14:05 UTC\n")
    assert "Status: Assess (SEV-1)\n" in text
    assert "Impact: 30 % of the checkouts fail.\n" in text
    known, doing = text.split("What we know:\n")[1].split("What we are doing:\n")
    assert "- the payment API returns timeouts." in known
    assert "- The impact began at 13:50." in known
    assert "- roll back to v2.3.3." in doing
    assert "- watch the error rate (rs), expected at 14:18" in doing
    assert "- Done at 14:03: emptied the queue." in known
    assert "- Decided at 14:03: roll back first." in known
    assert "at 14:03" not in doing
    assert text.endswith("Next update: 14:35 or when the status changes")
    quiet = draft(Story("SEV-3", book=fire.book).state, "internal", START, UTC)
    assert quiet.endswith("Next update: when the status changes")


@pytest.mark.rule("Rapid: Tell users: what is wrong, state, way around, next update", "Rapid: External update")
def test_the_external_update_has_each_part_of_its_form(fire: Story) -> None:
    text, complaint = compose_update(fire.state, "public", fire.now, UTC, promise=timedelta(minutes=30))
    assert complaint == ""
    assert text.startswith("Checkout - degraded performance\n\n")
    assert "Status: Investigating\nLast updated: 14:05 UTC\n" in text
    assert "30 % of the checkouts fail. It began at 13:50 UTC. We are investigating the cause." in text
    assert "What you may see: “Payment failed”." in text
    assert "Workaround: Pay by invoice." in text
    assert text.endswith("Next update at 14:35 UTC.")
    fire.does(SetComponent, component="Checkout", status="operational")
    assert "degraded" not in draft(fire.state, "public", fire.now, UTC)
    assert not [inside for inside in ("ana", "rs ", "pool", "v2.3.3", "timeouts") if inside in text]
    sev3 = draft(Story("SEV-3", book=fire.book).state, "public", START, UTC)
    assert "The next update follows when something changes." in sev3


@pytest.mark.rule("Rapid: External update")
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("ana is on it.", "it names a person"),
        ("RS is on it.", "it names a person"),
        ("It is probably the cache.", "it is a guess"),
        ("It will be fixed by 15:30.", "it promises a time"),
    ],
)
def test_the_external_update_has_no_names_guesses_or_ends(fire: Story, said: str, why: str) -> None:
    fire.does(DescribeImpact, text=f"Checkouts fail. {said}")
    text, complaint = compose_update(fire.state, "public", fire.now, UTC)
    assert "Checkouts fail." in text
    assert said not in text
    assert f"because {why}" in complaint


@pytest.mark.rule("Rapid: Handoff: what it is and what happened", "Rapid: Handoff: hypothesis and next steps")
def test_the_handoff_has_each_part_of_its_form(fire: Story) -> None:
    page = handoff_markdown(fire.state, fire.now, UTC, author="ana")
    assert page.startswith("# Handoff INC-K7Q2: Checkout errors\n\n**SEV-1 · Assess** ")
    told = {title: body for title, _, body in (part.partition("\n\n") for part in page.split("\n## "))}
    assert "30 % of the checkouts fail" in told["Impact"]
    tried = told["Tried and learned"]
    assert "- Changed, 14:03: roll back to v2.3.3 (in flight)" in tried
    assert "- Did, 14:03: emptied the queue" in tried
    assert "- Decided, 14:03: roll back first" in tried
    assert "- Found, 14:03: the payment API returns timeouts" in tried
    assert told["Hypotheses"].strip() == "- Open: the new pool is too small"
    assert "- See rs's change through" in told["Do next"]
    assert "- Next stage: Contain." in told["Do next"]
    assert "was declared 5m ago by mo" in told["Where we stand"]
    assert "- Subject matter expert: rs" in told["Roles"]
    assert "- rs: subject matter expert" in told["Responders"]
    to_call = told["Whom to call"]
    assert "- Subject matter expert: not given in the playbook; usually the owner of the failing component" in to_call
    assert "- Who reported it: not given in the playbook; usually the first entry of the timeline" in to_call


@pytest.mark.rule("Rapid: Impact: users affected, revenue, how long")
def test_the_postmortem_s_impact_has_users_revenue_and_how_long(fire: Story) -> None:
    fire.does(AnswerTriage, answers={"users": "a tenth", "revenue": "$5,000"})
    for minute, stage in ((20, "mitigate"), (30, "diagnose"), (40, "monitor")):
        fire.at(minute).does(MoveStage, stage=stage, override="in a story")
    page = postmortem(fire.state, fire.now, UTC)
    impact = page.split("\n## Impact\n")[1].split("\n## ")[0].replace("\\", "")
    for line in ("Users affected: a tenth", "Revenue lost an hour: $5,000", "How long: 40m, from 13:50 to"):
        assert f"- {line}" in impact


@pytest.mark.rule("Rapid: The timeline is reconstructed with times")
def test_the_timeline_from_the_deploy_to_the_baseline_is_put_together_with_its_times() -> None:
    story = Story("SEV-1", book=built_in("rapid")).at(120)
    for line in reversed(FIRE):  # remembered in any order
        moment, _, text = line.partition(" ")
        story.does(LogEntry, text=text, at=parse_rfc3339(f"2026-11-21T{moment}:00Z"))
    exported = timeline_markdown(story.state, UTC)
    assert [line[2:].removesuffix(" (mo)") for line in exported.splitlines() if line.startswith("- 14:")][1:] == [*FIRE]
    read = read_timeline(exported, now=story.now, zone=UTC).lines
    assert [f"{one.occurred_at:%H:%M} {one.text}" for one in read] == [*FIRE]
    pasted = read_timeline("\n".join(FIRE), now=story.now, zone=UTC).lines
    assert [f"{one.occurred_at:%H:%M} {one.text}" for one in pasted] == [*FIRE]
    written = postmortem(story.state, story.now, UTC).splitlines()
    assert [one[2:] for one in written if one.startswith("- 14:")][1:] == [*FIRE]
