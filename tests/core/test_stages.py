"""Where an incident stands among its playbook's stages, and how long it has been in each."""

from datetime import timedelta

import msgspec

from console.core.log.stages import stage_times
from console.core.log.state import Incident
from console.core.subjects.entry import LogEntry
from console.core.subjects.stage import MoveStage
from console.core.subjects.undo import Undo
from tests.core.story import START, Story, standard


def standing(story: Story) -> dict[str, tuple[str, float]]:
    """Each stage's place and the minutes spent in it."""
    return {
        stage.name: (stage.place, stage.spent.total_seconds() / 60) for stage in stage_times(story.state, story.now)
    }


def test_stages_are_passed_skipped_present_and_ahead() -> None:
    story = Story("SEV1")
    story.at(4).does(MoveStage, stage="mitigating")
    times = standing(story.at(22))
    assert list(times) == [stage.name for stage in standard().stages]
    assert times["triage"] == ("skipped", 0)
    assert times["declared"] == ("passed", 4)
    assert times["investigating"] == ("skipped", 0)
    assert times["mitigating"] == ("present", 18)
    assert times["monitoring"] == ("ahead", 0)


def test_the_present_stage_counts_from_its_last_entering_and_a_passed_one_all_its_visits() -> None:
    story = Story("SEV1")
    for at, stage in ((5, "investigating"), (10, "monitoring"), (30, "investigating"), (50, "monitoring")):
        story.at(at).does(MoveStage, stage=stage)
    times = standing(story.at(51))
    assert times["investigating"] == ("passed", 25)
    assert times["monitoring"] == ("present", 1)
    story.does(MoveStage, stage="investigating")
    assert standing(story)["monitoring"] == ("ahead", 21)


def test_an_undone_stage_was_never_entered() -> None:
    story = Story("SEV1")
    moved = story.at(5).does(MoveStage, stage="mitigating")
    story.at(9).does(Undo, entry=moved)
    times = standing(story.at(10))
    assert times["mitigating"] == ("ahead", 0)
    assert times["declared"] == ("present", 10)


def test_a_stage_that_was_logged_late_takes_no_time_away() -> None:
    story = Story("SEV1")
    story.at(20).does(MoveStage, stage="mitigating")
    story.does(MoveStage, stage="monitoring", at=START + timedelta(minutes=12))
    times = standing(story.at(22))
    assert times["mitigating"] == ("passed", 0)
    assert times["monitoring"] == ("present", 10)


def test_nothing_counts_once_it_is_over() -> None:
    story = Story("SEV1")
    story.at(5).does(MoveStage, stage="closed", override="False alarm: nobody was affected")
    assert standing(story.at(600))["closed"] == ("present", 0)


def test_a_present_stage_that_the_playbook_lacks_stands_behind_those_passed() -> None:
    story = Story("SEV1")
    story.at(5).does(MoveStage, stage="mitigating")
    book = standard()
    fewer = tuple(stage for stage in book.stages if stage.name != "mitigating")
    story.state.playbook = msgspec.structs.replace(book, stages=fewer)
    places = [(stage.name, stage.place) for stage in stage_times(story.state, story.now)]
    at = places.index(("mitigating", "present"))
    assert places[at - 1] == ("declared", "passed")
    assert places[at + 1] == ("investigating", "ahead")


def test_a_record_made_afterwards_is_over_no_target() -> None:
    story = Story("SEV1")
    assert {stage.name for stage in stage_times(story.state, story.now) if stage.limit} != set()
    story.state.retrospective = True
    assert {stage.name for stage in stage_times(story.state, story.now) if stage.limit} == set()


def test_a_damaged_declaration_has_no_stages() -> None:
    assert stage_times(Incident("INC-0000"), START) == ()


def test_entries_change_no_stage() -> None:
    story = Story("SEV1")
    before = standing(story)
    story.does(LogEntry, text="node 3 restarted")
    assert standing(story) == before
