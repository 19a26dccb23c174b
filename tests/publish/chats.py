"""The tests for every chat, on top of those for every provider."""

from tests.publish.fakes.chat import ChatFake
from tests.publish.faulty import Fault
from tests.publish.suite import Bench, ProviderSuite


class ChatSuite(ProviderSuite):
    """A wrong key is a wrong address here."""

    def make(self, *plan: Fault, every: bool = False, key: str | None = None) -> Bench:
        fake = type(self).fake()
        assert isinstance(fake, ChatFake)
        if key is not None:
            fake.base = fake.base.replace(fake.key, key)
        return Bench(self.provider, fake, plan, every=every, key=key)
