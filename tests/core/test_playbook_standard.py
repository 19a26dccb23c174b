"""The standard playbook, rule by rule: each test fails when its rule is taken out of the file."""

import pytest

from console.core.playbook.model import needs_postmortem
from tests.core.bookish import checklist, criteria, duties, figures, lacking, pairs, severity, stage
from tests.core.story import standard

BOOK = standard()


@pytest.mark.rule("Standard: Nine stages in order")
def test_nine_stages_in_order() -> None:
    assert [one.name for one in BOOK.stages] == [
        "detected", "triage", "declared", "investigating", "mitigating", "resolving", "monitoring", "closed",
        "postmortem",
    ]  # fmt: skip


@pytest.mark.rule("Standard: Seen by alerts, customers, synthetic checks, colleagues")
def test_four_ways_in_which_it_is_seen() -> None:
    assert lacking(
        BOOK.detection, "Alerts from monitoring (Prometheus, Datadog, CloudWatch", "Customers: support tickets, social",
        "Synthetic checks that use the product from outside", "colleague who notices",
    ) == []  # fmt: skip


@pytest.mark.rule("Standard: Acknowledged within 5 minutes")
def test_the_alert_is_acknowledged_within_five_minutes() -> None:
    assert figures(BOOK, "acknowledge_s") == {
        "SEV0": (300,), "SEV1": (300,), "SEV2": (300,), "SEV3": (0,), "SEV4": (0,),
    }  # fmt: skip
    found = stage(BOOK, "detected")
    assert "within 5 minutes" in found.goal
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
    assert lacking(BOOK.preparedness, "Each service has an on-call rotation, and the pager reaches it") == []


@pytest.mark.rule(
    "Standard: Triage question: what is broken",
    "Standard: Triage question: how many customers",
    "Standard: Triage question: is a core function hit",
    "Standard: Triage question: is there a way around",
)
def test_triage_asks_four_things() -> None:
    questions = stage(BOOK, "triage").questions
    assert lacking(questions, "What is broken", "How many customers", "core function", "way around") == []
    asked = {one.id: one.ask for one in BOOK.questions}
    assert "What is broken" in asked["what"]
    assert "how many" in asked["who"]
    assert "core function" in asked["core"]
    assert "way around" in asked["workaround"]


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
    assert lacking(declaring.items, "channel is open") == []
    assert lacking(severity(BOOK, "SEV1").workflow, "A channel is opened for it") == []


@pytest.mark.rule("Standard: On declaring: an incident commander is assigned")
def test_declaring_names_the_commander() -> None:
    assert severity(BOOK, "SEV0").roles["ic"] == severity(BOOK, "SEV1").roles["ic"] == 0
    assert lacking(checklist(BOOK, "declare").items, "commander is named") == []
    assert lacking(severity(BOOK, "SEV1").workflow, "and a commander named") == []
    assert lacking(stage(BOOK, "declared").questions, "Who commands") == []


@pytest.mark.rule("Standard: On declaring: what the first status has")
def test_the_first_status_has_severity_commander_and_what_is_wrong() -> None:
    for part in ("{severity}", "{ic}", "{title}"):
        assert part in BOOK.first_status
    items = checklist(BOOK, "declare").items
    assert lacking(items, "first status is posted: severity, commander, what is wrong") == []
    said = "first status says severity, commander and what is wrong"
    assert lacking(severity(BOOK, "SEV1").workflow, said) == []


@pytest.mark.rule("Standard: On declaring: the status page says investigating")
def test_the_status_page_says_investigating_at_the_declaration() -> None:
    assert BOOK.declared_stage == "declared"
    found = stage(BOOK, "declared")
    assert found.status == "investigating"
    assert "the status page says that we investigate" in found.goal
    assert lacking(severity(BOOK, "SEV1").workflow, "status page says that it is being investigated") == []
    assert checklist(BOOK, "declare").severities == ("SEV0", "SEV1")
    assert lacking(checklist(BOOK, "declare").items, "status page says “investigating”") == []


