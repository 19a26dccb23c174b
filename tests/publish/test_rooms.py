"""Publishing from several machines: every room knows what came of each message, and one sends it."""

from datetime import timedelta
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from console.core.refusal import Refused
from console.core.subjects.publication import Sent, SentChange, SentPast
from console.core.subjects.update import Way
from console.publish.sending.decisions import dropped, taken
from console.publish.sending.message import Change, Delivery, Past, decode_delivery, remote_of
from console.store.outbox.shared import TELLS
from console.store.problems import Overtaken
from tests.publish.away import kinds
from tests.publish.faulty import NOTHING_DONE, REFUSALS
from tests.publish.making import REF, TARGET
from tests.publish.rooms import Hub, Room, handed_over, joined, wrong_in

ALL = list(kinds())
ASKED = [kind for kind, (cls, _) in kinds().items() if cls.capabilities.asks]


def rows(room: Room) -> list[tuple[str, str, Delivery | None]]:
    return [(message.id, message.state, decode_delivery(message.payload)) for message in room.messages]


@pytest.mark.drawn(4)
@pytest.mark.parametrize("kind", ALL)
def test_every_room_knows_what_was_queued_and_that_it_arrived(tmp_path: Path, kind: str) -> None:
    hub = joined(tmp_path, kind, [0, -5])
    ana, bo = hub.rooms
    ana.posts("We look into it.")
    hub.exchange()
    assert [(each.state, each.author) for each in bo.messages] == [("pending", "mo")]
    assert (bo.standing_now().where, bo.standing_now().says) == ("waiting", "mo's console sends it.")
    assert rows(ana) == rows(bo)
    bo.sends()
    assert hub.texts == []
    ana.sends()
    hub.exchange()
    assert rows(ana) == rows(bo)
    assert [each.state for each in bo.messages] == ["done"]
    assert [remote_of(each.remote) for each in bo.messages] == [remote_of(each.remote) for each in ana.messages]
    here, there = bo.box.placed(REF)[TARGET], ana.box.placed(REF)[TARGET]
    assert (remote_of(here.remote), here.updates, here.parts) == (remote_of(there.remote), there.updates, there.parts)
    assert wrong_in(hub) == []


def gone(hub: Hub) -> None:
    """The console of the first room has ended, and what it did since is known to nobody."""
    hub.rooms[0].connected = False
    hub.clock.sleep(120)


@pytest.mark.drawn(4)
@pytest.mark.parametrize("kind", ALL)
def test_another_room_sends_what_the_first_one_never_did_after_it_looked(tmp_path: Path, kind: str) -> None:
    hub = joined(tmp_path, kind)
    ana, bo = hub.rooms
    ana.posts("We look into it.")
    hub.exchange()
    gone(hub)
    assert bo.standing_now().where == "asking"
    bo.looks()
    assert hub.texts == []
    bo.comes_to_rest()
    assert len(hub.texts) == 1
    # The first one comes back, out of reach of the server, and would send it as well.
    ana.comes_to_rest()
    assert len(hub.texts) == 1
    ana.connected = True
    hub.exchange()
    assert wrong_in(hub) == []


@pytest.mark.drawn(4)
@pytest.mark.parametrize("kind", ALL)
def test_what_was_sent_before_it_was_taken_over_is_found_there(tmp_path: Path, kind: str) -> None:
    hub = joined(tmp_path, kind)
    ana, bo = hub.rooms
    ana.posts("We look into it.")
    hub.exchange()
    gone(hub)
    ana.sends()
    ana.comes_to_rest()
    bo.looks()
    bo.comes_to_rest()
    assert len(hub.texts) == 1
    ana.connected = True
    hub.exchange()
    assert wrong_in(hub) == []


PAST = [
    ("investigating", "We look into it.", 5),
    ("identified", "A deploy did it.", 12),
    ("resolved", "It is over.", 55),
]


