"""A page that somebody changed by hand: the difference is shown in full, and settled in the way that one chooses."""

from datetime import timedelta

import pytest

from console.core.refusal import Refused
from console.core.subjects.component import SetComponent, components_of
from console.core.subjects.undo import RedactEntry, Undo
from console.core.subjects.update import updates_of
from console.publish.sending.message import Part
from console.publish.sending.settling import settle
from console.store import Log
from tests.publish.away import kinds
from tests.publish.by_hand import Hand
from tests.publish.editors import EDITORS, WORDS
from tests.publish.test_adopt import Found
from tests.publish.test_revising import Shop

READ = [kind for kind, (cls, _) in kinds().items() if cls.capabilities.reads]


class ByHand(Shop):
    """A shop whose page has two updates of ours, and somebody who changes it."""

    def __init__(self, log: Log, kind: str) -> None:
        super().__init__(log, kind)
        self.hand = Hand(self.room, self.provider)
        self.updates = [self.room.posts("We look into it."), self.room.posts("A deploy did it.", "identified")]
        self.sends()
        self.reads()
        assert self.room.standing.where == "in sync"

    def reads(self) -> list[str]:
        """Read the page back; what the differences are about."""
        self.clock.sleep(1)
        self.sender.read_back(timedelta())
        return [each.about for each in self.room.standing.differences]

    def settles(self, *args: str, **more: str) -> None:
        self.room.settles_read(*args, **more)  # type: ignore[arg-type]  # a test's own words
        self.sends()
        assert self.reads() == []
        assert (self.room.standing.where, self.room.standing.says) == ("in sync", "")
        assert (self.fake.mails, self.fake.wrong) == (0, [])


@pytest.mark.parametrize("kind", [kind for kind in READ if kinds()[kind][0].capabilities.states])
@pytest.mark.parametrize("how", ["posted anew", "taken down", "left off"])
def test_an_incident_that_is_opened_there_once_more_names_what_is_not_well(log: Log, kind: str, how: str) -> None:
    shop = Shop(log, kind)
    one, two = list(shop.fake.components)[:2]
    shop.room.components = {"checkout": one, "search": two}
    for name, state in (("checkout", "major"), ("search", "degraded")):
        shop.room.does(SetComponent(actor="mo", component=name, status=state))
    update = shop.room.posts("We look into it.")
    shop.room.does(SetComponent(actor="mo", component="search", status="operational"))
    shop.room.posts("A deploy did it.", "identified")
    shop.sends()
    [before] = shop.fake.seen()
    if how == "taken down":
        if not shop.room.can.takes_down:
            pytest.skip("cannot take an incident down")
        shop.room.changes(update, "taken_down")
    else:
        shop.fake.forget()
        shop.clock.sleep(1)
        shop.sender.read_back(timedelta())
        shop.room.settles_read("anew" if how == "posted anew" else "left_off")
    shop.sends()
    if how != "posted anew":
        shop.room.posts("A deploy did it.", "identified")
        shop.sends()
    [after] = shop.fake.seen()
    assert after.components[one] == before.components[one] != "operational"
    shop.room.posts("All is well.", "resolved")
    shop.sends()
    assert set(shop.fake.components.values()) == {"operational"}
    assert (shop.fake.mails, shop.fake.wrong) == (0, [])


@pytest.mark.drawn
@pytest.mark.parametrize("kind", [kind for kind in READ if kinds()[kind][0].capabilities.edits])
@pytest.mark.parametrize("way", ["changed", "taken", "left"])
def test_other_words_there(log: Log, kind: str, way: str) -> None:
    shop = ByHand(log, kind)
    shop.hand.edits(shop.hand.known.update_ids[-1], "A cable did it.", "identified")
    assert shop.reads() == ["words"]
    [words] = shop.room.standing.differences
    assert (words.ours, words.theirs) == ("A deploy did it.", "A cable did it.")
    shop.settles(way)
    there, here = shop.page[-1], updates_of(shop.room.state, "public")[-1].text
    assert (there, here) == {
        "changed": ("A deploy did it.", "A deploy did it."),
        "taken": ("A cable did it.", "A cable did it."),
        "left": ("A cable did it.", "A deploy did it."),
    }[way]


