"""Advice comes when it should, goes when its own remedy is done, comes back with the undo, and can be silenced."""

import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.advice.facts import BACK_ENTRIES, Nudge
from console.core.advice.reasons import REASONS
from console.core.advice.rules import RULES, all_nudges, nudges
from console.core.log.entries import Entry
from console.core.log.fold import fold
from console.core.log.slash import SLASH_WORDS
from console.core.playbook.model import Contact, Escalation, Playbook
from console.core.subjects.checklist import TickItem
from console.core.subjects.entry import LogEntry
from console.core.subjects.triage import AnswerTriage
from console.core.subjects.undo import Undo
from console.core.subjects.update import PostUpdate
from tests.core.bookstory import advice, checklist, tell
from tests.core.story import START, Story, built_in, standard

pytestmark = pytest.mark.rule

BOOKS = ("standard", "rapid", "p-levels", "sev4", "checklist", "checklist-security")
ACTS = {"prompt", "role", "round", "task", "page", "done", "escalate", "stage", "update", "handoff", "postmortem"}


# --- each advice, its remedy, the undo of it ---------------------------------------------------------------------

CREW = "\n".join(f"1 mo: /task @p{n} look at shard {n}" for n in range(1, 9))

CASES: dict[str, tuple[str, float, str, str]] = {
    # severity, minute, what happened before, how the remedy's line is completed
    "no_ic": ("SEV1", 0, "", "mo"),
    "missing_role": ("SEV1", 16, "", "al"),
    "no_scribe": ("SEV1", 16, "", "al"),
    "ic_debugging": ("SEV1", 2, "0 mo: /role ic mo\n1 mo: /task @mo check the replica's lag", "rs"),
    "span_of_control": ("SEV1", 2, f"0 mo: /role ic mo\n{CREW}", "al"),
    "quiet": ("SEV1", 16, "", "CPU is normal"),
    "no_progress": ("SEV1", 31, "1 mo: still looking", "told the lead"),
    "page_unanswered": ("SEV1", 12, "5 mo: /page @ana by phone", ""),
    "severity_rose": ("SEV2", 11, "10 mo: /sev SEV1", "told the lead"),
    "expert_needed": ("SEV1", 6, "5 al: * replication stopped on db-2", ""),
    "update_late": ("SEV1", 40, "5 mo: /update public next 60m a\n9 mo: /update internal next 30m a", "Still failing."),
    "no_next_promised": ("SEV1", 6, "5 mo: /update internal Some checkouts fail.", "Some checkouts fail."),
    "milestone_update": ("SEV1", 11, "5 mo: /stage investigating", "We are looking for the cause."),
    "lost_ground": ("SEV1", 6, "5 al: * a third of the checkouts fail", "One in ten fails."),
    "eta_in_public": ("SEV1", 6, "5 mo: /update public next 30m Service will be restored by 15:00.", "We work on it."),
    "speculation": ("SEV1", 6, "5 mo: /update internal next 30m It is probably the cache.", "Errors at 20 %."),
    "premature_closing": (
        "SEV1",
        6,
        "5 mo: /stage monitoring\n6 mo: /update public The problem is fixed.",
        "We watch it.",
    ),
    "fixing_first": ("SEV1", 6, "5 mo: /stage resolving", ""),
    "hasty_fix": ("SEV1", 6, "5 al: /change raise the pool to 200", "set it to 50 again"),
    "red_flag": ("SEV1", 6, "5 al: one more minute, I have it", "go back to the last version"),
    "situation": ("SEV1", 6, "5 al: * a retry storm on the gateway", "shed load"),
    "mitigation_skipped": ("SEV1", 6, "5 mo: /stage monitoring", "14:05"),
    "stage_too_long": ("SEV1", 11, "", ""),
    "beyond_target": ("SEV0", 241, "", "told the head of engineering"),
    "long_shift": ("SEV1", 241, "0 mo: /role ic mo", "al\n/accept al"),
    "late_declaration": ("SEV1", 16, "", ""),
    "milestones_contradict": (
        "SEV1",
        6,
        "5 mo: /milestone impact_started 13:55\n5 mo: /milestone mitigated 13:50",
        "14:04",
    ),
    "roll_back_first": ("SEV1", 6, "5 al: * deploy v2.3.4 finished at 13:55", ""),
    "two_changes": (
        "SEV1",
        6,
        "5 al: /change restart the api back: none\n5 rs: /change ! drain db back: undrain",
        "drain",
    ),
    "change_left_open": ("SEV1", 36, "5 al: /change drain db back: undrain", ""),
    "fix_without_ticket": ("SEV1", 6, "5 al: /fix cache bypass", "CHK-812"),
    "no_postmortem_owner": ("SEV1", 6, "5 mo: /stage monitoring", "al"),
    "containment": ("SEV1", 6, "5 al: * an attacker is in the admin console", ""),
    "not_heard": ("SEV1", 21, "1 mo: /role comms rs", "writing the update"),
    "task_silent": ("SEV1", 12, "1 mo: + @rs 10m check the replica", "the lag is gone"),
}


def with_roll_call(book: Playbook) -> Playbook:
    """The playbook with a roll call every ten minutes."""
    severities = tuple(msgspec.structs.replace(each, roll_call_s=600) for each in book.severities)
    return msgspec.structs.replace(book, severities=severities)


def case(id: str, **declared: Any) -> Story:
    severity, at, before, _ = CASES[id]
    stage = {"stage": "detected"} if id == "late_declaration" else {}
    if id == "not_heard":
        declared["book"] = with_roll_call(declared.get("book") or standard())
    story = tell(severity, at, before, **stage, **declared)
    if id == "lost_ground":
        untrue = story.state.entries[-1]
        half_an_hour = timedelta(minutes=30)
        story.does(
            PostUpdate, audience="internal", text=untrue.text, next_in=half_an_hour, stands_on=(untrue.id,)
        )  # fmt: skip
        story.does(Undo, entry=untrue.id)
    return story


def test_every_advice_of_the_playbooks_has_a_rule_and_a_case() -> None:
    assert set(RULES) == set(CASES)


