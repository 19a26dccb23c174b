"""Dates and days that stand in the prose and the headings of a timeline."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Literal

from console.core.language.dates import WrittenDate, begins_date, date_at, day_of, pair_at, weekday_at, weekday_from
from console.core.language.times import DAYS, MONTHS

INCIDENT_DAY = r"(?:(?:incident|start)\s)?(?:date|day|started|start|when)(?:\sof\s(?:the\s)?(?:incident|event|outage))?"
"""The pattern of the name of a property that gives the day of an incident."""
_DAY_NUMBER = re.compile(r"(?:day|tag|jour|d[i\u00ed]a)[ \t](\d{1,2})", re.IGNORECASE | re.ASCII)
_START = re.compile(r"(?<![\w/.-])(?:\d{1,4}|[^\W\d_]{3,14})")
_NUMBER = re.compile(r"[\d\u4ee4](?:(?<=\u4ee4)|(?<!\d\d)(?<!\d:\d)\d*+(?!:\d))")
"""A number that is no part of a time of day, as in every date."""
_IN_A_NAME = re.compile(r"(?<=[_-])(?:19|20|21)\d\d(-?)(?:0\d|1[0-2])\1[0-3]\d(?!\d)", re.ASCII)
_POINTED_DAY = re.compile(r"(?<=[amntuel]\s)\d{1,2}\.\s?\d{1,2}\.(?!\d)")
_BEFORE_DAY = frozenset(["vom", "am", "den", "seit", "dne", "dnia", "du", "del", "pe"])
"""Words before a day and a month in digits, which is no version there: "vom 6.8."."""
_ON_ONE_DAY = re.compile(
    r"\b(?:all|every|each|everything|events?|times?|entries|alle|s\u00e4mtliche|tous|toutes|todos|todas|tutti|tutte|alla|wszystkie|\u0432\u0441\u0435)\b"
    r"[^.;]{0,60}?\b(?:on|of|from|for|am|vom|le|du|el|del|il|em|de|op|van|den|z|\u043e\u0442|\u0437\u0430)\s(?:the\s|dia\s)?(?=\w)"
)


@lru_cache(maxsize=256)
def any_date(text: str) -> WrittenDate | None:
    """The first date anywhere in the first 400 characters, those with a year before those without."""
    text = text[:400]
    if not _NUMBER.search(text):
        return None
    without_year: WrittenDate | None = None
    either: WrittenDate | None = None
    position = 0
    while match := _START.search(text, position):
        at = date_at(text, match.start()) if match[0][0] > "\u2e7f" or begins_date(match[0]) else None
        if at and at[0].year and at[0].either is None:
            return at[0]
        if at and at[0].year:
            either = either or at[0]
        if at and "/" not in text[match.start() : at[1]]:
            without_year = without_year or at[0]
        position = at[1] if at else match.end()
    pointed = None if either or without_year else _POINTED_DAY.search(text)
    if pointed and text[: pointed.start()].split()[-1].casefold() in _BEFORE_DAY:
        pair = pair_at(text, pointed.start())
        without_year = pair[0] if pair else None
    named = _IN_A_NAME.search(text)
    in_a_name = date_at(text[: named.end()], named.start()) if named else None
    return in_a_name[0] if in_a_name else either or without_year


_DAY_BEGINS = re.compile(
    r"[\W_]{0,8}(?:(?:date|datum|data|fecha|tarih|dato|p\u00e4iv\u00e4|\u0434\u0430\u0442\u0430|\u65e5\u4ed8|\u65e5\u671f|\ub0a0\uc9dc)\W{1,4}"
    r"|(?:on|am|le|el|il|em|op|den|dn(?:e|ia)|w\sdniu|a)\s(?=\W{0,2}\d))?",
    re.IGNORECASE,
)
_DAY_ENDS = re.compile(r"(?:\s?(?:r|\u0433|d)\.)?[\W_]{0,8}$")
_MONTH_DAY = re.compile(r"\W{0,3}\d\d-\d\d\W{0,3}", re.ASCII)
_MAX_DAY_CHARS = 60
_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=1024)
def day_alone(text: str, *, heading: bool = False) -> str:
    """The day, where the line is nothing else, in a form in which a line can begin with it; empty for other lines.

    For "== 10 Feb ==", "10/2 (Tue)", "Em 10 de fevereiro", "Datum: 10.02.2026"; as a heading also for "02-10".
    """
    begin = _DAY_BEGINS.match(text) if len(text) <= _MAX_DAY_CHARS and _DIGIT.search(text) else None
    if begin is None:
        return ""
    whole = date_at(text, begin.end())
    dated = whole or pair_at(text, begin.end())
    if dated is None:
        return ""
    day = f"{dated[0].day} {MONTHS[dated[0].month - 1]}"
    is_head = heading and _MONTH_DAY.fullmatch(text) is not None
    written = text[begin.end() : dated[1]] if not is_head and (whole or dated[0].either) else day
    behind = re.match(r"[,.]{0,2}\s?[(\uff08]?", text[dated[1] :])
    weekday = weekday_at(text, dated[1] + behind.end()) if behind else None
    end = _DAY_ENDS.match(text, weekday[1] if weekday else dated[1])
    is_sure = weekday or whole or is_head or text[: dated[1]].endswith(".")
    if end is None or not is_sure:
        return ""
    return f"{DAYS[weekday[0] - 1]} {written}" if weekday and not dated[0].weekday else written


_BRACKET_AT_END = re.compile(r"\s?[(\uff08](?P<day>[^()\uff08\uff09]{6,40})[)\uff09]$")


def day_behind(text: str) -> re.Match[str] | None:
    """The end of the line, where it is a date with its year in brackets."""
    end = _BRACKET_AT_END.search(text)
    dated = date_at(end["day"], 0) if end else None
    return end if end and dated and dated[0].year and dated[1] == len(end["day"]) else None


def day_of_all(text: str) -> WrittenDate | None:
    """The day that a sentence states for all times: "All times are on 5 March unless noted"."""
    lowered = text[:400].lower()
    match = _ON_ONE_DAY.search(lowered) if _NUMBER.search(lowered) else None
    dated = date_at(lowered, match.end()) if match else None
    return dated[0] if dated else None


def weekday_after(text: str, day: date) -> date | None:
    """For text that is only a weekday's name: the first such day from `day` on."""
    named = weekday_at(text, 0)
    return weekday_from(named[0], day) if named and named[1] == len(text) else None


