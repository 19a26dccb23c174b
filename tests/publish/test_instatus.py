"""Instatus: the suite, and what only it does."""

from datetime import timedelta

import msgspec
import pytest

from console.publish.provider import Absent, CannotTell, Found
from console.publish.providers.instatus import Instatus
from console.publish.transport.failure import Later, Rejected, Unknown
from tests.publish.fakes.instatus import InstatusFake
from tests.publish.faulty import answers, timed_out_before
from tests.publish.suite import Bench, ProviderSuite


class TestInstatus(ProviderSuite):
    provider = Instatus
    fake = InstatusFake

    def test_a_create_with_the_same_key_is_there_once(self) -> None:
        """There is no key on the page: the same start, title and words are the same message."""
        bench = self.make()
        delivery = bench.delivery("investigating", "We are looking into it.")
        first = bench.provider.send(delivery, bench.known)
        found = bench.look_up(delivery)
        assert isinstance(found, Found)
        assert found.remote == first


def bench() -> tuple[Bench, InstatusFake]:
    fake = InstatusFake()
    return Bench(Instatus, fake), fake


def test_an_update_says_nothing_of_components_that_it_does_not_change() -> None:
    """Another incident has made one of ours worse since."""
    desk, fake = bench()
    desk.send(desk.delivery("investigating", "One.", {"c1": "degraded", "c2": "degraded"}))
    fake.components["c1"] = "major"
    desk.send(desk.delivery("monitoring", "Two.", {"c2": "operational"}))
    (seen,) = fake.seen()
    assert seen.components == {"c1": "major", "c2": "operational"}
    assert fake.wrong == []


def test_resolving_leaves_a_component_alone_that_another_incident_holds() -> None:
    desk, fake = bench()
    desk.send(desk.delivery("investigating", "One.", {"c1": "major", "c2": "major"}))
    desk.send(desk.delivery("resolved", "Well again.", {"c2": "operational"}))
    assert fake.components == {"c1": "major", "c2": "operational", "c3": "operational"}


@pytest.mark.parametrize("short", [False, True], ids=["with updates", "without updates"])
def test_ours_is_found_by_its_start_among_others_of_the_same_name(short: bool) -> None:
    desk, fake = bench()
    fake.short_lists = short
    delivery = desk.delivery("investigating", "We look.")
    earlier = msgspec.structs.replace(delivery, started_at=delivery.started_at - timedelta(hours=3))
    desk.provider.send(earlier, desk.known)
    assert desk.look_up(delivery) == Absent()
    second = desk.provider.send(delivery, desk.known)
    found = desk.look_up(delivery)
    assert isinstance(found, Found)
    assert found.remote.incident_id == second.incident_id


def test_the_right_start_with_other_words_is_for_a_person() -> None:
    desk, _ = bench()
    delivery = desk.delivery("investigating", "We look.")
    desk.provider.send(msgspec.structs.replace(delivery, text="Edited by hand."), desk.known)
    found = desk.look_up(delivery)
    assert isinstance(found, CannotTell)
    assert "Checkout errors" in found.reason


def test_a_start_that_was_not_kept_is_for_a_person() -> None:
    desk, fake = bench()
    fake.keeps_start = False
    delivery = desk.delivery("investigating", "We look.")
    desk.provider.send(delivery, desk.known)
    assert isinstance(desk.look_up(delivery), CannotTell)


def test_two_of_them_are_for_a_person() -> None:
    desk, _ = bench()
    delivery = desk.delivery("investigating", "We look.")
    desk.provider.send(delivery, desk.known)
    desk.provider.send(delivery, desk.known)
    assert isinstance(desk.look_up(delivery), CannotTell)


def test_the_first_message_is_not_taken_for_an_update_with_its_words() -> None:
    desk, _ = bench()
    first = desk.delivery("investigating", "We look.")
    # The answer to the first message did not say what the update is called.
    remote = desk.send(first)
    desk.known = msgspec.structs.replace(
        desk.known, remote=msgspec.structs.replace(remote, update_id=""), update_ids=()
    )
    again = msgspec.structs.replace(desk.delivery("investigating", "We look."), at=first.at + timedelta(hours=1))
    desk.plan(timed_out_before)
    with pytest.raises(Unknown):
        desk.send(again)
    assert desk.look_up(again) == Absent()


def test_lists_without_a_total_are_read_until_nothing_new_comes() -> None:
    desk, fake = bench()
    fake.most = 2
    assert len(desk.provider.check().components) == 3
    for number in range(5):
        other = Bench(Instatus, fake)
        other.send(other.delivery("investigating", "We look.", title=f"Another {number}"))
    delivery = desk.delivery("investigating", "We look.")
    assert desk.look_up(delivery) == Absent()
    desk.provider.send(delivery, desk.known)
    assert isinstance(desk.look_up(delivery), Found)


def test_check_without_a_page_lists_pages() -> None:
    desk, fake = bench()
    fake.page = ""
    desk = Bench(Instatus, fake)
    fake.page = InstatusFake.page
    checked = desk.provider.check()
    assert [(one.id, one.name) for one in checked.pages] == [(InstatusFake.page, "Shop")]
    with pytest.raises(Rejected, match="which page"):
        desk.send(desk.delivery("investigating", "One."))


def test_a_deleted_incident_does_not_say_where_its_update_is() -> None:
    desk, fake = bench()
    desk.send(desk.delivery("investigating", "One."))
    fake.forget()
    assert isinstance(desk.look_up(desk.delivery("identified", "Two.")), CannotTell)


@pytest.mark.parametrize("answer", [{}, {"updates": None}, 7])
def test_an_incident_without_its_updates_decides_nothing(answer: object) -> None:
    desk, _ = bench()
    desk.send(desk.delivery("investigating", "One."))
    desk.plan(answers(answer), every=True)
    with pytest.raises(Later):
        desk.look_up(desk.delivery("identified", "Two."))


def test_reads_components_as_they_stand() -> None:
    desk, fake = bench()
    desk.send(desk.delivery("investigating", "One.", {"c1": "major"}))
    fake.components["c1"] = "partial"
    (part,) = desk.provider.read(desk.known).parts
    assert (part.id, part.state, part.name) == ("c1", "partial", "Checkout")
