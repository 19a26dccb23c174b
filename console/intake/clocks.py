"""Times of day, and the words before them that say how exact they are, in several languages."""

import re
from collections.abc import Iterable
from itertools import chain, groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from console.core.language.calendar_words import HALVES, HOURS, UNITS
from console.core.language.zones import zone_at


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

    short: bool = False
    """True when the hour was written in one digit."""


COUNTED = ClockTime(0, 0)
"""The time of day of a moment that is only counted from another."""

WINDOW = 200
"""The characters at the beginning or the end of a line in which its time must stand."""

CLOCK_LIKE = re.compile(r"\d(?:.{0,4}\d|\s?[APap])")
"""Digits of which a time of day, or a date, can be made; a line without them has none but in words."""
_MORE_UNITS = {"day": "d tagen", "hour": "h hr hrs uren \u0447", "minute": "m mins", "second": "s secs"}
_UNIT_WORDS = {unit[0]: f"{UNITS[unit]} {more}".split() for unit, more in _MORE_UNITS.items()}


def _any_of(words: Iterable[str]) -> str:
    """The pattern of the words, by their first letters, of which one is told faster to begin none."""
    begun = groupby(sorted(words), itemgetter(0))
    rests = ((initial, sorted((word[1:] for word in group), key=len, reverse=True)) for initial, group in begun)
    return "|".join(f"{initial}(?:{'|'.join(ends)})" for initial, ends in rests)


_UNIT_ENDS = r"(?![a-z])\.?"
UNIT_NAME = re.compile(
    f"(?:{'|'.join(f'(?P<{letter}>{_any_of(words)})' for letter, words in _UNIT_WORDS.items())}){_UNIT_ENDS}",
    re.IGNORECASE,
)
"""The name of a length of time from days to seconds, in a group named by its English letter."""
UNIT = rf"(?=[^\x00-@\[-`{{-\xbf])(?:{_any_of(chain(*_UNIT_WORDS.values()))}){_UNIT_ENDS}"
"""The pattern of such a name, without groups."""
OPENERS = re.compile(r"(?:[\s*_`\[({\"\u201c\u3010]|<(?=[^<>]{1,40}>)|:(?=\d)){0,12}")
# What stands before a time and says how exact it is, in several languages; the longest that fits counts.
_QUALIFIERS = {
    "filler": "somewhere|sometime|some time|at some point|just|shortly|soon|right|immediately|a bit|a little|exactly"
    "|precisely|starting|beginning|kurz|peu|poco|pouco",
    "about": "yaklaşık|около|примерно|приблизительно|близько|приблизно|est.|estimated"
    "|ca|ca.|c.|circa|approx|approx.|approximately|aprox.|about|around|roughly|nearly|at about|at around|gegen"
    "|etwa|ungef\u00e4hr|vers|environ|alrededor de|hacia|sobre|verso|intorno|por volta|cerca|omkring|cirka|rond|noin"
    "|ok.|około|kolem|asi|kb.|kb|körülbelül|sekitar|kira-kira|cca|cca.|přibližně|okolo|približno"
    "|περίπου|khoảng|aproximativ|ungefär|umbes|apie|aptuveni",
    "by": "к|by|no later than|sp\u00e4testens",
    "after": "после|після|after|no earlier than|not before|nach|après|después de|dopo|depois|po|etter|efter|na",
    "before": "before|vor|avant|antes de|prima delle|antes|przed|f\u00f6re|f\u00f8r|voor",
    "between": "in the window|in the window of|within|during"
    "|между|між|between|mezi|medzi|între|između|zwischen|entre|tra|fra|mi\u0119dzy|mellan|mellem|tussen",
    "until": "до|until|till|bis|hasta|jusqu'\u00e0|fino|at\u00e9|do|tot|til",
    "plain": "в|с|о|з|at|on|vid|à partir de|from|since|as of|the|ab|seit|am|vom|von|de|d\u00e8s|desde|el|le|den|il|dal"
    "|du|o|od|w|v|ve|van|vanaf",
    # Behind these even "8.02" is a time of day, and "15h".
    "spoken": "à|um|kl.|kl|klo|kello|a las|a la|de las|las|la|alle|dalle|delle|le ore|alle ore|ore|\u00e0s|das|as|godz."
    "|godz|saat|om|hod.|pukul|pkl.|pkl|jam|об|ora|orele",
}
_BEFORE_HOURS = (
    "kl.", "kl", "klo", "a las", "de las", "dalle", "delle", "le ore", "ore", "alle ore", "às", "godz.", "godz",
    "saat", "pukul", "pkl.", "pkl",
)  # fmt: skip
"""Those behind which a number alone is an hour."""
_QUALIFIER_KINDS = {words: kind for kind, listed in _QUALIFIERS.items() for words in listed.split("|")}
_SIGN_KINDS = {"<": "before", "\u2264": "by", ">": "after", "\u2265": "after"}
_QUALIFIER_SIGN = re.compile(
    r"(?:[~\u00b1\u2248\u2243<>\u2264\u2265]-?|\u7d04|\u5927?\u7ea6|\u5927\u7d04|\uc57d)\s{0,2}"
)


