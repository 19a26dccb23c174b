"""The JSON of `show`, `list` and `clocks`: a contract for scripts, described in docs/json.md."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from console.core.language.times import rfc3339
from console.core.log.clocks import Clock, clocks, promises
from console.core.log.conflicts import conflicts_of
from console.core.log.entries import Entry
from console.core.log.milestones import milestones
from console.core.log.state import Incident, timeline
from console.core.subjects.component import components_of
from console.core.subjects.fix import fixes_of
from console.core.subjects.hypothesis import hypotheses_of
from console.core.subjects.role import holder_of, roles_of
from console.core.subjects.task import tasks_of
from console.core.subjects.update import updates_of
from console.export.json.process import moment, process_json

if TYPE_CHECKING:
    # Imported by the console's start, which pays for no network.
    from console.publish.sending.status import Standing


def clock_json(clock: Clock) -> dict[str, Any]:
    return {
        "kind": clock.kind,
        "key": clock.key,
        "audience": clock.audience or None,
        "what": clock.what,
        "to_whom": clock.to_whom,
        "by_whom": clock.by_whom,
        "starts_at": rfc3339(clock.starts_at),
        "warn_at": rfc3339(clock.warn_at),
        "due_at": rfc3339(clock.due_at),
        "kept_at": moment(clock.kept_at),
        "state": clock.state,
        "snoozed": clock.snoozed,
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "occurred_at": rfc3339(entry.occurred_at),
        "recorded_at": rfc3339(entry.recorded_at),
        "author": entry.author,
        "text": entry.text,
        "tags": list(entry.tags),
        "people": list(entry.people),
        "corrected": entry.corrected,
        "undone": entry.undone,
        "redacted": entry.redacted,
    }


def summary_json(state: Incident) -> dict[str, Any]:
    """One row of `list --json`: the first fields of `incident_json`."""
    return {
        "ref": state.ref,
        "title": state.title.value,
        "severity": state.severity.value,
        "stage": state.stage.value,
        "playbook": state.playbook.name if state.playbook else None,
        "declared_at": moment(state.declared_at),
        "declared_by": state.declared_by,
        "drill": state.drill,
        "retrospective": state.retrospective,
        "open": state.open,
        "withdrawn": state.withdrawn,
        "roles": roles_json(state),
    }


def roles_json(state: Incident) -> dict[str, str | None]:
    """Who holds each role of the playbook, None where nobody does."""
    ids = [role.id for role in state.playbook.roles] if state.playbook else []
    ids += [role for role in roles_of(state) if role not in ids]
    return {role: holder_of(state, role) or None for role in ids}


def standing_json(standing: "Standing") -> dict[str, Any]:
    """Where one target stands, as `publishing` of `incident_json` has it."""
    return {
        "target": standing.target,
        "state": standing.where.replace(" ", "_"),
        "says": standing.says or None,
        "until": moment(standing.until),
        "left": standing.left,
        "url": standing.url or None,
    }


def incident_json(state: Incident, now: datetime, publishing: "Iterable[Standing]" = ()) -> dict[str, Any]:
    """All of one incident; times are RFC 3339 in UTC, entries in the order in which things happened.

    `publishing` is where its targets stand at this moment.
    """
    entries = state.entries
    return {
        **summary_json(state),
        "source": state.source or None,
        "milestones": {name: rfc3339(at) for name, at in milestones(state).items()},
        "impact": state.impact.value or None,
        "components": {name: register.value for name, register in components_of(state).items() if register.value},
        "clocks": [clock_json(clock) for clock in clocks(state, now)],
        "promises": {
            audience: {"kept": tally.kept, "late": tally.late, "missed": tally.missed}
            for audience, tally in promises(state, now).items()
        },
        "conflicts": [{"field": field, "values": [a.value, b.value]} for field, a, b in conflicts_of(state)],
        "entries": [entry_json(entries[i]) for i in timeline(state)],
        "tasks": [
            {
                "id": task.id,
                "number": task.number,
                "text": task.text,
                "owner": task.owner or None,
                "due_at": moment(task.due_at),
                "added_at": rfc3339(task.added_at),
                "by": task.by,
                "acknowledged_at": moment(task.acknowledged_at),
                "done_at": moment(task.done_at),
                "done_by": task.done_by or None,
            }
            for task in tasks_of(state).values()
        ],
        "fixes": [
            {
                "id": fix.id,
                "text": fix.text,
                "where": fix.where or None,
                "ticket": fix.ticket or None,
                "owner": fix.owner or None,
                "added_at": rfc3339(fix.added_at),
                "by": fix.by,
                "removed_at": moment(fix.removed_at),
            }
            for fix in fixes_of(state).values()
        ],
        "hypotheses": [
            {
                "id": one.id,
                "text": one.text,
                "at": rfc3339(one.at),
                "by": one.by,
                "verdict": one.verdict,
                "evidence": one.evidence or None,
                "judged_at": moment(one.judged_at),
                "judged_by": one.judged_by or None,
            }
            for one in hypotheses_of(state).values()
        ],
        "updates": [
            {
                "id": update.id,
                "number": update.number,
                "audience": update.audience,
                "status": update.status or None,
                "text": update.text,
                "at": rfc3339(update.at),
                "by": update.by,
                "next_at": moment(update.next_at),
                "final": update.final,
                "publications": [
                    {
                        "target": one.target,
                        "decision": one.decision,
                        "text": one.text or None,
                        "without": list(one.without),
                        "at": rfc3339(one.at),
                        "by": one.by,
                    }
                    for one in update.publications
                ],
            }
            for update in updates_of(state)
        ],
        "publishing": [standing_json(one) for one in publishing],
        **process_json(state, now),
    }