@pytest.mark.rule(
    "Standard: On declaring: an incident commander is assigned",
    "Sev4: Role: commander coordinates and decides",
    "Checklist: Mistake: no commander, everybody on their own",
    case="no_ic",
)
@pytest.mark.rule(
    "Standard: Experts look into logs, metrics and recent changes",
    "Standard: Escalate when an expert is needed: database, security",
    case="expert_needed",
)
@pytest.mark.rule("Standard: The commander decides: enough known to mitigate, or go on looking", case="stage_too_long")
@pytest.mark.rule(
    "Standard: Mitigation stops the impact and does not fix the cause",
    "Sev4: Mitigation has priority; restore the service, not the cause",
    case="fixing_first",
)
@pytest.mark.rule(
    "Standard: Do not wait for certainty; it can be lowered later",
    "Standard: Anti-pattern: declared late",
    case="late_declaration",
)
@pytest.mark.rule("Standard: Escalate after 30 minutes without progress", case="no_progress")
@pytest.mark.rule("Standard: Escalate when the severity rises", case="severity_rose")
@pytest.mark.rule("Standard: Escalate when it lasts longer than expected", case="beyond_target")
@pytest.mark.rule(
    "Standard: Do not close too early", "Standard: Anti-pattern: closed too early", case="premature_closing"
)
@pytest.mark.rule(
    "Standard: SEV0: commander, communications lead and scribe",
    "Sev4: Role: tech lead leads the investigation",
    "Sev4: Role: communications updates stakeholders",
    case="missing_role",
)
@pytest.mark.rule("Standard: Cadence: SEV2 at milestones", case="milestone_update")
@pytest.mark.rule("Standard: Anti-pattern: the commander debugs; delegate", case="ic_debugging")
@pytest.mark.rule(
    "Standard: Anti-pattern: no updates; set a timer",
    "Checklist: Mistake: no cadence, so stakeholders escalate",
    case="update_late",
)
@pytest.mark.rule("Rapid: Containment of a security breach: revoke access, isolate", case="containment")
@pytest.mark.rule("Rapid: A recent deploy and new symptoms: roll back first, ask later", case="roll_back_first")
@pytest.mark.rule("Rapid: Temporary fixes are allowed, marked in the code with a ticket", case="fix_without_ticket")
@pytest.mark.rule("Rapid: A fix needs", "Checklist: Misconception: it is all about fixing fast", case="hasty_fix")
@pytest.mark.rule(
    "Rapid: Red flag: understand the code first: roll back",
    "Rapid: Red flag: this might work: back to known good",
    "Rapid: Red flag: only small: take it seriously",
    "Rapid: Red flag: permanent fix wanted: restore first",
    "Rapid: Red flag: debug quickly: mitigate first",
    "Rapid: Red flag: one more minute: set a time, escalate",
    case="red_flag",
)
@pytest.mark.rule("Sev4: Role: scribe documents timeline and actions", case="no_scribe")
@pytest.mark.rule("Sev4: Facts, no speculation", case="speculation")
@pytest.mark.rule("Sev4: Always the time of the next update", case="no_next_promised")
@pytest.mark.rule("Checklist: Mistake: no postmortem, so it happens again", case="no_postmortem_owner")
@pytest.mark.rule("Checklist: Changes collide and the state is unknown", case="two_changes")
@pytest.mark.rule("Checklist: Fixed by accident when one change was reverted", case="quiet")
@pytest.mark.parametrize("id", CASES)
def test_its_own_remedy_ends_an_advice_and_the_undo_brings_it_back(id: str) -> None:
    story = case(id)
    told = advice(story)[id]
    assert told.act in ACTS
    story.at((story.now - START).total_seconds() / 60 + 0.1)
    done = [story.says(line) for line in (told.remedy + CASES[id][3]).split("\n")]
    assert id not in advice(story)
    story.does(Undo, entry=done[-1])
    assert id in advice(story)


@pytest.mark.parametrize("id", CASES)
def test_an_advice_can_be_silenced_for_this_incident(id: str) -> None:
    story = case(id)
    silence = story.says(f"/silence {id} we know")
    assert id not in advice(story)
    assert id in {nudge.id for nudge in all_nudges(story.state, story.now)}
    story.does(Undo, entry=silence)
    assert id in advice(story)


@pytest.mark.parametrize("id", CASES)
def test_a_playbook_can_turn_an_advice_off(id: str) -> None:
    story = case(id)
    book = msgspec.structs.replace(standard(), nudges_off=(id,))
    quiet = fold(
        "INC-K7Q2",
        [
            msgspec.structs.replace(story.events[0], body=msgspec.structs.replace(story.events[0].body, playbook=book)),
            *story.events[1:],
        ],
    )
    assert id in advice(story)
    assert id not in {nudge.id for nudge in all_nudges(quiet, story.now)}


@pytest.mark.parametrize("id", CASES)
def test_an_advice_is_a_sentence_with_a_reason(id: str) -> None:
    told = advice(case(id))[id]
    without = advice(case(id, book=msgspec.structs.replace(standard(), anti_patterns=())))[id]
    assert re.fullmatch(r"[A-Z“a-z0-9].*[.]", told.text), told.text
    assert len(told.text) < 150
    assert told.why.endswith((".", "!", "?"))
    assert without.why.endswith((".", "!", "?"))
    assert "\n" not in told.text + told.why + told.remedy


@pytest.mark.parametrize("id", CASES)
def test_what_the_remedy_still_lacks_is_said(id: str) -> None:
    told = advice(case(id))[id]
    lacks = told.line.removeprefix(told.remedy)
    assert told.line.startswith(told.remedy)
    assert lacks.isupper() if told.remedy.endswith(" ") else not lacks


@pytest.mark.parametrize("name", BOOKS)
def test_each_situation_of_a_playbook_is_told_by_each_of_its_words(name: str) -> None:
    book = built_in(name)
    for way in book.containment:
        for word in way.words:
            story = Story(book.severities[0].name, book=book)
            story.at(1).says(f"-5m * {word} on the gateway")
            told = advice(story)
            assert told.keys() & {"situation", "containment", "roll_back_first"}, (way.situation, word)
            assert "situation" not in told or way.situation in told["situation"].text


