"""Where each target of an incident stands: what the page says against what we published last."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from console.core.language.times import parse_rfc3339
from console.core.log.clocks import ENDED
from console.core.log.state import Incident
from console.core.subjects.update import any_update, last_update
from console.publish.provider import Capabilities, PageView
from console.publish.sending.message import Delivery, Known, Part, Remote, component_state
from console.store.outbox.message import Message, Placed

Where = Literal["nothing", "sent", "in sync", "sending", "waiting", "failed", "asking", "differs", "behind"]

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
    arrived: tuple[str, ...] = ()
    """Ids of the updates that arrived there, oldest first."""


def standings(messages: Iterable[Message], placed: Mapping[str, Placed], now: datetime) -> tuple[Standing, ...]:
    """Every target that one incident's messages went to, by name; `messages` in their order."""
    by_target: dict[str, list[Message]] = {}
    for message in messages:
        by_target.setdefault(message.target, []).append(message)
    return tuple(_standing(name, by_target[name], placed.get(name, Placed()), now) for name in sorted(by_target))


def _standing(target: str, messages: list[Message], placed: Placed, now: datetime) -> Standing:
    left = [message for message in messages if not message.finished]
    remote = remote_of(placed)
    url = remote.url if remote else ""
    if not left:
        if all(message.state == "dropped" for message in messages):
            return Standing(target, "nothing", messages[-1].note)
        where: Where = "differs" if placed.differs else "sent" if placed.differs is None else "in sync"
        arrived = tuple(dict.fromkeys(message.event for message in messages if message.state == "done"))
        return Standing(target, where, placed.differs or "", url=url, arrived=arrived)
    first = left[0]
    due = parse_rfc3339(first.due_at)
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
    return Standing(target, where, first.note, until if where == "waiting" else None, first.id, len(left), url)


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
    """It differs while the last update that arrived is no longer said here; an earlier one is told, and no more."""
    if standing.where not in ARRIVED:
        return standing
    gone = [words for id in standing.arrived if (words := _no_longer_said(state, id))]
    if not gone:
        return standing
    last = _no_longer_said(state, standing.arrived[-1])
    says = f"The page still shows {last or ', '.join(gone)}."
    return msgspec.structs.replace(standing, where="differs" if last else standing.where, says=says)


def _no_longer_said(state: Incident, id: str) -> str:
    """An update that was undone or redacted after it went out, in words; empty where it stands."""
    update, entry = any_update(state, id), state.entries.get(id)
    if update is None or entry is None or not (entry.undone or entry.redacted):
        return ""
    return f"{update.audience} update #{update.number}, {'redacted' if entry.redacted else 'undone'} here"


def remote_of(placed: Placed) -> Remote | None:
    return msgspec.json.decode(placed.remote, type=Remote) if placed.remote else None


def known_of(placed: Placed) -> Known:
    """Our own records of the page, as a provider is told them."""
    parts = tuple(Part(part.id, state, part.name) for part in placed.parts if (state := component_state(part.state)))
    return Known(remote_of(placed), placed.updates, parts)


def difference(last: Delivery, placed: Placed, view: PageView, can: Capabilities) -> str:
    """How the page differs from our last message, in sentences; empty when it does not."""
    if view.gone:
        return "The incident is no longer on the page; somebody deleted it."
    differences = []
    if can.lifecycle and view.status is not None and view.status != last.status:
        differences.append(f"We say {last.status}, the page says {view.status}.")
    if view.text and _plain(last.text) not in _plain(view.text):
        differences.append("The page has another text for the last update.")
    if view.title and _plain(last.title) not in _plain(view.title):
        differences.append(f"The page has another title: {view.title}.")
    on_page = {part.id: part for part in view.parts}
    for part in placed.parts:
        seen = on_page.get(part.id)
        if seen is not None and part.state and seen.state != part.state:
            differences.append(f"{part.name or part.id}: we say {part.state}, the page says {seen.state}.")
    return " ".join(differences)


def _plain(text: str) -> str:
    """The words alone: pages change line ends, and some the marks of Markdown."""
    return "".join(char for char in text.casefold() if char.isalnum())
