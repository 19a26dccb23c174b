"""A status page behind a real socket of this machine, and a shell that publishes to it."""

import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import httpx

from tests.cli.shell import Warroom
from tests.patience import PATIENCE_S
from tests.ports import free_port
from tests.publish.fakes import Fake
from tests.publish.fakes.incident_io import IncidentIoFake

Trouble = Callable[[httpx.Request], httpx.Response | None]
"""The answer given in the page's place; None lets the page answer."""


class Served:
    """A fake on a port of its own. `trouble` comes before the page; `stop` and `start` are the page going down."""

    def __init__(self, fake: Fake, path: str = "") -> None:
        self.fake, self.port = fake, free_port()
        self.trouble: Trouble = lambda request: None
        self.changed = threading.Condition()
        """Notified after each request."""
        self.start()
        self.url = f"http://127.0.0.1:{self.port}{path}"
        fake.base = self.url

    def start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait_for(self, there: Callable[[], bool], timeout_s: float = PATIENCE_S) -> None:
        with self.changed:
            assert self.changed.wait_for(there, timeout_s)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        served = self

        class Handler(BaseHTTPRequestHandler):
            def respond(self) -> None:
                content = self.rfile.read(int(self.headers.get("content-length") or 0))
                url = f"http://127.0.0.1:{served.port}{self.path}"
                request = httpx.Request(self.command, url, headers=dict(self.headers), content=content)
                with served.changed:
                    found = served.trouble(request) or served.fake.handle(request)
                self.send_response(found.status_code)
                for name in ("location", "retry-after"):
                    if name in found.headers:
                        self.send_header(name, found.headers[name])
                self.send_header("content-length", str(len(found.content)))
                self.end_headers()
                self.wfile.write(found.content)
                with served.changed:
                    served.changed.notify_all()

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = respond

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()


class Publisher(Warroom):
    """A shell with a configuration folder, and an incident."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config"
        super().__init__(folder / "warroom.db", WARROOM_CONFIG=str(self.config))
        self.said: list[str] = []
        """All that any command has printed."""
        self.ref = self.says("declare", "Checkout errors", "--sev", "SEV1")

    def runs(self, *args: str | bytes, stdin: str | bytes = b"") -> subprocess.CompletedProcess[bytes]:
        done = super().runs(*args, stdin=stdin)
        self.said += [done.stdout.decode(), done.stderr.decode()]
        return done

    def target(self, served: Served, provider: str = "incident-io", name: str = "status", *more: str) -> None:
        """Add a target for the page, with its key in the environment."""
        self.env[f"WARROOM_TARGET_{name.upper()}_KEY"] = served.fake.key
        place = ("--url", served.url, "--page", served.fake.page, "--component", "checkout=c1")
        self.says("target", "add", name, "--provider", provider, *place, *more)

    def update(self, status: str, text: str, *more: str) -> str:
        return self.says("update", self.ref, "--audience", "public", "--status", status, "--message", text, *more)

    def sends(self) -> str:
        """The output of a run that sends all there is."""
        return self.tells("publish", "run", "--once")

    def stuck(self, *more: str) -> str:
        """The sentence of a run that leaves something."""
        return self.fails("publish", "run", "--once", *more)

    @property
    def publishing(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json("show", self.ref)["publishing"]
        return found

    @property
    def updates(self) -> list[str]:
        return [update["text"] for update in self.json("show", self.ref)["updates"]]

    @property
    def id(self) -> str:
        """The id of the first message that is left, cut as it is shown."""
        return self.says("publish", "list", "--left")[:8]


def incident_io() -> Served:
    return Served(IncidentIoFake())
