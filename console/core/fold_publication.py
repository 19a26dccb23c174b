"""The fold of what a person decided about an update's messages to status pages and chats."""

from collections.abc import Callable
from typing import Any

import msgspec

from console.core import events as ev
from console.core.events import Event
from console.core.fold_base import entry
from console.core.log.state import Incident, Publication


def _decided(state: Incident, event: Event, body: ev.PublicationDecided) -> None:
    update = next((one for one in state.updates if one.id == body.update), None)
    if update is None:
        return entry(state, event, "unknown", "a decision about an update that is not in this log")
    made = Publication(event.id, body.to, body.decision, body.text, event.recorded_at, event.actor, body.without)
    state.updates = tuple(
        msgspec.structs.replace(one, publications=(*one.publications, made)) if one.id == update.id else one
        for one in state.updates
    )
    name = f"{update.audience.capitalize()} #{update.number}"
    match body.decision:
        case "edited":
            less = f" without {', '.join(body.without)}" if body.without else ""
            said = f"{name} goes to {body.to}{less}"
            if body.text != body.was:
                said += f" in other words: {body.text} (instead of: {body.was})"
        case "dropped":
            perhaps = ", though it may be there all the same" if body.doubtful else ""
            said = f"{name} is not sent to {body.to}: dropped{perhaps}"
        case "resent":
            said = f"{name} is not on {body.to}: sent again"
        case "confirmed":
            said = f"{name} is on {body.to}: seen there"
        case _:
            said = f"{name} on {body.to}: {body.decision}"
    entry(state, event, "publication", said)


HANDLERS: dict[type[ev.Body], Callable[[Incident, Event, Any], None]] = {ev.PublicationDecided: _decided}
