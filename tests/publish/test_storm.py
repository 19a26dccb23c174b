"""Real processes: senders that are killed with -9, two on one file, and posts in bad weather, before a page that lives
in a process of its own."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from console.store import Log
from console.store.outbox.outbox import Outbox
from tests.core.story import START
from tests.publish.away import PageProcess
from tests.publish.kill_sender import one_kill
from tests.publish.making import declare, post
from tests.publish.sending import Order, begin, run
from tests.publish.storm import storm


@pytest.mark.drawn(3, of="killed senders")
def test_a_sender_that_is_killed_at_any_moment_loses_nothing_and_doubles_nothing() -> None:
    # The script tries every moment of every kind; here always the same, so that a failure is seen again.
    for kind, moment in (("statuspage", 23), ("slack", 20)):
        _, _, wrong = one_kill(kind, moment)
        assert wrong == []


@pytest.mark.parametrize(("kind", "posts"), [("statuspage", 20), ("cachet", 8), ("slack", 3), ("cstate", 4)])
def test_every_message_is_on_the_page_once_and_in_order_after_a_storm(kind: str, posts: int) -> None:
    tally = storm(kind, posts, 20261121, kills=0.02)
    assert tally.wrong == []
    assert tally.on_page == posts
    assert tally.tries > posts


def test_two_senders_on_one_file_send_each_message_once(tmp_path: Path) -> None:
    path = tmp_path / "data" / "warroom.db"
    with PageProcess("statuspage") as page, Log.open(path) as log:
        declare(log)
        texts = [post(log, f"update {number}") and f"update {number}" for number in range(30)]
        order = Order(str(path), page.at, "statuspage", START + timedelta(hours=1))
        senders = [begin(order) for _ in range(2)]
        for sender in senders:
            sender.join()
        assert [sender.exitcode for sender in senders] == [0, 0]
        assert {one.state for one in Outbox(log).messages()} == {"done"}
        [seen] = page.seen()
        assert [text for _, text in seen.updates] == texts


def test_a_sender_that_is_stopped_and_goes_on_sends_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "data" / "warroom.db"
    with PageProcess("statuspage") as page, Log.open(path) as log:
        declare(log)
        for number in range(30):
            post(log, f"update {number}")
        start = START + timedelta(hours=1)
        order = Order(str(path), page.at, "statuspage", start)
        first = begin(order)
        while not any(one.attempts for one in Outbox(log).messages()):
            pass
        assert first.pid
        os.kill(first.pid, signal.SIGSTOP)
        # Long after the lease of the first has run out.
        later = msgspec.structs.replace(order, start=start + timedelta(days=1))
        assert run(later)
        os.kill(first.pid, signal.SIGCONT)
        first.join()
        assert first.exitcode == 0
        assert run(later)
        assert {one.state for one in Outbox(log).messages()} == {"done"}
        [seen] = page.seen()
        assert [text for _, text in seen.updates] == [f"update {number}" for number in range(30)]
