"""A sender in a process of its own, against a page in another one.

It runs until nothing moves by itself any more, or until it is killed, by -9 and by itself, at a given moment. A moment
is each statement that changes the log's file, and each side of a request to the page.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import NoReturn

import httpx
import msgspec

from console.publish.sending.sender import Report, Sender
from console.store import Log
from tests.forked import READY
from tests.publish.away import Away, kinds, provider
from tests.publish.faulty import FaultyTransport, Time, client
from tests.publish.making import Clock


class Order(msgspec.Struct):
    """The order to a sending process, as JSON in its arguments."""

    path: str
    at: str
    """Where the page is: a port of this machine."""
    kind: str
    start: datetime
    kill_at: int = 0
    """The moment at which it dies; 0: none."""


class Outcome(msgspec.Struct):
    """The report of a sending process at its end."""

    moments: int
    sent: int
    report: Report


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives that")


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
    provider_class, _ = kinds()[order.kind]
    page = Page(order.kind, order.at, clock, tick)
    http = client(provider_class, FaultyTransport(page, time=Moving(clock)), clock)
    with Log.open(Path(order.path)) as log:
        log.run_as_writer(lambda connection: connection.set_trace_callback(tick))
        connect = partial(provider, order.kind, page=page, http=http, clock=clock)
        sender = Sender(log, connect, clock, jitter=lambda: 0.5, wait=clock.sleep)
        sent = 0
        while (report := sender.run_once()).next_at is not None:
            sent += len(report.sent)
            clock.now = max(clock.now, report.next_at)
        sent += len(report.sent)
        log.run_as_writer(lambda connection: connection.set_trace_callback(None))
    return Outcome(count, sent, report)


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
