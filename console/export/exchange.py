"""One incident as a file for another console: all its events, with what `show --json` makes of them beside."""

from datetime import datetime
from typing import Any

import msgspec

from console.core.events import Event, decode_body, encode_body, kind_of
from console.core.refusal import Refusal
from console.core.state import Incident
from console.export.jsonview import incident_json

FORMAT = "warroom"
VERSION = 1


class Record(msgspec.Struct, frozen=True):
    """An event as the file has it."""

    id: str
    incident: str
    origin: str
    oseq: int
    hlc: int
    kind: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    body: msgspec.Raw


class File(msgspec.Struct, frozen=True):
    format: str
    version: int
    events: list[Record]


def incident_file(state: Incident, events: list[Event], now: datetime) -> dict[str, Any]:
    """The exported object: `show` is for readers, `events` is what an import takes."""
    rows = [
        {
            "id": event.id,
            "incident": event.incident,
            "origin": event.origin,
            "oseq": event.oseq,
            "hlc": event.hlc,
            "kind": kind_of(event.body),
            "actor": event.actor,
            "occurred_at": event.occurred_at,
            "recorded_at": event.recorded_at,
            "body": msgspec.json.decode(encode_body(event.body)),
        }
        for event in events
    ]
    return {"format": FORMAT, "version": VERSION, "show": incident_json(state, now), "events": rows}


def read_file(text: str) -> list[Event] | Refusal:
    """The events of an exported file."""
    try:
        file = msgspec.json.decode(text.encode("utf-8", "replace"), type=File)
    except msgspec.DecodeError as error:
        return Refusal(f"This is not a JSON export of Warroom ({error}); export it again with warroom export REF json.")
    if file.format != FORMAT or file.version > VERSION:
        return Refusal("This file was written by a newer Warroom; update this one and import it again.")
    if not file.events:
        return Refusal("This export holds no events; export the incident again with warroom export REF json.")
    return [
        Event(
            one.id,
            one.incident,
            one.origin,
            one.oseq,
            one.hlc,
            one.actor,
            one.occurred_at,
            one.recorded_at,
            decode_body(one.kind, bytes(one.body)),
        )
        for one in file.events
    ]
