"""Retries: what the end of a try, or of a look for it, means for a message. Pure, so that every way is easily tried."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from console.core.language.times import parse_rfc3339
from console.publish.provider import CannotTell, Capabilities, Found, Lookup
from console.publish.sending.message import Delivery, Remote
from console.publish.transport.failure import Later, Partly, PublishProblem, Rejected
from console.store.outbox.dispatch import Settled
from console.store.outbox.message import Message, Placed

FIRST_S, LAST_S = 5.0, 900.0
"""Seconds between tries: the first pause, doubled with each try up to the last."""
LOOK_AFTER_S = (10.0, 20.0)
"""A doubtful message is looked for after these pauses; only when it is missing each time is it sent again. A page may
still be at work on a request whose sender has gone."""


class Verdict:
    """`jitter` gives a number from 0 to 1, by which pauses are lengthened by up to a quarter."""

    def __init__(self, jitter: Callable[[], float]) -> None:
        self._jitter = jitter

    def failed(
        self, message: Message, failure: PublishProblem, now: datetime, *, again_after_s: float | None, asks: bool
    ) -> Settled:
        """The end of a try that did not succeed.

        `again_after_s`: the same may simply be sent again, after a first pause of so many seconds; None: it may not.
        `asks`: the target can be asked.
        """
        match failure:
            case Later(after_s=asked) if asked is not None:
                return Settled("retry", failure.reason, now + self._pause_asked_for(asked))
            case Later():
                return Settled("retry", failure.reason, now + self._pause(message.attempts))
            case Partly(remote=remote, again=True):
                pause = self._pause(message.attempts)
                return msgspec.structs.replace(done(remote, failure.reason), state="retry", due_at=now + pause)
            case Partly(remote=remote):
                return msgspec.structs.replace(done(remote, failure.reason), stays=True)
            case Rejected():
                return Settled("dead", failure.reason)
        if again_after_s is not None:
            pause = timedelta(0) if message.attempts == 1 else self._pause(message.attempts)
            return Settled("unknown", failure.reason, now + max(pause, timedelta(seconds=again_after_s)))
        if not asks:
            return Settled("ask", ask_to_look(message.target, failure.reason))
        return Settled("unknown", failure.reason, now + timedelta(seconds=LOOK_AFTER_S[0]))

    def after_look_up(self, message: Message, answer: Lookup, now: datetime) -> Settled:
        """The page was asked whether the message is there."""
        if isinstance(answer, Found):
            return done(answer.remote, "found on the page")
        if isinstance(answer, CannotTell):
            return Settled("ask", ask_to_look(message.target, answer.reason), looks=message.looks)
        looks = message.looks + 1
        if looks >= len(LOOK_AFTER_S):
            return Settled("retry", "It was looked for and is not on the page; it is sent again.", looks=looks)
        return Settled("unknown", message.note, now + timedelta(seconds=LOOK_AFTER_S[looks]), looks=looks)

    def not_seen(self, message: Message, failure: PublishProblem, now: datetime) -> Settled:
        """The page could not be asked: the pauses grow with the time since the try."""
        if isinstance(failure, Later) and failure.after_s is not None:
            pause = self._pause_asked_for(failure.after_s)
        else:
            since = (now - parse_rfc3339(message.tried_at)).total_seconds() if message.tried_at else 0.0
            pause = self._longer(since / 2)
        return Settled("unknown", failure.reason, now + pause, looks=message.looks)

    def _pause(self, attempts: int) -> timedelta:
        return self._longer(FIRST_S * 2.0 ** min(attempts - 1, 20))

    def _longer(self, seconds: float) -> timedelta:
        return timedelta(seconds=min(max(seconds, FIRST_S), LAST_S / 1.25) * (1 + self._jitter() / 4))

    def _pause_asked_for(self, seconds: float) -> timedelta:
        """Never earlier than the target asked for, and a little apart from everybody else."""
        return timedelta(seconds=max(seconds, 1.0) + self._jitter())


def again_after_s(can: Capabilities, delivery: Delivery, placed: Placed) -> float | None:
    """The least pause, in seconds, after which a message may simply be sent again; None: it has to be looked for.

    A target that knows our marker takes none twice. A change of what is there may be made twice, but not before one
    that the page is slow to read: that would undo the change behind it.
    """
    if delivery.change is not None:
        return sum(LOOK_AFTER_S)
    return 0.0 if ("update" if placed.remote else "create") in can.repeats else None


def done(remote: Remote, note: str = "") -> Settled:
    return Settled("done", note, None, msgspec.json.encode(remote).decode(), remote.update_id)


def ask_to_look(target: str, reason: str) -> str:
    return f"{reason} Look at {target}: mark it as published, or send it again."


def reason_of(target: str, error: Exception) -> str:
    """The reason why a provider's call failed; a provider may be a stranger's, with faults of its own."""
    if isinstance(error, PublishProblem):
        return error.reason
    return f"The provider of {target} failed with a fault of its own ({type(error).__name__}); tell its authors."
