"""The p-levels playbook, rule by rule: each test fails when its rule is taken out of the file."""

import pytest

from console.core.playbook.model import needs_postmortem
from console.core.playbook.triage import suggest
from console.core.subjects.checklist import item_lists
from console.core.subjects.stage import MoveStage
from tests.core.bookish import checklist, criteria, figures, severity, stage
from tests.core.bookstory import advised, left_open
from tests.core.story import Story, built_in

BOOK = built_in("p-levels")
SPRINT = 1209600


@pytest.mark.rule(
    "P-levels: P0: production down: the system or a major service",
    "P-levels: P0: data lost or corrupted, or about to be",
    "P-levels: P0: a breach or a weakness being exploited",
    "P-levels: P0: over $10,000 an hour, or a critical transaction fails",
    "P-levels: P0: over 50 % of users, with no way around",
)
def test_what_makes_a_p0_with_its_thresholds() -> None:
    assert criteria(BOOK, "P0") == [
        {"down": True},
        {"data_loss": True},
        {"breach": True},
        {"revenue_over": 10000},
        {"core": True},
        {"users_over": 50, "no_workaround": True},
    ]
    asked = {one.id: one.ask for one in BOOK.questions}
    assert {"breach", "workaround", "since", "changed"} <= set(asked)


@pytest.mark.rule(
    "P-levels: P0: response 15 minutes, resolution 4 hours",
    "P-levels: P1: response 4 hours, resolution 24 hours",
    "P-levels: P2: response 2 days, resolution one sprint",
    "P-levels: P3: response 1 week, best effort",
    "P-levels: P4: best effort, if convenient",
)
def test_targets_of_response_and_resolution() -> None:
    assert figures(BOOK, "response_s", "resolution_s") == {
        "P0": (900, 14400),
        "P1": (14400, 86400),
        "P2": (172800, SPRINT),
        "P3": (604800, 0),
        "P4": (None, 0),
    }
    assert [one.resolution for one in BOOK.severities] == [
        "Within 4 hours", "Within 24 hours", "One sprint", "Best effort", "If convenient",
    ]  # fmt: skip
    assert [one.response for one in BOOK.severities] == [
        "Immediate: within 15 minutes", "The same day: within 4 hours", "Within 2 days", "Within a week", "Best effort",
    ]  # fmt: skip


@pytest.mark.rule(
    "P-levels: P0: response 15 minutes, resolution 4 hours",
    "P-levels: P1: response 4 hours, resolution 24 hours",
    "P-levels: P2: response 2 days, resolution one sprint",
)
@pytest.mark.parametrize(
    ("name", "response", "resolution"), [("P0", 5, 4 * 60), ("P1", 4 * 60, 24 * 60), ("P2", 2 * 24 * 60, 14 * 24 * 60)]
)
def test_the_targets_are_counted_down(name: str, response: float, resolution: float) -> None:
    story = Story(name, book=BOOK)
    assert story.minutes_left("acknowledge") == response  # a P0's alert is acknowledged sooner than it is worked on
    assert story.minutes_left("resolution") == resolution


@pytest.mark.rule("P-levels: P0: response 15 minutes, resolution 4 hours")
def test_an_incident_beyond_its_target_is_escalated() -> None:
    found = advised(Story("P0", book=BOOK).at(4 * 60 + 1), "beyond_target")
    assert found is not None
    assert "executives" in found.text.lower()
    assert advised(Story("P0", book=BOOK).at(4 * 60 - 1), "beyond_target") is None


@pytest.mark.rule(
    "P-levels: Minutes 0 to 5: the sprint is interrupted", "P-levels: What each priority does to the sprint"
)
def test_what_it_does_to_the_sprint() -> None:
    plans = {one.name: one.plan for one in BOOK.severities}
    for name, words in (
        ("P0", "interrupted at once"), ("P1", "20 % of capacity"), ("P2", "next sprint's planning"), ("P3", "backlog"),
        ("P4", "parking lot"),
    ):  # fmt: skip
        assert words in plans[name]


@pytest.mark.rule("P-levels: Who is told at each priority")
def test_who_is_told() -> None:
    assert {one.name: one.tell for one in BOOK.severities} == {
        "P0": "Executives and customers",
        "P1": "Team and management",
        "P2": "Team",
        "P3": "Tracked in the backlog",
        "P4": "Nobody",
    }
    assert severity(BOOK, "P0").executive_notice_s == severity(BOOK, "P0").first_public_s == 1800
    story = Story("P0", book=BOOK)
    assert story.minutes_left("executive_notice") == story.minutes_left("first_public") == 30


