"""Rules for every built-in playbook: it names only what there is, and carries an incident to its end."""

from datetime import timedelta

import pytest

from console.core.log.milestones import NEEDED, milestones
from console.core.playbook.gates import missing
from console.core.playbook.model import TEXTS, Playbook, needs_postmortem
from console.core.subjects.checklist import TickItem, missing_items
from console.core.subjects.fix import AddFix
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.postmortem import AssignPostmortem, postmortem_of
from console.core.subjects.stage import MoveStage
from console.resources import resource_path
from tests.core.story import START, Story, built_in

DAY_S = 86400
NAMES = ("standard", "rapid", "p-levels", "sev4", "checklist", "checklist-security")


@pytest.fixture(params=NAMES)
def book(request: pytest.FixtureRequest) -> Playbook:
    return built_in(request.param)


def test_every_built_in_playbook_is_held_here() -> None:
    assert {path.stem for path in resource_path("playbooks").glob("*.toml")} == set(NAMES)


@pytest.mark.rule
def test_it_is_named_as_its_file_and_says_what_it_is(book: Playbook) -> None:
    assert book.name in NAMES
    assert book.variant_of == ("checklist" if book.name == "checklist-security" else "")
    assert book.title
    assert book.description
    assert book.principle


def test_it_leaves_no_part_empty(book: Playbook) -> None:
    for part in (
        "detection", "declare_if", "escalate_if", "close_if", "mitigations", "questions", "gates", "checklists",
        "runbooks", "containment", "data_sources", "red_flags", "anti_patterns", "escalation", "contacts", "actions",
        "preparedness",
    ):  # fmt: skip
        assert getattr(book, part), part


def test_every_question_says_why_and_what_is_noticed_has_its_words(book: Playbook) -> None:
    assert all(question.why for question in book.questions)
    assert all(one.words for one in book.containment)
    assert all(flag.words for flag in book.red_flags)


def test_every_severity_says_what_it_means_and_what_it_asks(book: Playbook) -> None:
    for one in book.severities:
        assert one.meaning.endswith(".")
        assert one.example.endswith(".")
        for said in (one.response, one.who, one.alert, one.plan, one.tell):
            assert said, one.name
        assert one.criteria or one is book.severities[-1]


def test_a_severer_incident_is_never_answered_later(book: Playbook) -> None:
    for key in ("response_s", "resolution_s", "acknowledge_s"):
        known = [value for severity in book.severities if (value := getattr(severity, key)) is not None]
        owed = [value for value in known if value or key == "response_s"]
        assert owed == sorted(owed), key


def test_the_stages_lead_from_detection_to_the_postmortem(book: Playbook) -> None:
    set_by_stage = [stage.milestone for stage in book.stages if stage.milestone]
    assert [one for one in set_by_stage if one in ("declared", "identified", "mitigated", "resolved", "closed")] == [
        "declared", "identified", "mitigated", "resolved", "closed",
    ]  # fmt: skip
    assert [stage.phase for stage in book.stages][-3:] == ["stable", "over", "over"]
    assert all(stage.goal and stage.questions and stage.announce for stage in book.stages)
    assert [stage.status for stage in book.stages if stage.phase == "stable"] == ["monitoring"]


def test_the_status_page_goes_through_four_states(book: Playbook) -> None:
    said = list(dict.fromkeys(stage.status for stage in book.stages if stage.status))
    assert said == ["investigating", "identified", "monitoring", "resolved"]


@pytest.mark.rule
def test_a_deploy_is_rolled_back_first_unless_evidence_would_go_with_it(book: Playbook) -> None:
    assert book.roll_back_first is (book.name != "checklist-security")


@pytest.mark.rule("Standard: Runbooks are used where the failure is known")
@pytest.mark.rule("Rapid: Commands to undo a rollout and to revert", case="rapid")
@pytest.mark.rule(
    "P-levels: Runbook for a database outage",
    "P-levels: Runbook for an API degradation",
    "P-levels: Runbook for a memory leak",
    "P-levels: Runbook for a DDoS",
    case="p-levels",
)
@pytest.mark.rule
def test_the_runbooks_for_the_five_most_frequent_troubles_are_at_hand(book: Playbook) -> None:
    every = {"bad-deploy", "database-outage", "api-degradation", "memory-leak", "ddos"}
    assert set(book.runbooks) == (every if book.name != "checklist-security" else {"ddos", "database-outage"})


def test_somebody_is_called_when_it_is_urgent(book: Playbook) -> None:
    urgent = [severity for severity in book.severities if severity.urgent]
    assert urgent == list(book.severities[: len(urgent)])
    assert len(urgent) >= 2
    for one in urgent:
        if one.update_s:
            assert one.escalate_s == 1800
            assert "ic" in one.roles
    assert {escalation.nudge for escalation in book.escalation} >= {"no_progress", "expert_needed"}


