"""OpenStatus: the suite, and what only it does."""

from functools import partial

import msgspec
import pytest

from console.publish.provider import Absent, CannotTell, Found
from console.publish.providers.openstatus import OpenStatus
from console.publish.transport.failure import Gone, Unknown
from tests.publish.fakes.openstatus import OpenStatusFake
from tests.publish.faulty import timed_out_after
from tests.publish.suite import Bench, ProviderSuite, with_fake


class TestOpenStatus(ProviderSuite):
    provider = OpenStatus
    fake = OpenStatusFake
    deleted = Absent


bench = partial(with_fake, OpenStatus, OpenStatusFake)


def test_a_report_that_took_the_number_of_ours_is_not_updated() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "Ours."))
    fake.forget()
    other = Bench(OpenStatus, fake)
    other.send(other.delivery("investigating", "Somebody else's.", title="Theirs"))
    with pytest.raises(Gone, match="ours was deleted"):
        ours.send(ours.delivery("resolved", "Ours is over."))
    assert ours.updates == [("investigating", "Somebody else's.")]


def test_a_report_of_another_day_with_the_same_words_is_not_ours() -> None:
    ours, fake = bench()
    delivery = ours.delivery("investigating", "We look.")
    yesterday = msgspec.structs.replace(delivery, at=delivery.at.replace(day=20))
    ours.provider.send(yesterday, ours.known)
    assert ours.look_up(delivery) == Absent()
    ours.plan(timed_out_after)
    with pytest.raises(Unknown):
        ours.provider.send(delivery, ours.known)
    found = ours.look_up(delivery)
    assert isinstance(found, Found)
    assert found.remote.incident_id == fake.incidents[1]["id"]


def test_an_answer_without_updates_is_asked_for_once_more() -> None:
    ours, fake = bench()
    fake.tells_updates = False
    first = ours.send(ours.delivery("investigating", "One."))
    second = ours.send(ours.delivery("identified", "Two."))
    assert first.update_id.startswith("1@")
    assert second.update_id.startswith("2@")


def test_components_are_read_from_the_updates() -> None:
    ours, _ = bench()
    ours.send(ours.delivery("investigating", "One.", {"c1": "major", "c2": "degraded"}))
    ours.send(ours.delivery("identified", "Two.", {"c2": "partial"}))
    assert {part.id: part.state for part in ours.provider.read(ours.known).parts} == {"c1": "major", "c2": "partial"}
    ours.send(ours.delivery("resolved", "Over."))
    assert {part.state for part in ours.provider.read(ours.known).parts} == {"operational"}


def test_a_report_that_somebody_resolved_meanwhile_is_left_to_a_person() -> None:
    """A page shows its open reports only, and the list of all does not say on which page one is."""
    ours, fake = bench()
    delivery = ours.delivery("investigating", "We look.")
    ours.provider.send(delivery, ours.known)
    fake.incidents[0]["status"] = "STATUS_REPORT_STATUS_RESOLVED"
    assert isinstance(ours.look_up(delivery), CannotTell)


def test_a_resolved_report_with_components_of_the_page_is_on_it() -> None:
    ours, _ = bench()
    delivery = ours.delivery("resolved", "It was short.", {"c1": "operational"})
    ours.provider.send(delivery, ours.known)
    assert isinstance(ours.look_up(delivery), Found)


def test_a_report_on_another_page_is_not_ours() -> None:
    """Two pages of one account get the same words at the same moment."""
    ours, fake = bench()
    delivery = ours.delivery("investigating", "We look.")
    ours.provider.send(delivery, ours.known)
    fake.elsewhere.update(incident["id"] for incident in fake.incidents)
    assert ours.look_up(delivery) == Absent()
