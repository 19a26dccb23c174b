"""A drill: its injects come at their minutes and by what was done; its score tells a good run from a bad one."""

from collections.abc import Iterable
from random import Random

import pytest

from console.core.drill.course import due_injects, planned
from console.core.drill.score import POINTS, Score, score_of
from console.core.drill.script import Condition, Debrief, Drill, Goal, Inject
from console.core.log.command import Proposal
from console.core.subjects.drill import (
    BeginDrill,
    DrillBegun,
    EndDrill,
    GiveInject,
    InjectGiven,
    SkipInject,
    run_ended,
    run_of,
)
from console.core.subjects.undo import Undo
from tests.core.drills import BAD, DRILLS, GOOD, Typed, drill
from tests.core.story import Story, built_in

NAMES = sorted(path.stem for path in DRILLS.glob("*.toml"))


def small(*injects: Inject, **others: object) -> Drill:
    return Drill(
        title="Small", about="a", incident="i", severity="SEV2", length_s=600, briefing="b", injects=injects,
        debrief=Debrief("h"), **others,  # type: ignore[arg-type]  # the fields of a drill
    )  # fmt: skip


def begun(script: Drill, speed: int = 1, severity: str = "") -> Story:
    story = Story(severity or script.severity, book=built_in(script.playbook), title=script.incident, drill=True)
    story.does(BeginDrill, script=script, speed=speed)
    return story


def standings(story: Story) -> dict[str, str]:
    return {row.inject.id: row.standing for row in planned(story.state, story.now)}


def plays(story: Story, until: float, *lines: Typed) -> Story:
    """The minutes up to `until`, with what is typed at them; injects come by themselves."""
    waiting = sorted(lines, key=lambda line: line[0])
    for tenth in range(int(until * 4) + 1):
        minute = tenth / 4
        story.at(minute)
        for inject in list(due_injects(story.state, story.now)):
            story.does(GiveInject, inject=inject)
        while waiting and waiting[0][0] <= minute:
            _, actor, line = waiting.pop(0)
            story.says(line, actor)
    return story


def scored(story: Story) -> Score:
    score = score_of(story.state.ref, story.events, story.now)
    assert score is not None
    return score


# The course


def test_an_inject_comes_at_its_minute_and_once() -> None:
    story = begun(small(Inject("early", 60, "a"), Inject("late", 300, "b")))

    assert list(due_injects(story.state, story.now)) == []
    assert list(due_injects(story.at(1).state, story.now)) == ["early"]
    story.does(GiveInject, inject="early")
    assert list(due_injects(story.at(4).state, story.now)) == []
    assert "already" in story.refuses(GiveInject, inject="early")
    assert list(due_injects(story.at(5).state, story.now)) == ["late"]


def test_a_faster_run_halves_the_minutes() -> None:
    story = begun(small(Inject("late", 600, "b")), speed=2)

    assert list(due_injects(story.at(4.9).state, story.now)) == []
    assert list(due_injects(story.at(5).state, story.now)) == ["late"]


def test_an_inject_is_an_entry_of_the_one_who_says_it_and_tells_its_place_in_the_drill() -> None:
    story = begun(small(Inject("page", 0, "* Error rate at 20 % #checkout @rs", by="monitoring")))
    id = story.does(GiveInject, inject="page")

    entry, body = story.state.entries.get(id), story.events[-1].body
    assert entry is not None
    assert isinstance(body, InjectGiven)
    assert (entry.author, entry.kind, entry.tags, entry.people) == ("monitoring", "finding", ("checkout",), ("rs",))
    run = run_of(story.state)
    assert run is not None
    assert (body.run, body.inject) == (run.id, "page")


def test_what_is_for_one_role_stands_in_no_entry() -> None:
    story = begun(small(Inject("call", 0, "The press asks", to="comms")))
    id = story.does(GiveInject, inject="call")

    entry = story.state.entries.get(id)
    assert entry is not None
    assert "press" not in entry.text
    assert "communications lead" in entry.text


CONDITIONS = {
    "raised": (Condition(raised=True), ["/sev SEV1 worse"]),
    "severity": (Condition(severity="SEV1"), ["/sev SEV0 worse"]),
    "stage": (Condition(stage="investigating"), ["/stage mitigating"]),
    "role": (Condition(role="ic"), ["/role ic ana"]),
    "component": (Condition(component="Checkout"), ["/component checkout major"]),
    "update": (Condition(update="public"), ["/update public Some checkouts fail."]),
    "change": (Condition(change=("roll back", "revert")), ["/change Roll back v2 back: deploy it"]),
    "ended": (Condition(ended=("roll",)), ["/change roll back v2", "/changed done roll back"]),
    "logged": (Condition(logged=("cdn",)), ["* the CDN answers 503"]),
    "paged": (Condition(paged="Database on-call"), ["/page Database on-call by phone"]),
    "ruled out": (Condition(ruled_out=("attack",)), ["? an attack", "/ruled-out 1 no pattern in it"]),
    "both": (Condition(role="ic", raised=True), ["/role ic ana", "/sev SEV1 worse"]),
}
"""Each condition with the lines that make it hold, of which the last does."""


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_branch_waits_for_what_is_done(name: str) -> None:
    condition, lines = CONDITIONS[name]
    script = small(Inject("yes", 60, "a", when=condition, delay_s=120), Inject("no", 300, "b", unless=condition))
    story = begun(script)
    for line in lines:
        assert standings(story.at(2))["yes"] == "waiting"
        story.says(line, "ana")

    assert standings(story.at(3))["yes"] == "coming"
    assert standings(story.at(5)) == {"yes": "due", "no": "barred"}
    story.does(Undo, actor="ana")
    assert standings(story.at(5)) == {"yes": "waiting", "no": "due"}


