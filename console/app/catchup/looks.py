"""The last look of whoever sits here at each incident, to tell what became of it since."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Annotated, NamedTuple

import msgspec

from console.app.session import Session
from console.core.log.fold import extended, in_order
from console.core.log.state import Incident
from console.store.log import Log

AWAY_S = 30.0
"""Without the terminal's focus for so long somebody was away."""
IDLE_S = 120.0
"""Without a key for so long, too: not every terminal tells of its focus, nor every multiplexer unless asked to."""


class Look(NamedTuple):
    """An incident as it was when somebody last looked."""

    state: Incident
    at: datetime
    seen: Mapping[str, int]
    """The last sequence number that the state holds, by origin."""


class _Kept(msgspec.Struct):
    """A look on the disk."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    seen: dict[str, int]


class Looks:
    """The last look at each incident, of one person in one console; kept for their next one."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.away_s, self.idle_s = AWAY_S, IDLE_S
        self._last: dict[str, Look] = {}
        self._attended_at = monotonic()
        self._left_at: float | None = None
        """When the terminal's window lost the focus; None while it has it."""

    def note(self, ref: str) -> Look | None:
        """A key, or the focus is back: note what is seen now. Returns what was seen last, where the person was away."""
        now, left = monotonic(), self._left_at
        away = now - self._attended_at >= self.idle_s or (left is not None and now - left >= self.away_s)
        before = self._last.get(ref) if away else None
        self._attended_at, self._left_at = now, None
        self._note(ref)
        return before

    def leave(self, ref: str) -> None:
        """The window has lost the focus: until now it was looked at, unless nobody had been there for a while."""
        self._left_at = monotonic()
        if self._left_at - self._attended_at < self.idle_s:
            self._note(ref)
        self.keep(ref)

    def wrote(self, ref: str) -> None:
        """They have written in it: what they wrote is no news to them."""
        if self._left_at is None and monotonic() - self._attended_at < self.idle_s:
            self._note(ref)

    def begin(self, ref: str) -> Look | _Kept | None:
        """The incident's room is opened: the look before, as it may stand on the disk, where that was a while ago."""
        before: Look | _Kept | None = self._last.get(ref)
        if before is None:
            try:
                before = msgspec.json.decode(self._session.draft(_place(ref)), type=_Kept)
            except (msgspec.MsgspecError, RecursionError):
                before = None
        self._note(ref)
        if before is None or before.seen == self._session.ledger.seen(ref):
            return None
        return before if self._session.now() - before.at >= timedelta(seconds=self.away_s) else None

    def keep(self, ref: str) -> None:
        """Keep the last look at an incident for this person's next console."""
        look = self._last.get(ref)
        if look is not None:
            self._session.keep_draft(_place(ref), msgspec.json.encode(_Kept(look.at, dict(look.seen))).decode())

    def _note(self, ref: str) -> None:
        if ref:
            session = self._session
            self._last[ref] = Look(session.state(ref), session.now(), session.ledger.seen(ref))


def restored(log: Log, ref: str, kept: Look | _Kept) -> Look:
    """The whole look; in another thread, since one from the disk is folded from the log. Raises StoreProblem."""
    if isinstance(kept, Look):
        return kept
    known = [event for event in log.events(ref) if event.oseq <= kept.seen.get(event.origin, 0)]
    # The screen's thread goes first.
    return Look(extended(Incident(ref), in_order(known), progress=lambda share: sleep(0))[-1], kept.at, kept.seen)


def _place(ref: str) -> str:
    return f"looked {ref}"