@pytest.mark.rule("P-levels: After: analysis in 48 hours, if customer-facing, optional, none")
def test_what_comes_after() -> None:
    assert figures(BOOK, "postmortem_s", "review") == {
        "P0": (172800, "required"),
        "P1": (172800, "if_customer_facing"),
        "P2": (0, "optional"),
        "P3": (0, "none"),
        "P4": (0, "none"),
    }
    assert [one.name for one in BOOK.severities if needs_postmortem(one)] == ["P0"]
    for name in ("P0", "P1"):
        story = Story(name, book=BOOK)
        story.does(MoveStage, stage="closed", override="False alarm: nobody was affected")
        assert story.minutes_left("postmortem") == 48 * 60
    story = Story("P0", book=BOOK).at(5)
    story.does(MoveStage, stage="verify", override="to the watch")
    found = advised(story, "no_postmortem_owner")
    assert found is not None


@pytest.mark.rule(
    "P-levels: Minutes 0 to 5: declared with title, severity and since when",
    "P-levels: Minutes 0 to 5: triage for the cause begins",
    "P-levels: Minutes 0 to 5: the sprint is interrupted",
)
def test_minutes_0_to_5_declare() -> None:
    found = checklist(BOOK, "minutes-0-5")
    assert (found.from_s, found.until_s, found.severities) == (0, 300, ("P0",))
    assert BOOK.declare_within_s == stage(BOOK, "detect").limit_s == stage(BOOK, "declare").limit_s == 300
    story = Story("P0", book=BOOK, stage="detect")
    assert advised(story.at(5), "late_declaration") is None
    found_late = advised(story.at(5.1), "late_declaration")
    assert found_late is not None


@pytest.mark.rule(
    "P-levels: Minutes 0 to 5: declared with title, severity and since when",
    "P-levels: Minutes 5 to 15: extent confirmed (users, regions, services)",
    "P-levels: Minutes 15 to 30: stop the bleeding, restore, keep evidence",
)
def test_the_list_of_each_part_of_the_first_half_hour_is_for_its_minutes() -> None:
    story = Story("P0", book=BOOK, stage="triage")
    for minute, list_id in ((0, "minutes-0-5"), (4.9, "minutes-0-5"), (5, "minutes-5-15"), (15, "minutes-15-30")):
        now = [one.id for one in item_lists(story.state, story.at(minute).now) if one.now and "minutes" in one.id]
        assert now == [list_id]
    assert not [one.id for one in item_lists(story.state, story.at(30).now) if one.now and "minutes" in one.id]


@pytest.mark.rule(
    "P-levels: Minutes 5 to 15: extent confirmed (users, regions, services)",
    "P-levels: Minutes 5 to 15: war room, commander named, investigation begins",
)
def test_minutes_5_to_15_assess() -> None:
    found = checklist(BOOK, "minutes-5-15")
    assert (found.from_s, found.until_s, found.severities) == (300, 900, ("P0",))
    assert severity(BOOK, "P0").roles["ic"] == 900
    assert stage(BOOK, "triage").limit_s == stage(BOOK, "respond").limit_s == 600
    late = advised(Story("P0", book=BOOK, stage="triage").at(10.1), "stage_too_long")
    assert late is not None


@pytest.mark.rule("P-levels: Minutes 15 to 30: stop the bleeding, restore, keep evidence")
def test_minutes_15_to_30_mitigate() -> None:
    found = checklist(BOOK, "minutes-15-30")
    assert (found.from_s, found.until_s, found.severities) == (900, 1800, ("P0",))
    order = [next(place for place, item in enumerate(found.items) if word in item)
             for word in ("bleeding", "restored, even if degraded", "Evidence", "Stakeholders")]  # fmt: skip
    assert order == [0, 1, 2, 3]
    assert stage(BOOK, "mitigate").limit_s == 900


@pytest.mark.rule(
    "P-levels: Commander: one point of decision, directs people",
    "P-levels: Update: time, state, impact, root cause, actions taken",
)
def test_updates_every_thirty_minutes() -> None:
    assert severity(BOOK, "P0").update_s == {"internal": 1800, "public": 1800}
    assert BOOK.templates["internal"] == "p-levels-internal"
    story = Story("P0", book=BOOK)
    assert story.minutes_left("update:internal") == story.minutes_left("update:public") == 30
    found = advised(story.at(31), "update_late")
    assert found is not None


@pytest.mark.rule("P-levels: Lifecycle: detect, declare, triage, respond, mitigate")
def test_nine_steps_of_the_lifecycle() -> None:
    order = [one.name for one in BOOK.stages if one.name != "closed"]
    assert order == ["detect", "declare", "triage", "respond", "mitigate", "investigate", "fix", "verify", "rca"]
    assert [stage(BOOK, name).title for name in ("respond", "investigate", "rca")] == [
        "Form the response team", "Investigate", "Root cause analysis",
    ]  # fmt: skip
    assert BOOK.declared_stage == "declare"


@pytest.mark.rule("P-levels: Lifecycle: detect, declare, triage, respond, mitigate")
def test_a_fix_before_the_mitigation_is_noticed() -> None:
    story = Story("P0", book=BOOK).at(5)
    story.does(MoveStage, stage="investigate", override="to the cause")
    found = advised(story, "fixing_first")
    assert found is not None
    assert found.remedy == "/stage mitigate"


