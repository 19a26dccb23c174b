"""Words behind a time that may name its zone, and may as well be what the text is about: London, Eastern, +2, est."""

import re
import zoneinfo
from functools import cache
from typing import NamedTuple

from console.core.language.calendar_words import CITIES, WIDE_ZONES
from console.core.language.names import name_key
from console.core.language.pattern import late
from console.core.language.zones import REGIONS, Zone, seasonal_place, zone_at


class ZoneWord(NamedTuple):
    """A word that may be a zone."""

    word: str
    zone: Zone
    """Named as a time is written that surely is in it: `Europe/London`, `ET`, `UTC+2`."""
    end: int
    sure: bool
    """Nothing else can be meant: "London time", or nothing stands behind it."""


# Cities where teams sit, and countries with one zone, that the zone database does not name.
_MORE_PLACES = {
    "America/New_York": "nyc, new york city, boston, washington, atlanta, miami, philadelphia, east coast",
    "America/Chicago": "dallas, austin, houston, minneapolis",
    "America/Denver": "salt lake city",
    "America/Los_Angeles": "san francisco, sf, bay area, seattle, portland, san jose, las vegas, west coast",
    "America/Toronto": "montreal, ottawa",
    "America/Sao_Paulo": "rio de janeiro",
    "Africa/Cairo": "egypt",
    "Africa/Casablanca": "rabat, morocco",
    "Africa/Lagos": "abuja, nigeria",
    "America/Bogota": "medellín, colombia",
    "Asia/Dhaka": "bangladesh",
    "Asia/Dubai": "abu dhabi, uae",
    "Asia/Ho_Chi_Minh": "hanoi, vietnam",
    "Asia/Karachi": "islamabad, lahore, pakistan",
    "Asia/Qatar": "doha",
    "Asia/Riyadh": "jeddah, saudi arabia",
    "Asia/Taipei": "taiwan",
    "Asia/Jerusalem": "tel aviv, israel",
    "Asia/Kolkata": "bangalore, bengaluru, mumbai, delhi, new delhi, hyderabad, pune, chennai, india",
    "Asia/Manila": "philippines",
    "Asia/Shanghai": "beijing, shenzhen, hangzhou, china",
    "Asia/Tehran": "iran",
    "Asia/Tokyo": "osaka, japan",
    "Atlantic/Reykjavik": "iceland",
    "Europe/Amsterdam": "netherlands",
    "Europe/Berlin": "munich, münchen, frankfurt, hamburg, cologne, düsseldorf, germany",
    "Europe/London": "uk, england, manchester, edinburgh, cambridge",
    "Europe/Madrid": "barcelona, spain",
    "Europe/Paris": "france, lyon",
    "Europe/Dublin": "ireland",
    "Europe/Istanbul": "turkey",
    "Europe/Lisbon": "portugal",
    "Europe/Rome": "milan, italy",
    "Europe/Stockholm": "sweden",
    "Europe/Warsaw": "krakow, wroclaw, poland",
    "Europe/Zurich": "geneva, switzerland",
}
_AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
# Parts of Australia and of the United States that are ordinary words.
_NO_PLACES = ("act", "center", "north", "south", "west")

# Abbreviations that are read as zones nowhere else, because most are words too.
_MORE_ABBREVIATIONS = {
    "ART": "UTC-3", "BDT": "UTC+6", "CAT": "UTC+2", "CLT": "UTC-4", "COT": "UTC-5", "EAT": "UTC+3", "ICT": "UTC+7",
    "MYT": "UTC+8", "PET": "UTC-5", "PHT": "UTC+8", "TRT": "UTC+3", "WAT": "UTC+1", "WEST": "UTC+1",
    "YEKT": "UTC+5",
}  # fmt: skip

_MAX_WORDS = 3
_WORDS = late(rf"[^\W\d_][\w’'.-]*(?:\s[^\W\d_][\w’'.-]*){{0,{_MAX_WORDS - 1}}}")
_OFFSET = late(r"(?<=\s)(?P<sign>[-\u2212+])0?(?P<hours>[0-9]|1[0-4])(?=\s|$)")
_REGION = late(r"(?:US\s)?(?P<region>pacific|mountain|central|eastern)(?!\w)", re.IGNORECASE)

