"""The p-levels playbook, rule by rule: each test fails when its rule is taken out of the file."""

import pytest

from console.core.subjects.checklist import item_lists
from tests.core.bookstory import checklist, left_open, stage
from tests.core.story import Story, built_in

BOOK = built_in("p-levels")


@pytest.mark.rule(
    "P-levels: P0: response 15 minutes, resolution 4 hours",
    "P-levels: P1: response 4 hours, resolution 24 hours",
    "P-levels: P2: response 2 days, resolution one sprint",
    "P-levels: P3: response 1 week, best effort",
    "P-levels: P4: best effort, if convenient",
)
def test_targets_of_response_and_resolution() -> None:
    assert [(severity.response, severity.resolution) for severity in BOOK.severities] == [
        ("Immediate: within 15 minutes", "Within 4 hours"), ("The same day: within 4 hours", "Within 24 hours"),
        ("Within 2 days", "One sprint"), ("Within a week", "Best effort"), ("Best effort", "If convenient"),
    ]  # fmt: skip


@pytest.mark.rule(
    "P-levels: Minutes 0 to 5: the sprint is interrupted", "P-levels: What each priority does to the sprint"
)
def test_what_it_does_to_the_sprint() -> None:
    plans = {severity.name: severity.plan for severity in BOOK.severities}
    for name, words in (
        ("P0", "interrupted at once"), ("P1", "20 % of capacity"), ("P2", "next sprint's planning"), ("P3", "backlog"),
        ("P4", "parking lot"),
    ):  # fmt: skip
        assert words in plans[name]


@pytest.mark.rule("P-levels: Who is told at each priority")
def test_who_is_told() -> None:
    assert {severity.name: severity.tell for severity in BOOK.severities} == {
        "P0": "Executives and customers",
        "P1": "Team and management",
        "P2": "Team",
        "P3": "Tracked in the backlog",
        "P4": "Nobody",
    }


@pytest.mark.rule(
    "P-levels: Minutes 0 to 5: declared with title, severity and since when",
    "P-levels: Minutes 5 to 15: extent confirmed (users, regions, services)",
    "P-levels: Minutes 15 to 30: stop the bleeding, restore, keep evidence",
)
def test_the_list_of_each_part_of_the_first_half_hour_is_for_its_minutes() -> None:
    story = Story("P0", book=BOOK, stage="triage")
    for minute, list_id in ((0, "minutes-0-5"), (4.9, "minutes-0-5"), (5, "minutes-5-15"), (15, "minutes-15-30")):
        now = [list.id for list in item_lists(story.state, story.at(minute).now) if list.now and "minutes" in list.id]
        assert now == [list_id]
    assert not [list.id for list in item_lists(story.state, story.at(30).now) if list.now and "minutes" in list.id]


@pytest.mark.rule("P-levels: Minutes 15 to 30: stop the bleeding, restore, keep evidence")
def test_minutes_15_to_30_mitigate() -> None:
    items = checklist(BOOK, "minutes-15-30").items
    order = [next(place for place, item in enumerate(items) if word in item)
             for word in ("bleeding", "restored, even if degraded", "Evidence", "Stakeholders")]  # fmt: skip
    assert order == [0, 1, 2, 3]


@pytest.mark.rule(
    "P-levels: Commander: one point of decision, directs people",
    "P-levels: Update: time, state, impact, root cause, actions taken",
    "P-levels: Analysis: summary, impact, timeline by the minute, five whys",
)
def test_the_templates_of_an_update_and_of_the_analysis() -> None:
    assert BOOK.templates == {"internal": "p-levels-internal", "postmortem": "rca"}


@pytest.mark.rule("P-levels: Lifecycle: detect, declare, triage, respond, mitigate")
def test_nine_steps_of_the_lifecycle() -> None:
    assert [stage(BOOK, name).title for name in ("respond", "investigate", "rca")] == [
        "Form the response team", "Investigate", "Root cause analysis",
    ]  # fmt: skip


@pytest.mark.rule("P-levels: Within 24 hours: the analysis is created and its meeting set")
def test_within_24_hours_the_analysis_is_created() -> None:
    assert checklist(BOOK, "within-24-hours").title == "Within 24 hours"


@pytest.mark.rule("P-levels: War room: channel, a record is kept, recording")
def test_the_war_room_is_set_up() -> None:
    assert BOOK.channel == "#incident-{date}-{topic}"


@pytest.mark.rule(
    "P-levels: Recovery: smoke tests, metrics of the last hour",
    "P-levels: Key commands: declare, update, notify customers, roll back, verify",
)
def test_recovery_is_verified_before_closing() -> None:
    assert left_open(BOOK, "closed", "recovery") == set(checklist(BOOK, "recovery").items)


@pytest.mark.rule("P-levels: Contacts: on call, commander pool, executives")
def test_five_contacts_and_the_way_of_escalation() -> None:
    reach = {contact.name: contact.usually for contact in BOOK.contacts}
    assert reach["Incident commander pool"] == "@incident-commanders"
    assert reach["Executive escalation"] == "@cto, @vp-engineering"
    assert reach["Customer success"] == "@cs-team"
    assert reach["Security team"] == "@security"
    assert "PagerDuty" in reach["On-call engineer"]
    assert "breach" in next(contact.topics for contact in BOOK.contacts if contact.name == "Security team")
    assert BOOK.escalate_to == "executive escalation (@cto, @vp-engineering)"