# On some another update, with its status, is then the newest there: that is told, too.
BY_THE_NEWEST = ("uptime-kuma", "betterstack", "upptime")
REMOVES = [kind for kind in READ if kinds()[kind][0].capabilities.removes and kind not in BY_THE_NEWEST]
TRACKING = [kind for kind in REMOVES if kinds()[kind][0].capabilities.tracks_status]


@pytest.mark.parametrize("kind", TRACKING)
def test_the_status_by_the_log_changes_although_nothing_on_the_page_does(log: Log, kind: str) -> None:
    shop = ByHand(log, kind)
    shop.room.changes(shop.updates[-1], "removed")
    shop.sends()
    assert (shop.reads(), shop.room.standing.where) == ([], "in sync")
    shop.room.undoes(shop.updates[-1])
    standing = shop.room.standing
    assert (standing.where, [each.about for each in standing.differences]) == ("differs", ["state"])
    assert standing.says == "We say investigating, the page says identified."
    shop.settles()
    assert [seen.status for seen in shop.fake.seen()] == ["investigating"]


@pytest.mark.drawn
@pytest.mark.parametrize("kind", REMOVES)
@pytest.mark.parametrize("way", ["sent", "left_off"])
def test_an_update_of_ours_that_is_gone(log: Log, kind: str, way: str) -> None:
    shop = ByHand(log, kind)
    shop.hand.removes(shop.hand.known.update_ids[-1], "identified")
    assert shop.reads() == ["missing"]
    shop.settles(way)
    assert shop.page == ["We look into it.", *(["A deploy did it."] if way == "sent" else [])]


@pytest.mark.drawn
@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("way", ["taken", "removed", "left"])
def test_an_update_that_is_not_from_here(log: Log, kind: str, way: str) -> None:
    shop = ByHand(log, kind)
    if way == "removed" and not shop.room.provider.capabilities.removes:
        pytest.skip("it has no call for that")
    shop.hand.posts("We found a cable.", "identified")
    assert shop.reads() == ["update"]
    assert shop.room.standing.differences[0].theirs == "We found a cable."
    shop.settles(way)
    assert ("We found a cable." in shop.page) == (way != "removed")
    here = [update.text for update in updates_of(shop.room.state, "public")]
    assert ("We found a cable." in here) == (way == "taken")
    # What is taken over is ours from then on.
    if way == "taken" and shop.room.provider.capabilities.edits:
        shop.room.changes(updates_of(shop.room.state, "public")[-1].id, "changed", "We found a cable, and mended it.")
        shop.sends()
        assert shop.page[-1] == "We found a cable, and mended it."
    shop.room.posts("It is over.", "resolved")
    shop.sends()
    assert shop.reads() == []


@pytest.mark.drawn
@pytest.mark.parametrize("kind", [kind for kind in READ if kinds()[kind][0].capabilities.renames])
@pytest.mark.parametrize("way", ["renamed", "taken", "left"])
def test_another_title_there(log: Log, kind: str, way: str) -> None:
    shop = ByHand(log, kind)
    shop.hand.renames("A cable")
    assert shop.reads() == ["title"]
    assert "another title: A cable" in shop.room.standing.says
    shop.settles(way)
    assert shop.fake.seen()[0].title == {"renamed": "Checkout errors"}.get(way, "A cable")
    assert shop.room.title == {"taken": "A cable"}.get(way, "Checkout errors")
    # What was left is asked about again once it is another thing.
    shop.hand.renames("Two cables")
    assert shop.reads() == ["title"]


