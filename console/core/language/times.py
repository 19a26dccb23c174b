"""Moments and durations: reading and writing them.

Inside the core every moment is an aware datetime in UTC, truncated to milliseconds. At the edges (the log, JSON) it is
RFC 3339 text. Nothing here reads the clock; the present is always an argument.
"""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from difflib import get_close_matches

from console.core.language.grounds import Moment, marks_of, standing_on, unmarked
from console.core.language.pattern import late
from console.core.refusal import Refused

_RFC3339 = late(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_FRACTION = late(r"\.(\d+)")

# Five digits at most: 99,999 days is 273 years, which cannot overflow a datetime when added to or taken from a
# moment of our time.
_DURATION = late(
    r"(?:(?P<d>\d{1,5})\s*(?:d|days?))?\s*"
    r"(?:(?P<h>\d{1,5})\s*(?:h|hrs?|hours?))?\s*"
    r"(?:(?P<m>\d{1,5})\s*(?:m|mins?|minutes?))?\s*"
    r"(?:(?P<s>\d{1,5})\s*(?:s|secs?|seconds?))?",
    re.ASCII | re.IGNORECASE,
)
# "1h30", as people say it; only after hours, so that a bare number never counts.
_HOURS_MINUTES = late(r"(?P<h>\d{1,5})\s*h\s*(?P<m>[0-5]?\d)", re.ASCII | re.IGNORECASE)

_OFFSET = late(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII | re.IGNORECASE)
# No place on earth keeps a clock further than 14 hours from UTC.
_WIDEST_OFFSET = timedelta(hours=14)


def utc(dt: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a datetime without a zone."""
    if dt.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return dt.astimezone(UTC)


def to_ms(dt: datetime) -> datetime:
    """The same moment in UTC, truncated (never rounded up, so never in the future) to whole milliseconds."""
    moment = utc(dt)
    beyond = moment.microsecond % 1000
    return moment.replace(microsecond=moment.microsecond - beyond) if beyond else moment


_FIRST, _LAST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def in_calendar(dt: datetime) -> bool:
    """It has a zone, and stands in every zone, with every length of time added or taken away, for a moment."""
    return dt.tzinfo is not None and _FIRST <= dt < _LAST


def present(dt: datetime) -> datetime:
    """The moment by a clock, in UTC and in milliseconds; by one that is far out the nearest to reckon with."""
    return to_ms(min(max(dt, _FIRST), _LAST - timedelta(milliseconds=1)))


def rfc3339(dt: datetime) -> str:
    """The moment as `2026-11-21T14:30:05.123Z`: in UTC, always three decimals, so that text order is time order."""
    return standing_on(utc(dt).isoformat(timespec="milliseconds")[:-6] + "Z", dt)


def parse_rfc3339(text: str) -> datetime:
    """Read RFC 3339 text with `Z` or an offset; the seconds may be missing. The result is in UTC, in milliseconds.

    Raises ValueError for anything else, a time without a zone included.
    """
    if marks := marks_of(text):
        return Moment.of(parse_rfc3339(unmarked(text)), marks)
    if _RFC3339.fullmatch(text) is None:
        raise ValueError(f"not an RFC 3339 time: {text[:60]!r}")
    # The standard reader takes at most six decimals.
    shortened = _FRACTION.sub(lambda match: "." + match[1][:6].ljust(6, "0"), text)
    try:
        return to_ms(datetime.fromisoformat(shortened.upper()))
    except OverflowError as error:
        raise ValueError(f"outside the years 1 to 9999 in UTC: {text!r}") from error


def parse_duration(text: str) -> timedelta | None:
    """Read `30m`, `1h10m`, `1h30`, `90s`, `2d`, `1h 10m`, `10 min`, `2 hours`; None when the text is not a duration.

    The units stand in falling order, each at most once. The result is never negative; `0m` is zero.
    """
    wanted = text.strip()
    match = _HOURS_MINUTES.fullmatch(wanted) or _DURATION.fullmatch(wanted)
    if match is None or not wanted:
        return None
    amounts = {unit: int(amount) for unit, amount in match.groupdict().items() if amount}
    return timedelta(
        days=amounts.get("d", 0), hours=amounts.get("h", 0), minutes=amounts.get("m", 0), seconds=amounts.get("s", 0)
    )


def format_duration(delta: timedelta) -> str:
    """A countdown: `58s`, `9m58s`, `3h43m` from an hour, `3d04h` from a day; it never looks like a time of day.

    The sign is left out: a caller says "overdue by" itself. What is smaller than the last unit is cut off.
    """
    days, hours, minutes, seconds = _parts(delta)
    if days:
        return f"{days}d{hours:02}h"
    if hours:
        return f"{hours}h{minutes:02}m"
    return f"{minutes}m{seconds:02}s" if minutes else f"{seconds}s"


def whole_minutes(length: timedelta) -> timedelta:
    """The length (≥ 0) without its seconds, from one minute up."""
    minute = timedelta(minutes=1)
    return length - length % minute if length >= minute else length


def format_length(delta: timedelta, *, exact: bool = False) -> str:
    """A length as it is read and typed: `45s`, `1m30s`, `10m`, `1h10m`, `2d4h`; without its sign.

    Seconds are left out from ten minutes up and minutes from a day up, where nobody asks for them; not where it is
    `exact`, which `parse_duration` reads back to the second.
    """
    days, hours, minutes, seconds = _parts(delta)
    units = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")]
    if not exact:
        units = units[:2] if days else units[:3] if hours or minutes >= 10 else units
    return standing_on("".join(f"{amount}{unit}" for amount, unit in units if amount) or "0s", delta)


def _parts(delta: timedelta) -> tuple[int, int, int, int]:
    """Days, hours, minutes and whole seconds of the duration without its sign."""
    seconds = abs(delta) // timedelta(seconds=1)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return days, hours, minutes, seconds


def zone(name: str) -> tzinfo:
    """The time zone of a name: `Europe/Berlin` (in any case), `UTC`, `Z`, `+02:00`, `-0530`, `UTC+2`.

    The machine's own zone has no name here, because the core does not ask the machine; callers treat "local" and the
    empty name themselves.
    """
    wanted = name.strip()
    if wanted.upper() in ("UTC", "Z", "GMT"):
        return UTC
    offset = _OFFSET.fullmatch(wanted)
    if offset is not None:
        return _fixed(offset)
    try:
        return zoneinfo.ZoneInfo(wanted)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: the name of a folder of the zone database, such as "America". ValueError: a path, or text that no
        # file can be called.
        return _nearest_zone(wanted)


def _fixed(offset: re.Match[str]) -> tzinfo:
    minutes = int(offset[3] or 0)
    delta = timedelta(hours=int(offset[2]), minutes=minutes)
    if delta > _WIDEST_OFFSET or minutes > 59:
        raise Refused("No zone is that far from UTC; write an offset between -14:00 and +14:00, such as +02:00.")
    if not delta:
        return UTC
    return timezone(delta if offset[1] == "+" else -delta)


def _nearest_zone(wanted: str) -> tzinfo:
    # Listing the database takes some 10 ms, which only a misspelt name pays for.
    names = {known.casefold(): known for known in zoneinfo.available_timezones()}
    exact = names.get(wanted.casefold())
    if exact is not None:
        return zoneinfo.ZoneInfo(exact)
    cities = {known.rpartition("/")[2]: known for known in sorted(names)}
    near = cities.get(wanted.casefold().replace(" ", "_"))
    near = near or next(iter(get_close_matches(wanted.casefold()[:64], names, n=1, cutoff=0.8)), None)
    hint = names[near] if near else "Europe/Berlin, UTC or +02:00"
    called = f"called “{wanted}”" if wanted and wanted.isprintable() and len(wanted) <= 40 else "of that name"
    raise Refused(f"There is no time zone {called}; write one like {hint}.")


def local_pair(dt: datetime, zone: tzinfo, *, seconds: bool = False) -> tuple[str, str | None]:
    """The time of day in the zone and, where the zone is not at UTC then, in UTC: `("15:30", "14:30 UTC")`.

    The second is None when both read the same.
    """
    spec = "seconds" if seconds else "minutes"
    local = dt.astimezone(zone)
    here = local.time().isoformat(timespec=spec)
    if not local.utcoffset():
        return here, None
    return here, utc(dt).time().isoformat(timespec=spec) + " UTC"


def local_stamp(dt: datetime, zone: tzinfo, *, seconds: bool = False) -> str:
    """The date and the time of day in the zone, `2026-11-21 15:30`, as the scribe's line also reads it."""
    return dt.astimezone(zone).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds" if seconds else "minutes")


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def deadline(at: datetime, zone: tzinfo) -> str:
    """`2026-12-01 18:00`; the end of a day is its date alone."""
    day, _, time = local_stamp(at, zone, seconds=True).partition(" ")
    return day if time == "23:59:59" else f"{day} {time[:5]}"


def moment_words(at: datetime, now: datetime, zone: tzinfo) -> str:
    """`15:26` on the day of `now`, else as a deadline."""
    day, _, time = deadline(at, zone).partition(" ")
    return time if time and local_stamp(now, zone).startswith(day) else f"{day} {time}".strip()


SET_BACK = timedelta(minutes=2)
"""From how far behind what was written before a clock is said to have been set back."""


def set_back_words(written: datetime | None, now: datetime, zone: tzinfo) -> str:
    """That the machine's clock, now at `now`, was set back since it gave an event the time `written`, and what to do;
    empty where it was not."""
    if written is None or written - now < SET_BACK:
        return ""
    before, after = moment_words(written, now, zone), moment_words(now, now, zone)
    return (
        f"This machine's clock was set back: an entry was logged at {before}, and it shows {after} now."
        " Set it right where that is wrong, for entries get this machine's time."
    )


def due_words(at: datetime, now: datetime, zone: tzinfo) -> str:
    """`15:26` today, `Wed 15:26` within a week of today, `12 Dec` beyond; nine cells at most."""
    here = at.astimezone(zone)
    days = abs((here.date() - now.astimezone(zone).date()).days)
    # The names of days and months are English as all else here, whatever the locale says.
    if days >= 7:
        return f"{here.day} {MONTHS[here.month - 1]}"
    return f"{DAYS[here.weekday()]} {here:%H:%M}" if days else f"{here:%H:%M}"


def arrival_words(at: datetime, occurred_at: datetime, zone: tzinfo) -> str:
    """The time at which an entry arrived, with its date where that is another day than the entry's."""
    day, time = local_stamp(at, zone).split()
    return time if day == local_stamp(occurred_at, zone).split()[0] else f"{day} {time}"


def changes_offset(dt: datetime, zone: tzinfo) -> bool:
    """True when the zone's offset changes on that local day, so that a time of day alone may mean two moments."""
    day = dt.astimezone(zone)
    first = day.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    last = day.replace(hour=23, minute=59, second=59, microsecond=0, fold=1)
    return first.utcoffset() != last.utcoffset()


def local_offset(dt: datetime, zone: tzinfo) -> str:
    """The zone's offset from UTC at that moment, `+02:00`."""
    return dt.astimezone(zone).isoformat(timespec="minutes")[16:]
