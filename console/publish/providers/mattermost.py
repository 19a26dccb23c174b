"""Mattermost: an incoming webhook. Its address is the key; messages have no id, cannot be read, edited or found again.

It obeys Markdown, and Slack's marks of links and mentions before that: all of it is escaped. A sign that nobody sees
behind each @ keeps it from calling people.
"""

from typing import ClassVar

from console.publish.provider import Capabilities
from console.publish.providers.common import chat
from console.publish.providers.common.markdown import escaped
from console.publish.sending.message import Delivery

MAX_TEXT_CHARS = 16_383
"""Of a post, by the server's own default; what is longer would become several posts."""
_SILENT = "@\N{ZERO WIDTH SPACE}"


def content(delivery: Delivery) -> str:
    """The message in Mattermost's Markdown, with everything in the approved text escaped."""
    lines = (delivery.text, chat.parts(delivery))
    body = [_written(line) for line in lines if line]
    link = [f"<{delivery.link}>"] if delivery.link else []
    return "\n".join((f"**{_written(chat.head(delivery))}**", *body, *link))


def _written(words: str) -> str:
    return escaped(words, breaks=True).replace("\\@", "@").replace("@", _SILENT)


class Mattermost(chat.OkHook):
    """One channel of a server."""

    title: ClassVar[str] = "Mattermost channel"
    called: ClassVar[str] = "Mattermost"
    capabilities: ClassVar[Capabilities] = chat.capabilities(MAX_TEXT_CHARS, 0.5, content)

    def _message(self, delivery: Delivery) -> dict[str, str]:
        return {"text": content(delivery)}


PROVIDER = Mattermost
