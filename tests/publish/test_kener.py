"""Kener: the suite, and what only it does."""

from datetime import timedelta
from functools import partial

import msgspec
import pytest

from console.publish.provider import Absent, CannotTell, Found
from console.publish.providers.kener import Kener
from console.publish.sending.message import Change, Known, Status
from console.publish.transport.failure import Later, Rejected, Unknown
from tests.publish.fakes.kener import KenerFake
from tests.publish.faulty import DONE, NOTHING_DONE, REFUSALS, UNCLEAR, answers, status, timed_out_after
from tests.publish.suite import Bench, FoundByStart, with_fake


class TestKener(FoundByStart):
    provider = Kener
    fake = KenerFake
    deleted = Absent


bench = partial(with_fake, Kener, KenerFake)


def changed(ours: Bench, update: str, act: str, now: Status, was: Status = "resolved") -> None:
    """Change an update so that the incident's status is `now` from then on."""
    made = msgspec.structs.replace(
        ours.delivery(now, "Put right."),
        change=Change(act, update, was),  # type: ignore[arg-type]  # the test's own words
    )
    ours.provider.change(made, ours.known)


def test_the_address_that_people_read_is_that_of_the_target_and_not_one_of_its_settings() -> None:
    ours, _ = bench()
    assert ours.send(ours.delivery("investigating", "One.")).url == "https://status.example/incidents/1"


@pytest.mark.parametrize("name", [*NOTHING_DONE, *UNCLEAR])
def test_an_incident_that_was_made_without_its_text_is_used(name: str) -> None:
    """Whatever befalls the request that makes it: the message is on the page once, in one incident."""
    page = KenerFake()
    page.posts = lambda request: request.method == "POST"  # type: ignore[method-assign]  # faults come to each POST
    ours = Bench(Kener, page, [{**NOTHING_DONE, **UNCLEAR}[name]])
    delivery = ours.delivery("investigating", "We look.", {"checkout": "major"})
    with pytest.raises((Later, Unknown)):
        ours.send(delivery)
    assert len(page.incidents) == (name in DONE)
    assert ours.look_up(delivery) == Absent()
    ours.send(delivery)
    (seen,) = page.seen()
    assert seen.updates == [("investigating", "We look.")]
    assert seen.components["checkout"] == "major"


@pytest.mark.parametrize("name", list(REFUSALS))
def test_an_incident_whose_text_is_refused_does_not_stay(name: str) -> None:
    ours, fake = bench()
    ours.plan(REFUSALS[name])
    with pytest.raises(Rejected):
        ours.send(ours.delivery("investigating", "We look."))
    assert fake.incidents == []


def test_somebody_elses_incident_without_a_text_is_left_alone() -> None:
    ours, fake = bench()
    other = Bench(Kener, fake)
    other.send(other.delivery("investigating", "By hand."))
    fake.incidents[0] |= {"comments": [], "incident_source": "DASHBOARD"}
    ours.send(ours.delivery("investigating", "We look."))
    assert [len(each["comments"]) for each in fake.incidents] == [0, 1]


def test_its_start_counts_to_the_minute() -> None:
    ours, _ = bench()
    delivery = ours.delivery("investigating", "We look.")
    delivery = msgspec.structs.replace(delivery, started_at=delivery.started_at + timedelta(seconds=42))
    sent = ours.provider.send(delivery, ours.known)
    assert ours.look_up(delivery) == Found(sent)


def test_two_of_them_are_for_a_person() -> None:
    ours, _ = bench()
    delivery = ours.delivery("investigating", "We look.")
    ours.provider.send(delivery, ours.known)
    ours.provider.send(delivery, ours.known)
    assert isinstance(ours.look_up(delivery), CannotTell)


@pytest.mark.parametrize("act", ["edit", "remove"])
def test_a_wrong_resolved_is_set_back_with_its_end(act: str) -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"checkout": "major"}))
    remote = ours.send(ours.delivery("resolved", "Well again.", {"checkout": "operational"}))
    changed(ours, remote.update_id, act, "monitoring", "monitoring")
    (seen,) = fake.seen()
    assert seen.status == "monitoring"
    assert seen.components["checkout"] == "major"
    texts = {"edit": ["One.", "Put right."], "remove": ["One."]}
    assert [text for _, text in seen.updates] == texts[act]


