"""The timeline's model, without the screen: entries in the order in which things happened, filtered."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

import msgspec

from console.core.language.names import name_key
from console.core.log.entries import Entries, Entry
from console.core.log.registry import SIGNS

CHUNK = 500
"""Entries that are gone through between two pauses: less than a millisecond's."""
MAX_CHANGED_ROWS = 50
"""Rows that may change in place; laying out more than these one by one takes longer than laying out all."""
Pause = Callable[[], None]
"""Called by long work again and again; what it raises ends the work."""


def no_pause() -> None:
    """The work goes through at once."""


class Filter(msgspec.Struct, frozen=True):
    """The choice of entries to show; what is empty filters nothing."""

    typed: str = ""
    """The filter as a person wrote it."""
    kinds: frozenset[str] = frozenset()
    tag: str = ""
    """Its beginning, folded and without its sign: a filter is in force while it is typed."""
    person: str = ""
    """The beginning of a name, as `name_key` gives it."""
    words: tuple[str, ...] = ()
    """Folded; an entry holds them all."""

    @property
    def empty(self) -> bool:
        return not (self.kinds or self.tag or self.person or self.words)

    def takes(self, entry: Entry) -> bool:
        if self.kinds and entry.kind not in self.kinds:
            return False
        if self.tag and not any(tag.startswith(self.tag) for tag in entry.tags):
            return False
        if self.person and not any(name_key(name).startswith(self.person) for name in (entry.author, *entry.people)):
            return False
        if not self.words:
            return True
        text = entry.text.casefold()
        return all(word in text for word in self.words)


def filter_of(typed: str) -> Filter:
    """`#db @rs decision pool`: tags, people and kinds by their look, the rest is words of the text."""
    kinds: set[str] = set()
    tag = person = ""
    words: list[str] = []
    for word in typed.split():
        if word.startswith("#"):
            tag = word.casefold().lstrip("#")
        elif word.startswith("@"):
            person = name_key(word) if len(word) > 1 else ""
        elif word.lower() in SIGNS:
            kinds.add(word.lower())
        else:
            words.append(word.casefold())
    return Filter(" ".join(typed.split()), frozenset(kinds), tag, person, tuple(words))


def in_time(entries: Entries) -> Callable[[int], tuple[datetime, int]]:
    """The order of places: by when things happened, then by the log."""
    return lambda place: (entries[place].occurred_at, place)


class Rows(NamedTuple):
    """Entries, and what is shown of them."""

    entries: Entries
    shows: "Shows"
    every: "array[int]"
    """The places of all entries in the log, in the order in which things happened."""
    places: "array[int]"
    """Those of the entries that are shown; the very array of all where these are all."""
    hidden: int
    """The number of entries that are not shown for being undone alone."""


class Shows(NamedTuple):
    """The choice of the entries that a timeline shows."""

    filter: Filter = Filter()
    hides_undone: bool = False

    def takes(self, entry: Entry) -> bool:
        """True when the entry is shown."""
        return not (self.hides_undone and entry.undone) and self.filter.takes(entry)

    def hides(self, entry: Entry) -> bool:
        """True when the entry is not shown only because it is undone."""
        return self.hides_undone and entry.undone and self.filter.takes(entry)

    def rows(self, entries: Entries, every: "array[int] | None" = None, pause: Pause = no_pause) -> Rows:
        """The rows of these entries that are shown; `every` are the places of them all, where somebody has them."""
        held = entries[:]
        if every is None:
            moments = [entry.occurred_at for entry in held]
            every = array("I", sorted(range(len(held)), key=moments.__getitem__))
        if self == Shows():
            return Rows(entries, self, every, every, 0)
        shown = array("I")
        hidden, takes, hides = 0, self.takes, self.hides
        for start in range(0, len(every), CHUNK):
            pause()
            chunk = every[start : start + CHUNK]
            shown.extend(place for place in chunk if takes(held[place]))
            if self.hides_undone:
                hidden += sum(hides(held[place]) for place in chunk)
        return Rows(entries, self, every, shown, hidden)


