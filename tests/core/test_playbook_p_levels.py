"""The p-levels playbook, rule by rule: each test fails when its rule is taken out of the file."""

import pytest

from console.core.playbook import needs_postmortem
from console.core.triage import suggest
from tests.core.bookish import checklist, criteria, duties, figures, lacking, severity, stage
from tests.core.story import built_in

BOOK = built_in("p-levels")
SPRINT = 1209600


def test_what_makes_a_p0_with_its_thresholds() -> None:
    assert criteria(BOOK, "P0") == [
        {"down": True},
        {"data_loss": True},
        {"breach": True},
        {"revenue_over": 10000},
        {"core": True},
        {"users_over": 50, "no_workaround": True},
    ]
    assert lacking(
        BOOK.declare_if, "major service", "lost or corrupted", "exploited", "$10,000 an hour", "critical transaction",
        "50 % of users", "no way around",
    ) == []  # fmt: skip


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
    assert severity(BOOK, "P4").response == "Best effort"


def test_what_it_does_to_the_sprint() -> None:
    plans = {one.name: one.plan for one in BOOK.severities}
    for name, words in (
        ("P0", "interrupted at once"), ("P1", "20 % of capacity"), ("P2", "next sprint's planning"), ("P3", "backlog"),
        ("P4", "parking lot"),
    ):  # fmt: skip
        assert words in plans[name]


def test_who_is_told() -> None:
    assert {one.name: one.tell for one in BOOK.severities} == {
        "P0": "Executives and customers",
        "P1": "Team and management",
        "P2": "Team",
        "P3": "Tracked in the backlog",
        "P4": "Nobody",
    }
    assert severity(BOOK, "P0").executive_notice_s == 1800


def test_what_comes_after() -> None:
    assert figures(BOOK, "postmortem_s", "review") == {
        "P0": (172800, "required"),
        "P1": (172800, "if_customer_facing"),
        "P2": (0, "optional"),
        "P3": (0, "none"),
        "P4": (0, "none"),
    }
    assert needs_postmortem(severity(BOOK, "P0"))


def test_what_each_level_means() -> None:
    said = {one.name: f"{one.meaning} {one.response}" for one in BOOK.severities}
    for name, words in (
        ("P0", "Immediate"), ("P1", "same day"), ("P2", "next sprint"), ("P3", "backlog"), ("P4", "nice to have"),
    ):  # fmt: skip
        assert words in said[name]


def test_minutes_0_to_5_declare() -> None:
    found = checklist(BOOK, "minutes-0-5")
    assert (found.from_s, found.until_s, found.severities) == (0, 300, ("P0",))
    assert lacking(found.items, "declared, with what fails and since when", "Triage", "sprint is interrupted") == []
    assert BOOK.declare_within_s == stage(BOOK, "declare").limit_s == 300


def test_minutes_5_to_15_assess() -> None:
    found = checklist(BOOK, "minutes-5-15")
    assert (found.from_s, found.until_s, found.severities) == (300, 900, ("P0",))
    assert lacking(found.items, "users, regions, services", "war room", "commander is named", "investigation has") == []
    assert severity(BOOK, "P0").roles["ic"] == 900


def test_minutes_15_to_30_mitigate() -> None:
    found = checklist(BOOK, "minutes-15-30")
    assert (found.from_s, found.until_s, found.severities) == (900, 1800, ("P0",))
    order = [next(place for place, item in enumerate(found.items) if word in item)
             for word in ("bleeding", "restored, even if degraded", "Evidence", "Stakeholders")]  # fmt: skip
    assert order == [0, 1, 2, 3]
    assert stage(BOOK, "mitigate").limit_s == 900


def test_what_triage_brings() -> None:
    items = checklist(BOOK, "triage").items
    assert len(items) == 5
    assert lacking(
        items, "causes, the likeliest first", "investigate", "Similar incidents", "involved", "Mitigations"
    ) == []  # fmt: skip


def test_four_common_mitigations() -> None:
    assert lacking(BOOK.mitigations, "Roll the deployment back", "Scale", "circuit breaker", "to the backup") == []
    assert len(BOOK.mitigations) == 4


def test_the_commander_s_five_duties() -> None:
    found = duties(BOOK, "ic")
    assert len(found) == 5
    assert lacking(found, "coordination", "a task", "every 30 minutes", "degrade the service", "written down") == []


