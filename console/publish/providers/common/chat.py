"""What the chats have in common: their webhook's address is the key, they take a message and tell nothing back."""

from console.publish.sending.message import CannotTell, ComponentState, Delivery
from console.publish.transport.failure import Gone, Rejected
from console.publish.transport.http import Answer, Http

STATES: dict[ComponentState, str] = {
    "operational": "operational",
    "degraded": "degraded performance",
    "partial": "partial outage",
    "major": "major outage",
    "maintenance": "under maintenance",
}
"""Component states in words."""


def head(delivery: Delivery) -> str:
    """The first line: `Identified: Checkout errors (INC-K7Q2)`."""
    return f"{delivery.status.capitalize()}: {delivery.title} ({delivery.incident})"


def parts(delivery: Delivery) -> str:
    """The components that change: `checkout: partial outage · search: operational`; empty where none does."""
    return " · ".join(f"{one.name or one.id}: {STATES[one.state]}" for one in delivery.parts)


def fits(delivery: Delivery, where: str, title_limit: int, text_limit: int) -> None:
    """Raise Rejected for a title or text beyond a limit (characters)."""
    for what, text, limit in (("title", delivery.title, title_limit), ("text", delivery.text, text_limit)):
        if len(text) > limit:
            raise Rejected(f"The {what} has {len(text)} characters and {where} takes {limit}; shorten it.")


def post(http: Http, name: str, where: str, data: object, url: str = "") -> Answer:
    """Post to the webhook, which is the address of `http`; a webhook that is gone is told in a chat's own terms."""
    try:
        return http.write("POST", url or http.base, data)
    except Gone as failure:
        raise gone(name, where) from failure


def gone(name: str, where: str) -> Gone:
    """What to do about a webhook that somebody deleted."""
    return Gone(f"The webhook of {name} is gone: make a new one in {where} and give its address as the key.")


def cannot_tell(name: str, where: str, delivery: Delivery) -> CannotTell:
    """The answer to a look-up where nothing can be looked up."""
    return CannotTell(
        f"{where} does not tell what was posted: look in the channel of {name} for “{delivery.status.capitalize()}: "
        f"{delivery.title} ({delivery.incident})”."
    )