@pytest.mark.drawn(5)
@pytest.mark.parametrize("kind", [kind for kind in ASKED if kinds()[kind][0].capabilities.backfills])
@pytest.mark.parametrize("moment", [0, 9, 14, 20])
def test_a_past_incident_is_put_there_by_another_room(tmp_path: Path, kind: str, moment: int) -> None:
    """The console that began it was killed before it sent anything, or somewhere in the middle."""
    hub = joined(tmp_path, kind, retrospective=True)
    ana, bo = hub.rooms
    for status, text, minute in PAST:
        ana.logs(text, status, minute)
    ana.backfills()
    hub.exchange()
    gone(hub)
    if moment:
        ana.sends(kill_at=moment)
    bo.looks()
    assert [each.text for each in bo.state.entries if "is taken over" in each.text] != []
    bo.comes_to_rest()
    texts = list(hub.texts)
    assert len(texts) == (1 if kinds()[kind][0].capabilities.one_text else len(PAST))
    ana.comes_to_rest()
    ana.connected = True
    hub.exchange()
    assert hub.texts == texts
    assert [[each.state for each in room.messages] for room in hub.rooms] == [["done"], ["done"]]
    assert (hub.page.wrong, hub.page.mails) == ([], 0)


@pytest.mark.parametrize("moment", [0, 9, 14, 20])
def test_a_postmortem_that_another_room_publishes_mails_once(tmp_path: Path, moment: int) -> None:
    hub = joined(tmp_path, "statuspage", retrospective=True)
    ana, bo = hub.rooms
    ana.posts("All is well.", "resolved")
    ana.sends()
    ana.publishes_postmortem("Too few workers.", notify=True)
    hub.exchange()
    gone(hub)
    if moment:
        ana.sends(kill_at=moment)
    bo.looks()
    bo.comes_to_rest()
    ana.comes_to_rest()
    ana.connected = True
    hub.exchange()
    assert (hub.page.seen()[0].postmortem, hub.page.mails, wrong_in(hub)) == ("Too few workers.", 1, [])


@pytest.mark.drawn(4)
@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize("ahead", [6, -6])
def test_what_is_there_is_found_however_wrong_a_clock_is(tmp_path: Path, kind: str, ahead: int) -> None:
    hub = joined(tmp_path, kind, [0, ahead])
    ana, bo = hub.rooms
    bo.posts("We look into it.")
    bo.sends()
    bo.posts("A deploy is the cause.", "identified")
    hub.exchange()
    bo.connected = False
    bo.sends()
    bo.connected = True
    hub.clock.sleep(120)
    # What came of it is known to nobody: the disk is gone.
    hub.rooms.remove(bo)
    ana.looks()
    ana.comes_to_rest()
    assert len(hub.texts) == 2


@pytest.mark.drawn(2, of="killed senders")
@pytest.mark.parametrize("kind", ["statuspage", "slack"])
def test_a_sender_that_is_killed_in_a_hand_over_doubles_nothing(kind: str) -> None:
    (moments, _), wrong = handed_over(kind)
    for first in range(2, moments, 5):
        wrong += handed_over(kind, first, first)[1]
    assert wrong == []


DOWN = [kind for kind in ASKED if kinds()[kind][0].capabilities.takes_down]


@pytest.mark.drawn(5)
@pytest.mark.parametrize("kind", DOWN)
@pytest.mark.parametrize("ahead", [5, -5])
def test_what_went_with_an_incident_that_another_room_took_down_is_asked_about(
    tmp_path: Path, kind: str, ahead: int
) -> None:
    """Whoever took it down had not heard of an update that was added to it meanwhile."""
    hub = joined(tmp_path, kind, [0, ahead])
    ana, bo = hub.rooms
    first = ana.posts("We look into it.")
    ana.sends()
    hub.exchange()
    ana.posts("A deploy is the cause.", "identified")
    ana.sends()
    bo.changes(first, "taken_down")
    bo.sends()
    assert hub.texts == []
    hub.exchange()
    for room in hub.rooms:
        assert [each.says for each in room.open] == ["The page no longer shows public update #2, which stands here."]
        assert room.standing.where not in ("sent", "in sync")
    bo.settles("sent")
    bo.comes_to_rest()
    hub.exchange()
    assert ([room.open for room in hub.rooms], wrong_in(hub)) == ([(), ()], [])
    ana.posts("It is over.", "resolved")
    ana.sends()
    hub.exchange()
    assert (len(hub.page.seen()), wrong_in(hub)) == (1, [])


@pytest.mark.drawn(4)
@pytest.mark.parametrize("kind", DOWN)
@pytest.mark.parametrize("ahead", [5, -5])
def test_what_is_sent_to_an_incident_that_another_room_has_taken_down_opens_a_new_one(
    tmp_path: Path, kind: str, ahead: int
) -> None:
    hub = joined(tmp_path, kind, [0, ahead])
    ana, bo = hub.rooms
    first = ana.posts("We look into it.")
    ana.sends()
    hub.exchange()
    bo.changes(first, "taken_down")
    bo.sends()
    ana.posts("A deploy is the cause.", "identified")
    ana.sends()
    hub.exchange()
    ana.comes_to_rest()
    hub.exchange()
    assert [room.open for room in hub.rooms] == [(), ()]
    assert (len(hub.texts), wrong_in(hub)) == (1, [])


