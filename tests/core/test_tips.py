"""Suggestions: on which evidence they stand, and as which commands they are taken."""

import msgspec
import pytest

from console.core.memory.case import Case, case_of
from console.core.memory.concepts import Concept, Concepts, Vocabulary
from console.core.memory.similar import Memory, digest_of
from console.core.memory.tips import Tip, command_of, is_taken, suggested, tips
from console.core.playbook.runbook import Runbook, Step
from console.core.subjects.hypothesis import JudgeHypothesis, hypotheses_of
from tests.core.story import Story

WORDS = Vocabulary(
    [
        Concepts(
            (
                Concept("pool", "Pool exhausted", "Count connections", signs=("pool exhausted|dry",)),
                Concept("disk", "Disk full", "Run df", signs=("disk full",)),
            )
        )
    ]
)


def case(story: Story, ref: str) -> Case:
    told = case_of(story.state)
    assert told is not None
    return msgspec.structs.replace(told, ref=ref)


def memory(**stories: Story) -> Memory:
    cases = [case(story, ref) for ref, story in stories.items()]
    return Memory([(each, digest_of(each, WORDS)) for each in cases], WORDS)


def earlier() -> Story:
    story = Story(title="Profile hangs")
    story.says("* the pool ran dry #cause", "rui")
    story.says("> rolled back the driver #stopped", "rs")
    return story


def told(story: Story, runbooks: tuple[Runbook, ...] = ()) -> list[Tip]:
    known = memory(early=earlier())
    of = digest_of(case(story, "now"), WORDS)
    return tips(of, known.like(of), runbooks, WORDS)


def test_each_says_what_it_stands_on() -> None:
    story = Story(title="Checkout fails")
    story.says("* its pool is exhausted")
    book = Runbook("db", "Database", (Step("Look at the log"), Step("Look again"), Step("Go home")))
    assert told(story, (book,)) == [
        Tip("cause", "Pool exhausted", "pool is exhausted", ("early",)),
        Tip("step", "Count connections", cause="Pool exhausted"),
        Tip("step", "Look at the log", runbook="db"),
        Tip("step", "Look again", runbook="db"),
        Tip("person", "rui", refs=("early",)),
        Tip("person", "rs", refs=("early",)),
        Tip("mitigation", "rolled back the driver", refs=("early",)),
    ]


def test_what_was_ruled_out_is_not_suggested() -> None:
    story = Story(title="Checkout fails")
    story.says("? the pool is exhausted")
    assert [tip.text for tip in told(story)][:1] == ["Pool exhausted"]
    story.does(JudgeHypothesis, hypothesis="pool", verdict="ruled_out")
    assert "Pool exhausted" not in [tip.text for tip in told(story)]
    story.says("* the disk is full")
    assert [tip.text for tip in told(story) if tip.kind == "cause"] == ["Disk full"]


def test_a_suggestion_is_no_evidence_for_itself_before_somebody_supports_it() -> None:
    story = Story(title="Checkout fails")
    tip = Tip("cause", "Disk full")
    story.carries_out(command_of(tip, "mo"))
    assert is_taken(tip, story.state)
    assert told(story) == []
    story.does(JudgeHypothesis, hypothesis="Disk", verdict="supported")
    assert [each.text for each in told(story)][:1] == ["Disk full"]


@pytest.mark.parametrize(
    ("tip", "text"),
    [
        (Tip("cause", "Disk full"), "Disk full (suggested)"),
        (Tip("cause", "Disk full", refs=("a", "b", "c", "d")), "Disk full (suggested, as in a, b and c)"),
        (Tip("step", "Run df", cause="Disk full"), "Run df (suggested)"),
        (Tip("step", "Run df", runbook="db"), "Run df (suggested, runbook db)"),
        (Tip("person", "rui", refs=("a",)), "Ask rui (suggested, knew a)"),
        (Tip("mitigation", "restart", refs=("a",)), "Consider: restart (suggested, it stopped a)"),
    ],
)
def test_what_is_logged_says_that_it_was_suggested(tip: Tip, text: str) -> None:
    assert suggested(tip) == text
    story = Story()
    assert not is_taken(tip, story.state)
    story.carries_out(command_of(tip, "mo"))
    assert is_taken(tip, story.state)
    assert bool(hypotheses_of(story.state)) is (tip.kind == "cause")
