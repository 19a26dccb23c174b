"""The checklist playbook, rule by rule: each test fails when its rule is taken out."""

import pytest

from console.core.playbook.gates import missing
from console.core.playbook.model import AntiPattern
from console.core.playbook.triage import suggest
from console.core.subjects.change import ClaimChange
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.stage import MoveStage
from console.core.subjects.update import PostUpdate
from tests.core.bookish import checklist, criteria, figures, severity, stage
from tests.core.bookstory import advised, left_open
from tests.core.story import Story, built_in

BOOK = built_in("checklist")


def pattern(name: str) -> AntiPattern:
    return next(one for one in BOOK.anti_patterns if one.name == name)


@pytest.mark.rule("Checklist: Root cause, then permanent fix")
def test_six_steps_with_a_list_for_each() -> None:
    order = [one.name for one in BOOK.stages if one.name not in ("verify", "closed")]
    assert order == ["detect", "communicate", "contain", "diagnose", "resolve", "postmortem"]
    titles = [one.title for one in BOOK.checklists if one.title[0].isdigit()]
    assert [title.split()[1].strip(",") for title in titles] == [
        "Detect", "Communicate", "Contain", "Diagnose", "Resolve", "Postmortem",
    ]  # fmt: skip


@pytest.mark.rule("Checklist: Triage: what is broken, how severe")
@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({"down": "yes"}, "SEV1"),
        ({"data_loss": "yes"}, "SEV1"),
        ({"breach": "yes"}, "SEV1"),
        ({"core": "yes", "workaround": "no"}, "SEV1"),
        ({"core": "yes", "workaround": "by phone"}, "SEV2"),
        ({"users": "11 %"}, "SEV2"),
        ({"users": "10 %", "degraded": "yes"}, "SEV3"),
        ({"degraded": "yes", "visible": "yes"}, "SEV2"),
        ({"degraded": "yes"}, "SEV3"),
        ({"visible": "yes"}, "SEV3"),
    ],
)
def test_the_answers_of_triage_come_to_a_severity(answers: dict[str, str], level: str) -> None:
    assert suggest(BOOK, answers).severity == level


@pytest.mark.rule(
    "Checklist: Production down: page the person on call, start the channel",
    "Checklist: Degraded, with significant impact on users",
)
def test_production_down_pages_and_degraded_notifies() -> None:
    down, degraded = severity(BOOK, "SEV1"), severity(BOOK, "SEV2")
    assert (down.aliases, degraded.aliases) == (("P1",), ("P2",))
    assert down.alert == "Page the person on call"
    assert degraded.alert == "Notify the team"
    assert (checklist(BOOK, "page").severities, checklist(BOOK, "notify").severities) == (("SEV1",), ("SEV2",))
    assert criteria(BOOK, "SEV1")[0] == {"down": True}


@pytest.mark.rule("Checklist: Production down: page the person on call, start the channel")
def test_degraded_that_becomes_down_is_paged() -> None:
    story = Story("SEV2", book=BOOK).at(10)
    story.says("/sev SEV1")
    found = advised(story, "severity_rose")
    assert found is not None


@pytest.mark.rule("Checklist: Severities with targets, on-call rotation, war rooms")
def test_each_severity_has_its_targets() -> None:
    assert figures(BOOK, "response_s", "resolution_s") == {
        "SEV1": (0, 14400), "SEV2": (900, 86400), "SEV3": (14400, 0), "SEV4": (86400, 0),
    }  # fmt: skip


@pytest.mark.rule("Checklist: 1 Detect")
def test_detecting() -> None:
    assert checklist(BOOK, "detect").title == "1 Detect"
    for name in ("SEV1", "SEV2"):
        assert Story(name, book=BOOK).minutes_left("acknowledge") == 5


@pytest.mark.rule("Checklist: 2 Communicate")
def test_communicating() -> None:
    assert stage(BOOK, "communicate").status == "investigating"


@pytest.mark.rule("Checklist: Mitigate first: rollback or feature flag")
def test_mitigating_first() -> None:
    order = [one.name for one in BOOK.stages]
    assert order.index("contain") < order.index("diagnose")
    assert stage(BOOK, "contain").milestone == "identified"
    assert stage(BOOK, "diagnose").milestone == "mitigated"
    workflow = severity(BOOK, "SEV1").workflow
    (first,) = [place for place, text in enumerate(workflow) if text.startswith("Mitigate first")]
    assert first < next(place for place, text in enumerate(workflow) if "root cause" in text)


@pytest.mark.rule("Checklist: Mitigate first: rollback or feature flag")
def test_diagnosing_before_containing_is_noticed() -> None:
    story = Story("SEV1", book=BOOK).at(5)
    story.does(MoveStage, stage="diagnose")
    found = advised(story, "fixing_first")
    assert found is not None
    assert found.remedy == "/stage contain"


