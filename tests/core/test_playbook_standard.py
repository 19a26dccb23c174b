"""The standard playbook, rule by rule: each test fails when its rule is taken out of the file."""

import pytest

from console.core.playbook.model import needs_postmortem
from tests.core.bookish import checklist, criteria, figures, lacking, pairs, severity, stage
from tests.core.story import standard

BOOK = standard()


@pytest.mark.rule("Standard: Nine stages in order")
def test_nine_stages_in_order() -> None:
    assert [one.name for one in BOOK.stages] == [
        "detected", "triage", "declared", "investigating", "mitigating", "resolving", "monitoring", "closed",
        "postmortem",
    ]  # fmt: skip


@pytest.mark.rule("Standard: Acknowledged within 5 minutes")
def test_the_alert_is_acknowledged_within_five_minutes() -> None:
    assert figures(BOOK, "acknowledge_s") == {
        "SEV0": (300,), "SEV1": (300,), "SEV2": (300,), "SEV3": (0,), "SEV4": (0,),
    }  # fmt: skip
    found = stage(BOOK, "detected")
    assert found.limit_s == 300


@pytest.mark.rule(
    "Standard: The alert reaches the person on call through the pager",
    "Standard: SEV2: one responder, alerted; no commander needed",
)
def test_the_pager_calls_whom_the_severity_asks_for() -> None:
    assert {one.name: one.alert.partition(":")[0] for one in BOOK.severities} == {
        "SEV0": "Page all hands", "SEV1": "Page the person on call", "SEV2": "Alert the person on call",
        "SEV3": "No alert", "SEV4": "None",
    }  # fmt: skip


@pytest.mark.rule("Standard: SEV0 to SEV3")
def test_five_severities_with_urgency() -> None:
    assert [(one.name, one.urgent) for one in BOOK.severities] == [
        ("SEV0", True), ("SEV1", True), ("SEV2", False), ("SEV3", False), ("SEV4", False),
    ]  # fmt: skip
    meant = [one.meaning for one in BOOK.severities]
    for said, name in zip(meant, ("All hands", "core function", "one responder", "a ticket", "cosmetic"), strict=True):
        assert name in said


@pytest.mark.rule(
    "Standard: Triage question: is a core function hit",
    "Standard: Triage question: is there a way around",
    "Standard: A severity is assigned, by a tool that classifies",
)
def test_the_worst_severity_has_criteria_with_figures() -> None:
    assert criteria(BOOK, "SEV0") == [
        {"down": True},
        {"data_loss": True},
        {"breach": True},
        {"revenue_over": 10000},
        {"users_over": 50, "no_workaround": True},
    ]
    assert criteria(BOOK, "SEV1") == [{"core": True, "no_workaround": True}, {"users_over": 50}]
    assert criteria(BOOK, "SEV2") == [{"core": True}, {"degraded": True}, {"users_over": 10}]
    assert criteria(BOOK, "SEV3") == [{"degraded": True}, {}]
    visible = [one.customer_visible for name in ("SEV2", "SEV3") for one in severity(BOOK, name).criteria]
    assert visible == [False, True, False, False, True]


@pytest.mark.rule("Standard: On declaring SEV0 or SEV1: a channel named by date and topic")
def test_declaring_opens_a_channel_by_date_and_topic() -> None:
    assert BOOK.channel == "#incident-{date}-{topic}"
    declaring = checklist(BOOK, "declare")
    assert declaring.severities == ("SEV0", "SEV1")


@pytest.mark.rule("Standard: On declaring: an incident commander is assigned")
def test_declaring_names_the_commander() -> None:
    assert severity(BOOK, "SEV0").roles["ic"] == severity(BOOK, "SEV1").roles["ic"] == 0


@pytest.mark.rule("Standard: On declaring: what the first status has")
def test_the_first_status_has_severity_commander_and_what_is_wrong() -> None:
    for part in ("{severity}", "{ic}", "{title}"):
        assert part in BOOK.first_status


