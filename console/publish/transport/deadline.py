"""An end to a request as a whole. Time-outs of single reads never end one whose answer drips."""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Any


class Deadline:
    """Shuts a request's connection when its time is over, whatever is being read or written just then.

    with Deadline(30.0) as deadline:
        client.get(url, extensions={"trace": deadline.trace})
    """

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._seconds, self._until = seconds, 0.0
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self._timer: threading.Timer | None = None

    def __enter__(self) -> "Deadline":
        self._until = monotonic() + self._seconds
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """For httpx's extension `trace`: takes note of the connection."""
        if event != "connection.connect_tcp.complete":
            return
        self.watch(info["return_value"].get_extra_info("socket"))

    def watch(self, connection: socket.socket) -> None:
        """Take note of the connection, before TLS."""
        with self._lock:
            # A second descriptor of the same connection: TLS takes the first one over.
            self._connection = connection.dup()
        # Before there is a connection there is nothing to shut, so that nothing waits for the time to be over.
        self._timer = threading.Timer(max(0.0, self._until - monotonic()), self._end)
        self._timer.daemon = True
        self._timer.start()

    def _end(self) -> None:
        with self._lock:
            self.over = True
            self._shut()

    def _shut(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
