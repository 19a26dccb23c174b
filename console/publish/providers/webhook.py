"""A webhook of the team's own: JSON, signed. The receiver can repeat it safely, since each event has an id.

POST <url>
X-Warroom-Event: update                     or stage, severity, role, declared, closed; or ping, from a check
X-Warroom-Id: wr-…                          the same for each try of one message
X-Warroom-Timestamp: 1795271405             seconds since 1970, of this try
X-Warroom-Signature: sha256=…               HMAC-SHA256 with the key over "<timestamp>.<body>"

and the same signed as Standard Webhooks has it: webhook-id, webhook-timestamp, webhook-signature.
"""

import hashlib
import hmac
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar

from console.core.language import times
from console.publish.provider import CannotTell, Capabilities, Checked, Lookup, PageView, Provider, Settings
from console.publish.sending.message import STATE_WORDS, Delivery, Happened, Known, Occasion, Remote
from console.publish.targets.keys import Key
from console.publish.transport.failure import Rejected, Unknown
from console.publish.transport.http import Http

WHSEC = "whsec_"
"""Before the key of a Standard Webhook."""


class Webhook(Provider):
    """One address that takes events."""

    title: ClassVar[str] = "Webhook of your own"
    capabilities: ClassVar[Capabilities] = Capabilities(
        links=True,
        follows=True,
        plans=True,
        moves=True,
        key_in="signature",
        page=False,
        url_example="https://hooks.example.org/warroom",
        repeats=frozenset(("create", "update")),
        states=STATE_WORDS,
        backfills=True,
        postmortems=True,
    )

    def __init__(self, settings: Settings, http: Http, clock: Callable[[], float] = time.time) -> None:
        self._name, self._http, self._clock = settings.name, http, clock
        self._key = settings.secret or Key("")

    def check(self) -> Checked:
        """Send an event `ping`, which a receiver answers and does nothing about."""
        try:
            self._post("ping", "ping", {"event": "ping"})
        except Unknown as unknown:
            raise Rejected(f"{unknown.reason.rstrip('.')}; see what the receiver logs about it.") from unknown
        return Checked("The receiver took a signed event “ping”.")

    def send(self, delivery: Delivery, known: Known) -> Remote:
        self._post("update", delivery.key, event(delivery, first=known.remote is None))
        return Remote(delivery.incident, delivery.key)

    def change(self, delivery: Delivery, known: Known) -> Remote:
        """A past incident, a postmortem, or what happened beside updates, as one event; what the receiver did with an
        earlier one is its own affair."""
        if delivery.act not in ("backfill", "postmortem", "withdraw", "tell"):
            return super().change(delivery, known)
        body = event(delivery, first=False)
        self._post(body["event"], delivery.key, body)
        return Remote(delivery.incident, delivery.key, past=delivery.past_keys)

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        return CannotTell(f"{self._name} does not tell what it took; look there for the event {delivery.key}.")

    def read(self, known: Known) -> PageView:
        raise Rejected(f"{self._name} does not tell what it took.")

    def _post(self, kind: str, key: str, data: dict[str, Any]) -> None:
        body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        stamp = str(int(self._clock()))
        headers = {
            "X-Warroom-Event": kind,
            "X-Warroom-Id": key,
            "X-Warroom-Timestamp": stamp,
            "X-Warroom-Signature": signature(self._key, stamp, body),
            "webhook-id": key,
            "webhook-timestamp": stamp,
            "webhook-signature": standard_signature(self._key, key, stamp, body),
        }
        self._http.write("POST", self._http.base, content=body, headers=headers)


PROVIDER = Webhook


def signature(key: Key, stamp: str, body: bytes) -> str:
    """The value of X-Warroom-Signature; a receiver computes it too, and compares in constant time."""
    return "sha256=" + hmac.new(key.reveal().encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def standard_signature(key: Key, id: str, stamp: str, body: bytes) -> str:
    """The value of webhook-signature; a key that begins with `whsec_` is base64 behind that, as its senders give it."""
    secret = key.reveal()
    raw = secret.encode()
    if secret.startswith(WHSEC):
        with suppress(ValueError):
            raw = b64decode(secret.removeprefix(WHSEC), validate=True)
    return "v1," + b64encode(hmac.new(raw, f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()


def event(delivery: Delivery, *, first: bool) -> dict[str, Any]:
    """The body of a message, as docs/publishing.md describes it."""
    if delivery.happened is not None:
        return _happening(delivery, delivery.happened)
    past = [
        {"id": id, "status": each.status, "text": each.text, "at": times.rfc3339(each.at)}
        for id, each in zip(delivery.past_keys, delivery.past, strict=True)
    ]
    return {
        "event": delivery.act or "update",
        "id": delivery.key,
        "first": first,
        "incident": delivery.incident,
        "title": delivery.title,
        "status": delivery.status,
        "text": delivery.text,
        "at": times.rfc3339(delivery.at),
        "started_at": times.rfc3339(delivery.started_at),
        "notify": delivery.notify,
        "severity": delivery.severity,
        "components": [{"id": part.id, "name": part.name, "state": part.state} for part in delivery.parts],
        "link": delivery.link,
        **({"past": past} if past else {}),
        **_planned(delivery),
    }


def _happening(delivery: Delivery, happened: Happened) -> dict[str, Any]:
    """The body of what happened beside updates."""
    return {
        "event": happened.occasions[0].of,
        "id": delivery.key,
        "incident": delivery.incident,
        "title": delivery.title,
        "changes": [_changed(occasion) for occasion in happened.occasions],
        "severity": delivery.severity,
        "stage": happened.stage,
        "status": delivery.status,
        "closed": happened.closed,
        "by": happened.by,
        "text": delivery.text,
        "at": times.rfc3339(delivery.at),
        "started_at": times.rfc3339(delivery.started_at),
        **_planned(delivery),
    }


def _planned(delivery: Delivery) -> dict[str, dict[str, str]]:
    """The window of a maintenance."""
    window = delivery.window
    if window is None:
        return {}
    return {"window": {"starts_at": times.rfc3339(window.starts_at), "until": times.rfc3339(window.until)}}


def _changed(occasion: Occasion) -> dict[str, str]:
    match occasion.of:
        case "role":
            return {"of": "role", "role": occasion.role, "name": occasion.name}
        case "stage" | "severity":
            return {"of": occasion.of, "value": occasion.value, "before": occasion.before}
        case "closed":
            return {"of": "closed", "value": occasion.value}
    return {"of": occasion.of}
