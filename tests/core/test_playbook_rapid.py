"""The rapid playbook, rule by rule: each test fails when its rule is taken out of the file."""

from datetime import timedelta

import pytest

from console.core import commands as do
from console.core.advice.rules import Nudge, nudges
from console.core.playbook.model import AntiPattern
from console.core.playbook.runbook import Runbook
from console.core.playbook.runbook_reader import read_runbook
from console.core.playbook.triage import suggest
from console.resources import resource_path
from tests.core.bookish import astray, checklist, duties, figures, lacking, pairs, severity, stage
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
    assert "Bring the service back first and understand it later" in BOOK.principle
    assert "first three phases are for speed" in BOOK.principle
    assert "the last three for thoroughness" in BOOK.principle
    assert stage(BOOK, "fix").fixing
    assert "root cause is searched while users are down" in pattern("fixing_first").seen
    assert astray([pattern("fixing_first").instead], "mitigate first|the cause comes after") == []


@pytest.mark.rule("Rapid: Restore the service first, look for the cause later")
def test_work_on_the_cause_is_told_to_wait() -> None:
    told = advice(room("+ @rs find the root cause"))["fixing_first"]
    assert "can wait: the impact is not stopped yet" in told.text
    assert told.why == f"{pattern('fixing_first').seen} {pattern('fixing_first').instead}"


@pytest.mark.rule(
    "Rapid: For: production down or degraded, users hit",
    "Rapid: Not for: ordinary debugging, planned maintenance, performance work",
)
def test_when_it_is_for_and_when_not() -> None:
    assert astray(
        BOOK.detection, "Production|down or degraded", "Users are hit", "Alerts fire", "everything is broken"
    ) == []  # fmt: skip
    assert astray(
        BOOK.declare_if, "Production is down or degraded|users are hit", "Alerts fire", "have to be coordinated",
        "Not for|ordinary debugging|planned maintenance|work on performance",
    ) == []  # fmt: skip


@pytest.mark.rule("Rapid: Six phases: assess, contain, mitigate, diagnose, fix, postmortem")
def test_six_phases_in_order() -> None:
    order = [(one.name, one.title) for one in BOOK.stages if one.name not in ("monitor", "closed")]
    assert order == [
        ("assess", "Assess"), ("contain", "Contain"), ("mitigate", "Mitigate"), ("diagnose", "Diagnose"),
        ("fix", "Fix"), ("postmortem", "Postmortem"),
    ]  # fmt: skip
    assert BOOK.declared_stage == "assess"


@pytest.mark.rule(
    "Rapid: Six phases: assess, contain, mitigate, diagnose, fix, postmortem",
    "Rapid: 30 seconds to understand the extent",
)
def test_the_goals_of_the_phases() -> None:
    goals = [one.goal for one in BOOK.stages if one.name not in ("monitor", "closed")]
    assert astray(
        goals, "extent is understood", "does not get worse", "served again, even partly", "root cause is proven",
        "cause is removed", "does not happen again|we learn",
    ) == []  # fmt: skip


# --- assess ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("Rapid: 30 seconds to understand the extent")
def test_assessing_takes_thirty_seconds() -> None:
    assert stage(BOOK, "assess").limit_s == 30
    assert "in 30 seconds" in stage(BOOK, "assess").goal
    assert "longer than 30 seconds" in pattern("stage_too_long").seen


@pytest.mark.rule(
    "Rapid: Five triage questions, each with why it matters",
    "Rapid: What changed: deploy, configuration, traffic",
    "Rapid: How bad: a tenth of the users or all",
)
def test_five_triage_questions_with_their_reasons() -> None:
    questions = stage(BOOK, "assess").questions
    assert astray(
        questions, "What is broken", "Who is affected", "When did it start", "What changed", "How bad"
    ) == []  # fmt: skip
    asked = {one.id: one for one in BOOK.questions}
    wanted = ("what", "who", "since", "changed", "users")
    assert astray(
        [asked[id].ask for id in wanted], "What is broken", "Who is affected", "When did it start",
        "deployed or changed lately|code|configuration|traffic", "How bad|a tenth of the users|or all",
    ) == []  # fmt: skip
    assert astray(
        [asked[id].why for id in wanted], "how large the problem is", "does to users|urgent it is for the business",
        "leads to what changed", "roll back first", "decides the severity",
    ) == []  # fmt: skip


