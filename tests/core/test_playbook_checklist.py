"""The checklist playbook and its security variant, rule by rule: each test fails when its rule is taken out."""

from tests.core.bookish import checklist, criteria, duties, figures, lacking, pairs, severity, stage
from tests.core.story import built_in

BOOK = built_in("checklist")
SECURITY = built_in("checklist-security")


def test_six_steps_with_a_list_for_each() -> None:
    order = [one.name for one in BOOK.stages if one.name not in ("verify", "closed")]
    assert order == ["detect", "communicate", "contain", "diagnose", "resolve", "postmortem"]
    titles = [one.title for one in BOOK.checklists if one.title[0].isdigit()]
    assert [title.split()[1].strip(",") for title in titles] == [
        "Detect", "Communicate", "Contain", "Diagnose", "Resolve", "Postmortem",
    ]  # fmt: skip


def test_two_ways_in_which_it_is_seen() -> None:
    assert lacking(BOOK.detection, "alert of monitoring", "Users report") == []


def test_production_down_pages_and_degraded_notifies() -> None:
    down, degraded = severity(BOOK, "SEV1"), severity(BOOK, "SEV2")
    assert (down.aliases, degraded.aliases) == (("P1",), ("P2",))
    assert down.alert == "Page the person on call"
    assert degraded.alert == "Notify the team"
    assert lacking(checklist(BOOK, "page").items, "paged", "channel is started") == []
    assert lacking(checklist(BOOK, "notify").items, "notified", "closely") == []
    assert (checklist(BOOK, "page").severities, checklist(BOOK, "notify").severities) == (("SEV1",), ("SEV2",))
    assert criteria(BOOK, "SEV1")[0] == {"down": True}


def test_each_severity_has_its_targets() -> None:
    assert figures(BOOK, "response_s", "resolution_s") == {
        "SEV1": (0, 14400), "SEV2": (900, 86400), "SEV3": (14400, 0), "SEV4": (86400, 0),
    }  # fmt: skip


def test_detecting() -> None:
    assert lacking(checklist(BOOK, "detect").items, "acknowledged by the person on call", "severity") == []
    assert severity(BOOK, "SEV1").acknowledge_s == severity(BOOK, "SEV2").acknowledge_s == 300


def test_communicating() -> None:
    items = checklist(BOOK, "communicate").items
    assert lacking(items, "incidents channel says", "status page says “investigating”") == []
    assert stage(BOOK, "communicate").status == "investigating"
    assert "investigating {title}" in BOOK.first_status


def test_mitigating_first() -> None:
    assert BOOK.principle.startswith("Mitigate first")
    items = checklist(BOOK, "contain").items
    assert lacking(items, "last deploy is rolled back, if it fits", "feature flag is off") == []
    order = [one.name for one in BOOK.stages]
    assert order.index("contain") < order.index("diagnose")
    assert "kubectl rollout undo" in pairs(BOOK.containment, "situation", "action")["bad deploy"]


def test_customers_are_told_before_the_cause_is_sought() -> None:
    workflow = severity(BOOK, "SEV1").workflow
    told = next(place for place, text in enumerate(workflow) if "status page" in text)
    cause = next(place for place, text in enumerate(workflow) if "root cause" in text)
    assert told < cause


def test_diagnosing() -> None:
    items = checklist(BOOK, "diagnose").items
    assert lacking(items, "Error rates", "Latency", "slow queries", "Recent deploys", "slow or failing span") == []
    sources = pairs(BOOK.data_sources, "name", "look_for")
    assert {"error rates", "latency", "slow query log", "deploys", "distributed traces"} <= set(sources)


def test_resolving() -> None:
    items = checklist(BOOK, "resolve").items
    assert lacking(items, "fix is in", "returned to their baseline", "not only the symptom") == []


def test_the_postmortem_within_48_hours() -> None:
    assert severity(BOOK, "SEV1").postmortem_s == severity(BOOK, "SEV2").postmortem_s == 172800
    items = checklist(BOOK, "postmortem").items
    assert lacking(items, "timeline", "root cause", "Action items", "blames nobody", "Monitoring is improved") == []


