"""The moment that a line names: where it may stand, how it may be written, and what is said about it.

line    := moment text | label moment [text] | text moment
moment  := [about] ([day] clock [zone] [day] | count | Unix time) [end of a range]
about   := "~", "around", "shortly after", "between", ...
day     := date | weekday
clock   := 14:30[:05[.123]] | 2:30 pm | 1430 | 14h30 | noon
count   := T+5 | +1h10m, from a start that some line names
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from console.core.language.calendar_words import HALVES, HOURS
from console.core.language.dates import WrittenDate, date_at, pair_at, weekday_at
from console.core.language.places import zone_word
from console.core.language.times import parse_duration
from console.core.language.zones import Zone, zone_at
from console.intake.model import Kind

WINDOW = 200
"""The characters at the beginning or the end of a line in which its time must stand."""

NO_TIME = "There is no time on this line."
OF_THE_TEXT = "This time says when the text was written or what is planned."
NO_DAY = "No calendar has this day."
NO_START = "This time counts from a start that no line names."

UNIX_TIME = Zone("Unix time", UTC)


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


COUNTED = ClockTime(0, 0)
"""The time of day of a moment that is only counted from another."""


class Stamp(NamedTuple):
    """The moment that a line names: a date, a time of day, or both."""

    date: WrittenDate | None
    time: ClockTime | None
    zone: Zone | None
    until: str
    """The end of a range, as written; empty for a moment."""

    remark: str
    """How exact the time is, where the line says so: "about this time", "by this time"; else empty."""

    weekday: int | None = None
    """1 (Monday) to 7, where it stands in place of a date."""

    after: timedelta | None = None
    """Time since the start, for a moment counted from there ("T+5"); `time` is `COUNTED` where none is written."""

    unknown_zone: str = ""
    """A word in the place of the zone that names none that is known."""


class TimedText(NamedTuple):
    """A line with a stamp."""

    stamp: Stamp
    text: str
    """The words beside the stamp, without the marks between; may be empty."""

    kind: Kind | None
    """From a scribe's marker after the time."""

    strong: bool
    """True when the stamp is set off in bold or brackets."""


_OPENERS = re.compile(r"[\s*_`\[({<\"\u201c]{0,12}")
# What stands before a time and says how exact it is, in several languages; the longest that fits counts.
_QUALIFIERS = {
    "filler": "somewhere|sometime|some time|at some point|just|shortly|soon|right|immediately|a bit|a little|exactly"
    "|precisely|starting|beginning|kurz|peu|poco|pouco",
    "about": "ca|ca.|c.|circa|approx|approx.|approximately|aprox.|about|around|roughly|nearly|at about|at around|gegen"
    "|etwa|ungef\u00e4hr|vers|environ|alrededor de|hacia|sobre|verso|intorno|por volta|cerca|omkring|cirka|rond|noin"
    "|ok.|oko\u0142o|kolem|asi",
    "by": "by|no later than|sp\u00e4testens",
    "after": "after|nach|apr\u00e8s|despu\u00e9s de|dopo|depois|po|etter|efter|na",
    "before": "before|vor|avant|antes de|prima delle|antes|przed|f\u00f6re|f\u00f8r|voor",
    "between": "between|zwischen|entre|tra|fra|mi\u0119dzy|mellan|mellem|tussen",
    "until": "until|till|bis|hasta|jusqu'\u00e0|fino|at\u00e9|do|tot|til",
    "plain": "at|on|from|since|as of|the|ab|seit|am|vom|von|\u00e0|de|d\u00e8s|desde|el|le|den|il|dal|du|o|od|w|v|ve"
    "|van|vanaf",
    # Behind these even "8.02" is a time of day, and "15h".
    "spoken": "um|kl.|kl|klo|kello|a las|a la|de las|las|la|alle|dalle|delle|le ore|\u00e0s|das|as|godz.|godz|saat|om"
    "|hod.",
}
_BEFORE_HOURS = ("kl.", "kl", "klo", "a las", "de las", "dalle", "delle", "le ore", "\u00e0s", "godz.", "godz", "saat")
"""Those behind which a number alone is an hour."""
_QUALIFIER_KINDS = {words: kind for kind, listed in _QUALIFIERS.items() for words in listed.split("|")}
_QUALIFIER = re.compile(
    r"(?P<sign>[~\u2248\u2243]-?\s{0,2})|(?P<words>"
    + "|".join(re.escape(words).replace("\\ ", r"\s") for words in sorted(_QUALIFIER_KINDS, key=len, reverse=True))
    + r")(?:\s{1,2}|(?<=\.)-?)",
    re.IGNORECASE,
)
_NEARLY = ("shortly", "just", "soon", "kurz", "peu", "poco", "pouco")

