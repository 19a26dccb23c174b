"""Discord's webhooks."""

import pytest

from console.publish.providers.discord import Discord, escaped
from console.publish.transport.failure import Gone, Rejected
from tests.publish.chats import ChatSuite
from tests.publish.fakes.chat import DiscordFake
from tests.publish.faulty import answers, status
from tests.publish.suite import told_well


class TestDiscord(ChatSuite):
    provider = Discord
    fake = DiscordFake

    def test_each_message_has_its_id(self) -> None:
        bench = self.make()
        ids = [bench.send(bench.delivery("investigating", "Looking.")).update_id for _ in range(2)]
        assert ids == ["111", "112"]

    def test_nothing_in_the_text_is_obeyed(self) -> None:
        bench = self.make()
        text = "@everyone <@1> **x** _y_ ||z|| https://a.example/a_b_c?x=*"
        bench.send(bench.delivery("investigating", text))
        assert bench.updates[0][1] == text
        assert bench.fake.wrong == []

    def test_what_grows_too_long_by_escaping_is_refused(self) -> None:
        bench = self.make()
        with pytest.raises(Rejected, match="2000") as refused:
            bench.send(bench.delivery("investigating", "*" * 1500))
        told_well(refused.value, bench.key)
        assert bench.transport.at == []

    def test_check_names_the_webhook(self) -> None:
        assert "Incidents" in self.make().provider.check().says
        bench = self.make()
        bench.plan(status(404), every=True)
        with pytest.raises(Gone, match="make a new one in Discord"):
            bench.provider.check()
        bench.plan(answers([1]), every=True)
        with pytest.raises(Rejected, match="not Discord's"):
            bench.provider.check()


def test_addresses_stay_whole() -> None:
    assert escaped("*a* https://x.example/_y_ <b>") == "\\*a\\* https://x.example/_y_ \\<b\\>"
