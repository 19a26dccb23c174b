"""Zones as words of a line: in a sentence that states one, in a column's head, behind a time, as a place's time."""

import re
import zoneinfo
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from functools import lru_cache
from typing import NamedTuple

from console.core.language.dates import date_at, weekday_at
from console.core.language.places import begins_wide_zone, place_zone, zone_word
from console.core.language.zones import SHARED, Zone, shares_letters, zone_at
from console.intake.dates import Order
from console.intake.lines import TIMELINE

_TIMES = (
    r"(?:time)?\s?stamps?|times?|clocks?|zeiten|uhrzeit(?:en)?|zeitangaben|(?:zeit)?stempel|heures|horaires|horodatages?|horas|orari"
    r"|tijden|tijdstippen|tider|tidspunkte[rn]|klockslag|klokkeslett|hor\u00e1rios|angaben|kellonajat|saatler|\u010dasy|czasy|godziny"
)
# Of most places in a text it is told at once that nothing begins there.
STATES_ZONE = re.compile(
    r"(?:\b(?=\w)|(?=[(\[,\u3040-\uffff]))(?:"
    rf"\b(?:all|the|these|listed|alle|toutes\sles|todas\slas|tutti\sgli)?\s?(?:{_TIMES})\s(?:below\s|above\s|here\s|listed\s)?"
    r"(?:shown\s|given\s|indiqu\u00e9es\s|indicad[ao]s\s|indica(?:te|ti)\s|in\sthis\s\w{3,20}\s)?(?:(?:in|on|of)\s[^.,;:()]{3,30}?\s)?"
    r"(?:are|is|were|in|given|shown|listed|stated|noted|recorded|use|using|sind|sont|en|son|sono)\b"
    rf"|\b(?:{_TIMES}|(?-i:L))\s?="
    rf"|\b(?:all|alle|every)\s(?:{_TIMES})\b|\b(?:everything|events|entries|all)\s(?:is|are)?\s?in\b"
    rf"|\b(?:{_TIMES})\s(?=(?-i:UTC|GMT|MES?Z|\u041c\u0421\u041a|[A-Z]{{1,4}}T)\b)"
    rf"|\btime\s?zones?\b|\btz\b|\bzone\s?:|\bzeitzone\b|\bfuseau\shoraire\b|\b(?:zona|huso)\shorari[ao]\b|\bfuso\s(?:orario|hor\u00e1rio)\b"
    r"|\btijdzone\b|\bstrefa\sczasowa\b|\b\u010dasov\u00e9\sp\u00e1smo\b|\btids(?:zon|sone|zone)\b|\baikavy\u00f6hyke\b|\bsaat\sdilimi\b|\bfus\sorar\b"
    r"|\b(?:\u0447\u0430\u0441\u043e\u0432\u043e\u0439|\u0447\u0430\u0441\u043e\u0432\u0438\u0439)\s\u043f\u043e\u044f\u0441\b|\u30bf\u30a4\u30e0\u30be\u30fc\u30f3"
    rf"|[(\[,]\s?(?=(?:all\s)?(?:{_TIMES})\s)|\blocal(?:\stime)?\s?=|[\u65f6\u6642]\u533a|[\u6642\u65f6]\u5340|\uc2dc\uac04\ub300|(?:\uc2dc\uac01|\uc2dc\uac04)[\uc740\ub294]|[\u6642\u65f6](?:\u523b|\u9593|\u95f4)(?:\u306f(?:\u3059\u3079\u3066|\u5168\u3066)?|\u5747?[\u4e3a\u70ba])|\b(?:{_TIMES})\s?:|\bin\s(?=\S{{2,30}}\s(?:unless|throughout))"
    r"|\bin\s(?=(?-i:(?:[A-Z]\w+\s){1,3}Time)\b))",
    re.IGNORECASE,
)
_STATING = (
    "time", "stamp", "clock", "zeit", "stempel", "heure", "horaire", "horodatage", "hora", "orari", "tijd", "tide",
    "tidspunkt", "klockslag", "klokkeslett", "hor\u00e1rio", "angaben", "kellonaj", "saat", "\u010das", "czas",
    "godzin", "everything", "events", "entries", "all in", "all is", "all are", "tz", "zone", "fus", "strefa", "tids",
    "aikavy\u00f6hyke", "\u043f\u043e\u044f\u0441", "\u30be\u30fc\u30f3", "\u533a", "\u5340", "\uc2dc\uac04\ub300",
    "unless", "throughout", "l =", "l=", "\uc2dc\uac01", "\uc2dc\uac04\uc740",
    "\u6642\u523b\u306f", "\u6642\u9593\u306f", "\u65f6\u95f4\u4e3a", "\u65f6\u95f4\u5747",
)  # fmt: skip
"""Pieces of all that `STATES_ZONE` finds, in small letters, which are told faster."""
_FILLER = re.compile(
    r"(?:\s|[:\uff1a=*_`(\-\u2013\"\u201c]|\b(?:are|is|in|the|given|shown|listed|stated|all|used|zone|expressed|reported|displayed"
    r"|noted|recorded|local|ours?|times?|of|as|to|en|de|der|dem|zijn|lokale?n?|locales|locaux|tijd|tid|sind|sont|son|sono|hora|heure|approximate|and|cell(?:e|es)"
    r"|(?:indiqu|exprim)\u00e9e?s|(?:indicad|expresad|expressad)[ao]s|(?:indica|espres)(?:te|ti|se|si)|angegeben|podano|uvedeny|opgegeven|angivna|angivet)\b,?){0,16}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?<![\w/+.-])(?:(?:UTC|GMT)(?:\s?[+\u2212-]\d{1,2}(?::?\d\d)?)?|Zulu|[A-Z\u010c\u0130]{3,5}|\u041c\u0421\u041a|[A-Z][a-z]+/[A-Z]\w+)(?![\w/])"
)
"""The name of a zone, and hardly anything else."""
_CLAUSE_GOES_ON = re.compile(
    r"-(?:aika|tid|tijd|zeit|time)\w{0,3}\b|\s?(?:[.,;:)\]*_!\u3002\uff09]|(?:time|unless|throughout|except|if\snot|where\snot)\b|\W*$)"
)
_CLAUSE_WORDS = 6
_BEHIND_TIMES = re.compile(
    r"\d[:.h][0-5]\d(?:\s?[ap]\.?m\.?)?\s?(?:[-\u2013\u2014(/]|[^\W\d_]{1,5})\s?\d{1,2}[:.h][0-5]\d(?:\s?[ap]\.?m\.?)?\s?$",
    re.IGNORECASE,
)
"""The end of two times, those of a range or of one moment in two zones."""
_PERSON = re.compile(r"\b[A-Z][a-z]{1,20}\s?[(,\u2013\u2014-]\s?$")
_NAMES_TIMES = re.compile(rf"\b(?:{_TIMES})\b", re.IGNORECASE)
_CLAUSE_BEGINS = re.compile(r"[.;,:=()\[\]\u2013\u2014]|\s-\s")
_BUT = re.compile(r"\s(?:unless|except|sofern\snicht|wenn\snicht|sauf|salvo|tenzij)\b[^()\[\]]*", re.IGNORECASE)
"""A zone behind these words is that of other times."""
_SPOKEN_OFFSET = re.compile(
    r"(?:\b(?P<hours>\d\d?)\s?(?:hours?|hrs?|h)\s(?P<east>ahead\sof|before)?(?(east)|(?:behind|after))\s)?\b(?P<zone>UTC|GMT)(?(hours)|\s(?:plus|(?P<minus>minus))\s(?P<add>\d\d?)\b)"
)
_UNKNOWN = re.compile(r"(?P<word>[A-Z]{2,5}|[A-Z][\w-]{1,20}(?:\s[A-Z][\w-]{1,20}){0,2}\s[Tt]ime)(?![\w:])")
_IN_OTHER_WORDS = re.compile(r",?\s[(\[]?(?:i\.?e\.?|that\sis|d\.\s?h\.|es\sdecir|=)[,:]?\s", re.IGNORECASE)
_NO_ZONES = ("AM", "PM", "HH", "MM", "SS", "ISO", "RFC", "YYYY", "SEV", "A", "I", "TBC", "TBD", "TBA")
_LOCAL = re.compile(
    r"\b(?:locale?s?|locaux|lokale?n?|lokaal|lokalt?|ortszeit|paikallista|yerel|lokaln\w{1,3}|\u043c\u0435\u0441\u0442\u043d\w{1,4})\b"
    r"|\u73fe\u5730\u6642|\u5f53\u5730\u65f6|\ud604\uc9c0",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]{1,40})\s*[)\]]")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[A-Z])(?=[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3])")
