"""The layout of a text, found before anything is read: which lines have times, where, and which way they go."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

from console.core.language.dates import near
from console.core.language.zones import Zone
from console.intake.clocks import BARE_OFFSET, CLOCK_LIKE, COUNTED, hours_behind, without_colon
from console.intake.dates import any_date, day_behind, numbered_day
from console.intake.leads import has_leads, has_moments_within
from console.intake.lines import TIMELINE, Fences, Line, bold_heading, fence_mark, front_matter, take_apart
from console.intake.narrative import Lists, lists_in, telling_points
from console.intake.posts import post_heads, posts, status_above, time_alone
from console.intake.prose import is_about_the_text
from console.intake.stamps import (
    EPOCH_CELL,
    UNIX_TIME,
    Stamp,
    TimedText,
    begins_moment_at,
    timed_line,
    timed_text,
)
from console.intake.tables import CSV_WITHIN, csv_delimiter

_YEAR = re.compile(r"(?:19|20|21)\d\d")
_LEAST_BACK = 4
_LINES_ABOVE = 3
_HALF_DAY = 12
_SHORT_CHARS = 100
_LEAST_PARTS = 4
PAUSE = re.compile(
    r"\b(?:lunch|recess|breakfast|dinner|banquet|(?:coffee|tea|mini|short)[\s-]break|break(?=\W*$)|coffee(?=\W*$)|kaffeepause|mittag(?:essen|spause)"
    r"|pause[\s-]café|d\u00e9jeuner|almuerzo|pranzo|almo\u00e7o)\b|\u663c\u98df|\u4f11\u61a9",
    re.IGNORECASE,
)
"""The breaks between the parts of an agenda, which stand in no account of an outage twice."""

_SCHEDULE = re.compile(
    r"\b(?:schedule|timetable|agenda|procedures?|runbook|playbook|programme|itinerary|stundenplan|zeitplan|fahrplan|tagesordnung|horaires?|ordre\sdu\sjour|horario|orario"
    r"|programa\u00e7\u00e3o|rooster|schema|harmonogram|\u0440\u0430\u0441\u043f\u0438\u0441\u0430\u043d\u0438\u0435)(?:\W+[\d\W]*)?$"
    r"|(?:\u65e5\u7a0b|\u6642\u9593\u5272|\u65f6\u95f4\u8868|\u8bae\u7a0b|\u4e88\u5b9a\u8868|\uc77c\uc815\ud45c|\uc2dc\uac04\ud45c)\W*$",
    re.IGNORECASE,
)
"""The end of the title of a plan for days to come, or before its day."""
_INVITES = re.compile(
    r"\b(?:(?:are|is)\s(?:cordially\s)?invited\s(?:to|for)\b|(?:would\slike\sto|we(?:'d\slove\sto)?|cordially)\sinvite\syou|join\sus\s(?:for|at|on)\b|rsvp\b"
    r"|lade(?:n|t)?\s(?:\w+\s){1,5}(?:herzlich\s)?(?:\w+\s)?(?:zu[rm]?|ein)\b|einladung\szu[rm]?\b|invitation\s(?:\u00e0|au)\b|vous\s(?:\u00eates|invit)\w*\s(?:invit|\u00e0)"
    r"|(?:te|le|os|les|la|lo|vi|ti)\s(?:invit)\w+\sa\b|convid\w{1,4}\s(?:para|voc)|nodig\w*\s(?:je|u|jullie)\s\w*\s?uit|uitgenodigd|v\u00e4lkommen\still|inbjud\w+\still|zaprasza\w*\sna)"
    r"|(?:\u8aa0|\u8bda)?\u9080(?:\u8bf7|\u8acb)|\u5831\u540d|\u62a5\u540d|\u3054\u6848\u5185|\u3054\u53c2\u52a0",
    re.IGNORECASE,
)
"""Of a text that asks people to come."""
_MOST_TITLE_LINES = 40
_MOST_INVITING_CHARS = 1000
_TO_DO = re.compile(r"\s{0,40}[-*+]\s\[(?P<done>[ xX])\]\s")
_STOPWATCH = re.compile(r"[\s>*_-]{0,8}0:00(?![:\d])")
_LEAST_EVENTS = 3
_CLOCK = re.compile(
    r"(?<![\d:.])(?:[01]?\d|2[0-3])\s?[:h]\s?(?P<minute>[0-5]\d)(?::[0-5]\d)?(?!\d|:\d)|\b1?\d\s?[ap]\.?m\b",
    re.IGNORECASE,
)
_BOLD_LEVEL = 7
_LABEL_LEVEL = 8
_LABEL_CHARS = 40


_DEFINES = re.compile(
    r"^[^\S\n]{0,40}(?:import\s|from\s\S+\simport\b|export\s|const\s\w|let\s\w+\s=|var\s\w|def\s\w+\(|class\s\w+|func(?:tion)?\s|fn\s\w+|return\b|package\s\w"
    r"|#include\b|using\s\w|public\s|private\s|static\s)",
    re.MULTILINE,
)
_LEAST_DEFINES = 2
_CODE_ENDS = re.compile(r"(?:[{}()\[\];]|=>|[\"'\d)\]}],|\):)\s{0,8}$")


_WORDS = re.compile(r"[^\W\d_](?:[^\s\d|*_#<>`=~:\uff1a@\[\]{}\\(]++|\s(?!\s))*+")
"""A line of words without a number, a mark or a gap."""
_MARKS = "{}()[],;|\\/. \t"
"""Those of which no rule, heading, list or block of code is made."""
_CLOCK_DIGITS = 4
"""Of a time without a colon."""


class Sight(NamedTuple):
    """A line that begins with a time."""

    number: int
    """From 1."""

    line: Line
    timed: TimedText


def _level(line: Line) -> int:
    """The level of the heading that the line is, also of one in bold; 0 for other lines."""
    return line.level or (_BOLD_LEVEL if bold_heading(line.content) and not line.bullet else 0)


def is_programme(stamps: Sequence[Stamp], lines: Sequence[str]) -> bool:
    """Whether the times are those of an agenda: several, all of them round, and people eat and drink in between.

    A list that begins at 0:00 tells how long things take.
    """
    if divides_days(stamps):
        return True
    times = [stamp.time for stamp in stamps if stamp.time]
    if len(times) < _LEAST_PARTS or any(time.exact or time.minute % 5 for time in times):
        return False
    return _STOPWATCH.match(lines[0]) is not None or sum(1 for raw in lines if PAUSE.search(raw)) > 1


def divides_days(stamps: Sequence[Stamp], *, step: int = 5) -> bool:
    """Whether the times are those of shifts, lessons, hours worked: nearly all of them ranges, and round to `step`.

    Nothing happened in them: they divide a day. Three are enough where each begins with the end of the one before.
    """
    times = [stamp.time for stamp in stamps if stamp.time]
    if len(times) < _LEAST_PARTS - 1 or any(time.exact or time.minute % step for time in times):
        return False
    clocks = (f"{time.hour}:{time.minute:02}" for time in times[1:])
    joined = all(stamp.until.lstrip("0").startswith(clock) for stamp, clock in zip(stamps, clocks, strict=False))
    ranges = sum(1 for stamp in stamps if stamp.until and not stamp.remark)
    return joined or (ranges * 4 >= len(times) * 3 and len(times) >= _LEAST_PARTS)


class Layout:
    """The features of the lines; each is worked out once, when it is asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    @cached_property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self._lines)

    @cached_property
    def silent(self) -> frozenset[int]:
        """The lines, from 0, of words without a moment or a mark, of marks alone, or a short number."""
        return frozenset(at for at, raw in enumerate(self._lines) if raw and _says_nothing(raw))

    @cached_property
    def clocked(self) -> Sequence[tuple[int, str]]:
        """The lines, from 0, that may hold a time or a date in digits: the others are not looked at for one."""
        return [(at, raw) for at, raw in enumerate(self._lines) if CLOCK_LIKE.search(raw)]

    @cached_property
    def clocked_text(self) -> str:
        """The lines that may hold a time or a date in digits."""
        return "\n".join(raw for _, raw in self.clocked)

    @cached_property
    def shorthands(self) -> Sequence[re.Pattern[str]]:
        """The patterns of times as "0412", "14.02" or "alle 12", which lines of the text begin with."""
        return [*filter(None, (without_colon(self.clocked_text), hours_behind(self.clocked_text)))]

    @cached_property
    def offset(self) -> str:
        """The offset that stands by itself behind all times with which lines begin: "10:00 +2"; empty for none."""
        behind = (BARE_OFFSET.match(sight.line.content) for sight in self.sights)
        first = next(behind, None)
        if first is None or len(self.sights) == 1:
            return ""
        return first["offset"] if all(match and match["offset"] == first["offset"] for match in behind) else ""

    @cached_property
    def sighted(self) -> frozenset[int]:
        """The lines, from 1, that begin with a time of day."""
        return frozenset(sight.number for sight in self.sights)

    @cached_property
    def sights(self) -> Sequence[Sight]:
        """The lines that begin with a time of day."""
        table, _ = self.csv or (len(self._lines), "")
        above = list(self._sights(0, table))
        is_fenced = table > 0 and fence_mark(self._lines[table - 1])
        # Below a line with a time or the marks of code the rows are lines, or other lines follow.
        return [*above, *self._sights(table, len(self._lines))] if above or is_fenced else above

    def _sights(self, start: int, end: int) -> Iterator[Sight]:
        """Those from the line `start` on, from 0, up to `end`."""
        silent = self.silent if start < end else ()
        for at, raw in enumerate(islice(self._lines, start, end), start=start):
            if raw and at not in silent:
                line = take_apart(raw)
                timed = timed_text(line.content)
                if timed and timed.stamp.time:
                    yield Sight(at + 1, line, timed)

    @cached_property
    def csv(self) -> tuple[int, str] | None:
        """The line, from 0, near the beginning at which a table of CSV begins, and its delimiter; None without one."""
        delimiters = ((at, csv_delimiter(self._lines, at)) for at in range(min(CSV_WITHIN, len(self._lines))))
        return next(((at, delimiter) for at, delimiter in delimiters if delimiter), None)

    @cached_property
    def is_schedule(self) -> bool:
        """Whether the title names a plan, or the text invites, and no time with which a line begins is odd."""
        title, _ = front_matter(self._lines)
        if title is None:
            heads = (line.content for raw in self._lines[:_MOST_TITLE_LINES] if (line := take_apart(raw)).level == 1)
            title = next(heads, "")
        invites = (_INVITES.search(raw, 0, _MOST_INVITING_CHARS) for raw in self._lines[:_MOST_TITLE_LINES])
        planned = _SCHEDULE.search(title[-_SHORT_CHARS:]) or any(invites)
        times = (sight.timed.stamp.time for sight in self.sights) if planned else ()
        return bool(planned) and not any(time.exact or time.minute % 5 for time in times if time)

    @cached_property
    def day_heads(self) -> frozenset[int]:
        """The headings, from 1, of levels at which others give a moment, with words and no time of day below them."""
        levels = {_level(sight.line) for sight in self.sights if sight.timed.stamp.date} - {0}
        marked = ((at, raw) for at, raw in enumerate(self._lines, start=1) if levels and raw.lstrip()[:1] in "#*_")
        heads = [(number, level) for number, raw in marked if raw.strip() and (level := _level(take_apart(raw)))]
        sighted = sorted(self.sighted)
        found: set[int] = set()
        for place, (number, level) in enumerate(heads):
            end = next((at for at, other in islice(heads, place + 1, None) if other <= level), len(self._lines) + 1)
            is_silent = bisect_right(sighted, number) == bisect_left(sighted, end)
            if level in levels and is_silent and any(raw.strip() for raw in self._lines[number : end - 1]):
                found.add(number)
        return frozenset(found)

    def _tasks_below(self, head: Sight) -> bool:
        """Whether tasks stand below the heading, none of which is done."""
        below = (self._lines[at] for at in range(head.number, len(self._lines)))
        boxes = [box["done"] for raw in takewhile(lambda raw: raw[:1] != "#", below) if (box := _TO_DO.match(raw))]
        return bool(boxes) and not "".join(boxes).strip()

    @cached_property
    def programme(self) -> frozenset[int]:
        """The lines, from 1, of agendas and timetables: times of what is to come, section by section."""
        if self.is_schedule:
            return frozenset(sight.number for sight in self.sights)
        planned: set[int] = set()
        section: list[Sight] = []
        timed = {sight.number: sight for sight in self.sights if not sight.line.level}
        heads = [sight for sight in self.sights if sight.line.level]
        if is_programme([head.timed.stamp for head in heads], [head.line.content for head in heads]):
            planned.update(head.number for head in heads)
        planned.update(head.number for head in heads if self._tasks_below(head))
        for number, raw in enumerate((*self._lines, "#") if timed else (), start=1):
            if number in timed:
                section.append(timed[number])
            elif raw.lstrip(" >").startswith("#") or (section and raw[: section[0].line.indent].strip()):
                stamps = [sight.timed.stamp for sight in section]
                if section and is_programme(stamps, self._lines[section[0].number - 1 : section[-1].number + 4]):
                    planned.update(sight.number for sight in section)
                section = []
        for head, end in self.afterthoughts.items():
            if self._lines[head - 1][:1].isalpha():
                planned.update(number for number in timed if head < number < end)
        return frozenset(planned)

    @cached_property
    def is_program(self) -> bool:
        """Whether the text is the source of a program, whose moments are its data."""
        if len([*islice(_DEFINES.finditer(self.text), _LEAST_DEFINES)]) < _LEAST_DEFINES:
            return False
        ends = sum(1 for raw in self._lines if _CODE_ENDS.search(raw[-_SHORT_CHARS:]) or _DEFINES.match(raw))
        return ends * 2 > sum(1 for raw in self._lines if raw.strip())

    @cached_property
    def afterthoughts(self) -> dict[int, int]:
        """The sections behind the timeline with round times or days alone, as of tasks: head and end, from 1.

        What happened there too has odd minutes, and days have headings of their own.
        """
        heads: list[tuple[int, int, str]] = []
        for number, (raw, below) in enumerate(zip(self._lines, (*self._lines[1:], ""), strict=False), start=1):
            if below[:1] == " " and raw[:1].isalpha() and len(raw) <= _LABEL_CHARS:
                heads.append((number, _LABEL_LEVEL, raw))
            elif raw.lstrip(" >")[:1] in ("#", "*", "_"):
                line = take_apart(raw)
                bold = "" if line.level else bold_heading(line.content)
                if line.level or bold:
                    heads.append((number, line.level or _BOLD_LEVEL, bold or line.content))
        level = 0
        found: dict[int, int] = {}
        for place, (number, own, words) in enumerate(heads):
            is_timeline = own > 1 and TIMELINE.search(words)
            is_moment = any_date(words) or numbered_day(words) or _CLOCK.search(words)
            if not is_timeline and (own > level or is_moment):
                continue
            later = islice(heads, place + 1, None)
            end = next((at for at, other, _ in later if other <= own), len(self._lines) + 1)
            minutes = [
                [int(clock["minute"] or 0) for clock in _CLOCK.finditer(raw)] for raw in self._lines[number : end - 1]
            ]
            if is_timeline:
                level = own if sum(map(bool, minutes)) >= _LEAST_EVENTS else level
            elif not any(minute % 5 for each in minutes for minute in each):
                found[number] = end
        return found

    @cached_property
    def timeline(self) -> frozenset[int]:
        """The lines, from 1, of the sections that list times and whose heading names a timeline."""
        if not TIMELINE.search(self.text):
            return frozenset()
        lines: set[int] = set()
        begin, level = 0, 0
        for at, raw in enumerate((*self._lines, "")):
            above = _level(take_apart(raw)) if at < len(self._lines) else 1
            if level and 0 < above <= level:
                lines |= set(range(begin + 1, at + 1)) if any(lists_in(self._lines[begin:at], least=2)) else set()
                level = 0
            if above and not level and TIMELINE.search(raw):
                begin, level = at + 1, above
        return frozenset(lines)

    @cached_property
    def lists(self) -> Lists:
        """The lists of times."""
        marks = (at for at, raw in enumerate(self._lines) if "```" in raw or "~~~" in raw)
        fences = [at for at in marks if self._lines[at].lstrip().startswith(("```", "~~~"))]
        outside = [raw for at, raw in self.clocked if not (bisect_left(fences, at) % 2 or bisect_right(fences, at) % 2)]
        return lists_in(outside)

    @cached_property
    def plain_list(self) -> range:
        """The lines, from 1, from the first that begins with a time and no mark up to the last of them."""
        plain = [number for number, line, _ in self.sights if not line.bullet and line.content[:1].isdigit()]
        return range(plain[0], plain[-1]) if plain else range(0)

    @cached_property
    def points(self) -> dict[int, TimedText]:
        """The points with a time within, in lists of times."""
        return telling_points(self._lines) if any(sight.line.bullet for sight in self.sights) else {}

    @cached_property
    def fences(self) -> Fences:
        """The ends of blocks of code."""
        return Fences(self._lines)

    def is_output(self, begin: int, end: int) -> bool:
        """Whether the block of code between the two lines, from 0, is what a program printed, as prose quotes it.

        Its times are to the second, or there is no day anywhere in the text, far more stands outside, and no head names
        a timeline. What is marked as Markdown within Markdown is an example then, whatever its times are.
        """
        if self._filled <= 4 * (end - begin):
            return False
        timed = (timed_line(take_apart(raw).content, point=False) for raw in self._lines[begin + 1 : end])
        times = [read.stamp.time for read in timed if read and read.stamp.time]
        place = bisect_left(self._heads, begin)
        heads = [self._lines[at] for at in self._heads[max(place - 1, 0) : place]]
        above = [raw for raw in self._lines[max(begin - _LINES_ABOVE, 0) : begin] if raw.strip()]
        if not times or any(TIMELINE.search(raw) for raw in (*heads, *above[-1:])):
            return False
        is_example = self._lines[begin].strip().strip("`~").strip().casefold() in ("md", "markdown")
        return is_example or all(time.exact for time in times) or not self._has_day

    @cached_property
    def only_date(self) -> tuple[int, date] | None:
        """The date with its year that alone stands in the text, and its line, from 1; None for none and for several."""
        found: dict[date, int] = {}
        for at, raw in self.clocked if _YEAR.search(self.clocked_text) else ():
            written = any_date(raw) if _YEAR.search(raw) else None
            day = near(written, date.min) if written and written.year and not written.either else None
            if day:
                found.setdefault(day, at + 1)
            if len(found) > 1:
                return None
        return next(((number, day) for day, number in found.items()), None)

    @cached_property
    def _has_day(self) -> bool:
        """Whether a day stands anywhere in the text."""
        return any(map(any_date, self._lines))

    @cached_property
    def _filled(self) -> int:
        """The number of lines that are not blank."""
        return sum(1 for raw in self._lines if raw and not raw.isspace())

    @cached_property
    def _heads(self) -> Sequence[int]:
        """The lines, from 0, of headings with number signs."""
        return [at for at, raw in enumerate(self._lines) if raw[:1] == "#" and take_apart(raw).level]

    @cached_property
    def has_leads(self) -> bool:
        """Whether lines have the name of a service, a host or a step before their time."""
        return has_leads([raw for _, raw in self.clocked])

    @cached_property
    def has_moments_within(self) -> bool:
        """Whether the lines are those of a log whose moment stands further back."""
        may_have = self.clocked and not self.sights
        return bool(may_have) and has_moments_within([raw for raw in self._lines if raw.strip()])

    @cached_property
    def has_title_mark(self) -> bool:
        """Whether a heading of the first level stands in the text."""
        return any("# " in raw and raw.lstrip("\ufeff ").startswith("# ") for raw in self._lines)

    @cached_property
    def underlined(self) -> frozenset[int]:
        """The lines, from 0, above one that may make a heading of them, or the head of a table."""
        rules = ((at, raw) for at, raw in enumerate(self._lines, start=-1) if "-" in raw or "===" in raw)
        return frozenset(at for at, raw in rules if "===" in raw or "---" in raw or "|" in raw)

    @cached_property
    def lone_times(self) -> Sequence[int]:
        """The lines, from 0, that hold nothing but a time."""
        return [at for at, raw in self.clocked if time_alone(raw)]

    @cached_property
    def times_below(self) -> dict[int, int]:
        """The lines, from 0, that name a status or a field of a form whose time stands below, each with that of it."""
        return {above: at for at in self.lone_times if (above := status_above(self._lines, at)) is not None}

    @cached_property
    def posts(self) -> dict[int, int]:
        """The lines, from 0, at which updates begin whose time stands below them, each with that of the time."""
        return dict(posts(self._lines, self.lone_times))

    @cached_property
    def has_days_behind(self) -> bool:
        """True when all lines that begin with a time of day end with their date in brackets."""
        return len(self.sights) > 1 and all(
            sight.timed.stamp.date is None and day_behind(sight.line.content) for sight in self.sights
        )

    @cached_property
    def post_heads(self) -> frozenset[int]:
        """The lines, from 0, that say above an update when it was posted."""
        return post_heads(self._lines, self.lone_times)

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


def _says_nothing(raw: str) -> bool:
    if raw[0].isdecimal():
        return len(raw) < _CLOCK_DIGITS and raw.isdecimal()
    if not raw.strip(_MARKS):
        return True
    return _WORDS.fullmatch(raw) is not None and not begins_moment_at(raw)
