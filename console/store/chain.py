"""The hash chain over the log, per incident and origin.

Each row's hash covers its fields and the hash of the row before it, so that one changed byte, one missing row or one
row out of place is found. The body enters only through a salted digest: a redaction can erase body and salt for good,
and the chain still holds, while nobody can guess a short secret from the digest that stays.
"""

import hashlib
import secrets
from typing import NamedTuple, get_type_hints

import msgspec

_encode = msgspec.json.Encoder().encode
_TAG = "warroom-event-1"
SALT_BYTES = 16


class Sealed(NamedTuple):
    """The fields of a row that the chain covers, as stored; times are RFC 3339 text."""

    id: str
    incident: str
    origin: str
    oseq: int
    hlc: int
    kind: str
    v: int
    actor: str
    occurred_at: str
    recorded_at: str
    digest: str


class Seal(NamedTuple):
    """A body as its writer's file holds it, so that the chain is the same in every replica."""

    v: int
    body: str
    """Letter for letter: a version that reads less of a body than it holds keeps the rest."""
    salt: bytes | None
    """None where the body is what a redaction has left."""
    digest: str


_TYPES = tuple(get_type_hints(Sealed).values())


def well_typed(sealed: Sealed) -> bool:
    """Every field is of its own type, which in a damaged file it need not be."""
    return tuple(map(type, sealed)) == _TYPES


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def new_seal(v: int, body: str) -> Seal:
    salt = new_salt()
    return Seal(v, body, salt, digest_of(salt, body))


def digest_of(salt: bytes, body: str) -> str:
    """SHA-256 (hex) of the salt followed by the body's UTF-8 bytes."""
    return hashlib.sha256(salt + body.encode()).hexdigest()


def body_sha(body: str) -> str:
    """SHA-256 (hex) of a scrubbed body, as a redaction names it."""
    return hashlib.sha256(body.encode()).hexdigest()


def hash_of(sealed: Sealed, prev: str) -> str:
    """SHA-256 (hex) of the canonical JSON of the fields and the hash before; `prev` is empty for the first row."""
    return hashlib.sha256(_encode([_TAG, *sealed, prev])).hexdigest()