@pytest.mark.drawn
@pytest.mark.parametrize("kind", ["cachet", "instatus", "kener", "statuspage", "incident-io"])
@pytest.mark.parametrize("way", ["", "taken", "left"], ids=["ours", "taken", "left"])
def test_another_status_and_other_components_there(log: Log, kind: str, way: str) -> None:
    shop = Shop(log, kind)
    room, component = shop.room, next(iter(shop.fake.components))
    room.components = {"checkout": component}
    room.does(SetComponent(actor="mo", component="checkout", status="major"))
    room.posts("Payments fail.", "identified")
    shop.sends()
    hand = Hand(room, shop.provider)
    hand.posts("All is well.", "resolved", (Part(component, "operational", "checkout"),))
    shop.sender.read_back(timedelta())
    assert [each.about for each in room.standing.differences] == ["update", "state"]
    state = room.standing.differences[-1]
    assert (state.ours, state.theirs) == (
        "identified and checkout: major outage", "resolved and checkout: operational",
    )  # fmt: skip
    room.settles_read("left", about="update")
    chosen = room.settles_read(way or None, about="state", text="It is not over.")  # type: ignore[arg-type]  # a test's own words
    shop.sends()
    shop.sender.read_back(timedelta())
    assert (room.standing.where, room.standing.says) == ("in sync", "")
    ours = way == ""
    assert chosen == (way or ("changed" if room.provider.capabilities.status_follows else "corrected"))
    assert shop.fake.seen()[0].status == ("identified" if ours else "resolved")
    assert shop.fake.components[component] == ("major" if ours and kind != "kener" else "operational")
    here = components_of(room.state)["checkout"].value
    assert here == ("operational" if way == "taken" else "major")
    assert (shop.fake.mails, shop.fake.wrong) == (0, [])


@pytest.mark.parametrize("kind", READ)
def test_an_incident_that_was_deleted_there_is_no_dead_end(log: Log, kind: str) -> None:
    shop = ByHand(log, kind)
    shop.fake.forget()
    assert shop.reads() == ["incident"]
    assert shop.room.standing.says == "The incident is no longer on the page; somebody deleted or hid it."
    shop.settles("anew")
    assert shop.page == ["A deploy did it."]
    shop.room.posts("It is over.", "resolved")
    shop.sends()
    assert shop.page == ["A deploy did it.", "It is over."]
    shop.fake.forget()
    assert shop.reads() == ["incident"]
    shop.room.settles_read("left_off")
    assert (shop.room.standing.where, shop.room.standing.unsettled) == ("nothing", ())
    assert shop.page == []


def test_a_title_that_was_undone_or_redacted_is_still_there_until_it_is_another(log: Log) -> None:
    shop = ByHand(log, "cachet")
    room = shop.room
    room.retitles("Customer A is down")
    shop.sends()
    room.does(Undo(actor="mo"))
    assert room.standing.says == "The page has another title: Customer A is down."
    shop.settles("renamed")
    assert shop.fake.seen()[0].title == "Checkout errors"
    room.retitles("Customer A is down")
    shop.sends()
    [entry] = [each for each in room.state.entries if each.text.startswith("Public title") and not each.undone]
    room.does(RedactEntry(actor="mo", entry=entry.id))
    assert room.standing.says.startswith("The page has another title: [redacted")
    room.retitles("Some payments fail")
    shop.sends()
    assert (room.standing.differences, shop.fake.seen()[0].title) == ((), "Some payments fail")


def test_what_was_read_anew_or_is_on_its_way_is_not_settled_by_an_old_look(log: Log) -> None:
    shop = ByHand(log, "cachet")
    shop.hand.renames("A cable")
    shop.reads()
    place = shop.room.place_read(shop.room.standing.differences[0])
    shop.hand.renames("Two cables")
    shop.reads()
    command = settle(shop.room.state, [(place, "left")], "mo", reason="It is right.")
    with pytest.raises(Refused, match="meanwhile"):
        shop.room.does(command, place)
    shop.room.posts("We go on.")
    with pytest.raises(Refused, match="on its way"):
        shop.room.does(command, place)


