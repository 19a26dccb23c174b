"""A server of our own on this machine that says, byte for byte, what a test wants."""

import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pytest

from tests.patience import PATIENCE_S

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
Talk = Callable[[socket.socket, threading.Event], None]


class Wire:
    """Listens on a free port of 127.0.0.1; hands each connection, its request read, to `talk`.

    with Wire(says(b"HTTP/1.1 204 No Content\\r\\n\\r\\n")) as wire:
        Http(wire.base, {})
    """

    def __init__(self, talk: Talk, tls: ssl.SSLContext | None = None) -> None:
        self._talk, self._tls, self.over = talk, tls, threading.Event()
        self.requests: list[bytes] = []
        """Each request, whole."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "Wire":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        # A listener that is only closed may go on waiting in its thread.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE_S)
        self._listener.close()

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            # The other side may go away, which some tests are about.
            with connection, suppress(OSError):
                if self._tls is None:
                    self._answer(connection)
                else:
                    with self._tls.wrap_socket(connection, server_side=True) as secured:
                        self._answer(secured)

    def _answer(self, connection: socket.socket) -> None:
        self.requests.append(_whole(connection))
        self._talk(connection, self.over)


def _whole(connection: socket.socket) -> bytes:
    """The request to its end: closed with bytes unread, a connection is reset, and the answer with it."""
    found, wanted = b"", -1
    while wanted < 0 or len(found) < wanted:
        more = connection.recv(65536)
        if not more:
            break
        found += more
        head, end, _ = found.partition(b"\r\n\r\n")
        if end:
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            wanted = len(head) + len(end) + (int(length[1]) if length else 0)
    return found


def secured(folder: Path, host: str) -> ssl.SSLContext:
    """A server's end of TLS, by an authority that only this machine knows: `cert.pem` in the folder."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is absent")
    # To find the primes of an RSA key takes a fifth of a second.
    made = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
        f"-keyout key.pem -out cert.pem -days 2 -subj /CN={host} -addext subjectAltName=DNS:{host},IP:127.0.0.1"
    )
    subprocess.run(made.split(), cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def says(*parts: bytes) -> Talk:
    """The whole answer at once, then the end of the connection."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(b"".join(parts))

    return talk


def drips(head: bytes, drop: bytes = b"x", every_s: float = 0.02) -> Talk:
    """The head at once, then a drop at a time, without an end."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(head)
        while not over.wait(every_s):
            connection.sendall(drop)

    return talk


def silent(connection: socket.socket, over: threading.Event) -> None:
    """Takes the request and never answers."""
    over.wait(PATIENCE_S)


def floods(connection: socket.socket, over: threading.Event) -> None:
    """A body without an end, as fast as it goes."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    while not over.is_set():
        connection.sendall(b"y" * 65536)
