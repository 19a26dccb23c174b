"""The network between us and a page, with everything that can go wrong on it, one thing after another as planned.

    FaultyTransport(fake, [timed_out_after, wait(429, {"Retry-After": "7"})])

Each request that posts takes the next fault of the plan; with nothing left of it all goes well.
"""

import math
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx

from console.publish.provider import Provider
from console.publish.transport.http import Http
from tests.publish.fakes import Fake, reply

Fault = Callable[[Fake, httpx.Request, "Time"], httpx.Response]


class Time:
    """A monotonic clock that goes on only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Clock(Protocol):
    """The clock that a client reads, and waits by."""

    def monotonic(self) -> float: ...
    def sleep(self, seconds: float) -> None: ...


class FaultyTransport(httpx.BaseTransport):
    """Hands requests to the fake, each with the next fault of the plan."""

    def __init__(
        self, fake: Fake, plan: Iterable[Fault] = (), *, time: Time | None = None, every: bool = False
    ) -> None:
        """`every`: requests that only ask take from the plan too."""
        self.fake, self.every, self.time = fake, every, time or Time()
        self.plan = deque(plan)
        self.at: list[float] = []
        """When each request came, by `time`."""
        self._lock = threading.Lock()
        self._held: list[tuple[float, httpx.Request]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            request.read()
            now = self.time.monotonic()
            self.at.append(now)
            self.deliver(now)
            fault = self.draw(request)
            if fault is late:
                self._held.append((now + LATE_S, request))
            return fault(self.fake, request, self.time)

    def draw(self, request: httpx.Request) -> Fault:
        """The fault of the next request."""
        return self.plan.popleft() if self.plan and (self.every or self.fake.posts(request)) else fine

    def deliver(self, until: float = math.inf) -> None:
        """Let the page have the requests that it was slow to read."""
        there = [request for at, request in self._held if at <= until]
        self._held = [one for one in self._held if one[0] > until]
        for request in there:
            self.fake.handle(request)


def client(cls: type[Provider], transport: FaultyTransport, clock: Clock, name: str = "page", key: str = "") -> Http:
    """The client of a provider for the page; with another key than the page's where one is given."""
    key = key or transport.fake.key
    return Http(
        transport.fake.base,
        cls.headers(key),
        name=name,
        secrets=(key,),
        pace_s=cls.capabilities.pace_s,
        transport=transport,
        monotonic=clock.monotonic,
        sleep=clock.sleep,
    )


def fine(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    return fake.handle(request)


# Nothing reaches the page.


def no_connection(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    raise httpx.ConnectError("[Errno 111] Connection refused", request=request)


def connect_timed_out(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    raise httpx.ConnectTimeout("timed out", request=request)


def timed_out_before(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    raise httpx.ReadTimeout("timed out", request=request)


def reset_before(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    raise httpx.WriteError("[Errno 104] Connection reset by peer", request=request)


LATE_S = 25.0
"""Seconds after which a page still does what it was asked, its sender having given up."""


def late(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    """The page does it later than anybody waits for; the transport sees to it."""
    raise httpx.ReadTimeout("timed out", request=request)


def html_502_before(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    return httpx.Response(502, html="<html><h1>502 Bad Gateway</h1></html>")


def status(code: int, data: object = None, headers: Mapping[str, str] | None = None) -> Fault:
    """The page answers so, and does nothing."""

    def fault(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
        # A careless page repeats the key in what it says.
        words = f"not with Bearer {fake.key} nor {fake.key}"
        return reply(code, {"message": words, "errors": [words]} if data is None else data, headers)

    return fault


def wait(code: int = 429, headers: Mapping[str, str] | None = None, data: object = None) -> Fault:
    """Too many requests; how long to wait is said in the headers or in the body."""
    return status(code, data if data is not None else {"message": "slow down"}, headers)


def wait_until(seconds: float, said: Callable[[str], Fault]) -> Fault:
    """As `wait`, with a date: of the moment at which it is answered, not at which the table was made."""

    def fault(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
        return said(http_date(seconds))(fake, request, time)

    return fault


def http_date(seconds: float) -> str:
    """A moment so many seconds from now, as headers write it."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%a, %d %b %Y %H:%M:%S GMT")


def redirect(to: str = "https://elsewhere.example/v1") -> Fault:
    def fault(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
        return httpx.Response(307, headers={"Location": to})

    return fault


# The page does what it was asked, and we do not learn it.


def timed_out_after(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    fake.handle(request)
    raise httpx.ReadTimeout("timed out", request=request)


def reset_after(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    fake.handle(request)
    raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)


def html_502_after(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    fake.handle(request)
    return html_502_before(fake, request, time)


def gateway_504_after(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    fake.handle(request)
    return reply(504, {"message": "gateway time-out"})


def truncated(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    found = fake.handle(request)
    return httpx.Response(found.status_code, content=found.content[: len(found.content) // 2])


class _Parts(httpx.SyncByteStream):
    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return self._parts


def endless(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    """The answer never ends."""
    found = fake.handle(request)

    def parts() -> Iterator[bytes]:
        while True:
            yield b" " * 65536

    return httpx.Response(found.status_code, stream=_Parts(parts()))


def slow_drip(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
    """One byte each ten seconds: no single read is late."""
    found = fake.handle(request)

    def parts() -> Iterator[bytes]:
        while True:
            time.sleep(10.0)
            yield b" "

    return httpx.Response(found.status_code, stream=_Parts(parts()))


def answers(data: object, code: int = 200) -> Fault:
    """The page does it, and answers with JSON that makes no sense."""

    def fault(fake: Fake, request: httpx.Request, time: Time) -> httpx.Response:
        fake.handle(request)
        return reply(code, data)

    return fault


NOTHING_DONE: dict[str, Fault] = {
    "no connection": no_connection,
    "connect time-out": connect_timed_out,
    "420": wait(420, {"Retry-After": "7"}),
    "429, seconds": wait(429, {"Retry-After": "7"}),
    "429, date": wait_until(60, lambda date: wait(429, {"Retry-After": date})),
    "429, in the body": wait(429, data={"retry_after": 7.5}),
    "429, a date in the body": wait_until(60, lambda date: wait(429, data={"rate_limit": {"retry_after": date}})),
    "429, bare": wait(429),
}
"""Worth another try: Later."""

REFUSALS: dict[str, Fault] = {
    "400": status(400),
    "401": status(401),
    "403": status(403),
    "404": status(404),
    "422": status(422),
    "redirect": redirect(),
}
"""Nothing was done and will not be: Rejected."""

UNCLEAR: dict[str, Fault] = {
    "time-out before": timed_out_before,
    "reset before": reset_before,
    "502 in HTML before": html_502_before,
    "time-out after": timed_out_after,
    "reset after": reset_after,
    "502 in HTML after": html_502_after,
    "504 after": gateway_504_after,
    "truncated": truncated,
    "endless": endless,
    "slow drip": slow_drip,
}
"""Done or not, nobody can say from here: Unknown."""

DONE = frozenset(one for one in UNCLEAR if "before" not in one)
"""Those of UNCLEAR after which the message is on the page."""

NONSENSE: dict[str, Fault] = {
    "null": answers(None),
    "a number": answers(42),
    "a list": answers([1, "two", None, []]),
    "an empty object": answers({}),
    "wrong inside": answers({"data": 7, "id": {}, "incident_updates": "no", "pagination": [], "updates": [None, 3]}),
}
"""Answers in JSON that are not what was agreed: a PublishProblem or something sensible, never a crash."""
