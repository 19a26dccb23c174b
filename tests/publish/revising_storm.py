"""Updates put right in bad weather: `python -m tests.publish.revising_storm [ACTS] [SEED] [KIND…]` prints a table.

With `kills [KIND…]` a sender is killed at every moment while it changes what is on a page, with `afterwards [KIND…]`
while it puts a past incident there,
with `adopting [KIND…]` while it adopts one that was opened there by hand.

Real processes, as in `storm`: the page, and one sender after another, each killed by -9 sooner or later. In between a
person posts, undoes, puts back, redacts, and decides what becomes of what is on the page. In the end the page says what
the log says, nothing twice, and nobody was mailed.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec

from console.core.log.erasure import is_redacted
from console.core.subjects.page_settled import SettlePage
from console.core.subjects.update import DecidePublication
from console.publish.sending.content import there
from console.publish.sending.decisions import confirmed, dropped
from console.publish.sending.message import Delivery, Known, decode_delivery
from console.store import Log
from console.store.outbox.message import Message
from tests.core.story import START
from tests.publish import sending
from tests.publish.away import Away, PageProcess, kinds, provider
from tests.publish.fakes import Seen
from tests.publish.faulty import FaultyTransport, client
from tests.publish.making import REF, TARGET, Clock, decide_on, declare
from tests.publish.revising import Revised, one_act

PER_INCIDENT = 40
"""Acts on one incident; each incident has a page of its own."""


class Tally(msgspec.Struct):
    """The counts of a storm."""

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
            delivery = decode_delivery(message.payload)
            if delivery and delivery.change and is_redacted(delivery.text):
                _decides(room, message, dropped(message, "mo"))
            else:
                # A change takes several requests, and one that is given up may have been made.
                room.box.retry(message.id, room.clock(), "mo")
        elif message.state == "ask":
            tally.put_to_person += 1
            more = sum(len(each.updates) for each in seen) > len(there(room.messages))
            decision = confirmed(room.box, message, "mo", incident=seen[0].id) if more else dropped(message, "mo")
            _decides(room, message, decision)


def _decides(room: Revised, message: Message, decision: DecidePublication) -> None:
    decide_on(room.log, message, decision, room.clock())
    room.ledger.absorb(room.log.unseen(room.ref, room.ledger.seen(room.ref)))


def one_kill(kind: str, moment: int) -> tuple[int, list[str]]:
    """Kill a sender at a moment while it changes what is on a page, or at none if it is 0; the moments there were
    after it, and what is wrong in the end."""
    with tempfile.TemporaryDirectory() as folder, PageProcess(kind) as page:
        path = Path(folder) / "data" / "warroom.db"
        clock = Clock(START + timedelta(hours=1))
        with Log.open(path) as log:
            declare(log)
            room = Revised(log, kind, kinds()[kind][0], clock)
            posted = [room.posts("One."), room.posts("Two.", "identified"), room.posts("Three.", "monitoring")]
        sending.run(sending.Order(str(path), page.at, kind, clock.now))
        clock.sleep(3600)
        with Log.open(path) as log:
            room = Revised(log, kind, kinds()[kind][0], clock)
            caps = room.provider.capabilities
            if caps.edits:
                room.changes(posted[1], "changed", "Other words.")
            room.undoes(posted[2])
            room.settles("removed" if caps.removes else "taken_down" if caps.takes_down else "left")
        killed = sending.run(sending.Order(str(path), page.at, kind, clock.now, kill_at=moment))
        assert (killed is None) == bool(moment), f"the sender did not reach moment {moment}"
        clock.sleep(86400)
        ended = killed or sending.run(sending.Order(str(path), page.at, kind, clock.now))
        assert ended is not None
        tally = Tally(kind, 0)
        with Log.open(path) as log:
            room = Revised(log, kind, kinds()[kind][0], clock)
            tally.wrong += [f"{message.state}: {message.note}" for message in room.messages if not message.finished]
            _compare(room, page.seen(), tally)
        return ended.moments, [f"{kind}, killed at {moment}: {wrong}" for wrong in tally.wrong]


PAST = [("investigating", "One.", 5), ("identified", "Two.", 12), ("monitoring", "Two.", 20), ("resolved", "Well.", 40)]
POSTMORTEM = "Too few workers."


def one_kill_afterwards(kind: str, moment: int) -> tuple[int, list[str]]:
    """The same while it puts a past incident on a page, and where the page has such a thing a postmortem that mails."""
    with tempfile.TemporaryDirectory() as folder, PageProcess(kind) as page:
        path = Path(folder) / "data" / "warroom.db"
        clock = Clock(START + timedelta(hours=1))
        with Log.open(path) as log:
            declare(log, retrospective=True)
            room = Revised(log, kind, kinds()[kind][0], clock)
            for status, text, minute in PAST:
                room.logs(text, status, minute)
            room.backfills()
            mails = room.provider.capabilities.postmortems
            if mails:
                room.publishes_postmortem(POSTMORTEM, notify=True)
        killed = sending.run(sending.Order(str(path), page.at, kind, clock.now, kill_at=moment))
        assert (killed is None) == bool(moment), f"the sender did not reach moment {moment}"
        clock.sleep(86400)
        ended = killed or sending.run(sending.Order(str(path), page.at, kind, clock.now))
        assert ended is not None
        shown = [(len(each.updates), each.status, each.moments, each.mails, each.postmortem) for each in page.seen()]
        moments = [(START + timedelta(minutes=minute)).isoformat()[:19] for _, _, minute in PAST]
        if kinds()[kind][0].capabilities.one_text:
            moments = []
        expected = [(len(moments) or 1, shown[0][1] and "resolved", moments, int(mails), POSTMORTEM * mails)]
        return ended.moments, [] if shown == expected else [f"{kind}, killed at {moment}: the page shows {shown}"]


def one_kill_adopting(kind: str, moment: int) -> tuple[int, list[str]]:
    """The same while it adopts an incident that was opened there by hand, and adds an update to that."""
    with tempfile.TemporaryDirectory() as folder, PageProcess(kind) as page:
        path = Path(folder) / "data" / "warroom.db"
        clock = Clock(START + timedelta(hours=1))
        with closing(Away(kind, page.at, clock)) as away:
            http = client(kinds()[kind][0], FaultyTransport(away, every=True), clock)
            hand = provider(kind, TARGET, away, http, clock)
            opened = Delivery("by-hand", REF, "Payments fail", "investigating", "One.", clock(), START, notify=False)
            theirs = hand.send(opened, Known())
            view = hand.read(Known(theirs))
        with Log.open(path) as log:
            declare(log)
            room = Revised(log, kind, kinds()[kind][0], clock)
            command = SettlePage(
                actor="mo", to=TARGET, about="incident", way="adopted", which=theirs.incident_id, theirs=opened.title
            )
            publish = room.publisher.adopted(log, room.state, room.context(), command, view)
            room.ledger.execute(REF, command, publish=publish)
        killed = sending.run(sending.Order(str(path), page.at, kind, clock.now, kill_at=moment))
        assert (killed is None) == bool(moment), f"the sender did not reach moment {moment}"
        clock.sleep(3600)
        with Log.open(path) as log:
            Revised(log, kind, kinds()[kind][0], clock).posts("Two.", "identified")
        clock.sleep(86400)
        ended = sending.run(sending.Order(str(path), page.at, kind, clock.now))
        assert ended is not None
        shown = [(each.id, [text for _, text in each.updates], each.mails) for each in page.seen()]
        expected = [(theirs.incident_id, ["One.", "Two."], 0)]
        moments = killed.moments if killed else 0
        return moments, [] if shown == expected else [f"{kind}, killed at {moment}: the page shows {shown}"]


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
    if caps.renames and len(seen) == 1 and seen[0].title != room.title:
        tally.wrong.append(f"{room.kind}: the page's title is {seen[0].title}, and should be {room.title}.")
    if mails := sum(each.mails for each in seen):
        tally.wrong.append(f"{room.kind}: {mails} mails.")


Kill = Callable[[str, int], tuple[int, list[str]]]


def kills(kill: Kill, of: list[str]) -> int:
    """Kill a sender at every moment of what it does to a page."""
    print("| target | moments | s |")
    print("|---|---|---|")
    wrong: list[str] = []
    for kind in of:
        started = time.monotonic()
        moments, found = kill(kind, 0)
        wrong += found + [each for moment in range(1, moments + 1) for each in kill(kind, moment)[1]]
        print(f"| {kind} | {moments} | {time.monotonic() - started:.0f} |", flush=True)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


def main() -> int:
    can = {kind: cls.capabilities for kind, (cls, _) in kinds().items()}
    if sys.argv[1:2] == ["kills"]:
        return kills(one_kill, sys.argv[2:] or [kind for kind in can if can[kind].takes_down])
    if sys.argv[1:2] == ["afterwards"]:
        past = [kind for kind in can if can[kind].backfills and can[kind].reads]
        return kills(one_kill_afterwards, sys.argv[2:] or past)
    if sys.argv[1:2] == ["adopting"]:
        return kills(one_kill_adopting, sys.argv[2:] or ["statuspage", "openstatus"])
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
