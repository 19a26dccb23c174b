"""Microsoft Teams: a workflow “When a Teams webhook request is received”. Its address is the key.

The workflow takes an Adaptive Card and answers 202 before the card is in the channel; nothing can be asked afterwards.
"""

import json
from typing import Any, ClassVar

from console.publish.provider import Capabilities, Provider, Settings
from console.publish.providers.common import chat
from console.publish.sending.message import Checked, Delivery, Known, Lookup, PageView, Remote
from console.publish.transport.failure import Rejected
from console.publish.transport.http import Http

MOST_BYTES = 28_000
"""Of the whole message; Teams drops what is larger (28 KB by Microsoft's limits of messages)."""


class Teams:
    """One channel or chat."""

    title: ClassVar[str] = "Microsoft Teams channel"
    capabilities: ClassVar[Capabilities] = Capabilities(
        key_in="url", page=False, lifecycle=False, title_limit=200, text_limit=12_000, pace_s=0.5
    )
    base: ClassVar[str] = ""

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._http = settings.name, http

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {}

    def check(self) -> Checked:
        """Asks nothing: the only thing that a workflow understands is a message."""
        return Checked("The address has the right form; Teams tells more only by a message in the channel.")

    def send(self, delivery: Delivery, known: Known) -> Remote:
        chat.fits(delivery, "Teams", self.capabilities.title_limit, self.capabilities.text_limit)
        data = payload(delivery)
        size = len(json.dumps(data).encode())
        if size > MOST_BYTES:
            raise Rejected(f"The message has {size} bytes and Teams takes {MOST_BYTES}; shorten the text.")
        chat.post(self._http, self._name, "Teams", data)
        return Remote(delivery.incident)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        return chat.cannot_tell(self._name, "Teams", delivery)

    def read(self, known: Known) -> PageView:
        raise Rejected("Teams does not tell what was posted; look in the channel.")


PROVIDER: type[Provider] = Teams


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


def _line(text: str, **look: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "spacing": "None", "inlines": [{"type": "TextRun", "text": text, **look}]}
