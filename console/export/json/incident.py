"""The JSON of `show`, `list`, `clocks`, `check`, `watch` and of what was written, made out of an incident's state."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from console.core.language.times import rfc3339
from console.core.log.clocks import clocks, promises
from console.core.log.codec import kind_of
from console.core.log.conflicts import conflicts_of
from console.core.log.event import Event
from console.core.log.milestones import durations, milestones
from console.core.log.replay import Moment
from console.core.log.rollcall import roll_call
from console.core.log.state import Incident, timeline, undone_entry
from console.core.subjects.checklist import item_lists
from console.core.subjects.component import components_of
from console.core.subjects.postmortem import postmortem_of, wants_postmortem
from console.core.subjects.role import holder_of, roles_of
from console.core.subjects.runbook import runbooks_of
from console.core.subjects.tick import RUNBOOK
from console.core.subjects.triage import triage_of
from console.export.json.model import (
    ChecklistView,
    ConflictView,
    DifferenceView,
    EntryView,
    EventView,
    IncidentView,
    NotYetView,
    PostmortemView,
    ReplayView,
    RunbookView,
    StandingView,
    SummaryView,
    TriageView,
    UnsettledView,
    WindowView,
)

if TYPE_CHECKING:
    # Imported by the console's start, which pays for no network.
    from console.publish.sending.status import Standing


def summary_view(state: Incident) -> SummaryView:
    return SummaryView.of(state, **_summary(state))


def standing_view(standing: "Standing") -> StandingView:
    unsettled = [UnsettledView.of(each) for each in standing.unsettled]
    differences = [
        DifferenceView(
            id=each.id(standing.target),
            about=each.about,
            update=each.which if each.about in ("words", "missing") else None,
            ours=each.ours or None,
            theirs=each.theirs or None,
            says=each.says,
        )
        for each in standing.differences
    ]
    state = standing.where.replace(" ", "_")
    return StandingView.of(standing, state=state, unsettled=unsettled, differences=differences)


def incident_view(
    state: Incident,
    now: datetime,
    publishing: "Iterable[Standing]" = (),
    arrived: Mapping[str, datetime] = MappingProxyType({}),
) -> IncidentView:
    """All of one incident; entries in the order in which things happened, without those things that were undone.

    `publishing` is where its targets stand at this moment, `arrived` when entries came late, by their ids.
    """
    postmortem, triage = postmortem_of(state), triage_of(state)
    return IncidentView.of(
        state,
        **_summary(state),
        milestones={name: rfc3339(at) for name, at in milestones(state).items()},
        durations={name: int(span.length.total_seconds()) for name, span in durations(state).items()},
        impact=state.impact.value,
        components={name: register.value for name, register in components_of(state).items() if register.value},
        clocks=clocks(state, now),
        promises=promises(state, now),
        roll_call=roll_call(state, now),
        entries=[
            EntryView.of(entry, arrived_at=rfc3339(arrived[entry.id]) if entry.id in arrived else None)
            for entry in (state.entries[place] for place in timeline(state))
        ],
        conflicts=[
            ConflictView(field=field, values=(first.value, last.value)) for field, first, last in conflicts_of(state)
        ],
        publishing=[standing_view(standing) for standing in publishing],
        checklists=checklist_views(state, now),
        runbooks=_runbooks(state, now),
        triage=TriageView.of(triage) if triage else None,
        postmortem=PostmortemView(
            needed=wants_postmortem(state),
            owner=postmortem.owner.value or None,
            review=postmortem.review.value or "draft",
            sections={name: register.value for name, register in postmortem.sections.items() if register.value},
        ),
    )


def replay_view(moment: Moment, arrived: Mapping[str, datetime]) -> ReplayView:
    """All of one incident as it was at a moment, and what had happened by then that nobody knew."""
    shown = incident_view(moment.state, moment.at, arrived=arrived)
    missing = [NotYetView.of(each.entry, known_at=rfc3339(each.known_at)) for each in moment.not_yet]
    fields = {name: getattr(shown, name) for name in shown.__struct_fields__}
    return ReplayView(**fields, at=rfc3339(moment.at), not_yet=missing)


def checklist_views(state: Incident, now: datetime) -> list[ChecklistView]:
    """All checklists of the playbook, in its order; `now` tells which are for this stage, severity and minute."""
    lists = {listed.id: listed for listed in item_lists(state, now)}
    return [
        ChecklistView.of(rule, now=lists[rule.id].now, ladder=rule.ordered, items=lists[rule.id].items)
        for rule in (state.playbook.checklists if state.playbook else ())
    ]


def event_view(state: Incident, event: Event) -> EventView:
    """An event as `watch` and the commands that write tell of it, once it is folded into the state."""
    kind, text = event_words(state, event)
    return EventView.of(event, ref=event.incident, event=kind_of(event.body), kind=kind, author=event.actor, text=text)


def event_words(state: Incident, event: Event) -> tuple[str, str]:
    """Its kind and its text. An undo, a correction or a judgement has no entry of its own and shows its target's."""
    entry = state.entries.get(event.id)
    shown = entry or state.entries.get(undone_entry(state, getattr(event.body, "target", "")))
    return entry.kind if entry else kind_of(event.body), shown.text if shown else ""


def _summary(state: Incident) -> dict[str, object]:
    """The fields of `SummaryView` that the state has under no attribute of that name and kind."""
    ids = [role.id for role in state.playbook.roles] if state.playbook else []
    ids += [role for role in roles_of(state) if role not in ids]
    return {
        "title": state.title.value,
        "severity": state.severity.value,
        "stage": state.stage.value,
        "playbook": state.playbook.name if state.playbook else None,
        "roles": {role: holder_of(state, role) or None for role in ids},
        "maintenance": WindowView.of(state.planned) if state.planned else None,
    }


def _runbooks(state: Incident, now: datetime) -> list[RunbookView]:
    items = {listed.id: listed.items for listed in item_lists(state, now)}
    return [
        RunbookView.of(
            book.runbook,
            opened_at=book.at,
            opened_by=book.by,
            closed_at=book.closed_at,
            closed_by=book.closed_by or None,
            steps=items[f"{RUNBOOK}{book.runbook.name}"],
        )
        for book in runbooks_of(state).values()
    ]
