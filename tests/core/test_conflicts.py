"""Every single value that two people may state apart is shown with both statements, and one statement settles it."""

from collections.abc import Iterator, Mapping
from datetime import UTC

import pytest

from console.core.log.codec import decode_body
from console.core.log.conflicts import conflicts_of, field_words, registers_of, settling_line, value_words
from console.core.log.decide import decide
from console.core.log.event import Event
from console.core.log.fold import fold
from console.core.log.slash import typed_command
from console.core.log.state import Incident, Register
from console.core.refusal import Refused
from console.core.subjects.playbook import ChangePlaybook
from tests.core.story import START, Story, built_in

REF = "INC-K7Q2"

APART: dict[str, tuple[str, str, str]] = {
    # what mo writes, what al writes without having seen it, and what settles it
    "severity": ("/sev SEV0 as I see it", "/sev SEV2 few are hit", "/sev SEV0 agreed"),
    "stage": ("/stage investigating", "/stage mitigating ! rolled back", "/stage investigating"),
    "title": ("/title Checkout fails", "/title Payments fail", "/title Checkout fails"),
    "impact": ("/impact a third", "/impact one in ten", "/impact a third"),
    "role ic": ("/ic mo", "/ic al", "/ic mo"),
    "role comms": ("/role comms rs", "/role comms nobody", "/role comms rs"),
    "milestone mitigated": ("/milestone mitigated 13:40", "/milestone mitigated 13:50", "/milestone mitigated 13:40"),
    "milestone detected": ("/milestone detected none", "/milestone detected 13:50", "/milestone detected 13:50"),
    "public_title": ("/public-title Some payments fail", "/public-title No card is taken", "/public-title No card"),
    "component checkout": ("/component checkout major", "/component checkout degraded", "/component checkout major"),
    "task 1": ("/assign 1 mo", "/assign 1 al", "/assign 1 mo"),
    "check declare/1": ("/check declare/1", "/uncheck declare/1", "/check declare/1"),
    "postmortem owner": ("/postmortem owner mo", "/postmortem owner al", "/postmortem owner mo"),
    "postmortem review": ("/postmortem draft", "/postmortem final", "/postmortem draft"),
    "postmortem summary": ("/postmortem summary It broke.", "/postmortem summary It burned.",
                           "/postmortem summary Both."),
}  # fmt: skip
BEFORE: dict[str, tuple[str, ...]] = {
    "role comms": ("/role comms kim",),
    "milestone detected": ("/milestone detected 13:30",),
    "task 1": ("+ @rs look at the pool",),
    "check declare/1": ("/check declare/1", "/uncheck declare/1"),
    "postmortem review": ("/postmortem owner kim", "/postmortem in-review"),
}
"""Statements that both have seen."""


def told(lines: tuple[str, ...]) -> Story:
    story = Story()
    for line in lines:
        story.says(line)
    return story


def events_of(state: Incident, line: str, actor: str, number: int) -> list[Event]:
    """The events of a line in a file that has the state."""
    command = typed_command(line, state, actor=actor, now=START, zone=UTC)
    return [
        Event(f"{actor}{number}", REF, f"file-{actor}", number, (100 + number) << 16, actor, START, START, each.body)
        for each in decide(state, command, START)
    ]


def apart(field: str) -> tuple[Story, list[Event]]:
    """The story before, and what mo and al wrote apart."""
    mo, al, _ = APART[field]
    story = told(BEFORE.get(field, ()))
    if field == "check declare/1":
        # Al has seen it done, and mo has not: what is done cannot be done again.
        story.says("/check declare/1")
        seen = story.state
        return story, [*events_of(seen, al, "al", 1), *_ticked_anew(story)]
    return story, [*events_of(story.state, mo, "mo", 1), *events_of(story.state, al, "al", 1)]


def _ticked_anew(story: Story) -> list[Event]:
    earlier = fold(REF, story.events[:-1])
    return events_of(earlier, "/check declare/1", "mo", 1)


@pytest.mark.parametrize("field", APART)
def test_both_statements_stand_in_whatever_order_they_come_until_one_settles_it(field: str) -> None:
    story, written = apart(field)
    assert not conflicts_of(story.state)
    for events in (written, written[::-1]):
        state = fold(REF, [*story.events, *events])
        ((name, first, last),) = conflicts_of(state)
        assert name == field
        assert {first.by, last.by} == {"mo", "al"}
        assert registers_of(state)[field].value in (first.value, last.value)
    settled = events_of(state, APART[field][2], "rs", 1)
    assert not conflicts_of(fold(REF, [*story.events, *written, *settled]))


