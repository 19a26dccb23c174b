"""The standing of each target of an incident: what the page says against what we published last."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from console.core.language.times import parse_rfc3339
from console.core.log.clocks import ENDED
from console.core.log.state import Incident
from console.core.subjects.update import any_update, last_update
from console.publish.sending.afterwards import postmortem_difference
from console.publish.sending.content import Unsettled, tells, there, title_told, unsettled
from console.publish.sending.differences import Difference, decoded, seen, still_open
from console.publish.sending.message import Known, Part, component_state, remote_of
from console.store.outbox.message import Message, Placed
from console.store.outbox.shared import HOLDS

Where = Literal["nothing", "sent", "in sync", "sending", "waiting", "failed", "asking", "differs", "behind"]

OTHERS_SILENT = "{}'s console has not sent it: take it over once that console is gone."

ARRIVED = ("sent", "in sync")
"""Everything is there; in sync only what was read back since."""


class Standing(msgspec.Struct, frozen=True):
    """One target of an incident."""

    target: str
    where: Where
    says: str = ""
    """Why, in a sentence; may be empty."""
    until: datetime | None = None
    """When the next try is, where it waits for one."""
    message: str = ""
    """The message that is meant; empty where nothing is on its way."""
    left: int = 0
    """The number of messages that have not arrived yet."""
    url: str = ""
    """Where a person can read the page; empty where that is not known."""
    messages: tuple[Message, ...] = ()
    """All of the incident's messages to it, in their order."""
    unsettled: tuple[Unsettled, ...] = ()
    """Updates there that are not what the log says, as it is now; nobody has decided what becomes of them."""
    read: tuple[Difference, ...] | None = None
    """The differences of the page from our messages when it was read last; None: not read since the last of them."""
    read_at: datetime | None = None
    """When that was."""
    differences: tuple[Difference, ...] = ()
    """Of these, of the title and of the status, what nobody has settled; the log may have others by now."""
    tracks_status: bool = False
    """The incident has the status there that it should have, see `Capabilities.tracks_status`."""


def standings(
    messages: Iterable[Message],
    placed: Mapping[str, Placed],
    now: datetime,
    own: str = "",
    tracking: Collection[str] = (),
) -> tuple[Standing, ...]:
    """Every target that one incident's messages went to, by name; `messages` in their order.

    `own` is the origin of the file that shows them; without it all messages are this file's.
    """
    by_target = messages_by_target(messages)
    known = (_standing(name, by_target[name], placed.get(name, Placed()), now, own) for name in sorted(by_target))
    return tuple(msgspec.structs.replace(each, tracks_status=each.target in tracking) for each in known)


def messages_by_target(messages: Iterable[Message]) -> dict[str, tuple[Message, ...]]:
    by_target: dict[str, tuple[Message, ...]] = {}
    for message in messages:
        by_target[message.target] = (*by_target.get(message.target, ()), message)
    return by_target


def _standing(target: str, messages: tuple[Message, ...], placed: Placed, now: datetime, own: str) -> Standing:
    left = [message for message in messages if not message.finished]
    remote = remote_of(placed.remote)
    url = remote.url if remote else ""
    if not left:
        if title_told(messages) is None and not any(message.state == "done" and tells(message) for message in messages):
            return Standing(target, "nothing", messages[-1].note, messages=messages)
        read = None if placed.differs is None else decoded(placed.differs)
        where: Where = "differs" if read else "sent" if read is None else "in sync"
        says = " ".join(each.says for each in read or ()) or messages[-1].note
        read_at = parse_rfc3339(placed.read_at) if read is not None and placed.read_at else None
        return Standing(target, where, says, url=url, messages=messages, read=read, read_at=read_at)
    first = min(left, key=lambda message: message.n)
    due = parse_rfc3339(first.due_at)
    if own and first.origin != own and first.state not in ("dead", "ask"):
        waits = now - due <= HOLDS
        says = f"{first.author}'s console sends it." if waits else OTHERS_SILENT.format(first.author)
        return Standing(target, "waiting" if waits else "asking", says, None, first.id, len(left), url, messages)
    until = due if due > now else None
    match first.state:
        case "dead":
            where = "failed"
        case "ask":
            where = "asking"
        case "sending":
            where, until = "sending", None
        case _:
            where = "waiting" if until or first.note else "sending"
    until = until if where == "waiting" else None
    return Standing(target, where, first.note, until, first.id, len(left), url, messages)


def against(state: Incident, known: tuple[Standing, ...]) -> tuple[Standing, ...]:
    """The standings beside the log as it is now: what a page shows that the log no longer says, and, once the incident
    is over, that the last public update says that it goes on.
    """
    last = last_update(state, "public")
    known = tuple(_beside(state, each) for each in known)
    if state.phase != "over" or last is None or last.final or last.status in ENDED:
        return known
    standing = f"The maintenance is {state.stage.value}" if state.maintenance else "The incident is closed"
    why = f"{standing}, but the last public update says {last.status.replace('_', ' ')}."
    return tuple(
        msgspec.structs.replace(each, where="behind", says=why) if each.where in ARRIVED else each for each in known
    )


def _beside(state: Incident, standing: Standing) -> Standing:
    """It differs while anything stands there that nobody has decided about."""
    target, messages, read = standing.target, standing.messages, standing.read or ()
    gone = any(each.about == "incident" for each in read)
    updates = () if gone else unsettled(state, target, messages, seen(read))
    others = still_open(state, target, messages, read, updates, tracks_status=standing.tracks_status)
    standing = msgspec.structs.replace(standing, unsettled=updates, differences=others)
    if standing.where not in (*ARRIVED, "nothing", "differs"):
        return standing
    says = [each.says for each in updates] + [each.says for each in others]
    says += filter(None, [postmortem_difference(state, target, messages)])
    if says:
        return msgspec.structs.replace(standing, where="differs", says=" ".join(says))
    if standing.where in ("in sync", "differs") and (erased := _erased_there(state, messages)):
        return msgspec.structs.replace(standing, where="sent", says=erased)
    return msgspec.structs.replace(standing, where="in sync", says="") if standing.where == "differs" else standing


def _erased_there(state: Incident, messages: Iterable[Message]) -> str:
    """That words on the page cannot be compared, since they were erased here; empty where all can be."""
    erased = [post.update for post in there(messages) if post.text is None]
    update = next(filter(None, (any_update(state, id) for id in erased)), None)
    if not erased:
        return ""
    name = f"{update.audience} update #{update.number}" if update else "an update"
    return f"The words of {name} were erased here: whether the page still has them cannot be told."


def known_of(placed: Placed) -> Known:
    """Our own records of the page, as a provider is told them."""
    parts = tuple(Part(part.id, state, part.name) for part in placed.parts if (state := component_state(part.state)))
    return Known(remote_of(placed.remote), placed.updates, parts)
