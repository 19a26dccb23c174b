"""The rapid playbook, rule by rule: each test fails when its rule is taken out of the file."""

from datetime import timedelta

import pytest

from console.core.advice.rules import Nudge, nudges
from console.core.playbook.model import AntiPattern
from console.core.playbook.runbook import Runbook
from console.core.playbook.runbook_reader import read_runbook
from console.core.playbook.triage import suggest
from console.core.subjects.milestone import SetMilestone
from console.resources import resource_path
from tests.core.bookish import checklist, figures, severity, stage
from tests.core.story import START, Story, built_in

BOOK = built_in("rapid")


def room(*lines: str, minute: float = 5) -> Story:
    """A SEV-1 looked at in this minute, after lines that were typed in minute 1."""
    story = Story("SEV-1", book=BOOK).at(1)
    for line in lines:
        story.says(line)
    return story.at(minute)


def advice(story: Story) -> dict[str, Nudge]:
    return {one.id: one for one in nudges(story.state, story.now)}


def pattern(nudge: str) -> AntiPattern:
    return next(one for one in BOOK.anti_patterns if one.nudge == nudge)


# --- the method ------------------------------------------------------------------------------------------------------


@pytest.mark.rule(
    "Rapid: Restore the service first, look for the cause later",
    "Rapid: The first three for speed, the last three for thoroughness",
)
def test_the_service_comes_first_and_the_cause_later() -> None:
    assert stage(BOOK, "fix").fixing


@pytest.mark.rule("Rapid: Restore the service first, look for the cause later")
def test_work_on_the_cause_is_told_to_wait() -> None:
    told = advice(room("+ @rs find the root cause"))["fixing_first"]
    assert "can wait: the impact is not stopped yet" in told.text
    assert told.why == f"{pattern('fixing_first').seen} {pattern('fixing_first').instead}"


@pytest.mark.rule("Rapid: Six phases: assess, contain, mitigate, diagnose, fix, postmortem")
def test_six_phases_in_order() -> None:
    order = [(one.name, one.title) for one in BOOK.stages if one.name not in ("monitor", "closed")]
    assert order == [
        ("assess", "Assess"), ("contain", "Contain"), ("mitigate", "Mitigate"), ("diagnose", "Diagnose"),
        ("fix", "Fix"), ("postmortem", "Postmortem"),
    ]  # fmt: skip
    assert BOOK.declared_stage == "assess"


# --- assess ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("Rapid: 30 seconds to understand the extent")
def test_assessing_takes_thirty_seconds() -> None:
    assert stage(BOOK, "assess").limit_s == 30


@pytest.mark.rule(
    "Rapid: SEV-1: complete outage, a core function for all users", "Rapid: Response: SEV-1 at once, SEV-2 under 1 hour"
)
def test_four_severities_with_response_times() -> None:
    assert figures(BOOK, "response_s") == {
        "SEV-1": (0,), "SEV-2": (3600,), "SEV-3": (14400,), "SEV-4": (86400,),
    }  # fmt: skip


@pytest.mark.rule("Rapid: Response: SEV-1 at once, SEV-2 under 1 hour")
@pytest.mark.parametrize(("name", "minutes"), [("SEV-2", 60), ("SEV-3", 240), ("SEV-4", 1440)])
def test_the_response_is_held_against_its_time(name: str, minutes: int) -> None:
    for late, state in ((0, "kept"), (1, "late")):
        story = Story(name, book=BOOK)
        story.does(SetMilestone, milestone="detected", moment=START - timedelta(minutes=minutes + late))
        assert story.clock("acknowledge").state == state


@pytest.mark.rule("Rapid: Who: everyone, on call and backup, on call, a ticket")
def test_who_responds() -> None:
    assert {one.name: one.who for one in BOOK.severities} == {
        "SEV-1": "Everyone", "SEV-2": "On call and the backup", "SEV-3": "On call", "SEV-4": "A ticket",
    }  # fmt: skip


@pytest.mark.rule(
    "Rapid: SEV-1: complete outage, a core function for all users",
    "Rapid: SEV-2: major feature, many users, immediate",
    "Rapid: SEV-3: minor feature, some users, business hours",
)
@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({"down": "yes"}, "SEV-1"),
        ({"core": "yes", "users": "91 %"}, "SEV-1"),
        ({"core": "yes", "users": "90 %"}, "SEV-2"),
        ({"users": "95 %"}, "SEV-2"),
        ({"core": "yes"}, "SEV-2"),
        ({"users": "11 %"}, "SEV-2"),
        ({"users": "10 %"}, ""),
        ({"degraded": "yes"}, "SEV-3"),
        ({"visible": "yes"}, "SEV-3"),
    ],
)
def test_severities_follow_from_the_answers(answers: dict[str, str], name: str) -> None:
    assert suggest(BOOK, answers).severity == name


