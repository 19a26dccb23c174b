"""Limits of a target: a text that is too long is refused and never cut, since nobody approved what would be left."""

from typing import get_args

from console.publish.provider import Capabilities
from console.publish.sending.message import ComponentState, Delivery, Known
from console.publish.transport.failure import Rejected


def within_limits(name: str, delivery: Delivery, known: Known, capabilities: Capabilities, text: str = "") -> None:
    """Raises Rejected, before any request, for what the target `name` would not take.

    `text` is what will be sent, where that is more than the delivery's own. The title counts where it is sent: with
    the first message.
    """
    caps = capabilities
    if known.remote is None and caps.title_limit and len(delivery.title) > caps.title_limit:
        raise Rejected(_over(name, "title", len(delivery.title), caps.title_limit))
    length = len(text or delivery.text)
    if caps.text_limit and length > caps.text_limit:
        raise Rejected(_over(name, "text", length, caps.text_limit))
    if caps.states:
        for part in delivery.parts:
            if part.state not in caps.states:
                what = part.name or part.id
                raise Rejected(f"{name} has no state “{part.state}” for {what}: use {_listed(caps)} and send again.")


def _over(name: str, what: str, length: int, limit: int) -> str:
    return f"{name} takes a {what} of up to {limit} characters and this one has {length}: shorten it and send again."


def _listed(capabilities: Capabilities) -> str:
    return ", ".join(state for state in get_args(ComponentState) if state in capabilities.states)
