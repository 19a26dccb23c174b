"""The ways out of a difference between a page and the log: which a page has, which is meant first, and the command."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from console.core.language.text import listed
from console.core.log.command import Command
from console.core.log.erasure import is_redacted
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.page_settled import SettlePage
from console.core.subjects.public_title import SetPublicTitle
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
from console.publish.sending.content import Post, Unsettled, there
from console.publish.sending.differences import About, Difference
from console.store.outbox.message import Message

Act = Way | Literal["taken", "renamed", "anew"]
"""A way, and those of what was read on a page: theirs is taken over here, our title goes there, our last update is
posted there as a new incident."""


class WayWords(NamedTuple):
    """The words for a way."""

    order: str
    """As the person gives it."""
    effect: str
    """As the last line of the form tells it; targets are named where `{}` stands."""


WAY_WORDS: dict[Act, WayWords] = {
    "taken": WayWords("Take what the page says", "takes over what {} says"),
    "renamed": WayWords("Put our title there", "puts our title on {}"),
    "anew": WayWords("Post the last update there as a new incident", "posts the last update to {} as a new incident"),
    "removed": WayWords("Remove the update there", "removes it from {}"),
    "changed": WayWords("Edit the update there", "edits it on {}"),
    "taken_down": WayWords("Take the whole incident down there", "takes the incident off {}"),
    "sent": WayWords("Send the update there again", "sends it to {} again"),
    "corrected": WayWords("Post a correction", "posts a correction to {}"),
    "left": WayWords("Leave it there", "leaves it on {}"),
    "left_off": WayWords("Leave it off", "leaves it off {}"),
}


class Place(NamedTuple):
    """An update on one target, and what can become of it there."""

    target: str
    update: str
    """Our id of it; empty where it is about none of ours."""
    found: Found
    ways: tuple[Act, ...]
    """The one that is meant first stands first."""
    status: str
    """The update's own status, where it is edited."""
    url: str
    """Where a person can read it; empty where that is not known."""
    mails: bool = False
    """A correction mails everyone there, even when it is told not to."""
    difference: Difference | None = None
    """As it was read there, where that is what is settled; None: the log has changed since it was told."""
    audience: str = "public"
    words: str = ""
    """The words of ours that are meant, where they are put there, or corrected there, without others."""
    shown: str | None = None
    """Its words there, as they were read last, else as they were sent; None where they were erased here."""
    edited: bool = False
    """They are others than were sent: somebody changed them there."""
    reads: bool = True
    """The page can be read."""
    read_at: datetime | None = None
    """When it was read last; None: not since our last message."""
    names: Mapping[str, str] = {}
    """Our names of components, by the target's ids."""
    held: tuple[str, ...] = ()
    """Of its components those that another open incident holds, too, each in a sentence."""

    def way_words(self, way: Act) -> WayWords:
        """The words for a way here."""
        words = WAY_WORDS[way]
        if self.difference:
            words = _OWN_WORDS.get((way, self.difference.about), words)
        if self.found == "redacted" and way == "corrected":
            return words._replace(order="Post a correction (what was redacted stays there)")
        return words


_OWN_WORDS: dict[tuple[Act, About], WayWords] = {
    ("changed", "words"): WayWords("Put our words there", "puts our words on {}"),
    ("taken", "words"): WayWords(
        "Take the page's words: corrects the update here", "corrects the update here to the words of {}"
    ),
    ("changed", "state"): WayWords("Put our status there", "puts our status on {}"),
    ("taken", "state"): WayWords("Take the page's status", "logs the status as {} says it"),
    ("corrected", "state"): WayWords("Post an update with our status", "posts an update to {}"),
    ("corrected", "window"): WayWords("Post an update with our times", "posts an update to {}"),
    ("taken", "title"): WayWords("Take the page's title", "makes the title of {} the public title"),
    ("taken", "update"): WayWords("Take it over: logs it as an update", "logs it as an update, as {} has it"),
    ("removed", "update"): WayWords("Remove it there", "removes it from {}"),
}
"""Ways that are another thing where they are about this."""


