"""Temporary fixes, which somebody has to remove again."""

from datetime import datetime

import msgspec

from console.core.events import FixAdded, FixChanged, FixRemoved
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident


class Fix(msgspec.Struct, frozen=True):
    id: str
    text: str
    where: str
    ticket: str
    owner: str
    added_at: datetime
    by: str
    removed_at: datetime | None = None


class Fixes(Part):
    fixes: dict[str, Fix] = {}


def fixes_of(state: Incident) -> dict[str, Fix]:
    """All temporary fixes, by their id."""
    return state.part(Fixes).fixes


def open_fixes(state: Incident) -> list[Fix]:
    return [fix for fix in fixes_of(state).values() if fix.removed_at is None]


def _added(fold: Folding, body: FixAdded) -> None:
    event = fold.event
    fix = Fix(event.id, body.text, body.where, body.ticket, body.owner, event.occurred_at, event.actor)
    fold.part(Fixes).fixes[fix.id] = fix
    ticket = f", {body.ticket}" if body.ticket else ""
    fold.entry("fix", f"{body.text} (temporary{ticket})", moves=True, words=body.text)


def _changed(fold: Folding, body: FixChanged) -> None:
    known = fold.part(Fixes).fixes
    fix = known.get(body.fix)
    if fix is None:
        return fold.unknown("a change of a temporary fix that is not in this log")
    changes = {"where": body.where, "ticket": body.ticket, "owner": body.owner}
    known[fix.id] = msgspec.structs.replace(
        fix, **{name: value for name, value in changes.items() if value is not None}
    )
    given = [f"{name} {value}" for name, value in changes.items() if value]
    fold.entry("fix", f"Temporary fix, {', '.join(given) or 'changed'}: {fix.text}")


def _removed(fold: Folding, body: FixRemoved) -> None:
    known = fold.part(Fixes).fixes
    fix = known.get(body.fix)
    if fix is None:
        return fold.unknown("the removal of a temporary fix that is not in this log")
    known[fix.id] = msgspec.structs.replace(fix, removed_at=fold.event.occurred_at)
    fold.mark(fix.id, "removed")
    fold.entry("fix", f"Temporary fix removed: {fix.text}", body.note, moves=True, about=fix.id)


FOLDS = {FixAdded: _added, FixChanged: _changed, FixRemoved: _removed}
CORRECTABLE = (FixAdded,)
