"""Differences between a page, as it was read, and what it was told: found, kept in the outbox, settled by the log."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Literal, NamedTuple

import msgspec

from console.core.language.text import listed, one_line
from console.core.log.erasure import is_redacted
from console.core.log.state import Incident, Window
from console.core.subjects.page_settled import left_as_it_is
from console.core.subjects.public_title import title_for_public, undone_titles
from console.core.subjects.update import found_as
from console.publish.provider import Capabilities, PageUpdate, PageView
from console.publish.sending.content import (
    Post,
    Seen,
    Unsettled,
    postmortem_there,
    same_words,
    second,
    should_say,
    there,
    title_told,
    told_events,
    within_words,
)
from console.publish.sending.message import (
    STATE_WORDS,
    Part,
    Remote,
    Status,
    component_state,
    decode_delivery,
    remote_of,
    shown_as,
    status_of,
)
from console.store.outbox.message import Message, Placed, PlacedPart

About = Literal["incident", "words", "missing", "update", "state", "title", "postmortem", "window", "another"]
"""Nothing of the incident is there; other words for an update of ours; an update of ours is not there; one that is
there is not from here; another status, or other states of components; another title; another postmortem, or none; a
maintenance has other times; an incident of ours is there beside the one that updates go to."""


class Difference(msgspec.Struct, frozen=True):
    """One thing that a page says other than it was told."""

    about: About
    which: str = ""
    """Our id of an update of ours; the page's of one that is not from here."""
    ours: str = ""
    """In full; empty where we say nothing of it."""
    theirs: str = ""
    """In full, as it was read; empty where the page says nothing of it."""
    status: Status | None = None
    """That of the incident there; of an update that is not from here its own, where incidents have none."""
    parts: tuple[Part, ...] = ()
    """The components that have another state there, with that state."""
    by_times: bool = False
    """The status there follows from the times of the maintenance, which are ours: its clock went on."""
    elsewhere: str = ""
    """Where another incident there has the update of ours: its address, else its id."""

    def id(self, target: str) -> str:
        """By which a command names it; the same as long as nothing else is about the same thing."""
        return blake2b(f"{target}\n{self.about}\n{self.which}".encode(), digest_size=5).hexdigest()

    @property
    def says(self) -> str:
        """The difference in a sentence."""
        ours, theirs = one_line(self.ours, 60), one_line(self.theirs, 60)
        match self.about:
            case "incident":
                return "The incident is no longer on the page; somebody deleted or hid it."
            case "words":
                return f"The page has other words for “{ours}”: “{theirs}”."
            case "missing" if self.elsewhere:
                return (
                    f"“{ours}” is in another incident on the page, which two consoles opened apart: {self.elsewhere}."
                )
            case "missing":
                return f"The page no longer has “{ours}”."
            case "update":
                return f"The page has an update that is not from here: “{theirs}”."
            case "state" if self.by_times:
                goes_on = _BY_CLOCK.get(self.status or "", "")
                return f"By its clock the page says {self.theirs}; here it is {self.ours}.{goes_on}"
            case "state" | "window":
                return f"We say {self.ours}, the page says {self.theirs}."
            case "another":
                return f"The page has another incident of ours, too: {self.theirs}. Delete it there, or leave it."
            case "postmortem":
                return f"The page {'has another' if theirs else 'no longer has the'} postmortem."
        return f"The page {'has another title' if self.ours else 'still has a title that was undone here'}: {theirs}."


_BY_CLOCK = {
    "in_progress": " Begin the maintenance, or move it.",
    "completed": " Complete the maintenance, or move its end.",
}  # fmt: skip
"""The ways on where the page's clock went on, by the status that it came to."""

_decode = msgspec.json.Decoder(tuple[Difference, ...]).decode


def encoded(differences: Sequence[Difference]) -> str:
    """Empty where there are none."""
    return msgspec.json.encode(differences).decode() if differences else ""


def decoded(text: str) -> tuple[Difference, ...] | None:
    """None where it cannot be read, as of an earlier version: the page is to be read anew."""
    try:
        return _decode(text) if text else ()
    except (msgspec.DecodeError, RecursionError):
        return None


class Erased(NamedTuple):
    """All that is left of a message whose words were erased."""

    status: Status | None
    at: datetime


def differences(
    messages: Sequence[Message],
    placed: Placed,
    view: PageView,
    can: Capabilities,
    now: datetime,
    erased: Callable[[Message], Erased | None] = lambda message: None,
    others: Iterable[Remote] = (),
) -> tuple[Difference, ...]:
    """The differences between a page, as it was read `now`, and what it was told by an incident's messages.

    `erased` gives what is left of a message whose words were erased since; `others` are incidents of ours there beside
    the one that was read, see `others_there`.
    """
    left = {message.id: erased(message) for message in messages if decode_delivery(message.payload) is None}
    moments = {id: second(each.at) for id, each in left.items() if each}
    posts = [msgspec.structs.replace(each, at=moments.get(each.message, each.at)) for each in there(messages)]
    if view.gone:
        # Of one that was adopted nothing of ours may be there yet.
        is_there = title_told(messages) is not None
        return (Difference("incident", ours=(posts[-1].text if posts else "") or ""),) if is_there else ()
    done = [message for message in messages if message.state == "done"]
    status = _status_told(done, left)
    another = (Difference("another", each.incident_id, theirs=each.url or each.incident_id) for each in others)
    return (*_differences(posts, done, status, placed, view, can, now), *another)