def numbered_day(text: str) -> tuple[int, WrittenDate | None] | None:
    """For text that is only "Day 2", or that with its date beside it: the number, from 1, and the date."""
    match = _DAY_NUMBER.match(text)
    if match is None or not int(match[1]):
        return None
    beside = text[match.end() :].strip(" ()[]-\u2013\u2014:,")
    dated = date_at(beside, 0) if beside else None
    if beside and (dated is None or dated[1] < len(beside)):
        return None
    return int(match[1]), dated[0] if dated else None


_PAGE_DATE = re.compile(
    r"\W{0,2}(?:(?:rev|doc)?date|published|publishdate|created(?:[_\s-]?at)?|posted|sent|gesendet|datum|fecha|data|dato|tarih|\u0434\u0430\u0442\u0430|\u65e5\u4ed8|\u65e5\u671f|\ub0a0\uc9dc|envoy\u00e9|enviado|inviato|verzonden|skickat|sendt|(?:slug|permalink|url)(?=\W))"
    r"\W{1,4}(?:(?:[^\s\d]{1,40}/)?(?=\d{4}-\d\d-\d\d))?(?=\w)",
    re.IGNORECASE,
)


_INCIDENT_DATE = re.compile(
    r"\W{0,2}(?:incident[_\s-]?(?:date|start)|date[_\s-]of[_\s-](?:the[_\s-])?incident|occurred(?:[_\s-]at)?|start(?:ed)?(?:[_\s-]at)?"
    r"|(?:began|detected|reported|opened|mitigated|resolved)[_\s-](?:at|on)"
    r"|(?:date|datum|fecha|data|dato|tarih|дата)[\s_-](?:[^\W\d_]{1,5}['\u2019\s]\s?){0,2}"
    r"(?:incident\w{0,4}|vorfalls?|st\u00f6rung|ausfalls?|panne|aver\u00eda|falha|guasto|storing|hændelsen|händelsen|awarii|incydentu|zdarzenia|инцидента|сбоя))"
    r"\W{1,4}(?=\w)",
    re.IGNORECASE,
)


_DESCRIPTION = re.compile(r"(?:description|summary|subtitle|excerpt)\s?[:=]", re.IGNORECASE)


def date_set(setting: str, *, of_incident: bool) -> WrittenDate | None:
    """The date that a setting of a page's front matter gives: the one of the incident, or of the page."""
    if of_incident and _DESCRIPTION.match(setting):
        return any_date(setting)
    named = (_INCIDENT_DATE if of_incident else _PAGE_DATE).match(setting)
    dated = date_at(setting, named.end()) if named else None
    return dated[0] if dated else None