@pytest.mark.rule("Standard: On declaring: the status page says investigating")
def test_the_status_page_says_investigating_at_the_declaration() -> None:
    assert BOOK.declared_stage == "declared"
    found = stage(BOOK, "declared")
    assert found.status == "investigating"
    assert checklist(BOOK, "declare").severities == ("SEV0", "SEV1")


@pytest.mark.rule(
    "Standard: Runbooks are used where the failure is known",
    "Standard: A hypothesis of the cause is formed",
    "Standard: Asked while investigating: since when, what changed, which systems",
    "Standard: The commander decides: enough known to mitigate, or go on looking",
)
def test_investigating_asks_what_leads_to_mitigation() -> None:
    assert stage(BOOK, "investigating").limit_s == 1800


@pytest.mark.rule("Standard: Experts look into logs, metrics and recent changes")
def test_where_to_look() -> None:
    sources = pairs(BOOK.data_sources, "name", "look_for")
    assert {"logs", "metrics", "deploys", "commits", "configuration", "traffic", "dependencies", "traces"} <= set(
        sources
    )
    for name, seen in (
        ("logs", "errors"), ("metrics", "when did a graph bend"), ("deploys", "shipped shortly before"),
        ("commits", "lately"), ("configuration", "changes made by hand"),
    ):  # fmt: skip
        assert seen in sources[name]


@pytest.mark.rule("Standard: Mitigation stops the impact and does not fix the cause")
def test_mitigating_stops_the_impact_and_does_not_fix_the_cause() -> None:
    found = stage(BOOK, "mitigating")
    assert not found.fixing


@pytest.mark.rule("Standard: The commander announces the mitigation with its action")
def test_a_mitigation_is_announced_with_its_action() -> None:
    said = stage(BOOK, "mitigating").announce
    assert "{last_action}" in said


@pytest.mark.rule(
    "Standard: Resolution fixes the cause for good",
    "Standard: Deploy the lasting fix if the mitigation was temporary",
    "Standard: Example: rollback mitigates, the corrected version resolves",
)
def test_resolving_is_the_lasting_fix() -> None:
    found = stage(BOOK, "resolving")
    assert found.fixing


@pytest.mark.rule("Standard: 30 minutes of stability before closing", "Standard: Watched meanwhile: four things")
def test_monitoring_watches_four_things_for_thirty_minutes() -> None:
    found = stage(BOOK, "monitoring")
    assert BOOK.stability_s == 1800
    assert (found.phase, found.status) == ("stable", "monitoring")


@pytest.mark.rule("Standard: Stable: go on to closing; unstable: back to investigation")
def test_unstable_goes_back_to_investigating() -> None:
    found = stage(BOOK, "monitoring")
    assert "investigating" in found.next


@pytest.mark.rule("Standard: Stable: go on to closing; unstable: back to investigation")
def test_stable_goes_on_to_closing_when_the_commander_says_so() -> None:
    after = BOOK.after("monitoring")
    assert after is not None
    assert after.name == "closed"


@pytest.mark.rule(
    "Standard: Closing is told in the channel with its time",
    "Standard: Closing sets the status page to resolved",
    "Standard: Responders are thanked",
    "Standard: The postmortem is scheduled within 48 hours",
)
def test_closing_tells_and_thanks_and_sets_the_postmortem() -> None:
    found = stage(BOOK, "closed")
    assert found.status == "resolved"


@pytest.mark.rule("Standard: Closing criteria")
def test_four_criteria_of_closing_are_a_list_that_the_gate_asks_for() -> None:
    gate = next(one for one in BOOK.gates if one.stage == "closed")
    assert gate.checklist == "closing"
    assert "checklist" in gate.needs
    assert gate.severities == ("SEV0", "SEV1", "SEV2")


@pytest.mark.rule("Standard: Do not close too early")
def test_early_closing_needs_one_of_the_given_reasons() -> None:
    (gate,) = BOOK.gates
    assert lacking(gate.reasons, "False alarm", "Duplicate", "another incident", "switched off", "afterwards") == []


