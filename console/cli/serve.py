"""`warroom serve`: the console in a browser, through textual-serve."""

import os
import shlex
import sys
from ipaddress import ip_address
from urllib.parse import urlsplit

import click

from console.cli.context import Shell, fail
from console.cli.opening import check_view
from console.cli.params import command
from console.core.refusal import Refused

PORT = 8000


@command("[ref]", example="K7Q2")
@click.option("--host", metavar="HOST", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True, help="The port to listen at.")
@click.option(
    "--url", metavar="URL", default="", help="What browsers call it, behind a proxy: https://room.example.com."
)
@click.option("--writable", is_flag=True, help="Whoever opens it may write, under your name.")
@click.option("--no-login", is_flag=True, help="Listen for other machines, although nobody is asked to log in.")
def serve(shell: Shell, ref: str, host: str, port: int, url: str, writable: bool, no_login: bool) -> None:
    """Show the console in a browser, read-only, until Ctrl+C."""
    try:
        from console.cli.web import Pages
    except ModuleNotFoundError as missing:
        if missing.name not in ("aiohttp", "textual_serve"):
            raise
        fail("The browser needs the package textual-serve: pip install 'warroom[web]'.")
    writable = writable and not shell.read_only
    if not (no_login or is_loopback(host)):
        could = "write" if writable else "read everything"
        raise Refused(
            f"Whoever reaches {host}:{port} could {could}, since nobody is asked to log in; put a proxy with a login "
            "in front of 127.0.0.1, or add --no-login."
        )
    public = urlsplit(url)
    if url and (public.scheme not in ("http", "https") or not public.hostname or public.query or public.fragment):
        raise Refused("--url is the address that browsers open, as in --url https://room.example.com.")
    view = shell.view.casefold()
    if view:
        check_view(view, ref, plain=False)
    if ref:
        with shell.ledger(writing=False) as ledger:
            ref = ledger.resolve(ref)
    os.environ |= shell.environment
    pages = Pages(shlex.join(_console(ref, view, writable=writable)), host, port, url, writable=writable)
    pages.check_free()
    pages.serve()


def is_loopback(host: str) -> bool:
    """True for an address that only this machine reaches."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _console(ref: str, view: str, *, writable: bool) -> list[str]:
    """The command of the console that each browser gets; what else was given stands in the environment."""
    words = [sys.executable, "-m", "console"]
    words += [] if writable else ["--read-only"]
    words += ["--view", view] if view else []
    return [*words, "open", *([ref] if ref else [])]


COMMANDS = (serve,)
