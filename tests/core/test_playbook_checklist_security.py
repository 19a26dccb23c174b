"""The checklist's variant for break-ins, rule by rule: each test fails when its rule is taken out."""

import pytest

from console.core.subjects.stage import MoveStage
from tests.core.bookstory import checklist, lacking, left_open, pairs, severity, stage
from tests.core.story import Story, built_in

SECURITY = built_in("checklist-security")


@pytest.mark.rule("Checklist: Plan, lessons: blameless, better monitoring")
def test_security_ends_with_the_lessons_learned() -> None:
    assert stage(SECURITY, "postmortem").title == "Lessons learned"


@pytest.mark.rule("Checklist: Plan, containment: isolate systems, revoke credentials")
def test_security_containment_isolates() -> None:
    assert "isolate" in pairs(SECURITY.containment, "situation", "action")["system taken over"]


@pytest.mark.rule("Checklist: Evidence is preserved")
def test_security_evidence_is_kept_before_anything_is_removed() -> None:
    items = checklist(SECURITY, "evidence").items
    assert left_open(SECURITY, "eradicate", "evidence") == set(items[:3])  # three are named, the rest counted
    for name in ("SEV1", "SEV2"):
        assert "Evidence" in Story(name, book=SECURITY).refuses(MoveStage, stage="eradicate")
    workflow = severity(SECURITY, "SEV1").workflow
    kept = next(place for place, text in enumerate(workflow) if "evidence is kept before" in text.lower())
    assert kept < next(place for place, text in enumerate(workflow) if text.startswith("Contain"))


@pytest.mark.rule("Checklist: Plan, recovery: from clean backups")
def test_security_recovery_is_from_clean_backups() -> None:
    assert left_open(SECURITY, "closed", "recover") == set(checklist(SECURITY, "recover").items)


def test_security_calls_the_head_of_security_and_not_of_engineering() -> None:
    assert not lacking(
        [escalation.to for escalation in SECURITY.escalation], "head of security", "legal", "outside team"
    )
    assert not [escalation.to for escalation in SECURITY.escalation if "engineering" in escalation.to]


def test_security_says_nothing_of_what_it_is_about_where_the_channel_is_wider() -> None:
    assert not [stage.name for stage in SECURITY.stages[1:] if "{title}" in stage.announce]


def test_security_asks_for_proven_or_suspected_and_not_for_down_or_degraded() -> None:
    assert not [item for listed in SECURITY.checklists for item in listed.items if "degraded" in item]
