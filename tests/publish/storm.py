"""Posts in bad weather: `python -m tests.publish.storm [POSTS]` prints a table; the suite runs a small one.

Real processes: the page, one sender after another, each killed by -9 sooner or later. The person looks after what is
put to them: what was refused is sent again, and of a doubtful message they look at the page. As in `storm 1000 7 cachet
slack` the number of posts may be followed by a seed and the kinds of targets, which else are all.
"""

import random
import sys
import tempfile
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import msgspec

from console.publish.provider import Capabilities
from console.publish.providers.cstate import CState
from console.publish.sending.decisions import confirmed, resent
from console.publish.sending.message import STATUSES, Part, Status
from console.publish.sending.plan import queued
from console.store import Log
from console.store.outbox.outbox import Outbox
from tests.core.story import START
from tests.publish import sending
from tests.publish.away import PageProcess, kinds
from tests.publish.bare import BarePage
from tests.publish.fakes import Seen
from tests.publish.making import TARGET, decide_on, declare, planned, update

PER_INCIDENT = 40
"""Updates of one incident; one page takes a hundred."""


class Tally(msgspec.Struct):
    """What a storm came to."""

    kind: str
    posts: int
    on_page: int = 0
    tries: int = 0
    kills: int = 0
    put_to_person: int = 0
    there: int = 0
    """Of those, how many were on the page."""
    refused: int = 0
    doubtful: int = 0
    """Tries of which nobody could say how they ended."""
    wrong: list[str] = []
    """What is wrong in the end; empty when each message is there once, and in order."""
    seconds: float = 0.0


Text = tuple[Status, str]
TOUCHES = 8
"""Each so many updates one says that a component is down: `major`, so that the page has to show it so in the end."""


def can(kind: str) -> Capabilities:
    return CState.capabilities if kind == "cstate" else kinds()[kind][0].capabilities


def component(kind: str) -> str:
    """The component that is down; empty where the target has none."""
    if kind == "cstate":
        return "Checkout"
    return next(iter(kinds()[kind][1]().components)) if can(kind).states else ""


def queue(log: Log, kind: str, posts: int, chance: random.Random) -> dict[str, list[Text]]:
    """Queue so many updates; by incident, in their order. One in five says the same as the one before it."""
    down = component(kind)
    wanted: dict[str, list[Text]] = {}
    for number in range(-(-posts // PER_INCIDENT)):
        ref = f"INC-{number:04d}"
        declare(log, ref)
        said: list[Text] = []
        for count in range(min(PER_INCIDENT, posts - number * PER_INCIDENT)):
            same = said and chance.random() < 0.2
            text = said[-1] if same else (STATUSES[min(count // 10, 2)], f"{ref}, update {count}: still looking.")
            said.append(text)
            event = update(text[1], ref=ref, status=text[0], minute=count / 10)
            # The page shows a visitor only titles, so the reference stands there.
            parts = [Part(down, "major", "checkout")] if down and chance.randrange(TOUCHES) == 0 else []
            delivery = msgspec.structs.replace(planned(event, parts), title=f"Errors {ref}")
            log.append([event], [queued(event.id, TARGET, "public", delivery)])
        wanted[ref] = said
    return wanted


def storm(kind: str, posts: int, seed: int, *, faults: float = 0.35, kills: float = 0.02) -> Tally:
    """Queue, send in bad weather until all is done, and compare with the page."""
    started = time.monotonic()
    chance = random.Random(seed)
    tally = Tally(kind, posts)
    with tempfile.TemporaryDirectory() as folder, _page(kind) as page:
        path = Path(folder) / "data" / "warroom.db"
        with Log.open(path) as log:
            wanted = queue(log, kind, posts, chance)
        moment = START + timedelta(days=1)
        while True:
            moment += timedelta(hours=6)
            order = sending.Order(str(path), page.at, kind, moment, chance.randrange(2**32), faults, kills)
            ended = sending.run(order)
            if ended is None:
                tally.kills += 1
                continue
            with Log.open(path) as log:
                if not _look_after(Outbox(log), page.seen(), tally):
                    break
            moment += timedelta(days=1)
        with Log.open(path) as log:
            _count(Outbox(log), tally)
        _compare(tally, wanted, page.seen())
    tally.seconds = time.monotonic() - started
    return tally


def _page(kind: str) -> PageProcess | BarePage:
    return BarePage() if kind == "cstate" else PageProcess(kind)


def _look_after(outbox: Outbox, seen: list[Seen], tally: Tally) -> bool:
    """Do what the person would; False when there is nothing left to do."""
    left = outbox.messages(unfinished=True)
    said = _said(seen)
    ids = {one.title.removeprefix("Errors "): one.id for one in seen}
    first: set[str] = set()
    for message in left:
        if message.incident in first:
            continue
        first.add(message.incident)
        at = START + timedelta(days=2)
        if message.state == "dead":
            tally.refused += 1
            outbox.retry(message.id, at, "mo")
        elif message.state == "ask":
            tally.put_to_person += 1
            done = [one for one in outbox.messages(message.incident) if one.state == "done"]
            there = len(said.get(message.incident, [])) > len(done)
            tally.there += there
            if there:
                # A person copies the incident's address, whose last part is its id.
                incident = ids[message.incident]
                seen_there = confirmed(outbox, message, "mo", incident=incident, can=can(tally.kind))
                decide_on(outbox.log, message, seen_there, at)
            else:
                decide_on(outbox.log, message, resent(message, "mo"), at)
        else:
            tally.wrong.append(f"{message.id} is {message.state}, and nobody moves it.")
            return False
    return bool(left)


def _count(outbox: Outbox, tally: Tally) -> None:
    for message in outbox.messages():
        tally.tries += message.attempts
        states = [one.state for one in outbox.tries(message.id)]
        tally.doubtful += sum(both in (("sending", "unknown"), ("sending", "ask")) for both in pairwise(states))
        if message.state != "done":
            tally.wrong.append(f"{message.payload} is {message.state}.")


def _said(seen: list[Seen]) -> dict[str, list[tuple[str, str]]]:
    """Updates by incident; two incidents on the page with one reference come out as too many updates."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in seen:
        found.setdefault(one.title.removeprefix("Errors "), []).extend(one.updates)
    return found


def _compare(tally: Tally, wanted: dict[str, list[Text]], seen: list[Seen]) -> None:
    there = _said(seen)
    tally.on_page = sum(map(len, there.values()))
    if len(seen) != len(wanted):
        tally.wrong.append(f"{len(wanted)} incidents were to be on the page, {len(seen)} are.")
    down = component(tally.kind)
    for one in seen:
        if down and one.components.get(down, "major") != "major":
            tally.wrong.append(f"{one.title}: the component is {one.components[down]}, and was to be major.")
    for ref, texts in wanted.items():
        if there.get(ref) != texts:
            tally.wrong.append(f"{ref}: {len(there.get(ref, []))} updates for {len(texts)}, or not in their order.")


def main() -> int:
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32)
    print(f"seed {seed}")
    print(
        "| target | posts | on the page | tries | kill -9 | doubtful | put to a person | of these there | refused | s |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    wrong: list[str] = []
    for kind in sys.argv[3:] or (*kinds(), "cstate"):
        tally = storm(kind, posts, seed)
        row = (
            *(kind, tally.posts, tally.on_page, tally.tries, tally.kills, tally.doubtful, tally.put_to_person),
            *(tally.there, tally.refused, f"{tally.seconds:.0f}"),
        )
        print("|", " | ".join(map(str, row)), "|", flush=True)
        wrong += tally.wrong
    print(*wrong[:20], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
