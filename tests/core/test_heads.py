"""A statement replaces what its writer saw; what nobody has replaced stands, in any interleaving of writers."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.log.conflicts import conflicts_of
from console.core.log.decide import decide
from console.core.log.event import Event
from console.core.log.fold import extend, fold
from console.core.log.state import Incident, Register
from console.core.subjects.role import AssignRole, RoleAssigned, role_of
from console.core.subjects.severity import ChangeSeverity, SeverityChanged
from console.core.subjects.undo import Undo
from tests.core.story import START, Story, standard

REF = "INC-K7Q2"
SEVERITIES = ("SEV0", "SEV1", "SEV2", "SEV3")
PEOPLE = ("mo", "al", "rs")


class Consoles:
    """Several files of one incident; each knows what it wrote and what it was sent."""

    def __init__(self, count: int) -> None:
        self.log = list(Story().events)
        self.known = [list(self.log) for _ in range(count)]
        self.replaced: dict[type, set[str]] = {SeverityChanged: set(), RoleAssigned: set()}

    def standing(self, kind: type, log: list[Event]) -> set[str]:
        first = {self.log[0].id} if kind is SeverityChanged else set()
        return first.union(event.id for event in log if type(event.body) is kind) - self.replaced[kind]

    def states(self, writer: int, kind: type, value: str, skew: int) -> None:
        known = self.known[writer]
        seen = fold(REF, known)
        body = (
            SeverityChanged(value, replaces=seen.severity.head)
            if kind is SeverityChanged
            else RoleAssigned("ic", value, role_of(seen, "ic").head)
        )
        number = sum(event.origin == f"file{writer}" for event in known) + 1
        hlc = max(event.hlc for event in known) + 1 + skew
        event = Event(f"w{writer}-{number}", REF, f"file{writer}", number, hlc, f"p{writer}", START, START, body)
        # What a console shows stands for it, whatever others wrote that it was not sent.
        self.replaced[kind] |= set(register(seen, kind).head.split())
        known.append(event)
        self.log.append(event)

    def sends(self, source: int, target: int) -> None:
        have = {event.id for event in self.known[target]}
        self.known[target] += [event for event in self.known[source] if event.id not in have]


def register(state: Incident, kind: type) -> Register:
    return state.severity if kind is SeverityChanged else role_of(state, "ic")


STEP = st.tuples(
    st.integers(0, 3), st.integers(0, 3), st.sampled_from(("send", "severity", "severity", "role")), st.integers(0, 3),
    st.sampled_from((0, 0, 5, 100)),
)  # fmt: skip


@given(count=st.integers(2, 4), steps=st.lists(STEP, max_size=14), seed=st.integers(0, 9))
def test_what_nobody_has_replaced_stands(count: int, steps: list[tuple[int, int, str, int, int]], seed: int) -> None:
    consoles = Consoles(count)
    for writer, other, what, choice, skew in steps:
        if what == "send":
            consoles.sends(other % count, writer % count)
        elif what == "severity":
            consoles.states(writer % count, SeverityChanged, SEVERITIES[choice], skew)
        else:
            consoles.states(writer % count, RoleAssigned, PEOPLE[choice % 3], skew)
    state = fold(REF, consoles.log)
    for kind in (SeverityChanged, RoleAssigned):
        standing = register(state, kind).standing
        assert {fact.id for fact in standing} == consoles.standing(kind, consoles.log)
        assert (register(state, kind).conflict is not None) == (len({fact.value for fact in standing}) > 1)
    assert state.severity.value == min(fact.value for fact in state.severity.standing)
    role = role_of(state, "ic")
    if role.standing:
        assert role.current == max(role.standing, key=role.facts.index)
    shuffled = random.Random(seed).sample(consoles.log, len(consoles.log))
    assert fold(REF, shuffled) == state
    half = sorted(consoles.log, key=lambda event: event.order)
    cut = max(1, len(half) // 2)
    assert extend(fold(REF, half[:cut]), half[cut:]) == state


@pytest.mark.parametrize("order", [("SEV0", "SEV2"), ("SEV2", "SEV0")])
def test_of_two_severities_said_at_once_the_higher_is_in_force_until_someone_settles_it(order: tuple[str, str]) -> None:
    story = Story("SEV1")
    seen = story.state.severity.head
    for actor, severity in zip(("mo", "al"), order, strict=True):
        story.does(ChangeSeverity, actor=actor, severity=severity, reason="as I see it", seen=seen)
    assert story.state.severity.value == "SEV0"
    assert story.state.severity_rule is not None
    assert story.state.severity_rule.name == "SEV0"
    settled = story.does(ChangeSeverity, severity="SEV2", reason="agreed with al")
    assert story.state.severity.value == "SEV2"
    assert not conflicts_of(story.state)
    story.does(Undo, entry=settled)
    assert story.state.severity.value == "SEV0"
    assert conflicts_of(story.state)


def test_a_settlement_that_was_undone_hands_on_all_that_it_settled() -> None:
    story = Story("SEV1")
    seen = story.state.severity.head
    for actor, severity in (("mo", "SEV0"), ("al", "SEV2")):
        story.does(ChangeSeverity, actor=actor, severity=severity, reason="as I see it", seen=seen)
    settled = story.does(ChangeSeverity, severity="SEV0")
    story.does(ChangeSeverity, severity="SEV3", reason="over")
    story.does(Undo, entry=settled)
    assert story.state.severity.value == "SEV3"
    assert not conflicts_of(story.state)


def test_three_that_saw_none_of_each_other_all_stand() -> None:
    story = Story("SEV2")
    seen = story.state.severity.head
    for actor, severity in (("mo", "SEV0"), ("al", "SEV3"), ("rs", "SEV3")):
        story.does(ChangeSeverity, actor=actor, severity=severity, reason="as I see it", seen=seen)
    ((_, first, last),) = conflicts_of(story.state)
    assert (first.by, last.by) == ("mo", "rs")
    assert story.state.severity.value == "SEV0"


def test_the_severity_in_force_has_its_own_moment() -> None:
    story = Story("SEV1")
    seen = story.state.severity.head
    raised = story.at(1).does(ChangeSeverity, severity="SEV0", seen=seen)
    story.at(2).does(ChangeSeverity, severity="SEV2", reason="few are hit", seen=seen, actor="al")
    story.at(5).does(ChangeSeverity, severity="SEV3", reason="not SEV0", seen=raised)
    assert [(fact.value, fact.at - START) for fact in story.state.severity.in_force] == [
        ("SEV1", timedelta()),
        ("SEV0", timedelta(minutes=1)),
        ("SEV2", timedelta(minutes=5)),
    ]


def test_a_severity_of_a_version_that_named_nothing_replaces_all_before_it() -> None:
    story = Story("SEV1")
    number = len(story.events) + 1
    body = SeverityChanged("SEV3")
    event = Event("old", REF, "there", number, number << 16, "mo", START, START, body)
    state = fold(REF, [*story.events, event])
    assert state.severity.value == "SEV3"
    assert not conflicts_of(state)


def test_two_that_take_one_free_role_at_once_are_a_conflict() -> None:
    story = Story()
    decisions = [
        decide(story.state, AssignRole(actor=person, role="ic", person=person), START, standard()) for person in PEOPLE
    ]
    for person, decision in zip(PEOPLE, decisions, strict=True):
        story._write(decision, person)
    assert len(role_of(story.state, "ic").standing) == 3
    story.does(AssignRole, role="ic", person="al")
    assert not conflicts_of(story.state)
