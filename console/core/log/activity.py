"""The latest activity in an incident: its last entries that stand, and how many happened in each few minutes."""

from bisect import insort
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from console.core.log.entries import Entry
from console.core.log.state import Incident

_FIRST = datetime.min.replace(tzinfo=UTC)


def latest_entries(state: Incident, count: int) -> list[Entry]:
    """The entries that happened last, at most so many, the latest first; of one moment the one logged last."""
    latest: list[tuple[datetime, int]] = []
    for position in range(len(state.entries) - 1, -1, -1):
        entry = state.entries[position]
        earliest = latest[0][0] if len(latest) == count else _FIRST
        if entry.recorded_at < earliest:
            # Everything before it was written before that moment.
            break
        if not entry.undone and entry.occurred_at > earliest:
            insort(latest, (entry.occurred_at, position))
            del latest[:-count]
    return [state.entries[position] for _, position in reversed(latest)]


def activity(state: Incident, now: datetime, step: timedelta, steps: int) -> list[int]:
    """The number of entries that stand, by the step of time in which they happened; the last step is the present one.

    Steps begin at multiples of `step`, so that they hold still until the next one begins.
    """
    start = now - (now - _FIRST) % step - (steps - 1) * step
    counts = [0] * steps
    for entry in _recorded_since(state, start):
        place = (entry.occurred_at - start) // step
        if not entry.undone and 0 <= place < steps:
            counts[place] += 1
    return counts


def _recorded_since(state: Incident, start: datetime) -> Iterator[Entry]:
    for position in range(len(state.entries) - 1, -1, -1):
        entry = state.entries[position]
        if entry.recorded_at < start:
            return
        yield entry
