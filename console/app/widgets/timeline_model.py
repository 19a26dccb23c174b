"""The timeline's model, without the screen: entries in the order in which things happened, filtered."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from operator import is_
from typing import NamedTuple

import msgspec

from console.core.language.names import name_key
from console.core.log.entries import Entries, Entry
from console.core.log.registry import SIGNS

CHUNK = 500
"""Entries that are gone through between two pauses: less than a millisecond's."""
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


Key = tuple[datetime, int]


class Rows(NamedTuple):
    """Entries, and what is shown of them."""

    entries: Entries
    shows: "Shows"
    every: list[Key]
    """Of all entries, in the order in which things happened: the moment, and the place in the log."""
    keys: list[Key]
    """Those of the entries that are shown; the very list of all where these are all."""
    hidden: int
    """The number of entries that are not shown for being undone alone."""


class Shows(NamedTuple):
    """The choice of the entries that a timeline shows."""

    filter: Filter = Filter()
    hides_undone: bool = False

    def takes(self, entry: Entry) -> bool:
        """Whether the entry is shown."""
        return not (self.hides_undone and entry.undone) and self.filter.takes(entry)

    def hides(self, entry: Entry) -> bool:
        """Whether the entry is not shown for being undone alone."""
        return self.hides_undone and entry.undone and self.filter.takes(entry)

    def rows(self, entries: Entries, every: Sequence[Key] = (), pause: Pause = no_pause) -> Rows:
        """The rows of these entries that are shown; `every` are the keys of them all, where somebody has them already.

        New keys by the hundred thousand would make the whole heap be looked through for garbage, while a key waits.
        """
        keys = list(every) or sorted((entry.occurred_at, place) for place, entry in enumerate(entries))
        if self == Shows():
            return Rows(entries, self, keys, keys, 0)
        shown: list[Key] = []
        hidden, held, takes, hides = 0, entries[:], self.takes, self.hides
        for start in range(0, len(keys), CHUNK):
            pause()
            chunk = keys[start : start + CHUNK]
            shown += [key for key in chunk if takes(held[key[1]])]
            if self.hides_undone:
                hidden += sum(hides(held[place]) for _, place in chunk)
        return Rows(entries, self, keys, shown, hidden)


class TimelineModel:
    """Rows of the timeline: `keys[i]` is (moment, place in the log) of the i-th visible entry."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.take(Shows().rows(Entries()))

    def take(self, rows: Rows) -> None:
        """Everything anew: at opening, after a filter, a correction or an undo."""
        self.entries, self.shows, self.every, self.keys, self.hidden = rows

    @property
    def rows(self) -> Rows:
        return Rows(self.entries, self.shows, self.every, self.keys, self.hidden)

    def set(self, entries: Entries) -> None:
        """Everything anew, with what is shown chosen as before."""
        self.take(self.shows.rows(entries))

    def changed(self, entries: Entries) -> list[int] | None:
        """The visible rows whose entry is another one in the new version; `cut` or `extend` then take it over.

        None when the order, or what the filter shows, became another: then only `set` helps.
        """
        size = min(len(self.entries), len(entries))
        before, after = self.entries[:size], entries[:size]
        places = [i for i, same in enumerate(map(is_, before, after)) if not same]
        rows: list[int] = []
        for i in places:
            old, new = before[i], after[i]
            shown = self.shows.takes(old)
            if old.id != new.id or old.occurred_at != new.occurred_at or shown != self.shows.takes(new):
                return None
            if self.shows.hides(old) != self.shows.hides(new):
                return None
            if shown:
                rows.append(bisect_left(self.keys, (new.occurred_at, i)))
        return rows

    def cut(self, entries: Entries) -> int:
        """Takes over a version that lacks the last entries; the first visible row that is another one, or none, now."""
        first = len(self.keys)
        for place in range(len(self.entries) - 1, len(entries) - 1, -1):
            entry = self.entries[place]
            key = (entry.occurred_at, place)
            if self.keys is not self.every:
                del self.every[bisect_left(self.every, key)]
            if self.shows.takes(entry):
                row = self.row_of(key)
                del self.keys[row]
                first = min(first, row)
            else:
                self.hidden -= self.shows.hides(entry)
        self.entries = entries
        return min(first, len(self.keys))

    def extend(self, entries: Entries) -> int | None:
        """Takes over a version with more entries; the first visible position that is new, None when none is."""
        first: int | None = None
        start = len(self.entries)
        self.entries = entries
        for i in range(start, len(entries)):
            entry = entries[i]
            key = (entry.occurred_at, i)
            if self.keys is not self.every:
                insort(self.every, key)
            if not self.shows.takes(entry):
                self.hidden += self.shows.hides(entry)
                continue
            position = bisect_right(self.keys, key)
            self.keys.insert(position, key)
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
        """The place at which a row with this key stands, or would stand."""
        return bisect_left(self.keys, key)

    def days(self, start: int = 0) -> Iterable[int]:
        """Rows from `start` on that begin a day."""
        return days_of(self.keys, self.zone, start)


def days_of(keys: Sequence[Key], zone: tzinfo, start: int = 0) -> Iterable[int]:
    """Rows from `start` on that begin a day: in every zone at a quarter of an hour, so one row of each is asked."""
    position = start
    last_date = keys[start - 1][0].astimezone(zone).date() if 0 < start <= len(keys) else None
    while position < len(keys):
        moment = keys[position][0]
        here = moment.astimezone(zone).date()
        if here != last_date:
            last_date = here
            yield position
        quarter = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
        position = bisect_left(keys, (quarter + timedelta(minutes=15), -1), position)
