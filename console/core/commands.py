"""What people ask for, in the imperative. `decide` turns a command into events or refuses it with a reason.

Every command names its `actor`. `at` is when it happened; None means now.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from console.core.playbook.runbook import Runbook


class Command(msgspec.Struct, frozen=True, kw_only=True):
    actor: str
    at: datetime | None = None


class DeclareIncident(Command, frozen=True, kw_only=True):
    """Needs the playbook itself (`decide`'s argument), since the incident keeps it as it is now."""

    title: str
    severity: str
    drill: bool = False
    retrospective: bool = False
    source: str = ""
    stage: str = ""
    """Empty for the playbook's own."""


class LogEntry(Command, frozen=True, kw_only=True):
    text: str
    kind: str = "note"
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


class CorrectEntry(Command, frozen=True, kw_only=True):
    """`at` is the entry's new moment; None keeps it."""

    entry: str
    text: str | None = None
    kind: str | None = None
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


class RedactEntry(Command, frozen=True, kw_only=True):
    entry: str
    reason: str = ""


class Undo(Command, frozen=True, kw_only=True):
    """Without `entry`: the actor's last act that still stands. Of an entry that is undone: put it back."""

    entry: str = ""
    dependents: bool = False
    """Undo the entries that name it as well, which `dependents` lists; refused without where there are any."""


class ChangeTitle(Command, frozen=True, kw_only=True):
    title: str


class DescribeImpact(Command, frozen=True, kw_only=True):
    text: str


class SetComponent(Command, frozen=True, kw_only=True):
    component: str
    status: str


class ChangeSeverity(Command, frozen=True, kw_only=True):
    severity: str
    reason: str = ""
    seen: str | None = None
    """The statement that the person saw when choosing; None: the current one."""


class MoveStage(Command, frozen=True, kw_only=True):
    stage: str
    reason: str = ""
    override: str = ""
    seen: str | None = None


class AssignRole(Command, frozen=True, kw_only=True):
    role: str
    person: str
    seen: str | None = None


class SetMilestone(Command, frozen=True, kw_only=True):
    """`moment` None takes the milestone's time away."""

    milestone: str
    moment: datetime | None


class PostUpdate(Command, frozen=True, kw_only=True):
    """`next_in` promises the next update that long after this one; None leaves it to the cadence."""

    audience: str
    text: str
    status: str = ""
    next_in: timedelta | None = None
    final: bool = False


class DecidePublication(Command, frozen=True, kw_only=True):
    """What becomes of one message of an update; see `PublicationDecided`. `was` and `doubtful` are as it was seen."""

    message: str
    update: str
    to: str
    decision: Literal["edited", "dropped", "resent", "confirmed"]
    text: str = ""
    was: str = ""
    doubtful: bool = False
    remote: str = ""
    without: tuple[str, ...] = ()


class AddTask(Command, frozen=True, kw_only=True):
    text: str
    owner: str = ""
    due_in: timedelta | None = None


class ChangeTask(Command, frozen=True, kw_only=True):
    task: str
    owner: str | None = None
    due_in: timedelta | None = None


class Finish(Command, frozen=True, kw_only=True):
    """Done: a task (by number, id or words of it), a temporary fix, or something owed (`escalation`)."""

    what: str
    note: str = ""


class AddFix(Command, frozen=True, kw_only=True):
    text: str
    where: str = ""
    ticket: str = ""
    owner: str = ""


class JudgeHypothesis(Command, frozen=True, kw_only=True):
    hypothesis: str
    verdict: str
    evidence: str = ""


class SnoozeClock(Command, frozen=True, kw_only=True):
    clock: str
    by: timedelta
    reason: str


class OfferHandoff(Command, frozen=True, kw_only=True):
    person: str
    role: str = "ic"
    note: str = ""


class AcceptHandoff(Command, frozen=True, kw_only=True):
    """Said by the incoming person, or by whoever sits at the console with them."""


class ChangePlaybook(Command, frozen=True, kw_only=True):
    """Needs the playbook itself (`decide`'s argument). Severity and stage are its names; empty: the nearest ones."""

    severity: str = ""
    stage: str = ""
    reason: str = ""


class AnswerTriage(Command, frozen=True, kw_only=True):
    """Answers by the question's id; what they suggest is worked out."""

    answers: dict[str, str]


class TickItem(Command, frozen=True, kw_only=True):
    """`item` is an id, a number or words; empty for the next one."""

    item: str = ""
    done: bool = True
    note: str = ""


class FollowRunbook(Command, frozen=True, kw_only=True):
    runbook: Runbook


class AcknowledgeTask(Command, frozen=True, kw_only=True):
    task: str


class ClaimChange(Command, frozen=True, kw_only=True):
    """A change of production, before it is made. `despite` goes on although somebody else's is in flight."""

    text: str
    rollback: str = ""
    despite: bool = False


class EndChange(Command, frozen=True, kw_only=True):
    """Without `change`: the actor's own, or the only one in flight."""

    change: str = ""
    outcome: str = "done"
    note: str = ""


class ChangeFix(Command, frozen=True, kw_only=True):
    fix: str
    where: str | None = None
    ticket: str | None = None
    owner: str | None = None


class SilenceNudge(Command, frozen=True, kw_only=True):
    nudge: str
    reason: str = ""


class AssignPostmortem(Command, frozen=True, kw_only=True):
    person: str


class EditPostmortem(Command, frozen=True, kw_only=True):
    """An empty text goes back to what the log gives."""

    section: str
    text: str
    seen: str | None = None


class ReviewPostmortem(Command, frozen=True, kw_only=True):
    """`state` is draft, in_review or final."""

    state: str


class AddAction(Command, frozen=True, kw_only=True):
    text: str
    owner: str = ""
    priority: str = ""
    due_at: datetime | None = None
    verify: str = ""


class ChangeAction(Command, frozen=True, kw_only=True):
    """None keeps what stands there."""

    action: str
    text: str | None = None
    owner: str | None = None
    priority: str | None = None
    due_at: datetime | None = None
    verify: str | None = None


class FinishAction(Command, frozen=True, kw_only=True):
    action: str
    note: str = ""