# "London's office", "London-based" and "London/Paris" are no zones.
_ENDED = late(r"(?![\w/’'])(?![.-]\w)")
_TIME = late(r"\stime(?!\w)(?!\s(?:out|outs|series|zone|zones|sync|server|drift|skew)\b)", re.IGNORECASE)
_NOTHING = late(r"[\s.,;:]*$")


def zone_word(text: str, position: int) -> ZoneWord | None:
    """The word at the position that may be the zone of a time before it; None where it can't be one."""
    named = _offset(text, position) or _region(text, position) or _word(text, position)
    if named is None:
        return None
    zone, end = named
    time = _TIME.match(text, end)
    sure = bool(time or _NOTHING.match(text, end))
    return ZoneWord(text[position:end], zone, time.end() if time else end, sure)


def place_zone(name: str) -> Zone | None:
    """The zone of a place that is all that the words name, in whatever language: "Ciudad de México"."""
    if name[:3].isascii() and name[:3].isalpha() and name[:3].casefold() not in _beginnings():
        return None
    key = name_key(name).replace("'", "\u2019")
    place = _places().get(key) or _foreign_places().get(key) or _inflected(key)
    named = _written(place, 0) if place else None
    return named[0] if named else None


def begins_wide_zone(word: str) -> bool:
    """Whether the word may begin the name of a zone of several countries: "Orta" of "Orta Avrupa Saati"."""
    return word.casefold() in _first_words()


@cache
def _first_words() -> frozenset[str]:
    return frozenset(name_key(name).split()[0] for names in WIDE_ZONES.values() for name in names.split(", "))


@cache
def _beginnings() -> frozenset[str]:
    """The first letters of all names of places: most words are told by theirs to be none."""
    return frozenset(name[:3] for places in (_places(), _foreign_places()) for name in places)


_ADJECTIVE = late(r"(?<=\w{4})(?:ськ\w{1,4}|ск\w{1,4}|sk\w{1,4}|i|er)$")
"""The endings that make an adjective of a place: "budapesti idő" of Budapest, "warszawskiego czasu" of Warszawa."""


@cache
def _inflected(key: str) -> str | None:
    """The zone of the only place of which the word is the adjective."""
    stem = _ADJECTIVE.sub("", key, count=1)
    if stem == key or " " in key:
        return None
    zones = {
        zone
        for places in (_places(), _foreign_places())
        for name, zone in places.items()
        if name.startswith(stem) and len(name) <= len(stem) + 1
    }
    return zones.pop() if len(zones) == 1 else None


def _offset(text: str, position: int) -> tuple[Zone, int] | None:
    match = _OFFSET.match(text, position)
    return _written(f"UTC{'+' if match['sign'] == '+' else '-'}{match['hours']}", match.end()) if match else None


def _region(text: str, position: int) -> tuple[Zone, int] | None:
    match = _REGION.match(text, position)
    if match is None or not _ENDED.match(text, match.end()):
        return None
    short = next(short for short, place in REGIONS.items() if place == REGIONS[match["region"].casefold()])
    return _written(short, match.end())


def _word(text: str, position: int) -> tuple[Zone, int] | None:
    match = _WORDS.match(text, position)
    words = match[0].split() if match else []
    for count in range(len(words), 0, -1):
        written = " ".join(words[:count]).rstrip(".-")
        name = _abbreviation(written) or _places().get(name_key(written))
        end = position + len(written)
        if name and _ENDED.match(text, end):
            return _written(name, end)
    return None


def _abbreviation(written: str) -> str | None:
    """The zone or place of an abbreviation: one that is a word too only in capitals, others in any case; else None."""
    if written in _MORE_ABBREVIATIONS:
        return _MORE_ABBREVIATIONS[written]
    if len(written) < 2 or not (named := zone_at(written.upper(), 0)) or named[1] < len(written):
        return None
    return seasonal_place(named[0].name) or named[0].name


def _written(name: str, end: int) -> tuple[Zone, int] | None:
    named = zone_at(name, 0)
    return (Zone(name, named[0].tz), end) if named else None