@pytest.mark.rule("Rapid: Ask whoever reports")
def test_what_is_asked_of_whoever_reports_it() -> None:
    asked = {one.id: one.ask for one in BOOK.questions}
    assert astray(
        [asked[id] for id in ("symptoms", "since", "changed", "monitoring", "tried")],
        "symptoms|users see", "did it start", "deployed or changed", "monitoring show", "have you tried",
    ) == []  # fmt: skip


@pytest.mark.rule(
    "Rapid: SEV-1: complete outage, a core function for all users", "Rapid: Response: SEV-1 at once, SEV-2 under 1 hour"
)
def test_four_severities_with_response_times() -> None:
    assert figures(BOOK, "response_s") == {
        "SEV-1": (0,), "SEV-2": (3600,), "SEV-3": (14400,), "SEV-4": (86400,),
    }  # fmt: skip
    assert astray(
        [one.response for one in BOOK.severities], "At once", "within an hour", "within 4 hours", "Next business day"
    ) == []  # fmt: skip


@pytest.mark.rule("Rapid: Response: SEV-1 at once, SEV-2 under 1 hour")
@pytest.mark.parametrize(("name", "minutes"), [("SEV-2", 60), ("SEV-3", 240), ("SEV-4", 1440)])
def test_the_response_is_held_against_its_time(name: str, minutes: int) -> None:
    for late, state in ((0, "kept"), (1, "late")):
        story = Story(name, book=BOOK)
        story.does(do.SetMilestone, milestone="detected", moment=START - timedelta(minutes=minutes + late))
        assert story.clock("acknowledge").state == state


@pytest.mark.rule(
    "Rapid: SEV-1: complete outage, a core function for all users",
    "Rapid: SEV-2: major feature, many users, immediate",
    "Rapid: SEV-3: minor feature, some users, business hours",
    "Rapid: SEV-4: cosmetic or edge case, a ticket for later",
)
def test_what_each_severity_means_and_how_it_is_answered() -> None:
    assert astray(
        [one.meaning for one in BOOK.severities], "Complete outage|core function|all users",
        "important feature|broken|many users", "minor feature|broken|some users", "Cosmetic|edge case",
    ) == []  # fmt: skip
    assert astray(
        [one.response for one in BOOK.severities], "At once|all hands on deck", "Immediately", "business hours",
        "a ticket for later",
    ) == []  # fmt: skip


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


@pytest.mark.rule(
    "Rapid: Containment of a bad deploy: previous version",
    "Rapid: Containment of a feature bug: flag off",
    "Rapid: Containment of a traffic spike: rate limiting",
    "Rapid: Containment of a data corruption: halt writes, preserve state",
    "Rapid: Containment of a security breach: revoke access, isolate",
    "Rapid: Containment of a cascading failure: shed load, break circuits",
)
@pytest.mark.parametrize(
    ("situation", "actions"),
    [
        ("bad deploy", "roll back|previous version"),
        ("faulty feature", "switch its flag off"),
        ("traffic spike", "rate limiting on"),
        ("data corruption", "halt writes|preserve the state"),
        ("security breach", "revoke access|isolate the system"),
        ("cascading failure", "shed load|break circuits"),
    ],
)
def test_containment_by_situation(situation: str, actions: str) -> None:
    assert astray([pairs(BOOK.containment, "situation", "action")[situation]], actions) == []


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
    assert "recent deploy and new symptoms mean: roll back first, ask later" in " ".join(
        one.why for one in BOOK.questions
    )
    assert lacking(stage(BOOK, "contain").questions, "Was there a deploy just before? Then roll back now") == []
    assert "rollback waits for the cause" in pattern("roll_back_first").seen
    assert "deployed again after the investigation" in pattern("roll_back_first").instead


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
    found = read_runbook(resource_path(f"runbooks/{name}.md").read_text(encoding="utf-8"), f"{name}.md")
    assert isinstance(found, Runbook), found
    return found


@pytest.mark.rule("Rapid: Commands to undo a rollout and to revert")
def test_the_commands_that_undo_a_deploy() -> None:
    commands = {one.command: one.text for one in runbook("bad-deploy").steps}
    assert "roll back" in commands["kubectl rollout undo deployment/api"]
    assert "Revert the commit" in commands["git revert --no-edit HEAD"]
    assert "bad-deploy" in BOOK.runbooks


