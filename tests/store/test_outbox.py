"""The outbox in the log's file: with its update or not at all, never for a drill, and gone with an erased text."""

import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from console.core.language.times import rfc3339
from console.core.log.event import NewEvent
from console.core.refusal import Refused
from console.core.subjects.declaration import DeclareIncident, IncidentDeclared, TitleChanged
from console.core.subjects.entry import EntryLogged
from console.core.subjects.undo import EntryRedacted, Undone
from console.core.subjects.update import PostUpdate, UpdatePosted
from console.publish.sending.decisions import dropped, edited, resent, there
from console.publish.sending.message import Remote, remote_of
from console.store import Log, StoreProblem, arrivals, schema
from console.store.ledger import Ledger
from console.store.outbox.dispatch import LEASE, Dispatch, Settled
from console.store.outbox.message import Message, PlacedPart, Queued, State
from console.store.outbox.outbox import Outbox
from console.store.problems import Overtaken
from console.store.sqlite import sqlite3
from tests.core.story import standard
from tests.publish.making import decide_on, message_of
from tests.store.making import INCIDENT, START, event, program

OpenLog = Callable[..., Log]
NOW = START + timedelta(minutes=10)
SECRET = "hunter2xyzzy"


def declare(log: Log, *, drill: bool = False, title: str = "Checkout errors") -> None:
    log.append([event("declared", IncidentDeclared(title, "SEV1", "declared", standard(), drill))])


def update(name: str, text: str = "We are looking into it.") -> NewEvent:
    return event(name, UpdatePosted("public", text, "investigating"))


def message(of: str, target: str = "page", text: str = "We are looking into it.", title: str = "Errors") -> Queued:
    parts = [{"id": "c1", "state": "major", "name": "checkout"}]
    payload = msgspec.json.encode({"text": text, "title": title, "parts": parts}).decode()
    return Queued(f"key-{of}-{target}", of, target, "public", START, payload)


def post(log: Log, name: str, target: str = "page", text: str = "We are looking into it.") -> Message:
    log.append([update(name, text)], [message(name, target, text)])
    return message_of(log, f"key-{name}-{target}")


def fresh(log: Log, message: Message) -> Message:
    return message_of(log, message.id)


def states(log: Log) -> list[str]:
    return [message.state for message in Outbox(log).messages()]


def sender(log: Log, holder: str = "a", now: datetime = NOW) -> Dispatch:
    dispatch = Dispatch(log, holder, "page")
    assert dispatch.take_lease(now, lambda other: None) == ""
    return dispatch


def claimed(log: Log, dispatch: Dispatch) -> Message:
    found = dispatch.claim(dispatch.heads()[0], NOW)
    assert found is not None
    return found


# With the update


def test_an_update_and_its_messages_are_written_together(log: Log) -> None:
    declare(log)
    log.append([update("u1")], [message("u1"), message("u1", "chat")])
    found = Outbox(log).messages(INCIDENT)
    assert [(one.event, one.target, one.state, one.origin) for one in found] == [
        ("u1", "page", "pending", log.origin),
        ("u1", "chat", "pending", log.origin),
    ]


def test_a_message_that_is_refused_takes_its_update_with_it(log: Log) -> None:
    declare(log)
    with pytest.raises(StoreProblem):
        log.append([update("u1")], [message("u1"), msgspec.structs.replace(message("u1", "chat"), id="key-u1-page")])
    assert log.event("u1") is None
    assert states(log) == []


def test_the_same_append_again_queues_nothing_twice(log: Log) -> None:
    declare(log)
    for _ in range(2):
        log.append([update("u1")], [message("u1")])
    # A console that was started anew has drawn another marker.
    log.append([update("u1")], [msgspec.structs.replace(message("u1"), id="another")])
    assert [message.id for message in Outbox(log).messages()] == ["key-u1-page"]


