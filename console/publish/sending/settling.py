"""The ways out of a difference between a page and the log: which a page has, which is meant first, and the command."""

from collections.abc import Sequence
from typing import NamedTuple

from console.core.language.text import listed
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.update import (
    Found,
    PostUpdate,
    Settlement,
    SettlePublication,
    Way,
    any_update,
    found_as,
    last_update,
    words_corrected_by,
)
from console.publish.provider import Capabilities
from console.publish.sending.content import Said, Unsettled, there
from console.store.outbox.message import Message

WAY_WORDS: dict[Way, str] = {
    "removed": "Remove the update there",
    "changed": "Edit the update there",
    "taken_down": "Take the whole incident down there",
    "sent": "Send the update there again",
    "corrected": "Post a correction",
    "left": "Leave it there",
    "left_off": "Leave it off",
}
"""A way as an order."""


class Place(NamedTuple):
    """An update on one target, and what can become of it there."""

    target: str
    update: str
    found: Found
    ways: tuple[Way, ...]
    """The one that is meant first stands first."""
    status: str
    """The update's own status, where it is edited."""
    url: str
    """Where a person can read it; empty where that is not known."""
    mails: bool = False
    """A correction mails everyone there, even when it is told not to."""


def place_of(state: Incident, each: Unsettled, can: Capabilities) -> Place:
    """The ways out of one difference."""
    update = any_update(state, each.update)
    own = update.status if update else ""
    if each.why == "missing":
        ways: tuple[Way, ...] = ("sent", "left_off")
    else:
        said = Said(each.update, each.text, own, each.remote, each.first, joined=each.joined)
        ways = _ways(said, can, each.found, alone=each.alone)
        if each.why == "other words":
            ways = _first("changed" if "changed" in ways else "corrected", ways)
        elif each.found == "undone" and each.ends and not each.alone and _stays(can, own):
            # Whatever is removed, the page would go on saying that it is over.
            ways = _first("corrected", ways)
    status = each.status if each.ends and each.found == "undone" else own
    url = each.remote.url if each.remote else ""
    return Place(each.target, each.update, each.found, ways, status, url, can.always_mails_updates)


def place_on(state: Incident, target: str, update: str, messages: Sequence[Message], can: Capabilities) -> Place:
    """The ways that an update has which is on a page, whether it differs or not. Raises Refused where it is not there.

    `messages` are the incident's to that target.
    """
    said = there(messages, coming=True)
    one = next((each for each in said if each.update == update), None)
    known = any_update(state, update)
    if one is None or known is None:
        raise Refused(f"This update is not on {target}; “warroom publish list” shows what is.", "id")
    ways = _ways(one, can, found_as(state, update), alone=len(said) == 1)
    url = one.remote.url if one.remote else ""
    return Place(target, update, found_as(state, update), ways, known.status, url, can.always_mails_updates)


def _ways(said: Said, can: Capabilities, found: Found, *, alone: bool) -> tuple[Way, ...]:
    if said.joined:
        return ("taken_down", "corrected", "left") if can.takes_down else ("corrected", "left")
    id = said.remote.update_id if said.remote else ""
    apart = said.first and not can.first_is_update
    ways: list[Way] = []
    if can.removes and id and not apart and not alone:
        ways.append("removed")
    if can.takes_down and alone:
        ways.append("taken_down")
    if can.edits and (id or apart) and not (can.edits_keep and found == "redacted"):
        ways.append("changed")
    if can.takes_down and not alone:
        ways.append("taken_down")
    return (*ways, "corrected", "left")


def _stays(can: Capabilities, status: str) -> bool:
    """The effect of an update's status on the incident stays when it is edited or removed: its status, or, on a page
    without any, that all components are well again."""
    return not can.status_follows and (can.lifecycle or status == "resolved")


def _first(way: Way, ways: tuple[Way, ...]) -> tuple[Way, ...]:
    return (way, *(each for each in ways if each != way)) if way in ways else ways


def settle(
    state: Incident,
    places: Sequence[tuple[Place, Way]],
    by: str,
    *,
    text: str = "",
    reason: str = "",
    status: str = "",
) -> SettlePublication:
    """The command that decides what becomes of one update on pages, each with its way.

    `text` is what is said instead: of an edit there, or of the correction, whose `status` is else that of the last
    update that stands; without it the words of the update, where they were corrected here. Raises
    Refused for a way that a page does not have.
    """
    for place, way in places:
        if way not in place.ways:
            can = listed([WAY_WORDS[each].lower() for each in place.ways], "or")
            raise Refused(f"{place.target} cannot do that to this update; it can {can}.", "way")
    update = places[0][0].update
    posted = any_update(state, update)
    last = posted.settled() if posted else None
    corrected_by = words_corrected_by(state, update)
    own_words = posted.text if posted and corrected_by and places[0][0].found == "standing" else ""
    text = text.strip() or own_words
    correction = None
    if any(way == "corrected" for _, way in places):
        audience = posted.audience if posted else "public"
        before = last_update(state, audience)
        rule = state.stage_rule
        usual = before.status if before else rule.status if rule else ""
        correction = PostUpdate(actor=by, audience=audience, text=text, status=status or usual)
    return SettlePublication(
        actor=by,
        update=update,
        settlements=tuple(
            Settlement(to=place.target, way=way, text=text, status=place.status, reason=reason) for place, way in places
        ),
        correction=correction,
        found=places[0][0].found,
        corrected_by=corrected_by,
        seen=last.id if last else "",
    )
