"""A sender in a process of its own, against a page in another one, in bad weather.

It runs until nothing moves by itself any more, or until it is killed, by -9 and by itself: at a given moment, or by the
weather. A moment is each statement that changes the log's file, and each side of a request to the page.
"""

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import NoReturn

import httpx
import msgspec

from console.publish.provider import Provider
from console.publish.sending.sender import Report, Sender
from console.store import Log
from tests.forked import READY
from tests.publish.away import Away, kinds, provider
from tests.publish.bare import cstate
from tests.publish.fakes import Fake
from tests.publish.faulty import NOTHING_DONE, REFUSALS, UNCLEAR, Fault, FaultyTransport, Time, client, fine
from tests.publish.making import Clock


class Order(msgspec.Struct):
    """What a sending process is told, as JSON in its arguments."""

    path: str
    at: str
    """Where the page is: a port of this machine, or for cState the folder of a clone."""
    kind: str
    start: datetime
    seed: int = 0
    faults: float = 0.0
    """The share of requests to which something happens."""
    kills: float = 0.0
    """The share of requests around which the process dies."""
    kill_at: int = 0
    """The moment at which it dies; 0: none."""
    rest: int = 0
    """How often it waits for a next try; 0: as long as there is one."""


class Outcome(msgspec.Struct):
    """What a sending process says at its end."""

    moments: int
    sent: int
    report: Report


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives that")


def killed(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    die()


def killed_after(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    fake.handle(request)
    die()


class Page(Away):
    """The page, with a moment on each side of every request."""

    def __init__(self, kind: str, at: str, clock: Callable[[], datetime], tick: Callable[[], None]) -> None:
        super().__init__(kind, at, clock)
        self._tick = tick

    def handle(self, request: httpx.Request) -> httpx.Response:
        self._tick()
        found = super().handle(request)
        self._tick()
        return found


LATE_S = 25.0
"""Seconds after which a page still does what it was asked, its sender having given up."""


def late(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    """The page does it later than anybody waits for; `Weather` sees to it."""
    raise AssertionError("it is held, not done")


CHATTY = {"uptime-kuma": 8}
"""By target: as many requests as others need one for. Each meets so much less, or nothing would ever get through."""


def weather(order: Order) -> Iterator[Fault]:
    """What happens to each request."""
    chance = random.Random(order.seed)
    less = CHATTY.get(order.kind, 1)
    kills, faults = order.kills / less, order.faults / less
    bad = [*NOTHING_DONE.values(), *UNCLEAR.values(), *UNCLEAR.values(), REFUSALS["redirect"], REFUSALS["422"]]
    bad += [late] * 4
    while True:
        drawn = chance.random()
        if drawn < kills:
            yield chance.choice([killed, killed_after])
        elif drawn < kills + faults:
            yield chance.choice(bad)
        else:
            yield fine


class Weather(FaultyTransport):
    """Something may happen to every request, also to those that only ask."""

    def __init__(self, page: Away, faults: Iterator[Fault], time: Time) -> None:
        super().__init__(page, time=time)
        self._faults = faults
        self._held: list[tuple[float, httpx.Request]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.deliver(self.time.monotonic())
        fault = next(self._faults)
        if fault is late:
            self._held.append((self.time.monotonic() + LATE_S, request))
            raise httpx.ReadTimeout("timed out", request=request)
        return fault(self.fake, request, self.time)

    def deliver(self, until: float) -> None:
        """Let the page have the requests that it was slow to read."""
        there = [request for at, request in self._held if at <= until]
        self._held = [one for one in self._held if one[0] > until]
        for request in there:
            self.fake.handle(request)


class Moving(Time):
    """The transport's clock, which is the sender's."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)


def main(order: Order) -> Outcome:
    count = 0

    def tick(statement: str = "") -> None:
        nonlocal count
        count += 1
        if count == order.kill_at:
            die()

    clock = Clock(order.start)
    chance = random.Random(order.seed)
    connect, outstanding = _repository(order) if order.kind == "cstate" else _page(order, clock, tick)
    with Log.open(Path(order.path)) as log:
        log.run_as_writer(lambda connection: connection.set_trace_callback(tick))
        sender = Sender(log, connect, clock, jitter=chance.random, wait=clock.sleep)
        sent, rests = 0, 0
        while True:
            report = sender.run_once()
            sent += len(report.sent)
            rests += 1
            if report.next_at is None or (order.rest and rests > order.rest):
                break
            clock.now = max(clock.now, report.next_at)
        outstanding()
        log.run_as_writer(lambda connection: connection.set_trace_callback(None))
    return Outcome(count, sent, report)


Ways = tuple[Callable[[str], Provider], Callable[[], None]]
"""What connects to a target, and what lets the page have what it is slow to read."""


def _repository(order: Order) -> Ways:
    return lambda target: cstate(target, order.at, order.seed, order.faults, order.kills), lambda: None


def _page(order: Order, clock: Clock, tick: Callable[[], None]) -> Ways:
    provider_class, _ = kinds()[order.kind]
    page = Page(order.kind, order.at, clock, tick)
    transport = Weather(page, weather(order), Moving(clock))
    http = client(provider_class, transport, clock)
    return (
        lambda target: provider(order.kind, target, page, http, clock),
        lambda: transport.deliver(float("inf")),
    )


def run(order: Order) -> Outcome | None:
    """Run a sender to its end, in a process that has imported it already; None when it was killed."""
    there, told = READY.Pipe(duplex=False)
    process = READY.Process(target=_tells, args=(order, told))
    process.start()
    told.close()
    with there, suppress(EOFError):
        outcome = msgspec.json.decode(there.recv_bytes(), type=Outcome)
    process.join()
    if process.exitcode == -signal.SIGKILL:
        return None
    assert process.exitcode == 0, f"the sender ended with {process.exitcode}"
    return outcome


def begin(order: Order) -> ForkServerProcess:
    """Start a sender in a process that has imported it already, and let it go on by itself."""
    process = READY.Process(target=main, args=(order,))
    process.start()
    return process


def _tells(order: Order, told: Connection) -> None:
    told.send_bytes(msgspec.json.encode(main(order)))
