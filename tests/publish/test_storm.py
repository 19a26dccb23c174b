"""Storms, and real processes: senders that are killed with -9, and two on one file, before a page that lives in a
process of its own. The long forms are `python -m tests.publish.storm` and `python -m tests.publish.kill_sender`."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from console.store import Log
from console.store.outbox.outbox import Outbox
from tests.core.story import START
from tests.drawing import chance
from tests.publish.away import PageProcess, kinds
from tests.publish.kill_sender import ACTS
from tests.publish.making import declare, post
from tests.publish.sending import Order, begin, run
from tests.publish.storm import KINDS, storm


@pytest.mark.drawn(2, of="killed senders")
@pytest.mark.parametrize("act", ACTS)
def test_a_sender_that_is_killed_at_any_moment_loses_nothing_and_doubles_nothing(act: str) -> None:
    by = chance(f"kill {act}")
    kill, able = ACTS[act]
    kind = by.choice([kind for kind, (cls, _) in kinds().items() if able(cls.capabilities)])
    moment = by.randrange(1, 9)
    assert (kind, moment, kill(kind, moment).wrong) == (kind, moment, [])


QUICK = [kind for kind in KINDS if kind != "cstate"]


@pytest.mark.parametrize("number", range(4))
def test_whatever_is_done_in_a_storm_the_page_says_what_the_log_says(number: int) -> None:
    by = chance(f"storm {number}")
    kind, seed = by.choice(QUICK), f"{by.randrange(2**32)}.0"
    # `python -m tests.publish.storm 15 SEED KIND` has the same again.
    assert (kind, seed, storm(kind, 15, seed).wrong) == (kind, seed, [])


def test_two_senders_on_one_file_send_each_message_once(tmp_path: Path) -> None:
    path = tmp_path / "data" / "warroom.db"
    with PageProcess("statuspage") as page, Log.open(path) as log:
        declare(log)
        texts = [post(log, f"update {number}") and f"update {number}" for number in range(15)]
        order = Order(str(path), page.at, "statuspage", START + timedelta(hours=1))
        senders = [begin(order) for _ in range(2)]
        for sender in senders:
            sender.join()
        assert [sender.exitcode for sender in senders] == [0, 0]
        assert {message.state for message in Outbox(log).messages()} == {"done"}
        [seen] = page.seen()
        assert [text for _, text in seen.updates] == texts


def test_a_sender_that_is_stopped_and_goes_on_sends_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "data" / "warroom.db"
    with PageProcess("statuspage") as page, Log.open(path) as log:
        declare(log)
        for number in range(15):
            post(log, f"update {number}")
        start = START + timedelta(hours=1)
        order = Order(str(path), page.at, "statuspage", start)
        first = begin(order)
        while not any(message.attempts for message in Outbox(log).messages()):
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
        assert {message.state for message in Outbox(log).messages()} == {"done"}
        [seen] = page.seen()
        assert [text for _, text in seen.updates] == [f"update {number}" for number in range(15)]
