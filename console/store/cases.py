"""The case of each incident, kept beside the log, so that the history of a thousand takes no reading of all entries.

A case is kept with the heads of the log that it was made from, and with the version of the core that made it. Whatever
comes to the incident, an undo, a late arrival, a redaction, changes the heads, and the case is made anew.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import msgspec

from console.core.log.state import Incident
from console.core.memory.case import Case, case_of
from console.core.memory.concepts import Vocabulary
from console.core.memory.similar import Digest, Memory, digest_of
from console.store import rows
from console.store.log import Log
from console.store.problems import StoreProblem
from console.store.snapshots import core_version, load
from console.store.sqlite import sqlite3

_HEADER = struct.Struct(">16sII")
"""Version, CRC-32 of what follows, bytes of the case; behind it stands its digest."""
_MARK_BYTES = 16
TOGETHER = 50
"""Cases that are made before they are kept, and shown."""


class KeptCase(NamedTuple):
    """A case, and the heads of the log that it was made from."""

    heads: str
    case: Case | None
    """None for an incident that was never declared, or withdrawn."""
    digest: bytes = b""
    """Behind the mark of the vocabulary that it was made with; empty before anybody asked."""


class Cases(NamedTuple):
    """The cases of a log at one moment of it, by reference."""

    known: dict[str, KeptCase]
    missing: dict[str, str]
    """Incidents whose case has still to be made, with their heads."""


_MaybeCase = msgspec.msgpack.Decoder(Case | None)
_Digest = msgspec.msgpack.Decoder(Digest)


def kept(log: Log, known: Mapping[str, KeptCase] | None = None) -> Cases:
    """The cases that are kept and still true; `known` are those in memory.

    Safe in any thread. Raises StoreProblem.
    """
    in_memory = known or {}

    def read(connection: sqlite3.Connection) -> Cases:
        heads = rows.heads(connection)
        cases = Cases({}, {})
        wanted: dict[str, str] = {}
        for ref, head in heads.items():
            case = in_memory.get(ref)
            if case is not None and case.heads == head:
                cases.known[ref] = case
            else:
                wanted[ref] = head
        for ref, head, data in _kept_rows(connection) if wanted else ():
            if wanted.get(ref) == head and isinstance(data, bytes):
                try:
                    cases.known[ref] = _unpacked(head, data)
                except (msgspec.DecodeError, RecursionError):
                    continue
                del wanted[ref]
        cases.missing.update(wanted)
        return cases

    return log.query(read)


def _kept_rows(connection: sqlite3.Connection) -> Iterable[tuple[str, str, object]]:
    table = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'told'").fetchone()
    # A log of an earlier version that is only read has none.
    return connection.execute("SELECT incident, heads, told FROM told") if table else ()


def make(
    log: Log, missing: Mapping[str, str], states: Mapping[str, Incident], unreadable: Callable[[str], object]
) -> dict[str, KeptCase]:
    """Make these cases out of the log, or of states in memory, and keep them in the background.

    `unreadable` hears of incidents that cannot be read. Safe in any thread.
    """
    cases: dict[str, KeptCase] = {}
    for ref, heads in missing.items():
        try:
            state = states[ref] if ref in states else load(log, ref).state
        except StoreProblem:
            unreadable(ref)
            continue
        cases[ref] = KeptCase(heads, case_of(state))
    if not log.read_only:
        _keep(log, cases)
    return cases


def every(log: Log) -> list[Case]:
    """All cases, the newest declaration first; those that are not kept are made. Raises StoreProblem."""
    return newest_first(_every(log).values())


def memory(log: Log, vocabulary: Vocabulary) -> Memory:
    """All cases, ready to be compared. Raises StoreProblem."""
    return memory_of(digests(log, _every(log), vocabulary), vocabulary)


def memory_of(cases: Mapping[str, KeptCase], vocabulary: Vocabulary) -> Memory:
    """Cases that have digests of this vocabulary, ready to be compared."""
    return Memory([(each.case, digest_in(each)) for each in cases.values() if each.case is not None], vocabulary)


def _every(log: Log) -> dict[str, KeptCase]:
    cases = kept(log)
    return {**cases.known, **make(log, cases.missing, {}, lambda ref: None)}


def digests(log: Log, cases: Mapping[str, KeptCase], vocabulary: Vocabulary) -> dict[str, KeptCase]:
    """The same with a digest of this vocabulary; those that have none are read and kept in the background.

    Safe in any thread.
    """
    made = {
        ref: each._replace(digest=vocabulary.mark + msgspec.msgpack.encode(digest_of(each.case, vocabulary)))
        for ref, each in cases.items()
        if each.case is not None and not each.digest.startswith(vocabulary.mark)
    }
    if made and not log.read_only:
        _keep(log, made)
    return {**cases, **made}


def digest_in(case: KeptCase) -> Digest:
    """The digest that `digests` gave it."""
    return _Digest.decode(case.digest[_MARK_BYTES:])


def newest_first(cases: Iterable[KeptCase]) -> list[Case]:
    declared = [each.case for each in cases if each.case is not None]
    return sorted(declared, key=lambda case: (case.declared_at, case.ref), reverse=True)


def _keep(log: Log, cases: Mapping[str, KeptCase]) -> None:
    version = core_version()
    if version is None:
        return
    packed = {ref: (case.heads, _packed(case, version)) for ref, case in cases.items()}

    def job(connection: sqlite3.Connection) -> None:
        for ref, (heads, row) in packed.items():
            # A redaction committed meanwhile has erased what this case still shows.
            if rows.heads(connection, ref).get(ref) == heads:
                connection.execute("REPLACE INTO told(incident, heads, told) VALUES(?, ?, ?)", (ref, heads, row))

    log.transact_later(job)


def _packed(kept_case: KeptCase, version: bytes) -> bytes:
    case = msgspec.msgpack.encode(kept_case.case)
    body = case + kept_case.digest
    return _HEADER.pack(version, zlib.crc32(body), len(case)) + body


def _unpacked(heads: str, row: bytes) -> KeptCase:
    """Raises DecodeError for a case of another version of the core, or a damaged one."""
    if len(row) < _HEADER.size:
        raise msgspec.DecodeError("too short")
    made_by, check, length = _HEADER.unpack_from(row)
    body = row[_HEADER.size :]
    if made_by != core_version() or zlib.crc32(body) != check:
        raise msgspec.DecodeError("of another version, or damaged")
    return KeptCase(heads, _MaybeCase.decode(body[:length]), body[length:])
