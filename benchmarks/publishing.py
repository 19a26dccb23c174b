"""The room while no status page can be reached: typing and logging beside the same without targets.

Goals: a keystroke to painted and Enter to painted, p99, at most 1.2× of the same in a room without targets; from the
key that posts to the page, with another page that never answers, median at most 1.2× of the same with the page alone.

`python -m benchmarks.publishing`. Three kinds of pages: one that refuses, one that takes the request and never answers,
and one whose name leads nowhere; four targets of each. Updates of several incidents wait for all of them, so that the
sender has always something to try. A listener on loopback stands for the page that never answers.
"""

import os
import socket
import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import ClassVar

from benchmarks import making
from benchmarks.result import Result
from benchmarks.room import SHORT, both, entered, letters, typed
from benchmarks.terminal import PATIENCE_S, Terminal, console
from console.core.subjects.update import PostUpdate
from console.publish.sending.plan import Choices
from console.publish.sending.publisher import Publisher
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.outbox.outbox import Outbox

INCIDENTS, EACH = 20, 4
POSTS = 30
LINES = 400
"""Enough that four lines lie beyond the 99th percentile."""
REF = making.reference(INCIDENTS - 1)


def targets(folder: Path, silent: int) -> None:
    """A configuration with targets that nobody can reach; `silent` is the port that never answers."""
    addresses = {
        "refuses": "http://127.0.0.1:9",
        "silent": f"http://127.0.0.1:{silent}",
        "nowhere": "https://x.invalid",
    }
    keys = folder / "keys"
    keys.mkdir(parents=True, mode=0o700)
    (folder / "targets").mkdir(mode=0o700)
    for kind, address in addresses.items():
        for number in range(EACH):
            name = f"{kind}{number}"
            table = f'provider = "statuspage"\npage = "p1"\nurl = "{address}"\n'
            (folder / "targets" / f"{name}.toml").write_text(table, encoding="utf-8")
            key = keys / name
            key.touch(mode=0o600)
            key.write_text("no-key-of-anybody", encoding="utf-8")


def queue(db: Path, config: Path) -> int:
    """Post an update in every incident; how many messages wait then."""
    publisher = Publisher(config)
    with Log.open(db) as log:
        ledger = Ledger(log, actor="mo", clock=lambda: datetime.now(UTC))
        for number in range(INCIDENTS):
            ref = making.reference(number)
            state = ledger.state(ref)
            update = PostUpdate(actor="mo", audience="public", text="We are investigating.", status="investigating")
            events = ledger.prepare(ref, update)
            ledger.commit(events, publisher.publish(state, publisher.context(log, ref, ()), Choices())(events))
        return sum(len(Outbox(log).messages(making.reference(number))) for number in range(INCIDENTS))


def measured(terminals: tuple[Terminal, Terminal]) -> tuple[dict[Terminal, list[float]], dict[Terminal, list[float]]]:
    keys: dict[Terminal, list[float]] = {one: [] for one in terminals}
    enters: dict[Terminal, list[float]] = {one: [] for one in terminals}
    words = map(letters, count())
    for one in terminals:
        one.until("What happened?", "OWED")
        one.rest(0.3)
    for _ in range(LINES):
        word = next(words)
        for one in terminals:
            keys[one] += typed(one, word)
            enters[one].append(entered(one, word))
    return keys, enters


class Arrivals(BaseHTTPRequestHandler):
    """A page that takes every message at once, and notes when."""

    seen: ClassVar[dict[int, list[float]]] = {}
    """By the page's port: when each of its messages came."""

    def do_POST(self) -> None:
        assert isinstance(self.server, ThreadingHTTPServer)
        self.seen[self.server.server_port].append(time.perf_counter())
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the terminal is the benchmark's."""


def webhooks(folder: Path, **ports: int) -> None:
    """A configuration whose targets are pages on this machine that get internal updates."""
    (folder / "targets").mkdir(parents=True, mode=0o700)
    (folder / "keys").mkdir(mode=0o700)
    for name, port in ports.items():
        table = f'provider = "webhook"\naudience = "internal"\nurl = "http://127.0.0.1:{port}"\n'
        (folder / "targets" / f"{name}.toml").write_text(table, encoding="utf-8")
        key = folder / "keys" / name
        key.touch(mode=0o600)
        key.write_text("no-key-of-anybody", encoding="utf-8")


