"""Updates posted, undone, erased and put right in bad weather: `python -m tests.publish.revising_storm [ACTS] [SEED] [KIND…]`.

Real processes, as in `storm`: the page, and one sender after another, each killed by -9 sooner or later. In between a
person posts, undoes, puts back, redacts, and decides what becomes of what is on the page. In the end the page says what
the log says, nothing twice, and nobody was mailed.
"""

import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import msgspec

from console.publish.sending.content import there
from console.publish.sending.decisions import confirmed, dropped
from console.store import Log
from tests.core.story import START
from tests.publish import sending
from tests.publish.away import PageProcess, kinds
from tests.publish.fakes import Seen
from tests.publish.making import Clock, decide_on, declare
from tests.publish.revising import Revised, one_act

PER_INCIDENT = 40
"""Acts on one incident; each incident has a page of its own."""


class Tally(msgspec.Struct):
    """What a storm came to."""

    kind: str
    acts: int
    posts: int = 0
    changes: int = 0
    """Updates edited, removed or sent again on the page, and incidents taken down."""
    tries: int = 0
    kills: int = 0
    put_to_person: int = 0
    refused: int = 0
    wrong: list[str] = []
    seconds: float = 0.0


def storm(kind: str, acts: int, seed: int, *, faults: float = 0.35, kills: float = 0.02) -> Tally:
    """So many acts of a person, in bad weather until all is done; then compare with the page."""
    started = time.monotonic()
    tally, chance = Tally(kind, acts), random.Random(seed)
    for first in range(0, acts, PER_INCIDENT):
        _incident(kind, min(PER_INCIDENT, acts - first), chance, faults, kills, tally)
    tally.seconds = time.monotonic() - started
    return tally


def _incident(kind: str, acts: int, chance: random.Random, faults: float, kills: float, tally: Tally) -> None:
    with tempfile.TemporaryDirectory() as folder, PageProcess(kind) as page:
        path = Path(folder) / "data" / "warroom.db"
        clock = Clock(START + timedelta(hours=1))
        with Log.open(path) as log:
            declare(log)
        left = acts
        while True:
            with Log.open(path) as log:
                room = Revised(log, kind, kinds()[kind][0], clock)
                _looks(room, page.seen(), tally)
                for _ in range(min(left, chance.randrange(1, 6))):
                    one_act(room, chance, left)
                    left -= 1
                idle = all(message.finished for message in room.messages)
                if not left and idle and not room.open:
                    _compare(room, page.seen(), tally)
                    return
                if not left and idle:
                    room.settles(text=f"Put right at {clock.now:%H:%M:%S}.")
            order = sending.Order(str(path), page.at, kind, clock.now, chance.randrange(2**32), faults, kills)
            if sending.run(order) is None:
                tally.kills += 1
            clock.sleep(6 * 3600)


def _looks(room: Revised, seen: list[Seen], tally: Tally) -> None:
    """Do what the person would about what waits for one."""
    for message in room.box.messages(unfinished=True)[:1]:
        if message.state == "dead":
            tally.refused += 1
            room.box.retry(message.id, room.clock(), "mo")
        elif message.state == "ask":
            tally.put_to_person += 1
            more = sum(len(each.updates) for each in seen) > len(there(room.messages))
            decision = confirmed(room.box, message, "mo", incident=seen[0].id) if more else dropped(message, "mo")
            decide_on(room.log, message, decision, room.clock())
            room.ledger.absorb(room.log.unseen(room.ref, room.ledger.seen(room.ref)))


def _compare(room: Revised, seen: list[Seen], tally: Tally) -> None:
    texts, status = room.should_say()
    on_page = [text for each in seen for _, text in each.updates]
    caps = room.provider.capabilities
    for message in room.messages:
        tally.tries += message.attempts
        changes = '"of":"' in message.payload and '"of":""' not in message.payload
        tally.changes += changes and message.state == "done"
        tally.posts += not changes and message.state == "done"
    same = len(on_page) == len(texts) and all(ours in (None, page) for ours, page in zip(texts, on_page, strict=False))
    if not same:
        tally.wrong.append(f"{room.kind}: the page says {on_page}, and should say {texts}.")
    if texts and caps.lifecycle and caps.status_follows and seen[-1].status != status:
        tally.wrong.append(f"{room.kind}: the page says {seen[-1].status}, and should say {status}.")
    if mails := sum(each.mails for each in seen):
        tally.wrong.append(f"{room.kind}: {mails} mails.")


def main() -> int:
    acts = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32)
    print(f"seed {seed}")
    print("| target | acts | posts | changes | tries | kill -9 | put to a person | refused | s |")
    print("|---|---|---|---|---|---|---|---|---|")
    wrong: list[str] = []
    for kind in sys.argv[3:] or [kind for kind in kinds() if kind != "webhook"]:
        tally = storm(kind, acts, seed)
        row = (
            kind,
            tally.acts,
            tally.posts,
            tally.changes,
            tally.tries,
            tally.kills,
            tally.put_to_person,
            tally.refused,
        )
        print("|", " | ".join(map(str, row)), f"| {tally.seconds:.0f} |", flush=True)
        wrong += tally.wrong
    print(*wrong[:20], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
