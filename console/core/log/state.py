"""The state of one incident: what the fold of its events gives.

Values are immutable to everyone outside the fold. A single value that people may change at the same time (severity,
stage, title, impact, each role) is a `Register`: all that was ever said of it, so that an undo takes one statement
away, a conflict shows both, and the exports know who held a role when.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from console.core.log.entries import Entries, Entry
from console.core.playbook.model import Playbook, Severity, Stage
from console.core.playbook.runbook import Runbook


class Fact(msgspec.Struct, frozen=True):
    """One statement of a value: `id` is the event's, `replaces` the statement its writer saw."""

    id: str
    value: str
    at: datetime
    by: str
    replaces: str = ""
    undone: bool = False


class Register(msgspec.Struct, frozen=True):
    """A value with its history, in log order."""

    facts: tuple[Fact, ...] = ()

    @property
    def current(self) -> Fact | None:
        """The last statement that was not taken back."""
        return next((fact for fact in reversed(self.facts) if not fact.undone), None)

    @property
    def value(self) -> str:
        current = self.current
        return current.value if current else ""

    @property
    def head(self) -> str:
        """The id of the current statement, for `replaces` of the next one; empty before the first."""
        current = self.current
        return current.id if current else ""

    @property
    def conflict(self) -> tuple[Fact, Fact] | None:
        """The two statements that neither writer had seen the other's of, until someone states the value again."""
        live = [fact for fact in self.facts if not fact.undone]
        if len(live) < 2:
            return None
        last, before = live[-1], live[-2]
        blind = last.replaces != before.id and last.replaces in {"", *(fact.id for fact in live[:-2])}
        return (before, last) if blind and last.value != before.value else None

    def stated(self, fact: Fact) -> "Register":
        return Register((*self.facts, fact))

    def toggled(self, id: str) -> "Register":
        """The register with one statement taken back, or put back."""
        return Register(
            tuple(
                msgspec.structs.replace(fact, undone=not fact.undone) if fact.id == id else fact for fact in self.facts
            )
        )


class Publication(msgspec.Struct, frozen=True):
    """What a person decided about an update's message to one target."""

    id: str
    target: str
    decision: str
    """edited, dropped, resent or confirmed."""
    text: str
    """What goes out there instead of the update's text, of an edit; else empty."""
    at: datetime
    by: str
    without: tuple[str, ...] = ()
    """Components that are not changed there any more, of an edit."""


class Update(msgspec.Struct, frozen=True):
    id: str
    number: int
    """From 1, per audience."""
    audience: str
    text: str
    status: str
    at: datetime
    recorded_at: datetime
    by: str
    next_at: datetime | None
    final: bool
    undone: bool = False
    publications: tuple[Publication, ...] = ()

    @property
    def elsewhere(self) -> dict[str, str]:
        """Targets that got, or get, another text than the update has; with that text."""
        words = {one.target: one.text for one in self.publications if one.decision == "edited"}
        dropped = [one.target for one in self.publications if one.decision == "dropped"]
        return {target: text for target, text in words.items() if target not in dropped and text != self.text}


class Task(msgspec.Struct, frozen=True):
    id: str
    number: int
    text: str
    owner: str
    due_at: datetime | None
    added_at: datetime
    by: str
    done_at: datetime | None = None
    done_by: str = ""
    acknowledged_at: datetime | None = None
    undone: bool = False


class Change(msgspec.Struct, frozen=True):
    """A change of production: claimed before it is made, ended when it is over."""

    id: str
    text: str
    rollback: str
    by: str
    at: datetime
    despite: tuple[str, ...] = ()
    ended_at: datetime | None = None
    outcome: str = ""
    """done, rolled_back or failed."""
    undone: bool = False

    @property
    def in_flight(self) -> bool:
        return self.ended_at is None and not self.undone


class Fix(msgspec.Struct, frozen=True):
    id: str
    text: str
    where: str
    ticket: str
    owner: str
    added_at: datetime
    by: str
    removed_at: datetime | None = None
    undone: bool = False


class Hypothesis(msgspec.Struct, frozen=True):
    id: str
    text: str
    at: datetime
    by: str
    verdict: str = "open"
    evidence: str = ""
    judged_at: datetime | None = None
    judged_by: str = ""
    undone: bool = False


class ActionItem(msgspec.Struct, frozen=True):
    """Something to be done after the incident, so that it does not come again."""

    id: str
    number: int
    text: str
    owner: str
    priority: str
    due_at: datetime | None
    verify: str
    added_at: datetime
    by: str
    done_at: datetime | None = None
    done_by: str = ""
    undone: bool = False


