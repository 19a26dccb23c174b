"""The sev4 playbook, rule by rule: each test fails when its rule is taken out of the file."""

from tests.core.bookish import checklist, criteria, duties, figures, lacking, severity, stage
from tests.core.story import built_in

BOOK = built_in("sev4")


def test_four_severities_with_response_times() -> None:
    assert figures(BOOK, "response_s") == {"SEV1": (0,), "SEV2": (900,), "SEV3": (3600,), "SEV4": (86400,)}
    assert [one.response for one in BOOK.severities] == [
        "Immediate", "In less than 15 minutes", "In less than 1 hour", "Next business day",
    ]  # fmt: skip


def test_what_each_severity_means_with_its_example() -> None:
    said = {one.name: (one.meaning, one.example) for one in BOOK.severities}
    for name, meaning, example in (
        ("SEV1", "Complete outage", "site is down, or data is lost"),
        ("SEV2", "Major degradation", "core feature is broken"),
        ("SEV3", "Minor degradation", "outside the core"),
        ("SEV4", "Minimal impact", "cosmetic"),
    ):
        assert meaning in said[name][0]
        assert example in said[name][1]
    assert criteria(BOOK, "SEV1")[:2] == [{"down": True}, {"data_loss": True}]
    assert criteria(BOOK, "SEV2")[0] == {"core": True}


def test_six_steps_in_order_with_mitigation_before_investigation() -> None:
    order = [one.name for one in BOOK.stages if one.name not in ("monitor", "closed")]
    assert order == ["detect", "assess", "mitigate", "investigate", "resolve", "post-incident"]
    assert "Mitigation has priority" in BOOK.principle


def test_three_ways_in_which_it_is_seen() -> None:
    assert lacking(BOOK.detection, "monitoring alert", "user reports", "team notices") == []


def test_minutes_0_to_5_detect() -> None:
    found = checklist(BOOK, "detect")
    assert (found.from_s, found.until_s) == (0, 300)
    assert lacking(found.items, "acknowledged", "first severity", "channel or call") == []
    assert stage(BOOK, "detect").limit_s == 300


def test_minutes_5_to_15_assess_and_communicate() -> None:
    found = checklist(BOOK, "assess")
    assert (found.from_s, found.until_s) == (300, 900)
    assert lacking(found.items, "first update is out: start, severity, impact, status, next update") == []
    assert lacking(found.items, "what is broken, who is hit, since when", "Recent changes are known") == []
    assert stage(BOOK, "assess").limit_s == 600


def test_four_questions() -> None:
    questions = stage(BOOK, "assess").questions
    assert lacking(questions, "What is broken", "Who is affected", "When did it start", "What changed recently") == []


def test_the_first_status_has_start_severity_and_status() -> None:
    for part in ("{time}", "{severity}", "{title}", "investigating"):
        assert part in BOOK.first_status


def test_the_goal_of_mitigating_is_service_not_cause() -> None:
    assert stage(BOOK, "mitigate").goal == "The service is restored. Not: the root cause is fixed."


def test_five_common_mitigations() -> None:
    assert (
        lacking(BOOK.mitigations, "known to be good", "Scale", "flag", "away from the broken", "Clear the cache") == []
    )


def test_investigating_only_after_or_in_parallel() -> None:
    assert "Only after mitigation, or beside it" in stage(BOOK, "investigate").goal
    assert lacking(stage(BOOK, "mitigate").questions, "in parallel") == []
    assert any(one.nudge == "fixing_first" for one in BOOK.anti_patterns)


def test_where_to_look() -> None:
    items = checklist(BOOK, "investigate").items
    assert lacking(items, "deployments", "Error rates", "Logs", "CPU, memory, latency", "external APIs") == []
    assert lacking([one.name for one in BOOK.data_sources], "Dependencies", "Metrics", "Commits") == []


def test_the_quick_reference_can_be_copied() -> None:
    commands = [one.command for one in BOOK.data_sources]
    assert lacking(
        commands, "get pods -n production", "--tail=100", "pg_stat_activity", "rollout history", "git log --oneline",
        "--since=1h",
    ) == []  # fmt: skip


def test_resolving_is_the_proper_fix_tested_and_watched() -> None:
    items = checklist(BOOK, "resolve").items
    assert lacking(items, "if the mitigation is not it", "tested thoroughly", "under watch") == []
    assert stage(BOOK, "resolve").fixing


def test_the_postmortem_is_there_within_24_to_48_hours() -> None:
    assert figures(BOOK, "postmortem_s") == {"SEV1": (86400,), "SEV2": (172800,), "SEV3": (0,), "SEV4": (0,)}
    assert "24 to 48 hours" in stage(BOOK, "post-incident").goal


def test_four_roles_with_their_responsibility() -> None:
    assert [one.id for one in BOOK.roles] == ["ic", "tech", "comms", "scribe"]
    assert lacking(duties(BOOK, "ic"), "Coordinates", "decisions") == []
    assert lacking(duties(BOOK, "tech"), "technical investigation") == []
    assert lacking(duties(BOOK, "comms"), "stakeholders") == []
    assert lacking(duties(BOOK, "scribe"), "timeline and actions") == []
    assert set(severity(BOOK, "SEV1").roles) == {"ic", "tech", "comms", "scribe"}


def test_updates_every_15_to_30_minutes() -> None:
    assert severity(BOOK, "SEV1").update_s == {"internal": 900, "public": 900}
    assert severity(BOOK, "SEV2").update_s == {"internal": 1800, "public": 1800}


def test_a_good_update() -> None:
    items = checklist(BOOK, "update").items
    assert lacking(items, "Facts, no speculation", "What we know, what we do", "next update") == []
    assert {"speculation", "no_next_promised", "update_late"} <= {one.nudge for one in BOOK.anti_patterns}
    assert BOOK.templates == {"internal": "sev4-internal"}
