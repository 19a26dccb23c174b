"""The fold: events in, state out.

What was undone is not taken out of the state again: the fold skips it, and what names it. A state that holds an event
which is undone later is therefore folded anew from a state before that event; likewise after a correction, a redaction,
or an event that sorts before the last one. `extend` tells by raising `NeedsRefold`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple, get_args

import msgspec

from console.core.log.codec import decode_body, kind_of
from console.core.log.event import GOES_WITH, Body, Event, Named, NewEvent, id_fields, ids_in, named_ids
from console.core.log.folding import Folding
from console.core.log.registry import CORRECTABLE
from console.core.log.state import Correction, Incident, TakenBack
from console.core.subjects.declaration import IncidentDeclared
from console.core.subjects.entry import EntryCorrected
from console.core.subjects.undo import EntryRedacted, Undoing, Undone, undo_targets


class NeedsRefold(Exception):
    """Events change what a state was made of: fold anew, from a state before them or from the beginning."""


def fold(ref: str, events: Iterable[Event]) -> Incident:
    """The state of incident `ref` from all its events, in any order; events of other incidents are passed over."""
    return extend(Incident(ref), (event for event in events if event.incident == ref))


def apply(state: Incident, event: Event) -> Incident:
    """The state after one more event. Raises NeedsRefold as `extend` does."""
    return extend(state, (event,))


def extend(state: Incident, events: Iterable[Event]) -> Incident:
    """The state after more events, in any order among themselves.

    Raises NeedsRefold when one of them sorts before the state's last one, when one undoes, corrects or redacts what is
    in the state already, or when an event of the state names one that was missing until now.
    """
    return extended(state, in_order(events))[-1]


def as_if(state: Incident, events: Iterable[NewEvent]) -> Incident:
    """The state as it will be once the events are written. Raises NeedsRefold as `extend` does."""
    return extend(state, as_written(state, events))


def as_written(state: Incident, events: Iterable[NewEvent]) -> Iterator[Event]:
    """The events as they would stand behind the state's."""
    hlc = state.head[0] + 1
    for place, new in enumerate(events):
        yield Event(new.id, new.incident, "", place, hlc + place, new.actor, new.occurred_at, new.recorded_at, new.body)


Progress = Callable[[float], object]
"""Hears every few hundred events which share of the work, from 0 to 1, is done; the work waits until it returns."""
STEP = 250
"""Events folded between two words of progress: about a millisecond."""


def extended(
    state: Incident, ordered: Sequence[Event], cuts: Sequence[int] = (), progress: Progress = lambda share: None
) -> list[Incident]:
    """The states after as many of the events, `in_order`, as each cut says; without cuts the one after all of them.

    All of them know what is undone, corrected and erased anywhere in the events, so that one of them can be extended
    with the events behind it and others that came since. The cuts ascend. Raises NeedsRefold as `extend` does.
    """
    if not ordered:
        return [state]
    plan = _planned(ordered)
    back = state.part(TakenBack)
    ids = {event.id for event in ordered} if state.events else set()
    if state.events:
        _check(state, ordered, min(map(_ORDER, ordered)), ids, plan)
    folding = Folding(state)
    if plan.changes or not ids.isdisjoint(back.undos):
        _note_plan(folding.taken_back(), plan, ids)
    changed = {*plan.undos, *plan.erased, *plan.corrections}
    states: list[Incident] = []
    begin = 0
    for cut in cuts or (len(ordered),):
        head = folding.state.head
        for step in range(begin, cut, STEP):
            events = ordered[step : min(step + STEP, cut)]
            head = max(head, max(map(_ORDER, events)))
            for event in events:
                body = event.body
                names = id_fields(type(body))
                if names or body.saw or event.id in changed:
                    _fold_changed(folding, event, names, plan)
                else:
                    folding.begin(event)
                    body.apply(folding)
            progress(step / len(ordered))
        new = folding.end()
        last = ordered[cut - 1]
        new.head, new.last = head, (last.id, last.origin, last.oseq)
        new.events += cut - begin
        states.append(new)
        if cut < len(ordered):
            begin, folding = cut, Folding(new)
    return states


