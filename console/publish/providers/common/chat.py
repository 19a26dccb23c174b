"""The base of the chats: their webhook's address is the key, they take a message and tell nothing back."""

import json
from collections.abc import Callable
from typing import ClassVar

from console.publish.provider import (
    CannotTell,
    Capabilities,
    Checked,
    Lookup,
    PageView,
    Provider,
    Settings,
    plain_words,
)
from console.publish.providers.common.limits import within_limits
from console.publish.sending.message import STATE_WORDS, Delivery, Known, Remote
from console.publish.transport.answer import Answer
from console.publish.transport.failure import Gone, Rejected, Unknown, quoted
from console.publish.transport.http import Http


def head(delivery: Delivery) -> str:
    """The first line: `Identified: Checkout errors (INC-K7Q2)`."""
    return f"{delivery.status_word}: {delivery.title} ({delivery.incident})"


def parts(delivery: Delivery) -> str:
    """The window of a maintenance, and the components that change: `checkout: partial outage · search: operational`;
    empty where there is neither."""
    window = [delivery.window.words] if delivery.window else []
    return " · ".join([*window, *(f"{part.name or part.id}: {STATE_WORDS[part.state]}" for part in delivery.parts)])


def in_json(payload: Callable[[Delivery], object]) -> Callable[[Delivery], str]:
    """The whole message in ASCII, since its bytes count."""
    return lambda delivery: json.dumps(payload(delivery))


TITLE_CHARS = 200


def capabilities(
    text_limit: int, pace_s: float, wording: Callable[[Delivery], str] = plain_words, *, changes: bool = False
) -> Capabilities:
    """Those of a chat: its address is the key, and there is no page. With `changes` its messages can be edited and
    removed."""
    return Capabilities(
        chat=True, plans=True, moves=True, audience="internal", links=True, key_in="url", page=False, lifecycle=False,
        title_limit=TITLE_CHARS, text_limit=text_limit, pace_s=pace_s, wording=wording, edits=changes, removes=changes,
        status_follows=changes,
    )  # fmt: skip


class Chat(Provider):
    """One channel of a chat."""

    called: ClassVar[str]
    """The chat as sentences name it."""

    def __init__(self, settings: Settings, http: Http) -> None:
        self._name, self._http = settings.name, http

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        return CannotTell(
            f"{self.called} does not tell what was posted: look in the channel of {self._name} for "
            f"“{delivery.status_word}: {delivery.title} ({delivery.incident})”."
        )

    def read(self, known: Known) -> PageView:
        raise Rejected(f"{self.called} does not tell what was posted; look in the channel.")

    def _post(self, data: object, query: str = "") -> Answer:
        """Post to the webhook, which is the address of `http`."""
        try:
            return self._http.write("POST", f"{self._http.base}{query}", data)
        except Gone as failure:
            raise self._gone() from failure

    def _gone(self) -> Gone:
        """The refusal for a webhook that somebody deleted, with the remedy."""
        return Gone(
            f"The webhook of {self._name} is gone: make a new one in {self.called} and give its address as the key."
        )


class OkHook(Chat):
    """A webhook that takes a message and answers `ok`, in plain text, and nothing else."""

    def _message(self, delivery: Delivery) -> object:
        """The JSON of a message."""
        raise NotImplementedError

    def check(self) -> Checked:
        """Post nothing at all, which a webhook that lives refuses (400, `no_text`) and a dead one does not know."""
        try:
            self._http.write("POST", self._http.base, {})
        except Unknown:
            # Some webhooks answer an empty message with 500.
            return Checked(f"{self.called} answers; only the first message shows whether the webhook works.")
        except Gone as failure:
            raise self._gone() from failure
        except Rejected as refused:
            # 400 is the refusal of the empty message, and proves that the webhook lives.
            if "(400)" not in refused.reason:
                raise
        return Checked(f"{self.called} knows the webhook; it does not tell which channel it belongs to.")

    def send(self, delivery: Delivery, known: Known) -> Remote:
        within_limits(self._name, delivery, Known(), self.capabilities)
        answer = self._post(self._message(delivery))
        if answer.text.strip() != "ok":
            raise Unknown(f"{self._name} answered “{quoted(answer.text)}” instead of “ok”.")
        return Remote(delivery.incident)