def test_a_command_writes_its_event_with_the_messages_that_are_made_of_it(log: Log) -> None:
    ledger = Ledger(log, actor="mo", clock=lambda: NOW)
    ref = ledger.declare(DeclareIncident(actor="mo", title="Checkout errors", severity="SEV1"), standard())
    command = PostUpdate(actor="mo", audience="public", text="We look into it.", status="investigating")
    written = ledger.execute(ref, command, publish=lambda events: [message(event.id) for event in events])
    assert [message.event for message in Outbox(log).messages(ref)] == [written[0].id]
    with pytest.raises(Refused):
        ledger.execute(ref, PostUpdate(actor="mo", audience="nobody", text="x"))


def test_a_message_of_an_event_that_is_not_there_is_a_mistake_of_the_program(log: Log) -> None:
    with pytest.raises(ValueError, match="no event u9"):
        log.append([], [message("u9")])


def test_a_crash_leaves_an_update_with_its_messages_or_neither(open_log: OpenLog, path: Path) -> None:
    with open_log() as log:
        declare(log)
    both = neither = 0
    for moment in (2, 7, 16, 1000):
        process = program(CRASHING, path, moment)
        process.communicate()
        with Log.open(path) as log:
            written, queued = log.event(f"u{moment}"), Outbox(log).message(f"key-u{moment}-page")
            assert (written is None) == (queued is None)
            both += written is not None
            neither += written is None
    assert both
    assert neither


CRASHING = """
import os, signal, sys
from pathlib import Path
from console.store import Log
from tests.store.test_outbox import message, update
path, moment = Path(sys.argv[1]), int(sys.argv[2])
left = moment
def count(statement):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
with Log.open(path) as log:
    log.run_as_writer(lambda connection: connection.set_trace_callback(count))
    log.append([update(f"u{moment}")], [message(f"u{moment}")])
    os.kill(os.getpid(), signal.SIGKILL)
"""
"""Writes an update with its message, and dies before the given statement, or at the end."""


# What can never be queued


def test_nothing_can_be_queued_for_a_drill(log: Log) -> None:
    declare(log, drill=True)
    with pytest.raises(StoreProblem, match="a drill"):
        log.append([update("u1")], [message("u1")])
    log.append([update("u1")])
    with pytest.raises(StoreProblem, match="a drill"):
        log.append([], [message("u1")])
    assert states(log) == []


def test_nothing_can_be_queued_for_what_nobody_declared_or_for_anything_but_an_update(log: Log) -> None:
    with pytest.raises(StoreProblem, match="nobody declared"):
        log.append([update("u1")], [message("u1")])
    declare(log)
    with pytest.raises(StoreProblem, match="only an update"):
        log.append([], [message("declared")])


def test_a_message_cannot_change_its_incident_or_vanish(log: Log) -> None:
    declare(log)
    post(log, "u1")
    for statement in ("UPDATE outbox SET incident = 'INC-0000'", "DELETE FROM outbox"):
        with pytest.raises(StoreProblem):
            log.transact(lambda connection, statement=statement: connection.execute(statement))  # type: ignore[misc]


# Files of an older format


def test_a_file_of_the_first_format_is_brought_up_to_date(open_log: OpenLog, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    connection = sqlite3.connect(str(path), isolation_level=None)
    os.chmod(path, 0o600)
    for statement in schema.MIGRATIONS[0]:
        connection.execute(statement)
    schema.set_meta(connection, "schema_version", "1")
    connection.close()
    log = open_log()
    declare(log)
    assert post(log, "u1").state == "pending"
    assert log.query(lambda each: schema.meta(each, "schema_version")) == str(schema.NEWEST)
    assert log.verify() == []
    assert [message.state for message in Outbox(open_log(read_only=True)).messages()] == ["pending"]


# Taken back, erased


def test_an_update_that_is_taken_back_before_it_went_out_is_dropped(log: Log) -> None:
    declare(log)
    post(log, "u1")
    log.append([event("undo", Undone("u1"))])
    [found] = Outbox(log).messages()
    assert (found.state, found.note) == ("dropped", "The update was undone before it was sent.")


def test_an_update_that_is_taken_back_while_it_is_sent_is_still_followed_up(log: Log) -> None:
    declare(log)
    post(log, "u1")
    claimed(log, sender(log))
    log.append([event("undo", Undone("u1"))])
    assert states(log) == ["sending"]


@pytest.mark.parametrize(("begun", "left"), [(False, "dropped"), (True, "sending")])
def test_a_redacted_update_leaves_no_text_in_the_outbox(log: Log, path: Path, begun: bool, left: str) -> None:
    declare(log)
    post(log, "u1", text=f"The password is {SECRET}")
    if begun:
        claimed(log, sender(log))
    log.redact(event("r", EntryRedacted("u1", reason="a password")))
    [found] = Outbox(log).messages()
    assert (found.state, found.payload) == (left, "")
    log.close()
    assert SECRET.encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir())


