"""Dates as people write them, with or without a year."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from console.core.language.calendar_words import MONTHS, WEEKDAYS
from console.core.language.pattern import late

# Russian has "sen" and "noya", too, which the CLDR writes longer.
_MONTH_NUMBERS = {word: number for number, words in MONTHS.items() for word in words.split()} | {
    "\u0441\u0435\u043d": 9,
    "\u043d\u043e\u044f": 11,
}
# Shorter ones are words of other languages ("to", "do").
_WEEKDAY_NUMBERS = {word: number for number, words in WEEKDAYS.items() for word in words.split() if len(word) > 2} | {
    "tues": 2,
    "thur": 4,
    "thurs": 4,
}
_SHORT_NUMBERS = {word: number for number, words in WEEKDAYS.items() for word in words.split()}
_BEGINNINGS = frozenset(name[:3] for name in (*_MONTH_NUMBERS, *_WEEKDAY_NUMBERS, *_SHORT_NUMBERS))
"""Of all names of months and weekdays: most words are told by theirs to be none."""
_ASIAN_WEEKDAY = late(
    "(?P<day>[月火水木金土日])曜日?|(?:星期|礼拜|禮拜|[周週])(?P<number>[一二三四五六日天])|(?P<korean>[월화수목금토일])요일"
    r"|(?P<alone>[月火水木金土日월화수목금토일])(?=[)\uff09]|\s*$)"
)
_ASIAN_NUMBERS = {
    char: number
    for order in ("月火水木金土日", "一二三四五六天", "월화수목금토일")
    for number, char in enumerate(order, 1)
}
_SHORT_BEFORE_CLOCK = late(
    r"(?!(?:on|to|so|do)\b)(?P<word>[^\W\d_]{2})(?=[.,]{0,2}[ \t]\d{1,2}[:.h][0-5]\d)", re.IGNORECASE
)
"""A weekday of two letters; with a time behind it hardly another word."""
# "Out", "set" and "ago" are months of other languages, and words of this one: only a year makes such a month.
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_YEAR = r"(?:19|20|21)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?!\d)"
_TH = r"(?:st|nd|rd|th|er|\u00ba|\u00aa)?"
_NAME = r"[^\W\d_]{3,14}"
_CASE = r"(?:['\u2019][^\W\d_]{1,4})?"
"""The ending of a case, as in "10 \u015eubat'ta"."""
_TO_DAY = (
    r"(?:\.?(?:[ \t]?[-\u2013\u2014/&][ \t]?"
    r"|[ \t](?:to|and|bis|und|auf|au|al|et|y|e|en|og|och|i|a|do|tot|til|till)[ \t])"
    rf"{_DAY}(?:st|nd|rd|th)?)"
)
"""The last day of several, as in "March 4\u20135, 2024"; the first one counts."""

_TO_NUMBER = (
    r"(?:\.?[ \t]?(?:[-\u2013\u2014\u2192]|(?:and|und|et|e|y|al?|to)[ \t])[ \t]?\d{1,2}(?=[/.]\d{1,2}[/.]\d\d))?"
)
"""The same of a date in digits, as in "12\u201313.09.2026"."""

_DAY_AND_YEAR = rf"[ \t]{_DAY}{_TH},?[ \t]{_YEAR}(?!\d)"
"""Behind a month whose day that is: the number before it counts something else, as in "Day 2 - June 16, 2025"."""

_WORD = late(_NAME)
_WEEKDAY_END = late(r"[.,]{0,2}[ \t]{1,3}(?:(?:the|den|le|el)[ \t])?", re.IGNORECASE)
_NUMERIC = late(
    rf"(?P<y>{_YEAR})(?:(?P<sep>[-/.:\u2010\u2011]|\.[ \t])(?P<m>1[0-2]|0?[1-9])(?P=sep)(?P<d>{_DAY})"
    r"(?:(?<=\.[ \t].)\.|(?<=\.[ \t]..)\.)?"
    rf"|\s?[\u5e74\ub144]\s?(?P<m2>1[0-2]|0?[1-9])\s?[\u6708\uc6d4]\s?(?P<d2>{_DAY})\s?[\u65e5\uc77c]"
    r"|(?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01])(?!\d)|-(?P<nth>(?!000)(?:[0-2]\d\d|3[0-5]\d|36[0-6]))(?=T\d\d:))"
    rf"|\u4ee4\u548c\s?(?P<era>\d{{1,2}})\u5e74(?P<m6>1[0-2]|0?[1-9])\u6708(?P<d6>{_DAY})\u65e5"
    rf"|(?P<m5>1[0-2]|0?[1-9])\s?[\u6708\uc6d4]\s?(?P<d5>{_DAY})\s?[\u65e5\uc77c\u53f7\u865f]"
    rf"|(?P<a>\d{{1,2}})(?P<to>{_TO_NUMBER})/(?P<b>\d{{1,2}})(?:/(?P<year>(?:19|20|21)\d\d|\d\d)(?!\d))?"
    rf"|(?P<a4>\d{{1,2}}){_TO_NUMBER}(?P<sep4>[.-])[ \t]?(?P<b4>\d{{1,2}})(?P=sep4)[ \t]?"
    rf"(?P<y4>{_YEAR}|(?<=[.-])\d\d(?=,?[ \t](?:(?:um|gegen|ca\.|at|kl\.?|om|alle)[ \t])?\d{{1,2}}[:.]\d\d)"
    r"|(?<=-)\d\d(?=[\s)\]*_]*$))"
)
_NAMED = late(
    rf"(?P<y2>{_YEAR})(?:[ \t]m\.)?[ \t,.-]{{1,3}}(?P<n2>{_NAME})\.?[ \t,-]{{1,3}}(?P<d2>{_DAY}){_TH}(?:\.(?=,?[ \t]))?"
    rf"|(?P<d3>{_DAY}){_TH}{_TO_DAY}?(?P<sep3>[ \t./-]{{0,3}})(?:(?:of|de)[ \t])?(?P<n3>{_NAME})(?![^\W\d])"
    rf"(?!{_DAY_AND_YEAR})(?:\.(?!\d))?{_CASE}"
    rf"(?:[ \t,./-]{{0,3}}(?:del?[ \t])?(?P<y3>{_YEAR})(?!\w){_CASE}|(?:(?P=sep3)|[ \t]['\u2019])(?P<s3>\d\d)"
    r"(?![\w:.]))?"
    rf"|(?P<n4>{_NAME})\.?,?[ \t-]{{1,3}}(?P<d4>{_DAY}){_TH}(?!\d|[:.]\d)"
    rf"(?:(?<=-\d\d)-(?P<s4>\d\d)(?=[ \t]\d\d?:\d\d)|{_TO_DAY}?(?:,?[ \t-]{{1,3}}|,)(?P<y4>{_YEAR})(?!\d)"
    rf"|{_TO_DAY}(?![\w:.]))?",
    re.IGNORECASE,
)
_IS_DAY = late(
    r"\.?,?[ \t]{1,2}(?:(?:(?:a[ \t])?las|[\u00e0\u00e1a]s?|um|kl\.?|ore|alle|om|[-\u2013\u2014])[ \t])?"
    r"\d{1,2}[:.h]\d\d|\*\*[ \t]?:|:\*\*",
    re.IGNORECASE,
)
"""Behind a month that is a word as well: a time of day, or the end of a label in bold."""
_MONTH_BEHIND = late(r"[ \t][^\W\d_]{3}")
_NAME_GOES_ON = late(r"[^\W_]|/|_(?=\w)")
# A date of digits may run into its time, 20240305T0912, and in Asia into the words behind it.
_INTO_TIME = late(r"[T_]\d|/\d\d?:[0-5]\d|(?<=[\u65e5\uc77c\u53f7\u865f])(?![\u9593\u95f4\uac04])", re.ASCII)
_SECONDS_BEHIND = late(r"\s\d\d:\d\d:\d\d", re.ASCII)
"""Behind a date of two numbers as only programs write it, some of them with the month first."""
_YEAR_WORD = late(r"\.?[ \t]?(?:[rгр]\.|(?:roku|godine|god\.|года|року)(?!\w))", re.IGNORECASE)
"""The word for "year" that Slavic languages write behind it: "5 marca 2024 r."."""
_PAIR = late(r"(?P<a>\d{1,2})(?:(?P<sep>[-.])(?P<b>\d{1,2})\.?|\.[ \t](?P<b2>\d{1,2})\.)", re.ASCII)


class WrittenDate(NamedTuple):
    """A date as written: the year may be missing."""

    year: int | None
    month: int
    day: int
    either: str | None = None
    """The text, where the month and the day could also stand the other way round ("7/2/2019")."""

    weekday: int | None = None
    """1 (Monday) to 7, where it stands before the date."""

    @property
    def swapped(self) -> "WrittenDate":
        """The other reading of a date that can be read either way."""
        return self._replace(month=self.day, day=self.month)


def weekday_at(text: str, position: int) -> tuple[int, int] | None:
    """The weekday named at the position, 1 (Monday) to 7, and where its name ends."""
    word = _WORD.match(text, position)
    number = _WEEKDAY_NUMBERS.get(word[0].casefold()) if word else None
    if word and number:
        return number, word.end() + len("-feira") * text.startswith("-feira", word.end())
    is_asian = text[position : position + 1] > "\u2fff"
    if word and not is_asian:
        return None
    asian = _ASIAN_WEEKDAY.match(text, position) if is_asian else None
    if asian:
        return _ASIAN_NUMBERS[next(filter(None, asian.groups()))], asian.end()
    short = _SHORT_BEFORE_CLOCK.match(text, position)
    number = _SHORT_NUMBERS.get(short["word"].casefold()) if short else None
    return (number, short.end()) if short and number else None


def begins_date(word: str) -> bool:
    """True when a date or a weekday can begin with the word, or the number."""
    folded = word.casefold()
    if folded[:3] not in _BEGINNINGS:
        return folded[0].isdigit()
    return folded in _SHORT_NUMBERS or folded in _WEEKDAY_NUMBERS or _month(folded) is not None


def weekday_named(text: str) -> int | None:
    """The weekday, 1 (Monday) to 7, of which the text is a name, of whatever length: "Di", "wt.", "(火)"."""
    bare = text.strip(" .,()\uff08\uff09").casefold()
    at = weekday_at(bare, 0)
    return _SHORT_NUMBERS.get(bare) or (at[0] if at and at[1] == len(bare) else None)


def date_behind_weekday(text: str, position: int) -> tuple[WrittenDate, int] | None:
    """The date at the position, behind a weekday: as of 2 fev, which is a month there and a word elsewhere."""
    return _date(text, position, sure=True) if text[position : position + 1].isascii() else None


def date_at(text: str, position: int) -> tuple[WrittenDate, int] | None:
    """The date at the position and where it ends; None for days that no calendar has."""
    first = text[position : position + 1]
    if first.isdigit() or first == "\u4ee4":
        return _date(text, position) if first.isascii() or not first.isdigit() else None
    word = _WORD.match(text, position)
    if word is None:
        return None
    weekday = weekday_at(text, position)
    if weekday:
        between = _WEEKDAY_END.match(text, weekday[1])
        dated = _date(text, between.end(), sure=True) if between else None
        if dated:
            return dated[0]._replace(weekday=weekday[0]), dated[1]
    return _date(text, position) if _month(word[0].casefold()) else None


def pair_at(text: str, position: int) -> tuple[WrittenDate, int] | None:
    """The date "03-04" or "5.3." at the position and where it ends; only what stands behind it makes it a date."""
    match = _PAIR.match(text, position)
    if match is None:
        return None
    first, second = int(match["a"]), int(match["b"] or match["b2"])
    # "10.30" is what programs write where people write "30.10.".
    day_first = match["sep"] != "-" and not (second > 12 and text[match.end() - 1] != ".")
    unclear = day_first and first != second and max(first, second) <= 12 and _SECONDS_BEHIND.match(text, match.end())
    written = (
        WrittenDate(None, second, first, match[0] if unclear else None)
        if day_first
        else _ordered(first, second, None, match[0])
    )
    return (written, match.end()) if _exists(written) else None


def _date(text: str, position: int, *, sure: bool = False) -> tuple[WrittenDate, int] | None:
    match = digits = _NUMERIC.match(text, position)
    written = _numeric(match) if match else None
    # "13/14 Mar 2025" are two days of a month.
    if match is None or written is None or (match["a"] and _MONTH_BEHIND.match(text, match.end())):
        named = _NAMED.match(text, position)
        in_words = _named(named, sure=sure or _IS_DAY.match(text, named.end()) is not None) if named else None
        match, written = (named, in_words) if in_words or match is None else (match, written)
    if match is None or written is None or not _exists(written):
        return None
    end = match.end()
    runs_on = match is digits and (match["y"] or match["m5"]) and _INTO_TIME.match(text, end)
    if _NAME_GOES_ON.match(text, end) and not runs_on:
        return None
    year_word = _YEAR_WORD.match(text, end) if written.year else None
    return written, year_word.end() if year_word else end


def _numeric(match: re.Match[str]) -> WrittenDate | None:
    if match["nth"]:
        counted = date(int(match["y"]), 1, 1) + timedelta(days=int(match["nth"]) - 1)
        return WrittenDate(counted.year, counted.month, counted.day)
    if match["y"]:
        month, day = match["m"] or match["m2"] or match["m3"], match["d"] or match["d2"] or match["d3"]
        return WrittenDate(int(match["y"]), int(month), int(day))
    if match["era"]:
        return WrittenDate(2018 + int(match["era"]), int(match["m6"]), int(match["d6"]))
    if match["m5"]:
        return WrittenDate(None, int(match["m5"]), int(match["d5"]))
    if match["a"]:
        first, second = int(match["a"]), int(match["b"])
        return (
            _ordered(second, first, match["year"], None)
            if match["to"]
            else _ordered(first, second, match["year"], match[0])
        )
    return _ordered(int(match["b4"]), int(match["a4"]), match["y4"], match[0] if match["sep4"] == "-" else None)


def _ordered(month: int, day: int, year: str | None, written: str | None) -> WrittenDate:
    """`7/2/2019`: the month is what stands first, unless it cannot be one; `written` where it may stand second."""
    in_full = None if year is None else int(year) + (2000 if len(year) == 2 else 0)
    if month > 12:
        month, day = day, month
    return WrittenDate(in_full, month, day, written if month <= 12 and day <= 12 and month != day else None)


def _named(match: re.Match[str], *, sure: bool) -> WrittenDate | None:
    part = match.groupdict()
    form = next(number for number in "234" if part["n" + number])
    name = part["n" + form].casefold()
    # Croatian's October is Polish's November; in Polish no point follows the day.
    month = 10 if name == "listopada" and (part["sep3"] or "").startswith(".") else _month(name)
    # "05MAR2024" runs together with its year only.
    in_capitals = part["n3"] and part["n3"].isupper() and name in _ENGLISH and part["s3"]
    if form == "3" and not part["sep3"] and not part["y3"] and not in_capitals:
        return None
    short = part.get(f"s{form}")
    year = part["y" + form] or (f"20{short}" if short else None)
    is_word_too = len(name) == 3 and name.isascii() and name not in _ENGLISH
    if month is None or (year is None and is_word_too and not sure):
        return None
    return WrittenDate(int(year) if year else None, month, int(part["d" + form]))


@lru_cache(maxsize=4096)
def _month(name: str) -> int | None:
    """The number of the month; cases of Finnish and Estonian put up to three letters behind its name."""
    known = (_MONTH_NUMBERS.get(name[: len(name) - cut]) for cut in range(4) if not cut or len(name) - cut > 5)
    return next(filter(None, known), None)


def _exists(written: WrittenDate) -> bool:
    # 2000 had a 29 February; whether the year that is meant has one is found out with the year.
    return day_of(written.year or 2000, written.month, written.day) is not None


_MONTH_OF_YEAR = late(rf"(?P<month>{_NAME})\.?,?[ \t](?:de[ \t])?(?P<year>{_YEAR})(?!\w)", re.IGNORECASE)
_ANY_YEAR = late(_YEAR)
_YEAR_ALONE = late(rf"(?<![\w./-])(?P<year>{_YEAR})(?![\w/-]|\.\w)", re.ASCII)


def period_in(text: str) -> date | None:
    """The middle of the month or year that the text names ("March 2024"), which tells the year of dates without one."""
    if not _ANY_YEAR.search(text):
        return None
    for match in _MONTH_OF_YEAR.finditer(text):
        month = _MONTH_NUMBERS.get(match["month"].casefold())
        if month:
            return date(int(match["year"]), month, 15)
    alone = _YEAR_ALONE.search(text)
    return date(int(alone["year"]), 7, 1) if alone else None


def near(written: WrittenDate, hint: date, latest: date = date.max) -> date | None:
    """The date in full: a missing year is the one that fits the weekday and comes nearest to `hint`; else None.

    Of several years one in which the date is not after `latest` goes before others.
    """
    if written.year:
        return day_of(written.year, written.month, written.day)
    years = [hint.year, hint.year - 1, hint.year + 1]
    if written.weekday:
        years = [*range(hint.year + 1, hint.year - _YEARS_BACK, -1)]
    dates = [day for year in years if (day := day_of(year, written.month, written.day))]
    fitting = [day for day in dates if day.isoweekday() == written.weekday]
    return min(fitting or dates, key=lambda day: (day > latest, abs(day - hint)), default=None)


_YEARS_BACK = 12


def day_of(year: int, month: int, day: int) -> date | None:
    """The day; None for one that no calendar has."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_likely(day: date) -> bool:
    """True for a day on which an incident can have been: in the years 1970 to 2199."""
    return 1970 <= day.year < 2200


def weekday_from(number: int, day: date) -> date:
    """The first day with that weekday, 1 (Monday) to 7, from `day` on."""
    return day + timedelta(days=(number - day.isoweekday()) % 7)
