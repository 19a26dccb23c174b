"""The interface of every status page and chat to the outbox."""

from collections.abc import Callable, Mapping
from typing import ClassVar, Literal, Protocol

import msgspec

from console.core.log.state import Window
from console.core.subjects.component import ComponentState
from console.publish.sending.message import Delivery, Known, Part, Remote, Status
from console.publish.targets.keys import Key
from console.publish.transport.failure import Rejected
from console.publish.transport.http import MAX_ANSWER_BYTES, Http


class Option(msgspec.Struct, frozen=True):
    """Something that one provider alone is told about its target."""

    name: str
    says: str
    """In a few words, what it is, such as “A clone of its repository”."""
    example: str = ""
    needed: bool = False
    path: bool = False
    """A file or folder of this machine: kept as a whole path, since what publishes may stand in another folder."""


def plain_words(delivery: Delivery) -> str:
    """The text as it was approved."""
    return delivery.text


class Capabilities(msgspec.Struct, frozen=True):
    """The abilities of a target; the preview and the outbox go by them."""

    mails: bool = False
    """It mails subscribers when it is told to, and only then."""
    always_mails_updates: bool = False
    """It mails every update after the first message, even when it is told not to: the preview has to say so."""
    asks: bool = False
    """It can be asked whether a message is there (`look_up`)."""
    repeats: frozenset[str] = frozenset()
    """Those of create and update that may simply be sent again: the target knows our key."""
    reads: bool = False
    """`read` gives what the page says now."""
    plans: bool = False
    """It shows planned maintenances."""
    moves: bool = False
    """The window of a maintenance that is there can be changed."""
    by_times: bool = False
    """The state of a maintenance there follows from its times, by the page's own clock, whatever it is told."""
    maintenance: "Capabilities | None" = None
    """The abilities for planned maintenances, where they are others than those for incidents."""
    one_message: bool = False
    """It has one message of a maintenance: the words of an update take the place of those before."""
    maintenance_says: str = ""
    """A sentence on what a person has to know of a maintenance there; may be empty."""
    lifecycle: bool = True
    """It has the four statuses; else the status stands as a word before the text."""
    first_is_update: bool = True
    """An incident's first message stands among its updates there, with an id of its own."""
    edits: bool = False
    """The text of an update that is there can be changed."""
    edits_keep: bool = False
    """The words before an edit stay readable there, so that what was redacted has to be removed."""
    removes: bool = False
    """A single update can be removed; not the first message where that is none of the updates."""
    takes_down: bool = False
    """The whole incident can be removed."""
    adopts: bool = False
    """It lists its open incidents (`open_there`), and one that was opened by hand can be taken as ours."""
    renames: bool = False
    """The title of an incident that is there can be changed."""
    backfills: bool = False
    """A past incident can be put there, with its updates at their moments, and mailing nobody."""
    one_text: bool = False
    """Its updates have no moments of ours: a past incident is one text, with the times in it."""
    backfill_says: str = ""
    """The difference between a past incident there and one that went out as it happened, in a sentence."""
    postmortems: bool = False
    """It shows a postmortem with an incident, which can be changed and withdrawn."""
    postmortem_says: str = ""
    """A sentence on what a person has to know of its postmortems; may be empty."""
    postmortem_wording: Callable[[str], str] = str
    """The postmortem as it is sent."""
    status_follows: bool = False
    """Once an update is edited or removed, the incident has the status that it should have. Else only another update
    changes it: that of a wrong “resolved” stays."""
    states: Mapping[ComponentState, str] = {}
    """Component states by the target's own names; one that is missing here it does not have."""
    states_apart: bool = False
    """Each incident has states of its own there: one that is over leaves those of others as they are."""
    restores_all: bool = False
    """Resolving sets every component of the incident to operational, whatever it is told."""
    title_limit: int = 0
    """Characters; 0: none known."""
    text_limit: int = 0
    wording: Callable[[Delivery], str] = plain_words
    """The text as it is sent, escaped and with what stands around it, so that people read what was approved. The limit
    counts this."""
    may_hide: str = ""
    """Characters of a text that the target may take for markup of its own; how it shows them is not known."""
    chat: bool = False
    """People read it among themselves, so that a test message does no harm."""
    is_mail: bool = False
    """Each message is a mail: whoever is not to be mailed has to be left out as a target."""
    audience: Literal["public", "internal", "executive"] = "public"
    """Whose updates a new target gets where nothing else is said."""
    links: bool = False
    """Its messages carry the address of the page that the public reads."""
    follows: bool = False
    """It can be told what happens beside updates, by `change` with the act `tell`."""
    impacts: Mapping[ComponentState, str] = {}
    """Its word for how bad the incident is, which it derives from the worst component."""
    key: bool = True
    """It needs a key."""
    key_for: str = ""
    """The option without which a target needs no key after all, such as the name to log in with."""
    key_in: Literal["header", "url", "signature", "login"] = "header"
    """Where the key goes: into a header; it is the whole address; each message is signed with it; or it is the password
    of a login. For the last two the provider gets it as `Settings.secret`."""
    network: bool = True
    """It is reached through `http`; else in a way of its own, and its `url` is for people."""
    link: bool = False
    """Without `network`: it can be told the page's address, for links."""
    options: tuple[Option, ...] = ()
    """Its `options` of a target, for forms and for telling which are missing."""
    page: bool = True
    """It needs to be told which page."""
    page_called: str = "Page"
    """In a form."""
    key_called: str = ""
    """In a form, where the way in which it goes there does not say enough."""
    url_example: str = "https://status.example.org"
    pace_s: float = 0.0
    """The least time between two requests with one key."""
    max_answer_bytes: int = MAX_ANSWER_BYTES
    """An answer beyond this is none of the target's."""

    @property
    def tracks_status(self) -> bool:
        """An incident has the status there that it should have, whatever becomes of its updates."""
        return self.lifecycle and self.status_follows

    @property
    def for_maintenance(self) -> "Capabilities":
        """Those that count for a planned maintenance."""
        return self.maintenance or self

    @property
    def has_components(self) -> bool:
        """Components of ours are mapped to some of its own, if only for planned maintenances."""
        return bool(self.states or self.for_maintenance.states)

    def needs_key(self, options: Mapping[str, str]) -> bool:
        """A target with these options needs a key."""
        return self.key and (not self.key_for or bool(options.get(self.key_for)))