def _fold_changed(folding: Folding, recorded: Event, names: Sequence[Named], plan: "_Plan") -> None:
    """Fold an event that others may have changed, or that names another."""
    state, event, redacted = folding.state, recorded, ""
    undone = _names_skipped(folding, event, names) or event.id in plan.undos
    if event.id in plan.erased:
        redacted, left = plan.erased[event.id]
        event = recorded = msgspec.structs.replace(event, body=left)
    corrections = plan.corrections.get(event.id, ()) if type(event.body) in CORRECTABLE else ()
    if corrections:
        event = _corrected(event, corrections)
    declaration = undone and isinstance(event.body, IncidentDeclared) and state.declared_at is None
    editor = corrections[-1].actor if corrections else ""
    skipping = undone and not declaration
    folding.begin(event, recorded=recorded, skipping=skipping, redacted=redacted, edited_by=editor)
    if type(event.body) in _CHANGING:
        folding.wrote(event)
    event.body.apply(folding)
    if declaration:
        state.withdrawn = True
        folding.change_entry(event.id, undone=True)
    if corrections:
        folding.corrections()[event.id] = _history(state, recorded, corrections)


def _names_skipped(folding: Folding, event: Event, names: Sequence[Named]) -> bool:
    """Note whom an event names; True when it goes with one that is skipped."""
    state, body, skipped = folding.state, event.body, False
    back = folding.taken_back()
    if isinstance(body, Undoing):
        back.targets[event.id] = next(iter(undo_targets(body)), "")
    for id in body.saw:
        if state.entries.position(id) is None and id not in back.targets:
            back.awaited[id] = event.id
    for id, role in ((id, role) for field, role in names for id in ids_in(body, field)):
        if state.entries.position(id) is None and id not in back.targets:
            back.awaited[id] = event.id
        if role is GOES_WITH:
            back.named_by[id] = (*back.named_by.get(id, ()), event.id)
            if id in back.undos or id in back.went_with:
                back.went_with[event.id] = id
                skipped = True
    return skipped


# Undos, corrections and erasures


class _Plan(NamedTuple):
    """The changes that events make to earlier ones."""

    changes: tuple[Event, ...]
    """The undos, corrections and redactions, in their order."""
    undos: dict[str, tuple[str, ...]]
    """The undos that stand, by the event that they undo."""
    corrections: dict[str, tuple[Event, ...]]
    """The corrections that stand, by the entry that they correct."""
    erased: dict[str, tuple[str, Body]]
    """The line and the body of events whose texts were erased."""


Changing = Undoing | EntryCorrected | EntryRedacted
"""Bodies that change earlier events: the one that is their `target`, or several."""
_CHANGING = frozenset(get_args(Changing))
_ORDER = attrgetter("hlc", "origin", "oseq")


def _planned(ordered: Sequence[Event]) -> _Plan:
    changes = tuple(event for event in ordered if type(event.body) in _CHANGING)
    # In the log's order, which is the one by which a file takes over what they leave.
    redactions = [
        (event, body) for event in sorted(changes, key=_ORDER) if isinstance(body := event.body, EntryRedacted)
    ]
    never = {event.id for event, _ in redactions}
    undos: dict[str, tuple[str, ...]] = {}
    for undo, target in reversed(_undos(changes)):
        # An undo of an undo comes after it, so that by now it is known whether this one stands.
        if undo not in undos and target not in never:
            undos[target] = (undo, *undos.get(target, ()))
    left: dict[str, str] = {}
    for _, body in redactions:
        left |= {id: raw for id, raw in body.left.items() if id in body.erased}
    lines: dict[str, str] = {}
    for event, body in redactions:
        rest = _what_is_left(event, left)
        reason = f": {rest.reason}" if isinstance(rest, EntryRedacted) and rest.reason else ""
        lines |= dict.fromkeys((body.target, *body.erased), f"redacted by {event.actor}{reason}")
    hit = [event for event in ordered if event.id in lines] if lines else []
    erased = {event.id: (lines[event.id], _what_is_left(event, left)) for event in hit}
    corrections: dict[str, tuple[Event, ...]] = {}
    for event in changes:
        if isinstance(event.body, EntryCorrected) and event.id not in undos:
            made = msgspec.structs.replace(event, body=erased[event.id][1]) if event.id in erased else event
            if isinstance(made.body, EntryCorrected):
                corrections[event.body.target] = (*corrections.get(event.body.target, ()), made)
    return _Plan(changes, undos, corrections, erased)