def test_a_decision_answers_the_red_flags_before_it_and_is_one_itself() -> None:
    story = tell("SEV1", 6, "4 al: one more minute, I have it\n5 mo: ! back to the last version")
    assert "red_flag" not in advice(story)
    story.says("! one more minute")
    assert "red_flag" in advice(story)


def test_the_most_urgent_advice_comes_first() -> None:
    story = tell("SEV1", 40, "5 al: * a breach: credentials leaked\n5 al: /fix blocked a subnet")
    story.does(Undo, entry=story.state.entries[-1].id)
    found = [nudge.id for nudge in nudges(story.state, story.now)]
    assert found == [id for id in RULES if id in found]
    assert found[:2] == ["containment", "no_ic"]
    assert found.index("no_progress") < found.index("update_late") < found.index("quiet")


def test_the_reason_is_the_playbooks_own_where_it_has_one() -> None:
    pattern = next(pattern for pattern in standard().anti_patterns if pattern.nudge == "no_ic")
    assert advice(case("no_ic"))["no_ic"].why == f"{pattern.seen} {pattern.instead}"
    book = msgspec.structs.replace(standard(), anti_patterns=())
    assert advice(Story(book=book))["no_ic"].why == REASONS["no_ic"]


# --- no false alarms -----------------------------------------------------------------------------------------------

IC = "0 mo: /role ic mo\n"

SILENT: list[tuple[str, str, float, str]] = [
    # one responder is enough: the severity asks for nobody
    ("no_ic", "SEV2", 600, ""),
    ("missing_role", "SEV2", 600, ""),
    ("no_scribe", "SEV2", 600, ""),
    ("ic_debugging", "SEV2", 5, IC + "1 mo: /task @mo check the replica's lag"),
    # there is still time
    ("missing_role", "SEV1", 14.9, ""),
    ("no_scribe", "SEV1", 14.9, ""),
    ("missing_role", "SEV0", 4.9, ""),
    ("quiet", "SEV1", 14.9, ""),
    ("no_progress", "SEV1", 29.9, ""),
    ("stage_too_long", "SEV1", 10, ""),
    ("beyond_target", "SEV0", 239, ""),
    ("long_shift", "SEV1", 239, IC),
    ("update_late", "SEV1", 14.9, ""),
    ("milestone_update", "SEV1", 9.9, "5 mo: /stage investigating"),
    ("task_silent", "SEV1", 10.9, "1 mo: + @rs 10m check the replica"),
    # a commander who leads
    ("ic_debugging", "SEV1", 5, IC + "1 mo: /task @mo call the vendor"),
    ("ic_debugging", "SEV1", 5, IC + "1 mo: /task @rs check the replica's lag"),
    ("ic_debugging", "SEV1", 5, IC + "1 mo: * a\n2 mo: * b\n3 mo: * c"),
    ("ic_debugging", "SEV1", 5, IC + "1 mo: /role scribe mo\n1 mo: * a\n2 mo: * b\n3 mo: * c\n3 al: * d"),
    ("ic_debugging", "SEV1", 5, IC + "0 mo: /role scribe al\n1 mo: * a @rs\n2 mo: * b @rs\n3 mo: * c @rs\n3 al: * d"),
    ("span_of_control", "SEV1", 5, IC + CREW.rpartition("\n")[0]),
    ("span_of_control", "SEV1", 5, IC + "0 mo: /role deputy al\n" + CREW),
    ("span_of_control", "SEV1", 5, CREW),
    # a ticket is nobody's emergency
    ("quiet", "SEV3", 6000, ""),
    ("stage_too_long", "SEV3", 6000, ""),
    ("no_progress", "SEV3", 6000, ""),
    ("red_flag", "SEV3", 2, "1 al: one more minute"),
    # watching is quiet
    ("quiet", "SEV1", 35, "1 mo: /stage monitoring"),
    ("no_progress", "SEV1", 35, "1 mo: /stage monitoring"),
    # what moves: findings, actions, decisions, stages
    ("no_progress", "SEV1", 31, "10 al: * the pool is exhausted"),
    ("no_progress", "SEV1", 31, "30 mo: /snooze escalation 10m the vendor is on the line"),
    ("severity_rose", "SEV1", 11, "10 mo: /sev SEV2 few are hit"),
    ("severity_rose", "SEV1", 11, ""),
    ("severity_rose", "SEV4", 11, "10 mo: /sev SEV3"),
    # experts
    ("expert_needed", "SEV1", 6, "5 al: * error rate 20 %"),
    ("expert_needed", "SEV1", 6, "4 al: * database connections run out\n5 mo: > paged the database team"),
    ("expert_needed", "SEV1", 6, "4 al: * dns fails\n5 mo: Network on-call is here"),
    ("expert_needed", "SEV1", 9, "5 al: ? a ddos\n6 al: /ruled-out 1 traffic is normal"),
    ("containment", "SEV1", 9, "5 al: * some of us have lost their credentials"),
    ("expert_needed", "SEV1", 40, "4 al: * dns fails"),
    # updates
    ("no_next_promised", "SEV1", 6, "5 mo: /update internal next 30m Some checkouts fail."),
    ("no_next_promised", "SEV1", 6, "5 mo: /update internal Some checkouts fail. Next update: 14:30."),
    ("no_next_promised", "SEV1", 6, "5 mo: /update executive Some checkouts fail."),
    ("no_next_promised", "SEV1", 60, "5 mo: /update internal Some checkouts fail."),
    ("milestone_update", "SEV1", 30, "5 mo: /stage investigating\n6 mo: /update internal a"),
    ("milestone_update", "SEV1", 30, ""),
    ("milestone_update", "SEV1", 50, "0 mo: /stage closed ! 1"),
    ("milestone_update", "SEV3", 30, "5 mo: /stage investigating"),
    ("eta_in_public", "SEV1", 6, "5 mo: /update internal next 30m Rollback done by 15:00, service restored by 15:05."),
    ("eta_in_public", "SEV1", 6, "5 mo: /update public next 30m We work on it. Next update at 14:35."),
    (
        "eta_in_public",
        "SEV1",
        7,
        "5 mo: /update public It will be fixed by 15:00.\n6 mo: /update public We work on it.",
    ),
    ("speculation", "SEV1", 6, "5 mo: /update internal next 30m 20 % of checkouts fail since 14:32."),
    ("speculation", "SEV1", 7, "5 mo: /update internal It is probably the cache.\n6 mo: /update public 20 % fail."),
    ("update_late", "SEV2", 600, ""),
    # closing
    ("premature_closing", "SEV1", 6, "5 mo: /stage monitoring\n6 mo: /update public next 30m We are watching."),
    ("premature_closing", "SEV1", 6, "5 mo: /stage monitoring\n6 mo: /update internal The DNS problem is resolved."),
    ("premature_closing", "SEV3", 6, "5 mo: /stage monitoring\n6 mo: /update public The problem is resolved."),
    ("premature_closing", "SEV1", 36, "5 mo: /stage monitoring\n36 mo: /update public The problem is resolved."),
    ("no_postmortem_owner", "SEV1", 6, "5 mo: /stage investigating"),
    ("no_postmortem_owner", "SEV2", 6, "5 mo: /stage monitoring"),
    # mitigation first
    ("fixing_first", "SEV1", 9, "5 mo: /stage mitigating\n8 mo: /stage resolving"),
    ("fixing_first", "SEV1", 9, "5 mo: /milestone mitigated\n8 mo: /stage resolving"),
    ("fixing_first", "SEV1", 9, "5 mo: /fix cache bypass CHK-1\n8 mo: /stage resolving"),
    ("fixing_first", "SEV1", 9, "5 mo: /change switch the flag off back: on\n6 mo: /changed\n8 mo: /stage resolving"),
    ("fixing_first", "SEV1", 9, "5 mo: /stage investigating\n8 al: + @rs 10m read the slow query log"),
    ("hasty_fix", "SEV1", 6, "5 al: /change raise the pool back: set it to 50"),
    ("hasty_fix", "SEV1", 6, "5 al: /change roll back to v2.3.3"),
    ("hasty_fix", "SEV1", 7, "5 al: /change raise the pool\n6 al: /changed"),
    ("two_changes", "SEV1", 6, "5 al: /change a back: b\n5 al: /change c back: d"),
    ("two_changes", "SEV1", 7, "5 al: /change a back: b\n6 al: /changed\n6 rs: /change c back: d"),
    ("change_left_open", "SEV1", 34, "5 al: /change a back: b"),
    ("change_left_open", "SEV1", 60, "5 al: /change a back: b\n6 al: /changed"),
    ("red_flag", "SEV1", 6, "5 al: one more minuteman"),
    ("red_flag", "SEV1", 40, "5 al: one more minute"),
    ("red_flag", "SEV1", 7, "5 al: one more minute\n6 mo: /done escalation"),
    ("roll_back_first", "SEV1", 6, "5 al: * error rate 20 %"),
    ("roll_back_first", "SEV1", 6, "5 al: * no deploy in the last two days"),
    (
        "roll_back_first",
        "SEV1",
        6,
        "4 al: * deploy v2.3.4 finished\n5 mo: ! we cannot roll back, the schema has changed",
    ),
    ("roll_back_first", "SEV1", 6, "4 al: * deploy v2.3.4 finished\n5 mo: * the deploy is unrelated: other region"),
    ("roll_back_first", "SEV1", 6, "5 al: > deployed the switch"),
    ("roll_back_first", "SEV1", 9, "4 al: * deploy v2.3.4\n5 mo: /stage mitigating\n8 mo: /stage monitoring"),
    ("fix_without_ticket", "SEV1", 6, "5 al: /fix cache bypass CHK-812"),
    ("fix_without_ticket", "SEV1", 7, "5 al: /fix cache bypass\n6 al: /done cache"),
    ("containment", "SEV1", 6, "5 al: * error rate 20 %"),
    ("containment", "SEV1", 6, "4 al: * credentials leaked\n5 al: > revoked the token"),
    ("containment", "SEV1", 6, "4 al: * credentials leaked\n5 al: /fix all keys replaced CHK-1"),
    ("task_silent", "SEV1", 13, "1 mo: + @rs 10m check the replica\n12 rs: * the lag is gone"),
    ("task_silent", "SEV1", 13, "1 mo: + @rs 10m check the replica\n12 al: * @rs says the lag is gone"),
    ("task_silent", "SEV1", 600, "1 mo: + @rs check the replica"),
    ("late_declaration", "SEV1", 600, ""),
]