def _differences(
    posts: Sequence[Post],
    messages: Sequence[Message],
    status: Status | None,
    placed: Placed,
    view: PageView,
    can: Capabilities,
    now: datetime,
) -> Iterator[Difference]:
    if view.updates is not None:
        yield from _updates(posts, view.updates, view.status, can, remote_of(placed.remote))
    elif posts and posts[-1].text is not None:
        same = within_words if can.chat else same_words
        if view.text and not same(posts[-1].text, view.text):
            yield Difference("words", posts[-1].update, posts[-1].text, view.text)
        elif can.one_message and not view.text:
            yield Difference("missing", posts[-1].update, posts[-1].text)
    if (window := _window_told(messages, can)) and view.window and _minutes(window) != _minutes(view.window):
        yield Difference("window", ours=window.words, theirs=view.window.words)
    elif window and status and can.by_times:
        yield from _by_times(status, view, can, now)
        view = msgspec.structs.replace(view, status=None if can.lifecycle else view.status)
    yield from _state(status, placed, view)
    title = title_told(messages)
    if title and view.title and not same_words(title, view.title):
        yield Difference("title", ours=title, theirs=view.title)
    shown = postmortem_there(messages)
    ours, theirs = shown.text if shown else None, view.postmortem
    # One that somebody wrote on the page itself is no difference; it is theirs.
    if ours is not None and theirs is not None and not same_words(ours, theirs):
        yield Difference("postmortem", ours=ours, theirs=theirs)


def _updates(
    posts: Sequence[Post],
    updates: Iterable[PageUpdate],
    status: Status | None,
    can: Capabilities,
    incident: Remote | None,
) -> Iterator[Difference]:
    """The differences between the updates on the page and ours, each by its id there; where that is not known, by its
    words."""
    others = {update.id: update for update in updates}
    same = within_words if can.chat else same_words
    unidentified: list[Post] = []
    counts: Counter[str] = Counter()
    erased = {each.message for each in posts if each.text is None}
    for each in posts:
        if each.joined and not each.whole:
            continue  # It stands in one text with the first.
        id = each.remote.update_id if each.remote else ""
        if not id and not each.joined and not (each.first and not can.first_is_update):
            unidentified.append(each)
            continue
        counts[each.at] += 1
        moment = f"{each.at} {counts[each.at]}".removesuffix(" 1")
        shown = others.pop("" if each.joined else id, None) or others.pop(moment, None)
        words = None if each.joined and each.message in erased else each.whole or each.text
        if shown is None:
            yield Difference("missing", each.update, each.text or "an update of ours", elsewhere=_apart(each, incident))
        elif words is not None and not same(words, shown.text):
            yield Difference("words", each.update, words, shown.text)
    for each in unidentified:
        match = next((id for id, update in others.items() if each.text is None or same(each.text, update.text)), None)
        if match is None:
            yield Difference("missing", each.update, each.text or "an update of ours")
        else:
            del others[match]
    for update in others.values():
        # Taken over it is our last one, with the incident's status of now: an older one must not set that back.
        yield Difference("update", update.id, theirs=update.text, status=status or update.status)


def _apart(post: Post, incident: Remote | None) -> str:
    """Another incident there than ours that has the update; empty where it is in ours."""
    if post.remote is None or incident is None or post.remote.incident_id in ("", incident.incident_id):
        return ""
    return post.remote.url or post.remote.incident_id


def _status_told(messages: Sequence[Message], erased: Mapping[str, Erased | None]) -> Status | None:
    deliveries = ((erased.get(message.id), decode_delivery(message.payload)) for message in reversed(messages))
    return next(
        (
            delivery.status if delivery else left and left.status
            for left, delivery in deliveries
            # A rename has the status of the message before it.
            if not (delivery and delivery.act == "rename")
        ),
        None,
    )


def _window_told(messages: Sequence[Message], can: Capabilities) -> Window | None:
    """The times that a maintenance should have there; None of an incident, and where they cannot be read any more."""
    delivery = decode_delivery(messages[-1].payload) if messages else None
    if delivery is None or delivery.window is None:
        return None
    return delivery.shown_window if can.by_times else delivery.window


def _minutes(window: Window) -> tuple[datetime, ...]:
    """All that some pages keep of it."""
    return tuple(at.replace(second=0, microsecond=0) for at in (window.starts_at, window.until))


