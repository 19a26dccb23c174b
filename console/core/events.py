"""The log's records: one envelope, and one body for each kind of thing that can happen.

Bodies are named in the past tense. An event is never changed once written; a correction, an undo or a redaction is
another event that names its target. `KINDS` maps the name stored in the log to the body's type; a name that a newer
version wrote is kept as `Unknown` and shown, never dropped. What a string means is told by its type, see `log.fields`.
"""

from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal

import msgspec

from console.core.log.fields import KEPT, Change, Exchange, Id, Item, Key, Mention, Ref, Replaced, Text, exchange
from console.core.playbook.model import Playbook
from console.core.playbook.runbook import Runbook

Process = Annotated[Playbook, KEPT]
"""A playbook as the incident follows it: its structure is no secret, and without it nothing could be read."""
MilestoneWord = Annotated[
    str,
    Literal[
        "impact_started", "detected", "acknowledged", "declared", "identified", "mitigated", "resolved", "closed",
    ],
]  # fmt: skip
SectionWord = Annotated[
    str,
    Literal[
        "summary", "impact", "root_cause", "whys", "contributing", "made_worse", "went_well", "went_poorly",
        "temporary_fix", "permanent_fix", "lessons",
    ],
]  # fmt: skip
EntryWord = Annotated[str, Literal["note", "finding", "action", "decision", "hypothesis"]]


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened, without who and when."""


class IncidentDeclared(Body, frozen=True):
    """The incident exists from here on; the playbook is kept as it was at this moment."""

    title: Text
    severity: Key
    stage: Key
    playbook: Process
    drill: bool = False
    """A drill can never reach a status page."""
    retrospective: bool = False
    """Recorded after the fact: nothing is owed."""
    source: Text = ""
    """Where an imported timeline came from."""


class TitleChanged(Body, frozen=True):
    title: Text
    replaces: Replaced = ""


class ImpactDescribed(Body, frozen=True):
    text: Text
    replaces: Replaced = ""


class ComponentChanged(Body, frozen=True):
    """A component's state: operational, degraded, partial, major or maintenance."""

    component: Text
    status: Annotated[str, Literal["operational", "degraded", "partial", "major", "maintenance"]]


class EntryLogged(Body, frozen=True):
    """A line of the scribe: note, finding, action, decision or hypothesis."""

    kind: EntryWord
    text: Text
    tags: tuple[Text, ...] = ()
    people: tuple[Text, ...] = ()


class EntryCorrected(Body, frozen=True):
    """A visible correction of `target`; None keeps what stood there."""

    target: Mention
    text: Text | None = None
    kind: EntryWord | None = None
    occurred_at: datetime | None = None
    tags: tuple[Text, ...] = ()
    people: tuple[Text, ...] = ()


class EntryRedacted(Body, frozen=True):
    """The texts of `target`, of its corrections, and of what else holds the same words are erased.

    `erased` maps each erased event's id to the SHA-256 (hex) of the scrubbed body that stands in its place, so that
    the chain still covers every byte of the log.
    """

    target: Mention
    reason: Text = ""
    erased: dict[Id, Id] = {}
    left: dict[Id, Id] = {}
    """What is left of each erased body, as JSON, by the event's id; a version before this field gave none."""


class EntryUndone(Body, frozen=True):
    """`target` does not count; any number of undos of it are as one, and an undo of the undo lets it stand again."""

    target: Mention


class Undone(Body, frozen=True):
    """An undo as earlier versions wrote it: of two that one file holds, the second put the entry back."""

    target: Mention


class SeverityChanged(Body, frozen=True):
    """`replaces` is the event whose value its writer saw; another one there now means a conflict."""

    severity: Key
    reason: Text = ""
    replaces: Replaced = ""


class StageChanged(Body, frozen=True):
    stage: Key
    reason: Text = ""
    override: Text = ""
    """Why a gate was overridden; empty where none was."""
    overridden: tuple[Text, ...] = ()
    """What the gate still wanted then, a sentence each."""
    replaces: Replaced = ""


class RoleAssigned(Body, frozen=True):
    """`person` is empty when the role is given up."""

    role: Key
    person: Text
    replaces: Replaced = ""


class MilestoneSet(Body, frozen=True):
    """A milestone's moment, set by hand; None takes it away."""

    milestone: MilestoneWord
    at: datetime | None = None


class UpdatePosted(Body, frozen=True):
    """A status update to an audience, and the time it promises for the next one."""

    audience: Key
    text: Text
    status: Annotated[str, Literal["investigating", "identified", "monitoring", "resolved"]] = ""
    next_at: datetime | None = None
    final: bool = False
    """True when it promises no further update."""


