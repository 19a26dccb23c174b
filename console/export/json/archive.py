"""One incident as a file for another console: all its events, with what `show --json` makes of them beside."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec.structs import asdict

from console.core.language.text import clean
from console.core.language.times import to_ms
from console.core.log.codec import VERSION as EVENT_VERSION
from console.core.log.codec import decode_body, encode_body, kind_of
from console.core.log.event import Event, Unreadable
from console.core.log.fold import fold
from console.core.log.ids import parse_reference
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.undo import EntryRedacted
from console.export.json.incident import incident_view
from console.export.json.model import holds
from console.store.chain import body_sha

FORMAT = "warroom"
VERSION = 1

_AHEAD = timedelta(days=1)
"""How far ahead of this machine's clock an event may have been written; one further ahead would drag the log's order
behind it for good."""

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
    v: Annotated[int, holds("the version of its body's form")] = EVENT_VERSION
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


def incident_archive(state: Incident, events: list[Event], now: datetime) -> Archive:
    records = [
        Record(**asdict(event) | {"kind": kind_of(event.body), "body": msgspec.Raw(encode_body(event.body))})
        for event in events
        # Whoever takes the export over may have the entry whole.
        if not isinstance(event.body, Unreadable)
    ]
    show = msgspec.Raw(msgspec.json.encode(incident_view(state, now)))
    return Archive(format=FORMAT, version=VERSION, show=show, events=records)


def read_file(text: str, now: datetime) -> list[Event]:
    """The events of an exported file, all or none: a file from elsewhere is data, so its text is neutralised and its
    incidents are folded on trial before anything is written.
    """
    try:
        archive = msgspec.json.decode(text.encode("utf-8", "replace"), type=Archive)
        events = [_event(record) for record in archive.events]
    except (msgspec.DecodeError, OverflowError, RecursionError) as error:
        sentence = f"This is no JSON export of Warroom ({error}); write one with `warroom export REF json`."
        raise Refused(sentence) from error
    if archive.format != FORMAT or archive.version > VERSION:
        raise Refused("This file is of another program or a newer Warroom; update this one and import it again.")
    if not events:
        raise Refused("This export holds no events; export the incident again with `warroom export REF json`.")
    for ref in {event.incident for event in events}:
        if not _is_reference(ref):
            raise Refused("An event of this file names no incident, as in INC-K7Q2; export the incident again.")
        try:
            incident_view(fold(ref, [event for event in events if event.incident == ref]), now)
        except (ValueError, OverflowError) as error:
            sentence = f"The events of {ref} hold numbers or times that cannot be; export the incident again."
            raise Refused(sentence) from error
    redactions = [event.body for event in events if isinstance(event.body, EntryRedacted)]
    if not all(_is_whole(body) for body in redactions):
        raise Refused("A redaction of this file leaves what no console writes; export the incident again.")
    latest = int((now + _AHEAD).timestamp() * 1000) << 16
    if any(event.hlc > latest for event in events):
        raise Refused("Events of this file come from the future; set the clocks of both machines right.")
    return events


def _is_reference(text: str) -> bool:
    try:
        return parse_reference(text) == text
    except Refused:
        return False


def _event(record: Record) -> Event:
    body = msgspec.json.encode(_neutral(msgspec.json.decode(record.body)), order="deterministic")
    return Event(
        **{field: getattr(record, field) for field in ("id", "incident", "origin", "oseq", "hlc")},
        actor=clean(record.actor, multiline=False),
        occurred_at=to_ms(record.occurred_at),
        recorded_at=to_ms(record.recorded_at),
        body=decode_body(record.kind, body),
    )


def _is_whole(redaction: EntryRedacted) -> bool:
    """True when a redaction leaves bodies as JSON, as it names them, with nothing in them to be neutralised."""
    for id, raw in redaction.left.items():
        try:
            body = msgspec.json.decode(raw, type=dict[str, Any])
        except msgspec.DecodeError:
            return False
        if _neutral(body) != body or redaction.erased.get(id) != body_sha(raw):
            return False
    return True


def _neutral(value: Any) -> Any:
    """The same JSON with every text cleaned; what this program wrote stays as it is."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_neutral(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): _neutral(item) for key, item in value.items()}
    return value
