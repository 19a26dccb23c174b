"""The same words twice, where nobody knows what the first of them is called on the page: a person has confirmed it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from console.publish.provider import Provider
from console.publish.sending.decisions import confirmed, dropped
from console.publish.sending.sender import Sender
from console.store import Log
from console.store.outbox.message import Message
from console.store.outbox.outbox import Outbox
from tests.publish.away import kinds, provider
from tests.publish.fakes import Fake
from tests.publish.faulty import Fault, FaultyTransport, client, fine, status, timed_out_after, timed_out_before
from tests.publish.making import Clock, decide_on, declare, message_of, post

ASKED = [kind for kind, (cls, _) in kinds().items() if cls.capabilities.asks]
MARKED = ("matrix", "upptime", "uptime-kuma")
"""Those that keep our marker with each update."""
WORDS = "Still looking."

pytestmark = pytest.mark.drawn(4)


class Network(FaultyTransport):
    """A page whose clock is ours. Gone `astray`: it takes a post, we do not learn it and are not let in to look."""

    def __init__(self, fake: Fake, clock: Clock) -> None:
        super().__init__(fake)
        self.clock, self.astray, self._posted = clock, False, False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.fake.now = self.clock()
        posts = self.fake.posts(request)
        if self.astray and self._posted and not posts:
            return status(403)(self.fake, request, self.time)
        self._posted = self.astray and (self._posted or posts)
        return super().handle_request(request)


class Bench:
    """A log, one page in this process, and a network in which what happens to each post is said beforehand."""

    def __init__(self, log: Log, kind: str, apart: float) -> None:
        """`apart`: minutes between two messages."""
        self.log, self.box, self.clock, self.kind = log, Outbox(log), Clock(), kind
        cls, fake = kinds()[kind]
        self.fake = fake()
        self.network = Network(self.fake, self.clock)
        self.minute, self.apart = 0.0, apart
        http = client(cls, self.network, self.clock)
        self.provider: Provider = provider(kind, "page", self.fake, http, self.clock)
        self.sender = Sender(log, lambda target: self.provider, self.clock, jitter=lambda: 0.0, wait=self.clock.sleep)
        declare(log)

    def posts(self, text: str, *faults: Fault, astray: bool = False) -> Message:
        """Post an update, and send until nothing moves by itself; the message as it stands then."""
        self.minute += self.apart
        self.clock.sleep(self.apart * 60)
        message = post(self.log, text, minute=60 + self.minute)
        self.network.plan.clear()
        self.network.plan.extend([timed_out_after] if astray else faults)
        self.network.astray = astray
        while (report := self.sender.run_once()).next_at is not None:
            self.clock.now = max(self.clock.now, report.next_at)
        return message_of(self.log, message.id)

    def is_seen(self, message: Message) -> None:
        """The person has looked, and it is there."""
        [incident] = self.fake.seen()
        assert message.state == "ask"
        decide_on(self.log, message, confirmed(self.box, message, "mo", incident=incident.id))

    @property
    def texts(self) -> list[str]:
        return [text for incident in self.fake.seen() for _, text in incident.updates]


@pytest.fixture(params=[(kind, apart) for kind in ASKED for apart in (0.0, 20.0)], ids=str)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    kind, apart = request.param
    with Log.open(tmp_path / "warroom.db") as log:
        yield Bench(log, kind, apart)


def test_the_next_one_of_the_same_words_is_sent_although_the_confirmed_one_is_there(bench: Bench) -> None:
    bench.posts("We look into it.")
    bench.is_seen(bench.posts(WORDS, astray=True))
    again = bench.posts(WORDS, timed_out_before)
    assert again.state == "done"
    assert bench.texts == ["We look into it.", WORDS, WORDS]


def test_the_next_one_of_the_same_words_is_found_behind_the_confirmed_one(bench: Bench) -> None:
    bench.posts("We look into it.")
    bench.is_seen(bench.posts(WORDS, astray=True))
    again = bench.posts(WORDS, timed_out_after)
    assert (again.state, again.attempts) == ("done", 1)
    assert bench.texts == ["We look into it.", WORDS, WORDS]
    # And so on: the one that was found is known by its id now.
    third = bench.posts(WORDS, timed_out_before)
    assert (third.state, third.attempts) == ("done", 2)
    assert bench.texts == ["We look into it.", WORDS, WORDS, WORDS]


def test_one_that_was_given_up_in_doubt_leaves_the_next_one_of_the_same_words_to_a_person(bench: Bench) -> None:
    bench.posts("We look into it.")
    lost = bench.posts(WORDS, astray=True)
    decide_on(bench.log, lost, dropped(lost, "mo"))
    again = bench.posts(WORDS, timed_out_before)
    if again.state == "ask":
        assert "an earlier one with the same words" in again.note
        assert bench.texts == ["We look into it.", WORDS]
    else:
        # A target that keeps moments tells one from the other where they lie apart; one with markers always.
        assert bench.apart or bench.kind in MARKED
        assert bench.texts == ["We look into it.", WORDS, WORDS]
    assert bench.fake.wrong == []


def test_one_whose_words_are_others_is_nobodys_business(bench: Bench) -> None:
    bench.posts("We look into it.")
    bench.is_seen(bench.posts("Another thing.", astray=True))
    again = bench.posts(WORDS, timed_out_after, fine)
    assert (again.state, again.attempts) == ("done", 1)
    assert bench.texts == ["We look into it.", "Another thing.", WORDS]


def test_a_first_message_that_was_confirmed_counts_where_it_stands_among_the_updates(bench: Bench) -> None:
    if "create" in bench.provider.capabilities.repeats:
        pytest.skip("its first message is known again")
    bench.is_seen(bench.posts(WORDS, astray=True))
    again = bench.posts(WORDS, timed_out_before)
    assert (again.state, again.attempts) == ("done", 2)
    third = bench.posts(WORDS, timed_out_after)
    assert (third.state, third.attempts) == ("done", 1)
    assert bench.texts == [WORDS] * 3