def _by_times(told_status: Status, view: PageView, can: Capabilities, now: datetime) -> Iterator[Difference]:
    """The difference between the status that was told and the one that the page gives a maintenance by its times."""
    status = view.status if can.lifecycle else None
    if status is None and view.window is not None:
        begun, over = view.window.starts_at <= now, view.window.until <= now
        status = "completed" if over else "in_progress" if begun else "scheduled"
    if status is not None and status != shown_as(told_status):
        ours, theirs = (each.replace("_", " ") for each in (told_status, status))
        yield Difference("state", "", ours, theirs, status, by_times=True)


def _state(told_status: Status | None, placed: Placed, view: PageView) -> Iterator[Difference]:
    """One difference of the status and the components together: mostly one act changed them."""
    ours: list[str] = []
    theirs: list[str] = []
    status = None
    if told_status and view.status is not None and view.status != shown_as(told_status):
        status = view.status
        ours.append(told_status.replace("_", " "))
        theirs.append(view.status.replace("_", " "))
    on_page = {part.id: part for part in view.parts}
    parts = []
    placed_parts = {part.id: part for part in placed.parts if part.state}
    # Others that the incident names there stand as well here.
    others = {id: PlacedPart(id, "operational", part.name) for id, part in on_page.items() if id not in placed_parts}
    for part in (*placed_parts.values(), *others.values()):
        shown = on_page.get(part.id)
        if shown is not None and shown.state != part.state:
            name = part.name or part.id
            parts.append(msgspec.structs.replace(shown, name=name))
            state = component_state(part.state)
            ours.append(f"{name}: {STATE_WORDS[state] if state else part.state}")
            theirs.append(f"{name}: {STATE_WORDS[shown.state]}")
    if theirs:
        yield Difference("state", "", listed(ours), listed(theirs), status, tuple(parts))


# Beside the log


def title_due(state: Incident, messages: Sequence[Message]) -> str:
    """The title that a page with the incident should have; empty where nobody has given one that may stand there."""
    if title := title_for_public(state):
        return title
    told_now = title_told(messages) or ""
    undone = undone_titles(state)
    if told_now not in undone and not is_redacted(told_now):
        return told_now
    earlier = (delivery.title for each in reversed(messages) if (delivery := decode_delivery(each.payload)))
    return next((title for title in earlier if title not in undone and not is_redacted(title)), "")


def seen(read: Iterable[Difference]) -> Seen:
    """The updates of ours that a page was read to have otherwise."""
    differences = list(read)
    return Seen(
        {each.which: each.theirs for each in differences if each.about == "words"},
        frozenset(each.which for each in differences if each.about == "missing"),
    )


def still_open(
    state: Incident,
    target: str,
    messages: Sequence[Message],
    read: Sequence[Difference],
    updates: Collection[Unsettled],
    *,
    tracks_status: bool,
) -> tuple[Difference, ...]:
    """The differences that nobody has settled: those that were `read`, a title that is another here by now, and where
    the target `tracks_status` such a status.

    Of `updates` it is asked already.
    """
    content = should_say(state, target, told_events(messages))
    wanted = {post.update: post for post in content.updates}
    ids = {each.update for each in updates}
    by_log = [] if ids or not tracks_status or state.maintenance else _status_by_log(content.status, messages, read)
    return tuple(
        each
        for each in (*_with_title(state, messages, read), *by_log)
        if each.which not in ids
        and not (
            _is_as_wanted(state, each, wanted.get(each.which))
            if each.about in ("words", "missing")
            else each.about != "incident"
            and left_as_it_is(state, target, each.about, each.which, each.ours, each.theirs)
        )
    )


def _is_as_wanted(state: Incident, each: Difference, wanted: Post | None) -> bool:
    """Somebody has done on the page what the log says, or what it says was accepted."""
    if each.about == "missing":
        return wanted is None or (wanted.kept and found_as(state, each.which) != "standing")
    if wanted is None or wanted.text is None:
        return wanted is None or (bool(wanted.accepted) and same_words(wanted.accepted, each.theirs))
    return same_words(wanted.text, each.theirs)


def _with_title(state: Incident, messages: Sequence[Message], read: Iterable[Difference]) -> Iterator[Difference]:
    """With the title by the log in place of the one that was told."""
    audience = messages[-1].audience if messages else ""
    told_now = title_told(messages)
    due = title_due(state, messages) if audience == "public" and told_now is not None else told_now
    theirs = told_now
    for each in read:
        if each.about == "title":
            theirs = each.theirs
        else:
            yield each
    # Of what cannot be read any more nothing is known.
    if theirs and due is not None and not same_words(due, theirs):
        yield Difference("title", ours=due, theirs=theirs)


def _status_by_log(due: str, messages: Sequence[Message], read: Iterable[Difference]) -> Iterator[Difference]:
    """The status by the log, where another one was told: since then an update that is not there was undone or put
    back."""
    if any(each.about in ("state", "incident") for each in read) or title_told(messages) is None:
        return
    status, told_now = status_of(due), _status_told([each for each in messages if each.state == "done"], {})
    if status and told_now and shown_as(status) != shown_as(told_now):
        ours, theirs = (each.replace("_", " ") for each in (status, told_now))
        yield Difference("state", "", ours, theirs, told_now)
