"""The room while no status page can be reached: typing and logging beside the same without targets.

Goals: a keystroke to painted and Enter to painted, p99, at most 1.2× of the same in a room without targets.

`python -m benchmarks.publishing`. Three kinds of pages: one that refuses, one that takes the request and never answers,
and one whose name leads nowhere; four targets of each. Updates of several incidents wait for all of them, so that the
sender has always something to try. A listener on loopback stands for the page that never answers.
"""

import os
import socket
import tempfile
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from benchmarks import making
from benchmarks.result import Result
from benchmarks.room import SHORT, both, entered, letters, typed
from benchmarks.terminal import Terminal, console
from console.core.subjects.update import PostUpdate
from console.publish.sending.plan import Choices
from console.publish.sending.publisher import Publisher
from console.store.ledger import Ledger
from console.store.log import Log
from console.store.outbox.outbox import Outbox

INCIDENTS, EACH = 20, 4
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
    ]


if __name__ == "__main__":
    for result in run():
        print(result.line())
