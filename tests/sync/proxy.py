"""A relay between a machine and its server that delays, holds back, and cuts."""

import random
import select
import socket
import threading
from contextlib import suppress
from typing import Literal

Weather = Literal["clear", "slow", "held", "cut"]


class Proxy:
    """A relay on loopback; `weather` changes for all connections at once, and a cut one is not mended."""

    def __init__(self, to: int) -> None:
        self.weather: Weather = "clear"
        self.freezes_after = b""
        """Words of a machine behind which it falls asleep: they are passed on, and nothing after them."""
        self.frozen = threading.Event()
        self._to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._ended = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def turns(self, weather: Weather) -> None:
        clears = self.weather == "held" and weather != "held"
        self.weather = weather
        if weather == "cut" or clears:
            for each in list(self._open):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._ended.set()
        self.turns("cut")
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while not self._ended.is_set():
                client, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            if self.weather == "cut":
                return
            with socket.create_connection(("127.0.0.1", self._to)) as server:
                ways = {client: server, server: client}
                self._open |= {*ways}
                try:
                    while not self._ended.is_set():
                        for source in select.select(list(ways), [], [], 0.2)[0]:
                            if self.weather == "slow":
                                self._ended.wait(random.uniform(0, 0.05))
                            while self.weather == "held" and not self._ended.is_set():
                                self._ended.wait(0.05)
                            part = source.recv(65536)
                            if not part:
                                return
                            ways[source].sendall(part)
                            if self.freezes_after and self.freezes_after in part:
                                self.weather = "held"
                                self.frozen.set()
                finally:
                    self._open -= {*ways}
