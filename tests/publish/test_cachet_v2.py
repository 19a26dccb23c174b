"""Cachet 2: the suite, and what only it does."""

from datetime import timedelta
from functools import partial

import pytest

from console.publish.provider import Absent, CannotTell, Found
from console.publish.providers.cachet_v2 import CachetV2
from console.publish.sending.plan import Choices, Context, Sent, previews
from console.publish.targets.model import Target
from console.publish.transport.failure import Rejected, Unknown
from tests.core.story import Story
from tests.publish import making
from tests.publish.fakes.cachet_v2 import CachetV2Fake
from tests.publish.faulty import timed_out_after, timed_out_before
from tests.publish.suite import Bench, ProviderSuite, with_fake


class TestCachetV2(ProviderSuite):
    provider = CachetV2
    fake = CachetV2Fake
    by_words = True

    def test_mails_when_told_and_only_then(self) -> None:
        """The first message does; an update is mailed whatever it is told, and the preview knows."""
        bench = self.make()
        bench.send(bench.delivery("investigating", "One."))
        assert bench.fake.mails == 0
        assert isinstance(bench.fake, CachetV2Fake)
        bench.fake.subscribers = True
        bench.send(bench.delivery("identified", "Two."))
        assert bench.fake.mails == 1
        assert CachetV2.capabilities.always_mails_updates


bench = partial(with_fake, CachetV2, CachetV2Fake)


def test_an_incident_that_a_504_hid_is_found_and_goes_on() -> None:
    ours, fake = bench()
    fake.subscribers = True
    delivery = ours.delivery("investigating", "We look.", notify=True)
    with pytest.raises(Unknown):
        ours.send(delivery)
    found = ours.look_up(delivery)
    assert isinstance(found, Found)
    ours.remember(delivery, found.remote)
    ours.send(ours.delivery("resolved", "Well again."))
    (seen,) = fake.seen()
    assert [status for status, _ in seen.updates] == ["investigating", "resolved"]
    assert fake.wrong == []


def test_last_weeks_incident_with_the_same_words_is_not_ours() -> None:
    ours, fake = bench()
    fake.now -= timedelta(days=7)
    delivery = ours.delivery("investigating", "We look.")
    ours.provider.send(delivery, ours.known)
    assert Bench(CachetV2, fake).look_up(delivery) == Absent()


@pytest.mark.parametrize("sorts", [True, False], ids=["newest first", "oldest first"])
def test_one_that_is_newer_than_the_try_is_ours_whatever_was_there(sorts: bool) -> None:
    ours, fake = bench()
    fake.sorts = sorts
    for _ in range(3):
        morning = Bench(CachetV2, fake)
        morning.send(morning.delivery("investigating", "We look."))
    delivery = ours.delivery("investigating", "We look.")
    ours.plan(timed_out_before)
    with pytest.raises(Unknown):
        ours.send(delivery)
    assert ours.look_up(delivery) == Absent()
    ours.plan(timed_out_after)
    with pytest.raises(Unknown):
        ours.send(delivery)
    found = ours.look_up(delivery)
    assert isinstance(found, Found)
    assert found.remote.incident_id == "4"


def test_this_mornings_incident_with_the_same_words_is_for_a_person() -> None:
    ours, fake = bench()
    fake.now -= timedelta(hours=6)
    morning = Bench(CachetV2, fake)
    morning.send(morning.delivery("investigating", "We look."))
    morning.send(morning.delivery("resolved", "Well again."))
    assert isinstance(ours.look_up(ours.delivery("investigating", "We look.")), CannotTell)


def test_words_are_known_again_after_the_page_has_cleaned_them() -> None:
    ours, fake = bench()
    delivery = ours.delivery("investigating", 'Cart & <b>checkout</b> fail: 20 % of "payments".')
    ours.provider.send(delivery, ours.known)
    fake.incidents[0].data["message"] = "Cart &amp; checkout fail: 20 % of &quot;payments&quot;."
    assert isinstance(ours.look_up(delivery), Found)
    fake.incidents[0].data["message"] = "Cart fails."
    assert ours.look_up(delivery) == Absent()


def test_signs_alone_are_compared_as_they_are() -> None:
    ours, _ = bench()
    ours.provider.send(ours.delivery("investigating", "…"), ours.known)
    assert ours.look_up(ours.delivery("investigating", "?!")) == Absent()


def test_the_first_component_is_the_incidents_own_and_the_others_change_too() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One.", {"2": "major", "3": "degraded"}))
    assert fake.components == {"1": "operational", "2": "major", "3": "degraded"}
    assert fake.incidents[0].data["component_id"] == 2
    assert fake.wrong == []


def test_maintenance_is_a_state_that_it_does_not_have() -> None:
    ours, fake = bench()
    with pytest.raises(Rejected, match="maintenance"):
        ours.send(ours.delivery("investigating", "One.", {"1": "maintenance"}))
    assert fake.requests == []


def test_a_deleted_incident_is_found_out_before_components_change() -> None:
    ours, fake = bench()
    ours.send(ours.delivery("investigating", "One."))
    fake.forget()
    with pytest.raises(Rejected):
        ours.send(ours.delivery("identified", "Two.", {"1": "major"}))
    assert fake.components["1"] == "operational"


def test_the_preview_says_who_is_mailed_all_the_same() -> None:
    context = Context((Target("page", "cachet-v2"),), {"page": CachetV2.capabilities})
    update = making.update("We look.")
    state = Story().state
    (first,) = previews(state, update, context)
    assert not any("mails every update" in problem.says for problem in first.problems)
    (later,) = previews(state, update, context._replace(sent={"page": Sent()}))
    assert any("mails every update" in problem.says for problem in later.problems)
    (told,) = previews(state, update, context._replace(sent={"page": Sent()}), Choices(notify=True))
    assert not any("mails every update" in problem.says for problem in told.problems)


def test_check_proves_the_key_where_it_can() -> None:
    with pytest.raises(Rejected, match="key"):
        Bench(CachetV2, CachetV2Fake(), key="another-Key-9876543210").provider.check()
    ours, fake = bench()
    assert "accepts the key" in ours.provider.check().says
    fake.knows_subscribers = False
    assert "only the first message shows" in ours.provider.check().says


def test_lists_are_read_to_their_end_whatever_host_their_links_name() -> None:
    ours, fake = bench()
    fake.most = 1
    for number in range(3):
        other = Bench(CachetV2, fake)
        other.send(other.delivery("investigating", f"Another {number}."))
    delivery = ours.delivery("investigating", "Another 0.")
    assert isinstance(ours.look_up(delivery), Found)
    assert len(ours.provider.check().components) == 3
    assert fake.wrong == []
