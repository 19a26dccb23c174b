"""Reading a timeline as people and tools write it, in any of the forms of console/intake/forms.py."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

import msgspec

from console.core.language.dates import is_likely
from console.core.language.times import utc
from console.core.language.zones import Zone
from console.intake.calendar import Calendar
from console.intake.forms import source_of
from console.intake.lines import split_lines, take_apart
from console.intake.model import ReadTimeline, Skipped
from console.intake.reader import Reader
from console.intake.source import Source
from console.intake.zones import stated_zone, zone_in, zone_label

_MOST_STATEMENTS = 20


def read_timeline(text: str, *, now: datetime, zone: tzinfo, base_date: date | None = None) -> ReadTimeline:
    """Read a timeline: total, for any text; its cost grows with the length of the text.

    `now` is an aware datetime: nothing read may be later, and it tells the year of dates that have none. `zone` is
    that of times for which the text states none. `base_date` is the day of the first time where no heading and no
    time says it; it goes before what the title says. Raises ValueError for a `now` without a zone, and for a
    `base_date` outside the years 1970 to 2199.
    """
    if base_date is not None and not is_likely(base_date):
        raise ValueError(f"no incident was on {base_date}")
    now = utc(now)
    source = source_of(text)
    lines = source.lines
    zones = _stated_zones(lines) if source.tables is None else []
    home = Zone(zone_label(zone), zone)
    today = now.astimezone(zone).date()
    borrowed: tuple[int, Zone] | None = None
    day = today
    # A zone that is named only further down, or a day that turns out to lie in the future, is known after a reading.
    for _ in range(3):
        calendar = Calendar(zones, now=now, default=home, borrowed_zone=borrowed, base_date=base_date, today=day)
        reader = Reader(lines, calendar, now)
        if source.tables is None:
            reader.read()
        else:
            reader.read_records(source)
        if calendar.used_default and calendar.first_named_zone and not borrowed:
            borrowed = calendar.first_named_zone
        elif calendar.guessed_today and reader.collector.future and day == today:
            day = today - timedelta(days=1)
        else:
            break
    reading = reader.collector
    assumed = [*calendar.assumptions(), reading.borrowed(), *reading.remarks, *source.remarks]
    read = ReadTimeline(
        reader.title,
        tuple(sorted(reading.entries, key=lambda entry: entry.numbers[0])),
        tuple(sorted(reading.skipped, key=lambda skipped: skipped.number)),
        tuple(sorted(reading.structure)),
        calendar.zone_name,
        tuple(clause for clause in assumed if clause),
    )
    return read if source.is_text else _renumbered(read, source, text)


_LINES = re.compile(r"\blines? (\d+(?:, \d+)*)")


def _renumbered(read: ReadTimeline, source: Source, text: str) -> ReadTimeline:
    """The reading of lines that were made of the file's, with the numbers of the file's own."""

    def of_file(numbers: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted({source.numbers[number - 1] for number in numbers}))

    def reworded(clause: str) -> str:
        return _LINES.sub(
            lambda match: match[0].replace(match[1], ", ".join(map(str, of_file(map(int, match[1].split(", ")))))),
            clause,
        )

    entries = [msgspec.structs.replace(entry, numbers=of_file(entry.numbers)) for entry in read.lines]
    skipped = [Skipped(source.numbers[line.number - 1], line.text, reworded(line.reason)) for line in read.skipped]
    placed = {number for entry in entries for number in entry.numbers} | {line.number for line in skipped}
    filled = {number for number, line in enumerate(split_lines(text), start=1) if line.strip()}
    return ReadTimeline(
        read.title,
        tuple(entries),
        tuple(skipped),
        tuple(sorted(filled - placed)),
        read.zone_name,
        tuple(map(reworded, read.assumptions)),
    )


def _stated_zones(lines: Sequence[str]) -> list[tuple[int, Zone]]:
    """The zones that sentences and headings state for the times, with their lines, each change of zone once."""
    zones: list[tuple[int, Zone]] = []
    for number, raw in enumerate(lines, start=1):
        zone: Zone | None = None
        if "#" in raw[:12]:
            line = take_apart(raw)
            zone = zone_in(line.content) if line.level else None
        if zone is None and "time" in raw[:400].casefold() and "|" not in raw[:400]:
            stated = stated_zone(raw)
            zone = stated[0] if stated else None
        if zone and (not zones or zones[-1][1].name != zone.name):
            zones.append((number, zone))
            if len(zones) >= _MOST_STATEMENTS:
                break
    return zones
