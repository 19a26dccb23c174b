"""Decisions about a message, as commands of the log: other words, no more tries, there or not there."""

from contextlib import suppress
from typing import Literal
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec.structs import replace

from console.core.language.text import clean
from console.core.refusal import Refused
from console.core.subjects.publication import TakePublication
from console.core.subjects.update import DecidePublication
from console.publish.provider import Capabilities
from console.publish.sending.message import Remote, decode_delivery, remote_of, update_of
from console.store.outbox.message import NOTHING_PLACED, Message
from console.store.outbox.outbox import Outbox


class _Worded(msgspec.Struct):
    """The text alone of a message: where the sender can read nothing more, it can still be seen and edited."""

    text: str = ""


def edited(message: Message, text: str | None, by: str, without: tuple[str, ...] = ()) -> DecidePublication:
    """Another text for a message of which nothing is on the page yet, or fewer components; it is sent at once.

    None keeps the text. `without` names components as the incident calls them, such as one that the page has no more.
    """
    delivery = decode_delivery(message.payload)
    if delivery and delivery.change:
        raise Refused("Drop this change, and decide again what becomes of the update there.", "text")
    if message.remote and not message.finished:
        raise Refused("Some of its recipients have it as it is; drop it, and post a correction.", "text")
    was = ""
    with suppress(msgspec.DecodeError, RecursionError):
        was = msgspec.json.decode(message.payload, type=_Worded).text
    text = was if text is None else text
    return replace(_decision("edited", message, by), text=text, was=was, without=without)


def dropped(message: Message, by: str) -> DecidePublication:
    """Drop a message; those behind it are sent. What a try may have put on the page stays there."""
    return replace(_decision("dropped", message, by), doubtful=message.state in ("unknown", "ask"))


def resent(message: Message, by: str) -> DecidePublication:
    """Send a doubtful message once more: the person has looked, and it is not there."""
    return _decision("resent", message, by)


def taken(outbox: Outbox, message: Message, by: str) -> TakePublication:
    """Have this file send a message that another one was to send. Raises Refused and StoreProblem."""
    if why := message.refusal("taken", outbox.log.origin):
        raise Refused(why)
    update = update_of(message.event, decode_delivery(message.payload))
    return TakePublication(
        actor=by, message=message.id, update=update, to=message.target, instead_of=outbox.holders(message)
    )


def confirmed(
    outbox: Outbox,
    message: Message,
    by: str,
    *,
    url: str = "",
    incident: str = "",
    can: Capabilities | None = None,
) -> DecidePublication:
    """Finish a message that the person has seen on the page.

    The first message of an incident needs the page's address of it, since updates are added to what it names, or
    `incident`, its id there. `can` is what the target can do; without it that is not asked for. Raises StoreProblem.
    """
    known = remote_of(outbox.placed(message.incident).get(message.target, NOTHING_PLACED).remote)
    where, incident_id = clean(url, multiline=False).strip(), clean(incident, multiline=False).strip()
    if known is None and not (where or incident_id) and can is not None and can.asks:
        raise Refused("Give the address of the incident on the page; the next updates are added to it.", "url")
    if where and urlsplit(where).scheme not in ("http", "https"):
        raise Refused("The address has to begin with https://.", "url")
    # Pages put their own id of an incident last into its address, matrix.to behind its #.
    parts = urlsplit(where)
    path = parts.path.rstrip("/") or parts.fragment.partition("?")[0]
    named = unquote(path.rpartition("/")[2])
    remote = Remote(incident_id or (known.incident_id if known else named), "", where or (known.url if known else ""))
    return there(message, remote, by)


def there(message: Message, remote: Remote, by: str) -> DecidePublication:
    """The same, with what the target calls it."""
    return replace(_decision("confirmed", message, by), remote=msgspec.json.encode(remote).decode())


def _decision(
    decision: Literal["edited", "dropped", "resent", "confirmed"], message: Message, by: str
) -> DecidePublication:
    delivery = decode_delivery(message.payload)
    return DecidePublication(
        actor=by,
        message=message.id,
        update=update_of(message.event, delivery),
        to=message.target,
        decision=decision,
        revises=bool(delivery and delivery.change),
    )
