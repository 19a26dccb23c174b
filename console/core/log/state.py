"""The state of one incident: what the fold of its events gives.

Values are immutable to everyone outside the fold. The incident's own values, which every rule reads, are its fields;
what a subject knows beyond those (its tasks, its updates …) is a part, declared in the subject's own file. A single
value that people may change at the same time (severity, stage, title, impact, each role) is a `Register`: all that
stands of what was ever said of it, so that a conflict shows both and the exports know who held a role when.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

import msgspec

from console.core.language.times import format_length, moment_words, parse_rfc3339, rfc3339, whole_minutes
from console.core.log.entries import Entries, Entry
from console.core.playbook.model import Playbook, Severity, Stage


class Part(msgspec.Struct):
    """One subject's share of an incident's state. Its fields have defaults and are mappings, tuples or plain values.

    Only the fold changes a part, and only one of its own (see `Folding.part`).
    """


P = TypeVar("P", bound=Part)


class Parts(Mapping[type[Part], Part]):
    """Parts by their type; one that nothing was said of is missing. Immutable to readers."""

    __slots__ = ("_parts",)

    def __init__(self, parts: Mapping[type[Part], Part] | None = None) -> None:
        self._parts = dict(parts or {})

    def of(self, kind: type[P]) -> P:
        """The part of this type, an empty one where nothing was said of it."""
        part = self._parts.get(kind)
        return kind() if part is None else cast(P, part)

    def __getitem__(self, kind: type[Part]) -> Part:
        return self._parts[kind]

    def __iter__(self) -> Iterator[type[Part]]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


def owned(part: P) -> P:
    """A copy whose mappings may be changed without anybody else seeing it."""
    values: dict[str, Any] = {name: getattr(part, name) for name in part.__struct_fields__}
    return type(part)(**{name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()})


class Record(msgspec.Struct, frozen=True, gc=False):
    """A subject's record of an event: the event's id, when it happened, who wrote it, and more."""

    id: str
    at: datetime
    by: str


class Fact(msgspec.Struct, frozen=True, gc=False):
    """One statement of a value: `id` is the event's, `replaces` the statements that its writer saw."""

    id: str
    value: str
    at: datetime
    by: str
    replaces: tuple[str, ...] = ()
    origin: str = ""


class Register(msgspec.Struct, frozen=True, gc=False):
    """A value with its history; statements that were undone are not in it.

    Made of facts alone, each of them replaced the one before.
    """

    facts: tuple[Fact, ...] = ()
    """All statements, in log order."""
    standing: tuple[Fact, ...] = ()
    """The statements that nobody has replaced; the last is in force."""
    in_force: tuple[Fact, ...] = ()
    """The statements that were in force, each from its own moment until the next one's."""

    def __post_init__(self) -> None:
        if self.facts and not self.standing:
            msgspec.structs.force_setattr(self, "standing", self.facts[-1:])
            msgspec.structs.force_setattr(self, "in_force", self.facts)

    @property
    def current(self) -> Fact | None:
        """The statement in force."""
        return self.standing[-1] if self.standing else None

    @property
    def value(self) -> str:
        return self.standing[-1].value if self.standing else ""

    @property
    def head(self) -> str:
        """The ids of all standing statements, for `replaces` of the next one; empty before the first."""
        return " ".join(fact.id for fact in self.standing)

    @property
    def conflict(self) -> tuple[Fact, Fact] | None:
        """The one in force and the last that differs from it, in log order, until someone states the value again."""
        other = next((fact for fact in reversed(self.standing) if fact.value != self.value), None)
        if other is None:
            return None
        first, last = sorted((other, self.standing[-1]), key=self.facts.index)
        return first, last

    def stated(self, fact: Fact, rank: Callable[[str], int] | None = None) -> "Register":
        """The register with one more statement; of several that stand the highest in `rank`, else the last, counts."""
        standing = (*self._unseen_by(fact), fact)
        facts, in_force = (*self.facts, fact), self.in_force
        if rank is not None:
            standing = tuple(sorted(standing, key=lambda stated: rank(stated.value)))
        current, before = standing[-1], self.current
        if current is fact and in_force is self.facts:
            # Each replaced the one before: one history for both, so that a long one is copied once.
            in_force = facts
        elif before is None or current.id != before.id:
            since = current if current.id == fact.id else msgspec.structs.replace(current, at=fact.at)
            in_force = (*in_force, since)
        return Register(facts, standing, in_force)

    def _unseen_by(self, fact: Fact) -> Iterable[Fact]:
        """The standing statements that go on standing beside a new one, whose writer had not seen them."""
        if not fact.replaces:
            return self.standing
        if all(earlier.id in fact.replaces for earlier in self.standing):
            return ()
        places = {known.id: (place, known.origin) for place, known in enumerate(self.facts)}
        seen = [places[id] for id in fact.replaces if id in places]
        if not seen:
            # What it replaces is not in this log: it is taken to have seen what is.
            return ()
        # Whoever saw a statement of a file saw what stood in that file before.
        known = {place for place, _ in seen}
        last: dict[str, int] = {}
        for place, origin in seen:
            last[origin] = max(place, last.get(origin, -1))
        return (
            earlier
            for earlier in self.standing
            if (place := places[earlier.id][0]) not in known and place > last.get(earlier.origin, -1)
        )