_ENGLISH = re.compile(r"\b(?:the|of|and|to|was|were|with|from)\b")
_DAY_FIRST = re.compile(
    r"\b(?:de|het|een|van|und|der|die|das|les?|la|des|du|est|il|della|di|che|el|los|las|del|y|o|os|da|do|em|och|det|att|og|ikke|er"
    r"|na|je|se|nie|ja|oli|ve|bir|yang|dan|v\u00e0|c\u1ee7a)\b"
)
"""Small words of languages that write the day first."""
_OTHER_LETTERS = re.compile(r"[\u0370-\u07ff]")
_SAMPLE_CHARS = 20_000


def is_day_first(text: str) -> bool:
    """Whether the text is in a language that writes 05/03 with the day first, as nearly all but English do."""
    sample = text[:_SAMPLE_CHARS].lower()
    if len(_OTHER_LETTERS.findall(sample)) * 4 > len(sample):
        return True
    return len(_DAY_FIRST.findall(sample)) > len(_ENGLISH.findall(sample))


Order = Literal["month", "day"]
"""The number that stands first in a date of digits."""
_DATE_OF_DIGITS = re.compile(
    r"(?<![\w/.-])(?!24/7\b)(\d{1,2})(?:/(\d{1,2})(?:/(\d{4}|\d\d))?|-(\d{1,2})-(\d{4})|\.(\d\d)(?=\s\d\d:\d\d:))(?![\w/.-])",
    re.ASCII,
)


def dates_of_digits(text: str) -> list[tuple[int, int, int]]:
    """The first number, the second and the year, 0 for none, of each date of digits in the text."""
    matches = _DATE_OF_DIGITS.finditer(text)
    return [(int(match[1]), int(match[2] or match[4] or match[6]), int(match[3] or match[5] or 0)) for match in matches]


def sure_orders(dates: Sequence[tuple[int, int, int]]) -> frozenset[Order]:
    """The orders of the dates of digits of which one number can be no month."""
    return frozenset("day" if first > 12 else "month" for first, second, _ in dates if (first > 12) != (second > 12))


_STATED_ORDER = re.compile(
    r"\b(?:(?P<day>(?:dd?|jj?|tt?)\s?[/.-]\s?mm?\b|day/month|days?\sfirst)|mm?\s?[/.-]\s?dd?\b|month/day|months?\sfirst)",
    re.IGNORECASE,
)


def stated_order(text: str) -> frozenset[Order]:
    """The order that the text says its dates are in: "dd/mm/yyyy"; empty where it says none, or both."""
    orders: set[Order] = {"day" if match["day"] else "month" for match in _STATED_ORDER.finditer(text)}
    return frozenset(orders) if len(orders) == 1 else frozenset()


def shorter_order(dates: Sequence[tuple[int, int, int]]) -> Order | None:
    """The order in which the dates of digits lie closer together; None where both are alike."""
    by_day = [year * 372 + second * 31 + first for first, second, year in dates]
    by_month = [year * 372 + first * 31 + second for first, second, year in dates]
    days, months = (max(each, default=0) - min(each, default=0) for each in (by_day, by_month))
    return None if days == months else "day" if days < months else "month"


_SHORT_DATES = re.compile(r"(?<![\w/.-])(\d\d)/(\d\d)/(\d\d)(?![\d/])", re.ASCII)
_LOGGED = re.compile(
    r"\d\d/\d\d/\d\d\s\d\d:\d\d:\d\d(?:[.,]\d{1,6})?\s\W{0,2}(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)", re.ASCII
)
"""A moment as programs in Java log it."""
_MOST_SHORT_DATES = 400


def year_first(text: str, latest: date) -> re.Pattern[str] | None:
    """The pattern of dates such as 24/03/05, where the year stands first in the text; None where it does not.

    It does where in any other order one of them is no day, or after `latest`, or where they lie closer together.
    """
    parts = [tuple(map(int, match.groups())) for match in islice(_SHORT_DATES.finditer(text), _MOST_SHORT_DATES)]
    if not parts:
        return None

    def span(year: int, month: int, day: int) -> timedelta:
        days = [day_of(2000 + each[year], each[month], each[day]) for each in parts]
        known = [day for day in days if day and day <= latest]
        return max(known) - min(known) if len(known) == len(days) else timedelta.max

    own, other = span(0, 1, 2), min(span(2, 1, 0), span(2, 0, 1))
    return _SHORT_DATES if own < other or (not own and _LOGGED.search(text)) else None
