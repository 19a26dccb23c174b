"""The fold of what takes something back: corrections, redactions, undos."""

from collections.abc import Callable
from typing import Any, cast

import msgspec

from console.core import events as ev
from console.core.events import Event
from console.core.fold_base import V, reamend, rejudge, with_
from console.core.fold_base import entry as line
from console.core.log.entries import PROGRESS_KINDS, Entry
from console.core.log.state import CORRECTABLE, Correction, Hypothesis, Incident


def _corrected(state: Incident, event: Event, body: ev.EntryCorrected) -> None:
    entry = state.entries.get(body.target)
    if entry is None:
        return line(state, event, "unknown", "a correction of an entry that is not in this log")
    before = state.corrections.get(entry.id) or (
        Correction("", entry.recorded_at, entry.author, state.words(entry), entry.kind, entry.occurred_at),
    )
    made = Correction(
        event.id,
        event.recorded_at,
        event.actor,
        state.words(entry) if body.text is None else body.text,
        body.kind or entry.kind,
        body.occurred_at or entry.occurred_at,
    )
    state.corrections = with_(state.corrections, entry.id, (*before, made))
    _show_correction(state, entry.id)
    if body.text is not None:
        state.entries = state.entries.replaced(
            entry.id, lambda one: msgspec.structs.replace(one, tags=body.tags, people=body.people)
        )


def _show_correction(state: Incident, id: str) -> None:
    """Sets the entry, and what was derived from it, to its last correction that stands."""
    live = [one for one in state.corrections[id] if not one.undone]
    last, corrected = live[-1], len(live) > 1

    def shown(entry: Entry) -> Entry:
        return msgspec.structs.replace(
            entry,
            # A task's entry says more than its words, such as who has it: that stays.
            text=entry.text if entry.redacted else entry.text.replace(state.words(entry), last.text, 1),
            kind=last.kind,
            occurred_at=last.occurred_at,
            corrected=corrected,
            moves=entry.moves if last.kind == entry.kind else last.kind in PROGRESS_KINDS,
        )

    state.entries = state.entries.replaced(id, shown)
    for name in CORRECTABLE:
        things = getattr(state, name)
        if id in things:
            setattr(state, name, with_(things, id, msgspec.structs.replace(things[id], text=last.text)))
    if id in state.amendments:
        first, *others = state.amendments[id]
        state.amendments = with_(state.amendments, id, (msgspec.structs.replace(first, text=last.text), *others))
    known = state.hypotheses.get(id)
    if last.kind == "hypothesis":
        base = known or Hypothesis(id, last.text, last.occurred_at, last.by)
        state.hypotheses = with_(
            state.hypotheses, id, msgspec.structs.replace(base, text=last.text, at=last.occurred_at, undone=False)
        )
    elif known:
        state.hypotheses = with_(state.hypotheses, id, msgspec.structs.replace(known, undone=True))
    _recount_progress(state)


def _recount_progress(state: Incident) -> None:
    """The last moment of progress, from scratch: needed only after a correction or an undo."""
    state.progress_at = max((one.occurred_at for one in state.entries if one.moves and not one.undone), default=None)


def _redacted(state: Incident, event: Event, body: ev.EntryRedacted) -> None:
    """Marks the entries; the bodies that the others were folded from hold nothing of the words any more."""
    reason = f": {body.reason}" if body.reason else ""
    text = f"redacted by {event.actor}{reason}"
    for id in (body.target, *body.erased):
        state.entries = state.entries.replaced(
            id, lambda entry: msgspec.structs.replace(entry, text=text, redacted=True, tags=(), people=())
        )


def _toggled(thing: V) -> V:
    return cast(V, msgspec.structs.replace(cast(Any, thing), undone=not cast(Any, thing).undone))


def _undone(state: Incident, event: Event, body: ev.Undone) -> None:
    target = body.target
    state.undo_targets = with_(state.undo_targets, event.id, target)
    while target in state.undo_targets:  # an undo of an undo puts back what the first one took away
        target = state.undo_targets[target]
    state.entries = state.entries.replaced(target, _toggled)
    if target == state.declared_id:
        state.withdrawn = not state.withdrawn
        return _recount_progress(state)
    for name in ("title", "severity", "stage", "impact", "postmortem_owner", "review"):
        setattr(state, name, getattr(state, name).toggled(target))
    for name in ("roles", "components", "milestones_set", "ticks", "postmortem"):
        setattr(state, name, {key: register.toggled(target) for key, register in getattr(state, name).items()})
    for name in ("tasks", "fixes", "hypotheses", "changes", "actions"):
        things = getattr(state, name)
        if target in things:
            setattr(state, name, with_(things, target, _toggled(things[target])))
    state.runbooks = {name: _toggled(one) if one.id == target else one for name, one in state.runbooks.items()}
    for name in ("updates", "handoffs", "triages", "silences", "editions", "overrides", "snoozes", "met"):
        setattr(state, name, tuple(_toggled(one) if one.id == target else one for one in getattr(state, name)))
    if any(one.id == target for one in state.editions):
        state.playbook = next(one.playbook for one in reversed(state.editions) if not one.undone)
    for id, amendments in state.amendments.items():
        if any(one.id == target for one in amendments):
            changed = tuple(_toggled(one) if one.id == target else one for one in amendments)
            state.amendments = with_(state.amendments, id, changed)
            reamend(state, id)
            break
    thing = state.judged.get(target)
    if thing is not None:
        toggled = tuple(_toggled(one) if one.id == target else one for one in state.judgements[thing])
        state.judgements = with_(state.judgements, thing, toggled)
        rejudge(state, thing)
    for id, made in state.corrections.items():
        if any(one.id == target for one in made):
            restored = tuple(_toggled(one) if one.id == target else one for one in made)
            state.corrections = with_(state.corrections, id, restored)
            _show_correction(state, id)
            break
    _recount_progress(state)


HANDLERS: dict[type[ev.Body], Callable[[Incident, Event, Any], None]] = {
    ev.EntryCorrected: _corrected,
    ev.EntryRedacted: _redacted,
    ev.Undone: _undone,
}
