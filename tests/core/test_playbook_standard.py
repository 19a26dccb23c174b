"""The standard playbook, rule by rule: each test fails when its rule is taken out of the file."""

from console.core.playbook import needs_postmortem
from tests.core.bookish import checklist, criteria, duties, figures, lacking, pairs, severity, stage
from tests.core.story import standard

BOOK = standard()


def test_nine_stages_in_order() -> None:
    assert [one.name for one in BOOK.stages] == [
        "detected", "triage", "declared", "investigating", "mitigating", "resolving", "monitoring", "closed",
        "postmortem",
    ]  # fmt: skip


def test_four_ways_in_which_it_is_seen() -> None:
    assert lacking(BOOK.detection, "Alerts from monitoring", "Customers", "Synthetic checks", "colleague") == []


def test_the_alert_is_acknowledged_within_five_minutes() -> None:
    assert figures(BOOK, "acknowledge_s") == {
        "SEV0": (300,), "SEV1": (300,), "SEV2": (300,), "SEV3": (0,), "SEV4": (0,),
    }  # fmt: skip
    assert severity(BOOK, "SEV1").alert == "Page the person on call"


def test_triage_asks_four_things() -> None:
    questions = stage(BOOK, "triage").questions
    assert lacking(questions, "What is broken", "How many customers", "core function", "way around") == []


def test_five_severities_with_urgency() -> None:
    assert [(one.name, one.urgent) for one in BOOK.severities] == [
        ("SEV0", True), ("SEV1", True), ("SEV2", False), ("SEV3", False), ("SEV4", False),
    ]  # fmt: skip


def test_the_worst_severity_has_criteria_with_figures() -> None:
    assert criteria(BOOK, "SEV0") == [
        {"down": True},
        {"data_loss": True},
        {"breach": True},
        {"revenue_over": 10000},
        {"users_over": 50, "no_workaround": True},
    ]
    assert criteria(BOOK, "SEV1") == [{"core": True, "no_workaround": True}, {"users_over": 50}]
    assert criteria(BOOK, "SEV2")[0] == {"core": True}


def test_declaring_opens_a_channel_by_date_and_topic() -> None:
    assert BOOK.channel == "#incident-{date}-{topic}"
    assert lacking(checklist(BOOK, "declare").items, "channel is open") == []


def test_declaring_names_the_commander() -> None:
    assert severity(BOOK, "SEV0").roles["ic"] == severity(BOOK, "SEV1").roles["ic"] == 0
    assert lacking(checklist(BOOK, "declare").items, "commander is named") == []


def test_the_first_status_has_severity_commander_and_what_is_wrong() -> None:
    for part in ("{severity}", "{ic}", "{title}"):
        assert part in BOOK.first_status
    assert lacking(checklist(BOOK, "declare").items, "first status is posted") == []


def test_the_status_page_says_investigating_at_the_declaration() -> None:
    assert BOOK.declared_stage == "declared"
    assert stage(BOOK, "declared").status == "investigating"
    assert checklist(BOOK, "declare").severities == ("SEV0", "SEV1")
    assert lacking(checklist(BOOK, "declare").items, "status page says “investigating”") == []


def test_investigating_asks_what_leads_to_mitigation() -> None:
    questions = stage(BOOK, "investigating").questions
    assert lacking(questions, "When did it start", "What changed", "Which systems") == []
    assert lacking(questions, "runbook", "hypothesis", "enough to mitigate") == []
    assert stage(BOOK, "investigating").limit_s == 1800


def test_where_to_look() -> None:
    sources = pairs(BOOK.data_sources, "name", "look_for")
    assert {"logs", "metrics", "deploys", "configuration", "traffic", "dependencies", "traces"} <= set(sources)


def test_mitigating_stops_the_impact_and_does_not_fix_the_cause() -> None:
    assert "Not: the cause is fixed" in stage(BOOK, "mitigating").goal
    assert not stage(BOOK, "mitigating").fixing
    assert BOOK.principle.startswith("Stop the impact first")


def test_six_common_mitigations() -> None:
    assert lacking(
        BOOK.mitigations, "Roll back", "feature flag", "standby database", "Scale", "Limit the rate", "maintenance mode"
    ) == []  # fmt: skip


def test_a_mitigation_is_announced_with_its_action() -> None:
    said = stage(BOOK, "mitigating").announce
    assert "{last_action}" in said
    assert "watching whether the impact goes down" in said


def test_resolving_is_the_lasting_fix() -> None:
    found = stage(BOOK, "resolving")
    assert found.fixing
    assert "If the mitigation was a rollback: the corrected version is deployed" in found.goal
    assert lacking(found.questions, "Was the mitigation temporary", "proven to cure", "functions that were hit") == []