"""Between a zone and the words that follow it without a blank."""
_EMPHASIS = re.compile(r"(?<!\w)_+|_+(?!\w)")
_APART_IN_HEAD = re.compile(r",\s|\s[-\u2013\u2014|/]\s")
_BEFORE_ZONE = re.compile(
    r"(?:(?:all|times?|in|hora|heure|de|zeit|uhrzeit|ora|tijd|local),?\s)*(?:\u5747?[\u4e3a\u70ba]\s?)?", re.IGNORECASE
)
_ENDS = re.compile(r"\W*$|\s?[.,;:)\]]")

WINDOW = 400
"""The characters of a line in which a statement of the zone is looked for; no sentence that states one is longer."""


_SHORT_CHARS = 120
_POINT = re.compile(r"\s*[-*+\u2022]\s")
_MAX_NAME_CHARS = 40
_YEAR = re.compile(r"(?:19|20|21)\d\d", re.ASCII)
_CLOCK = re.compile(r"\d:\d\d|\d\s?[ap]\.?m", re.IGNORECASE)
_CLOCK_BEHIND = re.compile(r"\)\s?:\s.{0,20}\d:\d\d")
"""The time of a line whose label names the zone of that time alone: "End (UTC): 12:46"."""
TIME_WORD = re.compile(
    r"\b(?:times?|hora|horas|heures?|(?:sommer|winter|normal|standard)?zeit|zeiten|ortszeit|uhrzeit|uhrzeiten|ora|orari|orario"
    r"|(?:sommar|sommer|normal)?tid|tider|(?:zomer|winter|standaard)?tijd|tijden|(?:kes\u00e4|normaali)?aikaa?|czas(?:u|ie)?|hor[a\u00e1]rios?"
    r"|(?:(?:letn\u00ed|standardn\u00ed)\s)?\u010das\w?|(?:(?:yaz|standart)\s)?saat(?:i|iyle)?|(?:(?:ny\u00e1ri|t\u00e9li)\s)?id\u0151(?:vel|ben|z\u00f3na)?|waktu|gi\u1edd|vreme(?:na)?|vrijeme|laik(?:s|as|a|u)|a(?:eg|ja)|t\u00edmi|orele|saati|saatiyle|\u0432\u0440\u0435\u043c\u044f|\u0432\u0440\u0435\u043c\u0435\u043d\u0438|\u0447\u0430\u0441(?:\u043e\u043c|\u0443|\u0430|\u0456)?|\u0432\u0440\u0435\u043c\u0435|\u043f\u043e|\u03ce\u03c1\u03b1\u03c2?|\u0628?\u062a\u0648\u0642\u064a\u062a|\u0648\u0642\u062a|\u05e9\u05e2\u05d5\u05df|\u0938\u092e\u092f)\b"
    r"|(?:\u6a19\u6e96|\u6807\u51c6|\ud45c\uc900|\u590f\u4ee4?)?(?:[\u6642\u65f6][\u9593\u95f4\u523b]?|\uc2dc\uac04|\uc2dc(?!\w))",
    re.IGNORECASE,
)
_PLACE_BEHIND = re.compile(
    r"(?:\s(?:normale?|d[\u2019'](?:\u00e9t\u00e9|hiver)|est\u00e1ndar|padr\u00e3o|de\s(?:verano|invierno|ver\u00e3o|inverno)|standard|legale|solare)(?=\s))?"
    r"(?:\s(?:de|del|della|di|da|do|du|d\u2019|la|las|los|le|el|von|van|w|we|v|\u043f\u043e|\u0432)(?=\s)){0,3}\s(?P<place>[^\W\d_][\w\u2019'-]*(?:\s[^\W\d_][\w\u2019'-]*){0,3})",
    re.IGNORECASE,
)
_NEVER_BEHIND = ("hor", "heur", "or", "\u043f\u043e", "gi")
_WORD = re.compile(r"\S+")
_TIME_ENDS = re.compile(rf"(?<=\w)[\s-]?(?:{TIME_WORD.pattern})$", re.IGNORECASE)
_TIME_BEHIND = re.compile(rf"\s(?:{TIME_WORD.pattern}|(?:letni|zimowy|standardowy)(?!\w))", re.IGNORECASE)
_PLACE = re.compile(r"[^\W\d_][\w\u2019'-]*(?:\s[^\W\d_][\w\u2019'-]*){0,3}")
_BESIDE_SHARED = re.compile(
    rf"(?P<before>[A-Z][a-z]\w+(?:\s[A-Z][a-z]\w+)?)(?:\s[Tt]ime)?[\s,(/\u2013-]{{1,3}}(?=(?:{'|'.join(SHARED)})\b)"
    rf"|\b(?:{'|'.join(SHARED)})[\s,(/\u2013-]{{1,3}}(?P<behind>[A-Z][a-z]\w+(?:\s[A-Z][a-z]\w+)?)"
)
"""A shared abbreviation with the words in front of it, or behind it, that may name a place."""
_PLACE_BEFORE = re.compile(r"(?:[^\W\d_][\w\u2019'-]*\s?){1,3}$")
_FULL_WIDTH = str.maketrans("\uff08\uff09\uff1a\uff0c\u3001\uff1b", "():,,;")


