"""Google Chat: a space's webhook. Its address is the key; messages cannot be edited or found again with it.

Text of a message obeys marks that cannot be escaped, so the approved words stand in a card, as HTML; the text for
notifications holds none of them. All updates of an incident stand in one thread.
"""

from html import escape
from typing import Any, ClassVar
from urllib.parse import urlencode

from console.publish.provider import Capabilities, Checked
from console.publish.providers.common import chat
from console.publish.providers.common.json import json_of, text
from console.publish.providers.common.limits import within_limits
from console.publish.sending.message import Delivery, Known, Remote
from console.publish.transport.failure import Unknown

MAX_CARD_BYTES = 32_000


def payload(delivery: Delivery) -> dict[str, Any]:
    """A card of paragraphs, in the incident's thread."""
    lines = [f"<b>{_html(chat.head(delivery))}</b>", _html(delivery.text), _html(chat.parts(delivery))]
    widgets: list[dict[str, Any]] = [{"textParagraph": {"text": line}} for line in lines if line]
    if delivery.link:
        button = {"text": "Open", "onClick": {"openLink": {"url": delivery.link}}}
        widgets.append({"buttonList": {"buttons": [button]}})
    return {
        "cardsV2": [{"cardId": delivery.key, "card": {"sections": [{"widgets": widgets}]}}],
        "fallbackText": f"Status update of {delivery.incident}",
        "thread": {"threadKey": delivery.incident},
    }


def _html(words: str) -> str:
    return escape(words, quote=False).replace("\n", "<br>")


class GoogleChat(chat.Chat):
    """One space."""

    title: ClassVar[str] = "Google Chat space"
    called: ClassVar[str] = "Google Chat"
    # Sixty messages a minute for each space, whoever writes them.
    capabilities: ClassVar[Capabilities] = chat.capabilities(MAX_CARD_BYTES, 1.0, chat.in_json(payload))

    def check(self) -> Checked:
        """Asks nothing: the webhook's key opens messages alone."""
        return Checked("The address has the right form; only a message in the space shows whether it works.")

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, Known(), self.capabilities)
        # Without the option the thread's key is passed over.
        options = {"messageReplyOption": "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD", "requestId": delivery.key}
        joint = "&" if "?" in self._http.base else "?"
        answer = self._post(payload(delivery), f"{joint}{urlencode(options)}")
        if not text(json_of(self._http, answer), "name"):
            raise Unknown(f"{self._name} took the message without naming it.")
        return Remote(delivery.incident)


PROVIDER = GoogleChat
