"""Taking over events that another file wrote, exactly as it wrote them.

A file from elsewhere adds to the log and never commands it: whatever contradicts what is here is refused whole.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

import msgspec
from msgspec.structs import replace

from console.core.log.codec import decode_body, kind_of
from console.core.log.erasure import exchanged, is_redacted, texts
from console.core.log.event import Body, Event, Unknown
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.undo import EntryRedacted
from console.store import chain, redact, rows
from console.store.problems import StoreProblem
from console.store.sqlite import sqlite3

_DECLARED = "SELECT id FROM event WHERE incident = ? AND kind = 'incident_declared'"
_ERASED = "SELECT kind, body, salt IS NULL FROM event WHERE id = ? AND incident = ?"


_AGAIN = "export the incident again."


class Contradiction(StoreProblem):
    """An event of an import cannot be true beside what is here; `place` is the event's in the import."""

    def __init__(self, reason: str, place: int) -> None:
        super().__init__(reason)
        self.place = place

    @property
    def cause(self) -> str:
        """Without its advice, which is for whoever imports a file."""
        return self.reason.partition(";")[0].removesuffix(".")


class Trial(NamedTuple):
    """The outcome of an import for one incident that was here before: its events before and after."""

    before: list[Event]
    after: list[Event]


class Tried(Exception):
    """An import was tried, and its transaction is to be rolled back."""

    def __init__(self, trials: dict[str, Trial]) -> None:
        super().__init__()
        self.trials = trials


def try_import(connection: sqlite3.Connection, own: str, events: Sequence[Event]) -> NoReturn:
    """Raise Tried with the incidents that are here and that an import would change, else as `import_into` does."""
    refs = dict.fromkeys(event.incident for event in events)
    before = {ref: known for ref in refs if (known := _all_of(connection, ref))}
    changed = {event.incident for _, event in import_into(connection, own, events)} if before else set()
    raise Tried({ref: Trial(before[ref], _all_of(connection, ref)) for ref in before if ref in changed})


def _all_of(connection: sqlite3.Connection, ref: str) -> list[Event]:
    return rows.of_incident(connection, ref, 0, lambda share: None)


NO_SEALS: Mapping[str, chain.Seal] = {}


def import_into(
    connection: sqlite3.Connection, own: str, events: Sequence[Event], seals: Mapping[str, chain.Seal] = NO_SEALS
) -> list[tuple[int, Event]]:
    """Write the events that are not here yet, with their own origin, sequence and clock; gives those, with rows.

    An export has no salts, so the chain of each origin is sealed anew here; a replica gives `seals`, by the event's id.
    `own` is this file's origin. Raises Contradiction: the caller's transaction must be rolled back then.
    """
    written: list[tuple[int, Event]] = []
    redactions: list[tuple[int, Event]] = []
    incidents = {event.incident for event in events}
    redacted = {id for incident in incidents for _, id in redact.named(connection, incident)}
    redacted |= {id for event in events if isinstance(event.body, EntryRedacted) for id in event.body.erased}
    in_order = sorted(enumerate(events), key=lambda placed: (placed[1].incident, placed[1].origin, placed[1].oseq))
    for place, event in in_order:
        known = rows.find(connection, event.id)
        if known is not None:
            if not _same(known, event, event.id in redacted):
                raise Contradiction(
                    f"The entry {event.id} of {event.incident} is in this log with another content; {_AGAIN}", place
                )
            continue
        reason, prev = _out_of_place(connection, own, event)
        if reason:
            raise Contradiction(reason, place)
        if kind_of(event.body) == "entry_redacted":
            redactions.append((place, event))
        n, _ = rows.insert(connection, event, prev, seals.get(event.id))
        written.append((n, event))
    untrue = next(((place, why) for place, event in redactions if (why := _untrue(connection, event))), None)
    if untrue is not None:
        raise Contradiction(untrue[1], untrue[0])
    for incident in incidents:
        redact.erase_named(connection, incident)
    for place, event in in_order if seals else ():
        seal = seals.get(event.id)
        if seal is not None and seal.salt is None and not _is_named(connection, event):
            raise Contradiction(f"The entry {event.id} comes without its text, and no redaction erased it.", place)
    for place, event in redactions:
        if not _erased(connection, event):
            raise Contradiction(
                f"The redaction {event.id} does not say what is left of the entries it erases; {_AGAIN}", place
            )
    return written


def _same(here: Event, there: Event, redacted: bool) -> bool:
    """Two records are one event; `redacted` where either body may have been erased."""
    if kind_of(here.body) == kind_of(there.body) and (redacted or _says_the_same(here.body, there.body)):
        there = replace(there, body=here.body)
    return here == there