_PICTURES = ("screenshot", "image", "graph", "chart", "picture", "dashboard", "bildschirmfoto")
_OF_PICTURES = re.compile(rf"[^.;()]{{0,200}}\b(?:{'|'.join(_PICTURES)})s?\b[^.;()]{{0,200}}", re.IGNORECASE)
"""A clause about what has a zone of its own, which is not that of the times in the text."""


class Statement(NamedTuple):
    """The zone that a line states for the times of the text."""

    zone: Zone | None
    unknown: str
    """The words stated instead, where that is no zone that is known; else empty."""
    alone: bool
    """True when the line says little else."""


_MAY_NAME = re.compile(
    r"(?<=.)[A-Z]|[+-]\d|\b(?:utc|gmt|local|pacific|eastern|central|mountain|cest|cet|eest|eet|wet|bst|ist|jst|msk|aest|aedt|[ecmp][sd]t)\b"
)
"""Sorts out quickly the long lines that can hold no zone; short ones may name a place in small letters."""
_MANY_WORDS = 8


@lru_cache(maxsize=1024)
def zone_statement(text: str) -> Statement | None:
    """The zone that a line states for the times ("all times PDT"); only its first 400 characters are looked at."""
    stated = _zone_statement(text[:WINDOW])
    return stated and stated._replace(zone=_of_place_beside(stated.zone, text[:WINDOW]))