@pytest.mark.parametrize("erased", ["u1", "the other words"])
def test_redacted_other_words_leave_the_file_and_do_not_go_out(log: Log, path: Path, erased: str) -> None:
    declare(log)
    found = post(log, "u1")
    decide_on(log, found, edited(found, f"The password is {SECRET}", "mo"), NOW)
    target = log.events(INCIDENT)[-1].id if erased != "u1" else "u1"
    log.redact(event("r", EntryRedacted(target, reason="a password")))
    [left] = Outbox(log).messages()
    assert (left.state, left.payload) == ("dropped", "")
    assert log.verify() == []
    log.close()
    assert SECRET.encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir())


DEEP = '{"a":' * 100_000
ODD_CELLS: dict[str, dict[str, tuple[str, ...]]] = {
    "outbox": {
        "due_at": ("", "x", "2026-01-01T00:00:00", "9999-12-31T23:59:59.999Z"), "tried_at": ("x", "9999-12-31"),
        "payload": (SECRET, DEEP + SECRET, f'["{SECRET}"]'), "remote": (SECRET, DEEP + SECRET, '{"incident_id":7}'),
    },
    "outbox_try": {"at": ("", "x"), "state": ("", "x")},
    "published": {
        "remote": (SECRET, DEEP), "updates": ("", "{}", "[7]", DEEP), "parts": ("", "[7]", DEEP), "read_at": ("x",),
        "differs": ("x", DEEP),
    },
    "lease": {"until": ("", "x")},
    "pace": {"free_at": ("", "x", "9999-12-31T23:59:59.999Z")},
    "arrival": {"at": ("", "x")},
}  # fmt: skip
"""Values that no console writes, by table and column."""


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        pytest.param(table, column, value, id=f"{table} {column} {number}")
        for table, columns in ODD_CELLS.items()
        for column, values in columns.items()
        for number, value in enumerate(values)
    ],
)
def test_a_row_that_nobody_can_read_stands_in_nobody_s_way(
    log: Log, path: Path, table: str, column: str, value: str
) -> None:
    declare(log)
    dispatch = sender(log)
    post(log, "u1")
    dispatch.settle(claimed(log, dispatch), NOW, Settled("done", "", None, '{"incident_id":"i1"}', "x1"))
    post(log, "u2")
    log.change("REPLACE INTO lease VALUES('page', 'another', ?)", rfc3339(NOW))
    log.change("REPLACE INTO pace VALUES('page', ?)", rfc3339(NOW))
    log.change("REPLACE INTO arrival SELECT id, incident, recorded_at, 1 FROM event")
    log.change(f"UPDATE {table} SET {column} = ?", value)
    outbox = Outbox(log)
    assert [message.id for message in outbox.messages()] == ["key-u1-page", "key-u2-page"]
    assert all(remote_of(message.remote) is None or message.remote for message in outbox.messages())
    assert isinstance(outbox.tries("key-u1-page"), list)
    assert outbox.placed(INCIDENT).keys() == {"page"}
    log.query(lambda connection: arrivals.all_of(connection, INCIDENT))
    assert dispatch.take_lease(NOW, lambda holder: None) in ("", "another")
    assert dispatch.free_at("page", NOW) >= NOW
    assert dispatch.take_turn("page", NOW, LEASE) >= NOW
    log.append([event("note", EntryLogged("note", f"the password is {SECRET}"))])
    log.redact(event("r", EntryRedacted("note", reason="a password")))
    assert log.verify() == []
    log.close()
    assert SECRET.encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_a_message_and_its_history_are_of_one_moment(log: Log) -> None:
    declare(log)
    dispatch, outbox = sender(log), Outbox(log)
    post(log, "u1")

    def send() -> None:
        for _ in range(50):
            dispatch.settle(claimed(log, dispatch), NOW, Settled("retry", "", NOW))

    with ThreadPoolExecutor() as threads:
        sending = threads.submit(send)
        while not sending.done():
            ((message, tries),) = outbox.histories()
            assert message.state == (tries[-1].state if tries else "pending")
        sending.result()


