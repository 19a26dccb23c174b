"""Slack: an incoming webhook. Its address is the key; messages have no id, cannot be read, edited or found again."""

from typing import Any, ClassVar

from console.publish.provider import Capabilities
from console.publish.providers.common import chat
from console.publish.sending.message import Delivery

MAX_BLOCK_CHARS = 3000
"""Characters of one section's text (Slack's reference of the section block)."""
MAX_TEXT_CHARS = 12_000
"""Ours: four sections. Slack would take fifty blocks, which nobody reads in a channel."""


class Slack(chat.OkHook):
    """One channel of a workspace."""

    title: ClassVar[str] = "Slack channel"
    called: ClassVar[str] = "Slack"
    capabilities: ClassVar[Capabilities] = chat.capabilities(MAX_TEXT_CHARS, 1.0)

    def _message(self, delivery: Delivery) -> dict[str, Any]:
        return payload(delivery)


PROVIDER = Slack


def payload(delivery: Delivery) -> dict[str, Any]:
    """The message: blocks for the channel, and a text for notifications and old clients."""
    head = chat.head(delivery)
    pieces = [head, *_split(delivery.text), *filter(None, (chat.parts(delivery),))]
    # Plain text obeys nothing: neither “*b*” and “_i_”, nor mentions.
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "plain_text", "text": piece, "emoji": False}} for piece in pieces
    ]
    if delivery.link:
        link = {"type": "mrkdwn", "text": f"<{escaped(delivery.link)}>", "verbatim": True}
        blocks.append({"type": "section", "text": link})
    return {"text": escaped(f"{head}\n{delivery.text}"), "mrkdwn": False, "blocks": blocks, "unfurl_links": False}


def escaped(text: str) -> str:
    """Text in which nothing is a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _split(text: str) -> list[str]:
    """The text in pieces that fit a block each, between lines where that can be, else between words."""
    pieces, rest = [], text
    while len(rest) > MAX_BLOCK_CHARS:
        size = max(rest.rfind("\n", 1, MAX_BLOCK_CHARS), 0) or max(rest.rfind(" ", 1, MAX_BLOCK_CHARS), 0)
        pieces.append(rest[: size or MAX_BLOCK_CHARS])
        rest = rest[size or MAX_BLOCK_CHARS :].lstrip("\n ")
    return [*pieces, rest] if rest else pieces
