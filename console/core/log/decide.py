"""Decisions: a command and the state give the events to write; what cannot be done is refused.

Pure: ids and the log's own times are added by the caller. A refusal is one sentence that says what would be right.
"""

from datetime import datetime

from console.core.language.text import clean
from console.core.log.command import Command, Decision, check_incident, is_nobody, moment, name
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.refusal import Refused
from console.core.subjects.declaration import DeclareIncident, declare
from console.core.subjects.maintenance import PlanMaintenance, plan_maintenance
from console.core.subjects.playbook import ChangePlaybook, change_playbook
from console.core.subjects.undo import Undo
from console.core.subjects.update import DecidePublication, SettlePublication


def decide(state: Incident | None, command: Command, now: datetime, playbook: Playbook | None = None) -> Decision:
    """The events that `command` comes to at `now`, as proposals.

    `state` is None for a declaration only; `playbook` is given for a declaration and a change of playbook.
    """
    actor = name(clean(command.actor, multiline=False))
    if not actor:
        raise Refused("Say who you are: start with --as NAME.", "actor")
    if is_nobody(actor):
        raise Refused(f"“{actor}” is the name of no person; say who you are: start with --as NAME.", "actor")
    at = moment(command.at, now)
    if isinstance(command, PlanMaintenance):
        return plan_maintenance(command, at, now, playbook)
    if isinstance(command, DeclareIncident):
        return declare(command, at, playbook)
    if state is None or state.declared_at is None:
        raise Refused("This incident is not declared yet; declare it first.")
    # What is on its way to a page is still to be settled when there was no incident after all.
    if state.withdrawn and not isinstance(command, Undo | DecidePublication | SettlePublication):
        raise Refused("The declaration of this incident was undone; put it back to go on.")
    if command.of_incidents:
        check_incident(state)
    if isinstance(command, ChangePlaybook):
        return change_playbook(state, command, at, playbook)
    return command.decide(state, at, now)
