"""Bodies as they stand in the log: JSON under the kind's name.

A name that a newer version wrote is kept as `Unknown` and shown, never dropped.
"""

from datetime import datetime
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec

from console.core.language.pattern import late
from console.core.language.text import clean, is_plain
from console.core.language.times import in_calendar
from console.core.log.event import Body, Unknown, Unreadable
from console.core.log.registry import KINDS

_NAMES = {body: name for name, body in KINDS.items()}


@cache
def _decoder(kind: str) -> msgspec.json.Decoder[Any]:
    """Made when the first body of a kind is read: all at once take as long as two keystrokes."""
    return msgspec.json.Decoder(KINDS[kind])


_encode = msgspec.json.Encoder(order="deterministic").encode


VERSION = 1
"""Version of the bodies' shapes, stored with each event."""


def kind_of(body: Body) -> str:
    """The name under which a body stands in the log."""
    return body.kind if isinstance(body, Unknown) else _NAMES[type(body)]


def kind_of_type(body: type[Body]) -> str:
    """The name under which the bodies of a type stand in the log."""
    return _NAMES[body]


def encode_body(body: Body) -> str:
    """A body as canonical JSON: the same value gives the same bytes on every machine."""
    return body.raw if isinstance(body, Unknown) else _encode(body).decode()


def decode_body(kind: str, raw: str | bytes) -> Body:
    """The body behind a stored name, every text of it cleaned: a file may have been written by anybody.

    `Unknown` for a kind, or a shape, that this version cannot read, and `Unreadable` for what is no JSON.
    """
    decoder = _decoder(kind) if kind in KINDS else None
    try:
        raw = harmless(raw)
        if decoder is not None:
            body: Body = decoder.decode(raw)
            if all(in_calendar(moment) for name in _moments(type(body)) if (moment := getattr(body, name)) is not None):
                return body
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        pass
    try:
        msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Unreadable(kind, "{}")
    return _unknown(kind, raw if isinstance(raw, str) else raw.decode("utf-8", "replace"))


_ESCAPED_CONTROL = late(r"\\[bfru]")


def harmless(raw: str | bytes) -> str | bytes:
    """JSON with every text cleaned, which for nearly all is seen at a glance. Raises what decoding it raises."""
    text = raw if isinstance(raw, str) else raw.decode()
    if is_plain(text) and _ESCAPED_CONTROL.search(text) is None:
        return raw
    value = msgspec.json.decode(text)
    cleaned = neutral(value)
    return raw if cleaned == value else _encode(cleaned)


def neutral(value: Any) -> Any:
    """The same JSON with every text cleaned; what this program wrote stays as it is."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [neutral(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): neutral(item) for key, item in value.items()}
    return value


def unread(kind: str, raw: str) -> dict[str, Any]:
    """The fields of a body of a known kind that only newer versions know."""
    known = KINDS.get(kind)
    try:
        fields = msgspec.json.decode(raw, type=dict[str, Any]) if known is not None else {}
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
    return {name: value for name, value in fields.items() if name not in known.__struct_fields__} if known else {}


@cache
def _moments(body: type[Body]) -> tuple[str, ...]:
    """The fields of a body's type that hold a moment."""
    return tuple(name for name, hint in get_type_hints(body).items() if hint is datetime or datetime in get_args(hint))


class _Saw(msgspec.Struct):
    saw: tuple[str, ...] = ()


_decode_saw = msgspec.json.Decoder(_Saw).decode


def _unknown(kind: str, raw: str) -> Unknown:
    """A body that this version cannot read; its place in the fold is known all the same."""
    try:
        return Unknown(kind, raw, saw=_decode_saw(raw).saw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Unknown(kind, raw)
