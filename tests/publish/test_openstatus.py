"""OpenStatus: the suite, and what only it does."""

import msgspec
import pytest

from console.publish.provider import Absent, CannotTell, Found
from console.publish.providers.openstatus import OpenStatus
from console.publish.transport.failure import Gone, Unknown
from tests.publish.fakes.openstatus import OpenStatusFake
from tests.publish.faulty import timed_out_after
from tests.publish.suite import Bench, ProviderSuite


class TestOpenStatus(ProviderSuite):
    provider = OpenStatus
    fake = OpenStatusFake


def bench() -> tuple[Bench, OpenStatusFake]:
    fake = OpenStatusFake()
    return Bench(OpenStatus, fake), fake


def test_a_report_that_took_the_number_of_ours_is_not_updated() -> None:
    desk, fake = bench()
    desk.send(desk.delivery("investigating", "Ours."))
    fake.forget()
    other = Bench(OpenStatus, fake)
    other.send(other.delivery("investigating", "Somebody else's.", title="Theirs"))
    with pytest.raises(Gone, match="ours was deleted"):
        desk.send(desk.delivery("resolved", "Ours is over."))
    assert desk.updates == [("investigating", "Somebody else's.")]


def test_a_report_of_another_day_with_the_same_words_is_not_ours() -> None:
    desk, fake = bench()
    delivery = desk.delivery("investigating", "We look.")
    yesterday = msgspec.structs.replace(delivery, at=delivery.at.replace(day=20))
    desk.provider.send(yesterday, desk.known)
    assert desk.look_up(delivery) == Absent()
    desk.plan(timed_out_after)
    with pytest.raises(Unknown):
        desk.provider.send(delivery, desk.known)
    found = desk.look_up(delivery)
    assert isinstance(found, Found)
    assert found.remote.incident_id == fake.incidents[1]["id"]


def test_an_answer_without_updates_is_asked_for_once_more() -> None:
    desk, fake = bench()
    fake.tells_updates = False
    first = desk.send(desk.delivery("investigating", "One."))
    second = desk.send(desk.delivery("identified", "Two."))
    assert first.update_id.startswith("1@")
    assert second.update_id.startswith("2@")


def test_components_are_read_from_the_updates() -> None:
    desk, _ = bench()
    desk.send(desk.delivery("investigating", "One.", {"c1": "major", "c2": "degraded"}))
    desk.send(desk.delivery("identified", "Two.", {"c2": "partial"}))
    assert {part.id: part.state for part in desk.provider.read(desk.known).parts} == {"c1": "major", "c2": "partial"}
    desk.send(desk.delivery("resolved", "Over."))
    assert {part.state for part in desk.provider.read(desk.known).parts} == {"operational"}


def test_a_report_that_somebody_resolved_meanwhile_is_left_to_a_person() -> None:
    """A page shows its open reports only, and the list of all does not say on which page one is."""
    desk, fake = bench()
    delivery = desk.delivery("investigating", "We look.")
    desk.provider.send(delivery, desk.known)
    fake.incidents[0]["status"] = "STATUS_REPORT_STATUS_RESOLVED"
    assert isinstance(desk.look_up(delivery), CannotTell)


def test_a_resolved_report_with_components_of_the_page_is_on_it() -> None:
    desk, _ = bench()
    delivery = desk.delivery("resolved", "It was short.", {"c1": "operational"})
    desk.provider.send(delivery, desk.known)
    assert isinstance(desk.look_up(delivery), Found)


def test_a_report_on_another_page_is_not_ours() -> None:
    """Two pages of one account get the same words at the same moment."""
    desk, fake = bench()
    delivery = desk.delivery("investigating", "We look.")
    desk.provider.send(delivery, desk.known)
    fake.elsewhere.update(one["id"] for one in fake.incidents)
    assert desk.look_up(delivery) == Absent()
