"""The last proof that each target works from this machine: a file beside the targets, without any secret."""

from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from console.core.language.times import format_length
from console.files import Unfit, read_bounded, replacing
from console.publish.targets.model import Target

FILE = "proofs.json"
MAX_BYTES = 1_000_000
OLD = timedelta(days=30)
"""A proof that is older says little: keys run out, and pages change."""

How = Literal["checked", "tested"]
HOW_WORDS: dict[How, str] = {"checked": "checked", "tested": "took a test message"}


class Proof(msgspec.Struct, frozen=True):
    """A target answered as it should."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    how: How
    reach: str = ""
    """A digest of what it was about: with another address, page or option it says nothing any more."""


_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_proof = msgspec.json.Decoder(Proof).decode


class Proofs:
    """The proofs of one configuration folder. What cannot be read or kept counts as no proof, and breaks nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / FILE if folder else None

    def of(self, target: Target) -> Proof | None:
        """The last proof of the target as it is now."""
        with suppress(LookupError, msgspec.MsgspecError, RecursionError):
            proof = _decode_proof(self._all()[target.name])
            return proof if proof.reach == _reach(target) else None
        return None

    def keep(self, target: Target, how: How, now: datetime) -> None:
        self._write({**self._all(), target.name: msgspec.Raw(msgspec.json.encode(Proof(now, how, _reach(target))))})

    def forget(self, name: str) -> None:
        """The target has another key."""
        known = self._all()
        if known.pop(name, None):
            self._write(known)

    def _all(self) -> dict[str, msgspec.Raw]:
        """The proofs by the names of their targets; one of a newer version stays as it stands."""
        if self._file is not None:
            # What is nested deeper than Python goes is a RecursionError.
            with suppress(OSError, Unfit, msgspec.MsgspecError, RecursionError):
                return _decode(read_bounded(self._file, MAX_BYTES))
        return {}

    def _write(self, proofs: dict[str, msgspec.Raw]) -> None:
        # A folder that nobody may write to still has targets that work.
        with suppress(OSError):
            if self._file is not None and self._file.parent.is_dir():
                with replacing(self._file) as file:
                    file.write_bytes(msgspec.json.encode(proofs))


def _reach(target: Target) -> str:
    about = (target.provider, target.url, target.page, sorted(target.options.items()))
    return sha256(msgspec.json.encode(about)).hexdigest()[:16]


def proof_words(proof: Proof | None, now: datetime) -> str:
    """`checked 3d4h ago`, `never checked from here`; with a word about a proof that is old."""
    if proof is None:
        return "never checked from here"
    age = now - proof.at
    old = ", long ago" if age > OLD else ""
    return f"{HOW_WORDS[proof.how]} {format_length(max(age, timedelta()))} ago{old}"
