"""Mattermost's incoming webhooks."""

from console.publish.providers.mattermost import Mattermost
from tests.publish.chats import ChatSuite
from tests.publish.fakes.chat import MattermostFake


class TestMattermost(ChatSuite):
    provider = Mattermost
    fake = MattermostFake

    def test_nothing_in_the_text_is_obeyed(self) -> None:
        bench = self.make()
        text = "@all <!channel> <https://a.example|x> **b** #tag :smile: ~town"
        bench.send(bench.delivery("investigating", text))
        assert bench.updates[0][1] == text
        assert bench.fake.wrong == []
