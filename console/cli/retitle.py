"""A new public title from the shell, and the pages that it goes to."""

from collections.abc import Sequence
from pathlib import Path

from console.cli.output import hint
from console.core.language.text import listed
from console.core.log.event import Event, NewEvent
from console.core.subjects.public_title import SetPublicTitle
from console.publish.sending.plan import keeping_title
from console.publish.sending.publisher import Publisher
from console.store.ledger import Decided, Ledger, nothing_decided
from console.store.outbox.message import Queued

SENDS = "An open console sends it, or “warroom publish run --once”."


def retitle(
    settings: Path | None, ledger: Ledger, ref: str, command: SetPublicTitle, decided: Decided = nothing_decided
) -> list[Event]:
    """Write a new public title, which goes to the pages that have the incident. May raise Refused."""
    publisher = Publisher(settings)
    others = [other for other in ledger.states() if other.open and not other.withdrawn and other.ref != ref]
    state = ledger.state(ref)
    context = publisher.context(ledger.log, ref, others, maintenance=state.maintenance)
    publish = publisher.retitling(state, context)
    changed: list[Queued] = []

    def messages(events: Sequence[NewEvent]) -> Sequence[Queued]:
        changed[:] = publish(events)
        return changed

    written = ledger.execute(ref, command, publish=messages, decided=decided)
    if changed:
        hint(f"{listed([message.target for message in changed])}: the title is changed there, too.", SENDS)
    if kept := keeping_title(context):
        hint(f"{listed(kept)} cannot change a title: the old one stays there.")
    return written