def test_updates_every_thirty_minutes() -> None:
    assert severity(BOOK, "P0").update_s == {"internal": 1800, "public": 1800}
    assert BOOK.templates["internal"] == "p-levels-internal"


def test_nine_steps_of_the_lifecycle() -> None:
    order = [one.name for one in BOOK.stages if one.name != "closed"]
    assert order == ["detect", "declare", "triage", "respond", "mitigate", "investigate", "fix", "verify", "rca"]


def test_within_24_hours_the_analysis_is_created() -> None:
    assert lacking(checklist(BOOK, "within-24-hours").items, "analysis is created", "meeting is scheduled") == []
    assert lacking(severity(BOOK, "P0").workflow, "Within 24 hours", "Within 48 hours") == []


def test_what_the_analysis_holds() -> None:
    items = checklist(BOOK, "rca").items
    assert len(items) == 8
    assert lacking(
        items, "one paragraph", "users, duration, revenue", "minute by minute", "five whys", "made it worse",
        "went well", "went poorly", "P0, P1, P2",
    ) == []  # fmt: skip
    assert BOOK.templates["postmortem"] == "rca"
    assert "Five times" in stage(BOOK, "investigate").questions[0]


def test_action_items_by_priority() -> None:
    said = {one.name: one.meaning for one in BOOK.actions}
    assert "before the next release" in said["P0"]
    assert "within the sprint" in said["P1"]
    assert "backlog" in said["P2"]
    assert lacking(checklist(BOOK, "rca").items, "tracked as a task with an owner") == []


def test_what_is_monitored() -> None:
    found = [f"{one.name}: {one.look_for}" for one in BOOK.data_sources]
    assert lacking(found, "Health checks", "Active alerts", "last 30 days") == []


def test_the_war_room_is_set_up() -> None:
    assert lacking(checklist(BOOK, "war-room").items, "channel exists", "keeps the record", "recorded") == []


def test_recovery_is_verified_before_closing() -> None:
    items = checklist(BOOK, "recovery").items
    assert lacking(items, "Smoke tests", "last hour", "customers are no longer hit") == []
    (gate,) = BOOK.gates
    assert gate.checklist == "recovery"


def test_four_runbooks_are_at_hand() -> None:
    assert {"database-outage", "api-degradation", "memory-leak", "ddos"} <= set(BOOK.runbooks)


def test_monthly_drills_and_quarterly_reviews() -> None:
    monthly = [one for one in BOOK.preparedness if one.startswith("Monthly")]
    quarterly = [one for one in BOOK.preparedness if one.startswith("Quarterly")]
    assert lacking(monthly, "game day", "chaos", "runbooks", "training") == []
    assert lacking(quarterly, "time to resolve, frequency, impact", "action items", "improve", "tools") == []


def test_five_contacts() -> None:
    reach = {one.name: one.reach for one in BOOK.contacts}
    assert reach["Incident commander pool"] == "@incident-commanders"
    assert reach["Executive escalation"] == "@cto, @vp-engineering"
    assert reach["Customer success"] == "@cs-team"
    assert reach["Security team"] == "@security"
    assert "PagerDuty" in reach["On-call engineer"]
    assert "breach" in next(one.topics for one in BOOK.contacts if one.name == "Security team")


def test_the_way_of_escalation() -> None:
    to = [one.to for one in BOOK.escalation]
    assert lacking(to, "@incident-commanders", "@cto, @vp-engineering", "@cs-team", "@security") == []


def test_speed_counts_for_more_than_perfection() -> None:
    assert "fast response counts for more than a perfect process" in BOOK.principle
    assert "mitigate first, document after, learn always" in BOOK.principle


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({"users": "51 %", "workaround": "no"}, "P0"),
        ({"users": "51 %", "workaround": "use the old app"}, "P1"),
        ({"users": "50 %", "workaround": "no", "degraded": "yes"}, "P2"),
        ({"revenue": "$10,001"}, "P0"),
        ({"revenue": "10k", "degraded": "yes"}, "P2"),
        ({"data_loss": "yes"}, "P0"),
        ({"breach": "yes"}, "P0"),
        ({"down": "yes"}, "P0"),
        ({"visible": "yes"}, "P3"),
    ],
)
def test_the_answers_meet_the_thresholds(answers: dict[str, str], level: str) -> None:
    assert suggest(BOOK, answers).severity == level