class TimelineModel:
    """Rows of the timeline: `places[i]` is the place in the log of the i-th visible entry."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.take(Shows().rows(Entries()))

    def take(self, rows: Rows) -> None:
        """Everything anew: at opening, after a filter, a correction or an undo."""
        self.entries, self.shows, self.every, self.places, self.hidden = rows

    @property
    def rows(self) -> Rows:
        return Rows(self.entries, self.shows, self.every, self.places, self.hidden)

    def set(self, entries: Entries) -> None:
        """Everything anew, with what is shown chosen as before."""
        self.take(self.shows.rows(entries))

    def changed(self, entries: Entries) -> list[int] | None:
        """The visible rows whose entry is another one in the new version; `cut` or `extend` then take it over.

        None when the order, or what the filter shows, became another, or more than `MAX_CHANGED_ROWS` did: then only
        `set` helps.
        """
        rows: list[int] = []
        for place, old, new in entries.changed_from(self.entries):
            shown = self.shows.takes(old)
            if old.id != new.id or old.occurred_at != new.occurred_at or shown != self.shows.takes(new):
                return None
            if self.shows.hides(old) != self.shows.hides(new):
                return None
            if shown:
                rows.append(self.row_of(place))
            if len(rows) > MAX_CHANGED_ROWS:
                return None
        return rows

    def cut(self, entries: Entries) -> int:
        """Takes over a version that lacks the last entries; the first visible row that is another one, or none, now."""
        first = len(self.places)
        for place in range(len(self.entries) - 1, len(entries) - 1, -1):
            entry = self.entries[place]
            if self.places is not self.every:
                del self.every[self._row(self.every, place)]
            if self.shows.takes(entry):
                row = self.row_of(place)
                del self.places[row]
                first = min(first, row)
            else:
                self.hidden -= self.shows.hides(entry)
        self.entries = entries
        return min(first, len(self.places))

    def extend(self, entries: Entries) -> int | None:
        """Takes over a version with more entries; the first visible position that is new, None when none is."""
        first: int | None = None
        start = len(self.entries)
        self.entries = entries
        for place in range(start, len(entries)):
            entry = entries[place]
            if self.places is not self.every:
                self.every.insert(self._row(self.every, place), place)
            if not self.shows.takes(entry):
                self.hidden += self.shows.hides(entry)
                continue
            position = self.row_of(place)
            self.places.insert(position, place)
            first = position if first is None else min(first, position)
        return first

    def entry(self, position: int) -> Entry:
        return self.entries[self.places[position]]

    def first_at(self, moment: datetime) -> int:
        """The first row at or after a moment; the last row when there is none."""
        row = bisect_left(self.places, (moment, -1), key=in_time(self.entries))
        return min(row, max(0, len(self.places) - 1))

    def position_of(self, id: str) -> int | None:
        """The visible row of an entry; None when it is filtered away or unknown."""
        place = self.entries.position(id)
        if place is None:
            return None
        position = self.row_of(place)
        return position if position < len(self.places) and self.places[position] == place else None

    def position_behind(self, id: str) -> int | None:
        """The visible row that follows an entry which is not shown, else the last; None where it is unknown."""
        place = self.entries.position(id)
        if place is None or not self.places:
            return None
        return min(self.row_of(place), len(self.places) - 1)

    def row_of(self, place: int) -> int:
        """The row at which the entry of this place stands, or would stand."""
        return self._row(self.places, place)

    def _row(self, places: "array[int]", place: int) -> int:
        order = in_time(self.entries)
        # Most come last.
        if not places or order(places[-1]) < order(place):
            return len(places)
        return bisect_left(places, order(place), key=order)

    def days(self, start: int = 0) -> Iterable[int]:
        """Rows from `start` on that begin a day."""
        return days_of(self.rows, self.zone, start)


def days_of(rows: Rows, zone: tzinfo, start: int = 0) -> Iterable[int]:
    """Rows from `start` on that begin a day: in every zone at a quarter of an hour, so one row of each is asked."""
    position, places, entries = start, rows.places, rows.entries
    last_date = None
    if 0 < start <= len(places):
        last_date = entries[places[start - 1]].occurred_at.astimezone(zone).date()
    while position < len(places):
        moment = entries[places[position]].occurred_at
        here = moment.astimezone(zone).date()
        if here != last_date:
            last_date = here
            yield position
        quarter = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
        position = bisect_left(places, (quarter + timedelta(minutes=15), -1), position, key=in_time(entries))
