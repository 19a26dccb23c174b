"""The log and what it comes to: decides commands, writes their events, and keeps every incident's state.

Used by one thread at a time: the screen's, or a command line's.
"""

import os
from collections.abc import Callable, Iterable
from datetime import datetime

from console.core.commands import Command, DeclareIncident
from console.core.decide import decide
from console.core.events import EntryRedacted, Event, NewEvent
from console.core.fold import extend, fold
from console.core.ids import new_event_id, new_reference, resolve_reference
from console.core.playbook import Playbook
from console.core.refusal import Refusal
from console.core.state import Incident
from console.core.times import to_ms
from console.store.log import Log


class Ledger:
    """One person's view of one log. `clock` gives aware datetimes; `randbytes` is `os.urandom`'s shape."""

    def __init__(
        self,
        log: Log,
        *,
        actor: str,
        clock: Callable[[], datetime],
        randbytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.log = log
        self.actor = actor
        self._clock = clock
        self._randbytes = randbytes
        self._states: dict[str, Incident] = {}
        self._seen: dict[tuple[str, str], int] = {}
        """The last sequence number folded in, by incident and origin."""

    def now(self) -> datetime:
        """The present moment, aware UTC in milliseconds."""
        return to_ms(self._clock())

    def references(self) -> list[str]:
        """Every incident in the log."""
        return self.log.incidents()

    def resolve(self, text: str) -> str | Refusal:
        """The reference a person means, whole or begun, with or without `INC-`."""
        return resolve_reference(text, self.references())

    def state(self, ref: str) -> Incident:
        """The incident's state, read from the log at its first use; an empty one for a reference nobody declared."""
        known = self._states.get(ref)
        return known if known is not None else self._read(ref)

    def states(self) -> list[Incident]:
        """Every declared incident, the newest declaration first."""
        found = [self.state(ref) for ref in self.references()]
        declared = [(one.declared_at, one) for one in found if one.declared_at is not None]
        return [one for _, one in sorted(declared, key=lambda pair: pair[0], reverse=True)]

    def prepare(self, ref: str, command: Command) -> list[NewEvent] | Refusal:
        """The events a command comes to, with their ids; appending the same list twice writes it once."""
        now = self.now()
        return self._stamp(ref, self._state_or_none(ref), command, now, None)

    def commit(self, events: list[NewEvent]) -> list[Event]:
        """Writes events and folds them in; they are on disk when this returns. Raises StoreProblem."""
        if any(isinstance(event.body, EntryRedacted) for event in events):
            written = [one for event in events for one in self.log.redact(event)]
            self._states.pop(events[0].incident, None)
            self._read(events[0].incident)
            return written
        written = self.log.append(events)
        self.absorb(written)
        return written

    def execute(self, ref: str, command: Command) -> list[Event] | Refusal:
        """Decides and writes in one step. Raises StoreProblem."""
        events = self.prepare(ref, command)
        return events if isinstance(events, Refusal) else self.commit(events)

    def prepare_declaration(self, command: DeclareIncident, playbook: Playbook) -> list[NewEvent] | Refusal:
        """The events of a declaration, under a reference that this log does not have yet."""
        known = set(self.references())
        ref = new_reference(self._randbytes)
        while ref in known:
            ref = new_reference(self._randbytes)
        return self._stamp(ref, None, command, self.now(), playbook)

    def declare(self, command: DeclareIncident, playbook: Playbook) -> str | Refusal:
        """Declares an incident; its new reference. Raises StoreProblem."""
        events = self.prepare_declaration(command, playbook)
        if isinstance(events, Refusal):
            return events
        self.commit(events)
        return events[0].incident

    def absorb(self, events: Iterable[Event]) -> set[str]:
        """Folds in events that were written here or elsewhere; the references whose state changed.

        What is already known is passed over. An event that belongs before the state's last one, or closes over a gap,
        makes the incident be read anew, so that the order of arrival never shows.
        """
        changed: set[str] = set()
        fresh: dict[str, list[Event]] = {}
        for event in events:
            state = self._states.get(event.incident)
            if state is None:
                changed.add(event.incident)
            elif event.oseq > self._seen.get((event.incident, event.origin), 0):
                fresh.setdefault(event.incident, []).append(event)
        for ref, new in fresh.items():
            changed.add(ref)
            state = self._states[ref]
            ordered = sorted(new, key=lambda event: event.order)
            if self._follows(state, ordered) and not any(isinstance(one.body, EntryRedacted) for one in ordered):
                self._states[ref] = extend(state, ordered)
                self._note(ordered)
            else:
                self._read(ref)
        return changed

    def _follows(self, state: Incident, events: list[Event]) -> bool:
        next_up: dict[str, int] = {}
        for event in events:
            expected = next_up.get(event.origin, self._seen.get((event.incident, event.origin), 0) + 1)
            if event.oseq != expected:
                return False
            next_up[event.origin] = expected + 1
        return events[0].order > state.head

    def _note(self, events: Iterable[Event]) -> None:
        for event in events:
            key = (event.incident, event.origin)
            self._seen[key] = max(self._seen.get(key, 0), event.oseq)

    def _read(self, ref: str) -> Incident:
        events = self.log.events(ref)
        state = fold(ref, events)
        self._note(events)
        if events:
            self._states[ref] = state
        return state

    def _state_or_none(self, ref: str) -> Incident | None:
        state = self.state(ref)
        return state if state.events else None

    def _stamp(
        self, ref: str, state: Incident | None, command: Command, now: datetime, playbook: Playbook | None
    ) -> list[NewEvent] | Refusal:
        decision = decide(state, command, now, playbook)
        if isinstance(decision, Refusal):
            return decision
        return [
            NewEvent(new_event_id(self._randbytes), ref, command.actor, to_ms(one.occurred_at), to_ms(now), one.body)
            for one in decision
        ]
