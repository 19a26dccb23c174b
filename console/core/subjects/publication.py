"""Messages to status pages and chats, as every room knows them: what is on its way, who sends it, what came of it.

The outbox of the file that sends a message is where it moves; these are the few events of it that others must know. A
message's words are those of its update, and stand there alone.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from console.core.log.command import Command, Decision, line, proposed
from console.core.log.event import Body, Id, Key, Mention, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Window
from console.core.refusal import Refused
from console.core.subjects.component import COMPONENT_STATES
from console.core.subjects.update import ANY_STATUSES, message_words, message_words_in

REPORTED = ("done", "partly", "refused", "doubtful")


class SentPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """A component whose state a message changes."""

    id: Id
    """The target's own."""
    state: Annotated[str, Literal[*COMPONENT_STATES]]
    name: Text = ""


class SentChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message's change to an update that is on the page already."""

    act: Annotated[str, Literal["edit", "remove", "take down", "rename", "backfill", "postmortem", "withdraw", "adopt"]]
    update_id: Id = ""
    """The target's own."""
    status: Annotated[str, Literal[*ANY_STATUSES]] = "investigating"
    was: Text = ""


class SentPast(msgspec.Struct, frozen=True, omit_defaults=True):
    """An update of a past incident."""

    update: Mention
    status: Annotated[str, Literal[*ANY_STATUSES]]
    at: datetime
    text: Text = ""
    """Where it is not that of the update."""
    parts: tuple[SentPart, ...] = ()


class Sent(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message to one target; its fields are those of a delivery, and what is left out here stands in its event."""

    key: Id
    """The message's marker."""
    to: Id
    """The target. No `Text`: an update whose words were erased may still have to be taken off that page."""
    title: Text = ""
    status: Annotated[str, Literal[*ANY_STATUSES]] = "investigating"
    text: Text = ""
    """Where it is not that of the event."""
    at: datetime | None = None
    started_at: datetime | None = None
    notify: bool = False
    parts: tuple[SentPart, ...] = ()
    severity: Key = ""
    link: Text = ""
    of: Mention = ""
    """The update, where the event is a decision about one."""
    change: SentChange | None = None
    past: tuple[SentPast, ...] = ()
    window: Window | None = None
    """Of a maintenance."""
    alone: bool = False


class PublicationQueued(Body, frozen=True):
    """Messages that are to go out; the file that writes this sends them."""

    event: Mention
    """The update, or the decision about one, that they are of."""
    audience: Key
    messages: tuple[Sent, ...]
    rank: int = 0
    """One more than the highest of the incident that its writer knew: by it every room has the messages in one order.
    0 of an earlier version."""

    def apply(self, fold: Folding) -> None:
        """The outbox shows it."""


class PublicationTaken(Body, frozen=True):
    """A person has this file send a message that another one was to send."""

    message: Id
    """The message's marker."""
    update: Mention
    to: Id
    """The target."""
    instead_of: tuple[Mention, ...] = ()
    """By which events others were to send it, as far as was known; of two unknown to each other neither counts."""

    def apply(self, fold: Folding) -> None:
        name = message_words_in(fold, self.update) or "An update"
        fold.entry("publication", f"{name} to {self.to} is taken over: it is looked for there, and sent if it is not")


class Prior(msgspec.Struct, frozen=True, omit_defaults=True):
    """A component's state before the incident changed it."""

    id: Id
    state: Annotated[str, Literal[*COMPONENT_STATES]]


class PublicationReported(Body, frozen=True):
    """The outcome of a message: it is on the page, some of its recipients have it, it was refused, or needs a person.

    Not one for each try.
    """

    message: Id
    """The message's marker."""
    update: Mention
    state: Annotated[str, Literal[*REPORTED]]
    incident_id: Id = ""
    """Where somebody has it: what the target calls the incident, and the update."""
    update_id: Id = ""
    url: Id = ""
    past: tuple[Id, ...] = ()
    downs: int | None = None
    """The number of times that the incident had been taken down there before, as far as its sender knew."""
    digest: Text = ""
    """A salt, a colon, and SHA-256 (hex) of the salt and the text that the target took. Erased with the update: from it
    a few words could be found out by trying."""
    prior: tuple[Prior, ...] = ()
    """The components that it was the first to change there."""
    note: Text = ""
    """Why, where it is not done, or for whom it is not."""

    def apply(self, fold: Folding) -> None:
        """The outbox shows it."""


class TakePublication(Command, frozen=True, kw_only=True):
    """See `PublicationTaken`."""

    message: str
    update: str
    to: str
    instead_of: tuple[str, ...] = ()

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        if not message_words(state, self.update):
            raise Refused("The update of this message is not in the incident's log; see its timeline.", "update")
        return proposed(PublicationTaken(self.message, self.update, line(self.to), self.instead_of), now)
