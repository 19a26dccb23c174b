"""The sev4 playbook, rule by rule: each test fails when its rule is taken out of the file."""

from datetime import timedelta

import pytest

from console.core.advice.rules import Nudge, nudges
from console.core.playbook.model import AntiPattern
from console.core.playbook.triage import suggest
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.stage import MoveStage
from console.core.subjects.update import PostUpdate
from tests.core.bookish import checklist, figures, pairs, severity, stage
from tests.core.story import START, Story, built_in

BOOK = built_in("sev4")


def room(*lines: str, minute: float = 5, severity: str = "SEV1") -> Story:
    """An incident looked at in this minute, after lines that were typed in minute 1."""
    story = Story(severity, book=BOOK).at(1)
    for line in lines:
        story.says(line)
    return story.at(minute)


def advice(story: Story) -> dict[str, Nudge]:
    return {one.id: one for one in nudges(story.state, story.now)}


def pattern(nudge: str) -> AntiPattern:
    return next(one for one in BOOK.anti_patterns if one.nudge == nudge)


# --- severities ------------------------------------------------------------------------------------------------------


@pytest.mark.rule(
    "Sev4: SEV1: complete outage, at once (site down, data loss)",
    "Sev4: SEV2: major degradation, under 15 minutes (core feature broken)",
    "Sev4: SEV3: minor degradation, under 1 hour (non-critical bug)",
    "Sev4: SEV4: minimal, next business day (cosmetic)",
)
def test_four_severities_with_response_times() -> None:
    assert figures(BOOK, "response_s") == {"SEV1": (0,), "SEV2": (900,), "SEV3": (3600,), "SEV4": (86400,)}
    assert [one.response for one in BOOK.severities] == [
        "Immediate", "In less than 15 minutes", "In less than 1 hour", "Next business day",
    ]  # fmt: skip


@pytest.mark.rule(
    "Sev4: SEV1: complete outage, at once (site down, data loss)",
    "Sev4: SEV2: major degradation, under 15 minutes (core feature broken)",
    "Sev4: SEV3: minor degradation, under 1 hour (non-critical bug)",
)
@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({"down": "yes"}, "SEV1"),
        ({"data_loss": "yes"}, "SEV1"),
        ({"core": "yes"}, "SEV2"),
        ({"degraded": "yes"}, "SEV3"),
        ({"visible": "yes"}, "SEV3"),
    ],
)
def test_severities_follow_from_the_answers(answers: dict[str, str], name: str) -> None:
    assert suggest(BOOK, answers).severity == name


# --- the six steps ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("Sev4: Six steps in order")
def test_six_steps_in_order_with_mitigation_before_investigation() -> None:
    order = [(one.name, one.title) for one in BOOK.stages if one.name not in ("monitor", "closed")]
    assert order == [
        ("detect", "Detect and alert"), ("assess", "Assess and communicate"), ("mitigate", "Mitigate"),
        ("investigate", "Investigate"), ("resolve", "Resolve"), ("post-incident", "Postmortem"),
    ]  # fmt: skip


@pytest.mark.rule("Sev4: 0 to 5 minutes")
def test_minutes_0_to_5_detect() -> None:
    found = checklist(BOOK, "detect")
    assert (found.from_s, found.until_s) == (0, 300)
    assert "detect" in found.stages
    assert stage(BOOK, "detect").limit_s == 300


@pytest.mark.rule("Sev4: 0 to 5 minutes")
@pytest.mark.parametrize("name", ["SEV1", "SEV2"])
def test_the_alert_is_acknowledged_within_five_minutes(name: str) -> None:
    for minutes, state in ((5, "kept"), (6, "late")):
        story = Story(name, book=BOOK)
        story.does(SetMilestone, milestone="detected", moment=START - timedelta(minutes=minutes))
        assert story.clock("acknowledge").state == state


@pytest.mark.rule(
    "Sev4: 5 to 15 minutes: what, who, since when, what changed",
    "Sev4: First update: start, severity, impact, status, next update",
)
def test_minutes_5_to_15_assess_and_communicate() -> None:
    found = checklist(BOOK, "assess")
    assert (found.from_s, found.until_s) == (300, 900)
    assert "assess" in found.stages
    assert stage(BOOK, "assess").limit_s == 600