def _qualifiers(initial: str) -> re.Pattern[str]:
    longest_first = sorted((words for words in _QUALIFIER_KINDS if words[0] == initial), key=len, reverse=True)
    words = "|".join(re.escape(words).replace("\\ ", r"\s") for words in longest_first)
    return re.compile(rf"(?P<words>{words})(?:\s{{1,2}}|(?<=\.)-?)", re.IGNORECASE)


_QUALIFIERS_BY_INITIAL = {initial: _qualifiers(initial) for initial in {words[0] for words in _QUALIFIER_KINDS}}
"""By their first letter, since nearly every word of a text is looked up."""
_BARE_A = re.compile(r"A\s(?=[0-2]?\d\s?h\s?[0-5]\d(?!\w))")
"""A French "À" without its accent."""
_ARTICLES = ("the", "el", "il", "den")
_NEARLY = ("shortly", "just", "soon", "kurz", "peu", "poco", "pouco")
_CLOCK = re.compile(
    r"(?P<h>\d{1,2})(?:(?P<past>[\u6642\u65f6\u70b9\u9ede\uc2dc]\s?(?:\u534a|\ubc18))|(?P<sep>[:.h]|\s?[\u6642\u65f6\u70b9\u9ede\uc2dc]\s?|\s[hH]\s|\s?Uhr\s)(?P<m>[0-5]\d|\d(?=\s?[\u5206\ubd84]))"
    r"(?:(?::|(?<=\d\.\d\d)\.(?=\d\d(?![\d.]))|[\u5206\ubd84]\s?|(?<=\d\dh\d\d)m(?=\d\ds(?!\w)))(?P<s>[0-5]\d|60)(?:[.,](?P<f>\d{1,9})|:(?P<ms>\d{3})(?!\d))?(?:(?<=m\d\d)s)?)?[\u5206\ubd84\u79d2\ucd08]?)?",
    re.IGNORECASE | re.ASCII,
)
_HALF = re.compile(
    r"(?:\s{0,2}|-(?=[ap]m))(?:(?P<half>[ap])(?:\.\s?m\.|\.?m\.?(?![^\W_])|(?<=\d[ap])(?!\w))"
    r"|(?P<word>[^\W\d_]{2,5}(?!\w)|[^\W\d_]\.\s?[^\W\d_]\.))",
    re.IGNORECASE,
)
_HALF_OF_BOTH = re.compile(r"\s?[-\u2013\u2014]\s?1?\d(?::[0-5]\d)?\s?[ap]\.?m\b", re.IGNORECASE)
_HOUR_GOES_ON = re.compile(
    r"-?ish(?!\w)|\scirca(?!\w)|\s?h\s?(?:[-\u2013\u2014]|\u00e0|a|\u00e0s|at\u00e9|bis|tot|to)\s?\d{1,2}\s?h",
    re.IGNORECASE,
)
"""The words by which a number is an hour: "10ish", "12h \u00e0 13h"."""
HALF_BEFORE = re.compile(r"(?:(?P<half>[AP])M|(?P<word>[^\W\d_a-zA-Z]{2,3}))\s?(?=\d)")
_HALF_WORDS = {word: half for half, words in HALVES.items() for word in words.split()}
_HALF_WORDS |= dict.fromkeys(["凌晨", "早上", "清晨", "早晨", "早朝", "새벽", "아침"], "am")
_HALF_WORDS |= dict.fromkeys(["晚上", "傍晚", "中午", "夜間", "夕方", "저녁"], "pm")
ASIAN_HALF = f"(?:{'|'.join(word for word in _HALF_WORDS if word > chr(0x2E7F))})"
"""The pattern of the half of a day, in languages that write it before the time."""
PART_OF_DAY = re.compile(
    r"\s?,?\s(?:(?P<am>in\sthe\smorning|morgens|vormittags|fr\u00fch|de\sla\sma\u00f1ana|du\smatin|d[ie]l?\smattin[ao]|da\smanh\u00e3|p\u00e5\smorgonen|om\smorgenen|['\u2019]s\s\w{2,6}en(?:d)?s"
    r"|rano|\u0443\u0442\u0440\u0430)"
    r"|(?P<pm>in\sthe\s(?:afternoon|evening)|nachmittags|mittags|abends|de\sla\starde|du\ssoir|de\sl['\u2019]apr\u00e8s-midi|(?:di|della)\ssera|(?:del|di|nel)\spomeriggio|[\u00e0d]a?\starde|por\sla\starde|p\u00e5\s(?:eftermiddagen|kv\u00e4llen)|om\s(?:eftermiddagen|aftenen)"
    r"|['\u2019]s\s(?:mid|av)\w+s|po\spo\u0142udniu|wieczorem|\u0434\u043d\u044f|\u0432\u0435\u0447\u0435\u0440\u0430)"
    r"|(?P<night>at\snight|nachts|de\sla\s(?:noche|madrugada)|di\snotte|da\s(?:noite|madrugada)|['\u2019]s\snachts|w\snocy|\u043d\u043e\u0447\u0438))(?!\w)",
    re.IGNORECASE,
)
HOUR_WORDS = {word: 12 * (hour == "noon") for hour, words in HOURS.items() for word in words.split()} | {
    **dict.fromkeys(["midday", "mediodia", "mittag", "mittags", "\u6b63\u5348", "\uc815\uc624"], 12),
    "\uc790\uc815": 0,
    "medianoche": 0,
}
HOUR_WORD = re.compile(
    r"(?:12(?::00)?\s)?(?P<at>(?:a|\u00e0|al|au|ao)\s)?(?P<word>(?:[^\W\d_]{4,15}|\u6b63\u5348|\uc815\uc624|\uc790\uc815)(?:[-\s](?:dia|noite)\b)?)(?!\w)",
    re.IGNORECASE,
)
WORD_ENDS = re.compile(r"\s{0,2}(?:[*_`\])}>:\uff1a,;|=\u2013\u2014\u2192]|-{1,2}(?=\s|>)|/\s|$)")
_NUMBER_GOES_ON = re.compile(r"[:./]?\d")
_MILITARY = re.compile(r"(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?P<s>[0-5]\d)?(?!\d)(?![.,:/-]\d)", re.ASCII)
_MILITARY_ENDS = re.compile(r"\s?(?:UTC|GMT|Z|L|hrs?|hours|h|Uhr|z)(?!\w)")
AFTER_HOUR = re.compile(
    r"\s?(?:(?:hrs?|hours?|horas?|heures?|h|uur|\u0447\.?|(?-i:L))(?!\w)|['\u2019](?:[td][ea]n?|y?[ea]|[dt]eki)(?!\w)"
    r"|(?P<clock>(?:Uhr|o['\u2019]clock)(?!\w)|[\u6642\u65f6\u70b9\u9ede\uc2dc](?![\u9593\u95f4\uac04])))",
    re.IGNORECASE,
)