_CLOCK = re.compile(
    r"(?P<h>\d{1,2})(?:(?P<sep>[:.h]|\s?[\u6642\uc2dc]\s?|\s[hH]\s|\s?Uhr\s)(?P<m>[0-5]\d)"
    r"(?:[:\u5206\ubd84]\s?(?P<s>[0-5]\d|60)(?:[.,](?P<f>\d{1,9}))?)?[\u5206\ubd84\u79d2\ucd08]?)?",
    re.IGNORECASE | re.ASCII,
)
_HALF = re.compile(
    r"\s{0,2}(?:(?P<half>[ap])(?:\.\s?m\.|\.?m\b\.?(?!\w)|(?<=\d[ap])(?!\w))|(?P<word>[^\W\d_]{2,5})(?!\w))",
    re.IGNORECASE,
)
_HALF_OF_BOTH = re.compile(r"\s?[-\u2013\u2014]\s?1?\d(?::[0-5]\d)?\s?[ap]\.?m\b", re.IGNORECASE)
_HALF_BEFORE = re.compile(r"(?:(?P<half>[AP])M|(?P<word>[^\W\d_a-zA-Z]{2,3}))\s?(?=\d)")
_HALF_WORDS = {word: half for half, words in HALVES.items() for word in words.split()}
_HOUR_WORDS = {word: 12 * (hour == "noon") for hour, words in HOURS.items() for word in words.split()} | {"midday": 12}
_HOUR_WORD = re.compile(r"(?:12(?::00)?\s)?(?P<word>[^\W\d_]{4,15})(?!\w)", re.IGNORECASE)
_WORD_ENDS = re.compile(r"\s{0,2}(?:[*_`\])}>:,;|=\u2013\u2014\u2192]|-{1,2}(?=\s|>)|$)")
_NUMBER_GOES_ON = re.compile(r"[:./]?\d")
_MILITARY = re.compile(r"(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?P<s>[0-5]\d)?(?!\d)(?![.,:/-]\d)", re.ASCII)
_MILITARY_ENDS = re.compile(r"\s?(?:UTC|GMT|Z|hrs?|hours|h|Uhr)(?!\w)")
_OCLOCK = re.compile(r"\s?(?:hrs?|hours?|h|(?P<clock>Uhr|o['\u2019]clock|[\u6642\uc2dc]))(?!\w)", re.IGNORECASE)
_ISH = re.compile(
    r"-?ish(?!\w)|\s?[(\[](?:approx(?:\.|imately|imate)?|est(?:\.|imated)?|ca\.?|about)[)\]]|\s(?:approx\.|(?:or\sso|civar\u0131)(?!\w))",
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"[T_](?=\d)|:(?=\d)|[ \t]?\((?=\d)|--?(?=\d\d:?\d\d(?!\d))|[ \t,@]{1,3}"
    r"(?:(?:at)[ \t]{1,2}|[-\u2013\u2014@|][ \t]{1,2})?"
    r"|[ \t]?[-\u2013\u2014:][ \t]{1,2}",
    re.IGNORECASE,
)
_WEEKDAY_BEHIND = re.compile(r",?\s{0,2}\(?(?=[^\W\d_])")
_WEEKDAY_CLOSES = re.compile(r"\.?\)?[\s,@|\u2013\u2014-]{1,3}(?:at\s)?")
_YEAR_BEHIND = re.compile(r"\s(?P<year>(?:19|20|21)\d\d)(?=[\s\])]|$)")
_SIGN = "[+\u2212-]"
_OFFSET = re.compile(rf"{_SIGN}(?:[01]\d):?[0-5]\d(?![\d:])|Z(?!\w)")
_SHORT_OFFSET = re.compile(rf"{_SIGN}(?:0\d|1[0-4])(?![\d:])")
_SPACED_OFFSET = re.compile(rf"\s(?P<sign>{_SIGN})(?:0\d|1[0-4])(?P<colon>:?)(?:00|15|30|45)(?![\d:])")
_ZONE_GAP = re.compile(r"[*_`]{0,3}\s{0,3}[(\[]?\s?")
_ZONE_ENDS = re.compile(r"(?i:\stime\b)?\s{0,2}(?:[*_`\])}>:,;|\u2013\u2014\u2192]|-{1,2}(?=\s|>)|$)")
_LOCAL = re.compile(r"local(?:\stime)?(?!\w)", re.IGNORECASE)
_LIKE_A_ZONE = re.compile(r"(?P<word>[A-Z]{2,4}T|WITA|WIB)(?!\w)")
_NO_ZONES = ("HOST", "POST", "REST", "TEST", "ROOT", "CERT", "ALERT", "BOOT", "PORT", "RESET", "BOT", "GET", "PUT")
_ON_DATE = re.compile(r",?\s{1,2}(?:on|am|le|el)\s{1,2}(?:the\s)?|\s{1,2}\((?=\w)|,?\s{1,2}", re.IGNORECASE)
_TO = re.compile(
    r"\s{0,2}(?:[-\u2013\u2014\u2192~]|->|--|\.\.\.?|\u2026)\s{0,2}|\s{1,2}(?:to|until|till|and|bis|und|et|y|e|i|och|og|en|a(?:\slas?)?|\u00e0|alle|"
    r"\u00e0s|as|hasta(?:\slas?)?|at\u00e9(?:\s\u00e0s)?|do|til|tot)\s{1,2}",
    re.IGNORECASE,
)
_SPOKEN_ENDS = ("alle", "\u00e0s", "a las", "a la", "hasta las")
_OPEN_END = re.compile(r"(?:now|present|ongoing)(?!\w)", re.IGNORECASE)
_ALSO = re.compile(r"\s{0,2}[/(]\s{0,2}")
_CLOSERS = re.compile(r"[*_`\])}>\"\u201d:,.]{0,10}")
_SEPARATOR = re.compile(
    r"\s{0,8}(?:(?:[-=]+>|[:|\u2192;\u2013\u2014]{1,3}|-{1,3}(?=\s|$))(?!\d)\s{0,8}){0,3}\s{0,8}(?P<late>(?:\*\*|__)(?=\s))?\s{0,8}"
)
_ZONE_AT_END = re.compile(r"\s?\(([A-Z]{2,5}(?:[+\u2212-]\d{1,2}(?::\d\d)?)?)\)$")
_ATTACHED_DASH = re.compile(r"[-\u2013\u2014](?=[A-Za-z])")
_MARKER = re.compile(r"([!>*?])\s{1,8}(?=\S)")
_KINDS: dict[str, Kind] = {"!": "decision", ">": "action", "*": "finding", "?": "hypothesis"}

