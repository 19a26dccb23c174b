"""The forms in which people write a time: `-4m`, `4m ago`, `14:32`, `2pm`, `yesterday 23:50`, `Nov 28 18:57:01 CET`.

Only what plainly is a time has the form of one: "5xx errors", "10.0.0.3 is down" and "-v was passed" have not.
"""

import re
from collections.abc import Iterator
from datetime import UTC, time, timedelta, timezone
from typing import NamedTuple

from console.core.language.dates import WrittenDate, date_at
from console.core.language.lookalikes import QUANTITY, last_lookalike, lookalike
from console.core.language.pattern import late
from console.core.language.places import zone_word
from console.core.language.times import parse_duration
from console.core.language.zones import Zone, zone_at

# Keyboards that correct while one types turn a hyphen into the minus sign or the en dash.
_HYPHEN = "[-\u2212\u2013]"
END = r"(?=\s|$|[,;:.|](?:\s|$|[!>*?+]\s))"
"""The end of a time: nothing of its word goes on; a marker may follow its colon at once."""

# What may stand before a time: a bullet, brackets or emphasis, "at" or a tilde.
_BULLET = late(r"(?:[-\u2010-\u2015•·‣▪]|[0-9]{1,3}[.)])\s+")
_OPENED = late(r"(?:\*\*|__|[`\[({<]){0,3}")
_BEFORE = late(r"(?:at\s+|[~≈]\s?)?", re.IGNORECASE)
_CLOSING = {"[": "]", "(": ")", "{": "}", "<": ">"}

_UNIT = r"(?:days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)"
_SPACED = rf"[0-9]{{1,5}}\s{_UNIT}\b(?:\s[0-9]{{1,5}}\s{_UNIT}\b){{0,3}}"
# Longer numbers are no times; the bounds also keep a pasted line of digits from being tried in every way.
_GLUED = r"[0-9]{1,9}(?:[.,][0-9]{1,9}(?=[a-z]))?[0-9a-z]{0,20}"
LENGTH = rf"(?:{_SPACED}|{_GLUED})"
"""A length of time as it is typed: `4m`, `1h10m`, `1h30`, `4 min`, `1 h 10 min`."""

_BACK = late(rf"{_HYPHEN}(?P<length>{LENGTH})", re.IGNORECASE)
_AGO = late(
    rf"(?P<length>[0-9]{{1,5}}\s?{_UNIT}(?:\s?[0-9]{{1,5}}\s?{_UNIT}){{0,3}}|[0-9]{{1,5}}h[0-9]{{1,2}}"
    r"|[0-9]{1,3}[.,]5\s?(?:hours|hrs|h)|an\shour\sand\sa\shalf|an?\s(?:hour|minute)|half\san\shour)\s+ago\b",
    re.IGNORECASE,
)
_SPOKEN_LENGTHS = {"an hour": "1h", "a minute": "1m", "half an hour": "30m", "an hour and a half": "1h30m"}
_HALF_HOURS = late(r"([0-9]+)[.,]5\s?[a-z]+", re.IGNORECASE)

_DAY_WORD = late(r"(?P<day>yesterday|today|tomorrow)(?:,?\s+at\s+|,?\s+)(?=[0-9])", re.IGNORECASE)
_DAY_BEHIND = late(r",?\s+(?P<day>yesterday|today|tomorrow)(?![\w'’-])", re.IGNORECASE)
_ISO = late(
    r"(?P<date>[0-9]{4}(?P<mark>[-/.])[0-9]{2}(?P=mark)[0-9]{2})(?:[T_](?=[0-9])|,?\s+(?:at\s+)?(?=[0-9]))",
    re.IGNORECASE,
)
_BEFORE_CLOCK = late(r"(?:,?\s{1,3}(?:at\s+)?|:)(?=[0-9])", re.IGNORECASE)
_WEEKDAY = late(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]?\s", re.IGNORECASE)
_YEAR_BEHIND = late(r"\s(?P<year>(?:19|20|21)[0-9]{2})(?=[\s\])]|$)")

_CLOCK = late(
    r"(?P<hour>[0-9]{1,2})(?:(?P<mark>[:.])(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?)?(?![0-9])"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?(?!\s(?:people|folks|staff|team)\b)|(?<=:[0-9]{2})h\b)?",
    re.IGNORECASE,
)
# "14.32" is as likely an amount: what stands behind it tells.
_QUANTITY = late(QUANTITY, re.IGNORECASE)

