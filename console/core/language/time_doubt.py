"""The question about a time that may mean another moment: by a word behind it that may be its zone, as in `18:41 London
office is down`, or because its day is another than today although that was meant, perhaps."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo

from console.core.language.grammar import day_and_time
from console.core.language.pattern import late
from console.core.language.places import zone_word
from console.core.language.text import clean, one_line
from console.core.language.time_forms import TimeForm, time_form
from console.core.language.when import readings, take_due, take_when
from console.core.refusal import Refused

_AT = late(r"/at\s+", re.IGNORECASE)
_MARKER = late(r"[!>*?+]\s*(?=\S)|/\w+\s+")
_TASK = late(r"\s*(?:\S*\s+){0,4}?(?:\+|/(?:task|assign)\s)", re.IGNORECASE)
_OPENED = late(r"\s?[(\[]|\s")
_BY = late(r"(?<!\S)by\s+", re.IGNORECASE)
_AHEAD = late(
    r"\s*(?:\S*\s+){0,4}?/(?:snooze\s+\S+\s+(?:(?:by|until|till|at)\s+)?|update\s+\S+\s+next\s+|answered\s.*?\beta:?\s+)",
    re.IGNORECASE,
)
"""Up to a time of day that a slash word takes for one to come."""

A_FEW_HOURS = timedelta(hours=4)
"""A time of day that is so near in the direction which is not meant is easily meant all the same."""


def time_doubt(typed: str, *, now: datetime, zone: tzinfo) -> str:
    """The warning to read before the line is logged, as a sentence; empty where its times can mean nothing else."""
    line = clean(typed).strip()
    doubts = (_doubt(line[start:], now, zone, due=due) for start, due in _times(line))
    return next(filter(None, doubts), "")


def _times(line: str) -> Iterator[tuple[int, bool]]:
    """The places of the line that are read as times, each with whether a task is due by it."""
    start = at.end() if (at := _AT.match(line)) else 0
    yield start, False
    if marker := _MARKER.match(line, start):
        yield marker.end(), False
    if _TASK.match(line):
        yield from ((by.end(), True) for by in _BY.finditer(line))
    if ahead := _AHEAD.match(line):
        yield ahead.end(), True


def _doubt(text: str, now: datetime, zone: tzinfo, *, due: bool) -> str:
    form = time_form(text, due=due)
    if form is not None and form.length:
        return length_doubt(form.length, text[form.end :])
    if form is None or form.clock is None or form.fault:
        return ""
    if form.zone is not None:
        span = "" if due else _span_doubt(text, form, now, zone)
        # A program wrote it that has seconds and a zone.
        return span or ("" if form.clock["second"] else _day_doubt(text, form, now, zone, due=due))
    opened = _OPENED.match(text, form.end)
    word = zone_word(text, opened.end()) if opened else None
    if word is None:
        return _day_doubt(text, form, now, zone, due=due)
    clock = text[form.start : form.stop]
    with suppress(Refused):
        local, there = (_moment(f"{clock}{name}", now, zone, due=due) for name in ("", f" {word.zone.name}"))
        if local is None or there is None or local == there:
            return ""
        shown = one_line(word.word, 30)
        return (
            f"“{shown}” is taken as text and {clock} as your time; "
            f"if it is the zone ({day_and_time(there, now, zone)} here), write {clock} {word.zone.name}."
        )
    return ""


_UNITS = "dhms"
_AMOUNT = late(r"[\s,]*([0-9]{1,5}\s?([dhms])(?:ays?|ours?|rs?|inutes?|ins?|econds?|ecs?)?)(?!\w)", re.IGNORECASE)


def length_doubt(length: str, behind: str) -> str:
    """The question about a smaller length behind one: `-1h 10m full scan` is as likely 70 minutes ago as an hour."""
    going_on = _AMOUNT.match(behind)
    units = re.findall(r"[0-9.,]+\s?([dhms])", length.lower())
    if going_on is None or not units or _UNITS.index(going_on[2].lower()) <= _UNITS.index(units[-1]):
        return ""
    return f"“{going_on[1]}” stays in the text; if it belongs to the time, write {length}{going_on[1]} as one word."


def day_doubt(text: str, *, now: datetime, zone: tzinfo, due: bool = False) -> str:
    """As `time_doubt`, for a text that is a time and nothing else; `due` for a time in the future."""
    form = time_form(text, due=due)
    return "" if form is None or form.clock is None else _day_doubt(text, form, now, zone, due=due)


def _day_doubt(text: str, form: TimeForm, now: datetime, zone: tzinfo, *, due: bool) -> str:
    """`12:30 restart` at 11:45 is read as yesterday's, and `/snooze public until 11:30` as tomorrow's."""
    if twice := _twice_doubt(text, form, now, zone, due=due):
        return twice
    if form.day or form.date:
        return ""
    clock = text[form.start : form.stop]
    with suppress(Refused):
        at = _moment(clock, now, zone, due=due)
        if at is None or abs(now - at) < timedelta(days=1) - A_FEW_HOURS:
            return ""
        why, hours = "has passed" if due else "is still to come", round(abs(now - at) / timedelta(hours=1))
        apart = f"in {hours}h" if due else f"{hours}h ago"
        return f"{clock} {why}: it is taken as {day_and_time(at, now, zone)}, {apart}."
    return ""


def _twice_doubt(text: str, form: TimeForm, now: datetime, zone: tzinfo, *, due: bool) -> str:
    """In the night in which the clocks go back an hour comes twice, and a time in it may be either."""
    if form.zone is not None:
        return ""
    clock = text[form.start : form.stop]
    with suppress(Refused):
        at = _moment(clock, now, zone, due=due)
        both = [] if at is None else readings(at.astimezone(zone).replace(tzinfo=None, fold=0), zone)
        meant = [moment for moment in both if (moment >= now) == due]
        if at is not None and len(meant) > 1:
            stamp = "%Y-%m-%d %H:%M UTC" if form.day or form.date else "%H:%M UTC"
            taken, other = (format(moment, stamp) for moment in sorted(meant, key=lambda moment: moment != at))
            return f"The clocks show {clock} twice: it is taken as {taken}; for the other, write {other}."
    return ""


def _span_doubt(text: str, form: TimeForm, now: datetime, zone: tzinfo) -> str:
    """`10:00-11:00 outage` names a zone as programs write it, and people mean from when until when."""
    assert form.clock is not None
    start, end = form.clock[0], text[form.clock.end() + 1 : form.stop]
    if form.date or form.clock["second"] or not (_ENDS.fullmatch(text, form.clock.end(), form.stop) and start < end):
        return ""
    with suppress(Refused):
        at = _moment(text[form.start : form.stop], now, zone, due=False)
        if at is not None:
            here = day_and_time(at, now, zone)
            return f"“-{end}” is taken as the zone ({here} here); for a span, write {start} to {end}."
    return ""


_ENDS = late(r"-[0-9]{2}:[0-9]{2}")


def _moment(text: str, now: datetime, zone: tzinfo, *, due: bool) -> datetime | None:
    if not due:
        return take_when(f"{text} x", now=now, zone=zone).at
    taken = take_due(text, now=now, zone=zone)
    return taken[0] if taken else None