class Correction(msgspec.Struct, frozen=True, gc=False):
    """A version of an entry, in force from one moment on; the first of an entry has no id and is as it was logged."""

    id: str
    at: datetime
    by: str
    text: str
    kind: str
    occurred_at: datetime


class Corrections(Part):
    """The versions of corrected entries."""

    by_entry: dict[str, tuple[Correction, ...]] = {}
    """From the first words on, by the entry's id."""
    targets: dict[str, str] = {}
    """The entry, or the correction, that each correction names, by its id."""


class People(Part):
    """Names as they were first written, by what the ways to write one have in common (`name_key`)."""

    named: dict[str, str] = {}
    authors: dict[str, str] = {}


class Heard(Part):
    """The last sign of each person: by what they wrote, or by what was logged as theirs."""

    wrote: dict[str, datetime] = {}
    """When each person wrote last, in the log's order, by the name as it was written."""
    spoke: dict[str, datetime] = {}
    """The latest moment of what others told of each, by the name's key (`name_key`)."""


class TakenBack(Part):
    """The record of undone events, and of all that an undo must know."""

    undos: dict[str, tuple[str, ...]] = {}
    """The undos that stand, by the event that they undo."""
    targets: dict[str, str] = {}
    """The event that each undo names, of several the first, by the undo's id."""
    went_with: dict[str, str] = {}
    """Events that are skipped because one that they name is, with that one's id."""
    named_by: dict[str, tuple[str, ...]] = {}
    """The events that name another and go with it, by that other's id."""
    handed_on: dict[str, tuple[str, ...]] = {}
    """The ids of the statements that a skipped statement replaced, by its own id."""
    numbers: dict[str, int] = {}
    """The last number given out in each series."""
    redactions: dict[str, str] = {}
    """The redactions that were heeded, by their ids."""
    since: dict[str, datetime] = {}
    """When each event was undone or erased, by its id."""
    awaited: dict[str, str] = {}
    """Ids that an event names and that are not in the log, with that event's id."""


class Window(msgspec.Struct, frozen=True):
    """The time that a planned maintenance takes; aware UTC."""

    starts_at: datetime
    until: datetime

    @property
    def text(self) -> str:
        """As a register holds it."""
        return f"{rfc3339(self.starts_at)}/{rfc3339(self.until)}"

    @property
    def words(self) -> str:
        """In UTC, for people anywhere: `2026-12-01 02:00 to 04:00 UTC`."""
        return f"{self.starts_at:%Y-%m-%d %H:%M} to {moment_words(self.until, self.starts_at, UTC)} UTC"

    @classmethod
    def of(cls, text: str) -> "Window | None":
        """The window in a register; None before one was given."""
        starts_at, _, until = text.partition("/")
        return cls(parse_rfc3339(starts_at), parse_rfc3339(until)) if until else None


MAINTENANCE_STAGES = ("scheduled", "in_progress", "completed", "cancelled")
"""The stages of a planned maintenance, which no playbook has; the last two end it."""