def _says_the_same(here: Body, there: Body) -> bool:
    """Two bodies of a kind that this version does not know hold the same, in whatever order their fields are."""
    if not (isinstance(here, Unknown) and isinstance(there, Unknown)):
        return False
    return bool(msgspec.json.decode(here.raw) == msgspec.json.decode(there.raw))


def _out_of_place(connection: sqlite3.Connection, own: str, event: Event) -> tuple[str, str]:
    """The reason why a new event cannot stand in this log, or an empty sentence; and the hash that it follows."""
    oseq, hlc, prev = rows.last_of(connection, event.incident, event.origin)
    which = f"{event.id} of {event.incident}"
    if event.oseq <= oseq:
        return f"This log has another entry in the place of {which}; {_AGAIN}", prev
    if event.origin == own:
        # What this file wrote it has. One that lost entries is given another origin, and takes them back so.
        return f"The entry {which} claims to be from this log, which never wrote it; import it into another log.", prev
    if event.oseq != oseq + 1:
        return (
            f"Entries {oseq + 1} to {event.oseq - 1} that {event.origin} wrote in {event.incident} are missing;"
            " import an export that has them.",
            prev,
        )
    if event.hlc <= hlc:
        return f"The entry {which} comes before one that it follows; {_AGAIN}", prev
    declared = kind_of(event.body) == "incident_declared"
    if declared and connection.execute(_DECLARED, (event.incident,)).fetchone() is not None:
        return f"{event.incident} is declared already, by another entry than {event.id}; an incident has one.", prev
    return "", prev


# Redactions


def _untrue(connection: sqlite3.Connection, redaction: Event) -> str:
    """The reason why a redaction that was just written is not a console's for the entries that are here; else empty."""
    body = redaction.body
    if not isinstance(body, EntryRedacted):
        return f"The redaction {redaction.id} cannot be read; {_AGAIN}"
    if body.target not in body.erased:
        earlier = redact.named(connection, redaction.incident)
        if (redaction.incident, body.target) not in earlier:
            return f"The redaction {redaction.id} does not erase the entry that it names; {_AGAIN}"
    for id in body.erased:
        row = connection.execute(_ERASED, (id, redaction.incident)).fetchone()
        if row is None:
            return f"The redaction {redaction.id} erases an entry that is neither here nor in the file; {_AGAIN}"
        kind, raw, erased = row
        left = body.left.get(id)
        if left is not None and not (redact.is_body(left) and _is_rest(kind, raw, left, bool(erased))):
            return f"The redaction {redaction.id} changes more of the entry {id} than its texts; {_AGAIN}"
    return ""


def _is_rest(kind: str, here: str, left: str, erased: bool) -> bool:
    """True when `left` is the body that stands here, or stood here before it was erased, without its texts."""
    body, rest = decode_body(kind, here), decode_body(kind, left)
    if isinstance(rest, Unknown) and rest == exchanged(rest, str):
        # A version that did not know the kind left nothing; these two every version knows.
        return not isinstance(body, IncidentDeclared | EntryRedacted)
    if isinstance(body, Unknown):
        # A version that knows the kind leaves what is no text; whatever that is must have been there.
        return set(_words(left)) <= set(_words(here))
    if isinstance(rest, Unknown) or texts(rest):
        return False
    # An earlier version left less of an entry: no tags, no people.
    return _blank(kind, here) == _blank(kind, left) or (
        erased and _blank(kind, redact.left_before(kind, here)) == _blank(kind, redact.left_before(kind, left))
    )


def _blank(kind: str, raw: str) -> Body:
    return exchanged(decode_body(kind, raw), lambda text: "")


def _words(raw: str) -> list[str]:
    """The words of a body in JSON, marks of redactions apart."""
    pending: list[Any] = [msgspec.json.decode(raw)]
    words: list[str] = []
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += [*value, *value.values()]
        elif isinstance(value, list):
            pending += value
        elif not isinstance(value, str) or not is_redacted(value):
            words.append(str(value))
    return words


def _is_named(connection: sqlite3.Connection, event: Event) -> bool:
    return (event.incident, event.id) in redact.named(connection, event.incident)


def _erased(connection: sqlite3.Connection, redaction: Event) -> bool:
    """True when everything that a redaction names is erased, as `verify` will ask."""
    assert isinstance(redaction.body, EntryRedacted)
    remains = redact.named(connection, redaction.incident)
    for id in redaction.body.erased:
        _, raw, erased = connection.execute(_ERASED, (id, redaction.incident)).fetchone()
        if not erased or chain.body_sha(raw) not in remains[redaction.incident, id].digests:
            return False
    return True