@pytest.mark.rule("Checklist: 3 Contain")
def test_containing_rolls_back_or_switches_off_what_fits() -> None:
    story = Story("SEV1", book=BOOK).at(5)
    story.says("* deploy v2.3.4 finished at 13:55")
    assert advised(story, "roll_back_first")


@pytest.mark.rule("Checklist: Customers hear of it on the status page before the cause is sought")
def test_customers_are_told_before_the_cause_is_sought() -> None:
    workflow = severity(BOOK, "SEV1").workflow
    told = next(place for place, text in enumerate(workflow) if "status page" in text)
    cause = next(place for place, text in enumerate(workflow) if "root cause" in text)
    assert told < cause
    assert "customers" in workflow[told]
    assert Story("SEV1", book=BOOK).minutes_left("first_public") == 15
    assert Story("SEV2", book=BOOK).minutes_left("first_public") == 30


@pytest.mark.rule("Checklist: Root cause, then permanent fix", "Checklist: 6 Postmortem within 48 hours")
def test_the_cause_then_the_permanent_fix_then_the_postmortem() -> None:
    cause = severity(BOOK, "SEV1").workflow[-2]
    assert cause.index("root cause") < cause.index("permanent fix")
    order = [one.name for one in BOOK.stages]
    assert order.index("diagnose") < order.index("resolve") < order.index("postmortem")
    assert stage(BOOK, "resolve").fixing


@pytest.mark.rule(
    "Checklist: 5 Resolve: fix, and metrics back at their baseline",
    "Checklist: Mistake: the symptom is fixed and not the cause",
)
def test_resolving() -> None:
    items = checklist(BOOK, "resolve").items
    assert left_open(BOOK, "closed", "resolve") == set(items)
    assert BOOK.stability_s == 1800


@pytest.mark.rule("Checklist: 6 Postmortem within 48 hours")
def test_the_postmortem_within_48_hours() -> None:
    for name in ("SEV1", "SEV2"):
        story = Story(name, book=BOOK)
        story.does(MoveStage, stage="closed", override="False alarm: nobody was affected")
        assert story.minutes_left("postmortem") == 48 * 60
    found = checklist(BOOK, "postmortem")
    assert found.severities == ("SEV1", "SEV2")


@pytest.mark.rule(
    "Checklist: Mistake: no commander, everybody on their own",
    "Checklist: Mistake: the symptom is fixed and not the cause",
    "Checklist: Mistake: no cadence, so stakeholders escalate",
    "Checklist: Mistake: no postmortem, so it happens again",
)
def test_four_common_mistakes_are_noticed() -> None:
    for name, nudge in (
        ("Nobody in command", "no_ic"), ("Symptom fixed", "premature_closing"), ("No cadence", "update_late"),
        ("No postmortem", "no_postmortem_owner"),
    ):  # fmt: skip
        assert pattern(name).nudge == nudge


@pytest.mark.rule("Checklist: Mistake: no commander, everybody on their own")
def test_an_incident_without_a_commander_is_noticed_at_once_and_a_degraded_one_in_15_minutes() -> None:
    for name, minutes in (("SEV1", 0), ("SEV2", 15)):
        found = advised(Story(name, book=BOOK).at(minutes), "no_ic")
        assert found is not None
        assert found.why == f"{pattern('Nobody in command').seen} {pattern('Nobody in command').instead}"
    assert advised(Story("SEV2", book=BOOK).at(14), "no_ic") is None


@pytest.mark.rule("Checklist: Mistake: the symptom is fixed and not the cause")
def test_closing_with_only_the_symptom_gone_is_held_back() -> None:
    story = Story("SEV1", book=BOOK).at(5)
    story.does(MoveStage, stage="verify", override="to the watch")
    story.does(PostUpdate, audience="public", text="The problem is fixed.")
    found = advised(story, "premature_closing")
    assert found is not None


@pytest.mark.rule("Checklist: Mistake: no postmortem, so it happens again")
def test_an_incident_without_a_postmortem_s_owner_is_noticed_and_not_closed() -> None:
    for name in ("SEV1", "SEV2"):
        story = Story(name, book=BOOK).at(5)
        assert "postmortem_owner" in [one.need for one in missing(story.state, "closed", story.now)]
        story.does(MoveStage, stage="verify", override="to the watch")
        found = advised(story, "no_postmortem_owner")
        assert found is not None


