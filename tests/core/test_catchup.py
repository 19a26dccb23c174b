"""Since you looked: after any absence each change of the state is told, and each line stands on entries."""

import random
from datetime import timedelta

import msgspec
import pytest

from console.core.log.catchup import MIN_ROWS, SECTIONS, CatchUpLine, catch_up, shortened
from console.core.log.conflicts import registers_of
from console.core.log.decide import decide
from console.core.log.erasure import is_redacted
from console.core.log.fold import fold
from console.core.log.state import Incident, undone_entry
from console.core.subjects.change import changes_of
from console.core.subjects.entry import CorrectEntry, EntryCorrected, LogEntry
from console.core.subjects.fix import fixes_of
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.task import tasks_of
from console.core.subjects.undo import EntryRedacted, RedactEntry, Undoing
from tests.core.story import START, Story

LINES = (
    "checkout shows 500 to {n}", "* error rate at {n} %", "> restarted worker {n}", "! roll back build {n}",
    "? the pool of shard {n} is full", "+ @db count the slots of shard {n}", "/sev SEV0", "/sev SEV1 better",
    "/sev SEV2 calm",
    "/stage next", "/stage triaged", "/impact {n} customers cannot pay", "/title Checkout errors {n}", "/role ic maya",
    "/role ic rs", "/role comms noa", "/fix pool size {n} TICKET-{n}", "/done 1", "/done 2", "/done pool",
    "/ruled-out 1 graph {n}", "/supported 2 log {n}",
    "/link related INC-2222", "/link part of INC-3333", "/move last to INC-2222", "/move last to INC-3333",
    "/reopen 1", "/change deploy {n}", "/changed done", "/component checkout degraded",
    "/component checkout operational", "/page maya", "/answered maya 10m",
    "/update internal we look into it, next in 30m",
    "/update public checkout is slow, next in 30m", "/undo last !", "/undo last !", "/escalate director told",
    "/action alarm on slots {n} @db", "/assign 1 noa", "/milestone detected -3m", "/snooze internal 5m busy", "/ack 1",
)  # fmt: skip
QUIET = ("note", "check", "triage")
"""Kinds that are only counted."""


def lived(chance: random.Random, story: Story, acts: int) -> None:
    """An incident goes on: lines of three people, undos and corrections of anything, redactions, another machine's."""
    for _ in range(acts):
        story.now += timedelta(seconds=chance.randint(5, 300))
        actor = chance.choice(("mo", "maya", "rs"))
        entry = chance.choice(story.state.entries)
        match chance.random():
            case share if share < 0.75:
                story.tries_line(chance.choice(LINES).format(n=chance.randint(1, 99)), actor)
            case share if share < 0.81:
                story.tries_line(f"/undo {entry.id} !", actor)
            case share if share < 0.86:
                story.tries(CorrectEntry(actor=actor, entry=entry.id, text=f"in other words {chance.random()}"))
            case share if share < 0.9:
                story.tries(RedactEntry(actor=actor, entry=entry.id))
            case _:
                state = fold(story.state.ref, story.events[: chance.randint(1, len(story.events))])
                for command in (
                    LogEntry(actor=actor, text=f"seen on the other machine {chance.random()}", kind="finding"),
                    ChangeSeverity(actor=actor, severity=chance.choice(("SEV0", "SEV1", "SEV2")), reason="told"),
                ):
                    if not state.withdrawn and state.severity.value != getattr(command, "severity", ""):
                        story.arrives(decide(state, command, story.now), actor)


@pytest.mark.parametrize("seed", range(10))
def test_after_an_absence_each_change_is_told_and_each_line_has_its_entries(seed: int) -> None:
    chance = random.Random(seed)
    story = Story()
    lived(chance, story, chance.randint(5, 60))
    before, left = story.state, len(story.events)
    lived(chance, story, chance.randint(20, 80))
    state = story.state

    lines = catch_up(before, state, story.now)

    for line in lines:
        assert line.entries, line
        assert all(state.entries.get(id) for id in line.entries), line
        new = any(before.entries.get(id) is not state.entries.get(id) for id in line.entries)
        assert new or line.section == "owed", line
    spoken = {id for line in lines if line.section != "logged" for id in line.entries}
    counted = {id for line in lines if line.section == "logged" for id in line.entries}
    for event in story.events[left:]:
        changed = isinstance(event.body, Undoing | EntryCorrected | EntryRedacted)
        id = undone_entry(state, event.body.target) if changed and hasattr(event.body, "target") else event.id
        entry, known = state.entries.get(id), before.entries.get(id)
        if entry is None or (known is not None and msgspec.structs.replace(entry, mark=known.mark) == known):
            continue  # An undo that was undone itself.
        quiet = known is None and (entry.undone or entry.kind in QUIET)
        assert id in (spoken | counted if quiet else spoken), (seed, event, entry)
    values_told(before, state, lines)
    things_told(before, state, lines)