_OFFSET = late(rf"\s?(?P<sign>{_HYPHEN}|\+)(?P<hours>[0-9]{{2}}):(?P<minutes>[0-9]{{2}})(?![0-9])")
_OFFSET_JOINED = late(r"\s?(?P<sign>[-\u2212+])(?P<hours>0[0-9]|1[0-4])(?P<minutes>00|15|30|45)(?![0-9:])")
# Only behind seconds or a date, where programs write it.
_OFFSET_HOURS = late(r"(?P<sign>[-\u2212+])(?P<hours>0[0-9]|1[0-4])(?P<minutes>)(?![0-9:])")
_Z = late(r"\s?z(?![\w/])", re.IGNORECASE)
_ZONE_OPENED = late(r"\s?[(\[]?")
_LONE_HOURS = late(r"\s[-\u2212+][0-9]{1,2}(?=\s|$)")
# Zones that the table does not know; as words of the text they would hide a wrong moment.
_UNREAD = late(r"\s(?P<letters>AET|AMT|BRST|CLST|IDT|IRST|IRDT|NPT|NZT|UYT)(?!\w)")
# "14:32 ET/CT dashboards" names no zone; "14:32 UTC/15:32 CET" does.
_OTHER_WORD = late(r"/(?![0-9]{1,2}:)")
# "14:32 WEST region down": an English word before it is a zone.
_WORDS_TOO = ("WEST",)

_LENGTH_ENDED = late(rf"{END}|(?=-\s)")
_CLOCK_ENDED = late(rf"{END}|(?=[–—]|-\s|-[0-9]{{1,2}}:[0-9]{{2}}(?![0-9:])|(?<=[A-Za-z])/[0-9]{{1,2}}:)")

_INSIDE = late(rf"(?<![\w.:/])(?<!\w-)(?:(?:at\s)?[0-9]|an?\s|half\s)|(?<=[\s(\[]){_HYPHEN}[0-9]", re.IGNORECASE)
# There punctuation and quotes may follow at once.
_INSIDE_ENDED = late(r"(?![\w:/%])(?!\.\w)")
_LOOKED_AT_CHARS = 2_000
_LONGEST_CHARS = 60

_WESTERN_HALVES = {timedelta(hours=hours, minutes=30) for hours in (2, 3, 4, 9)}


class TimeForm(NamedTuple):
    """A time as written, before it is known which moment it means."""

    start: int
    """Where it begins, without bullet, brackets, "at" and tilde."""

    stop: int
    """Where it ends, without brackets."""

    end: int
    """Where what belongs to it ends."""

    length: str = ""
    """For `-4m` and `4m ago`, what `parse_duration` reads, if it is a length of time at all."""

    clock: re.Match[str] | None = None
    """For all others the time of day; `time_of_day` reads it, if it is one at all."""

    day: str = ""
    """yesterday, today, tomorrow or empty."""

    date: WrittenDate | str | None = None
    """A string is an ISO date, which may be none."""

    zone: Zone | None = None
    fault: str = ""
    """Why the zone can't be read: the end of a sentence that begins with the time."""


def time_form(line: str, *, due: bool = False, inside: bool = False) -> TimeForm | None:
    """The time at the beginning of the line, whatever it means; `due` also takes "tomorrow".

    `inside` says that the line is a piece of a text: whatever ends a word ends the time.
    """
    bullet = _BULLET.match(line)
    position = bullet.end() if bullet else 0
    opened = _OPENED.match(line, position)
    marks = opened[0] if opened else ""
    before = _BEFORE.match(line, position + len(marks))
    start = before.end() if before else position
    sure = bool(marks or (before and before[0]))
    form = _length_form(line, start) or _clock_form(line, start, sure=sure)
    if form is None or (form.day == "tomorrow" and not due):
        return None
    end = form.stop
    for mark in reversed(re.findall(r"\*\*|__|.", marks)):
        closing = _CLOSING.get(mark, mark)
        if line[end : end + 1] in (":", ",") and line.startswith(closing, end + 1):
            end += 1
        if not line.startswith(closing, end):
            return None
        end += len(closing)
    ends = _INSIDE_ENDED if inside else _CLOCK_ENDED if form.clock else _LENGTH_ENDED
    ended = marks or ends.match(line, end)
    return form._replace(end=end) if ended else None


def times_inside(text: str) -> Iterator[str]:
    """The words that look like times, wherever they stand in the first 2,000 characters."""
    position = read_to = 0
    text = text[:_LOOKED_AT_CHARS].lstrip("/")
    bullet = _BULLET.match(text)
    leading = lookalike(text, bullet.end() if bullet else 0)
    if leading:
        yield leading[0]
        position = read_to = leading.end()
    while match := _INSIDE.search(text, position):
        start = match.start()
        form = time_form(text[start : start + _LONGEST_CHARS], inside=True)
        position = start + form.end if form else match.end()
        if form and _is_time(form):
            read_to = position
            yield text[start + form.start : start + form.stop]
    if last := last_lookalike(text, read_to):
        yield last


def _is_time(form: TimeForm) -> bool:
    if form.clock is None:
        return parse_duration(form.length) is not None
    # In the middle of a text, "14.32" is an amount unless "at" stands before it.
    amount = form.clock["mark"] == "." and not (form.clock["half"] or form.start)
    return time_of_day(form.clock) is not None and not amount


