"""Pages are put right when the log changes: in the end they say what the log says, and nobody is mailed."""

from pathlib import Path

import pytest

from console.core.log.state import Window
from console.core.refusal import Refused
from console.core.subjects.component import SetComponent
from console.core.subjects.undo import Undo
from console.core.subjects.update import DecidePublication, Way
from console.publish.provider import Provider
from console.publish.sending.content import there
from console.publish.sending.decisions import confirmed, dropped, edited
from console.publish.sending.settling import settle
from console.store import Log
from console.store.outbox.message import Message
from tests.publish.away import kinds, provider
from tests.publish.faulty import NOTHING_DONE, REFUSALS, UNCLEAR, Fault, FaultyTransport, client
from tests.publish.making import TARGET, Clock, decide_on, declare
from tests.publish.revising import Revised, sender, sends
from tests.publish.sending import Moving

CHANGEABLE = [kind for kind, (cls, _) in kinds().items() if cls.capabilities.edits or cls.capabilities.takes_down]


class Shop:
    """A `Revised` with its page and its sender; `faults` are what happens to its next requests."""

    def __init__(
        self, log: Log, kind: str, *, retrospective: bool = False, drill: bool = False, window: Window | None = None
    ) -> None:
        cls, fake = kinds()[kind]
        self.clock, self.fake = Clock(), fake()
        self.transport = FaultyTransport(self.fake, every=True, time=Moving(self.clock))
        self.fake.clock = self.clock
        self._http = client(cls, self.transport, self.clock)
        declare(log, retrospective=retrospective, drill=drill, window=window)
        self.room = Revised(log, kind, cls, self.clock)
        self.sender = sender(log, self.provider, self.clock)

    def provider(self) -> Provider:
        return provider(self.room.kind, TARGET, self.fake, self._http, self.clock)

    def sends(self, *faults: Fault) -> None:
        self.transport.plan.extend(faults)
        sends(self.sender, self.clock)
        while left := self.room.box.messages(unfinished=True):
            self.looks(left[0])
            sends(self.sender, self.clock)

    def looks(self, message: Message) -> None:
        """Of what nobody else can tell, such as whether words that were erased meanwhile are there, a person does."""
        assert message.state == "ask", message.note
        seen = next(iter(self.fake.seen()), None)
        if seen and len(seen.updates) > len(there(self.room.messages)):
            decision = confirmed(self.room.box, message, "mo", incident=seen.id)
        else:
            decision = dropped(message, "mo")
        self.decides(message, decision)

    def decides(self, message: Message, decision: DecidePublication) -> None:
        decide_on(self.room.log, message, decision, self.clock())
        self.room.ledger.absorb(self.room.log.unseen(self.room.ref, self.room.ledger.seen(self.room.ref)))

    @property
    def page(self) -> list[str]:
        """The texts that a visitor reads, oldest first."""
        return [text for seen in self.fake.seen() for _, text in seen.updates]


@pytest.mark.parametrize("kind", [kind for kind in CHANGEABLE if kinds()[kind][0].capabilities.removes])
def test_an_undone_update_is_shown_as_a_difference_until_it_is_removed(log: Log, kind: str) -> None:
    shop = Shop(log, kind)
    room = shop.room
    room.posts("We look into it.")
    wrong = room.posts("Customer A did it.", "identified")
    shop.sends()
    assert room.standing.unsettled == ()
    room.undoes(wrong)
    standing = room.standing
    assert (standing.where, standing.says) == ("differs", "The page still shows public update #2, undone here.")
    assert room.settles() == "removed"
    assert (room.standing.where, room.standing.unsettled) == ("sending", ())
    shop.sends()
    assert shop.page == ["We look into it."]
    assert room.open == ()
    assert shop.fake.mails == 0
    if room.provider.capabilities.reads:
        shop.sender.read_back()
        assert (room.standing.where, room.standing.says) == ("in sync", "")


def test_a_secret_counts_as_removed_only_once_the_page_confirmed_it(log: Log) -> None:
    shop = Shop(log, "statuspage")
    room = shop.room
    secret = room.posts("The key is hunter2hunter2.")
    shop.sends()
    room.redacts(secret)
    assert room.standing.says == "The page still shows public update #1, redacted here."
    assert room.place(room.open[0]).ways == ("taken_down", "changed", "corrected", "left")
    room.settles("changed", "We look into it.")
    # Neither while it waits nor while nobody knows how a try ended is it said to be gone.
    shop.transport.plan.extend([UNCLEAR["time-out before"]] * 3)
    shop.sender.run_once()
    assert room.standing.where not in ("sent", "in sync")
    assert shop.page == ["The key is hunter2hunter2."]
    shop.sends()
    assert shop.page == ["We look into it."]
    assert room.standing.where == "sent"
    assert b"hunter2hunter2" not in Path(log.path).read_bytes()


