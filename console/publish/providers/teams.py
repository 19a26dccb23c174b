"""Microsoft Teams: a workflow “When a Teams webhook request is received”. Its address is the key.

The workflow takes an Adaptive Card and answers 202 before the card is in the channel; nothing can be asked afterwards.
"""

import json
from typing import Any, ClassVar

from console.publish.provider import Capabilities, Checked
from console.publish.providers.common import chat
from console.publish.sending.message import Delivery, Known, Remote
from console.publish.transport.failure import Rejected

MAX_MESSAGE_BYTES = 28_000
"""Of the whole message; Teams drops what is larger (28 KB by Microsoft's limits of messages)."""


class Teams(chat.Chat):
    """One channel or chat."""

    title: ClassVar[str] = "Microsoft Teams channel"
    called: ClassVar[str] = "Teams"
    capabilities: ClassVar[Capabilities] = Capabilities(
        key_in="url", page=False, lifecycle=False, title_limit=200, text_limit=12_000, pace_s=0.5
    )

    def check(self) -> Checked:
        """Asks nothing: the only thing that a workflow understands is a message."""
        return Checked("The address has the right form; only a message in the channel shows whether it works.")

    def send(self, delivery: Delivery, known: Known) -> Remote:
        self._check_limits(delivery)
        data = payload(delivery)
        size = len(json.dumps(data).encode())
        if size > MAX_MESSAGE_BYTES:
            raise Rejected(f"The message has {size} bytes and Teams takes {MAX_MESSAGE_BYTES}; shorten the text.")
        self._post(data)
        return Remote(delivery.incident)


PROVIDER = Teams


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