@pytest.mark.rule(
    "Standard: The postmortem is there within 48 hours of resolution", "Standard: SEV0: postmortem within 24 hours"
)
def test_the_postmortem_is_due_in_48_hours_and_in_24_for_the_worst() -> None:
    assert figures(BOOK, "postmortem_s")["SEV0"] == (86400,)
    assert figures(BOOK, "postmortem_s")["SEV1"] == (172800,)
    assert [needs_postmortem(one) for one in BOOK.severities] == [True, True, False, False, False]


@pytest.mark.rule(
    "Standard: When to declare: four conditions", "Standard: Do not wait for certainty; it can be lowered later"
)
def test_when_to_declare() -> None:
    assert BOOK.declare_within_s == 900


@pytest.mark.rule(
    "Standard: Escalate after 30 minutes without progress",
    "Standard: Escalate when the severity rises",
    "Standard: Escalate when an expert is needed: database, security",
    "Standard: Escalate when it lasts longer than expected",
)
def test_when_to_escalate() -> None:
    assert figures(BOOK, "escalate_s") == {
        "SEV0": (1800,), "SEV1": (1800,), "SEV2": (1800,), "SEV3": (0,), "SEV4": (0,),
    }  # fmt: skip
    assert figures(BOOK, "resolution_s")["SEV0"] == (14400,)
    assert figures(BOOK, "resolution_s")["SEV1"] == (86400,)


@pytest.mark.rule(
    "Standard: Escalate when an expert is needed: database, security",
    "Standard: An escalation matrix with paths and contacts",
)
def test_whom_to_escalate_to() -> None:
    ladder = {one.nudge: (one.when, one.to) for one in BOOK.escalation if one.nudge}
    for nudge, when, to in (
        ("no_progress", "No progress after 30 minutes", "lead of the team that owns the service"),
        ("severity_rose", "The severity rises", "list of the new severity"),
        ("expert_needed", "An expert is needed", "on call for that field: database, network, security"),
        ("beyond_target", "longer than expected", "The head of engineering"),
    ):
        assert when in ladder[nudge][0]
        assert to in ladder[nudge][1]
    people = {one.name: one for one in BOOK.contacts}
    for field in ("database", "network", "security"):
        found = people[f"{field.capitalize()} on call"]
        assert field in found.topics
        assert f"pager of the {field} rotation" in found.reach


@pytest.mark.rule("Standard: 30 minutes of stability before closing", "Standard: When to close: four conditions")
def test_when_to_close() -> None:
    gate = next(one for one in BOOK.gates if one.stage == "closed")
    assert set(gate.needs) == {"stable", "fixes", "milestones", "postmortem_owner", "checklist"}


@pytest.mark.rule(
    "Standard: SEV0: all hands are paged at once",
    "Standard: SEV0: commander, communications lead and scribe",
    "Standard: SEV0: war room in a video call",
    "Standard: SEV0: executives within 15 minutes",
)
def test_all_hands() -> None:
    found = severity(BOOK, "SEV0")
    assert set(found.roles) == {"ic", "comms", "scribe"}
    assert found.alert == "Page all hands"
    assert found.response_s == 0
    assert found.executive_notice_s == 900
    assert found.update_s == {"internal": 900, "public": 900}
    listed = checklist(BOOK, "all-hands")
    assert listed.severities == ("SEV0",)
    rungs = [(one.when, one.to) for one in BOOK.escalation if one.severities == ("SEV0",)]
    assert rungs == [("All hands", "Executives, within 15 minutes")]


@pytest.mark.rule(
    "Standard: SEV2: one responder, alerted; no commander needed",
    "Standard: SEV2: the fix goes the usual way",
    "Standard: SEV2: postmortem optional, recommended for a new kind of failure",
    "Standard: Cadence: SEV2 at milestones",
)
def test_a_single_responder_needs_no_commander() -> None:
    found = severity(BOOK, "SEV2")
    assert found.roles == {}
    assert found.review == "optional"
    assert found.update_at_milestones
    assert not found.update_s
    assert found.who == "The person on call"


