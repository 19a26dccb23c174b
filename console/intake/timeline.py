"""Reading a timeline as people and tools write it, in any of the forms of console/intake/forms.py."""

import gc
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from functools import partial

import msgspec

from console.core.language.dates import is_likely
from console.core.language.times import utc
from console.core.language.zones import Zone
from console.intake.calendar import Calendar, Known
from console.intake.chats import chats_in
from console.intake.dates import (
    Order,
    dates_of_digits,
    is_day_first,
    shorter_order,
    stated_order,
    sure_orders,
    year_first,
)
from console.intake.forms import source_of
from console.intake.layout import Layout
from console.intake.lines import split_lines, take_apart
from console.intake.model import Question, ReadTimeline, Skipped
from console.intake.narrative import is_narrative, unwrapped
from console.intake.own import restored
from console.intake.reader import Reader
from console.intake.recordings import recording_in, recording_of
from console.intake.source import Source
from console.intake.stamps import timed_line, timed_text
from console.intake.starts import counts_from_start, start_in
from console.intake.stated import StatedZones, stated_zones
from console.intake.tables import cell_time, columns
from console.intake.zones import order_in, zone_beside_clocks, zone_label

_MOST_READINGS = 4
_MOST_TOLD_CHARS = 200_000
"""Of a report in sentences, which is read twice; no person writes a longer one."""
_TWELVE_HOURS = re.compile(r"\d\s?[AP]M\b")
"""The clock of those who write the month first; chats with another one write the day first."""


_WIDE = re.compile(
    r"[\uff10-\uff19]{1,4}(?=[\u5e74\u6708\u65e5\u6642\u65f6\u5206\u79d2]|[\uff1a:\uff0f/][\uff10-\uff19])"
    r"|(?<=[\uff1a:\uff0f/])[\uff10-\uff19]{1,4}"
)
"""Digits of dates and times that are as wide as the characters beside them."""


def read_timeline(
    text: str, *, now: datetime, zone: tzinfo, base_date: date | None = None, day_first: bool | None = None
) -> ReadTimeline:
    """Read a timeline: total, for any text; its cost grows with the length of the text.

    `now` is an aware datetime: nothing read may be later, and it tells the year of dates that have none. `zone` is
    that of times for which the text states none. `base_date` is the day of the first time where no heading and no
    time says it; it goes before what the title says. `day_first` is how dates such as 05/03 are read where no other one
    of the text tells. Raises ValueError for a `now` without a zone, and for a
    `base_date` outside the years 1970 to 2199.
    """
    if base_date is not None and not is_likely(base_date):
        raise ValueError(f"no incident was on {base_date}")
    # A reading makes objects by the hundred thousand and no cycles of them: a look for garbage among them finds none.
    looks = gc.isenabled()
    gc.disable()
    try:
        narrow = text if text.isascii() else _WIDE.sub(lambda digits: str(int(digits[0])).zfill(len(digits[0])), text)
        read = partial(_read_source, narrow, now=utc(now), zone=zone, base_date=base_date, day_first=day_first)
        source = source_of(narrow)
        timeline, lists_times = read(source)
        may_tell = source.tables is None and not lists_times and len(narrow) <= _MOST_TOLD_CHARS
        # Beside an entry that nothing but its place sets off, one sentence more tells no story.
        if may_tell and is_narrative(source, least=2 if timeline.lines else 1):
            narrated, _ = read(unwrapped(source), narrative=True)
            timeline = narrated if len(narrated.lines) > len(timeline.lines) else timeline
        return timeline
    finally:
        # One reading meets its lines several times, the next one none of them.
        for kept in (take_apart, timed_text, timed_line, cell_time, columns):
            kept.cache_clear()
        if looks:
            gc.enable()


