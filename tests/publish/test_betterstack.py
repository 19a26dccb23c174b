"""Better Stack: the suite, and what only it does."""

from datetime import timedelta

import msgspec
import pytest

from console.publish.provider import Absent, CannotTell, Found
from console.publish.providers.betterstack import BetterStack, parted
from console.publish.sending.message import ComponentState
from console.publish.transport.failure import Later, Rejected
from tests.publish.fakes.betterstack import BetterStackFake
from tests.publish.faulty import answers
from tests.publish.suite import Bench, ProviderSuite


class TestBetterStack(ProviderSuite):
    provider = BetterStack
    fake = BetterStackFake

    def has(self, one: str, two: str) -> dict[str, ComponentState]:
        """It has nothing between degraded and down."""
        return {one: "degraded", two: "major"}

    def test_a_create_with_the_same_key_is_there_once(self) -> None:
        """There is no key on the page: the same start, title and words are the same message."""
        bench = self.make()
        delivery = bench.delivery("investigating", "We are looking into it.")
        first = bench.provider.send(delivery, bench.known)
        found = bench.look_up(delivery)
        assert isinstance(found, Found)
        assert found.remote == first


def bench() -> tuple[Bench, BetterStackFake]:
    fake = BetterStackFake()
    return Bench(BetterStack, fake), fake


def test_a_note_between_leaves_components_as_they_are() -> None:
    desk, fake = bench()
    desk.send(desk.delivery("investigating", "One.", {"8001": "major", "8002": "degraded"}))
    desk.send(desk.delivery("identified", "Two."))
    desk.send(desk.delivery("monitoring", "Three.", {"8001": "operational"}))
    assert fake.states() == {"8001": "resolved", "8002": "degraded", "8003": "resolved"}


def test_resolving_ends_this_report_and_no_other() -> None:
    desk, fake = bench()
    other = Bench(BetterStack, fake)
    other.send(other.delivery("investigating", "Theirs.", {"8001": "degraded"}))
    desk.send(desk.delivery("investigating", "Ours.", {"8001": "major", "8002": "major"}))
    desk.send(desk.delivery("resolved", "Well again.", {"8002": "operational"}))
    assert fake.states() == {"8001": "degraded", "8002": "resolved", "8003": "resolved"}


def test_the_status_is_the_first_word() -> None:
    desk, fake = bench()
    desk.send(desk.delivery("identified", "A deploy: v2.3.4."))
    (update,) = fake.incidents[0]["updates"]
    assert update["attributes"]["message"] == "Identified: A deploy: v2.3.4."
    view = desk.provider.read(desk.known)
    assert (view.status, view.text) == ("identified", "A deploy: v2.3.4.")


def test_words_of_others_have_no_status() -> None:
    assert parted("We are on it: soon more.") == (None, "We are on it: soon more.")


def test_ours_is_found_by_its_start_among_others_of_the_same_name() -> None:
    desk, _ = bench()
    delivery = desk.delivery("investigating", "We look.")
    earlier = msgspec.structs.replace(delivery, started_at=delivery.started_at - timedelta(hours=3))
    desk.provider.send(earlier, desk.known)
    assert desk.look_up(delivery) == Absent()
    second = desk.provider.send(delivery, desk.known)
    found = desk.look_up(delivery)
    assert isinstance(found, Found)
    assert found.remote == second


def test_a_later_one_with_the_same_name_and_other_words_is_not_ours() -> None:
    desk, _ = bench()
    delivery = desk.delivery("investigating", "We look.")
    later = msgspec.structs.replace(delivery, started_at=delivery.started_at + timedelta(hours=1), text="Other words.")
    desk.provider.send(later, desk.known)
    assert desk.look_up(delivery) == Absent()


@pytest.mark.parametrize("change", [{"text": "Edited by hand."}, {"status": "identified"}])
def test_the_right_start_with_other_words_is_for_a_person(change: dict[str, str]) -> None:
    desk, _ = bench()
    delivery = desk.delivery("investigating", "We look.")
    desk.provider.send(msgspec.structs.replace(delivery, **change), desk.known)
    assert isinstance(desk.look_up(delivery), CannotTell)


def test_lists_are_read_to_their_end_whatever_host_their_links_name() -> None:
    desk, fake = bench()
    fake.most = 2
    assert len(desk.provider.check().components) == 3
    delivery = desk.delivery("investigating", "We look.")
    desk.provider.send(delivery, desk.known)
    for number in range(5):
        other = Bench(BetterStack, fake)
        other.send(other.delivery("investigating", "We look.", title=f"Another {number}"))
    assert isinstance(desk.look_up(delivery), Found)
    assert fake.wrong == []


def test_a_list_that_does_not_end_decides_nothing() -> None:
    desk, fake = bench()
    fake.most = 1
    for number in range(51):
        other = Bench(BetterStack, fake)
        other.send(other.delivery("investigating", "We look.", title=f"Another {number}"))
    assert isinstance(desk.look_up(desk.delivery("investigating", "We look.")), CannotTell)


def test_check_tells_states_in_our_words() -> None:
    desk, _ = bench()
    desk.send(desk.delivery("investigating", "One.", {"8001": "major"}))
    assert [one.state for one in desk.provider.check().components] == ["major", "operational", "operational"]


def test_check_without_a_page_lists_pages() -> None:
    fake = BetterStackFake()
    fake.page = ""
    desk = Bench(BetterStack, fake)
    fake.page = BetterStackFake.page
    checked = desk.provider.check()
    assert [(one.id, one.name) for one in checked.pages] == [(BetterStackFake.page, "Shop")]
    with pytest.raises(Rejected, match="which page"):
        desk.send(desk.delivery("investigating", "One."))


def test_a_deleted_report_does_not_say_where_its_update_is() -> None:
    desk, fake = bench()
    desk.send(desk.delivery("investigating", "One."))
    fake.forget()
    assert isinstance(desk.look_up(desk.delivery("identified", "Two.")), CannotTell)


def test_an_answer_without_its_list_decides_nothing() -> None:
    desk, _ = bench()
    desk.plan(answers({"data": None}), every=True)
    with pytest.raises(Later):
        desk.look_up(desk.delivery("investigating", "One."))


def test_reads_states_in_the_words_in_which_they_were_set() -> None:
    desk, fake = bench()
    desk.send(desk.delivery("investigating", "One.", {"8001": "partial", "8002": "partial"}))
    fake.incidents[0]["affected"][1]["status"] = "downtime"
    states = {one.id: one.state for one in desk.provider.read(desk.known).parts}
    assert states == {"8001": "partial", "8002": "major"}
