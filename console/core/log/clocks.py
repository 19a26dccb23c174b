"""Clocks: every countdown to something owed, derived from the log.

Nothing here is stored. Two consoles that have read the same events show the same clocks, and a restart forgets none.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from console.core.language.grounds import standing_on
from console.core.language.text import capital
from console.core.log.milestones import durations, impact_ended, milestones
from console.core.log.state import MAINTENANCE_STAGES, Incident, Part, Record
from console.core.playbook.model import AUDIENCES, Playbook, Severity, callee_within, name_within
from console.core.subjects.action_item import ActionItem, action_items_of
from console.core.subjects.fix import fixes_of
from console.core.subjects.link import handled_elsewhere
from console.core.subjects.page import escalating_pages, last_pages
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.role import holder_of, role_of
from console.core.subjects.task import Task, open_tasks, tasks_of
from console.core.subjects.update import Update, updates_of

ClockState = Literal["running", "warning", "overdue", "kept", "late"]

RAISED_GRACE_S = 300
"""When a raised severity makes an update due in the past, it is due this many seconds after the change instead."""

LAST_WORD_S = 1800
"""So long after closing the public is told of the end, where no other time was promised."""

ENDED = ("", "resolved")
"""Statuses of a public update after which the public need not be told of the end."""

OF_SEVERITY = frozenset(
    (
        "acknowledge",
        "first_public",
        "executive_notice",
        "escalation",
        "resolution",
        "postmortem",
        "customer_message",
        "fix",
        "page",
    )
)
"""Kinds of clocks whose length the severity sets."""

NO_SEVERITY = Severity("", "")
"""That of a maintenance, which owes nothing by one."""
REMIND_BEFORE_S = 3600
"""So long before a maintenance begins its clock warns."""

WARN_AT_MOST_S = 300
LONG_S = 4 * 3600


class Snooze(Record, frozen=True):
    clock: str
    due_at: datetime
    until: datetime
    reason: str


class Met(Record, frozen=True):
    """Something owed that was met outside the console."""

    clock: str
    note: str = ""


class Obligations(Part):
    snoozes: tuple[Snooze, ...] = ()
    met: tuple[Met, ...] = ()


def snoozes_of(state: Incident) -> tuple[Snooze, ...]:
    return state.part(Obligations).snoozes


def met_of(state: Incident) -> tuple[Met, ...]:
    return state.part(Obligations).met


def moments_met(state: Incident, key: str) -> list[datetime]:
    """The moments at which a clock's goal was met, oldest first; whoever pages the next on the path has escalated."""
    pages = escalating_pages(state) if key == "escalation" else []
    return sorted([*(met.at for met in met_of(state) if met.clock == key), *(page.at for page in pages)])


class Clock(msgspec.Struct, frozen=True):
    """One thing owed. `key` names it for commands: `update:public`, `escalation`, `task:<id>`."""

    kind: str
    """acknowledge, update, first_public, executive_notice, escalation, stability, resolution, task, page, shift,
    postmortem, customer_message, fix or action_item; of a maintenance also begin and complete."""
    key: str
    what: str
    to_whom: str
    by_whom: str
    """A person, or the role that owes it while nobody has it."""
    starts_at: datetime
    due_at: datetime
    warn_at: datetime
    state: ClockState
    audience: str = ""
    kept_at: datetime | None = None
    snoozed: bool = False
    target: str = ""
    """The id of the task, page, temporary fix or action item."""

    @property
    def begun(self) -> str:
        """`what` at the beginning of a line; a person's own words stay as they are."""
        return self.what if self.kind in ("task", "fix", "action_item") else capital(self.what)

    @property
    def open(self) -> bool:
        return self.state in ("running", "warning", "overdue")


class Tally(msgspec.Struct):
    """Promises of updates to one audience."""

    kept: int = 0
    late: int = 0
    """Answered, but after the promised time."""
    missed: int = 0
    """Never answered, and due by now: before the incident closed, or at a time that the audience was told."""


def clocks(state: Incident, now: datetime) -> list[Clock]:
    """All clocks of an incident at `now`: open ones first, the most urgent at the top, then the kept ones.

    Imported and withdrawn incidents owe nothing.
    """
    return _clocks(state, now, only_open=False)


