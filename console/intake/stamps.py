"""The moment that a line names: where it may stand, how it may be written, and what is said about it.

line    := moment text | label moment [text] | text moment
moment  := [about] ([day] clock [zone] [day] | count | Unix time) [end of a range]
about   := "~", "around", "shortly after", "between", ...
day     := date | weekday
clock   := 14:30[:05[.123]] | 2:30 pm | 1430 | 14h30 | noon
count   := T+5 | +1h10m, from a start that some line names
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from console.core.language.calendar_words import WEEKDAYS
from console.core.language.dates import (
    WrittenDate,
    begins_date,
    date_at,
    date_behind_weekday,
    pair_at,
    weekday_at,
    weekday_named,
)
from console.core.language.places import place_zone, zone_word
from console.core.language.times import parse_duration
from console.core.language.zones import UTC_ZONE, Zone, zone_at
from console.intake.clocks import (
    AFTER_HOUR,
    ASIAN_HALF,
    COUNTED,
    FIRST_WORDS,
    HALF_BEFORE,
    HOUR_WORD,
    OPENERS,
    PART_OF_DAY,
    UNIT,
    UNIT_NAME,
    WINDOW,
    WORD_ENDS,
    About,
    ClockTime,
    about_at,
    clock_at,
    hour_of_word,
    past,
    zone_of_letter,
)
from console.intake.lines import is_stage
from console.intake.model import Kind
from console.intake.prose import ANNOUNCES, begins_with_week, is_about_the_text, is_habit, is_of_writing, recurs
from console.intake.zones import is_of_place_time, place_time, place_time_at, whole_zone

NO_DAY = "This date does not exist."
NO_START = "This time counts from a start that no line names."

UNIX_TIME = Zone("Unix time", UTC)
EPOCH_CELL = Zone("UTC", UTC)
"""Of moments in a column that counts from 1970, which tells nothing of other columns."""


class Stamp(NamedTuple):
    """The moment that a line names: a date, a time of day, or both."""

    date: WrittenDate | None
    time: ClockTime | None
    zone: Zone | None
    until: str
    """The end of a range, as written; empty for a moment."""

    remark: str
    """The remark on how exact the time is, where the line has one: "about", "by", "just before"; else empty."""

    weekday: int | None = None
    """1 (Monday) to 7, where it stands in place of a date."""

    after: timedelta | None = None
    """Time since the start, for a moment counted from there ("T+5"); `time` is `COUNTED` where none is written."""

    days: int = 0
    """Days after the one that the text gives, for "next day 09:00" and "00:10 (+1)"; below 0 for the day before."""

    unknown_zone: str = ""
    """A word in the place of the zone that names none that is known."""

    day_of_month: int = 0
    """The day, where no month stands beside it; 0 for none."""

    beside: bool = False
    """True where only the same moment in another zone tells the zone: "12:48 (6:48 PDT)"."""

    days_back: int | None = None
    """"Yesterday" is 1; None where no word says how many days before the text was written."""

    also: str = ""
    """Other times of the same, as written; empty for none."""


class TimedText(NamedTuple):
    """A line with a stamp."""

    stamp: Stamp
    text: str
    """The words beside the stamp, without the marks between; may be empty."""

    kind: Kind | None
    """From a scribe's marker after the time."""

    strong: bool
    """True when the stamp is set off in bold or brackets."""


_TODAY = (
    "today heute aujourd'hui aujourd\u2019hui hoy oggi hoje vandaag dzisiaj dziś idag dnes bugün сегодня сьогодні"
    " 今日 本日 今天 오늘"
)
_YESTERDAY = "yesterday gestern hier ayer ieri ontem gisteren wczoraj igår včera dün вчера вчора 昨日 昨天 어제"
DAYS_BACK = {word: days for days, words in enumerate((_TODAY, _YESTERDAY)) for word in words.split()}
_LONG_WORD = re.compile(r"[^\W\d_]{5,20}")
_DAY_BACK = re.compile(rf"(?P<day>{'|'.join(DAYS_BACK)})(?:,|(?!\w)|(?=\d))\s{{0,2}}(?=\S)", re.IGNORECASE)


def _any_of(phrases: str) -> str:
    """The pattern of the phrases, which commas divide."""
    return phrases.replace(" ", r"\s").replace(",", "|")