# What people who write of a country's time call it, as in "ora italiana" or "по московскому времени".
_COUNTRY_WORDS = {
    "Europe/Berlin": "deutsche, deutscher, deutschland, allemande, alemana, alemã, tedesca"
    ", центральноевропейское, центральноевропейскому",
    "Europe/Kyiv": "київський, київським, київського, києва, києві, українським, украинскому, киеву, киевскому",
    "Europe/Lisbon": "portuguesa, portugal continental",
    "Europe/London": "倫敦, británica, britânica, britannique, britische, großbritannien",
    "Europe/Madrid": "peninsular, española, españa, espagnole, espanhola, spagnola, peninsular española, spanische",
    "Europe/Moscow": "московський, московським, московское, московскому, московском, москве, москвы, мск",
    "Europe/Paris": "française, métropolitaine, francesa, francese, französische, france métropolitaine",
    "Europe/Rome": "italiana, italienne, italienische, italia, milano, mailand, milán, milão",
    "Europe/Amsterdam": "nederlandse, nederland",
    "Europe/Stockholm": "svensk, sverige",
    "Europe/Oslo": "norsk, norge",
    "Europe/Copenhagen": "dansk, danmark",
    "Europe/Helsinki": "suomen, suomi",
    "Europe/Warsaw": "polski, polskiego, polskim, polska, warszawski",
    "Europe/Istanbul": "türkiye, istanbul",
    "America/Argentina/Buenos_Aires": "argentina",
    "America/Bogota": "colombia, colombiana",
    "America/New_York": "紐約",
    "America/Los_Angeles": "洛杉磯, 舊金山",
    "America/Lima": "perú, peruana",
    "America/Mexico_City": "méxico, cdmx, mexicana, centro de méxico",
    "America/Santiago": "chile, chilena",
    "America/Sao_Paulo": "brasília, brasileira, brasileiro, brasil",
    "Asia/Seoul": "한국, 대한민국, 首爾",
    "Asia/Shanghai": "北京, 中国, 中國",
    "Asia/Taipei": "台灣, 台湾, 臺灣, 臺北, 台北",
    "Asia/Hong_Kong": "香港",
    "Asia/Singapore": "新加坡, 星加坡",
    "Asia/Jakarta": "indonesia barat, wib",
    "Asia/Makassar": "indonesia tengah, wita",
    "Asia/Jayapura": "indonesia timur, wit",
    "Asia/Ho_Chi_Minh": "việt nam, hà nội, hanoi",
    "Europe/Athens": "ελλάδας, ελλάδος, αθήνας, αθήνα",
    "Europe/Budapest": "magyar, magyarországi",
    "Europe/Bucharest": "românia, româniei, bucurești, bucureștiului",
    "Europe/Prague": "český, českého, českém, pražský, pražského, pražském",
    "Europe/Sofia": "българско, българия, софийско",
    "Europe/Zagreb": "hrvatsko",
    "Europe/Tallinn": "eesti",
    "Europe/Riga": "latvijas",
    "Europe/Vilnius": "lietuvos",
    "Asia/Riyadh": "السعودية, مكة, مكة المكرمة",
    "Africa/Cairo": "القاهرة, مصر",
    "Asia/Jerusalem": "ישראל",
    "Asia/Tokyo": "日本, 東京",
}


@cache
def _foreign_places() -> dict[str, str]:
    listed = [*CITIES.items(), *WIDE_ZONES.items(), *_COUNTRY_WORDS.items()]
    return {name_key(name): zone for zone, names in listed for name in names.split(", ")}


@cache
def _places() -> dict[str, str]:
    """The zone of each place by what the ways to write its name have in common."""
    places: dict[str, str] = {}
    for zone in sorted(zoneinfo.available_timezones()):
        area, _, place = zone.rpartition("/")
        if area.partition("/")[0] in _AREAS:
            places.setdefault(name_key(place.replace("_", " ")), zone)
    places.update((name_key(name), zone) for zone, names in _MORE_PLACES.items() for name in names.split(", "))
    return {name: zone for name, zone in places.items() if name not in _NO_PLACES}
