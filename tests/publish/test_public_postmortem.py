"""The postmortem's public part: what a person approved stands with the incident on its page, and can be taken back."""

from pathlib import Path

import pytest

from console.core.refusal import Refused
from console.core.subjects.public_postmortem import PublishPostmortem, postmortem_due
from console.core.subjects.update import updates_of
from console.publish.sending.afterwards import postmortem_previews
from console.publish.sending.decisions import dropped
from console.store import Log
from tests.publish.faulty import NOTHING_DONE, REFUSALS, UNCLEAR, Fault, fine
from tests.publish.making import TARGET
from tests.publish.test_revising import Shop

TEXT = "What happened: *all* payments failed.\nWe had 5*3*2 workers <too few>.\n\nWhat we do: more of them."


def over(log: Log, kind: str = "statuspage") -> Shop:
    """An incident that was on its page and is over."""
    shop = Shop(log, kind, retrospective=True)
    shop.room.posts("We look into it.")
    shop.room.posts("All is well.", "resolved")
    shop.sends()
    return shop


def shown(shop: Shop) -> str:
    return shop.fake.seen()[0].postmortem


@pytest.mark.parametrize("notify", [True, False])
def test_the_approved_words_stand_there_letter_for_letter_and_mail_only_when_told(log: Log, notify: bool) -> None:
    shop = over(log)
    shop.room.publishes_postmortem(TEXT, notify=notify)
    shop.sends()
    assert shown(shop) == TEXT
    assert (shop.fake.mails, shop.fake.wrong) == (int(notify), [])
    assert len(shop.page) == 2
    shop.sender.read_back()
    assert (shop.room.standing.where, shop.room.standing.says) == ("in sync", "")


def test_another_text_takes_its_place_and_withdrawing_takes_it_off(log: Log) -> None:
    shop = over(log)
    shop.room.publishes_postmortem(TEXT)
    with pytest.raises(Refused, match="already"):
        shop.room.publishes_postmortem(TEXT)
    shop.room.publishes_postmortem("Too few workers.")
    shop.sends()
    assert shown(shop) == "Too few workers."
    shop.room.publishes_postmortem("")
    shop.sends()
    assert (shown(shop), shop.fake.incidents[0]["postmortem"]) == ("", {})
    with pytest.raises(Refused, match="no postmortem"):
        shop.room.publishes_postmortem("")
    assert shop.fake.mails == 0


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("name", ["time-out before", "time-out after", "reset after", "429, seconds"])
def test_whatever_happens_to_its_requests_nobody_is_mailed_twice(log: Log, name: str, place: int) -> None:
    shop = over(log)
    faults: dict[str, Fault] = {**UNCLEAR, **NOTHING_DONE}
    shop.room.publishes_postmortem(TEXT, notify=True)
    shop.sends(*[fine] * place, faults[name])
    assert (shown(shop), shop.fake.mails) == (TEXT, 1)


def test_a_redacted_one_is_a_difference_until_it_is_gone(log: Log) -> None:
    shop = over(log)
    secret = shop.room.publishes_postmortem("The key was hunter2hunter2.")
    shop.sends()
    shop.room.redacts(secret)
    standing = shop.room.standing
    assert (standing.where, "still shows a postmortem" in standing.says) == ("differs", True)
    assert postmortem_due(shop.room.state, TARGET) == ""
    shop.room.publishes_postmortem("")
    shop.sends()
    assert shown(shop) == ""
    assert shop.room.standing.where == "sent"
    assert b"hunter2" not in Path(log.path).read_bytes()


def test_one_that_somebody_changed_on_the_page_is_told(log: Log) -> None:
    shop = over(log)
    shop.room.publishes_postmortem(TEXT)
    shop.sends()
    shop.fake.incidents[0]["postmortem"]["body"] = "By hand."
    shop.sender.read_back()
    assert shop.room.standing.says == "The page has another postmortem."
    # Ours goes there again, word for word.
    shop.room.publishes_postmortem(TEXT)
    shop.sends()
    assert shown(shop) == TEXT


def test_one_that_the_page_refuses_is_dropped_and_the_timeline_says_what(log: Log) -> None:
    shop = over(log)
    shop.room.publishes_postmortem("Too few workers.")
    shop.transport.plan.extend([fine, REFUSALS["422"]])
    shop.sender.run_once()
    [dead] = shop.room.box.messages(unfinished=True)
    assert dead.state == "dead"
    shop.decides(dead, dropped(dead, "mo"))
    assert "Too few workers." in shop.room.state.entries[-1].text
    assert shop.room.standing.where == "sent"
    shop.room.publishes_postmortem("Too few workers.")
    shop.sends()
    assert shown(shop) == "Too few workers."


def test_one_that_was_taken_down_with_its_incident_is_published_again(log: Log) -> None:
    shop = over(log)
    shop.room.publishes_postmortem(TEXT)
    shop.sends()
    shop.room.changes(updates_of(shop.room.state)[0].id, "taken_down")
    shop.room.posts("It was this.", "resolved")
    shop.sends()
    shop.room.publishes_postmortem(TEXT)
    shop.sends()
    assert (shown(shop), shop.room.standing.where) == (TEXT, "sent")


@pytest.mark.parametrize("kind", ["openstatus", "slack"])
def test_where_there_are_no_postmortems_that_is_said(log: Log, kind: str) -> None:
    shop = over(log, kind)
    [preview] = postmortem_previews(shop.room.state, shop.room.context(), TEXT)
    assert "no postmortems" in preview.why
    with pytest.raises(Refused, match="no postmortems"):
        shop.room.publishes_postmortem(TEXT)


def test_what_is_not_there_or_not_over_gets_none(log: Log, tmp_path: Path) -> None:
    shop = Shop(log, "statuspage", retrospective=True)
    with pytest.raises(Refused, match="put it there first"):
        shop.room.publishes_postmortem(TEXT)
    with Log.open(tmp_path / "open.db") as other:
        goes_on = Shop(other, "statuspage")
        goes_on.room.posts("We look into it.")
        with pytest.raises(Refused, match="not over"):
            goes_on.room.publishes_postmortem(TEXT)


def test_what_somebody_else_published_meanwhile_is_not_replaced_unseen(log: Log) -> None:
    shop = over(log)
    shop.room.publishes_postmortem(TEXT)
    with pytest.raises(Refused, match="meanwhile"):
        shop.room.goes_afterwards(PublishPostmortem(actor="mo", targets=(TARGET,), text="Mine.", seen="-"))
