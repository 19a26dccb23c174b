"""The sender: what was approved is on the page once, whatever happens to a try."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from console.core.log.event import NewEvent
from console.core.refusal import Refused
from console.core.subjects.undo import EntryRedacted
from console.publish.provider import CannotTell, PageView, Provider
from console.publish.sending import lease
from console.publish.sending import retry as verdict
from console.publish.sending.decisions import confirmed, dropped, edited, resent, taken
from console.publish.sending.message import Remote
from console.publish.sending.sender import STALE_S, Report, Sender
from console.publish.sending.status import standings
from console.publish.transport.failure import Later, PublishProblem, Rejected, Unknown
from console.store import Log, StoreProblem
from console.store.ledger import Ledger
from console.store.outbox.dispatch import LEASE
from console.store.outbox.message import Message, PlacedPart
from console.store.outbox.outbox import Outbox
from console.store.problems import Overtaken
from console.store.sqlite import sqlite3
from tests.core.story import START
from tests.drawing import examples
from tests.memory import memory
from tests.patience import PATIENCE_S
from tests.publish.making import REF, Clock, decide_on, declare, message_of, new_id, post
from tests.publish.scripted import Blind, Paced, Page, Repeating, Scripted, WithParts, made, parts


class Room:
    """A log with an incident, a page, and a sender between them."""

    def __init__(self, log: Log, cls: type[Scripted] = Scripted) -> None:
        self.log, self.cls, self.page = log, cls, Page()
        self.clock = Clock()
        self.box = Outbox(log)
        self.refusals: dict[str, str] = {}
        self.pages: dict[str, Page] = {}
        """The pages of targets that have one of their own."""
        self.sender = self.another()
        declare(log)

    def another(self, alive: Callable[[str], bool | None] = lease.alive, log: Log | None = None) -> Sender:
        return Sender(log or self.log, self.connect, self.clock, jitter=lambda: 0.0, alive=alive, wait=self.clock.sleep)

    def fresh(self, message: Message) -> Message:
        """The message as it stands now."""
        return message_of(self.log, message.id)

    def connect(self, target: str) -> Provider:
        if target in self.refusals:
            raise Refused(self.refusals[target])
        return made(self.cls, self.pages.get(target, self.page))

    def run(self, after_s: float = 0.0) -> Report:
        self.clock.sleep(after_s)
        return self.sender.run_once()

    def runs(self, most: int = 50) -> Report:
        """Run, each time when the sender asks for it, until nothing moves by itself."""
        for _ in range(most):
            report = self.sender.run_once()
            if report.next_at is None:
                return report
            self.clock.now = max(self.clock.now, report.next_at)
        raise AssertionError("it never comes to rest")

    def state(self, message: Message) -> str:
        return self.fresh(message).state

    def pauses(self, count: int) -> list[float]:
        """Run so many times, each time when the sender asks for it: the seconds between."""
        pauses = []
        for _ in range(count):
            report = self.sender.run_once()
            if report.next_at is None:
                break
            pauses.append((report.next_at - self.clock.now).total_seconds())
            self.clock.now = report.next_at
        return pauses


@pytest.fixture
def room(log: Log) -> Room:
    return Room(log)


# All is well


def test_what_is_due_is_sent_in_its_order_and_nothing_is_left(room: Room) -> None:
    sent = [post(room.log, f"update {number}") for number in range(5)]
    report = room.run()
    assert room.page.texts == [f"update {number}" for number in range(5)]
    assert report == Report(sent=tuple(one.id for one in sent))
    assert room.run() == Report()
    assert room.page.sends == 5


def test_a_message_stands_as_being_sent_before_its_request_is_made(room: Room) -> None:
    message = post(room.log, "we look into it")
    seen: list[str] = []
    room.page.during = lambda: seen.append(room.state(message))
    room.run()
    assert seen == ["sending"]


def test_later_updates_are_told_what_the_target_calls_the_incident(room: Room) -> None:
    first = post(room.log, "one")
    post(room.log, "two")
    room.run()
    assert room.page.known[0].remote is None
    remote = room.page.known[1].remote
    assert remote is not None
    assert remote.incident_id == f"there-{REF}"
    assert room.page.known[1].update_ids == (f"u-{first.id}",)


def test_a_run_can_be_stopped_between_two_messages(room: Room) -> None:
    post(room.log, "one")
    post(room.log, "two")
    report = room.sender.run_once(stop=lambda: bool(room.page.posts))
    assert room.page.texts == ["one"]
    assert report.waiting == 1


# Nothing was done


def test_pauses_between_tries_double_from_five_seconds_to_a_quarter_of_an_hour(room: Room) -> None:
    post(room.log, "one")
    room.page.plan.extend(["later"] * 12)
    pauses = room.pauses(12)
    assert len(pauses) == 12
    assert pauses[:5] == [5, 10, 20, 40, 80]
    assert pauses[-1] == 720
    room.run()
    assert room.page.texts == ["one"]


def test_jitter_lengthens_a_pause_and_never_beyond_the_longest(room: Room) -> None:
    post(room.log, "one")
    room.page.plan.extend(["later"] * 12)
    room.sender = Sender(room.log, room.connect, room.clock, jitter=lambda: 1.0)
    pauses = room.pauses(12)
    assert len(pauses) == 12
    assert pauses[0] == 6.25
    assert pauses[-1] == verdict.LAST_S


def test_a_target_that_asks_to_wait_is_left_alone_by_every_incident(room: Room) -> None:
    declare(room.log, "INC-0002")
    post(room.log, "one")
    post(room.log, "of another incident", ref="INC-0002")
    post(room.log, "to another target", ref="INC-0002", target="chat")
    room.page.plan.append(Later("The page asks to wait.", 90.0))
    chat = room.pages["chat"] = Page()
    report = room.run()
    assert (chat.texts, room.page.texts) == (["to another target"], [])
    assert report.next_at == room.clock.now + timedelta(seconds=90)
    assert room.run(89).sent == ()
    assert room.page.sends == 1
    room.run(1)
    assert sorted(room.page.texts) == ["of another incident", "one"]


def test_a_page_that_hangs_keeps_no_other_waiting(room: Room) -> None:
    """The answers of the others are known while one target has not answered."""
    hangs, chat, leads = room.page, Page(), Page(Rejected("Leads does not accept the key."))
    room.pages = {"chat": chat, "leads": leads}
    others = threading.Barrier(3, timeout=PATIENCE_S)
    known: list[str] = []

    def hang() -> None:
        others.wait()
        known.extend(state for state in map(room.state, (arrives, refused)))

    def settled(message: Message) -> None:
        # Until it is written down how the try ended.
        while room.state(message) in ("pending", "sending"):
            pass
        others.wait()

    hangs.during = hang
    post(room.log, "hangs")
    arrives, refused = post(room.log, "arrives", target="chat"), post(room.log, "refused", target="leads")
    watchers = [threading.Thread(target=settled, args=(message,), daemon=True) for message in (arrives, refused)]
    for watcher in watchers:
        watcher.start()
    assert len(room.run().sent) == 2
    assert known == ["done", "dead"]


@pytest.mark.parametrize(
    "end", [Later("Busy."), Unknown("Broke off."), Rejected("No.")], ids=["retry", "unknown", "dead"]
)
def test_a_run_with_nothing_due_writes_nothing(room: Room, end: PublishProblem) -> None:
    """So no update, and no send to another target, waits for a page that is down."""
    room.page.plan.append(end)
    post(room.log, "one")
    post(room.log, "two")
    room.run()
    with closing(sqlite3.connect(room.log.path)) as other:
        before = other.execute("PRAGMA data_version").fetchone()
        report = room.run()
        assert other.execute("PRAGMA data_version").fetchone() == before
    assert report.waiting + report.people == 1


def test_what_is_refused_holds_what_comes_after_it_until_it_is_edited(room: Room) -> None:
    message = post(room.log, "too long")
    post(room.log, "after it")
    room.page.plan.append("refused")
    report = room.run()
    assert (report.people, report.waiting, report.next_at) == (1, 0, None)
    assert room.fresh(message).note == "The page refused it."
    assert room.run(3600).sent == ()
    decide_on(room.log, message, edited(message, "shorter", "mo"), room.clock.now)
    room.run()
    assert room.page.texts == ["shorter", "after it"]


def test_a_refused_message_may_be_dropped_or_sent_again_as_it_is(room: Room) -> None:
    first, second = post(room.log, "one"), post(room.log, "two")
    room.page.plan.extend(["refused", "refused"])
    room.run()
    decide_on(room.log, first, dropped(room.fresh(first), "mo"), room.clock.now)
    room.run()
    assert room.state(second) == "dead"
    room.box.retry(second.id, room.clock.now, "mo")
    room.run()
    assert room.page.texts == ["two"]


def test_a_target_without_a_key_keeps_its_messages_and_does_not_hold_up_others(room: Room) -> None:
    message = post(room.log, "one")
    post(room.log, "two", target="chat")
    room.refusals["page"] = "There is no key for page; set WARROOM_TARGET_PAGE_KEY."
    report = room.run()
    assert report.blocked == room.refusals
    assert (report.waiting, report.next_at) == (1, None)
    assert room.page.texts == ["two"]
    assert (room.state(message), room.fresh(message).note) == ("pending", room.refusals["page"])
    room.refusals.clear()
    room.run()
    assert room.page.texts == ["two", "one"]


# Nobody knows


def test_what_may_have_arrived_is_looked_for_after_a_pause_and_not_sent_again(room: Room) -> None:
    message = post(room.log, "one")
    post(room.log, "two")
    room.page.plan.append("taken")
    report = room.run()
    assert (room.page.sends, room.page.asked) == (1, 0)
    assert report.next_at == room.clock.now + timedelta(seconds=verdict.LOOK_AFTER_S[0])
    room.runs()
    assert room.page.texts == ["one", "two"]
    assert (room.page.sends, room.page.asked) == (2, 1)
    assert room.box.tries(message.id)[-1].cause == "found on the page"


def test_what_is_missing_twice_is_sent_again(room: Room) -> None:
    post(room.log, "one")
    room.page.plan.append("lost")
    room.run()
    room.run(verdict.LOOK_AFTER_S[0])
    assert (room.page.sends, room.page.asked) == (1, 1)
    room.run(verdict.LOOK_AFTER_S[1])
    assert room.page.texts == ["one"]
    assert (room.page.sends, room.page.asked) == (2, 2)


def test_a_page_that_takes_it_late_has_it_once(room: Room) -> None:
    post(room.log, "one")
    room.page.plan.append("lost")
    room.run()
    room.run(verdict.LOOK_AFTER_S[0])
    room.page.posts.append((REF, "one"))
    room.runs()
    assert room.page.texts == ["one"]


def test_what_looking_cannot_tell_is_put_to_a_person(room: Room) -> None:
    message = post(room.log, "one")
    room.page.plan.append("lost")
    room.page.looks.append(CannotTell("The page does not list its updates."))
    report = room.runs()
    assert room.state(message) == "ask"
    assert room.fresh(message).note.startswith("The page does not list its updates. Look at page:")
    assert report.people == 1
    assert room.run(86400).sent == ()
    assert room.page.sends == 1


def test_a_page_that_cannot_be_asked_for_now_is_asked_later_in_growing_pauses(room: Room) -> None:
    message = post(room.log, "one")
    room.page.plan.append("taken")
    room.page.looks.extend(Later("The page cannot be reached.") for _ in range(6))
    room.run()
    room.clock.sleep(verdict.LOOK_AFTER_S[0])
    pauses = room.pauses(7)
    assert pauses == sorted(pauses)
    room.runs()
    assert room.state(message) == "done"
    assert room.page.texts == ["one"]


def test_a_key_that_is_revoked_before_the_look_is_put_to_a_person_and_may_be_looked_for_again(room: Room) -> None:
    message = post(room.log, "one")
    room.page.plan.append("taken")
    room.page.looks.append(Rejected("The page does not accept the key (401); give it a new one."))
    room.runs()
    assert room.state(message) == "ask"
    room.box.retry(message.id, room.clock.now, "mo")
    room.runs()
    assert room.state(message) == "done"
    assert room.page.sends == 1


def test_a_target_that_knows_our_marker_gets_the_same_again_at_once(log: Log) -> None:
    room = Room(log, Repeating)
    post(log, "one")
    room.page.plan.append("taken")
    room.run()
    assert room.page.texts == ["one"]
    assert (room.page.sends, room.page.asked) == (2, 0)


def test_a_target_that_cannot_be_asked_never_gets_a_doubtful_message_again_by_itself(log: Log) -> None:
    room = Room(log, Blind)
    message = post(log, "one")
    post(log, "two")
    room.page.plan.append("taken")
    room.run()
    assert room.run(86400).people == 1
    assert room.state(message) == "ask"
    assert (room.page.sends, room.page.asked) == (1, 0)
    decide_on(room.log, message, confirmed(room.box, message, "mo"), room.clock.now)
    room.run()
    assert room.page.texts == ["one", "two"]


def test_a_person_who_does_not_find_it_has_it_sent_again(log: Log) -> None:
    room = Room(log, Blind)
    message = post(log, "one")
    room.page.plan.append("lost")
    room.run()
    decide_on(room.log, message, resent(room.fresh(message), "mo"), room.clock.now)
    room.run()
    assert room.page.texts == ["one"]


def test_whoever_confirms_a_first_message_names_its_address_where_updates_are_added_to_it(room: Room) -> None:
    message = post(room.log, "one")
    room.page.plan.append("taken")
    room.page.looks.append(CannotTell("It cannot tell."))
    room.runs()
    can = Scripted.capabilities
    with pytest.raises(Refused):
        confirmed(room.box, message, "mo", can=can)
    with pytest.raises(Refused):
        confirmed(room.box, message, "mo", url="ftp://x", can=can)
    url = "https://page.example/incidents/p31zjtct2jer"
    decide_on(room.log, message, confirmed(room.box, message, "mo", url=url, can=can), room.clock.now)
    post(room.log, "two")
    room.run()
    assert room.page.known[-1].remote == Remote("p31zjtct2jer", "", url, downs=0)


def test_a_fault_in_a_provider_is_a_doubt_and_stops_nothing_else(room: Room) -> None:
    message = post(room.log, "one")
    post(room.log, "two", target="chat")
    room.page.plan.append("broken")
    chat = room.pages["chat"] = Page()
    room.run()
    assert room.state(message) == "unknown"
    assert (
        room.fresh(message).note == "The provider of page failed with a fault of its own (KeyError); tell its authors."
    )
    assert chat.texts == ["two"]


def test_a_text_that_is_erased_while_it_is_looked_for_is_not_sent_again(room: Room) -> None:
    message = post(room.log, "the password is hunter2")
    room.page.plan.append("lost")
    room.run()
    room.log.redact(NewEvent(new_id(), REF, "mo", START, START, EntryRedacted(message.event)))
    room.runs()
    assert room.state(message) == "ask"
    with pytest.raises(Overtaken, match="Its text was erased"):
        decide_on(room.log, message, resent(room.fresh(message), "mo"), room.clock.now)
    decide_on(room.log, message, dropped(room.fresh(message), "mo"), room.clock.now)
    assert room.page.sends == 1


# A sender that ended, or was replaced


@contextmanager
def died(room: Room, message: Message) -> Iterator[None]:
    """The sender ends in the middle of its try; `message` is left as being sent."""

    def end() -> None:
        raise SystemExit

    room.page.during = end
    with pytest.raises(SystemExit):
        room.sender.run_once()
    room.page.during = lambda: None
    assert room.state(message) == "sending"
    yield


def test_what_an_ended_sender_left_is_looked_for(room: Room) -> None:
    message = post(room.log, "one")
    with died(room, message):
        room.sender = room.another(alive=lambda holder: False)
        room.run()
        assert room.state(message) == "unknown"
        room.runs()
    assert room.page.texts == ["one"]
    assert room.page.asked == 2


def test_what_a_stopped_sender_holds_is_not_taken_from_it(room: Room) -> None:
    message = post(room.log, "one")
    with died(room, message):
        post(room.log, "two", target="chat")
        room.clock.sleep(LEASE.total_seconds())
        room.sender = room.another(alive=lambda holder: True)
        report = room.run()
    # In a process of its own it would stay so; this one is the test's, and its sender has gone.
    assert room.state(message) == "sending"
    assert (report.waiting, report.next_at) == (1, None)
    assert room.page.texts == ["two"]
    room.run(STALE_S)
    assert room.state(message) == "ask"


def test_what_a_sender_of_another_container_left_is_put_to_a_person_in_time(room: Room) -> None:
    message = post(room.log, "one")
    with died(room, message):
        room.sender = room.another(alive=lambda holder: None)
        room.run(60)
        assert room.state(message) == "sending"
        room.run(STALE_S)
    assert room.state(message) == "ask"


def test_a_lease_lost_in_the_middle_never_leads_to_two_sends(room: Room, log: Log) -> None:
    message = post(log, "one")
    second = room.another(alive=lambda holder: True)
    reports: list[Report] = []

    def slowly() -> None:
        room.clock.sleep(LEASE.total_seconds() * 3)
        reports.append(second.run_once())
        room.clock.sleep(verdict.LOOK_AFTER_S[0] * 10)
        reports.append(second.run_once())

    room.page.during = slowly
    room.run()
    assert room.page.texts == ["one"]
    assert room.page.sends == 1
    assert [report.sent for report in reports] == [(), ()]
    assert room.state(message) == "done"


def test_a_sender_that_was_wrongly_taken_for_dead_still_has_the_last_word(room: Room) -> None:
    message = post(room.log, "one")
    second = room.another(alive=lambda holder: False)
    room.page.during = lambda: (second.run_once(), None)[1]
    room.run()
    assert room.state(message) == "done"
    assert room.page.sends == 1


def test_the_second_of_two_senders_says_who_is_busy(room: Room) -> None:
    post(room.log, "one")
    second = room.another()
    reports: list[Report] = []
    room.page.during = lambda: reports.append(second.run_once())
    room.run()
    assert reports == [Report(busy=room.sender.holder)]
    assert second.run_once() == Report()


def test_an_end_that_the_disk_would_not_take_is_written_down_later_and_nothing_is_sent_again(room: Room) -> None:
    message = post(room.log, "one")
    post(room.log, "two")
    room.page.during = lambda: room.log.run_as_writer(lambda each: each.execute("PRAGMA query_only = ON"))
    with pytest.raises(StoreProblem):
        room.run()
    room.page.during = lambda: None
    room.log.run_as_writer(lambda connection: connection.execute("PRAGMA query_only = OFF"))
    assert room.state(message) == "sending"
    room.run()
    assert room.page.texts == ["one", "two"]
    assert (room.page.sends, room.page.asked) == (2, 0)


def test_a_copy_of_the_file_sends_nothing_by_itself(room: Room, tmp_path: Path) -> None:
    message = post(room.log, "one")
    room.log.backup(tmp_path / "copy.db")
    with Log.open(tmp_path / "copy.db") as copy:
        room.another(log=copy).run_once()
        assert message_of(copy, message.id).state == "pending"
        [standing] = standings(Outbox(copy).messages(), {}, room.clock.now, copy.origin)
        assert standing.where == "asking"
        assert room.page.sends == 0
        # A person may take it over; it is looked for first, since the other file may have sent it.
        ledger = Ledger(copy, actor="bo", clock=room.clock)
        ledger.execute(REF, taken(Outbox(copy), message_of(copy, message.id), "bo"))
        room.sender = room.another(log=copy)
        room.runs()
    assert (room.page.texts, room.page.asked) == (["one"], 2)


def test_a_clock_that_was_set_back_does_not_hold_messages_for_days(room: Room) -> None:
    post(room.log, "one")
    room.page.plan.append("later")
    room.run(86400 * 7)
    room.clock.sleep(-86400 * 7)
    room.run()
    assert room.page.texts == ["one"]


def test_the_next_sender_of_the_same_name_goes_on_where_the_last_one_stopped(room: Room) -> None:
    message = post(room.log, "one")
    with died(room, message):
        room.sender = Sender(room.log, room.connect, room.clock, room.sender.holder)
        room.runs()
    assert room.page.texts == ["one"]


def test_a_dry_run_shows_all_that_waits_and_changes_nothing(room: Room) -> None:
    sent = [post(room.log, "one"), post(room.log, "two"), post(room.log, "three", target="gone")]
    room.refusals["gone"] = "There is no such target."
    before = room.box.messages()
    dry = Sender(room.log, room.connect, room.clock, dry=True)
    assert dry.run_once() == Report(sent=(sent[0].id, sent[1].id), blocked=room.refusals)
    assert dry.read_back() == 0
    assert room.page.texts == ["one", "two"]
    assert room.box.messages() == before
    assert room.box.placed(REF) == {}


# Pace and components


def test_the_pace_of_a_key_is_kept_from_one_sender_to_the_next(log: Log) -> None:
    room = Room(log, Paced)
    post(log, "one")
    room.run()
    before = room.clock.now
    post(log, "two")
    room.another().run_once()
    assert room.page.texts == ["one", "two"]
    assert room.clock.now - before == timedelta(seconds=1)


def test_components_are_kept_as_they_were_before_they_were_first_changed(log: Log) -> None:
    room = Room(log, WithParts)
    room.page.parts = {"c1": "maintenance", "c2": "operational"}
    post(log, "one", parts=parts(("c1", "major")))
    post(log, "two", parts=parts(("c1", "partial"), ("c2", "degraded")))
    room.run()
    assert Outbox(log).placed(REF)["page"].parts == (
        PlacedPart("c1", "partial", "", "maintenance"),
        PlacedPart("c2", "degraded", "", "operational"),
    )


# Reading back


def test_a_page_that_was_changed_by_hand_is_told_of(room: Room) -> None:
    post(room.log, "We are looking into it.")
    room.run()
    room.page.view = PageView("investigating", "Checkout errors", "We are  looking into it.")
    assert room.sender.read_back() == 1
    [standing] = standings(room.box.messages(), room.box.placed(REF), room.clock.now)
    assert (standing.where, standing.says, standing.url) == ("in sync", "", f"https://page.example/{REF}")
    room.page.view = PageView("resolved", "Checkout errors", "All is well.")
    assert room.sender.read_back() == 0
    room.clock.sleep(300)
    assert room.sender.read_back() == 1
    [standing] = standings(room.box.messages(), room.box.placed(REF), room.clock.now)
    assert standing.where == "differs"
    assert standing.says == (
        "The page has other words for “We are looking into it.”: “All is well.”."
        " We say investigating, the page says resolved."
    )
    post(room.log, "We know what it is.")
    room.run()
    [standing] = standings(room.box.messages(), room.box.placed(REF), room.clock.now)
    assert standing.where == "sent"


def test_a_page_on_which_something_is_under_way_is_not_read(room: Room) -> None:
    post(room.log, "one")
    post(room.log, "two")
    room.page.plan.extend(["fine", "later"])
    room.run()
    assert room.sender.read_back() == 0


def test_the_page_of_what_was_resolved_long_ago_is_not_read_any_more(room: Room) -> None:
    post(room.log, "All is well.", status="resolved")
    room.run()
    room.page.view = PageView("resolved")
    room.clock.sleep(600)
    assert room.sender.read_back() == 1
    room.clock.sleep(3600)
    assert room.sender.read_back() == 0


def test_the_page_of_an_incident_that_is_named_is_read_however_old(room: Room) -> None:
    post(room.log, "well again", status="resolved")
    room.run()
    room.clock.sleep(90 * 86_400)
    assert room.sender.read_back(timedelta(), incident="INC-XXXX") == 0
    assert room.sender.read_back(timedelta(), incident=REF) == 1


def test_a_target_that_cannot_be_read_is_asked_once_and_not_for_each_incident(room: Room) -> None:
    for number in range(3):
        declare(room.log, f"INC-{number:04}")
        post(room.log, "one", ref=f"INC-{number:04}")
    room.run()
    room.page.unreadable = Later("The page cannot be reached.")
    assert room.sender.read_back() == 0
    assert room.page.reads == 1


@pytest.mark.parametrize(
    ("plan", "where", "says"),
    [
        ("later", "waiting", "The page cannot be reached."),
        ("refused", "failed", "The page refused it."),
        ("lost", "waiting", "The page broke off."),
    ],
)
def test_each_target_says_where_it_stands(room: Room, plan: str, where: str, says: str) -> None:
    message = post(room.log, "one")
    [before] = standings(room.box.messages(), {}, room.clock.now)
    assert (before.where, before.message, before.left) == ("sending", message.id, 1)
    room.page.plan.append(plan)  # type: ignore[arg-type]  # from the table above
    room.run()
    [standing] = standings(room.box.messages(), room.box.placed(REF), room.clock.now)
    assert (standing.where, standing.says) == (where, says)
    assert (standing.until is None) == (where == "failed")


# Who is sending


def test_this_process_is_alive_and_one_that_ended_is_not() -> None:
    holder = lease.me()
    assert lease.alive(holder) is True
    assert lease.same_process(holder)
    boot, space, _, start, _ = holder.split("/")
    assert lease.alive("/".join((boot, space, "4194999", start, "x"))) is False
    assert lease.alive("/".join((boot, space, str(1), "7", "x"))) is False
    assert lease.alive("/".join(("another-boot", space, "1", "1", "x"))) is False
    assert lease.alive("/".join((boot, "another space", "1", "1", "x"))) is None
    assert lease.alive("somebody") is None


# Whatever happens


class Weather(RuleBasedStateMachine):
    """Posts, tries of every kind, a person's orders, senders that end: the page never has a message twice, nor out of
    order, and in the end it has all that were not dropped."""

    cls: type[Scripted] = Scripted

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory(dir=memory())
        self.log = Log.open(Path(self.folder.name) / "warroom.db")
        self.room = Room(self.log, self.cls)
        self.room.sender = self.room.another(alive=lambda holder: False)
        self.texts: dict[str, str] = {}

    @precondition(lambda self: len(self.texts) < 6)
    @rule()
    def post(self) -> None:
        text = f"update {len(self.texts)}"
        self.texts[post(self.log, text).id] = text

    @rule(plan=st.lists(st.sampled_from(["fine", "later", "lost", "taken", "refused", "broken"]), max_size=3))
    def weather(self, plan: list[str]) -> None:
        self.room.page.plan.clear()
        self.room.page.plan.extend(plan)  # type: ignore[arg-type]  # drawn from the same words

    @rule(after=st.sampled_from([0.0, 5.0, 15.0, 1000.0]))
    def run(self, after: float) -> None:
        self.room.run(after)

    @rule(taken=st.booleans())
    def die(self, taken: bool) -> None:
        page = self.room.page
        page.plan.clear()

        def end() -> None:
            if taken:
                heads = Outbox(self.log).messages(unfinished=True)
                page.posts.append((REF, msgspec.json.decode(heads[0].payload)["text"]))
            raise SystemExit

        page.during = end
        try:
            self.room.run()
        except SystemExit:
            self.room.sender = self.room.another(alive=lambda holder: False)
        page.during = lambda: None

    @rule(order=st.sampled_from(["retry", "look"]))
    def person(self, order: str) -> None:
        for message in self.room.box.messages(unfinished=True)[:1]:
            self.answer(message, order)

    def answer(self, message: Message, order: str) -> None:
        box, now = self.room.box, self.room.clock.now
        if message.state == "ask":
            if self.texts[message.id] in self.room.page.texts:
                url = f"https://page.example/there-{REF}"
                decide_on(self.room.log, message, confirmed(box, message, "mo", url=url), now)
            else:
                decide_on(self.room.log, message, resent(message, "mo"), now)
        elif order == "retry" and message.state != "sending":
            box.retry(message.id, now, "mo")

    @invariant()
    def once_and_in_order(self) -> None:
        texts = self.room.page.texts
        assert texts == list(self.texts.values())[: len(texts)]

    def teardown(self) -> None:
        self.room.page.plan.clear()
        for _ in range(60):
            report = self.room.runs()
            left = self.room.box.messages(unfinished=True)
            if not left:
                break
            assert report.people
            self.answer(left[0], "retry")
        assert self.room.page.texts == list(self.texts.values())
        assert {message.state for message in self.room.box.messages()} <= {"done"}
        self.log.close()
        self.folder.cleanup()


class BlindWeather(Weather):
    cls = Blind


few = settings(max_examples=examples(2))
TestWeather = Weather.TestCase
TestWeather.settings = few
TestBlindWeather = BlindWeather.TestCase
TestBlindWeather.settings = few
