"""Looking for a message where an earlier one of the same words is on the page and nobody knows what it is called there.

A target finds updates by their words, passing over those whose id is known. One that a person has confirmed has no id:
it would be found in place of the next one with the same words, which would then never be sent. So all that could be
one or the other are counted: with more of them than earlier messages ours is there, with as many it is not.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from console.publish.provider import Capabilities, Provider
from console.publish.providers.common.json import same
from console.publish.providers.common.lookup import alike
from console.publish.sending.message import Absent, CannotTell, Delivery, Found, Known, Lookup, Remote
from console.publish.sending.plan import decode_delivery
from console.store.outbox.message import Message


class Nameless(msgspec.Struct, frozen=True):
    """An earlier message that is, or may be, on the page under an id that is not known."""

    delivery: Delivery | None
    """None where its text was erased since."""
    first: bool
    """It began the incident there."""
    sure: bool
    """It is there, in the very words; else it was given up in doubt, or its words are not quite the same."""

    def taken_for(self) -> Iterator[Delivery]:
        """What it is looked for as: some targets give the first message the incident's own moment."""
        if self.delivery is not None:
            yield self.delivery
            if self.first:
                yield msgspec.structs.replace(self.delivery, at=self.delivery.started_at)


def nameless(earlier: Iterable[Message], delivery: Delivery, can: Capabilities) -> list[Nameless]:
    """Those among a target's earlier messages of an incident that could be taken for this one."""
    found = []
    first = True
    for message in earlier:
        # Some targets keep the first message apart from the updates.
        began, first = first, first and message.state != "done"
        apart = began and not can.first_is_update
        known = message.remote and msgspec.json.decode(message.remote, type=Remote).update_id
        if apart or known or (message.state == "dropped" and not message.attempts):
            continue
        words = _delivery(message)
        if words is None:
            found.append(Nameless(None, began, False))
        elif words.status == delivery.status and alike(words.text, delivery.text):
            sure = message.state == "done" and same(words.text, delivery.text)
            found.append(Nameless(words, began, sure))
    return found


def _delivery(message: Message) -> Delivery | None:
    try:
        return decode_delivery(message.payload)
    except msgspec.DecodeError:
        return None


def look(provider: Provider, delivery: Delivery, known: Known, others: Sequence[Nameless]) -> Lookup:
    """`provider.look_up`, told apart from the others. Raises PublishProblem as that does."""
    if known.remote is None or not others:
        return provider.look_up(delivery, known)
    ours = _all(provider, delivery, known, len(others) + 1)
    if not isinstance(ours, list):
        return ours
    theirs: set[str] = set()
    for one in (delivery for other in others for delivery in other.taken_for()):
        found = _all(provider, one, known, len(others) + 1)
        if isinstance(found, CannotTell):
            return found
        theirs |= {remote.update_id for remote in found} if isinstance(found, list) else set()
    there = len(theirs | {remote.update_id for remote in ours})
    if there > len(others):
        return Found(next((remote for remote in ours if remote.update_id not in theirs), ours[-1]))
    if there <= sum(one.sure for one in others):
        return Absent()
    return CannotTell("What is there may be an earlier message of the same words.")


def _all(provider: Provider, delivery: Delivery, known: Known, most: int) -> list[Remote] | Absent | CannotTell:
    """Everything that is found for a message, at least one and at most so many."""
    found: list[Remote] = []
    while len(found) < most:
        answer = provider.look_up(delivery, known)
        if not isinstance(answer, Found) or answer.remote.update_id in known.update_ids:
            break
        found.append(answer.remote)
        known = msgspec.structs.replace(known, update_ids=(*known.update_ids, answer.remote.update_id))
    if isinstance(answer, CannotTell):
        return answer
    return found or Absent()
