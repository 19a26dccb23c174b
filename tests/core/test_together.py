"""Open incidents that look like one: told where they are one, and never where they are not."""

import random
from datetime import timedelta

import msgspec
import pytest

from console.core.log.fold import fold
from console.core.log.state import Incident
from console.core.memory.together import Together, together, under_parents
from console.core.subjects.entry import LogEntry
from console.core.subjects.link import LinkIncident
from tests.core.story import Story

CAUSES = {
    "db": ("* the primary answers after {n} s #db", "? a lock holds the orders table #db", "> killed query {n} #db"),
    "dns": ("* half of the resolvers give nothing #dns", "! pin the address in {n} hosts #dns"),
    "cert": ("* the certificate of node {n} ended #cert", "> renewed it by hand #cert"),
    "queue": ("* {n} messages wait #queue", "? one consumer stands still #queue", "! skip the bad message #queue"),
    "disk": ("* node {n} is at 100 % #disk", "> deleted old logs #disk"),
    "network": ("* packets are lost between zones #network", "? a switch of rack {n} #network"),
    "cache": ("* hit rate fell to {n} % #cache", "! warm it before traffic returns #cache"),
}
"""Findings of people, by the tag of the cause."""
CHATTER = (
    "support has {n} tickets #customer", "paged the second on call #oncall", "bridge is open #call",
    "asked sales what they see #customer", "graph {n} looks odd", "next look at {n} past the hour #call",
)  # fmt: skip
"""Notes of any incident, whatever its cause: the same tags, the same minutes."""
TITLES = ("Checkout fails", "Search is slow", "Mails are late", "Login loops", "Exports hang", "Prices are old")


class Board:
    """Incidents of one night, made of causes that only this class knows."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.states: list[Incident] = []
        self.one: set[str] = set()
        causes = self.chance.sample(sorted(CAUSES), 5)
        if self.chance.random() < 0.75:
            # One cause, seen as several incidents within minutes.
            for _ in range(self.chance.choice((2, 2, 3))):
                self.one.add(self.incident(causes[0], self.chance.randint(0, 12)))
        for cause in causes[1 : self.chance.randint(2, 4)]:
            # Others of the same minutes.
            self.incident(cause, self.chance.randint(0, 20))
        twist = self.chance.random()
        if twist < 0.35:
            # The same cause as one of them, hours before.
            self.incident(causes[0], -self.chance.randint(120, 900))
        elif twist < 0.7:
            # Somebody looked for the cause of another one here, and ruled it out.
            self.incident(causes[4], self.chance.randint(0, 12), not_it=causes[0])
        else:
            self.incident(causes[0], self.chance.randint(0, 12), drill=True)

    def incident(self, cause: str, minute: int, *, not_it: str = "", drill: bool = False) -> str:
        story = Story(self.chance.choice(("SEV1", "SEV2")), title=self.chance.choice(TITLES), drill=drill)
        lines = [*self.chance.sample(CAUSES[cause], 2), *self.chance.sample(CHATTER, 3)]
        self.chance.shuffle(lines)
        for number, line in enumerate(lines, 1):
            story.at(number).says(line.format(n=self.chance.randint(2, 90)))
        if not_it:
            story.says(f"? the same as the other one #{not_it}")
            story.says("/ruled-out other all fine there")
        return self.add(story, minute)

    def add(self, story: Story, minute: int) -> str:
        ref, later = f"INC-{2222 + len(self.states)}", timedelta(minutes=minute)
        self.states.append(moved(story, ref, later))
        return ref


def moved(story: Story, ref: str, later: timedelta) -> Incident:
    """The story's incident under another reference, so much later."""
    events = [
        msgspec.structs.replace(
            event, incident=ref, occurred_at=event.occurred_at + later, recorded_at=event.recorded_at + later
        )
        for event in story.events
    ]
    return fold(ref, events)


def test_twenty_boards_are_grouped_right_and_none_wrongly() -> None:
    right, wrong = 0, []
    for seed in range(20):
        board = Board(seed)
        found = together(board.states)
        refs = set(found.refs) if found else set()
        right += refs == board.one
        if not refs <= board.one:
            wrong.append((seed, found, board.one))
    assert wrong == []
    assert right >= 18


def both(*lines: str, apart: int = 4) -> list[Incident]:
    """Two incidents in which the same was logged."""
    states = []
    for number in range(2):
        story = Story("SEV2")
        for line in lines:
            story.at(1).says(line)
        states.append(moved(story, f"INC-{2222 + number}", timedelta(minutes=number * apart)))
    return states


def test_it_says_how_many_of_what_is_open_by_what_and_how_far_apart() -> None:
    third = moved(Story("SEV3"), "INC-9999", timedelta())
    found = together([*both("* the pool is full #db"), third])
    assert found == Together(("INC-2222", "INC-2223"), ("#db",), timedelta(minutes=4), 3)
    assert found.words == "2 of 3 open look like one: #db, 4m apart"


@pytest.mark.parametrize(
    ("lines", "apart", "told"),
    [
        (("* full #db",), 15, True),
        (("* full #db",), 16, False),
        (("* full #db", "/component checkout major"), 40, True),
        (("* full #db", "/component checkout major"), 46, False),
        (("/component checkout major",), 4, True),
        (("/component checkout operational",), 4, False),
        (("a note #db",), 4, False),
        (("a note #db", "more #web"), 4, False),
        (("* full #cause",), 4, False),
        (("* full #team-web",), 4, False),
        (("? full #db", "/ruled-out 1 idle"), 4, False),
    ],
)
def test_what_is_shared_counts_by_where_it_stands(lines: tuple[str, ...], apart: int, *, told: bool) -> None:
    assert (together(both(*lines, apart=apart)) is not None) is told


def test_what_most_of_many_have_is_the_houses_own() -> None:
    states = []
    for number in range(6):
        story = Story("SEV2")
        story.does(LogEntry, text="* all of it", kind="finding", tags=("prod",))
        states.append(moved(story, f"INC-{2222 + number}", timedelta(minutes=number)))
    assert together(states) is None


def test_what_is_linked_already_is_told_no_more() -> None:
    first, second = Story("SEV2"), Story("SEV2")
    for story in (first, second):
        story.says("* full #db")
    first.does(LinkIncident, relation="has_part", other="INC-3333")
    assert together([moved(first, "INC-2222", timedelta()), moved(second, "INC-3333", timedelta())]) is not None
    second.does(LinkIncident, relation="part_of", other="INC-2222")
    assert together([moved(first, "INC-2222", timedelta()), moved(second, "INC-3333", timedelta())]) is None


def test_parts_stand_behind_their_parent_and_a_ring_harms_nobody() -> None:
    def of(ref: str, *links: tuple[str, str]) -> Incident:
        story = Story("SEV2")
        for relation, other in links:
            story.does(LinkIncident, relation=relation, other=other)
        return moved(story, ref, timedelta())

    part = of("INC-1111", ("part_of", "INC-3333"))
    alone, parent = of("INC-2222"), of("INC-3333", ("has_part", "INC-1111"))
    assert [state.ref for state in under_parents([part, alone, parent])] == ["INC-2222", "INC-3333", "INC-1111"]
    assert [state.ref for state in under_parents([part, alone])] == ["INC-1111", "INC-2222"]
    ring = [of("INC-1111", ("part_of", "INC-2222")), of("INC-2222", ("part_of", "INC-1111"))]
    assert under_parents(ring) == ring
