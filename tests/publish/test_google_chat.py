"""Google Chat's webhooks."""

from console.publish.providers.google_chat import GoogleChat, payload
from tests.publish.chats import ChatSuite
from tests.publish.fakes.chat import GoogleChatFake


class TestGoogleChat(ChatSuite):
    provider = GoogleChat
    fake = GoogleChatFake

    def test_a_notification_holds_none_of_the_approved_words(self) -> None:
        data = payload(self.make().delivery("investigating", "*Payments* fail <users/all>"))
        assert data["fallbackText"] == "Status update of INC-K7Q2"
        assert "<users/all>" not in str(data)
