"""Sending what is due, so that each approved message is on its page once, whatever the network or a killed process did.

    pending → sending (on the disk before the request) → done
                                                       → retry    nothing was done, and it is worth another try
                                                       → unknown  perhaps it was done: look, then done or retry
                                                       → dead     it will not be taken as it is

What may have been done is never sent again before it was looked for, unless the target itself knows our marker. Where
looking cannot tell, the message is put to a person (`ask`).
"""

import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from console.core.language.times import parse_rfc3339, to_ms
from console.core.log.erasure import is_redacted
from console.core.refusal import Refused
from console.core.subjects.update import UpdatePosted
from console.publish.provider import Capabilities, PageView, Provider
from console.publish.sending import lease
from console.publish.sending.content import others_there
from console.publish.sending.differences import Erased, differences, encoded
from console.publish.sending.lookup import look_up_among, unidentified
from console.publish.sending.message import Delivery, Known, Remote, decode_delivery, remote_of, status_of
from console.publish.sending.retry import LOOK_AFTER_S, Verdict, again_after_s, ask_to_look, done, reason_of
from console.publish.sending.status import known_of
from console.publish.transport.failure import Later, PublishProblem, Unknown
from console.store.log import Log
from console.store.outbox.dispatch import MAX_AHEAD, Dispatch, Settled, targets_with_messages
from console.store.outbox.message import Message, Placed, PlacedPart
from console.store.outbox.outbox import Outbox
from console.store.outbox.shared import HANDOVER, HOLDS

STALE_S = 600.0
"""No try takes so long: one that does, of a process that cannot be seen to have ended, is put to a person."""
READ_AFTER_END_S = 3600.0
"""For so long after its last update a resolved incident's page is still read back."""
SHORT_WAIT_S = 2.0
"""A pause that a run waits out by itself."""
LOOK_S = 0.1
"""Seconds between two looks of a run at its targets' threads, and at whether it is to stop."""

FRESH_S = 10.0
"""For so long after both sides were compared no take-over can be unknown here."""

Connect = Callable[[str], Provider]
Synced = Callable[[], datetime | None]
T = TypeVar("T")


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
    """Who is sending to one of the targets instead; nothing was sent there then."""

    @classmethod
    def of(cls, reports: "Iterable[Report]") -> "Report":
        """One report of those of several targets."""
        each = list(reports)
        return cls(
            tuple(id for report in each for id in report.sent),
            sum(report.waiting for report in each),
            sum(report.people for report in each),
            min((report.next_at for report in each if report.next_at is not None), default=None),
            {target: why for report in each for target, why in report.blocked.items()},
            next((report.busy for report in each if report.busy), ""),
        )


