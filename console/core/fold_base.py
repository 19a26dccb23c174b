"""What the folds of all kinds of events share: how an entry, a fact and progress come into the state."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeVar

import msgspec

from console.core import events as ev
from console.core.log.entries import LATE_S, Entry
from console.core.log.state import Amendment, Fact, Incident, Judgement, Register

V = TypeVar("V")
_LATE = timedelta(seconds=LATE_S)


def late(state: Incident, event: ev.Event) -> bool:
    """Whether the event was written so long after it happened that it lands among what others already read."""
    return event.recorded_at - event.occurred_at > _LATE and not state.retrospective


def entry(state: Incident, event: ev.Event, kind: str, text: str, moves: bool = False, **more: Any) -> None:
    """One line of the timeline; `moves` when it shows the response moving."""
    at = event.occurred_at
    state.entries = state.entries.appended(
        Entry(event.id, kind, at, event.recorded_at, event.actor, text, late=late(state, event), moves=moves, **more)
    )
    if moves and (state.progress_at is None or at > state.progress_at):
        state.progress_at = at


def fact(event: ev.Event, value: str, replaces: str = "") -> Fact:
    return Fact(event.id, value, event.occurred_at, event.actor, replaces)


def with_(mapping: Mapping[str, V], key: str, value: V) -> dict[str, V]:
    return {**mapping, key: value}


def stated(registers: Mapping[str, Register], key: str, new: Fact) -> dict[str, Register]:
    """The registers with one more statement under `key`."""
    return with_(registers, key, registers.get(key, Register()).stated(new))


def mark(state: Incident, id: str, mark: str) -> None:
    state.entries = state.entries.replaced(id, lambda one: msgspec.structs.replace(one, mark=mark))


def close(state: Incident, event: ev.Event, thing: str, judgement: Judgement, text: str, note: str, kind: str) -> None:
    """An event that ends or judges an earlier thing and shows the response moving."""
    judge(state, thing, judgement)
    entry(state, event, kind, f"{text}: {note}" if note else text, moves=True)


def judge(state: Incident, thing: str, judgement: Judgement) -> None:
    """What became of a thing; an undo takes the judgement back, and an undo of that gives it again."""
    state.judged = with_(state.judged, judgement.id, thing)
    state.judgements = with_(state.judgements, thing, (*state.judgements.get(thing, ()), judgement))
    rejudge(state, thing)


def rejudge(state: Incident, thing: str) -> None:
    """Sets a thing to what its judgements that stand come to."""
    live = {one.what: one for one in state.judgements[thing] if not one.undone}
    done, ended = live.get("done"), live.get("ended")
    over: dict[str, Any] = {"done_at": done.at if done else None, "done_by": done.by if done else ""}
    acknowledged, judged = live.get("acknowledged"), live.get("judged")
    values: dict[str, dict[str, Any]] = {
        "tasks": {**over, "acknowledged_at": acknowledged.at if acknowledged else None},
        "actions": over,
        "fixes": {"removed_at": done.at if done else None},
        "changes": {"ended_at": ended.at if ended else None, "outcome": ended.verdict if ended else ""},
        "hypotheses": {
            "verdict": judged.verdict if judged else "open",
            "evidence": judged.evidence if judged else "",
            "judged_at": judged.at if judged else None,
            "judged_by": judged.by if judged else "",
        },
    }
    for container, changes in values.items():
        things = getattr(state, container)
        if thing in things:
            setattr(state, container, with_(things, thing, msgspec.structs.replace(things[thing], **changes)))
    accepted = done.at if done else None
    state.handoffs = tuple(
        msgspec.structs.replace(one, accepted_at=accepted) if one.id == thing else one for one in state.handoffs
    )
    mark(state, thing, next((one.mark for one in reversed(state.judgements[thing]) if not one.undone and one.mark), ""))


_AMENDABLE = ("text", "owner", "due_at", "where", "ticket", "priority", "verify")
_AMENDED = ("tasks", "fixes", "actions")


def amend(state: Incident, container: str, id: str, amendment: Amendment) -> None:
    """Changes fields of a task, a temporary fix or an action item, so that an undo can take just that change back."""
    thing = getattr(state, container)[id]
    first = {name: getattr(thing, name) for name in _AMENDABLE if hasattr(thing, name)}
    before = state.amendments.get(id) or (Amendment("", **first),)
    state.amendments = with_(state.amendments, id, (*before, amendment))
    reamend(state, id)


def reamend(state: Incident, id: str) -> None:
    """Sets the thing to what its amendments that stand come to."""
    for container in _AMENDED:
        things = getattr(state, container)
        if id not in things:
            continue
        values: dict[str, Any] = {}
        for one in state.amendments[id]:
            if not one.undone:
                values |= {
                    name: getattr(one, name)
                    for name in _AMENDABLE
                    if hasattr(things[id], name) and (getattr(one, name) is not None or not one.id)
                }
        setattr(state, container, with_(things, id, msgspec.structs.replace(things[id], **values)))