def _read_source(
    text: str,
    source: Source,
    *,
    now: datetime,
    zone: tzinfo,
    base_date: date | None,
    day_first: bool | None,
    narrative: bool = False,
) -> tuple[ReadTimeline, bool]:
    """The reading, and whether something sets most times off; those within sentences only `narrative` reads."""
    is_text = source.tables is None
    recording = recording_of(source, text) if source.tables else recording_in(source.lines, elapsed=source.elapsed)
    lines = recording.lines if recording else source.lines
    short_dates = (
        year_first("\n".join(lines), now.date() + timedelta(days=1)) if is_text and day_first is None else None
    )
    if short_dates:
        lines = [short_dates.sub(r"20\g<0>", raw, count=1) for raw in lines]
    layout = Layout(lines)
    whole = layout.text
    stated = stated_zones(whole, lines) if is_text else StatedZones()
    home = Zone(zone_label(zone), zone)
    today = now.astimezone(zone).date()
    chats = chats_in(lines, layout.clocked) if is_text else []
    dates = dates_of_digits(layout.clocked_text)
    orders = sure_orders(dates) or (stated_order(whole) if dates else frozenset())
    if day_first is not None and not orders:
        orders = frozenset({"day" if day_first else "month"})
    start = recording.start if recording else start_in(whole) if counts_from_start(whole) else None
    beside = zone_beside_clocks(layout.clocked) if is_text and not stated.known else None
    named = layout.first_zone if is_text and not (beside or stated.known) else None
    known = Known(zone=beside or named, newest_first=is_text and layout.newest_first)
    zoned = stated.known[0] if stated.known else beside or named
    nearer = shorter_order(dates)
    likely = order_in(zoned[1]) if zoned and not nearer else None
    if likely is None:
        usual: Order = "month" if not chats or _TWELVE_HOURS.search(layout.clocked_text) else "day"
        likely = "day" if not chats and is_day_first(whole) else nearer or usual
    new_calendar = partial(
        Calendar, stated, now, home, base_date, orders=orders, day_first=likely == "day", start=start,
        elapsed=recording is not None,
    )  # fmt: skip
    begins = recording.number if recording else 0
    # What stands only further down is known after a reading: a zone, a date, that the newest stands first.
    for _ in range(_MOST_READINGS):
        calendar = new_calendar(today=known.today or today, known=known)
        reader = Reader(lines, calendar, now, chats, layout=layout, start_at=begins, narrative=narrative)
        if source.tables is None:
            reader.read()
        else:
            reader.read_records(source)
        learnt = _learnt(calendar, known, in_future=reader.collector.future)
        if calendar.guessed_today:
            learnt = learnt._replace(only_date=layout.only_date)
        if beside is None and known.zone:
            learnt = learnt._replace(zone=calendar.first_named_zone)
        if learnt == known:
            break
        known = learnt
    reading = reader.collector
    where = f"on line {recording.number}" if recording and source.tables is None else "that the file names"
    counted = f"times of day count from the start {where}" if recording and recording.start else ""
    short = "dates such as 24/03/05 are read with the year first" if short_dates else ""
    within = "times within sentences are read as those of what the sentences tell" if narrative else ""
    assumed = [*calendar.assumptions(), counted, short, within, reading.borrowed(), *reading.remarks, *source.remarks]
    read = ReadTimeline(
        reader.title,
        tuple(sorted(reading.entries, key=lambda entry: entry.numbers[0])),
        tuple(sorted(reading.skipped, key=lambda skipped: skipped.number)),
        tuple(sorted(reading.structure)),
        calendar.zone_name,
        tuple(clause for clause in assumed if clause),
        tuple(_questions(calendar)),
    )
    read = read if source.is_text else _renumbered(read, source, text)
    return restored(read, source) if source.document else read, reader.lists_times


def _questions(calendar: Calendar) -> Iterator[Question]:
    if calendar.used_default:
        yield Question("zone", "No zone is stated. Which zone are the times in?", calendar.zone_name)
    if calendar.guessed_today:
        yield Question("day", "No day is stated. On which day was the first entry?", str(calendar.first_day))
    unclear, day_first = calendar.unclear_date
    if unclear:
        order = "dmy" if day_first else "mdy"
        yield Question("order", f"Is {unclear} day, month, year (dmy) or month, day, year (mdy)?", order)


_LINES = re.compile(r"\blines? (\d+(?:, \d+)*)")


def _renumbered(read: ReadTimeline, source: Source, text: str) -> ReadTimeline:
    """The reading of lines that were made of the file's, with the numbers of the file's own."""

    def of_file(numbers: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted({source.numbers[number - 1] for number in numbers}))

    def renumbered(lines: re.Match[str]) -> str:
        return lines[0].replace(lines[1], ", ".join(map(str, of_file(map(int, lines[1].split(", "))))))

    reworded = partial(_LINES.sub, renumbered)
    entries = [msgspec.structs.replace(entry, numbers=of_file(entry.numbers)) for entry in read.lines]
    skipped = [Skipped(source.numbers[line.number - 1], line.text, reworded(line.reason)) for line in read.skipped]
    skipped = sorted([*skipped, *source.set_aside], key=lambda line: line.number)
    placed = {number for entry in entries for number in entry.numbers} | {line.number for line in skipped}
    filled = {number for number, line in enumerate(split_lines(text), start=1) if line.strip()}
    return msgspec.structs.replace(
        read,
        lines=tuple(entries),
        skipped=tuple(skipped),
        structure=tuple(sorted(filled - placed)),
        assumptions=tuple(map(reworded, read.assumptions)),
    )


def _learnt(calendar: Calendar, known: Known, *, in_future: bool) -> Known:
    """The facts that the reading has found out for the next one; the same again where that would change nothing."""
    guessed = calendar.guessed_today or calendar.guessed_year or calendar.guessed_order
    dated = known.dated or (calendar.first_date if guessed else None)
    learnt = Known(
        known.zone or (calendar.first_named_zone if calendar.used_default else None),
        dated,
        known.hint or (calendar.hint if calendar.guessed_year and not dated else None),
        calendar.newest_first(),
        known.today,
        known.only_date,
    )
    if learnt == known and calendar.guessed_today and in_future and calendar.first_date is None:
        return known._replace(today=calendar.today - timedelta(days=1))
    return learnt
