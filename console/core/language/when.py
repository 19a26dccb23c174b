"""The time at the beginning of the scribe's line: `-4m`, `14:32`, `yesterday 23:50`, `2026-11-21 14:32 UTC`.

Only what plainly is a time is taken as one: "5xx errors", "10.0.0.3 is down" and "-v was passed" are text. What plainly
means a time but is none (`25:10`, `-4x`) is refused rather than logged at the wrong moment.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

import msgspec

from console.core.language.text import clean
from console.core.language.times import local_stamp, parse_duration, to_ms
from console.core.refusal import Refused

# Keyboards that correct while one types turn a hyphen into the minus sign or the en dash.
_HYPHEN = "[-\u2212\u2013]"
_END = r"(?=\s|$|[,;:](?:\s|$))"

# Longer numbers are no times; the bounds also keep a pasted line of digits from being tried in every way.
_LENGTH = r"(?P<length>[0-9]{1,9}(?:[.,][0-9]{1,9}(?=[a-z]))?[0-9a-z]{0,20})"
_BACK = re.compile(_HYPHEN + _LENGTH + _END, re.IGNORECASE)

_CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
_DAY = r"(?:(?P<day>yesterday|today)\s+|(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T|\s+))?"
_HALF = r"(?:\s?(?P<half>[ap])\.?m\b\.?)?"
_ZONE = (
    r"(?:\s?(?P<utc>UTC|GMT|Z)(?![\w/])"
    rf"|(?:\s?(?P<sign>{_HYPHEN}|\+)(?P<zone_hours>[0-9]{{2}}):(?P<zone_minutes>[0-9]{{2}})))?"
)
_ABSOLUTE = re.compile(rf"{_DAY}{_CLOCK}{_HALF}{_ZONE}(?=\s|$|[,;:](?:\s|$)|[–—]|-\s)", re.IGNORECASE)

# Plainly meant as a time, but not one: a digit too few or letters behind, a date without a time of day, a date in
# another order.
_MEANT = re.compile(
    r"(?:(?:yesterday|today)\s+|[0-9]{4}-[0-9]{2}-[0-9]{2}[T\s]\s*)?"
    rf"(?:[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{1,2}})?[a-z]{{0,3}}{_END}|(?:[01][0-9]|2[0-3]):[0-9]{_END})"
    rf"|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_END}"
    r"|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}\s+[0-9]{1,2}:[0-9]{2}",
    re.IGNORECASE,
)

ZONE_LETTERS = r"(?:[PMCE][SD]T|CES?T|EES?T|[BI]ST|MSK|JST|KST|SGT|HKT|AE[SD]T|NZ[SD]T|(?:UTC|GMT)[+-][0-9:]+)"
"""Letters behind a time that name a zone to their writer but several to the world, so that an offset is asked for."""

_LETTERS = re.compile(rf"\s(?P<letters>{ZONE_LETTERS})(?!\w)")

# "14:32 - text", "14:32: text": what stands between a time and its text. The dash before the end of a span stays.
_SEPARATOR = re.compile(r"[,;:]?\s*+(?:(?:(?:-+(?=\s)|[–—])\s*+)++(?![0-9]{1,2}:[0-9]{2}))?")

_EARLIEST_YEAR = 1970
_WESTERN_HALVES = {timedelta(hours=hours, minutes=30) for hours in (2, 3, 4, 9)}


class When(msgspec.Struct, frozen=True):
    """What the beginning of a line says about its time."""

    at: datetime | None
    """The moment, in UTC and never after now; None when the line does not begin with a time."""

    rest: str
    """The line after the time; the whole line when there is none."""


def take_when(line: str, *, now: datetime, zone: tzinfo) -> When:
    """Take the time off the beginning of a cleaned line.

    A time of day without a zone of its own is in `zone`. Where the clocks went back and a time was twice, the later
    one that is not in the future counts, being the nearer to what a scribe is logging. A time that the clocks skipped
    is refused, and so is one after `now`.
    """
    line = line.strip()
    back = _BACK.match(line)
    if back is not None:
        length = parse_duration(back["length"])
        if length is None:
            raise _bad(f"“{back[0]}” is no length of time", back[0], "-4m or -1h10m")
        return _past(to_ms(now - length), back[0], line[back.end() :])
    match = _ABSOLUTE.match(line)
    if match is None:
        meant = _MEANT.match(line)
        if meant is None:
            return When(None, line)
        dated = re.search(r"[0-9]{4}|[0-9][./]", meant[0])
        right = f"{now.astimezone(zone).date()} 14:32" if dated else _RIGHT
        raise _bad(f"“{meant[0]}” is not a whole time", meant[0], right)
    letters = None if match["utc"] or match["sign"] else _LETTERS.match(line, match.end())
    if letters is not None:
        typed = letters["letters"]
        raise Refused(f"“{typed}” is not read as a zone; write its offset, such as {match[0]} -08:00.", "when")
    at = _absolute(match, now, zone)
    return _past(at, match[0], line[match.end() :])


def parse_when(text: str, *, now: datetime, zone: tzinfo) -> datetime:
    """The moment that the whole text means: the forms of `take_when`, and `now`."""
    wanted = clean(text, multiline=False).strip()
    if wanted.casefold() == "now":
        return to_ms(now)
    when = take_when(wanted, now=now, zone=zone)
    if when.at is None or when.rest:
        raise Refused("Write a time such as 14:32, -4m, yesterday 23:50 or 2026-11-21 14:32 UTC.", "when")
    return when.at


def time_length(text: str) -> int:
    """How many characters at the beginning of the text have the form of a time; 0 for none."""
    match = _BACK.match(text) or _ABSOLUTE.match(text)
    return match.end() if match else 0


def readings(local: datetime, zone: tzinfo) -> list[datetime]:
    """The moments, in UTC and in order, at which the zone's clocks show `local` (a datetime without a zone).

    Mostly one; none where the clocks went forward over it, two where they went back.
    """
    moments = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(moment for moment in moments if moment.astimezone(zone).replace(tzinfo=None) == local)


def _past(at: datetime, typed: str, after: str) -> When:
    if at.year < _EARLIEST_YEAR:
        raise Refused(f"“{typed}” is before {_EARLIEST_YEAR}; write a later time.", "when")
    separator = _SEPARATOR.match(after)
    rest = after[separator.end() :] if separator else after
    return When(at, "" if rest in ("-", ",", ";", ":") else rest)


_RIGHT = "14:32 or -4m"


def _bad(problem: str, typed: str, right: str = _RIGHT) -> Refused:
    return Refused(f"{problem}; write {right}, or \\{typed} to log it as text.", "when")


def _absolute(match: re.Match[str], now: datetime, zone: tzinfo) -> datetime:
    typed = match[0]
    clock = _time_of_day(match)
    if clock is None:
        raise _bad(f"There is no time of day “{typed}”", typed)
    stated = _stated_zone(match, zone)
    if stated is None:
        raise _bad(f"“{typed}” is not one time", typed, f"its beginning, {typed[:5]}, or an offset such as +02:00")
    today = now.astimezone(stated).date()
    day = today - timedelta(days=1) if (match["day"] or "").lower() == "yesterday" else today
    if match["date"]:
        try:
            day = date.fromisoformat(match["date"])
        except ValueError:
            raise _bad(f"There is no day {match['date']}", typed, f"{today} 14:32") from None
        if day.year < _EARLIEST_YEAR:
            raise Refused(f"“{typed}” is before {_EARLIEST_YEAR}; write a later time.", "when")
        if day > today:
            raise _future(match, day, now, stated)
    local = datetime.combine(day, clock)
    moments = readings(local, stated)
    if not moments:
        raise _skipped(local, typed, stated)
    past = [moment for moment in moments if moment <= now]
    if not past:
        raise _future(match, day, now, stated)
    return to_ms(past[-1])


def _time_of_day(match: re.Match[str]) -> time | None:
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    microsecond = int((match["fraction"] or "")[:6].ljust(6, "0"))
    try:
        return time(hour, int(match["minute"]), int(match["second"] or 0), microsecond)
    except ValueError:
        return None


def _stated_zone(match: re.Match[str], zone: tzinfo) -> tzinfo | None:
    """The zone the text states, else `zone`; None for an offset that no place uses.

    West of Greenwich nearly all offsets are whole hours, so that `14:05-14:30` is seen to be a span and not a zone.
    """
    if match["utc"]:
        return UTC
    if not match["sign"]:
        return zone
    minutes = int(match["zone_minutes"])
    offset = timedelta(hours=int(match["zone_hours"]), minutes=minutes)
    if match["sign"] == "+":
        return timezone(offset) if offset <= timedelta(hours=14) and minutes in (0, 15, 30, 45) else None
    whole = minutes == 0 and offset <= timedelta(hours=12)
    return timezone(-offset) if whole or offset in _WESTERN_HALVES else None


def _skipped(local: datetime, typed: str, zone: tzinfo) -> Refused:
    # Read with the offset before and after the change, the time falls on either side of the gap.
    either = [local_stamp(local.replace(tzinfo=zone, fold=fold).astimezone(UTC), zone)[-5:] for fold in (1, 0)]
    return Refused(
        f"The clocks went forward over “{typed}”, so it never was; write {either[0]}, {either[1]} or the time in UTC.",
        "when",
    )


def _future(match: re.Match[str], day: date, now: datetime, zone: tzinfo) -> Refused:
    typed = match[0]
    local_now = now.astimezone(zone)
    if match["date"] or match["day"]:
        shown = f"{local_now:%Y-%m-%d %H:%M}"
        right = "write a time that has passed"
    else:
        shown = f"{local_now:%H:%M}"
        right = _past_reading(match, day, now, zone)
    return Refused(f"“{typed}” is still to come, it is {shown} {local_now:%Z}; {right}, or -4m for 4 min ago.", "when")


def _past_reading(match: re.Match[str], day: date, now: datetime, zone: tzinfo) -> str:
    """What the writer of a time of day in the future most likely meant."""
    typed = match[0]
    clock = _time_of_day(match)
    if clock is not None:
        as_utc = datetime.combine(now.astimezone(UTC).date(), clock, UTC)
        if not match["utc"] and not match["sign"] and timedelta(0) <= now - as_utc < timedelta(hours=1):
            return f"write {typed} UTC if you read it on a clock in UTC"
        yesterday = datetime.combine(day - timedelta(days=1), clock)
        if now.astimezone(zone).replace(tzinfo=None) - yesterday < timedelta(hours=20):
            return f"write yesterday {typed} if it was then"
    return "write a time that has passed"
