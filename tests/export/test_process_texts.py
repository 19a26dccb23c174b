"""The forms that the processes ask for: what their postmortems, handoffs and updates must hold."""

import re
from datetime import UTC, timedelta

import pytest

from console.core.log.state import Incident
from console.core.playbook.model import AUDIENCES
from console.core.subjects.action_item import AddAction
from console.core.subjects.declaration import DescribeImpact
from console.core.subjects.postmortem import AssignPostmortem
from console.core.subjects.triage import AnswerTriage
from console.export.handoff import handoff_markdown
from console.export.postmortem.drafts import draft_section
from tests.core.story import Story, built_in
from tests.export.telling import draft, postmortem, told

pytestmark = pytest.mark.rule


def headings(page: str) -> list[str]:
    return [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]


def closed() -> Story:
    story = told()
    story.does(AssignPostmortem, person="ana")
    story.does(AddAction, text="Alert on pool use over 80 %", owner="rs", priority="P0")
    return story


@pytest.mark.rule(
    "Rapid: Postmortem sections",
    "Sev4: Postmortem: head, summary, impact, timeline",
    "Sev4: Postmortem: root cause to action items",
)
def test_the_postmortem_has_the_sections_of_the_process() -> None:
    story = closed()
    found = headings(postmortem(story.state, story.now, UTC))
    for title in (
        "Summary", "Impact", "Timeline", "Root cause", "Contributing factors", "Temporary fix", "Permanent fix",
        "What went well", "What went poorly", "Action items", "Lessons learned",
    ):  # fmt: skip
        assert title in found, title


@pytest.mark.rule(
    "Rapid: Postmortem head: date, duration, severity, author", "Sev4: Postmortem: head, summary, impact, timeline"
)
def test_the_postmortem_s_head_has_date_duration_severity_and_author() -> None:
    story = closed()
    head = postmortem(story.state, story.now, UTC).partition("\n## ")[0]
    facts = dict(re.findall(r"^- \*\*(.+?):\*\* (.+)$", head, re.MULTILINE))
    assert facts["Date"] == "21 November 2026; all times are UTC"
    assert facts["Impact lasted"].startswith("40m, 13:50 to 14:30")
    assert facts["Severity"].startswith("SEV1")
    assert facts["Author"] == "ana"


@pytest.mark.rule("Rapid: Impact: users affected, revenue, how long")
def test_the_impact_has_users_revenue_and_how_long() -> None:
    story = told()
    story.does(AnswerTriage, answers={"users": "30 %", "revenue": "$5,000", "data_loss": "no"})
    said = draft_section(story.state, "impact")
    assert "- Users affected: 30 %" in said
    assert "- Revenue lost an hour: $5,000" in said
    assert "- Data lost: no" in said
    assert "- How long: 40m" in said


@pytest.mark.rule("P-levels: Analysis: summary, impact, timeline by the minute, five whys")
def test_the_analysis_has_its_eight_chapters_in_order() -> None:
    story = closed()
    found = headings(postmortem(story.state, story.now, UTC, form="rca"))
    wanted = ("summary", "impact", "timeline", "root cause", "contributing", "well", "poorly", "action")
    places = [next(place for place, title in enumerate(found) if word in title.lower()) for word in wanted]
    assert places == sorted(places)
    assert len(found) >= len(wanted)


def handed_over(state: Incident, story: Story) -> str:
    return handoff_markdown(state, story.now, UTC, author="ana")


@pytest.mark.rule("Rapid: Handoff: hypothesis and next steps")
def test_the_handoff_says_what_was_tried_what_is_thought_what_is_next_and_who_reported_it() -> None:
    story = told(stage="detected")
    page = handed_over(story.state, story)
    assert "declared" in page
    assert "by mo" in page
    for title in ("Where we stand", "Do next", "Tried and learned", "Hypotheses", "Responders"):
        assert title in headings(page), title


@pytest.mark.rule("Standard: An update is numbered and says time, status, issue, impact")
@pytest.mark.parametrize("name", ["standard", "rapid", "p-levels", "sev4", "checklist", "checklist-security"])
def test_each_playbook_s_updates_say_state_impact_and_the_next_time(name: str) -> None:
    book = built_in(name)
    story = Story(book.severities[0].name, book=book)
    story.does(DescribeImpact, text="Nobody can pay")
    for audience in AUDIENCES:
        text = draft(story.state, audience, story.now, UTC, promise=timedelta(minutes=15))
        assert "14:15" in text, audience
        silent = audience == "public" and name == "checklist-security"
        assert ("Nobody can pay" in text) is not silent, audience
    assert book.severities[0].name in draft(story.state, "internal", story.now, UTC)
