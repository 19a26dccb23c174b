"""The moment that a time at the beginning of the scribe's line means.

What plainly means a time but is none (`25:10`, `-4x`) is refused rather than logged at the wrong moment.
"""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

import msgspec

from console.core.language.dates import WrittenDate
from console.core.language.pattern import late
from console.core.language.text import clean, one_line
from console.core.language.time_forms import END, LENGTH, TimeForm, time_form, time_of_day
from console.core.language.times import format_length, local_stamp, parse_duration, to_ms
from console.core.language.zones import kept_instead, offset_name
from console.core.refusal import Refused

# Plainly meant as a time, but not one: a digit too few or letters behind, a date without a time of day, a date in
# another order.
_MEANT = late(
    r"(?:(?:yesterday|today)\s+|[0-9]{4}-[0-9]{2}-[0-9]{2}[T\s]\s*)?"
    rf"(?:[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{1,2}})?[a-z]{{0,3}}{END}|(?:[01][0-9]|2[0-3]):[0-9]{END})"
    rf"|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{END}"
    r"|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}\s+[0-9]{1,2}:[0-9]{2}",
    re.IGNORECASE,
)
_DAY_AND_MONTH = late(
    r"[\[(*]{0,2}(?P<written>(?:[0-9]{1,2}\.[0-9]{1,2}\."
    r"|(?P<first>3[01]|[12][0-9]|0?[1-9])[./](?P<second>3[01]|[12][0-9]|0?[1-9])),?\s+[0-9]{1,2}:[0-9]{2})(?![0-9])"
)
"""A date without its year, which would be read as a time of day or as text, and the time behind it."""
_A_MONTH = timedelta(days=31)

# "14:32 - text", "14:32: text": what stands between a time and its text.
_SEPARATOR = late(r"[,;:.]?\s*+(?:(?:-+(?=\s)|[–—|])\s*+)*+")
# "14:32-14:40 text": the end of a span stays in the text, as a word.
_SPAN = late(r"\s*+(?:-|–|—|to\s|till\s|until\s)\s*+(?=[0-9]{1,2}:[0-9]{2}(?![0-9]))", re.IGNORECASE)

AHEAD = timedelta(minutes=2)
"""A clock time up to so far ahead is taken as now: two clocks rarely show the same minute."""

_LENGTH_AHEAD = late(rf"(?:(?:in|for)\s+)?(?P<length>{LENGTH})(?=[,:;.]?(?:\s|$))[,:;.]?", re.IGNORECASE)
_BY = late(r"(?:by|until|till)\s+(?:at\s+)?", re.IGNORECASE)

_EARLIEST_YEAR, _LATEST_YEAR = 1970, 2199
_A_DAY = timedelta(days=1)


class When(msgspec.Struct, frozen=True):
    """The time at the beginning of a line, and the rest of the line."""

    at: datetime | None
    """The moment, in UTC and never after now; None when the line does not begin with a time."""

    rest: str
    """The line after the time; the whole line when there is none."""

    clock: bool = False
    """A time of day was written, not a length before now."""


def take_when(line: str, *, now: datetime, zone: tzinfo) -> When:
    """Take the time off the beginning of a cleaned line.

    A time of day without a zone of its own is in `zone`. Without a day it means its nearest past moment; up to two
    minutes ahead means now. Where the clocks went back and a time was twice, the later one that is not in the future
    counts, being the nearer to what a scribe is logging. A time that the clocks skipped is refused, and so is a day
    and time after `now`.
    """
    line = line.strip()
    if (dated := _DAY_AND_MONTH.match(line)) and _is_day(dated, now.astimezone(zone).date()):
        raise _bad(f"“{dated['written']}” is not a whole time", dated[0], f"{now.astimezone(zone).date()} 14:32")
    form = time_form(line)
    if form is None:
        meant = _MEANT.match(line)
        if meant is None:
            return When(None, line)
        dated = re.search(r"[0-9]{4}|[0-9][./]", meant[0])
        right = f"{now.astimezone(zone).date()} 14:32" if dated else _RIGHT
        raise _bad(f"“{meant[0]}” is not a whole time", meant[0], right)
    typed, rest = line[form.start : form.stop], line[form.end :]
    if form.clock is None:
        length = parse_duration(form.length)
        if length is None:
            raise _bad(f"“{typed}” is not a length of time", line[: form.end], "-4m or -1h10m")
        return _past(to_ms(now - length), typed, rest, clock=False)
    past = [moment for moment in _moments(line, form, now, zone) if moment <= now + AHEAD]
    if not past:
        local_now = now.astimezone(form.zone.tz if form.zone else zone)
        raise Refused(
            f"“{typed}” is still to come, it is {local_now:%Y-%m-%d %H:%M} {local_now:%Z}; "
            "write a time that has passed, or -4m for four minutes ago.",
            "when",
        )
    return _past(to_ms(min(_kept(form, past[-1]), now)), typed, rest, clock=True)


