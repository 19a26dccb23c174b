"""Time zones as people name them: abbreviations, offsets, names of the zone database."""

import re
import zoneinfo
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple

from console.core.language.calendar_words import ZONES
from console.core.language.pattern import late
from console.core.language.times import zone as zone_of_name
from console.core.refusal import Refused


class Zone(NamedTuple):
    """A zone and what the text called it."""

    name: str
    tz: tzinfo


UTC_ZONE = Zone("UTC", UTC)

# Minutes east of UTC. Where an abbreviation has several meanings, the one that operations teams use most.
_MINUTES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "MEZ": 60,
    "MESZ": 120, "EET": 120, "EEST": 180,
    "MSK": 180, "\u041c\u0421\u041a": 180, "TS\u0130": 180, "SE\u010c": 60, "SEL\u010c": 120, "HNE": -300, "HAE": -240,
    "SAST": 120, "GST": 240, "PKT": 300, "IST": 330, "WIB": 420, "WITA": 480, "WIT": 540,
    "SGT": 480, "HKT": 480, "AWST": 480,
    "JST": 540, "KST": 540, "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
    "HST": -600, "AKST": -540, "AKDT": -480, "PST": -480, "PDT": -420, "MST": -420, "MDT": -360, "CST": -360,
    "CDT": -300, "EST": -300, "EDT": -240, "AST": -240, "ADT": -180, "NST": -210, "NDT": -150, "BRT": -180,
}  # fmt: skip

# Ireland's own name for its time in summer is not among the CLDR's wide zones.
_NAMED_PLACES = {**ZONES, "irish": "Europe/Dublin"}

SHARED = ("AST", "BST", "CST", "IST")
"""The abbreviations that other places use for their own time, too, such as China, Israel, Ireland or Bangladesh."""

REGIONS = {
    "PT": "America/Los_Angeles",
    "MT": "America/Denver",
    "CT": "America/Chicago",
    "ET": "America/New_York",
    **{name: ZONES[name] for name in ("pacific", "mountain", "central", "eastern")},
}

# Where clocks keep the abbreviation for half of the year only, so that using it in the other half is a slip.
_SEASONAL = {
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "MDT": "America/Denver", "CDT": "America/Chicago",
    "EST": "America/New_York", "EDT": "America/New_York", "BST": "Europe/London", "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin", "AEDT": "Australia/Sydney", "NZDT": "Pacific/Auckland",
}  # fmt: skip