_SAME_DAYS = (
    "同日,当日,當日,当天,같은 날,당일,on the same day,on same day,the same day,same day,am selben tag,am gleichen tag"
    ",le même jour,el mismo día,mismo día,lo stesso giorno,no mesmo dia"
)
_SAME_DAY = re.compile(rf"^(?:{_any_of(_SAME_DAYS)})[\s,:\u3001]{{0,3}}(?=.{{0,12}}\d)", re.IGNORECASE)
_SIGNS = (
    r"\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    r"\U0001f000-\U0001faff\ufe0f\u00bb\u203a\u00a7\u00d7"
)
_WIDE_COLON = re.compile(r"(?<=\d)\uff1a(?=\d\d(?!\d))")
_PLAIN = re.compile(
    r"(?:(?P<date>(?:19|20|21)\d\d-\d\d-\d\d)[ T])?(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?"
    r"(?P<utc>Z| UTC)?(?:$|(?:(?: ?[:\u2013\u2014-])? |,)(?P<word>[A-Za-z][a-z]{2,})(?![\w/'.-]|[^\x00-\x7f]))",
    re.ASCII,
)
"""The beginning of most lines with a time: nothing is said of the time, and words follow, or nothing."""
_PLAIN_BEGINS = re.compile(r"\d{1,2}[:.]\d|\d{4}-\d")
"""The beginning of nearly all lines with a time: nothing stands before these."""
_BLURRED = re.compile(r"(?P<ten>.{0,40}\d:[0-5])[x?](?=[ZzU\s\])|:,\u2013\u2014-]|$)")
"""Minutes of which only the tens are known: "06:2xZ"."""
_NTH = "final,latest,last,first,second,third"
_UPDATES = (
    "update,aktualisierung,mise à jour,actualización,aggiornamento,atualização,uppdatering,opdatering,oppdatering"
    ",päivitys,aktualizacja,aktualizace,güncelleme,обновление,edit,addendum,nachtrag"
)
_BEFORE = re.compile(
    rf"(?P<sign>(?:(?:[*_]{{0,2}}(?::[a-z][a-z0-9_+-]{{1,40}}:|[(\[](?:[ !?xi*+-]|\d{{1,2}}|[A-Za-z]{{2}})[)\]]"
    rf"|[a-z]\)|[#(]?\d{{1,3}}\)|#\d{{1,3}}"
    rf"|\d\ufe0f?\u20e3|!{{1,3}}|[{_SIGNS}]{{1,5}})[*_]{{0,2}}\s{{1,3}}|[{_SIGNS}]{{1,5}}(?=[*\d]))){{1,3}})"
    rf"|[*_\[]{{0,3}}(?P<update>(?:(?:{_any_of(_NTH)}|\d(?:st|nd|rd|th))\s)?(?:{_any_of(_UPDATES)})"
    r"(?:\s(?:no\.?\s?|nr\.?\s?|#)?\d{1,3}(?![\d/.:-]|\.?\s[^\W\d_]{3}))?)\s{0,2}(?:(?:at|as\sof|from|um|kl\.?)\s|[-\u2013\u2014:|@,(*\[]{0,3}\s{0,2})"
    r"(?=[*_(\[]{0,3}(?:\d|[^\W\d_]{3,12}[.,]?\s\d))",
    re.IGNORECASE,
)
"""Signs, emoji, or the word of an update, which may stand before the time of a line."""
_ISH = re.compile(
    r"-?ish(?!\w)|(?:\?|\s?[(\[]\?[)\]])(?=[\s:,;|\u2013\u2014-])|-tiden(?!\w)|\s?(?:\u9803|\u3054\u308d|\uacbd|\ucbe4|\u5de6\u53f3|\u524d\u5f8c|\ucbe4)|\s?[(\[](?:approx(?:\.|imately|imate)?|est(?:\.|imated)?|ca\.?|about)[)\]]|\s(?:approx\.|(?:circa|or\sso|civar\u0131(?:nda)?|sular\u0131(?:nda)?|s\u0131ralar\u0131nda|gibi)(?!\w))",
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"(?:[T_](?=\d)|:(?=\d)|/(?=\d\d?:\d\d)|[ \t]?\((?=\d)|--?(?=\d\d:?\d\d(?!\d))"
    r"|(?:(?<=\d)\.)?[*_`)\]]{0,3}[ \t,@]{1,3}"
    r"(?:(?:at)[ \t]{1,2}|[-\u2013\u2014@|][ \t]{1,2})?"
    r"|[ \t]?[-\u2013\u2014:][ \t]{1,2})(?:[*_`\[(]{1,3}(?=\d))?"
    rf"(?:(?!{ASIAN_HALF})[\u4e00-\u9fff\uac00-\ud7a3]{{1,3}}[ \t](?=\d))?",
    re.IGNORECASE,
)
_NEXT_DAYS = (
    "next day,next morning,following day,following morning,day after,morning after,nächster Tag"
    ",nächsten Tag,nächster Morgen,nächsten Morgen,folgenden Tag,folgenden Morgen,Folgetag,lendemain"
    ",jour suivant,dia siguiente,día siguiente,al día siguiente,dia seguinte,no dia seguinte,giorno dopo"
    ",giorno successivo,giorno seguente,volgende dag,de volgende dag,nästa dag,næste dag,neste dag"
    ",następnego dnia,dnia następnego,следующий день,на следующий день,следующего дня,次日,次の日,第二天"
    ",이튿날,다음날,다음 날"
)
_NEXT_DAY = _any_of(_NEXT_DAYS) + r"|[DJ]\s?\+\s?1(?![\d:hm])|\u7fcc\d{0,2}\u65e5(?:[(\uff08].[)\uff09])?"
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_BLANK = re.compile(r"[ \t]")
_ZONE_JOIN = re.compile(r",?[ \t]")
_MOMENT_WORDS = FIRST_WORDS | {
    word[0].casefold()
    for phrase in ("D", "J", "T", "H", "Tzero", *_NEXT_DAYS.split(","), *DAYS_BACK)
    if (word := _FIRST_WORD.match(phrase))
}
"""The first words of all moments but dates."""
_MAY_GO_ON = _MOMENT_WORDS | {"the", "approx", "circa", "civar", "gibi", "local", "dnia", "dne", "des", "del", "van"}
UPDATES = frozenset(phrase.split()[0] for phrase in _UPDATES.split(","))
"""The first words of an update in several languages."""
_WORDS_BEFORE = UPDATES.union(phrase.split()[0] for listed in (_NTH, _SAME_DAYS) for phrase in listed.split(","))
"""The first words of all that may stand before the moment of a line and is none of its words."""
_NEXT_DAY_BEFORE = re.compile(rf"(?P<words>{_NEXT_DAY})\s?[,:]?\s?(?=\S)", re.IGNORECASE)
_NEXT_DAY_FIRST = re.compile(
    rf"(?:(?:on|the|am|an|der|de|den|il|el|le|al|o|no|em)\s){{0,2}}(?:{_NEXT_DAY}),\s", re.IGNORECASE
)
"""Says before the words of an entry that they tell of the day after: "The following day, it was back"."""
_NEXT_DAY_BEHIND = re.compile(
    rf",?\s?[(\[]\s?(?:the\s)?(?:{_NEXT_DAY}|\+\s?(?P<days>[1-3])(?:\s?(?:d|days?|Tag|jours?|j))?)\s?[)\]]|,?\s(?:the\s)?(?:{_NEXT_DAY})(?=\s?(?:[:|\u2013\u2014]|-\s|$))",
    re.IGNORECASE,
)
NEXT_DAY_WITHIN = re.compile(rf"(?<!\w)(?:{_NEXT_DAY})(?!\w)", re.IGNORECASE)
"""Says that a sentence tells of the day after that of the one before."""
_DAY_BEFORE_BEHIND = re.compile(
    r",?\s?[(\[\uff08]\s?(?:the\s)?(?:prev(?:\.|ious)\s(?:day|evening|night)|(?:day|evening|night)\sbefore|Vortag|(?:la\s)?veille|d[i\u00ed]a\santerior|\u524d\u65e5"
    r"|[-\u2212]\s?(?P<days>[1-3])(?:\s?(?:d|days?))?)\s?[)\]\uff09]",
    re.IGNORECASE,
)
NEXT_DAY_ALONE = re.compile(
    rf"\W*(?:(?:on|the|am|an|der|de|den|il|el|le|al|o|no|em)\s){{0,3}}(?:{_NEXT_DAY})\W*", re.IGNORECASE
)
"""Words that only say that what follows is of the next day: "On the day after", "Le lendemain"."""
_DATE_TIME_GROUP = re.compile(
    r"(?P<d>0[1-9]|[12]\d|3[01])\s?(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)\s?(?P<zone>[A-Z])"
    r"(?:\s?(?P<month>[A-Za-z]{3})\s?(?P<y>(?:20)?\d\d)?)?(?!\w)",
    re.ASCII,
)
_WEEKDAY_BEHIND = re.compile(r",?\s{0,2}\(?(?=[^\W\d_])")
_ASIAN_WEEKDAY = re.compile(
    r"\s?[(\uff08]\s?(?P<day>[\u6708\u706b\u6c34\u6728\u91d1\u571f\u65e5\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\uc6d4\ud654\uc218\ubaa9\uae08\ud1a0\uc77c])(?:\u66dc\u65e5?|\uc694\uc77c)?"
    r"(?:[\u30fb\xb7]\u795d)?\s?[)\uff09]"
)
_ASIAN_JOIN = re.compile(r"(?<=[\u65e5\uc77c)\uff09])(?=[\d\u5348\u4e0a\u4e0b\uc624])")
_WEEKDAY_CLOSES = re.compile(r"\.?\)?[\s,@|\u2013\u2014-]{1,3}(?:at\s)?")
_SHORT_NAMES = "|".join(
    sorted(
        {word for words in WEEKDAYS.values() for word in words.split() if len(word) < 3} - {"on", "to", "so", "do", "a"}
    )
)
"""Of weekdays, without words that stand before other things; of which language, and so which day, is not known."""
_SHORT_WEEKDAY = re.compile(rf"(?:{_SHORT_NAMES})[.,]{{0,2}}[ \t](?=\d)", re.IGNORECASE)
_SHORT_IN_BRACKETS = re.compile(rf"\s?\((?:{_SHORT_NAMES})\.?\)", re.IGNORECASE)
_PAIR_ENDS = re.compile(r"(?<=\.)(?!\d)|\s{0,2}(?:$|[,:|(\u2013\u2014]|-\s)")
_YEAR_BEHIND = re.compile(r"\s(?P<year>(?:19|20|21)\d\d)(?=[\s\])]|$)")
SIGN = "[+\u2212-]"
_OFFSET = re.compile(r"(?:(?P<plus>\+)|[\u2212-])[01]\d:?[0-5]\d(?!\d|:(?(plus)\d))|[Zz](?!\w)")
_SHORT_OFFSET = re.compile(rf"{SIGN}(?:0\d|1[0-4])(?!\d|:\d)")
_SPACED_OFFSET = re.compile(rf"\s(?P<sign>{SIGN})(?:0\d|1[0-4])(?P<colon>:?)(?:(?:00|15|30|45)(?!\d|:\d)|(?=\W*$))")
_UTC_AND_OFFSET = re.compile(rf"(?:UTC|GMT)\s{SIGN}\d{{1,2}}(?::?[0-5]\d)?(?=\s)")
_ZONE_GAP = re.compile(r"[*_`]{0,3}(?:-(?=[A-Z]{2,5}(?!\w))|\s{0,3})[(\[\uff08]?\s?")
_NAMED_OFFSET = re.compile(
    r"(?!UTC|GMT)(?P<name>[A-Z]{2,5})(?:[,;/]\s?|\s)?(?P<offset>(?:UTC|GMT)?[+\u2212-]\d{1,2}(?::?[0-5]\d)?)(?=[)\]\uff09])"
)
_ZONE_BRACKETS = {"(": ")", "[": "]", "\uff08": "\uff09"}
_ZONE_ENDS = re.compile(r"(?i:\stime\b)?\s{0,2}(?:[*_`\])}>:,;|\u2013\u2014\u2192]|-{1,2}(?=\s|>)|$)")
_LOCAL = re.compile(r"local(?:\stime)?(?!\w)", re.IGNORECASE)
_LIKE_A_ZONE = re.compile(r"(?P<word>[A-Z]{2,4}T|WITA|WIB)(?!\w)")
_WORDS_TOO = ("ART", "CAT", "EAT", "PET", "WAT", "WEST", "CLT", "COT", "SF", "UK", "NYC")
"""Abbreviations of zones and places that are words as well, where more words follow."""
_CAPITALS = re.compile(r"[^\W\d_a-z](?![a-z])")
_REGIONS_BEGIN = "pmceuPMCEU"
"""Of "pacific", "mountain", "central", "eastern" and "US Pacific"."""
_NO_ZONES = ("HOST", "POST", "REST", "TEST", "ROOT", "CERT", "ALERT", "BOOT", "PORT", "RESET", "BOT", "GET", "PUT")
_EMPHASIS = re.compile(r"[*_]{0,3}")
_ON_DATE = re.compile(
    r"[\uff0c\u3001]|(?:\s{1,2}(?=[^;])|(?=;))(?P<dash>[-\u2013\u2014|/;])\s{1,2}|,?\s{1,2}(?:on|of|am|vom|des|le|du|el|del?|il|di|em|do|op|van|den|dnia|dne|ng\u00e0y|tanggal)\s{1,2}(?:(?:the|d\u00eda|dia|giorno|jour)\s)?|\s{1,2}\((?=\w)|,?\s{1,2}",
    re.IGNORECASE,
)
_BRACKET_ENDS = re.compile(r"\.?\)")
_TO = re.compile(
    r"\s{0,2}(?:[-\u2013\u2014\u2192~]|->|--|\.\.\.?|\u2026|/(?=\d{4}-)|,\s?(?=[<\u2264]))\s{0,2}|\s{1,2}(?:to|until|till|through|thru|and|bis|und|et|y|e|i|\u0438|\u0456|\u0442\u0430|och|og|en|a(?:\slas?)?|\u00e0|alle|"
    r"\u00e0s|as|hasta(?:\slas?)?|at\u00e9(?:\s\u00e0s)?|do|til|tot)\s{1,2}",
    re.IGNORECASE,
)
_SPOKEN_ENDS = ("alle", "\u00e0s", "a las", "a la", "hasta las")
_ALSO = re.compile(r"\s{0,2}[/(]\s{0,2}~?")
_NEXT_CLOCK = re.compile(r"\s?[,/;]\s?")
_OTHER_CLOCKS = re.compile(
    r"\s?[,/;&]\s?(?P<clocks>\d{1,2}:[0-5]\d(?::[0-5]\d)?(?:(?:\s?[,/;&]|,?\sand)\s?\d{1,2}:[0-5]\d(?::[0-5]\d)?){0,8})(?!\w|:\d)"
)
_CLOSERS = re.compile(r"[*_`\])}>\uff09\u3011\"\u201d:,.]{0,10}")
_SEPARATOR = re.compile(
    r"\s{0,8}(?:(?:[-=]+>|[:\uff1a\uff0c\u3001|\u2192\u00bb;\u2013\u2014]{1,3}|-{1,3}(?=\s|$)|/(?=\s))(?!\d)\s{0,8}){0,3}\s{0,8}(?P<late>(?:\*\*|__)(?=\s)(?:\s?[:\u2013\u2014-]{1,3}(?=\s))?)?\s{0,8}(?:\u306b\s?(?=[\u4e00-\u9fff\u30a1-\u30ff]))?"
)
_TO_BE_FILLED = re.compile(r"(?:HH|hh|XX|xx|\?\?|__)\s?[:h.]\s?(?:MM|mm|XX|xx|\?\?|__)(?!\w)")
"""The placeholder for a time in a template."""
_GOES_ON = re.compile(r"[^\W_\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
"""Makes a time a part of a word; in Chinese, Japanese and Korean words stand behind it without a blank."""
_ATTACHED_DASH = re.compile(r"[-\u2013\u2014](?=[A-Za-z])")
_MARKER = re.compile(r"([!>*?])\s{1,8}(?=\S)")
_KINDS: dict[str, Kind] = {"!": "decision", ">": "action", "*": "finding", "?": "hypothesis"}
_EPOCH = re.compile(r"@?(?P<s>1\d{9})(?:\.?(?P<f>\d{3}(?:\d{3}){0,2})|\.\d{1,9})?(?![\w.]*\w)", re.ASCII)
_COMPACT = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\.?(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?P<s>[0-5]\d)(?:[,.]\d{1,9}\b)?(?!\w*\d|_)",
    re.ASCII,
)
"""Day and time as fourteen digits."""
SHORT_COMPACT = re.compile(
    r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s{1,2}(?P<h>[01]\d|2[0-3]|\d(?=:))(?P<colon>:?)(?P<m>[0-5]\d)(?P=colon)(?P<s>[0-5]\d)(?=\s)",
    re.ASCII,
)
"""A date of six digits and its time, with which a line begins."""


