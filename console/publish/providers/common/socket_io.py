"""Socket.IO by long polling: requests through `Http`, which holds host, time, size and proxy as for any other.

Socket.IO 5 on Engine.IO 4, as far as a client needs it that calls one thing after another and waits for each answer.
A web socket would be another way to the network, with checks of its own.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import Any

from console.publish.providers.common.json import text
from console.publish.transport.failure import Later, PublishProblem, Rejected, Unknown, may_be_repeated
from console.publish.transport.http import Http

PATH = "socket.io/?EIO=4&transport=polling"
PATIENCE_S = 30.0
"""For one answer: a server that does not know an event never answers it."""
MAX_POLLS = 200
"""For one answer, whatever the server has to tell before it."""
_SEPARATOR = "\x1e"


class Packet(StrEnum):
    """The first letter of a packet, by Engine.IO."""

    CLOSE = "1"
    PING = "2"
    PONG = "3"
    MESSAGE = "4"


class Message(StrEnum):
    """The second letter of a packet with a message, by Socket.IO."""

    CONNECT = "0"
    DISCONNECT = "1"
    EVENT = "2"
    ANSWER = "3"
    REFUSAL = "4"


class Session:
    """One connection. `events` holds what the server told last under each name."""

    def __init__(self, http: Http, sid: str) -> None:
        self._http, self._at = http, f"{PATH}&sid={sid}"
        self._answers: dict[str, Any] = {}
        self._calls = 0
        self._connected = False
        self.events: dict[str, Any] = {}

    def wait(self, event: str, holds: str = "") -> Any:
        """The data that the server sends under a name, with a field if one is named; raises Later where none come."""
        self._poll_until(lambda: event in self.events and (not holds or bool(text(self.events[event], holds))))
        return self.events[event]

    def ask(self, event: str, *arguments: object) -> Any:
        """The answer to an event that changes nothing, or that may be sent again."""
        with may_be_repeated():
            return self.call(event, *arguments)

    def call(self, event: str, *arguments: object) -> Any:
        """The answer to an event. Unknown where the event was sent and no answer came."""
        number = str(self._calls)
        self._calls += 1
        self._post(f"{Packet.MESSAGE}{Message.EVENT}{number}{json.dumps([event, *arguments])}")
        try:
            self._poll_until(lambda: number in self._answers)
        except PublishProblem as failure:
            raise Unknown(failure.reason) from None
        return self._answers.pop(number)

    def connect(self) -> None:
        """Join the server's usual room of events."""
        with may_be_repeated():
            self._post(Packet.MESSAGE + Message.CONNECT)
        self._poll_until(lambda: self._connected)

    def close(self) -> None:
        """Say that nothing more comes; the server would find out by itself in a while."""
        with suppress(PublishProblem):
            self._post(Packet.CLOSE)

    def _poll_until(self, there: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_S
        for _ in range(MAX_POLLS):
            if there():
                return
            if time.monotonic() > until:
                break
            self._read(self._http.get(self._at).text)
        raise Later(f"{self._http.name} did not answer.")

    def _read(self, payload: str) -> None:
        for packet in payload.split(_SEPARATOR):
            match packet[:1]:
                case Packet.PING:
                    self._post(Packet.PONG)
                case Packet.MESSAGE:
                    self._message(packet[1:2], packet[2:])
                case Packet.CLOSE:
                    raise Later(f"{self._http.name} closed the connection.")

    def _message(self, kind: str, rest: str) -> None:
        number = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        data = _json(rest[len(number) :])
        if kind == Message.CONNECT:
            self._connected = True
        elif kind == Message.EVENT and isinstance(data, list) and data and isinstance(data[0], str):
            self.events[data[0]] = data[1] if len(data) > 1 else None
        elif kind == Message.ANSWER:
            self._answers[number] = data[0] if isinstance(data, list) and data else None
        elif kind in (Message.DISCONNECT, Message.REFUSAL):
            raise Later(f"{self._http.name} does not take the connection.")

    def _post(self, packet: str) -> None:
        content = packet.encode()
        try:
            answer = self._http.write("POST", self._at, content=content, headers={"Content-Type": "text/plain"})
        except Rejected as refused:
            if "Session ID unknown" in refused.reason:
                # It was started anew in the middle: nothing of this has come to it.
                raise Later(f"{self._http.name} forgot the connection.") from None
            raise
        if answer.text.strip().lower() != "ok":
            raise Unknown(f"{self._http.name} answered with something other than “ok”.")


@contextmanager
def session(http: Http) -> Iterator[Session]:
    """A connection for the block. Raises Later and Rejected."""
    handshake = http.get(PATH).text
    sid = text(_json(handshake[1:]), "sid") if handshake[:1] == "0" else ""
    if not sid.replace("-", "").replace("_", "").isalnum():
        raise Later(f"{http.name} answers, but not as Socket.IO does; check its url.")
    opened = Session(http, sid)
    opened.connect()
    yield opened
    # Not after a failure: where the server hangs, this would hang as well.
    opened.close()


def _json(words: str) -> Any:
    """The value of a JSON text; None for what is none."""
    try:
        return json.loads(words)
    except (ValueError, RecursionError):
        return None
