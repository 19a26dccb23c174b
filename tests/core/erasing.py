"""The store's part in a redaction, for tests without a store: read each body, and fill in what is left of it."""

from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from console.core.log.codec import encode_body
from console.core.log.erasure import Marks, exchanged
from console.core.log.event import Body, Event
from console.core.subjects.entry import EntryCorrected
from console.core.subjects.publication import PublicationReported
from console.core.subjects.undo import EntryRedacted
from console.core.subjects.update import PublicationDecided, PublicationSettled


def counted(redactions: int = 0) -> Marks:
    """Marks that are the same in every run, and others than those of that many redactions before."""
    numbers = iter(range(redactions << 8, 2**16))
    return Marks(lambda count: next(numbers).to_bytes(count, "big"))


def filled(order: EntryRedacted, log: Sequence[Event]) -> EntryRedacted:
    """The redaction with what it leaves of its target, of that one's corrections and of other words for a page."""
    taken = {order.target}
    for _ in log:
        taken |= {event.id for event in log if _names(event.body) in taken}
    marks = counted(sum(isinstance(event.body, EntryRedacted) for event in log))
    rests = [(event, exchanged(event.body, marks)) for event in log if event.id in taken]
    # As in the store: a redaction without a reason has nothing to erase, and what it left is not written again.
    left = {
        event.id: encode_body(rest)
        for event, rest in rests
        if rest != event.body or not isinstance(rest, EntryRedacted)
    }
    erased = {id: blake2b(raw.encode()).hexdigest() for id, raw in left.items()}
    return msgspec.structs.replace(order, erased=erased, left=left)


def _names(body: Body) -> str:
    match body:
        case EntryCorrected() | EntryRedacted():
            return body.target
        case PublicationDecided(decision="edited"):
            return body.update
        case PublicationSettled() if body.way in ("changed", "left", "left_off") or body.theirs:
            return body.update
        case PublicationReported():
            return body.update
    return ""