@pytest.mark.rule(
    "Checklist: Several people investigate independently, each with a theory",
    "Checklist: Changes collide and the state is unknown",
    "Checklist: Fixed by accident when one change was reverted",
)
def test_a_team_that_changes_everything_at_once_is_noticed() -> None:
    everybody = pattern("Everybody changes something")
    assert everybody.nudge == "two_changes"
    accident = pattern("Fixed by accident")
    assert accident.nudge == "quiet"


@pytest.mark.rule("Checklist: Several people investigate independently, each with a theory")
def test_each_theory_stands_in_the_log_with_what_became_of_it() -> None:
    story = Story("SEV1", book=BOOK).at(1)
    story.says("? the pool is too small", "al")
    story.says("? a bad deploy", "rs")
    story.says("/ruled-out 1 it is half empty")
    assert [(one.text, one.verdict) for one in hypotheses_of(story.state).values()] == [
        ("the pool is too small", "ruled_out"), ("a bad deploy", "open"),
    ]  # fmt: skip


@pytest.mark.rule("Checklist: Changes collide and the state is unknown")
def test_two_who_change_something_at_once_are_told() -> None:
    story = Story("SEV1", book=BOOK).at(5)
    story.says("/change restart the api back: none", "al")
    assert "al has “restart the api” in flight" in story.refuses(ClaimChange, actor="rs", text="drain db")
    story.says("/change ! drain db back: undrain", "rs")
    found = advised(story, "two_changes")
    assert found is not None


@pytest.mark.rule("Checklist: Fixed by accident when one change was reverted")
def test_a_quarter_of_an_hour_without_a_line_is_noticed() -> None:
    assert advised(Story("SEV1", book=BOOK).at(14.9), "quiet") is None
    found = advised(Story("SEV1", book=BOOK).at(15), "quiet")
    assert found is not None


@pytest.mark.rule(
    "Checklist: Fixed by accident when one change was reverted",
    'Checklist: No postmortem because "we will remember"',
    "Checklist: Misconception: it is all about fixing fast",
)
@pytest.mark.parametrize(
    ("said", "reality", "action"),
    [
        ("we'll remember not to do that again", "comes again", "date of the postmortem"),
        ("just fix it", "people uninformed, the evidence gone and the cause in place", "tell people"),
        ("this might work", "state unknown", "one change at a time"),
        ("it works again", "comes by itself", "which change did it"),
    ],
)
def test_a_thought_that_cuts_the_process_short_is_answered(said: str, reality: str, action: str) -> None:
    story = Story("SEV1", book=BOOK).at(1)
    story.says(said, "al")
    found = advised(story, "red_flag")
    assert found is not None
    assert reality in found.why
    assert action in found.text


@pytest.mark.rule("Checklist: Misconception: it is all about fixing fast")
def test_fixing_fast_is_not_the_whole_response() -> None:
    assert pattern("Only the fix counts").nudge == "red_flag"
    story = Story("SEV1", book=BOOK).at(5)
    story.says("/change raise the pool to 200", "al")
    found = advised(story, "hasty_fix")
    assert found is not None


@pytest.mark.rule(
    "Checklist: Severities with targets, on-call rotation, war rooms",
    "Checklist: A missing process shows only in an incident",
    "Checklist: Audit logs that survive, rollback possible, database snapshots",
    "Checklist: Practise: game days, table-top exercises",
)
def test_what_must_be_there_before_an_incident() -> None:
    assert set(BOOK.runbooks) == {"bad-deploy", "database-outage", "api-degradation", "memory-leak", "ddos"}


@pytest.mark.rule("Checklist: Audit logs that survive, rollback possible, database snapshots")
def test_the_way_of_escalation_is_clear() -> None:
    assert BOOK.escalate_to == "the next level of on call"
    story = Story("SEV1", book=BOOK)
    assert story.minutes_left("escalation") == Story("SEV2", book=BOOK).minutes_left("escalation") == 30
    found = advised(story.at(30), "no_progress")
    assert found is not None
    story.says("/done escalation: the next level is here")
    found = advised(story.at(61), "no_progress")
    assert found is not None


@pytest.mark.rule("Checklist: Mistake: no cadence, so stakeholders escalate")
def test_the_cadence_of_updates() -> None:
    assert severity(BOOK, "SEV1").update_s == {"internal": 1800, "public": 1800}
    assert severity(BOOK, "SEV2").update_s == {"internal": 3600, "public": 3600}
    for name, minutes in (("SEV1", 30), ("SEV2", 60)):
        story = Story(name, book=BOOK)
        assert story.minutes_left("update:internal") == story.minutes_left("update:public") == minutes
        found = advised(story.at(minutes), "update_late")
        assert found is not None


@pytest.mark.rule("Checklist: Several people investigate independently, each with a theory")
def test_the_commander_coordinates() -> None:
    assert figures(BOOK, "roles")["SEV1"][0]["ic"] == 0
