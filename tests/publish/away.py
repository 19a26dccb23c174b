"""A fake page in a process of its own, reached over a real socket. What it keeps outlives any sender that is killed."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any, Self

import httpx
import msgspec

from console.publish.provider import Provider, Settings
from console.publish.providers.betterstack import BetterStack
from console.publish.providers.cachet import Cachet
from console.publish.providers.cachet_v2 import CachetV2
from console.publish.providers.discord import Discord
from console.publish.providers.google_chat import GoogleChat
from console.publish.providers.incident_io import IncidentIo
from console.publish.providers.instatus import Instatus
from console.publish.providers.kener import Kener
from console.publish.providers.matrix import Matrix
from console.publish.providers.mattermost import Mattermost
from console.publish.providers.openstatus import OpenStatus
from console.publish.providers.slack import Slack
from console.publish.providers.statuspage import Statuspage
from console.publish.providers.teams import Teams
from console.publish.providers.upptime import Upptime
from console.publish.providers.uptime_kuma import UptimeKuma
from console.publish.providers.webhook import Webhook
from console.publish.targets.keys import Key
from console.publish.transport.http import Http
from tests.forked import READY
from tests.patience import PATIENCE_S
from tests.publish.by_hand import unmark
from tests.publish.fakes import Fake, Seen
from tests.publish.fakes.betterstack import BetterStackFake
from tests.publish.fakes.cachet import CachetFake
from tests.publish.fakes.cachet_v2 import CachetV2Fake
from tests.publish.fakes.chat import DiscordFake, GoogleChatFake, MattermostFake, SlackFake, TeamsFake, WebhookFake
from tests.publish.fakes.incident_io import IncidentIoFake
from tests.publish.fakes.instatus import InstatusFake
from tests.publish.fakes.kener import KenerFake
from tests.publish.fakes.matrix import MatrixFake
from tests.publish.fakes.openstatus import OpenStatusFake
from tests.publish.fakes.statuspage import StatuspageFake
from tests.publish.fakes.upptime import UpptimeFake
from tests.publish.fakes.uptime_kuma import UptimeKumaFake

MOMENT = "X-Moment"
"""The header in which the page's process is told the time, which is the sender's."""


def kinds() -> dict[str, tuple[type[Provider], type[Fake]]]:
    """Every provider that has a network, by its name in a target."""
    return {
        "statuspage": (Statuspage, StatuspageFake),
        "incident-io": (IncidentIo, IncidentIoFake),
        "cachet": (Cachet, CachetFake),
        "cachet-v2": (CachetV2, CachetV2Fake),
        "instatus": (Instatus, InstatusFake),
        "betterstack": (BetterStack, BetterStackFake),
        "openstatus": (OpenStatus, OpenStatusFake),
        "kener": (Kener, KenerFake),
        "uptime-kuma": (UptimeKuma, UptimeKumaFake),
        "upptime": (Upptime, UpptimeFake),
        "slack": (Slack, SlackFake),
        "teams": (Teams, TeamsFake),
        "discord": (Discord, DiscordFake),
        "mattermost": (Mattermost, MattermostFake),
        "google-chat": (GoogleChat, GoogleChatFake),
        "matrix": (Matrix, MatrixFake),
        "webhook": (Webhook, WebhookFake),
    }


def provider(kind: str, target: str, page: Fake, http: Http, clock: Callable[[], datetime]) -> Provider:
    """The provider for the page of that kind, as `connect` would make it."""
    needs = kinds()[kind][0].capabilities.key_in in ("signature", "login")
    settings = Settings(target, page.page, page.base, secret=Key(page.key) if needs else None)
    if kind == "webhook":
        return Webhook(settings, http, lambda: clock().timestamp())
    return kinds()[kind][0](settings, http)


class Away(Fake):
    """The page of a `PageProcess`, as the sender's process sees it."""

    def __init__(self, kind: str, at: str, clock: Callable[[], datetime]) -> None:
        super().__init__()
        fake = kinds()[kind][1]()
        self.base, self.page, self.key = fake.base, fake.page, fake.key
        self._clock = clock
        self._posts = fake.posts
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{at}", trust_env=False, verify=False, timeout=PATIENCE_S
        )

    def handle(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "accept-encoding")}
        headers[MOMENT] = self._clock().isoformat()
        path = request.url.raw_path.decode()
        found = self._client.request(request.method, path, headers=headers, content=request.read())
        return httpx.Response(found.status_code, content=found.content, headers={"content-type": "application/json"})

    def posts(self, request: httpx.Request) -> bool:
        return self._posts(request)

    def close(self) -> None:
        self._client.close()


class Told(msgspec.Struct):
    """The report of a page process about itself."""

    seen: list[Seen]
    wrong: list[str]


class PageProcess:
    """Start it, reach it `at` its port, ask what it has `seen`; it ends with the block."""

    def __init__(self, kind: str) -> None:
        self._ours, theirs = READY.Pipe()
        self._process = READY.Process(target=serve, args=(kind, theirs))
        self._process.start()
        theirs.close()
        self.at = self._ours.recv_bytes().decode()

    def told(self) -> Told:
        found = httpx.get(f"http://127.0.0.1:{self.at}/_seen", trust_env=False, verify=False)
        return msgspec.json.decode(found.content, type=Told)

    def seen(self) -> list[Seen]:
        told = self.told()
        assert told.wrong == [], told.wrong
        return told.seen

    def unmark(self, id: str, text: str) -> None:
        """Let the incident be a person's, who wrote the text."""
        httpx.post(f"http://127.0.0.1:{self.at}/_unmark", json=(id, text), trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._ours.close()
        self._process.join()


def serve(kind: str, there: Connection) -> None:
    """Be the page, and tell the port, until there is nobody any more, as when a test was killed itself."""
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
                elif self.path == "/_unmark":
                    unmark(kind, fake, *msgspec.json.decode(content, type=tuple[str, str]))
                    found = httpx.Response(200)
                else:
                    fake.now = datetime.fromisoformat(self.headers[MOMENT])
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
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there.send_bytes(str(server.server_port).encode())
    with suppress(EOFError):
        there.recv_bytes()
