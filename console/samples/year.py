"""A year of a team: past incidents made up out of tellings, to try the console on a memory and to measure it.

Each incident is typed, line by line, as people would have typed it, and decided at its moment by the same commands as
any other: the log that comes out is a log like every other one. The same seed gives the same year.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec

from console.core.language.text import capital
from console.core.language.times import rfc3339, to_ms
from console.core.log.command import Command, Decision
from console.core.log.decide import decide
from console.core.log.event import Event, NewEvent
from console.core.log.fold import NeedsRefold, extend, fold
from console.core.log.ids import new_event_id, new_reference
from console.core.log.slash import typed_command
from console.core.log.state import Incident
from console.core.playbook.gates import accepted_reasons, missing
from console.core.playbook.model import Playbook
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.fix import open_fixes
from console.core.subjects.postmortem import EditPostmortem, postmortem_of
from console.resources import resource_path

INCIDENTS = 90
"""In a year, about one in four days."""
YEAR = timedelta(days=365)
_DRILLS, _RECORDS, _DUPLICATES, _FALSE_ALARMS, _WITHDRAWN = 10, 3, 4, 3, 1
"""Of so many incidents; the others are the team's real ones."""


class Telling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way in which a family's cause shows."""

    title: str
    impact: str
    seen: tuple[str, ...]
    cause: str
    stopped: str


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Incidents of one cause."""

    id: str
    team: str
    tags: tuple[str, ...]
    components: tuple[str, ...]
    severities: tuple[str, ...]
    """Those it is declared with; one that stands twice is twice as frequent."""
    wrong: tuple[str, ...]
    """Hypotheses that come to nothing, each with the evidence behind a `|`."""
    actions: tuple[str, ...]
    """Action items: priority, text, how it is verified, with `|` between."""
    tellings: tuple[Telling, ...]
    fix: str = ""
    """A temporary fix; empty for none."""


class Tellings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parts of a year."""

    people: tuple[str, ...]
    notes: tuple[str, ...]
    updates: tuple[str, ...]
    public: tuple[str, ...]
    over: str
    lessons: tuple[str, ...]
    families: tuple[Family, ...]


def built_in() -> Tellings:
    """The tellings that come with the program."""
    return msgspec.toml.decode(resource_path("samples/year.toml").read_bytes(), type=Tellings)


class Told(msgspec.Struct, frozen=True):
    """One incident of the year, as it is written to a log."""

    family: str
    """The id of its family; empty for a drill and a false alarm."""
    state: Incident
    events: tuple[NewEvent, ...]


def year(
    tellings: Tellings,
    book: Playbook,
    end: datetime,
    *,
    seed: int = 1,
    incidents: int = INCIDENTS,
    over: timedelta = YEAR,
) -> Iterator[Told]:
    """So many incidents of the time before `end`, in the order of their declarations; the last two are still open.

    `book` has the severities and stages of the built-in playbook `standard`.
    """
    rng = random.Random(seed)
    kinds = [
        *["drill"] * _DRILLS, *["record"] * _RECORDS, *["duplicate"] * _DUPLICATES, *["false alarm"] * _FALSE_ALARMS,
        *["withdrawn"] * _WITHDRAWN,
    ]  # fmt: skip
    kinds = kinds[: max(0, incidents - 2)]
    kinds += ["real"] * (incidents - 2 - len(kinds))
    rng.shuffle(kinds)
    days = sorted(rng.uniform(0.5, over / timedelta(days=1) - 1) for _ in kinds)
    moments = [_at_work(rng, end - over + timedelta(days=day)) for day in days]
    moments += [end - timedelta(minutes=95), end - timedelta(minutes=26)]
    before: Incident | None = None
    taken: set[str] = set()
    for at, kind in sorted(zip(moments, [*kinds, "real", "real"], strict=True)):
        incident = _Teller(rng, tellings, book, end, at, taken, before).tell(kind)
        taken.add(incident.state.ref)
        before = incident.state if incident.family and kind == "real" else before
        yield incident


def _at_work(rng: random.Random, day: datetime) -> datetime:
    """A moment of a day: two in three while people work and deploy."""
    hour = rng.gauss(13, 3) if rng.random() < 0.66 else rng.uniform(0, 24)
    midnight = day.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return to_ms(midnight + timedelta(hours=hour % 24))


