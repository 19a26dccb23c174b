"""Metrics over many incidents: how fast, how often, which promises were kept, what came again.

The lengths are those of `durations`, as the room shows them. A length counts only between the milestones that its
measure is named for; where one of them is missing, or contradicts its neighbour, the incident is left out by name.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

import msgspec

from console.core.log.clocks import Tally
from console.core.log.milestones import SPANS, clash_words
from console.core.memory.case import Case, CaseAction
from console.core.memory.period import Period
from console.core.playbook.model import MILESTONES

MEASURES = {
    "time_to_detect": "MTTD",
    "time_to_acknowledge": "MTTA",
    "time_to_mitigate": "MTTM",
    "time_to_resolve": "MTTR",
}
"""The measures that are compared over incidents, by what `durations` calls them."""
BY = ("severity", "month", "tag", "component", "team")
MAX_AGAIN = 10


class Figure(msgspec.Struct, frozen=True):
    """Lengths of several incidents."""

    n: int
    median: timedelta
    mean: timedelta
    p90: timedelta
    """The length within which nine of ten were: one that occurred (nearest rank)."""

    @classmethod
    def of(cls, lengths: Sequence[timedelta]) -> "Figure | None":
        if not lengths:
            return None
        ordered = sorted(lengths)
        n = len(ordered)
        median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
        return cls(n, median, sum(ordered, timedelta()) / n, ordered[math.ceil(0.9 * n) - 1])


class LeftOut(msgspec.Struct, frozen=True):
    """An incident that a measure cannot count."""

    ref: str
    why: str


class Measured(msgspec.Struct, frozen=True):
    """One measure over several incidents."""

    id: str
    figure: Figure | None
    """None where no incident can be counted."""
    left_out: tuple[LeftOut, ...]
    waiting: tuple[str, ...]
    """Open incidents whose end is still to come."""

    @property
    def name(self) -> str:
        return MEASURES[self.id]

    @property
    def span(self) -> str:
        """`impact started → mitigated`."""
        return " → ".join(name.replace("_", " ") for name in ends_of(self.id))


class Group(msgspec.Struct, frozen=True):
    """Incidents that are told together."""

    name: str
    refs: tuple[str, ...]
    """In the order of their declarations."""
    severities: dict[str, int]
    """The number of each, the highest first."""
    measures: tuple[Measured, ...]

    @property
    def count(self) -> int:
        return len(self.refs)

    def measure(self, id: str) -> Measured:
        return next(measured for measured in self.measures if measured.id == id)


class Work(msgspec.Struct, frozen=True):
    """Action items, by what became of them."""

    done: int
    """In time; also those without a date."""
    late: int
    open: int
    overdue: int

    @property
    def total(self) -> int:
        return self.done + self.late + self.open + self.overdue


class Again(msgspec.Struct, frozen=True):
    """A tag or component that several incidents share."""

    kind: str
    """component or tag."""
    name: str
    refs: tuple[str, ...]
    """In the order of their declarations."""
    closest: timedelta
    """The shortest time between two of the declarations."""


class Metrics(msgspec.Struct, frozen=True):
    """Of the incidents that were declared in a period."""

    period: Period
    live: Group
    by: str
    """The grouping of `groups`; empty for none."""
    groups: tuple[Group, ...]
    """An incident with several tags, components or teams is in several."""
    promises: dict[str, Tally]
    """By audience."""
    work: Work
    came_back: tuple[str, ...]
    """Incidents that went back to a stage before their mitigation."""
    again: tuple[Again, ...]
    """The most frequent first."""
    elsewhere: tuple[str, ...]
    """Closed because another incident stands for them: counted nowhere else."""
    drills: Group
    retrospective: Group

    @property
    def left_out(self) -> dict[str, str]:
        """The reasons why measures leave incidents out: `detected is missing (MTTD, MTTA)`, by reference."""
        reasons: dict[str, dict[str, list[str]]] = {}
        for measured in self.live.measures:
            for left in measured.left_out:
                reasons.setdefault(left.ref, {}).setdefault(left.why, []).append(measured.name)
        return {
            ref: "; ".join(f"{why} ({', '.join(names)})" for why, names in whys.items())
            for ref, whys in reasons.items()
        }


def ends_of(measure: str) -> tuple[str, str]:
    """The milestones that a measure is named for."""
    begins, ends = SPANS[measure]
    return begins[0], ends[0]


def metrics_of(cases: Iterable[Case], period: Period, now: datetime, zone: tzinfo, by: str = "") -> Metrics:
    """The figures of the incidents declared in the period, in groups by a word of BY; in one where `by` is empty."""
    declared = sorted(
        (case for case in cases if period.holds(case.declared_at)), key=lambda case: (case.declared_at, case.ref)
    )
    elsewhere = [case for case in declared if case.elsewhere and case.kind == "live"]
    live = [case for case in declared if case.kind == "live" and not case.elsewhere]
    promises: dict[str, Tally] = {}
    for case in live:
        for audience, tally in case.promises.items():
            total = promises.setdefault(audience, Tally())
            total.kept += tally.kept
            total.late += tally.late
            total.missed += tally.missed if case.last_words.get(audience, now) <= now else 0
    return Metrics(
        period,
        _group("live", live),
        by,
        tuple(_groups(live, by, zone)),
        promises,
        _work([action for case in live for action in case.actions], now),
        tuple(case.ref for case in live if case.relapses),
        tuple(_again(live)),
        tuple(case.ref for case in elsewhere),
        _group("drills", [case for case in declared if case.kind == "drill"]),
        _group("retrospective", [case for case in declared if case.kind == "retrospective"]),
    )


def _work(actions: Sequence[CaseAction], now: datetime) -> Work:
    states = [action.status(now) for action in actions]
    return Work(*(states.count(state) for state in ("done", "late", "open", "overdue")))


def names_of(case: Case, by: str, zone: tzinfo) -> tuple[str, ...]:
    """The groups that an incident is in."""
    match by:
        case "severity":
            return (case.severity,)
        case "month":
            return (f"{case.declared_at.astimezone(zone):%Y-%m}",)
        case "tag":
            return case.tags
        case "component":
            return case.components
    return case.teams


def _groups(cases: Sequence[Case], by: str, zone: tzinfo) -> Iterator[Group]:
    members: dict[str, list[Case]] = {}
    for case in cases if by else ():
        for name in names_of(case, by, zone) or ("",):
            members.setdefault(name, []).append(case)

    def order(name: str) -> tuple[int, str]:
        if by in ("severity", "month"):
            return (members[name][0].rank if by == "severity" else 0, name)
        return (-len(members[name]) if name else 1, name)

    for name in sorted(members, key=order):
        yield _group(name or f"no {by}", members[name])


def _group(name: str, cases: Sequence[Case]) -> Group:
    severities: dict[str, int] = {}
    for case in sorted(cases, key=lambda case: (case.rank, case.severity)):
        severities[case.severity] = severities.get(case.severity, 0) + 1
    return Group(name, tuple(case.ref for case in cases), severities, tuple(_measured(id, cases) for id in MEASURES))


def _measured(id: str, cases: Sequence[Case]) -> Measured:
    lengths: list[timedelta] = []
    left: list[LeftOut] = []
    waiting: list[str] = []
    for case in cases:
        counted = length_of(case, id)
        if isinstance(counted, timedelta):
            lengths.append(counted)
        elif counted:
            left.append(LeftOut(case.ref, counted))
        else:
            waiting.append(case.ref)
    return Measured(id, Figure.of(lengths), tuple(left), tuple(waiting))


def length_of(case: Case, id: str) -> timedelta | str:
    """The length that counts, or why there is none, as a clause; empty while its end is still to come."""
    ends = ends_of(id)
    for before, after in case.clashes:
        if {before, after} & {*ends}:
            return clash_words(case.at, before, after)
    span = case.spans.get(id)
    if span is not None and (span.begins, span.ends) == ends:
        return span.length
    missing = [name for name in ends if name not in case.at]
    if case.open and missing == [ends[1]] and case.at.keys().isdisjoint(MILESTONES[MILESTONES.index(ends[1]) :]):
        return ""
    if missing:
        words = " and ".join(name.replace("_", " ") for name in missing)
        return f"{words} {'is' if len(missing) == 1 else 'are'} missing"
    # Neighbours that may come in either order: nobody was acknowledged to what had not been seen.
    return f"{ends[1].replace('_', ' ')} is before {ends[0].replace('_', ' ')}"


def _again(cases: Sequence[Case]) -> list[Again]:
    shared: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        for kind, names in (("component", case.components), ("tag", case.tags)):
            for name in names:
                shared.setdefault((kind, name), []).append(case)
    again = [
        Again(
            kind,
            name,
            tuple(case.ref for case in members),
            min(later.declared_at - case.declared_at for case, later in pairwise(members)),
        )
        for (kind, name), members in shared.items()
        if len(members) > 1
    ]
    return sorted(again, key=lambda each: (-len(each.refs), each.closest, each.name))[:MAX_AGAIN]
