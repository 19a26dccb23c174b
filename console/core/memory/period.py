"""The time that is looked back at: so many days, or a quarter."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

import msgspec

from console.core.language.text import one_line
from console.core.refusal import Refused

_QUARTER = re.compile(r"(?:(\d{4})[- ]?)?Q([1-4])(?:[- ](\d{4}))?", re.IGNORECASE)
USUAL_DAYS = 90


class Period(msgspec.Struct, frozen=True):
    """From `start` until before `end`."""

    name: str
    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.end


def last_days(days: int, now: datetime, zone: tzinfo) -> Period:
    """Whole days where the viewer is, the present one and those before it."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    start, end = (_midnight(today + timedelta(days=step), zone) for step in (1 - days, 1))
    return Period(f"last {days} days" if days > 1 else "today", start, end)


def quarter(text: str, now: datetime, zone: tzinfo) -> Period:
    """`2026-Q3`; `Q3` is the last one that has begun, `last` the one before the present one. Raises Refused."""
    local = now.astimezone(zone)
    wanted = text.strip()
    if wanted.lower() in ("last", "this"):
        at = local.year * 4 + (local.month - 1) // 3 - (wanted.lower() == "last")
        return _quarter(*divmod(at, 4), zone)
    match = _QUARTER.fullmatch(wanted)
    if match is None or (match[1] and match[3]):
        raise Refused(f"“{one_line(wanted, 30)}” is not a quarter; write 2026-Q3, Q3, this or last.", "quarter")
    place, year = int(match[2]) - 1, match[1] or match[3]
    if not year:
        year = local.year - (place > (local.month - 1) // 3)
    if not 1970 <= int(year) <= 2199:
        raise Refused(f"“{one_line(wanted, 30)}” is not a quarter; write 2026-Q3, Q3, this or last.", "quarter")
    return _quarter(int(year), place, zone)


def _quarter(year: int, place: int, zone: tzinfo) -> Period:
    start = datetime(year, 3 * place + 1, 1)
    end = datetime(year + (place == 3), (3 * place + 3) % 12 + 1, 1)
    return Period(f"{year}-Q{place + 1}", _midnight(start, zone), _midnight(end, zone))


def moved(period: Period, steps: int, zone: tzinfo) -> Period:
    """The period so many steps later, earlier where they are negative: another quarter, or as many days."""
    match = _QUARTER.fullmatch(period.name)
    if match is not None:
        return _quarter(*divmod(int(match[1]) * 4 + int(match[2]) - 1 + steps, 4), zone)
    start, end = (at.astimezone(zone).replace(tzinfo=None) for at in (period.start, period.end))
    days = (end.date() - start.date()).days * steps
    first, behind = (_midnight(at + timedelta(days=days), zone) for at in (start, end))
    last = (behind - timedelta(hours=12)).astimezone(zone)
    return Period(f"{first.astimezone(zone):%Y-%m-%d} to {last:%Y-%m-%d}", first, behind)


def _midnight(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


class Slot(msgspec.Struct, frozen=True):
    """A month or a week of a period, for a picture."""

    label: str
    start: datetime
    end: datetime


_SHORT_DAYS = 62
"""Up to so many days are shown in weeks."""


def slots(period: Period, zone: tzinfo) -> list[Slot]:
    """The months that the period touches, or its weeks where it is short, cut at its ends."""
    local = period.start.astimezone(zone).replace(tzinfo=None)
    weeks = period.end - period.start <= timedelta(days=_SHORT_DAYS)
    slots: list[Slot] = []
    while (start := _midnight(local, zone)) < period.end:
        if weeks:
            behind, label = local + timedelta(days=7), f"{local:%m-%d}"
        else:
            behind, label = datetime(local.year + local.month // 12, local.month % 12 + 1, 1), f"{local:%Y-%m}"
        slots.append(Slot(label, start, min(_midnight(behind, zone), period.end)))
        local = behind
    return slots
