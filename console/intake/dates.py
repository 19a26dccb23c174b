"""Dates and days that stand in the prose and the headings of a timeline."""

import re
from datetime import date, timedelta

from console.core.language.dates import MONTH, WrittenDate, date_at

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(r"(mon|tues|wednes|thurs|fri|satur|sun)day", re.IGNORECASE)
_DAY_NUMBER = re.compile(r"day[ \t](\d{1,2})", re.IGNORECASE | re.ASCII)


def any_date(text: str) -> WrittenDate | None:
    """The first date anywhere in the first 400 characters, those with a year before those without."""
    text = text[:400]
    without_year: WrittenDate | None = None
    position = 0
    while match := _START.search(text, position):
        at = date_at(text, match.start())
        if at and at[0].year and at[0].month_first is None:
            return at[0]
        if at and "/" not in text[match.start() : at[1]]:
            without_year = without_year or at[0]
        position = at[1] if at else match.end()
    return without_year


_START = re.compile(rf"(?<![\w/.-])(?:\d{{1,4}}|{MONTH}\b)", re.IGNORECASE | re.ASCII)


def weekday_after(text: str, day: date) -> date | None:
    """For text that is only a weekday's name: the first such day from `day` on."""
    match = _WEEKDAY.fullmatch(text)
    if match is None:
        return None
    return day + timedelta(days=(_WEEKDAYS.index(match[0].casefold()) - day.weekday()) % 7)


def day_number(text: str) -> int | None:
    """For text that is only "Day 2": the number, from 1."""
    match = _DAY_NUMBER.fullmatch(text)
    return int(match[1]) or None if match else None
