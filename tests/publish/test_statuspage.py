"""Atlassian Statuspage: the suite, and what only it does."""

from functools import partial

import pytest

from console.publish.provider import Absent, CannotTell, Found
from console.publish.providers.statuspage import Statuspage
from console.publish.transport.failure import Rejected
from tests.publish.fakes.statuspage import StatuspageFake
from tests.publish.suite import ProviderSuite, with_fake


class TestStatuspage(ProviderSuite):
    provider = Statuspage
    fake = StatuspageFake
    deleted = Absent


bench = partial(with_fake, Statuspage, StatuspageFake)


def others(fake: StatuspageFake, count: int, status: str = "resolved") -> None:
    """Incidents of the page that came after ours."""
    for number in range(count):
        fake.incidents.append(
            {
                "id": f"x{number}",
                "name": "Another",
                "status": status,
                "created_at": fake.now.isoformat(),
                "metadata": {},
                "incident_updates": [],
                "touched": [],
                "mails": 0,
            }
        )


def test_our_marker_is_found_behind_many_others() -> None:
    ours, fake = bench()
    delivery = ours.delivery("resolved", "It was short.")
    ours.provider.send(delivery, ours.known)
    others(fake, 250)
    assert isinstance(ours.look_up(delivery), Found)


def test_lists_may_have_shorter_pages_than_were_asked_for() -> None:
    ours, fake = bench()
    delivery = ours.delivery("resolved", "It was short.")
    ours.provider.send(delivery, ours.known)
    others(fake, 50)
    fake.most = 20
    assert isinstance(ours.look_up(delivery), Found)


def test_a_list_that_does_not_end_decides_nothing() -> None:
    ours, fake = bench()
    others(fake, 2_100)
    assert isinstance(ours.look_up(ours.delivery("investigating", "We look.")), CannotTell)


def test_what_is_older_than_the_message_is_not_read() -> None:
    ours, fake = bench()
    fake.now = fake.now.replace(year=2025)
    others(fake, 2_100)
    assert ours.look_up(ours.delivery("investigating", "We look.")) == Absent()
    assert len(ours.transport.at) == 2


def test_an_update_does_not_take_components_off_the_incident() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"c1": "major"}))
    ours.send(ours.delivery("identified", "Two.", {"c2": "degraded"}))
    (seen,) = fake.seen()
    assert seen.components == {"c1": "major", "c2": "degraded"}
    assert fake.wrong == []


def test_a_component_that_is_not_there_is_told_in_the_pages_own_words() -> None:
    ours, _ = bench()
    with pytest.raises(Rejected, match="Component c9 does not exist"):
        ours.send(ours.delivery("investigating", "One.", {"c9": "major"}))