class _Over(Exception):
    """The year's end: what would come later has not happened."""


class _Teller:
    """Types one incident."""

    def __init__(
        self, rng: random.Random, tellings: Tellings, book: Playbook, end: datetime, at: datetime, taken: set[str],
        before: Incident | None,
    ) -> None:  # fmt: skip
        """`at` is the moment of its declaration, `before` the last incident that it could be a duplicate of."""
        self._rng, self._tellings, self._book, self._end, self._now = rng, tellings, book, end, at
        self._before = before
        while (ref := new_reference(rng.randbytes)) in taken:
            pass
        self._state = Incident(ref)
        self._log: list[Event] = []
        self._family = rng.choice(tellings.families)
        self._telling = rng.choice(self._family.tellings)
        self._part = rng.choice(self._family.components)
        self._ic, self._scribe, self._expert, *self._others = rng.sample(tellings.people, k=len(tellings.people))

    def tell(self, kind: str) -> Told:
        steps = {
            "real": self._real, "drill": self._drill, "record": self._record, "duplicate": self._duplicate,
            "false alarm": self._false_alarm, "withdrawn": self._taken_back,
        }  # fmt: skip
        with suppress(_Over):
            steps[kind]()
        events = [
            NewEvent(event.id, event.incident, event.actor, event.occurred_at, event.recorded_at, event.body)
            for event in self._log
        ]
        family = "" if kind in ("drill", "false alarm", "withdrawn") else self._family.id
        return Told(family, self._state, tuple(events))

    # Typing

    def _write(self, command: Command, decision: Decision) -> None:
        for proposal in decision:
            number = len(self._log) + 1
            at = to_ms(proposal.occurred_at)
            event = Event(
                new_event_id(self._rng.randbytes), self._state.ref, "year", number, number,
                proposal.author or command.actor, at, self._now, proposal.body,
            )  # fmt: skip
            self._log.append(event)
            try:
                self._state = extend(self._state, [event])
            except NeedsRefold:
                self._state = fold(self._state.ref, self._log)

    def _wait(self, least: float, most: float) -> None:
        """So many minutes pass."""
        self._now = to_ms(self._now + timedelta(minutes=self._rng.triangular(least, most, least + (most - least) / 4)))
        if self._now > self._end:
            raise _Over

    def _do(self, command: Command) -> None:
        self._write(command, decide(self._state, command, self._now))

    def _types(self, who: str, line: str) -> None:
        """Somebody types a line, which happens now."""
        filled = line.replace("{part}", self._part)
        self._do(typed_command(filled, self._state, actor=who, now=self._now, zone=UTC, at=None))

    def _declare(self, title: str, severity: str, *, drill: bool = False, record: bool = False) -> None:
        command = DeclareIncident(
            actor=self._ic, title=capital(title.replace("{part}", self._part)), severity=severity, drill=drill,
            retrospective=record,
        )  # fmt: skip
        self._write(command, decide(None, command, self._now, self._book))

    def _milestone(self, name: str, at: datetime) -> None:
        self._types(self._scribe, f"/milestone {name} {rfc3339(at).removesuffix('Z')[:19].replace('T', ' ')} UTC")

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    # Kinds of incidents

    def _real(self) -> None:
        declared = self._now
        self._declare(self._telling.title, self._rng.choice(self._family.severities))
        self._begin(declared)
        self._look_for_it()
        self._stop_it()
        if self._chance(0.08):
            self._come_back()
        self._close()
        self._afterwards()

    def _drill(self) -> None:
        self._declare(f"Game day: {self._telling.title}", self._rng.choice(self._family.severities), drill=True)
        self._begin(self._now)
        self._look_for_it()
        self._stop_it()
        self._close()

    def _record(self) -> None:
        """One of long ago, told afterwards from a chat."""
        self._declare(self._telling.title, self._rng.choice(self._family.severities), record=True)
        start = self._now - timedelta(days=2, minutes=self._rng.randint(30, 200))
        lines = [*self._telling.seen, f"> {self._telling.stopped} #stopped", f"* {self._telling.cause} #cause"]
        for place, line in enumerate(lines):
            at = to_ms(start + timedelta(minutes=12 * (place + 1)))
            filled = f"{line} #{self._family.tags[0]}".replace("{part}", self._part)
            self._do(typed_command(filled, self._state, actor=self._scribe, now=self._now, zone=UTC, at=at))
        self._milestone("impact-started", start)
        if self._chance(0.6):
            self._milestone("mitigated", start + timedelta(minutes=12 * (len(lines) - 1)))
        self._types(self._scribe, "/stage closed ! recorded from the channel")

    def _duplicate(self) -> None:
        """Somebody else has seen the same."""
        self._declare(f"{self._telling.title}, also seen by support", self._rng.choice(self._family.severities))
        self._wait(2, 6)
        self._types(self._others[0], f"* {self._telling.seen[0]} #{self._family.tags[0]}")
        self._wait(2, 9)
        of = f" {self._before.ref}" if self._before is not None else " another incident"
        reasons = accepted_reasons(self._state, "closed", self._now)
        override = f" ! Duplicate of{of}" if reasons else f" ! duplicate of{of}"
        self._types(self._ic, f"/stage closed{override}")

    def _false_alarm(self) -> None:
        self._declare("Synthetic check of {part} fails", "SEV2")
        self._wait(3, 8)
        self._types(self._expert, "* the probe's own host had lost its network; users are fine")
        self._wait(1, 5)
        self._types(self._ic, "/stage closed ! False alarm: nobody was affected")

    def _taken_back(self) -> None:
        self._declare("test, please ignore", "SEV3")
        self._wait(1, 3)
        self._types(self._ic, f"/undo {self._state.declared_id}")

    # Its course

    def _begin(self, declared: datetime) -> None:
        rng, telling, tags = self._rng, self._telling, " ".join(f"#{tag}" for tag in self._family.tags)
        seen = declared - timedelta(minutes=rng.triangular(1, 18, 4))
        began = seen - timedelta(minutes=rng.triangular(1, 40, 5))
        self._types(self._ic, f"/role ic {self._ic}")
        if self._chance(0.12):
            # A slip of the hand, as there are some in every log: seen before it began.
            seen, began = began, seen
        if not self._chance(0.12):
            self._wait(0, 2)
            self._milestone("impact-started", began)
        if not self._chance(0.10):
            self._wait(0, 2)
            self._milestone("detected", seen)
        self._wait(0, 2)
        self._types(self._scribe, f"/impact {telling.impact}")
        self._types(self._scribe, f"/component {{part}} {rng.choice(('degraded', 'partial', 'major'))}")
        self._types(self._expert, f"* {telling.seen[0]} {tags} #team-{self._family.team}")
        if self._urgent:
            self._wait(1, 4)
            self._types(self._ic, f"/role scribe {self._scribe}")
            self._types(self._ic, f"/role comms {self._others[0]}")

    @property
    def _urgent(self) -> bool:
        rule = self._state.severity_rule
        return rule is not None and rule.urgent

    def _update(self, audience: str, text: str, *, ends: bool = False) -> None:
        """Posted by whoever has the communications; where it is due late, some forget it."""
        promise = "" if ends else "next 30m "
        self._types(self._others[0], f"/update {audience} {promise}{text}")

    def _tell(self, text: str, public: str) -> None:
        if self._urgent:
            self._update("internal", text)
            if public and not self._chance(0.2):
                self._update("public", public)

    def _look_for_it(self) -> None:
        rng, family, telling = self._rng, self._family, self._telling
        self._wait(2, 12)
        self._tell(self._tellings.updates[0], self._tellings.public[0])
        for text in rng.sample(self._tellings.notes, k=rng.randint(1, 3)):
            self._wait(1, 5)
            self._types(rng.choice(self._others), text)
        for text in telling.seen[1:]:
            self._wait(1, 9)
            self._types(self._expert, f"* {text} #{family.tags[0]}")
        for place, guess in enumerate(rng.sample(family.wrong, k=rng.randint(1, len(family.wrong))), 1):
            words, _, evidence = guess.partition(" | ")
            self._wait(1, 6)
            self._types(rng.choice(self._others), f"? {words}")
            self._wait(2, 12)
            self._types(self._expert, f"/ruled-out {place} {evidence}")
        if self._urgent and self._chance(0.15) and self._state.severity.value != "SEV0":
            self._wait(1, 5)
            self._types(self._ic, "/sev SEV0 more and more customers report it")
        if self._chance(0.3):
            self._types(self._ic, f"+ @{rng.choice(self._others)} 15m look at the graphs of the last release")

    def _stop_it(self) -> None:
        self._wait(2, 14)
        self._tell(self._tellings.updates[1], self._tellings.public[1])
        self._types(self._ic, "/stage mitigating")
        self._wait(1, 5)
        self._types(self._ic, f"! {self._telling.stopped.replace(' and ', ', then ')}")
        self._wait(2, 25)
        # Not everybody says in the end what it was that helped.
        helped = " #stopped" if self._chance(0.7) else ""
        self._types(self._expert, f"> {self._telling.stopped}{helped} #{self._family.tags[0]}")
        if self._family.fix and self._chance(0.5):
            self._types(self._expert, f"/fix {self._family.fix} OPS-{self._rng.randint(100, 999)} @{self._expert}")
        self._wait(1, 12)
        self._types(self._ic, "/stage resolving")
        self._tell(self._tellings.updates[2], "")
        if self._chance(0.75):
            self._wait(2, 20)
            self._types(self._expert, f"* {self._telling.cause} #cause")
        self._wait(4, 45)
        self._types(self._ic, "/stage monitoring")

    def _come_back(self) -> None:
        """It was over too early."""
        self._wait(8, 28)
        self._types(self._expert, "* errors rise again, as before #relapse")
        self._types(self._ic, "/stage mitigating")
        self._wait(5, 40)
        self._types(self._expert, f"> once more, on all hosts this time: {self._telling.stopped} #stopped")
        self._types(self._ic, "/stage resolving")
        self._wait(5, 30)
        self._types(self._ic, "/stage monitoring")

    def _close(self) -> None:
        self._wait(31, 70)
        for audience in ("internal", "public"):
            if self._urgent and not self._chance(0.1):
                self._update(audience, self._tellings.over, ends=True)
        self._types(self._scribe, "/component {part} operational")
        wants = missing(self._state, "closed", self._now)
        if any(want.need == "postmortem_owner" for want in wants):
            self._types(self._ic, f"/postmortem owner {self._rng.choice((self._ic, self._expert))}")
        if any(want.need == "checklist" for want in wants):
            for item in range(1, 5):
                self._types(self._ic, f"/check closing/{item}")
        left = missing(self._state, "closed", self._now)
        override = " ! the rest is followed up in the postmortem" if left else ""
        self._types(self._ic, f"/stage closed{override}")

    def _afterwards(self) -> None:
        """Postmortem, action items and temporary fixes, over days and weeks."""
        rng, rule = self._rng, self._state.severity_rule
        if rule is None or rule.review == "none" or (not self._urgent and self._chance(0.5)):
            return
        day = 24 * 60.0
        self._wait(0.2 * day, 1.5 * day)
        writer = rng.choice((self._ic, self._expert))
        if self._chance(0.85):
            lesson = rng.choice(self._tellings.lessons)
            self._do(EditPostmortem(actor=writer, section="root_cause", text=f"{self._telling.cause}."))
            self._do(EditPostmortem(actor=writer, section="lessons", text=f"{lesson}."))
            self._types(writer, "/postmortem in-review")
        items = rng.sample(self._family.actions, k=rng.randint(1, len(self._family.actions)))
        for item in items:
            priority, text, verify = (part.strip() for part in item.split("|"))
            tail = f" verify: {verify}" if verify else ""
            self._types(self._ic, f"/action {priority} @{rng.choice((self._expert, *self._others[:3]))} {text}{tail}")
        if self._chance(0.8):
            self._wait(0.1 * day, 2 * day)
            if self._chance(0.9):
                if not postmortem_of(self._state).owner.value:
                    self._types(writer, f"/postmortem owner {writer}")
                self._types(writer, "/postmortem final")
        self._finish([number for number in range(1, len(items) + 1) if not self._chance(0.25)])

    def _finish(self, numbers: Sequence[int]) -> None:
        day = 24 * 60.0
        for number in numbers:
            self._wait(2 * day, 18 * day)
            self._types(self._expert, f"/done a{number}: released")
        if self._family.fix and self._chance(0.5):
            for fix in open_fixes(self._state):
                self._wait(1 * day, 9 * day)
                self._types(self._expert, f"/done {fix.id}: replaced by the lasting change")