def _of_place_beside(zone: Zone | None, text: str) -> Zone | None:
    """The zone; of a shared abbreviation that of the place beside it whose clocks have it, too: "CST, Beijing"."""
    if zone is None or zone.name not in SHARED:
        return zone
    for beside in _BESIDE_SHARED.finditer(text):
        place = place_zone(beside["before"] or beside["behind"])
        if place and shares_letters(place, zone):
            return Zone(f"{zone.name} ({place.name})", place.tz)
    return zone


def _zone_statement(text: str) -> Statement | None:
    if text.isascii() and text.count(" ") >= _MANY_WORDS and not _MAY_NAME.search(text):
        return None
    # What an address has behind "tz=" is that of a chart.
    text = _ADDRESS.sub(" ", text) if "://" in text else text
    text = text if text.isascii() else _GLUED.sub(" ", text.translate(_FULL_WIDTH))
    text = _EMPHASIS.sub(" ", text) if "_" in text else text
    lowered = text.lower()
    if any(word in lowered for word in _PICTURES):
        text = _OF_PICTURES.sub(" ", text)
    text = _SPOKEN_OFFSET.sub(_as_offset, _BUT.sub("", text))
    unknown = ""
    spaced = " ".join(text.lower().split())
    for stated in STATES_ZONE.finditer(text) if any(piece in spaced for piece in _STATING) else ():
        filler = _FILLER.match(text, stated.end())
        at = filler.end() if filler else stated.end()
        zone = _zone_from(text, at)
        if zone:
            return Statement(zone, "", len(text) <= 90)
        word = _UNKNOWN.match(text, at)
        said = _IN_OTHER_WORDS.match(text, word.end()) if word else None
        zone = _zone_from(text, said.end()) if said else None
        if zone:
            return Statement(zone, "", len(text) <= 90)
        if word and word["word"] not in _NO_ZONES:
            unknown = unknown or word["word"]
        elif filler and _LOCAL.search(filler[0]):
            unknown = unknown or "local time"
    beside = _beside_a_date(text)
    return Statement(None, unknown, len(text) <= 90) if unknown and not (beside and beside.zone) else beside


