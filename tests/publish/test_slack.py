"""Slack's incoming webhooks."""

import msgspec
import pytest

from console.publish.providers.slack import Slack, payload
from console.publish.transport.failure import Gone, Rejected
from tests.publish.chats import ChatSuite
from tests.publish.fakes.chat import SlackFake
from tests.publish.faulty import status
from tests.publish.suite import told_well


class TestSlack(ChatSuite):
    provider = Slack
    fake = SlackFake

    def test_nothing_in_the_text_calls_anybody(self) -> None:
        bench = self.make()
        bench.send(bench.delivery("investigating", "<!channel> <@U1> @here *b* _i_ a < b & c"))
        assert "<!channel> <@U1> @here *b* _i_ a < b & c" in bench.updates[0][1]
        assert bench.fake.wrong == []

    def test_a_long_text_is_whole_in_several_blocks(self) -> None:
        bench = self.make()
        text = "\n".join(f"{number} & more words that make the line longer" for number in range(200))
        bench.send(bench.delivery("investigating", text))
        assert bench.fake.wrong == []
        assert bench.updates[0][1].split() == text.split()

    def test_a_text_without_a_gap_is_split_too(self) -> None:
        bench = self.make()
        bench.send(bench.delivery("investigating", "<" * 5000))
        assert bench.updates[0][1].replace("\n", "") == "<" * 5000

    def test_components_and_link_stand_below(self) -> None:
        bench = self.make()
        delivery = bench.delivery("identified", "Down.", {"c1": "partial"})
        assert payload(delivery)["blocks"][-1]["text"]["text"] == "Checkout: partial outage"
        linked = msgspec.structs.replace(delivery, link="https://status.example/1")
        bench.send(linked)
        assert payload(linked)["blocks"][-1]["text"]["text"] == "<https://status.example/1>"
        assert bench.fake.wrong == []

    def test_a_webhook_that_is_gone_is_told_in_terms_of_the_chat(self) -> None:
        bench = self.make(status(404, "no_service"))
        with pytest.raises(Gone, match="make a new one in Slack") as gone:
            bench.send(bench.delivery("investigating", "Looking."))
        told_well(gone.value, bench.key)

    def test_check_tells_a_dead_webhook(self) -> None:
        with pytest.raises(Gone, match="make a new one in Slack"):
            self.make(status(410)).provider.check()
        with pytest.raises(Rejected, match="key"):
            self.make(key="Wr0ng-Key-0123456789").provider.check()
        assert "only the first message shows" in self.make(status(500)).provider.check().says
