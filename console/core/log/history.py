"""An incident's state with marks: earlier states from which it is folded anew when something recent is undone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from console.core.log.entries import Entries
from console.core.log.event import Event
from console.core.log.fold import NeedsRefold, Progress, extended, in_order
from console.core.log.state import Incident

MARK_EVERY = 250
"""Events behind which there is another newest mark: what happened just now is folded anew in a few milliseconds."""
REACH = 1000
"""Events that are folded anew without reading the log: from the newest mark, else from the one before the tail."""


class Mark(NamedTuple):
    """A state on the way; `after` says how many of the history's tail came before it."""

    state: Incident
    after: int


class History(NamedTuple):
    """A state, and what is needed to fold its last events anew."""

    state: Incident
    marks: tuple[Mark, ...]
    """One before the tail, and mostly one near its end."""
    tail: tuple[Event, ...]
    """The last events, in the order in which they are folded."""

    @classmethod
    def of(cls, base: Incident, events: Iterable[Event], progress: Progress = lambda share: None) -> Self:
        """The history of a state and the events that came after it. Raises NeedsRefold as `extend` does."""
        tail = in_order(events)
        cuts = [len(tail) - back for back in (REACH, MARK_EVERY) if back < len(tail)]
        *states, state = extended(base, tail, (*cuts, len(tail)), progress)
        if len(tail) <= REACH:
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
        if len(tail) - self.marks[-1].after < MARK_EVERY:
            return History(state, self.marks, tail)
        base, beyond = self.before_tail, len(tail) - REACH
        if beyond >= MARK_EVERY:
            # Folded once more in place of kept all the time: each state that is kept holds what grows with the log.
            try:
                (base,), tail = extended(base, tail, (beyond,)), tail[beyond:]
            except NeedsRefold:
                return None
            hold_same(base, state)
        return History(state, (Mark(base, 0), Mark(state, len(tail))), tail)

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

    def hold_same_entries(self, older: Entries, progress: Progress = lambda share: None) -> None:
        """Hold the older version's objects of all entries that did not change."""
        versions = [self.state.entries, *(mark.state.entries for mark in self.marks)]
        for _ in Entries.hold_same(versions, older):
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


def hold_same(state: Incident, other: Incident) -> None:
    """Let a state hold the other one's objects wherever they are equal."""
    for _ in Entries.hold_same([state.entries], other.entries):
        pass
    state.entries.share_index(other.entries)
    for kind, part in state.parts.items():
        for name in part.__struct_fields__:
            own, others = getattr(part, name), getattr(other.part(kind), name)
            if isinstance(own, dict):
                same = ((key, others[key]) for key, value in own.items() if key in others and others[key] == value)
                own.update(same)