_COUNT = re.compile(
    rf"(?:(?P<t>T0?|H(?=[+\u2212-]))\s?=?\s?)?(?P<sign>{SIGN}|(?<=T\s)(?:plus|minus)\s)\s?"
    r"(?:(?P<h>\d{1,3})[:h](?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?"
    rf"|(?P<length>\d{{1,5}}(?:\s?{UNIT}(?:\s?\d{{1,5}}\s?{UNIT}){{0,3}}"
    r"(?:(?<=h)[0-5]\d(?!\d)|(?<=h)\s[0-5]\d(?=\s{2}|\s?[:|\u2013\u2014\t]|\s-|$))?)?))"
    r"(?![\w%.])(?!:\d)|(?P<zero>T\s?0|T\s?zero)(?!\w)(?!\s?=|\s(?:is|was|ist|war|est|es|\u00e8|\u00e9|means)\b)",
    re.IGNORECASE | re.ASCII,
)
_WITHOUT_UNIT = re.compile(r"h\s?\d\d$", re.IGNORECASE)
_COUNT_BESIDE = re.compile(
    r"\s?[(\[]\s?(?:T\s?0|(?:T\s?)?[+\u2212-]\s?\d[\d:hms\s]{0,10}(?:min|ins|in)?)\s?[)\]]"
    r"|\s?\+\s?(?P<added>\d{1,3})\s?m(?:in(?:utes)?)?(?!\w)"
)
"""The time since the start behind a time of day, or minutes to be added to it: "14:30 (T+5)", "16:28+5m"."""
_EVENT = re.compile(
    r"[^:=|,\uff1a]{2,60}?\s?[*_`]{0,3}(?:[:=][*_`]{0,3}\s{1,12}[*_`\[(]{0,3}|[:\uff1a](?=\d{4}\s?[-/\u5e74\ub144]|\d{1,2}\s?[\u6708\uc6d4]))"
)
_ZONE_OF_LABEL = re.compile(r"\((?P<zone>[A-Z][\w+:-]{2,8})\)[*_]{0,3}\s?:\s")
_BEFORE_BRACKET = re.compile(r"(?P<words>[*_`]{0,3}[^\W\d_](?:[^\s:([]*\s){1,6}?)[(\[]\s?(?=[^)\]]{0,40}\d)")
_BEHIND_BRACKET = re.compile(r"\s?[)\]][*_`]{0,3}\s?(?::[*_`]{0,3}|[\u2013\u2014]|-(?=\s))\s{1,3}(?=\S)")
_CLOCK_IN_BRACKET = re.compile(r"\((?=\d)")
_OPEN_ENDED = ("until", "by", "before", "after")
"""Of remarks, those of a time that is no moment by itself."""
# "On Sat, 21 Dec 2024 at 12:41, Kim wrote:" stands above what a mail quotes.
_ATTRIBUTION = re.compile(r"\b(?:wrote|schrieb|a \u00e9crit|escribi\u00f3|escreveu|ha scritto)\s?:$")
TIME_LABEL = re.compile(
    r"\W{0,4}(?:t|ts|from|to|hora|heure|ora|tid|tijd|saat|date|time|when|timestamp|posted(?:\s\d+\s\w+\sago)?|date\sand\stime|am|datum|uhrzeit|zeit)\W{0,4}$",
    re.IGNORECASE,
)
"""Words that only say that a time follows: "Time", "Uhrzeit"."""
OF_A_FILE = re.compile(r"\{|[-dlbcps](?:[r-][w-][xsStT-]){3}[.+@]?\s")
"""The beginning of data, and of a file in a listing, whose time is that of the file."""
_EPOCH_LABEL = re.compile(
    r"(?:time|stamp|date|epoch|unix|at|on|when|since|@|\bts|zeit|heure|hora|tid|tijd)\W{0,6}$", re.IGNORECASE
)
"""The end of the words behind which a long number is a moment."""
_TAIL = re.compile(
    r"[\dNnMmTt](?:(?<=\d)(?:[:.Hh]\d\d|\d{3}|\s?[AaPp]\.?[Mm])|(?<=[Nn])(?i:oon)|(?<=[Mm])(?i:id(?:night|day))"
    r"|(?<=[Tt])[+-]\d)"
)
"""It begins with a set of characters, with which a search is fastest."""
TAIL_START = re.compile(r"(?:(?<=[\s(\[*_`@:~\u2248\uff1a\uff08])|^)[^\s*_`)\]}:,.-]")
WORD_BEGINS = re.compile(r"(?:(?<=[\s(\[*_`\"\u201c'\u2019\xab])|(?<=\D:)|^)\w")
"""Where a moment within a line can begin."""
_WITHIN_MOMENT = re.compile(r"(?:of|de|del|di|do)\s", re.IGNORECASE)
"""The words between a day and its month."""
_TAIL_ENDS = re.compile(r"[*_`\])}>\uff09\"\u201d.;,\s]{0,8}$")
_ASIDE = re.compile(r"\s\([^()\d]{3,100}\)$")
"""Words in brackets behind the moment at the end of a line."""
_SPAN_BEGINS = re.compile(rf"(?:\d[:.h]\d\d|\d\s?[ap]\.?m\.?)(?:\s[A-Z]{{2,4}})?(?:{_TO.pattern})$", re.IGNORECASE)
"""A time of day and the word behind it that makes the next one its end."""
_ENUMERATES = re.compile(r"\d[:.h]\d\d(?:\s[A-Z]{2,4})?,\s?(?:(?:and|or|und|et|y|e|en|och|og|i)\s)?$")
"""A time of day among several in a sentence."""
_ONWARDS = ("onwards", "onward", "and later")
_TAIL_CHARS = 80
_DIGIT = re.compile(r"\d")
_HOUR_SAID_BEFORE = re.compile(r"(?:hora|heure)s?\s$", re.IGNORECASE)
_MOST_PLACE_CHARS = 40
_MOST_BEFORE_CLOCK = 44
"""Of the characters between the beginning of a moment and its time of day."""
_MOST_LABELLED_CHARS = 240
"""Of the words behind a label and its moment: more are a paragraph that only begins with one."""
_MOST_WORDS = 8
_MOST_WORDS_OF_POINT = 16
"""Before a moment at the end of a line that is no part of a sentence."""
_LINKS = " \t-\u2013\u2014:\uff1a|@,;=/>\u2192"


