"""The time at the beginning of a line, in the forms that people write it."""

import re
from typing import NamedTuple

from console.core.language.dates import WrittenDate, date_at
from console.core.language.zones import Zone, zone_at
from console.intake.model import Kind

WINDOW = 200
"""The characters at the beginning of a line in which its time must stand."""


class ClockTime(NamedTuple):
    """A time of day as written, 0:00:00.000 to 24:00."""

    hour: int
    minute: int
    second: int = 0
    millisecond: int = 0
    half_said: bool = False
    """True when am or pm was written."""

    exact: bool = False
    """True when seconds were written."""


class Stamp(NamedTuple):
    """The moment that a line names: a date, a time of day, or both."""

    date: WrittenDate | None
    time: ClockTime | None
    zone: Zone | None
    until: str
    """The end of a range, as written; empty for a moment."""

    remark: str
    """How exact the time is, where the line says so: "about this time", "by this time"; else empty."""


class TimedText(NamedTuple):
    """A line that begins with a stamp."""

    stamp: Stamp
    text: str
    """The words behind the stamp, without the marks between; may be empty."""

    kind: Kind | None
    """From a scribe's marker after the time."""

    strong: bool
    """True when the stamp is set off in bold or brackets."""


_OPENERS = re.compile(r"[\s*_`\[({<\"\u201c]{0,12}")
_REMARK = re.compile(
    r"(?P<about>(?:at\s)?(?:[~\u2248]|(?:ca|approx|c)\.|(?:ca|circa|approx|approximately|about|around)(?=\s))-?\s{0,2})"
    r"|(?P<by>by\s{1,2})|(?P<plain>(?:at|on|from|since)\s{1,2})",
    re.IGNORECASE,
)
_REMARKS = {"about": "about this time", "by": "by this time", "plain": ""}

_CLOCK = re.compile(
    r"(?P<h>\d{1,2})(?:(?P<sep>[:.h])(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d|60)(?:[.,](?P<f>\d{1,9}))?)?)?",
    re.IGNORECASE | re.ASCII,
)
_HALF = re.compile(r"\s{0,2}([ap])(?:\.\s?m\.|\.?m\b\.?(?!\w))", re.IGNORECASE | re.ASCII)
_NUMBER_GOES_ON = re.compile(r"[:./]?\d")
_MILITARY = re.compile(r"(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?=\s?(?:UTC|GMT|Z|hrs?)(?!\w))", re.ASCII)
_OCLOCK = re.compile(r"\s?(?:hrs?|hours?|h|Uhr|o'clock)(?!\w)", re.IGNORECASE)
_ISH = re.compile(r"-?ish(?!\w)", re.IGNORECASE)
_JOIN = re.compile(
    r"[T_](?=\d)|:(?=\d)|[ \t,@]{1,3}(?:at[ \t]{1,2}|[-\u2013\u2014@][ \t]{1,2})?|[ \t]?[-\u2013\u2014:][ \t]{1,2}",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"[+\u2212-](?:[01]\d):?[0-5]\d(?![\d:])|Z(?!\w)")
_SPACED_OFFSET = re.compile(r"\s[+\u2212-](?:0\d|1[0-4])(?:00|15|30|45)(?!\d)")
_ZONE_GAP = re.compile(r"[*_`]{0,3}\s{0,3}[(\[]?\s?")
_ON_DATE = re.compile(r",?\s{1,2}on\s{1,2}(?:the\s)?|\s{1,2}\((?=\d)|,\s{1,2}", re.IGNORECASE)
_TO = re.compile(r"\s{0,2}(?:[-\u2013\u2014\u2192]|->|--)\s{0,2}|\s{1,2}(?:to|until|till|and)\s{1,2}", re.IGNORECASE)
_ALSO = re.compile(r"\s{0,2}[/(]\s{0,2}")
_CLOSERS = re.compile(r"[*_`\])}>\"\u201d:,.]{0,10}")
_SEPARATOR = re.compile(
    r"\s{0,8}(?:(?:[-=]+>|[:|\u2192;\u2013\u2014]{1,3}|-{1,3}(?=\s|$))(?!\d)\s{0,8}){0,3}\s{0,8}(?P<late>(?:\*\*|__)(?=\s))?\s{0,8}"
)
_ATTACHED_DASH = re.compile(r"[-\u2013\u2014](?=[A-Za-z])")
_MARKER = re.compile(r"([!>*?])\s{1,8}(?=\S)")
_KINDS: dict[str, Kind] = {"!": "decision", ">": "action", "*": "finding", "?": "hypothesis"}