def _as_offset(spoken: re.Match[str]) -> str:
    west = spoken["minus"] or (spoken["hours"] and not spoken["east"])
    return f"{spoken['zone']}{'-' if west else '+'}{spoken['hours'] or spoken['add']}"


def stating_words(text: str) -> list[str]:
    """The pieces of words in the text by which a line of it may state a zone, in small letters."""
    lowered = text.lower()
    return [piece for piece in _STATING if piece in lowered]


ALONE = re.compile(
    r"\W{0,4}(?P<zone>(?:UTC|GMT|[A-Z]{2,4}T|[A-Z][a-z]+/[A-Z]\w+)(?:\s?[+\u2212-]\d{1,2}(?::?\d\d)?)?)\W{0,4}$"
)


_BESIDE_CLOCK = re.compile(
    r"(?<![\w/+-])(?=(?:UTC|GMT|MES?Z|[A-Z]{2,4}T)\s[0-2]?\d:[0-5]\d)"
    r"|\d[:.h][0-5]\d(?:(?::[0-5]\d(?:\.\d{1,9})?)\s?(?=[+\u2212-](?!00)\d\d:?[0-5]\d(?!\d))|(?::[0-5]\d)?\s?(?:[ap]\.?m\.?\s)?[(\[\uff08]?(?=(?:UTC|GMT|MES?Z|[A-Z]{2,4}T|\u041c\u0421\u041a|BRT|hora|heure|Uhr\sMES?Z|(?i:eastern|central|mountain|pacific)\s(?i:standard\s|daylight\s)?(?i:time))\b))"
)


_ZONE_CHARS = 24


def zone_beside_clocks(clocked: Sequence[tuple[int, str]]) -> tuple[int, Zone] | None:
    """The only zone that stands behind times of day in the lines, from 0, and its first line; None for several."""
    if not _BESIDE_CLOCK.search("\n".join(raw[:WINDOW] for _, raw in clocked)):
        return None
    found: dict[object, tuple[int, Zone]] = {}
    seen: set[str] = set()
    for number, raw in clocked:
        for match in _BESIDE_CLOCK.finditer(raw[:WINDOW]):
            written = raw[match.end() : match.end() + _ZONE_CHARS]
            if written in seen:
                continue
            seen.add(written)
            named = zone_at(written, 0, stated=True)
            if named:
                # "GMT" of a log is "UTC" of the words beside it.
                offset = named[0].tz.utcoffset(None)
                found.setdefault(named[0].name if offset is None else offset, (number + 1, named[0]))
        if len(found) > 1:
            return None
    return next(iter(found.values()), None)


def named_zone(text: str) -> Zone | None:
    """The only zone that a short line names, at the end of a few words: "Logged in CET", "Hour: UTC+2".

    Whatever the words are, and in whatever language: above all times that is what such a line is for.
    """
    if len(text) > _SHORT_CHARS or _POINT.match(text) or _CLOCK_BEHIND.search(text):
        return None
    text = text.translate(_FULL_WIDTH)
    zones: list[Zone] = []
    end = 0
    for candidate in _NAMED.finditer(text):
        named = zone_at(text, candidate.start(), stated=True) if candidate.start() >= end else None
        if named is None:
            continue
        above = text[: candidate.start()]
        if _BEHIND_TIMES.search(above):
            # "Between 15:00 and 17:00 UTC" and "15:11 (14:11 UTC)" tell the zone of these times alone.
            return None
        before = _CLAUSE_BEGINS.split(above)[-1]
        if not before.strip() and _PERSON.search(above) and not _NAMES_TIMES.search(above):
            # "Ana (IST)" and "Bo - EST" tell of people.
            return None
        if len(before.split()) > _CLAUSE_WORDS or not _CLAUSE_GOES_ON.match(text, named[1]):
            return None
        zones.append(named[0])
        end = named[1]
    return _of_place_beside(zones[0], text) if len(zones) == 1 else None


