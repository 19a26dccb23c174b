"""The briefing deck: each slide is the fold at its moment; nothing runs in it but its keys, and nothing is loaded."""

import re
from datetime import UTC, timedelta
from html import unescape

import pytest

from console.core.language.times import local_stamp
from console.core.log.clocks import open_clocks
from console.core.log.fold import fold
from console.core.log.replay import Replay
from console.core.log.tagged import untagged
from console.core.subjects.declaration import ChangeTitle, DescribeImpact
from console.core.subjects.entry import LogEntry
from console.core.subjects.hypothesis import JudgeHypothesis
from console.core.subjects.role import AssignRole, holder_of
from console.core.subjects.undo import Undo
from console.export.deck import MAX_OWED, SCRIPT, deck, slides
from console.export.postmortem.html import script_digest
from tests.core.story import Story
from tests.export.anylog import AnyLog
from tests.export.telling import told
from tests.export.test_page import HOSTILE, LOADS, Read


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def pages(story: Story, *, named: bool = True) -> dict[str, str]:
    """The words of each page, by its id; named, so that texts stand in it as they were written."""
    made = deck(Replay(story.state.ref, story.events), story.now, UTC, named=named)
    return {id: plain(body) for id, body in re.findall(r'<section id="([^"]+)">(.*?)</section>', made, re.DOTALL)}


@pytest.mark.parametrize("seed", range(12))
def test_each_slide_is_the_fold_at_its_moment(seed: int) -> None:
    story = AnyLog(seed)
    replay = Replay(story.state.ref, story.events)
    shown = pages(story)
    decided = [entry for entry in story.state.entries if entry.kind == "decision" and not entry.undone]
    assert list(shown) == [*(f"decision-{entry.id}" for entry in decided), "end"]
    for slide in slides(replay):
        page, at = shown[f"decision-{slide.decision.id}"], slide.moment.at
        then = fold(story.state.ref, [event for event in story.events if event.recorded_at <= at])
        assert slide.moment.state == then
        assert slide.decision == then.entries.get(slide.decision.id)
        expected = [
            local_stamp(at, UTC),
            untagged(slide.decision.text),
            f"{then.severity.value}, {then.stage_title(then.stage.value)}",
            *(clock.begun for clock in open_clocks(then, at)[:MAX_OWED]),
            then.impact.value or "The impact was not described yet.",
        ]
        roles = then.playbook.roles if then.playbook else ()
        expected += [f"{role.short} {holder}" for role in roles if (holder := holder_of(then, role.id))]
        for words in expected:
            assert " ".join(words.split()) in page


def test_a_slide_says_what_nobody_knew_when_it_was_decided() -> None:
    story = Story()
    story.at(1).does(AssignRole, role="ic", person="ana")
    story.at(2).does(LogEntry, text="the pool is too small", kind="hypothesis")
    other = story.does(LogEntry, text="an attack", kind="hypothesis")
    first = story.at(5).does(LogEntry, text="roll back", kind="decision")
    story.at(9).does(LogEntry, text="the replica had failed", at=story.now - timedelta(minutes=7))
    story.at(10).does(JudgeHypothesis, hypothesis=other, verdict="ruled_out", evidence="traffic is flat")
    taken_back = story.at(11).does(LogEntry, text="fail over", kind="decision")
    story.does(Undo, entry=taken_back)
    last = story.at(12).does(LogEntry, text="promote the other replica", kind="decision")
    story.at(20).does(LogEntry, text="a disk was full #cause", kind="finding", tags=("cause",))
    shown = pages(story)

    def parts(decision: str) -> tuple[str, str]:
        """The sentences of a slide about what was known, and what was not."""
        before, rest = shown[f"decision-{decision}"].split("Not known yet")
        unknown, after = rest.split("Logged before it")
        return before + after, unknown

    before, unknown = parts(first)
    assert "IC ana" in before
    assert "Open hypothesis: the pool is too small" in before
    assert "the replica had failed" not in before
    assert "14:02 the replica had failed (known 14:09)" in unknown
    assert "Hypothesis “an attack” was still open: ruled out 14:10" in unknown
    assert "The cause: a disk was full (logged 14:20)" in unknown
    assert "pool" not in unknown
    before, unknown = parts(last)
    assert "the replica had failed" in before
    assert "an attack” was" not in unknown
    assert f"decision-{taken_back}" not in shown
    assert "Cause: a disk was full" in shown["end"]


def test_people_appear_by_role_unless_they_are_to_be_named() -> None:
    story = told()
    by_role, by_name = " ".join(pages(story, named=False).values()), " ".join(pages(story).values())
    assert "ana" not in re.findall(r"\w+", by_role)
    assert "IC ana" in by_name


def test_without_a_decision_it_says_so() -> None:
    assert "No decision was logged." in pages(Story())["end"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_runs_but_its_own_script_and_nothing_is_loaded(text: str) -> None:
    story = told()
    story.does(ChangeTitle, title=text)
    story.does(DescribeImpact, text=text)
    for kind in ("finding", "hypothesis", "decision", "decision"):
        story.does(LogEntry, text=text, kind=kind, at=story.now - timedelta(minutes=3))
    made = deck(Replay(story.state.ref, story.events), story.now, UTC, named=True)
    read = Read(made)
    assert read.tags.count("script") == 1
    assert made.count(f"<script>{SCRIPT}</script>") == 1
    assert not {"img", "iframe", "object", "link", "base", "form", "use", "svg"} & set(read.tags)
    assert not [name for name, _ in read.attributes if name in LOADS or name.startswith("on")]
    assert all(value.startswith("#") for name, value in read.attributes if name == "href")
    policy = next(value for _, value in read.attributes if "default-src" in value)
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src {script_digest(SCRIPT)}"
    assert "url(" not in made
    assert "@import" not in made


def test_a_decision_that_was_undone_is_counted_as_that() -> None:
    story = Story()
    assert "No decision was logged. " in pages(story)["end"]
    wrong = story.at(1).does(LogEntry, text="fail over", kind="decision")
    story.does(Undo, entry=wrong)
    assert "No decision stands." in pages(story)["end"]
    assert "0 decisions that stand, 1 undone" in pages(story)["end"]