def values_told(before: Incident, state: Incident, lines: tuple[CatchUpLine, ...]) -> None:
    """Each value that is another one now stands in a line that ends with it, and on the statement that made it so."""
    was = registers_of(before)
    for name, register in registers_of(state).items():
        if name.split()[0] not in ("title", "severity", "stage", "impact", "role", "component"):
            continue
        if name not in was or was[name].value != register.value:
            none = "nobody" if name.startswith("role") else "none"
            value = state.stage_title(register.value) if name == "stage" else register.value or none
            if is_redacted(value) or is_redacted(name.removeprefix("component ")):
                continue  # Its entry is told as redacted.
            assert any(line.section == "changed" and line.text.endswith(value) for line in lines), (name, value)


def things_told(before: Incident, state: Incident, lines: tuple[CatchUpLine, ...]) -> None:
    """Changes that began stand in flight, those that ended among what was done, what was ruled out by itself."""
    at = {name: {id for line in lines if line.section == name for id in line.entries} for name in SECTIONS}
    for things, end in ((tasks_of, "done_at"), (fixes_of, "removed_at"), (changes_of, "ended_at")):
        known = things(before)
        for id, thing in things(state).items():
            if id not in known:
                assert id in at["in_flight" if getattr(thing, end) is None else "decided"], thing
            elif getattr(thing, end) and not getattr(known[id], end):
                abouts = {entry.id for entry in state.entries if entry.about == id and not entry.undone}
                assert abouts & at["decided"], thing
    for id, hypothesis in hypotheses_of(state).items():
        if hypothesis.verdict == "ruled_out" and (
            id not in hypotheses_of(before) or hypotheses_of(before)[id].verdict != "ruled_out"
        ):
            abouts = {entry.id for entry in state.entries if entry.about == id and not entry.undone}
            assert abouts & at["ruled_out"], hypothesis


def test_nothing_happened_nothing_is_told() -> None:
    story = Story()
    story.says("! roll back")

    assert [line for line in catch_up(story.state, story.state, START) if line.section != "owed"] == []


def test_a_value_is_told_from_the_first_to_the_last() -> None:
    story = Story(severity="SEV2")
    before = story.state
    story.at(1).says("/sev SEV0")
    last = story.at(2).says("/sev SEV1 some can pay")

    (line,) = [line for line in catch_up(before, story.state, story.now) if line.section == "changed"]

    assert line.text == "Severity SEV2 → SEV0 → SEV1"
    assert line.entries[-1] == last


def test_a_component_keeps_the_case_of_its_name() -> None:
    story = Story()
    before = story.state
    story.says("/component iOS-app partial")

    assert "iOS-app: partial" in [line.text for line in catch_up(before, story.state, story.now)]


def test_what_began_and_ended_meanwhile_is_told_once() -> None:
    story = Story()
    before = story.state
    added = story.at(1).says("+ @db count slots")
    done = story.at(2).says("/done 1")

    (line,) = [line for line in catch_up(before, story.state, story.now) if added in line.entries]

    assert (line.section, line.text, line.entries) == ("decided", "Done: count slots", (added, done))


def test_what_arrived_late_counts_as_new() -> None:
    story = Story()
    story.at(10).says("a note")
    before, now = story.state, story.now
    story.at(2)
    story.arrives(decide(before, LogEntry(actor="rs", text="fail over", kind="decision"), story.now), "rs")

    told = [line.text for line in catch_up(before, story.state, now) if line.section == "decided"]

    assert told == ["fail over"]


def test_a_new_reader_is_told_all_and_few_rows_lose_none() -> None:
    story = Story()
    for number in range(40):
        story.at(number).says(f"! decision {number}")
        story.says(f"note {number}")
    lines = catch_up(Incident(story.state.ref), story.state, story.now)

    short = shortened(lines, 15, heading=1)

    headings = len({line.section for line in short})
    assert len(short) + headings <= max(15, headings * (MIN_ROWS + 1))
    assert {id for line in short for id in line.entries} == {id for line in lines for id in line.entries}
    decided = [line for line in short if line.section == "decided"]
    assert decided[-1].text == "decision 39"
    assert decided[0].text == f"{40 - len(decided) + 1} earlier"
    assert (
        decided[0].entries[-1]
        == next(line for line in lines if line.text == f"decision {40 - len(decided)}").entries[0]
    )