def _undos(changes: Sequence[Event]) -> list[tuple[str, str]]:
    """Each undo with the event that it undoes, in their order."""
    undos: list[tuple[str, str]] = []
    unpaired: dict[tuple[str, str], str] = {}
    for event in changes:
        if isinstance(event.body, Undone):
            # Whoever wrote the second one of a file saw the first one, and put the entry back with it.
            first = unpaired.pop((event.origin, event.body.target), None)
            if first is None:
                unpaired[event.origin, event.body.target] = event.id
            undos.append((event.id, first or event.body.target))
        elif isinstance(event.body, Undoing):
            undos += ((event.id, target) for target in undo_targets(event.body))
    return undos


def _what_is_left(event: Event, left: Mapping[str, str]) -> Body:
    """The event's body as its redaction left it; a log that heeded the redaction holds no other."""
    raw = left.get(event.id)
    return event.body if raw is None else decode_body(kind_of(event.body), raw)


def _check(state: Incident, ordered: Sequence[Event], first: tuple[int, str, int], ids: set[str], plan: _Plan) -> None:
    """Raise NeedsRefold where the events cannot simply follow the state; `first` is the lowest order among them.

    What they change of the state itself may be known to it already, from an earlier fold of the same events.
    """
    back = state.part(TakenBack)
    if (first <= state.head and not _behind(state, ordered)) or not ids.isdisjoint(back.awaited):
        raise NeedsRefold
    for event in plan.changes:
        body = event.body
        assert isinstance(body, Changing)
        stands = event.id not in plan.undos
        if isinstance(body, Undoing):
            targets = (target for target in undo_targets(body) if target not in ids)
            known = all((event.id in back.undos.get(target, ())) == stands for target in targets)
        elif body.target in ids:
            known = True
        elif isinstance(body, EntryRedacted):
            known = event.id in back.redactions
        else:
            known = any(correction.id == event.id for correction in state.corrections.get(body.target, ())) == stands
        if not known:
            raise NeedsRefold


def _behind(state: Incident, ordered: Iterable[Event]) -> bool:
    """True when each event stands behind the state's last: by the log's order, or its writer had seen the last."""
    last, origin, oseq = state.last
    ids, places = {last}, {(origin, oseq)}
    for event in ordered:
        seen = (event.origin, event.oseq - 1) in places or not ids.isdisjoint(named_ids(event.body))
        if event.order <= state.head and not seen:
            return False
        ids.add(event.id)
        places.add((event.origin, event.oseq))
    return True


def _note_plan(back: TakenBack, plan: _Plan, ids: set[str]) -> None:
    for id in ids.intersection(back.undos):
        del back.undos[id]
    back.undos.update((id, undos) for id, undos in plan.undos.items() if id in ids or id not in back.undos)
    back.redactions.update((event.id, event.id) for event in plan.changes if isinstance(event.body, EntryRedacted))
    for id in ids.intersection(back.since):
        del back.since[id]
    made = {event.id: event.recorded_at for event in plan.changes}
    for id, undos in plan.undos.items():
        back.since.setdefault(id, min(made[undo] for undo in undos))
    for event in plan.changes:
        if isinstance(event.body, EntryRedacted):
            for id in (event.body.target, *event.body.erased):
                back.since.setdefault(id, event.recorded_at)


