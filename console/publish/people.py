"""What a person says about a doubtful message: it is there."""

from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from console.core.refusal import Refusal
from console.core.text import clean
from console.publish.message import Remote
from console.publish.provider import Capabilities
from console.publish.standing import remote_of
from console.store.outbox import NOTHING_PLACED, Outbox


def confirm(
    outbox: Outbox,
    id: str,
    at: datetime,
    by: str,
    *,
    url: str = "",
    incident: str = "",
    can: Capabilities | None = None,
) -> Refusal | None:
    """Finish a message that the person has seen on the page.

    The first message of an incident needs the page's address of it, since updates are added to what it names, or
    `incident`, its id there. `can` is what the target can do; without it that is not asked for. Raises StoreProblem.
    """
    message = outbox.message(id)
    placed = outbox.placed(message.incident).get(message.target, NOTHING_PLACED) if message else NOTHING_PLACED
    known = remote_of(placed)
    where, theirs = clean(url, multiline=False).strip(), clean(incident, multiline=False).strip()
    if known is None and not (where or theirs) and can is not None and can.asks:
        return Refusal("Give the address of the incident on the page; the next updates are added to it.", "url")
    if where and urlsplit(where).scheme not in ("http", "https"):
        return Refusal("The address has to begin with https://.", "url")
    # Pages put their own id of an incident last into its address.
    named = urlsplit(where).path.rstrip("/").rpartition("/")[2] if where else ""
    remote = Remote(theirs or (known.incident_id if known else named), "", where or (known.url if known else ""))
    return outbox.confirm(id, msgspec.json.encode(remote).decode(), "", at, by)