@pytest.mark.rule(
    "Standard: Runbooks are used where the failure is known",
    "Standard: A hypothesis of the cause is formed",
    "Standard: Asked while investigating: since when, what changed, which systems",
    "Standard: The commander decides: enough known to mitigate, or go on looking",
)
def test_investigating_asks_what_leads_to_mitigation() -> None:
    questions = stage(BOOK, "investigating").questions
    assert lacking(questions, "When did it start", "Which systems", "runbook", "hypothesis") == []
    assert lacking(questions, "What changed before that: deploys, configuration, traffic") == []
    assert "enough to mitigate? Then do; else keep looking" in questions[-1]
    assert stage(BOOK, "investigating").limit_s == 1800


@pytest.mark.rule(
    "Standard: The commander coordinates the investigation",
    "Standard: The commander decides: enough known to mitigate, or go on looking",
)
def test_the_commander_leads_the_investigation_and_the_experts_do_it() -> None:
    assert lacking(duties(BOOK, "ic"), "Leads the response and decides", "Gives tasks with a name and a time") == []
    assert lacking(
        duties(BOOK, "tech"), "Leads the investigation", "Brings in experts", "Reports to the commander"
    ) == []  # fmt: skip


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
    assert "no longer hit, as soon as possible" in found.goal
    assert "Not: the cause is fixed" in found.goal
    assert lacking(found.questions, "the quickest way to serve users") == []
    assert not found.fixing
    assert BOOK.principle.startswith("Stop the impact first")


@pytest.mark.rule(
    "Standard: Common mitigation: roll back the deploy",
    "Standard: Common mitigation: switch the feature flag off",
    "Standard: Common mitigation: fail over to the second database",
    "Standard: Common mitigation: scale up",
    "Standard: Common mitigation: limit traffic",
    "Standard: Common mitigation: maintenance mode",
)
def test_six_common_mitigations() -> None:
    assert lacking(
        BOOK.mitigations, "Roll back", "feature flag", "standby database", "Scale", "Limit the rate", "maintenance mode"
    ) == []  # fmt: skip


@pytest.mark.rule("Standard: The commander announces the mitigation with its action")
def test_a_mitigation_is_announced_with_its_action() -> None:
    said = stage(BOOK, "mitigating").announce
    assert "{last_action}" in said
    assert "watching whether the impact goes down" in said


@pytest.mark.rule(
    "Standard: Resolution fixes the cause for good",
    "Standard: Deploy the lasting fix if the mitigation was temporary",
    "Standard: Example: rollback mitigates, the corrected version resolves",
)
def test_resolving_is_the_lasting_fix() -> None:
    found = stage(BOOK, "resolving")
    assert found.fixing
    assert "The cause itself is fixed" in found.goal
    assert "If the mitigation was a rollback: the corrected version is deployed" in found.goal
    assert lacking(found.questions, "Was the mitigation temporary", "proven to cure", "functions that were hit") == []


@pytest.mark.rule("Standard: 30 minutes of stability before closing", "Standard: Watched meanwhile: four things")
def test_monitoring_watches_four_things_for_thirty_minutes() -> None:
    found = stage(BOOK, "monitoring")
    assert BOOK.stability_s == 1800
    assert (found.phase, found.status) == ("stable", "monitoring")
    assert "30 minutes without a relapse" in found.goal
    assert "30 minutes of stability" in found.announce
    assert lacking(found.questions, "error rates", "latency", "reports from customers", "all metrics green") == []


@pytest.mark.rule("Standard: Stable: go on to closing; unstable: back to investigation")
def test_unstable_goes_back_to_investigating() -> None:
    found = stage(BOOK, "monitoring")
    assert "investigating" in found.next
    assert "unstable: back to investigating" in found.goal


