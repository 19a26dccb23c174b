"""Metrics over ten incidents whose figures were worked out by hand, in minutes, on paper."""

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.core.language.times import zone as zone_named
from console.core.log.milestones import durations
from console.core.memory.case import Case, case_of
from console.core.memory.metrics import BY, MEASURES, Figure, Metrics, metrics_of
from console.core.memory.period import Period, last_days, moved, quarter, slots
from console.core.refusal import Refused
from console.core.subjects.action_item import AddAction, FinishAction
from console.core.subjects.component import SetComponent
from console.core.subjects.entry import LogEntry
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.stage import MoveStage
from console.core.subjects.update import PostUpdate
from tests.core.story import START, Story

NEW_YORK = zone_named("America/New_York")
NOW = START + timedelta(days=2)
"""23 November 2026."""


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


class Tale(Story):
    """An incident of long ago; each of its steps is logged as of its own moment, given in UTC."""

    def __init__(self, ref: str, declared: str, severity: str = "SEV1", **more: Any) -> None:
        super().__init__(severity, at=at(declared), **more)
        self.ref, self.day = ref, declared[:10]

    def knows(self, **milestones: str) -> "Tale":
        """Milestones that somebody set by hand, each a time of its day."""
        for name, time in milestones.items():
            self.does(SetMilestone, milestone=name, moment=at(f"{self.day} {time}"))
        return self

    def goes(self, **stages: str) -> "Tale":
        """Stages, each entered at a time of its day; a digit behind the name tells two of one stage apart."""
        for name, time in stages.items():
            self.does(MoveStage, stage=name.rstrip("23"), override="as it was", at=at(f"{self.day} {time}"))
        return self

    @property
    def case(self) -> Case:
        made = case_of(self.state)
        assert made is not None
        return replace(made, ref=self.ref)


def ten() -> list[Tale]:
    """Ten live incidents of the fourth quarter where New York's clocks count, and some that are apart."""
    return [
        # Everything known.                                              D 10  A 10  M 60  R 80
        Tale("A", "2026-10-02 10:00").knows(
            impact_started="09:40", detected="09:50", mitigated="10:40", resolved="11:00"
        ),
        # Acknowledged by hand, later than it was declared.               D 10  A 5   M 30  R 60
        Tale("B", "2026-10-10 20:00", "SEV2").knows(
            impact_started="19:50", detected="20:00", acknowledged="20:05", mitigated="20:20", resolved="20:50"
        ),
        # Nobody said when it was detected. In New York it is still October.  M 90  R 120
        Tale("C", "2026-11-01 02:00").knows(impact_started="01:30", mitigated="03:00", resolved="03:30"),
        # Nobody said when it began: to count from the declaration would be a guess.  A 2
        Tale("D", "2026-11-05 08:00", "SEV2").knows(detected="07:58", mitigated="08:30", resolved="09:00"),
        # Detected before it began, which cannot be: none of its lengths can be trusted.
        Tale("E", "2026-11-06 12:05").knows(
            impact_started="12:00", detected="11:50", mitigated="12:30", resolved="13:00"
        ),
        # It came back at 10:40: mitigated at 11:10 and resolved at 11:20 are what counts.  D 5  A 5  M 80  R 90
        Tale("F", "2026-11-10 10:00")
        .knows(impact_started="09:50", detected="09:55")
        .goes(mitigating="10:05", resolving="10:20", monitoring="10:30")
        .goes(mitigating2="10:40", resolving2="11:10", monitoring2="11:20", closed="12:00"),
        # Stages say 10:50, somebody says 10:30, and has the last word.   D 2   A 1   M 30  R 60
        Tale("G", "2026-11-12 10:03", "SEV3")
        .goes(mitigating="10:20", resolving="10:50", monitoring="11:00", closed="11:40")
        .knows(impact_started="10:00", detected="10:02", mitigated="10:30"),
        # Still open: its resolution is to come.                          D 5   A 5   M 40
        Tale("H", "2026-11-20 14:00").knows(impact_started="13:50", detected="13:55", mitigated="14:30"),
        # Open, and nobody said when it began or was seen.
        Tale("I", "2026-11-21 13:00", "SEV2"),
        # Only a stage is known of it.
        Tale("J", "2026-11-19 09:00").goes(monitoring="10:00"),
    ]


def apart() -> list[Tale]:
    known = {"impact_started": "09:40", "detected": "09:50", "mitigated": "12:40", "resolved": "13:00"}
    duplicate = Tale("L", "2026-11-02 10:00").knows(**known)
    duplicate.does(MoveStage, stage="closed", override="Duplicate of another incident", at=at("2026-11-02 14:00"))
    return [
        Tale("K", "2026-11-03 10:00", drill=True).knows(**known),
        duplicate,
        Tale("M", "2026-11-07 10:00", retrospective=True).knows(**known),
        # In UTC it is the first of October; in New York it is the evening before.
        Tale("O", "2026-10-01 03:30").knows(impact_started="03:00", mitigated="03:20"),
    ]


