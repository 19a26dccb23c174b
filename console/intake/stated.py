"""The zones that a whole text states for its times, from one of its lines on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from console.core.language.zones import UTC_ZONE, Zone
from console.intake.dates import day_alone
from console.intake.lines import is_label, take_apart
from console.intake.stamps import timed_text
from console.intake.tables import table_cells
from console.intake.zones import (
    TIME_WORD,
    WINDOW,
    Statement,
    named_zone,
    stating_words,
    whole_zone,
    zone_in,
    zone_statement,
)

_MOST_STATEMENTS = 20
_MOST_LINES_ABOVE = 100
_W3C_FIELDS = re.compile(r"#Fields:\s(?:.{0,80}\s)?time\s.{0,400}\b(?:cs|sc|s|c)-[a-z]")
_LEAST_CHARS = 6
_SHORT_CHARS = 120
_HEADING = re.compile(
    r"[ \t>]{0,8}(?:#|(?:\*\*|__)?(?:timeline|chronology|times|log|events)\b(?=.{0,80}$))", re.IGNORECASE
)


@dataclass
class StatedZones:
    """The zones that sentences and headings of a text state for its times."""

    known: list[tuple[int, Zone]] = field(default_factory=list)
    """The zones with their lines, each change of zone once."""
    unknown: tuple[int, str] | None = None
    """The first that is stated and not known, with its line."""
    lines: dict[int, Statement] = field(default_factory=dict)
    """The sentences that state a zone, by their lines."""


def stated_zones(whole: str, lines: Sequence[str]) -> StatedZones:
    """The zones that the lines state, of which `whole` is made."""
    zones = StatedZones()
    section: tuple[int, Zone] | None = None
    stated_level = 0
    words = stating_words(whole)
    for number, raw in enumerate(lines, start=1):
        if not _may_state_zone(raw, number, words):
            continue
        heading = _HEADING.match(raw) is not None
        level = take_apart(raw).level if heading else 0
        zone = zone_in(take_apart(raw).content) if heading else None
        stated = zone_statement(raw if "|" not in raw[:WINDOW] else _property(raw))
        zone = zone or (stated.zone if stated else None)
        if stated and zone and stated.zone is None:
            stated = stated._replace(zone=zone, unknown="")
        if stated:
            zones.lines[number] = stated
        if stated and stated.unknown and zones.unknown is None:
            zones.unknown = (number, stated.unknown)
        if section and level and level <= section[0]:
            # "## Notes of Ana (Pune, IST)" says nothing of the sections beside it, where the text has a zone for all.
            section, zone = ((level, section[1]), zone) if zone else (None, section[1])
        elif zone and zones.known and level > stated_level:
            section = (level, zones.known[-1][1])
        stated_level = level if zone and section is None else stated_level
        if zone and (not zones.known or zones.known[-1][1].name != zone.name):
            zones.known.append((number, zone))
            if len(zones.known) >= _MOST_STATEMENTS:
                break
    if not zones.known:
        _name_zone(zones, lines)
    return zones


def _name_zone(zones: StatedZones, lines: Sequence[str]) -> None:
    """Take the zone that a line above all times names, where none states one."""
    for number, raw in enumerate(lines[:_MOST_LINES_ABOVE], start=1):
        content = take_apart(raw).content
        timed = timed_text(content)
        zone = None if (timed and timed.stamp.time) or is_label(content) else named_zone(raw)
        # The times of the format of logs that has these fields are UTC.
        zone = zone or (UTC_ZONE if _W3C_FIELDS.match(raw) else None)
        if zone:
            zones.known.append((number, zone))
            zones.lines[number] = Statement(zone, "", alone=False)
        if zone or (timed and timed.stamp.time):
            return


def _property(raw: str) -> str:
    """The row of a table with two cells as the line of a list: "Time zone: CET", "Date (UTC): 5 March"; else empty."""
    cells = table_cells(raw)
    return ": ".join(cells) if len(cells) == 2 and (whole_zone(cells[1]) or day_alone(cells[1])) else ""


def _may_state_zone(raw: str, number: int, words: Sequence[str]) -> bool:
    """Whether the line may state a zone, told from a few signs; `words` are those of the text that state zones."""
    if len(raw) < _LEAST_CHARS:
        return False
    bracketed = "(" in raw or "\uff08" in raw
    if len(raw) < _SHORT_CHARS and (bracketed or (number <= _MOST_LINES_ABOVE and TIME_WORD.search(raw))):
        return True
    start = raw[:WINDOW].lower() if words else ""
    return "#" in raw[:12] or any(word in start for word in words)