def edited(log: Log, kind: str, update: int = -1) -> ByHand:
    """A shop on whose page somebody has written other words for one of our updates."""
    shop = ByHand(log, kind)
    EDITORS[kind](shop.fake).words(update)
    assert shop.reads() == ["words"]
    return shop


@pytest.mark.parametrize("kind", READ)
def test_of_an_undone_update_the_words_are_told_that_were_read_there(log: Log, kind: str) -> None:
    shop = edited(log, kind)
    room = shop.room
    room.undoes(shop.updates[1])
    [differs] = room.standing.unsettled
    assert differs.says == "Somebody changed the words of public update #2 on the page, undone here."
    assert (room.place(differs).shown, room.standing.differences) == (WORDS, ())
    room.settles("left")
    assert shop.reads() == []
    assert room.standing.where == "in sync"
    # What was accepted are those words; others are another thing.
    EDITORS[kind](shop.fake).longer_words() if kind != "matrix" else shop.hand.edits(
        shop.hand.known.update_ids[-1], "Two cables did it."
    )
    assert shop.reads() == ["words"]


@pytest.mark.parametrize("kind", READ)
def test_what_somebody_has_done_on_the_page_already_needs_no_settling(log: Log, kind: str) -> None:
    shop = edited(log, kind)
    shop.room.corrects(shop.updates[1], WORDS)
    assert (shop.room.standing.where, shop.room.standing.says) == ("in sync", "")
    shop.room.corrects(shop.updates[1], "It was neither.")
    assert shop.room.standing.unsettled[0].text == WORDS
    EDITORS[kind](shop.fake).removes(-1)
    shop.reads()
    assert [each.about for each in shop.room.standing.differences if each.about != "state"] == ["missing"]
    shop.room.undoes(shop.updates[1])
    assert shop.room.standing.unsettled == ()
    assert "missing" not in [each.about for each in shop.room.standing.differences]


def test_an_adopted_incident_that_is_deleted_before_anything_of_ours_is_there(log: Log) -> None:
    shop = Found(log, "openstatus")
    shop.adopts()
    shop.sends()
    shop.fake.forget()
    shop.clock.sleep(1)
    shop.sender.read_back(timedelta())
    [gone] = shop.room.standing.differences
    assert shop.room.place_read(gone).ways == ("left_off",)
    shop.room.settles_read("left_off")
    assert shop.room.standing.where == "nothing"
    shop.room.posts("We look into it.")
    shop.sends()
    assert shop.page == ["We look into it."]


@pytest.mark.parametrize("kind", ["cachet", "statuspage", "openstatus", "kener"])
def test_an_older_update_that_is_taken_over_leaves_the_status_as_it_is(log: Log, kind: str) -> None:
    shop = ByHand(log, kind)
    shop.hand.posts("Resolved too early.", "resolved")
    shop.room.posts("We watch it.", "monitoring")
    shop.sends()
    assert shop.reads() == ["update"]
    shop.settles("taken")
    assert updates_of(shop.room.state)[-1].status == "monitoring"


def test_a_component_that_the_page_has_right_already_is_told_once_and_settled(log: Log) -> None:
    shop = Shop(log, "cachet")
    room, component = shop.room, next(iter(shop.fake.components))
    room.components = {"checkout": component}
    room.does(SetComponent(actor="mo", component="checkout", status="major"))
    room.posts("Payments fail.", "identified")
    shop.sends()
    Hand(room, shop.provider).posts("All is well.", "resolved", (Part(component, "operational", "checkout"),))
    for about in ("update", "state"):
        shop.sender.read_back(timedelta())
        room.settles_read("taken" if about == "update" else "changed", about=about)
        shop.sends()
    shop.sender.read_back(timedelta())
    assert (room.standing.where, shop.fake.components[component]) == ("in sync", "operational")
