"""Folded states kept beside the log, so that opening takes as long as what is new, and not as long as the whole log.

A snapshot may always be thrown away: what it holds is what the fold of the events gives. It is passed over when any of
it is damaged, when the core that made it is not the one that reads it, and when what came after it cannot simply be
folded on top.
"""

import struct
import zlib
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime
from functools import cache
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

import msgspec

import console.core
from console.core.log.entries import Entries, Entry
from console.core.log.event import Event
from console.core.log.fold import STEP, Progress
from console.core.log.history import REACH, History
from console.core.log.state import Incident, Part, Parts
from console.core.subjects.undo import EntryRedacted
from console.store.log import Log

SAVE_AFTER_EVENTS = 200
"""Events folded since the last snapshot from which a new one is worth its writing; 200 take about 3 ms to read."""

_HEADER = struct.Struct(">16sIII")
"""Version, CRC-32 of all that follows the header, then the bytes of the summary and of the state; entries are last."""
_ARRAY_32 = struct.Struct(">BI")
"""The head of a long array in MessagePack."""


class Summary(msgspec.Struct, frozen=True):
    """An incident's line in a list."""

    ref: str
    title: str
    severity: str
    declared_at: datetime | None
    open: bool
    withdrawn: bool


class Loaded(NamedTuple):
    """A state as read from the log."""

    history: History
    seen: Mapping[str, int]
    """The last sequence number folded in, by origin."""
    upto: int
    """Every event of the incident at or before this position of the log is in the state."""
    saved: int
    """The number of events in the snapshot that is kept of the incident; 0 without one."""

    @property
    def state(self) -> Incident:
        return self.history.state

    @property
    def worth_saving(self) -> Incident:
        """The state to keep: of a long incident an earlier one, from which its last events can be folded anew."""
        before = self.history.before_tail
        return before if before.events and len(self.history.tail) >= REACH else self.state

    @property
    def fresh(self) -> int:
        """The number of events that a new snapshot would hold beyond the one that is kept."""
        return self.worth_saving.events - self.saved

    def grown(self, events: Iterable[Event]) -> "Loaded | None":
        """The state with the events that are new to it; None when the incident has to be read anew.

        That is when an event closes over a gap, is a redaction, whose text the state may hold in more than one place,
        or reaches farther back than the history's marks.
        """
        news = (event for event in events if event.oseq > self.seen.get(event.origin, 0))
        fresh = sorted(news, key=attrgetter("order"))
        if not fresh:
            return self
        seen = dict(self.seen)
        for event in fresh:
            if event.oseq != seen.get(event.origin, 0) + 1 or isinstance(event.body, EntryRedacted):
                return None
            seen[event.origin] = event.oseq
        history = self.history.grown(fresh)
        return None if history is None else self._replace(history=history, seen=seen)


def summary(state: Incident) -> Summary:
    return Summary(state.ref, state.title.value, state.severity.value, state.declared_at, state.open, state.withdrawn)


def load(log: Log, ref: str) -> Loaded:
    """The incident's state out of its snapshot and what came after, else out of all its events.

    Safe in any thread. Raises StoreProblem.
    """
    return _load(log, ref, log.snapshot(ref))


def read_anew(log: Log, ref: str, older: Incident | None = None, progress: Progress = lambda share: None) -> Loaded:
    """The incident's state out of all its events; it shares with the older state the entries that did not change.

    Safe in any thread, and nothing in it keeps another one waiting for long. Raises StoreProblem.
    """
    # Read first: whatever is committed meanwhile lies behind this position and is looked at again next time.
    upto = log.position()
    events = log.events(ref, progress=lambda share: progress(share / 2))
    history = History.of(Incident(ref), events, lambda share: progress((1 + share) / 2))
    # Of one origin they stand in the order of their numbers.
    seen = {event.origin: event.oseq for event in events}
    if older is not None:
        history.hold_same_entries(older.entries, progress)
    while events:
        # Freed in steps: 100,000 at once keep every other thread waiting.
        del events[-STEP:]
        progress(1.0)
    return Loaded(history, seen, upto, 0)


def glance(log: Log, ref: str) -> Summary | Loaded:
    """The summary of an incident that is not open, where a snapshot still holds; else all of it, as `load` gives it.

    Safe in any thread. Raises StoreProblem.
    """
    kept = log.snapshot(ref)
    if kept is not None:
        kept_summary = unpack_summary(kept[1])
        if kept_summary is not None and not kept_summary.open and not log.events(ref, after=kept[0]):
            return kept_summary
    return _load(log, ref, kept)


def kept(log: Log, loaded: Loaded) -> Loaded:
    """Save, in the background, a state so much of which is new that the next reading should not fold it."""
    if loaded.fresh < SAVE_AFTER_EVENTS or save(log, loaded) is None:
        return loaded
    return loaded._replace(saved=loaded.worth_saving.events)


def save(log: Log, loaded: Loaded) -> Future[None] | None:
    """Keep a state, in the background; None where the log is open for reading only."""
    version = core_version()
    if log.read_only or version is None:
        return None
    kept, seen = loaded.worth_saving, loaded.seen
    if kept is not loaded.state:
        seen = loaded.history.seen_by_mark(seen)
    return log.save_snapshot(loaded.state.ref, loaded.upto, pack(kept, seen, version, summary(loaded.state)))