@cache
def timed_text(content: str) -> TimedText | None:
    """The line's stamp and what it says; None when it does not begin with a date or a time.

    The content is a line without its bullet, indentation or heading marks.
    """
    word = _FIRST_WORD.match(content) if content[:1].isalpha() else None
    is_word = word is not None and word.end() > 1 and content[0] < "\u2190"
    if word and is_word and not (_begins_moment(word[0]) or word[0].casefold() in _WORDS_BEFORE):
        return None
    simple = None if word else _PLAIN.match(content)
    timed = _simply_timed(content, simple) if simple else None
    if timed:
        return timed
    plain = word is None and _PLAIN_BEGINS.match(content) is not None
    content = content if plain else _SAME_DAY.sub("", content, count=1)
    content = _WIDE_COLON.sub(":", content) if "\uff1a" in content[:WINDOW] else content
    blurred = _BLURRED.match(content) if "x" in content[:50] or "?" in content[:50] else None
    content = f"{blurred['ten']}0{content[blurred.end() :]}" if blurred else content
    before = None if plain else _BEFORE.match(content)
    if before:
        timed = timed_text(content[before.end() :])
        return timed._replace(strong=timed.strong or "*" in before[0]) if timed and timed.stamp.time else None
    head = content[:WINDOW]
    begin = past(OPENERS, head, 0)
    if not head[begin : begin + 1] or not _may_begin(head, begin):
        return None
    read = moment_at(head, begin)
    if read is None:
        return None
    stamp, start, end = read
    stamp = stamp._replace(remark=stamp.remark or "about") if blurred and stamp.time else stamp
    if _GOES_ON.match(head, end) or (stamp.time is None and stamp.remark in ("by", "until", "after", "before")):
        return None
    # A "<" behind the opening marks says "before".
    opening = head[:begin] + head[begin:start].replace("<", "")
    openers = "".join(mark for mark in opening if mark in '*_`[({<"\u201c')
    closed = "".join(mark for mark in head[start:end] if mark in "*_`") if "(" in head[start:end] else ""
    timed = _rest(stamp, content, end, openers.removesuffix(closed))
    if timed.stamp.time is None and _TO_BE_FILLED.match(timed.text):
        return None
    if timed.stamp.time and not (stamp.date or stamp.days) and _NEXT_DAY_FIRST.match(timed.text):
        timed = timed._replace(stamp=stamp._replace(days=1))
    # "Sunday, 2 am to 8 am" by itself says when something is done each week.
    of_week = begins_with_week(timed.text) or (stamp.weekday and not timed.text)
    is_week = stamp.until and stamp.date is None and of_week
    return None if is_week or attributes(timed.text) else timed


def _simply_timed(content: str, match: re.Match[str]) -> TimedText | None:
    """The line with a plain moment and a word behind it that can't belong to that, as most lines are."""
    *moment, word = match.groups(default="")
    if (word and _may_go_on(word)) or match[0].startswith("12:00") or " time" in content or " Time" in content:
        return None
    stamp = _plain_stamp(*moment)
    text = content[match.start("word") :].rstrip() if word else ""
    return None if stamp is None or attributes(text) else TimedText(stamp, text, None, False)


@lru_cache(maxsize=4096)
def _plain_stamp(day: str, hour: str, minute: str, second: str, utc: str) -> Stamp | None:
    dated = date_at(day, 0)
    if day and dated is None:
        return None
    time = ClockTime(int(hour), int(minute), int(second or 0), exact=bool(second), short=len(hour) == 1)
    return Stamp(dated and dated[0], time, UTC_ZONE if utc else None, "", "")


_GOES_ON_WITH = re.compile("|".join(form.pattern for form in (_TO, AFTER_HOUR, PART_OF_DAY)), re.IGNORECASE)


@lru_cache(maxsize=4096)
def _may_go_on(word: str) -> bool:
    """Whether a moment can go on with the word: a zone, an end, a day, or how exact it is."""
    return (
        word.casefold() in _MAY_GO_ON
        or begins_date(word)
        or is_of_place_time(word)
        or _GOES_ON_WITH.match(f" {word} ") is not None
        or zone_at(word, 0, stated=True) is not None
    )


@cache
def timed_line(content: str, *, point: bool) -> TimedText | None:
    """As `timed_text`, also for a time behind a label or at the end; `point` says that the line is one of a list."""
    timed = timed_text(content)
    if (timed and timed.stamp.time) or OF_A_FILE.match(content):
        return timed
    timed = (timed and _within(timed, point=point)) or _labelled(content) or _ended(content, point=point) or timed
    of_label = _ZONE_OF_LABEL.search(content[:WINDOW]) if timed and timed.stamp.zone is None else None
    named = zone_at(of_label["zone"], 0, stated=True) if of_label else None
    return timed._replace(stamp=timed.stamp._replace(zone=named[0])) if timed and named else timed


def _within(timed: TimedText, *, point: bool) -> TimedText | None:
    """The line with a date and its time of day further on, in brackets or at the end.

    For "July 16 — metrics were dropped (15:45–19:05 UTC), runs were not" and "5 March 2024: outage at 10:40".
    """
    if timed.stamp.date is None:
        return None
    for bracket in _CLOCK_IN_BRACKET.finditer(timed.text[:WINDOW]):
        read = moment_at(timed.text[: bracket.end() + WINDOW], bracket.end())
        closes = read and timed.text[read[2] : read[2] + 1] == ")"
        if read and closes and read[0].time and not (read[0].date or ANNOUNCES.search(timed.text[: bracket.start()])):
            return timed._replace(stamp=read[0]._replace(date=timed.stamp.date))
    ended = _ended(timed.text, point=point)
    of_day = ended and ended.stamp.date is None and not ended.stamp.weekday
    return ended._replace(stamp=ended.stamp._replace(date=timed.stamp.date)) if ended and of_day else None


@lru_cache(maxsize=64)
def moment_at(head: str, begin: int) -> tuple[Stamp, int, int] | None:
    """The moment at the place, what is said about it included; also where it begins behind that, and where it ends."""
    about = about_at(head, begin)
    if about.end > begin and not begins_moment_at(head[about.end :]):
        return None
    read = _stamp(head, about)
    return (read[0], about.end, read[1]) if read else None


