"""The timeline's lines, and a sequence for them that grows in constant time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import overload

import msgspec

from console.core.language.grounds import keeping_marks, unmarked
from console.core.language.times import moment_words

SCRIBE_KINDS = ("note", "finding", "action", "decision", "hypothesis")
"""Kinds that a person writes as a line; the other kinds come from commands."""

PROGRESS_KINDS = frozenset(("finding", "action", "decision"))
"""Kinds that show the response moving; 30 minutes without one is a reason to escalate."""


REPORT_KINDS = frozenset(("note", "finding", "action", "hypothesis"))
"""Kinds of lines that, with a name in front, tell what that person said; a decision or a task tells them something."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One line of the timeline.

    `kind` is one that a subject declared in its `SIGNS`, or "unknown".
    """

    id: str
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    author: str
    text: str
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    corrected: bool = False
    undone: bool = False
    redacted: bool = False
    mark: str = ""
    """The outcome of the task, fix or the like: done, supported, ruled out, removed; shown behind the text."""
    late: bool = False
    """Written so long after it happened that it lands in the middle of what others already read."""
    moves: bool = False
    """Shows the response moving, for as long as it is not undone."""
    words: str = ""
    """The words of the task, fix, change or update alone, where the text says more than those."""
    about: str = ""
    """The event whose task, fix, hypothesis, change or action item this entry ends or judges."""
    paste: str = ""
    """The id of the paste that it came with, the same for all entries of that."""
    edited_by: str = ""
    """Who corrected it last, where that is not its author."""
    moved_to: str = ""
    """The incident that it was moved to: here it is undone."""
    moved_from: str = ""
    """The incident that it was moved from."""
    moment: tuple[int, datetime] | None = None
    """Where in the text a moment stands, in UTC, and which."""

    def text_in(self, zone: tzinfo) -> str:
        """The text, with the moment that it names in the zone of whoever reads it."""
        return self.text if self.moment is None else _zoned(self.text, self.occurred_at, *self.moment, zone)


@keeping_marks
def _zoned(text: str, now: datetime, start: int, at: datetime, zone: tzinfo) -> str:
    in_utc = unmarked(moment_in_utc(at, now))
    if not text.startswith(in_utc, start):
        return text
    return f"{text[:start]}{moment_words(at, now, zone)}{text[start + len(in_utc) :]}"


def moment_in_utc(at: datetime, now: datetime) -> str:
    """As the text of an entry of `now` names it: `15:26 UTC`, `2026-12-01`."""
    words = moment_words(at, now, UTC)
    return f"{words} UTC" if ":" in words else words


LATE_S = 120
"""An entry recorded more than this many seconds after it happened is marked as having arrived late."""


class Entries(Sequence[Entry]):
    """The entries of one state, in log order: immutable to its readers, with an append that costs O(1).

    Versions share one backing list and know only their own length. Appending to the newest version extends the list;
    appending to an older one copies it first, so that no version ever sees another's entries.
    """

    __slots__ = ("_index", "_items", "_size")

    def __init__(self, items: list[Entry] | None = None, index: dict[str, int] | None = None) -> None:
        """Take a list over, which belongs to the entries from then on; `index` gives each entry's place by its id."""
        self._items = [] if items is None else items
        self._index = {entry.id: place for place, entry in enumerate(self._items)} if index is None else index
        self._size = len(self._items)

    def appended(self, entry: Entry) -> "Entries":
        """A version with `entry` at its end."""
        new = Entries(self._items, self._index) if len(self._items) == self._size else self.copied()
        new.append(entry)
        return new

    def copied(self) -> "Entries":
        """These entries in a list of their own, in which `put` may change some."""
        index = dict(self._index)
        for entry in self._items[self._size :]:
            del index[entry.id]
        return Entries(self._items[: self._size], index)

    def append(self, entry: Entry) -> None:
        """Add an entry to these very entries: only whoever made this version, and gave it to nobody yet, may."""
        self._items.append(entry)
        self._index[entry.id] = self._size
        self._size += 1

    def put(self, entry: Entry) -> None:
        """Replace the entry of the same id, for all who hold these entries: only whoever copied them may."""
        self._items[self._index[entry.id]] = entry

    def hold_same(self, older: "Entries", begin: int, end: int) -> None:
        """Hold the older version's objects at these places where they are equal: what changed is told by identity."""
        for place in range(begin, min(end, self._size, older._size)):
            known = older._items[place]
            if self._items[place] == known:
                self._items[place] = known

    def grew_from(self, older: "Entries") -> bool:
        """Whether these entries are `older` and those appended to it since, none of `older` changed; told in O(1)."""
        return self._items is older._items and self._size >= older._size

    def position(self, id: str) -> int | None:
        """The entry's place in log order; None when this version does not have it."""
        place = self._index.get(id)
        return place if place is not None and place < self._size else None

    def get(self, id: str) -> Entry | None:
        position = self.position(id)
        return None if position is None else self._items[position]

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Entry]:
        items = self._items
        return (items[i] for i in range(self._size))

    @overload
    def __getitem__(self, key: int) -> Entry: ...
    @overload
    def __getitem__(self, key: slice) -> list[Entry]: ...
    def __getitem__(self, key: int | slice) -> Entry | list[Entry]:
        if isinstance(key, slice):
            start, stop, step = key.indices(self._size)
            return self._items[start:stop:step] if step > 0 else [self._items[i] for i in range(start, stop, step)]
        if not -self._size <= key < self._size:
            raise IndexError(key)
        return self._items[key % self._size]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entries) and self[:] == other[:]

    __hash__ = None  # type: ignore[assignment]  # a sequence that compares by value, as a list does
