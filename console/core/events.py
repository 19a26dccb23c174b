"""The log's records: one envelope, and one body for each kind of thing that can happen.

Bodies are named in the past tense. An event is never changed once written; a correction, an undo or a redaction is
another event that names its target. `KINDS` maps the name stored in the log to the body's type; a name that a newer
version wrote is kept as `Unknown` and shown, never dropped.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from console.core.log.fields import Mention, Ref, Replaced
from console.core.playbook.model import Playbook
from console.core.playbook.runbook import Runbook


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened, without who and when."""


class IncidentDeclared(Body, frozen=True):
    """The incident exists from here on; the playbook is kept as it was at this moment."""

    title: str
    severity: str
    stage: str
    playbook: Playbook
    drill: bool = False
    """A drill can never reach a status page."""
    retrospective: bool = False
    """Recorded after the fact: nothing is owed."""
    source: str = ""
    """Where an imported timeline came from."""


class TitleChanged(Body, frozen=True):
    title: str
    replaces: Replaced = ""


class ImpactDescribed(Body, frozen=True):
    text: str
    replaces: Replaced = ""


class ComponentChanged(Body, frozen=True):
    """A component's state: operational, degraded, partial, major or maintenance."""

    component: str
    status: str


class EntryLogged(Body, frozen=True):
    """A line of the scribe: note, finding, action, decision or hypothesis."""

    kind: str
    text: str
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


class EntryCorrected(Body, frozen=True):
    """A visible correction of `target`; None keeps what stood there."""

    target: Mention
    text: str | None = None
    kind: str | None = None
    occurred_at: datetime | None = None
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


class EntryRedacted(Body, frozen=True):
    """The text of `target` and of its corrections is erased.

    `erased` maps each erased event's id to the SHA-256 (hex) of the scrubbed body that stands in its place, so that
    the chain still covers every byte of the log.
    """

    target: Mention
    reason: str = ""
    erased: dict[str, str] = {}


class Undone(Body, frozen=True):
    """Takes `target` back; an undo can itself be undone."""

    target: Mention


class SeverityChanged(Body, frozen=True):
    """`replaces` is the event whose value its writer saw; another one there now means a conflict."""

    severity: str
    reason: str = ""
    replaces: Replaced = ""


class StageChanged(Body, frozen=True):
    stage: str
    reason: str = ""
    override: str = ""
    """Why a gate was overridden; empty where none was."""
    overridden: tuple[str, ...] = ()
    """What the gate still wanted then, a sentence each."""
    replaces: Replaced = ""


class RoleAssigned(Body, frozen=True):
    """`person` is empty when the role is given up."""

    role: str
    person: str
    replaces: Replaced = ""


class MilestoneSet(Body, frozen=True):
    """A milestone's moment, set by hand; None takes it away."""

    milestone: str
    at: datetime | None = None


class UpdatePosted(Body, frozen=True):
    """A status update to an audience, and the time it promises for the next one."""

    audience: str
    text: str
    status: str = ""
    next_at: datetime | None = None
    final: bool = False
    """True when it promises no further update."""


class PublicationDecided(Body, frozen=True):
    """What a person decided about one message of an update, after the update was posted.

    The message went, or is to go, to the target `to`; the outbox of the file in which the update was written obeys in
    the same transaction.
    """

    message: str
    """The message's marker."""
    update: Mention
    """The update's id."""
    to: str
    decision: Literal["edited", "dropped", "resent", "confirmed"]
    """Confirmed and resent answer a doubt: the person has looked, and it is there, or is not."""
    text: str = ""
    """Of an edit: the text that goes out there, instead of `was`."""
    was: str = ""
    doubtful: bool = False
    """Of a drop: it may be there all the same."""
    remote: str = ""
    """Of a confirmation: JSON of what the target calls it."""
    without: tuple[str, ...] = ()
    """Of an edit: components, as the incident calls them, that it no longer changes there."""


class TaskAdded(Body, frozen=True):
    text: str
    owner: str = ""
    due_at: datetime | None = None


class TaskChanged(Body, frozen=True):
    """None keeps what stood there."""

    task: Ref
    owner: str | None = None
    due_at: datetime | None = None


class TaskAcknowledged(Body, frozen=True):
    """The owner has heard of it."""

    task: Ref


class TaskDone(Body, frozen=True):
    task: Ref
    note: str = ""


