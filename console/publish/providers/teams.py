"""Microsoft Teams: a workflow “When a Teams webhook request is received”. Its address is the key.

The workflow takes an Adaptive Card and answers 202 before the card is in the channel; nothing can be asked afterwards.
"""

from typing import Any, ClassVar

from console.publish.provider import Capabilities, Checked
from console.publish.providers.common import chat
from console.publish.providers.common.limits import within_limits
from console.publish.sending.message import Delivery, Known, Remote

MAX_MESSAGE_BYTES = 28_000
"""Of the whole message; Teams drops what is larger (28 KB by Microsoft's limits of messages)."""


def payload(delivery: Delivery) -> dict[str, Any]:
    """An Adaptive Card of text runs, in which no Markdown is obeyed as it would be in text blocks."""
    body = [_line(chat.head(delivery), weight="Bolder")]
    body += [_line(line) if line else _line(" ") for line in delivery.text.split("\n")]
    if delivery.parts:
        body.append(_line(chat.parts(delivery), isSubtle=True))
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    if delivery.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open", "url": delivery.link}]
    return {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
        ],
    }


def _line(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "spacing": "None", "inlines": [{"type": "TextRun", "text": text, **style}]}


class Teams(chat.Chat):
    """One channel or chat."""

    title: ClassVar[str] = "Microsoft Teams channel"
    called: ClassVar[str] = "Teams"
    capabilities: ClassVar[Capabilities] = chat.capabilities(MAX_MESSAGE_BYTES, 0.5, chat.in_json(payload))

    def check(self) -> Checked:
        """Asks nothing: the only thing that a workflow understands is a message."""
        return Checked("The address has the right form; only a message in the channel shows whether it works.")

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, Known(), self.capabilities)
        self._post(payload(delivery))
        return Remote(delivery.incident)


PROVIDER = Teams