IN_PARTS = ("statuspage", "incident-io", "instatus", "betterstack", "openstatus", "kener", "uptime-kuma", "upptime")


@pytest.mark.drawn(4)
@pytest.mark.parametrize("kind", IN_PARTS)
@pytest.mark.parametrize("ahead", [5, -5])
def test_two_rooms_that_open_an_incident_unknown_to_each_other_are_told(tmp_path: Path, kind: str, ahead: int) -> None:
    """They agree on one of the two that the page has now, and neither takes that for in sync."""
    hub = joined(tmp_path, kind, [0, ahead])
    ana, bo = hub.rooms
    ana.posts("We look into it.")
    bo.posts("It is down.")
    ana.sends()
    bo.sends()
    hub.exchange()
    assert len(hub.page.seen()) == 2
    placed = [remote_of(room.box.placed(REF)[TARGET].remote) for room in hub.rooms]
    assert placed[0] is not None
    assert placed[1] is not None
    assert placed[0].incident_id == placed[1].incident_id
    for room in hub.rooms:
        room.sender.read_back()
        assert room.standing.where == "differs"
        assert "two consoles opened apart" in room.standing.says
    # Once it is decided what becomes of the update, the incident is still there.
    ana.settles_read("left_off", about="missing")
    hub.exchange()
    for room in hub.rooms:
        hub.clock.sleep(1)
        room.sender.read_back(timedelta())
        assert [each.about for each in room.standing.differences] == ["another"]
    stray = next(each for each in hub.page.incidents if hub.page.visible(each).id != placed[0].incident_id)
    hub.page.incidents.remove(stray)
    for room in hub.rooms:
        room.sender.read_back(timedelta())
        assert (room.standing.where, room.standing.differences) == ("in sync", ())


@pytest.mark.parametrize("ahead", [5, -5])
def test_of_two_rooms_that_post_unknown_to_each_other_both_expect_the_same(tmp_path: Path, ahead: int) -> None:
    hub = joined(tmp_path, "statuspage", [0, ahead])
    ana, bo = hub.rooms
    ana.posts("We look into it.")
    ana.sends()
    hub.exchange()
    ana.posts("It is over.", "resolved")
    bo.posts("A deploy is the cause.", "identified")
    ana.sends()
    bo.sends()
    hub.exchange()
    assert ana.should_say() == bo.should_say()


def test_what_this_console_sends_itself_cannot_be_taken_over(tmp_path: Path) -> None:
    hub = joined(tmp_path, "statuspage")
    ana, bo = hub.rooms
    ana.posts("We look into it.")
    hub.exchange()
    with pytest.raises(Refused, match="sends it already"):
        taken(ana.box, ana.left[0], "ana")
    with pytest.raises(Overtaken, match="take it over first"):
        bo.orders(bo.left[0], dropped(bo.left[0], "bo"))


def test_two_that_take_over_unknown_to_each_other_both_ask_again(tmp_path: Path) -> None:
    hub = joined(tmp_path, "slack", [0, 1, -1])
    ana, bo, cy = hub.rooms
    ana.posts("We look into it.")
    hub.exchange()
    gone(hub)
    bo.looks()
    cy.looks()
    hub.exchange()
    assert [room.left[0].state for room in (bo, cy)] == ["ask", "ask"]
    bo.sends()
    cy.sends()
    assert hub.texts == []
    cy.looks()
    hub.exchange()
    cy.comes_to_rest()
    ana.connected = True
    hub.exchange()
    assert (len(hub.texts), wrong_in(hub)) == (1, [])


def test_what_others_are_told_of_a_message_is_all_that_it_says() -> None:
    """Another console makes the same message of it: a field or an act that is new joins both."""
    assert {*Delivery.__struct_fields__, "to"} - {"incident", "happened"} == {*Sent.__struct_fields__}
    assert {*Change.__struct_fields__} == {*SentChange.__struct_fields__}
    assert {*Past.__struct_fields__} == {*SentPast.__struct_fields__}
    acts = get_args(get_type_hints(SentChange, include_extras=True)["act"])[1]
    assert {*get_args(get_type_hints(Change)["act"])} - {TELLS} == {*get_args(acts)}