def test_an_edit_is_refused_where_somebody_was_faster(log: Log) -> None:
    declare(log)
    found = post(log, "u1")
    decide_on(log, found, edited(found, "First.", "mo"), NOW)
    with pytest.raises(Overtaken) as late:
        decide_on(log, found, edited(found, "Second.", "al"), NOW)
    assert "has changed since you opened it" in late.value.reason
    assert [event.actor for event in log.events(INCIDENT)[-1:]] == ["mo"]


def test_a_drop_is_refused_where_a_message_became_doubtful_meanwhile(log: Log) -> None:
    declare(log)
    found = post(log, "u1")
    dispatch = sender(log)
    dispatch.settle(claimed(log, dispatch), NOW, Settled("ask", "Look."))
    with pytest.raises(Overtaken) as late:
        decide_on(log, found, dropped(found, "mo"), NOW)
    assert "has changed since you opened it" in late.value.reason
    decide_on(log, found, dropped(fresh(log, found), "mo"), NOW)
    assert Outbox(log).messages()[0].note == "It may still be on the page."


def test_a_decision_where_a_message_is_sent_is_known_in_a_copy(log: Log, open_log: OpenLog, tmp_path: Path) -> None:
    declare(log)
    found = post(log, "u1")
    log.backup(tmp_path / "copy.db")
    decide_on(log, found, dropped(found, "mo"), NOW)
    copy = open_log(tmp_path / "copy.db")
    copy.import_events(log.events(INCIDENT))
    assert [len(one.events(INCIDENT)) for one in (log, copy)] == [4, 4]
    assert states(copy) == ["dropped"]


def test_a_message_that_arrived_is_still_known_when_its_text_is_erased(log: Log) -> None:
    declare(log)
    post(log, "u1")
    dispatch = sender(log)
    dispatch.settle(claimed(log, dispatch), NOW, Settled("done", "", None, '{"incident_id":"i1"}', "x1"))
    log.redact(event("r", EntryRedacted("u1")))
    [found] = Outbox(log).messages()
    assert (found.state, found.payload) == ("done", "")
    assert Outbox(log).placed(INCIDENT)["page"].updates == ("x1",)


def test_a_redacted_title_is_gone_from_messages(log: Log) -> None:
    declare(log)
    log.append([event("t", TitleChanged(f"Password {SECRET}"))])
    log.append([update("u1")], [message("u1", title=f"Password {SECRET}")])
    log.redact(event("r", EntryRedacted("t")))
    assert '"title":"[redacted]"' in Outbox(log).messages()[0].payload


# The sender's hand


def test_only_the_first_unfinished_message_of_an_incident_and_target_moves(log: Log) -> None:
    declare(log)
    first, second, other = post(log, "u1"), post(log, "u2"), post(log, "u3", "chat")
    dispatch = sender(log)
    assert [head.id for head in dispatch.heads()] == [first.id]
    assert [head.id for head in Dispatch(log, "a", "chat").heads()] == [other.id]
    assert dispatch.claim(second, NOW) is None
    dispatch.settle(claimed(log, dispatch), NOW, Settled("dead", "It is refused."))
    assert second.id not in [head.id for head in dispatch.heads()]
    decide_on(log, first, dropped(fresh(log, first), "mo"), NOW)
    assert [head.id for head in dispatch.heads()] == [second.id]


def test_a_message_is_claimed_once(log: Log, open_log: OpenLog) -> None:
    declare(log)
    found = post(log, "u1")
    assert sender(log, "a").claim(found, NOW) is not None
    late = NOW + LEASE * 2
    assert sender(open_log(), "b", late).claim(found, late) is None


