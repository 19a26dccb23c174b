"""The axis of a replay: how far along each moment stands, with quiet stretches shortened."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

QUIET = timedelta(minutes=15)
"""A longer stretch in which nothing became known takes no more room, and is passed over while it plays."""


class Axis:
    """From the first moment to the last. Days between an incident's end and its postmortem leave room for the rest."""

    def __init__(self, steps: Sequence[datetime], end: datetime) -> None:
        """`steps` are the moments at which something became known, ascending and at least one; `end` is not before."""
        self._moments = [*steps, end]
        self._places = [0.0]
        """The distance of each moment from the first along the axis, in seconds."""
        for before, at in zip(self._moments, self._moments[1:], strict=False):
            self._places.append(self._places[-1] + min(at - before, QUIET).total_seconds())

    @property
    def start(self) -> datetime:
        return self._moments[0]

    @property
    def end(self) -> datetime:
        return self._moments[-1]

    def share(self, at: datetime) -> float:
        """The place of a moment along the axis, from 0 to 1."""
        place = bisect_right(self._moments, at) - 1
        if place < 0 or not self._places[-1]:
            return 0.0
        if place + 1 == len(self._moments):
            return 1.0
        before, after = self._moments[place], self._moments[place + 1]
        begin, length = self._places[place], self._places[place + 1] - self._places[place]
        return (begin + length * ((at - before) / (after - before))) / self._places[-1]

    def moment(self, share: float) -> datetime:
        """The moment that stands so far along."""
        wanted = min(max(share, 0.0), 1.0) * self._places[-1]
        place = min(bisect_right(self._places, wanted), len(self._places) - 1) - 1
        begin, length = self._places[place], self._places[place + 1] - self._places[place]
        within = (wanted - begin) / length if length else 0.0
        return self._moments[place] + (self._moments[place + 1] - self._moments[place]) * within
