"""The rapid playbook, rule by rule: each test fails when its rule is taken out of the file."""

from tests.core.bookish import checklist, criteria, duties, figures, lacking, pairs, severity, stage
from tests.core.story import built_in

BOOK = built_in("rapid")


def test_the_service_comes_first_and_the_cause_later() -> None:
    assert "Bring the service back first" in BOOK.principle
    assert "first three phases are for speed, the last three for thoroughness" in BOOK.principle


def test_when_it_is_for_and_when_not() -> None:
    assert lacking(BOOK.detection, "down or degraded", "Users are hit", "Alerts fire", "everything is broken") == []
    assert lacking(BOOK.declare_if, "down or degraded", "Alerts fire", "coordinated") == []
    assert lacking(BOOK.declare_if, "Not for ordinary debugging, planned maintenance or work on performance") == []


def test_six_phases_in_order() -> None:
    order = [one.name for one in BOOK.stages]
    assert [name for name in order if name not in ("monitor", "closed")] == [
        "assess", "contain", "mitigate", "diagnose", "fix", "postmortem",
    ]  # fmt: skip


def test_the_goals_of_the_phases() -> None:
    goals = {one.name: one.goal for one in BOOK.stages}
    assert "extent" in goals["assess"]
    assert "does not get worse" in goals["contain"]
    assert "even partly" in goals["mitigate"]
    assert "root cause" in goals["diagnose"]
    assert "removed" in goals["fix"]
    assert "does not happen again" in goals["postmortem"]


def test_assessing_takes_thirty_seconds() -> None:
    assert stage(BOOK, "assess").limit_s == 30


def test_five_triage_questions_with_their_reasons() -> None:
    questions = stage(BOOK, "assess").questions
    assert lacking(questions, "What is broken", "Who is affected", "When did it", "What changed", "How bad") == []
    reasons = {one.id: one.why for one in BOOK.questions}
    assert {"what", "who", "since", "changed", "users"} <= set(reasons)
    assert all(reasons.values())
    asked = {one.id: one.ask for one in BOOK.questions}
    assert "a tenth of the users, or all" in asked["users"]
    assert "code, configuration, traffic" in asked["changed"]


def test_what_is_asked_of_whoever_reports_it() -> None:
    asked = [one.ask for one in BOOK.questions]
    assert lacking(asked, "symptoms", "start", "deployed or changed", "monitoring show", "tried") == []


def test_four_severities_with_response_times() -> None:
    assert figures(BOOK, "response_s") == {
        "SEV-1": (0,), "SEV-2": (3600,), "SEV-3": (14400,), "SEV-4": (86400,),
    }  # fmt: skip


def test_what_each_severity_means_and_how_it_is_answered() -> None:
    said = {one.name: f"{one.meaning} {one.response}" for one in BOOK.severities}
    assert lacking([said["SEV-1"]], "Complete outage", "all users", "All hands on deck") == []
    assert lacking([said["SEV-2"]], "important feature", "many users", "Immediately") == []
    assert lacking([said["SEV-3"]], "minor feature", "some users", "business hours") == []
    assert lacking([said["SEV-4"]], "Cosmetic", "edge case", "ticket for later", "Next business day") == []


def test_who_responds() -> None:
    assert {one.name: one.who for one in BOOK.severities} == {
        "SEV-1": "Everyone", "SEV-2": "On call and the backup", "SEV-3": "On call", "SEV-4": "A ticket",
    }  # fmt: skip


def test_severities_follow_from_the_answers() -> None:
    assert {"down": True} in criteria(BOOK, "SEV-1")
    assert {"users_over": 10} in criteria(BOOK, "SEV-2")


def test_containment_by_situation() -> None:
    found = pairs(BOOK.containment, "situation", "action")
    for situation, action in (
        ("bad deploy", "roll back to the previous version"),
        ("faulty feature", "flag"),
        ("traffic spike", "rate limiting"),
        ("data corruption", "halt writes and preserve the state"),
        ("security breach", "revoke access and isolate"),
        ("cascading failure", "shed load and break circuits"),
    ):
        assert action in found[situation]


def test_a_recent_deploy_and_new_symptoms_mean_roll_back_first() -> None:
    assert BOOK.roll_back_first
    assert "deployed again" in next(one.instead for one in BOOK.anti_patterns if one.nudge == "roll_back_first")
    assert lacking(stage(BOOK, "contain").questions, "Was there a deploy just before? Then roll back now") == []


