"""One incident as a file for another console: all its events, with what `show --json` makes of them beside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec.structs import asdict

from console.core.language.text import clean
from console.core.language.times import in_calendar, to_ms
from console.core.log.codec import VERSION as EVENT_VERSION
from console.core.log.codec import decode_body, encode_body, harmless, kind_of, neutral
from console.core.log.event import Event, Unreadable
from console.core.log.fold import fold
from console.core.log.ids import parse_reference
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.undo import EntryRedacted
from console.export.json.incident import incident_view
from console.export.json.model import holds
from console.store import chain
from console.store.exchange import NO_SEALS

FORMAT = "warroom"
VERSION = 1

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern="^[0-9A-Za-z_.-]+$")]
Count = Annotated[int, msgspec.Meta(ge=1, lt=2**62)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """An event as the file has it."""

    id: Annotated[Name, holds("its id")]
    incident: Annotated[str, holds("its incident's reference")]
    origin: Annotated[Name, holds("the database that wrote it")]
    oseq: Annotated[Count, holds("its place among that origin's, from 1")]
    hlc: Annotated[
        Count, holds("a hybrid logical clock: milliseconds since 1970 shifted left by 16 bits, plus a counter")
    ]
    kind: Annotated[Name, holds("its name in the log")]
    v: Annotated[Count, holds("the version of its body's form")] = EVENT_VERSION
    actor: Annotated[str, holds("who wrote it")]
    occurred_at: Annotated[Moment, holds("when it happened")]
    recorded_at: Annotated[Moment, holds("when it was written down")]
    body: Annotated[msgspec.Raw, holds("what it says")]


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """The file: `show` is for readers, `events` is what an import takes."""

    format: Annotated[str, holds('"warroom"')]
    version: Annotated[int, holds("1")]
    show: Annotated[msgspec.Raw | msgspec.UnsetType, holds("the object of `show --json`")] = msgspec.UNSET
    events: Annotated[list[Record], holds("the records of the log")]


def incident_archive(
    state: Incident, events: list[Event], now: datetime, stored: Mapping[str, chain.Seal] = NO_SEALS
) -> Archive:
    """`stored` are the bodies as the log holds them, by the event's id: they may say more than this version reads."""

    def body_of(event: Event) -> dict[str, object]:
        seal = stored.get(event.id)
        body = encode_body(event.body) if seal is None else canonical(seal.body)
        return {"kind": kind_of(event.body), "v": EVENT_VERSION if seal is None else seal.v, "body": msgspec.Raw(body)}

    records = [
        Record(**asdict(event) | body_of(event))
        for event in events
        # Whoever takes the export over may have the entry whole.
        if not isinstance(event.body, Unreadable)
    ]
    show = msgspec.Raw(msgspec.json.encode(incident_view(state, now)))
    return Archive(format=FORMAT, version=VERSION, show=show, events=records)


class Arrival(NamedTuple):
    """The events of a file, each with the number of the line on which its record begins there."""

    events: list[Event]
    lines: list[int]
    seals: dict[str, chain.Seal]
    """By the event's id, with all of its body, also what this version does not read."""

    def at(self, place: int) -> str:
        """The place of an event in the file, as the beginning of a sentence."""
        return _at(self.lines[place])


def _at(line: int) -> str:
    return f"Line {line} of the file: "


class _Envelope(msgspec.Struct):
    format: str
    version: int
    events: msgspec.Raw


def read_file(text: str, now: datetime) -> Arrival:
    """The events of an exported file, all or none: a file from elsewhere is data, so its text is neutralised and its
    incidents are folded on trial before anything is written.
    """
    data = text.encode("utf-8", "replace")
    try:
        envelope = msgspec.json.decode(data, type=_Envelope)
        records = msgspec.json.decode(envelope.events, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError) as error:
        raise _no_export(str(error)) from error
    if envelope.format != FORMAT or envelope.version > VERSION:
        raise Refused("This file is of another program or a newer Warroom; update this one and import it again.")
    if not records:
        raise Refused("This export holds no events; export the incident again with `warroom export REF json`.")
    lines = _lines(data, bytes(envelope.events), records)
    checked = [_checked(record, line) for record, line in zip(records, lines, strict=True)]
    events = [event for event, _ in checked]
    for ref in dict.fromkeys(event.incident for event in events):
        check_readable(ref, [event for event in events if event.incident == ref], now)
    return Arrival(events, lines, {event.id: seal for event, seal in checked})


def check_readable(ref: str, events: Sequence[Event], now: datetime) -> Incident:
    """The state of an incident with events from elsewhere; refused where a number or a time in them cannot be."""
    try:
        state = fold(ref, events)
        incident_view(state, now)
    except (ValueError, OverflowError) as error:
        sentence = f"The events of {ref} hold impossible numbers or times; export the incident again."
        raise Refused(sentence) from error
    return state


def _no_export(why: str) -> Refused:
    return Refused(f"This is no JSON export of Warroom ({why}); write one with `warroom export REF json`.")


def _lines(data: bytes, events: bytes, records: Sequence[msgspec.Raw]) -> list[int]:
    """The line on which each record begins; they stand one after the other in the file."""
    lines: list[int] = []
    place, line = 0, 1
    start = data.find(events)
    for record in records:
        following = data.find(bytes(record), max(place, start))
        line += data.count(b"\n", place, following)
        lines.append(line)
        place = following
        start = following + len(record)
    return lines


def _checked(raw: msgspec.Raw, line: int) -> tuple[Event, chain.Seal]:
    """The event of a record, its text neutralised, and all of its body."""
    try:
        record = msgspec.json.decode(raw, type=Record)
        body = canonical(bytes(record.body))
        return event_of(record, body), chain.new_seal(record.v, body)
    except (msgspec.DecodeError, OverflowError, RecursionError) as error:
        raise _no_export(f"line {line}: {error}") from error
    except Refused as refused:
        raise Refused(f"{_at(line)}{refused.reason}") from refused


def canonical(body: str | bytes) -> str:
    """A body with all of its fields, in their order, its text neutralised. Raises what decoding raises."""
    return msgspec.json.encode(msgspec.json.decode(harmless(body))).decode()


def event_of(record: Record, body: str) -> Event:
    """The event of a record with its `canonical` body. Raises Refused."""
    event = Event(
        **{field: getattr(record, field) for field in ("id", "incident", "origin", "oseq", "hlc")},
        actor=clean(record.actor, multiline=False),
        occurred_at=to_ms(record.occurred_at),
        recorded_at=to_ms(record.recorded_at),
        body=decode_body(record.kind, body),
    )
    if not _is_reference(event.incident):
        reason = "This event names no incident, as in INC-K7Q2; export the incident again."
    elif not (in_calendar(event.occurred_at) and in_calendar(event.recorded_at)):
        reason = "This event has an impossible time; export the incident again."
    elif isinstance(event.body, EntryRedacted) and not _is_whole(event.body):
        reason = "This redaction has an invalid form; export the incident again."
    else:
        return event
    raise Refused(reason)


def _is_reference(text: str) -> bool:
    try:
        return parse_reference(text) == text
    except Refused:
        return False


def _is_whole(redaction: EntryRedacted) -> bool:
    """True when a redaction leaves bodies as JSON, as it names them, with nothing in them to be neutralised."""
    for id, raw in redaction.left.items():
        try:
            body = msgspec.json.decode(raw, type=dict[str, Any])
        except msgspec.DecodeError:
            return False
        if neutral(body) != body or redaction.erased.get(id) != chain.body_sha(raw):
            return False
    return True