def open_clocks(state: Incident, now: datetime) -> list[Clock]:
    """The clocks still open, most urgent first. Tasks that are done, of which there may be thousands, cost nothing."""
    return [clock for clock in _clocks(state, now, only_open=True) if clock.open]


def _clocks(state: Incident, now: datetime, *, only_open: bool) -> list[Clock]:
    maker = _maker(state, now, only_open)
    return sorted(maker.all(), key=lambda clock: (not clock.open, clock.due_at, clock.key)) if maker else []


def _maker(state: Incident, now: datetime, only_open: bool = False) -> "_Clocks | None":
    """None of an incident that owes nothing."""
    playbook, severity = state.playbook, NO_SEVERITY if state.maintenance else state.severity_rule
    if playbook is None or severity is None or state.declared_at is None or state.withdrawn or state.retrospective:
        return None
    return _Clocks(state, playbook, severity, state.declared_at, now, only_open)


def promises(state: Incident, now: datetime) -> dict[str, Tally]:
    """For each audience, how its promised or scheduled updates were answered so far; one that is not yet due is neither
    kept nor missed."""
    tallies = {audience: Tally() for audience in AUDIENCES}
    if state.playbook is None or state.declared_at is None or state.retrospective or state.withdrawn:
        return tallies
    for audience, tally in tallies.items():
        for due, answered in _owed(state, audience):
            if answered is None:
                over = over_since(state)
                gone = over is not None and over <= now and (due < over or _was_told(state, audience))
                tally.missed += gone and due <= now
            elif answered <= due:
                tally.kept += 1
            else:
                tally.late += 1
    return tallies


def _owed(state: Incident, audience: str) -> list[tuple[datetime, datetime | None]]:
    """The rows of `promised`, and of the first update that a severity asks for; one row where an update is both."""
    rows, playbook, severity = list(promised(state, audience)), state.playbook, state.severity_rule
    if playbook is None or severity is None or state.declared_at is None:
        return rows
    for clock in _Clocks(state, playbook, severity, state.declared_at, state.declared_at).notices():
        if clock.audience != audience:
            continue
        if rows and rows[0][1] == clock.kept_at:
            rows[0] = (clock.due_at if clock.snoozed else min(rows[0][0], clock.due_at), clock.kept_at)
        else:
            rows.insert(0, (clock.due_at, clock.kept_at))
    return rows


def closing(state: Incident, now: datetime) -> tuple[list[Clock], list[Clock]]:
    """The unanswered clocks that nobody would wait for after closing; and those of the last words then owed."""
    if (maker := _maker(state, now)) is None:
        return [], []
    last_words = [*maker.last_words(now)]
    kept = {clock.key for clock in last_words}
    dropped = [
        clock
        for clock in open_clocks(state, now)
        if clock.kind in ("first_public", "executive_notice", "page")
        # The cadence alone promised nobody anything; what it asked for and did not get counts as missed.
        or (clock.kind == "update" and clock.state == "overdue" and clock.key not in kept)
    ]
    return dropped, last_words


def _was_told(state: Incident, audience: str) -> bool:
    """True when the audience's last update said when the next one comes."""
    updates = updates_of(state, audience)
    return bool(updates) and updates[-1].next_at is not None and not updates[-1].final


def promised(state: Incident, audience: str) -> Iterator[tuple[datetime, datetime | None]]:
    """Each due moment of updates to `audience` with the moment it was answered, None for the one still open."""
    if state.declared_at is None:
        return
    base: datetime = state.declared_at
    last: Update | None = None
    for update in (*updates_of(state, audience), None):
        answered = update.at if update else None
        due = _due(state, audience, base, last, answered)
        if due is not None:
            yield due, answered
        base, last = answered or base, update


def _due(
    state: Incident, audience: str, base: datetime, last: Update | None, until: datetime | None
) -> datetime | None:
    """The due moment of the update after `last`, by what was known before `until` (None: by all that is known)."""
    if last is not None and last.final:
        return None
    promise = last.next_at if last else None
    rule, since = _severity_at(state, until)
    cadence = rule.update_s.get(audience, 0) if rule else 0
    due = promise
    if cadence:
        step = timedelta(seconds=cadence)
        by_rule = base + step
        if since > base:
            by_rule = by_rule if by_rule > since else since + timedelta(seconds=RAISED_GRACE_S)
            due = min(promise, max(by_rule, since + step)) if promise else by_rule
        elif promise is None:
            due = by_rule
    return due and _snoozed_to(state, f"update:{audience}", due)


