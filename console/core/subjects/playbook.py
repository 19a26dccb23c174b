"""The playbook that an incident follows, and its changes."""

from datetime import datetime
from typing import Any

from console.core.log.command import Command, Decision, line, proposed
from console.core.log.event import ALL_BEFORE, Body, Key, Process, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Record, Register
from console.core.playbook.model import Playbook, find_severity, find_stage
from console.core.refusal import Refused


class PlaybookChanged(Body, frozen=True):
    """Another process from here on, with what severity and stage are called in it."""

    playbook: Process
    severity: Key
    stage: Key
    reason: Text = ""
    replaces: Replaced = ALL_BEFORE

    def apply(self, fold: Folding) -> None:
        state, part = fold.state, fold.part(Editions)
        part.chosen = fold.stated(part.chosen, self.playbook.name, self.replaces)
        part.changed = (*part.changed, Edition(*fold.stamp, self.playbook))
        fold.set(playbook=self.playbook)
        fold.states("severity", self.severity, state.severity.head)
        fold.states("stage", self.stage, state.stage.head)
        fold.entry("playbook", f"Playbook → {self.playbook.name}, {self.severity}, {self.stage}", self.reason)


class Edition(Record, frozen=True):
    """The playbook from one event on."""

    playbook: Playbook


class Editions(Part):
    changed: tuple[Edition, ...] = ()
    chosen: Register = Register()
    """The names of the playbooks that it changed to; empty where it follows that of its declaration."""


def playbook_of(state: Incident) -> Register:
    """The playbooks that the incident was changed to, by name."""
    return state.part(Editions).chosen


def playbook_changes(state: Incident) -> tuple[Edition, ...]:
    """The playbooks that the incident changed to, in the order of the log."""
    return state.part(Editions).changed


class ChangePlaybook(Command, frozen=True, kw_only=True):
    """Needs the playbook itself (`decide`'s argument). Severity and stage are its names; empty: the nearest ones."""

    of_incidents = True
    severity: str = ""
    stage: str = ""
    reason: str = ""


def change_playbook(state: Incident, command: ChangePlaybook, at: datetime, book: Playbook | None) -> Decision:
    """Severity and stage carry over by name, else by their place in the order."""
    if book is None:
        raise ValueError("a change of playbook needs the playbook")
    assert state.playbook is not None
    head = playbook_of(state).head
    if book == state.playbook and not playbook_of(state).conflict:
        raise Refused(f"The incident follows {book.name} already; choose another playbook.", "playbook")
    if command.severity:
        severity = find_severity(book, command.severity)
    else:
        try:
            severity = find_severity(book, state.severity.value)
        except Refused:
            rank = max(0, state.playbook.severity_index(state.severity.value))
            severity = book.severities[min(rank, len(book.severities) - 1)]
    stage = find_stage(book, command.stage) if command.stage else book.stage(state.stage.value) or _like(state, book)
    return proposed(PlaybookChanged(book, severity.name, stage.name, line(command.reason), head), at)


def _like(state: Incident, book: Playbook) -> Any:
    """The stage of another playbook that is most like the present one: the same phase, then the same public status."""
    rule = state.stage_rule
    same = [stage for stage in book.stages if rule and stage.phase == rule.phase]
    alike = [stage for stage in same if rule and stage.status == rule.status]
    return next(iter(alike or same), book.stage(book.declared_stage))


SIGNS = {"playbook": ""}
