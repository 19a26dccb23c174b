"""The tests for every chat, on top of those for every provider."""

from functools import partial

import pytest

from console.publish.targets import setup
from console.publish.targets.connect import connect
from console.publish.targets.keys import Key
from console.publish.targets.model import Target
from tests.publish.fakes.chat import ChatFake
from tests.publish.faulty import Fault, FaultyTransport
from tests.publish.suite import STARTED, Bench, ProviderSuite


class ChatSuite(ProviderSuite):
    """A wrong key is a wrong address here."""

    def make(self, *plan: Fault, every: bool = False, key: str | None = None) -> Bench:
        fake = type(self).fake()
        assert isinstance(fake, ChatFake)
        if key is not None:
            fake.base = fake.base.replace(fake.key, key)
        return Bench(self.provider, fake, plan, every=every, key=key)

    def test_a_test_says_that_it_is_one(self) -> None:
        fake = type(self).fake()
        transport = FaultyTransport(fake)
        assert self.provider.capabilities.chat
        target = Target("chat", self.provider.__module__.rpartition(".")[2].replace("_", "-"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(setup, "connect", partial(connect, transport=transport))
            setup.send_test(target, Key(fake.base), STARTED)
        [(_, text)] = [update for seen in fake.seen() for update in seen.updates]
        assert "This is a test of Warroom" in text
