"""The JSON of an incident's process: checklists, runbooks, changes, gates that were passed, triage, postmortem."""

from datetime import datetime
from typing import Any

from console.core.language.times import rfc3339
from console.core.log.state import Incident
from console.core.playbook.checklists import RUNBOOK, Item, item_lists
from console.core.playbook.model import needs_postmortem
from console.core.subjects.action_item import action_items_of
from console.core.subjects.change import changes_of
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.runbook import runbooks_of
from console.core.subjects.stage import overrides_of
from console.core.subjects.triage import triage_of


def moment(at: datetime | None) -> str | None:
    """RFC 3339 in UTC, or None."""
    return None if at is None else rfc3339(at)


def process_json(state: Incident, now: datetime) -> dict[str, Any]:
    """The fields of `incident_json` that come from the team's process; what was undone is left out."""
    return {
        "checklists": checklists_json(state, now),
        "runbooks": runbooks_json(state, now),
        "changes": [
            {
                "id": change.id,
                "text": change.text,
                "rollback": change.rollback or None,
                "by": change.by,
                "at": rfc3339(change.at),
                "despite": list(change.despite),
                "in_flight": change.in_flight,
                "ended_at": moment(change.ended_at),
                "outcome": change.outcome or None,
            }
            for change in changes_of(state).values()
        ],
        "overrides": [
            {
                "id": one.id,
                "stage": one.stage,
                "reason": one.reason,
                "unmet": list(one.unmet),
                "at": rfc3339(one.at),
                "by": one.by,
            }
            for one in overrides_of(state)
        ],
        "triage": triage_json(state),
        "postmortem": postmortem_json(state),
        "actions": [
            {
                "id": one.id,
                "number": one.number,
                "text": one.text,
                "owner": one.owner or None,
                "priority": one.priority or None,
                "due_at": moment(one.due_at),
                "verify": one.verify or None,
                "added_at": rfc3339(one.added_at),
                "by": one.by,
                "done_at": moment(one.done_at),
                "done_by": one.done_by or None,
            }
            for one in action_items_of(state)
        ],
    }


def checklists_json(state: Incident, now: datetime) -> list[dict[str, Any]]:
    """All checklists of the playbook, in its order; `now` tells which are for this stage, severity and minute."""
    found = {one.id: one for one in item_lists(state, now)}
    return [
        {
            "id": rule.id,
            "title": rule.title,
            "stages": list(rule.stages),
            "severities": list(rule.severities),
            "now": found[rule.id].now,
            "ladder": rule.ordered,
            "items": [_ticked(item) for item in found[rule.id].items],
        }
        for rule in (state.playbook.checklists if state.playbook else ())
    ]


def runbooks_json(state: Incident, now: datetime) -> list[dict[str, Any]]:
    """The runbooks that were opened, in the order of their opening, with their steps."""
    found = {one.id: one.items for one in item_lists(state, now)}
    return [
        {
            "name": one.runbook.name,
            "title": one.runbook.title,
            "about": one.runbook.about or None,
            "opened_at": rfc3339(one.at),
            "opened_by": one.by,
            "steps": [
                {**_ticked(item), "detail": item.detail or None, "command": item.command or None}
                for item in found[f"{RUNBOOK}{one.runbook.name}"]
            ],
        }
        for one in runbooks_of(state).values()
    ]


def _ticked(item: Item) -> dict[str, Any]:
    done = item.done
    return {
        "id": item.id,
        "text": item.text,
        "done": done is not None,
        "by": done.by if done else None,
        "at": rfc3339(done.at) if done else None,
    }


def triage_json(state: Incident) -> dict[str, Any] | None:
    """The last answers that stand; None where nobody was asked."""
    last = triage_of(state)
    if last is None:
        return None
    return {
        "answers": dict(last.answers),
        "suggested": last.suggested or None,
        "reason": last.reason or None,
        "at": rfc3339(last.at),
        "by": last.by,
    }


def postmortem_json(state: Incident) -> dict[str, Any]:
    rule = state.severity_rule
    return {
        "needed": rule is not None and needs_postmortem(rule),
        "owner": postmortem_of(state).owner.value or None,
        "review": postmortem_of(state).review.value or "draft",
        "sections": {
            name: register.value for name, register in postmortem_of(state).sections.items() if register.value
        },
    }
