"""Sending what is due, so that each approved message is on its page once, whatever the network or a killed process did.

    pending → sending (on the disk before the request) → done
                                                       → retry    nothing was done, and it is worth another try
                                                       → unknown  it may have been done: wait, look, then done or retry
                                                       → dead     it will not be taken as it is

What may have been done is never sent again before it was looked for, unless the target itself knows our marker. Where
looking cannot tell, the message is put to a person (`ask`).
"""

import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec

from console.core.language.times import parse_rfc3339, to_ms
from console.core.log.erasure import is_redacted
from console.core.refusal import Refused
from console.publish.provider import Provider
from console.publish.sending import lease
from console.publish.sending.lookup import look_up_among, unidentified
from console.publish.sending.message import Delivery, decode_delivery
from console.publish.sending.retry import LOOK_AFTER_S, Verdict, again_after_s, ask_to_look, done, reason_of
from console.publish.sending.status import difference, known_of
from console.publish.transport.failure import Later, PublishProblem, Rejected, Unknown
from console.store.log import Log
from console.store.outbox.dispatch import MAX_AHEAD, Dispatch, Settled
from console.store.outbox.message import Message, Placed, PlacedPart
from console.store.outbox.outbox import Outbox

STALE_S = 600.0
"""No try takes so long: one that does, of a process that cannot be seen to have ended, is put to a person."""
READ_AFTER_END_S = 3600.0
"""For so long after its last update a resolved incident's page is still read back."""
SHORT_WAIT_S = 2.0
"""A pause that a run waits out by itself."""

Connect = Callable[[str], Provider]


class Report(msgspec.Struct, frozen=True):
    """The end of a run: the messages that it sent, and those that are left."""

    sent: tuple[str, ...] = ()
    """Ids of the messages that were seen to have reached their page."""
    waiting: int = 0
    """Incidents and targets with something left that moves by itself."""
    people: int = 0
    """Incidents and targets whose next message needs a person: doubtful, or refused."""
    next_at: datetime | None = None
    """When the next run has something to do; None: not before something is queued or ordered."""
    blocked: Mapping[str, str] = {}
    """Targets that cannot be used, with the reason."""
    busy: str = ""
    """Who is sending instead; nothing was done then."""


