"""Deliveries: what a target is asked to make true. Plain values; no network, no clock."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from console.core.log.state import Window
from console.core.subjects.component import COMPONENT_STATES, ComponentState

Status = Literal[
    "investigating", "identified", "monitoring", "resolved", "scheduled", "in_progress", "completed", "cancelled"
]
STATUSES: tuple[Status, ...] = ("investigating", "identified", "monitoring", "resolved")
"""Those of incidents."""
MAINTENANCE_STATUSES: tuple[Status, ...] = ("scheduled", "in_progress", "completed", "cancelled")


def status_of(text: str) -> Status | None:
    """The status that a text names; None where it names none that pages know."""
    return next((status for status in (*STATUSES, *MAINTENANCE_STATUSES) if status == text), None)


def shown_as(status: Status) -> Status:
    """A status as pages have it: a maintenance that is cancelled is over there."""
    return "completed" if status == "cancelled" else status


STATE_WORDS: dict[ComponentState, str] = {
    "operational": "operational",
    "degraded": "degraded performance",
    "partial": "partial outage",
    "major": "major outage",
    "maintenance": "under maintenance",
}
"""Component states in words."""
WORSE: tuple[ComponentState, ...] = ("operational", "maintenance", "degraded", "partial", "major")
"""From the best to the worst."""


def component_state(text: str) -> ComponentState | None:
    """The state that a text names; None where it names none that pages know."""
    return next((state for state in COMPONENT_STATES if state == text), None)


class Remote(msgspec.Struct, frozen=True):
    """The target's own names for our incident and for the update that was posted last."""

    incident_id: str = ""
    """Empty where nothing was sent, and once it was taken down."""
    update_id: str = ""
    """Empty where the target gives updates no id."""
    url: str = ""
    """Where a person can read it."""
    taken: tuple[str, ...] = ()
    """The recipients who have it, while others are still owed it."""
    tries: int = 0
    """The number of tries for those who are still owed it."""
    past: tuple[str, ...] = ()
    """Of a backfill: the target's ids of its updates, in their order; none where it gives none."""
    downs: int | None = None
    """The number of times that the incident had been taken down there before, as far as its sender knew; the outbox
    counts it. None of an earlier version."""


class Part(msgspec.Struct, frozen=True):
    """One component and the state that it is to have."""

    id: str
    """The target's own id of it."""
    state: ComponentState
    name: str = ""
    """As the incident calls it, for people."""


class Change(msgspec.Struct, frozen=True):
    """The act of a message on what is on the page already."""

    act: Literal["edit", "remove", "take down", "rename", "backfill", "postmortem", "withdraw", "tell", "adopt"]
    """Other words for the update, no update any more, no incident any more, another title for it; a past incident,
    whole; the postmortem, or no postmortem any more; what happened beside updates (`Delivery.happened`); an incident
    that was opened there by hand is ours."""
    update_id: str = ""
    """The target's own id of the update; empty where it has none, as for the first message on some pages.
    Of what is adopted, that of the incident."""
    status: Status = "investigating"
    """The update's own status, once it is edited. That of the whole incident is the delivery's."""
    was: str = ""
    """The update's words there before; empty where they were erased."""


class Past(msgspec.Struct, frozen=True):
    """An update that goes to a page long after its moment."""

    update: str
    """Our id of it."""
    status: Status
    text: str
    at: datetime
    """Aware UTC."""
    parts: tuple[Part, ...] = ()
    """The components that were not well then, or that became so with it, each as it was."""


def in_one_text(past: Sequence[Past]) -> str:
    """The updates as one text that says when each was, oldest first; a single one is its own text."""
    if len(past) == 1:
        return past[0].text
    return "\n\n".join(f"{each.at:%Y-%m-%d %H:%M} UTC, {each.status}: {each.text}" for each in past)


def touched(past: Iterable[Past]) -> dict[str, Part]:
    """The components that a past incident was about, each at its worst, by the target's id."""
    worst: dict[str, Part] = {}
    for part in (part for each in past for part in each.parts):
        if part.id not in worst or WORSE.index(worst[part.id].state) < WORSE.index(part.state):
            worst[part.id] = part
    return worst


OccasionKind = Literal["declared", "stage", "severity", "role", "closed"]
OCCASIONS: tuple[OccasionKind, ...] = ("declared", "closed", "stage", "severity", "role")
"""The kinds of what happens beside updates, the one that says most first."""


