"""The timeline's model, without the screen: entries in the order in which things happened, filtered."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from operator import is_

import msgspec

from console.core.language.names import same_name
from console.core.log.entries import Entries, Entry


class Filter(msgspec.Struct, frozen=True):
    """Which entries to show; what is empty filters nothing."""

    kinds: frozenset[str] = frozenset()
    tag: str = ""
    person: str = ""
    text: str = ""

    @property
    def empty(self) -> bool:
        return not (self.kinds or self.tag or self.person or self.text)

    def takes(self, entry: Entry) -> bool:
        if self.kinds and entry.kind not in self.kinds:
            return False
        if self.tag and self.tag.casefold().lstrip("#") not in entry.tags:
            return False
        if self.person and not any(same_name(self.person, person) for person in (entry.author, *entry.people)):
            return False
        return not self.text or self.text.casefold() in entry.text.casefold()

    def words(self) -> str:
        """The filter as a person says it."""
        parts = [", ".join(sorted(self.kinds)), f"#{self.tag.lstrip('#')}" if self.tag else ""]
        parts += [f"@{self.person.lstrip('@')}" if self.person else "", f"“{self.text}”" if self.text else ""]
        return " ".join(part for part in parts if part)


class TimelineModel:
    """Rows of the timeline: `keys[i]` is (moment, place in the log) of the i-th visible entry."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.filter = Filter()
        self.hides_undone = False
        self.hidden = 0
        """How many entries are not shown for being undone alone."""
        self.entries = Entries()
        self.keys: list[tuple[datetime, int]] = []

    def takes(self, entry: Entry) -> bool:
        """Whether the entry is shown."""
        return not (self.hides_undone and entry.undone) and self.filter.takes(entry)

    def _hides(self, entry: Entry) -> bool:
        """Whether the entry is not shown for being undone alone."""
        return self.hides_undone and entry.undone and self.filter.takes(entry)

    def set(self, entries: Entries) -> None:
        """Everything anew: at opening, after a filter, a correction or an undo."""
        self.entries = entries
        all_shown, takes = self.filter.empty and not self.hides_undone, self.takes
        self.keys = sorted((entry.occurred_at, i) for i, entry in enumerate(entries) if all_shown or takes(entry))
        self.hidden = sum(map(self._hides, entries)) if self.hides_undone else 0

    def changed(self, entries: Entries) -> list[int] | None:
        """The visible rows whose entry is another one in the new version; `extend` then takes that version over.

        None when the order, or what the filter shows, became another: then only `set` helps.
        """
        size = len(self.entries)
        if len(entries) < size:
            return None
        before, after = self.entries[:], entries[:size]
        places = [i for i, same in enumerate(map(is_, before, after)) if not same]
        rows: list[int] = []
        for i in places:
            old, new = before[i], after[i]
            shown = self.takes(old)
            if old.id != new.id or old.occurred_at != new.occurred_at or shown != self.takes(new):
                return None
            if self._hides(old) != self._hides(new):
                return None
            if shown:
                rows.append(bisect_left(self.keys, (new.occurred_at, i)))
        return rows

    def extend(self, entries: Entries) -> int | None:
        """Takes over a version with more entries; the first visible position that is new, None when none is."""
        first: int | None = None
        start = len(self.entries)
        self.entries = entries
        for i in range(start, len(entries)):
            entry = entries[i]
            if not self.takes(entry):
                self.hidden += self._hides(entry)
                continue
            key = (entry.occurred_at, i)
            if not self.keys or key > self.keys[-1]:
                position = len(self.keys)
                self.keys.append(key)
            else:
                position = bisect_right(self.keys, key)
                insort(self.keys, key)
            first = position if first is None else min(first, position)
        return first

    def entry(self, position: int) -> Entry:
        return self.entries[self.keys[position][1]]

    def first_at(self, moment: datetime) -> int:
        """The first row at or after a moment; the last row when there is none."""
        return min(bisect_left(self.keys, (moment, -1)), max(0, len(self.keys) - 1))

    def position_of(self, id: str) -> int | None:
        """The visible row of an entry; None when it is filtered away or unknown."""
        place = self.entries.position(id)
        if place is None:
            return None
        key = (self.entries[place].occurred_at, place)
        position = self.row_of(key)
        return position if position < len(self.keys) and self.keys[position] == key else None

    def position_behind(self, id: str) -> int | None:
        """The visible row that follows an entry which is not shown, else the last; None where it is unknown."""
        place = self.entries.position(id)
        if place is None or not self.keys:
            return None
        return min(self.row_of((self.entries[place].occurred_at, place)), len(self.keys) - 1)

    def row_of(self, key: tuple[datetime, int]) -> int:
        """Where a row with this key stands, or would stand."""
        return bisect_left(self.keys, key)

    def days(self, start: int = 0) -> Iterable[int]:
        """Rows from `start` on that begin a day: in every zone at a quarter of an hour, so one row of each is asked."""
        position, keys = start, self.keys
        last_date = keys[start - 1][0].astimezone(self.zone).date() if 0 < start <= len(keys) else None
        while position < len(keys):
            moment = keys[position][0]
            here = moment.astimezone(self.zone).date()
            if here != last_date:
                last_date = here
                yield position
            quarter = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
            position = bisect_left(keys, (quarter + timedelta(minutes=15), -1), position)