def figures(by: str = "", zone: tzinfo = NEW_YORK) -> Metrics:
    cases = [tale.case for tale in (*ten(), *apart())]
    return metrics_of(cases, quarter("2026-Q4", NOW, zone), NOW, zone, by)


def minutes(figure: Figure | None) -> tuple[int, float, float, float] | None:
    if figure is None:
        return None
    return (figure.n, *(length / timedelta(minutes=1) for length in (figure.median, figure.mean, figure.p90)))  # type: ignore[return-value]  # Four, as the figure has them.


@pytest.mark.parametrize(
    ("measure", "n", "median", "mean", "p90", "left", "waiting"),
    [
        # 2 5 5 10 10
        ("time_to_detect", 5, 5, 6.4, 10, {"C", "D", "E", "I", "J"}, set()),
        # 1 2 5 5 5 10
        ("time_to_acknowledge", 6, 5, 28 / 6, 10, {"C", "E", "I", "J"}, set()),
        # 30 30 40 60 80 90
        ("time_to_mitigate", 6, 50, 55, 90, {"D", "E", "I", "J"}, set()),
        # 60 60 80 90 120
        ("time_to_resolve", 5, 80, 82, 120, {"D", "E", "I", "J"}, {"H"}),
    ],
)
def test_the_figures_are_those_of_the_paper(
    measure: str, n: int, median: float, mean: float, p90: float, left: set[str], waiting: set[str]
) -> None:
    measured = figures().live.measure(measure)
    assert minutes(measured.figure) == pytest.approx((n, median, mean, p90))
    assert {each.ref for each in measured.left_out} == left
    assert set(measured.waiting) == waiting


def test_each_incident_that_is_left_out_says_why() -> None:
    why = figures().left_out
    assert why["C"] == "detected is missing (MTTD, MTTA)"
    assert why["D"] == "impact started is missing (MTTD, MTTM, MTTR)"
    assert why["E"] == "detected is before impact started (MTTD, MTTA, MTTM, MTTR)"
    assert "impact started and detected are missing (MTTD)" in why["I"]
    assert why.keys() == {"C", "D", "E", "I", "J"}


def test_drills_records_and_duplicates_stand_apart() -> None:
    told = figures()
    assert told.live.refs == tuple("ABCDEFGJHI")
    assert (told.drills.refs, told.retrospective.refs, told.elsewhere) == (("K",), ("M",), ("L",))
    assert minutes(told.drills.measure("time_to_mitigate").figure) == (1, 180, 180, 180)
    assert told.came_back == ("F",)
    assert told.live.severities == {"SEV1": 6, "SEV2": 3, "SEV3": 1}


def test_a_quarter_and_a_month_end_where_the_viewer_is() -> None:
    months = {group.name: group.refs for group in figures("month").groups}
    assert months == {"2026-10": ("A", "B", "C"), "2026-11": ("D", "E", "F", "G", "J", "H", "I")}
    in_utc = figures("month", UTC)
    assert {group.name: group.refs for group in in_utc.groups}["2026-10"] == ("O", "A", "B")


@pytest.mark.parametrize("by", BY)
def test_groups_are_figures_of_their_own_incidents(by: str) -> None:
    told = figures(by)
    cases = {tale.case.ref: tale.case for tale in ten()}
    for group in told.groups:
        alone = metrics_of([cases[ref] for ref in group.refs], told.period, NOW, NEW_YORK)
        assert alone.live.measures == group.measures
    assert {ref for group in told.groups for ref in group.refs} == set(told.live.refs)


def test_severities_stand_in_the_playbook_s_order_and_an_incident_is_of_its_worst() -> None:
    risen = Tale("X", "2026-11-08 10:00", "SEV3")
    risen.does(ChangeSeverity, severity="SEV0")
    risen.does(ChangeSeverity, severity="SEV2", reason="only a few")
    cases = [tale.case for tale in (*ten(), risen)]
    told = metrics_of(cases, quarter("Q4", NOW, NEW_YORK), NOW, NEW_YORK, "severity")
    assert [(group.name, group.count) for group in told.groups] == [("SEV0", 1), ("SEV1", 6), ("SEV2", 3), ("SEV3", 1)]


