"""Limits of a target: a text that is too long is refused and never cut, since nobody approved what would be left."""

from console.core.subjects.component import COMPONENT_STATES
from console.publish.provider import Capabilities
from console.publish.sending.message import Delivery, Known
from console.publish.transport.failure import Rejected


def within_limits(name: str, delivery: Delivery, known: Known, caps: Capabilities) -> None:
    """Raises Rejected, before any request, for what the target `name` would not take.

    The title counts where it is sent: with the first message, and with a new title.
    """
    title = delivery.title if known.remote is None or delivery.change is not None else ""
    for field, words, limit in (("title", title, caps.title_limit), ("text", caps.wording(delivery), caps.text_limit)):
        if limit and len(words) > limit:
            raise Rejected(
                f"{name} takes a {field} of up to {limit} characters and this one has {len(words)}:"
                " shorten it and send again."
            )
    lacking = next((part for part in delivery.parts if caps.states and part.state not in caps.states), None)
    if lacking is not None:
        states = ", ".join(state for state in COMPONENT_STATES if state in caps.states)
        component = lacking.name or lacking.id
        raise Rejected(f"{name} has no state “{lacking.state}” for {component}: use {states} and send again.")