def _load(log: Log, ref: str, kept: tuple[int, bytes] | None) -> Loaded:
    # Before the events, as in `read_anew`.
    upto = log.position()
    restored = unpack(kept[1]) if kept is not None else None
    if kept is not None and restored is not None:
        state, seen = restored
        loaded = Loaded(History.of(state, ()), seen, max(upto, kept[0]), state.events).grown(log.unseen(ref, seen))
        if loaded is not None:
            return loaded
    return read_anew(log, ref)


# Bytes


@cache
def core_version() -> bytes | None:
    """The digest of the core's source: another field or another rule of the fold gives another one."""
    return source_digest(Path(console.core.__path__[0]))


def source_digest(folder: Path) -> bytes | None:
    """A digest (16 bytes) of all Python files below a folder, their paths included.

    None where they cannot be read, as in a zip file; nothing is kept then.
    """
    digest = blake2b(digest_size=16)
    files = sorted(folder.rglob("*.py"))
    try:
        for file in files:
            digest.update(f"{file.relative_to(folder)}\0".encode())
            digest.update(file.read_bytes())
    except OSError:
        return None
    return digest.digest() if files else None


def pack(state: Incident, seen: Mapping[str, int], version: bytes, listed: Summary | None = None) -> bytearray:
    """The state as bytes, with the summary for lists, of a later state where one is given.

    Entries are written as bare tuples, which halves their size and their reading time. All of them at once, or a copy
    of them, would keep every other thread waiting.
    """
    short = msgspec.msgpack.encode(listed or summary(state))
    head = msgspec.msgpack.encode((state, seen), enc_hook=_encoded)
    # An array of 32-bit length comes last.
    data = bytearray().join((bytes(_HEADER.size), short, head, _ARRAY_32.pack(0xDD, len(state.entries))))
    row = msgspec.msgpack.Encoder()
    for entry in state.entries:
        row.encode_into(msgspec.structs.astuple(entry), data, -1)
    with memoryview(data) as whole:
        _HEADER.pack_into(data, 0, version, zlib.crc32(whole[_HEADER.size :]), len(short), len(head))
    return data


def unpack(data: bytes | bytearray, version: bytes | None = None) -> tuple[Incident, dict[str, int]] | None:
    """The state and what it has seen; None for bytes of another version of the core, or damaged ones."""
    parts = _parts(data, version)
    if parts is None:
        return None
    of_head, of_entries = _decoders()
    try:
        state, seen = of_head.decode(parts[1])
        rows = of_entries.decode(parts[2])
    except _UNREADABLE:
        return None
    state.entries = Entries([_entry(*row) for row in rows])
    return state, seen


def _entry(
    id: str, kind: str, occurred_at: datetime, recorded_at: datetime, author: str, text: str, *rest: Any
) -> Entry:
    """The entry of a row; the words that many have in common, and a moment that is both of its own, are held once."""
    return Entry(
        id, intern(kind), occurred_at, occurred_at if recorded_at == occurred_at else recorded_at, intern(author), text,
        *rest,
    )  # fmt: skip


def unpack_summary(data: bytes | bytearray, version: bytes | None = None) -> Summary | None:
    """The summary alone; None as for `unpack`."""
    parts = _parts(data, version)
    try:
        return None if parts is None else msgspec.msgpack.decode(parts[0], type=Summary)
    except _UNREADABLE:
        return None


_UNREADABLE = (msgspec.DecodeError, RecursionError, LookupError, TypeError, AttributeError)
"""The exceptions that may come of reading bytes that somebody else has put in a snapshot."""


def _parts(data: bytes | bytearray, version: bytes | None) -> tuple[memoryview, memoryview, memoryview] | None:
    version = version or core_version()
    if version is None or len(data) < _HEADER.size:
        return None
    made_by, check, short, head = _HEADER.unpack_from(data)
    body = memoryview(data)[_HEADER.size :]
    if made_by != version or zlib.crc32(body) != check:
        return None
    return body[:short], body[short : short + head], body[short + head :]


@cache
def _decoders() -> tuple[msgspec.msgpack.Decoder[Any], msgspec.msgpack.Decoder[Any]]:
    """For (state without entries, seen) and for the entries' tuples; made at first use, which takes milliseconds."""
    types: Any = tuple(field.type for field in msgspec.structs.fields(Entry))
    rows: Any = list[tuple[types]]
    return (msgspec.msgpack.Decoder(tuple[Incident, dict[str, int]], dec_hook=_decoded), msgspec.msgpack.Decoder(rows))


def _encoded(value: object) -> object:
    if isinstance(value, Entries):
        return None
    if isinstance(value, Parts):
        return {kind.__name__: msgspec.msgpack.encode(part) for kind, part in value.items()}
    raise NotImplementedError(f"{type(value).__name__} cannot be kept in a snapshot")


def _decoded(kind: type, value: Any) -> Entries | Parts:
    if kind is Entries:
        return Entries()
    kinds = {part.__name__: part for part in Part.__subclasses__()}
    decoded = (msgspec.msgpack.decode(data, type=kinds[name]) for name, data in value.items())
    return Parts({type(part): part for part in decoded})