def test_four_common_mistakes_are_noticed() -> None:
    found = {one.name: one.nudge for one in BOOK.anti_patterns}
    assert found["Nobody in command"] == "no_ic"
    assert found["Symptom fixed"] == "premature_closing"
    assert found["No cadence"] == "update_late"
    assert found["No postmortem"] == "no_postmortem_owner"


def test_a_team_that_changes_everything_at_once_is_noticed() -> None:
    seen = {one.nudge: one.seen for one in BOOK.anti_patterns}
    assert "another theory" in seen["two_changes"]
    assert "nobody knows its state" in seen["two_changes"]
    assert "took a change back" in seen["quiet"]
    assert any("We will remember" in one.thought for one in BOOK.red_flags)


def test_fixing_fast_is_not_the_whole_response() -> None:
    assert "do not only fix" in BOOK.principle
    assert lacking([one.thought for one in BOOK.red_flags], "as fast as possible") == []
    assert any(one.nudge == "hasty_fix" for one in BOOK.anti_patterns)
    assert lacking(checklist(BOOK, "contain").items, "Evidence is kept") == []


def test_what_must_be_there_before_an_incident() -> None:
    assert lacking(
        BOOK.preparedness, "people on call", "Severities are defined, each with its targets", "war room",
        "five most frequent", "escalation is clear", "Audit logs", "rolled back", "Snapshots", "Game days",
        "crosses teams", "no tool tells",
    ) == []  # fmt: skip
    assert len(BOOK.runbooks) == 5


def test_the_cadence_of_updates() -> None:
    assert severity(BOOK, "SEV1").update_s == {"internal": 1800, "public": 1800}
    assert severity(BOOK, "SEV2").update_s == {"internal": 3600, "public": 3600}


def test_the_commander_coordinates() -> None:
    assert lacking(duties(BOOK, "ic"), "nobody acts on their own", "one change at a time") == []
    assert figures(BOOK, "roles")["SEV1"][0]["ic"] == 0


# The security variant


def test_the_variant_is_one_of_the_checklist() -> None:
    assert SECURITY.variant_of == "checklist"
    assert {one.name for one in SECURITY.severities} == {one.name for one in BOOK.severities}


def test_security_has_six_phases() -> None:
    order = [one.name for one in SECURITY.stages if one.name not in ("diagnose", "verify", "closed")]
    assert order == ["detect", "triage", "contain", "eradicate", "recover", "postmortem"]
    assert stage(SECURITY, "postmortem").title == "Lessons learned"


def test_security_triage_assesses_severity_and_impact() -> None:
    assert stage(SECURITY, "triage").goal.startswith("Severity and impact are assessed")


def test_security_containment_isolates_and_revokes() -> None:
    items = checklist(SECURITY, "contain").items
    assert lacking(items, "systems are isolated", "Credentials, sessions and tokens", "revoked") == []
    found = pairs(SECURITY.containment, "situation", "action")
    assert "revoke" in found["leaked credentials"]
    assert "isolate" in found["system taken over"]


def test_security_evidence_is_kept_before_anything_is_removed() -> None:
    found = checklist(SECURITY, "evidence")
    assert lacking(found.items, "Audit logs", "Memory and disks", "snapshots", "written down") == []
    gate = next(one for one in SECURITY.gates if one.stage == "eradicate")
    assert (gate.needs, gate.checklist) == (("checklist",), "evidence")
    assert "evidence" in severity(SECURITY, "SEV1").roles


def test_security_eradication_patches_and_removes_the_foothold() -> None:
    items = checklist(SECURITY, "eradicate").items
    assert lacking(items, "weakness that let them in is patched", "Back doors", "secrets") == []
    assert "foothold" in stage(SECURITY, "eradicate").goal


def test_security_recovery_is_from_clean_backups() -> None:
    assert lacking(checklist(SECURITY, "recover").items, "clean backups", "baseline") == []
    gate = next(one for one in SECURITY.gates if one.stage == "closed")
    assert gate.checklist == "recover"


def test_security_lessons_are_blameless_and_improve_monitoring() -> None:
    found = checklist(SECURITY, "postmortem")
    assert "48 hours" in found.title
    assert lacking(found.items, "blames nobody", "Monitoring is improved") == []


def test_security_says_nothing_in_public_by_itself() -> None:
    assert all(not one.update_s.get("public") and not one.first_public_s for one in SECURITY.severities)
    assert SECURITY.roll_back_first is False
