"""Workflows of Microsoft Teams."""

import pytest

from console.publish.providers.teams import Teams, payload
from console.publish.transport.failure import Rejected
from tests.publish.chats import ChatSuite
from tests.publish.fakes.chat import TeamsFake
from tests.publish.suite import told_well


class TestTeams(ChatSuite):
    provider = Teams
    fake = TeamsFake

    def test_the_text_stands_as_it_was_approved(self) -> None:
        bench = self.make()
        text = "**No** _Markdown_, [no link](https://a.example)\n\nand an empty line"
        bench.send(bench.delivery("investigating", text))
        assert bench.updates[0][1] == text

    def test_what_teams_would_drop_is_refused(self) -> None:
        bench = self.make()
        with pytest.raises(Rejected, match="28000") as refused:
            bench.send(bench.delivery("investigating", "ü" * 11_000))
        told_well(refused.value, bench.key)
        assert bench.transport.at == []

    def test_components_stand_below(self) -> None:
        bench = self.make()
        body = payload(bench.delivery("identified", "Down.", {"c1": "major"}))["attachments"][0]["content"]["body"]
        assert body[-1]["inlines"][0]["text"] == "Checkout: major outage"