def take_due(text: str, *, now: datetime, zone: tzinfo) -> tuple[datetime, int] | None:
    """The next moment that the time of day at the beginning means, in UTC, and where it ends; None without one."""
    form = time_form(text, due=True)
    if form is None or form.clock is None:
        return None
    ahead = [moment for moment in _moments(text, form, now, zone) if moment > now]
    if not ahead:
        raise Refused(f"“{text[form.start : form.stop]}” has passed; write a later time.", "when")
    return to_ms(_kept(form, ahead[0])), form.end


def _is_day(written: re.Match[str], today: date) -> bool:
    """True for a day and a month: plainly written as these, or as near to today as what people log.

    "2.4 10:00 released" is of a version where the second of April, and the fourth of February, are far.
    """
    if written["first"] is None or time_form(written[0]) is not None:
        return True
    first, second = int(written["first"]), int(written["second"])
    for day, month in ((first, second), (second, first)):
        for year in (today.year - 1, today.year, today.year + 1):
            with suppress(ValueError):
                if abs(date(year, month, day) - today) <= _A_MONTH:
                    return True
    return False


class Ahead(NamedTuple):
    """A moment that has not come, as it was written: a length, or a time of day."""

    length: timedelta | None
    moment: datetime | None
    rest: str
    """The text behind the moment or the length."""


def take_ahead(text: str, *, now: datetime, zone: tzinfo) -> Ahead | None:
    """Take `30m`, `in 30m`, `for 30m`, `05:00`, `at 05:00`, `by 5pm` or `until 05:00` off the beginning of a text."""
    if (match := _LENGTH_AHEAD.match(text)) and (length := parse_duration(match["length"])) is not None:
        return Ahead(length, None, text[match.end() :].strip())
    begun = text[match.end() :] if (match := _BY.match(text)) else text
    due = take_due(begun, now=now, zone=zone)
    return Ahead(None, due[0], begun[due[1] :].strip()) if due else None


def written_ahead(length: timedelta | None, moment: datetime | None, zone: tzinfo) -> str:
    """As `parse_ahead` reads it back; empty for neither."""
    return format_length(length, exact=True) if length else local_stamp(moment, zone, seconds=True) if moment else ""


def parse_ahead(text: str, field: str, *, now: datetime, zone: tzinfo) -> Ahead:
    """The length or the moment that the whole text means, as `take_ahead` reads it; Refused for `field` without one."""
    written = clean(text, multiline=False).strip()
    try:
        ahead = take_ahead(written, now=now, zone=zone)
    except Refused as refused:
        raise Refused(refused.reason, field) from refused
    if ahead is None or ahead.rest:
        example = f"{written}m" if written.isdigit() and len(written) < 4 else "10m"
        wrong = f"“{one_line(written, 32)}” is neither a length nor a time; write" if written else "Write"
        raise Refused(f"{wrong} how long, such as {example}, or when, such as 19:20.", field)
    return ahead


def parse_when(text: str, *, now: datetime, zone: tzinfo) -> datetime:
    """The moment that the whole text means: the forms of `take_when`, and `now`."""
    wanted = clean(text, multiline=False).strip()
    if wanted.casefold() == "now":
        return to_ms(now)
    when = take_when(wanted, now=now, zone=zone)
    if when.at is None or when.rest:
        raise Refused("Write a time such as 14:32, -4m, yesterday 23:50 or 2026-11-21 14:32 UTC.", "when")
    return when.at


def parse_since(text: str, *, now: datetime, zone: tzinfo) -> datetime:
    """The moment since which something is asked for: `30d` is so long ago, `2026-11-21` the beginning of that day."""
    wanted = clean(text, multiline=False).strip()
    with suppress(ValueError):
        return to_ms(datetime.combine(date.fromisoformat(wanted), time(), tzinfo=zone).astimezone(UTC))
    length = parse_duration(wanted.removeprefix("-"))
    if length is not None and length < now - datetime.min.replace(tzinfo=UTC):
        return to_ms(now - length)
    try:
        return parse_when(wanted, now=now, zone=zone)
    except Refused:
        raise Refused("Write since when, such as 30d, 2026-11-21 or “yesterday 23:50”.", "since") from None


