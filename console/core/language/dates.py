"""Dates as people write them, with or without a year."""

import re
from datetime import date
from typing import NamedTuple

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:19|20|21)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_TH = r"(?:st|nd|rd|th)?"

_DATE = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?[ \t]{1,3}(?:the[ \t])?)?"
    r"(?:"
    rf"(?P<y1>{_YEAR})(?P<sep>[-/.])(?P<m1>0?[1-9]|1[0-2])(?P=sep)(?P<d1>{_DAY})"
    rf"|(?P<y2>{_YEAR})[ \t,-]{{1,3}}(?P<n2>{MONTH})\.?[ \t,-]{{1,3}}(?P<d2>{_DAY}){_TH}"
    rf"|(?P<d3>{_DAY}){_TH}[ \t./-]{{1,3}}(?:of[ \t])?(?P<n3>{MONTH})\b\.?(?:[ \t,./-]{{1,3}}(?P<y3>{_YEAR})\b)?"
    rf"|(?P<n4>{MONTH})\.?[ \t-]{{1,3}}(?P<d4>{_DAY}){_TH}(?!\d|:\d)(?:,?[ \t-]{{1,3}}(?P<y4>{_YEAR})(?!\d))?"
    rf"|(?P<a5>\d{{1,2}})/(?P<b5>\d{{1,2}})(?:/(?P<y5>{_YEAR}|\d\d)(?!\d))?"
    rf"|(?P<a6>\d{{1,2}})(?P<sep6>[.-])(?P<b6>\d{{1,2}})(?P=sep6)(?P<y6>{_YEAR})"
    r")(?![\w/])",
    re.IGNORECASE | re.ASCII,
)
# An ISO date may run into its time.
_ISO_BEFORE_TIME = re.compile(rf"(?P<y1>{_YEAR})-(?P<m1>0?[1-9]|1[0-2])-(?P<d1>{_DAY})(?=[T_]\d)", re.ASCII)


class WrittenDate(NamedTuple):
    """A date as written: the year may be missing."""

    year: int | None
    month: int
    day: int
    month_first: str | None = None
    """The text, where it could also be read day first ("7/2/2019")."""


def date_at(text: str, position: int) -> tuple[WrittenDate, int] | None:
    """The date at the position and where it ends; None for days that no calendar has."""
    match = _ISO_BEFORE_TIME.match(text, position) or _DATE.match(text, position)
    if match is None:
        return None
    part = match.groupdict()
    written: WrittenDate | None = None
    if part["y1"]:
        written = WrittenDate(int(part["y1"]), int(part["m1"]), int(part["d1"]))
    elif part.get("n2") or part.get("n3") or part.get("n4"):
        form = next(number for number in "234" if part["n" + number])
        year = part["y" + form]
        month = _MONTHS[part["n" + form].casefold()]
        written = WrittenDate(int(year) if year else None, month, int(part["d" + form]))
    elif part.get("a5"):
        written = _slashed(part["a5"], part["b5"], part["y5"], match[0])
    elif part.get("a6"):
        written = WrittenDate(int(part["y6"]), int(part["b6"]), int(part["a6"]))
    # 2000 had a 29 February; whether the year that is meant has one is found out with the year.
    exists = written is not None and _day(written.year or 2000, written.month, written.day) is not None
    return (written, match.end()) if written and exists else None


def _slashed(first: str, second: str, year: str | None, written: str) -> WrittenDate:
    """`7/2/2019`: the month stands first, unless it cannot be one."""
    in_full = None if year is None else int(year) + (2000 if len(year) == 2 else 0)
    if int(first) > 12:
        return WrittenDate(in_full, int(second), int(first))
    unclear = int(second) <= 12 and first != second
    return WrittenDate(in_full, int(first), int(second), written if unclear else None)


def near(written: WrittenDate, hint: date) -> date | None:
    """The date in full; a missing year is the one that comes nearest to `hint`. None when no such day is near."""
    years = (written.year,) if written.year else (hint.year, hint.year - 1, hint.year + 1)
    dates = [day for year in years if (day := _day(year, written.month, written.day))]
    return min(dates, key=lambda day: abs(day - hint), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_likely(day: date) -> bool:
    """Whether an incident can have been on that day: in the years 1970 to 2199."""
    return 1970 <= day.year < 2200
