"""Runbooks that an incident follows."""

from datetime import datetime

import msgspec

from console.core.events import RunbookOpened
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident
from console.core.playbook.runbook import Runbook


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


def _opened(fold: Folding, body: RunbookOpened) -> None:
    event = fold.event
    opened = OpenRunbook(event.id, body.runbook, event.occurred_at, event.actor)
    fold.part(Runbooks).opened[body.runbook.name] = opened
    fold.entry("runbook", f"Runbook opened: {body.runbook.title}")


FOLDS = {RunbookOpened: _opened}
