"""Differences between a page, as it was read, and what it was told: found, kept in the outbox, settled by the log."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Literal

import msgspec

from console.core.language.text import listed, one_line
from console.core.log.erasure import is_redacted
from console.core.log.state import Incident
from console.core.subjects.page_settled import left_as_it_is
from console.core.subjects.public_title import title_for_public, undone_titles
from console.publish.provider import Capabilities, PageUpdate, PageView
from console.publish.sending.content import Said, Unsettled, postmortem_there, should_say, there, title_told, told
from console.publish.sending.message import (
    STATE_WORDS,
    Delivery,
    Part,
    Status,
    component_state,
    decode_delivery,
    shown_as,
)
from console.store.outbox.message import Message, Placed

About = Literal["incident", "words", "missing", "update", "state", "title", "postmortem"]
"""Nothing of the incident is there; other words for an update of ours; an update of ours is not there; one that is
there is not from here; another status, or other states of components; another title; another postmortem, or none."""


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
    """That of the incident there, or of the update that is not from here."""
    parts: tuple[Part, ...] = ()
    """The components that have another state there, with that state."""

    def id(self, target: str) -> str:
        """By which a command names it; the same as long as nothing else is about the same thing."""
        return blake2b(f"{target}\n{self.about}\n{self.which}".encode(), digest_size=5).hexdigest()

    @property
    def says(self) -> str:
        """The difference in a sentence."""
        ours, theirs = one_line(self.ours, 60), one_line(self.theirs, 60)
        match self.about:
            case "incident":
                return "The incident is no longer on the page; somebody deleted it."
            case "words":
                return f"The page has other words for “{ours}”: “{theirs}”."
            case "missing":
                return f"The page no longer has “{ours}”."
            case "update":
                return f"The page has an update that is not from here: “{theirs}”."
            case "state":
                return f"We say {self.ours}, the page says {self.theirs}."
            case "postmortem":
                return f"The page {'has another' if theirs else 'no longer has the'} postmortem."
        return f"The page {'has another title' if self.ours else 'still has a title that was undone here'}: {theirs}."


_decode = msgspec.json.Decoder(tuple[Difference, ...]).decode


def encoded(differences: Sequence[Difference]) -> str:
    """Empty where there are none."""
    return msgspec.json.encode(differences).decode() if differences else ""


def decoded(text: str) -> tuple[Difference, ...] | None:
    """None where it cannot be read, as of an earlier version: the page is to be read anew."""
    try:
        return _decode(text) if text else ()
    except msgspec.DecodeError:
        return None


def differences(
    messages: Sequence[Message], placed: Placed, view: PageView, can: Capabilities
) -> tuple[Difference, ...]:
    """The differences between a page and what it was told by an incident's messages."""
    said = there(messages)
    if view.gone:
        return (Difference("incident", ours=said[-1].text or ""),) if said else ()
    return tuple(_differences(said, [m for m in messages if m.state == "done"], placed, view, can))


def _differences(
    said: Sequence[Said], messages: Sequence[Message], placed: Placed, view: PageView, can: Capabilities
) -> Iterator[Difference]:
    if view.updates is not None:
        yield from _updates(said, view.updates, can)
    elif said and view.text and said[-1].text is not None and _plain(said[-1].text) not in _plain(view.text):
        yield Difference("words", said[-1].update, said[-1].text, view.text)
    yield from _state(messages, placed, view, can)
    title = title_told(messages)
    if title and view.title and _plain(title) not in _plain(view.title):
        yield Difference("title", ours=title, theirs=view.title)
    shown = postmortem_there(messages)
    ours, theirs = shown.text if shown else None, view.postmortem
    # One that somebody wrote on the page itself is no difference; it is theirs.
    if ours is not None and theirs is not None and _plain(ours) != _plain(theirs):
        yield Difference("postmortem", ours=ours, theirs=theirs)


def _updates(said: Sequence[Said], updates: Iterable[PageUpdate], can: Capabilities) -> Iterator[Difference]:
    """The differences between the updates on the page and ours, each by its id there."""
    by_id = {update.id: update for update in updates}
    ours: set[str] = set()
    unknown = False
    for each in said:
        id = each.remote.update_id if each.remote else ""
        if not id and not (each.first and not can.first_is_update):
            unknown = True
            continue
        ours.add(id)
        if id not in by_id:
            yield Difference("missing", each.update, each.text or "an update of ours")
        elif each.text is not None and _plain(each.text) not in _plain(by_id[id].text):
            yield Difference("words", each.update, each.text, by_id[id].text)
    if not unknown:
        for update in (by_id[id] for id in by_id if id not in ours):
            yield Difference("update", update.id, theirs=update.text, status=update.status)


def _state(messages: Sequence[Message], placed: Placed, view: PageView, can: Capabilities) -> Iterator[Difference]:
    """One difference of the status and the components together: mostly one act changed them."""
    deliveries = (decode_delivery(message.payload) for message in reversed(messages))
    delivery = next((each for each in deliveries if not _is_rename(each)), None)
    ours: list[str] = []
    theirs: list[str] = []
    status = None
    if delivery and can.lifecycle and view.status is not None and view.status != shown_as(delivery.status):
        status = view.status
        ours.append(delivery.status)
        theirs.append(view.status)
    on_page = {part.id: part for part in view.parts}
    parts = []
    for part in placed.parts:
        seen = on_page.get(part.id)
        if seen is not None and part.state and seen.state != part.state:
            name = part.name or part.id
            parts.append(msgspec.structs.replace(seen, name=name))
            state = component_state(part.state)
            ours.append(f"{name}: {STATE_WORDS[state] if state else part.state}")
            theirs.append(f"{name}: {STATE_WORDS[seen.state]}")
    if theirs:
        yield Difference("state", "", listed(ours), listed(theirs), status, tuple(parts))


def _is_rename(delivery: Delivery | None) -> bool:
    """It changes the title alone; its status is that of the message before it."""
    return bool(delivery and delivery.change and delivery.change.act == "rename")


def _plain(text: str) -> str:
    """The words alone: pages change line ends, and some the marks of Markdown."""
    return "".join(char for char in text.casefold() if char.isalnum())


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


def still_open(
    state: Incident, target: str, messages: Sequence[Message], read: Iterable[Difference], updates: Iterable[Unsettled]
) -> tuple[Difference, ...]:
    """The differences that nobody has settled: those that were `read`, and a title that is another here by now.

    Of `updates` it is asked already.
    """
    wanted = {said.update: said for said in should_say(state, target, told(messages)).updates}
    asked = {each.update for each in updates}
    open_ = []
    for each in _with_title(state, messages, read):
        kept = each.about in ("words", "missing") and (each.which not in wanted or wanted[each.which].kept)
        if kept or each.which in asked:
            continue
        if each.about in ("title", "state", "update", "postmortem") and left_as_it_is(
            state, target, each.about, each.which, each.ours, each.theirs
        ):
            continue
        open_.append(each)
    return tuple(open_)


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
    if theirs and due is not None and _plain(theirs) != _plain(due):
        yield Difference("title", ours=due, theirs=theirs)