def _stamp(head: str, about: About) -> tuple[Stamp, int] | None:
    start, remark = about.end, about.remark
    first = head[start : start + 1]
    back = _DAY_BACK.match(head, start) if first.isalpha() else None
    if back:
        stamped = _clock_behind(head, back.end(), remark)
        return stamped and (stamped[0]._replace(days_back=DAYS_BACK[back["day"].casefold()]), stamped[1])
    following = _NEXT_DAY_BEFORE.match(head, start) if first.isalpha() else None
    if following:
        stamped = _clock_behind(head, following.end(), remark)
        return (stamped[0]._replace(days=1), stamped[1]) if stamped else _count(head, start)
    if not first.isdigit():
        if first.isalpha():
            return _worded(head, about)
        return _count(head, start) if first in "+-\u2212" else _epoch(head, start) if first == "@" else None
    group = _date_time_group(head, start) or _compact(head, start)
    if group:
        return group
    dated = date_at(head, start)
    if dated:
        return _after_date(head, dated[0], dated[1], remark)
    ordinal = _ORDINAL.match(head, start)
    stamped = _clock_behind(head, ordinal.end(), remark) if ordinal else None
    if ordinal and stamped:
        return stamped[0]._replace(day_of_month=int(ordinal["day"])), stamped[1]
    if about.article:
        return None
    pointed = about.sure and _POINTED.match(head, start) and _AT_ABOUT.search(head[:start])
    sure = about.spoken or bool(pointed or (about.sure and _HOUR_SAID.match(head, start)))
    clock = clock_at(head, start, dated=sure, hourly=about.hourly)
    if clock:
        stamped = _after_clock(head, clock[0], clock[1], None, remark)
        # "Between 3 and 5 nodes" names no time.
        lone = head[start : clock[1]].strip().isdigit() and stamped[0].until.isdigit()
        return None if remark == "between" and (lone or not stamped[0].until) else stamped
    pair = pair_at(head, start)
    if pair:
        weekday = _SHORT_IN_BRACKETS.match(head, pair[1])
        stamped = _after_date(head, pair[0], weekday.end() if weekday else pair[1], remark)
        if stamped[0].time or weekday or (stamped[0].date and stamped[0].date.weekday):
            return stamped
    return _epoch(head, start) or _noon(head, start, None, remark, sure=about.sure)


_ORDINAL = re.compile(
    r"(?P<day>[12]?\d|3[01])(?:st|nd|rd|th|[\u65e5\u53f7\u865f\uc77c]),?\s{0,2}(?:[\u2013\u2014|@-]\s)?(?=\S)"
)
"""The day alone before its time of day: "4th 23:50", "4日 23:50"."""
_POINTED = re.compile(
    r"(?:[01]?\d|2[0-3])\.[0-5]\d(?=[,;:)]|\.(?!\d)|$|\s(?!(?:%|percent|million|billion|[KMGT]i?B|[kKMG]?Hz|m?s|seconds?|EUR|USD|GBP)\b))"
)
_HOUR_SAID = re.compile(r"\d{1,2}\s(?:heures?|horas?)(?!\w|\s(?:de(?!\sl)|plus|despu\u00e9s|depois)\b|\sd['\u2019])")
"""An hour behind a word such as "vers", and no length of time."""
_AT_ABOUT = re.compile(r"(?:^|\W)(?:at|around|about|approximately|circa)\s$", re.IGNORECASE)
"""Before a time with a point, which elsewhere is as likely a version: "starting at 16.50 for an hour"."""


def _clock_behind(head: str, begin: int, remark: str) -> tuple[Stamp, int] | None:
    """The time of day behind words for its day, as in "yesterday at 9:12"."""
    about = about_at(head, begin)
    hourly = about.hourly or about.spoken
    stamped = _stamp(head, about._replace(remark=about.remark or remark, article=False, hourly=hourly))
    is_clock = stamped and stamped[0].date is None and stamped[0].time and stamped[0].time is not COUNTED
    return stamped if is_clock else None


def _date_time_group(head: str, start: int) -> tuple[Stamp, int] | None:
    """ "201402ZMAY25": day, time, the letter of a zone, month and year, as armies and pilots write moments.

    Month and year may be missing.
    """
    match = _DATE_TIME_GROUP.match(head, start)
    if match is None:
        return None
    year = f" 20{match['y'][-2:]}" if match["y"] else ""
    written = f"{match['d']} {match['month']}{year}" if match["month"] else ""
    dated = date_at(written, 0) if written else None
    if dated is None or dated[1] < len(written):
        end = match.end("zone")
        if match["zone"] != "Z" or not head[start:end].isalnum():
            return None
        time = ClockTime(int(match["h"]), int(match["m"]))
        return Stamp(None, time, UTC_ZONE, "", "", day_of_month=int(match["d"])), end
    zone = zone_at(zone_of_letter(match["zone"]), 0, stated=True)
    time = ClockTime(int(match["h"]), int(match["m"]))
    unknown = "" if zone else "local time"
    return Stamp(dated[0], time, zone[0] if zone else None, "", "", unknown_zone=unknown), match.end()


def _worded(head: str, about: About) -> tuple[Stamp, int] | None:
    """A moment that begins with a word: a month, a weekday, noon, a half of the day, T+5."""
    start, remark = about.end, about.remark
    dated = date_at(head, start) or _date_behind_weekday(head, start)
    if dated:
        return _after_date(head, dated[0], dated[1], remark)
    weekday = weekday_at(head, start)
    if weekday:
        if _TAIL_ENDS.match(head, weekday[1]):
            return Stamp(None, None, None, "", remark, weekday[0]), weekday[1]
        stamped = _after_date(head, None, weekday[1], remark)
        return (stamped[0]._replace(weekday=weekday[0]), stamped[1]) if stamped[0].time else None
    clock = clock_at(head, start) if HALF_BEFORE.match(head, start) else None
    if clock:
        return _after_clock(head, clock[0], clock[1], None, remark)
    zone = zone_at(head, start, stated=True) if head[start].isupper() else None
    if zone:
        # "[PDT Apr 16 21:05:29]", "Eastern, 7:09 AM"
        behind = _stamp(head, about._replace(end=past(_ZONE_JOIN, head, zone[1])))
        return (behind[0]._replace(zone=zone[0]), behind[1]) if behind and behind[0].time else None
    return _count(head, start) or _noon(head, start, None, remark, sure=about.sure)


def _date_behind_weekday(head: str, start: int) -> tuple[WrittenDate, int] | None:
    """ "Dienstag, 10.02.", "di 10.2." and "wo 4 feb": behind a weekday two numbers are a day and a month."""
    weekday = weekday_at(head, start)
    short = _SHORT_WEEKDAY.match(head, start)
    begin = _WEEKDAY_CLOSES.match(head, weekday[1]) if weekday else short
    if begin is None:
        return None
    dated = pair_at(head, begin.end())
    if dated is None or not _PAIR_ENDS.match(head, dated[1]):
        dated = date_behind_weekday(head, begin.end()) if short else None
    if dated and weekday:
        dated = dated[0]._replace(weekday=weekday[0]), dated[1]
    return dated


def _after_date(head: str, written: WrittenDate | None, end: int, remark: str) -> tuple[Stamp, int]:
    asian = _ASIAN_WEEKDAY.match(head, end)
    if asian:
        end = asian.end()
        written = written and written._replace(weekday=weekday_named(asian["day"]))
    join = _JOIN.match(head, end) or _ASIAN_JOIN.match(head, end)
    behind = _WEEKDAY_BEHIND.match(head, end) if written else None
    weekday = weekday_at(head, behind.end()) if behind else None
    if written and weekday:
        written = written._replace(weekday=weekday[0])
        join = _WEEKDAY_CLOSES.match(head, weekday[1]) or join
    about = about_at(head, join.end()) if join else About(end)
    begin, remark = about.end, about.remark or remark
    clock = clock_at(head, begin, dated=True, hourly=about.hourly) if join else None
    if join and clock:
        return _after_clock(head, clock[0], clock[1], written, remark, iso=join[0] in ("T", "t"))
    noon = _noon(head, begin, written, remark, sure=True) if join else None
    if noon:
        return noon
    stamp = Stamp(written, None, None, "", remark)
    to = _TO.match(head, end)
    last = date_at(head, to.end()) if to else None
    return (stamp._replace(until=head[to.end() : last[1]]), last[1]) if to and last and written else (stamp, end)


def _noon(head: str, start: int, written: WrittenDate | None, remark: str, *, sure: bool) -> tuple[Stamp, int] | None:
    match = HOUR_WORD.match(head, start)
    hour = hour_of_word(match["word"]) if match else None
    if match is None or hour is None:
        return None
    time = ClockTime(hour, 0)
    stamp, end = _after_clock(head, time, match.end(), written, remark)
    # "Noon deploys failed" names no time.
    if not (sure or match["at"] or stamp.zone or head[start].isdigit() or WORD_ENDS.match(head, match.end())):
        return None
    return stamp, end


