"""The checklist playbook, rule by rule: each test fails when its rule is taken out."""

import pytest

from console.core.subjects.change import ClaimChange
from console.core.subjects.hypothesis import hypotheses_of
from tests.core.bookstory import checklist, left_open, severity
from tests.core.story import Story, built_in

BOOK = built_in("checklist")


@pytest.mark.rule(
    "Checklist: 1 Detect",
    "Checklist: 2 Communicate",
    "Checklist: 3 Contain",
    "Checklist: Root cause, then permanent fix",
)
def test_six_steps_with_a_list_for_each() -> None:
    titles = [checklist.title for checklist in BOOK.checklists if checklist.title[0].isdigit()]
    assert [title.partition(",")[0] for title in titles] == [
        "1 Detect", "2 Communicate", "3 Contain", "4 Diagnose", "5 Resolve", "6 Postmortem",
    ]  # fmt: skip


@pytest.mark.rule("Checklist: Production down: page the person on call, start the channel")
@pytest.mark.rule("Checklist: Degraded, with significant impact on users")
def test_production_down_pages_and_degraded_notifies() -> None:
    assert severity(BOOK, "SEV1").alert == "Page the person on call"
    assert severity(BOOK, "SEV2").alert == "Notify the team"


@pytest.mark.rule(
    "Checklist: Mitigate first: rollback or feature flag",
    "Checklist: Customers hear of it on the status page before the cause is sought",
    "Checklist: Root cause, then permanent fix",
)
def test_mitigation_and_customers_come_before_the_cause_and_the_permanent_fix_after_it() -> None:
    workflow = severity(BOOK, "SEV1").workflow
    (first,) = [place for place, text in enumerate(workflow) if text.startswith("Mitigate first")]
    told = next(place for place, text in enumerate(workflow) if "status page" in text)
    cause = next(place for place, text in enumerate(workflow) if "root cause" in text)
    assert max(first, told) < cause
    assert "customers" in workflow[told]
    assert workflow[-2].index("root cause") < workflow[-2].index("permanent fix")


@pytest.mark.rule(
    "Checklist: 5 Resolve: fix, and metrics back at their baseline",
    "Checklist: Mistake: the symptom is fixed and not the cause",
)
def test_resolving() -> None:
    assert left_open(BOOK, "closed", "resolve") == set(checklist(BOOK, "resolve").items)


@pytest.mark.rule(
    "Checklist: Mistake: no commander, everybody on their own",
    "Checklist: Mistake: the symptom is fixed and not the cause",
    "Checklist: Mistake: no cadence, so stakeholders escalate",
    "Checklist: Mistake: no postmortem, so it happens again",
    "Checklist: Several people investigate independently, each with a theory",
    "Checklist: Changes collide and the state is unknown",
    "Checklist: Fixed by accident when one change was reverted",
    "Checklist: Misconception: it is all about fixing fast",
)
def test_common_mistakes_are_noticed() -> None:
    noticed = {pattern.name: pattern.nudge for pattern in BOOK.anti_patterns}
    assert noticed | {
        "Nobody in command": "no_ic", "Symptom fixed": "premature_closing", "No cadence": "update_late",
        "No postmortem": "no_postmortem_owner", "Everybody changes something": "two_changes",
        "Fixed by accident": "quiet", "Only the fix counts": "red_flag",
    } == noticed  # fmt: skip


@pytest.mark.rule("Checklist: Several people investigate independently, each with a theory")
def test_each_theory_stands_in_the_log_with_what_became_of_it() -> None:
    story = Story("SEV1", book=BOOK).at(1)
    story.says("? the pool is too small", "al")
    story.says("? a bad deploy", "rs")
    story.says("/ruled-out 1 it is half empty")
    assert [(hypothesis.text, hypothesis.verdict) for hypothesis in hypotheses_of(story.state).values()] == [
        ("the pool is too small", "ruled_out"), ("a bad deploy", "open"),
    ]  # fmt: skip


@pytest.mark.rule("Checklist: Changes collide and the state is unknown")
def test_the_second_who_changes_something_is_told_of_the_first() -> None:
    story = Story("SEV1", book=BOOK).at(5)
    story.says("/change restart the api back: none", "al")
    assert "al has “restart the api” in flight" in story.refuses(ClaimChange, actor="rs", text="drain db")


@pytest.mark.rule("Checklist: Audit logs that survive, rollback possible, database snapshots")
def test_the_way_of_escalation_is_clear() -> None:
    assert BOOK.escalate_to == "the next on-call level"
