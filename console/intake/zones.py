"""Sentences and headings of a timeline that state the zone of its times."""

import re
import zoneinfo
from datetime import tzinfo

from console.core.language.zones import Zone, zone_at

_STATES = re.compile(
    r"\b(?:all|the|these|listed)?\s?(?:times?(?:\s?stamps?)?|timestamps?)\s(?:below\s|here\s|listed\s|shown\s|given\s)?"
    r"(?:(?:in|on|of)\s[^.,;:()]{3,30}?\s)?"
    r"(?:are|is|were|in|given|shown|listed|stated|=)\b"
    r"|\ball\s(?:times?(?:\s?stamps?)?|timestamps?)\b"
    r"|\btime\s?zones?\b|\btimes\s?:",
    re.IGNORECASE,
)
_FILLER = re.compile(r"(?:\s|[:=*_`(\-\u2013]|\b(?:are|is|in|the|given|shown|listed|stated|all|used|zone)\b){0,10}")
_IN_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]{1,40})\s*[)\]]")

WINDOW = 400
"""The characters of a line in which a statement of the zone is looked for; no sentence that states one is longer."""


def stated_zone(text: str) -> tuple[Zone, bool] | None:
    """The zone that a line states for the times of the text ("all times PDT"), and whether the line says little else.

    Only the first 400 characters are looked at.
    """
    text = text[:WINDOW]
    for stated in _STATES.finditer(text):
        filler = _FILLER.match(text, stated.end())
        match = zone_at(text, filler.end() if filler else stated.end(), stated=True)
        if match:
            return match[0], len(text) <= 90
    return None


def zone_in(text: str) -> Zone | None:
    """The zone that a heading or the head of a column carries: "Time (PDT)", "UTC", "Timeline (all times UTC)"."""
    text = text[:WINDOW]
    stated = stated_zone(text)
    if stated:
        return stated[0]
    for candidate in (*(match[1] for match in _IN_BRACKETS.finditer(text)), text.strip(" *_`:")):
        text_inside = candidate.strip()
        named = zone_at(text_inside, 0, stated=True)
        if named and named[1] == len(text_inside):
            return named[0]
    words = text.split()
    if words[:1] and words[0].casefold().strip("*_`,:") in ("time", "times", "timestamp", "timeline", "start", "when"):
        rest = text.strip(" *_`:").split(None, 1)[1:]
        named = zone_at(rest[0].lstrip(",-\u2013\u2014 "), 0, stated=True) if rest else None
        return named[0] if named else None
    return None


def zone_label(tz: tzinfo) -> str:
    """The name of a zone that the caller chose: its name in the zone database, "UTC", or its fixed offset."""
    if isinstance(tz, zoneinfo.ZoneInfo) and tz.key:
        return tz.key
    return str(tz)
