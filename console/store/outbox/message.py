"""A message on its way to a status page or chat, and what is on the page, as the outbox keeps them.

A message is `pending`, or `retry` after a try that did nothing; `sending` from before its request until its answer is
written down; `unknown` when a try may have done it or not; then `done`, `dead` (it will not be accepted as it is),
`ask` (nothing but a person can tell) or `dropped`.
"""

from datetime import datetime
from typing import Literal

import msgspec

State = Literal["pending", "sending", "done", "retry", "unknown", "ask", "dead", "dropped"]
FINISHED: tuple[State, ...] = ("done", "dropped")
STATE_WORDS: dict[State, str] = {
    "pending": "waiting",
    "sending": "being sent at this moment",
    "done": "delivered",
    "retry": "waiting for its next try",
    "unknown": "being looked for",
    "ask": "doubtful",
    "dead": "refused by its target",
    "dropped": "dropped",
}
"""A state in words that fit behind "a message that is"."""

DECIDABLE: dict[str, tuple[tuple[State, ...], str]] = {
    "edited": (("pending", "retry", "dead"), "edited"),
    "dropped": (("pending", "retry", "dead", "unknown", "ask"), "dropped"),
    "resent": (("ask",), "sent again"),
    "confirmed": (("unknown", "ask"), "confirmed"),
}
"""In which states a message may be decided about, and the word for it."""
ORDERS = DECIDABLE | {
    "tried": (("pending", "retry", "dead", "unknown", "ask"), "tried again"),
    "taken": (("pending", "sending", "retry", "dead", "unknown", "ask"), "taken over"),
}
"""With what is ordered without such a decision."""


INSTEAD: dict[State, str] = {
    "pending": "it is sent by itself",
    "sending": "wait for its end",
    "retry": "try it now, edit it or drop it",
    "unknown": "wait until it was looked for",
    "ask": "look there, then confirm it or send it again",
    "dead": "try it again, edit it or drop it",
    "done": "settle it, or post another update",
    "dropped": "post another update",
}
"""The ways out for a message, by its state, where an order does not fit that."""

OTHERS = "The console of {} is to send it; take it over first, once that one is gone."


class Queued(msgspec.Struct, frozen=True):
    """A message to be queued in the transaction of its update."""

    id: str
    """Our marker, which the target may show; new for each message."""
    event: str
    """The update's id."""
    target: str
    audience: str
    due_at: datetime
    payload: str
    """JSON with `text` and `title`; without a key or any other secret."""
    shared: bool = True
    """Every room is told of it, and another may send it. What happens beside updates is this file's own affair."""
    there: str | None = None
    """Where the target has it already, as was read there: JSON of what it calls it. It is not sent."""
    update_id: str = ""
    """With that, the target's own id of the update; empty where it gives none."""


class Message(msgspec.Struct, frozen=True):
    """A message as it stands. Times are RFC 3339 text, empty where there is none."""

    n: int
    """The order in which messages were approved."""
    id: str
    event: str
    incident: str
    origin: str
    target: str
    audience: str
    state: State
    attempts: int
    """The number of times that a request was begun."""
    looks: int
    """The number of times that the message was looked for since, and not found."""
    due_at: str
    tried_at: str
    holder: str
    """Who began the last try."""
    note: str
    """One sentence for a person about the state; may be empty."""
    payload: str
    """Empty once its text was erased."""
    remote: str
    """JSON of what the target calls it; empty before somebody has it."""
    author: str = ""
    """Who wrote the event that it is of."""

    @property
    def finished(self) -> bool:
        return self.state in FINISHED

    def refusal(self, order: str, own: str) -> str:
        """The reason why the order cannot be carried out in the file of that origin, a sentence; empty where it can."""
        states, act = ORDERS[order]
        if self.state not in states:
            return f"A message that is {STATE_WORDS[self.state]} cannot be {act}; {INSTEAD[self.state]}."
        if order == "taken" and self.remote:
            return "Some of its recipients have it; post an update to the others in another way."
        if (self.origin == own) == (order == "taken"):
            return "This console sends it already." if order == "taken" else OTHERS.format(self.author or "another")
        return ""


class Try(msgspec.Struct, frozen=True):
    """One change of a message's state, with the answer or the person that caused it."""

    at: str
    state: State
    cause: str


class PlacedPart(msgspec.Struct, frozen=True):
    """A component that an incident has changed on a page."""

    id: str
    state: str = ""
    """As we set it last; empty while the first message that sets it is under way."""
    name: str = ""
    prior: str = ""
    """As it was read before we changed it; empty where that could not be read."""


class Placed(msgspec.Struct, frozen=True):
    """Our own records of one incident on one target."""

    remote: str = ""
    updates: tuple[str, ...] = ()
    parts: tuple[PlacedPart, ...] = ()
    differs: str | None = None
    """JSON of how the page differed when it was read last; empty: it did not; None: not read since our last message."""
    read_at: str = ""


NOTHING_PLACED = Placed()