@pytest.mark.parametrize("kind", [kind for kind in ASKED if kinds()[kind][0].capabilities.edits])
def test_a_console_rebuilt_from_an_export_puts_right_what_another_one_sent(tmp_path: Path, kind: str) -> None:
    hub = joined(tmp_path, kind, [0, 3], served=False)
    ana, bo = hub.rooms
    ana.posts("We look into it.")
    wrong = ana.posts("Customer A did it.", "identified")
    ana.sends()
    ana.redacts(wrong)
    bo.takes([event for event in ana.log.events(REF) if bo.log.event(event.id) is None])
    hub.rooms.remove(ana)
    assert [each.says for each in bo.open] == ["The page still shows public update #2, redacted here."]
    way: Way = "removed" if bo.provider.capabilities.removes else "changed"
    bo.settles(way, "We found the cause.")
    bo.comes_to_rest()
    assert not any("Customer A" in text for text in hub.texts)
    assert (bo.open, wrong_in(hub)) == ((), [])


def test_an_update_that_is_undone_elsewhere_before_it_goes_out_is_not_sent(tmp_path: Path) -> None:
    hub = joined(tmp_path, "statuspage")
    ana, bo = hub.rooms
    wrong = ana.posts("Customer A did it.")
    hub.exchange()
    bo.undoes(wrong)
    hub.exchange()
    assert [room.messages[0].state for room in hub.rooms] == ["dropped", "dropped"]
    ana.sends()
    assert hub.texts == []


def test_an_update_that_is_redacted_on_its_way_there_again_is_known_in_every_room(
    tmp_path: Path,
) -> None:
    hub = joined(tmp_path, "cachet")
    ana, bo = hub.rooms
    ana.posts("We look into it.")
    update = ana.posts("Word.")
    ana.sends()
    ana.undoes(update)
    ana.settles("removed")
    ana.sends()
    ana.undoes(update)
    ana.settles("sent")
    hub.exchange()
    bo.redacts(update)
    hub.exchange()
    for room in hub.rooms:
        again = decode_delivery(room.messages[-1].payload)
        assert again is not None
        assert (again.of, again.change) == (update, None)
        assert "Word." not in room.messages[-1].payload


def test_what_was_refused_and_redacted_before_a_room_heard_of_it_is_dropped_there(tmp_path: Path) -> None:
    hub = joined(tmp_path, "statuspage")
    ana, bo = hub.rooms
    secret = ana.posts("The key is hunter2hunter2.")
    ana.ways.plan.append(next(iter(REFUSALS.values())))
    ana.sender.run_once()
    assert [message.state for message in ana.messages] == ["dead"]
    ana.redacts(secret)
    hub.exchange()
    assert [[message.state for message in room.messages] for room in hub.rooms] == [["dropped"], ["dropped"]]
    assert bo.messages[0].note == ana.messages[0].note


def test_the_digest_of_words_that_were_redacted_is_gone_in_every_room(tmp_path: Path) -> None:
    hub = joined(tmp_path, "statuspage")
    ana, _ = hub.rooms
    secret = ana.posts("Word.")
    ana.sends()
    hub.exchange()
    told = "SELECT body ->> '$.digest' FROM event WHERE kind = 'publication_reported'"
    assert [len(digest) for room in hub.rooms for (digest,) in room.log.select(told)] == [97, 97]
    ana.redacts(secret)
    hub.exchange()
    for room in hub.rooms:
        assert [digest[:9] for (digest,) in room.log.select(told)] == ["[redacted"]
        assert room.log.verify() == []


def test_a_chat_is_sent_to_late_only_where_a_take_over_would_be_known(tmp_path: Path) -> None:
    hub = joined(tmp_path, "slack")
    ana, _ = hub.rooms
    ana.posts("We look into it.")
    ana.ways.plan.append(next(iter(NOTHING_DONE.values())))
    ana.sender.run_once()
    hub.clock.sleep(120)
    # Level with the server it goes on by itself.
    ana.syncs()
    ana.sender.run_once()
    assert len(hub.texts) == 1
    ana.posts("A deploy is the cause.")
    hub.clock.sleep(120)
    ana.connected = False
    ana.sends()
    assert (ana.left[0].state, len(hub.texts)) == ("ask", 1)