_ABBREVIATIONS = "|".join(sorted([*_MINUTES, "PT", "MT", "CT", "ET"], key=len, reverse=True))
_NAMED = late(
    r"(?P<offset>(?P<utc>(?i:UTC|GMT)|Z(?=\+\d{1,2}(?!\d)))?(?P<gap>\s?)[+\u2212-](?:\s(?=\d\d?(?::\d\d)?[)\]]?$|\d\d?(?::\d\d)?[)\]]))?\d{1,2}(?::?[0-5]\d)?(?!\d|:(?(utc)\d)|\s?(?:UTC|GMT)\b))"
    rf"|(?P<abbreviation>(?:{_ABBREVIATIONS}|(?i:utc|gmt|zulu)|pst|pdt|cst|cdt|edt|cet|cest)(?!_*[^\W_]))"
    r"|(?P<place>[A-Z][A-Za-z]{1,20}/[A-Za-z_]{2,30}(?:/[A-Za-z_]{2,30})?(?![\w/]))"
    r"|(?P<asian>(?:\u5317\u4eac|\u4e2d\u56fd|\u65e5\u672c|\ud55c\uad6d)\s?(?:\u6807\u51c6|\u6a19\u6e96|\ud45c\uc900)?\s?(?:\u65f6\u95f4|\u6642\u9593|\u6642|\uc2dc\uac04?))"
    r"|(?P<long>(?:US\s)?[A-Z][\w.-]{1,20}(?:\s[A-Z][\w-]{1,20}){0,3}?(?i:\s(?:standard|daylight|summer))?(?i:\stime)\b"
    r"(?!\szones?\b))"
    r"|(?P<region>(?i:(?:US\s)?(?:pacific|mountain|central|eastern)(?:\s(?:standard|daylight))?)\b(?!\s(?i:europe|africa|asia|indonesia)))"
)
_ASIAN = {
    "\u5317\u4eac": "Asia/Shanghai",
    "\u4e2d\u56fd": "Asia/Shanghai",
    "\u65e5\u672c": "Asia/Tokyo",
    "\ud55c\uad6d": "Asia/Seoul",
}
_LONG_ENDS = late(r"(?:\s(?:standard|daylight|summer)(?:\stime)?|\stime)$", re.IGNORECASE)
# "PST (UTC-7)", "CET/UTC+1", "Central European Time (CET)"
_BESIDE = late(
    r"\s?(?:(?P<open>[(\[])\s?(?:i\.e\.\s|[A-Z]{2,5}\s?[,;/=]?\s?(?=UTC|GMT|[+\u2212-]))?|,?\si\.e\.|[/,=;])?\s?"
    r"(?P<named>(?:UTC|GMT)\s?[+\u2212-]\d{1,2}(?::?[0-5]\d)?|[+\u2212-]\d{2}:?[0-5]\d|[A-Z]{1,4}T?)(?!\w|:\d)"
    r"(?(open)\s?[)\]])"
)
_LONG_BESIDE = late(r"\s?\([A-Z][\w.]+(?:\s[A-Z][\w.]+){0,4}\s[Tt]ime\)")
_ENDS = late(r"\s?(?:[:;,|)\]\u2013\u2014]|-\s|$)")
_OTHER_SEASON = late(r"/(?P<name>[A-Z]{3,4})(?!\w)")


def zone_at(text: str, position: int, *, stated: bool = False) -> tuple[Zone, int] | None:
    """The zone named at the position and where its name ends; an offset beside a name says which zone is meant.

    A zone after a time must be unmistakable, since words follow it: `stated`, for text that speaks of zones, also
    takes "Pacific", "+02:00" and "UTC +2".
    """
    named = _name_at(text, position, stated=stated)
    if named is None:
        return None
    zone = named[0]
    season = _OTHER_SEASON.match(text, named[1])
    place = seasonal_place(zone.name)
    if season and place and place == seasonal_place(season["name"]):
        # "PST/PDT" is whatever the place kept on the day.
        both = _place(place, f"{zone.name}{season[0]}")
        return (both, season.end()) if both else named
    long = _LONG_BESIDE.match(text, named[1])
    if long:
        return zone, long.end()
    beside = _BESIDE.match(text, named[1])
    if beside is None:
        return named
    if beside["named"][-1].isdigit():
        offset = None if text[position : named[1]][-1].isdigit() else _numeric(beside["named"])
        if offset is None:
            return named
        return Zone(f"{zone.name} ({offset.name})", offset.tz), beside.end()
    other = _name_at(beside["named"], 0, stated=True) if beside["open"] else None
    # The other zone of a moment that is given in both has a time of its own before it.
    return (zone, beside.end()) if other else named


def _name_at(text: str, position: int, *, stated: bool) -> tuple[Zone, int] | None:
    match = _NAMED.match(text, position)
    if match is None:
        return None
    apart = match["gap"] and not _ENDS.match(text, match.end())
    if match["offset"] and not stated and (apart or not match["utc"]):
        match = _NAMED.match(text[: match.start("gap")], position)
        if match is None or not match["abbreviation"]:
            return None
    named = _zone(match, stated)
    return None if named is None else (named, match.end())


