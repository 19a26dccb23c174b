"""Instatus: the suite, and what only it does."""

from datetime import timedelta
from functools import partial

import msgspec
import pytest

from console.publish.provider import Absent, CannotTell, Found
from console.publish.providers.instatus import Instatus
from console.publish.transport.failure import Later, Unknown
from tests.publish.fakes.instatus import InstatusFake
from tests.publish.faulty import answers, timed_out_before
from tests.publish.suite import Bench, FoundByStart, with_fake


class TestInstatus(FoundByStart):
    provider = Instatus
    fake = InstatusFake

    def test_ours_is_found_by_its_start_where_lists_are_without_updates(self) -> None:
        bench = self.make()
        assert isinstance(bench.fake, InstatusFake)
        bench.fake.short_lists = True
        found, sent = self.among_others(bench)
        assert found.incident_id == sent.incident_id


bench = partial(with_fake, Instatus, InstatusFake)


def test_an_update_says_nothing_of_components_that_it_does_not_change() -> None:
    """Another incident has made one of ours worse since."""
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"c1": "degraded", "c2": "degraded"}))
    fake.components["c1"] = "major"
    ours.send(ours.delivery("monitoring", "Two.", {"c2": "operational"}))
    (seen,) = fake.seen()
    assert seen.components == {"c1": "major", "c2": "operational"}
    assert fake.wrong == []


def test_resolving_leaves_a_component_alone_that_another_incident_holds() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"c1": "major", "c2": "major"}))
    ours.send(ours.delivery("resolved", "Well again.", {"c2": "operational"}))
    assert fake.components == {"c1": "major", "c2": "operational", "c3": "operational"}


def test_a_start_that_was_not_kept_is_for_a_person() -> None:
    ours, fake = bench()
    fake.keeps_start = False
    delivery = ours.delivery("investigating", "We look.")
    ours.provider.send(delivery, ours.known)
    assert isinstance(ours.look_up(delivery), CannotTell)


def test_two_of_them_are_for_a_person() -> None:
    ours, _ = bench()
    delivery = ours.delivery("investigating", "We look.")
    ours.provider.send(delivery, ours.known)
    ours.provider.send(delivery, ours.known)
    assert isinstance(ours.look_up(delivery), CannotTell)


def test_the_first_message_is_not_taken_for_an_update_with_its_words() -> None:
    ours, _ = bench()
    first = ours.delivery("investigating", "We look.")
    # The answer to the first message did not say what the update is called.
    remote = ours.send(first)
    ours.known = msgspec.structs.replace(
        ours.known, remote=msgspec.structs.replace(remote, update_id=""), update_ids=()
    )
    again = msgspec.structs.replace(ours.delivery("investigating", "We look."), at=first.at + timedelta(hours=1))
    ours.plan(timed_out_before)
    with pytest.raises(Unknown):
        ours.send(again)
    assert ours.look_up(again) == Absent()


def test_lists_without_a_total_are_read_until_nothing_new_comes() -> None:
    ours, fake = bench()
    fake.most = 2
    assert len(ours.provider.check().components) == 3
    for number in range(5):
        other = Bench(Instatus, fake)
        other.send(other.delivery("investigating", "We look.", title=f"Another {number}"))
    delivery = ours.delivery("investigating", "We look.")
    assert ours.look_up(delivery) == Absent()
    ours.provider.send(delivery, ours.known)
    assert isinstance(ours.look_up(delivery), Found)


@pytest.mark.parametrize("answer", [{}, {"updates": None}, 7])
def test_an_incident_without_its_updates_decides_nothing(answer: object) -> None:
    ours, _ = bench()
    ours.send(ours.delivery("investigating", "One."))
    ours.plan(answers(answer), every=True)
    with pytest.raises(Later):
        ours.look_up(ours.delivery("identified", "Two."))


def test_reads_components_as_they_stand() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"c1": "major"}))
    fake.components["c1"] = "partial"
    (part,) = ours.provider.read(ours.known).parts
    assert (part.id, part.state, part.name) == ("c1", "partial", "Checkout")
