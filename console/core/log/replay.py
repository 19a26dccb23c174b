"""An incident as it was known at any moment: the fold of the events that were known by then.

An event is known from the moment it was recorded, whatever moment it tells of. One that another machine wrote is known
from its arrival: nobody here could have read it before.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from console.core.log.entries import LATE_S, Entries, Entry
from console.core.log.event import Event
from console.core.log.fold import NeedsRefold, Progress, extended, in_order
from console.core.log.state import Incident
from console.core.subjects.declaration import IncidentDeclared

MARK_EVERY = 1000
"""Events between two states that are kept on the way: they are folded anew in less than ten milliseconds."""
MARKS = 100
"""The most states that are kept; a longer log has them farther apart."""


class NotYet(NamedTuple):
    """An entry of something that had happened by a moment and was not known until a later one."""

    entry: Entry
    """As it stands in the end."""
    known_at: datetime


class Moment(NamedTuple):
    """An incident as it was at one moment."""

    at: datetime
    state: Incident
    """An empty one before the declaration was known."""
    not_yet: Sequence[NotYet]
    """In the order in which it happened."""


def known_moments(events: Iterable[Event], arrived: Mapping[str, datetime]) -> dict[str, datetime]:
    """The moment at which each event was known here, by its id; `arrived` says when those of other machines came.

    Where the incident itself came from another machine, what came along with it counts from when it was recorded: this
    machine was told of all that at once, and the room was elsewhere until then.
    """
    events = list(events)
    declared = next((event.id for event in events if isinstance(event.body, IncidentDeclared)), "")
    joined = arrived[declared] + timedelta(seconds=LATE_S) if declared in arrived else None
    return {
        event.id: event.recorded_at if (at := arrived.get(event.id)) is None or (joined and at <= joined) else at
        for event in events
    }


class Replay:
    """One incident from moment to moment. Used by one thread at a time."""

    def __init__(self, ref: str, events: Iterable[Event], arrived: Mapping[str, datetime] | None = None) -> None:
        """`arrived` says when the events of other machines came, by their ids."""
        self.ref = ref
        given = sorted(events, key=attrgetter("order"))
        known = known_moments(given, arrived or {})
        given.sort(key=lambda event: known[event.id])
        self._events = given
        self._known = known
        self._moments = [known[event.id] for event in given]
        self._every = max(MARK_EVERY, len(given) // MARKS)
        self._marks: list[tuple[int, Incident]] = [(0, Incident(self.ref))]
        """States on the way, with the number of their events; ascending."""
        self._last = self._marks[0]
        self._later: list[NotYet] | None = None

    @property
    def steps(self) -> list[datetime]:
        """The moments at which something became known, ascending, each once."""
        return list(dict.fromkeys(self._moments))

    def known_at(self, id: str) -> datetime | None:
        """The moment at which an event or its entry became known; None for one that there is not."""
        return self._known.get(id)

    def after(self, at: datetime) -> datetime | None:
        """The next moment at which something became known; None at the end."""
        place = bisect_right(self._moments, at)
        return self._moments[place] if place < len(self._moments) else None

    def before(self, at: datetime) -> datetime | None:
        """The last moment before this one at which something became known; None at the beginning."""
        place = bisect_left(self._moments, at)
        return self._moments[place - 1] if place else None

    def count(self, at: datetime) -> int:
        """The number of events that were known by then."""
        return bisect_right(self._moments, at)

    def at(self, at: datetime, progress: Progress = lambda share: None) -> Moment:
        """The incident as it was at a moment."""
        return Moment(at, self._state(self.count(at), progress), self.not_yet(at))

    def whole(self, progress: Progress = lambda share: None) -> Incident:
        """The incident as all of the events tell it."""
        return self._state(len(self._events), progress)

    def not_yet(self, at: datetime) -> list[NotYet]:
        """The entries that had happened by then but were not known yet, oldest first; of what stands in the end."""
        if self._later is None:
            with_known = ((entry, self._known.get(entry.id)) for entry in self.whole().entries if not entry.undone)
            later = [
                NotYet(entry, known) for entry, known in with_known if known is not None and known > entry.occurred_at
            ]
            self._later = sorted(later, key=attrgetter("known_at"))
        first = bisect_right(self._later, at, key=attrgetter("known_at"))
        missing = [each for each in self._later[first:] if each.entry.occurred_at <= at]
        return sorted(missing, key=lambda each: each.entry.occurred_at)

    # Folding

    def _state(self, count: int, progress: Progress) -> Incident:
        """The fold of the first events; states on the way are kept, so that no way back is long."""
        begin = self._marks[bisect_right(self._marks, count, key=lambda mark: mark[0]) - 1][0]
        for cut in range(begin + self._every, count, self._every):
            self._marks.append((cut, self._folded(cut)))
            progress(cut / count)
        state = self._folded(count)
        self._last = (count, state)
        return state

    def _folded(self, count: int) -> Incident:
        nearest = bisect_right(self._marks, count, key=lambda mark: mark[0]) - 1
        bases = [self._last] if self._marks[nearest][0] <= self._last[0] <= count else []
        # What takes back, corrects or redacts something older is folded anew from before that, wherever that is.
        back = 1
        while nearest > 0:
            bases.append(self._marks[nearest])
            nearest, back = nearest - back, back * 2
        for base, state in bases:
            if base == count:
                return state
            try:
                folded = extended(state, in_order(self._events[base:count]))[-1]
            except NeedsRefold:
                continue
            return self._held(folded, len(state.entries))
        return self._held(extended(Incident(self.ref), in_order(self._events[:count]))[-1], 0)

    def _held(self, folded: Incident, begin: int) -> Incident:
        """The state with the last one's objects where its entries, from some place on, are the same."""
        for _ in Entries.hold_same([folded.entries], self._last[1].entries, begin):
            pass
        return folded
