"""Cachet 3: the suite, and what only it does."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import httpx
import msgspec
import pytest

from console.core.subjects.component import ComponentState
from console.publish.provider import Absent, CannotTell, Found, Settings
from console.publish.providers.cachet import Cachet
from console.publish.sending.message import Delivery, Known, Status
from console.publish.transport.failure import Later, Rejected, Unknown
from console.publish.transport.http import Http
from tests.publish.fakes.cachet import CachetFake
from tests.publish.faulty import Fault, answers, html_502_after, timed_out_after, timed_out_before, wait
from tests.publish.suite import NAME, STARTED, Bench, ProviderSuite, with_fake


class TestCachet(ProviderSuite):
    provider = Cachet
    fake = CachetFake


bench = partial(with_fake, Cachet, CachetFake)


def old() -> tuple[Bench, CachetFake]:
    """Before it knew metadata."""
    ours, fake = bench()
    fake.old = True
    return ours, fake


def restarted(fake: CachetFake) -> Bench:
    """A console that does not know any more what the page had before the try."""
    return Bench(Cachet, fake)


def posted(ours: Bench, parts: Mapping[str, ComponentState] | None = None) -> Delivery:
    delivery = ours.delivery("investigating", "We look.", parts)
    ours.provider.send(delivery, ours.known)
    return delivery


def test_an_incident_is_public_and_has_our_marker() -> None:
    ours, fake = bench()
    delivery = ours.delivery("investigating", "We look.")
    remote = ours.send(delivery)
    (seen,) = fake.seen()
    assert seen.ours == {"warroom": delivery.key}
    assert remote.url == "https://status.example/incidents/guid-1"


def test_a_component_may_get_worse_and_recover_while_the_incident_lasts() -> None:
    ours, fake = bench()
    story: list[tuple[Status, ComponentState]] = [
        ("investigating", "degraded"),
        ("identified", "major"),
        ("monitoring", "operational"),
    ]
    for status, state in story:
        ours.send(ours.delivery(status, f"{status}.", {"1": state}))
        assert fake.states()["1"] == state
    ours.send(ours.delivery("resolved", "Well again."))
    assert set(fake.states().values()) == {"operational"}


def test_components_are_there_before_the_message() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"1": "major", "2": "maintenance"}))
    assert [request.method for request in fake.requests if request.method != "GET"] == ["PUT", "PUT", "POST"]


def test_mailing_is_said_before_each_update() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", notify=True))
    ours.send(ours.delivery("identified", "Two."))
    assert [(request.method, request.url.path) for request in fake.requests[-2:]] == [
        ("PUT", "/api/incidents/1"),
        ("POST", "/api/incidents/1/updates"),
    ]
    assert fake.mails == 1


@pytest.mark.parametrize("fault", [timed_out_before, timed_out_after, html_502_after, wait(429)])
def test_a_step_before_the_message_that_fails_leaves_nothing_of_it(fault: Fault) -> None:
    ours, fake = bench()
    ours.plan(fault, every=True)
    delivery = ours.delivery("investigating", "One.", {"1": "major"})
    with pytest.raises(Later):
        ours.send(delivery)
    assert fake.seen() == []
    ours.send(delivery)
    assert len(fake.seen()) == 1


def test_a_component_that_is_not_there_is_named() -> None:
    ours, fake = bench()
    with pytest.raises(Rejected, match=r"no component “9” \(9\)"):
        ours.send(ours.delivery("investigating", "One.", {"9": "major"}))
    assert fake.seen() == []


def test_a_deleted_incident_is_found_out_before_components_change() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One."))
    fake.forget()
    with pytest.raises(Rejected):
        ours.send(ours.delivery("identified", "Two.", {"1": "major"}))
    assert fake.states()["1"] == "operational"


def test_check_needs_a_key_that_may_write() -> None:
    fake = CachetFake()
    with pytest.raises(Rejected, match="key"):
        Bench(Cachet, fake, key="another-Key-9876543210").provider.check()


def test_reads_components_as_they_stand() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"1": "major"}))
    fake.components["1"] = "partial"
    (part,) = ours.provider.read(ours.known).parts
    assert (part.id, part.state, part.name) == ("1", "partial", "Checkout")


def test_lists_are_read_to_their_end_whatever_host_their_links_name() -> None:
    ours, fake = bench()
    fake.most = 2
    assert len(ours.provider.check().components) == 3
    assert fake.wrong == []


@pytest.mark.parametrize("passes_over", [False, True], ids=["refuses the filter", "passes the filter over"])
class TestWithoutMetadata:
    def test_the_only_untouched_one_with_our_words_is_ours(self, passes_over: bool) -> None:
        ours, fake = old()
        fake.passes_over = passes_over
        delivery = posted(ours)
        assert isinstance(ours.look_up(delivery), Found)
        assert isinstance(restarted(fake).look_up(delivery), Found)

    def test_nothing_with_our_words_is_nothing(self, passes_over: bool) -> None:
        ours, fake = old()
        fake.passes_over = passes_over
        posted(ours)
        assert ours.look_up(ours.delivery("investigating", "Other words.")) == Absent()

    def test_last_weeks_incident_with_the_same_words_is_not_ours(self, passes_over: bool) -> None:
        ours, fake = old()
        fake.passes_over = passes_over
        fake.now -= timedelta(days=7)
        delivery = posted(ours)
        assert restarted(fake).look_up(delivery) == Absent()
        fake.now += timedelta(days=7)
        ours.provider.send(delivery, ours.known)
        for console in (ours, restarted(fake)):
            found = console.look_up(delivery)
            assert isinstance(found, Found)
            assert found.remote.incident_id == "2"

    def test_one_that_is_newer_than_the_try_is_ours_whatever_was_there(self, passes_over: bool) -> None:
        ours, fake = old()
        fake.passes_over = passes_over
        morning = Bench(Cachet, fake)
        morning.send(morning.delivery("investigating", "We look."))
        delivery = ours.delivery("investigating", "We look.")
        ours.plan(timed_out_before)
        with pytest.raises(Unknown):
            ours.send(delivery)
        assert ours.look_up(delivery) == Absent()
        ours.provider.send(delivery, ours.known)
        found = ours.look_up(delivery)
        assert isinstance(found, Found)
        assert found.remote.incident_id == "2"

    def test_one_that_went_on_is_for_a_person(self, passes_over: bool) -> None:
        """This morning's incident with the words of the same template."""
        ours, fake = old()
        fake.passes_over = passes_over
        fake.now -= timedelta(hours=6)
        morning = Bench(Cachet, fake)
        morning.send(morning.delivery("investigating", "We look."))
        morning.send(morning.delivery("resolved", "Well again."))
        found = ours.look_up(ours.delivery("investigating", "We look."))
        assert isinstance(found, CannotTell)
        assert found.reason.endswith(".")

    def test_two_of_them_are_for_a_person(self, passes_over: bool) -> None:
        ours, fake = old()
        fake.passes_over = passes_over
        delivery = posted(ours)
        posted(ours)
        assert isinstance(ours.look_up(delivery), CannotTell)
        assert isinstance(restarted(fake).look_up(delivery), CannotTell)