_EPOCH = re.compile(r"@?(?P<s>1\d{9})(?:\.?(?P<f>\d{3}(?:\d{3}){0,2})|\.\d{1,9})?(?![\w.]*\w)", re.ASCII)
_COUNT = re.compile(
    rf"(?:(?P<t>T)\s?=?\s?)?(?P<sign>{_SIGN})\s?"
    r"(?:(?P<h>\d{1,3}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?"
    r"|(?P<length>\d{1,5}(?:\s?(?:days?|d|hours?|hrs?|h|minutes?|mins?|min|m|seconds?|secs?|s)(?![a-z])\s?(?:\d{1,5}(?=\s?[dhms]))?){0,4}))"
    r"(?![\w%.])(?!:\d)|(?P<zero>T\s?0|T\s?zero)(?!\w)(?!\s?=)",
    re.IGNORECASE | re.ASCII,
)

_COUNT_BESIDE = re.compile(r"\s?[(\[]\s?(?:T\s?0|(?:T\s?)?[+\u2212-]\s?\d[\d:hms\s]{0,10}(?:min|ins|in)?)\s?[)\]]")
_COUNT_GAP = re.compile(r"\s?[(\[/|:=]?\s?")

_EVENT = re.compile(r"[^:=|]{2,60}?\s?[*_`]{0,3}[:=][*_`]{0,3}\s{1,4}[*_`\[(]{0,3}")
_OF_THE_TEXT = re.compile(
    r"\W{0,4}(?:(?:last|next|first|page|document|report|post|review)\s?)?(?:published|updated?|edited|modified|written|created"
    r"|retrieved|authors?|version|reviewed|review|meeting|postmortem|post-mortem|due|deadline|eta|expires|source|report"
    r"|generated|exported|printed|copyright|see|accessed|follow-up|scheduled)\b",
    re.IGNORECASE,
)
# "On Sat, 21 Dec 2024 at 12:41, Kim wrote:" stands above what a mail quotes.
_ATTRIBUTION = re.compile(r"\b(?:wrote|schrieb|a \u00e9crit|escribi\u00f3|escreveu|ha scritto)\s?:$")
_TIME_LABEL = re.compile(
    r"\W{0,4}(?:date|time|when|timestamp|posted(?:\s\d+\s\w+\sago)?|date\sand\stime|am|datum|uhrzeit|zeit)\W{0,4}$",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\d(?:[:.h]?\d\d|\s?[ap]\.?m)|noon|midnight|midday|T[+-]\d", re.IGNORECASE)
_TAIL_START = re.compile(r"(?:(?<=[\s(\[*_`@:~\u2248])|^)[^\s*_`)\]}:,.-]")
_TAIL_ENDS = re.compile(r"[*_`\])}>\"\u201d.;,\s]{0,8}$")
_TAIL_CHARS = 80
_LINKS = " \t-\u2013\u2014:|@,;=/>\u2192"


@lru_cache(maxsize=4096)
def timed_text(content: str) -> TimedText | None:
    """The line's stamp and what it says; None when it does not begin with a date or a time.

    The content is a line without its bullet, indentation or heading marks.
    """
    head = content[:WINDOW]
    begin = _past(_OPENERS, head, 0)
    if not head[begin : begin + 1]:
        return None
    read = _moment(head, begin)
    if read is None:
        return None
    stamp, start, end = read
    if head[end : end + 1].isalnum() or (stamp.time is None and stamp.remark in ("by", "until", "after", "before")):
        return None
    timed = _with_zone_at_end(
        _rest(stamp, content, end, "".join(mark for mark in head[:start] if mark in '*_`[({<"\u201c'))
    )
    return None if _ATTRIBUTION.search(timed.text[-40:]) else timed


def _with_zone_at_end(timed: TimedText) -> TimedText:
    """The zone of a time without one, where it stands in brackets behind the words: "09:12 lost (UTC)"."""
    stamp = timed.stamp
    bracket = (
        _ZONE_AT_END.search(timed.text[-24:]) if stamp.time and stamp.zone is None and stamp.after is None else None
    )
    named = zone_at(bracket[1], 0, stated=True) if bracket else None
    if bracket is None or named is None or named[1] != len(bracket[1]):
        return timed
    return timed._replace(stamp=stamp._replace(zone=named[0]), text=timed.text[: -len(bracket[0])])


@lru_cache(maxsize=1024)
def timed_line(content: str, *, point: bool) -> TimedText | None:
    """As `timed_text`, also for a time behind a label or at the end; `point` says that the line is one of a list."""
    timed = timed_text(content)
    if timed and timed.stamp.time:
        return timed
    return _labelled(content) or _ended(content, point=point) or timed


class _About(NamedTuple):
    """What stands before a time."""

    end: int
    remark: str = ""
    sure: bool = False
    """Whether a time is expected: behind "at", "around" and such."""
    spoken: bool = False
    """Whether even "8.02" is a time of day, behind "kl." and such."""
    hourly: bool = False
    """Whether even "11" is one."""


def _about(head: str, start: int) -> _About:
    remark, nearly, sure, spoken, words = "", "", False, False, ""
    for _ in range(4):
        match = _QUALIFIER.match(head, start)
        if match is None:
            break
        words = " ".join((match["words"] or "").casefold().split())
        kind = "about" if match["sign"] else _QUALIFIER_KINDS.get(words, "plain")
        if kind == "filler":
            nearly = "just" if words == "just" else "shortly" if words in _NEARLY else nearly
        elif kind not in ("plain", "spoken"):
            remark = f"{nearly} {kind}" if nearly and kind in ("after", "before") else kind
        sure, spoken = sure or kind != "filler", spoken or kind == "spoken"
        start = _past(_OPENERS, head, match.end())
    return _About(start, remark, sure, spoken, words in _BEFORE_HOURS)


def _moment(head: str, begin: int) -> tuple[Stamp, int, int] | None:
    """The moment at the place, what is said about it included; also where it begins behind that, and where it ends."""
    about = _about(head, begin)
    read = _stamp(head, about)
    return (read[0], about.end, read[1]) if read else None


def _stamp(head: str, about: _About) -> tuple[Stamp, int] | None:
    start, remark = about.end, about.remark
    first = head[start : start + 1]
    if not first.isdigit():
        if first.isalpha():
            return _worded(head, about)
        return _count(head, start) if first in "+-\u2212" else _epoch(head, start) if first == "@" else None
    dated = date_at(head, start)
    if dated:
        return _after_date(head, dated[0], dated[1], remark)
    clock = _clock(head, start, dated=about.spoken, hourly=about.hourly)
    if clock:
        return _after_clock(head, clock[0], clock[1], None, remark)
    pair = pair_at(head, start)
    if pair:
        stamped = _after_date(head, pair[0], pair[1], remark)
        if stamped[0].time:
            return stamped
    return _epoch(head, start) or _noon(head, start, None, remark, sure=about.sure)


def _worded(head: str, about: _About) -> tuple[Stamp, int] | None:
    """A moment that begins with a word: a month, a weekday, noon, a half of the day, T+5."""
    start, remark = about.end, about.remark
    dated = date_at(head, start)
    if dated:
        return _after_date(head, dated[0], dated[1], remark)
    weekday = weekday_at(head, start)
    if weekday:
        if _TAIL_ENDS.match(head, weekday[1]):
            return Stamp(None, None, None, "", remark, weekday[0]), weekday[1]
        stamped = _after_date(head, None, weekday[1], remark)
        return (stamped[0]._replace(weekday=weekday[0]), stamped[1]) if stamped[0].time else None
    if _HALF_BEFORE.match(head, start):
        clock = _clock(head, start)
        return _after_clock(head, clock[0], clock[1], None, remark) if clock else None
    return _count(head, start) or _noon(head, start, None, remark, sure=about.sure)


def _after_date(head: str, written: WrittenDate | None, end: int, remark: str) -> tuple[Stamp, int]:
    join = _JOIN.match(head, end)
    behind = _WEEKDAY_BEHIND.match(head, end) if written else None
    weekday = weekday_at(head, behind.end()) if behind else None
    if written and weekday:
        written = written._replace(weekday=weekday[0])
        join = _WEEKDAY_CLOSES.match(head, weekday[1]) or join
    about = _about(head, join.end()) if join else _About(end)
    begin, remark = about.end, about.remark or remark
    clock = _clock(head, begin, dated=True, hourly=about.hourly) if join else None
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
    match = _HOUR_WORD.match(head, start)
    hour = _HOUR_WORDS.get(match["word"].casefold()) if match else None
    if match is None or hour is None:
        return None
    time = ClockTime(hour, 0)
    stamp, end = _after_clock(head, time, match.end(), written, remark)
    # "Noon deploys failed" names no time.
    if not (sure or stamp.zone or head[start].isdigit() or _WORD_ENDS.match(head, match.end())):
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
        length = timedelta(minutes=int(match["length"])) if bare else parse_duration(match["length"])
        # "+5 nodes" is no time; "T+5" is.
        if length is None or (bare and not match["t"]):
            return None
        after = length
    if match["sign"] not in ("+", None):
        if not match["t"]:
            return None
        after = -after
    gap = _COUNT_GAP.match(head, match.end())
    clock = _clock(head, gap.end()) if gap else None
    if gap and clock:
        stamp, end = _after_clock(head, clock[0], clock[1], None, "")
        return stamp._replace(after=after), end
    return Stamp(None, COUNTED, None, "", "", after=after), match.end()


def _clock(head: str, start: int, *, dated: bool = False, hourly: bool = False) -> tuple[ClockTime, int] | None:
    """The time of day at the place and where it ends; `dated` behind a date or a word that only times follow.

    `hourly` where even a number alone is an hour.
    """
    before = _HALF_BEFORE.match(head, start)
    half = _half(before) if before else ""
    if before and half:
        start = before.end()
    military = None if half else _MILITARY.match(head, start)
    if military and (dated or _MILITARY_ENDS.match(head, military.end())):
        time = ClockTime(int(military["h"]), int(military["m"]), int(military["s"] or 0), exact=bool(military["s"]))
        return time, _past(_OCLOCK, head, military.end())
    match = _CLOCK.match(head, start)
    if match is None:
        return None
    hour, end = int(match["h"]), match.end()
    behind = None if half else _HALF.match(head, end)
    half = half or (_half(behind) if behind else "")
    end = behind.end() if behind and half else end
    hour_word = None if half else _OCLOCK.match(head, end)
    if match["m"] is None and not (
        half
        or hourly
        or _HALF_OF_BOTH.match(head, end)
        or (hour_word and (dated or hour_word["clock"] or _WORD_ENDS.match(head, hour_word.end())))
    ):
        return None
    # 14.30 is as likely a version or an amount; only am, pm, a zone or a date make it a time.
    if match["sep"] == "." and not (half or hour_word or dated or (len(match["h"]) == 2 and zone_at(head, end + 1))):
        return None
    if hour > 24 or (hour == 24 and match["m"] not in ("00", None)) or _NUMBER_GOES_ON.match(head, end):
        return None
    # People write "13:05pm" and "00:45 AM"; "13:05 AM" contradicts itself.
    if (half == "am" and hour > 12) or (half == "pm" and (hour == 0 or hour == 24)):
        return None
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    fraction = int((match["f"] or "0")[:3].ljust(3, "0"))
    time = ClockTime(hour, int(match["m"] or 0), min(int(match["s"] or 0), 59), fraction, bool(half), bool(match["s"]))
    noon = _HOUR_WORD.match(head, start) if hour == 12 and time.minute == 0 and not half else None
    said = _HOUR_WORDS.get(noon["word"].casefold()) if noon else None
    if noon and said is not None:
        return time._replace(hour=said), noon.end()
    return time, hour_word.end() if hour_word else _past(_OCLOCK, head, end)


def _half(match: re.Match[str]) -> str:
    if match["half"]:
        return f"{match['half'].casefold()}m"
    return _HALF_WORDS.get(match["word"].casefold(), "")


def _past(pattern: re.Pattern[str], head: str, position: int) -> int:
    match = pattern.match(head, position)
    return match.end() if match else position


def _after_clock(
    head: str, time: ClockTime, end: int, written: WrittenDate | None, remark: str, *, iso: bool = False
) -> tuple[Stamp, int]:
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
    if written is None:
        written, weekday, end = _date_behind(head, end)
    until, end, zone, time = _range(head, end, zone, time)
    counted = _COUNT_BESIDE.match(head, end)
    end = counted.end() if counted else end
    if not until:
        end = _same_moment_elsewhere(head, end, zone, time)
    return Stamp(written, time, zone, until, remark, weekday, None, "" if zone else unknown), end


def _date_behind(head: str, end: int) -> tuple[WrittenDate | None, int | None, int]:
    """The date or weekday behind a time, and where it ends: "14:30 on 2 July", "12:45 PM Tuesday Mar 5th:"."""
    on = _ON_DATE.match(head, end)
    if on is None:
        return None, None, end
    dated = date_at(head, on.end())
    bracket = "(" in on[0]
    word = bool(on[0].strip(" ,\t\u00a0("))
    if dated:
        after = dated[1] + (bracket and head[dated[1] : dated[1] + 1] == ")")
        if word or bracket or dated[0].year or _WORD_ENDS.match(head, after):
            return dated[0], None, after
    weekday = weekday_at(head, on.end())
    if weekday:
        after = weekday[1] + (bracket and head[weekday[1] : weekday[1] + 1] == ")")
        if word or bracket or _WORD_ENDS.match(head, after):
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
        named = zone_at(head[: offset.end()], end, stated=True)
        if named:
            return named[0], "", named[1]
    spaced = _SPACED_OFFSET.match(head, end)
    if spaced and (exact or dated or spaced["sign"] == "+" or not spaced["colon"]):
        named = zone_at(head[: spaced.end()], end + 1, stated=True)
        if named:
            return named[0], "", named[1]
    start = _past(_ZONE_GAP, head, end)
    bracket = next((mark for mark in head[end:start] if mark in "(["), "")
    named = zone_at(head, start, stated=bool(bracket)) or _zone_in_words(head, start, time, end == start)
    unknown = ""
    if named is None:
        local = _LOCAL.match(head, start)
        like = _LIKE_A_ZONE.match(head, start)
        if local and (bracket or "time" in local[0].casefold() or _ZONE_ENDS.match(head, local.end())):
            unknown, after = "local time", local.end()
        elif like and like[0] not in _NO_ZONES and start > end and _ZONE_ENDS.match(head, like.end()):
            unknown, after = like[0], like.end()
        else:
            return None, "", end
    else:
        after = named[1]
    if bracket:
        if head[after : after + 1] != {"(": ")", "[": "]"}[bracket]:
            return None, "", end
        after += 1
    return named[0] if named else None, unknown, after


def _zone_in_words(head: str, start: int, time: ClockTime, glued: bool) -> tuple[Zone, int] | None:
    """ "Eastern", "London time", and abbreviations that are words too, where nothing else can be meant."""
    if glued or not head[start : start + 1].isalpha():
        return None
    region = zone_at(head, start, stated=True)
    if region and (time.half_said or _ZONE_ENDS.match(head, region[1])):
        return region
    word = zone_word(head, start)
    ends = word and _ZONE_ENDS.match(head, word.end)
    if word and (head[start : word.end].endswith((" time", " Time")) or (ends and word.word.isupper())):
        return word.zone, word.end
    return None


def _range(head: str, end: int, zone: Zone | None, time: ClockTime) -> tuple[str, int, Zone | None, ClockTime]:
    to = _TO.match(head, end)
    if to is None:
        return "", end, zone, time
    open_end = _OPEN_END.match(head, to.end())
    if open_end:
        return open_end[0], open_end.end(), zone, time
    dated = date_at(head, to.end())
    join = _JOIN.match(head, dated[1]) if dated else None
    start = join.end() if join else to.end()
    about = _about(head, start)
    spoken = about.spoken or to[0].strip() in _SPOKEN_ENDS
    clock = _clock(head, about.end, dated=dated is not None or spoken, hourly=spoken) if join or not dated else None
    if clock is None:
        return "", end, zone, time
    last, after = clock
    end_zone, _, after = _zone(head, after, last, exact=False)
    if dated is None:
        after = _date_behind(head, after)[2]
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
    clock = _clock(head, also.end()) if also else None
    if also is None or clock is None:
        return end
    other, _, after = _zone(head, clock[1], clock[0], exact=False)
    if zone is None:
        # The head of the column may name both zones.
        elsewhere = other is None and "/" in also[0] and time.minute % 15 == clock[0].minute % 15
        return after if elsewhere else end
    offset = zone.tz.utcoffset(None)
    there = other.tz.utcoffset(None) if other else None
    if offset is None or there is None:
        # The offset of a region depends on the day, which is not known here.
        return end
    apart = (time.hour - clock[0].hour) * 60 + time.minute - clock[0].minute
    if (apart - (offset - there).total_seconds() // 60) % 1440:
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


def _labelled(content: str) -> TimedText | None:
    """ "Detected: 09:12 UTC, by an alert": a label, its moment, and more."""
    label = _EVENT.match(content[:WINDOW])
    if label is None or _OF_THE_TEXT.match(content):
        return None
    read = _moment(content[:WINDOW], label.end())
    if read is None or read[0].time is None:
        return None
    stamp, _, end = read
    rest = content[end:].lstrip("*_`)] ")
    if not rest or rest[0] not in ",;:-\u2013\u2014(|" or rest.strip(_LINKS + ".") == "":
        return None
    name = label[0].strip(" \t*_`:=([")
    if _TIME_LABEL.match(name):
        return _rest(stamp, content, end, "")
    return TimedText(stamp, f"{name}: {rest.lstrip(_LINKS)}", None, False)


def _ended(content: str, *, point: bool) -> TimedText | None:
    """ "First noticed 2024-03-05 09:12 UTC": a moment at the end of a short line."""
    tail = content[-_TAIL_CHARS:]
    if not _TAIL.search(tail) or _OF_THE_TEXT.match(content):
        return None
    for begin in _TAIL_START.finditer(tail):
        read = _moment(tail, begin.start())
        if read is None or read[0].time is None or not _TAIL_ENDS.match(tail, read[2]):
            continue
        before = content[: len(content) - len(tail) + begin.start()]
        if not _stands_apart(before, read[0], point=point):
            return None
        words = _unclosed_stripped(before)
        if not words:
            return None
        return TimedText(read[0], "" if _TIME_LABEL.match(words) else words, None, False)
    return None


def _stands_apart(before: str, stamp: Stamp, *, point: bool) -> bool:
    """Whether a moment at the end of a line is that of the line, and no part of a sentence."""
    words = before.split()
    if not words or len(words) > (16 if point else 8):
        return False
    last = before.rstrip(" *_`")[-1:] or "*"
    if last in ":=|@([\u2013\u2014-*":
        return point or last in ":=|@" or stamp.date is not None
    return (last.isalnum() or last in ")]\"'`,") and (stamp.date is not None or point)


def _unclosed_stripped(before: str) -> str:
    text = before.rstrip(_LINKS + "([{<")
    for mark in ("**", "__", "`", "*", "_"):
        if text.endswith(mark) and text.count(mark) % 2:
            text = text[: -len(mark)].rstrip(_LINKS)
    return text.strip("*_`: \t") if text[:1] in "*_`" else text.rstrip(": \t")


_DATED_LABEL = re.compile(r"[*_`\])]{1,3}\s|[*_`\])]{0,3}(?:\s{0,2}[:|\u2013\u2014\t]|\s{1,3}-{1,2}\s)")


def dated_label(content: str) -> bool:
    """Whether the line begins with a date and a mark that sets it off: "2024-03-05: shipped"."""
    begin = _past(_OPENERS, content, 0)
    dated = date_at(content[:WINDOW], begin)
    return dated is not None and _DATED_LABEL.match(content, dated[1]) is not None


_RELATIVE = re.compile(
    r"\d{6,14}(?!\w)|(?:yesterday|today|tonight|gestern|heute|hier|ayer|ieri|ontem)\s(?=.{0,10}\d)"
    r"|(?:\d{1,4}|an?|one|two|three|ten|a\sfew|several|half\san?|moments?)\s?(?:and\sa\shalf\s)?"
    r"(?:minutes?|mins?|m|hours?|hrs?|h|seconds?|secs?|s|days?|weeks?|minuten|stunden|minutos|horas|heures)?\s"
    r"(?:later|after\b|sp\u00e4ter|plus[ ]tard|despu\u00e9s|dopo|depois)",
    re.IGNORECASE,
)


def begins_like_time(content: str) -> bool:
    """Whether the line begins with a time that is not read: "alle 12", "yesterday 09:12", "an hour later"."""
    about = _about(content[:WINDOW], _past(_OPENERS, content, 0))
    if about.spoken and content[about.end : about.end + 1].isdigit():
        return True
    return _RELATIVE.match(content, about.end) is not None


def is_of_the_text(content: str) -> bool:
    """Whether the line tells of the text itself, such as when it was published, or of what is planned."""
    return _OF_THE_TEXT.match(content) is not None


def no_moment(stamp: Stamp) -> str:
    """Why a stamp is no moment."""
    return NO_START if stamp.time is COUNTED else NO_DAY


def suffix_of(stamp: Stamp, zone: str) -> str:
    """Words of the stamp beyond its moment, for the end of the text: "until 14:45 UTC, about this time"."""
    until = stamp.until
    if not stamp.time:
        return f"until {until}, time of day not known" if until else "time of day not known"
    if (
        stamp.time
        and until
        and not any(char.isalpha() for char in until.casefold().replace("am", "").replace("pm", ""))
    ):
        until = f"{until} {zone}"
    if until and stamp.remark == "between":
        return f"between this time and {until}"
    remark = f"{stamp.remark} this time" if stamp.remark and stamp.remark != "between" else ""
    return ", ".join(part for part in (f"until {until}" if until else "", remark) if part)


_COUNTED_LINE = re.compile(
    rf"^[^\w\n+-]{{0,8}}(?:[-*]\s+)?\W{{0,4}}(?:T\s?{_SIGN}\s?\d|T0\b|\+\s?\d)|[|,;\t]\s?(?:T\s?)?\+\s?\d"
    r"|(?:^|[|,;\t])[ \t]*(?:time[ \t])?(?i:offset|elapsed|relative|delta)(?![^|,;\t\n(]*[^|,;\t\n( ])",
    re.MULTILINE,
)
_START = re.compile(
    r"\b(?:(?P<t0>T\s?[+-]?\s?0{1,2}(?::00)?(?![\d:hm])|T[\s-]?zero)"
    r"|start(?:ed|s|ing)?|began|begins?|beginning|onset|begonnen|d\u00e9but|inicio)\b"
    r"[ \t:=()*_`,|]{0,6}(?:(?:is|was|at|time|on|of|the|incident)\b[ \t:=(*_`]{0,6}){0,4}(?=[\w~@]|$)",
    re.IGNORECASE | re.MULTILINE,
)


_COLONLESS = re.compile(
    r"(?P<before>[*_`\[(]{0,3})(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?=[\s:*_`\])\u2013\u2014-](?![.,]?\d))", re.ASCII
)
_COLONLESS_LINE = re.compile(rf"^[ \t]*(?:[-*+\u2022]\s+)?{_COLONLESS.pattern}", re.MULTILINE)


def are_colonless(text: str) -> bool:
    """Whether the lines of the text begin with times as "0412": several, that seldom go back."""
    times = [match["h"] + match["m"] for match in _COLONLESS_LINE.finditer(text)]
    back = sum(1 for before, after in pairwise(times) if after < before)
    return len(times) >= 3 and back * 4 <= len(times)


def with_colon(content: str) -> str:
    """The line with its time as "04:12" instead of "0412"."""
    match = _COLONLESS.match(content)
    return f"{match['before']}{match['h']}:{match['m']}{content[match.end() :]}" if match else content


def names_start(content: str) -> bool:
    """Whether the line names the start that others count from: "Start of impact (T0): 18:37 UTC"."""
    return any(match["t0"] and match.start() for match in _START.finditer(content[:WINDOW]))


def counts_from_start(text: str) -> bool:
    """Whether lines or cells of the text count their times from a start."""
    return _COUNTED_LINE.search(text) is not None


def start_in(text: str) -> Stamp | None:
    """The moment that the text names as its start: "T0 = 14:00 UTC" before "started 14:00 UTC"."""
    started: Stamp | None = None
    for match in _START.finditer(text):
        read = _moment(text[match.end() : match.end() + WINDOW].partition("\n")[0], 0)
        if match["t0"] and (read is None or read[0].time is None or read[0].time is COUNTED):
            read = _moment_in(_line_around(text, match.start()))
        if read and read[0].time and read[0].time is not COUNTED:
            if match["t0"]:
                return read[0]._replace(after=None)
            started = started or read[0]
    return started


def _line_around(text: str, position: int) -> str:
    begin = text.rfind("\n", 0, position) + 1
    return text[begin : begin + WINDOW].partition("\n")[0]


def _moment_in(line: str) -> tuple[Stamp, int, int] | None:
    """The first moment with a time of day that is not counted, anywhere in the line."""
    for start in _TAIL_START.finditer(line):
        read = _moment(line, start.start())
        if read and read[0].time and read[0].time is not COUNTED:
            return read
    return None