def place_read(state: Incident, target: str, each: Difference, messages: Sequence[Message], can: Capabilities) -> Place:
    """The ways out of a difference that was read on a page; `messages` are the incident's to that target."""
    posts = there(messages)
    standing = [shown for shown in posts if found_as(state, shown.update) == "standing"]
    last = next(iter(reversed(standing)), None)
    own = next((shown for shown in posts if shown.update == each.which), last)
    edits = (
        own is not None
        and own.text is not None
        and "changed" in _ways(own, can, found_as(state, own.update), alone=len(posts) == 1)
    )
    ways: tuple[Act, ...] = ("left",)
    match each.about:
        case "incident":
            ways = ("anew", "left_off") if last else ("left_off",)
        case "missing":
            ways = ("sent", "left_off")
        case "words":
            ours = own is not None and found_as(state, own.update) == "standing" and not own.joined
            ways = (*(("changed",) if edits else ()), *(("taken",) if ours else ()), "corrected", "left")
        case "state" if each.by_times:
            pass  # No message changes what its clock says: the maintenance goes on here, or is moved.
        case "window" if last is not None:
            # Each update of it sends its times as well.
            ways = ("corrected", "left")
        case "state" if last is not None:
            # Where another update is the newest there, an edit of ours may leave the status as it is.
            ways = (*(("changed",) if edits and can.status_follows else ()), "corrected", "taken", "left")
        case "title":
            known = not is_redacted(each.theirs)
            ways = (*(("renamed",) if can.renames and each.ours else ()), *(("taken",) if known else ()), "left")
        case "update":
            # Nothing would be left of the incident there.
            ways = ("taken", *(("removed",) if can.removes and posts else ()), "left")
    update = any_update(state, own.update) if own else None
    status = own.status if own and own.status else update.status if update else ""
    url = next((shown.remote.url for shown in reversed(posts) if shown.remote and shown.remote.url), "")
    about = own.update if own and each.about not in ("title", "update", "postmortem", "another") else ""
    found = found_as(state, about) if about else "standing"
    words = (own.text if own else None) or ""
    return Place(
        target, about, found, ways, status, url, can.always_mails_updates, each, messages[-1].audience, words,
        each.theirs, each.about == "words",
    )  # fmt: skip


def place_of(state: Incident, each: Unsettled, can: Capabilities) -> Place:
    """The ways out of one difference."""
    update = any_update(state, each.update)
    own = update.status if update else ""
    if each.why == "missing":
        ways: tuple[Act, ...] = ("sent", "left_off")
    else:
        post = Post(each.update, each.text, own, each.remote, each.first, joined=each.joined)
        ways = _ways(post, can, each.found, alone=each.alone)
        if each.why == "other words":
            ways = _first("changed" if "changed" in ways else "corrected", ways)
        elif each.found == "undone" and each.ends and not each.alone and _stays(can, own):
            # Whatever is removed, the page would go on saying that it is over.
            ways = _first("corrected", ways)
    status = each.status if each.ends and each.found == "undone" else own
    url = each.remote.url if each.remote else ""
    return Place(
        each.target, each.update, each.found, ways, status, url, can.always_mails_updates, shown=each.text,
        edited=each.edited, reads=can.reads,
    )  # fmt: skip


def place_on(state: Incident, target: str, update: str, messages: Sequence[Message], can: Capabilities) -> Place:
    """The ways that an update has which is on a page, whether it differs or not. Raises Refused where it is not there.

    `messages` are the incident's to that target.
    """
    posts = there(messages, coming=True)
    shown = next((each for each in posts if each.update == update), None)
    known = any_update(state, update)
    if shown is None or known is None:
        raise Refused(f"This update is not on {target}; “warroom publish list” shows what is.", "id")
    ways = _ways(shown, can, found_as(state, update), alone=len(posts) == 1)
    url = shown.remote.url if shown.remote else ""
    return Place(
        target, update, found_as(state, update), ways, known.status, url, can.always_mails_updates, shown=shown.text,
        reads=can.reads,
    )  # fmt: skip


def _ways(post: Post, can: Capabilities, found: Found, *, alone: bool) -> tuple[Act, ...]:
    if post.joined:
        return ("taken_down", "corrected", "left") if can.takes_down else ("corrected", "left")
    id = post.remote.update_id if post.remote else ""
    apart = can.one_message or (post.first and not can.first_is_update)
    ways: list[Act] = []
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


