"""Looking for a message where an earlier one of the same words is on the page and nobody knows what it is called there.

A target finds updates by their words, passing over those whose id is known. One that a person has confirmed has no id:
it would be found in place of the next one with the same words, which would then never be sent. So all that could be
one or the other are counted: with more of them than earlier messages ours is there, with as many it is not.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from console.publish.provider import Absent, CannotTell, Capabilities, Found, Lookup, Provider
from console.publish.providers.common.json import same
from console.publish.providers.common.lookup import alike
from console.publish.sending.message import Delivery, Known, Remote, decode_delivery, remote_of
from console.store.outbox.message import Message


class Unidentified(msgspec.Struct, frozen=True):
    """An earlier message that is, or may be, on the page under an id that is not known."""

    delivery: Delivery | None
    """None where its text was erased since."""
    first: bool
    """It began the incident there."""
    sure: bool
    """It is there, in the very words; else it was given up in doubt, or its words are not quite the same."""

    def taken_for(self) -> Iterator[Delivery]:
        """The deliveries as which it is looked for: some targets give the first message the incident's own moment."""
        if self.delivery is not None:
            yield self.delivery
            if self.first:
                yield msgspec.structs.replace(self.delivery, at=self.delivery.started_at)


def unidentified(earlier: Iterable[Message], delivery: Delivery, can: Capabilities) -> list[Unidentified]:
    """A target's earlier messages of an incident that could be taken for this one."""
    candidates: list[Unidentified] = []
    first = True
    for message in earlier:
        change = (decode_delivery(message.payload) or delivery).change
        if change is not None:
            if change.act == "take down" and message.state == "done":
                # What was there is not there any more, and the next message opens a new one.
                candidates, first = [], True
            elif change.act == "adopt" and message.state == "done":
                first = False
            continue
        # Some targets keep the first message apart from the updates.
        began, first = first, first and message.state != "done"
        apart = began and not can.first_is_update
        remote = remote_of(message.remote)
        known = remote is not None and remote.update_id
        if apart or known or (message.state == "dropped" and not message.attempts):
            continue
        words = decode_delivery(message.payload)
        if words is None:
            candidates.append(Unidentified(None, began, False))
        elif words.status == delivery.status and alike(words.text, delivery.text):
            sure = message.state == "done" and same(words.text, delivery.text)
            candidates.append(Unidentified(words, began, sure))
    return candidates


def look_up_among(provider: Provider, delivery: Delivery, known: Known, others: Sequence[Unidentified]) -> Lookup:
    """`provider.look_up`, told apart from the others. Raises PublishProblem as that does."""
    if known.remote is None:
        return provider.look_up(delivery, known)
    if not others:
        return _of_any_age(provider, delivery, known)
    ours = _all(provider, delivery, known, len(others) + 1)
    if not isinstance(ours, list):
        return ours
    other_ids: set[str] = set()
    for delivery_of_other in (delivery for other in others for delivery in other.taken_for()):
        remotes = _all(provider, delivery_of_other, known, len(others) + 1)
        if isinstance(remotes, CannotTell):
            return remotes
        other_ids |= {remote.update_id for remote in remotes} if isinstance(remotes, list) else set()
    count = len(other_ids | {remote.update_id for remote in ours})
    if count > len(others):
        return Found(next((remote for remote in ours if remote.update_id not in other_ids), ours[-1]))
    if count <= sum(other.sure for other in others):
        return Absent()
    return CannotTell("The message there may be an earlier one with the same words.")


def _of_any_age(provider: Provider, delivery: Delivery, known: Known) -> Lookup:
    """The answer for an update on an incident where nothing of ours is known yet, as on one that was adopted.

    Nothing tells how wrong our clock is for such a page: an update that is there may seem to be older than itself.
    """
    answer = provider.look_up(delivery, known)
    if not isinstance(answer, Absent) or known.update_ids:
        return answer
    at_any_time = msgspec.structs.replace(delivery, at=datetime.fromtimestamp(0, UTC))
    if isinstance(provider.look_up(at_any_time, known), Absent):
        return answer
    return CannotTell("The page has these words from a time before; they may be this update.")


def _all(provider: Provider, delivery: Delivery, known: Known, most: int) -> list[Remote] | Absent | CannotTell:
    """Everything that is found for a message, at least one and at most so many."""
    remotes: list[Remote] = []
    while len(remotes) < most:
        answer = provider.look_up(delivery, known)
        if not isinstance(answer, Found) or answer.remote.update_id in known.update_ids:
            break
        remotes.append(answer.remote)
        known = msgspec.structs.replace(known, update_ids=(*known.update_ids, answer.remote.update_id))
    if isinstance(answer, CannotTell):
        return answer
    return remotes or Absent()