@pytest.mark.parametrize("field", APART)
def test_whoever_has_seen_the_other_s_statement_replaces_it(field: str) -> None:
    story, (first, _) = apart(field)
    state = fold(REF, [*story.events, first])
    line = next(line for line in APART[field][:2] if not line.startswith("/uncheck") and _changes(state, line))
    assert not conflicts_of(fold(REF, [*story.events, first, *events_of(state, line, "al", 2)]))


def _changes(state: Incident, line: str) -> bool:
    try:
        events_of(state, line, "al", 2)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("field", APART)
def test_a_conflict_is_told_in_words_with_what_settles_it(field: str) -> None:
    story, written = apart(field)
    state = fold(REF, [*story.events, *written])
    ((name, *statements),) = conflicts_of(state)
    words = field_words(state, name)
    assert "_" not in words
    values = [value_words(name, fact.value, START, UTC) for fact in statements]
    assert all(values)
    assert not any("T13" in value or "_" in value for value in values)
    if line := settling_line(name):
        assert APART[field][2].startswith(line)


def test_whose_a_task_was_is_settled_once_it_is_done() -> None:
    field = next(name for name in APART if name.startswith("task"))
    story, written = apart(field)
    events = [*story.events, *written]
    assert conflicts_of(fold(REF, events))
    events += events_of(fold(REF, events), "/done 1", "rs", 1)
    assert not conflicts_of(fold(REF, events))
    events += events_of(fold(REF, events), "/undo", "rs", 2)
    assert conflicts_of(fold(REF, events))


def test_two_playbooks_chosen_apart_are_a_conflict() -> None:
    story = Story()
    for actor, book in (("mo", "rapid"), ("al", "sev4")):
        command = ChangePlaybook(actor=actor)
        written = decide(story.state, command, START, built_in(book))
        story.events.append(Event(actor, REF, actor, 1, 200 << 16, actor, START, START, written[0].body))
    state = fold(REF, story.events)
    ((name, first, last),) = conflicts_of(state)
    assert (name, first.value, last.value) == ("playbook", "sev4", "rapid")
    assert state.playbook is not None
    assert state.playbook.name == registers_of(state)["playbook"].value


def registers_in(state: Incident) -> Iterator[Register]:
    """Every register that the state holds, wherever a subject keeps it."""
    for struct in (state, *state.parts.values()):
        for name in struct.__struct_fields__:
            value = getattr(struct, name)
            if isinstance(value, Register):
                yield value
            elif isinstance(value, Mapping):
                yield from (each for each in value.values() if isinstance(each, Register))


@pytest.mark.parametrize("field", APART)
def test_no_register_of_the_state_is_without_a_name(field: str) -> None:
    """A subject that keeps a single value cannot be left out of the conflicts."""
    story, written = apart(field)
    state = fold(REF, [*story.events, *written])
    named = [id(register) for register in registers_of(state).values()]
    assert all(id(register) in named for register in registers_in(state) if register.facts)


def test_statements_of_a_version_that_noted_none_replace_all_before_them() -> None:
    story = told(("/milestone mitigated 13:40", "+ @rs look", "/component checkout major"))
    task = story.events[-2].id
    old = {
        "milestone_set": '{"milestone":"mitigated","at":"2026-11-21T13:50:00Z"}',
        "component_changed": '{"component":"checkout","status":"degraded"}',
        "task_changed": f'{{"task":"{task}","owner":"al"}}',
    }
    events = [
        Event(f"old{n}", REF, "there", n, (100 + n) << 16, "al", START, START, decode_body(kind, body))
        for n, (kind, body) in enumerate(old.items(), 1)
    ]
    assert not conflicts_of(fold(REF, [*story.events, *events]))


def test_a_severity_stated_apart_says_what_its_writer_saw() -> None:
    story = Story()
    before = story.state
    story.says("/sev SEV0 all regions")
    other = typed_command("/sev SEV2 few are hit", before, actor="al", now=story.now, zone=UTC)
    story.arrives(decide(before, other, story.now), "al")
    words = [entry.text for entry in story.state.entries if entry.kind == "severity"]
    assert words == ["Severity SEV1 → SEV0: all regions", "Severity SEV1 → SEV2: few are hit"]
    story.says("/sev SEV1 agreed")
    assert story.state.entries[-1].text == "Severity SEV0 → SEV1: agreed"
