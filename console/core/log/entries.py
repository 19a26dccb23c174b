"""The timeline's lines, and a sequence for them that grows in constant time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import chain
from operator import is_
from typing import overload

import msgspec

from console.core.language.grounds import keeping_marks, unmarked
from console.core.language.times import moment_words

SCRIBE_KINDS = ("note", "finding", "action", "decision", "hypothesis")
"""Kinds that a person writes as a line; the other kinds come from commands."""
PASTED_KINDS = (*SCRIBE_KINDS, "task")
"""The kinds of entries that a paste is made of."""

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
    words: str = ""
    """The words of the task, fix, change or update alone, where the text says more than those."""
    about: str = ""
    """The event whose task, fix, hypothesis, change or action item this entry ends or judges."""
    paste: str = ""
    """The id of the paste, or of another act, that it came with; the same for all entries of that."""
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


CHUNK = 128
"""Entries that versions share as a whole; a change of one of them copies so many."""
MOVED_MOST = 2048
"""Places that a version notes for itself before it makes an index of its own: more than one refolding can move."""


class Entries(Sequence[Entry]):
    """The entries of one state, in log order: immutable to its readers.

    Versions share all chunks in which they do not differ, but for the last, and the index that gives each entry's place
    by its id. It may hold ids of entries that one of them does not have; where an entry stands at another place than in
    the version that came first, a version notes that place for itself.
    """

    __slots__ = ("_chunks", "_index", "_moved", "_size")

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        self._chunks = [list(entries[begin : begin + CHUNK]) for begin in range(0, len(entries), CHUNK)]
        self._index = {entry.id: place for place, entry in enumerate(entries)}
        self._moved: dict[str, int] = {}
        self._size = len(entries)

    def appended(self, entry: Entry) -> "Entries":
        """A version with `entry` at its end."""
        new = self.copied()
        new.append(entry)
        return new

    def copied(self) -> "Entries":
        """Another version of the same entries, to which `append` and `put` may be applied."""
        new = Entries()
        new._chunks = [*self._chunks[:-1], *map(list, self._chunks[-1:])]
        new._index, new._moved, new._size = self._index, self._moved.copy(), self._size
        return new

    def append(self, entry: Entry) -> None:
        """Add an entry to these very entries: only whoever copied them, and gave them to nobody yet, may."""
        if self._index.setdefault(entry.id, self._size) != self._size:
            self._moved[entry.id] = self._size
            if len(self._moved) > MOVED_MOST:
                self._index, self._moved = {known.id: place for place, known in enumerate((*self, entry))}, {}
        if not self._size % CHUNK:
            self._chunks.append([])
        self._chunks[-1].append(entry)
        self._size += 1

    def put(self, entry: Entry) -> None:
        """Replace the entry of the same id in these very entries: only whoever may `append` to them may."""
        position = self.position(entry.id)
        assert position is not None
        number, place = divmod(position, CHUNK)
        self._chunks[number] = self._chunks[number].copy()
        self._chunks[number][place] = entry

    def share_index(self, longer: "Entries") -> None:
        """Hold the index of a version that begins with these entries, changed since or not, in place of one more."""
        self._index, self._moved = longer._index, longer._moved

    @staticmethod
    def hold_same(versions: Sequence["Entries"], older: "Entries", begin: int = 0) -> Iterator[None]:
        """Let versions hold the older one's objects where they are equal, from some place on: what changed is told by
        identity. One step for each chunk."""
        for number in range(begin // CHUNK, len(older._chunks)):
            known = older._chunks[number]
            exchanged: dict[int, list[Entry]] = {}
            for version in versions:
                if number < len(version._chunks):
                    chunk = version._chunks[number]
                    if id(chunk) not in exchanged:
                        exchanged[id(chunk)] = known if chunk == known else _holding(chunk, known)
                    version._chunks[number] = exchanged[id(chunk)]
            yield

    def grew_from(self, older: "Entries") -> bool:
        """True when these entries are `older` and those appended since, with none of `older` changed."""
        if self._size < older._size:
            return False
        *full, last = older._chunks or [[]]
        return all(map(is_, full, self._chunks)) and all(map(is_, last, self._chunks[len(full)] if last else []))

    def changed_from(self, older: "Entries") -> Iterator[tuple[int, Entry, Entry]]:
        """The places at which both have an entry and not the very same one, with the older one's and this one's."""
        for number, (chunk, before) in enumerate(zip(self._chunks, older._chunks, strict=False)):
            if chunk is not before:
                for place, (new, old) in enumerate(zip(chunk, before, strict=False), number * CHUNK):
                    if new is not old:
                        yield place, old, new

    def position(self, id: str) -> int | None:
        """The entry's place in log order; None when this version does not have it."""
        for places in (self._moved, self._index):
            place = places.get(id, self._size)
            if place < self._size and self._chunks[place // CHUNK][place % CHUNK].id == id:
                return place
        return None

    def get(self, id: str) -> Entry | None:
        place = self.position(id)
        return None if place is None else self[place]

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Entry]:
        return chain.from_iterable(self._chunks)

    @overload
    def __getitem__(self, key: int) -> Entry: ...
    @overload
    def __getitem__(self, key: slice) -> list[Entry]: ...
    def __getitem__(self, key: int | slice) -> Entry | list[Entry]:
        if isinstance(key, slice):
            start, stop, step = key.indices(self._size)
            if step < 0:
                return [self[place] for place in range(start, stop, step)]
            first = start // CHUNK
            held = list(chain.from_iterable(self._chunks[first : -(-stop // CHUNK)]))
            return held[start - first * CHUNK : max(start, stop) - first * CHUNK : step]
        if not -self._size <= key < self._size:
            raise IndexError(key)
        number, place = divmod(key % self._size, CHUNK)
        return self._chunks[number][place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entries) and self._chunks == other._chunks

    __hash__ = None  # type: ignore[assignment]  # a sequence that compares by value, as a list does


def _holding(chunk: list[Entry], known: list[Entry]) -> list[Entry]:
    """The chunk with the known objects in place of equal ones."""
    held = [old if old == new else new for new, old in zip(chunk, known, strict=False)]
    return held + chunk[len(held) :]