def test_a_sender_without_the_lease_claims_nothing(log: Log, open_log: OpenLog) -> None:
    declare(log)
    found = post(log, "u1")
    first, second = sender(log, "a"), Dispatch(open_log(), "b", "page")
    assert second.take_lease(NOW, lambda other: True) == "a"
    assert second.claim(found, NOW) is None
    assert second.take_lease(NOW + LEASE, lambda other: True) == ""
    assert first.claim(found, NOW) is None


def test_the_lease_of_an_ended_process_is_free_at_once_and_so_is_one_of_a_clock_set_back(log: Log) -> None:
    sender(log, "a")
    assert Dispatch(log, "b", "page").take_lease(NOW, lambda other: False) == ""
    assert Dispatch(log, "c", "page").take_lease(NOW - timedelta(days=1), lambda other: True) == ""
    Dispatch(log, "c", "page").give_up_lease()
    assert Dispatch(log, "d", "page").take_lease(NOW, lambda other: True) == ""


def test_that_it_arrived_counts_whatever_was_thought_of_it_meanwhile(log: Log) -> None:
    declare(log)
    post(log, "u1")
    dispatch = sender(log)
    sending = claimed(log, dispatch)
    dispatch.settle(sending, NOW, Settled("unknown", "It broke off."))
    assert not dispatch.settle(sending, NOW, Settled("retry", "It was not taken."))
    assert states(log) == ["unknown"]
    dispatch.settle(sending, NOW, Settled("done", "", None, '{"incident_id":"i1"}', "x1"))
    assert states(log) == ["done"]


def test_what_arrived_is_noted_with_its_components_as_they_were_before(log: Log) -> None:
    declare(log)
    post(log, "u1")
    dispatch = sender(log)
    sending = claimed(log, dispatch)
    dispatch.add_parts(sending, (PlacedPart("c1", "", "checkout", "maintenance"),))
    dispatch.add_parts(sending, (PlacedPart("c1", "", "checkout", "major"),))
    dispatch.settle(sending, NOW, Settled("done", "", None, '{"incident_id":"i1"}', "x1"))
    placed = Outbox(log).placed(INCIDENT)["page"]
    assert placed.parts == (PlacedPart("c1", "major", "checkout", "maintenance"),)
    assert placed.updates == ("x1",)


# What a person may order

ALLOWED = {
    "retry": {"pending", "retry", "unknown", "ask", "dead"},
    "edit": {"pending", "retry", "dead"},
    "drop": {"pending", "retry", "unknown", "ask", "dead"},
    "confirm": {"unknown", "ask"},
    "resend": {"ask"},
}


def in_state(log: Log, name: str, state: str) -> Message:
    """A message in a state, on a target of its own."""
    found = post(log, name, f"page-{name}")
    if state != "pending":
        dispatch = sender(log)
        sending = dispatch.claim(found, NOW)
        assert sending is not None
        if state == "dropped":
            dispatch.settle(sending, NOW, Settled("dead"))
            decide_on(log, found, dropped(fresh(log, found), "mo"), NOW)
        elif state != "sending":
            remote = "{}" if state == "done" else ""
            dispatch.settle(sending, NOW, Settled(state, remote=remote))  # type: ignore[arg-type]  # from the table
    assert fresh(log, found).state == state
    return fresh(log, found)


@pytest.mark.parametrize("state", ["pending", "sending", "done", "retry", "unknown", "ask", "dead", "dropped"])
@pytest.mark.parametrize("order", list(ALLOWED))
def test_each_order_is_taken_in_some_states_and_refused_with_a_sentence_in_others(
    log: Log, state: str, order: str
) -> None:
    declare(log)
    found = in_state(log, "u1", state)
    box = Outbox(log)
    orders: dict[str, Callable[[], None]] = {
        "retry": lambda: box.retry(found.id, NOW, "mo"),
        "edit": lambda: decide_on(log, found, edited(found, "Better words.", "mo"), NOW),
        "drop": lambda: decide_on(log, found, dropped(found, "mo"), NOW),
        "confirm": lambda: decide_on(log, found, there(found, Remote("i1"), "mo"), NOW),
        "resend": lambda: decide_on(log, found, resent(found, "mo"), NOW),
    }
    events = log.position()
    if state in ALLOWED[order]:
        orders[order]()
    else:
        with pytest.raises((Refused, Overtaken)):
            orders[order]()
    after = fresh(log, found)
    if state in ALLOWED[order]:
        assert "mo" in box.tries(found.id)[-1].cause
        expected = {"edit": "pending", "drop": "dropped", "confirm": "done", "resend": "pending"}
        retried = "unknown" if state in ("unknown", "ask") else "pending"
        assert after.state == expected.get(order, retried)
    else:
        assert after == found
    # What is refused leaves nothing in the log either; trying again decides nothing.
    assert log.position() - events == (state in ALLOWED[order] and order != "retry")