def test_what_came_again_and_what_was_done_in_time() -> None:
    first, second = Tale("P", "2026-11-01 10:00"), Tale("Q", "2026-11-09 10:00")
    for tale in (first, second):
        tale.does(SetComponent, component="checkout", status="major")
        tale.does(LogEntry, text="slow #db #team-payments #cause", tags=("db", "team-payments", "cause"))
        tale.does(AddAction, text="alarm", due_at=START + timedelta(days=1))
        tale.does(AddAction, text="limit", due_at=START + timedelta(days=90))
    second.does(LogEntry, text="slow #dns", tags=("dns",))
    second.does(FinishAction, action="2")
    told = metrics_of([first.case, second.case], quarter("Q4", NOW, NEW_YORK), NOW, NEW_YORK, "team")
    assert {(each.kind, each.name, each.refs, each.closest) for each in told.again} == {
        ("component", "checkout", ("P", "Q"), timedelta(days=8)),
        ("tag", "db", ("P", "Q"), timedelta(days=8)),
    }
    assert (told.work.done, told.work.late, told.work.open, told.work.overdue) == (1, 0, 1, 2)
    assert [(group.name, group.count) for group in told.groups] == [("payments", 2)]


def test_promises_are_added_up_by_audience() -> None:
    kept, late = Tale("P", "2026-11-21 13:00"), Tale("Q", "2026-11-21 13:00")
    for tale, minute in ((kept, 10), (late, 50)):
        tale.does(PostUpdate, audience="internal", text="we look", at=at(f"2026-11-21 13:{minute}"))
    told = metrics_of([kept.case, late.case], quarter("Q4", NOW, NEW_YORK), NOW, NEW_YORK)
    assert (told.promises["internal"].kept, told.promises["internal"].late) == (1, 1)


def test_every_length_is_the_room_s() -> None:
    for tale in ten():
        spans = durations(tale.state)
        told = metrics_of([tale.case], quarter("Q4", NOW, NEW_YORK), NOW, NEW_YORK)
        for measured in told.live.measures:
            if measured.figure is not None:
                assert measured.figure.median == spans[measured.id].length


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=40))
def test_figures_of_any_lengths(seconds: list[int]) -> None:
    figure = Figure.of([timedelta(seconds=each) for each in seconds])
    assert figure is not None
    lengths = [timedelta(seconds=each) for each in seconds]
    within = sum(length <= figure.p90 for length in lengths)
    assert within * 10 >= 9 * len(lengths)
    assert figure.p90 in lengths
    assert sum(length < figure.p90 for length in lengths) * 10 < 9 * len(lengths)
    assert sum(length <= figure.median for length in lengths) * 2 >= len(lengths)
    assert min(lengths) <= figure.mean <= max(lengths)


def test_nothing_comes_to_no_figures() -> None:
    told = metrics_of([], quarter("Q4", NOW, NEW_YORK), NOW, NEW_YORK, "tag")
    assert told.live.count == 0
    assert [told.live.measure(id).figure for id in MEASURES] == [None] * 4
    assert (told.groups, told.again, told.left_out) == ((), (), {})


# Periods


@pytest.mark.parametrize(
    ("typed", "name", "start", "end"),
    [
        ("2026-Q3", "2026-Q3", "2026-07-01 04:00", "2026-10-01 04:00"),
        ("q3 2025", "2025-Q3", "2025-07-01 04:00", "2025-10-01 04:00"),
        ("Q4", "2026-Q4", "2026-10-01 04:00", "2027-01-01 05:00"),
        ("Q1", "2026-Q1", "2026-01-01 05:00", "2026-04-01 04:00"),
        ("this", "2026-Q4", "2026-10-01 04:00", "2027-01-01 05:00"),
        ("last", "2026-Q3", "2026-07-01 04:00", "2026-10-01 04:00"),
    ],
)
def test_a_quarter_begins_at_midnight_where_the_viewer_is(typed: str, name: str, start: str, end: str) -> None:
    assert quarter(typed, NOW, NEW_YORK) == Period(name, at(start), at(end))


@pytest.mark.parametrize("typed", ["Q5", "", "2026", "Q", "2026-Q3-2025", "9999-Q1", "\x1b[2J"])
def test_what_is_no_quarter_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="is not a quarter"):
        quarter(typed, NOW, NEW_YORK)


def test_days_are_whole_days_across_a_change_of_clocks() -> None:
    period = last_days(30, NOW, NEW_YORK)
    assert (period.start, period.end) == (at("2026-10-25 04:00"), at("2026-11-24 05:00"))
    before = moved(period, -1, NEW_YORK)
    assert (before.end, before.start) == (period.start, at("2026-09-25 04:00"))
    assert before.name == "2026-09-25 to 2026-10-24"
    assert moved(quarter("2026-Q1", NOW, NEW_YORK), -1, NEW_YORK).name == "2025-Q4"


def test_the_parts_of_a_picture_cover_the_period() -> None:
    for period in (last_days(30, NOW, NEW_YORK), quarter("Q4", NOW, NEW_YORK), last_days(365, NOW, NEW_YORK)):
        parts = slots(period, NEW_YORK)
        assert (parts[0].start, parts[-1].end) == (period.start, period.end)
        assert all(part.end == later.start for part, later in pairwise(parts))
    assert [part.label for part in slots(quarter("Q4", NOW, NEW_YORK), NEW_YORK)] == ["2026-10", "2026-11", "2026-12"]