def test_whoever_says_that_it_is_resolved_and_then_closes_has_said_so() -> None:
    story = tell("SEV1", 5, "4 mo: /stage monitoring ! 1")
    story.does(PostUpdate, audience="public", text="All is well again.", status="resolved")
    story.says("/stage closed ! 1")
    assert "milestone_update" not in advice(story.at(30))


@pytest.mark.parametrize(("id", "severity", "at", "lines"), SILENT)
def test_no_advice_without_cause(id: str, severity: str, at: float, lines: str) -> None:
    assert id not in advice(tell(severity, at, lines))


def test_a_ticket_in_detection_needs_no_declaration() -> None:
    assert "late_declaration" not in advice(tell("SEV3", 600, "", stage="detected"))
    assert "late_declaration" not in advice(tell("SEV1", 14.9, "", stage="detected"))
    seen = "0 mo: /milestone detected 13:00\n1 mo: /stage monitoring\n40 mo: /stage closed ! no postmortem for these"
    assert "late_declaration" not in advice(tell("SEV2", 41, seen))
    assert "late_declaration" in advice(tell("SEV1", 41, seen))


# --- more that should be noticed -------------------------------------------------------------------------------------

FIRES: list[tuple[str, str, float, str, str]] = [
    # and what the advice says
    ("change_left_open", "SEV1", 7, "5 al: /change drain db back: undrain\n6 mo: /stage monitoring", "drain db (al)"),
    ("no_ic", "SEV1", 9, IC + "8 mo: /role ic nobody", "No incident commander is assigned."),
    ("missing_role", "SEV0", 5, "", "No communications lead is assigned."),
    ("ic_debugging", "SEV1", 5, IC + "1 mo: /change restart db-2 back: none", "mo has a change in flight"),
    ("ic_debugging", "SEV1", 5, IC + "1 mo: /role tech mo", "mo has the role of tech lead"),
    ("ic_debugging", "SEV1", 5, IC + "1 mo: * a\n2 mo: * b\n3 mo: > c\n3 al: * d", "3 findings and actions"),
    ("span_of_control", "SEV1", 5, IC + "0 mo: /role scribe al\n" + CREW.rpartition("\n")[0], "8 people report to mo"),
    ("severity_rose", "SEV2", 11, IC + "10 mo: /sev SEV0", "Raised to SEV0"),
    ("expert_needed", "SEV1", 6, "5 al: * database calls time out", "Page Database on-call"),
    ("expert_needed", "SEV1", 6, "5 al: /impact DNS does not resolve", "Page Network on-call"),
    ("update_late", "SEV0", 16, "", "The internal update, first public post and executive notice are late, by 1m."),
    ("update_late", "SEV1", 16, "", "The first public post is late, by 1m."),
    ("milestone_update", "SEV2", 11, "5 mo: /stage investigating", "The stage has been Investigating for 6m"),
    ("milestone_update", "SEV1", 11, "5 mo: /sev SEV0", "The severity has been SEV0 for 6m"),
    (
        "milestone_update",
        "SEV1",
        46,
        "1 mo: /update public a\n2 mo: /stage monitoring\n40 mo: /stage closed ! dup",
        "Closed",
    ),
    ("premature_closing", "SEV1", 6, "5 mo: /update public The problem is resolved.", "says that it is resolved"),
    ("update_late", "SEV1", 15, "", "The first public post is due now."),
    ("fixing_first", "SEV1", 6, "5 al: + @rs find the root cause", "“find the root cause” can wait"),
    ("fixing_first", "SEV1", 6, "5 al: /change deploy the permanent fix back: none", "can wait"),
    ("hasty_fix", "SEV1", 8, "5 al: way back: none known\n6 al: /change raise the pool", "rollback plan: al"),
    ("fixing_first", "SEV1", 9, "5 mo: /change the permanent fix\n6 mo: /changed\n8 mo: /stage resolving", "has begun"),
    ("red_flag", "SEV1", 6, "5 al: This might work, let me try", "al: “This might work, let me try”. Go back to"),
    ("red_flag", "SEV1", 6, "5 al: ? it's only a SMALL issue", "Treat it as serious"),
    ("roll_back_first", "SEV1", 6, "5 al: checkout does not work since the release", "Roll back first"),
    ("roll_back_first", "SEV1", 6, "5 al: deploy out at 13:50\n5 al: ? could we roll back", "Roll back first"),
    ("containment", "SEV0", 6, "5 al: /impact customer credentials leaked", "Revoke the access, cut the system off"),
    ("no_progress", "SEV1", 62, "31 mo: /done escalation\n32 mo: still nothing", "No progress for 31m"),
    ("task_silent", "SEV1", 12, "1 mo: + 10m check the replica", "“check the replica” has no owner"),
    ("quiet", "SEV2", 15, "", "Nothing was logged for 15m."),
    ("stage_too_long", "SEV2", 11, "", "In Declared for 11m (target 10m)."),
]