@pytest.mark.parametrize("what", ["title", "component"])
def test_an_ordinary_word_that_was_published_as_a_name_is_erased_with_it(log: Log, what: str) -> None:
    shop = Shop(log, "statuspage")
    room = shop.room
    if what == "title":
        room.retitles("Norma")
    else:
        room.components = {"Norma": next(iter(shop.fake.components))}
        room.does(SetComponent(actor="mo", component="Norma", status="major"))
    [named] = [entry.id for entry in room.state.entries if "Norma" in entry.text]
    room.posts("We look into it.")
    shop.sends()

    def kept() -> bytes:
        return b"".join(file.read_bytes() for file in log.path.parent.iterdir() if file.is_file())

    assert b"Norma" in kept()
    room.redacts(named)
    assert b"Norma" not in kept()


@pytest.mark.parametrize("kind", kinds())
def test_a_corrected_update_is_asked_about_until_the_page_says_the_same(log: Log, kind: str) -> None:
    if kind == "webhook":
        pytest.skip("signs with the time of its own clock")
    shop = Shop(log, kind)
    room, can = shop.room, shop.room.provider.capabilities
    room.posts("We look into it.")
    update = room.posts("Customer A did it.", "identified")
    shop.sends()
    room.corrects(update, "A deploy did it.")
    assert room.standing.says == "The page shows public update #2 as it was before its correction here."
    assert room.settles() == ("changed" if can.edits else "corrected")
    shop.sends()
    assert shop.page[1:] == (["A deploy did it."] if can.edits else ["Customer A did it.", "A deploy did it."])
    assert room.open == ()
    assert shop.fake.mails == 0
    room.corrects(update, "A change did it.")
    assert room.standing.unsettled[0].corrected
    # Without the correction it says again what was decided.
    room.does(Undo(actor="mo"))
    assert room.open == ()


def test_what_was_settled_before_a_correction_is_refused_after_it(log: Log) -> None:
    shop = Shop(log, "cachet")
    room = shop.room
    update = room.posts("Customer A did it.")
    shop.sends()
    room.undoes(update)
    place = room.place(room.open[0])
    decided = settle(room.state, [(place, "changed")], "mo", text="We look into it.")
    room.corrects(update, "A deploy did it.")
    with pytest.raises(Refused, match="meanwhile"):
        room.does(decided)


@pytest.mark.parametrize("kind", CHANGEABLE)
def test_a_wrong_resolved_is_set_back_in_the_way_that_the_page_needs(log: Log, kind: str) -> None:
    shop = Shop(log, kind)
    room = shop.room
    room.posts("We watch it.", "monitoring")
    wrong = room.posts("All is well.", "resolved")
    shop.sends()
    room.undoes(wrong)
    expected: dict[str, Way] = {"statuspage": "corrected", "betterstack": "corrected", "openstatus": "corrected"}
    assert room.settles(text="It is not over.") == expected.get(kind, "removed")
    shop.sends()
    [seen] = shop.fake.seen()
    assert seen.status in ("monitoring", "")
    assert seen.updates[-1] == ("monitoring", "It is not over." if kind in expected else "We watch it.")
    assert room.open == ()
    assert shop.fake.mails == 0


@pytest.mark.parametrize("kind", ["cachet", "cachet-v2", "instatus", "statuspage"])
def test_with_a_wrong_resolved_the_components_are_set_back(log: Log, kind: str) -> None:
    shop = Shop(log, kind)
    room = shop.room
    component = next(iter(shop.fake.components))
    room.components = {"checkout": component}
    room.does(SetComponent(actor="mo", component="checkout", status="major"))
    room.posts("Payments fail.", "identified")
    wrong = room.posts("All is well.", "resolved")
    shop.sends()
    assert shop.fake.components[component] == "operational"
    room.undoes(wrong)
    room.settles(text="It is not over.")
    shop.sends()
    assert shop.fake.components[component] == "major"
    assert shop.fake.seen()[0].status == "identified"
    shop.sender.read_back()
    assert (room.standing.where, room.standing.says) == ("in sync", "")


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind not in CHANGEABLE])
def test_where_nothing_can_be_changed_a_correction_or_a_reason_is_left(log: Log, kind: str) -> None:
    if kind == "webhook":
        pytest.skip("signs with the time of its own clock")
    shop = Shop(log, kind)
    room = shop.room
    wrong = room.posts("Customer A did it.")
    shop.sends()
    room.undoes(wrong)
    assert room.place(room.open[0]).ways == ("corrected", "left")
    with pytest.raises(Refused, match="cannot do that"):
        room.settles("removed")
    room.settles("left")
    assert [each.found for each in room.open] == []
    assert shop.page == ["Customer A did it."]
    room.redacts(wrong)
    # Another thing than the one that was decided.
    assert [each.found for each in room.open] == ["redacted"]


