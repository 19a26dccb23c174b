"""A case: an incident as the history and the metrics see it, told once from its state by the functions that room,
exports and JSON use, and kept small."""

from datetime import UTC, datetime, timedelta

import msgspec

from console.core.log.clocks import Tally, clocks, over_since, promises
from console.core.log.milestones import Span, clashes, durations, milestones, relapses
from console.core.log.state import Incident
from console.core.log.tagged import CAUSE_TAGS, STOPPED_TAGS, standing, tagged
from console.core.memory.traces import Trace, knew, people_of, traces_of
from console.core.subjects.action_item import action_items_of
from console.core.subjects.component import components_of
from console.core.subjects.fix import fixes_of
from console.core.subjects.link import handled_elsewhere
from console.core.subjects.postmortem import postmortem_of, wants_postmortem
from console.core.subjects.role import holder_of
from console.core.subjects.runbook import runbooks_of

TEAM_TAG = "team-"
"""Begins the tag that names a team: `#team-payments`."""
_EVER = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)


class CaseAction(msgspec.Struct, frozen=True):
    """An action item."""

    number: int
    text: str
    owner: str
    priority: str
    added_at: datetime
    due_at: datetime | None
    done_at: datetime | None

    def status(self, now: datetime) -> str:
        """done, late (done after its day), open or overdue."""
        if self.done_at is not None:
            return "late" if self.due_at is not None and self.done_at > self.due_at else "done"
        return "overdue" if self.due_at is not None and self.due_at < now else "open"


class CaseFix(msgspec.Struct, frozen=True):
    """A temporary fix."""

    text: str
    owner: str
    added_at: datetime
    removed_at: datetime | None


class Case(msgspec.Struct, frozen=True):
    """Nothing in it depends on the moment at which it is read."""

    ref: str
    title: str
    severity: str
    """The highest that was ever in force."""
    rank: int
    """Of the severity, from 0, the highest; those that the playbook does not know last."""
    declared_at: datetime
    over_at: datetime | None
    """Since when it has been closed."""
    open: bool
    drill: bool
    retrospective: bool
    elsewhere: bool
    """Closed because another incident stands for it."""
    commander: str
    """The last incident commander; empty for none."""
    impact: str
    cause: str
    """The entry marked as the cause; empty for none."""
    stopped: str
    """The entry marked as having stopped the impact; empty for none."""
    tags: tuple[str, ...]
    teams: tuple[str, ...]
    """Of the tags that name one."""
    components: tuple[str, ...]
    at: dict[str, datetime]
    """Its milestones."""
    spans: dict[str, Span]
    """Its usual measures, as `durations` gives them."""
    clashes: tuple[tuple[str, str], ...]
    """Pairs of milestones of which the second cannot come behind the first as it stands."""
    relapses: int
    """The number of returns to a stage before mitigation."""
    promises: dict[str, Tally]
    """By audience, as it will be where nobody answers any more."""
    last_words: dict[str, datetime]
    """When the last word to an audience is due, where it is still owed: before that it is not missed."""
    asks_postmortem: bool
    postmortem: str
    """draft, in_review or final; empty before anybody wrote of it or said so."""
    postmortem_owner: str
    postmortem_due_at: datetime | None
    actions: tuple[CaseAction, ...]
    fixes: tuple[CaseFix, ...]
    runbooks: tuple[str, ...]
    """The names of those that were opened."""
    knew: tuple[str, ...]
    """Who found the cause or stopped the impact."""
    people: tuple[str, ...]
    """Everybody who wrote in it or is named in it."""
    traces: tuple[Trace, ...]
    """Its texts that tell of the cause."""

    @property
    def kind(self) -> str:
        """live, drill or retrospective."""
        return "drill" if self.drill else "retrospective" if self.retrospective else "live"

    @property
    def lasted(self) -> timedelta | None:
        """The length of the impact; None where it is not known, or not over."""
        span = self.spans.get("impact_lasted")
        return span.length if span is not None else None

    @property
    def open_actions(self) -> list[CaseAction]:
        return [action for action in self.actions if action.done_at is None]

    @property
    def open_fixes(self) -> list[CaseFix]:
        return [fix for fix in self.fixes if fix.removed_at is None]

    def postmortem_words(self, now: datetime) -> str:
        """`final`, `in review, overdue`, `not asked for` …"""
        stands = self.postmortem.replace("_", " ")
        if self.postmortem == "final" or not (self.asks_postmortem or stands):
            return stands or "not asked for"
        late = self.postmortem_due_at is not None and self.postmortem_due_at < now
        return f"{stands or ('not begun' if self.over_at else 'to come')}{', overdue' if late else ''}"


SORTING_TAGS = {*CAUSE_TAGS, *STOPPED_TAGS}


def case_of(state: Incident) -> Case | None:
    """None for what was never declared, or withdrawn, and for a maintenance: it is none."""
    if state.declared_at is None or state.withdrawn or state.maintenance:
        return None
    book = state.playbook
    names = [fact.value for fact in state.severity.in_force] or [state.severity.value]
    ranks = {name: place if book and (place := book.severity_index(name)) >= 0 else 1000 for name in names}
    worst = min(names, key=lambda name: ranks[name])
    cause, stopped = (
        next((entry.words or entry.text for entry in reversed(tagged(state, tags))), "")
        for tags in (CAUSE_TAGS, STOPPED_TAGS)
    )
    tags = dict.fromkeys(tag.casefold() for entry in standing(state) for tag in entry.tags)
    review = postmortem_of(state)
    owing = clocks(state, _EVER)
    owed = next((clock for clock in owing if clock.kind == "postmortem"), None)
    return Case(
        ref=state.ref,
        title=state.title.value,
        severity=worst,
        rank=ranks[worst],
        declared_at=state.declared_at,
        over_at=over_since(state),
        open=state.open,
        drill=state.drill,
        retrospective=state.retrospective,
        elsewhere=handled_elsewhere(state),
        commander=holder_of(state, "ic"),
        impact=state.impact.value,
        cause=cause,
        stopped=stopped,
        tags=tuple(tag for tag in tags if tag not in SORTING_TAGS and not tag.startswith(TEAM_TAG)),
        teams=tuple(tag.removeprefix(TEAM_TAG) for tag in tags if tag.startswith(TEAM_TAG)),
        components=tuple(components_of(state)),
        at=milestones(state),
        spans=durations(state),
        clashes=tuple(clashes(milestones(state))),
        relapses=len(relapses(state)),
        promises=promises(state, _EVER),
        last_words={clock.audience: clock.due_at for clock in owing if clock.kind == "update"},
        asks_postmortem=wants_postmortem(state) and not state.retrospective,
        postmortem=review.review.value or ("draft" if any(each.value for each in review.sections.values()) else ""),
        postmortem_owner=review.owner.value,
        postmortem_due_at=owed.due_at if owed is not None else None,
        actions=tuple(
            CaseAction(item.number, item.text, item.owner, item.priority, item.added_at, item.due_at, item.done_at)
            for item in action_items_of(state)
        ),
        fixes=tuple(CaseFix(fix.text, fix.owner, fix.added_at, fix.removed_at) for fix in fixes_of(state).values()),
        runbooks=tuple(runbooks_of(state)),
        knew=knew(state),
        people=people_of(state),
        traces=traces_of(state),
    )