@pytest.mark.rule(
    "Standard: Mitigation stops the impact and does not fix the cause",
    "Standard: Anti-pattern: the commander debugs; delegate",
)
@pytest.mark.parametrize(("id", "severity", "at", "lines", "says"), FIRES)
def test_advice_with_cause(id: str, severity: str, at: float, lines: str, says: str) -> None:
    assert says in advice(tell(severity, at, lines))[id].text


@pytest.mark.parametrize("begins", ["", "* ", "> ", "! ", "? ", "+ @rs ", "/change "])
def test_a_red_flag_is_heard_in_whatever_a_person_writes(begins: str) -> None:
    assert "red_flag" in advice(tell("SEV1", 6, f"5 al: {begins}one more minute, I have it"))


@pytest.mark.parametrize("begins", ["> ", "! ", "+ @rs ", "/change "])
def test_whoever_sets_out_to_call_an_expert_needs_no_advice_to(begins: str) -> None:
    wish = "4 al: * dns fails\n4 al: we should call whoever runs dns"
    assert "expert_needed" in advice(tell("SEV1", 6, wish))
    assert "expert_needed" not in advice(tell("SEV1", 6, f"{wish}\n5 mo: {begins}call whoever runs dns"))


@pytest.mark.parametrize(
    "words",
    [
        *("a breach", "we are breached", "an intruder", "an intrusion", "an attacker", "an exploit", "it is exploited"),
        *("exploitation of a hole", "keys leaked", "tokens stolen", "a compromised host", "ransomware", "malware"),
        *("phishing", "a break-in", "data exfiltration", "unauthorised access", "unauthorized access"),
    ],
)
def test_words_of_a_security_incident_ask_for_containment(words: str) -> None:
    assert "containment" in advice(tell("SEV1", 6, f"5 al: * {words}"))


@pytest.mark.parametrize("begins", ["> ", "! ", "+ @rs ", "/change ", "/fix "])
def test_containment_begins_with_whatever_is_done_for_it(begins: str) -> None:
    story = tell("SEV1", 6, "4 al: * an attacker is in the admin console\n5 al: * we should isolate the host")
    assert "containment" in advice(story)
    story.says(f"{begins}isolate the host")
    assert "containment" not in advice(story)


def test_ticking_the_items_of_containment_is_containment() -> None:
    book = built_in("checklist-security")
    story = Story(book.severities[0].name, book=book).at(1)
    assert "containment" in advice(story)
    for number, _ in enumerate(checklist(book, "contain").items, 1):
        story.does(TickItem, item=f"contain/{number}")
    assert "containment" not in advice(story)