class Amendment(msgspec.Struct, frozen=True):
    """What an event changed of a task, a temporary fix or an action item; None is unchanged.

    The first one of a thing has no id and holds what it was at first.
    """

    id: str
    text: str | None = None
    owner: str | None = None
    due_at: datetime | None = None
    where: str | None = None
    ticket: str | None = None
    priority: str | None = None
    verify: str | None = None
    undone: bool = False


class Judgement(msgspec.Struct, frozen=True):
    """What became of a task, a temporary fix, a hypothesis, a change, a handoff or an action item."""

    id: str
    what: str
    """done, acknowledged, judged or ended."""
    at: datetime
    by: str
    mark: str = ""
    """What stands behind the thing's own entry."""
    verdict: str = ""
    evidence: str = ""
    undone: bool = False


class Edition(msgspec.Struct, frozen=True):
    """The playbook from one event on."""

    id: str
    playbook: Playbook
    at: datetime
    undone: bool = False


class Override(msgspec.Struct, frozen=True):
    """A gate that was passed with a reason."""

    id: str
    stage: str
    reason: str
    unmet: tuple[str, ...]
    at: datetime
    by: str
    undone: bool = False


class Triage(msgspec.Struct, frozen=True):
    """Answers to the triage questions, and the severity that they suggested."""

    id: str
    answers: dict[str, str]
    suggested: str
    reason: str
    at: datetime
    by: str
    undone: bool = False


class OpenRunbook(msgspec.Struct, frozen=True):
    id: str
    runbook: Runbook
    at: datetime
    by: str
    undone: bool = False


class Silence(msgspec.Struct, frozen=True):
    id: str
    nudge: str
    undone: bool = False


class Snooze(msgspec.Struct, frozen=True):
    id: str
    clock: str
    due_at: datetime
    until: datetime
    reason: str
    by: str
    undone: bool = False


class Handoff(msgspec.Struct, frozen=True):
    id: str
    role: str
    person: str
    note: str
    by: str
    at: datetime
    accepted_at: datetime | None = None
    undone: bool = False


class Met(msgspec.Struct, frozen=True):
    """Something owed that was met outside the console."""

    id: str
    clock: str
    at: datetime
    by: str
    undone: bool = False


class Correction(msgspec.Struct, frozen=True):
    id: str
    at: datetime
    by: str
    text: str
    kind: str
    occurred_at: datetime
    undone: bool = False


CORRECTABLE = ("tasks", "fixes", "changes")
"""Things whose words may be corrected like those of a scribe's entry."""