def test_monitoring_watches_four_things_for_thirty_minutes() -> None:
    found = stage(BOOK, "monitoring")
    assert BOOK.stability_s == 1800
    assert (found.phase, found.status) == ("stable", "monitoring")
    assert lacking(found.questions, "error rates", "latency", "reports from customers", "all metrics green") == []


def test_unstable_goes_back_to_investigating() -> None:
    assert "investigating" in stage(BOOK, "monitoring").next


def test_closing_tells_and_thanks_and_sets_the_postmortem() -> None:
    found = stage(BOOK, "closed")
    assert "resolved at {time}" in found.announce
    assert "Thank you" in found.announce
    assert found.status == "resolved"
    items = checklist(BOOK, "after-closing").items
    assert lacking(items, "since when", "status page says “resolved”", "thanked", "within 48 hours") == []


def test_four_criteria_of_closing_are_a_list_that_the_gate_asks_for() -> None:
    items = checklist(BOOK, "closing").items
    assert lacking(items, "stable for at least 30 minutes", "baseline", "reports from customers", "confident") == []
    gate = next(one for one in BOOK.gates if one.stage == "closed")
    assert gate.checklist == "closing"
    assert gate.severities == ("SEV0", "SEV1", "SEV2")


def test_early_closing_needs_one_of_the_given_reasons() -> None:
    (gate,) = BOOK.gates
    assert lacking(gate.reasons, "False alarm", "Duplicate", "another incident", "switched off", "afterwards") == []


def test_the_postmortem_is_due_in_48_hours_and_in_24_for_the_worst() -> None:
    assert figures(BOOK, "postmortem_s")["SEV0"] == (86400,)
    assert figures(BOOK, "postmortem_s")["SEV1"] == (172800,)
    assert [needs_postmortem(one) for one in BOOK.severities] == [True, True, False, False, False]


def test_the_postmortem_s_steps() -> None:
    items = checklist(BOOK, "postmortem").items
    assert lacking(items, "commander has invited", "scribe has created", "not persons", "owner and a date") == []
    assert "without blame" in stage(BOOK, "postmortem").goal


def test_when_to_declare() -> None:
    assert lacking(
        BOOK.declare_if, "Customers notice", "more than one person", "SEV1 or worse", "lowering it later costs nothing"
    ) == []  # fmt: skip
    assert BOOK.declare_within_s == 900


def test_when_to_escalate() -> None:
    assert lacking(BOOK.escalate_if, "30 minutes", "severity rose", "expert", "longer than was expected") == []
    assert figures(BOOK, "escalate_s")["SEV1"] == (1800,)


def test_whom_to_escalate_to() -> None:
    ladder = {one.nudge: one.to for one in BOOK.escalation if one.nudge}
    assert set(ladder) == {"no_progress", "severity_rose", "expert_needed", "beyond_target"}
    assert lacking([one.name for one in BOOK.contacts], "Database", "Network", "Security") == []


def test_when_to_close() -> None:
    assert lacking(BOOK.close_if, "30 minutes", "baseline", "No customer reports", "confident") == []


def test_all_hands() -> None:
    found = severity(BOOK, "SEV0")
    assert set(found.roles) == {"ic", "comms", "scribe"}
    assert found.executive_notice_s == 900
    assert found.update_s == {"internal": 900, "public": 900}
    assert lacking(found.workflow, "All hands", "named", "video call", "15 minutes", "24 hours") == []
    items = checklist(BOOK, "all-hands").items
    assert lacking(items, "All hands are paged", "scribe are named", "video call", "Executives") == []


def test_a_single_responder_needs_no_commander() -> None:
    found = severity(BOOK, "SEV2")
    assert found.roles == {}
    assert found.review == "optional"
    assert found.update_at_milestones
    assert not found.update_s
    assert (
        lacking(found.workflow, "not needed", "usual way", "if customers can see it", "stage", "failure is new") == []
    )


def test_a_ticket_alerts_nobody() -> None:
    found = severity(BOOK, "SEV3")
    assert found.alert.startswith("No alert")
    assert found.review == "none"
    assert lacking(found.workflow, "nobody is alerted", "backlog", "next sprint", "retrospective") == []
    assert (found.acknowledge_s, found.escalate_s, found.update_s, found.update_at_milestones) == (0, 0, {}, False)


def test_the_cadence_of_updates() -> None:
    assert {one.name: one.update_s.get("internal", 0) for one in BOOK.severities} == {
        "SEV0": 900, "SEV1": 1800, "SEV2": 0, "SEV3": 0, "SEV4": 0,
    }  # fmt: skip


