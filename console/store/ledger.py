"""The log and what it comes to: decides commands, writes their events, and keeps every incident's state.

Used by one thread at a time: the screen's, or a command line's.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple, TypeVar

from console.core.language.times import present, set_back_words, to_ms
from console.core.log.clocks import Clock, open_clocks
from console.core.log.command import Command
from console.core.log.decide import decide
from console.core.log.erasure import telling
from console.core.log.event import Event, NewEvent
from console.core.log.ids import new_event_id, new_reference, resolve_reference
from console.core.log.state import Incident, TakenBack
from console.core.playbook.model import Playbook
from console.core.refusal import Refused
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.undo import EntryRedacted, RedactEntry, redacts
from console.store import rows, snapshots
from console.store.log import Log
from console.store.outbox.message import Queued
from console.store.problems import Unseen
from console.store.snapshots import Loaded, Summary

_Listed = TypeVar("_Listed", Incident, Summary)
_EVER, _NEVER = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)

LONG_EVENTS = 2000
"""Events from which reading an incident anew takes longer than a keystroke may."""

DECISIONS = 20
"""The most times that a command is decided while others write to the incident at the same moment."""

Publish = Callable[[Sequence[NewEvent]], Sequence[Queued]]
"""Makes the messages that publish the events; called once they have their ids, before they are written."""


Decided = Callable[[Sequence[NewEvent]], None]
"""Gets the events of a command, with their ids, before they are written."""


Follow = Callable[[Callable[[str], Incident], Sequence[NewEvent]], Sequence[Queued]]
"""Makes the messages that tell what the events come to; gets the states before them by reference."""


def nothing_decided(events: Sequence[NewEvent]) -> None:
    """Nobody asks for the events."""


def nothing_published(events: Sequence[NewEvent]) -> Sequence[Queued]:
    return ()


class _Owed(NamedTuple):
    """Open clocks of a state, which stay what they are from one moment until another."""

    state: Incident
    since: datetime
    until: datetime
    clocks: list[Clock]


class Ledger:
    """One person's view of one log. `clock` gives aware datetimes; `randbytes` is `os.urandom`'s shape."""

    def __init__(
        self, log: Log, *, actor: str, clock: Callable[[], datetime], randbytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        self.log = log
        self.actor = actor
        self.follow: Follow = lambda state, events: ()
        """Give the messages that are to go out with what is written here."""
        self._clock = clock
        self._randbytes = randbytes
        self._known: dict[str, Loaded] = {}
        """Whole states, with what they have seen of the log."""
        self._opened: Sequence[Incident] | None = None
        """The answer of `opened`; None once a state is another: a second that passes asks several times."""
        self._summaries: dict[str, Summary] = {}
        """Incidents that are not open and whose whole state nobody has asked for."""
        self._news: dict[str, int] = {}
        """The number of times that something came for an incident whose state is not in memory, by its reference."""
        self._owed: dict[str, _Owed] = {}
        self._gone: list[str] = []
        """Texts of states in memory that were erased since `take_erased`."""
        self._written: datetime | None = None
        """The latest time at which an event was written here; None until it is asked for."""
        self.outdated: set[str] = set()
        """Incidents that have to be read anew before their state holds all that was absorbed."""

    def now(self) -> datetime:
        """The present moment, aware UTC in milliseconds."""
        return present(self._clock())

    def set_back(self, zone: tzinfo, most: timedelta = timedelta.max) -> str:
        """That this machine's clock was set back, as a sentence; empty where it was not, or by more than `most`."""
        if self._written is None:
            self._written = self.log.latest_written() or _NEVER
        now = self.now()
        return set_back_words(self._written, now, zone) if self._written - now <= most else ""

    def references(self) -> list[str]:
        """Every incident in the log."""
        return self.log.incidents()

    def resolve(self, text: str) -> str:
        """The reference a person means, whole or begun, with or without `INC-`."""
        return resolve_reference(text, self.references())

    def state(self, ref: str) -> Incident:
        """The incident's state, read from the log at its first use; an empty one for a reference nobody declared."""
        known = self._known.get(ref)
        return known.state if known is not None else self._read(ref)

    def known(self, ref: str) -> Incident | None:
        """The incident's state as it is in memory; None before it was read."""
        known = self._known.get(ref)
        return None if known is None else known.state

    def seen(self, ref: str) -> Mapping[str, int]:
        """The last sequence number that the state holds, by origin."""
        known = self._known.get(ref)
        return known.seen if known is not None else {}

    def states(self) -> list[Incident]:
        """Every declared incident, the newest declaration first; reads those that are not in memory."""
        return _newest_first(self.state(ref) for ref in self.references())

    def owed(self, state: Incident, now: datetime) -> list[Clock]:
        """`open_clocks`, worked out anew only when the state is another or a clock changes its own."""
        known = self._owed.get(state.ref)
        if known is None or known.state is not state or not known.since <= now < known.until:
            clocks = open_clocks(state, now)
            changes = (moment for clock in clocks for moment in (clock.warn_at, clock.due_at) if moment > now)
            known = self._owed[state.ref] = _Owed(state, now, min(changes, default=_EVER), clocks)
        return known.clocks

    # Reading in the background, for a screen that must not wait

    def opened(self) -> Sequence[Incident]:
        """The open incidents among those that are in memory, the newest declaration first; reads nothing."""
        if self._opened is None:
            self._opened = _newest_first(known.state for known in self._known.values() if known.state.open)
        return self._opened

    def calling(self, here: str = "") -> list[Incident]:
        """Those of `opened` whose promises call for attention: beside an incident no drill but that which is `here`."""
        opened = self.opened()
        real = any(not (state.drill or state.maintenance) for state in opened)
        return [state for state in opened if not (real and state.drill) or state.ref == here]

    def others(self) -> list[Summary]:
        """The incidents in memory that are not open, the newest declaration first; reads nothing."""
        summaries = [snapshots.summary(known.state) for known in self._known.values() if not known.state.open]
        return _newest_first([*summaries, *self._summaries.values()])

    def unread(self, refs: Iterable[str]) -> dict[str, int]:
        """Those of these that are not in memory, or only as they were; each with a mark to give back to `adopt`."""
        return {ref: self._news.get(ref, 0) for ref in refs if ref not in self._known and ref not in self._summaries}

    def adopt(self, ref: str, read: Loaded | Summary, mark: int) -> bool:
        """Take over what another thread read; False when something came for the incident since the mark was given."""
        if ref in self._known or self._news.get(ref, 0) != mark:
            return False
        if isinstance(read, Loaded) and read.state.open:
            self._take_over(ref, read)
        else:
            # An incident that nobody works on is not kept whole.
            self._summaries[ref] = snapshots.summary(read.state) if isinstance(read, Loaded) else read
        return True

    def keep(self) -> None:
        """Save, in the background, the states that have grown since they were saved."""
        for ref, known in self._known.items():
            if known.fresh < snapshots.SAVE_AFTER_EVENTS or self.log.read_only:
                continue
            upto = self.log.position()
            if not self.log.unseen(ref, known.seen):
                self._known[ref] = snapshots.kept(self.log, known._replace(upto=upto))

    # Writing

    def prepare(self, ref: str, command: Command, playbook: Playbook | None = None) -> list[NewEvent]:
        """The events a command comes to, with their ids; appending the same list twice writes it once.

        `playbook` is the new one, for a change of playbook.
        """
        state = self.state(ref)
        return self._stamp(ref, state if state.events else None, command, playbook)

    def commit(
        self, events: list[NewEvent], messages: Sequence[Queued] = (), *, seen: Mapping[str, int] | None = None
    ) -> list[Event]:
        """Writes events, with the messages that publish them, and folds them in; on disk on return.

        Raises StoreProblem; with `seen` also Unseen, as `Log.append_later` says.
        """
        if redacts(events):
            written = self.log.redact(*events)
            for ref in dict.fromkeys(event.incident for event in events):
                self._read(ref)
            return written
        messages = (*messages, *self.follow(self.state, events))
        written = self.log.append_later(events, messages, seen=seen).result()
        self.absorb(written)
        return written

    def execute(
        self, ref: str, command: Command, playbook: Playbook | None = None, publish: Publish = nothing_published,
        decided: Decided = nothing_decided,
    ) -> list[Event]:  # fmt: skip
        """Decides and writes in one step, with the messages that `publish` makes of the events. Raises StoreProblem."""
        for _ in range(DECISIONS - 1):
            try:
                return self._decided(ref, command, playbook, publish, decided)
            except Unseen:
                self.absorb(self.log.unseen(ref, self.seen(ref)))
        return self._decided(ref, command, playbook, publish, decided)

    def _decided(
        self, ref: str, command: Command, playbook: Playbook | None, publish: Publish, decided: Decided
    ) -> list[Event]:
        events = self.prepare(ref, command, playbook)
        self.check_erasable(events)
        decided(events)
        return self.commit(events, publish(events), seen=self.seen(ref) if command.decided_in_turn() else None)

    def check_erasable(self, events: Iterable[NewEvent]) -> None:
        """Refuse a redaction of what is redacted already. Only the log knows that, and in a long one looks for long."""
        for event in events:
            if isinstance(event.body, EntryRedacted):
                planned = self.log.redaction(event.incident, event.body.target)
                if planned is None or not planned.left:
                    raise Refused("This entry is already redacted; its text is gone.", "entry")

    def prepare_declaration(self, command: DeclareIncident, playbook: Playbook) -> list[NewEvent]:
        """The events of a declaration, under a reference that this log does not have yet."""
        known = set(self.references())
        while (ref := new_reference(self._randbytes)) in known:
            pass
        return self._stamp(ref, None, command, playbook)

    def declare(self, command: DeclareIncident, playbook: Playbook) -> str:
        """Declares an incident; its new reference. Raises StoreProblem."""
        events = self.prepare_declaration(command, playbook)
        self.commit(events)
        return events[0].incident

    def absorb(self, events: Iterable[Event], *, long_later: bool = False) -> set[str]:
        """Folds in events that were written here or elsewhere; the references whose state changed.

        What is already known is passed over. An event that reaches farther back than a state's marks, or closes over a
        gap, makes the incident be read anew, so that the order of arrival never shows. With `long_later` a long one is
        left as it was, to be read in another thread and given to `renew`: it is in `outdated` until then.
        """
        changed: set[str] = set()
        fresh: dict[str, list[Event]] = {}
        for event in events:
            if self._written is not None and event.origin == self.log.origin:
                self._written = max(self._written, event.recorded_at)
            known = self._known.get(event.incident)
            if known is None:
                changed.add(event.incident)
                self._summaries.pop(event.incident, None)
                self._news[event.incident] = self._news.get(event.incident, 0) + 1
            elif event.oseq > known.seen.get(event.origin, 0):
                fresh.setdefault(event.incident, []).append(event)
        for ref, new in fresh.items():
            changed.add(ref)
            known = self._known[ref]
            grown = known.grown(new)
            if grown is not None:
                self._take_over(ref, grown)
            elif long_later and known.state.events >= LONG_EVENTS:
                self.outdated.add(ref)
            else:
                self._read(ref)
        return changed

    def take_erased(self) -> set[str]:
        """The words that give away what was erased of states in memory since this was asked before."""
        gone, self._gone = self._gone, []
        return telling(gone)

    def _take_over(self, ref: str, loaded: Loaded) -> None:
        """Keep a state, and what was erased since the one before it."""
        before, self._known[ref], self._opened = self._known.get(ref), loaded, None
        if before is None or len(before.state.part(TakenBack).redactions) == len(
            loaded.state.part(TakenBack).redactions
        ):
            return
        for entry in before.state.entries:
            after = loaded.state.entries.get(entry.id)
            if not entry.redacted and after is not None and after.redacted:
                corrections = before.state.corrections.get(entry.id, ())
                self._gone += [entry.text, before.state.words(entry), *entry.people, *entry.tags]
                self._gone += [correction.text for correction in corrections]

    def renew(self, ref: str, loaded: Loaded) -> None:
        """Take over an outdated incident's state, as it was read anew."""
        self.outdated.discard(ref)
        self._take_over(ref, loaded)

    def _read(self, ref: str) -> Incident:
        loaded = snapshots.load(self.log, ref)
        if not loaded.state.events:
            return loaded.state
        loaded = snapshots.kept(self.log, loaded)
        self._take_over(ref, loaded)
        self._summaries.pop(ref, None)
        return loaded.state

    def _stamp(self, ref: str, state: Incident | None, command: Command, playbook: Playbook | None) -> list[NewEvent]:
        """The events of a command, its incident's first, then those of other incidents whose logs tell of it, too."""
        now = self.now()
        # Before there are events with a wrong moment, which a second try would write as they are.
        rows.unix_ms(now)
        new: list[NewEvent] = []
        seen, following = {ref}, [(ref, state, command, playbook)]
        while following:
            ref, known, context, book = following.pop(0)
            for proposal in decide(known, context, now, book):
                author, at = proposal.author or context.actor, to_ms(proposal.occurred_at)
                new.append(NewEvent(new_event_id(self._randbytes), ref, author, at, now, proposal.body))
            for other in context.elsewhere(known) if known is not None else ():
                # Of an entry that was moved there and back another copy stands here.
                if other not in seen or isinstance(context, RedactEntry):
                    seen.add(other)
                    other_state = self.state(other)
                    follow = context.follow(known, other_state) if known is not None else None
                    if follow is not None:
                        following.append((other, other_state, follow, None))
        return new


def _newest_first(listed: Iterable[_Listed]) -> list[_Listed]:
    declared = [state for state in listed if state.declared_at is not None]
    return sorted(declared, key=lambda state: state.declared_at or _EVER, reverse=True)