def test_an_inject_does_not_count_as_said_by_somebody() -> None:
    story = begun(small(Inject("page", 0, "the CDN is down"), Inject("next", 0, "b", when=Condition(logged=("cdn",)))))
    story.does(GiveInject, inject="page")

    assert standings(story)["next"] == "waiting"


def test_an_inject_lapses_at_its_minute_and_a_skipped_one_never_comes() -> None:
    story = begun(small(Inject("short", 60, "a", when=Condition(role="ic"), until_s=120), Inject("not", 60, "b")))
    before = len(story.state.entries)
    story.does(SkipInject, inject="not")

    assert standings(story.at(2)) == {"short": "lapsed", "not": "skipped"}
    assert len(story.state.entries) == before
    assert "skipped" in story.refuses(GiveInject, inject="not")


def test_an_undone_inject_comes_again() -> None:
    story = begun(small(Inject("page", 0, "a")))
    story.does(Undo, entry=story.does(GiveInject, inject="page"))

    assert standings(story) == {"page": "due"}


def test_nothing_comes_after_the_end() -> None:
    story = begun(small(Inject("page", 60, "a")))
    story.does(EndDrill)

    assert list(due_injects(story.at(5).state, story.now)) == []
    assert not story.state.open
    assert "ended" in story.refuses(GiveInject, inject="page")
    assert "ended" in story.refuses(EndDrill)


def test_one_undo_takes_the_end_of_a_drill_back_and_one_more_puts_it_back() -> None:
    story = begun(small(Inject("page", 60, "a")))
    story.does(EndDrill, note="time is up")
    for open_ in (True, False, True):
        ended = next(entry for entry in story.state.entries if entry.text.startswith("Drill ended"))
        story.does(Undo, entry="" if open_ and not ended.undone else ended.id)
        assert (story.state.open, run_ended(story.state) is None) == (open_, open_)
    story.does(EndDrill)
    story.does(Undo)
    assert story.state.open


def test_a_drill_is_for_an_incident_that_was_declared_as_one() -> None:
    assert "--drill" in Story().refuses(BeginDrill, script=small())


@pytest.mark.parametrize("name", NAMES)
def test_every_drill_runs_to_its_end_without_anybody(name: str) -> None:
    script = drill(name)
    story = plays(begun(script), script.length_s / 60 + 5)

    came = {row.inject.id for row in planned(story.state, story.now) if row.standing == "given"}
    assert came == {each.id for each in script.injects if each.when.empty or each.when.inject in came}
    story.does(EndDrill)
    assert {rule.verdict for rule in scored(story).rules if rule.family in ("goal", "role")} == {"missed"}


# The score


def run(lines: Iterable[Typed], minutes: float = 35) -> Score:
    story = plays(begun(drill("bad-deploy")), minutes, *lines)
    if story.state.open:
        story.does(EndDrill)
    return scored(story)


def test_a_bad_run_scores_worse_than_a_good_one_rule_by_rule() -> None:
    good, bad = run(GOOD), run(BAD)

    both = good.verdicts().keys() & bad.verdicts().keys()
    points = {id: (POINTS[good.verdicts()[id]], POINTS[bad.verdicts()[id]]) for id in both}
    assert all(better >= worse for better, worse in points.values()), points
    assert sum(better > worse for better, worse in points.values()) >= 8
    assert (good.percent or 0) >= 75
    assert (bad.percent or 0) <= 25


def rules(*lines: Typed, minutes: float = 20, severity: str = "SEV1", script: Drill | None = None) -> dict[str, str]:
    """The verdict of each rule of a run in which this was typed."""
    return dict(scored(plays(begun(script or small(), severity=severity), minutes, *lines)).verdicts())


def ticked(minute: float) -> list[Typed]:
    return [(minute, "ana", f"/check first-five-minutes/{item}") for item in range(1, 6)]


def test_what_is_not_due_yet_and_what_nothing_called_for_is_not_counted() -> None:
    assert rules(minutes=1) == {}
    early = rules((0.5, "ana", "/role ic ana"), minutes=10)
    assert early["role:ic"] == "met"
    assert not early.keys() & {"role:comms", "clock:first_public", "advice:hasty_fix", "gate:closed"}


