"""An incident's state with marks: earlier states from which it is folded anew when something recent is undone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from console.core.log.entries import Entries
from console.core.log.event import Event
from console.core.log.fold import STEP, NeedsRefold, Progress, extended, in_order
from console.core.log.state import Incident

MARK_EVERY = 250
"""Events between two marks: what happened just now is folded anew in a few milliseconds."""
MARKS = 5
"""The number of marks kept: what reaches back a thousand events is always folded anew from one of them."""
REACH = MARK_EVERY * (MARKS - 1)
"""Events that are folded anew without reading the log."""


class Mark(NamedTuple):
    """A state on the way; `after` says how many of the history's tail came before it."""

    state: Incident
    after: int


class History(NamedTuple):
    """A state, and what is needed to fold its last events anew."""

    state: Incident
    marks: tuple[Mark, ...]
    """The first one stands before the tail."""
    tail: tuple[Event, ...]
    """The last events, in the order in which they are folded."""

    @classmethod
    def of(cls, base: Incident, events: Iterable[Event], progress: Progress = lambda share: None) -> Self:
        """The history of a state and the events that came after it. Raises NeedsRefold as `extend` does."""
        tail = in_order(events)
        cuts = list(range(MARK_EVERY, len(tail), MARK_EVERY))[-MARKS:]
        *states, state = extended(base, tail, cuts, progress)
        if len(cuts) < MARKS:
            states, cuts = [base, *states], [0, *cuts]
        first = cuts[0]
        marks = tuple(Mark(before, cut - first) for before, cut in zip(states, cuts, strict=True))
        return cls(state, marks, tuple(tail[first:]))

    def grown(self, events: Sequence[Event]) -> "History | None":
        """The history with more events, folded anew as far back as they reach; None where the marks do not reach."""
        try:
            if len(events) >= MARK_EVERY:
                return History.of(self.state, events)
            ordered = in_order(events)
            state = extended(self.state, ordered)[-1]
        except NeedsRefold:
            return self._refolded(events)
        tail = (*self.tail, *ordered)
        marks = self.marks
        if len(tail) - marks[-1].after < MARK_EVERY:
            return History(state, marks, tail)
        marks = (*marks, Mark(state, len(tail)))
        dropped = marks[max(0, len(marks) - MARKS)].after
        return History(state, tuple(Mark(mark.state, mark.after - dropped) for mark in marks[-MARKS:]), tail[dropped:])

    def _refolded(self, events: Sequence[Event]) -> "History | None":
        tail = tuple(in_order((*self.tail, *events)))
        for place in range(len(self.marks) - 1, -1, -1):
            mark = self.marks[place]
            try:
                state = extended(mark.state, tail[mark.after :])[-1]
            except NeedsRefold:
                continue
            return History(state, self.marks[: place + 1], tail)
        return None

    def hold_same(self, older: Entries, progress: Progress = lambda share: None) -> None:
        """Hold the older version's objects of all entries that did not change."""
        versions: list[Entries] = []
        for state in (self.state, *(mark.state for mark in reversed(self.marks))):
            if not any(version.grew_from(state.entries) for version in versions):
                versions.append(state.entries)
        for entries in versions:
            for begin in range(0, len(entries), STEP):
                entries.hold_same(older, begin, begin + STEP)
                progress(1.0)

    @property
    def before_tail(self) -> Incident:
        """The state before the tail; an empty one where the tail is the whole log."""
        return self.marks[0].state

    def seen_by_mark(self, seen: Mapping[str, int]) -> dict[str, int]:
        """The last sequence number of each origin at the first mark; `seen` is that of the state."""
        before = dict(seen)
        for event in self.tail:
            before[event.origin] = min(before[event.origin], event.oseq - 1)
        return {origin: last for origin, last in before.items() if last}
