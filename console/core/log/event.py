"""An event: one record of the log, with a body for what happened.

Bodies are named in the past tense and stand with their subjects. An event is never changed once written; a correction,
an undo or a redaction is another event that names its target.
"""

from datetime import datetime
from typing import Annotated

import msgspec

from console.core.log.fields import KEPT
from console.core.playbook.model import Playbook

Process = Annotated[Playbook, KEPT]
"""A playbook as the incident follows it: its structure is no secret, and without it nothing could be read."""


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened, without who and when."""


class Unknown(Body, frozen=True):
    """An event of a kind that this version does not know, as it stands in the log."""

    kind: str
    raw: str


class Event(msgspec.Struct, frozen=True):
    """One record of the log, as stored.

    `id` is chosen by the writer before the first try, so that a repeated append is a no-op; `origin` (the database
    file) and `oseq` (from 1, without gaps, per incident and origin) are given at commit. `hlc` is a hybrid logical
    clock: milliseconds since 1970 shifted left by 16 bits, plus a counter. Times are aware UTC, in milliseconds.
    """

    id: str
    incident: str
    origin: str
    oseq: int
    hlc: int
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    body: Body

    @property
    def order(self) -> tuple[int, str, int]:
        """The log's total order, the same on every machine."""
        return (self.hlc, self.origin, self.oseq)


class NewEvent(msgspec.Struct, frozen=True):
    """An event on its way to the log; the store adds origin, sequence, logical clock and hash."""

    id: str
    incident: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    body: Body
