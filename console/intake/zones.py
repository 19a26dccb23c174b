"""Sentences and headings of a timeline that state the zone of its times."""

import re
import zoneinfo
from datetime import tzinfo
from functools import lru_cache
from typing import NamedTuple

from console.core.language.places import zone_word
from console.core.language.zones import Zone, zone_at

_TIMES = (
    r"times?(?:\s?stamps?)?|timestamps?|zeiten|uhrzeiten|zeitangaben|heures|horaires|horas|orari|tijden|tider"
    r"|hor\u00e1rios|angaben|kellonajat|saatler|\u010dasy|czasy"
)
STATES_ZONE = re.compile(
    rf"\b(?:all|the|these|listed|alle|toutes\sles|todas\slas|tutti\sgli)?\s?(?:{_TIMES})\s(?:below\s|here\s|listed\s)?"
    r"(?:shown\s|given\s|in\sthis\s\w{3,20}\s)?(?:(?:in|on|of)\s[^.,;:()]{3,30}?\s)?"
    r"(?:are|is|were|in|given|shown|listed|stated|noted|recorded|use|using|sind|sont|en|son|sono|=)\b"
    rf"|\b(?:all|alle|every)\s(?:{_TIMES})\b|\b(?:everything|events|entries|all)\s(?:is|are)?\s?in\b"
    rf"|\b(?:{_TIMES})\s(?=(?-i:UTC|GMT|[A-Z]{{1,4}}T)\b)"
    rf"|\btime\s?zones?\b|\btz\b|\bzone\s?:|\bzeitzone\b|\bfuseau\shoraire\b|\b(?:zona|huso)\shorari[ao]\b|\bfuso\sorario\b"
    rf"|[(\[,]\s?(?=(?:all\s)?(?:{_TIMES})\s)|\blocal(?:\stime)?\s?=|[\u65f6\u6642]\u533a|[\u6642\u65f6]\u5340|\uc2dc\uac04\ub300|\b(?:{_TIMES})\s?:|\bin\s(?=\S{{2,30}}\s(?:unless|throughout))"
    r"|\bin\s(?=(?-i:(?:[A-Z]\w+\s){1,3}Time)\b)",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"(?:\s|[:\uff1a=*_`(\-\u2013\"\u201c]|\b(?:are|is|in|the|given|shown|listed|stated|all|used|zone|expressed|reported|displayed"
    r"|noted|recorded|local|ours?|times?|of|as|to|en|de|der|dem|zijn|lokale|tijd|tid|sind|sont|son|sono|hora|heure|approximate|and)\b,?){0,16}",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(r"(?P<word>[A-Z]{2,5}|[A-Z][\w-]{1,20}(?:\s[A-Z][\w-]{1,20}){0,2}\s[Tt]ime)(?![\w:])")
_NO_ZONES = ("AM", "PM", "HH", "MM", "SS", "ISO", "RFC", "YYYY", "SEV", "A", "I")
_LOCAL = re.compile(r"\blocal\b", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]{1,40})\s*[)\]]")
_EMPHASIS = re.compile(r"(?<!\w)_+|_+(?!\w)")
_BEFORE_ZONE = re.compile(r"(?:(?:all|times?|in|hora|heure|de|zeit|uhrzeit|ora|tijd|local),?\s)*", re.IGNORECASE)
_ENDS = re.compile(r"\W*$|\s?[.,;:)\]]")

WINDOW = 400
"""The characters of a line in which a statement of the zone is looked for; no sentence that states one is longer."""


_SHORT_CHARS = 120
_YEAR = re.compile(r"(?:19|20|21)\d\d", re.ASCII)
_CLOCK = re.compile(r"\d:\d\d|\d\s?[ap]\.?m", re.IGNORECASE)
_TIME_WORD = re.compile(r"\b(?:time|hora|heure|zeit|ora|tid|tijd|aika|aikaa|czas|hor\u00e1rio)\b", re.IGNORECASE)


class Statement(NamedTuple):
    """The zone that a line states for the times of the text."""

    zone: Zone | None
    unknown: str
    """What it states instead, where that is no zone that is known."""
    alone: bool
    """True when the line says little else."""