def _snoozed_to(state: Incident, key: str, due: datetime) -> datetime:
    """The due moment after all snoozes of it."""
    for snooze in snoozes_of(state):
        # An earlier version named a moment up to a second before the one that is due.
        if snooze.clock == key and timedelta() <= due - snooze.due_at < timedelta(seconds=1):
            due = snooze.until
    return due


def _severity_at(state: Incident, until: datetime | None) -> tuple[Severity | None, datetime]:
    """The severity that held just before `until`, and since when."""
    facts = [fact for fact in state.severity.in_force if (until is None or fact.at <= until)]
    if state.playbook is None or not facts:
        return None, state.declared_at or datetime.min
    return state.playbook.severity(facts[-1].value), facts[-1].at


def over_since(state: Incident) -> datetime | None:
    """Since when the incident has been closed; None while it is open."""
    if state.phase != "over" or state.playbook is None:
        return None
    since = None
    for fact in state.stage.facts:
        rule = state.playbook.stage(fact.value)
        ends = state.maintenance and fact.value in MAINTENANCE_STAGES[2:]
        over = ends or (rule is not None and rule.phase == "over")
        since = (since or fact.at) if over else None
    return since


def counts_on(word: str) -> bool:
    """True when the length that `elapsed` gives for this word grows with time."""
    return word in ("impact", "declared", "planned", "in progress")


def elapsed(state: Incident, now: datetime) -> tuple[str, timedelta]:
    """A word and a length: of the impact, so far or in all, where its start is known; else since the declaration.

    The first is "impact", "impact lasted", "declared" or "closed after"; of a maintenance "planned", "cancelled after",
    "in progress" or "lasted". Nothing counts on after closing.
    """
    if state.maintenance:
        return _elapsed_of_maintenance(state, now)
    lasted = durations(state).get("impact_lasted")
    if lasted:
        return "impact lasted", lasted.length
    over, declared, start = over_since(state), state.declared_at or now, milestones(state).get("impact_started")
    if over:
        return "closed after", over - declared
    if start and not impact_ended(state):
        return "impact", max(now - start, timedelta())
    return "declared", max(now - declared, timedelta())


def _begun(state: Incident) -> datetime | None:
    """The moment at which a maintenance began."""
    return next((fact.at for fact in state.stage.facts if fact.value == MAINTENANCE_STAGES[1]), None)


def _elapsed_of_maintenance(state: Incident, now: datetime) -> tuple[str, timedelta]:
    begun, over, planned = _begun(state), over_since(state), state.declared_at or now
    if begun is None:
        return ("cancelled after", over - planned) if over else ("planned", max(now - planned, timedelta()))
    return ("lasted", over - begun) if over else ("in progress", max(now - begun, timedelta()))


