"""Clocks that were snoozed, and obligations that were met outside the console."""

from datetime import datetime, timedelta

from console.core.language.text import clean
from console.core.language.times import duration_words, parse_duration
from console.core.log.clocks import Clock, Met, Obligations, Snooze, open_clocks
from console.core.log.command import Asked, Command, Decision, Word, proposed, split
from console.core.log.event import Body, Key, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.task import open_tasks


class ClockSnoozed(Body, frozen=True):
    """Moves the due moment `due_at` of one clock, once, to `until`; the cadence stays."""

    clock: Key
    due_at: datetime
    until: datetime
    reason: Text = ""

    def apply(self, fold: Folding) -> None:
        part = fold.part(Obligations)
        snooze = Snooze(fold.event.id, self.clock, self.due_at, self.until, self.reason, fold.event.actor)
        part.snoozes = (*part.snoozes, snooze)
        by = duration_words(self.until - self.due_at)
        fold.entry("clock", f"Snoozed {self.clock.replace(':', ' ')} by {by}: {self.reason}")


class ObligationMet(Body, frozen=True):
    """Something owed was done outside the console: a phone call to an executive, a mail to customers."""

    clock: Key
    note: Text = ""

    def apply(self, fold: Folding) -> None:
        part = fold.part(Obligations)
        part.met = (*part.met, Met(fold.event.id, self.clock, fold.event.occurred_at, fold.event.actor))
        fold.entry("clock", f"Done: {self.clock.replace('_', ' ').replace(':', ' ')}", self.note)


class SnoozeClock(Command, frozen=True, kw_only=True):
    clock: str
    by: timedelta
    reason: str

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        clock = find_clock(state, self.clock, now)
        reason = clean(self.reason, multiline=False).strip()
        if not reason:
            raise Refused("Snoozing needs a reason, as in /snooze public 10m waiting for the vendor.", "reason")
        if self.by <= timedelta(0):
            raise Refused("Snoozing needs a time, as in /snooze public 10m waiting for the vendor.", "by")
        return proposed(ClockSnoozed(clock.key, clock.due_at, max(clock.due_at, now) + self.by, reason), at)


def find_clock(state: Incident, text: str, now: datetime) -> Clock:
    """An open clock by its key, its audience (`public`), its kind, or a task's number."""
    wanted = text.strip().lower().replace("-", "_").replace(" ", "_")
    running = [one for one in open_clocks(state, now) if one.kind != "stability"]
    tasks = {f"task:{one.id}": one.number for one in open_tasks(state)}
    for found in (
        [one for one in running if one.key.lower() == wanted],
        [one for one in running if one.kind == "update" and one.audience == wanted],
        [one for one in running if one.kind == wanted],
        [one for one in running if wanted.removeprefix("task_").removeprefix("task:") == str(tasks.get(one.key, "?"))],
    ):
        if len(found) == 1:
            return found[0]
    names = ", ".join(one.key for one in running[:6])
    raise Refused(f"There is no clock “{clean(text)}”; running are {names or 'none'}.", "clock")


def _read_snooze(asked: Asked, argument: str) -> Command:
    clock, rest = split(argument)
    length, reason = split(rest)
    by = parse_duration(length)
    if by is None or not reason:
        raise asked.malformed("Snoozing needs a clock, a time and a reason")
    return SnoozeClock(actor=asked.actor, clock=clock, by=by, reason=reason)


SIGNS = {"clock": "○"}
WORDS: dict[str, Word] = {
    "snooze": Word("/snooze public 10m REASON", _read_snooze),
}
