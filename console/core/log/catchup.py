"""Since you looked: what became of an incident between two of its states, each line with the entries it stands on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import msgspec

from console.core.language.text import capital, counted, one_line
from console.core.log.clocks import Clock, open_clocks
from console.core.log.conflicts import registers_of
from console.core.log.entries import Entry
from console.core.log.state import Incident, Register
from console.core.subjects.action_item import action_items_of
from console.core.subjects.change import OUTCOMES, changes_of
from console.core.subjects.fix import fixes_of
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.page import waiting_pages
from console.core.subjects.role import role_name
from console.core.subjects.task import tasks_of
from console.core.subjects.update import updates_of

SECTIONS = {
    "decided": "Decided, done",
    "changed": "Changed",
    "found": "Found",
    "owed": "Owed",
    "in_flight": "In flight",
    "ruled_out": "Ruled out",
    "logged": "Logged",
}
"""In the order in which they are read, with their headings."""

MIN_ROWS = 2
"""Lines that a section keeps, however little room there is."""

_VALUES = ("title", "severity", "stage", "impact", "role", "component")
"""Kinds of changes of which several make one line, from the first value to the last."""
_SECTION_OF = {"decision": "decided", "action": "decided", "finding": "found"}
_COUNTED = {
    "note": ("note", "notes"),
    "check": ("checklist item", "checklist items"),
    "triage": ("triage answer", "triage answers"),
}
"""Kinds that are counted: each is read in the timeline, where its number leads."""
_UNDONE = ("entry that was undone again", "entries that were undone again")


class CatchUpLine(msgspec.Struct, frozen=True):
    section: str
    """A key of `SECTIONS`."""
    text: str
    at: datetime
    """When the last of its entries happened; of something owed, when it is due."""
    by: str
    """Who wrote that entry, or owes it; empty where nobody is known."""
    entries: tuple[str, ...]
    """The entries that it stands on, at least one; the last is the one to read."""
    overdue: bool = False


def catch_up(before: Incident, state: Incident, now: datetime) -> tuple[CatchUpLine, ...]:
    """The changes since `before`, which is the state as its reader knew it; of a new reader it has no events.

    Each entry that came since, was undone, put back, corrected, redacted or moved is among the entries of a line. What
    is owed and running is told where it was not owed before; what is due soon or overdue, always.
    """
    return tuple(_CatchUp(before, state, now).lines())


def shortened(lines: Iterable[CatchUpLine], rows: int, heading: int = 0) -> list[CatchUpLine]:
    """As many of the lines as stand on `rows` rows, at least `MIN_ROWS` of each section; its `heading` takes rows, too.

    In each section the last ones stay, of what is owed the first; one line more counts the others, and leads to them.
    """
    every = list(lines)
    sections = [section for name in SECTIONS if (section := [line for line in every if line.section == name])]
    kept = [min(len(section), max(rows, MIN_ROWS)) for section in sections]
    while sum(kept) + heading * len(kept) > rows and max(kept, default=0) > MIN_ROWS:
        kept[kept.index(max(kept))] -= 1
    return [line for section, room in zip(sections, kept, strict=True) for line in _cut(section, room)]


def _cut(section: list[CatchUpLine], room: int) -> list[CatchUpLine]:
    if len(section) <= room:
        return section
    first = section[0].section == "owed"
    rest, shown = (section[room - 1 :], section[: room - 1]) if first else (section[: 1 - room], section[1 - room :])
    nearest = rest[0 if first else -1]
    ids = dict.fromkeys(id for line in rest for id in line.entries if id != nearest.entries[-1])
    words, overdue = f"{len(rest)} {'due later' if first else 'earlier'}", any(line.overdue for line in rest)
    more = CatchUpLine(nearest.section, words, nearest.at, "", (*ids, nearest.entries[-1]), overdue)
    return [*shown, more] if first else [more, *shown]


class _Thing(NamedTuple):
    """Something that begins and ends: told once, by what it is now."""

    id: str
    section: str
    text: str


def _ended(id: str, at: datetime | None, ended: str, goes_on: str) -> _Thing:
    return _Thing(id, "in_flight", goes_on) if at is None else _Thing(id, "decided", ended)


def _owner(name: str) -> str:
    return f" @{name}" if name else ""


class _CatchUp:
    def __init__(self, before: Incident, state: Incident, now: datetime) -> None:
        self.before, self.state, self.now = before, state, now
        known = before.entries
        self.new = {entry.id: entry for entry in state.entries if known.position(entry.id) is None}
        self.standing = {
            entry.id: entry
            for entry in state.entries
            if not entry.undone and ((earlier := known.get(entry.id)) is None or earlier.undone)
        }
        """The entries that stand now and did not before, also those that were put back, by id."""
        self.listed_ids: set[str] = set()
        self.about: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.standing.values():
            if entry.about:
                self.about[entry.about].append(entry)

    def lines(self) -> Iterator[CatchUpLine]:
        by_section: defaultdict[str, list[CatchUpLine]] = defaultdict(list)
        for make in (self.registers, self.things, self.moved, self.altered, self.others):
            for line in make():
                by_section[line.section].append(line)
                self.listed_ids.update(line.entries)
        in_flight = {id for line in by_section["in_flight"] for id in line.entries}
        by_section["owed"] += self.owed(in_flight)
        for section in SECTIONS:
            lines = by_section[section]
            # What is owed comes the most urgent first already.
            yield from lines if section == "owed" else sorted(lines, key=lambda line: line.at)

    def line(self, section: str, text: str, entries: Sequence[Entry]) -> CatchUpLine:
        last = entries[-1]
        return CatchUpLine(section, text, last.occurred_at, last.author, tuple(entry.id for entry in entries))

    # Values, told from the first to the last

    def registers(self) -> Iterator[CatchUpLine]:
        before = registers_of(self.before)
        for name, register in registers_of(self.state).items():
            if name.partition(" ")[0] in _VALUES:
                yield from self.register(name, before.get(name, Register()), register)

    def register(self, name: str, before: Register, after: Register) -> Iterator[CatchUpLine]:
        entries = [entry for fact in after.facts if (entry := self.standing.get(fact.id)) and entry.kind != "declared"]
        if not entries and before.value != after.value:
            stood = {fact.id for fact in after.facts}
            # A statement that was undone gives way to the one before it.
            gone = (self.state.entries.get(fact.id) for fact in before.facts if fact.id not in stood)
            entries = [entry for entry in gone if entry]
        if not entries:
            return
        ids = {entry.id for entry in entries}
        # A new reader has seen no value before the declaration's.
        first = before.value or next((fact.value for fact in after.facts if fact.id not in ids), "")
        values = [first, *(fact.value for fact in after.facts if fact.id in ids)]
        if values[-1] != after.value:
            values.append(after.value)
        path = [values[0], *(value for earlier, value in pairwise(values) if value != earlier)]
        if not first and len(path) > 1:
            del path[0]
        words = " → ".join(self.value_words(name, value) for value in path)
        kind, _, thing = name.partition(" ")
        # A component keeps the case of its name.
        what = thing if kind == "component" else capital(role_name(self.state, thing) if kind == "role" else name)
        yield self.line("changed", f"{what}{':' if len(path) == 1 else ''} {words}", entries)

    def value_words(self, name: str, value: str) -> str:
        if name == "stage":
            return self.state.stage_title(value)
        return one_line(value, 200) or ("nobody" if name.startswith("role") else "none")

    # What begins and ends

    def things(self) -> Iterator[CatchUpLine]:
        for thing in self.every_thing():
            begun = self.standing.get(thing.id)
            since = [entry for entry in (begun, *self.about[thing.id]) if entry is not None]
            if since:
                section = thing.section if begun or thing.section != "in_flight" else "changed"
                yield self.line(section, thing.text if section == thing.section else since[-1].text, since)

    def every_thing(self) -> Iterator[_Thing]:
        state = self.state
        for task in tasks_of(state).values():
            words = f"Task {task.number}{_owner(task.owner)}: {task.text}"
            yield _ended(task.id, task.done_at, f"Done: {task.text}", words)
        for fix in fixes_of(state).values():
            yield _ended(fix.id, fix.removed_at, f"Temporary fix removed: {fix.text}", f"Temporary fix: {fix.text}")
        for change in changes_of(state).values():
            outcome = OUTCOMES.get(change.outcome, change.outcome)
            yield _ended(change.id, change.ended_at, f"Change {outcome}: {change.text}", f"Change: {change.text}")
        for item in action_items_of(state):
            words = f"Action item A{item.number}{_owner(item.owner)}: {item.text}"
            yield _ended(item.id, item.done_at, f"Done: {item.text}", words)
        for page in waiting_pages(state):
            yield _Thing(page.id, "in_flight", f"No answer yet: {page.text}")
        for hypothesis in hypotheses_of(state).values():
            shown = f": {hypothesis.evidence}" if hypothesis.evidence else ""
            words = f"{hypothesis.text}{shown}"
            if hypothesis.verdict == "ruled_out":
                yield _Thing(hypothesis.id, "ruled_out", words)
            elif hypothesis.verdict == "open":
                yield _Thing(hypothesis.id, "in_flight", f"Hypothesis: {hypothesis.text}")
            else:
                verdict = hypothesis.verdict.replace("_", " ").capitalize()
                yield _Thing(hypothesis.id, "found", f"{verdict}: {words}")

    def moved(self) -> Iterator[CatchUpLine]:
        for entry in self.standing.values():
            moved = self.state.entries.get(entry.about) if entry.kind == "link" and entry.about else None
            if moved is not None:
                yield self.line("changed", entry.text, [moved, entry])

    # What was known, and says something else now

    def altered(self) -> Iterator[CatchUpLine]:
        for entry in self.before.entries:
            after = self.state.entries.get(entry.id)
            if after is None or after is entry or after.id in self.listed_ids:
                continue
            if after.redacted and not entry.redacted:
                yield self.line("changed", f"Redacted: an entry of {entry.author}", [after])
            elif after.undone != entry.undone:
                verb = "Undone" if after.undone else "Put back"
                yield self.line("changed", f"{verb}: {after.text}", [after])
            elif (after.text, after.kind, after.occurred_at) != (entry.text, entry.kind, entry.occurred_at):
                made = self.state.corrections.get(entry.id, ())
                line = self.line("changed", f"Corrected: {after.text}", [after])
                yield msgspec.structs.replace(line, by=made[-1].by if made else line.by)

    # All else that came

    def others(self) -> Iterator[CatchUpLine]:
        counts: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.new.values():
            if entry.id in self.listed_ids:
                continue
            if entry.undone:
                counts["undone"].append(entry)
            elif entry.kind in _COUNTED:
                counts[entry.kind].append(entry)
            else:
                yield self.line(_SECTION_OF.get(entry.kind, "changed"), entry.text, [entry])
        for kind, entries in counts.items():
            yield self.line("logged", counted(len(entries), *_COUNTED.get(kind, _UNDONE)), entries)

    # Owed

    def owed(self, in_flight: set[str]) -> Iterator[CatchUpLine]:
        before = {clock.key: clock.due_at for clock in open_clocks(self.before, self.now)}
        for clock in open_clocks(self.state, self.now):
            unchanged = clock.state == "running" and (
                clock.target in in_flight or before.get(clock.key) == clock.due_at
            )
            entry = self.source(clock)
            if not unchanged and entry:
                yield CatchUpLine(
                    "owed", clock.begun, clock.due_at, clock.by_whom, (entry,), clock.state == "overdue"
                )  # fmt: skip

    def source(self, clock: Clock) -> str:
        """The entry that the clock counts from: its task's, the last update's, else that of severity or declaration."""
        state = self.state
        updates = updates_of(state, clock.audience) if clock.audience else ()
        ids = (
            clock.target,
            updates[-1].id if updates and clock.kind == "update" else "",
            *(fact.id for fact in state.stage.standing if fact.at == clock.starts_at),
            *(fact.id for fact in reversed(state.severity.facts) if fact.at <= clock.starts_at),
            state.declared_id,
        )
        return next((id for id in ids if id and state.entries.position(id) is not None), "")