def reads_as_time(text: str) -> bool:
    """True when the text begins with a time, or with what is refused as one."""
    return time_form(text) is not None or any(pattern.match(text) for pattern in (_MEANT, _DAY_AND_MONTH))


def readings(local: datetime, zone: tzinfo) -> list[datetime]:
    """The moments, in UTC and in order, at which the zone's clocks show `local` (a datetime without a zone).

    Mostly one; none where the clocks went forward over it, two where they went back.
    """
    moments = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(moment for moment in moments if moment.astimezone(zone).replace(tzinfo=None) == local)


_RIGHT = "14:32 or -4m"


def _bad(problem: str, written: str, right: str = _RIGHT) -> Refused:
    return Refused(f"{problem}; write {right}, or \\{written} to log it as text.", "when")


def _past(at: datetime, typed: str, after: str, *, clock: bool) -> When:
    if at.year < _EARLIEST_YEAR:
        raise _too_early(typed)
    span, separator = _SPAN.match(after), _SEPARATOR.match(after)
    rest = f"until {after[span.end() :]}" if span else after[separator.end() :] if separator else after
    return When(at, "" if rest in ("-", ",", ";", ":", ".", "|") else rest, clock)


def _too_early(typed: str) -> Refused:
    return Refused(f"“{typed}” is before {_EARLIEST_YEAR}; write a later time.", "when")


def _moments(line: str, form: TimeForm, now: datetime, zone: tzinfo) -> list[datetime]:
    """The moments that a time of day may mean, in their order: of its day, else of yesterday, today and tomorrow."""
    assert form.clock is not None
    typed, written = line[form.start : form.stop], line[: form.end]
    clock = time_of_day(form.clock)
    if clock is None:
        raise _bad(f"There is no time of day “{typed}”", written)
    if form.fault:
        fault = form.fault.format(clock=form.clock[0].strip())
        raise Refused(f"“{typed}” {fault}, or \\{written} to log it as text.", "when")
    stated = form.zone.tz if form.zone else zone
    local_now = now.astimezone(stated).replace(tzinfo=None)
    day, dated = _day(form, typed, local_now.date()), bool(form.day or form.date)
    if day.year > _LATEST_YEAR:
        return []
    local = datetime.combine(day, clock)
    nearest = local if dated or local <= local_now + AHEAD else local - _A_DAY
    if not readings(nearest, stated):
        raise _skipped(nearest, typed, stated)
    days = (0,) if dated else (-1, 0, 1)
    return sorted(moment for apart in days for moment in readings(local + apart * _A_DAY, stated))


def _kept(form: TimeForm, moment: datetime) -> datetime:
    """The moment that is meant. Refused where the place of the written zone did not keep that then ("PST" in July)."""
    instead = kept_instead(form.zone, moment) if form.zone else None
    if form.zone and instead:
        place, kept = instead
        read_as = offset_name(form.zone.tz, moment)
        raise Refused(
            f"“{form.zone.name}” is {read_as}, but {place} kept {kept} then; write {kept} or {read_as}.", "when"
        )
    return moment


def _day(form: TimeForm, typed: str, today: date) -> date:
    """The day that the form names, else today; a day without its year is the last such day."""
    if form.date is None:
        return today + {"yesterday": -1, "tomorrow": 1}.get(form.day, 0) * _A_DAY
    if isinstance(form.date, str):
        try:
            day = date.fromisoformat(form.date)
        except ValueError:
            raise _bad(f"There is no day {form.date}", typed, f"{today} 14:32") from None
    else:
        day = _last(form.date, today)
    if day.year < _EARLIEST_YEAR:
        raise _too_early(typed)
    return day


def _last(written: WrittenDate, today: date) -> date:
    # 29 February may be eight years ago.
    for year in [written.year] if written.year else range(today.year, today.year - 9, -1):
        try:
            day = date(year, written.month, written.day)
        except ValueError:
            continue
        if written.year or day <= today + _A_DAY:
            return day
    raise Refused(f"There is no day {written.year}-{written.month:02}-{written.day:02}; write another.", "when")


def _skipped(local: datetime, typed: str, zone: tzinfo) -> Refused:
    # Read with the offset before and after the change, the time falls on either side of the gap.
    before, after = (local_stamp(local.replace(tzinfo=zone, fold=fold).astimezone(UTC), zone)[-5:] for fold in (1, 0))
    return Refused(
        f"“{typed}” does not exist: the clocks went forward; write {before}, {after} or the time in UTC.", "when"
    )
