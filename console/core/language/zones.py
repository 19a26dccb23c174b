"""Time zones as people name them: abbreviations, offsets, names of the zone database."""

import re
import zoneinfo
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple

from console.core.language.times import zone as zone_of_name
from console.core.refusal import Refused


class Zone(NamedTuple):
    """A zone and what the text called it."""

    name: str
    tz: tzinfo


# Minutes east of UTC. Where an abbreviation has several meanings, the one that operations teams use most.
_MINUTES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180,
    "MSK": 180, "SAST": 120, "GST": 240, "PKT": 300, "IST": 330, "WIB": 420, "SGT": 480, "HKT": 480, "AWST": 480,
    "JST": 540, "KST": 540, "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
    "HST": -600, "AKST": -540, "AKDT": -480, "PST": -480, "PDT": -420, "MST": -420, "MDT": -360, "CST": -360,
    "CDT": -300, "EST": -300, "EDT": -240, "AST": -240, "ADT": -180, "NST": -210, "NDT": -150, "BRT": -180,
}  # fmt: skip

REGIONS = {
    "PT": "America/Los_Angeles",
    "MT": "America/Denver",
    "CT": "America/Chicago",
    "ET": "America/New_York",
    "pacific": "America/Los_Angeles",
    "mountain": "America/Denver",
    "central": "America/Chicago",
    "eastern": "America/New_York",
}

# Where clocks keep the abbreviation for half of the year only, so that using it in the other half is a slip.
_SEASONAL = {
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "MDT": "America/Denver", "CDT": "America/Chicago",
    "EST": "America/New_York", "EDT": "America/New_York", "BST": "Europe/London", "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin", "AEDT": "Australia/Sydney", "NZDT": "Pacific/Auckland",
}  # fmt: skip

_ABBREVIATIONS = "|".join(sorted([*_MINUTES, "PT", "MT", "CT", "ET"], key=len, reverse=True))
_NAMED = re.compile(
    r"(?P<offset>(?P<utc>(?i:UTC|GMT)?)(?P<gap>\s?)[+\u2212-]\d{1,2}(?::?[0-5]\d)?(?![\d:]|\s?(?:UTC|GMT)\b))"
    rf"|(?P<abbreviation>(?:{_ABBREVIATIONS}|(?i:utc|gmt)|pst|pdt|cst|cdt|edt|cet|cest)(?!\w))"
    r"|(?P<place>[A-Z][A-Za-z]{1,20}/[A-Za-z_]{2,30}(?:/[A-Za-z_]{2,30})?(?![\w/]))"
    r"|(?P<region>(?i:(?:US\s)?(?:pacific|mountain|central|eastern))(?P<long>(?i:\s(?:standard\s|daylight\s)?time))?\b)"
)


def zone_at(text: str, position: int, *, stated: bool = False) -> tuple[Zone, int] | None:
    """The zone named at the position and where its name ends.

    A zone after a time must be unmistakable, since words follow it: `stated`, for text that speaks of zones, also
    takes "Pacific", "+02:00" and "UTC +2".
    """
    match = _NAMED.match(text, position)
    if match is None:
        return None
    if match["offset"] and not stated and (match["gap"] or not match["utc"]):
        match = _NAMED.match(text[: match.start("gap")], position)
        if match is None or not match["abbreviation"]:
            return None
    named = _zone(match, stated)
    return None if named is None else (named, match.end())


def _zone(match: re.Match[str], stated: bool) -> Zone | None:
    if match["offset"]:
        return _numeric(match["offset"])
    if match["abbreviation"]:
        name = match["abbreviation"].upper()
        if name in REGIONS:
            return _place(REGIONS[name], name)
        minutes = _MINUTES[name]
        return Zone("UTC" if name == "Z" else name, timezone(timedelta(minutes=minutes)) if minutes else UTC)
    if match["place"]:
        return _place(_known_places().get(match["place"].casefold(), ""), None)
    if not (stated or match["long"]):
        return None
    region = match["region"]
    return _place(REGIONS[region.casefold().removeprefix("us").split()[0]], region)


def _numeric(written: str) -> Zone | None:
    zone = _known(written.replace("\u2212", "-").replace(" ", ""))
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
    """Where clocks keep the abbreviation for half of the year only; empty for one that is kept all year."""
    return _SEASONAL.get(abbreviation, "")


def kept_instead(zone: Zone, moment: datetime) -> tuple[str, str] | None:
    """Where clocks did not keep this abbreviation at the moment ("PST" in July): the place and the offset it kept."""
    place = _place(seasonal_place(zone.name), None)
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


def _hours(offset: timedelta) -> str:
    minutes = offset // timedelta(minutes=1)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