def _zone(match: re.Match[str], stated: bool) -> Zone | None:
    if match["offset"]:
        return _numeric(match["offset"])
    if match["abbreviation"]:
        name = "Z" if match["abbreviation"].upper() == "ZULU" else match["abbreviation"].upper()
        if name in REGIONS:
            return _place(REGIONS[name], name)
        minutes = _MINUTES[name]
        return Zone("UTC" if name == "Z" else name, timezone(timedelta(minutes=minutes)) if minutes else UTC)
    if match["place"]:
        return _place(_known_places().get(match["place"].casefold(), ""), None)
    if match["asian"]:
        return _place(_ASIAN[match["asian"][:2]], match["asian"])
    written = match["long"] or match["region"]
    if not (stated or match["long"]):
        return None
    name = _LONG_ENDS.sub("", written).casefold().removeprefix("us ")
    return UTC_ZONE if name in ("coordinated universal", "greenwich mean") else _place(_named_after(name), written)


def _named_after(name: str) -> str:
    """The place whose time has the name, also by the word for its people: "west african", "korea"; empty for none."""
    known = (each for each in (name, name.removesuffix("n"), f"{name}n") if each in _NAMED_PLACES)
    return _NAMED_PLACES.get(next(known, ""), "")


def _numeric(written: str) -> Zone | None:
    zone = _known(written.replace("\u2212", "-").replace(" ", "").replace("Z", "UTC"))
    return Zone("UTC" if zone is UTC else written.strip(), zone) if zone else None


def _place(place: str, written: str | None) -> Zone | None:
    zone = _known(place) if place else None
    return Zone(written or place, zone) if zone else None


def _known(name: str) -> tzinfo | None:
    """The zone of that name; None for none, such as an offset that no place on earth has."""
    with suppress(Refused):
        return zone_of_name(name)
    return None


@cache
def _known_places() -> dict[str, str]:
    """The names of the zone database by their lower-case form; listing them reads its folder, so once."""
    return {name.casefold(): name for name in zoneinfo.available_timezones()}


def seasonal_place(abbreviation: str) -> str:
    """The place whose clocks keep the abbreviation for half of the year only; empty for one that is kept all year."""
    return _SEASONAL.get(abbreviation, "")


def kept_instead(zone: Zone, moment: datetime) -> tuple[str, str] | None:
    """The place and its offset at a moment when its clocks did not keep this abbreviation ("PST" in July)."""
    seasonal = seasonal_place(zone.name)
    place = _place(seasonal, None) if seasonal else None
    kept = moment.astimezone(place.tz).utcoffset() if place else None
    if place is None or kept is None or kept == moment.astimezone(zone.tz).utcoffset():
        return None
    return place.name, _hours(kept)


def out_of_season(zone: Zone, moment: datetime) -> str | None:
    """A clause saying that clocks did not keep this abbreviation on that day ("PST" in July); None when they did."""
    instead = kept_instead(zone, moment)
    if instead is None:
        return None
    place, kept = instead
    day = moment.astimezone(zone_of_name(place)).date()
    return f"{zone.name} is read as written, {offset_name(zone.tz, moment)}, though {place} kept {kept} on {day}"


def offset_name(tz: tzinfo, moment: datetime) -> str:
    """The zone's offset at the moment, as in "UTC-8" or "UTC+5:30"."""
    return _hours(moment.astimezone(tz).utcoffset() or timedelta())


def zone_letters(zone: tzinfo, at: datetime) -> str:
    """The zone's own letters, as `CET`; of one without any, as that of Kabul, its offset."""
    letters = f"{at.astimezone(zone):%Z}"
    return letters if letters.isalpha() else offset_name(zone, at)


def shares_letters(place: Zone, abbreviation: Zone) -> bool:
    """Whether the place's clocks have the abbreviation's letters for another offset, as those of Israel have `IST`."""
    moments = [datetime(2024, month, 1, tzinfo=place.tz) for month in (1, 7)]
    offset = abbreviation.tz.utcoffset(None)
    return any(at.tzname() == abbreviation.name and at.utcoffset() != offset for at in moments)


def _hours(offset: timedelta) -> str:
    minutes = offset // timedelta(minutes=1)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