def _epoch(head: str, start: int) -> tuple[Stamp, int] | None:
    match = _EPOCH.match(head, start)
    if match is None:
        return None
    fraction = (match["f"] or "0")[:3].ljust(3, "0")
    at = datetime.fromtimestamp(int(match["s"]), UTC)
    time = ClockTime(at.hour, at.minute, at.second, int(fraction), exact=True)
    return Stamp(WrittenDate(at.year, at.month, at.day), time, UNIX_TIME, "", ""), match.end()


def _compact(head: str, start: int) -> tuple[Stamp, int] | None:
    """A moment as `20240305091215`, or as `240305 091215` and `240305 9:12:15` at the beginning of a line."""
    match = _COMPACT.match(head, start) or (SHORT_COMPACT.match(head) if start == 0 else None)
    dated = date_at(match[0][:8] if match.re is _COMPACT else f"20{match[0][:6]}", 0) if match else None
    if match is None or dated is None:
        return None
    time = ClockTime(int(match["h"]), int(match["m"]), int(match["s"]), exact=True)
    return _after_clock(head, time, match.end(), dated[0], "", iso=True)


def _count(head: str, start: int) -> tuple[Stamp, int] | None:
    """A time counted from a start: `T+5`, `+1h10m`, `T+00:05`, `T0`."""
    match = _COUNT.match(head, start)
    if match is None:
        return None
    after = timedelta()
    if match["h"]:
        after = timedelta(hours=int(match["h"]), minutes=int(match["m"]), seconds=int(match["s"] or 0))
        if match["t"] and not match["s"] and int(match["h"]) > 23:
            after = timedelta(minutes=int(match["h"]), seconds=int(match["m"]))
        # "+02:00" by itself is a zone; a table's reader puts a T before the cells of a column of lengths.
        if not match["t"] and match.end() == len(head) and len(match[0]) == 6:
            return None
    elif match["length"]:
        bare = match["length"].isdigit()
        whole = f"{match['length']}m" if _WITHOUT_UNIT.search(match["length"]) else match["length"]
        whole = UNIT_NAME.sub(lambda name: name.lastgroup or "", whole)
        length = timedelta(minutes=int(match["length"])) if bare else parse_duration(whole)
        # "+5 nodes" is no time; "T+5" is.
        if length is None or (bare and not match["t"]):
            return None
        after = length
    if match["sign"] and match["sign"].strip().casefold() not in ("+", "plus"):
        if not match["t"]:
            return None
        after = -after
    # "T0 (14:00 UTC)" says both.
    opens = _CLOCK_IN_BRACKET.match(head, past(_BLANK, head, match.end())) if match["zero"] else None
    said = moment_at(head, opens.end()) if opens else None
    end = said[2] + 1 if said and head[said[2] : said[2] + 1] == ")" else match.end()
    return Stamp(None, COUNTED, None, "", "", after=after), end