def timed_text(content: str) -> TimedText | None:
    """The line's stamp and what it says; None when it does not begin with a date or a time.

    The content is a line without its bullet, indentation or heading marks.
    """
    head = content[:WINDOW]
    start = _past(_OPENERS, head, 0)
    remark = _REMARK.match(head, start)
    if remark:
        start = _past(_OPENERS, head, remark.end())
    read = _stamp(head, start, _REMARKS[remark.lastgroup or "plain"] if remark else "")
    if read is None:
        return None
    stamp, end = read
    if head[end : end + 1].isalnum() or (stamp.time is None and remark and remark["by"]):
        return None
    return _rest(stamp, content, end, "".join(mark for mark in head[:start] if mark in '*_`[({<"\u201c'))


def _stamp(head: str, start: int, remark: str) -> tuple[Stamp, int] | None:
    dated = date_at(head, start)
    if dated is None:
        clock = _clock(head, start)
        if clock is None:
            return None
        return _after_clock(head, clock[0], clock[1], None, remark, iso=False)
    written, end = dated
    join = _JOIN.match(head, end)
    clock = _clock(head, join.end()) if join else None
    if join is None or clock is None:
        return Stamp(written, None, None, "", remark), end
    return _after_clock(head, clock[0], clock[1], written, remark, iso=join[0] in ("T", "t"))


def _clock(head: str, start: int) -> tuple[ClockTime, int] | None:
    military = _MILITARY.match(head, start)
    if military:
        return ClockTime(int(military["h"]), int(military["m"])), _past(_OCLOCK, head, military.end())
    match = _CLOCK.match(head, start)
    if match is None:
        return None
    hour, end = int(match["h"]), match.end()
    half = _HALF.match(head, end) if 1 <= hour <= 12 else None
    end = half.end() if half else end
    if match["m"] is None and not half:
        return None
    # 14.30 is as likely a version or an amount; only am, pm or a zone make it a time.
    if match["sep"] == "." and not half and not (len(match["h"]) == 2 and zone_at(head, end + 1)):
        return None
    if hour > 24 or (hour == 24 and match["m"] != "00") or _NUMBER_GOES_ON.match(head, end):
        return None
    if half:
        hour = hour % 12 + (12 if half[1] in "pP" else 0)
    fraction = int((match["f"] or "0")[:3].ljust(3, "0"))
    time = ClockTime(hour, int(match["m"] or 0), min(int(match["s"] or 0), 59), fraction, bool(half), bool(match["s"]))
    return time, _past(_OCLOCK, head, end)


def _past(pattern: re.Pattern[str], head: str, position: int) -> int:
    match = pattern.match(head, position)
    return match.end() if match else position


def _after_clock(
    head: str, time: ClockTime, end: int, written: WrittenDate | None, remark: str, *, iso: bool
) -> tuple[Stamp, int]:
    zone, end = _zone(head, end, exact=iso or time.exact)
    ish = _ISH.match(head, end)
    if ish:
        remark, end = "about this time", ish.end()
    if written is None:
        on = _ON_DATE.match(head, end)
        dated = date_at(head, on.end()) if on else None
        if on and dated and ("on" in on[0].casefold() or "(" in on[0] or dated[0].year):
            written, end = dated[0], dated[1] + (head[dated[1] : dated[1] + 1] == ")" and "(" in on[0])
    until, end, zone, time = _range(head, end, zone, time)
    if not until:
        end = _same_moment_elsewhere(head, end, zone, time)
    return Stamp(written, time, zone, until, remark), end


