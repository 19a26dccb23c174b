"""Real processes: senders that are killed with -9, two on one file, and posts in bad weather, before a page that lives
in a process of its own."""

import signal
import subprocess
import sys
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
from tests.publish.sending import Order
from tests.publish.storm import storm
from tests.store.making import ROOT


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
        order = msgspec.json.encode(Order(str(path), page.at, "statuspage", START + timedelta(hours=1))).decode()
        senders = [
            subprocess.Popen([sys.executable, "-m", "tests.publish.sending", order], cwd=ROOT, stdout=subprocess.PIPE)
            for _ in range(2)
        ]
        for sender in senders:
            sender.communicate()
        assert [sender.returncode for sender in senders] == [0, 0]
        assert {one.state for one in Outbox(log).messages()} == {"done"}
        [seen] = page.seen()
        assert [text for _, text in seen.updates] == texts


def test_a_sender_that_is_stopped_and_goes_on_sends_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "data" / "warroom.db"
    with PageProcess("statuspage") as page, Log.open(path) as log:
        declare(log)
        for number in range(10):
            post(log, f"update {number}")
        start = START + timedelta(hours=1)
        order = Order(str(path), page.at, "statuspage", start)
        arguments = [sys.executable, "-m", "tests.publish.sending"]
        first = subprocess.Popen([*arguments, msgspec.json.encode(order).decode()], cwd=ROOT, stdout=subprocess.PIPE)
        while not any(one.attempts for one in Outbox(log).messages()):
            pass
        first.send_signal(signal.SIGSTOP)
        # Long after the lease of the first has run out.
        later = msgspec.structs.replace(order, start=start + timedelta(days=1))
        second = subprocess.run([*arguments, msgspec.json.encode(later).decode()], cwd=ROOT, stdout=subprocess.PIPE)
        first.send_signal(signal.SIGCONT)
        first.communicate()
        assert (first.returncode, second.returncode) == (0, 0)
        third = subprocess.run([*arguments, msgspec.json.encode(later).decode()], cwd=ROOT, stdout=subprocess.PIPE)
        assert third.returncode == 0
        assert {one.state for one in Outbox(log).messages()} == {"done"}
        [seen] = page.seen()
        assert [text for _, text in seen.updates] == [f"update {number}" for number in range(10)]