@pytest.mark.parametrize("hours", [-12, 0, 14])
def test_the_zone_of_the_page_does_not_matter(hours: int) -> None:
    ours, fake = old()
    fake.zone = timedelta(hours=hours)
    assert isinstance(restarted(fake).look_up(posted(ours)), Found)


def test_an_answer_without_its_list_decides_nothing() -> None:
    ours, _ = bench()
    ours.plan(answers({"data": None}), every=True)
    with pytest.raises(Later):
        ours.look_up(ours.delivery("investigating", "One."))


@pytest.mark.parametrize(("address", "at"), [("https://status.example", "/api"), ("https://status.example", "")])
def test_a_bare_host_is_asked_where_its_api_is(address: str, at: str) -> None:
    class Here(CachetFake):
        base = f"https://status.example{at}"

    fake = Here()
    http = Http(address, Cachet.headers(fake.key), transport=httpx.MockTransport(fake.handle))
    provider = Cachet(Settings(NAME), http)
    delivery = Delivery("wr-1", "INC-K7Q2", "Checkout errors", "investigating", "We look.", STARTED, STARTED, False)
    remote = provider.send(delivery, Known())
    assert remote.incident_id == "1"
    assert remote.url == "https://status.example/incidents/guid-1" or not at
    assert isinstance(provider.look_up(msgspec.structs.replace(delivery), Known()), Found)
    assert fake.wrong == []