@pytest.mark.rule("Rapid: Switch a suspicious feature off and watch whether the symptoms go")
def test_a_feature_s_flag_is_switched_off_and_watched() -> None:
    assert lacking(stage(BOOK, "contain").questions, "Which feature can be switched off") == []
    assert lacking(BOOK.mitigations, "Switch the suspicious feature's flag off") == []
    acted = pairs(BOOK.containment, "situation", "action")["faulty feature"]
    assert astray([acted], "Switch its flag off|watch whether the symptoms go") == []
    step = runbook("bad-deploy").steps[2]
    assert astray([f"{step.text} {step.detail}"], "Switch the feature's flag off|Watch whether the symptoms go") == []


# --- mitigate --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("Rapid: Ladder: full restore, partial restore, degraded mode")
def test_the_ladder_of_mitigation() -> None:
    ladder = checklist(BOOK, "ladder")
    assert ladder.ordered
    assert ladder.stages == ("mitigate",)
    assert astray(
        ladder.items, "Full restore:|rollback works|as before", "Partial restore:|core works|edge cases do not",
        "Degraded mode:|limited functions|clear message", "Maintenance mode:|down|saying so",
    ) == []  # fmt: skip


@pytest.mark.rule(
    "Rapid: Temporary fixes are allowed, marked in the code with a ticket",
    "Rapid: Temporary fixes are noted",
    "Rapid: After the fix",
)
def test_temporary_fixes_are_noted_and_leave_again() -> None:
    assert lacking(BOOK.mitigations, "Bypass the broken part for now, noted as a temporary fix") == []
    assert lacking(stage(BOOK, "mitigate").questions, "Is each temporary fix noted") == []
    assert lacking(duties(BOOK, "scribe"), "Notes each temporary fix") == []
    assert astray(
        checklist(BOOK, "temporary-fixes").items, "register|what, where, ticket, owner",
        "marked in the code|ticket|removed", "mitigations are removed", "works without them",
        "documentation is up to date",
    ) == []  # fmt: skip
    found = pattern("fix_without_ticket")
    assert astray([found.seen, found.instead], "without ticket|becomes permanent", "what, where and the ticket") == []
    assert "temporary fixes with it" in stage(BOOK, "fix").goal
    assert lacking(BOOK.close_if, "Temporary fixes are removed, and the system works without them") == []


@pytest.mark.rule("Rapid: Temporary fixes are allowed, marked in the code with a ticket")
def test_a_temporary_fix_without_a_ticket_is_noticed() -> None:
    story = room("/fix cache bypass")
    assert advice(story)["fix_without_ticket"].why.startswith("A temporary fix without ticket becomes permanent.")
    story.says("/ticket 1 CHK-812")
    assert "fix_without_ticket" not in advice(story)


# --- diagnose --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("Rapid: Diagnosis in four steps", "Rapid: The timeline is reconstructed with times")
def test_from_symptom_to_cause_in_four_steps() -> None:
    assert astray(
        checklist(BOOK, "diagnosis").items, "Reproduced|best outside production", "Isolated:|component that failed",
        "Hypothesis:|what caused it", "Verified:|is proven",
        "timeline of events is complete|from the change to the recovery",
    ) == []  # fmt: skip
    assert astray(
        stage(BOOK, "diagnose").questions, "reproduced|outside production", "Which component failed",
        "could have caused it", "proves or disproves",
    ) == []  # fmt: skip


@pytest.mark.rule(
    "Rapid: Data source: logs, for errors, stack traces, timing",
    "Rapid: Data source: metrics, for when the graphs changed",
    "Rapid: Data source: deploys, for what was shipped",
    "Rapid: Data source: configuration, for changes by hand",
    "Rapid: Data source: external dependencies, for their status pages",
    "Rapid: Data source: traffic, for unusual load, attack",
)
@pytest.mark.parametrize(
    ("place", "look"),
    [
        ("logs", "errors|stack traces|timing"),
        ("metrics", "when the graphs changed"),
        ("deploys", "shipped recently"),
        ("configuration", "changes made by hand"),
        ("external dependencies", "status pages of other firms"),
        ("traffic patterns", "unusual load|attack"),
    ],
)
def test_six_places_to_look(place: str, look: str) -> None:
    assert astray([pairs(BOOK.data_sources, "name", "look_for")[place]], look) == []


# --- fix -------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("Rapid: A fix needs")
def test_what_a_fix_must_have() -> None:
    assert astray(
        checklist(BOOK, "fix").items, "root cause|identified and documented", "root cause, not the symptom",
        "has tests", "was reviewed", "plan to roll back if it fails",
    ) == []  # fmt: skip
    assert checklist(BOOK, "fix").stages == ("fix",)
    assert astray(stage(BOOK, "fix").questions, "the cause, not the symptom", "if the fix fails") == []
    assert astray([pattern("hasty_fix").seen, pattern("hasty_fix").instead], "without a way back", "way back") == []


