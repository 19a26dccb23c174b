"""The made-up year of a team: always the same, and with all that a memory has to cope with."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.core.log.clocks import promises
from console.core.log.milestones import NEEDED, contradictions, milestones, relapsed_at
from console.core.subjects.action_item import action_items_of
from console.core.subjects.fix import fixes_of
from console.core.subjects.link import handled_elsewhere
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.stage import overrides_of
from console.samples.year import INCIDENTS, YEAR, Told, built_in, year
from console.store.ledger import Ledger
from console.store.log import Log
from tests.core.story import standard

END = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
NEEDED_SET = frozenset(NEEDED)


@pytest.fixture(scope="module")
def told() -> Sequence[Told]:
    return list(year(built_in(), standard(), END))


def test_a_seed_gives_one_year_and_another_seed_another(told: Sequence[Told]) -> None:
    again = list(year(built_in(), standard(), END))
    other = list(year(built_in(), standard(), END, seed=2))
    assert [each.events for each in again] == [each.events for each in told]
    assert {each.state.ref for each in other}.isdisjoint(each.state.ref for each in told)


def test_it_holds_what_a_memory_has_to_cope_with(told: Sequence[Told]) -> None:
    states = [each.state for each in told]
    assert len(states) == len({state.ref for state in states}) == INCIDENTS
    live = [state for state in states if not (state.drill or state.retrospective or state.withdrawn)]
    closed = [state for state in live if not state.open]
    assert Counter(state.open for state in live)[True] == 2
    assert {each.family for each in told} > {family.id for family in built_in().families}
    for holds in (
        lambda state: state.drill,
        lambda state: state.retrospective,
        lambda state: state.withdrawn,
        handled_elsewhere,
        relapsed_at,
        overrides_of,
        fixes_of,
        lambda state: contradictions(milestones(state)),
        lambda state: NEEDED_SET - milestones(state).keys(),
        lambda state: any(item.done_at for item in action_items_of(state)),
        lambda state: any(not item.done_at for item in action_items_of(state)),
        lambda state: postmortem_of(state).review.value == "final",
        lambda state: postmortem_of(state).review.value == "in_review",
    ):
        assert any(map(holds, states))
    tallies = [tally for state in closed for tally in promises(state, END).values()]
    assert all(sum(getattr(tally, how) for tally in tallies) for how in ("kept", "late", "missed"))


def test_it_has_happened(told: Sequence[Told]) -> None:
    events = [event for each in told for event in each.events]
    assert max(event.recorded_at for event in events) <= END
    assert min(event.recorded_at for event in events) >= END - YEAR
    assert all(event.occurred_at <= event.recorded_at for event in events)
    declared = [each.state.declared_at for each in told if each.state.declared_at]
    assert declared == sorted(declared)
    assert declared[-1] > END - timedelta(hours=1)


def test_a_log_of_it_folds_to_what_was_told(told: Sequence[Told], tmp_path: Path) -> None:
    with Log.open(tmp_path / "w.db") as log:
        for each in told:
            log.append(each.events)
        ledger = Ledger(log, actor="mo", clock=lambda: END)
        for each in told:
            read = ledger.state(each.state.ref)
            assert [entry.text for entry in read.entries] == [entry.text for entry in each.state.entries]
            assert (read.stage.value, read.withdrawn) == (each.state.stage.value, each.state.withdrawn)
        assert log.verify() == []


def test_a_small_year_has_its_open_incidents() -> None:
    few = list(year(built_in(), standard(), END, incidents=4))
    assert [each.state.open for each in few[-2:]] == [True, True]
    assert len(few) == 4


@pytest.mark.drawn(1)
@pytest.mark.parametrize("minutes", [31, 151, 667, 1111])
def test_it_can_end_at_any_moment(minutes: int) -> None:
    assert len(list(year(built_in(), standard(), END + timedelta(minutes=minutes)))) == INCIDENTS