@pytest.mark.rule("Standard: SEV3: a ticket and no alert")
def test_a_ticket_alerts_nobody() -> None:
    found = severity(BOOK, "SEV3")
    assert found.alert == "No alert: open a ticket"
    assert found.response == "A ticket"
    assert "backlog" in found.tell
    assert found.review == "none"
    assert found.postmortem_s == 0
    assert (found.acknowledge_s, found.escalate_s, found.update_s, found.update_at_milestones) == (0, 0, {}, False)


@pytest.mark.rule("Standard: SEV0: updates every 15 minutes", "Standard: Cadence: SEV0 15 min, SEV1 30 min")
def test_the_cadence_of_updates() -> None:
    for audience in ("internal", "public"):
        assert {one.name: one.update_s.get(audience, 0) for one in BOOK.severities} == {
            "SEV0": 900, "SEV1": 1800, "SEV2": 0, "SEV3": 0, "SEV4": 0,
        }  # fmt: skip


@pytest.mark.rule("Standard: The status page goes through four states")
def test_the_status_page_goes_through_four_states() -> None:
    assert {one.name: one.status for one in BOOK.stages if one.status} == {
        "declared": "investigating", "investigating": "investigating", "mitigating": "identified",
        "resolving": "identified", "monitoring": "monitoring", "closed": "resolved",
    }  # fmt: skip


@pytest.mark.rule("Standard: Customers are written to within 24 hours after SEV0 and SEV1")
def test_customers_are_written_to_within_a_day() -> None:
    assert [one.customer_message_s for one in BOOK.severities] == [86400, 86400, 0, 0, 0]


@pytest.mark.rule(
    "Standard: Anti-pattern: declared late",
    "Standard: Anti-pattern: the commander debugs; delegate",
    "Standard: Anti-pattern: no updates; set a timer",
    "Standard: Anti-pattern: closed too early",
)
def test_four_anti_patterns_are_noticed() -> None:
    found = {one.nudge: (one.seen, one.instead) for one in BOOK.anti_patterns}
    for nudge, seen, instead in (
        ("late_declaration", "wait until they are certain", "Declare early; it can be lowered at any time"),
        ("ic_debugging", "nobody has the overview", "Give all debugging to others"),
        ("update_late", "Stakeholders know nothing, worry", "Let the clock run"),
        ("premature_closing", "before it was seen to be stable, and comes back", "Watch it for 30 minutes"),
    ):
        assert seen in found[nudge][0]
        assert instead in found[nudge][1]


def test_the_commander_s_span_and_shift() -> None:
    assert (BOOK.span_of_control, BOOK.shift_s, BOOK.quiet_s) == (7, 14400, 900)


# The best of the other processes, which the standard one has too


def test_a_recent_deploy_is_rolled_back_first() -> None:
    assert BOOK.roll_back_first


def test_ten_questions_come_first() -> None:
    assert [one.id for one in BOOK.questions] == [
        "what", "who", "since", "changed", "users", "core", "workaround", "symptoms", "monitoring", "tried",
    ]  # fmt: skip
    assert all(one.why for one in BOOK.questions)


def test_the_first_half_hour_has_lists_by_the_minute() -> None:
    windows = [(checklist(BOOK, id).from_s, checklist(BOOK, id).until_s) for id in (
        "first-five-minutes", "assessment", "containment")]  # fmt: skip
    assert windows == [(0, 300), (300, 900), (900, 1800)]


def test_the_ladder_of_restoring() -> None:
    found = checklist(BOOK, "ladder")
    assert found.ordered
    assert [item.partition(":")[0] for item in found.items] == [
        "Full restore", "Partial restore", "Degraded mode", "Maintenance mode",
    ]  # fmt: skip


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
    assert all(one.words for one in BOOK.red_flags)
