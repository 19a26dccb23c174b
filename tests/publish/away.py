"""A fake page in a process of its own, reached over a real socket: `python -m tests.publish.away KIND`.

What it keeps outlives any sender that is killed.
"""

import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self

import httpx
import msgspec

from console.publish.http import Http
from console.publish.message import Checked, Delivery, Known, Lookup, PageView, Remote
from console.publish.provider import Capabilities, Provider, Settings
from tests.publish.fakes import Fake, Seen, body, reply
from tests.publish.fakes.incident_io import IncidentIoFake
from tests.publish.fakes.statuspage import StatuspageFake
from tests.store.making import ROOT


class BlindFake(Fake):
    """A chat: it takes messages, and tells nobody what it has."""

    base = "https://chat.example"

    def __init__(self) -> None:
        super().__init__()
        self.rooms: dict[str, list[tuple[str, str]]] = {}

    def lets_in(self, request: httpx.Request) -> bool:
        return True

    def answer(self, request: httpx.Request) -> httpx.Response:
        told = body(request)
        self.rooms.setdefault(told["incident"], []).append((told["status"], told["text"]))
        return reply(200, {"ok": True})

    def seen(self) -> list[Seen]:
        return [Seen(name, "", said, {}, 0, {"incident": name}) for name, said in self.rooms.items()]


class Blind:
    """What talks to BlindFake: it cannot look anything up."""

    capabilities: ClassVar = Capabilities()
    base: ClassVar[str] = BlindFake.base

    def __init__(self, settings: Settings, http: Http) -> None:
        self._http = http

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {}

    def check(self) -> Checked:
        return Checked("It is there.")

    def send(self, delivery: Delivery, known: Known) -> Remote:
        self._http.write(
            "POST",
            "/messages",
            {"incident": delivery.incident, "status": delivery.status, "text": delivery.text},
        )
        return Remote("chat")

    def look_up(self, delivery: Delivery, known: Known) -> Lookup:
        raise AssertionError("a target that cannot be asked is not asked")

    def read(self, known: Known) -> PageView:
        raise AssertionError("a target that cannot be asked is not asked")


def kinds() -> dict[str, tuple[type[Provider], type[Fake]]]:
    """The providers that are stormed: one that finds updates by their words, one that knows our marker, a blind one."""
    from console.publish.incident_io import IncidentIo
    from console.publish.statuspage import Statuspage

    return {
        "statuspage": (Statuspage, StatuspageFake),
        "incident-io": (IncidentIo, IncidentIoFake),
        "blind": (Blind, BlindFake),
    }


class Away(Fake):
    """The page of a `PageProcess`, as the sender's process sees it."""

    def __init__(self, kind: str, port: int) -> None:
        super().__init__()
        fake = kinds()[kind][1]()
        self.base, self.page, self.key = fake.base, fake.page, fake.key
        self._posts = fake.posts
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60)

    def handle(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "accept-encoding")}
        path = request.url.raw_path.decode()
        found = self._client.request(request.method, path, headers=headers, content=request.read())
        return httpx.Response(found.status_code, content=found.content, headers={"content-type": "application/json"})

    def posts(self, request: httpx.Request) -> bool:
        return self._posts(request)


class Told(msgspec.Struct):
    """What a page process says of itself."""

    seen: list[Seen]
    wrong: list[str]


class PageProcess:
    """Start it, reach it on `port`, ask what it has `seen`; it ends with the block."""

    def __init__(self, kind: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.publish.away", kind], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def told(self) -> Told:
        found = httpx.get(f"http://127.0.0.1:{self.port}/_seen", trust_env=False)
        return msgspec.json.decode(found.content, type=Told)

    def seen(self) -> list[Seen]:
        told = self.told()
        assert told.wrong == []
        return told.seen

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        # It ends with its input, so that it does not outlive a test that was killed itself.
        self._process.communicate()


def main(kind: str) -> None:
    fake = kinds()[kind][1]()
    host = httpx.URL(fake.base).copy_with(path="/").raw_host.decode()
    gate = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            with gate:
                if self.path == "/_seen":
                    told = Told(fake.seen(), fake.wrong)
                    found = httpx.Response(200, content=msgspec.json.encode(told))
                else:
                    url = f"https://{host}{self.path}"
                    found = fake.handle(httpx.Request(self.command, url, headers=dict(self.headers), content=content))
            self.send_response(found.status_code)
            self.send_header("content-length", str(len(found.content)))
            self.end_headers()
            self.wfile.write(found.content)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = respond

        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # A sender that was killed leaves broken connections behind.

    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
