"""The checklist's variant for break-ins, rule by rule: each test fails when its rule is taken out."""

import pytest

from console.core.playbook.triage import suggest
from console.core.subjects.stage import MoveStage
from tests.core.bookish import checklist, lacking, pairs, severity, stage
from tests.core.bookstory import advised, left_open
from tests.core.story import Story, built_in

BOOK = built_in("checklist")
SECURITY = built_in("checklist-security")


def test_the_variant_is_one_of_the_checklist() -> None:
    assert SECURITY.variant_of == "checklist"
    assert {one.name for one in SECURITY.severities} == {one.name for one in BOOK.severities}


@pytest.mark.rule(
    "Checklist: Plan for break-ins, detection and triage",
    "Checklist: Plan, eradication: patch the cause, remove the foothold",
    "Checklist: Plan, recovery: from clean backups",
    "Checklist: Plan, lessons: blameless, better monitoring",
)
def test_security_has_six_phases() -> None:
    order = [one.name for one in SECURITY.stages if one.name not in ("diagnose", "verify", "closed")]
    assert order == ["detect", "triage", "contain", "eradicate", "recover", "postmortem"]
    assert stage(SECURITY, "postmortem").title == "Lessons learned"
    assert SECURITY.declared_stage == "triage"


@pytest.mark.rule("Checklist: Plan for break-ins, detection and triage")
def test_security_triage_assesses_severity_and_impact() -> None:
    assert suggest(SECURITY, {"breach": "yes"}).severity == "SEV1"


@pytest.mark.rule("Checklist: Plan, containment: isolate systems, revoke credentials")
def test_security_containment_isolates_and_revokes() -> None:
    found = checklist(SECURITY, "contain")
    assert found.stages == ("contain",)
    action = pairs(SECURITY.containment, "situation", "action")
    assert "isolate" in action["system taken over"]
    story = Story("SEV1", book=SECURITY).at(1)
    asked = advised(story, "containment")
    assert asked is not None


@pytest.mark.rule("Checklist: Evidence is preserved")
def test_security_evidence_is_kept_before_anything_is_removed() -> None:
    found = checklist(SECURITY, "evidence")
    assert found.stages == ("triage", "contain", "diagnose")
    gate = next(one for one in SECURITY.gates if one.stage == "eradicate")
    assert (gate.needs, gate.checklist) == (("checklist",), "evidence")
    assert left_open(SECURITY, "eradicate", "evidence") == set(found.items[:3])  # three are named, the rest counted
    for name, minutes in (("SEV1", 15), ("SEV2", 30)):
        asked = advised(Story(name, book=SECURITY).at(minutes), "missing_role")
        assert asked is not None
        assert "Evidence" in asked.text
        assert "Evidence" in Story(name, book=SECURITY).refuses(MoveStage, stage="eradicate")
    workflow = severity(SECURITY, "SEV1").workflow
    kept = next(place for place, text in enumerate(workflow) if "evidence is kept before" in text.lower())
    assert kept < next(place for place, text in enumerate(workflow) if text.startswith("Contain"))


@pytest.mark.rule("Checklist: Plan, eradication: patch the cause, remove the foothold")
def test_security_eradication_patches_and_removes_the_foothold() -> None:
    found = checklist(SECURITY, "eradicate")
    assert found.stages == ("eradicate",)


@pytest.mark.rule("Checklist: Plan, recovery: from clean backups")
def test_security_recovery_is_from_clean_backups() -> None:
    found = checklist(SECURITY, "recover")
    assert found.stages == ("recover", "verify")
    assert left_open(SECURITY, "closed", "recover") == set(found.items)


def test_security_says_nothing_in_public_by_itself() -> None:
    assert all(not one.update_s.get("public") and not one.first_public_s for one in SECURITY.severities)
    assert SECURITY.roll_back_first is False


def test_security_calls_the_head_of_security_and_not_of_engineering() -> None:
    assert not lacking([one.to for one in SECURITY.escalation], "head of security", "legal", "outside team")
    assert not [one.to for one in SECURITY.escalation if "engineering" in one.to]
    found = advised(Story("SEV1", book=SECURITY).at(4 * 60 + 1), "beyond_target")
    assert found is not None


def test_security_on_call_is_there_already_and_forensics_is_called() -> None:
    story = Story("SEV1", book=SECURITY).at(1)
    story.says("* the alert reaches security: a breach, credentials leaked", "al")
    assert advised(story, "expert_needed") is None
    story.says("* the server's disk image needs forensics", "al")
    found = advised(story, "expert_needed")
    assert found is not None


def test_security_says_nothing_of_what_it_is_about_where_the_channel_is_wider() -> None:
    assert not [one.name for one in SECURITY.stages[1:] if "{title}" in one.announce]


def test_security_asks_for_proven_or_suspected_and_not_for_down_or_degraded() -> None:
    assert not [one for listed in SECURITY.checklists for one in listed.items if "degraded" in one]


def test_security_an_account_that_was_deactivated_is_containment() -> None:
    story = Story("SEV1", book=SECURITY).at(1)
    story.says("> deactivated the service account", "al")
    assert advised(story, "containment") is None
