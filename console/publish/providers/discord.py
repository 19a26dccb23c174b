"""Discord: a channel's webhook. Its address is the key; with `wait=true` it answers with the message's id."""

import re
from typing import Any, ClassVar

from msgspec.structs import replace

from console.core.language.text import one_line
from console.publish.provider import Capabilities, Checked
from console.publish.providers.common import chat
from console.publish.providers.common.json import get_json, json_of, send_json, text
from console.publish.providers.common.limits import within_limits
from console.publish.providers.common.page import path
from console.publish.sending.message import Delivery, Known, Remote
from console.publish.transport.failure import Gone, Rejected, Unknown

MAX_MESSAGE_CHARS = 2000
"""Of a message's content."""
NO_EMBEDS = 4
"""The flag SUPPRESS_EMBEDS: no previews of addresses in an incident's channel."""

_URL_OR_SPECIAL = re.compile(r"(https?://[^\s<>\[\]]+)|([\\*_~`|>#\[\]()<:@-])")


def content(delivery: Delivery) -> str:
    """The message in Discord's Markdown, with everything in the approved text escaped."""
    lines = (delivery.text, chat.parts(delivery), delivery.link)
    return "\n".join((f"**{escaped(chat.head(delivery))}**", *(escaped(line) for line in lines if line)))


def escaped(words: str) -> str:
    """Text in which no Markdown and no mention is obeyed; addresses stay as they are."""
    return _URL_OR_SPECIAL.sub(lambda match: match[1] or f"\\{match[2]}", words)


class Discord(chat.Chat):
    """One channel of a server."""

    title: ClassVar[str] = "Discord channel"
    called: ClassVar[str] = "Discord"
    capabilities: ClassVar[Capabilities] = chat.capabilities(MAX_MESSAGE_CHARS, 0.5, content, changes=True)

    def check(self) -> Checked:
        try:
            webhook = get_json(self._http, self._http.base)
        except Gone as failure:
            raise self._gone() from failure
        name = one_line(text(webhook, "name"), 100)
        if not name:
            raise Rejected(f"{self._name} gave an answer that is not Discord's; check the address in the key.")
        return Checked(f"Discord knows the webhook as “{name}”.")

    def _data(self, delivery: Delivery) -> dict[str, Any]:
        """The message. An edit without `allowed_mentions` would mention people again."""
        within_limits(self._name, delivery, Known(), self.capabilities)
        return {"content": content(delivery), "allowed_mentions": {"parse": []}, "flags": NO_EMBEDS}

    def send(self, delivery: Delivery, known: Known) -> Remote:
        data = self._data(delivery)
        joint = "&" if "?" in self._http.base else "?"
        answer = self._post(data, f"{joint}wait=true")
        # Without its id the message is there all the same: an answer without a body is Discord's to a plain post.
        return Remote(delivery.incident, text(json_of(self._http, answer), "id") if answer.body else "")

    def change(self, delivery: Delivery, known: Known) -> Remote:
        change = delivery.change
        if change is None or not change.update_id:
            raise Gone(f"The id of the message in {self._name} is not known; change it in the channel itself.")
        address, _, query = self._http.base.partition("?")
        where = f"{address}/messages/{path(change.update_id)}{f'?{query}' if query else ''}"
        try:
            if change.act == "remove":
                self._http.write("DELETE", where, content=b"")
                return Remote(delivery.incident)
            data = self._data(replace(delivery, status=change.status))
            answer = send_json(self._http, "PATCH", where, data)
        except Gone:
            # Which of the two is gone: a webhook that lives says that the message is not there any more.
            self.check()
            if change.act == "remove":
                return Remote(delivery.incident)
            raise Gone(f"Somebody deleted the message in {self._name}; post the update again.") from None
        if text(answer, "content") != data["content"]:
            raise Unknown(f"{self._name} took the change without showing it.")
        return Remote(delivery.incident, change.update_id)


PROVIDER = Discord