def test_a_feature_s_flag_is_switched_off_and_watched() -> None:
    assert "watch whether the symptoms go" in pairs(BOOK.containment, "situation", "action")["faulty feature"]


def test_the_ladder_of_mitigation() -> None:
    ladder = checklist(BOOK, "ladder")
    assert ladder.ordered
    assert [item.partition(":")[0] for item in ladder.items] == [
        "Full restore", "Partial restore", "Degraded mode", "Maintenance mode",
    ]  # fmt: skip
    assert lacking(ladder.items, "rollback works", "edge cases do not", "clear message", "saying so") == []


def test_temporary_fixes_are_noted_and_leave_again() -> None:
    assert lacking(BOOK.mitigations, "noted as a temporary fix") == []
    items = checklist(BOOK, "temporary-fixes").items
    assert lacking(items, "what, where, ticket", "are removed", "works without them", "documentation") == []
    assert "permanent" in next(one.seen for one in BOOK.anti_patterns if one.nudge == "fix_without_ticket")


def test_from_symptom_to_cause_in_four_steps() -> None:
    items = checklist(BOOK, "diagnosis").items
    assert [item.partition(":")[0].partition(",")[0] for item in items[:4]] == [
        "Reproduced", "Isolated", "Hypothesis", "Verified",
    ]  # fmt: skip
    assert lacking(items, "outside production", "timeline of events is complete") == []


def test_six_places_to_look() -> None:
    found = pairs(BOOK.data_sources, "name", "look_for")
    for name, look in (
        ("logs", "stack traces"), ("metrics", "graphs changed"), ("deploys", "shipped recently"),
        ("configuration", "by hand"), ("external dependencies", "status pages"), ("traffic patterns", "attack"),
    ):  # fmt: skip
        assert look in found[name]


def test_what_a_fix_must_have() -> None:
    items = checklist(BOOK, "fix").items
    assert len(items) == 5
    assert lacking(items, "identified and documented", "not the symptom", "has tests", "reviewed", "roll back") == []


def test_a_fix_is_tested_before_it_goes_out() -> None:
    items = checklist(BOOK, "fix-test").items
    assert lacking(items, "Regression tests pass in staging", "reproduction", "under watch") == []


def test_good_action_items() -> None:
    items = checklist(BOOK, "action-items").items
    assert lacking(items, "Specific", "Doable", "Owned", "Dated", "“improve monitoring”", "“be more careful”") == []


def test_learning_is_about_systems() -> None:
    assert "systems, not about persons" in stage(BOOK, "postmortem").goal


def test_what_a_handoff_holds() -> None:
    items = checklist(BOOK, "handoff").items
    assert lacking(items, "how severe", "what was tried", "hypothesis", "next steps", "Who reported it", "expert") == []


def test_six_red_flags() -> None:
    found = {one.thought: (one.reality, one.action) for one in BOOK.red_flags}
    for thought, reality, action in (
        ("Let me understand the code first", "suffering", "Roll back first"),
        ("This fix might work", "make it worse", "known to be good"),
        ("It's just a small issue", "cascade", "seriously"),
        ("We need the permanent fix", "temporary mitigation", "Restore the service first"),
        ("I can debug this quickly", "takes its time", "Mitigate, then debug"),
        ("One more minute", "scope creeps", "time limit, then escalate"),
    ):
        assert reality in found[thought][0]
        assert action in found[thought][1]
    assert all(one.words for one in BOOK.red_flags)


def test_the_incident_s_own_checklist() -> None:
    items = checklist(BOOK, "incident").items
    assert [item.partition(":")[0] for item in items] == [
        "Assess", "Contain", "Mitigate", "Communicate", "Diagnose", "Fix", "Postmortem",
    ]  # fmt: skip


def test_the_first_five_minutes() -> None:
    found = checklist(BOOK, "first-five-minutes")
    assert found.until_s == 300
    assert lacking(found.items, "broken", "changed recently", "roll back", "need to know", "mitigation") == []


def test_the_best_place_for_what_it_points_to() -> None:
    assert lacking(BOOK.preparedness, "Observability", "Controlled failures", "Load tests", "pattern") == []
    assert lacking([one.to for one in BOOK.escalation], "read themselves into it") == []


def test_stakeholders_are_kept_informed() -> None:
    assert severity(BOOK, "SEV-1").update_s == {"internal": 1800, "public": 1800}
    assert lacking(duties(BOOK, "ic"), "stakeholders informed") == []
    assert lacking(duties(BOOK, "comms"), "workaround") == []
    assert BOOK.templates == {"internal": "rapid-internal"}
