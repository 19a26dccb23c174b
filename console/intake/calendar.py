"""From the times of a text to moments: which day, which zone, and what had to be assumed for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from console.core.language.dates import WrittenDate, is_likely, near
from console.core.language.zones import Zone, out_of_season
from console.intake.stamps import Stamp

_A_DAY = timedelta(days=1)
_PAST_MIDNIGHT = timedelta(hours=12)
_LISTED = 5


@dataclass
class Calendar:
    """The day and the zone at the place that the reading has come to.

    Give it the dates, zones and times of the text in their order.
    """

    zones: list[tuple[int, Zone]]
    """The zones stated, with their lines."""
    now: datetime
    default: Zone
    borrowed_zone: tuple[int, Zone] | None
    """One that a time further down names."""
    base_date: date | None
    today: date
    """The day of last resort, for a text that names none."""

    day: date | None = None
    hint: date | None = None
    """A full date seen on the way, which tells the year of those without."""
    title_date: WrittenDate | None = None
    prose_date: tuple[int, WrittenDate] | None = None
    guessed_today: bool = False
    first_named_zone: tuple[int, Zone] | None = None
    used_default: bool = False
    _first_day: date | None = None
    _copied: date | None = None
    """The day on which a chat was copied."""
    _previous: datetime | None = None
    _named: tuple[int, Zone] | None = None
    _assumed: dict[str, str] = field(default_factory=dict)
    _midnights: list[str] = field(default_factory=list)
    _backwards: list[str] = field(default_factory=list)
    _zone_slips: list[str] = field(default_factory=list)

    @property
    def zone_name(self) -> str:
        """The name of the zone of times that name none."""
        if self.zones:
            return self.zones[0][1].name
        if self.first_named_zone and not self.used_default:
            return self.first_named_zone[1].name
        return (self.borrowed_zone[1] if self.borrowed_zone else self.default).name

    def assumptions(self) -> list[str]:
        """Assumptions about zones and days, in the order in which a reader would ask."""
        stated = [f"times are {zone.name}, stated on line {number}" for number, zone in self.zones[:3]]
        listed = stated + [self._assumed[key] for key in ("zone", "date", "year", "order") if key in self._assumed]
        listed += self._zone_slips
        for texts in (self._midnights, self._backwards):
            listed += texts[:_LISTED]
            if len(texts) > _LISTED:
                listed.append(f"{len(texts) - _LISTED} more of the same")
        return listed

    def set_date(self, written: WrittenDate) -> bool:
        """From here on the times are of this day; False when there is no such day."""
        day = near(written, self._year_hint(written))
        if day is None or not is_likely(day):
            return False
        if not written.year:
            self._assumed.setdefault("year", f"no year stated: taken as {day.year}")
        if written.month_first:
            self._assumed.setdefault("order", f"{written.month_first} is read with the month first, as {day}")
        self.set_day(day)
        return True

    def set_day(self, day: date) -> None:
        """From here on the times are of this day."""
        self.day = day
        self._first_day = self._first_day or day
        self._previous = None

    def note_date(self, number: int, written: WrittenDate, *, citation: bool) -> None:
        """Remember a date with its year from the prose, which tells the year of others.

        When it is no citation's, it is also the day of the first time, if nothing better says that.
        """
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
            self._copied = self.day or self._known_day()
        if self._copied is None:
            self._copied = self.today
            self.guessed_today = True
            self._assumed["date"] = f"“today” is taken as {self.today}"
        day = self._copied - days * _A_DAY
        if day != self.day:
            self.set_day(day)

    def moment(self, stamp: Stamp, number: int, own_zone: Zone | None) -> datetime | None:
        """The moment of the stamp on that line, in UTC; None when there is no such day.

        `own_zone` is that of the column or heading the time stands in.
        """
        if stamp.time is None:
            return None
        zone = self._zone(stamp, number, own_zone)
        hour, minute, second, millisecond, *_ = stamp.time
        clock = time(hour % 24, minute, second, millisecond * 1000)

        def on(day: date) -> datetime:
            local = datetime.combine(day + (hour // 24) * _A_DAY, clock, tzinfo=zone.tz)
            return local.astimezone(UTC)

        if stamp.date:
            if not self.set_date(stamp.date):
                return None
        elif self.day is None:
            self._assume_day(on)
        if self.day is None:
            return None
        at = on(self.day)
        if self._previous is not None and at < self._previous - _PAST_MIDNIGHT:
            self.day += _A_DAY
            at = on(self.day)
            self._midnights.append(f"midnight is passed on line {number}: from there on {self.day}")
        elif self._previous is not None and at < self._previous:
            here, before = (moment.astimezone(zone.tz).strftime("%H:%M") for moment in (at, self._previous))
            self._backwards.append(f"line {number} is out of order ({here} after {before}): kept on {self.day}")
        self._previous = at
        slip = out_of_season(zone, at)
        if slip and not any(known.startswith(slip[:40]) for known in self._zone_slips):
            self._zone_slips.append(f"{slip} (line {number})")
        return at

    def zone_here(self, stamp: Stamp, number: int, own_zone: Zone | None) -> Zone:
        """The zone that the stamp's time is in."""
        if stamp.zone:
            return stamp.zone
        if own_zone:
            return own_zone
        before = [zone for at, zone in self.zones if at <= number]
        if self.zones:
            return before[-1] if before else self.zones[0][1]
        named = self._named or self.borrowed_zone
        return named[1] if named else self.default

    def _zone(self, stamp: Stamp, number: int, own_zone: Zone | None) -> Zone:
        zone = self.zone_here(stamp, number, own_zone)
        if stamp.zone:
            self._named = (number, stamp.zone)
            self.first_named_zone = self.first_named_zone or self._named
        elif not own_zone and not self.zones:
            named = self._named or self.borrowed_zone
            if named:
                self._assumed.setdefault(
                    "zone", f"times that name no zone are taken as {zone.name}, which line {named[0]} names"
                )
            else:
                self.used_default = True
                self._assumed.setdefault("zone", f"no zone stated: taken as {zone.name}")
        return zone

    def _year_hint(self, written: WrittenDate) -> date:
        hint = self.day or self.base_date
        if hint is None and self.title_date and self.title_date.year:
            hint = near(self.title_date, self.today)
        hint = hint or self.hint
        if hint:
            return hint
        # Nothing tells the year: the last such day that is not in the future.
        latest = near(written._replace(year=None), self.today)
        if latest and latest > self.today + _A_DAY:
            latest = near(written._replace(year=latest.year - 1), self.today)
        return latest or self.today

    def _known_day(self) -> date | None:
        if self.base_date:
            return self.base_date
        for written in (self.title_date, self.prose_date and self.prose_date[1]):
            day = near(written, self._year_hint(written)) if written else None
            if day and is_likely(day):
                return day
        return None

    def _assume_day(self, on: Callable[[date], datetime]) -> None:
        day = self._known_day()
        if day is None:
            self.guessed_today = True
            day = self.today if on(self.today) <= self.now else self.today - _A_DAY
            self._assumed["date"] = f"no date is written anywhere: the first time is taken as of {day}"
            self.set_day(day)
            return
        if day == self.base_date:
            where = "as given"
        elif self.title_date and (self.title_date.month, self.title_date.day) == (day.month, day.day):
            where = "from the title" if self.title_date.year else "from the title, which names no year"
        else:
            where = f"from line {self.prose_date[0]}" if self.prose_date else "from the text"
        self._assumed["date"] = f"no date before the first time: taken as {day} ({where})"
        self.set_day(day)
