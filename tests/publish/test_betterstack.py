"""Better Stack: the suite, and what only it does."""

from datetime import timedelta
from functools import partial

import msgspec
import pytest

from console.core.subjects.component import ComponentState
from console.publish.provider import Absent, CannotTell, Found
from console.publish.providers.betterstack import BetterStack, parted
from console.publish.transport.failure import Later
from tests.publish.fakes.betterstack import BetterStackFake
from tests.publish.faulty import answers
from tests.publish.suite import Bench, FoundByStart, with_fake


class TestBetterStack(FoundByStart):
    provider = BetterStack
    fake = BetterStackFake

    def has(self, one: str, two: str) -> dict[str, ComponentState]:
        """It has nothing between degraded and down."""
        return {one: "degraded", two: "major"}

    def test_the_right_start_with_another_status_is_for_a_person(self) -> None:
        self.is_for_a_person(status="identified")


bench = partial(with_fake, BetterStack, BetterStackFake)


def test_a_note_between_leaves_components_as_they_are() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"8001": "major", "8002": "degraded"}))
    ours.send(ours.delivery("identified", "Two."))
    ours.send(ours.delivery("monitoring", "Three.", {"8001": "operational"}))
    assert fake.states() == {"8001": "resolved", "8002": "degraded", "8003": "resolved"}


def test_resolving_ends_this_report_and_no_other() -> None:
    ours, fake = bench()
    other = Bench(BetterStack, fake)
    other.send(other.delivery("investigating", "Theirs.", {"8001": "degraded"}))
    ours.send(ours.delivery("investigating", "Ours.", {"8001": "major", "8002": "major"}))
    ours.send(ours.delivery("resolved", "Well again.", {"8002": "operational"}))
    assert fake.states() == {"8001": "degraded", "8002": "resolved", "8003": "resolved"}


def test_the_status_is_the_first_word() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("identified", "A deploy: v2.3.4."))
    (update,) = fake.incidents[0]["updates"]
    assert update["attributes"]["message"] == "Identified: A deploy: v2.3.4."
    view = ours.provider.read(ours.known)
    assert (view.status, view.text) == ("identified", "A deploy: v2.3.4.")


def test_words_of_others_have_no_status() -> None:
    assert parted("We are on it: soon more.") == (None, "We are on it: soon more.")


def test_a_later_one_with_the_same_name_and_other_words_is_not_ours() -> None:
    ours, _ = bench()
    delivery = ours.delivery("investigating", "We look.")
    later = msgspec.structs.replace(delivery, started_at=delivery.started_at + timedelta(hours=1), text="Other words.")
    ours.provider.send(later, ours.known)
    assert ours.look_up(delivery) == Absent()


def test_lists_are_read_to_their_end_whatever_host_their_links_name() -> None:
    ours, fake = bench()
    fake.most = 2
    assert len(ours.provider.check().components) == 3
    delivery = ours.delivery("investigating", "We look.")
    ours.provider.send(delivery, ours.known)
    for number in range(5):
        other = Bench(BetterStack, fake)
        other.send(other.delivery("investigating", "We look.", title=f"Another {number}"))
    assert isinstance(ours.look_up(delivery), Found)
    assert fake.wrong == []


def test_a_list_that_does_not_end_decides_nothing() -> None:
    ours, fake = bench()
    fake.most = 1
    for number in range(51):
        other = Bench(BetterStack, fake)
        other.send(other.delivery("investigating", "We look.", title=f"Another {number}"))
    assert isinstance(ours.look_up(ours.delivery("investigating", "We look.")), CannotTell)


def test_check_tells_states_in_our_words() -> None:
    ours, _ = bench()
    ours.send(ours.delivery("investigating", "One.", {"8001": "major"}))
    assert [each.state for each in ours.provider.check().components] == ["major", "operational", "operational"]


def test_an_answer_without_its_list_decides_nothing() -> None:
    ours, _ = bench()
    ours.plan(answers({"data": None}), every=True)
    with pytest.raises(Later):
        ours.look_up(ours.delivery("investigating", "One."))


def test_reads_states_in_the_words_in_which_they_were_set() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"8001": "partial", "8002": "partial"}))
    fake.incidents[0]["affected"][1]["status"] = "downtime"
    states = {part.id: part.state for part in ours.provider.read(ours.known).parts}
    assert states == {"8001": "partial", "8002": "major"}