class Sender:
    """Sends the messages of one log's own updates; used by one thread. One sender works on a file at a time."""

    def __init__(
        self,
        log: Log,
        connect: Connect,
        clock: Callable[[], datetime],
        holder: str = "",
        *,
        jitter: Callable[[], float] = random.random,
        alive: Callable[[str], bool | None] = lease.alive,
        wait: Callable[[float], None] = time.sleep,
        dry: bool = False,
    ) -> None:
        """`connect` gives a target's provider, or why there is none; `jitter` a number from 0 to 1.

        A sender with the `holder` of one that is gone, in the same process, goes on where that one stopped. With `dry`
        every message that waits is given to what `connect` gives, and nothing in the log changes.
        """
        self.log = log
        self.holder = holder or lease.me()
        self._dispatch = Dispatch(log, self.holder)
        self._connect, self._clock = connect, clock
        self._verdict, self._alive, self._wait = Verdict(jitter), alive, wait
        self._dry = dry
        self._unwritten: tuple[Message, Settled] | None = None
        """The end of a try that the disk would not take yet."""
        self._providers: dict[str, Provider] = {}
        self._blocked: dict[str, str] = {}
        self._sent: list[str] = []
        self._troubled: set[str] = set()
        """Targets that gave no good answer in this run."""

    def run_once(self, stop: Callable[[], bool] = lambda: False) -> Report:
        """Send what is due, look for what is doubtful; returns when nothing is due any more, or `stop` says so.

        Raises StoreProblem when the file cannot be read or written.
        """
        self._providers, self._blocked, self._sent, self._troubled = {}, {}, [], set()
        if self._dry:
            return self._rehearse(stop)
        if not self._dispatch.heads():
            return Report()
        other = self._dispatch.take_lease(self._now(), self._alive)
        if other:
            return Report(busy=other)
        try:
            self._recover()
            while not stop() and (message := self._next()) is not None and self._handle(message):
                pass
        finally:
            self._dispatch.give_up_lease()
        return self._report()

    @property
    def blocked(self) -> Mapping[str, str]:
        """Targets that could not be used in the last call, with the reason."""
        return dict(self._blocked)

    def read_back(
        self, every: timedelta = timedelta(minutes=5), stop: Callable[[], bool] = lambda: False, *, only: str = ""
    ) -> int:
        """Read pages that were last read longer ago, and keep how they differ; gives how many were read.

        Only where nothing is on its way, and not for long after the incident was resolved. A target that cannot be
        read is left alone for the rest of the call. With `only` the pages of that incident, however long ago it was
        resolved. Raises StoreProblem.
        """
        count = 0
        self._providers, self._blocked = {}, {}
        for incident, target in self._dispatch.places():
            if only and incident != only:
                continue
            messages = self._dispatch.all_finished(incident, target)
            last = next((message for message in reversed(messages) if message.state == "done"), None)
            if self._dry or stop() or last is None or last.origin != self.log.origin:
                continue
            if not (only or self._worth_reading(last)):
                continue
            placed = self._dispatch.placed(last)
            if placed.read_at and parse_rfc3339(placed.read_at) + every > self._now():
                continue
            provider = self._provider(target)
            if provider is None or not provider.capabilities.reads:
                continue
            count += self._read_back(provider, messages, placed)
        return count

    def _rehearse(self, stop: Callable[[], bool]) -> Report:
        shown: list[str] = []
        for message in Outbox(self.log).messages(unfinished=True):
            provider = self._provider(message.target)
            delivery = decode_delivery(message.payload)
            if stop() or provider is None or delivery is None or not self._moves(message):
                continue
            try:
                act = provider.send if delivery.change is None else provider.change
                act(delivery, known_of(self._dispatch.placed(message)))
            except PublishProblem as failure:
                self._blocked[message.target] = failure.reason
            else:
                shown.append(message.id)
        return Report(sent=tuple(shown), blocked=dict(self._blocked))

    # One message after another

    def _next(self) -> Message | None:
        """The message to move now: of targets that answer first, there those that were tried least, then the oldest.

        A page that never answers holds the sender until the time-out. What waits for the others goes before it.
        """
        now = self._now()
        free: dict[str, datetime] = {}
        due = []
        for message in self._dispatch.heads():
            if not self._moves(message) or message.target in self._blocked:
                continue
            if message.target not in free:
                free[message.target] = self._dispatch.free_at(_hold(message.target), now)
            if max(self._due(message, now), free[message.target]) <= now:
                due.append(message)
        return min(
            due,
            key=lambda message: (message.target in self._troubled, message.attempts + message.looks, message.n),
            default=None,
        )

    def _moves(self, message: Message) -> bool:
        return message.state in ("pending", "retry", "unknown") and message.origin == self.log.origin

    def _due(self, message: Message, now: datetime) -> datetime:
        due = parse_rfc3339(message.due_at)
        return due if due <= now + MAX_AHEAD else now

    def _handle(self, message: Message) -> bool:
        """Move one message on; False when this sender is to stop, another one having taken over."""
        provider = self._provider(message.target)
        if provider is None:
            self._dispatch.note(message, self._blocked[message.target])
            return True
        delivery = decode_delivery(message.payload)
        if delivery is None:
            if message.state == "unknown":
                return self._settle(message, Settled("ask", ask_to_look(message.target, "Its text was erased.")))
            note = "What was to be sent cannot be read; drop it, and post the update again."
            return self._settle(message, Settled("dead", note))
        if delivery.change and is_redacted(delivery.text):
            note = "Its text was erased; drop it, and decide again what becomes of the update there."
            return self._settle(message, Settled("dead", note))
        placed = self._dispatch.placed(message)
        if message.state == "unknown" and again_after_s(provider.capabilities, delivery, placed) is None:
            return self._look(provider, message, delivery, placed)
        return self._send(provider, message, delivery, placed)

    def _send(self, provider: Provider, message: Message, delivery: Delivery, placed: Placed) -> bool:
        self._keep_pace(provider)
        claimed = self._dispatch.claim(message, self._now())
        if claimed is None:
            # Somebody ordered something else meanwhile, or the lease is another one's now.
            return not self._dispatch.take_lease(self._now(), self._alive)
        try:
            self._keep_prior(provider, claimed, delivery, placed)
            act = provider.send if delivery.change is None else provider.change
            remote = act(delivery, known_of(placed))
        except Exception as error:  # noqa: BLE001 - a provider may be a stranger's; what it did is not known.
            failure = error if isinstance(error, PublishProblem) else Unknown(reason_of(message.target, error))
            can = provider.capabilities
            pause = again_after_s(can, delivery, placed)
            end = self._verdict.failed(claimed, failure, self._now(), again_after_s=pause, asks=can.asks)
            self._heed(claimed, failure, end)
        else:
            end = done(remote)
        self._note_pace(provider)
        return self._settle(claimed, end)

    def _heed(self, message: Message, failure: PublishProblem, end: Settled) -> None:
        """A target that asks to wait is left alone by the messages of all incidents."""
        if not isinstance(failure, Rejected):
            self._troubled.add(message.target)
        if isinstance(failure, Later) and failure.after_s is not None and end.due_at is not None:
            self._dispatch.hold(_hold(message.target), end.due_at)

    def _look(self, provider: Provider, message: Message, delivery: Delivery, placed: Placed) -> bool:
        if not provider.capabilities.asks:
            return self._settle(message, Settled("ask", ask_to_look(message.target, message.note)))
        self._keep_pace(provider)
        try:
            others = unidentified(self._dispatch.earlier(message), delivery, provider.capabilities)
            answer = look_up_among(provider, delivery, known_of(placed), others)
        except (Later, Unknown) as failure:
            end = self._verdict.not_seen(message, failure, self._now())
            self._heed(message, failure, end)
        except Exception as error:  # noqa: BLE001 - as when sending.
            reason = reason_of(message.target, error)
            end = Settled("ask", ask_to_look(message.target, reason), looks=message.looks)
        else:
            end = self._verdict.after_look_up(message, answer, self._now())
        self._note_pace(provider)
        return self._settle(message, end)

    def _keep_prior(self, provider: Provider, message: Message, delivery: Delivery, placed: Placed) -> None:
        """Before components are changed for the first time: keep what they are. Raises Later."""
        known = {part.id for part in placed.parts}
        new = tuple(part for part in delivery.parts if part.id not in known)
        if not new:
            return
        states: dict[str, str] = {}
        if provider.capabilities.states:
            try:
                states = {component.id: component.state for component in provider.check().components}
            except Later:
                raise
            except Exception:  # noqa: BLE001 - a page that does not list its components is changed all the same.
                pass
        parts = tuple(PlacedPart(part.id, "", part.name, states.get(part.id, "")) for part in new)
        self._dispatch.add_parts(message, parts)

    # After a crash

    def _recover(self) -> None:
        """Messages that stand as being sent by nobody who still runs may have been sent: they are doubtful."""
        if self._unwritten is not None:
            message, end = self._unwritten
            self._settle(message, end)
        now = self._now()
        for message in self._dispatch.heads():
            if message.origin != self.log.origin:
                self._disown(message)
            elif message.state == "sending":
                self._release(message, now)

    def _release(self, message: Message, now: datetime) -> None:
        running = message.holder != self.holder and self._alive(message.holder)
        if running is False:
            delivery = decode_delivery(message.payload)
            pause = sum(LOOK_AFTER_S) if delivery and delivery.change else LOOK_AFTER_S[0]
            due = now + timedelta(seconds=pause)
            self._settle(message, Settled("unknown", "The console that was sending it ended meanwhile.", due))
            return
        age = abs((now - parse_rfc3339(message.tried_at)).total_seconds())
        # A stopped process would go on with its request, so nobody else may take over from it.
        if age > STALE_S and (running is None or lease.same_process(message.holder)):
            why = "The console that was sending it does not answer."
            self._settle(message, Settled("ask", ask_to_look(message.target, why)))

    def _disown(self, message: Message) -> None:
        """This file is a copy: what the other one has sent since is not known here."""
        if message.state not in ("ask", "dead"):
            why = "It was queued in another file, of which this is a copy, and may have been sent from there."
            self._settle(message, Settled("ask", ask_to_look(message.target, why)))

    # Small things

    def _settle(self, message: Message, end: Settled) -> bool:
        self._unwritten = (message, end)
        self._dispatch.settle(message, self._now(), end)
        self._unwritten = None
        if end.state == "done":
            self._sent.append(message.id)
        return True

    def _provider(self, target: str) -> Provider | None:
        """A target's provider, the same one for a whole run; None for one that is blocked."""
        if target not in self._providers and target not in self._blocked:
            try:
                self._providers[target] = self._connect(target)
            except Refused as refused:
                self._blocked[target] = refused.reason
        return None if target in self._blocked else self._providers[target]

    def _keep_pace(self, provider: Provider) -> None:
        """Wait out the pause that another run or process left behind; within a run the provider keeps its own."""
        if provider.capabilities.pace_s:
            now = self._now()
            left = (self._dispatch.free_at(_pace(provider), now) - now).total_seconds()
            if left > 0:
                self._wait(min(left, SHORT_WAIT_S))

    def _note_pace(self, provider: Provider) -> None:
        pace_s = provider.capabilities.pace_s
        if pace_s:
            self._dispatch.hold(_pace(provider), self._now() + timedelta(seconds=pace_s))

    def _worth_reading(self, last: Message) -> bool:
        """Open, or resolved a short while ago: of those that were resolved there are more every week."""
        age = (self._now() - parse_rfc3339(last.due_at)).total_seconds()
        delivery = decode_delivery(last.payload)
        return age < READ_AFTER_END_S or (delivery is not None and not delivery.final)

    def _read_back(self, provider: Provider, messages: list[Message], placed: Placed) -> int:
        last = messages[-1]
        self._keep_pace(provider)
        try:
            view = provider.read(known_of(placed))
        except Exception as error:  # noqa: BLE001 - as when sending; reading has changed nothing.
            self._blocked[last.target] = reason_of(last.target, error)
            return 0
        finally:
            self._note_pace(provider)
        how = difference(messages, placed, view, provider.capabilities)
        self._dispatch.differs(last.incident, last.target, how, self._now())
        return 1

    def _now(self) -> datetime:
        return to_ms(self._clock())

    def _report(self) -> Report:
        heads = self._dispatch.heads()
        moving = [message for message in heads if self._moves(message) or message.state == "sending"]
        now = self._now()
        moments = [
            max(self._due(message, now), self._dispatch.free_at(_hold(message.target), now))
            for message in moving
            if message.state != "sending" and message.target not in self._blocked
        ]
        return Report(
            sent=tuple(self._sent),
            waiting=len(moving),
            people=len(heads) - len(moving),
            next_at=min(moments, default=None),
            blocked=dict(self._blocked),
        )


def _hold(target: str) -> str:
    return f"target {target}"


def _pace(provider: Provider) -> str:
    """One pace for all targets of a provider: two of them may have the same key, which is nowhere written down."""
    return f"provider {type(provider).__module__}.{type(provider).__qualname__}"