class _Clocks:
    """Builds the clocks of one incident; one method for each family."""

    def __init__(
        self, state: Incident, playbook: Playbook, severity: Severity, declared: datetime, now: datetime,
        only_open: bool = False,
    ) -> None:  # fmt: skip
        """With `only_open` there are no clocks of tasks and action items that are done."""
        self.state, self.playbook, self.severity, self.declared, self.now = state, playbook, severity, declared, now
        self.only_open = only_open
        self.at = milestones(state)
        self.over = over_since(state)

    def all(self) -> Iterator[Clock]:
        yield from self.first_minutes()
        yield from self.updates()
        yield from self.tasks()
        yield from self.pages()
        yield from self.action_items()
        yield from self.window()
        if self.over is None:
            yield from self.progress()
        else:
            yield from self.afterwards(self.over)

    def window(self) -> Iterator[Clock]:
        """The begin and the end of a maintenance: nothing of it happens by itself."""
        state, window = self.state, self.state.planned
        if window is None:
            return
        begun = _begun(state)
        parties = ("", self.commander())
        if begun is not None or self.over is None:
            length = (window.starts_at - self.declared).total_seconds()
            clock = self.clock("begin", "begin the maintenance", *parties, self.declared, length, begun)
            yield self.finish(clock, REMIND_BEFORE_S)
        if begun is not None:
            length = (window.until - begun).total_seconds()
            yield self.clock("complete", "complete the maintenance", *parties, begun, length, self.over)

    def first_minutes(self) -> Iterator[Clock]:
        severity, over = self.severity, self.over
        allowed = severity.acknowledge_s or severity.response_s
        if allowed:
            start = self.at.get("detected", self.declared)
            kept = self.at.get("acknowledged") or self.met("acknowledge")
            yield self.clock("acknowledge", "acknowledge", "the alert", "on call", start, allowed, kept)
        yield from (clock for clock in self.notices() if over is None or clock.kept_at)

    def notices(self) -> Iterator[Clock]:
        """The first words that the severity asks for; of a closed incident also those that never came."""
        severity = self.severity
        for kind, audience, seconds, what in (
            ("first_public", "public", severity.first_public_s, "first public post"),
            ("executive_notice", "executive", severity.executive_notice_s, "executive notice"),
        ):
            posted = next((update.at for update in updates_of(self.state, audience)), None) or self.met(kind)
            if seconds:
                start = self.severity_since(kind)
                yield self.clock(kind, what, audience, self.comms(), start, seconds, posted, audience=audience)

    def severity_since(self, kind: str) -> datetime:
        """The moment from which this notice has been required: the first severity that asks for it."""
        for fact in self.state.severity.in_force:
            rule = self.playbook.severity(fact.value)
            if rule is not None and getattr(rule, f"{kind}_s"):
                return fact.at
        return self.declared

    def last_words(self, over: datetime) -> Iterator[Clock]:
        """The clocks of the updates owed, once the incident is over, to those who were told that it goes on."""
        for audience in AUDIENCES:
            last = next(reversed(updates_of(self.state, audience)), None)
            if last is None or last.final or (last.next_at is None and (audience != "public" or last.status in ENDED)):
                continue
            due = last.next_at or over + timedelta(seconds=LAST_WORD_S)
            span = (due - last.at).total_seconds()
            yield self.clock(
                "update", f"final {audience} update", audience, self.comms(), last.at, span,
                key=f"update:{audience}", audience=audience,
            )  # fmt: skip

    def updates(self) -> Iterator[Clock]:
        if self.over is not None:
            yield from self.last_words(self.over)
            return
        # The first words to an audience are owed once, however often the next ones are.
        unopened = {notice.audience for notice in self.notices() if notice.open}
        for audience in AUDIENCES:
            rows = list(promised(self.state, audience))
            updates = updates_of(self.state, audience)
            if rows and rows[-1][1] is None and (updates or audience not in unopened):
                key, what, due = f"update:{audience}", f"{audience} update", rows[-1][0]
                start = updates[-1].at if updates else self.declared
                if not updates or updates[-1].next_at is None:
                    what = standing_on(what, self.state.severity.value)
                snoozed = any(snooze.until == due for snooze in snoozes_of(self.state))
                parties = (audience, self.comms())
                yield self.finish(
                    Clock("update", key, what, *parties, start, due, due, "running", audience, snoozed=snoozed)
                )

    def tasks(self) -> Iterator[Clock]:
        for task in open_tasks(self.state) if self.only_open else tasks_of(self.state).values():
            given_since = self.over is None or task.added_at >= self.over
            if task.due_at is not None and (task.done_at or given_since):
                yield self.owned("task", task, task.due_at)

    def pages(self) -> Iterator[Clock]:
        """An answer to each page, as soon as the playbook wants an alert acknowledged."""
        seconds = self.severity.acknowledge_s
        for page in last_pages(self.state) if seconds else ():
            waits = not page.outcome and self.over is None
            if waits or (page.outcome in ("answered", "declined") and not self.only_open):
                what = f"answer from {callee_within(page.who)}"
                yield self.clock(
                    "page", what, page.by, page.who, page.at, seconds, page.ended_at,
                    key=f"page:{page.id}", target=page.id,
                )  # fmt: skip

    def progress(self) -> Iterator[Clock]:
        state, severity, phase = self.state, self.severity, self.state.phase
        if severity.escalate_s and phase == "active":
            since = max(filter(None, (state.progress_at, self.met("escalation"), self.declared)))
            to = self.playbook.escalate_to or "the next level"
            yield self.clock("escalation", "escalate, no progress", to, self.commander(), since, severity.escalate_s)
        if self.playbook.stability_s and phase == "stable":
            current, seconds = state.stage.current, self.playbook.stability_s
            since = current.at if current else self.declared
            due = since + timedelta(seconds=seconds)
            kept = due if self.now >= due else None
            yield self.clock("stability", "stable until closing", "", self.commander(), since, seconds, kept)
        if severity.resolution_s:
            kept, seconds = self.at.get("resolved"), severity.resolution_s
            yield self.clock("resolution", "resolution target", "", self.commander(), self.declared, seconds, kept)
        held = role_of(state, "ic").current
        if self.playbook.shift_s and held and held.value:
            parties = ("the next commander", held.value)
            yield self.clock("shift", "hand over the command", *parties, held.at, self.playbook.shift_s)

    def afterwards(self, over: datetime) -> Iterator[Clock]:
        severity, elsewhere = self.severity, handled_elsewhere(self.state)
        review = postmortem_of(self.state).review.current
        final = review.at if review and review.value == "final" else None
        owner = postmortem_of(self.state).owner.value
        # Whoever took it on owes it, also where another incident goes on.
        if severity.postmortem_s and (owner or not elsewhere):
            writer = owner or self.commander()
            kept = final or self.met("postmortem")
            yield self.clock("postmortem", "postmortem", "the team", writer, over, severity.postmortem_s, kept)
        if severity.customer_message_s and not elsewhere:
            what, seconds, kept = "message to customers", severity.customer_message_s, self.met("customer_message")
            yield self.clock("customer_message", what, "customers", self.comms(), over, seconds, kept)
        for fix in fixes_of(self.state).values():
            seconds = severity.postmortem_s or 2 * 86400
            yield self.clock(
                "fix", f"remove: {fix.text}", "", fix.owner or "nobody", over, seconds, fix.removed_at,
                key=f"fix:{fix.id}", target=fix.id,
            )  # fmt: skip

    def action_items(self) -> Iterator[Clock]:
        for item in action_items_of(self.state):
            if item.due_at is not None and not (self.only_open and item.done_at):
                yield self.owned("action_item", item, item.due_at)

    def owned(self, kind: str, thing: Task | ActionItem, due: datetime) -> Clock:
        """The clock of something that somebody was given to do."""
        owner, span = thing.owner or "nobody", (due - thing.added_at).total_seconds()
        # Who led is not owed what is done in the weeks after it.
        whom = self.commander() if kind == "task" else ""
        return self.clock(
            kind, thing.text, whom, owner, thing.added_at, span, thing.done_at,
            key=f"{kind}:{thing.id}", target=thing.id,
        )  # fmt: skip

    def comms(self) -> str:
        return holder_of(self.state, "comms") or self.commander()

    def commander(self) -> str:
        return holder_of(self.state, "ic") or name_within(self.playbook, "ic")

    def met(self, key: str) -> datetime | None:
        return max(moments_met(self.state, key), default=None)

    def clock(
        self, kind: str, what: str, to_whom: str, by_whom: str, start: datetime, seconds: float,
        kept: datetime | None = None, *, key: str = "", audience: str = "", target: str = "",
    ) -> Clock:  # fmt: skip
        key, planned = key or kind, start + timedelta(seconds=seconds)
        if kind in OF_SEVERITY:
            what = standing_on(what, self.state.severity.value)
        due = _snoozed_to(self.state, key, planned)
        snoozed = due != planned
        return self.finish(
            Clock(kind, key, what, to_whom, by_whom, start, due, due, "running", audience, kept, snoozed, target)
        )

    def finish(self, clock: Clock, warn_s: float = 0.0) -> Clock:
        """The clock with its warning moment, `warn_s` before it is due or else by its length, and state at `now`."""
        span = (clock.due_at - clock.starts_at).total_seconds()
        before = warn_s or (span / 8 if span > LONG_S else min(span / 4, WARN_AT_MOST_S))
        warn_at = clock.due_at - timedelta(seconds=before)
        state: ClockState
        if clock.kept_at is not None:
            state = "kept" if clock.kept_at <= clock.due_at else "late"
        elif clock.kind == "stability":
            state = "running"
        elif self.now >= clock.due_at:
            state = "overdue"
        else:
            state = "warning" if self.now >= warn_at else "running"
        return msgspec.structs.replace(clock, warn_at=warn_at, state=state)
