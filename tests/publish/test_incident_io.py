"""incident.io: the suite, and what only it does."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from console.publish.provider import Absent, CannotTell
from console.publish.providers.incident_io import IncidentIo
from console.publish.sending.message import Part
from console.publish.transport.failure import Later, Rejected
from tests.publish.fakes.incident_io import IncidentIoFake
from tests.publish.faulty import wait
from tests.publish.suite import ProviderSuite, with_fake


class TestIncidentIo(ProviderSuite):
    provider = IncidentIo
    fake = IncidentIoFake
    deleted = Absent


bench = partial(with_fake, IncidentIo, IncidentIoFake)


def test_resolving_names_no_component_and_restores_them_all() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"c1": "major", "c3": "degraded"}))
    ours.send(ours.delivery("resolved", "Over.", {"c1": "operational"}))
    assert set(fake.components.values()) == {"operational"}
    assert fake.wrong == []


def test_a_create_that_is_unclear_is_left_to_be_repeated() -> None:
    ours, _ = bench()
    found = ours.look_up(ours.delivery("investigating", "One."))
    assert isinstance(found, CannotTell)


def test_maintenance_is_no_state_of_an_incident_there() -> None:
    ours, _ = bench()
    with pytest.raises(Rejected, match="no state “maintenance” for Checkout"):
        ours.send(ours.delivery("investigating", "One.", {"c1": "maintenance"}))
    assert ours.transport.at == []


def test_components_are_read_with_the_incident() -> None:
    ours, _ = bench()
    ours.send(ours.delivery("investigating", "One.", {"c1": "major", "c2": "operational"}))
    assert ours.provider.read(ours.known).parts == (
        Part("c1", "major", "Checkout"),
        Part("c2", "operational", "Search"),
    )


def test_the_time_to_wait_is_a_date_in_the_body() -> None:
    ours, _ = bench()
    soon = (datetime.now(UTC) + timedelta(seconds=90)).isoformat()
    ours.plan(wait(429, data={"type": "too_many_requests", "rate_limit": {"limit": 1200, "retry_after": soon}}))
    with pytest.raises(Later) as later:
        ours.send(ours.delivery("investigating", "One."))
    assert later.value.after_s is not None
    assert 80 < later.value.after_s <= 90


def test_pages_are_listed_to_the_end() -> None:
    ours, fake = bench()
    assert [page.id for page in ours.provider.check().pages] == ["p0", fake.page]