class Settings(msgspec.Struct, frozen=True):
    """A target as its provider is told of it; the key is in `http` already."""

    name: str
    page: str = ""
    url: str = ""
    options: Mapping[str, str] = {}
    secret: Key | None = None
    """The key, only for a provider that signs or logs in with it."""


class Found(msgspec.Struct, frozen=True):
    """The message is on the page."""

    remote: Remote


class Absent(msgspec.Struct, frozen=True):
    """The message is not on the page: it may be sent again."""


class CannotTell(msgspec.Struct, frozen=True):
    """The target cannot be asked, or its answer decides nothing: a person has to look."""

    reason: str


Lookup = Found | Absent | CannotTell


class PageUpdate(msgspec.Struct, frozen=True):
    """An update as the page shows it."""

    id: str
    """Empty for a first message that is none of the page's updates."""
    status: Status | None
    text: str
    at: str = ""
    """When it was made there, as the page writes it; empty where that does not tell ours from others."""


class PageView(msgspec.Struct, frozen=True):
    """Our incident as the page shows it now."""

    status: Status | None
    """None where the target has no such thing."""
    title: str = ""
    text: str = ""
    """The newest update's text."""
    parts: tuple[Part, ...] = ()
    """The states of the components that the target gives with the incident, or of those that were asked for."""
    gone: bool = False
    """Somebody deleted it."""
    updates: tuple[PageUpdate, ...] | None = None
    """Everything that the incident says there, in any order; None where only the newest is known."""
    postmortem: str | None = None
    """The postmortem there, as it was sent; empty where there is none, None where the page does not tell."""
    window: Window | None = None
    """Of a maintenance, as the page shows it; None where it does not tell, and of an incident."""


class OpenThere(msgspec.Struct, frozen=True):
    """An incident that is open on a page, whoever opened it."""

    id: str
    """The page's own."""
    title: str
    status: Status | None = None
    marked: bool = False
    """It has the marker of a Warroom."""


class Listed(msgspec.Struct, frozen=True):
    """A page or a component that the target has."""

    id: str
    name: str
    state: str = ""


class Checked(msgspec.Struct, frozen=True):
    """The answer of `check`: the key works."""

    says: str
    """One sentence about the page that was reached."""
    pages: tuple[Listed, ...] = ()
    components: tuple[Listed, ...] = ()


class Provider(Protocol):
    """One target. Methods block, are called from one thread, and raise a `PublishProblem`.

    `send` makes at most one request that is not idempotent, and makes it last. A `PublishProblem` other than
    Unknown promises that this request did nothing.
    """

    title: ClassVar[str]
    """As people call it, such as “Statuspage, by Atlassian”."""
    capabilities: ClassVar[Capabilities]
    base: ClassVar[str] = ""
    """The usual address; empty where each installation has its own."""

    def __init__(self, settings: Settings, http: Http) -> None: ...

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        """The headers that carry the key; none where it is the address, signs, or is not needed."""
        return {}

    def maintenances(self) -> "Provider":
        """The provider of the same target's planned maintenances; itself, where they are incidents to the page."""
        return self

    def check(self) -> Checked:
        """Prove the key and list pages and components; changes nothing."""
        ...

    def send(self, delivery: Delivery, known: Known) -> Remote:
        """Create the incident there, or add an update to it (`known.remote`); what it is called there."""
        ...

    def change(self, delivery: Delivery, known: Known) -> Remote:
        """Do what `delivery.change` says to what is there; only a postmortem mails, and only if `delivery.notify`.

        The same change may be made again: what it asks for already is no error. It returns only once the page has
        confirmed it. Called for what the capabilities allow.
        """
        raise Rejected("What is there cannot be changed from here; change it on the page itself.")

    def open_there(self) -> tuple[OpenThere, ...]:
        """The incidents that are open there now, newest first where the page tells; changes nothing."""
        raise Rejected("Which incidents are open there cannot be asked from here.")

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        """Look for the message after a try whose end is not known; changes nothing."""
        ...

    def read(self, known: Known) -> PageView:
        """Read the incident as the page shows it now; changes nothing."""
        ...