def _first(way: Act, ways: tuple[Act, ...]) -> tuple[Act, ...]:
    return (way, *(each for each in ways if each != way)) if way in ways else ways


def settle(
    state: Incident,
    places: Sequence[tuple[Place, Act]],
    by: str,
    *,
    text: str = "",
    reason: str = "",
    status: str = "",
) -> Command:
    """The command that settles one difference, on each of the pages in its way.

    `text` is what is said instead: of an edit there, or of the correction, whose `status` is else that of the last
    update that stands; without it the words of the update, where they were corrected here. Raises
    Refused for a way that a page does not have.
    """
    for place, way in places:
        if way not in place.ways:
            can = listed([place.way_words(each).order.lower() for each in place.ways], "or")
            raise Refused(f"{place.target} cannot do that to this update; it can {can}.", "way")
    if (read := places[0][0].difference) and (beyond := _beyond_updates(state, places[0], read, by, reason)):
        return beyond
    update = places[0][0].update
    posted = any_update(state, update)
    last = posted.settled() if posted else None
    corrected_by = words_corrected_by(state, update)
    own_words = posted.text if posted and corrected_by and places[0][0].found == "standing" else places[0][0].words
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
        settlements=tuple(each for place, way in places for each in _settlements(place, way, text, reason)),
        correction=correction,
        found=places[0][0].found,
        corrected_by=corrected_by,
        seen=last.id if last else "",
        words=read.theirs if read and read.about == "words" and places[0][1] == "taken" else "",
        components=tuple((places[0][0].names.get(part.id, part.name), part.state) for part in read.parts)
        if read and places[0][1] == "taken"
        else (),
    )


def _settlements(place: Place, way: Act, text: str, reason: str) -> tuple[Settlement, ...]:
    """The decisions about the update that a way comes to on one page."""
    read = place.difference
    if read is not None and read.about == "incident":
        gone = Settlement(to=place.target, way="taken_down", reason=reason if way == "left_off" else "", read=True)
        return (gone, Settlement(to=place.target, way="sent")) if way == "anew" else (gone,)
    if read is not None and way == "taken":
        theirs = read.theirs if read.about == "words" else place.words
        status = (read.status if read.about == "state" else None) or place.status
        return (Settlement(to=place.target, way="changed", text=theirs, status=status, read=True),)
    if read is not None and read.about == "state" and way == "changed":
        # The same words again, with which the page gets our status and components.
        text = place.words
    if way == "taken" or way == "renamed" or way == "anew":
        raise AssertionError(f"{way} is about no update")
    gone_there = read is not None and way == "left_off"
    return (
        Settlement(
            to=place.target, way=way, text=text, status=place.status, reason=reason, read=gone_there,
            theirs=(place.shown or "") if place.edited and way in ("left", "corrected") else "",
        ),
    )  # fmt: skip


def _beyond_updates(
    state: Incident, chosen: tuple[Place, Act], read: Difference, by: str, reason: str
) -> Command | None:
    """The command of a way that is about none of our updates; None for the others."""
    place, way = chosen
    if way == "left" and read.about in ("title", "state", "update", "postmortem", "window", "another"):
        return SettlePage(
            actor=by, to=place.target, about=read.about, way="left", which=read.which, ours=read.ours,
            theirs=read.theirs, reason=reason,
        )  # fmt: skip
    if read.about == "incident" and not place.update:
        # No update of ours stands that could tell it.
        return SettlePage(actor=by, to=place.target, about="incident", way="gone", reason=reason)
    if read.about == "title":
        if way == "taken":
            return SetPublicTitle(actor=by, title=read.theirs)
        return SettlePage(actor=by, to=place.target, about="title", way="ours", ours=read.ours)
    if read.about == "update":
        if way == "taken":
            last = last_update(state, place.audience)
            status = read.status or (last.status if last else "")
            return PostUpdate(actor=by, audience=place.audience, text=read.theirs, status=status)
        return SettlePage(
            actor=by, to=place.target, about="update", way="removed", which=read.which, theirs=read.theirs
        )
    return None