def _beside_a_date(text: str) -> Statement | None:
    """A zone in brackets in a short line that gives the day, is a heading or speaks of times: "13 March 2025 (KST)".

    Or a place whose time the line names, or a zone that is all that it says.
    """
    if len(text) > _SHORT_CHARS:
        return None
    alone = ALONE.match(text.strip())
    zone = whole_zone(alone["zone"]) if alone else None
    if zone:
        return Statement(zone, "", alone=True)
    # "- Ana (Bogotá time) joined" tells of Ana.
    point = _POINT.match(text)
    is_point = point and not _YEAR.search(text) and not TIME_WORD.match(text, point.end())
    if is_point or _CLOCK.search(text):
        return None
    if "(" not in text and "[" not in text:
        zone = place_time(text)
        return Statement(zone, "", alone=False) if zone else None
    unknown = ""
    expected = _YEAR.search(text) or TIME_WORD.search(text) or TIMELINE.search(text) or text.lstrip().startswith("#")
    begun = re.sub(r"^[\W_]{0,8}", "", text)
    expected = expected or bool(date_at(begun, 0) or weekday_at(begun, 0))
    placed = _LOCAL.search(text) is not None
    for bracket in _IN_BRACKETS.finditer(text):
        # "CST, UTC+8" is one zone.
        whole = bracket[1].strip()
        parts = [whole] if whole_zone(whole) else re.split(r"\s?[,;]\s?", whole)
        expected = expected or any(date_at(part, 0) for part in parts)
        for part in parts:
            zone = _whole_zone(part) or (place_zone(part) if placed else None)
            # "EST" can mean much; "Europe/Oslo" and "UTC+2" can mean nothing else.
            if zone and (expected or placed or "/" in part or part[-1].isdigit()):
                return Statement(zone, "", alone=False)
        if " " in bracket[1] and TIME_WORD.search(bracket[1]) and not bracket[1].casefold().startswith("time"):
            unknown = unknown or bracket[1]
    zone = place_time(text)
    return Statement(zone, "" if zone else unknown, alone=False) if zone or unknown else None


def whole_zone(text: str) -> Zone | None:
    """The zone, where the text names one and nothing else."""
    named = zone_at(text, 0, stated=True) if 0 < len(text) <= _MAX_NAME_CHARS else None
    return named[0] if named and named[1] == len(text) else None


def _whole_zone(text: str) -> Zone | None:
    """The zone, where the words name one and nothing else."""
    inner = _BEFORE_ZONE.sub("", text, count=1)
    zone = whole_zone(_TIME_ENDS.sub("", inner, count=1))
    if zone:
        return zone
    word = zone_word(inner[:1].upper() + inner[1:], 0) if TIME_WORD.search(text) else None
    return word.zone if word and word.sure and word.end == len(inner) else place_time(text)


def place_time(text: str) -> Zone | None:
    """The zone of the place whose time the words name: "hora de Bogot\u00e1", "Berliner Zeit"."""
    return next((zone for zone, _, _ in _place_times(text)), None)


def place_time_at(text: str, start: int) -> tuple[Zone, int] | None:
    """The zone of the place whose time the words there name, and where these end: "hora de Bogot\u00e1"."""
    words = text[start : start + _MAX_NAME_CHARS]
    return next(((zone, start + end) for zone, begin, end in _place_times(words) if begin == 0), None)


def is_of_place_time(word: str) -> bool:
    """Whether the word may begin the name of a place's time."""
    placed = place_zone(word.removesuffix("er")) is not None
    return placed or TIME_WORD.fullmatch(word) is not None or begins_wide_zone(word)