@pytest.mark.rule("P-levels: Within 24 hours: the analysis is created and its meeting set")
def test_within_24_hours_the_analysis_is_created() -> None:
    found = checklist(BOOK, "within-24-hours")
    assert found.title == "Within 24 hours"
    assert (found.stages, found.severities) == (("closed", "rca"), ("P0", "P1"))


@pytest.mark.rule("P-levels: Analysis: summary, impact, timeline by the minute, five whys")
def test_what_the_analysis_holds() -> None:
    assert BOOK.templates["postmortem"] == "rca"


@pytest.mark.rule(
    "P-levels: Actions: P0 before the next release, P1 within the sprint",
    "P-levels: Prevention is tracked as tasks with an owner and a priority",
)
def test_action_items_by_priority() -> None:
    assert BOOK.actions[1].due_s == SPRINT


@pytest.mark.rule("P-levels: War room: channel, a record is kept, recording")
def test_the_war_room_is_set_up() -> None:
    found = checklist(BOOK, "war-room")
    assert (found.severities, found.stages) == (("P0",), ("declare", "respond"))
    assert BOOK.channel == "#incident-{date}-{topic}"


@pytest.mark.rule(
    "P-levels: Recovery: smoke tests, metrics of the last hour",
    "P-levels: Key commands: declare, update, notify customers, roll back, verify",
)
def test_recovery_is_verified_before_closing() -> None:
    items = checklist(BOOK, "recovery").items
    assert left_open(BOOK, "closed", "recovery") == set(items)
    (gate,) = BOOK.gates
    assert (gate.checklist, gate.severities) == ("recovery", ("P0", "P1"))


@pytest.mark.rule(
    "P-levels: Runbook for a database outage",
    "P-levels: Runbook for an API degradation",
    "P-levels: Runbook for a memory leak",
    "P-levels: Runbook for a DDoS",
)
def test_four_runbooks_are_at_hand() -> None:
    assert set(BOOK.runbooks) == {"database-outage", "api-degradation", "memory-leak", "ddos", "bad-deploy"}


@pytest.mark.rule("P-levels: Contacts: on call, commander pool, executives")
def test_five_contacts() -> None:
    reach = {one.name: one.reach for one in BOOK.contacts}
    assert reach["Incident commander pool"] == "@incident-commanders"
    assert reach["Executive escalation"] == "@cto, @vp-engineering"
    assert reach["Customer success"] == "@cs-team"
    assert reach["Security team"] == "@security"
    assert "PagerDuty" in reach["On-call engineer"]
    assert "breach" in next(one.topics for one in BOOK.contacts if one.name == "Security team")


@pytest.mark.rule("P-levels: Contacts: on call, commander pool, executives")
def test_the_way_of_escalation() -> None:
    assert BOOK.escalate_to == "executive escalation (@cto, @vp-engineering)"


@pytest.mark.rule("P-levels: Contacts: on call, commander pool, executives")
def test_security_is_called_for_a_breach() -> None:
    story = Story("P0", book=BOOK).at(1)
    story.says("* there was a breach of the admin page", "al")
    found = advised(story, "expert_needed")
    assert found is not None
    assert "Security" in found.text


@pytest.mark.rule("P-levels: Speed of response before perfect process")
@pytest.mark.parametrize(
    ("said", "thought", "action"),
    [
        ("root cause first, please", "complete picture", "Mitigate first"),
        ("document later, all hands here", "minute by minute", "One line now"),
    ],
)
def test_perfection_and_putting_off_are_answered(said: str, thought: str, action: str) -> None:
    story = Story("P0", book=BOOK).at(1)
    story.says(said, "al")
    found = advised(story, "red_flag")
    assert found is not None
    assert thought in found.why
    assert action in found.text


@pytest.mark.rule(
    "P-levels: P0: production down: the system or a major service",
    "P-levels: P0: data lost or corrupted, or about to be",
    "P-levels: P0: a breach or a weakness being exploited",
    "P-levels: P0: over $10,000 an hour, or a critical transaction fails",
    "P-levels: P0: over 50 % of users, with no way around",
)
@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({"users": "51 %", "workaround": "no"}, "P0"),
        ({"users": "51 %", "workaround": "use the old app"}, "P1"),
        ({"users": "50 %", "workaround": "no", "degraded": "yes"}, "P2"),
        ({"revenue": "$10,001"}, "P0"),
        ({"revenue": "11k"}, "P0"),
        ({"revenue": "10k", "degraded": "yes"}, "P2"),
        ({"data_loss": "yes"}, "P0"),
        ({"breach": "yes"}, "P0"),
        ({"down": "yes"}, "P0"),
        ({"core": "yes"}, "P0"),
        ({"degraded": "yes"}, "P2"),
        ({"degraded": "yes", "visible": "yes"}, "P1"),
        ({"visible": "yes"}, "P3"),
    ],
)
def test_the_answers_meet_the_thresholds(answers: dict[str, str], level: str) -> None:
    assert suggest(BOOK, answers).severity == level