class Incident(msgspec.Struct):
    """One incident's state. Only the fold assigns to its fields, and only on a copy of its own."""

    ref: str
    title: Register = Register()
    playbook: Playbook | None = None
    """None until the declaration was read, which a damaged or partial log may lack."""
    drill: bool = False
    retrospective: bool = False
    maintenance: bool = False
    """It is no incident but a planned maintenance: it has a window, stages of its own, and no severity."""
    source: str = ""
    declared_at: datetime | None = None
    declared_by: str = ""
    declared_id: str = ""
    withdrawn: bool = False
    """The declaration was undone."""
    severity: Register = Register()
    stage: Register = Register()
    impact: Register = Register()
    window: Register = Register()
    """Of a maintenance, as `Window.text` has it."""
    entries: Entries = msgspec.field(default_factory=Entries)
    parts: Parts = msgspec.field(default_factory=Parts)
    aside: Parts = msgspec.field(default_factory=Parts)
    """The parts that undone events made: for the lines of those that name them, and never shown as standing."""
    progress_at: datetime | None = None
    head: tuple[int, str, int] = (0, "", 0)
    """The highest order among the events folded in."""
    last: tuple[str, str, int] = ("", "", 0)
    """The event folded in last: its id, origin and number. It is not the highest where a clock ran ahead."""
    events: int = 0

    def part(self, kind: type[P]) -> P:
        """A subject's part of the incident."""
        return self.parts.of(kind)

    @property
    def corrections(self) -> dict[str, tuple[Correction, ...]]:
        """The versions of each corrected entry, from its first words on, by the entry's id."""
        return self.part(Corrections).by_entry

    @property
    def severity_rule(self) -> Severity | None:
        return self.playbook.severity(self.severity.value) if self.playbook else None

    @property
    def stage_rule(self) -> Stage | None:
        return self.playbook.stage(self.stage.value) if self.playbook else None

    def stage_title(self, name: str) -> str:
        """A stage's title in the incident's playbook; its name where the playbook lacks it."""
        rule = self.playbook.stage(name) if self.playbook else None
        return rule.title if rule else name.replace("_", " ").capitalize() if self.maintenance else name

    @property
    def planned(self) -> Window | None:
        """The window of a maintenance; None of an incident."""
        return Window.of(self.window.value)

    @property
    def phase(self) -> str:
        """active, stable or over, from the stage; a stage that the playbook lacks counts as active."""
        if self.maintenance:
            return "over" if self.stage.value in MAINTENANCE_STAGES[2:] else "active"
        rule = self.stage_rule
        return rule.phase if rule else "active"

    @property
    def open(self) -> bool:
        """True while the incident is on the board: declared, not withdrawn, not closed, not recorded after the fact."""
        return self.declared_at is not None and not self.withdrawn and not self.retrospective and self.phase != "over"

    def words(self, entry: Entry) -> str:
        """The words that somebody wrote: of a task, temporary fix or change its own words, else the entry's text."""
        return entry.words or entry.text


def taken_together(state: Incident, entry: Entry) -> list[Entry]:
    """The entries that an undo of this one takes back, or puts back where it is undone, in the log's order.

    It alone, or of a paste all that stand, or all that the same undo took back.
    """
    if not entry.paste:
        return [entry]
    pasted = [each for each in state.entries if each.paste == entry.paste and not each.redacted]
    undos = state.part(TakenBack).undos
    back = set(undos.get(entry.id, ()))
    if entry.undone:
        return [each for each in pasted if each is entry or not back.isdisjoint(undos.get(each.id, ()))]
    return [each for each in pasted if not each.undone]


def dependents(state: Incident, *ids: str) -> list[Entry]:
    """The entries that stand and go with events when those are undone, because they name them, in the log's order."""
    back = state.part(TakenBack)
    going: dict[str, Entry] = {}
    names = list(ids)
    while names:
        for later in back.named_by.get(names.pop(), ()):
            entry = state.entries.get(later)
            if entry is not None and not entry.undone and later not in going and later not in ids:
                going[later] = entry
                names.append(later)
    return sorted(going.values(), key=lambda entry: state.entries.position(entry.id) or 0)


def ended_words(state: Incident, id: str, now: datetime) -> str:
    """` by ana, 4m ago`, of the entry that ended or judged a thing last; empty where none stands."""
    endings = [entry for entry in dependents(state, id) if entry.about == id]
    if not endings:
        return ""
    ago = max(now - endings[-1].occurred_at, timedelta())
    return f" by {endings[-1].author}, {format_length(whole_minutes(ago), exact=True)} ago"


def taken_back_at(state: Incident, id: str) -> datetime | None:
    """The moment at which an event was undone, itself or with one that it names, or erased; None where it stands."""
    back = state.part(TakenBack)
    while id in back.went_with and id not in back.since:
        id = back.went_with[id]
    return back.since.get(id)


def undone_entry(state: Incident, undo: str) -> str:
    """The entry that an undo names; of an undo of an undo, the one that it lets stand again."""
    targets = state.part(TakenBack).targets
    while undo in targets:
        undo = targets[undo]
    return undo


def timeline(state: Incident) -> list[int]:
    """Positions in `state.entries`, ordered by when things happened, then by the log."""
    moments = [entry.occurred_at for entry in state.entries]
    return sorted(range(len(moments)), key=moments.__getitem__)
