"""The standard playbook, rule by rule: each test fails when its rule is taken out of the file."""

import pytest

from tests.core.bookstory import checklist, lacking, pairs, severity, stage
from tests.core.story import standard

BOOK = standard()


@pytest.mark.rule(
    "Standard: The alert reaches the person on call through the pager",
    "Standard: SEV2: one responder, alerted; no commander needed",
    "Standard: SEV0: all hands are paged at once",
    "Standard: SEV3: a ticket and no alert",
)
def test_the_pager_calls_whom_the_severity_asks_for() -> None:
    assert {severity.name: severity.alert.partition(":")[0] for severity in BOOK.severities} == {
        "SEV0": "Page all hands", "SEV1": "Page the person on call", "SEV2": "Alert the person on call",
        "SEV3": "No alert", "SEV4": "None",
    }  # fmt: skip
    assert severity(BOOK, "SEV2").who == "The person on call"
    ticket = severity(BOOK, "SEV3")
    assert (ticket.alert, ticket.response) == ("No alert: open a ticket", "A ticket")
    assert "backlog" in ticket.tell


@pytest.mark.rule("Standard: SEV0 to SEV3")
def test_five_severities() -> None:
    meant = [severity.meaning for severity in BOOK.severities]
    for text, words in zip(meant, ("All hands", "core function", "one responder", "a ticket", "cosmetic"), strict=True):
        assert words in text


@pytest.mark.rule("Standard: On declaring SEV0 or SEV1: a channel named by date and topic")
def test_declaring_opens_a_channel_by_date_and_topic() -> None:
    assert BOOK.channel == "#incident-{date}-{topic}"


@pytest.mark.rule("Standard: On declaring: what the first status has")
def test_the_first_status_has_severity_commander_and_what_is_wrong() -> None:
    for part in ("{severity}", "{ic}", "{title}"):
        assert part in BOOK.first_status


@pytest.mark.rule("Standard: Experts look into logs, metrics and recent changes")
def test_where_to_look() -> None:
    sources = pairs(BOOK.data_sources, "name", "look_for")
    assert {"traffic", "dependencies", "traces"} <= set(sources)
    for name, seen in (
        ("logs", "errors"), ("metrics", "when did a graph bend"), ("deploys", "shipped shortly before"),
        ("commits", "lately"), ("configuration", "changes made by hand"),
    ):  # fmt: skip
        assert seen in sources[name]


@pytest.mark.rule("Standard: The commander announces the mitigation with its action")
def test_a_mitigation_is_announced_with_its_action() -> None:
    assert "{last_action}" in stage(BOOK, "mitigating").announce


@pytest.mark.rule("Standard: Stable: go on to closing; unstable: back to investigation")
def test_stable_goes_on_to_closing_when_the_commander_says_so() -> None:
    after = BOOK.after("monitoring")
    assert after is not None
    assert after.name == "closed"


@pytest.mark.rule("Standard: Do not close too early")
def test_early_closing_needs_one_of_the_given_reasons() -> None:
    (gate,) = BOOK.gates
    assert lacking(gate.reasons, "False alarm", "Duplicate", "another incident", "switched off", "afterwards") == []


@pytest.mark.rule(
    "Standard: Escalate when an expert is needed: database, security",
    "Standard: An escalation matrix with paths and contacts",
    "Standard: SEV0: executives within 15 minutes",
)
def test_whom_to_escalate_to() -> None:
    ladder = {escalation.nudge: (escalation.when, escalation.to) for escalation in BOOK.escalation if escalation.nudge}
    for nudge, when, to in (
        ("no_progress", "No progress after 30 minutes", "lead of the team that owns the service"),
        ("severity_rose", "The severity rises", "list of the new severity"),
        ("expert_needed", "An expert is needed", "on call for that field: database, network, security"),
        ("beyond_target", "longer than expected", "The head of engineering"),
    ):
        assert when in ladder[nudge][0]
        assert to in ladder[nudge][1]
    rungs = [(escalation.when, escalation.to) for escalation in BOOK.escalation if escalation.severities == ("SEV0",)]
    assert rungs == [("All hands", "Executives, within 15 minutes")]
    people = {contact.name: contact for contact in BOOK.contacts}
    for field in ("database", "network", "security"):
        contact = people[f"{field.capitalize()} on-call"]
        assert field in contact.topics
        assert f"pager of the {field} rotation" in contact.usually


@pytest.mark.rule(
    "Standard: Anti-pattern: declared late",
    "Standard: Anti-pattern: the commander debugs; delegate",
    "Standard: Anti-pattern: no updates; set a timer",
    "Standard: Anti-pattern: closed too early",
)
def test_four_anti_patterns_are_noticed() -> None:
    texts = {pattern.nudge: (pattern.seen, pattern.instead) for pattern in BOOK.anti_patterns}
    for nudge, seen, instead in (
        ("late_declaration", "wait until they are certain", "Declare early; it can be lowered at any time"),
        ("ic_debugging", "nobody has the overview", "Delegate debugging"),
        ("update_late", "Stakeholders hear nothing, worry", "Post when the clock says"),
        ("premature_closing", "before it was seen to be stable, and comes back", "Watch it for 30 minutes"),
    ):
        assert seen in texts[nudge][0]
        assert instead in texts[nudge][1]


# The best of the other processes, which the standard one has too


def test_the_ladder_of_restoring() -> None:
    assert [item.partition(":")[0] for item in checklist(BOOK, "ladder").items] == [
        "Full restore", "Partial restore", "Degraded mode", "Maintenance mode",
    ]  # fmt: skip


def test_containment_by_situation() -> None:
    actions = pairs(BOOK.containment, "situation", "action")
    for situation, action in (
        ("bad deploy", "roll back"), ("faulty feature", "flag"), ("traffic spike", "limit the rate"),
        ("corrupt data", "stop all writing"), ("break-in", "revoke the access"), ("cascading failure", "shed load"),
    ):  # fmt: skip
        assert action in actions[situation]
