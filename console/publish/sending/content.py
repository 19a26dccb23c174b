"""The text due on a page, folded from the log; the text sent there, folded from its messages; and the difference.

Pure. The two folds go over the same messages in the same order, so that a target which got an update late, or not at
all, is not asked for it.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from console.core.language.times import rfc3339
from console.core.log.erasure import is_redacted
from console.core.log.state import Incident
from console.core.subjects.backfill import backfilled
from console.core.subjects.public_title import title_for_public
from console.core.subjects.update import Found, Publication, Update, Updates, any_update, found_as, words_corrected_by
from console.publish.sending.message import (
    Delivery,
    Remote,
    act_of,
    brought,
    decode_delivery,
    in_one_text,
    remote_of,
    update_of,
)
from console.store.outbox.message import Message


class Post(msgspec.Struct, frozen=True):
    """An update on a page: as it stands there, or as it should."""

    update: str
    """Our id of it."""
    text: str | None
    """None: whatever stands there, or words that were erased here since."""
    status: str = ""
    remote: Remote | None = None
    """The target's id of it; None where it should stand and is not known to."""
    first: bool = False
    """It began the incident there."""
    kept: bool = False
    """A person left it there, whatever it says."""
    message: str = ""
    """The id of the message that put it there."""
    joined: bool = False
    """It stands there in one text with others, and cannot be changed by itself."""
    whole: str = ""
    """That text, with the first of them."""
    at: str = ""
    """Its moment to the second, `2026-11-21T14:31:00Z`: its id where the target gives updates none of its own."""
    accepted: str = ""
    """Where it was kept: the words there then, as they were read, where they were others than it was told."""


class Content(msgspec.Struct, frozen=True):
    """The text due on a page about an incident."""

    title: str
    status: str
    """Empty where it should say nothing."""
    updates: tuple[Post, ...]
    """In their order there."""


def told_events(messages: Iterable[Message]) -> list[str]:
    """The events that a target was to be told of, in their order: updates, and what was decided about them since."""
    return [message.event for message in messages if message.state != "dropped"]


def should_say(state: Incident, target: str, events: Iterable[str]) -> Content:
    """The text due on the target by the log as it is. `events` are those of `told_events`."""
    decided = _decisions(state)
    updates: dict[str, Post] = {}
    status = ""
    for event in events:
        for update in filter(None, (any_update(state, id) for id in (event, *backfilled(state, event)))):
            updates.pop(update.id, None)
            updates.update(_wanted(state, update, target))
            status = _status(state, update, target) or status
        if event in decided:
            update, made = decided[event]
            if made.decision == "taken_down":
                # Where its ground is gone, what stands is missing there; what does not is gone for good.
                again = made.found != found_as(state, update.id)
                # What its writer had not heard of was not taken down with it.
                updates = {
                    id: post
                    for id, post in updates.items()
                    if (again and found_as(state, id) == "standing") or (made.known and id not in made.known)
                }
            elif made.decision == "sent":
                updates.pop(update.id, None)
                updates.update(_wanted(state, update, target))
    return Content(title_for_public(state) or state.title.value, status, tuple(updates.values()))


def _decisions(state: Incident) -> dict[str, tuple[Update, Publication]]:
    """The decisions about updates, by the events that hold them."""
    posted = (*state.part(Updates).posted.values(), *state.aside.of(Updates).posted.values())
    return {made.id: (update, made) for update in posted for made in update.publications}


def in_force(state: Incident, update: Update, target: str) -> Publication | None:
    """The last decision about an update on a target whose state and words are still the same as then."""
    made = update.settled(target)
    if made is None or made.found != found_as(state, update.id) or is_redacted(made.text):
        return None
    return made if made.corrected_by == words_corrected_by(state, update.id) else None


def _wanted(state: Incident, update: Update, target: str) -> dict[str, Post]:
    """The update as the target should show it, by its id; nothing where it should not."""
    made = in_force(state, update, target)
    match made and made.decision:
        case "removed" | "taken_down" | "left_off":
            return {}
        case "left" | "corrected":
            return {update.id: Post(update.id, None, update.status, kept=True, accepted=made.theirs if made else "")}
        case "changed" if made:
            return {update.id: Post(update.id, made.text, made.status or update.status)}
    if found_as(state, update.id) != "standing":
        return {}
    corrected_by = words_corrected_by(state, update.id)
    edits = (each for each in update.publications if each.target == target and each.decision == "edited")
    words = [each.text for each in edits if each.corrected_by == corrected_by]
    return {update.id: Post(update.id, words[-1] if words else update.text, update.status)}


def _status(state: Incident, update: Update, target: str) -> str:
    """The status that the update gives the incident there. One that was redacted still says how things stood."""
    made = in_force(state, update, target)
    if made and made.decision == "changed":
        return made.status or update.status
    undone = found_as(state, update.id) == "undone"
    return "" if undone and not (made and made.decision in ("left", "corrected")) else update.status