_AROUND = re.compile(r"\s(?:civar|sular|s\u0131ralar)\u0131(?:nda)?(?!\w)")


class About(NamedTuple):
    """The words that stand before a time."""

    end: int
    remark: str = ""
    sure: bool = False
    """Whether a time is expected: behind "at", "around" and such."""
    spoken: bool = False
    """Whether even "8.02" is a time of day, behind "kl." and such."""
    hourly: bool = False
    """Whether even "11" is a time of day."""
    article: bool = False
    """Whether only a date may follow: "the 5th", and no time in "the 14:30 deploy"."""


def about_at(head: str, start: int) -> About:
    """The words at the place that say how exact the time behind them is, if there are any."""
    if head[start : start + 1].isdigit():
        return About(start)
    bare = _BARE_A.match(head, start)
    if bare:
        return About(bare.end(), sure=True, spoken=True)
    remark, nearly, sure, spoken, words = "", "", False, False, ""
    for _ in range(4):
        worded = _QUALIFIERS_BY_INITIAL.get(head[start : start + 1].casefold())
        match = worded.match(head, start) if worded else _QUALIFIER_SIGN.match(head, start)
        if match is None:
            break
        words = " ".join(match["words"].casefold().split()) if worded else ""
        kind = _QUALIFIER_KINDS.get(words, "plain") if worded else _SIGN_KINDS.get(match[0].strip(), "about")
        if kind == "filler":
            nearly = "just" if words == "just" else "shortly" if words in _NEARLY else nearly
        elif kind not in ("plain", "spoken"):
            remark = f"{nearly} {kind}" if nearly and kind in ("after", "before") else kind
        sure, spoken = sure or kind != "filler", spoken or kind in ("spoken", "between")
        start = past(OPENERS, head, match.end())
    # "Poco dopo le 15" is Italian, where an hour needs no more.
    hourly = words in _BEFORE_HOURS or remark == "between" or (words == "le" and bool(remark))
    return About(start, remark, sure, spoken, hourly, words in _ARTICLES)