def test_what_stands_again_is_missing_until_it_is_sent_again(log: Log) -> None:
    shop = Shop(log, "cachet")
    room = shop.room
    room.posts("We look into it.")
    update = room.posts("A deploy did it.", "identified")
    shop.sends()
    room.undoes(update)
    room.settles("removed")
    shop.sends()
    room.undoes(update)
    assert room.standing.says == "The page no longer shows public update #2, which stands here."
    assert room.settles() == "sent"
    shop.sends()
    assert shop.page == ["We look into it.", "A deploy did it."]
    assert room.open == ()


def test_one_that_was_to_be_sent_again_and_is_dropped_is_missing_as_before(log: Log) -> None:
    shop = Shop(log, "cachet")
    room = shop.room
    room.posts("We look into it.")
    update = room.posts("A deploy did it.", "identified")
    shop.sends()
    room.undoes(update)
    room.settles("removed")
    shop.sends()
    room.undoes(update)
    room.settles("sent")
    [again] = room.box.messages(unfinished=True)
    shop.decides(again, dropped(again, "mo"))
    shop.sender.read_back()
    assert (room.standing.where, room.standing.says) == (
        "differs", "The page no longer shows public update #2, which stands here."
    )  # fmt: skip


def test_an_incident_that_was_taken_down_begins_anew_with_the_next_update(log: Log) -> None:
    shop = Shop(log, "openstatus")
    room = shop.room
    secret = room.posts("hunter2hunter2")
    shop.sends()
    room.redacts(secret)
    assert room.settles() == "taken_down"
    shop.sends()
    assert shop.fake.seen() == []
    assert room.standing.where == "nothing"
    room.posts("We look into it.")
    shop.sends()
    assert shop.page == ["We look into it."]
    assert room.open == ()


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kinds()[kind][0].capabilities.renames])
def test_a_new_public_title_follows_on_the_page_and_mails_nobody(log: Log, kind: str) -> None:
    shop = Shop(log, kind)
    room = shop.room
    room.posts("We look into it.")
    # It is behind the message that opens the incident, also where that is still on its way.
    room.retitles("Some payments fail")
    shop.sends()
    assert [seen.title for seen in shop.fake.seen()] == ["Some payments fail"]
    room.posts("A deploy did it.", "identified")
    room.retitles("Payments by card fail")
    shop.sends(UNCLEAR["time-out after"], NOTHING_DONE["429, seconds"])
    [seen] = shop.fake.seen()
    assert (seen.title, [text for _, text in seen.updates]) == (
        "Payments by card fail", ["We look into it.", "A deploy did it."],
    )  # fmt: skip
    assert (shop.fake.mails, shop.fake.wrong, room.open) == (0, [], ())
    shop.sender.read_back()
    assert (room.standing.where, room.standing.says) == ("in sync", "")


def test_a_title_that_the_page_does_not_take_is_dropped_like_any_change(log: Log) -> None:
    shop = Shop(log, "incident-io")
    room = shop.room
    room.posts("We look into it.")
    shop.sends()
    room.retitles("Some payments fail")
    shop.transport.plan.append(REFUSALS["422"])
    shop.sender.run_once()
    [dead] = room.box.messages(unfinished=True)
    shop.decides(dead, dropped(dead, "mo"))
    assert "“Public title: Some payments fail” on page is dropped" in room.state.entries[-1].text
    room.posts("A deploy did it.", "identified")
    shop.sends()
    assert [seen.title for seen in shop.fake.seen()] == ["Checkout errors"]


def test_a_change_that_the_page_refuses_is_dropped_and_decided_again(log: Log) -> None:
    shop = Shop(log, "statuspage")
    room = shop.room
    room.posts("We look into it.")
    wrong = room.posts("Customer A did it.")
    shop.sends()
    room.undoes(wrong)
    room.settles("changed", "We look into it still.")
    shop.transport.plan.append(REFUSALS["422"])
    shop.sender.run_once()
    [dead] = room.box.messages(unfinished=True)
    assert (dead.state, room.standing.where) == ("dead", "failed")
    with pytest.raises(Refused, match="decide again"):
        edited(dead, "Other words.", "mo")
    shop.decides(dead, dropped(dead, "mo"))
    assert room.state.entries[-1].text == "The change of Public #2 on page is dropped, though a try may have made it"
    assert room.standing.says == "The page still shows public update #2, undone here."
    room.settles("changed", "We look into it still.")
    shop.sends()
    assert shop.page == ["We look into it.", "We look into it still."]
