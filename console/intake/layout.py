"""The layout of a text, found before anything is read: which lines have times, where, and which way they go."""

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from console.core.language.zones import Zone
from console.intake.clocks import COUNTED
from console.intake.leads import has_leads
from console.intake.lines import Fences, Line, take_apart
from console.intake.narrative import Lists, lists_in, telling_points
from console.intake.posts import lone_times, posts
from console.intake.prose import is_about_the_text
from console.intake.stamps import EPOCH_CELL, UNIX_TIME, Stamp, TimedText, timed_text

_LEAST_BACK = 4
_HALF_DAY = 12
_SHORT_CHARS = 100
_LEAST_PARTS = 4
_LEAST_ODD = 8
_PAUSE = re.compile(
    r"\b(?:lunch|recess|breakfast|dinner|banquet|(?:coffee|tea|mini|short)[\s-]break|break(?=\W*$)|coffee(?=\W*$)|kaffeepause|mittag(?:essen|spause)"
    r"|pause[\s-]café|d\u00e9jeuner|almuerzo|pranzo|almo\u00e7o)\b|\u663c\u98df|\u4f11\u61a9",
    re.IGNORECASE,
)
"""The breaks between the parts of an agenda, which stand in no account of an outage twice."""


class Sight(NamedTuple):
    """A line that begins with a time."""

    number: int
    """From 1."""

    line: Line
    timed: TimedText


def _is_plain(sight: Sight) -> bool:
    """Whether the line is a time and a few words, and surely what happened then."""
    _, line, timed = sight
    content = line.content
    is_short = bool(timed.text) and len(timed.text) <= _SHORT_CHARS and content[:1].isdigit()
    return is_short and content[-1] not in ",)]:" and not any(stop in content for stop in (". ", "! ", "? ", "; ", "|"))


def is_programme(stamps: Sequence[Stamp], lines: Sequence[str]) -> bool:
    """Whether the times are those of an agenda: several, all of them round, and people eat and drink in between.

    Where not all are round, as for the bells of a school, half of the lines must tell of pauses.
    """
    times = [stamp.time for stamp in stamps if stamp.time]
    if len(times) < _LEAST_PARTS or any(time.exact for time in times):
        return False
    odd = sum(1 for time in times if time.minute % 5)
    pauses = sum(1 for raw in lines if _PAUSE.search(raw))
    return pauses > 1 and (not odd or pauses * 2 >= len(times) >= _LEAST_ODD)


class Layout:
    """The features of the lines; each is worked out once, when it is asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    @cached_property
    def sights(self) -> Sequence[Sight]:
        """The lines that begin with a time of day."""
        apart = ((number, take_apart(raw)) for number, raw in enumerate(self._lines, start=1) if raw)
        timed = ((number, line, timed_text(line.content)) for number, line in apart)
        return [Sight(number, line, read) for number, line, read in timed if read and read.stamp.time]

    @cached_property
    def listed(self) -> dict[int, Sight]:
        """The lines, from 0, within a list: one above and one below begin with a time in the same way.

        Nothing but the time says anything about these, so that they need no closer look.
        """
        listed: dict[int, Sight] = {}
        for above, sight, below in zip(self.sights, self.sights[1:], self.sights[2:], strict=False):
            together = above.number + 1 == sight.number == below.number - 1
            if together and _is_plain(sight) and _is_plain(above) and above.line[:3] == sight.line[:3]:
                listed[sight.number - 1] = sight
        return listed

    @cached_property
    def programme(self) -> frozenset[int]:
        """The lines, from 1, of agendas and timetables: times of what is to come, section by section."""
        planned: set[int] = set()
        section: list[Sight] = []
        timed = {sight.number: sight for sight in self.sights}
        for number, raw in enumerate((*self._lines, "#") if timed else (), start=1):
            if number in timed:
                section.append(timed[number])
            elif raw.lstrip(" >").startswith("#"):
                stamps = [sight.timed.stamp for sight in section]
                if section and is_programme(stamps, self._lines[section[0].number - 1 : section[-1].number + 4]):
                    planned.update(sight.number for sight in section)
                section = []
        return frozenset(planned)

    @cached_property
    def lists(self) -> Lists:
        """The lists of times."""
        return lists_in(self._lines)

    @cached_property
    def points(self) -> dict[int, TimedText]:
        """The points with a time within, in lists of times."""
        return telling_points(self._lines)

    @cached_property
    def fences(self) -> Fences:
        """The ends of blocks of code."""
        return Fences(self._lines)

    @cached_property
    def has_leads(self) -> bool:
        """Whether lines have the name of a service, a host or a step before their time."""
        return has_leads(self._lines)

    @cached_property
    def has_title_mark(self) -> bool:
        """Whether a heading of the first level stands in the text."""
        return any(raw.lstrip("\ufeff ").startswith("# ") for raw in self._lines)

    @cached_property
    def lone_times(self) -> Sequence[int]:
        """The lines, from 0, that hold nothing but a time."""
        return lone_times(self._lines)

    @cached_property
    def posts(self) -> dict[int, int]:
        """The lines, from 0, at which updates begin whose time stands below them, each with that of the time."""
        return dict(posts(self._lines, self.lone_times))

    @property
    def first_zone(self) -> tuple[int, Zone] | None:
        """The first zone that stands behind a time, and its line."""
        named = (
            (number, timed.stamp.zone)
            for number, line, timed in self.sights
            if timed.stamp.zone not in (None, UNIX_TIME, EPOCH_CELL) and not is_about_the_text(line.content)
        )
        return next(((number, zone) for number, zone in named if zone), None)

    @property
    def newest_first(self) -> bool:
        """Whether the times with which lines begin go back."""
        stamps = (timed.stamp for _, _, timed in self.sights)
        clocks = [(stamp.date, stamp.time[:3]) for stamp in stamps if stamp.time and stamp.time is not COUNTED]
        steps = [
            (after > before) - (after < before)
            for (day, before), (other, after) in pairwise(clocks)
            if (day is None or other is None or day == other) and abs(after[0] - before[0]) < _HALF_DAY
        ]
        return steps.count(-1) >= max(_LEAST_BACK, 3 * steps.count(1))
