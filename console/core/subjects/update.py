"""Status updates, and what people decided about their messages to status pages and chats."""

from datetime import datetime

import msgspec

from console.core.events import PublicationDecided, UpdatePosted
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident, TakenBack


class Publication(msgspec.Struct, frozen=True):
    """What a person decided about an update's message to one target."""

    id: str
    target: str
    decision: str
    """edited, dropped, resent or confirmed."""
    text: str
    """What goes out there instead of the update's text, of an edit; else empty."""
    at: datetime
    by: str
    without: tuple[str, ...] = ()
    """Components that are not changed there any more, of an edit."""


class Update(msgspec.Struct, frozen=True):
    id: str
    number: int
    """From 1, per audience."""
    audience: str
    text: str
    status: str
    at: datetime
    recorded_at: datetime
    by: str
    next_at: datetime | None
    final: bool
    publications: tuple[Publication, ...] = ()

    @property
    def elsewhere(self) -> dict[str, str]:
        """Targets that got, or get, another text than the update has; with that text."""
        words = {made.target: made.text for made in self.publications if made.decision == "edited"}
        dropped = [made.target for made in self.publications if made.decision == "dropped"]
        return {target: text for target, text in words.items() if target not in dropped and text != self.text}


class Updates(Part):
    posted: dict[str, Update] = {}


def updates_of(state: Incident, audience: str | None = None) -> list[Update]:
    """Updates that stand, oldest first, of one audience or all."""
    posted = state.part(Updates).posted.values()
    return sorted((update for update in posted if audience in (None, update.audience)), key=lambda update: update.at)


def any_update(state: Incident, id: str) -> Update | None:
    """An update by its id, also one that was undone: what was on its way to a page has still to be settled."""
    return state.part(Updates).posted.get(id) or state.aside.of(Updates).posted.get(id)


def next_number(state: Incident, audience: str) -> int:
    """The number of the audience's next update; one that was undone keeps its own."""
    return state.part(TakenBack).numbers.get(f"update {audience}", 0) + 1


def _posted(fold: Folding, body: UpdatePosted) -> None:
    event = fold.event
    number = fold.number(f"update {body.audience}")
    fold.part(Updates).posted[event.id] = Update(
        event.id,
        number,
        body.audience,
        body.text,
        body.status,
        event.occurred_at,
        event.recorded_at,
        event.actor,
        body.next_at,
        body.final,
    )
    status = f" · {body.status.capitalize()}" if body.status else ""
    first, _, rest = body.text.partition("\n")
    # A template's own headline says what the entry begins with; the text itself stays whole in the update.
    text = rest.strip() if f"#{number}" in first and rest.strip() else body.text
    fold.entry("update", f"{body.audience.capitalize()} #{number}{status}: {text}")


def _decided(fold: Folding, body: PublicationDecided) -> None:
    event = fold.event
    posted = fold.part(Updates).posted
    if body.update not in posted:
        posted = fold.aside(Updates).posted
    update = posted.get(body.update)
    if update is None:
        return fold.unknown("a decision about an update that is not in this log")
    made = Publication(event.id, body.to, body.decision, body.text, event.recorded_at, event.actor, body.without)
    posted[update.id] = msgspec.structs.replace(update, publications=(*update.publications, made))
    name = f"{update.audience.capitalize()} #{update.number}"
    match body.decision:
        case "edited":
            less = f" without {', '.join(body.without)}" if body.without else ""
            text = f"{name} goes to {body.to}{less}"
            if body.text != body.was:
                text += f" in other words: {body.text} (instead of: {body.was})"
        case "dropped":
            perhaps = ", though it may be there all the same" if body.doubtful else ""
            text = f"{name} is not sent to {body.to}: dropped{perhaps}"
        case "resent":
            text = f"{name} is not on {body.to}: sent again"
        case "confirmed":
            text = f"{name} is on {body.to}: seen there"
        case other:
            text = f"{name} on {body.to}: {other}"
    fold.entry("publication", text)


FOLDS = {UpdatePosted: _posted, PublicationDecided: _decided}