@pytest.mark.rule("Standard: An escalation matrix with paths and contacts")
def test_escalation_climbs_the_playbooks_path_step_by_step() -> None:
    steps = (
        Escalation("30 min", "the team's lead", nudge="no_progress"),
        Escalation("an hour", "The head of engineering", ("SEV1",), "no_progress"),
        Escalation("an hour", "the whole company", ("SEV0",), "no_progress"),
    )
    book = msgspec.structs.replace(standard(), escalation=steps)
    story = Story(book=book).at(31)
    assert advice(story)["no_progress"].text.endswith("escalate to the team's lead.")
    story.says("/done escalation: told the lead")
    for minute in (62, 93):
        story.at(minute)
        assert advice(story)["no_progress"].text.endswith("escalate to the head of engineering.")
        story.says("/done escalation: told her")
    bare = msgspec.structs.replace(standard(), escalation=())
    assert "the next level on the escalation path" in advice(Story(book=bare).at(31))["no_progress"].text


def test_a_role_is_asked_for_from_the_moment_that_the_severity_asks_for_it() -> None:
    story = tell("SEV2", 61, "60 mo: /sev SEV1")
    assert "no_ic" in advice(story)
    assert "missing_role" not in advice(story)
    assert "missing_role" in advice(story.at(75))


@pytest.mark.rule("P-levels: Minutes 5 to 15: war room, commander named, investigation begins")
@pytest.mark.parametrize(
    ("book", "severity", "at"), [("p-levels", "P0", 15), ("sev4", "SEV2", 5), ("rapid", "SEV-2", 0)]
)
def test_the_time_for_naming_a_commander_is_the_playbooks(book: str, severity: str, at: float) -> None:
    assert "no_ic" in advice(tell(severity, at, "", book=built_in(book)))
    if at:
        assert "no_ic" not in advice(tell(severity, at - 0.1, "", book=built_in(book)))


def test_a_small_team_is_not_asked_for_roles_it_does_not_have() -> None:
    story = tell(
        "SEV-2", 20, "0 mo: /role ic mo\n1 mo: /task @mo roll back\n2 mo: /role tech mo", book=built_in("rapid")
    )
    found = advice(story)
    assert not {"no_scribe", "missing_role", "ic_debugging"} & set(found)


def test_another_playbook_is_no_risen_severity() -> None:
    story = tell("SEV2", 5, "")
    story.follows(built_in("sev4"), severity="SEV1")
    assert story.state.severity.value == "SEV1"
    assert "severity_rose" not in advice(story)


def test_a_contact_for_other_severities_is_not_called() -> None:
    contact = Contact("Database on-call", "@dba", topics=("replica",), severities=("SEV0",))
    book = msgspec.structs.replace(standard(), contacts=(contact,))
    assert "expert_needed" in advice(tell("SEV0", 6, "5 al: * the replica lags", book=book))
    assert "expert_needed" not in advice(tell("SEV1", 6, "5 al: * the replica lags", book=book))
    assert "expert_needed" not in advice(tell("SEV0", 6, "5 al: * the replica lags\n6 al: @dba looks", book=book))


def test_before_the_declaration_no_update_is_asked_for() -> None:
    story = tell("SEV1", 12, "5 mo: /stage triage", stage="detected")
    assert "milestone_update" not in advice(story)


def test_a_last_update_needs_no_next_one() -> None:
    story = tell("SEV1", 40, "1 mo: /stage monitoring")
    story.does(PostUpdate, audience="internal", text="All is well.", final=True)
    assert "no_next_promised" not in advice(story)


@pytest.mark.rule("Rapid: 30 seconds to understand the extent")
def test_the_stage_of_assessing_takes_thirty_seconds_in_the_rapid_playbook() -> None:
    assert "stage_too_long" not in advice(tell("SEV-1", 0.5, "", book=built_in("rapid")))
    assert "target 30s" in advice(tell("SEV-1", 1, "", book=built_in("rapid")))["stage_too_long"].text


@pytest.mark.rule(
    "Rapid: Restore the service first, look for the cause later",
    "Sev4: Investigate only after mitigation or in parallel",
)
def test_diagnosing_before_mitigating_is_noticed_in_every_playbook_that_has_the_order() -> None:
    story = tell("SEV-1", 5, "1 mo: /stage contain\n2 mo: /stage diagnose", book=built_in("rapid"))
    told = advice(story)["fixing_first"]
    assert "Diagnose has begun" in told.text
    assert told.remedy == "/stage mitigate"
    story.says("/stage fix")  # from there the playbook does not lead back to mitigating
    assert advice(story)["fixing_first"].remedy == "/milestone mitigated "
    story.says("/milestone mitigated 14:03")
    assert "fixing_first" not in advice(story)


def test_the_key_of_each_remedy_is_one_of_the_console() -> None:
    from console.app.acts import BY_ID  # the core's tests need no screen, but for this

    assert set(BY_ID) >= ACTS


@pytest.mark.rule("Checklist: Plan, containment: isolate systems, revoke credentials")
def test_containment_in_the_security_variant_needs_no_word_of_it() -> None:
    book = built_in("checklist-security")
    story = Story(book.severities[0].name, book=book).at(1)
    assert "containment" in advice(story)
    story.says("> isolated the host")
    assert "containment" not in advice(story)
    assert "containment" not in advice(Story("SEV1", book=book, stage="eradicate").at(1))


def test_a_breach_in_triage_asks_for_containment_and_no_breach_does_not() -> None:
    book = built_in("p-levels")
    for answer, asked in (("yes", True), ("unsure", True), ("no", False), ("", False)):
        story = Story("P0", book=book).at(1)
        story.does(AnswerTriage, answers={"breach": answer, "what": "the API"})
        assert ("containment" in advice(story)) is asked


@pytest.mark.rule("Rapid: A recent deploy and new symptoms: roll back first, ask later")
def test_a_deploy_told_in_triage_asks_for_the_rollback_where_the_playbook_wants_it() -> None:
    story = Story().at(1)
    story.does(AnswerTriage, answers={"changed": "a deploy at 13:55"})
    assert "roll_back_first" in advice(story)
    book = msgspec.structs.replace(standard(), roll_back_first=False)
    other = Story(book=book).at(1)
    other.does(AnswerTriage, answers={"changed": "a deploy at 13:55"})
    assert "roll_back_first" not in advice(other)