# --- contain ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("Rapid: Containment of a security breach: revoke access, isolate")
def test_a_breach_that_is_not_contained_is_noticed() -> None:
    told = advice(room("* an attacker has credentials"))["containment"]
    assert "Revoke access and isolate the system" in told.text


@pytest.mark.rule(
    "Rapid: A recent deploy and new symptoms: roll back first, ask later",
    "Rapid: Do not wait for the cause to roll back: it can be deployed again",
)
def test_a_recent_deploy_and_new_symptoms_mean_roll_back_first() -> None:
    assert BOOK.roll_back_first


@pytest.mark.rule(
    "Rapid: A recent deploy and new symptoms: roll back first, ask later",
    "Rapid: Do not wait for the cause to roll back: it can be deployed again",
)
def test_a_deploy_in_the_timeline_asks_for_the_rollback_at_once() -> None:
    told = advice(room("* deploy v2.3.4 finished at 13:55"))["roll_back_first"]
    assert "Roll back first" in told.text
    assert "can be deployed again" in told.why
    assert told.remedy == "/change roll back the last deploy back: deploy it again"


def runbook(name: str) -> Runbook:
    return read_runbook(resource_path(f"runbooks/{name}.md").read_text(encoding="utf-8"), f"{name}.md")


@pytest.mark.rule("Rapid: Commands to undo a rollout and to revert")
def test_the_commands_that_undo_a_deploy() -> None:
    assert "bad-deploy" in BOOK.runbooks


# --- mitigate --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("Rapid: Ladder: full restore, partial restore, degraded mode")
def test_the_ladder_of_mitigation() -> None:
    ladder = checklist(BOOK, "ladder")
    assert ladder.ordered
    assert ladder.stages == ("mitigate",)


@pytest.mark.rule("Rapid: Temporary fixes are allowed, marked in the code with a ticket")
def test_a_temporary_fix_without_a_ticket_is_noticed() -> None:
    story = room("/fix cache bypass")
    assert advice(story)["fix_without_ticket"].why.startswith("A temporary fix without ticket becomes permanent.")
    story.says("/ticket 1 CHK-812")
    assert "fix_without_ticket" not in advice(story)


# --- diagnose --------------------------------------------------------------------------------------------------------


# --- fix -------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("Rapid: A fix needs")
def test_what_a_fix_must_have() -> None:
    assert checklist(BOOK, "fix").stages == ("fix",)


@pytest.mark.rule("Rapid: Before deploying")
def test_a_fix_is_tested_before_it_goes_out() -> None:
    assert checklist(BOOK, "fix-test").stages == ("fix",)


# --- learn -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule(
    "Rapid: Red flag: understand the code first: roll back",
    "Rapid: Red flag: this might work: back to known good",
    "Rapid: Red flag: only small: take it seriously",
    "Rapid: Red flag: permanent fix wanted: restore first",
    "Rapid: Red flag: debug quickly: mitigate first",
    "Rapid: Red flag: one more minute: set a time, escalate",
)
@pytest.mark.parametrize(
    ("thought", "reality", "action"),
    [
        ("Let me understand the code first", "Users are suffering", "Roll back first"),
        ("This fix might work", "untested fix can make it worse", "known to be good"),
        ("It's just a small issue", "Small issues cascade", "Take it seriously"),
        ("We need the permanent fix", "temporary mitigation will do", "Restore the service first"),
        ("I can debug this quickly", "Debugging takes its time", "Mitigate, then debug"),
        ("One more minute", "scope creeps, and the recovery waits", "Set a time limit, then escalate"),
    ],
)
def test_six_red_flags(thought: str, reality: str, action: str) -> None:
    flag = next(one for one in BOOK.red_flags if one.thought == thought)
    told = advice(room(f"{thought}, please"))["red_flag"]  # the thought itself is among its words
    assert action in told.text
    assert told.why == f"{thought}? {flag.reality}"
    assert all("red_flag" in advice(room(words)) for words in flag.words)


@pytest.mark.rule("Rapid: Unfamiliar code")
def test_code_that_nobody_here_knows() -> None:
    assert stage(BOOK, "diagnose").milestone == "mitigated"


# --- the quick reference ---------------------------------------------------------------------------------------------


@pytest.mark.rule("Rapid: Checklist of the incident in seven steps")
def test_the_incident_s_own_checklist() -> None:
    assert checklist(BOOK, "incident").stages == ()


@pytest.mark.rule("Rapid: First five minutes")
def test_the_first_five_minutes() -> None:
    found = checklist(BOOK, "first-five-minutes")
    assert (found.from_s, found.until_s) == (0, 300)


@pytest.mark.rule("Rapid: Internal update")
def test_stakeholders_are_kept_informed() -> None:
    assert severity(BOOK, "SEV-1").update_s == {"internal": 1800, "public": 1800}
    assert BOOK.templates == {"internal": "rapid-internal"}