@lru_cache(maxsize=1024)
def zone_statement(text: str) -> Statement | None:
    """What a line states about the zone of the times ("all times PDT"); only its first 400 characters are looked at."""
    text = _EMPHASIS.sub(" ", text[:WINDOW])
    unknown = ""
    for stated in STATES_ZONE.finditer(text):
        filler = _FILLER.match(text, stated.end())
        at = filler.end() if filler else stated.end()
        zone = _zone_from(text, at)
        if zone:
            return Statement(zone, "", len(text) <= 90)
        word = _UNKNOWN.match(text, at)
        if word and word["word"] not in _NO_ZONES:
            unknown = unknown or word["word"]
        elif filler and _LOCAL.search(filler[0]):
            unknown = unknown or "local time"
    return Statement(None, unknown, len(text) <= 90) if unknown else _beside_a_date(text)


ALONE = re.compile(
    r"\W{0,4}(?P<zone>(?:UTC|GMT|[A-Z]{2,4}T|[A-Z][a-z]+/[A-Z]\w+)(?:\s?[+\u2212-]\d{1,2}(?::?\d\d)?)?)\W{0,4}$"
)


def _beside_a_date(text: str) -> Statement | None:
    """A zone in brackets, or behind a word for time, in a short line that gives the day: "13 March 2025 (KST)".

    Or one that is all that the line says.
    """
    alone = ALONE.match(text.strip())
    named = zone_at(alone["zone"], 0, stated=True) if alone else None
    if alone and named and named[1] == len(alone["zone"]):
        return Statement(named[0], "", alone=True)
    if len(text) > _SHORT_CHARS or not _YEAR.search(text) or _CLOCK.search(text):
        return None
    for bracket in _IN_BRACKETS.finditer(text):
        inner = _BEFORE_ZONE.sub("", bracket[1].strip())
        named = zone_at(inner, 0, stated=True)
        if named and named[1] == len(inner):
            return Statement(named[0], "", alone=False)
        *words, last = re.split(r",\s*|\s", bracket[1].strip())
        surely = last[-1:].isdigit() or _TIME_WORD.search(bracket[1])
        named = zone_at(last, 0, stated=True) if words and surely else None
        if named and named[1] == len(last):
            return Statement(named[0], "", alone=False)
        if words and _TIME_WORD.search(bracket[1]):
            word = zone_word(inner[:1].upper() + inner[1:], 0)
            known = word.zone if word and word.sure else None
            return Statement(known, "" if known else bracket[1], alone=False)
    return None


def _zone_from(text: str, position: int) -> Zone | None:
    named = zone_at(text, position, stated=True)
    if named:
        return named[0]
    word = zone_word(text, position)
    return word.zone if word and (word.sure or _ENDS.match(text, word.end)) else None


def stated_zone(text: str) -> tuple[Zone, bool] | None:
    """The known zone that a line states for the times of the text, and whether the line says little else."""
    statement = zone_statement(text)
    return (statement.zone, statement.alone) if statement and statement.zone else None


@lru_cache(maxsize=256)
def zone_in(text: str) -> Zone | None:
    """The zone that a heading or the head of a column carries: "Time (PDT)", "UTC", "Timeline (all times UTC)"."""
    text = text[:WINDOW]
    stated = stated_zone(text)
    if stated:
        return stated[0]
    for candidate in (*(match[1] for match in _IN_BRACKETS.finditer(text)), text.strip(" *_`:")):
        text_inside = _BEFORE_ZONE.sub("", candidate.strip())
        named = zone_at(text_inside, 0, stated=True)
        if named and named[1] == len(text_inside):
            return named[0]
        first, slash, second = text_inside.partition("/")
        if slash and named and len(first.rstrip()) == named[1] and zone_at(second.strip(), 0, stated=True):
            return named[0]
        word = zone_word(text_inside, 0) if text_inside != text else None
        if word and word.sure and text_inside[:1].isupper() and word.end == len(text_inside):
            return word.zone
    words = text.split()
    if words[:1] and words[0].casefold().strip("*_`,:") in ("time", "times", "timestamp", "timeline", "start", "when"):
        rest = text.strip(" *_`:").split(None, 1)[1:]
        named = zone_at(rest[0].lstrip(",-\u2013\u2014 ").removeprefix("in "), 0, stated=True) if rest else None
        return named[0] if named else None
    return None


_NAMES_OF_UTC = ("Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "Universal", "Zulu", "UCT")


def zone_label(tz: tzinfo) -> str:
    """The name of a zone that the caller chose: its name in the zone database, "UTC", or its fixed offset."""
    if isinstance(tz, zoneinfo.ZoneInfo) and tz.key:
        return "UTC" if tz.key in _NAMES_OF_UTC else tz.key
    return str(tz)