def test_a_resolved_that_stands_after_all_ends_when_it_did() -> None:
    ours, fake = bench()
    first = ours.send(ours.delivery("investigating", "One."))
    ours.send(ours.delivery("resolved", "Well again."))
    end = fake.incidents[0]["end_date_time"]
    fake.incidents[0] |= {"state": "MONITORING", "end_date_time": None}
    changed(ours, first.update_id, "edit", "resolved", "investigating")
    assert fake.seen()[0].status == "resolved"
    assert fake.incidents[0]["end_date_time"] == end


def test_another_update_after_the_last_one_reopens() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One."))
    ours.send(ours.delivery("resolved", "Well again."))
    ours.send(ours.delivery("monitoring", "Not yet."))
    assert fake.seen()[0].status == "monitoring"


def test_what_only_set_the_state_goes_with_the_next_change() -> None:
    ours, fake = bench()
    first = ours.send(ours.delivery("investigating", "One."))
    ours.send(ours.delivery("resolved", "Well again."))
    ours.plan(timed_out_after)
    for _ in range(2):
        try:
            changed(ours, first.update_id, "edit", "monitoring", "investigating")
        except Unknown:
            assert len(fake.seen()[0].updates) == 3
    (seen,) = fake.seen()
    assert [text for _, text in seen.updates] == ["Put right.", "Well again."]
    assert seen.status == "monitoring"


def test_an_end_that_was_left_or_set_by_hand_is_read_as_resolved() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("monitoring", "One."))
    fake.incidents[0]["end_date_time"] = 1_795_271_400
    assert ours.provider.read(ours.known).status == "resolved"


def test_monitors_are_those_of_the_incident() -> None:
    """A component added by hand stays, one that is well again goes, and one that was down to the end is kept."""
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"checkout": "major", "search": "degraded"}))
    fake.incidents[0]["impacts"]["login"] = "MAINTENANCE"
    ours.send(ours.delivery("monitoring", "Two.", {"search": "operational"}))
    assert fake.incidents[0]["impacts"] == {"checkout": "DOWN", "login": "MAINTENANCE"}
    assert [(part.id, part.state) for part in ours.provider.read(ours.known).parts] == [
        ("checkout", "major"),
        ("search", "operational"),
        ("login", "maintenance"),
    ]
    ours.send(ours.delivery("resolved", "Well again.", {"checkout": "operational"}))
    assert fake.incidents[0]["impacts"] == {"checkout": "DOWN", "login": "MAINTENANCE"}
    assert set(fake.seen()[0].components.values()) == {"operational"}
    assert {part.state for part in ours.provider.read(ours.known).parts} == {"operational"}


@pytest.mark.parametrize(("impact", "state"), [("DEGRADED", "partial"), ("MAINTENANCE", "maintenance")])
def test_reads_monitors_as_they_stand(impact: str, state: str) -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"checkout": "partial"}))
    fake.incidents[0]["impacts"]["checkout"] = impact
    (part,) = ours.provider.read(ours.known).parts
    assert (part.id, part.state, part.name) == ("checkout", state, "Checkout")


def test_a_monitor_that_is_not_there_is_named() -> None:
    ours, fake = bench()
    with pytest.raises(Rejected, match="'billing' not found"):
        ours.send(ours.delivery("investigating", "One.", {"billing": "major"}))
    assert fake.incidents == []


def test_an_older_kener_is_told() -> None:
    ours, _ = bench()
    ours.plan(status(404), every=True)
    with pytest.raises(Rejected, match="Kener 3 has to be updated"):
        ours.provider.check()


@pytest.mark.parametrize("answer", [{}, {"comments": None}, 7])
def test_an_incident_without_its_comments_decides_nothing(answer: object) -> None:
    ours, _ = bench()
    ours.send(ours.delivery("investigating", "One."))
    ours.plan(answers(answer), every=True)
    with pytest.raises(Later):
        ours.provider.look_up(ours.delivery("identified", "Two."), Known())
