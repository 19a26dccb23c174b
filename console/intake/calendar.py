"""From the times of a text to moments: which day, which zone, and what had to be assumed for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from console.core.language.dates import WrittenDate, is_likely, near, weekday_from
from console.core.language.times import DAYS
from console.core.language.zones import SHARED, Zone, offset_name, out_of_season, shares_letters
from console.intake.clocks import COUNTED, ClockTime
from console.intake.dates import Order
from console.intake.stamps import EPOCH_CELL, NO_DAY, NO_START, UNIX_TIME, Stamp, suffix_of
from console.intake.stated import StatedZones

_A_DAY = timedelta(days=1)
_PAST_MIDNIGHT = timedelta(hours=12)
_FEW_DAYS = timedelta(days=3)
"""A weekday further on may as well be the one before."""
_NEIGHBOURS = timedelta(days=15)
_FAR = timedelta(days=40)
"""Neighbours of a timeline are seldom that far apart; a date that is may be a slip."""
_A_YEAR = timedelta(days=365)
_LISTED = 5
_NOON = 12
_NUMBER = re.compile(r"\d+")
_MAY_BE_NO_ZONE = re.compile(r"^\(|\w\s[+\u2212-]|^Z\+")
"""In the name of a zone: a place in brackets, or an offset that stands apart."""

Place = tuple[date | None, date | None, datetime | None]
"""A place in time: the day, the last one stated, and the moment before."""


class Known(NamedTuple):
    """The facts that an earlier reading of the same text has found out, for the places above them."""

    zone: tuple[int, Zone] | None = None
    """The zone that the first time with one names, and its line."""
    dated: tuple[int, date] | None = None
    """The first date with a year, and its line."""
    hint: date | None = None
    """A date of the prose, or the middle of a month or year that it names."""
    newest_first: bool = False
    today: date | None = None
    """The day of last resort, where it is not that of `now`."""
    only_date: tuple[int, date] | None = None
    """The only date that stands in the text, though not above its times, and its line."""


@dataclass
class Calendar:
    """The day and the zone at the place that the reading has come to.

    Give it the dates, zones and times of the text in their order.
    """

    stated: StatedZones
    now: datetime
    default: Zone
    base_date: date | None
    today: date
    """The day of last resort, for a text that names none."""
    known: Known = field(default_factory=Known)
    orders: frozenset[Order] = frozenset()
    """The orders in which dates of digits surely stand in the text."""
    day_first: bool = False
    """The order of a date for which nothing else tells it."""
    start: Stamp | None = None
    """The moment from which the text counts others ("T+5")."""
    elapsed: bool = False
    """Whether times of day are counted from `start` too, as in the transcript of a call."""

    common_day: WrittenDate | None = None
    """The day of all times that have none of their own, which a sentence states."""
    _day_of_others: date | None = None
    """The day of the times around one that alone is of another day."""
    day: date | None = None
    _stated_day: date | None = None
    """The last day that the text gives, while `day` goes on over midnight."""
    hint: date | None = None
    """A date seen on the way, which tells the year of those without."""
    title_date: WrittenDate | None = None
    prose_date: tuple[int, WrittenDate] | None = None
    aside_date: tuple[int, WrittenDate] | None = None
    """The first date of the prose that has no year, or of a log in code, and its line: better than today."""
    page_date: WrittenDate | None = None
    """When the text was written, by its front matter; better than today."""
    guessed_today: bool = False
    guessed_year: bool = False
    guessed_order: bool = False
    unclear_date: tuple[str, bool] = ("", False)
    """A date that could be read the other way round too, and whether the day is read first; empty for none."""
    begins_part: bool = False
    """Whether a heading stands above the next time, below all others."""
    first_date: tuple[int, date] | None = None
    """The first date with a year, and its line."""
    first_named_zone: tuple[int, Zone] | None = None
    used_default: bool = False
    moments: list[tuple[int, datetime, date | None]] = field(default_factory=list)
    """The moments with their lines, and the day where the line states one in full."""
    _begins_day: set[int] = field(default_factory=set)
    """The lines with the first time below a heading with a day."""
    _first_day: date | None = None
    _copied: date | None = None
    """The day on which a chat was copied."""
    _written_on: date | None = None
    """The day on which the text was written, where it stands for one of the incident."""
    _start_at: datetime | None = None
    _previous: datetime | None = None
    _half_said: bool = False
    """Whether a time named am or pm, or was one of the afternoon without."""
    _of_24_hours: bool = False
    """Whether a time was one of the 24-hour clock."""
    _padded: bool = False
    """Whether an hour had a nought before it."""
    _named: tuple[int, Zone] | None = None
    _assumed: dict[str, str] = field(default_factory=dict)
    _midnights: list[str] = field(default_factory=list)
    _backwards: list[str] = field(default_factory=list)
    _slips: list[str] = field(default_factory=list)
    _out_of_season: set[str] = field(default_factory=set)
    """The zones of which it was told that clocks did not keep them on that day."""

    @property
    def first_day(self) -> date:
        """The day of the first time."""
        return self._first_day or self.today

    @property
    def place(self) -> Place:
        """The place that the reading has come to."""
        return self.day, self._stated_day, self._previous

    @place.setter
    def place(self, place: Place) -> None:
        self.day, self._stated_day, self._previous = place

    @property
    def zone_name(self) -> str:
        """The name of the zone of times that name none."""
        if self.stated.known:
            return self.stated.known[0][1].name
        if self.first_named_zone and not self.used_default:
            return self.first_named_zone[1].name
        return (self.known.zone[1] if self.known.zone else self.default).name

    def assumptions(self) -> list[str]:
        """Assumptions about zones and days, in the order in which a reader would ask."""
        lines = {zone.name: number for number, zone in reversed(self.stated.known)}
        first = {number: name for name, number in lines.items()}
        stated = [f"times are {first[number]}, stated on line {number}" for number in sorted(first)[:3]]
        names = ("zone", "shared", "unknown", "apart", "date", "year", "order", "unix", "newest", "days")
        listed = stated + [self._assumed[key] for key in names if key in self._assumed]
        for texts in (self._slips + self._slipped_dates(), self._midnights, self._backwards):
            listed += texts[:_LISTED]
            if len(texts) > _LISTED:
                listed.append(f"{len(texts) - _LISTED} more of the same")
        return listed

    def newest_first(self) -> bool:
        """True when most moments of the text stand before an earlier one."""
        back, on = 0, 0
        for (_, before, _), (number, after, day) in pairwise(self.moments):
            # Without a date, a jump over more than half a day is one over midnight, the other way.
            crossed = day is None and number not in self._begins_day and abs(after - before) > _PAST_MIDNIGHT
            back += (after < before) != crossed and after != before
            on += (after > before) != crossed and after != before
        return back >= 2 and back >= 3 * on

    def set_date(self, written: WrittenDate, number: int = 0) -> bool:
        """From here on the times are of this day; False when there is no such day."""
        ordered = self._in_order(written)
        day = near(ordered, self.today if ordered.year else self._year_hint(ordered), self.today + _A_DAY)
        if day is None or not is_likely(day):
            return False
        if not written.year:
            self.guessed_year = self.guessed_year or not self._is_year_known()
            self._assumed.setdefault("year", f"no year stated: taken as {day.year}")
        elif self.first_date is None and number and not written.either:
            self.first_date = (number, day)
        if written.either:
            self._tell_order(ordered, day)
        if written.weekday and written.year and day.isoweekday() != written.weekday:
            said, is_one = DAYS[written.weekday - 1], DAYS[day.weekday()]
            self._slips.append(f"line {number} says {said}, but {day} was a {is_one}: check the date")
        self.set_day(day)
        return True

    def _tell_order(self, ordered: WrittenDate, day: date) -> None:
        which = "month" if _month_stands_first(ordered) else "day"
        self._assumed.setdefault("order", f"{ordered.either} is read with the {which} first, as {day}")
        if self.guessed_order and not self.unclear_date[0] and ordered.either:
            self.unclear_date = (ordered.either, which == "day")

    def page_day(self) -> date | None:
        """The day on which the text was written, by its front matter or its own words."""
        ordered = self._in_order(self.page_date) if self.page_date else None
        day = near(ordered, self.today) if ordered else None
        if ordered and ordered.either and day:
            self._tell_order(ordered, day)
        return day

    def set_day(self, day: date) -> None:
        """From here on the times are of this day."""
        self.day = self._stated_day = day
        self._day_of_others = None
        self._first_day = self._first_day or day
        self._previous = None

    def note_date(self, number: int, written: WrittenDate, *, citation: bool) -> None:
        """Remember a date from the prose: one with its year tells the year of others.

        When it is no citation's, it is also the day of the first time, if nothing better says that.
        """
        if written.year:
            self.hint = self.hint or near(written, self.today)
        if not citation and self.prose_date is None:
            self.prose_date = (number, written)

    def set_day_number(self, number: int) -> bool:
        """A heading "Day 2": the first day of the text is day 1. False when no day is known to count from."""
        if self._first_day is None:
            self._first_day = self._known_day()
        if self._first_day is None:
            return False
        self.set_day(self._first_day + (number - 1) * _A_DAY)
        return True

    def set_days_back(self, days: int) -> None:
        """From here on the times are of so many days before the day of the copy: the known one, else today."""
        if self._copied is None:
            self._copied = self._written_on or self.day or self._known_day() or self.page_day()
        if self._copied is None:
            self._copied = self.today
            self.guessed_today = True
            self._assumed["date"] = f"“today” is taken as {self.today}"
        day = self._copied - days * _A_DAY
        if day != self.day:
            self.set_day(day)

    def tell_counted(self, number: int) -> None:
        """Tell of the day that the line names by a weekday or "yesterday"."""
        self._assumed.setdefault("days", f"the day that line {number} counts from the writing is read as {self.day}")

    def moment(self, stamp: Stamp, number: int, own_zone: Zone | None) -> datetime | None:
        """The moment of the stamp on that line, in UTC; None when there is no such day, or no start to count from.

        `own_zone` is that of the column or heading the time stands in. A date without a time is the first moment that
        is of that day both there and in UTC.
        """
        if stamp.time is None:
            return self._first_of_day(stamp, number, own_zone)
        if stamp.after is not None and stamp.time is COUNTED:
            return self._counted(stamp.after, number, own_zone)
        if self.elapsed and not (stamp.date or stamp.zone or stamp.weekday or stamp.after is not None):
            hours, minutes, seconds, milliseconds, *_ = stamp.time
            after = timedelta(hours=hours, minutes=minutes, seconds=seconds, milliseconds=milliseconds)
            return self._counted(after, number, own_zone)
        return self._on_clock(stamp, stamp.time, number, own_zone)

    @property
    def counts(self) -> bool:
        """Whether the text names a start from which times count."""
        return bool(self.start or self._start_at)

    def why_none(self, stamp: Stamp) -> str:
        """The reason why the stamp is no moment."""
        counted = self.elapsed and stamp.date is None
        return NO_START if stamp.time is COUNTED or counted else NO_DAY

    def _on_clock(self, stamp: Stamp, clock_time: ClockTime, number: int, own_zone: Zone | None) -> datetime | None:
        if stamp.days_back is not None and stamp.date is None:
            around = self.day
            self.set_days_back(stamp.days_back)
            self._day_of_others = around
            self.tell_counted(number)
        zone = self._zone(stamp, number, own_zone)
        hour, minute, second, millisecond, *_ = clock_time
        clock = time(hour % 24, minute, second, millisecond * 1000)

        def on(day: date) -> datetime:
            local = datetime.combine(day + _A_DAY if hour == 24 else day, clock, tzinfo=zone.tz)
            return local if zone.tz is UTC else local.astimezone(UTC)

        day_above, above = self.day, self._previous
        is_assumed = self.day is None
        if stamp.date:
            if not self.set_date(stamp.date, number):
                return None
            if self.common_day:
                self._day_of_others = near(self._in_order(self.common_day), self._year_hint(self.common_day))
        elif self.day is None and stamp.day_of_month and self.hint:
            self.set_day(self.hint)
        elif self.day is None:
            self._assume_day(on)
        elif self._day_of_others and stamp.days_back is None and above and on(self._day_of_others) >= above:
            self.set_day(self._day_of_others)
        if stamp.weekday and self.day:
            # The day of the title may be any of those that the text goes over.
            around = self.day - _FEW_DAYS if is_assumed and not self.guessed_today else None
            named = weekday_from(stamp.weekday, around) if around else self._on_weekday(stamp.weekday, self.day)
            if named - self.day > _FEW_DAYS or named < self.day:
                self._slips.append(f"the day that line {number} names by its weekday is read as {named}")
            self.set_day(named)
        if self.day is None:
            return None
        if stamp.day_of_month:
            self.set_day(_nearest(stamp.day_of_month, self.day))
            if self.guessed_today and on(self.day) > self.now:
                self.set_day(_nearest(stamp.day_of_month, self.day - 30 * _A_DAY))
            self._assumed.setdefault("days", f"“{stamp.day_of_month}” on line {number} is read as the day {self.day}")
        if stamp.days and not stamp.date:
            self.day = (self._stated_day or self.day) + stamp.days * _A_DAY
            words = "next day" if stamp.days > 0 else "day before"
            self._assumed.setdefault("days", f"“{words}” on line {number} is read as {self.day}")
        above = above if self.day == day_above else self._previous
        at = self._in_half(on(self.day), clock_time, number, zone, above)
        if self._goes_back(stamp, at):
            self.day -= _A_DAY
            at, self._previous = on(self.day), None
            self._midnights.append(f"the times below the heading above line {number} begin on {self.day} again")
        self.begins_part = False
        begins_day = self._previous is None
        before = None if stamp.days else self._previous
        if before is not None and (at > before if self.known.newest_first else at < before):
            if abs(at - before) >= _PAST_MIDNIGHT:
                self.day += -_A_DAY if self.known.newest_first else _A_DAY
                at = on(self.day)
                self._midnights.append(f"midnight is passed on line {number}: from there on {self.day}")
            else:
                self._backwards.append(self._out_of_order(number, at, before, zone))
        self._previous = at
        self.moments.append((number, at, self.day if stamp.date else None))
        if begins_day:
            self._begins_day.add(number)
        self._tell_change_of_clocks(at, clock, zone, number)
        slip = out_of_season(zone, at) if zone.name not in self._out_of_season else None
        if slip:
            self._out_of_season.add(zone.name)
            self._slips.append(f"{slip} (line {number})")
        return at

    def _goes_back(self, stamp: Stamp, at: datetime) -> bool:
        """Whether the first time below a heading is one of the day before: midnight was passed, and it is far later."""
        dated = stamp.date or stamp.weekday or stamp.days or stamp.days_back is not None
        if not self.begins_part or dated or self._previous is None or self.known.newest_first:
            return False
        passed = self.day is not None and self._stated_day is not None and self.day > self._stated_day
        return passed and at - self._previous > _PAST_MIDNIGHT

    def _out_of_order(self, number: int, at: datetime, previous: datetime, zone: Zone) -> str:
        """The clause about a step back in time; empty for one more than are listed."""
        if len(self._backwards) >= _LISTED:
            return ""
        here, before = (moment.astimezone(zone.tz).strftime("%H:%M") for moment in (at, previous))
        return f"line {number} is out of order ({here} after {before}): kept on {self.day}"

    def suffix(self, stamp: Stamp, number: int, own_zone: Zone | None = None) -> str:
        """Words of the stamp beyond its moment, for the end of the text."""
        says_more = stamp.until or stamp.remark or stamp.also or not stamp.time
        return suffix_of(stamp, self.zone_here(stamp, number, own_zone).name) if says_more else ""

    def zone_here(self, stamp: Stamp, number: int, own_zone: Zone | None) -> Zone:
        """The zone that the stamp's time is in."""
        if stamp.zone and not (stamp.beside and (own_zone or self.stated.known)):
            places = (zone for _, zone in self.stated.known) if stamp.zone.name in SHARED else ()
            return next((place for place in places if shares_letters(place, stamp.zone)), stamp.zone)
        if own_zone:
            return own_zone
        if self.stated.known:
            before = [zone for at, zone in self.stated.known if at <= number]
            return before[-1] if before else self.stated.known[0][1]
        named = self._named or self.known.zone
        return named[1] if named else self.default

    def _zone(self, stamp: Stamp, number: int, own_zone: Zone | None) -> Zone:
        zone = self.zone_here(stamp, number, own_zone)
        if zone.name in SHARED:
            self._assumed.setdefault("shared", f"{zone.name} is read as {offset_name(zone.tz, self.now)}")
        if stamp.zone is UNIX_TIME:
            self._assumed.setdefault("unix", f"long numbers are read as Unix time, in UTC (line {number})")
        elif stamp.zone and stamp.zone is not EPOCH_CELL:
            self._named = (number, stamp.zone)
            if _MAY_BE_NO_ZONE.search(zone.name):
                self._assumed.setdefault("apart", f"“{zone.name}” on line {number} is read as the zone of the time")
            self.first_named_zone = self.first_named_zone or self._named
        elif own_zone or stamp.zone:
            pass
        elif stamp.unknown_zone or (self.stated.unknown and not self.stated.known):
            place, word = (number, stamp.unknown_zone) if stamp.unknown_zone else self.stated.unknown or (number, "")
            self.used_default = self.used_default or zone is self.default
            self._assumed.setdefault(
                "unknown", f"“{word}” on line {place} is no zone that is known: taken as {zone.name}"
            )
        elif not self.stated.known:
            named = self._named or self.known.zone
            if named:
                self._assumed.setdefault(
                    "zone", f"times that name no zone are taken as {zone.name}, which line {named[0]} names"
                )
            else:
                self.used_default = True
                self._assumed.setdefault("zone", f"no zone stated: taken as {zone.name}")
        return zone

    def _in_half(self, at: datetime, clock: ClockTime, number: int, zone: Zone, above: datetime | None) -> datetime:
        """The moment, in the afternoon where this time has no am or pm, would step back, and halves are counted.

        They are where am and pm were named above, or where the hour has no nought before it: "12:39", then "1:50".
        """
        self._half_said = self._half_said or clock.half_said
        if not clock.half_said and not 1 <= clock.hour <= 12:
            self._of_24_hours = True
        padded, self._padded = self._padded, self._padded or (clock.hour < 10 and not clock.short)
        halved = self._half_said or (clock.short and (padded or not self._of_24_hours))
        # In a list without any later hour, 01:16 below 12:58 is one of the afternoon.
        halved = halved or (not self._of_24_hours and above is not None and above.astimezone(zone.tz).hour == _NOON)
        if clock.half_said or not halved or not 1 <= clock.hour <= 12 or above is None:
            return at
        later = at + timedelta(hours=12)
        if not at < above <= later or later - above > above - at:
            return at
        self._half_said = True
        self._slips.append(f"line {number} says neither am nor pm: taken as {later.astimezone(zone.tz):%H:%M}")
        return later

    def _tell_change_of_clocks(self, at: datetime, clock: time, zone: Zone, number: int) -> None:
        """Tell of a time of day that the clocks skipped or showed twice."""
        if isinstance(zone.tz, timezone):
            return
        local = at.astimezone(zone.tz)
        if local.time().replace(tzinfo=None) != clock:
            self._slips.append(f"the clocks of {zone.name} skipped {clock:%H:%M} on {local.date()} (line {number})")
        elif local.replace(fold=1).utcoffset() != local.utcoffset():
            twice = f"the clocks of {zone.name} showed {clock:%H:%M} twice on {local.date()}"
            self._slips.append(f"{twice}: the first is taken (line {number})")

    def _first_of_day(self, stamp: Stamp, number: int, own_zone: Zone | None) -> datetime | None:
        if stamp.date is None or not self.set_date(stamp.date, number) or self.day is None:
            return None
        zone = self.zone_here(stamp, number, own_zone)
        at = max(datetime.combine(self.day, time(), tzinfo=tz).astimezone(UTC) for tz in (zone.tz, UTC))
        self.moments.append((number, at, self.day))
        return at

    def _counted(self, after: timedelta, number: int, own_zone: Zone | None) -> datetime | None:
        if self._start_at is None and self.start:
            start, self.start = self.start, None
            self._start_at = self._on_clock(start, start.time, number, own_zone) if start.time else None
        if self._start_at is None:
            return None
        at = self._start_at + after
        self.moments.append((number, at, None))
        return at

    def _on_weekday(self, weekday: int, day: date) -> date:
        """The next such day; the last one where the newest stands first, or the day is guessed."""
        if self.known.newest_first or self.guessed_today:
            return weekday_from(weekday, day - 6 * _A_DAY)
        return weekday_from(weekday, day)

    def _in_order(self, written: WrittenDate) -> WrittenDate:
        """The date with month and day in the order of the text's other dates, else in that which is nearer to them."""
        if not written.either:
            return written
        if len(self.orders) == 1:
            return written if _month_stands_first(written) == ("month" in self.orders) else written.swapped
        known = self.day or (self.first_date or self.known.dated or (0, None))[1] or self._known_day(either=True)
        ways = (written, written.swapped)
        apart = [(abs(day - known), way) for way in ways if (day := near(way, known))] if known else []
        days = sorted(apart, key=itemgetter(0))
        fitting = [way for way in ways if self._falls_on_its_weekday(way)] if written.weekday else []
        if len(fitting) == 1 and not (days and not days[0][0]):
            return fitting[0]
        if len(days) == 2 and days[0][0] <= _NEIGHBOURS < days[1][0]:
            return days[0][1]
        self.guessed_order = True
        return written.swapped if self.day_first and _month_stands_first(written) else written

    def _falls_on_its_weekday(self, written: WrittenDate) -> bool:
        bare = written._replace(weekday=None)
        day = near(bare, self._year_hint(bare))
        return day is not None and day.isoweekday() == written.weekday

    def _is_year_known(self) -> bool:
        return bool(self.day or self.base_date or self.hint or (self.title_date and self.title_date.year))

    def _year_hint(self, written: WrittenDate) -> date:
        hint = self.day or self.base_date
        if hint is None and self.title_date and self.title_date.year:
            hint = near(self.title_date, self.today)
        hint = hint or self.hint or (self.known.dated[1] if self.known.dated else self.known.hint)
        if hint is None and self.page_date:
            hint = near(self.page_date, self.today)
        if hint:
            return hint
        # Nothing tells the year: the last such day that is not in the future.
        latest = near(written._replace(year=None), self.today)
        if latest and latest > self.today + _A_DAY:
            latest = near(written._replace(year=latest.year - 1), self.today)
        return latest or self.today

    def _known_day(self, *, either: bool = False) -> date | None:
        """The day that base date, title or prose tell; `either` leaves dates out that can be read either way."""
        if self.base_date:
            return self.base_date
        for written in (self.title_date, self.prose_date and self.prose_date[1]):
            if written is None or (either and written.either):
                continue
            ordered = self._in_order(written)
            self.guessed_year = self.guessed_year or not (written.year or self._is_year_known())
            day = near(ordered, self._year_hint(ordered))
            if day and is_likely(day):
                if written.either:
                    self._tell_order(ordered, day)
                return day
        return None

    def _assume_day(self, on: Callable[[date], datetime]) -> None:
        day, told = self._likely_day(on)
        self._assumed["date"] = told
        self.set_day(day)

    def _likely_day(self, on: Callable[[date], datetime]) -> tuple[date, str]:
        """The day of a first time that stands below no date, and the clause that tells where it is from."""
        before = "no date before the first time: taken as"
        day = self._known_day()
        if day:
            return day, f"{before} {day} ({self._source_of(day)})"
        if self.known.dated:
            number, day = self.known.dated
            return day, f"{before} {day} (from line {number})"
        day = self.page_day()
        if day:
            self._written_on = day
            return day, f"no date of the incident is written: taken as {day}, the page's own date"
        if self.aside_date:
            number, written = self.aside_date
            day = near(self._in_order(written), self._year_hint(written))
            if day and is_likely(day):
                self.guessed_year = not written.year
                return day, f"{before} {day} (from line {number}{'' if written.year else ', which names no year'})"
        self.guessed_today = True
        if self.known.only_date:
            number, day = self.known.only_date
            return day, f"{before} {day}, the only one of the text (on line {number})"
        day = self.today if on(self.today) <= self.now else self.today - _A_DAY
        return day, f"no date is written anywhere: the first time is taken as of {day}"

    def _source_of(self, day: date) -> str:
        """The source of the known day."""
        if day == self.base_date:
            return "as given"
        if self.title_date and (self.title_date.month, self.title_date.day) == (day.month, day.day):
            return "from the title" if self.title_date.year else "from the title, which names no year"
        if self.prose_date is None:
            return "from the text"
        return f"from line {self.prose_date[0]}" + ("" if self.prose_date[1].year else ", which names no year")

    def _slipped_dates(self) -> list[str]:
        """Clauses on dates, written in full, that lie apart from those on both sides, or a year from the one beside.

        At both ends also a month that is another one, where day and year are the same.
        """
        dated = [(number, day) for number, _, day in self.moments if day]
        slipped: set[int] = set()
        days = [day for _, day in dated]
        for place, (before, day, after) in enumerate(zip(days, days[1:], days[2:], strict=False), start=1):
            if (day < before) == (day < after):
                apart = min(abs(day - before), abs(day - after))
                if apart > abs(before - after) and (before == after or apart > _FAR):
                    slipped.add(place)
        for place, beside in ((0, 1), (len(dated) - 1, len(dated) - 2)) if len(dated) > 2 else ():
            day, other = dated[place][1], dated[beside][1]
            is_other_month = day.month != other.month and (day.year, day.day) == (other.year, other.day)
            if beside not in slipped and (is_other_month or abs(abs(day - other) - _A_YEAR) < _NEIGHBOURS):
                slipped.add(place)
        return [
            f"line {number} is dated {day} and the line beside it {dated[place - 1 if place else 1][1]}: check the date"
            for place in sorted(slipped)
            for number, day in (dated[place],)
        ]


def _nearest(day_of_month: int, day: date) -> date:
    """The date with that day of a month which is nearest to the other."""
    around = (day + timedelta(days=days) for days in sorted(range(-31, 32), key=abs))
    return next(date for date in around if date.day == day_of_month)


def _month_stands_first(written: WrittenDate) -> bool:
    first = _NUMBER.match(written.either or "")
    return first is not None and int(first[0]) == written.month