@pytest.mark.rule("Sev4: Mitigation has priority; restore the service, not the cause")
def test_the_goal_of_mitigating_is_service_not_cause() -> None:
    assert stage(BOOK, "mitigate").goal == "The service is restored. Not: the root cause is fixed."
    assert "Mitigate; investigate after" in advice(room("root cause first, then the rest"))["red_flag"].text


@pytest.mark.rule("Sev4: Mitigation has priority; restore the service, not the cause")
def test_work_on_the_cause_is_told_to_wait() -> None:
    told = advice(room("+ @rs find the root cause"))["fixing_first"]
    assert "can wait: the impact is not stopped yet" in told.text
    assert told.why == "The cause is searched, or fixed, while the service is down. Mitigate first."


@pytest.mark.rule(
    "Sev4: Common mitigation: roll back to the last good version",
    "Sev4: Common mitigation: scale up",
    "Sev4: Common mitigation: switch the flag off",
    "Sev4: Common mitigation: route traffic away",
    "Sev4: Common mitigation: clear the cache",
)
@pytest.mark.parametrize(
    ("place", "words", "situation", "action"),
    [
        (0, "Roll back to the last version known to be good", "Bad deploy", "Roll back to the last good version"),
        (1, "Scale resources up", "Overload", "Scale up"),
        (2, "Switch the feature flag off", "Broken feature", "Switch its flag off"),
        (3, "Route traffic away from the broken service", "Broken service among healthy ones", "Route traffic away"),
        (4, "Clear the cache", "Stale or broken cache", "Clear it"),
    ],
)
def test_five_common_mitigations(place: int, words: str, situation: str, action: str) -> None:
    assert BOOK.mitigations[place] == words
    assert len(BOOK.mitigations) == 5
    assert action.lower() in pairs(BOOK.containment, "situation", "action")[situation.lower()]


@pytest.mark.rule("Sev4: Investigate only after mitigation or in parallel")
def test_investigating_only_after_or_in_parallel() -> None:
    order = [one.name for one in BOOK.stages]
    assert order.index("mitigate") < order.index("investigate")


@pytest.mark.rule("Sev4: Investigate only after mitigation or in parallel")
def test_fixing_before_mitigating_is_noticed() -> None:
    told = advice(room("/stage mitigate", "/milestone mitigated -", "/stage assess", minute=3))
    assert "fixing_first" not in told
    story = Story("SEV1", book=BOOK, stage="investigate").at(3)
    assert "Investigate has begun, and the impact is not stopped yet" in advice(story)["fixing_first"].text


@pytest.mark.rule("Sev4: Commands: pods, logs, database connections, deploys, commits")
def test_the_quick_reference_can_be_copied() -> None:
    commands = {one.name: one.command for one in BOOK.data_sources}
    assert {name: command for name, command in commands.items() if command} == {
        "Pods": "kubectl get pods -n production",
        "Recent logs": "kubectl logs deployment/api --tail=100",
        "Logs": "kubectl logs deployment/api --since=1h | grep ERROR",
        "Database connections": 'psql -c "SELECT count(*) FROM pg_stat_activity"',
        "Deployments": "kubectl rollout history deployment/api",
        "Commits": "git log --oneline -10",
    }


@pytest.mark.rule("Sev4: Resolve: the proper fix if it differs, tested")
def test_resolving_is_the_proper_fix_tested_and_watched() -> None:
    assert checklist(BOOK, "resolve").stages == ("resolve",)
    assert stage(BOOK, "resolve").fixing


# --- afterwards ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("Sev4: Postmortem within 24 to 48 hours")
def test_the_postmortem_is_there_within_24_to_48_hours() -> None:
    assert figures(BOOK, "postmortem_s") == {"SEV1": (86400,), "SEV2": (172800,), "SEV3": (0,), "SEV4": (0,)}


@pytest.mark.rule("Sev4: Postmortem within 24 to 48 hours")
@pytest.mark.parametrize(("name", "hours"), [("SEV1", 24), ("SEV2", 48)])
def test_closing_starts_the_postmortem_s_clock(name: str, hours: int) -> None:
    story = Story(name, book=BOOK)
    story.does(MoveStage, stage="closed", override="False alarm: nobody was affected")
    assert story.minutes_left("postmortem") == hours * 60