def clock_at(head: str, start: int, *, dated: bool = False, hourly: bool = False) -> tuple[ClockTime, int] | None:
    """The time of day at the place and where it ends; `dated` behind a date or a word that only times follow.

    `hourly` where even a number alone is an hour.
    """
    before = None if head[start : start + 1].isdigit() else HALF_BEFORE.match(head, start)
    half = _half(before) if before else ""
    if before and half:
        start = before.end()
    military = None if half else _MILITARY.match(head, start)
    if military and (dated or _MILITARY_ENDS.match(head, military.end()) or _zone_behind(head, military.end())):
        time = ClockTime(int(military["h"]), int(military["m"]), int(military["s"] or 0), exact=bool(military["s"]))
        return time, past(AFTER_HOUR, head, military.end())
    match = _CLOCK.match(head, start)
    if match is None:
        return None
    hour, end = int(match["h"]), match.end()
    behind = None if half else _HALF.match(head, end)
    half = half or (_half(behind) if behind else "")
    end = behind.end() if behind and half else end
    hour_word = None if half else AFTER_HOUR.match(head, end)
    if match["m"] is None and not (
        half
        or PART_OF_DAY.match(head, past(AFTER_HOUR, head, end))
        or match["past"]
        or hourly
        or _HALF_OF_BOTH.match(head, end)
        or _HOUR_GOES_ON.match(head, end)
        or (hour_word and _is_hour(hour_word, head, dated=dated))
    ):
        return None
    # 14.30 is as likely a version or an amount; only am, pm, a zone or a date make it a time.
    surely = (
        half or hour_word or dated or (len(match["h"]) == 2 and (zone_at(head, end + 1) or _AROUND.match(head, end)))
    )
    if match["sep"] == "." and not surely:
        return None
    if hour > 24 or (hour == 24 and match["m"] not in ("00", None)) or _NUMBER_GOES_ON.match(head, end):
        return None
    # People write "13:05pm" and "00:45 AM", and in Japan "0:15 PM"; "13:05 AM" contradicts itself.
    if (half == "am" and hour > 12) or (half == "pm" and (match["h"] == "00" or hour == 24)):
        return None
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    behind_hour = past(AFTER_HOUR, head, end)
    part = None if half else PART_OF_DAY.match(head, behind_hour)
    if part and 1 <= hour <= 12:
        is_pm = part["pm"] or (part["night"] and 6 <= hour < 12)
        hour, half = hour % 12 + (12 if is_pm else 0), "pm" if is_pm else "am"
    if part:
        end, hour_word = part.end(), None
    fraction = int((match["f"] or match["ms"] or "0")[:3].ljust(3, "0"))
    minute, second = 30 if match["past"] else int(match["m"] or 0), min(int(match["s"] or 0), 59)
    time = ClockTime(hour, minute, second, fraction, bool(half), bool(match["s"]), len(match["h"]) == 1)
    noon = HOUR_WORD.match(head, start) if hour == 12 and time.minute == 0 and not half else None
    said = hour_of_word(noon["word"]) if noon else None
    if noon and said is not None:
        return time._replace(hour=said), noon.end()
    return time, hour_word.end() if hour_word else past(AFTER_HOUR, head, end)


def _zone_behind(head: str, end: int) -> bool:
    """Whether the abbreviation of a zone stands behind four digits: "1625 EST"."""
    named = zone_at(head, end + 1) if _ABBREVIATION.match(head, end) else None
    return named is not None