@pytest.mark.parametrize(
    ("lines", "rule", "verdict"),
    [
        ([(1, "ana", "/role ic ana")], "role:ic", "met"),
        ([(3, "ana", "/role ic ana")], "role:ic", "late"),
        ([], "role:ic", "missed"),
        ([(14, "ana", "/update public next 30m Some fail.")], "clock:first_public", "met"),
        ([(16, "ana", "/update public next 30m Some fail.")], "clock:first_public", "late"),
        ([(1, "ana", "+ @rs 5m look"), (5, "rs", "/done 1")], "clock:task", "met"),
        ([(1, "ana", "+ @rs 5m look"), (9, "rs", "/done 1")], "clock:task", "late"),
        ([(1, "ana", "+ @rs 5m look")], "clock:task", "missed"),
        ([(1, "ana", "/change restart web back: start it")], "advice:hasty_fix", "met"),
        ([(1, "ana", "/change restart web"), (3, "ana", "/rollback-plan start it")], "advice:hasty_fix", "late"),
        ([(1, "ana", "/change restart web")], "advice:hasty_fix", "missed"),
        ([(1, "ana", "/update public Back by 15:00.")], "advice:eta_in_public", "missed"),
        ([(1, "ana", "/update public Some fail; more at 14:30.")], "advice:eta_in_public", "met"),
        ([(3, "ana", "/stage closed ! False alarm: nobody was affected")], "gate:closed", "missed"),
        (ticked(1), "checklist:first-five-minutes", "met"),
        (ticked(9), "checklist:first-five-minutes", "late"),
        ([(1, "ana", "/check first-five-minutes/1")], "checklist:first-five-minutes", "partly"),
        ([], "checklist:first-five-minutes", "missed"),
    ],
)  # fmt: skip
def test_a_rule_is_met_late_or_missed(lines: list[Typed], rule: str, verdict: str) -> None:
    assert rules(*lines)[rule] == verdict


def test_a_role_is_owed_from_the_severity_that_asks_for_it() -> None:
    raised: list[Typed] = [(10, "ana", "/sev SEV1 worse"), (11, "ana", "/role ic ana")]
    assert rules(*raised, severity="SEV3")["role:ic"] == "met"


def test_closing_follows_no_advice() -> None:
    closed: Typed = (4, "ana", "/stage closed ! False alarm: nobody was affected")
    assert rules((1, "ana", "/update public Back by 15:00."), closed)["advice:eta_in_public"] == "missed"


def test_a_goal_counts_from_its_inject_and_at_the_speed_of_the_run() -> None:
    goal = Goal("g", "Rule it out", Condition(ruled_out=("attack",)), 600, after="page")
    script = small(Inject("page", 300, "a"), goals=(goal,))
    guess: Typed = (1, "ana", "? an attack")
    assert "goal:g" not in rules(guess, (2, "ana", "/ruled-out 1 no"), minutes=4, script=script)
    assert rules(guess, (14, "ana", "/ruled-out 1 no"), script=script)["goal:g"] == "met"
    assert rules(guess, (16, "ana", "/ruled-out 1 no"), script=script)["goal:g"] == "late"
    fast = plays(begun(script, speed=5), 5, guess, (4, "ana", "/ruled-out 1 no"))
    assert scored(fast).verdicts()["goal:g"] == "late"


def test_a_goal_that_is_not_reached_when_it_ends_is_missed_before_its_minute() -> None:
    script = small(goals=(Goal("g", "Tell", Condition(update="public"), 3600),))
    story = plays(begun(script), 5)
    assert "goal:g" not in scored(story).verdicts()
    story.does(EndDrill)
    assert scored(story).verdicts()["goal:g"] == "missed"


def test_a_score_is_of_the_events_in_any_order_and_names_entries_that_stand() -> None:
    story = plays(begun(drill("bad-deploy")), 35, *GOOD)
    story.does(EndDrill)
    score = scored(story)
    shuffled = list(story.events)
    Random(7).shuffle(shuffled)

    assert score_of(story.state.ref, shuffled, story.now) == score
    assert score_of(story.state.ref, story.events, story.at(900).now) == score
    shown = [story.state.entries.get(rule.entry) for rule in score.rules if rule.entry]
    assert all(entry is not None and not entry.undone for entry in shown)
    assert all(rule.entry for rule in score.rules if rule.verdict == "met")


def test_a_script_of_another_log_may_hold_any_number() -> None:
    story = Story(drill=True)
    goal = Goal("g", "Tell", Condition(update="public"), 10**18)
    script = small(Inject("far", 10**18, "a"), Inject("before", -(10**18), "b", until_s=10**18), goals=(goal,))
    story.arrives((Proposal(DrillBegun(script, -3), story.now),), "rs")

    assert standings(story.at(5)) == {"far": "coming", "before": "due"}
    assert "goal:g" not in scored(story).verdicts()