def test_a_deploy_ruled_out_long_ago_stays_ruled_out() -> None:
    story = tell("SEV1", 5, "1 al: ? the deploy of 13:55\n2 al: /ruled-out 1 another region")
    for n in range(BACK_ENTRIES):
        story.state.entries = story.state.entries.appended(Entry(f"n{n}", "note", story.now, story.now, "al", "x"))
    story.says("* deploy v2.3.4 was at 13:55")
    assert "roll_back_first" not in advice(story)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "* locking deploy tooling now",
            "* deploy freeze until noon",
            "* release manager is here",
            "* stop all deploys",
        ),
        *("* last night 23:10 release", "* deployed the new dashboards", "* deploy v2.3.4 finished at 14:03"),
    ],
)
def test_what_was_not_deployed_before_it_began_is_no_reason_to_roll_back(line: str) -> None:
    assert "roll_back_first" not in advice(tell("SEV1", 6, f"5 al: {line}"))


@pytest.mark.parametrize(
    "line", ["* deploy v2.3.4 at 13:40", "-20m * new version went live #deploy", "* bad since the deploy"]
)
def test_a_deploy_before_it_began_asks_whether_to_roll_back(line: str) -> None:
    assert advice(tell("SEV1", 6, f"5 al: {line}"))["roll_back_first"].text.startswith("Roll back first? ")


def test_the_title_is_not_quoted_as_a_deploy() -> None:
    story = tell("SEV1", 6, "5 al: /title checkout fails since the 13:55 deploy")
    assert advice(story)["roll_back_first"].text == "Roll back first? The title names a deploy."


def test_each_change_needs_a_rollback_plan_of_its_own() -> None:
    told = advice(tell("SEV1", 6, "4 al: /change repoint to US West\n5 mo: /change ! pause webhooks back: start them"))
    assert "al, repoint to US West" in told["hasty_fix"].text
    assert list(told).index("hasty_fix") < list(told).index("two_changes")


def test_a_full_timeline_is_not_said_to_be_empty() -> None:
    quiet = advice(tell("SEV1", 20, ""))["no_scribe"]
    busy = advice(tell("SEV1", 20, "18 al: * error rate 20 %"))["no_scribe"]
    assert "empty" in quiet.why
    assert busy.text == "No scribe is assigned."
    assert "empty" not in busy.why


def test_each_late_update_has_its_own_lateness() -> None:
    told = advice(tell("SEV1", 40, "1 mo: /update public next 30m a\n1 mo: /update internal next 20m a"))["update_late"]
    assert told.text == "The internal and public updates are late, by 19m and 9m."


def test_an_expert_who_is_in_the_room_is_not_to_be_paged() -> None:
    book = built_in("rapid")
    contact, role = book.contacts[0], next(role for role in book.roles if role.id == "tech")
    named = msgspec.structs.replace(contact, name=role.name, topics=("flux",))
    book = msgspec.structs.replace(book, contacts=(named,))
    severity = book.severities[0].name
    assert "expert_needed" in advice(tell(severity, 6, "5 al: * flux is down", book=book))
    assert "expert_needed" not in advice(tell(severity, 6, "4 mo: /role tech al\n5 al: * flux is down", book=book))


def test_a_severity_that_nobody_was_told_is_not_called_a_stage() -> None:
    told = advice(tell("SEV1", 20, "5 mo: /sev SEV2 half as bad"))["milestone_update"]
    assert "stage" not in f"{told.text} {told.why}".lower()


def test_a_deploy_of_yesterday_is_not_recent() -> None:
    story = Story().at(5)
    story.does(LogEntry, text="deploy v2.3.4", kind="finding", at=START - timedelta(hours=20))
    assert "roll_back_first" not in advice(story)


def free_to_close() -> Playbook:
    """Closing may be overridden with any reason."""
    gates = tuple(msgspec.structs.replace(gate, reasons=()) for gate in standard().gates)
    return msgspec.structs.replace(standard(), gates=gates)


@pytest.mark.rule("Standard: Do not close too early", "Standard: Anti-pattern: closed too early")
def test_closing_before_it_was_stable_is_noticed_until_the_time_is_over() -> None:
    lines = "1 mo: /stage monitoring\n5 mo: /stage closed ! it looks fine"
    early = tell("SEV1", 6, lines, book=free_to_close())
    told = advice(early)["premature_closing"]
    assert told.text == "It was closed after 4m of stability (required: 30m)."
    assert "premature_closing" not in advice(early.at(31))
    early.at(7).says("/stage monitoring")
    assert "premature_closing" not in advice(early)


@pytest.mark.parametrize(
    ("more", "says"), [({"status": "resolved"}, "is resolved"), ({"final": True}, "no further one")]
)
def test_an_update_that_ends_it_before_it_is_stable_is_noticed(more: dict[str, Any], says: str) -> None:
    story = tell("SEV1", 6, "1 mo: /stage monitoring")
    story.does(PostUpdate, audience="internal", text="Done.", **more)
    assert says in advice(story)["premature_closing"].text


def test_closing_early_for_a_reason_that_the_playbook_gives_is_no_mistake() -> None:
    lines = "1 mo: /stage monitoring\n5 mo: /stage closed ! False alarm: nobody was affected"
    assert "premature_closing" not in advice(tell("SEV1", 6, lines))


def test_closing_after_it_was_stable_is_no_mistake() -> None:
    story = tell("SEV1", 31, "1 mo: /stage monitoring")
    story.meets_the_closing_gate()
    story.says("/stage closed")
    assert "premature_closing" not in advice(story)


def test_a_relapse_after_monitoring_counts_anew() -> None:
    lines = "1 mo: /stage monitoring\n20 mo: /stage investigating\n25 mo: /stage monitoring\n32 mo: /stage closed ! ok"
    assert "after 7m" in advice(tell("SEV1", 33, lines, book=free_to_close()))["premature_closing"].text