@pytest.mark.rule("Rapid: Before deploying")
def test_a_fix_is_tested_before_it_goes_out() -> None:
    items = checklist(BOOK, "fix-test").items
    assert astray(items, "Regression tests pass in staging", "reproduction no longer fails", "under watch") == []
    assert checklist(BOOK, "fix-test").stages == ("fix",)


# --- learn -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule(
    'Rapid: Action items are specific, not "improve monitoring"',
    'Rapid: Action items are doable, not "be more careful"',
    "Rapid: Action items are owned and dated, with a status",
)
def test_good_action_items() -> None:
    assert astray(
        checklist(BOOK, "action-items").items, "Specific|“improve monitoring”", "Doable|“be more careful”",
        "Owned|a name", "Dated|on a day",
    ) == []  # fmt: skip


@pytest.mark.rule("Rapid: Blameless: systems, not people")
def test_learning_is_about_systems() -> None:
    assert "systems, not about persons" in stage(BOOK, "postmortem").goal


@pytest.mark.rule("Rapid: Handoff: what it is and what happened", "Rapid: Handoff: hypothesis and next steps")
def test_what_a_handoff_holds() -> None:
    assert astray(
        checklist(BOOK, "handoff").items, "What it is|where it stands|how severe",
        "What happened|what was tried|what was learned", "current hypothesis", "next steps, in order",
        "Who reported it|who is the expert",
    ) == []  # fmt: skip


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
    assert astray([flag.reality, flag.action], reality, action) == []
    told = advice(room(f"{thought}, please"))["red_flag"]  # the thought itself is among its words
    assert action in told.text
    assert told.why == f"{thought}? {flag.reality}"
    assert all("red_flag" in advice(room(words)) for words in flag.words)


@pytest.mark.rule(
    "Rapid: Prepare: observability, controlled failures, load tests", "Rapid: Afterwards: decisions are documented"
)
def test_the_best_place_for_what_it_points_to() -> None:
    assert lacking(BOOK.preparedness, "Observability: what is missed in an incident", "Controlled failures") == []
    assert lacking(BOOK.preparedness, "Load tests", "repeat a pattern, the pattern gets an action item") == []
    assert lacking(stage(BOOK, "postmortem").questions, "decisions made in the heat have to be written down") == []


@pytest.mark.rule("Rapid: Unfamiliar code")
def test_code_that_nobody_here_knows() -> None:
    assert lacking(BOOK.escalate_if, "Nobody here knows the code that fails") == []
    found = pairs(BOOK.escalation, "when", "to")["the failing code is unknown to those here"]
    assert astray([found], "its owner|somebody who can read themselves into it") == []
    assert stage(BOOK, "diagnose").milestone == "mitigated"
    assert astray([stage(BOOK, "diagnose").announce], "the service is restored|Now we look for the root cause") == []


# --- the quick reference ---------------------------------------------------------------------------------------------


@pytest.mark.rule("Rapid: Checklist of the incident in seven steps")
def test_the_incident_s_own_checklist() -> None:
    assert astray(
        checklist(BOOK, "incident").items, "Assess:|what is broken|who is affected|how bad",
        "Contain:|not get worse|roll back, switch off", "Mitigate:|service is back|even partly",
        "Communicate:|stakeholders are informed", "Diagnose:|root cause|after the service is back",
        "Fix:|lasting solution|with tests", "Postmortem:|written|action items",
    ) == []  # fmt: skip
    assert checklist(BOOK, "incident").stages == ()


@pytest.mark.rule("Rapid: First five minutes")
def test_the_first_five_minutes() -> None:
    found = checklist(BOOK, "first-five-minutes")
    assert (found.from_s, found.until_s) == (0, 300)
    assert astray(
        found.items, "What is broken", "What changed recently", "Whether we can roll back", "who need to know are told",
        "mitigation is chosen",
    ) == []  # fmt: skip


@pytest.mark.rule("Rapid: Internal update")
def test_stakeholders_are_kept_informed() -> None:
    assert severity(BOOK, "SEV-1").update_s == {"internal": 1800, "public": 1800}
    assert lacking(duties(BOOK, "ic"), "stakeholders informed") == []
    assert lacking(duties(BOOK, "comms"), "Tells users what happens, with a workaround") == []
    assert BOOK.templates == {"internal": "rapid-internal"}