class PublicationDecided(Body, frozen=True):
    """What a person decided about one message of an update, after the update was posted.

    The message went, or is to go, to the target `to`; the outbox of the file in which the update was written obeys in
    the same transaction.
    """

    message: Id
    """The message's marker."""
    update: Mention
    """The update's id."""
    to: Text
    decision: Annotated[str, Literal["edited", "dropped", "resent", "confirmed"]]
    """Confirmed and resent answer a doubt: the person has looked, and it is there, or is not."""
    text: Text = ""
    """Of an edit: the text that goes out there, instead of `was`."""
    was: Text = ""
    doubtful: bool = False
    """Of a drop: it may be there all the same."""
    remote: Text = ""
    """Of a confirmation: JSON of what the target calls it."""
    without: tuple[Text, ...] = ()
    """Of an edit: components, as the incident calls them, that it no longer changes there."""


class TaskAdded(Body, frozen=True):
    text: Text
    owner: Text = ""
    due_at: datetime | None = None


class TaskChanged(Body, frozen=True):
    """None keeps what stood there."""

    task: Ref
    owner: Text | None = None
    due_at: datetime | None = None


class TaskAcknowledged(Body, frozen=True):
    """The owner has heard of it."""

    task: Ref


class TaskDone(Body, frozen=True):
    task: Ref
    note: Text = ""


class ChangeClaimed(Body, frozen=True):
    """Somebody is about to change production, and says so before; `rollback` is how it is taken back."""

    text: Text
    rollback: Text = ""
    despite: tuple[Mention, ...] = ()
    """Changes of others that were in flight, and known to be."""


class ChangeEnded(Body, frozen=True):
    change: Ref
    outcome: Annotated[str, Literal["done", "rolled_back", "failed"]] = "done"
    note: Text = ""


class FixAdded(Body, frozen=True):
    """A temporary fix that somebody has to remove again."""

    text: Text
    where: Text = ""
    ticket: Text = ""
    owner: Text = ""


class FixChanged(Body, frozen=True):
    """None keeps what stood there."""

    fix: Ref
    where: Text | None = None
    ticket: Text | None = None
    owner: Text | None = None


class FixRemoved(Body, frozen=True):
    fix: Ref
    note: Text = ""


class HypothesisJudged(Body, frozen=True):
    hypothesis: Ref
    verdict: Annotated[str, Literal["open", "supported", "ruled_out"]]
    evidence: Text = ""


class ClockSnoozed(Body, frozen=True):
    """Moves the due moment `due_at` of one clock, once, to `until`; the cadence stays."""

    clock: Key
    due_at: datetime
    until: datetime
    reason: Text = ""


class ObligationMet(Body, frozen=True):
    """Something owed was done outside the console: a phone call to an executive, a mail to customers."""

    clock: Key
    note: Text = ""


class HandoffOffered(Body, frozen=True):
    role: Key
    person: Text
    note: Text = ""


class HandoffAccepted(Body, frozen=True):
    """The incoming person said yes to `handoff`; with that the role changes."""

    handoff: Ref
    replaces: Replaced = ""


class PlaybookChanged(Body, frozen=True):
    """Another process from here on, with what severity and stage are called in it."""

    playbook: Process
    severity: Key
    stage: Key
    reason: Text = ""


class TriageAnswered(Body, frozen=True):
    """What was known when the severity was chosen: answers by the question's id, and what they suggested."""

    answers: dict[Key, Text]
    suggested: Key = ""
    reason: Text = ""


class ItemTicked(Body, frozen=True):
    """An item of a checklist (`first-minutes/2`) or a step of a runbook (`runbook:ddos/1`), counted from 1."""

    item: Item
    text: Text
    done: bool = True
    note: Text = ""
    replaces: Replaced = ""


class RunbookOpened(Body, frozen=True):
    """The incident keeps the runbook as it was when it was opened."""

    runbook: Runbook


class NudgeSilenced(Body, frozen=True):
    """Advice that is not wanted again in this incident."""

    nudge: Text
    reason: Text = ""


class PostmortemAssigned(Body, frozen=True):
    """`person` writes the postmortem; empty when nobody does."""

    person: Text
    replaces: Replaced = ""


class PostmortemEdited(Body, frozen=True):
    """A section in a person's own words, instead of what the log gives; empty goes back to that."""

    section: SectionWord
    text: Text
    replaces: Replaced = ""


class PostmortemReviewed(Body, frozen=True):
    state: Annotated[str, Literal["draft", "in_review", "final"]]
    replaces: Replaced = ""


class ActionAdded(Body, frozen=True):
    """Something to be done after the incident, so that it does not come again."""

    text: Text
    owner: Text = ""
    priority: Key = ""
    due_at: datetime | None = None
    verify: Text = ""
    """How one sees that it is done."""


