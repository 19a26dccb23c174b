"""A small stage for tests of the core: commands go in, events pile up, nothing else exists."""

import itertools
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from console.core.language.grammar import Slash, parse_line
from console.core.log.clocks import Clock, clocks, open_clocks
from console.core.log.command import Command, Decision
from console.core.log.decide import decide
from console.core.log.event import Event
from console.core.log.fold import NeedsRefold, apply, fold
from console.core.log.milestones import NEEDED, milestones
from console.core.log.slash import SLASH_WORDS, command_of, read_slash
from console.core.log.state import Incident, Window
from console.core.playbook.model import Playbook
from console.core.playbook.reader import read_playbook
from console.core.refusal import Refused
from console.core.subjects.checklist import TickItem, missing_items
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.maintenance import AdvanceMaintenance, PlanMaintenance
from console.core.subjects.milestone import SetMilestone
from console.core.subjects.playbook import ChangePlaybook
from console.core.subjects.postmortem import AssignPostmortem, postmortem_of
from console.core.subjects.undo import EntryRedacted
from tests.core.erasing import filled

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
BOOKS = Path(__file__).parents[2] / "data/playbooks"


def toml_of(name: str) -> str:
    return (BOOKS / f"{name}.toml").read_text()


@cache
def built_in(name: str) -> Playbook:
    """One of the playbooks that come with the console."""
    return read_playbook(toml_of(name), f"{name}.toml", toml_of)


def standard() -> Playbook:
    return built_in("standard")


def after(state: Incident, log: list[Event]) -> Incident:
    """The state after the last event of a log, folded anew where that event takes back or corrects another."""
    try:
        return apply(state, log[-1])
    except NeedsRefold:
        return fold(state.ref, log)


class Story:
    """One incident, told in minutes after its declaration."""

    declares: type[DeclareIncident] = DeclareIncident

    def __init__(
        self, severity: str = "SEV1", actor: str = "mo", book: Playbook | None = None, **declared: Any
    ) -> None:
        self.book = book or standard()
        self.events: list[Event] = []
        self.state = Incident("INC-K7Q2")
        self.now = START
        self._ids = itertools.count(1)
        told = {"title": "Checkout errors", "severity": severity, **declared}
        self._declare(self.declares(actor=actor, **told))

    def _declare(self, command: DeclareIncident) -> None:
        decision = decide(None, command, self.now, self.book)
        self._write(decision, command.actor)

    def _write(self, decision: Any, actor: str, origin: str = "here") -> list[Event]:
        made = []
        for one in decision:
            number = next(self._ids)
            body = filled(one.body, self.events) if isinstance(one.body, EntryRedacted) else one.body
            event = Event(
                f"e{number}",
                "INC-K7Q2",
                origin,
                number,
                number << 16,
                one.author or actor,
                one.occurred_at,
                self.now,
                body,
            )
            self.events.append(event)
            self.state = after(self.state, self.events)
            made.append(event)
        return made

    def at(self, minutes: float) -> "Story":
        self.now = START + timedelta(minutes=minutes)
        return self

    def follows(self, book: Playbook, severity: str = "", stage: str = "") -> str:
        """Another playbook from here on; the new event's id."""
        decision = decide(self.state, ChangePlaybook(actor="mo", severity=severity, stage=stage), self.now, book)
        return self._write(decision, "mo")[0].id

    def carries_out(self, command: Command, book: Playbook | None = None) -> str:
        """A command that is taken; the new event's id."""
        return self._write(decide(self.state, command, self.now, book), command.actor)[0].id

    def arrives(self, decision: Decision, actor: str) -> None:
        """The decision of another console on an earlier state."""
        self._write(decision, actor, "there")

    def tries(self, command: Command) -> None:
        """A command that may be refused."""
        with suppress(Refused):
            self.carries_out(command)

    def does(self, command: type[Command], /, **fields: Any) -> str:
        return self.carries_out(command(**{"actor": "mo", **fields}))

    def refuses(self, command: type[Command], /, **fields: Any) -> str:
        with pytest.raises(Refused) as refused:
            self.does(command, **fields)
        return refused.value.reason

    def says(self, line: str, actor: str = "mo") -> str:
        """A line of the prompt that is taken; the new event's id."""
        read = parse_line(line, now=self.now, zone=UTC, commands=SLASH_WORDS)
        if isinstance(read, Slash):
            word, at = read.word, read.occurred_at
            return self.carries_out(
                read_slash(word, read.argument, self.state, actor=actor, at=at, now=self.now, zone=UTC)
            )
        return self.carries_out(command_of(read, actor=actor))

    def tries_line(self, line: str, actor: str = "mo") -> None:
        """A line of the prompt that may be refused."""
        with suppress(Refused):
            self.says(line, actor)

    def meets_the_closing_gate(self) -> None:
        """All that closing asks for, besides stability: milestones, ticks, an owner; temporary fixes stay."""
        for name in NEEDED:
            if name not in milestones(self.state):
                self.does(SetMilestone, milestone=name, moment=START)
        for item in missing_items(self.state, "closing", self.now):
            self.does(TickItem, item=item.id)
        if not postmortem_of(self.state).owner.value:
            self.does(AssignPostmortem, person="mo")

    def clock(self, key: str) -> Clock:
        return next(clock for clock in clocks(self.state, self.now) if clock.key == key)

    def has_clock(self, key: str) -> bool:
        return any(clock.key == key for clock in clocks(self.state, self.now))

    def minutes_left(self, key: str) -> float:
        return (self.clock(key).due_at - self.now).total_seconds() / 60


HOUR = timedelta(hours=1)
NIGHT = Window(START + 10 * HOUR, START + 12 * HOUR)


class Maintenance(Story):
    """A planned maintenance, told in the same way."""

    declares = PlanMaintenance

    def __init__(self, **more: Any) -> None:
        super().__init__(severity="", **{"window": NIGHT, **more})

    def begins(self) -> str:
        return self.does(AdvanceMaintenance, stage="in_progress")

    def completes(self) -> str:
        return self.does(AdvanceMaintenance, stage="completed")

    def owed(self, minute: float | None = None) -> list[tuple[str, str]]:
        """Kinds and states of what is owed now, or at a minute."""
        if minute is not None:
            self.at(minute)
        return [(clock.kind, clock.state) for clock in open_clocks(self.state, self.now)]