def time_of_day(clock: re.Match[str]) -> time | None:
    """The time of day that a form's clock shows; None for one that no clock shows."""
    hour = int(clock["hour"])
    if clock["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if clock["half"] in "pP" else 0)
    microsecond = int((clock["fraction"] or "")[:6].ljust(6, "0"))
    try:
        return time(hour, int(clock["minute"] or 0), int(clock["second"] or 0), microsecond)
    except ValueError:
        return None


def _length_form(line: str, start: int) -> TimeForm | None:
    back = _BACK.match(line, start)
    match = back or _AGO.match(line, start)
    if match is None:
        return None
    length = _SPOKEN_LENGTHS.get(match["length"].casefold(), match["length"])
    if not back:
        length = _HALF_HOURS.sub(r"\1h30m", length)
    return TimeForm(start, match.end(), match.end(), length)


def _clock_form(line: str, start: int, *, sure: bool) -> TimeForm | None:
    """`sure` says that brackets, a tilde or "at" stand before it."""
    day, written, position = _day(line, start)
    clock = _CLOCK.match(line, position)
    if clock is None or (clock["minute"] is None and clock["half"] is None):
        return None
    zone, end, fault = _zone(line, clock, exact=bool(written or clock["second"]))
    amount = len(clock["hour"]) < 2 or time_of_day(clock) is None or _QUANTITY.match(line, end)
    if amount and clock["mark"] == "." and not (sure or day or written or clock["half"] or zone):
        return None
    behind = None if day or written else _DAY_BEHIND.match(line, end)
    if behind:
        day, end = behind["day"].casefold(), behind.end()
    if isinstance(written, WrittenDate) and written.year is None and _WEEKDAY.match(line, start):
        year = _YEAR_BEHIND.match(line, end)
        if year:
            written, end = written._replace(year=int(year["year"])), year.end()
    return TimeForm(start, end, end, "", clock, day, written, zone, fault)


def _day(line: str, start: int) -> tuple[str, WrittenDate | str | None, int]:
    """The day before a time of day, by its word or its date, and where the time of day begins."""
    word = _DAY_WORD.match(line, start)
    if word:
        return word["day"].casefold(), None, word.end()
    iso = _ISO.match(line, start)
    if iso:
        return "", re.sub("[/.]", "-", iso["date"]), iso.end()
    dated = date_at(line, start)
    # Days in digits stand in another order elsewhere; only a month's name is plain.
    if dated and re.search("[a-z]{3}", line[start : dated[1]], re.IGNORECASE):
        between = _BEFORE_CLOCK.match(line, dated[1])
        if between:
            return "", dated[0], between.end()
    return "", None, start


def _zone(line: str, clock: re.Match[str], *, exact: bool) -> tuple[Zone | None, int, str]:
    """The zone behind a time of day, where it ends, and why it can't be read where it can't."""
    end = clock.end()
    offset = _offset(line, end, exact=exact)
    if offset:
        return offset
    z = _Z.match(line, end)
    if z:
        return Zone("UTC", UTC), z.end(), ""
    opened = _ZONE_OPENED.match(line, end)
    start = opened.end() if opened else end
    named = zone_at(line, start)
    word = None if named else zone_word(line, start)
    if word and word.sure:
        named = word.zone, word.end
    if named is None or named[0].name in _WORDS_TOO or _OTHER_WORD.match(line, named[1]):
        unread = _UNREAD.match(line, end)
        fault = "has an unknown time zone; write its offset, such as {clock} -08:00"
        return (None, unread.end(), fault) if unread else (None, end, "")
    zone, after = named
    if line[start - 1] in "([":
        if line[after : after + 1] != _CLOSING[line[start - 1]]:
            return None, end, ""
        after += 1
    if zone.tz is UTC:
        shifted = _offset(line, after, exact=False)
        if shifted:
            return shifted
        lone = _LONE_HOURS.match(line, after)
        if lone:
            fault = "may name UTC or an offset; write the offset without a space, or a comma behind UTC"
            return None, lone.end(), fault
    return zone, after, ""


def _offset(line: str, end: int, *, exact: bool) -> tuple[Zone | None, int, str] | None:
    """An offset behind a time of day.

    West of Greenwich nearly all offsets are whole hours, so that `14:05-14:30` is seen to be a span and not a zone.
    """
    match = _OFFSET.match(line, end) or _OFFSET_JOINED.match(line, end) or (exact and _OFFSET_HOURS.match(line, end))
    if not match:
        return None
    minutes = int(match["minutes"] or 0)
    offset = timedelta(hours=int(match["hours"]), minutes=minutes)
    if match["sign"] == "+":
        usual = offset <= timedelta(hours=14) and minutes in (0, 15, 30, 45)
    else:
        usual = (minutes == 0 and offset <= timedelta(hours=12)) or offset in _WESTERN_HALVES
    glued = match.start("sign") == end and match["sign"] != "+" and ":" in match[0]
    if not usual and glued and int(match["hours"]) < 24 and minutes < 60:
        return None  # The end of a span.
    if not usual:
        return None, match.end(), "is not one time; write its beginning, {clock}, or an offset such as +02:00"
    zone = timezone(offset if match["sign"] == "+" else -offset)
    return Zone(match[0].strip(), zone), match.end(), ""