class ActionChanged(Body, frozen=True):
    """None keeps what stood there."""

    action: Ref
    text: Text | None = None
    owner: Text | None = None
    priority: Key | None = None
    due_at: datetime | None = None
    verify: Text | None = None


class ActionDone(Body, frozen=True):
    action: Ref
    note: Text = ""


class Unknown(Body, frozen=True):
    """An event of a kind that this version does not know, as it stands in the log."""

    kind: str
    raw: str


class Event(msgspec.Struct, frozen=True):
    """One record of the log, as stored.

    `id` is chosen by the writer before the first try, so that a repeated append is a no-op; `origin` (the database
    file) and `oseq` (from 1, without gaps, per incident and origin) are given at commit. `hlc` is a hybrid logical
    clock: milliseconds since 1970 shifted left by 16 bits, plus a counter. Times are aware UTC, in milliseconds.
    """

    id: str
    incident: str
    origin: str
    oseq: int
    hlc: int
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    body: Body

    @property
    def order(self) -> tuple[int, str, int]:
        """The log's total order, the same on every machine."""
        return (self.hlc, self.origin, self.oseq)


class NewEvent(msgspec.Struct, frozen=True):
    """An event on its way to the log; the store adds origin, sequence, logical clock and hash."""

    id: str
    incident: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    body: Body


KINDS: dict[str, type[Body]] = {
    "incident_declared": IncidentDeclared,
    "title_changed": TitleChanged,
    "impact_described": ImpactDescribed,
    "component_changed": ComponentChanged,
    "entry_logged": EntryLogged,
    "entry_corrected": EntryCorrected,
    "entry_redacted": EntryRedacted,
    "entry_undone": EntryUndone,
    "undone": Undone,
    "severity_changed": SeverityChanged,
    "stage_changed": StageChanged,
    "role_assigned": RoleAssigned,
    "milestone_set": MilestoneSet,
    "update_posted": UpdatePosted,
    "publication_decided": PublicationDecided,
    "task_added": TaskAdded,
    "task_changed": TaskChanged,
    "task_acknowledged": TaskAcknowledged,
    "task_done": TaskDone,
    "change_claimed": ChangeClaimed,
    "change_ended": ChangeEnded,
    "fix_added": FixAdded,
    "fix_changed": FixChanged,
    "fix_removed": FixRemoved,
    "hypothesis_judged": HypothesisJudged,
    "clock_snoozed": ClockSnoozed,
    "obligation_met": ObligationMet,
    "handoff_offered": HandoffOffered,
    "handoff_accepted": HandoffAccepted,
    "playbook_changed": PlaybookChanged,
    "triage_answered": TriageAnswered,
    "item_ticked": ItemTicked,
    "runbook_opened": RunbookOpened,
    "nudge_silenced": NudgeSilenced,
    "postmortem_assigned": PostmortemAssigned,
    "postmortem_edited": PostmortemEdited,
    "postmortem_reviewed": PostmortemReviewed,
    "action_added": ActionAdded,
    "action_changed": ActionChanged,
    "action_done": ActionDone,
}
_NAMES = {body: name for name, body in KINDS.items()}
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {name: msgspec.json.Decoder(body) for name, body in KINDS.items()}
_encode = msgspec.json.Encoder(order="deterministic").encode

VERSION = 1
"""Version of the bodies' shapes, stored with each event."""


def kind_of(body: Body) -> str:
    """The name under which a body stands in the log."""
    return body.kind if isinstance(body, Unknown) else _NAMES[type(body)]


def encode_body(body: Body) -> str:
    """A body as canonical JSON: the same value gives the same bytes on every machine."""
    return body.raw if isinstance(body, Unknown) else _encode(body).decode()


def decode_body(kind: str, raw: str | bytes) -> Body:
    """The body behind a stored name; `Unknown` for a kind, or a shape, that this version cannot read."""
    decoder = _DECODERS.get(kind)
    if decoder is not None:
        try:
            body: Body = decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
        else:
            return body
    return Unknown(kind, raw if isinstance(raw, str) else raw.decode("utf-8", "replace"))


def exchanged(body: Body, change: Change) -> Body:
    """The body with each of its texts given to `change`, and what that gives in its place; all else stays.

    Nothing is left of a body that this version cannot read, since nobody knows what is a text in it.
    """
    if isinstance(body, Unknown):
        return Unknown(body.kind, "{}")
    exchanging = _exchange(type(body))
    changed: Body = body if exchanging is None else exchanging(body, change)
    return changed


@cache
def _exchange(kind: type[Body]) -> Exchange | None:
    return exchange(kind)