class Incident(msgspec.Struct):
    """One incident's state. Only the fold assigns to its fields, and only on a copy of its own."""

    ref: str
    title: Register = Register()
    playbook: Playbook | None = None
    """None until the declaration was read, which a damaged or partial log may lack."""
    drill: bool = False
    retrospective: bool = False
    source: str = ""
    declared_at: datetime | None = None
    declared_by: str = ""
    declared_id: str = ""
    withdrawn: bool = False
    """The declaration was undone."""
    severity: Register = Register()
    stage: Register = Register()
    impact: Register = Register()
    roles: Mapping[str, Register] = {}
    components: Mapping[str, Register] = {}
    milestones_set: Mapping[str, Register] = {}
    """Milestones set by hand; the value is RFC 3339 or empty."""
    entries: Entries = msgspec.field(default_factory=Entries)
    corrections: Mapping[str, tuple[Correction, ...]] = {}
    updates: tuple[Update, ...] = ()
    tasks: Mapping[str, Task] = {}
    fixes: Mapping[str, Fix] = {}
    hypotheses: Mapping[str, Hypothesis] = {}
    snoozes: tuple[Snooze, ...] = ()
    handoffs: tuple[Handoff, ...] = ()
    met: tuple[Met, ...] = ()
    undo_targets: Mapping[str, str] = {}
    """The event that an undo took back, by the undo's id."""
    judged: Mapping[str, str] = {}
    """The task, fix or hypothesis that an event closed or judged, by that event's id."""
    judgements: Mapping[str, tuple[Judgement, ...]] = {}
    """What became of each thing, in log order, by the thing's id."""
    changes: Mapping[str, Change] = {}
    actions: Mapping[str, ActionItem] = {}
    amendments: Mapping[str, tuple[Amendment, ...]] = {}
    """Changes of tasks, temporary fixes and action items, by the thing's id."""
    editions: tuple[Edition, ...] = ()
    triages: tuple[Triage, ...] = ()
    overrides: tuple[Override, ...] = ()
    ticks: Mapping[str, Register] = {}
    """Items of checklists and steps of runbooks; the value is "done" or empty."""
    runbooks: Mapping[str, OpenRunbook] = {}
    """Runbooks that were opened, by their name."""
    silences: tuple[Silence, ...] = ()
    postmortem_owner: Register = Register()
    postmortem: Mapping[str, Register] = {}
    """Sections in a person's own words."""
    review: Register = Register()
    """Of the postmortem: draft, in_review or final."""
    progress_at: datetime | None = None
    head: tuple[int, str, int] = (0, "", 0)
    """The order of the last event folded in."""
    events: int = 0

    @property
    def severity_rule(self) -> Severity | None:
        return self.playbook.severity(self.severity.value) if self.playbook else None

    @property
    def stage_rule(self) -> Stage | None:
        return self.playbook.stage(self.stage.value) if self.playbook else None

    @property
    def phase(self) -> str:
        """active, stable or over, from the stage; a stage that the playbook lacks counts as active."""
        rule = self.stage_rule
        return rule.phase if rule else "active"

    @property
    def open(self) -> bool:
        """On the board: declared, not withdrawn, not closed, not recorded after the fact."""
        return self.declared_at is not None and not self.withdrawn and not self.retrospective and self.phase != "over"

    def holder(self, role: str) -> str:
        """Who has the role; empty when nobody has."""
        register = self.roles.get(role)
        return register.value if register else ""

    def live_updates(self, audience: str | None = None) -> list[Update]:
        """Updates that stand, oldest first, of one audience or all."""
        live = (one for one in self.updates if not one.undone and audience in (None, one.audience))
        return sorted(live, key=lambda one: one.at)

    @property
    def open_tasks(self) -> list[Task]:
        return [one for one in self.tasks.values() if one.done_at is None and not one.undone]

    @property
    def open_fixes(self) -> list[Fix]:
        return [one for one in self.fixes.values() if one.removed_at is None and not one.undone]

    @property
    def in_flight(self) -> list[Change]:
        """Changes of production that are under way."""
        return [one for one in self.changes.values() if one.in_flight]

    @property
    def live_actions(self) -> list[ActionItem]:
        return [one for one in self.actions.values() if not one.undone]

    @property
    def open_actions(self) -> list[ActionItem]:
        return [one for one in self.live_actions if one.done_at is None]

    @property
    def triage(self) -> Triage | None:
        """The last answers that stand."""
        return next((one for one in reversed(self.triages) if not one.undone), None)

    @property
    def open_runbooks(self) -> list[OpenRunbook]:
        return [one for one in self.runbooks.values() if not one.undone]

    def ticked(self, item: str) -> Fact | None:
        """Who ticked an item and when; None while it is open."""
        register = self.ticks.get(item)
        current = register.current if register else None
        return current if current and current.value else None

    def silenced(self, nudge: str) -> bool:
        return any(one.nudge == nudge and not one.undone for one in self.silences)

    def words(self, entry: Entry) -> str:
        """What somebody wrote: of a task's, temporary fix's or change's entry its own words, else the entry's text."""
        things = (getattr(self, name).get(entry.id) for name in CORRECTABLE)
        return next((str(thing.text) for thing in things if thing is not None), entry.text)

    @property
    def live_hypotheses(self) -> list[Hypothesis]:
        return [one for one in self.hypotheses.values() if not one.undone]

    @property
    def offered(self) -> Handoff | None:
        """The handoff that waits for its yes."""
        return next((one for one in reversed(self.handoffs) if not one.undone and one.accepted_at is None), None)

    def conflicts(self) -> list[tuple[str, Fact, Fact]]:
        """Fields on which two people disagree without having seen each other: name, earlier, later (the one shown)."""
        fields = {"severity": self.severity, "stage": self.stage, "title": self.title, "impact": self.impact}
        fields |= {f"role {role}": register for role, register in self.roles.items()}
        fields["postmortem owner"] = self.postmortem_owner
        fields |= {f"postmortem {section}": register for section, register in self.postmortem.items()}
        found = ((name, register.conflict) for name, register in fields.items())
        return [(name, both[0], both[1]) for name, both in found if both]


def timeline(state: Incident) -> list[int]:
    """Positions in `state.entries`, ordered by when things happened, then by the log."""
    entries = state.entries
    return sorted(range(len(entries)), key=lambda i: entries[i].occurred_at)
