"""Discord: a channel's webhook. Its address is the key; with `wait=true` it answers with the message's id."""

import re
from typing import ClassVar

from console.core.language.text import one_line
from console.publish.provider import Capabilities, Checked
from console.publish.providers.common import chat
from console.publish.providers.common.json import get_json, json_of, text
from console.publish.sending.message import Delivery, Known, Remote
from console.publish.transport.failure import Gone, Rejected

MAX_MESSAGE_CHARS = 2000
"""Of a message's content."""
NO_EMBEDS = 4
"""The flag SUPPRESS_EMBEDS: no previews of addresses in an incident's channel."""

_URL_OR_SPECIAL = re.compile(r"(https?://[^\s<>\[\]]+)|([\\*_~`|>#\[\]()<:@-])")


class Discord(chat.Chat):
    """One channel of a server."""

    title: ClassVar[str] = "Discord channel"
    called: ClassVar[str] = "Discord"
    capabilities: ClassVar[Capabilities] = Capabilities(
        key_in="url", page=False, lifecycle=False, title_limit=200, text_limit=1700, pace_s=0.5
    )

    def check(self) -> Checked:
        try:
            webhook = get_json(self._http, self._http.base)
        except Gone as failure:
            raise self._gone() from failure
        name = one_line(text(webhook, "name"), 100)
        if not name:
            raise Rejected(f"{self._name} gave an answer that is not Discord's; check the address in the key.")
        return Checked(f"Discord knows the webhook as “{name}”.")

    def send(self, delivery: Delivery, known: Known) -> Remote:
        self._check_limits(delivery)
        words = content(delivery)
        if len(words) > MAX_MESSAGE_CHARS:
            raise Rejected(
                f"The message has {len(words)} characters and Discord takes {MAX_MESSAGE_CHARS}; shorten the text."
            )
        data = {"content": words, "allowed_mentions": {"parse": []}, "flags": NO_EMBEDS}
        joint = "&" if "?" in self._http.base else "?"
        answer = self._post(data, f"{joint}wait=true")
        # Without its id the message is there all the same: an answer without a body is Discord's to a plain post.
        return Remote(delivery.incident, text(json_of(self._http, answer), "id") if answer.body else "")


PROVIDER = Discord


def content(delivery: Delivery) -> str:
    """The message in Discord's Markdown, with everything in the approved text escaped."""
    lines = (delivery.text, chat.parts(delivery), delivery.link)
    return "\n".join((f"**{escaped(chat.head(delivery))}**", *(escaped(line) for line in lines if line)))


def escaped(words: str) -> str:
    """Text in which no Markdown and no mention is obeyed; addresses stay as they are."""
    return _URL_OR_SPECIAL.sub(lambda match: match[1] or f"\\{match[2]}", words)
