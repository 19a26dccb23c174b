"""Clocks that were snoozed, and obligations that were met outside the console."""

from datetime import datetime, timedelta

from console.core.language.text import clean, one_line
from console.core.language.when import take_ahead, written_ahead
from console.core.log.clocks import Clock, Met, Obligations, Snooze, met_of, open_clocks
from console.core.log.command import Command, Decision, Offering, SlashContext, Word, into, key, line, proposed, split
from console.core.log.event import Body, Key, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.action_item import ActionItems
from console.core.subjects.fix import fixes_of
from console.core.subjects.page import callees, pages_of
from console.core.subjects.task import open_tasks, tasks_of

ESCALATION = "escalation"
"""The key of the clock that an escalation starts anew."""


class ClockSnoozed(Body, frozen=True):
    """Snoozes the due moment `due_at` of one clock, once, to `until`; the cadence stays."""

    clock: Key
    due_at: datetime
    until: datetime
    reason: Text = ""

    def apply(self, fold: Folding) -> None:
        part = fold.part(Obligations)
        part.snoozes = (*part.snoozes, Snooze(*fold.stamp, self.clock, self.due_at, self.until, self.reason))
        kind, _, of = self.clock.partition(":")
        state = fold.state
        work = tasks_of(state).get(of) or fixes_of(state).get(of) or state.part(ActionItems).items.get(of)
        thing = work or pages_of(state).get(of)
        name = {"update": f"{of} update", "first_public": "first public post"}.get(kind, kind.replace("_", " "))
        named = f" “{one_line(thing.text, 60)}”" if thing is not None else ""
        fold.entry("clock", f"{name.capitalize()}{named} snoozed to ", moment=self.until, behind=f": {self.reason}")


class ObligationMet(Body, frozen=True):
    """Something owed was done outside the console: a phone call to an executive, a mail to customers."""

    clock: Key
    note: Text = ""

    def apply(self, fold: Folding) -> None:
        part = fold.part(Obligations)
        part.met = (*part.met, Met(*fold.stamp, self.clock, self.note))
        words = "Escalated" if self.clock == ESCALATION else f"Done: {self.clock.replace('_', ' ').replace(':', ' ')}"
        fold.entry("clock", words, self.note)


class SnoozeClock(Command, frozen=True, kw_only=True):
    clock: str
    by: timedelta | None = None
    until: datetime | None = None
    reason: str

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        clock = find_clock(state, self.clock, now)
        reason = line(self.reason)
        if not reason:
            raise Refused("Snoozing needs a reason; write why it can wait.", "reason")
        start = max(clock.due_at, now)
        until = self.until if self.by is None else start + self.by
        if until is None or until <= start:
            raise Refused("Snoozing needs a later time; write how long, as 10m, or until when.", "by")
        if clock.snoozed:
            raise Refused(
                f"The {clock.what} was snoozed already, and can be snoozed once; do it, or undo the snooze.", "clock"
            )
        return proposed(ClockSnoozed(clock.key, clock.due_at, until, reason), at)


class MeetObligation(Command, frozen=True, kw_only=True):
    """Something owed was done outside the console: `clock` is its key."""

    clock: str
    note: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        note = line(self.note)
        last = next((met for met in reversed(met_of(state)) if met.clock == self.clock), None)
        clock = next((clock for clock in open_clocks(state, now) if clock.key == self.clock), None)
        begun_by_it = clock is None or (clock.state, clock.starts_at) == ("running", last.at if last else None)
        if last is not None and begun_by_it and last.note == note:
            raise Refused(f"{last.by} recorded that already; write what is new.", "note")
        return proposed(ObligationMet(self.clock, note), at)


def find_clock(state: Incident, text: str, now: datetime) -> Clock:
    """An open clock by its key, its audience (`public`), its kind, or a task's number."""
    wanted = key(text)
    number = wanted.removeprefix("task_").removeprefix("task:")
    running = [clock for clock in open_clocks(state, now) if clock.kind != "stability"]
    tasks = {f"task:{task.id}": str(task.number) for task in open_tasks(state)}
    for fits in (
        [clock for clock in running if clock.key.lower() == wanted],
        [clock for clock in running if clock.audience == wanted],
        [clock for clock in running if clock.kind == wanted],
        [clock for clock in running if tasks.get(clock.key, "?") == number],
    ):
        if len(fits) == 1:
            return fits[0]
    named = (f"task:{tasks[clock.key]}" if clock.key in tasks else clock.audience or clock.kind for clock in running)
    names = ", ".join([*named][:6])
    raise Refused(f"There is no clock “{clean(text)}”; running: {names or 'none'}.", "clock")


def _read_snooze(context: SlashContext, argument: str) -> Command:
    clock, rest = split(argument)
    by, until, reason = take_ahead(rest, now=context.now, zone=context.zone) or (None, None, "")
    if not reason:
        named = find_clock(context.state, clock, context.now).key if clock else ""
        time = written_ahead(by, until, context.zone)
        why = "" if time else rest
        raise context.incomplete("Snoozing needs a clock, a time and a reason", clock=named, by=time, reason=why)
    return SnoozeClock(actor=context.actor, clock=clock, by=by, until=until, reason=reason)


SIGNS = {"clock": "○"}


def _names(known: Offering) -> list[str]:
    clocks = open_clocks(known.state, known.at) if known.state.playbook else []
    return [clock.audience or clock.kind for clock in clocks if clock.kind != "task"]


WORDS: dict[str, Word] = {
    "escalate": Word(
        "/escalate WHOM [and what they answered]",
        into(MeetObligation, "note", clock=ESCALATION),
        "Say whom you escalated to",
        (lambda known: [callee.name for callee in callees(known.state) if not callee.when],),
    ),
    "snooze": Word("/snooze public 10m|14:32 REASON", _read_snooze, offers=(_names,)),
}