def test_what_became_unstable_goes_back_to_work(book: Playbook) -> None:
    for one in book.stages:
        if one.phase != "active":
            back = [book.stage(name) for name in one.next]
            lower = ("active",) if one.phase == "stable" else ("active", "stable", "over")
            assert any(stage is not None and stage.phase in lower for stage in back), one.name


@pytest.mark.rule("Standard: Resolution fixes the cause for good")
def test_the_lasting_fix_comes_after_the_impact_is_stopped(book: Playbook) -> None:
    order = [stage.name for stage in book.stages]
    fixing = [stage.name for stage in book.stages if stage.fixing]
    mitigated = next(stage.name for stage in book.stages if stage.milestone == "mitigated")
    assert len(fixing) == 1
    assert order.index(fixing[0]) >= order.index(mitigated)


def test_closing_asks_for_all_five_things(book: Playbook) -> None:
    gate = next(gate for gate in book.gates if gate.stage == "closed")
    assert gate.needs == ("stable", "fixes", "milestones", "postmortem_owner", "checklist")
    assert book.stability_s == 1800
    assert any("false alarm" in reason.lower() for reason in gate.reasons)
    owing = [severity.name for severity in book.severities if needs_postmortem(severity)]
    assert set(owing) <= set(gate.severities)


def test_every_anti_pattern_says_what_to_do_instead(book: Playbook) -> None:
    for one in book.anti_patterns:
        assert one.seen
        assert one.instead


@pytest.mark.rule
def test_every_text_has_a_built_in_template(book: Playbook) -> None:
    for text in TEXTS:
        if text != "postmortem":
            assert resource_path(f"templates/{book.template(text)}.md.j2").is_file(), text


def test_the_end_of_a_stage_has_words_that_can_be_filled(book: Playbook) -> None:
    values = {"title": "x", "severity": "S", "ic": "mo", "time": "14:00", "last_action": "rolled back"}
    for stage in book.stages:
        assert "{" not in stage.announce.format_map(values)
    first = {"severity": "S", "title": "x", "ic": "mo", "channel": "#c", "time": "14:00"}
    assert "x" in book.first_status.format_map(first)
    assert book.channel.format_map({"date": "2026-11-21", "topic": "checkout"}).startswith("#")


def meets_the_gates(story: Story, stage: str) -> None:
    """All that the gates of a stage ask for is done."""
    for name in NEEDED if stage == "closed" else ():
        if name not in milestones(story.state):
            moment = START - timedelta(minutes=9 if name == "impact_started" else 5)
            story.does(SetMilestone, milestone=name, moment=moment)
    for gate in story.book.gates:
        for item in missing_items(story.state, gate.checklist, story.now) if gate.stage == stage else ():
            story.does(TickItem, item=item.id)
    if stage == "closed" and not postmortem_of(story.state).owner.value:
        story.does(AssignPostmortem, person="mo")


@pytest.mark.rule("Standard: Nine stages in order")
def test_an_incident_can_be_carried_through_every_stage_without_an_override(book: Playbook) -> None:
    for severity in book.severities:
        story = Story(severity.name, book=book)
        start = book.stage_index(book.declared_stage)
        for stage in book.stages[start + 1 :]:
            story.now += timedelta(seconds=max(60, book.stability_s))
            meets_the_gates(story, stage.name)
            assert missing(story.state, stage.name, story.now) == ()
            story.does(MoveStage, stage=stage.name)
        assert story.state.stage.value == book.stages[-1].name


def test_closing_at_once_is_refused_for_each_of_the_five_things(book: Playbook) -> None:
    story = Story(book.severities[0].name, book=book)
    story.does(AddFix, text="cache off")
    start = book.stage_index(book.declared_stage)
    stable = next(place for place, one in enumerate(book.stages) if one.phase == "stable")
    for stage in book.stages[start + 1 : stable + 1]:
        story.now += timedelta(minutes=1)
        if stage.name != "closed":
            meets_the_gates(story, stage.name)
            story.does(MoveStage, stage=stage.name)
    assert {gap.need for gap in missing(story.state, "closed", story.now)} == {
        "stable", "fixes", "milestones", "postmortem_owner", "checklist",
    }  # fmt: skip


@pytest.mark.rule(
    "P-levels: Actions: P0 before the next release, P1 within the sprint",
    "P-levels: Prevention is tracked as tasks with an owner and a priority",
    case="p-levels",
)
@pytest.mark.rule
def test_the_priorities_of_action_items(book: Playbook) -> None:
    assert [(action.name, action.due_s // DAY_S) for action in book.actions] == [("P0", 7), ("P1", 14), ("P2", 90)]
