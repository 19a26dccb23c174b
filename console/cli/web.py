"""The server of `warroom serve`: a page of our own around textual-serve, for browsers that belong here."""

import html
import secrets
from socket import AI_PASSIVE, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, getaddrinfo, socket
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.server import Server

from console.cli.output import hint
from console.core.language.text import counted
from console.core.refusal import Refused
from console.resources import resource_path

HTTP = 80
"""The port that browsers leave out."""
EVERYWHERE = ("0.0.0.0", "::")
MAX_CONSOLES = 40
"""Each is a process of its own."""
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self' {socket}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""The page's content security policy: nothing from elsewhere. xterm.js sets styles of its own."""
SMALLEST_FONT, USUAL_FONT, LARGEST_FONT = 6, 16, 48
"""In pixels."""


class Pages(Server):
    """A console of its own for each browser that opens the page.

    Another site that is open in the same browser could reach a server on this machine. So a page is only answered
    under a name that is ours, and a console is only given to a page that came from here.
    """

    def __init__(self, command: str, host: str, port: int, url: str, *, writable: bool) -> None:
        super().__init__(command, host=host, port=port, title="Warroom", public_url=url.rstrip("/") or None)
        self._writable, self._named, self._consoles = writable, bool(url), 0
        here = {host, "localhost", "127.0.0.1", "[::1]"}
        self._names = {f"{name}:{port}" for name in here} | (here if port == HTTP else set()) | {urlsplit(url).netloc}
        self._any_name = host in EVERYWHERE and not url

    def check_free(self) -> None:
        """Raises Refused where nobody can listen at the address."""
        try:
            for family, kind, _, _, address in getaddrinfo(self.host, self.port, type=SOCK_STREAM, flags=AI_PASSIVE):
                with socket(family, kind) as trial:
                    trial.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
                    trial.bind(address)
        except OSError as error:
            why = error.strerror or error
            raise Refused(f"{self.host}:{self.port} cannot be used ({why}); name another with --port.") from None

    def initialize_logging(self) -> None:
        """Log nothing here: the browser is told of an error in its console."""

    async def on_startup(self, app: web.Application) -> None:
        does = "read and write" if self._writable else "read, and write nothing"
        hint(f"Open {self.public_url} in a browser; whoever does can {does}. Ctrl+C ends.")

    def _check_name(self, request: web.Request) -> None:
        if not (self._any_name or request.host in self._names):
            raise web.HTTPForbidden(text="This server is not known by that name; start it with --url and that address.")

    async def handle_index(self, request: web.Request) -> web.Response:
        self._check_name(request)
        try:
            size = int(request.query.get("fontsize", USUAL_FONT))
        except ValueError:
            size = USUAL_FONT
        known = urlsplit(self.public_url)
        place = f"{known.netloc}{known.path}" if self._named else request.host
        address = f"{'wss' if known.scheme == 'https' else 'ws'}://{place}/ws"
        nonce = secrets.token_urlsafe(16)
        page = resource_path("web/console.html").read_text(encoding="utf-8")
        values = {
            "title": self.title,
            "socket": address,
            "nonce": nonce,
            "size": str(min(max(size, SMALLEST_FONT), LARGEST_FONT)),
        }
        for name, value in values.items():
            page = page.replace(f"{{{name}}}", html.escape(value))
        headers = {
            "Content-Security-Policy": POLICY.format(socket=address, nonce=nonce),
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        return web.Response(text=page, content_type="text/html", headers=headers)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        self._check_name(request)
        origin = urlsplit(request.headers.get("Origin", "")).netloc
        if origin not in {request.host, urlsplit(self.public_url).netloc}:
            raise web.HTTPForbidden(text="Only its own page is given a console.")
        if self._consoles >= MAX_CONSOLES:
            raise web.HTTPServiceUnavailable(text=f"{counted(MAX_CONSOLES, 'console')} are open here already.")
        self._consoles += 1
        try:
            return await super().handle_websocket(request)
        finally:
            self._consoles -= 1
