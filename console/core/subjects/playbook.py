"""The playbook that an incident follows, and its changes."""

from datetime import datetime

import msgspec

from console.core.events import PlaybookChanged
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident
from console.core.playbook.model import Playbook


class Edition(msgspec.Struct, frozen=True):
    """The playbook from one event on."""

    id: str
    playbook: Playbook
    at: datetime


class Editions(Part):
    changed: tuple[Edition, ...] = ()


def playbook_changes(state: Incident) -> tuple[Edition, ...]:
    """The playbooks that the incident changed to, in the order of the log."""
    return state.part(Editions).changed


def _changed(fold: Folding, body: PlaybookChanged) -> None:
    state, event, part = fold.state, fold.event, fold.part(Editions)
    part.changed = (*part.changed, Edition(event.id, body.playbook, event.occurred_at))
    fold.set(playbook=body.playbook)
    fold.states("severity", body.severity, state.severity.head)
    fold.states("stage", body.stage, state.stage.head)
    text = f"Playbook → {body.playbook.name}, {body.severity}, {body.stage}"
    fold.entry("playbook", text, body.reason)


FOLDS = {PlaybookChanged: _changed}
