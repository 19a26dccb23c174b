"""A past incident goes to a page afterwards: all its updates at their moments, once, and nobody is mailed."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from console.core.refusal import Refused
from console.core.subjects.backfill import BackfillIncident
from console.core.subjects.component import SetComponent
from console.core.subjects.declaration import ChangeTitle
from console.core.subjects.public_title import SetPublicTitle
from console.publish.sending.afterwards import backfill_previews
from console.publish.sending.decisions import dropped
from console.store import Log
from tests.core.story import START
from tests.publish.away import kinds
from tests.publish.faulty import NOTHING_DONE, REFUSALS, UNCLEAR, Fault, fine
from tests.publish.making import TARGET
from tests.publish.test_revising import Shop

TIMELINE = [
    ("investigating", "We look into it <now>.", 5),
    ("identified", "A deploy did it: 5*3*2.", 12),
    ("monitoring", "We watch it.", 30),
    # The same words come twice.
    ("monitoring", "We watch it.", 40),
    ("resolved", "All is well.", 55),
]
TEXTS = [text for _, text, _ in TIMELINE]
BACKFILLING = [kind for kind, (cls, _) in kinds().items() if cls.capabilities.backfills and cls.capabilities.reads]
EACH = [kind for kind in BACKFILLING if not kinds()[kind][0].capabilities.one_text]


def past(log: Log, kind: str) -> tuple[Shop, list[str]]:
    """An incident that was recorded afterwards, with its updates, on no page; and their ids."""
    shop = Shop(log, kind, retrospective=True)
    component = next(iter(shop.fake.components))
    shop.room.components = {"checkout": component}
    shop.room.ledger.execute(
        shop.room.ref, SetComponent(actor="mo", at=START + timedelta(minutes=10), component="checkout", status="major")
    )
    shop.room.ledger.execute(
        shop.room.ref,
        SetComponent(actor="mo", at=START + timedelta(minutes=50), component="checkout", status="operational"),
    )
    return shop, [shop.room.logs(text, status, minute) for status, text, minute in TIMELINE]


def at(minute: int) -> str:
    return (START + timedelta(minutes=minute)).isoformat()[:19]


@pytest.mark.parametrize("kind", BACKFILLING)
def test_a_past_incident_stands_there_with_its_moments_and_mails_nobody(log: Log, kind: str) -> None:
    shop, _ = past(log, kind)
    before = dict(shop.fake.components)
    shop.room.backfills()
    shop.sends()
    [seen] = shop.fake.seen()
    if kind in EACH:
        assert shop.page == TEXTS
        assert seen.moments == [at(minute) for _, _, minute in TIMELINE]
        assert [status for status, _ in seen.updates] == [status for status, _, _ in TIMELINE]
    else:
        [text] = shop.page
        for words in (
            "14:05 UTC, investigating: We look into it <now>.",
            "14:12 UTC, identified: A deploy did it: 5*3*2.",
        ):
            assert words in text
    assert seen.status in ("resolved", "")
    # What was down then is not down now.
    assert shop.fake.components == before
    assert (shop.fake.mails, shop.fake.wrong) == (0, [])
    shop.sender.read_back()
    assert (shop.room.standing.where, shop.room.standing.says) == ("in sync", "")


@pytest.mark.drawn(3)
@pytest.mark.parametrize("kind", BACKFILLING)
def test_whatever_happens_to_its_requests_it_is_there_once(log: Log, kind: str, tmp_path: Path) -> None:
    """A fault at each of its first requests, and bad weather all along."""
    chance = random.Random(kind)
    faults: list[Fault] = [*UNCLEAR.values(), *NOTHING_DONE.values()]
    plans = [[fine] * place + [chance.choice(faults)] for place in range(5)]
    plans += [[chance.choice([fine, *faults]) for _ in range(25)] for _ in range(1)]
    for number, plan in enumerate(plans):
        with Log.open(tmp_path / f"{number}.db") as other:
            shop, _ = past(other, kind)
            shop.room.backfills()
            shop.sends(*plan)
            [seen] = shop.fake.seen()
            if kind in EACH:
                assert (shop.page, seen.moments) == (TEXTS, [at(minute) for _, _, minute in TIMELINE])
            assert len(shop.page) == (len(TEXTS) if kind in EACH else 1)
            assert (seen.status in ("resolved", ""), shop.fake.mails, shop.fake.wrong) == (True, 0, [])
            assert [message.state for message in shop.room.messages] == ["done"]


def test_it_is_put_there_once_and_again_after_it_was_taken_down(log: Log) -> None:
    shop, _ = past(log, "openstatus")
    shop.room.backfills()
    with pytest.raises(Refused, match="already"):
        shop.room.backfills()
    shop.sends()
    with pytest.raises(Refused, match="already"):
        shop.room.backfills()
    last = shop.room.messages[0]
    shop.room.changes(last_update(shop), "taken_down")
    shop.sends()
    assert shop.fake.seen() == []
    shop.room.backfills()
    shop.sends()
    assert shop.page == TEXTS
    assert last.id != shop.room.messages[-1].id


def last_update(shop: Shop) -> str:
    entries = [entry for entry in shop.room.state.entries if entry.kind == "update"]
    return entries[-1].id


@pytest.mark.parametrize("kind", BACKFILLING)
def test_an_update_in_it_that_is_redacted_is_a_difference_until_it_is_gone(log: Log, kind: str) -> None:
    shop, _ = past(log, kind)
    secret = shop.room.logs("The key is hunter2hunter2.", "resolved", 58)
    shop.room.backfills()
    shop.sends()
    shop.room.redacts(secret)
    assert shop.room.standing.says == "The page still shows public update #6, redacted here."
    place = shop.room.place(shop.room.open[0])
    can = shop.room.provider.capabilities
    assert ("taken_down" in place.ways) == can.takes_down
    assert ("changed" in place.ways) == (can.edits and not can.one_text)
    if can.takes_down:
        shop.room.settles("taken_down")
        shop.sends()
        assert shop.fake.seen() == []
    assert b"hunter2" not in Path(log.path).read_bytes()


def test_what_is_redacted_or_undone_before_it_went_out_does_not_go_out(log: Log) -> None:
    shop, ids = past(log, "openstatus")
    shop.room.backfills()
    shop.room.undoes(ids[1])
    [message] = shop.room.messages
    assert message.state == "dropped"
    shop.room.backfills()
    shop.room.redacts(ids[0])
    assert [message.state for message in shop.room.messages] == ["dropped", "dropped"]
    shop.sends()
    assert shop.fake.seen() == []
    assert "<now>" not in shop.room.messages[1].payload


# On incident.io it is there whole or not at all.
@pytest.mark.parametrize("kind", [kind for kind in EACH if kind != "incident-io"])
def test_one_that_is_redacted_when_some_of_it_is_there_is_put_to_a_person(log: Log, kind: str) -> None:
    """Else what a try has put there would stay, and nobody would hear of it."""
    shop, ids = past(log, kind)
    shop.room.backfills()
    requests = iter(range(200))
    while not shop.page:
        shop.transport.plan.extend([*[fine] * next(requests), *[REFUSALS["422"]] * 30])
        shop.sender.run_once()
        [message] = shop.room.messages
        shop.transport.plan.clear()
        shop.room.box.retry(message.id, shop.clock(), "mo")
    shop.room.redacts(ids[0])
    [message] = shop.room.messages
    assert (message.state, "remove that there" in message.note) == ("dead", True)
    assert TEXTS[0] not in message.payload


def test_what_the_page_refuses_is_dropped_and_can_be_asked_for_again(log: Log) -> None:
    shop, _ = past(log, "incident-io")
    shop.room.backfills()
    shop.transport.plan.append(REFUSALS["422"])
    shop.sender.run_once()
    [dead] = shop.room.box.messages(unfinished=True)
    assert dead.state == "dead"
    shop.decides(dead, dropped(dead, "mo"))
    assert "5 public updates" in shop.room.state.entries[-1].text
    shop.room.backfills()
    shop.sends()
    assert shop.page == TEXTS


@pytest.mark.parametrize("kind", ["statuspage", "instatus", "betterstack"])
def test_one_update_of_it_is_edited_like_any_other(log: Log, kind: str) -> None:
    shop, ids = past(log, kind)
    shop.room.backfills()
    shop.sends()
    shop.room.corrects(ids[1], "A change did it.")
    assert shop.room.standing.says == "The page shows public update #2 as it was before its correction here."
    assert shop.room.settles() == "changed"
    shop.sends()
    assert shop.page == [TEXTS[0], "A change did it.", *TEXTS[2:]]
    assert shop.fake.seen()[0].moments == [at(minute) for _, _, minute in TIMELINE]
    assert shop.room.open == ()


def previewed(shop: Shop) -> str:
    [preview] = backfill_previews(shop.room.state, shop.room.context())
    return preview.why


def test_what_keeps_it_off_a_page_is_said(log: Log) -> None:
    shop, _ = past(log, "slack")
    assert "never earlier" in previewed(shop)
    with pytest.raises(Refused, match="never earlier"):
        shop.room.backfills()
    assert shop.room.messages == ()


def test_a_title_that_may_name_hosts_does_not_go_out(log: Log) -> None:
    shop, _ = past(log, "openstatus")
    shop.room.ledger.execute(shop.room.ref, ChangeTitle(actor="mo", title="db-eu-west-1-07 down"))
    assert "public title" in previewed(shop)
    shop.room.does(SetPublicTitle(actor="mo", title="Some payments fail"))
    shop.room.backfills()
    shop.sends()
    assert shop.fake.seen()[0].title == "Some payments fail"


def test_what_has_no_end_or_goes_on_is_refused(log: Log, tmp_path: Path) -> None:
    shop = Shop(log, "openstatus", retrospective=True)
    with pytest.raises(Refused, match="no public update"):
        shop.room.backfills()
    shop.room.logs("We look.", "investigating", 5)
    with pytest.raises(Refused, match="resolved"):
        shop.room.backfills()
    with Log.open(tmp_path / "open.db") as other:
        goes_on = Shop(other, "openstatus")
        goes_on.room.logs("All is well.", "resolved", 5)
        with pytest.raises(Refused, match="not over"):
            goes_on.room.backfills()
    with Log.open(tmp_path / "drill.db") as other:
        drill = Shop(other, "openstatus", retrospective=True, drill=True)
        drill.room.logs("All is well.", "resolved", 5)
        with pytest.raises(Refused, match="drill"):
            drill.room.backfills()


def test_updates_that_were_not_seen_do_not_go_out(log: Log) -> None:
    shop, ids = past(log, "openstatus")
    shop.room.undoes(ids[1])
    with pytest.raises(Refused, match="meanwhile"):
        shop.room.goes_afterwards(BackfillIncident(actor="mo", targets=(TARGET,), updates=tuple(ids)))


def test_the_components_of_then_are_named(log: Log) -> None:
    shop, _ = past(log, "incident-io")
    shop.room.backfills()
    shop.sends()
    updates = shop.fake.incidents[0]["updates"]
    component = next(iter(shop.fake.components))
    stated = [[(each["component_id"], each["component_status"]) for each in update["component_statuses"]]
              for update in updates]  # fmt: skip
    assert stated == [[], [(component, "full_outage")], [], [], []]


def test_hand_made_incident_of_the_same_beginning_is_not_doubled(log: Log) -> None:
    shop, _ = past(log, "instatus")
    began = shop.room.state.declared_at
    assert began is not None
    by_hand = {"id": "ckf0", "name": "Checkout errors", "started": began.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
               "updates": [], "touched": [], "mails": 0, "status": "RESOLVED"}  # fmt: skip
    shop.fake.incidents.append(by_hand)
    shop.room.backfills()
    shop.sender.run_once()
    [message] = shop.room.messages
    assert message.state == "dead"
    assert "may be this one or another" in message.note
    assert shop.fake.incidents == [by_hand]


def test_one_of_which_a_part_may_be_there_is_not_dropped_by_an_undo(log: Log) -> None:
    shop, ids = past(log, "openstatus")
    shop.room.backfills()
    # Its first requests are taken, then the page asks to wait.
    shop.transport.plan.extend([fine] * 6 + [NOTHING_DONE["429, seconds"]])
    shop.sender.run_once()
    assert [message.state for message in shop.room.messages] == ["retry"]
    shop.room.undoes(ids[1])
    shop.sends()
    assert [message.state for message in shop.room.messages] == ["done"]
    assert len(shop.fake.seen()) == 1
    assert [each.why for each in shop.room.open] == ["still there"]