def posted(terminal: Terminal, word: str, seen: list[float]) -> float:
    """Seconds from the key that posts an update to its arrival on the page."""
    count = len(seen)
    terminal.send(f"/update internal {word} is slow.\r")
    terminal.until("As shown below")
    terminal.rest(0.3)
    sent = terminal.send("\x13")
    while len(seen) == count:
        if time.perf_counter() - sent > PATIENCE_S:
            raise TimeoutError(f"{word} did not reach the page")
        time.sleep(0.001)
    arrived = seen[count] - sent
    terminal.rest(0.3)
    return arrived


def to_page() -> Result:
    """From key to page, with one page up and one hanging, beside the page alone; in turns."""
    with (
        tempfile.TemporaryDirectory() as name,
        socket.create_server(("127.0.0.1", 0)) as silent,
        ThreadingHTTPServer(("127.0.0.1", 0), Arrivals) as ours_page,
        ThreadingHTTPServer(("127.0.0.1", 0), Arrivals) as floor_page,
    ):
        folder = Path(name)
        ports = [page.server_port for page in (ours_page, floor_page)]
        for page, port in zip((ours_page, floor_page), ports, strict=True):
            Arrivals.seen[port] = []
            threading.Thread(target=page.serve_forever, daemon=True).start()
        for place in ("here", "there"):
            making.build(folder / f"{place}.db", incidents=1, events=SHORT, open=1)
        webhooks(folder / "both", up=ports[0], silent=silent.getsockname()[1])
        webhooks(folder / "alone", up=ports[1])
        taken: dict[int, list[float]] = {port: [] for port in ports}
        os.environ["WARROOM_CONFIG"] = str(folder / "both")
        with console(folder / "here.db", making.reference(0)) as ours:
            os.environ["WARROOM_CONFIG"] = str(folder / "alone")
            with console(folder / "there.db", making.reference(0)) as floor:
                for terminal in (ours, floor):
                    terminal.until("What happened?", "OWED")
                    terminal.rest(0.5)
                for number in range(POSTS + 1):
                    for terminal, port in zip((ours, floor), ports, strict=True):
                        time_s = posted(terminal, letters(number), Arrivals.seen[port])
                        if number:  # The first one reads the sender's code.
                            taken[port].append(time_s * 1000)
        for page in (ours_page, floor_page):
            page.shutdown()
    middle = [statistics.median(taken[port]) for port in ports]
    what = f"from the key that posts to the page, median of {POSTS}, with another page that never answers"
    return Result(what, middle[0], middle[1], "ms", "the page alone", 1.2)


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as silent:
        folder = Path(name)
        here, there = folder / "here.db", folder / "there.db"
        for db in (here, there):
            making.build(db, incidents=INCIDENTS, events=SHORT * INCIDENTS, open=INCIDENTS)
        targets(folder / "config", silent.getsockname()[1])
        (folder / "none").mkdir()
        waiting = queue(here, folder / "config")
        os.environ["WARROOM_CONFIG"] = str(folder / "config")
        with console(here, REF) as ours:
            os.environ["WARROOM_CONFIG"] = str(folder / "none")
            with console(there, REF) as floor:
                keys, enters = measured((ours, floor))
        with Log.open(here) as log:
            tries = sum(
                one.attempts for number in range(INCIDENTS) for one in Outbox(log).messages(making.reference(number))
            )
    if not tries:
        raise RuntimeError("nothing was tried: the figures would say nothing")
    what = f"{waiting} messages waiting for {3 * EACH} pages out of reach, {tries} tries meanwhile"
    return [
        *both(f"keystroke to painted, {what}", keys[ours], keys[floor], "without targets", 1.2),
        *both(f"Enter to painted, {what}", enters[ours], enters[floor], "without targets", 1.2),
        to_page(),
    ]


if __name__ == "__main__":
    for result in run():
        print(result.line())