@pytest.mark.rule("Standard: Stable: go on to closing; unstable: back to investigation")
def test_stable_goes_on_to_closing_when_the_commander_says_so() -> None:
    after = BOOK.after("monitoring")
    assert after is not None
    assert after.name == "closed"
    assert lacking(duties(BOOK, "ic"), "Decides when it is stable and when it is over") == []


@pytest.mark.rule(
    "Standard: Closing is told in the channel with its time",
    "Standard: Closing sets the status page to resolved",
    "Standard: Responders are thanked",
    "Standard: The postmortem is scheduled within 48 hours",
)
def test_closing_tells_and_thanks_and_sets_the_postmortem() -> None:
    found = stage(BOOK, "closed")
    assert "resolved at {time}" in found.announce
    assert "Thank you" in found.announce
    assert "postmortem is being scheduled" in found.announce
    assert lacking(found.questions, "When is the postmortem") == []
    assert found.status == "resolved"
    items = checklist(BOOK, "after-closing").items
    assert lacking(items, "since when", "status page says “resolved”", "thanked") == []
    assert lacking(items, "postmortem has a date within 48 hours (24 for SEV0)") == []


@pytest.mark.rule("Standard: Closing criteria")
def test_four_criteria_of_closing_are_a_list_that_the_gate_asks_for() -> None:
    items = checklist(BOOK, "closing").items
    assert lacking(items, "stable for at least 30 minutes", "baseline", "reports from customers", "confident") == []
    gate = next(one for one in BOOK.gates if one.stage == "closed")
    assert gate.checklist == "closing"
    assert "checklist" in gate.needs
    assert lacking(items, "Error rates, latency and the other metrics") == []
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
    assert lacking(severity(BOOK, "SEV0").workflow, "within 24 hours, sooner than for any other") == []
    assert lacking(severity(BOOK, "SEV1").workflow, "within 48 hours") == []
    assert [needs_postmortem(one) for one in BOOK.severities] == [True, True, False, False, False]


@pytest.mark.rule(
    "Standard: The commander invites to the review",
    "Standard: The scribe creates the document from the template",
    "Standard: The review is blameless",
    "Standard: Action items have owners and due dates",
)
def test_the_postmortem_s_steps() -> None:
    items = checklist(BOOK, "postmortem").items
    assert lacking(items, "commander has invited to the review", "scribe has created the document") == []
    assert lacking(items, "review was held, about systems and not persons", "Decisions made in the heat") == []
    assert lacking(items, "Each action item is specific, and has an owner and a date") == []
    assert "without blame" in stage(BOOK, "postmortem").goal
    assert lacking(stage(BOOK, "postmortem").questions, "Who does what by when") == []
    assert lacking(duties(BOOK, "ic"), "Schedules the postmortem") == []
    assert lacking(duties(BOOK, "scribe"), "Prepares the postmortem's document") == []


@pytest.mark.rule(
    "Standard: When to declare: four conditions", "Standard: Do not wait for certainty; it can be lowered later"
)
def test_when_to_declare() -> None:
    assert lacking(
        BOOK.declare_if, "Customers notice", "more than one person", "SEV1 or worse", "lowering it later costs nothing"
    ) == []  # fmt: skip
    assert BOOK.declare_within_s == 900