class ChangeClaimed(Body, frozen=True):
    """Somebody is about to change production, and says so before; `rollback` is how it is taken back."""

    text: str
    rollback: str = ""
    despite: tuple[Mention, ...] = ()
    """Changes of others that were in flight, and known to be."""


class ChangeEnded(Body, frozen=True):
    change: Ref
    outcome: Literal["done", "rolled_back", "failed"] = "done"
    note: str = ""


class FixAdded(Body, frozen=True):
    """A temporary fix that somebody has to remove again."""

    text: str
    where: str = ""
    ticket: str = ""
    owner: str = ""


class FixChanged(Body, frozen=True):
    """None keeps what stood there."""

    fix: Ref
    where: str | None = None
    ticket: str | None = None
    owner: str | None = None


class FixRemoved(Body, frozen=True):
    fix: Ref
    note: str = ""


class HypothesisJudged(Body, frozen=True):
    hypothesis: Ref
    verdict: Literal["open", "supported", "ruled_out"]
    evidence: str = ""


class ClockSnoozed(Body, frozen=True):
    """Moves the due moment `due_at` of one clock, once, to `until`; the cadence stays."""

    clock: str
    due_at: datetime
    until: datetime
    reason: str = ""


class ObligationMet(Body, frozen=True):
    """Something owed was done outside the console: a phone call to an executive, a mail to customers."""

    clock: str
    note: str = ""


class HandoffOffered(Body, frozen=True):
    role: str
    person: str
    note: str = ""


class HandoffAccepted(Body, frozen=True):
    """The incoming person said yes to `handoff`; with that the role changes."""

    handoff: Ref
    replaces: Replaced = ""


class PlaybookChanged(Body, frozen=True):
    """Another process from here on, with what severity and stage are called in it."""

    playbook: Playbook
    severity: str
    stage: str
    reason: str = ""


class TriageAnswered(Body, frozen=True):
    """What was known when the severity was chosen: answers by the question's id, and what they suggested."""

    answers: dict[str, str]
    suggested: str = ""
    reason: str = ""


class ItemTicked(Body, frozen=True):
    """An item of a checklist (`first-minutes/2`) or a step of a runbook (`runbook:ddos/1`), counted from 1."""

    item: str
    text: str
    done: bool = True
    note: str = ""
    replaces: Replaced = ""


class RunbookOpened(Body, frozen=True):
    """The incident keeps the runbook as it was when it was opened."""

    runbook: Runbook


class NudgeSilenced(Body, frozen=True):
    """Advice that is not wanted again in this incident."""

    nudge: str
    reason: str = ""


class PostmortemAssigned(Body, frozen=True):
    """`person` writes the postmortem; empty when nobody does."""

    person: str
    replaces: Replaced = ""


class PostmortemEdited(Body, frozen=True):
    """A section in a person's own words, instead of what the log gives; empty goes back to that."""

    section: str
    text: str
    replaces: Replaced = ""


class PostmortemReviewed(Body, frozen=True):
    state: Literal["draft", "in_review", "final"]
    replaces: Replaced = ""


class ActionAdded(Body, frozen=True):
    """Something to be done after the incident, so that it does not come again."""

    text: str
    owner: str = ""
    priority: str = ""
    due_at: datetime | None = None
    verify: str = ""
    """How one sees that it is done."""


class ActionChanged(Body, frozen=True):
    """None keeps what stood there."""

    action: Ref
    text: str | None = None
    owner: str | None = None
    priority: str | None = None
    due_at: datetime | None = None
    verify: str | None = None


class ActionDone(Body, frozen=True):
    action: Ref
    note: str = ""


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

REDACTED = "[redacted]"
_FREE_TEXT = (
    "title", "text", "reason", "override", "note", "evidence", "where", "ticket", "source", "rollback", "verify",
    "was",
)  # fmt: skip


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


def scrubbed(body: Body) -> Body:
    """The body with every text a person wrote replaced by `REDACTED`; values such as a severity stay."""
    if isinstance(body, Unknown):
        return Unknown(body.kind, "{}")
    changes: dict[str, Any] = {
        name: REDACTED for name in _FREE_TEXT if isinstance(getattr(body, name, None), str) and getattr(body, name)
    }
    changes.update({name: () for name in ("tags", "people") if getattr(body, name, None)})
    if isinstance(body, TriageAnswered):
        changes["answers"] = dict.fromkeys(body.answers, REDACTED)
    return msgspec.structs.replace(body, **changes)
