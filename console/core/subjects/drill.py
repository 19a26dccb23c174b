"""A run of a drill: its script, the injects that were given or skipped, and its end."""

from datetime import UTC, datetime, timedelta

from console.core.drill.script import Drill, Inject
from console.core.language.grammar import Line, parse_line
from console.core.language.text import one_line
from console.core.log.clocks import over_since
from console.core.log.command import Command, Decision, Proposal, line, proposed
from console.core.log.event import Body, Id, Key, Ref, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Record
from console.core.playbook.model import name_within
from console.core.refusal import Refused
from console.core.subjects.entry import EntryLogged
from console.core.subjects.stage import StageChanged

VOICE = "drill"
"""Who says what nobody in particular says."""
MIN_SPEED, MAX_SPEED = 1, 60
MAX_S = 10 * 366 * 86400
"""The longest length of time that counts: beyond it dates cannot be counted safely."""
DRILL_OVER = "The drill has ended"
"""The reason for which every gate is overridden then."""


class DrillBegun(Body, frozen=True):
    """The incident follows the drill as it was at this moment."""

    script: Drill
    speed: int = 1
    """Minutes of the script that pass in a minute."""

    def apply(self, fold: Folding) -> None:
        runs = fold.part(DrillRuns).runs
        if runs:
            return fold.unknown("a second drill in this incident, passed over")
        runs[fold.event.id] = DrillRun(*fold.stamp, self.script, self.speed)
        fold.entry("drill", f"Drill begun: {self.script.title}")


class InjectGiven(EntryLogged, frozen=True, kw_only=True):
    """An entry like any other, which says of which run and which inject it is."""

    run: Ref
    inject: Id
    to: Key = ""
    """The role that alone reads the inject's words."""

    def apply(self, fold: Folding) -> None:
        given = fold.part(DrillRuns).given
        if self.inject in given:
            # Two machines gave it at the same moment, neither knowing of the other.
            return fold.wrote(fold.event)
        super().apply(fold)
        given[self.inject] = Record(*fold.stamp)


class InjectSkipped(Body, frozen=True):
    """Whoever leads the drill has decided that the inject does not come. The timeline does not tell of it."""

    run: Ref
    inject: Id

    def apply(self, fold: Folding) -> None:
        fold.part(DrillRuns).skipped[self.inject] = Record(*fold.stamp)
        fold.wrote(fold.event)


class DrillEnded(Body, frozen=True):
    run: Ref
    note: Text = ""
    together: Id = ""
    """As of `StageChanged`: the closing of the incident."""

    def apply(self, fold: Folding) -> None:
        at, runs = fold.event.occurred_at, fold.part(DrillRuns).runs
        if fold.amended(runs, self.run, "the end of a drill", ended_at=at):
            fold.entry("drill", "Drill ended", self.note, paste=self.together)


class DrillRun(Record, frozen=True):
    script: Drill
    speed: int
    ended_at: datetime | None = None

    def minute(self, seconds: int) -> datetime:
        """The moment of a minute of the script."""
        return self.at + self.lasts(seconds)

    def lasts(self, seconds: int) -> timedelta:
        """The time that `seconds` of the script take at the speed of the run. Another log may hold any number."""
        return timedelta(seconds=min(max(0, seconds), MAX_S) / max(1, self.speed))


class DrillRuns(Part):
    runs: dict[str, DrillRun] = {}
    given: dict[str, Record] = {}
    """By the inject's id."""
    skipped: dict[str, Record] = {}


def run_of(state: Incident) -> DrillRun | None:
    """The drill that the incident follows."""
    return next(iter(state.part(DrillRuns).runs.values()), None)


def run_ended(state: Incident) -> datetime | None:
    """The drill's end, by its own or by the closing of the incident; None while it goes on, or without one."""
    run = run_of(state)
    return min(filter(None, (run.ended_at, over_since(state))), default=None) if run else None


def same_drill(first: Incident, other: Incident) -> bool:
    """Whether both follow a drill of the same name that goes on."""
    names = {run.script.name if (run := run_of(each)) and run_ended(each) is None else "" for each in (first, other)}
    return len(names) == 1 and "" not in names


NO_LINE = "an inject is a line of the timeline, without a time, a slash word or a task"


def inject_line(inject: Inject) -> Line:
    """The scribe's line of an inject. Raises Refused for one that is none, or that names a time."""
    try:
        read = parse_line(inject.line, now=datetime(2000, 1, 1, tzinfo=UTC), zone=UTC, commands=())
    except Refused as refused:
        raise Refused(NO_LINE, "line") from refused
    if not isinstance(read, Line) or read.occurred_at is not None or read.kind == "task":
        raise Refused(NO_LINE, "line")
    return read


# Commands


class BeginDrill(Command, frozen=True, kw_only=True):
    script: Drill
    speed: int = 1

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        if not state.drill:
            raise Refused("A drill runs in an incident that was declared as one; declare it with --drill.")
        if run_of(state) is not None:
            raise Refused("This incident follows a drill already; `warroom drill run` begins another.")
        if not MIN_SPEED <= self.speed <= MAX_SPEED:
            raise Refused(f"The speed is a whole number from {MIN_SPEED} to {MAX_SPEED}.", "speed")
        return proposed(DrillBegun(self.script, self.speed), at)


class GiveInject(Command, frozen=True, kw_only=True):
    """Give an inject, whether or not it is due."""

    inject: str

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        run, inject = _to_come(state, self.inject)
        read, to = inject_line(inject), ""
        if inject.to and state.playbook is not None:
            to = f"For the {name_within(state.playbook, inject.to)} alone: it stands on the card."
        body = InjectGiven(
            kind=read.kind, text=to or read.text, run=run.id, inject=inject.id, to=inject.to,
            tags=() if to else read.tags, people=() if to else read.people,
        )  # fmt: skip
        return (Proposal(body, at, inject.by or VOICE),)


class SkipInject(Command, frozen=True, kw_only=True):
    inject: str

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        run, inject = _to_come(state, self.inject)
        return proposed(InjectSkipped(run.id, inject.id), at)


class EndDrill(Command, frozen=True, kw_only=True):
    """Also closes the incident, so that nothing is owed in it any more."""

    note: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        run, note = _running(state).id, line(self.note)
        stages = state.playbook.stages if state.playbook else ()
        over = next((stage.name for stage in stages if stage.phase == "over"), "")
        if not over:
            return proposed(DrillEnded(run, note), at)
        closed = StageChanged(over, override=DRILL_OVER, replaces=state.stage.head, together=run)
        return Proposal(DrillEnded(run, note, together=run), at), Proposal(closed, at)


def _running(state: Incident) -> DrillRun:
    run = run_of(state)
    if run is None:
        raise Refused("This incident follows no drill; `warroom drill run NAME` begins one.")
    if run_ended(state) is not None:
        raise Refused("The drill has ended; its debrief can be read.")
    return run


def _to_come(state: Incident, id: str) -> tuple[DrillRun, Inject]:
    run, part = _running(state), state.part(DrillRuns)
    inject, name = run.script.inject(id), one_line(id, 40)
    if inject is None:
        raise Refused(f"The drill has no inject “{name}”.", "inject")
    if id in part.given:
        raise Refused(f"The inject {name} was given already.", "inject")
    if id in part.skipped:
        raise Refused(f"The inject {name} was skipped already.", "inject")
    return run, inject


SIGNS = {"drill": "◇"}
CORRECTABLE = (InjectGiven,)