def _zone(head: str, end: int, *, exact: bool) -> tuple[Zone | None, int]:
    """The zone straight after a time; `exact` times, as programs write them, may carry a negative offset without a gap.

    After others, `10:30-11:00` is a range.
    """
    offset = _OFFSET.match(head, end)
    if offset and (exact or head[end] != "-"):
        named = zone_at(head[: offset.end()], end, stated=True)
        if named:
            return named
    spaced = _SPACED_OFFSET.match(head, end)
    if spaced:
        named = zone_at(head[: spaced.end()], end + 1, stated=True)
        if named:
            return named
    start = _past(_ZONE_GAP, head, end)
    named = zone_at(head, start)
    if named is None:
        return None, end
    bracket = next((mark for mark in head[end:start] if mark in "(["), "")
    if bracket and head[named[1] : named[1] + 1] != {"(": ")", "[": "]"}[bracket]:
        return None, end
    return named[0], named[1] + len(bracket)


def _range(head: str, end: int, zone: Zone | None, time: ClockTime) -> tuple[str, int, Zone | None, ClockTime]:
    to = _TO.match(head, end)
    if to is None:
        return "", end, zone, time
    dated = date_at(head, to.end())
    join = _JOIN.match(head, dated[1]) if dated else None
    start = join.end() if join else to.end()
    clock = _clock(head, start) if join or not dated else None
    if clock is None:
        return "", end, zone, time
    last, after = clock
    end_zone, after = _zone(head, after, exact=False)
    if head[after : after + 1].isalnum():
        return "", end, zone, time
    if last.half_said and not time.half_said and 1 <= time.hour <= 12:
        # "7:01–7:15 am": the half of the day is said once, at the end.
        halves = [time._replace(hour=time.hour % 12 + add, half_said=True) for add in (0, 12)]
        before = [first for first in halves if first[:4] <= last[:4]]
        time = before[-1] if before else halves[0]
    return head[to.end() : after].strip(), after, zone or end_zone, time


def _same_moment_elsewhere(head: str, end: int, zone: Zone | None, time: ClockTime) -> int:
    """Past "(06:42 PDT)" or "/ 06:42 PDT" after "13:42 UTC", where it names the same moment in another zone."""
    also = _ALSO.match(head, end)
    clock = _clock(head, also.end()) if also and zone else None
    if also is None or zone is None or clock is None:
        return end
    other, after = _zone(head, clock[1], exact=False)
    offset = zone.tz.utcoffset(None)
    elsewhere = other.tz.utcoffset(None) if other else None
    if offset is None or elsewhere is None:
        # The offset of a region depends on the day, which is not known here.
        return end
    apart = (time.hour - clock[0].hour) * 60 + time.minute - clock[0].minute
    if (apart - (offset - elsewhere).total_seconds() // 60) % 1440:
        return end
    return after + ("(" in also[0] and head[after : after + 1] == ")")


def _rest(stamp: Stamp, content: str, end: int, openers: str) -> TimedText:
    closed = content[end : _past(_CLOSERS, content, end)]
    end = _past(_ATTACHED_DASH, content, end + len(closed))
    separator = _SEPARATOR.match(content, end)
    late = separator["late"] if separator else None
    end = separator.end() if separator else end
    kind, text = marked(content[end:].strip())
    pairs = {"[": "]", "(": ")", "{": "}", "<": ">", "\u201c": "\u201d"}
    left = list(openers)
    for mark in closed + (late or ""):
        for index in range(len(left) - 1, -1, -1):
            if pairs.get(left[index], left[index]) == mark:
                del left[index]
                break
    # What was opened before the time and goes on after it ("**14:30 deploy** finished") opens before the words.
    text = "".join(left) + text if text else ""
    return TimedText(stamp, text, kind, bool(openers))


def marked(text: str) -> tuple[Kind | None, str]:
    """The kind that a scribe's marker before the words gives, and the words without it."""
    marker = _MARKER.match(text)
    return (_KINDS[marker[1]], text[marker.end() :]) if marker else (None, text)


def suffix_of(stamp: Stamp, zone: str) -> str:
    """Words of the stamp beyond its moment, for the end of the text: "until 14:45 UTC, about this time"."""
    until = stamp.until
    if until and not any(char.isalpha() for char in until.casefold().replace("am", "").replace("pm", "")):
        until = f"{until} {zone}"
    return ", ".join(part for part in (f"until {until}" if until else "", stamp.remark) if part)