_ABBREVIATION = re.compile(r"\s[A-Z]{3,4}(?!\w)")
_WORD = re.compile(r"[^\W\d_]+")
_WORDED_FIRST = "a al au ao am pm meio meia"
"""Of "au midi", "PM 2:30" and "meio-dia"."""
FIRST_WORDS = frozenset(
    word[0].casefold()
    for words in (*_QUALIFIER_KINDS, *HOUR_WORDS, *_HALF_WORDS, *_WORDED_FIRST.split())
    if (word := _WORD.search(words))
)
"""Those with which a time of day can begin, or what is said about it."""


def hour_of_word(word: str) -> int | None:
    """The hour that a word for noon or midnight names."""
    return HOUR_WORDS.get(re.sub(r"[-\s]", "", word.casefold()))


def _is_hour(hour_word: re.Match[str], head: str, *, dated: bool) -> bool:
    """Whether a number alone is a time with such a word behind it: "16 hours" is a length, "16 hrs" may be none."""
    word = hour_word[0].strip().casefold()
    if hour_word["clock"] or word.startswith("hour"):
        return bool(hour_word["clock"])
    return dated or (not word.startswith(("hora", "heure")) and WORD_ENDS.match(head, hour_word.end()) is not None)


def _half(match: re.Match[str]) -> str:
    if match["half"]:
        return f"{match['half'].casefold()}m"
    return _HALF_WORDS.get("".join(filter(str.isalpha, match["word"].casefold())), "")


def past(pattern: re.Pattern[str], head: str, position: int) -> int:
    """The place behind what the pattern matches there; the place itself where it matches nothing."""
    match = pattern.match(head, position)
    return match.end() if match else position


_LINE_BEGINS = r"^[ \t]*(?:[-*+\u2022]\s+)?"
# Behind four digits L is most often the local time and P the afternoon.
_COLONLESS = re.compile(
    r"(?P<before>[*_`\[(]{0,3}~?)(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?P<zone>[A-IKMNOQ-Z]?)"
    r"(?:(?P<to>\s?[\u2013\u2014-]\s?(?:[01]\d|2[0-3]))(?P<to_m>[0-5]\d))?(?=[\s:*_`\])\u2013\u2014-](?![.,]?\d))",
    re.ASCII,
)
_COLONLESS_END = re.compile(
    r"(?P<before>[^\n]{2,200}[\[(])(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?P<zone>[A-IKMNOQ-Z]?)(?=[\])]$)",
    re.ASCII | re.MULTILINE,
)
DOTTED = re.compile(
    r"(?P<before>[*_`\[(]{0,3}(?:(?:ca?|approx)\.?\s?|~\s?)?)(?P<h>[01]?\d|2[0-3])\.(?P<m>[0-5]\d)(?=[\s:*_`\])\u2013\u2014'\u2019-])(?!\s?(?:%|\d\d?:\d\d|[\u20ac$\u00a3]|(?:[KMGT]i?B|EUR|USD|GBP|CHF|JPY|SEK|NOK|DKK|PLN|CZK|TRY|INR|BRL)\b))",
    re.ASCII,
)
_DECIMAL_LINE = re.compile(rf"{_LINE_BEGINS}[*_`\[(]{{0,3}}\d+[.,]\d", re.MULTILINE)
_COLONLESS_LINE = re.compile(_LINE_BEGINS + _COLONLESS.pattern, re.MULTILINE)
_COLONLESS_LINE_END = re.compile(
    r"[\[(](?<=[^\n]{3})(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)[A-IKMNOQ-Z]?(?=[\])]$)", re.ASCII | re.MULTILINE
)
_YEAR_LINE = re.compile(_LINE_BEGINS + r"[*_`\[(]{0,3}(?:19|20)[6-9]\d(?=[\s:*_`\])\u2013\u2014-])", re.MULTILINE)
"""A year, which is no time: those in the list with it are years as well."""
_DOTTED_LINE = re.compile(_LINE_BEGINS + DOTTED.pattern, re.MULTILINE)
_CLOCK_LINE = re.compile(_LINE_BEGINS + DOTTED.pattern.replace(r"\.(?P<m>", "[.:](?P<m>"), re.MULTILINE)

_HALF_DAY = 1200

BARE_OFFSET = re.compile(
    r"(?P<before>.{0,40}?(?<!\d)\d{1,2}:[0-5]\d(?::[0-5]\d)?)\s?(?P<opens>[(\[])?(?P<offset>[+\u2212-](?:\d|1[0-4]))(?(opens)[)\]])(?=[\s:,])"
)
"""A number with its sign behind a time, which is a zone where all lines have the same."""


