"""The sev4 playbook, rule by rule: each test fails when its rule is taken out of the file."""

import pytest

from tests.core.bookstory import advice, pairs, severity, stage, tell
from tests.core.story import built_in

BOOK = built_in("sev4")


@pytest.mark.rule(
    "Sev4: SEV1: complete outage, at once (site down, data loss)",
    "Sev4: SEV2: major degradation, under 15 minutes (core feature broken)",
    "Sev4: SEV3: minor degradation, under 1 hour (non-critical bug)",
    "Sev4: SEV4: minimal, next business day (cosmetic)",
)
def test_four_severities_with_response_times() -> None:
    assert [severity.response for severity in BOOK.severities] == [
        "Immediate", "In less than 15 minutes", "In less than 1 hour", "Next business day",
    ]  # fmt: skip


@pytest.mark.rule("Sev4: Six steps in order")
def test_six_steps_in_order_with_mitigation_before_investigation() -> None:
    assert [stage.title for stage in BOOK.stages if stage.name not in ("monitor", "closed")] == [
        "Detect and alert", "Assess and communicate", "Mitigate", "Investigate", "Resolve", "Postmortem",
    ]  # fmt: skip


@pytest.mark.rule("Sev4: Mitigation has priority; restore the service, not the cause")
def test_the_goal_of_mitigating_is_service_not_cause() -> None:
    assert stage(BOOK, "mitigate").goal == "The service is restored. Not: the root cause is fixed."


@pytest.mark.rule(
    "Sev4: Common mitigation: roll back to the last good version",
    "Sev4: Common mitigation: scale up",
    "Sev4: Common mitigation: switch the flag off",
    "Sev4: Common mitigation: route traffic away",
    "Sev4: Common mitigation: clear the cache",
)
def test_five_common_mitigations() -> None:
    assert BOOK.mitigations == (
        "Roll back to the last version known to be good", "Scale resources up", "Switch the feature flag off",
        "Route traffic away from the broken service", "Clear the cache",
    )  # fmt: skip
    contained = pairs(BOOK.containment, "situation", "action")
    for situation, action in (
        ("bad deploy", "roll back to the last good version"), ("overload", "scale up"),
        ("broken feature", "switch its flag off"), ("broken service among healthy ones", "route traffic away"),
        ("stale or broken cache", "clear it"),
    ):  # fmt: skip
        assert action in contained[situation]


@pytest.mark.rule("Sev4: Commands: pods, logs, database connections, deploys, commits")
def test_the_quick_reference_can_be_copied() -> None:
    assert {source.name: source.command for source in BOOK.data_sources if source.command} == {
        "Pods": "kubectl get pods -n production",
        "Recent logs": "kubectl logs deployment/api --tail=100",
        "Logs": "kubectl logs deployment/api --since=1h | grep ERROR",
        "Database connections": 'psql -c "SELECT count(*) FROM pg_stat_activity"',
        "Deployments": "kubectl rollout history deployment/api",
        "Commits": "git log --oneline -10",
    }


@pytest.mark.rule(
    "Sev4: Role: commander coordinates and decides",
    "Sev4: Role: tech lead leads the investigation",
    "Sev4: Role: communications updates stakeholders",
    "Sev4: Role: scribe documents timeline and actions",
    "Sev4: Facts, no speculation",
    "Sev4: Always the time of the next update",
)
def test_four_roles_with_their_responsibility() -> None:
    assert [role.name for role in BOOK.roles] == ["Incident commander", "Tech lead", "Communications", "Scribe"]
    for name in ("SEV1", "SEV2"):
        assert severity(BOOK, name).who == "Commander, tech lead, communications, scribe"


@pytest.mark.rule(
    "Sev4: Role: commander coordinates and decides",
    "Sev4: Role: tech lead leads the investigation",
    "Sev4: Role: communications updates stakeholders",
    "Sev4: Role: scribe documents timeline and actions",
)
@pytest.mark.parametrize("name", ["SEV1", "SEV2"])
def test_each_of_the_four_roles_left_empty_is_noticed(name: str) -> None:
    empty = advice(tell(name, 16, "", book=BOOK))
    assert empty["no_ic"].text == "No incident commander is assigned."
    assert empty["missing_role"].text == "No tech lead or communications is assigned."
    assert empty["no_scribe"].text == "Nobody keeps the record."
    assert "four roles has nobody" in empty["missing_role"].why
    given = "1 mo: /role ic mo\n1 mo: /role tech rs\n1 mo: /role comms al\n1 mo: /role scribe bo"
    assert not {"no_ic", "missing_role", "no_scribe"} & set(advice(tell(name, 16, given, book=BOOK)))


@pytest.mark.rule("Sev4: Facts, no speculation", "Sev4: Always the time of the next update", "Sev4: To stakeholders")
def test_a_good_update() -> None:
    assert BOOK.templates == {"internal": "sev4-internal"}