class Occasion(msgspec.Struct, frozen=True):
    """One thing that happened in an incident."""

    of: OccasionKind
    value: str = ""
    """The stage or severity that it has now; closed or open."""
    before: str = ""
    """The stage or severity before."""
    role: str = ""
    """The role's id in the playbook."""
    name: str = ""
    """Who has the role now; empty for nobody."""


class Happened(msgspec.Struct, frozen=True):
    """The occasions of one command, and the state of the incident then."""

    occasions: tuple[Occasion, ...]
    """At least one, in the order of OCCASIONS."""
    stage: str
    closed: bool
    by: str
    """Who did it; empty for the public."""


class Delivery(msgspec.Struct, frozen=True):
    """One approved message to one target, complete: nothing is looked up or worded anew when it is sent."""

    key: str
    """Our marker, new for each message, the same for each try; letters, digits and dashes only. A preview has none."""
    incident: str
    """Our reference, such as INC-K7Q2."""
    title: str
    status: Status
    text: str
    at: datetime
    """When the update was written; aware UTC."""
    started_at: datetime
    """Since when the incident lasts; aware UTC."""
    notify: bool
    """Mail subscribers; always sent explicitly."""
    parts: tuple[Part, ...] = ()
    """Components whose state this message changes."""
    severity: str = ""
    link: str = ""
    of: str = ""
    """Our id of the update that it is about, where its message is of another event: a change, or one sent again. Of a
    change that is about no update, such as a rename, the id of its own event."""
    change: Change | None = None
    """None: it adds an update. Else `text` is what the update says then, and `at` is the moment of that update."""
    past: tuple[Past, ...] = ()
    """Of a backfill: everything that the page is to say, in order; `text`, `status` and `at` are those of the last."""
    happened: Happened | None = None
    """Of a message that tells: what. `text` says it in a line for people."""
    window: Window | None = None
    """Of a maintenance, as it is planned with this message; None of an incident."""
    alone: bool = False
    """Its words take the place of all that the target said of the maintenance before."""

    @property
    def past_keys(self) -> tuple[str, ...]:
        """A marker for each update of a past incident."""
        return tuple(f"{self.key}-{number}" for number, _ in enumerate(self.past))

    @property
    def act(self) -> str:
        """The change that it makes; empty where it adds an update."""
        return self.change.act if self.change else ""

    @property
    def final(self) -> bool:
        return self.status in ("resolved", "completed", "cancelled")

    @property
    def shown_window(self) -> Window:
        """For a page that goes by the times alone: the window of a maintenance that has the state of this message."""
        assert self.window is not None, "only a maintenance has a window"
        begins = min(self.window.starts_at, self.at) if self.status != "scheduled" else self.window.starts_at
        if not self.final:
            return Window(begins, self.window.until)
        return Window(min(begins, self.at - timedelta(minutes=1)), self.at)

    @property
    def status_word(self) -> str:
        """The status for people, at the beginning of a line."""
        return self.status.replace("_", " ").capitalize()


_decode = msgspec.json.Decoder(Delivery).decode


def decode_delivery(payload: str) -> Delivery | None:
    """The delivery of a message; None where a damaged file, or an erasure, has left it unreadable."""
    try:
        return _decode(payload)
    except (msgspec.DecodeError, RecursionError):
        return None


def act_of(payload: str) -> str:
    """The change that a message makes; empty where it adds an update, or cannot be read."""
    delivery = decode_delivery(payload)
    return delivery.act if delivery else ""


def remote_of(remote: str) -> Remote | None:
    """The target's id of a message or an incident, out of the outbox's JSON; None for none, or in a damaged file."""
    try:
        return msgspec.json.decode(remote, type=Remote) if remote else None
    except (msgspec.DecodeError, RecursionError):
        return None


def update_of(event: str, delivery: Delivery | None) -> str:
    """Our id of the update that a message is about; `event` is the message's own."""
    return (delivery.of if delivery else "") or event


def brought(event: str, delivery: Delivery | None) -> tuple[str, ...]:
    """Our ids of the updates that a message brings to its target; `event` is the message's own."""
    if delivery and delivery.change:
        return tuple(past.update for past in delivery.past)
    return (update_of(event, delivery),)


class Known(msgspec.Struct, frozen=True):
    """Our own records of the page at the moment when a message is sent."""

    remote: Remote | None = None
    """None before the first message of the incident reached the target."""
    update_ids: tuple[str, ...] = ()
    """Ids of our earlier updates; an update with the same words under another id is the one that is looked for."""
    parts: tuple[Part, ...] = ()
    """Every component that this incident has changed there, with its last state."""
    begun: Remote | None = None
    """The outcome of earlier tries of this very message, where some of its recipients have it."""
