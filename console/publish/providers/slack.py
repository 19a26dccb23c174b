"""Slack: an incoming webhook. Its address is the key; messages have no id, cannot be read, edited or found again."""

import re
from typing import Any, ClassVar

from console.publish.provider import Capabilities, Checked
from console.publish.providers.common import chat
from console.publish.sending.message import Delivery, Known, Remote
from console.publish.transport.failure import Gone, Rejected, Unknown, quoted

MAX_BLOCK_CHARS = 3000
"""Characters of one section's text, counted after escaping (Slack's reference of the section block)."""
MAX_TEXT_CHARS = 12_000
"""Ours: four sections. Slack would take fifty blocks, which nobody reads in a channel."""

_URL = re.compile(r"https?://[^\s<>|]+")


class Slack(chat.Chat):
    """One channel of a workspace."""

    title: ClassVar[str] = "Slack channel"
    called: ClassVar[str] = "Slack"
    capabilities: ClassVar[Capabilities] = Capabilities(
        key_in="url", page=False, lifecycle=False, title_limit=200, text_limit=MAX_TEXT_CHARS, pace_s=1.0
    )

    def check(self) -> Checked:
        """Post nothing at all, which a webhook that lives refuses (400, `no_text`) and a dead one does not know."""
        try:
            self._http.write("POST", self._http.base, {})
        except Unknown:
            # Some webhooks answer an empty message with 500.
            return Checked("Slack answers; only the first message shows whether the webhook works.")
        except Gone as failure:
            raise self._gone() from failure
        except Rejected as refused:
            # 400 is the refusal of the empty message, and proves that the webhook lives.
            if "(400)" not in refused.reason:
                raise
        return Checked("Slack knows the webhook; it does not tell which channel it belongs to.")

    def send(self, delivery: Delivery, known: Known) -> Remote:
        self._check_limits(delivery)
        answer = self._post(payload(delivery))
        if answer.text.strip() != "ok":
            raise Unknown(f"{self._name} answered “{quoted(answer.text)}” instead of “ok”.")
        return Remote(delivery.incident)


PROVIDER = Slack


def payload(delivery: Delivery) -> dict[str, Any]:
    """The message: blocks for the channel, and a text for notifications and old clients."""
    head = escaped(chat.head(delivery))
    after = (chat.parts(delivery), delivery.link)
    pieces = [f"*{head}*", *_split(delivery.text), *(escaped(line) for line in after if line)]
    # Slack would make mentions of “@channel” in the text; verbatim leaves names alone, and addresses are marked by us.
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": piece, "verbatim": True}} for piece in pieces]
    return {"text": f"{head}\n{escaped(delivery.text)}", "blocks": blocks, "unfurl_links": False}


def escaped(text: str) -> str:
    """Text in which nothing is a mention, and each address can be clicked."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _URL.sub(lambda match: f"<{match[0]}>", safe)


def _split(text: str) -> list[str]:
    """The text in pieces that fit a block each, between lines where that can be, else between words."""
    pieces, rest = [], text
    while rest:
        size = min(len(rest), MAX_BLOCK_CHARS)
        while len(escaped(rest[:size])) > MAX_BLOCK_CHARS:
            size -= 50
        if size < len(rest):
            gap = max(rest.rfind("\n", 1, size), 0) or max(rest.rfind(" ", 1, size), 0)
            size = gap or size
        pieces.append(escaped(rest[:size]))
        rest = rest[size:].lstrip("\n ") if size < len(rest) else ""
    return pieces