def without_colon(text: str) -> re.Pattern[str] | None:
    """The pattern of times as "0412" or "14.02" that begin lines: several, that seldom go back; None without such.

    The text need only hold the lines that are like clocks.
    """
    ways = [(_COLONLESS, _COLONLESS_LINE), (_COLONLESS_END, _COLONLESS_LINE_END)]
    ways += [(DOTTED, _DOTTED_LINE), (DOTTED, _CLOCK_LINE)] if _DOTTED_LINE.search(text) else []
    for pattern, whole in ways:
        matches = list(whole.finditer(text))
        times = [match["h"].zfill(2) + match["m"] for match in matches]
        # From 1650 to 0010 it is not back, but over midnight.
        back = sum(1 for before, after in pairwise(times) if after < before and int(before) - int(after) < _HALF_DAY)
        least = 2 if whole is _CLOCK_LINE or all("[" in match[0] for match in matches) else 3
        # Some with a point among those with a colon fit into their order.
        most_back = 0 if whole is _CLOCK_LINE else len(times) // 4
        if len(times) < least or back > most_back or (pattern is _COLONLESS and _YEAR_LINE.search(text)):
            continue
        if pattern is not DOTTED or sum(1 for _ in _DECIMAL_LINE.finditer(text)) <= len(times):
            return pattern
    return None


def with_colon(content: str, pattern: re.Pattern[str]) -> str:
    """The line with its time as "04:12" instead of "0412" or "04.12", and "alle 12:00" instead of "alle 12"."""
    match = pattern.match(content)
    if match is None:
        return content
    groups = match.groupdict()
    zone = zone_of_letter(groups.get("zone") or "")
    until = f"{match['to']}:{match['to_m']}" if groups.get("to") else ""
    return f"{match['before']}{match['h']}:{groups.get('m', '00')}{zone and f' {zone}'}{until}{content[match.end() :]}"


_ZONE_LETTERS = "YXWVUTSRQPON" + "ZABCDEFGHIKLM"
"""Of the twelve hours west of UTC to the twelve east of it, as armies and pilots name them."""


def zone_of_letter(letter: str) -> str:
    """The zone that the letter names, as in "UTC+1"; empty for none and for J, the local time."""
    hours = _ZONE_LETTERS.find(letter) - 12 if letter and letter != "J" else None
    return "" if hours is None else f"UTC{hours:+}" if hours else "UTC"


_HOUR_FAMILIES = (
    "a las?|las?|de las|hacia las|sobre las|alrededor de las|desde las",
    "alle|dalle|delle|ore|le ore|alle ore|verso le|intorno alle",
    "\u00e0s|as|das|por volta das|cerca das",
    "um",
    r"om|rond(?=\s\d\d?\suur)",
    r"\u00e0|d\u00e8s|vers(?=\s\d\d?\sh\b)",
    "o|godz\\.?",
    "v|ve",
    "\u0432|\u043e",
)
"""Words before times, by language; even a number alone is an hour behind them, where one stands before "9:02", too."""
_HOUR_LINE = re.compile(
    rf"^[^\w\n]{{0,8}}(?:{'|'.join(f'({family})' for family in _HOUR_FAMILIES)})\s\d{{1,2}}[:.h][0-5]\d(?!\d)",
    re.MULTILINE | re.IGNORECASE,
)
_NOT_AN_HOUR = r"(?=\s(?!(?:[ap]\.?m|%)(?!\w))[^\W\d_])"


def hours_behind(text: str) -> re.Pattern[str] | None:
    """The pattern of line beginnings where a number alone is an hour, by the words before full times of the text."""
    families = {match.lastindex for match in _HOUR_LINE.finditer(text)}
    words = "|".join(family for place, family in enumerate(_HOUR_FAMILIES, start=1) if place in families)
    ends = rf"(?:\s(?:h|uur|uhr|hrs|heures?|horas|\u0447\u0430\u0441\u043e\u0432|hod)\b\.?)?{_NOT_AN_HOUR}"
    return (
        re.compile(rf"(?P<before>[^\w\n]{{0,8}}(?:{words})\s)(?P<h>1?\d|2[0-4]){ends}", re.IGNORECASE)
        if words
        else None
    )