def _in_place(messages: Iterable[Message]) -> list[Message]:
    """Without those that went when the incident was taken down on their target, also where another room had sent them
    unknown to whoever did that, so that they stand behind it here."""
    done = [(message, _downs(message)) for message in messages]
    ended = {downs for message, downs in done if downs is not None and act_of(message.payload) == "take down"}
    left: list[Message] = []
    for message, downs in done:
        if downs not in ended:
            left.append(message)
        elif act_of(message.payload) == "take down":
            # Of what an earlier version has sent the order is all that is known.
            left = [each for each in left if each.state != "done" or _downs(each) is not None]
    return left


def others_there(messages: Iterable[Message], here: Remote | None) -> list[Remote]:
    """The incidents on a target in which messages have arrived and stand beside that which is `here`: rooms that do not
    hear of each other may each open one."""
    remotes = (remote_of(message.remote) for message in _in_place(messages) if message.state == "done")
    ours = {remote.incident_id: remote for remote in remotes if remote and remote.incident_id}
    return [remote for id, remote in ours.items() if here and id != here.incident_id]


def _downs(message: Message) -> int | None:
    """The number of times that the incident had been taken down before the message arrived; None: not known."""
    remote = remote_of(message.remote) if message.state == "done" else None
    return remote.downs if remote else None


def title_told(messages: Iterable[Message]) -> str | None:
    """The title that a target was told for an incident that is there, or will be once its messages have arrived; None
    where it is not there. Empty where it cannot be read any more; a mark where the title itself was erased.

    The first message tells it, and from then on only a new title does.
    """
    title: str | None = None
    for message in _in_place(messages):
        if message.state == "dropped":
            continue
        delivery = decode_delivery(message.payload)
        act = delivery.act if delivery else ""
        if act == "tell":
            continue
        if act == "take down":
            title = None
        elif not title or act == "rename":
            title = delivery.title if delivery else ""
    return title


def there(messages: Iterable[Message], *, coming: bool = False) -> list[Post]:
    """The text of a target about an incident as far as its messages tell, in order; with `coming`, once the changes
    that are on their way have arrived."""
    posts: dict[str, Post] = {}
    begun = False
    for message in _in_place(messages):
        delivery = decode_delivery(message.payload)
        change = delivery.change if delivery else None
        update = update_of(message.event, delivery)
        if message.state != "done" and not (coming and delivery and delivery.of and message.state != "dropped"):
            continue
        match change and change.act:
            case "take down":
                posts.clear()
                begun = False
            case "remove":
                posts.pop(update, None)
            case "edit" if delivery and change and update in posts:
                posts[update] = msgspec.structs.replace(posts[update], text=_words(delivery.text), status=change.status)
            case "adopt":
                begun = True
            case "backfill" if delivery:
                posts.update((each.update, each) for each in _backfilled(message, delivery))
                begun = True
            case None:
                if delivery and delivery.alone:
                    posts.clear()
                posts.pop(update, None)
                status, remote = delivery.status if delivery else "", remote_of(message.remote)
                words = _words(delivery.text) if delivery else None
                at = second(delivery.at) if delivery else ""
                posts[update] = Post(update, words, status, remote, not begun, message=message.id, at=at)
                begun = True
    return list(posts.values())


def tells(message: Message) -> bool:
    """It tells what happened beside updates, and brings none."""
    delivery = decode_delivery(message.payload)
    return bool(delivery and delivery.happened)


def _backfilled(message: Message, delivery: Delivery) -> Iterable[Post]:
    """The updates of a past incident that has arrived, each with the target's id of it where it gave any."""
    remote = remote_of(message.remote)
    ids = remote.past if remote else ()
    for number, past in enumerate(delivery.past):
        past_remote = Remote(remote.incident_id, ids[number], remote.url) if remote and number < len(ids) else remote
        joined = not ids and len(delivery.past) > 1
        whole = in_one_text(delivery.past) if joined and not number else ""
        yield Post(
            past.update, _words(past.text), past.status, past_remote, not number, message=message.id, joined=joined,
            whole=whole, at=second(past.at),
        )  # fmt: skip


def second(at: datetime) -> str:
    """As `Post.at` has a moment."""
    return f"{rfc3339(at)[:19]}Z"


def _words(text: str) -> str | None:
    return None if is_redacted(text) else text


class Shown(NamedTuple):
    """A postmortem that a page shows."""

    text: str | None
    """None where it was erased here since."""
    event: str


def postmortem_there(messages: Iterable[Message], *, coming: bool = False) -> Shown | None:
    """The postmortem on a page as far as its messages tell; with `coming`, once those on their way have arrived."""
    shown: Shown | None = None
    for message in _in_place(messages):
        delivery = decode_delivery(message.payload)
        change = delivery.change if delivery else None
        if message.state != "done" and not (coming and message.state != "dropped"):
            continue
        match change and change.act:
            case "postmortem" if delivery:
                shown = Shown(_words(delivery.text), message.event)
            case "withdraw" | "take down":
                shown = None
    return shown


