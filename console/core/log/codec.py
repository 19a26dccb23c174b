"""Bodies as they stand in the log: JSON under the kind's name.

A name that a newer version wrote is kept as `Unknown` and shown, never dropped.
"""

from typing import Any

import msgspec

from console.core.log.event import Body, Unknown
from console.core.log.registry import KINDS

_NAMES = {body: name for name, body in KINDS.items()}


_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {name: msgspec.json.Decoder(body) for name, body in KINDS.items()}


_encode = msgspec.json.Encoder(order="deterministic").encode


VERSION = 1
"""Version of the bodies' shapes, stored with each event."""


def kind_of(body: Body) -> str:
    """The name under which a body stands in the log."""
    return body.kind if isinstance(body, Unknown) else _NAMES[type(body)]


def encode_body(body: Body) -> str:
    """A body as canonical JSON: the same value gives the same bytes on every machine."""
    return body.raw if isinstance(body, Unknown) else _encode(body).decode()


def decode_body(kind: str, raw: str | bytes) -> Body:
    """The body behind a stored name; `Unknown` for a kind, or a shape, that this version cannot read."""
    decoder = _DECODERS.get(kind)
    if decoder is not None:
        try:
            body: Body = decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
        else:
            return body
    return Unknown(kind, raw if isinstance(raw, str) else raw.decode("utf-8", "replace"))