class Lane:
    """Sends the messages to one target, one after another; used by one thread."""

    def __init__(
        self,
        log: Log,
        target: str,
        connect: Connect,
        clock: Callable[[], datetime],
        holder: str,
        *,
        jitter: Callable[[], float],
        alive: Callable[[str], bool | None],
        wait: Callable[[float], None],
        synced: Synced | None,
    ) -> None:
        self.log, self.target, self.holder = log, target, holder
        self._dispatch = Dispatch(log, holder, target)
        self._connect, self._clock = connect, clock
        self._verdict, self._alive, self._wait, self._synced = Verdict(jitter), alive, wait, synced
        self._heard: dict[str, datetime] = {}
        """When the server had each take-over, by the message's id."""
        self._unwritten: tuple[Message, Settled] | None = None
        """The end of a try that the disk would not take yet."""
        self._connected: Provider | None = None
        self._blocked = ""
        """Why the target cannot be used; empty while it can."""
        self.unreadable = False
        """In the last call there was something to read of it, which it does not tell."""
        self._sent: list[str] = []

    def run_once(self, stop: Callable[[], bool]) -> Report:
        """Send what is due, look for what is doubtful; returns when nothing is due any more, or `stop` says so."""
        self._connected, self._blocked, self._sent = None, "", []
        if not self._has_work():
            # A lease is two writes, which whoever sends to another target at this moment would wait for.
            return self._report()
        other = self._dispatch.take_lease(self._now(), self._alive)
        if other:
            return Report(busy=other)
        try:
            self._recover()
            while not stop() and (message := self._next(self._dispatch.heads())) is not None and self._handle(message):
                pass
        finally:
            self._dispatch.give_up_lease()
        return self._report()

    def read_back(self, every: timedelta, stop: Callable[[], bool], only: str) -> int:
        """See `Sender.read_back`."""
        count = 0
        self._connected, self._blocked, self.unreadable = None, "", False
        for incident in self._dispatch.places():
            if only and incident != only:
                continue
            messages = self._dispatch.all_finished(incident, self.target)
            last = next((message for message in reversed(messages) if message.state == "done"), None)
            if stop() or last is None:
                continue
            if not (only or self._worth_reading(last)):
                continue
            placed = self._dispatch.placed(last)
            if placed.read_at and parse_rfc3339(placed.read_at) + every > self._now():
                continue
            provider = self._provider()
            provider = provider and _meant(provider, decode_delivery(last.payload))
            if provider is None or not provider.capabilities.reads:
                self.unreadable = provider is not None
                continue
            count += self._read_back(provider, messages, placed)
        return count

    @property
    def blocked(self) -> Mapping[str, str]:
        """The target, with the reason why it could not be used in the last call; else empty."""
        return {self.target: self._blocked} if self._blocked else {}

    # One message after another

    def _has_work(self) -> bool:
        """Something is due, or was left half done."""
        heads = self._dispatch.heads()
        return self._unwritten is not None or bool(self._begun(heads)) or self._next(heads) is not None

    def _begun(self, heads: Iterable[Message]) -> list[Message]:
        """Those of this file that stand as being sent."""
        return [each for each in heads if each.state == "sending" and each.origin == self.log.origin]

    def _next(self, heads: Iterable[Message]) -> Message | None:
        """The message to move now: one that was tried least, of those the oldest."""
        now = self._now()
        if self._blocked or self._dispatch.free_at(self._hold, now) > now:
            return None
        due = [each for each in heads if self._moves(each) and self._due(each, now) <= now]
        return min(due, key=lambda message: (message.attempts + message.looks, message.n), default=None)

    def _moves(self, message: Message) -> bool:
        return _moves(message, self.log)

    def _due(self, message: Message, now: datetime) -> datetime:
        due = parse_rfc3339(message.due_at)
        return due if due <= now + MAX_AHEAD else now

    def _handle(self, message: Message) -> bool:
        """Move one message on; False when this sender is to stop, another one having taken over."""
        provider = self._provider()
        if provider is None:
            for head in self._dispatch.heads():
                if self._moves(head):
                    self._dispatch.note(head, self._blocked)
            return False
        delivery = decode_delivery(message.payload)
        if delivery is None:
            if message.state == "unknown":
                return self._settle(message, Settled("ask", ask_to_look(message.target, "Its text was erased.")))
            note = "What was to be sent cannot be read; drop it, and post the update again."
            return self._settle(message, Settled("dead", note))
        texts = (delivery.text, delivery.title, *(past.text for past in delivery.past))
        if delivery.change and any(map(is_redacted, texts)):
            note = "Its text was erased; drop it, and decide again what becomes of what is there."
            return self._settle(message, Settled("dead", note))
        provider = _meant(provider, delivery)
        placed = self._dispatch.placed(message)
        if why := self._shared(message, delivery, placed):
            return self._settle(message, Settled("dead", why))
        if (end := self._held(message, delivery, placed, provider.capabilities)) is not None:
            return self._settle(message, end)
        if message.state == "unknown" and again_after_s(provider.capabilities, delivery, placed) is None:
            return self._look_up(provider, message, delivery, placed)
        return self._send(provider, message, delivery, placed)

    def _shared(self, message: Message, delivery: Delivery, placed: Placed) -> str:
        """Another incident of ours has the one there: two consoles adopted it, neither knowing of the other, or the
        page gave its number to another once it was deleted. Empty where none has."""
        adopts = delivery.change is not None and delivery.change.act == "adopt"
        remote = remote_of(placed.remote)
        theirs = delivery.change.update_id if adopts and delivery.change else remote.incident_id if remote else ""
        other = self._dispatch.first_with(message.incident, theirs) if theirs else ""
        if not other:
            return ""
        if adopts:
            return f"{other} has this incident on {self.target} already; drop this, and adopt another one."
        return (
            f"{other} has the incident on {self.target}, too:"
            f" “warroom publish adopt {message.incident} {self.target} --new”, then try this again."
        )

    def _held(self, message: Message, delivery: Delivery, placed: Placed, can: Capabilities) -> Settled | None:
        """The outcome that holds a message back: another console may have sent it, or is about to; None: nothing does.

        A target that knows our marker takes none twice, and one that can be asked is asked. Of any other it has to be
        sure that the others heard who sends it now.
        """
        if delivery.change is None and again_after_s(can, delivery, placed) is not None:
            return None
        now, asks = self._now(), can.asks and delivery.change is None
        if message.state == "unknown":
            if asks or self._is_heard(message, now):
                return None
            why = f"It waits for the server, so that {message.author}'s console hears that it is sent from here."
            return Settled("unknown", why, now + timedelta(seconds=FRESH_S), looks=message.looks)
        looked = message.looks and abs(now - parse_rfc3339(message.due_at)) <= HOLDS
        if looked or not self._dispatch.may_be_taken(message, now, replicated=self._synced is not None):
            return None
        if asks:
            return Settled("unknown", "It waited for a while: it is looked for, in case that another console sent it.",
                           looks=len(LOOK_AFTER_S) - 1)  # fmt: skip
        if self._is_fresh(now):
            return None
        why = "It waited, and whether another console sent it meanwhile is not known."
        return Settled("ask", ask_to_look(message.target, why))

    def _is_fresh(self, now: datetime) -> bool:
        """Both sides of the replication were equal a moment ago, so that a take-over would be known here."""
        synced = self._synced() if self._synced else None
        return synced is not None and timedelta() <= now - synced <= timedelta(seconds=FRESH_S)

    def _is_heard(self, message: Message, now: datetime) -> bool:
        """Whoever was to send a message that was taken over here knows of that, as far as there is a way to them."""
        if self._synced is None or not self._dispatch.is_taken(message):
            return True
        synced = self._synced()
        if message.id not in self._heard and synced is not None and synced >= parse_rfc3339(message.tried_at):
            self._heard[message.id] = synced
        heard = self._heard.get(message.id)
        return heard is not None and now >= heard + HANDOVER

    def _send(self, provider: Provider, message: Message, delivery: Delivery, placed: Placed) -> bool:
        self._keep_pace(provider)
        claimed = self._dispatch.claim(message, self._now())
        if claimed is None:
            # Somebody ordered something else meanwhile, or the lease is another one's now.
            return not self._dispatch.take_lease(self._now(), self._alive)
        # An incident there may have been adopted meanwhile.
        placed = self._dispatch.placed(claimed)
        try:
            self._keep_prior(provider, claimed, delivery, placed)
            act = provider.send if delivery.change is None else provider.change
            remote = act(delivery, msgspec.structs.replace(known_of(placed), begun=remote_of(claimed.remote)))
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
        if isinstance(failure, Later) and failure.after_s is not None and end.due_at is not None:
            self._dispatch.hold(self._hold, end.due_at)

    def _look_up(self, provider: Provider, message: Message, delivery: Delivery, placed: Placed) -> bool:
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
        # Those of an adopted incident stand as it has changed them: what they were before cannot be read any more.
        if not new or delivery.act == "adopt":
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
        for message in self._begun(self._dispatch.heads()):
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

    # Small things

    def _settle(self, message: Message, end: Settled) -> bool:
        self._unwritten = (message, end)
        self._dispatch.settle(message, self._now(), end)
        self._unwritten = None
        if end.state == "done":
            self._sent.append(message.id)
        return True

    def _provider(self) -> Provider | None:
        """The target's provider, the same one for a whole run; None where it is blocked."""
        if self._connected is None and not self._blocked:
            try:
                self._connected = self._connect(self.target)
            except Refused as refused:
                self._blocked = refused.reason
        return None if self._blocked else self._connected

    def _keep_pace(self, provider: Provider) -> None:
        """Wait out the pause that another target, run or process left behind; within a run the provider keeps its
        own."""
        if pace_s := provider.capabilities.pace_s:
            now = self._now()
            left = (self._dispatch.take_turn(_pace(provider), now, timedelta(seconds=pace_s)) - now).total_seconds()
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
        remote = remote_of(placed.remote)
        other = self._dispatch.first_with(last.incident, remote.incident_id) if remote else ""
        self._keep_pace(provider)
        try:
            view = PageView(None, gone=True) if other else provider.read(known_of(placed))
            others = [each for each in others_there(messages, remote) if self._is_there(provider, last.incident, each)]
        except Exception as error:  # noqa: BLE001 - as when sending; reading has changed nothing.
            self._blocked = reason_of(last.target, error)
            return 0
        finally:
            self._note_pace(provider)
        how = encoded(differences(messages, placed, view, provider.capabilities, self._now(), self._erased, others))
        self._dispatch.differs(last.incident, last.target, how, self._now())
        return 1

    def _is_there(self, provider: Provider, incident: str, remote: Remote) -> bool:
        """It was not deleted, nor is its number that of another incident of ours by now."""
        taken = self._dispatch.first_with(incident, remote.incident_id)
        return not taken and not provider.read(Known(remote)).gone

    def _erased(self, message: Message) -> Erased | None:
        """The status and the moment of a message, which outlive its words; None where its event is not there."""
        event = self.log.event(message.event)
        if event is None:
            return None
        return Erased(status_of(event.body.status) if isinstance(event.body, UpdatePosted) else None, event.occurred_at)

    @property
    def _hold(self) -> str:
        """The name of the pause that the target asked for."""
        return f"target {self.target}"

    def _now(self) -> datetime:
        return to_ms(self._clock())

    def _report(self) -> Report:
        now = self._now()
        # Of what another console sends nothing is to be said while that may still do it.
        heads = [
            message
            for message in self._dispatch.heads()
            if message.origin == self.log.origin or parse_rfc3339(message.due_at) + HOLDS < now
        ]
        moving = [message for message in heads if self._moves(message) or message.state == "sending"]
        free = self._dispatch.free_at(self._hold, now)
        tried = [message for message in moving if message.state != "sending" and not self._blocked]
        moments = [max(self._due(message, now), free) for message in tried]
        return Report(
            sent=tuple(self._sent),
            waiting=len(moving),
            people=len(heads) - len(moving),
            next_at=min(moments, default=None),
            blocked=self.blocked,
        )


