"""An incident that was opened on a page by hand becomes one of ours: updates go there, and nothing is opened anew."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from console.core.refusal import Refused
from console.core.subjects.update import updates_of
from console.publish.provider import OpenThere
from console.publish.sending.message import Delivery, Known, Part
from console.store import Log
from tests.core.story import START
from tests.publish.away import kinds
from tests.publish.by_hand import Hand, unmark
from tests.publish.faulty import NOTHING_DONE, REFUSALS, UNCLEAR, fine, gateway_504_after
from tests.publish.making import REF, TARGET, declare
from tests.publish.revising import Revised
from tests.publish.rooms import joined
from tests.publish.storm import Reaching
from tests.publish.test_revising import Shop

ADOPTING = [kind for kind, (cls, _) in kinds().items() if cls.capabilities.adopts]


class Found(Shop):
    """A page on which somebody has opened an incident by hand; `theirs` is its id there."""

    def __init__(self, log: Log, kind: str, title: str = "Payments fail") -> None:
        super().__init__(log, kind)
        self.publisher = Reaching(self.provider)
        self.hand = Hand(self.room, self.provider)
        part = next(iter(self.fake.components))
        self.theirs = self.opens(title, (Part(part, "major"),))

    def opens(self, title: str, parts: tuple[Part, ...] = ()) -> str:
        id = self.hand.opens(title, "We were called.", parts=parts)
        unmark(self.room.kind, self.fake, id, "We were called.")
        return id

    def open(self, room: Revised | None = None) -> list[OpenThere]:
        room = room or self.room
        return list(self.publisher.open_there(room.log, room.state, room.context(), TARGET))

    def adopts(self, theirs: OpenThere | None = None, room: Revised | None = None) -> None:
        """Choose one in the list as it is now."""
        room = room or self.room
        chosen = theirs or self.open(room)[0]
        command, view = self.publisher.adopting(TARGET, chosen, "mo")
        publish = self.publisher.adopted(room.log, room.state, room.context(), command, view)
        room.clock.sleep(1)
        room.ledger.execute(room.ref, command, publish=publish)

    def another(self, ref: str = "INC-2222") -> Revised:
        """A second incident of ours."""
        declare(self.room.log, ref)
        return Revised(self.room.log, self.room.kind, self.room.provider, self.clock, ref)

    @property
    def texts(self) -> list[str]:
        [seen] = self.fake.seen()
        return [text for _, text in seen.updates]


def test_the_providers_that_list_their_open_incidents_can() -> None:
    pages = {kind for kind, (cls, _) in kinds().items() if cls.capabilities.reads and not cls.capabilities.chat}
    assert pages == set(ADOPTING)


@pytest.mark.parametrize("kind", ADOPTING)
def test_updates_go_to_the_incident_that_was_chosen(log: Log, kind: str) -> None:
    shop = Found(log, kind)
    [there] = shop.open()
    assert (there.id, there.title) == (shop.theirs, "Payments fail")
    assert there.status == (None if kind in ("betterstack", "uptime-kuma", "upptime") else "investigating")
    shop.adopts()
    shop.sends()
    assert shop.texts == ["We were called."]
    shop.room.posts("We have found it.", "identified")
    shop.room.posts("All is well.", "resolved")
    shop.sends()
    [seen] = shop.fake.seen()
    assert seen.id == shop.theirs
    assert seen.title == "Payments fail"
    assert shop.texts == ["We were called.", "We have found it.", "All is well."]
    lifecycle = kind != "betterstack"
    assert (seen.status, shop.fake.mails, shop.fake.wrong) == ("resolved" if lifecycle else "", 0, [])
    named = kind not in ("cachet", "cachet-v2")
    assert set(shop.fake.components.values()) == ({"operational"} if named else {"operational", "major"})
    assert shop.open(shop.another()) == []


@pytest.mark.parametrize("kind", ADOPTING)
def test_an_adopted_incident_is_read_back_and_differs_only_in_what_is_not_from_here(log: Log, kind: str) -> None:
    shop = Found(log, kind)
    shop.adopts()
    shop.room.posts("We have found it.", "identified")
    shop.sends()
    shop.sender.read_back()
    [difference] = shop.room.standing.differences
    assert (difference.about, difference.theirs) == ("update", "We were called.")
    assert shop.room.settles_read("taken") == "taken"
    assert [update.text for update in updates_of(shop.room.state, "public")] == ["We have found it.", "We were called."]
    shop.sends()
    assert shop.texts == ["We were called.", "We have found it."]


@pytest.mark.parametrize("kind", ADOPTING)
def test_the_only_text_of_an_adopted_incident_is_not_offered_for_removal(log: Log, kind: str) -> None:
    shop = Found(log, kind)
    shop.adopts()
    shop.sends()
    shop.sender.read_back()
    [difference] = shop.room.standing.differences
    assert "removed" not in shop.room.place_read(difference).ways
    shop.room.posts("We have found it.", "identified")
    shop.sends()
    shop.sender.read_back()
    [difference] = shop.room.standing.differences
    assert ("removed" in shop.room.place_read(difference).ways) is shop.room.provider.capabilities.removes


def test_the_marker_stands_beside_what_others_keep_there(log: Log, tmp_path: Path) -> None:
    shop = Found(log, "statuspage")
    shop.adopts()
    shop.sends()
    [incident] = shop.fake.incidents
    [message] = shop.room.messages
    ours = {"key": message.id, "incident": shop.room.ref}
    assert incident["metadata"] == {"jira": {"key": "OPS-1"}, "warroom": ours}
    with Log.open(tmp_path / "cachet.db") as other:
        cachet = Found(other, "cachet")
        cachet.adopts()
        cachet.sends()
        [kept] = cachet.fake.incidents
        [message] = cachet.room.messages
        assert kept.data["meta"] == {"jira": "OPS-1", "warroom": message.id, "warroom_incident": cachet.room.ref}


def test_a_cachet_that_does_not_show_what_others_keep_there_gets_no_marker(log: Log) -> None:
    shop = Found(log, "cachet")
    shop.fake.old = True  # type: ignore[attr-defined]  # a Cachet's
    shop.adopts()
    shop.room.posts("We have found it.")
    shop.sends()
    assert shop.fake.incidents[0].data["meta"] == {"jira": "OPS-1"}
    assert shop.texts == ["We were called.", "We have found it."]


@pytest.mark.parametrize("kind", ADOPTING)
def test_two_of_ours_never_share_one(log: Log, kind: str) -> None:
    shop = Found(log, kind)
    [there] = shop.open()
    shop.adopts()
    second = shop.another()
    # Also before it has arrived, and for whoever has listed it before.
    assert shop.open(second) == []
    with pytest.raises(Refused, match=f"{shop.room.ref} has this incident on page already"):
        shop.adopts(there, second)
    shop.sends()
    with pytest.raises(Refused, match=f"{shop.room.ref} has this incident on page already"):
        shop.adopts(there, second)
    assert second.messages == ()


@pytest.mark.parametrize("kind", ADOPTING)
def test_what_is_there_of_ours_or_is_gone_is_refused(log: Log, kind: str) -> None:
    shop = Found(log, kind)
    [there] = shop.open()
    second = shop.another()
    second.posts("Ours.")
    shop.sends()
    assert [each.id for each in shop.open()] == [shop.theirs]
    with pytest.raises(Refused, match="INC-2222 is on page already"):
        shop.open(second)
    shop.fake.forget()
    assert shop.open() == []
    with pytest.raises(Refused, match="does not have this incident any more"):
        shop.adopts(there)
    assert shop.room.messages == ()


@pytest.mark.parametrize("kind", ADOPTING)
def test_one_that_is_deleted_before_the_adoption_arrives_is_told(log: Log, kind: str) -> None:
    shop = Found(log, kind)
    shop.adopts()
    shop.fake.forget()
    shop.sender.run_once()
    [message] = shop.room.messages
    assert message.state == "dead"
    assert "adopt another one" in message.note


@pytest.mark.parametrize("kind", ADOPTING)
def test_whatever_happens_to_its_requests_it_is_adopted_once(log: Log, kind: str, tmp_path: Path) -> None:
    chance = random.Random(kind)
    for place in range(5):
        with Log.open(tmp_path / f"{place}.db") as other:
            shop = Found(other, kind)
            shop.adopts()
            shop.room.posts("We have found it.", "identified")
            fault = chance.choice([*UNCLEAR.values(), *NOTHING_DONE.values()])
            shop.sends(*[fine] * place, fault)
            assert shop.texts == ["We were called.", "We have found it."]
            assert (shop.fake.mails, shop.fake.wrong) == (0, [])


def test_an_update_that_waits_goes_there(log: Log) -> None:
    shop = Found(log, "statuspage")
    shop.room.posts("We have found it.", "identified")
    shop.transport.plan.append(REFUSALS["422"])
    shop.sender.run_once()
    assert [message.state for message in shop.room.messages] == ["dead"]
    shop.adopts()
    shop.room.box.retry(shop.room.messages[0].id, shop.clock(), "mo")
    shop.sends()
    assert shop.texts == ["We were called.", "We have found it."]


def test_an_update_that_may_be_there_already_is_looked_for_first(log: Log) -> None:
    shop = Found(log, "statuspage")
    [there] = shop.open()
    shop.room.posts("We have found it.", "identified")
    shop.transport.plan.append(next(iter(UNCLEAR.values())))
    shop.sender.run_once()
    with pytest.raises(Refused, match="on its way"):
        shop.adopts(there)


def test_an_update_that_goes_out_while_one_chooses_is_not_overtaken(log: Log) -> None:
    shop = Found(log, "statuspage")
    [there] = shop.open()
    shop.room.posts("We have found it.", "identified")
    command, view = shop.publisher.adopting(TARGET, there, "mo")
    publish = shop.publisher.adopted(log, shop.room.state, shop.room.context(), command, view)
    shop.transport.plan.append(next(iter(UNCLEAR.values())))
    shop.sender.run_once()
    with pytest.raises(Refused, match="on its way"):
        shop.room.ledger.execute(shop.room.ref, command, publish=publish)


def test_of_two_machines_that_did_not_know_of_each_other_the_second_is_told_and_opens_its_own(tmp_path: Path) -> None:
    hub = joined(tmp_path, "openstatus")
    ana, bo = hub.rooms
    opened = Delivery(
        "by-hand", "", "Payments fail", "investigating", "We were called.", hub.clock(), START, notify=False
    )
    theirs = bo.made().send(opened, Known()).incident_id
    there = OpenThere(theirs, "Payments fail")
    declare(bo.log, "INC-2222")
    second = Revised(bo.log, bo.kind, bo.provider, bo.clock, "INC-2222")
    for room, incident in ((ana, ana), (bo, second)):
        room.connected = False
        incident.publisher = Reaching(room.made)
        command, view = incident.publisher.adopting(TARGET, there, "mo")
        publish = incident.publisher.adopted(room.log, incident.state, incident.context(), command, view)
        hub.clock.sleep(1)
        incident.ledger.execute(incident.ref, command, publish=publish)
        room.sends()
        assert [message.state for message in incident.messages] == ["done"]
    for one, other in ((ana, bo), (bo, ana)):
        one.log.import_events([*other.log.events(REF), *other.log.events("INC-2222")], at=hub.clock())
    ana.posts("Of the first.")
    second.posts("Of the second.")
    ana.sends()
    bo.sends()
    assert hub.texts == ["We were called.", "Of the first."]
    dead = second.messages[-1]
    assert (dead.state, "INC-K7Q2 has the incident on page, too" in dead.note) == ("dead", True)
    go = second.publisher.letting_go(bo.log, second.state, second.context(), TARGET, "mo")
    publish = second.publisher.adopted(bo.log, second.state, second.context(), go)
    second.ledger.execute(second.ref, go, publish=publish)
    second.box.retry(dead.id, bo.clock(), "mo")
    bo.sends()
    assert [[text for _, text in seen.updates] for seen in hub.page.seen()] == [
        ["We were called.", "Of the first."], ["Of the second."]
    ]  # fmt: skip
    hub.clock.sleep(1)
    bo.sender.read_back(timedelta(), incident=second.ref)
    assert (second.standing.where, second.standing.says) == ("in sync", "")
    with pytest.raises(Refused, match="No other incident of ours"):
        ana.publisher.letting_go(ana.log, ana.state, ana.context(), TARGET, "mo")


def test_an_adoption_of_which_another_console_was_faster_is_refused_before_it_is_sent(log: Log) -> None:
    shop = Found(log, "openstatus")
    [there] = shop.open()
    second = shop.another()
    command, view = shop.publisher.adopting(TARGET, there, "mo")
    late = shop.publisher.adopted(log, second.state, second.context(), command, view)
    shop.adopts()
    second.clock.sleep(1)
    second.ledger.execute(second.ref, command, publish=late)
    shop.sender.run_once()
    assert (second.messages[0].state, second.messages[0].note) == (
        "dead", "INC-K7Q2 has this incident on page already; drop this, and adopt another one."
    )  # fmt: skip


@pytest.mark.parametrize("kind", ADOPTING)
def test_the_first_update_is_found_there_however_far_our_clock_is_ahead(log: Log, kind: str) -> None:
    """Nothing of ours is there that would tell how wrong it is: at worst a person looks."""
    shop = Found(log, kind)
    shop.adopts()
    shop.sends()
    shop.fake.clock = lambda: shop.clock() - timedelta(hours=6)
    shop.room.posts("We have found it.", "identified")
    shop.transport.every = False
    shop.sends(gateway_504_after)
    assert shop.texts.count("We have found it.") == 1


def test_the_number_of_one_that_was_adopted_and_deleted_belongs_to_whoever_has_it_now(log: Log) -> None:
    shop = Found(log, "openstatus")
    first, second = shop.room, shop.another()
    second.publisher = shop.publisher
    shop.adopts()
    shop.sends()
    shop.fake.forget()
    second.posts("Of the second.")
    shop.sends()
    shop.sender.read_back(incident=first.ref)
    assert [each.about for each in first.standing.differences] == ["incident"]
    first.settles_read("left_off")
    shop.fake.forget()
    first.posts("Of the first.")
    shop.sends()
    # It is the first one's again, who adopted another one of this number before.
    shop.sender.read_back(incident=first.ref)
    assert (first.standing.differences, shop.texts) == ((), ["Of the first."])


def test_an_incident_with_the_marker_of_another_warroom_is_not_offered_and_not_taken(log: Log, tmp_path: Path) -> None:
    for kind in ("statuspage", "cachet"):
        with Log.open(tmp_path / f"{kind}.db") as other:
            shop = Found(other, kind)
            shop.adopts()
            for incident in shop.fake.incidents:
                if kind == "statuspage":
                    incident["metadata"]["warroom"] = {"key": "k", "incident": "INC-9999"}
                else:
                    incident.data["meta"] |= {"warroom": "k", "warroom_incident": "INC-9999"}
            shop.sender.run_once()
            [message] = shop.room.messages
            assert (message.state, "INC-9999 has this incident" in message.note) == ("dead", True)
            assert shop.open(shop.another()) == []


def test_what_cannot_says_so(log: Log) -> None:
    shop = Shop(log, "slack")
    with pytest.raises(Refused, match="cannot take over"):
        Reaching(shop.provider).open_there(log, shop.room.state, shop.room.context(), TARGET)