def _place_times(text: str) -> Iterator[tuple[Zone, int, int]]:
    """The zones of the places whose times the words name, and where these begin and end."""
    for time in TIME_WORD.finditer(text):
        behind = _PLACE_BEHIND.match(text, time.end()) if not time[0].casefold().startswith("time") else None
        words = [word.end() for word in _WORD.finditer(behind["place"])] if behind else []
        begin = behind.start("place") if behind else 0
        places = [(text[begin : begin + end], time.start(), begin + end) for end in reversed(words)]
        before = _PLACE_BEFORE.search(text[max(0, time.start() - 40) : time.start()])
        if time[0].casefold().startswith(_NEVER_BEHIND):
            # "Hora", "heure" and "ora" stand before the place.
            before = None
        if before and text[time.start()].isascii() | text[time.start() - 1].isspace():
            first = time.start() - len(before[0])
            starts = [first + word.start() for word in _WORD.finditer(before[0])]
            places += [(text[start : time.start()].rstrip(), start, time.end()) for start in starts]
            places += [(text[starts[-1] : time.start()].rstrip().removesuffix("er"), starts[-1], time.end())]
        elif before:
            lengths = range(min(len(before[0]), 8), 1, -1)
            places += [(before[0][-length:], time.start() - length, time.end()) for length in lengths]
        for place, start, end in places:
            zone = place_zone(place)
            if zone:
                also = _TIME_BEHIND.match(text, end)
                yield zone, start, also.end() if also else end


def _zone_from(text: str, position: int) -> Zone | None:
    named = zone_at(text, position, stated=True)
    if named:
        return named[0]
    word = zone_word(text, position)
    if word and (word.sure or _ENDS.match(text, word.end)):
        return word.zone
    place = _PLACE.match(text, position)
    return place_zone(place[0]) if place and _ENDS.match(text, place.end()) else None


@lru_cache(maxsize=256)
def zone_in(text: str) -> Zone | None:
    """The zone that a heading or the head of a column carries: "Time (PDT)", "UTC", "Timeline (all times UTC)"."""
    return _of_place_beside(_zone_in(text[:WINDOW].translate(_FULL_WIDTH)), text[:WINDOW])


def _zone_in(text: str) -> Zone | None:
    stated = zone_statement(text)
    if stated and stated.zone:
        return stated.zone
    # "PST / UTC-7" is one zone.
    behind = [text[apart.end() :] for apart in _APART_IN_HEAD.finditer(text)] + _APART_IN_HEAD.split(text)[1:]
    for candidate in (*(match[1] for match in _IN_BRACKETS.finditer(text)), *behind, text.strip(" *_`:")):
        text_inside = _BEFORE_ZONE.sub("", candidate.strip(), count=1)
        zone = whole_zone(text_inside)
        if zone:
            return zone
        word = zone_word(text_inside, 0) if text_inside != text else None
        if word and word.sure and text_inside[:1].isupper() and word.end == len(text_inside):
            return word.zone
    placed = place_zone(_IN_BRACKETS.sub("", text).strip(" *_`:")) if _LOCAL.search(text) else None
    if placed:
        return placed
    words = text.split()
    if words[:1] and words[0].casefold().strip("*_`,:") in ("time", "times", "timestamp", "timeline", "start", "when"):
        rest = text.strip(" *_`:").split(None, 1)[1:]
        named = zone_at(rest[0].lstrip(",-\u2013\u2014 ").removeprefix("in "), 0, stated=True) if rest else None
        return named[0] if named else None
    return None


_MONTH_FIRST = re.compile(
    r"[ECMP][SD]T|AK[SD]T|HST|US/\w+|America/(?:New_York|Detroit|Chicago|Denver|Boise|Phoenix|Los_Angeles|Anchorage)|Pacific/Honolulu"
)
_DAY_FIRST = re.compile(
    r"CES?T|BST|WES?T|EES?T|MES?Z|MSK|SAST|IST|A[ECW][SD]T|NZ[SD]T|Europe/.+|Australia/.+|Pacific/Auckland|Asia/Kolkata"
)


def order_in(zone: Zone) -> Order | None:
    """The order of day and month in dates of digits that people write where a zone's time is; None where both are."""
    name = getattr(zone.tz, "key", zone.name)
    return "month" if _MONTH_FIRST.fullmatch(name) else "day" if _DAY_FIRST.fullmatch(name) else None


_NAMES_OF_UTC = ("Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "Universal", "Zulu", "UCT")


def zone_label(tz: tzinfo) -> str:
    """The name of a zone that the caller chose: its name in the zone database, "UTC", or its fixed offset."""
    if isinstance(tz, zoneinfo.ZoneInfo) and tz.key:
        return "UTC" if tz.key in _NAMES_OF_UTC else tz.key
    return str(tz)