def test_the_status_page_goes_through_four_states() -> None:
    said = list(dict.fromkeys(one.status for one in BOOK.stages if one.status))
    assert said == ["investigating", "identified", "monitoring", "resolved"]


def test_customers_are_written_to_within_a_day() -> None:
    assert [one.customer_message_s for one in BOOK.severities] == [86400, 86400, 0, 0, 0]
    assert lacking(checklist(BOOK, "after-closing").items, "written to within 24 hours") == []


def test_four_anti_patterns_are_noticed() -> None:
    instead = {one.nudge: one.instead for one in BOOK.anti_patterns}
    assert "Declare early" in instead["late_declaration"]
    assert "Give all debugging to others" in instead["ic_debugging"]
    assert "Let the clock run" in instead["update_late"]
    assert "30 minutes" in instead["premature_closing"]


def test_the_commander_delegates_and_decides() -> None:
    assert lacking(duties(BOOK, "ic"), "debugging to others", "decides", "stable", "Schedules the postmortem") == []
    assert lacking(duties(BOOK, "scribe"), "timeline", "postmortem") == []
    assert lacking(duties(BOOK, "comms"), "updates", "no guesses", "next update") == []


def test_the_commander_s_span_and_shift() -> None:
    assert (BOOK.span_of_control, BOOK.shift_s, BOOK.quiet_s) == (7, 14400, 900)


# The best of the other processes, which the standard one has too


def test_a_recent_deploy_is_rolled_back_first() -> None:
    assert BOOK.roll_back_first
    assert "roll back first" in next(one.why for one in BOOK.questions if one.id == "changed")


def test_ten_questions_come_first() -> None:
    assert [one.id for one in BOOK.questions] == [
        "what", "who", "since", "changed", "users", "core", "workaround", "symptoms", "monitoring", "tried",
    ]  # fmt: skip
    assert all(one.why for one in BOOK.questions)


def test_the_first_half_hour_has_lists_by_the_minute() -> None:
    windows = [(checklist(BOOK, id).from_s, checklist(BOOK, id).until_s) for id in (
        "first-five-minutes", "assessment", "containment")]  # fmt: skip
    assert windows == [(0, 300), (300, 900), (900, 1800)]
    first = checklist(BOOK, "first-five-minutes").items
    assert lacking(first, "broken", "changed recently", "rollback", "need to know", "first mitigation") == []
    second = checklist(BOOK, "assessment").items
    assert lacking(second, "users, regions, services", "deploys", "Former incidents", "runbook", "hypothesis") == []
    third = checklist(BOOK, "containment").items
    assert lacking(third, "damage is stopped", "served again", "Evidence", "Stakeholders") == []


def test_the_ladder_of_restoring() -> None:
    found = checklist(BOOK, "ladder")
    assert found.ordered
    assert [item.partition(":")[0] for item in found.items] == [
        "Full restore", "Partial restore", "Degraded mode", "Maintenance mode",
    ]  # fmt: skip


def test_what_a_lasting_fix_must_have() -> None:
    items = checklist(BOOK, "fix").items
    assert lacking(items, "root cause", "not the symptom", "tests", "reviewed", "way back", "under watch") == []


def test_temporary_fixes_leave_again() -> None:
    items = checklist(BOOK, "temporary-fixes").items
    assert lacking(items, "place, ticket and owner", "are removed", "works without them", "documentation") == []


def test_recovery_is_verified() -> None:
    items = checklist(BOOK, "recovery").items
    assert lacking(items, "Smoke tests", "last hour", "functions that were hit", "Customers confirm") == []


def test_containment_by_situation() -> None:
    found = pairs(BOOK.containment, "situation", "action")
    for situation, action in (
        ("bad deploy", "roll back"), ("faulty feature", "flag"), ("traffic spike", "limit the rate"),
        ("corrupt data", "stop all writing"), ("break-in", "revoke the access"), ("cascading failure", "shed load"),
    ):  # fmt: skip
        assert action in found[situation]
    assert all(one.words for one in BOOK.containment)


def test_six_red_flags_say_what_to_do() -> None:
    found = {one.thought: one.action for one in BOOK.red_flags}
    assert len(found) == 6
    assert "Roll back first" in found["Let me understand the code first"]
    assert "then escalate" in found["One more minute"]
    assert all(one.words for one in BOOK.red_flags)


def test_what_is_practised_between_incidents() -> None:
    assert lacking(
        BOOK.preparedness, "on-call rotation", "targets", "five most frequent", "rolled back", "escalation path",
        "Game days", "Load tests",
    ) == []  # fmt: skip
