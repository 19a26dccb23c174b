"""Runbooks that an incident follows."""

from datetime import datetime

import msgspec

from console.core.log.command import Command
from console.core.log.deciding import Decide, Decision, proposed
from console.core.log.event import Body
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident
from console.core.playbook.runbook import Runbook
from console.core.refusal import Refused


class RunbookOpened(Body, frozen=True):
    """The incident keeps the runbook as it was when it was opened."""

    runbook: Runbook


class OpenRunbook(msgspec.Struct, frozen=True):
    id: str
    runbook: Runbook
    at: datetime
    by: str


class Runbooks(Part):
    opened: dict[str, OpenRunbook] = {}
    """By the runbook's name."""


def runbooks_of(state: Incident) -> dict[str, OpenRunbook]:
    """Runbooks that were opened, by their name."""
    return state.part(Runbooks).opened


class FollowRunbook(Command, frozen=True, kw_only=True):
    runbook: Runbook


def _opened(fold: Folding, body: RunbookOpened) -> None:
    event = fold.event
    opened = OpenRunbook(event.id, body.runbook, event.occurred_at, event.actor)
    fold.part(Runbooks).opened[body.runbook.name] = opened
    fold.entry("runbook", f"Runbook opened: {body.runbook.title}")


def _follow_runbook(state: Incident, command: FollowRunbook, at: datetime, now: datetime) -> Decision:
    known = runbooks_of(state).get(command.runbook.name)
    if known is not None and known.runbook == command.runbook:
        raise Refused(f"The runbook “{known.runbook.title}” is open already; c shows it.", "runbook")
    return proposed(RunbookOpened(command.runbook), at)


KINDS: dict[str, type[Body]] = {
    "runbook_opened": RunbookOpened,
}
SIGNS = {"runbook": ""}
FOLDS = {RunbookOpened: _opened}
DECISIONS: dict[type[Command], Decide] = {FollowRunbook: _follow_runbook}