# --- roles -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule(
    "Sev4: Role: commander coordinates and decides",
    "Sev4: Role: tech lead leads the investigation",
    "Sev4: Role: communications updates stakeholders",
    "Sev4: Role: scribe documents timeline and actions",
    "Sev4: Facts, no speculation",
    "Sev4: Always the time of the next update",
)
def test_four_roles_with_their_responsibility() -> None:
    assert [(one.id, one.name) for one in BOOK.roles] == [
        ("ic", "Incident commander"), ("tech", "Tech lead"), ("comms", "Communications"), ("scribe", "Scribe"),
    ]  # fmt: skip
    for name in ("SEV1", "SEV2"):
        assert set(severity(BOOK, name).roles) == {"ic", "tech", "comms", "scribe"}
        assert severity(BOOK, name).who == "Commander, tech lead, communications, scribe"


@pytest.mark.rule(
    "Sev4: Role: commander coordinates and decides",
    "Sev4: Role: tech lead leads the investigation",
    "Sev4: Role: communications updates stakeholders",
    "Sev4: Role: scribe documents timeline and actions",
)
@pytest.mark.parametrize("name", ["SEV1", "SEV2"])
def test_each_of_the_four_roles_left_empty_is_noticed(name: str) -> None:
    told = advice(room(minute=16, severity=name))
    assert told["no_ic"].text == "Nobody is incident commander."
    assert told["missing_role"].text == "Tech and Comms have nobody."
    assert told["no_scribe"].text == "Nobody keeps the record."
    assert "four roles has nobody" in told["missing_role"].why
    given = ("/role ic mo", "/role tech rs", "/role comms al", "/role scribe bo")
    assert not {"no_ic", "missing_role", "no_scribe"} & set(advice(room(*given, minute=16, severity=name)))


# --- what is said ----------------------------------------------------------------------------------------------------


@pytest.mark.rule("Sev4: Update every 15 to 30 minutes")
def test_updates_every_15_to_30_minutes() -> None:
    assert severity(BOOK, "SEV1").update_s == {"internal": 900, "public": 900}
    assert severity(BOOK, "SEV2").update_s == {"internal": 1800, "public": 1800}


@pytest.mark.rule("Sev4: Update every 15 to 30 minutes")
@pytest.mark.parametrize(("name", "minutes"), [("SEV1", 15), ("SEV2", 30)])
def test_an_update_is_owed_after_15_or_30_minutes(name: str, minutes: int) -> None:
    for audience in ("internal", "public"):
        story = Story(name, book=BOOK)
        assert story.minutes_left(f"update:{audience}") == minutes
        story.at(5).does(PostUpdate, audience=audience, text="Checkouts fail.")
        assert story.minutes_left(f"update:{audience}") == minutes
    late = advice(Story(name, book=BOOK).at(minutes + 1))["update_late"]
    assert late.text == "The internal and public updates are late, by 1 min."
    assert "update_late" not in advice(Story(name, book=BOOK).at(minutes - 1))


@pytest.mark.rule("Sev4: Facts, no speculation", "Sev4: Always the time of the next update", "Sev4: To stakeholders")
def test_a_good_update() -> None:
    assert BOOK.templates == {"internal": "sev4-internal"}


@pytest.mark.rule("Sev4: Facts, no speculation", "Sev4: Always the time of the next update")
def test_an_update_that_guesses_or_does_not_say_when_the_next_comes_is_noticed() -> None:
    guess = advice(room("/update internal next 15m It is probably the cache."))["speculation"]
    assert guess.text == "The last internal update guesses: “probably”."
    assert guess.why == "An update holds guesses. Facts only."
    silent = advice(room("/update internal Some checkouts fail."))["no_next_promised"]
    assert silent.why == "An update does not say when the next one comes. Always include it."
    assert not {"speculation", "no_next_promised"} & set(advice(room("/update internal next 15m Some checkouts fail.")))


@pytest.mark.rule("Sev4: Facts, no speculation")
def test_a_guess_in_the_timeline_is_called_one() -> None:
    assert "Log it as a hypothesis" in advice(room("my guess is the cache"))["red_flag"].text
