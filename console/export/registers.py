"""Registers across incidents: action items, and temporary fixes that somebody has to take out again."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from console.core.log.state import Incident
from console.core.subjects.action_item import ActionItem, action_items_of
from console.core.subjects.fix import Fix, fixes_of
from console.export.json.model import ListedActionView, ListedFixView
from console.export.postmortem.sections import status_of


class ActionRow(msgspec.Struct, frozen=True):
    ref: str
    incident: str
    """The incident's title."""
    item: ActionItem
    status: str
    """open, overdue or done."""


class FixRow(msgspec.Struct, frozen=True):
    ref: str
    incident: str
    fix: Fix

    @property
    def status(self) -> str:
        return "removed" if self.fix.removed_at else "in place"


def action_register(states: Iterable[Incident], now: datetime, *, only_open: bool = False) -> list[ActionRow]:
    """Action items of all incidents that stand: overdue ones first, then by date, those that are done last."""
    rows = [
        ActionRow(state.ref, state.title.value, item, status_of(item, now))
        for state in states
        if not state.withdrawn
        for item in action_items_of(state)
        if not only_open or item.done_at is None
    ]
    # Without a date an item stands behind all that have one.
    never = datetime.max.replace(tzinfo=now.tzinfo)
    order = {"overdue": 0, "open": 1, "done": 2}
    return sorted(
        rows, key=lambda row: (order[row.status], row.item.due_at or never, row.item.priority or "~", row.ref)
    )


def fix_register(states: Iterable[Incident], *, only_open: bool = False) -> list[FixRow]:
    """Temporary fixes of all incidents that stand: those in place first, the oldest at the top."""
    rows = [
        FixRow(state.ref, state.title.value, fix)
        for state in states
        if not state.withdrawn
        for fix in fixes_of(state).values()
        if not only_open or fix.removed_at is None
    ]
    return sorted(rows, key=lambda row: (row.fix.removed_at is not None, row.fix.added_at))


def action_view(row: ActionRow) -> ListedActionView:
    return ListedActionView.of(row.item, ref=row.ref, incident=row.incident, status=row.status)


def fix_view(row: FixRow) -> ListedFixView:
    return ListedFixView.of(row.fix, ref=row.ref, incident=row.incident, status=row.status)
