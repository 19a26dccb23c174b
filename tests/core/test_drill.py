"""A drill: its injects come at their minutes and by what was done; its score tells a good run from a bad one."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from console.core.drill.course import due_injects, planned
from console.core.drill.reader import read_drill
from console.core.drill.score import POINTS, Score, score_of
from console.core.drill.script import Condition, Debrief, Drill, Inject
from console.core.subjects.drill import BeginDrill, EndDrill, GiveInject, InjectGiven, SkipInject, run_of
from console.core.subjects.undo import Undo
from tests.core.story import Story, built_in

DRILLS = Path(__file__).parents[2] / "data/drills"
NAMES = sorted(path.stem for path in DRILLS.glob("*.toml"))


def drill(name: str) -> Drill:
    return read_drill((DRILLS / f"{name}.toml").read_text(), f"{name}.toml", built_in)


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


def plays(story: Story, until: float, *lines: tuple[float, str, str]) -> Story:
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
    assert standings(story.at(5)) == {"yes": "due", "no": "lapsed"}
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
    assert "ended" in story.refuses(GiveInject, inject="page")
    assert "ended" in story.refuses(EndDrill)


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

GOOD: Sequence[tuple[float, str, str]] = (
    (0.25, "ana", "/role ic ana"),
    (0.5, "ana", "/role scribe bo"),
    (0.75, "ana", "/role comms cy"),
    (1.5, "ana", "/sev SEV1 four fifths of the traffic are gone"),
    (2, "bo", "/stage investigating"),
    (2.25, "bo", "/component edge major"),
    (2.5, "bo", "/milestone impact_started 14:00"),
    (2.5, "bo", "/milestone detected 14:00"),
    *((2.75, "bo", f"/check first-five-minutes/{item}") for item in (1, 2, 3, 4, 5)),
    *((2.75, "bo", f"/check declare/{item}") for item in (1, 2, 3)),
    (3, "ana", "/page Network on-call by phone"),
    (4, "ana", "/answered Network on-call 10m"),
    (3, "cy", "/update internal next 30m We look into errors in every region; ana commands."),
    (4.5, "cy", "/update public next 30m Visitors see error pages in all regions. Next update at 14:35."),
    (5, "ana", "+ @dee 10m find out what changed before the first page"),
    (7, "dee", "/done 1: a rule of the firewall, without a stage"),
    (8, "ana", "! roll back the rule"),
    (8.25, "dee", "/change roll back the firewall's rule back: deploy it again"),
    (8.5, "bo", "/stage mitigating"),
    (10.75, "dee", "/changed done traffic comes back"),
    (11, "bo", "/ruled-out 1 it began with the change"),
    (11.5, "bo", "/stage resolving"),
    (12, "cy", "/update public next 30m Traffic is back. We are watching. Next update at 14:42."),
    (12.25, "cy", "/update internal next 30m The rule is rolled back; the firewall stays off until it is tested."),
    (13, "bo", "/postmortem owner dee"),
    (15, "bo", "/stage monitoring"),
    (16, "cy", "/update public next 30m All sites answer as usual. Next update at 14:46."),
)
BAD: Sequence[tuple[float, str, str]] = (
    (10, "ana", "/sev SEV1 the phones ring"),
    (12, "ana", "* it may be a big attack"),
    (13, "ana", "/change restart all machines"),
    (22, "bo", "/change ! block some addresses"),
    (26, "ana", "/update public We think it is an attack. It will be fixed by 15:00."),
    (30, "ana", "/stage closed ! False alarm: nobody was affected"),
)


def run(lines: Iterable[tuple[float, str, str]], minutes: float = 35) -> Score:
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
