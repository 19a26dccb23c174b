"""One event being folded: the state under construction, and the only ways in which a subject changes it."""

import copy
from collections import ChainMap
from collections.abc import Callable, MutableMapping
from datetime import datetime, timedelta
from sys import intern
from typing import Any, TypeVar

import msgspec

from console.core.language.grammar import people_in, speakers_of
from console.core.language.grounds import unmarked
from console.core.language.names import name_key, same_name
from console.core.log.entries import LATE_S, PASTED_KINDS, REPORT_KINDS, Entries, Entry, moment_in_utc
from console.core.log.event import ALL_BEFORE, Event
from console.core.log.state import (
    Correction,
    Corrections,
    Fact,
    Heard,
    Incident,
    P,
    Part,
    Parts,
    People,
    Register,
    TakenBack,
    owned,
)

_LATE = timedelta(seconds=LATE_S)

R = TypeVar("R", bound=msgspec.Struct)


class Folding:
    """A fold under way, on a copy of a state; the containers that it changes become its own at their first change.

    A subject's handler reads `state` and writes only through the methods here. While an event is skipped, because it
    was undone, what a handler writes goes to the state's parts that were set aside: only the line of the timeline and
    the number that it gave out stay.
    """

    def __init__(self, state: Incident) -> None:
        self.state = copy.copy(state)
        self.event: Event
        """The event, as corrected."""
        self.skipping = False
        self._late = self._corrected = False
        self._redacted = self._edited_by = ""
        self._parts: dict[type[Part], Part] = {}
        self._aside: dict[type[Part], Part] = {}
        self._authors: set[str] = set()
        """Those of whom an entry was folded here: there are few of them, and many entries."""
        self._wrote: dict[str, datetime] = {}
        """When those who wrote something that was folded here did so last, in the log's order."""
        self._spoke: dict[str, datetime] = {}
        """The latest moment at which somebody spoke, by what was folded here."""
        self._entries: Entries | None = None
        """The entries, once they are this fold's own."""

    def begin(
        self, event: Event, *, recorded: Event | None = None, skipping: bool = False, redacted: str = "",
        edited_by: str = "",
    ) -> None:  # fmt: skip
        """Turn to the next event.

        `recorded` is the event as it stands in the log, where that was corrected, last by `edited_by`; `redacted` is
        what its line says when its texts were erased, else empty.
        """
        recorded = recorded or event
        self.event, self.skipping = event, skipping
        self._corrected, self._redacted = event is not recorded, redacted
        self._edited_by = edited_by if edited_by and not same_name(edited_by, recorded.actor) else ""
        self._late = recorded.recorded_at - recorded.occurred_at > _LATE and not self.state.retrospective

    def end(self) -> Incident:
        """The state after all events."""
        if self._wrote or self._spoke:
            heard = self._own(self._parts, self.state.parts, Heard)
            heard.wrote.update(self._wrote)
            for person, at in self._spoke.items():
                key = name_key(person)
                heard.spoke[key] = max(at, heard.spoke.get(key, at))
        if self._parts:
            self.state.parts = Parts({**self.state.parts, **self._parts})
        if self._aside:
            self.state.aside = Parts({**self.state.aside, **self._aside})
        return self.state

    # Parts of the state

    def part(self, kind: type[P]) -> P:
        """The subject's part, to be changed.

        While a skipped event is folded, this is a copy: it shows what the part holds, and its changes go aside.
        """
        live = self._own(self._parts, self.state.parts, kind)
        if not self.skipping:
            return live
        values: dict[str, Any] = {name: getattr(live, name) for name in live.__struct_fields__}
        aside = self.aside(kind)
        for name, value in values.items():
            if isinstance(value, dict):
                values[name] = ChainMap(getattr(aside, name), value)
        return kind(**values)

    @property
    def stamp(self) -> tuple[str, datetime, str]:
        """The first fields of a `Record` of the event."""
        return self.event.id, self.event.occurred_at, self.event.actor

    def amended(self, records: MutableMapping[str, R], id: str, what: str, **changes: Any) -> R | None:
        """The record of that id with its fields changed, but for those that are None.

        Where this log has none, None, and a line that names `what` the event is.
        """
        record = records.get(id)
        if record is None:
            self.unknown(f"{what} that is not in this log")
            return None
        given = {name: value for name, value in changes.items() if value is not None}
        record = records[id] = msgspec.structs.replace(record, **given)
        return record

    def aside(self, kind: type[P]) -> P:
        """The part as skipped events made it, to be changed."""
        return self._own(self._aside, self.state.aside, kind)

    def _own(self, own: dict[type[Part], Part], shared: Parts, kind: type[P]) -> P:
        part = own.get(kind)
        if part is None:
            part = own[kind] = owned(shared.of(kind))
        return part  # type: ignore[return-value]  # parts stand under their own type

    def taken_back(self) -> TakenBack:
        """The record of what was undone, to be changed, also while an event is skipped."""
        return self._own(self._parts, self.state.parts, TakenBack)

    def corrections(self) -> dict[str, tuple[Correction, ...]]:
        """The versions of corrected entries, to be changed."""
        return self._own(self._parts, self.state.parts, Corrections).by_entry

    def number(self, series: str) -> int:
        """The next number of a series, from 1; skipped events use theirs up."""
        numbers = self.taken_back().numbers
        numbers[series] = numbers.get(series, 0) + 1
        return numbers[series]

    # Values

    def set(self, **values: Any) -> None:
        """Set plain fields of the state."""
        if not self.skipping:
            for name, value in values.items():
                setattr(self.state, name, value)

    def stated(
        self, register: Register, value: str, replaces: str = "", rank: Callable[[str], int] | None = None
    ) -> Register:
        """The register with one more statement; a skipped statement hands on what it replaced."""
        event = self.event
        replaces = register.head if replaces == ALL_BEFORE else replaces
        if self.skipping:
            handed = self.taken_back().handed_on
            handed[event.id] = (*handed.get(event.id, ()), *replaces.split())
            return register
        seen = self._seen(register, replaces)
        return register.stated(Fact(event.id, value, event.occurred_at, event.actor, seen, event.origin), rank)

    def _seen(self, register: Register, replaces: str) -> tuple[str, ...]:
        """The statements that a writer saw, with what stood before in place of those that were undone."""
        back = self.state.parts.of(TakenBack) if TakenBack not in self._parts else self.taken_back()
        pending = replaces.split()
        if back.handed_on.keys().isdisjoint(pending):
            return tuple(pending)
        known = {fact.id for fact in register.facts}
        seen: dict[str, None] = {}
        visited: set[str] = set()
        while pending:
            id = pending.pop()
            if id in visited:
                continue
            visited.add(id)
            if id in back.handed_on:
                # One event may state several values, and hands on what it replaced of each.
                pending += [before for before in back.handed_on[id] if before in known or before in back.handed_on]
            else:
                seen[id] = None
        return tuple(seen)

    def states(self, name: str, value: str, replaces: str = "") -> None:
        """State one of the incident's own values: its title, severity, stage or impact."""
        register: Register = getattr(self.state, name)
        if name in ("severity", "stage"):
            # The declaration states both: only a version that named nothing leaves out what its writer saw.
            replaces = replaces or register.head
        self.set(**{name: self.stated(register, value, replaces, self._severity_rank if name == "severity" else None)})

    def _severity_rank(self, severity: str) -> int:
        book = self.state.playbook
        place = book.severity_index(severity) if book else -1
        return len(book.severities) - place if book and place >= 0 else 0

    def states_in(self, registers: MutableMapping[str, Register], key: str, value: str, replaces: str = "") -> None:
        """State a value in a part's registers, as `part` gave them."""
        registers[key] = self.stated(registers.get(key, Register()), value, replaces)

    # People

    def names(self, *people: str) -> None:
        """Note a person as named, unless the event is undone."""
        if people and not self.skipping:
            named = self._own(self._parts, self.state.parts, People).named
            for person in filter(None, people):
                named.setdefault(name_key(person), person)

    def _writes(self, actor: str) -> None:
        """Note that a person has written, which no undo takes back."""
        self._authors.add(actor)
        if name_key(actor) not in self.state.parts.of(People).authors:
            self._own(self._parts, self.state.parts, People).authors.setdefault(name_key(actor), actor)

    def wrote(self, event: Event) -> None:
        """Note that somebody wrote an event that has no line of its own; whoever writes is there, whatever becomes of
        it."""
        self._wrote[event.actor] = event.recorded_at

    def reports(self, person: str) -> None:
        """Note that the event tells what a person said, whoever wrote it, unless it is undone."""
        at, last = self.event.occurred_at, self._spoke.get(person)
        if person and not self.skipping and (last is None or at > last):
            self._spoke[person] = at

    # The timeline

    def entry(
        self, kind: str, text: str, note: str = "", *, tags: tuple[str, ...] = (), people: tuple[str, ...] = (),
        moves: bool = False, words: str = "", about: str = "", paste: str = "", moment: datetime | None = None,
        behind: str = "", moved_from: str = "",
    ) -> None:  # fmt: skip
        """One line of the timeline; `moves` when it shows the response moving.

        A moment that it names stands between the text and what is `behind`.
        """
        event, state, erased = self.event, self.state, self._redacted
        named = None
        if moment is not None:
            named = len(unmarked(text)), moment
            text = f"{text}{moment_in_utc(moment, event.occurred_at)}{behind}"
        if note:
            text = f"{text}: {note}"
        if erased:
            text, tags, people, words = erased, (), (), ""
        if event.actor not in self._authors:
            self._writes(event.actor)
        if paste and kind in PASTED_KINDS:
            # Somebody else may have brought what they said.
            self.reports(event.actor)
        else:
            self._wrote[event.actor] = event.recorded_at
        if text.startswith("@") and kind in REPORT_KINDS:
            for speaker in speakers_of(text):
                self.reports(speaker)
        if people or "@" in text:
            self.names(*people, *people_in(text))
        entry = Entry(
            event.id, intern(kind), event.occurred_at, event.recorded_at, event.actor, text, tags, people,
            self._corrected, self.skipping, bool(erased), "", self._late, words, about, paste,
            self._edited_by, "", moved_from, None if erased else named,
        )  # fmt: skip
        self._own_entries.append(entry)
        if moves and not self.skipping and (state.progress_at is None or event.occurred_at > state.progress_at):
            state.progress_at = event.occurred_at

    def unknown(self, what: str) -> None:
        """A line for an event that this log, or this version, can make nothing of."""
        self.entry("unknown", what)

    def mark(self, id: str, mark: str) -> None:
        """Show behind an entry what became of it; an empty mark takes it away."""
        if not self.skipping:
            self.change_entry(id, mark=mark)

    def change_entry(self, id: str, **changes: Any) -> None:
        """Change fields of an entry that stands already."""
        entry = self.state.entries.get(id)
        if entry is None:
            return
        self._own_entries.put(msgspec.structs.replace(entry, **changes))

    @property
    def _own_entries(self) -> Entries:
        """The entries, to be changed."""
        if self._entries is None:
            self._entries = self.state.entries = self.state.entries.copied()
        return self._entries
