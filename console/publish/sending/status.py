"""Where each target of an incident stands: what the page says against what we published last."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from console.core.language.text import one_line
from console.core.language.times import parse_rfc3339
from console.core.log.clocks import ENDED
from console.core.log.state import Incident
from console.core.subjects.update import last_update
from console.publish.provider import Capabilities, PageUpdate, PageView
from console.publish.sending.afterwards import postmortem_difference, postmortem_there
from console.publish.sending.content import Said, Unsettled, remote_of, tells, there, title_told, unsettled
from console.publish.sending.message import Delivery, Known, Part, component_state, decode_delivery
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
    """How many messages have not arrived yet."""
    url: str = ""
    """Where a person can read the page; empty where that is not known."""
    messages: tuple[Message, ...] = ()
    """All of the incident's messages to it, in their order."""
    unsettled: tuple[Unsettled, ...] = ()
    """Updates there that are not what the log says, as it is now; nobody has decided what becomes of them."""


def standings(
    messages: Iterable[Message], placed: Mapping[str, Placed], now: datetime, own: str = ""
) -> tuple[Standing, ...]:
    """Every target that one incident's messages went to, by name; `messages` in their order.

    `own` is the origin of the file that shows them; without it all messages are this file's.
    """
    by_target = messages_by_target(messages)
    return tuple(_standing(name, by_target[name], placed.get(name, Placed()), now, own) for name in sorted(by_target))


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
        if not there(messages) and not any(message.state == "done" and tells(message) for message in messages):
            return Standing(target, "nothing", messages[-1].note, messages=messages)
        where: Where = "differs" if placed.differs else "sent" if placed.differs is None else "in sync"
        return Standing(target, where, placed.differs or messages[-1].note, url=url, messages=messages)
    first = left[0]
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
    why = f"The incident is closed, but the last public update says {last.status}."
    return tuple(
        msgspec.structs.replace(each, where="behind", says=why) if each.where in ARRIVED else each for each in known
    )


def _beside(state: Incident, standing: Standing) -> Standing:
    """It differs while anything stands there that nobody has decided about."""
    found = unsettled(state, standing.target, standing.messages)
    says = [each.says for each in found]
    says += filter(None, [postmortem_difference(state, standing.target, standing.messages)])
    standing = msgspec.structs.replace(standing, unsettled=found)
    if not says or standing.where not in (*ARRIVED, "nothing"):
        return standing
    return msgspec.structs.replace(standing, where="differs", says=" ".join(says))


def known_of(placed: Placed) -> Known:
    """Our own records of the page, as a provider is told them."""
    parts = tuple(Part(part.id, state, part.name) for part in placed.parts if (state := component_state(part.state)))
    return Known(remote_of(placed.remote), placed.updates, parts)


def difference(messages: Sequence[Message], placed: Placed, view: PageView, can: Capabilities) -> str:
    """Sentences on the differences between the page and our messages; none where they agree."""
    said = there(messages)
    if view.gone:
        return "The incident is no longer on the page; somebody deleted it." if said else ""
    delivered = [decode_delivery(message.payload) for message in messages if message.state == "done"]
    title = title_told(message for message in messages if message.state == "done")
    delivery = next((each for each in reversed(delivered) if not _renames(each)), None)
    differences = []
    if delivery and can.lifecycle and view.status is not None and view.status != delivery.status:
        differences.append(f"We say {delivery.status}, the page says {view.status}.")
    if view.updates is None:
        newest = said[-1].text if said else None
        if view.text and newest is not None and _plain(newest) not in _plain(view.text):
            differences.append("The page has another text for the last update.")
    else:
        differences += _other_updates(said, view.updates, can)
    if title and view.title and _plain(title) not in _plain(view.title):
        differences.append(f"The page has another title: {view.title}.")
    differences += _other_postmortem(messages, view)
    on_page = {part.id: part for part in view.parts}
    for part in placed.parts:
        seen = on_page.get(part.id)
        if seen is not None and part.state and seen.state != part.state:
            differences.append(f"{part.name or part.id}: we say {part.state}, the page says {seen.state}.")
    return " ".join(differences)


def _renames(delivery: Delivery | None) -> bool:
    """It changes the title alone; its status is that of the message before it."""
    return bool(delivery and delivery.change and delivery.change.act == "rename")


def _other_updates(said: list[Said], updates: tuple[PageUpdate, ...], can: Capabilities) -> Iterator[str]:
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
        words = "an update of ours" if each.text is None else f"“{one_line(each.text, 60)}”"
        if id not in by_id:
            yield f"The page no longer has {words}."
        elif each.text is not None and _plain(each.text) not in _plain(by_id[id].text):
            yield f"The page has other words for {words}."
    if not unknown:
        for update in (by_id[id] for id in by_id if id not in ours):
            yield f"The page has an update that is not from here: “{one_line(update.text, 60)}”."


def _other_postmortem(messages: Sequence[Message], view: PageView) -> Iterator[str]:
    """A postmortem that somebody wrote on the page itself is no difference; it is theirs."""
    shown = postmortem_there(messages)
    if shown is None or shown.text is None or view.postmortem is None:
        return
    if not view.postmortem:
        yield "The page no longer has the postmortem."
    elif _plain(shown.text) != _plain(view.postmortem):
        yield "The page has another postmortem."


def _plain(text: str) -> str:
    """The words alone: pages change line ends, and some the marks of Markdown."""
    return "".join(char for char in text.casefold() if char.isalnum())