class Unsettled(msgspec.Struct, frozen=True):
    """An update that a page says, or does not, other than the log; nobody has decided what becomes of it there."""

    target: str
    update: str
    """Our id of it."""
    name: str
    """`public update #2`."""
    found: Found
    """Its state in the log."""
    why: Literal["still there", "other words", "missing"]
    text: str | None
    """Its words there, as they were read last, else as they were told; None where they were erased here, or it is
    missing."""
    remote: Remote | None
    first: bool
    alone: bool
    """It is the only update of the incident there."""
    status: str
    """That of the incident there, once this is not."""
    ends: bool
    """The incident has another status there because of it, such as a wrong “resolved”."""
    message: str = ""
    """The id of the message that put it there, by which a person names it."""
    corrected: bool = False
    """Its words were corrected in the log, and nobody has decided since."""
    joined: bool = False
    """It stands there in one text with others."""
    edited: bool = False
    """The page has other words of it than it was told: somebody changed them there, past us."""

    @property
    def says(self) -> str:
        """The difference in a sentence: `The page still shows public update #2, undone here.`"""
        match self.why:
            case "missing":
                return f"The page no longer shows {self.name}, which stands here."
            case _ if self.edited:
                here = "" if self.found == "standing" else f", {self.found} here"
                return f"Somebody changed the words of {self.name} on the page{here}."
            case "other words":
                how = "as it was before its correction here" if self.corrected else "in other words than here"
                return f"The page shows {self.name} {how}."
        here = "which was to be removed" if self.found == "standing" else f"{self.found} here"
        return f"The page still shows {self.name}, {here}."


def same_words(ours: str, theirs: str) -> bool:
    """The words are the same. Pages change line ends, and some the marks of Markdown; no figure may change."""
    return _plain(ours) == _plain(theirs) if _plain(ours) else ours.strip() == theirs.strip()


def within_words(ours: str, theirs: str) -> bool:
    """The same, or with something around them, as a chat shows them."""
    return same_words(ours, theirs) or (bool(_plain(ours)) and _plain(ours) in _plain(theirs))


_LETTER = re.compile(r"[^\W_]|(?<=\d)[.,:/-](?=\d)")


def _plain(text: str) -> str:
    return "".join(_LETTER.findall(text.replace("\\", "").casefold()))


class Seen(NamedTuple):
    """The updates of ours that a page was read to have otherwise than it was told."""

    words: Mapping[str, str] = {}
    """The words there, by our id of the update."""
    gone: Collection[str] = ()
    """Ids of those that it no longer has."""


def unsettled(state: Incident, target: str, messages: Sequence[Message], seen: Seen = Seen()) -> tuple[Unsettled, ...]:
    """The open differences between a target and the log; `messages` are the incident's to that target.

    By `seen` a page on which somebody has done by hand what the log says does not differ.
    """
    wanted = should_say(state, target, told_events(messages))
    if any(delivery and delivery.alone for delivery in (decode_delivery(message.payload) for message in messages)):
        # What was said before gave way to the last one that stands.
        wanted = msgspec.structs.replace(wanted, updates=wanted.updates[-1:])
    should = {post.update: post for post in wanted.updates}
    will = there(messages, coming=True)
    # One that was sent again, and dropped then, is off the page as it was before.
    kept = [message for message in messages if message.state != "dropped"]
    bringing = {id: message for message in kept for id in brought(message.event, decode_delivery(message.payload))}
    arrived = {id for id, message in bringing.items() if message.state == "done"}
    unsettled: list[Unsettled] = []

    def differs(post: Post, why: Literal["still there", "other words", "missing"]) -> None:
        update = any_update(state, post.update)
        if update is None:
            return  # The log does not know it: a file was restored, or the update is of another version.
        status = wanted.status or next((each.status for each in will if each.update != post.update), "")
        ends = why == "still there" and bool(will) and will[-1] is post and post.status != status
        name = f"{update.audience} update #{update.number}"
        message = post.message or bringing[update.id].id
        found_here = found_as(state, update.id)
        here = (target, update.id, name, found_here, why)
        read = seen.words.get(update.id)
        # What was erased is not shown, also where the messages were read before.
        words = None if found_here == "redacted" else post.text if read is None else read
        alone = len(will) == 1
        corrected = bool(words_corrected_by(state, update.id)) and in_force(state, update, target) is None
        unsettled.append(
            Unsettled(
                *here, words, post.remote, post.first, alone, status, ends, message, corrected, post.joined,
                edited=read is not None,
            )
        )  # fmt: skip

    for post in will:
        if post.update in seen.gone:
            continue
        if post.update not in should:
            differs(post, "still there")
        elif (wanted_here := should[post.update]).kept or post.text == wanted_here.text:
            continue
        elif not same_words(wanted_here.text or "", seen.words.get(post.update, "")):
            differs(post, "other words" if found_as(state, post.update) == "standing" else "still there")
    on_page = {post.update for post in will}
    for post in wanted.updates:
        if post.update not in on_page and post.update in arrived and not post.kept:
            differs(post, "missing")
    return tuple(unsettled)