def _corrected(event: Event, corrections: Sequence[Event]) -> Event:
    """The event as its corrections have it."""
    for correction in corrections:
        made = correction.body
        assert isinstance(made, EntryCorrected)
        changes: dict[str, object] = {}
        if made.text is not None:
            changes["text"] = made.text
            changes |= {name: getattr(made, name) for name in ("tags", "people") if hasattr(event.body, name)}
        if made.kind is not None and hasattr(event.body, "kind"):
            changes["kind"] = made.kind
        body = msgspec.structs.replace(event.body, **changes)
        event = msgspec.structs.replace(event, body=body, occurred_at=made.occurred_at or event.occurred_at)
    return event


def _history(state: Incident, recorded: Event, corrections: Sequence[Event]) -> tuple[Correction, ...]:
    """The versions of the entry: as logged, and after each correction."""
    kind = getattr(recorded.body, "kind", state.entries[-1].kind)
    text = getattr(recorded.body, "text", "")
    history = [Correction("", recorded.recorded_at, recorded.actor, text, kind, recorded.occurred_at)]
    for correction in corrections:
        made, last = correction.body, history[-1]
        assert isinstance(made, EntryCorrected)
        text = last.text if made.text is None else made.text
        kind, moment = made.kind or last.kind, made.occurred_at or last.occurred_at
        history.append(Correction(correction.id, correction.recorded_at, correction.actor, text, kind, moment))
    return tuple(history)


def in_order(events: Iterable[Event]) -> list[Event]:
    """The events in the order of the fold: the log's, but none before one that it names or that its writer had seen."""
    logged = list(events)
    # Told here, since a sort of a long list keeps every other thread waiting.
    if not all(earlier.hlc < later.hlc for earlier, later in pairwise(logged)):
        logged.sort(key=_ORDER)
    naming = {kind for kind in {type(event.body) for event in logged} if id_fields(kind)}
    named: set[str] = set()
    for event in logged:
        if event.id in named:
            return _moved(logged)
        body = event.body
        if body.saw or type(body) in naming:
            named.update(named_ids(body))
    return logged


def _moved(logged: Sequence[Event]) -> list[Event]:
    """The events so that always the first of the log comes next that waits for no other.

    An event waits for those that it names, and for those that its own origin wrote before it. In a circle, which no
    console writes, the last one in the log does not wait.
    """
    place_of = {event.id: place for place, event in enumerate(logged)}
    ordered: list[Event] = []
    given: set[int] = set()
    missing: dict[int, set[int]] = {}
    waiting: dict[int, list[int]] = {}
    waiting_of: dict[tuple[str, int], int] = {}
    for place, event in enumerate(logged):
        needed = {place_of[id] for id in named_ids(event.body) if id in place_of} - given - {place}
        before = waiting_of.get((event.origin, event.oseq - 1))
        if before is not None and before in missing:
            needed.add(before)
        if place in waiting:
            needed = {other for other in needed if other > place or not _waits_for(other, place, missing)}
        if needed:
            missing[place] = needed
            waiting_of[event.origin, event.oseq] = place
            for other in needed:
                waiting.setdefault(other, []).append(place)
            continue
        ready = [place]
        while ready:
            next_place = heappop(ready)
            ordered.append(logged[next_place])
            given.add(next_place)
            for other in waiting.pop(next_place, ()):
                missing[other].discard(next_place)
                if not missing[other]:
                    del missing[other]
                    heappush(ready, other)
    return ordered


def _waits_for(place: int, wanted: int, missing: Mapping[int, set[int]]) -> bool:
    """True when an event waits for another, itself or through others."""
    pending, visited = [place], {place}
    while pending:
        more = missing.get(pending.pop(), set()) - visited
        if wanted in more:
            return True
        visited |= more
        pending += more
    return False
