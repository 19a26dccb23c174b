"""Roll call and rounds: who was heard when, by what, and what an undo makes of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.advice.rules import nudges
from console.core.log.completion import completions
from console.core.log.fold import fold
from console.core.log.rollcall import Present, roll_call, unheard
from console.core.log.slash import SLASH_WORDS
from console.core.playbook.reader import read_playbook
from console.core.subjects.entry import LogEntry
from console.core.subjects.paste import LogPaste
from console.core.subjects.undo import Undo
from tests.core.story import START, Story, toml_of

ROLLS = """
extends = "standard"
name = "rolls"
title = "Rolls"
[[severities]]
name = "SEV1"
roll_call_s = "5m"
"""
BOOK = read_playbook(ROLLS, "rolls.toml", toml_of)


def room(severity: str = "SEV1") -> Story:
    """mo commands, rs speaks, db has a task; nobody but mo has written."""
    story = Story(severity, book=BOOK)
    story.says("/role ic mo")
    story.says("/role comms rs")
    story.says("+ @db look at the pool")
    return story


def roll(story: Story) -> dict[str, Present]:
    return {present.person: present for present in roll_call(story.state, story.now)}


def heard(story: Story, person: str) -> float | None:
    """Minutes after the declaration."""
    at = roll(story)[person].heard_at
    return None if at is None else (at - START) / timedelta(minutes=1)


def test_everybody_with_a_role_or_an_open_task_is_on_the_roll() -> None:
    story = room()
    assert {name: (each.roles, each.tasks) for name, each in roll(story).items()} == {
        "mo": (("ic",), ()), "rs": (("comms",), ()), "db": ((), (1,)),
    }  # fmt: skip
    story.says("/done 1")
    assert set(roll(story)) == {"mo", "rs"}


def test_no_roll_where_the_severity_has_none_and_none_once_it_is_stable() -> None:
    story = room("SEV2")
    assert not roll(story)
    story.at(30).says("/sev SEV1")
    assert {each.missed for each in roll(story).values()} == {0}, "the clocks begin when the rule does"
    story.says("/stage monitoring ! tested")
    assert not roll(story)


def test_a_person_who_is_written_in_two_ways_is_one() -> None:
    story = room().at(3)
    story.says("here", actor="RS")
    story.at(4).says("still here", actor="rs")
    story.at(5).says("and again", actor="Rs")
    assert heard(story, "rs") == 5
    assert roll_call(fold("INC-K7Q2", story.events), story.now) == roll_call(story.state, story.now)


SIGNS_OF_LIFE: dict[str, tuple[str, str]] = {
    # who writes what in minute 4, after which db was heard
    "their own line": ("db", "pool is full"),
    "their own undo": ("db", "/undo"),
    "a report": ("mo", "@db pool full"),
    "a report of two": ("mo", "* @web, @db: pool full"),
    "a report in another spelling": ("mo", "@DB pool full"),
    "a round": ("mo", "/round @web 20 % 5xx / @db ok"),
    "a task acknowledged": ("mo", "/ack 1"),
    "a task ended, with another open": ("mo", "/done 1"),
    "a page answered": ("mo", "/answered db"),
}
NO_SIGNS: dict[str, tuple[str, str]] = {
    "named at the end": ("mo", "asked @db"),
    "a decision about them": ("mo", "! @db restarts it"),
    "a task for them": ("mo", "+ @db and another look"),
    "a page without an answer": ("mo", "/no-answer db"),
    "everybody": ("mo", "@all listen"),
    "a name that only begins alike": ("mo", "@db2 ok"),
}


def prepared() -> Story:
    story = room()
    story.says("! ready", actor="db")
    story.says("+ @db and the replica")
    story.says("/page @db")
    return story.at(4)


@pytest.mark.parametrize(("writer", "line"), SIGNS_OF_LIFE.values(), ids=SIGNS_OF_LIFE)
def test_heard_by(writer: str, line: str) -> None:
    story = prepared()
    assert heard(story, "db") == 0
    story.says(line, actor=writer)
    assert heard(story, "db") == 4


@pytest.mark.parametrize(("writer", "line"), NO_SIGNS.values(), ids=NO_SIGNS)
def test_not_heard_by(writer: str, line: str) -> None:
    story = prepared()
    story.says(line, actor=writer)
    assert heard(story, "db") == 0


def test_a_report_counts_from_its_moment_and_a_line_of_ones_own_from_when_it_was_written() -> None:
    story = room().at(10)
    story.says("-3m @rs on the phone with support")
    assert heard(story, "rs") == 7
    story.says("-8m saw it first", actor="rs")
    assert heard(story, "rs") == 10


def test_what_was_pasted_of_somebody_counts_from_when_they_said_it() -> None:
    story = room().at(10)
    said = LogEntry(actor="rs", at=START + timedelta(minutes=2), text="all well")
    story.does(LogPaste, entries=(said,), paste="p1")
    assert heard(story, "rs") == 2


def test_a_role_s_name_counts_for_whoever_has_it_now() -> None:
    story = room().at(4)
    story.says("/round @comms writing / @ic fine")
    assert heard(story, "rs") == 4
    story.at(6).says("/role comms al")
    assert heard(story, "al") is None, "rs answered, before al had the role"


def test_an_undone_report_was_not_heard_and_who_undid_it_was() -> None:
    story = room().at(4)
    story.says("@rs fine", actor="db")
    story.at(6).does(Undo, actor="db")
    assert heard(story, "rs") is None
    assert heard(story, "db") == 6
    story.does(Undo, actor="db", entry=story.state.entries[-1].id)
    assert heard(story, "rs") == 4


def test_a_clock_begins_anew_for_whoever_gets_a_task_or_role() -> None:
    story = room().at(14)
    assert roll(story)["db"].missed == 2
    story.says("/assign 1 al")
    assert roll(story)["al"].missed == 0
    story.at(19).says("+ @al and that")
    assert roll(story)["al"].missed == 1, "more work is no answer"


def test_two_misses_become_advice_that_begins_a_round_with_the_longest_silent() -> None:
    story = room().at(9)
    told = {nudge.id: nudge for nudge in nudges(story.state, story.now)}
    assert "not_heard" not in told
    story.says("@db pool full", actor="mo")
    story.at(10)
    advice = {nudge.id: nudge for nudge in nudges(story.state, story.now)}["not_heard"]
    assert "rs for 10m" in advice.text
    assert "db" not in advice.text
    assert advice.remedy == "/round @rs "
    story.says(f"{advice.remedy}fine")
    assert not unheard(story.state, story.now)


def test_a_round_is_an_entry_for_each_and_slashes_in_texts_stay() -> None:
    story = room().at(4)
    story.says("/round @db pool full / @web /healthz fails, 5xx / 4xx #edge / @net and/or dns, asks @db")
    said = [(entry.text, entry.people, entry.tags, entry.author) for entry in story.state.entries[-3:]]
    assert said == [
        ("@db pool full", ("db",), (), "mo"),
        ("@web /healthz fails, 5xx / 4xx #edge", ("web",), ("edge",), "mo"),
        ("@net and/or dns, asks @db", ("net", "db"), (), "mo"),
    ]


def test_a_round_may_have_a_moment_and_me_is_whoever_types() -> None:
    story = room().at(10)
    story.says("-4m /round @me fine / @rs fine")
    assert [(entry.text, entry.occurred_at) for entry in story.state.entries[-2:]] == [
        ("@mo fine", START + timedelta(minutes=6)), ("@rs fine", START + timedelta(minutes=6)),
    ]  # fmt: skip


FAULTY = {
    "@db": "@db",
    "db pool full / @web ok": "db pool full",
    "@db ok / @web": "@web",
    "@db ok / @web @net": "@web @net",
    "@db ok /": "@db ok /",
    "/ @db ok": "/ @db ok",
    "@all ok": "@all ok",
}


@pytest.mark.parametrize(("argument", "part"), FAULTY.items(), ids=FAULTY)
def test_a_faulty_round_is_refused_whole_and_names_the_part(argument: str, part: str) -> None:
    story = room()
    before = len(story.events)
    with pytest.raises(Exception, match="“") as refused:
        story.says(f"/round {argument}")
    assert f"“{part}”" in str(refused.value)
    assert len(story.events) == before


def test_one_undo_takes_a_round_back_and_another_puts_it_back() -> None:
    story = room()
    before = {entry.id for entry in story.state.entries if not entry.undone}
    story.at(4).says("/round @db pool full / @rs fine")
    whole = {entry.id for entry in story.state.entries if not entry.undone}
    story.does(Undo)
    assert {entry.id for entry in story.state.entries if not entry.undone} == before
    assert heard(story, "rs") is None
    story.does(Undo, entry=story.state.entries[-1].id)
    assert {entry.id for entry in story.state.entries if not entry.undone} == whole
    assert heard(story, "rs") == 4


def test_two_rounds_are_undone_apart() -> None:
    story = room()
    story.says("/round @db ok / @rs ok")
    story.at(5).says("/round @db ok / @rs ok")
    story.does(Undo)
    assert [entry.undone for entry in story.state.entries[-4:]] == [False, False, True, True]


def test_names_complete_where_a_speaker_is_next_without_those_who_spoke() -> None:
    story = room()
    offered = completions("/round ", story.state, "mo", SLASH_WORDS)
    assert {"@mo", "@rs", "@db"} <= {*offered}
    assert "@db" not in completions("/round @db pool full / ", story.state, "mo", SLASH_WORDS)
    assert completions("/round @db pool full / @r", story.state, "mo", SLASH_WORDS) == ["@rs"]
    assert not completions("/round @db pool ", story.state, "mo", SLASH_WORDS)


# Over any story

LINES = [
    "pool is full",
    "@db ok",
    "-2m @rs ok",
    "/round @db ok / @rs ok",
    "/undo",
    "/role comms db",
    "/sev SEV1",
    "/done 1",
]


@given(steps=st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(["mo", "rs", "db"]), st.integers(0, 7))))
def test_whoever_acts_is_heard_at_once_and_nobody_is_heard_before_or_after_what_there_is(
    steps: list[tuple[str, str, int]],
) -> None:
    story = room()
    minutes = 0
    for line, actor, passes in steps:
        story.at(minutes := minutes + passes)
        before = len(story.events)
        story.tries_line(line, actor)
        present = roll(story)
        if len(story.events) > before and actor in present and "round" not in line:
            assert present[actor].heard_at == story.now
        for each in present.values():
            assert each.heard_at is None or each.heard_at <= story.now
            assert each.missed == max(0, (story.now - each.since) // timedelta(minutes=5))
    # Whatever the order in which it arrived, and in whatever pieces it was folded.
    again = fold("INC-K7Q2", reversed(story.events))
    assert roll_call(again, story.now) == roll_call(story.state, story.now)