@pytest.mark.rule("Standard: Do not wait for certainty; it can be lowered later")
def test_a_late_declaration_is_for_the_postmortem() -> None:
    story = tell("SEV1", 1, "1 mo: /milestone impact_started 13:20\n1 mo: /milestone detected 13:30")
    assert "late_declaration" not in advice(story)
    story.says("/stage monitoring")
    story.at(40).meets_the_closing_gate()
    story.says("/stage closed")
    told = advice(story)["late_declaration"]
    assert told.text == "It was declared 30m after it was detected."
    story.says(told.remedy)
    assert "late_declaration" not in advice(story)


def test_after_closing_only_what_is_still_open_is_said() -> None:
    story = tell("SEV1", 40, "1 al: /fix cache bypass\n2 mo: /update public a\n5 mo: /stage monitoring")
    story.meets_the_closing_gate()
    story.says("/stage closed ! the fix stays until Monday")
    assert set(advice(story.at(50))) == {"fix_without_ticket", "milestone_update"}
    story.says("/update public It is over.")
    assert set(advice(story)) == {"fix_without_ticket"}


def test_an_imported_or_withdrawn_incident_gets_no_advice() -> None:
    assert Story("SEV0", retrospective=True).at(600).state.declared_at
    assert not advice(Story("SEV0", retrospective=True).at(600))
    story = Story("SEV0").at(5)
    story.does(Undo, entry=story.state.declared_id)
    assert not all_nudges(story.state, story.now)


def test_a_drill_gets_the_same_advice() -> None:
    assert set(advice(Story(drill=True).at(31))) == set(advice(Story().at(31)))


def test_an_older_moment_shows_the_advice_of_that_moment() -> None:
    story = tell("SEV1", 40, "1 mo: /role ic mo\n16 mo: /role scribe al")
    then = fold("INC-K7Q2", story.events[:1])
    assert "no_ic" in {nudge.id for nudge in nudges(then, START)}
    assert nudges(story.state, START - timedelta(days=1)) is not None


# --- any log ---------------------------------------------------------------------------------------------------------

LINES = (
    *(
        "/role ic mo",
        "/role ic nobody",
        "/role scribe al",
        "/handoff al",
        "/accept al",
        "/stage next",
        "/stage next ! 1",
    ),
    *(
        "/stage mon",
        "/stage clo ! it is done",
        "/stage inv",
        "/stage contain",
        "/sev 1",
        "/sev 2 few are hit",
        "/sev 0",
    ),
    *("/update public It will be fixed by 15:00.", "/update internal next 5m We think so.", "/update executive a"),
    *("+ @mo 5m check the logs", "+ @rs find the root cause", "/done 1", "/done escalation: told", "/ack 1"),
    *("/change ! deploy v2", "/change roll back back: deploy", "/changed", "/changed failed", "/fix cache bypass"),
    *("/ticket 1 CHK-1", "one more minute", "* deploy v2.3.4", "? the attacker has credentials", "> revoked them"),
    *("/milestone mitigated", "/milestone detected -", "/milestone detected 13:00", "/postmortem owner al", "/undo"),
    *(
        "/snooze escalation 9m later",
        "/silence no_ic",
        "/impact dns fails",
        "/check",
        "/postmortem final",
        "\u202e %s {",
    ),
)


@given(st.data())
def test_advice_can_be_told_of_any_log_in_any_playbook(data: st.DataObject) -> None:
    book = built_in(data.draw(st.sampled_from(BOOKS)))
    severity = data.draw(st.sampled_from([severity.name for severity in book.severities]))
    story = Story(severity, book=book, stage=data.draw(st.sampled_from([stage.name for stage in book.stages])))
    minute = 0
    for line in data.draw(st.lists(st.sampled_from(LINES), max_size=30)):
        minute += data.draw(st.sampled_from((0, 1, 7, 31, 300)))
        story.at(minute).tries_line(line, data.draw(st.sampled_from(("mo", "al", "rs"))))
        told = all_nudges(story.state, story.now)
        assert [one.id for one in told] == [id for id in RULES if id in {one.id for one in told}]
        for one in told:
            assert one.act in ACTS
            assert one.text
            assert one.why
            word = one.remedy.partition(" ")[0]
            assert word in ("*", "!") or word[1:] in SLASH_WORDS
        for moment in (START - timedelta(days=1), story.now + timedelta(days=400)):
            all_nudges(story.state, moment)


# --- how much it costs -----------------------------------------------------------------------------------------------


def grown(entries: int) -> Story:
    """A long incident: the same note over and over, the last of them now."""
    story = Story()
    for n in range(entries):
        moment = START + timedelta(seconds=n)
        note = Entry(f"n{n}", "note", moment, moment, "al", f"line {n}: latency of the gateway is at 300 ms")
        story.state.entries = story.state.entries.appended(note)
    return story.at(entries / 60)


def test_only_the_tail_of_the_entries_is_read() -> None:
    class Counting:
        def __init__(self, entries: Any) -> None:
            self.entries, self.read = entries, 0

        def __len__(self) -> int:
            return len(self.entries)

        def __getitem__(self, key: Any) -> Any:
            found = self.entries[key]
            self.read += len(found) if isinstance(key, slice) else 1
            return found

        def __iter__(self) -> Any:
            raise AssertionError("all entries are walked")

    story = grown(BACK_ENTRIES + 500)
    story.state.entries = counting = Counting(story.state.entries)  # type: ignore[assignment]  # counts what is read
    all_nudges(story.state, story.now)
    assert 0 < counting.read <= BACK_ENTRIES


@pytest.mark.parametrize(("remedy", "line"), [
    ("/assign 2 ", "/assign 2 NAME"), ("/changed ", "/changed CHANGE"), ("/escalate ", "/escalate WHOM"),
    ("/handoff ", "/handoff NAME"), ("/milestone mitigated ", "/milestone mitigated TIME"), ("/page ", "/page NAME"),
    ("/postmortem owner ", "/postmortem owner NAME"), ("/role ic ", "/role ic NAME"), ("/stage ", "/stage STAGE"),
    ("/ticket 1 ", "/ticket 1 TICKET"), ("! ", "! TEXT"), ("/role ic mo", "/role ic mo"),
])  # fmt: skip
def test_a_remedy_says_in_capitals_which_word_it_lacks(remedy: str, line: str) -> None:
    assert Nudge("a", "b", "c", "d", remedy).line == line