@pytest.mark.rule(
    "Standard: Escalate after 30 minutes without progress",
    "Standard: Escalate when the severity rises",
    "Standard: Escalate when an expert is needed: database, security",
    "Standard: Escalate when it lasts longer than expected",
)
def test_when_to_escalate() -> None:
    assert lacking(BOOK.escalate_if, "30 minutes", "severity rose", "expert", "longer than was expected") == []
    assert lacking(BOOK.escalate_if, "from SEV2 to SEV1", "database, network, security") == []
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
    assert lacking(
        BOOK.close_if, "is resolved, and has been stable for at least 30 minutes", "baseline", "No customer reports",
        "commander is confident and sees nothing left to do",
    ) == []  # fmt: skip
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
    assert "At once, all hands" in found.response
    assert found.executive_notice_s == 900
    assert "Executives within 15 minutes" in found.tell
    assert found.update_s == {"internal": 900, "public": 900}
    assert lacking(
        found.workflow, "All hands are paged as soon as it is seen", "Commander, communications lead and scribe",
        "one video call, the war room", "Executives hear of it within 15 minutes", "update goes out every 15 minutes",
    ) == []  # fmt: skip
    listed = checklist(BOOK, "all-hands")
    assert listed.severities == ("SEV0",)
    assert lacking(
        listed.items, "All hands are paged", "Communications lead and scribe are named", "video call is open",
        "Executives are informed",
    ) == []  # fmt: skip
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
    assert "One responder" in found.response
    assert "no commander is needed" in found.response
    assert "status page if they can see it" in found.tell
    assert lacking(
        found.workflow, "investigates alone; a commander is not needed", "usual way",
        "status page is updated if customers can see it", "when the stage changes",
        "postmortem is optional, and worth it when the failure is new",
    ) == []  # fmt: skip


@pytest.mark.rule("Standard: SEV3: a ticket and no alert")
def test_a_ticket_alerts_nobody() -> None:
    found = severity(BOOK, "SEV3")
    assert found.alert == "No alert: open a ticket"
    assert found.response == "A ticket"
    assert "next sprint" in found.plan
    assert "backlog" in found.tell
    assert found.review == "none"
    assert found.postmortem_s == 0
    assert lacking(
        found.workflow, "ticket is opened; nobody is alerted", "into the backlog", "planned for the next sprint",
        "No postmortem: the sprint's retrospective",
    ) == []  # fmt: skip
    assert (found.acknowledge_s, found.escalate_s, found.update_s, found.update_at_milestones) == (0, 0, {}, False)


@pytest.mark.rule("Standard: SEV0: updates every 15 minutes", "Standard: Cadence: SEV0 15 min, SEV1 30 min")
def test_the_cadence_of_updates() -> None:
    for audience in ("internal", "public"):
        assert {one.name: one.update_s.get(audience, 0) for one in BOOK.severities} == {
            "SEV0": 900, "SEV1": 1800, "SEV2": 0, "SEV3": 0, "SEV4": 0,
        }  # fmt: skip
    assert lacking(severity(BOOK, "SEV0").workflow, "every 15 minutes") == []
    assert lacking(severity(BOOK, "SEV1").workflow, "every 30 minutes") == []


@pytest.mark.rule("Standard: The status page goes through four states")
def test_the_status_page_goes_through_four_states() -> None:
    assert {one.name: one.status for one in BOOK.stages if one.status} == {
        "declared": "investigating", "investigating": "investigating", "mitigating": "identified",
        "resolving": "identified", "monitoring": "monitoring", "closed": "resolved",
    }  # fmt: skip


@pytest.mark.rule("Standard: Customers are written to within 24 hours after SEV0 and SEV1")
def test_customers_are_written_to_within_a_day() -> None:
    assert [one.customer_message_s for one in BOOK.severities] == [86400, 86400, 0, 0, 0]
    assert lacking(checklist(BOOK, "after-closing").items, "written to within 24 hours (SEV0 and SEV1)") == []


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


@pytest.mark.rule("Standard: Anti-pattern: the commander debugs; delegate")
def test_the_commander_delegates_and_decides() -> None:
    assert lacking(duties(BOOK, "ic"), "Hands all debugging to others, to keep the overview", "decides") == []
    assert lacking(duties(BOOK, "scribe"), "Keeps the timeline", "postmortem") == []
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


@pytest.mark.rule("Standard: Deploy the lasting fix if the mitigation was temporary")
def test_what_a_lasting_fix_must_have() -> None:
    items = checklist(BOOK, "fix").items
    assert lacking(items, "root cause is found", "not the symptom", "one of them reproduces the incident") == []
    assert lacking(items, "is reviewed", "a way back", "tried in staging and is deployed under watch") == []


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