def _after_clock(
    head: str, time: ClockTime, end: int, written: WrittenDate | None, remark: str, *, iso: bool = False
) -> tuple[Stamp, int]:
    days, end = _days_behind(head, end, dated=written is not None)
    zone, unknown, end = _zone(head, end, time, exact=iso or time.exact, dated=written is not None)
    ish = _ISH.match(head, end)
    if ish:
        remark, end = "about", ish.end()
        if zone is None:
            zone, unknown, end = _zone(head, end, time, exact=False)
    weekday = None
    year = _YEAR_BEHIND.match(head, end) if written and written.year is None else None
    if written and year:
        written, end = written._replace(year=int(year["year"])), year.end()
        if zone is None:
            zone, unknown, end = _zone(head, end, time, exact=True, dated=True)
    if written is None:
        written, weekday, end = _date_behind(head, end)
        if zone is None and (written or weekday):
            zone, unknown, end = _zone(head, end, time, exact=False, dated=True)
    until, end, zone, time, day = _range(head, end, zone, time, between=remark == "between")
    written = written or day
    if not days:
        days, end = _days_behind(head, end, dated=written is not None)
    counted = _COUNT_BESIDE.match(head, end)
    if counted:
        end, minutes = counted.end(), time.minute + int(counted["added"] or 0)
        time = time._replace(hour=time.hour + minutes // 60, minute=minutes % 60)
    own = zone
    if not until:
        written, zone, end = _second_clock(head, end, written, zone, time)
    # A place alone may as well be that of what happened, where the text states the zone.
    is_beside = zone is not None and (own is None or zone.name.startswith("("))
    others = _OTHER_CLOCKS.match(head, end) if not until else None
    if others:
        named, _, after = _zone(head, others.end(), time, exact=False)
        others = others if WORD_ENDS.match(head, after) else None
        zone, end = (zone or named, after) if others else (zone, end)
    also = others["clocks"] if others else ""
    unknown = "" if zone else unknown
    return Stamp(written, time, zone, until, remark, weekday, None, days, unknown, beside=is_beside, also=also), end


def _days_behind(head: str, end: int, *, dated: bool) -> tuple[int, int]:
    """The days that stand behind a time, as in "00:10 (+1)" or "09:00 (next day)", and where that ends.

    Behind a time with a date the words alone are what happened.
    """
    match = _NEXT_DAY_BEHIND.match(head, end)
    before = None if match else _DAY_BEFORE_BEHIND.match(head, end)
    if before:
        return -int(before["days"] or 1), before.end()
    if match and dated and match[0].strip(" ,")[0] not in "([":
        match = None
    return (int(match["days"] or 1), match.end()) if match else (0, end)


def _date_behind(head: str, end: int) -> tuple[WrittenDate | None, int | None, int]:
    """The date or weekday behind a time, and where it ends: "14:30 on 2 July", "12:45 PM Tuesday Mar 5th:"."""
    on = _ON_DATE.match(head, end)
    if on is None:
        return None, None, end
    bracket = "(" in on[0]
    dated = date_at(head, on.end()) or (date_behind_weekday(head, on.end()) if bracket else None)
    word = on[0].strip(" ,\t\u00a0(\uff0c\u3001") and not on["dash"]
    join = _JOIN.match(head, dated[1]) if dated and (bracket or on["dash"]) else None
    if join and clock_at(head, join.end(), dated=True):
        # The moment in another zone, as in "09:12 AEST (2 Sep 23:12 UTC)".
        return None, None, end
    if dated:
        after = past(_BRACKET_ENDS, head, dated[1]) if bracket else dated[1]
        sure = word or bracket or (dated[0].year and not on["dash"]) or WORD_ENDS.match(head, after)
        if sure and (dated[0].year or not on["dash"]):
            return dated[0], None, after
    weekday = None if on["dash"] else weekday_at(head, on.end())
    if weekday:
        after = weekday[1] + (bracket and head[weekday[1] : weekday[1] + 1] == ")")
        if word or bracket or WORD_ENDS.match(head, after):
            return None, weekday[0], after
    return None, None, end


def _zone(head: str, end: int, time: ClockTime, *, exact: bool, dated: bool = False) -> tuple[Zone | None, str, int]:
    """The zone straight after a time, else the word in its place that names none, and where it ends.

    `exact` times, as programs write them, may carry a negative offset without a gap. After others, `10:30-11:00` is a
    range.
    """
    offset = _OFFSET.match(head, end) or (
        _SHORT_OFFSET.match(head, end) if exact or head[end : end + 1] == "+" else None
    )
    if offset and (exact or head[end] != "-"):
        named = zone_at(head[: offset.end()].upper(), end, stated=True)
        if named:
            return named[0], "", named[1]
    spaced = _SPACED_OFFSET.match(head, end)
    if spaced and (exact or dated or spaced["sign"] == "+" or not spaced["colon"]):
        named = zone_at(head[: spaced.end()], end + 1, stated=True)
        if named:
            return named[0], "", named[1]
    start = past(_ZONE_GAP, head, end)
    comma = _ZONE_JOIN.match(head, end) if head[end : end + 1] == "," else None
    named = zone_at(head, comma.end(), stated=True) if comma else None
    if named and not head[named[1] - 1].isdigit() and _ZONE_ENDS.match(head, named[1]):
        return named[0], "", named[1]
    bracket = next((mark for mark in head[end:start] if mark in _ZONE_BRACKETS), "")
    stated = bool(bracket or _UTC_AND_OFFSET.match(head, start))
    named = _named_offset(head, start) if bracket else None
    named = named or zone_at(head, start, stated=stated) or _zone_in_words(head, start, time, end == start)
    if named is None and bracket in ("(", "\uff08"):
        named = _place_in_brackets(head, start)
    unknown = ""
    if named is None:
        local = _LOCAL.match(head, start)
        like = _LIKE_A_ZONE.match(head, start)
        if local and (bracket or "time" in local[0].casefold() or _ZONE_ENDS.match(head, local.end())):
            unknown, after = "local time", local.end()
        elif like and like[0] not in _NO_ZONES and head[end:start].strip("-") and _ZONE_ENDS.match(head, like.end()):
            unknown, after = like[0], like.end()
        else:
            return None, "", end
    else:
        after = named[1]
    if bracket:
        if head[after : after + 1] != _ZONE_BRACKETS[bracket]:
            return None, "", end
        after += 1
    return named[0] if named else None, unknown, after


def _named_offset(head: str, start: int) -> tuple[Zone, int] | None:
    """An abbreviation beside its own offset, in brackets: "(SAST+2)", "(WAT, UTC+1)"; "(MSK+2)" counts from Moscow."""
    match = _NAMED_OFFSET.match(head, start)
    written = f"UTC{match['offset'].removeprefix('UTC').removeprefix('GMT')}" if match else ""
    offset = zone_at(written, 0, stated=True) if match else None
    if match is None or offset is None:
        return None
    named, word = zone_at(match["name"], 0), zone_word(match["name"], 0)
    own = named[0] if named else word.zone if word else None
    moment = datetime(2000, 1, 1)
    if own is None or own.name == "MSK" or own.tz.utcoffset(moment) != offset[0].tz.utcoffset(moment):
        return None
    return Zone(f"{match['name']} ({offset[0].name})", offset[0].tz), match.end()


def _zone_in_words(head: str, start: int, time: ClockTime, glued: bool) -> tuple[Zone, int] | None:
    """ "Eastern", "London time", and abbreviations that are words too, where nothing else can be meant."""
    first = head[start : start + 1]
    if glued or not first.isalpha():
        return None
    region = zone_at(head, start, stated=True) if first in _REGIONS_BEGIN else None
    if region and (time.half_said or _ZONE_ENDS.match(head, region[1])):
        return region
    said = _HOUR_SAID_BEFORE.search(head, 0, start)
    placed = place_time_at(head, said.start() if said else start)
    if placed or not (_CAPITALS.match(head, start) or " time" in head or " Time" in head):
        return placed
    word = zone_word(head, start)
    ends = word and (_ZONE_ENDS.match(head, word.end) or _names_place(head, word.end))
    surely = word and word.word.isupper() and (ends or word.word not in _WORDS_TOO)
    if word and (surely or head[start : word.end].endswith((" time", " Time"))):
        return word.zone, word.end
    return None


def _names_place(head: str, end: int) -> bool:
    """Whether a place stands in brackets behind the zone: "12:00 EAT (Makadara, Nairobi)"."""
    inside, closed, _ = head[end:].removeprefix(" (").partition(")")
    return bool(closed) and head.startswith(" (", end) and any(place_zone(part.strip()) for part in inside.split(","))


def _place_in_brackets(head: str, start: int) -> tuple[Zone, int] | None:
    """The place whose time the words up to the end of the bracket name: "(heure de Paris)", "(Paris)"."""
    close = head.find(_ZONE_BRACKETS[head[:start].rstrip()[-1]], start, start + _MOST_PLACE_CHARS)
    words = head[start:close] if close > start else ""
    place = place_time(words)
    if place is None and words[:1].isupper():
        place = place_zone(words)
        place = place and Zone(f"({words})", place.tz)
    return (place, close) if place else None


def _range(
    head: str, end: int, zone: Zone | None, time: ClockTime, *, between: bool
) -> tuple[str, int, Zone | None, ClockTime, WrittenDate | None]:
    """The end of a range, as written, its place, the zone and the time of the beginning, and the day behind both."""
    nothing = "", end, zone, time, None
    to = _TO.match(head, past(_EMPHASIS, head, end))
    if to is None:
        return nothing
    begin = past(_EMPHASIS, head, to.end())
    dated = date_at(head, begin)
    join = _JOIN.match(head, dated[1]) if dated else None
    start = join.end() if join else begin
    about = about_at(head, start)
    spoken = between or about.spoken or to[0].strip() in _SPOKEN_ENDS
    clock = clock_at(head, about.end, dated=dated is not None or spoken, hourly=spoken) if join or not dated else None
    if clock is None:
        return nothing
    last, after = clock
    after = _days_behind(head, after, dated=dated is not None)[1]
    end_zone, _, after = _zone(head, after, last, exact=False)
    day = None
    if dated is None:
        day, _, after = _date_behind(head, after)
        if day and end_zone is None:
            end_zone, _, after = _zone(head, after, last, exact=False, dated=True)
        after = _days_behind(head, after, dated=False)[1]
    after = past(_ISH, head, after)
    if head[after : after + 1].isalnum():
        return nothing
    if last.half_said and not time.half_said and 1 <= time.hour <= 12:
        # "7:01–7:15 am": the half of the day is said once, at the end.
        halves = [time._replace(hour=time.hour % 12 + add, half_said=True) for add in (0, 12)]
        before = [first for first in halves if first[:4] <= last[:4]]
        time = before[-1] if before else halves[0]
    until = head[begin if dated else about.end : after].strip()
    return until, after, zone or end_zone, time, day if time[:4] <= last[:4] else None


def _second_clock(
    head: str, end: int, written: WrittenDate | None, zone: Zone | None, time: ClockTime
) -> tuple[WrittenDate | None, Zone | None, int]:
    """The date and the zone, and the place behind the same moment in another zone: "14:30 (19:30Z)".

    It tells the zone of a first time that names none, and the day where only it names one, as in
    "09:12 AEST (2 Sep 23:12 UTC)".
    """
    nothing = written, zone, end
    also = _ALSO.match(head, end)
    if also is None:
        return nothing
    dated = date_at(head, also.end())
    join = _JOIN.match(head, dated[1]) if dated else None
    clock = clock_at(head, join.end() if join else also.end(), dated=join is not None)
    if clock is None or (dated and join is None):
        return nothing
    other, _, after = _zone(head, clock[1], clock[0], exact=False, dated=dated is not None)
    day = dated[0] if dated else None
    if day is None:
        day, _, after = _date_behind(head, after)
    if "(" in also[0]:
        # And in a third: "12:20 CEST (06:20 AM EDT, 03:20 AM PDT)".
        third = clock_at(head, past(_NEXT_CLOCK, head, after)) if other else None
        after = _zone(head, third[1], third[0], exact=False)[2] if third else after
        if head[after : after + 1] != ")":
            return nothing
        after += 1
    apart = (time.hour - clock[0].hour) * 60 + time.minute - clock[0].minute
    if other is None:
        # The head of the column may name both zones.
        return (written, zone, after) if zone is None and "/" in also[0] and apart and apart % 15 == 0 else nothing
    offset, there = (named.tz.utcoffset(None) if named else None for named in (zone, other))
    if offset is not None and there is not None:
        east = int((offset - there).total_seconds()) // 60
        if (apart - east) % 1440:
            return nothing
    else:
        # The offset of a region depends on the day, which is not known here.
        east = (apart + 720) % 1440 - 720
        if apart % 15:
            return nothing
    if zone is None and there is not None:
        minutes = int(there.total_seconds()) // 60 + east
        named = zone_at(f"UTC{'+' if minutes >= 0 else '-'}{abs(minutes) // 60}:{abs(minutes) % 60:02}", 0, stated=True)
        zone = named[0] if named else None
    if day and written is None:
        local = datetime(day.year or 2000, day.month, day.day, clock[0].hour % 24, clock[0].minute) + timedelta(
            minutes=east
        )
        written = WrittenDate(day.year and local.year, local.month, local.day)
    return written, zone, after


def _rest(stamp: Stamp, content: str, end: int, openers: str) -> TimedText:
    closed = content[end : past(_CLOSERS, content, end)]
    end = past(_ATTACHED_DASH, content, end + len(closed))
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


def days_named_back(words: str, day: date) -> int | None:
    """The days from the one that the words name to `day`: 1 for "yesterday's outage"; None where they name none."""
    for word in _LONG_WORD.finditer(words[:WINDOW]):
        weekday = weekday_at(words, word.start())
        back = (day.isoweekday() - weekday[0]) % 7 if weekday else DAYS_BACK.get(word[0].casefold())
        if back is not None:
            return back
    return None


def unsigned(words: str) -> str:
    """The words without the sign or the word of an update before their day: "Update 5 March"."""
    before = None if _PLAIN_BEGINS.match(words) else _BEFORE.match(words)
    return words[before.end() :] if before else words


def attributes(words: str) -> bool:
    """Whether the words say who wrote what stands below: "Kim wrote:"."""
    return words[-1:] == ":" and _ATTRIBUTION.search(words[-40:]) is not None


def marked(text: str) -> tuple[Kind | None, str]:
    """The kind that a scribe's marker before the words gives, and the words without it."""
    marker = _MARKER.match(text)
    return (_KINDS[marker[1]], text[marker.end() :]) if marker else (None, text)


def _labelled(content: str) -> TimedText | None:
    """ "Detected: 09:12 UTC, by an alert": a label, its moment, and more."""
    bracketed = _bracketed(content)
    if bracketed:
        return bracketed
    label = _EVENT.match(content[:WINDOW])
    read = moment_at(content[:WINDOW], label.end()) if label else None
    if label is None or read is None or read[0].time is None or is_about_the_text(content):
        return None
    stamp, _, end = read
    rest = content[end:].lstrip("*_`)] ")
    if rest.rstrip(".") in _ONWARDS:
        return TimedText(stamp, label[0].strip(" \t*_`:=(["), None, False)
    if len(rest) > _MOST_LABELLED_CHARS or rest[:1] not in ",;:-\u2013\u2014(|" or not rest.strip(_LINKS + "."):
        return None
    name = label[0].strip(" \t*_`:=([")
    if TIME_LABEL.match(name):
        return _rest(stamp, content, end, "")
    return TimedText(stamp, f"{name}: {rest.lstrip(_LINKS)}", None, False)


def _bracketed(content: str) -> TimedText | None:
    """ "Isolation (Nov 5, 2023, 21:50): the node was removed": a label, its moment in brackets, and what happened."""
    label = _BEFORE_BRACKET.match(content[:WINDOW])
    read = moment_at(content[:WINDOW], label.end()) if label else None
    if label is None or read is None or read[0].time is None or read[0].remark in _OPEN_ENDED:
        return None
    behind = _BEHIND_BRACKET.match(content, read[2])
    if behind is None or is_about_the_text(content) or is_habit(label["words"]):
        return None
    return TimedText(read[0], f"{label['words'].strip(' *_`')}: {content[behind.end() :]}", None, False)


def _ended(content: str, *, point: bool) -> TimedText | None:
    """ "First noticed 2024-03-05 09:12 UTC": a moment at the end of a short line."""
    aside = _ASIDE.search(content) if content[-1:] == ")" else None
    timed = _ended(content[: aside.start()], point=point) if aside and not whole_zone(aside[0][2:-1]) else None
    if aside and timed and timed.text:
        return timed._replace(text=f"{timed.text}{aside[0]}")
    tail = content[-_TAIL_CHARS:]
    cut = len(content) - len(tail)
    most = _MOST_WORDS_OF_POINT if point else _MOST_WORDS
    clock = _TAIL.search(tail)
    if not clock or len(content[:cut].split()) > most:
        return None
    begins = _begins_before(tail, clock.start())
    is_bare = begins and begins[0] >= clock.start() - 1 and not _DIGIT.search(tail, clock.end())
    if is_bare and not point and "," in content[: cut + clock.start()]:
        # Words with a comma before a time without a day are a sentence, and no label.
        return None
    for begin in begins:
        before = content[: cut + begin]
        if (before.endswith("_") and before[-2:-1].isalnum()) or (before.count("`") % 2 and before[-1:] != "`"):
            # "backup_20240305_0912" is a name, and "`restart --at 09:05`" what somebody types.
            continue
        if len(before.split()) > most or _SPAN_BEGINS.search(before) or _ENUMERATES.search(before):
            return None
        read = moment_at(tail, begin)
        if read is None or read[0].time is None or not _TAIL_ENDS.match(tail, read[2]):
            continue
        if is_long_number(read[0], before):
            return None
        of_text = (is_about_the_text(content) or is_of_writing(before)) and not (point and is_stage(before.strip()))
        if read[0].remark in ("until", "by", "before") or of_text:
            return None
        if not _stands_apart(before, read[0], point=point) or (read[0].date is None and recurs(content)):
            return None
        words = _unclosed_stripped(before)
        words += ")" if words.count("(") > words.count(")") else ""
        if not words or ANNOUNCES.search(before):
            return None
        return TimedText(read[0], "" if TIME_LABEL.match(words) else words, None, False)
    return None


def is_long_number(stamp: Stamp, before: str) -> bool:
    """Whether the moment behind the words is a long number of which they do not say that it counts from 1970."""
    return stamp.zone is UNIX_TIME and not _EPOCH_LABEL.search(before)


def _begins_before(tail: str, clock: int) -> Sequence[int]:
    """The places at which a moment with that time of day can begin, in order: before it are only words of moments."""
    begins: list[int] = []
    words = [match.start() for match in TAIL_START.finditer(tail, max(0, clock - _MOST_BEFORE_CLOCK))]
    for begin in reversed([word for word in words if word < clock]):
        if _may_begin(tail, begin):
            begins.append(begin)
        elif not _WITHIN_MOMENT.match(tail, begin):
            break
    return [*reversed(begins), *(word for word in words if word >= clock and _may_begin(tail, word))]


def begins_moment_at(head: str) -> bool:
    """Whether the text may begin with a moment, told by its first word alone."""
    return bool(head) and _may_begin(head, 0)


def _may_begin(tail: str, begin: int) -> bool:
    """Whether a moment can begin at the place: most words begin none, and are told faster by themselves."""
    word = _FIRST_WORD.match(tail, begin)
    if word is None or word[0][0] > "\u2e7f":
        return True
    return _begins_moment(word[0])


@lru_cache(maxsize=4096)
def _begins_moment(word: str) -> bool:
    return (
        word.casefold() in _MOMENT_WORDS
        or begins_date(word)
        or (word[0].isupper() and zone_at(word, 0, stated=True) is not None)
    )


def _stands_apart(before: str, stamp: Stamp, *, point: bool) -> bool:
    """Whether a moment at the end of a line is that of the line, and no part of a sentence."""
    words = before.split()
    if not words or len(words) > (_MOST_WORDS_OF_POINT if point else _MOST_WORDS):
        return False
    last = before.rstrip(" *_`")[-1:] or "*"
    if last in ":\uff1a=|@([\uff08\u2013\u2014-*":
        return point or last in ":\uff1a=|@" or stamp.date is not None
    return (last.isalnum() or last in ")]\"'`,") and (stamp.date is not None or point)


def _unclosed_stripped(before: str) -> str:
    text = before.rstrip(_LINKS + "([{<")
    for mark in ("**", "__", "`", "*", "_"):
        if text.endswith(mark) and text.count(mark) % 2:
            text = text[: -len(mark)].rstrip(_LINKS)
    mark = text[:2] if text[:2] in ("**", "__") else text[:1]
    whole = text[:1] in ("*", "_", "`") and mark in text[len(mark) :].rstrip("*_`: \t")
    return text.strip("*_`: \t") if text[:1] in "*_`" and not whole else text.rstrip(": \t")


_DATED_LABEL = re.compile(
    r"[*_`\])]{1,3}\s|[*_`\])]{0,3}(?:\s{0,2}[:|\u2013\u2014\u2192\u00bb\t]|\s{1,3}[-=]{1,2}>?\s)"
)


def dated_label(content: str) -> bool:
    """Whether the line begins with a date and a mark that sets it off: "2024-03-05: shipped"."""
    begin = past(OPENERS, content, 0)
    dated = date_at(content[:WINDOW], begin)
    return dated is not None and _DATED_LABEL.match(content, dated[1]) is not None


def suffix_of(stamp: Stamp, zone: str) -> str:
    """Words of the stamp beyond its moment, for the end of the text: "until 14:45 UTC, about this time"."""
    until = stamp.until
    if not stamp.time:
        return f"until {until}, time of day not known" if until else "time of day not known"
    if until and not any(map(str.isalpha, re.sub("[ap]m", "", until.casefold()))):
        until = f"{until} {zone}"
    if until and stamp.remark == "between":
        return f"between this time and {until}"
    remark = f"{stamp.remark} this time" if stamp.remark else ""
    also = f"also at {stamp.also}" if stamp.also else ""
    return ", ".join(part for part in (f"until {until}" if until else "", remark, also) if part)