def test_an_edit_changes_the_text_alone_and_cleans_it(log: Log) -> None:
    declare(log)
    found = post(log, "u1")
    decide_on(log, found, edited(found, " We \x1b[31mknow. ", "mo"), NOW)
    payload = msgspec.json.decode(Outbox(log).messages()[0].payload)
    assert payload["text"] == "We ␛[31mknow."
    assert payload["title"] == "Errors"
    found = fresh(log, found)
    with pytest.raises(Refused):
        decide_on(log, found, edited(found, "  ", "mo"), NOW)
    with pytest.raises(Refused):
        decide_on(log, found, edited(found, "We ␛[31mknow.", "mo"), NOW)
    nobody = msgspec.structs.replace(found, id="nobody")
    with pytest.raises(Overtaken):
        decide_on(log, found, edited(nobody, "words", "mo"), NOW)


def test_the_history_of_a_message_is_kept(log: Log) -> None:
    declare(log)
    found = in_state(log, "u1", "dead")
    Outbox(log).retry(found.id, NOW + timedelta(minutes=1), "mo")
    tries = Outbox(log).tries(found.id)
    assert [(attempt.state, attempt.cause) for attempt in tries] == [
        ("sending", ""),
        ("dead", ""),
        ("pending", "tried again by mo"),
    ]
    assert tries[-1].at == rfc3339(NOW + timedelta(minutes=1))


def test_any_order_of_orders_keeps_one_message_at_a_time_under_way(open_log: OpenLog, tmp_path: Path) -> None:
    """Two senders and a person, at random: never two of one place at once, nothing finished begins again."""
    for seed in range(6):
        chance = random.Random(seed)
        with Log.open(tmp_path / f"{seed}.db") as log:
            declare(log)
            for number in range(4):
                post(log, f"u{number}")
            box, hands = Outbox(log), [Dispatch(log, "a", "page"), Dispatch(log, "b", "page")]
            now = NOW
            begun: dict[str, Message] = {}
            over: dict[str, State] = {}
            for _ in range(60):
                now += timedelta(seconds=chance.choice((1, 1, 100)))
                hand = chance.choice(hands)
                hand.take_lease(now, lambda other: None)
                if chance.random() < 0.5 and (heads := hand.heads()) and heads[0].state in ("pending", "retry"):
                    if (sending := hand.claim(heads[0], now)) is not None:
                        begun[sending.id] = sending
                elif begun and chance.random() < 0.7:
                    id = chance.choice(list(begun))
                    end: State = chance.choice(("done", "retry", "unknown", "ask", "dead"))
                    hand.settle(begun.pop(id), now, Settled(end, remote="{}"))
                else:
                    one = chance.choice(box.messages())
                    order = chance.choice(("retry", "resend", "drop"))
                    with suppress(Refused, Overtaken):
                        match order:
                            case "retry":
                                box.retry(one.id, now, "mo")
                            case "resend":
                                decide_on(log, one, resent(one, "mo"), now)
                            case "drop":
                                decide_on(log, one, dropped(one, "mo"), now)
                found = box.messages()
                moving = [one for one in found if one.state in ("sending", "unknown", "ask", "retry")]
                assert len(moving) <= 1
                assert {
                    one.id: one.state for one in found if one.id in over and one.state != "done"
                }.items() <= over.items()
                over = {one.id: one.state for one in found if one.finished}
                # Whatever is begun stands behind nothing unfinished.
                assert all(one.finished for one in found[: found.index(moving[0])]) if moving else True