class Sender:
    """Sends the messages of one log's own updates, to each target by itself: none waits for another.

    One sender at a time works on a file and target.
    """

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
        synced: Synced | None = None,
        dry: bool = False,
    ) -> None:
        """`connect` gives a target's provider, or why there is none; `jitter` a number from 0 to 1. Each is called from
        several threads.

        A sender with the `holder` of one that is gone, in the same process, goes on where that one stopped. With `dry`
        every message that waits is given to what `connect` gives, and nothing in the log changes. `synced` gives when
        this log and the others' were last found to be equal; None where it is not replicated here.
        """
        self.log = log
        self.holder = holder or lease.me()
        self._connect, self._clock, self._dry = connect, clock, dry
        self._jitter, self._alive, self._wait, self._synced = jitter, alive, wait, synced
        self._lanes: dict[str, Lane] = {}
        self._rehearsed: dict[str, str] = {}

    def run_once(self, stop: Callable[[], bool] = lambda: False, *, only: str = "") -> Report:
        """Send what is due, look for what is doubtful; returns when nothing is due any more, or `stop` says so.

        With `only`, to that target alone. Raises StoreProblem when the file cannot be read or written.
        """
        if self._dry:
            return self._rehearse(stop)
        return Report.of(self._each(lambda lane, stop: lane.run_once(stop), stop, only))

    @property
    def blocked(self) -> Mapping[str, str]:
        """Targets that could not be used in the last call, with the reason."""
        blocked = (lane.blocked for lane in self._lanes.values())
        return {**self._rehearsed, **{target: why for each in blocked for target, why in each.items()}}

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Targets of which there was something to read in the last call, and which cannot be read."""
        return tuple(lane.target for lane in self._lanes.values() if lane.unreadable)

    def read_back(
        self,
        every: timedelta = timedelta(minutes=5),
        stop: Callable[[], bool] = lambda: False,
        *,
        incident: str = "",
        only: str = "",
    ) -> int:
        """Read pages that were last read longer ago, and keep how they differ; gives how many were read.

        Only where nothing is on its way, and not for long after the incident was resolved. A target that cannot be
        read is left alone for the rest of the call. With `incident` the pages of that one, however long ago it was
        resolved; with `only` that target alone. Raises StoreProblem.
        """
        if self._dry:
            return 0
        return sum(self._each(lambda lane, stop: lane.read_back(every, stop, incident), stop, only))

    def _each(self, job: Callable[[Lane, Callable[[], bool]], T], stop: Callable[[], bool], only: str) -> list[T]:
        """The results of the job, one for each target, each in a thread of its own where there are several."""
        targets = (only,) if only else targets_with_messages(self.log)
        lanes = [self._lane(target) for target in targets]
        if len(lanes) < 2:
            return [job(lane, stop) for lane in lanes]
        done: dict[str, T] = {}
        failures: list[BaseException] = []
        stopped = threading.Event()

        def run(lane: Lane) -> None:
            try:
                done[lane.target] = job(lane, stopped.is_set)
            except BaseException as error:  # noqa: BLE001 - raised again below, in the caller's thread.
                failures.append(error)

        threads = [threading.Thread(target=run, args=(lane,), name=lane.target, daemon=True) for lane in lanes]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(LOOK_S)
                if stop() or failures:
                    stopped.set()
        if failures:
            raise failures[0]
        return [done[lane.target] for lane in lanes]

    def _lane(self, target: str) -> Lane:
        if target not in self._lanes:
            self._lanes[target] = Lane(
                self.log, target, self._connect, self._clock, self.holder,
                jitter=self._jitter, alive=self._alive, wait=self._wait, synced=self._synced,
            )  # fmt: skip
        return self._lanes[target]

    def _rehearse(self, stop: Callable[[], bool]) -> Report:
        shown: list[str] = []
        self._rehearsed = {}
        for message in Outbox(self.log).messages(unfinished=True):
            delivery = decode_delivery(message.payload)
            if stop() or delivery is None or message.target in self._rehearsed or not _moves(message, self.log):
                continue
            dispatch = Dispatch(self.log, self.holder, message.target)
            try:
                provider = _meant(self._connect(message.target), delivery)
                act = provider.send if delivery.change is None else provider.change
                act(delivery, known_of(dispatch.placed(message)))
            except (Refused, PublishProblem) as failure:
                self._rehearsed[message.target] = failure.reason
            else:
                shown.append(message.id)
        return Report(sent=tuple(shown), blocked=dict(self._rehearsed))


def _moves(message: Message, log: Log) -> bool:
    """It moves by itself, and it is this file's own."""
    return message.state in ("pending", "retry", "unknown") and message.origin == log.origin


def _meant(provider: Provider, delivery: Delivery | None) -> Provider:
    """The provider of a delivery: that of planned maintenances, where it is of one."""
    return provider.maintenances() if delivery and delivery.window else provider


def _pace(provider: Provider) -> str:
    """One pace for all targets of a provider: two of them may have the same key, which is nowhere written down."""
    return f"provider {type(provider).__module__}.{type(provider).__qualname__}"
