"""Several rooms with a log each, one page between them, and a server that some of them may not reach.

`python -m tests.publish.rooms [ACTS] [SEED] [KIND…]` has people in three rooms post, undo, settle and take over in bad
weather, with kills and partitions, and prints a table; `kills [KIND…]` kills both senders at every moment of a
hand-over. In the end the page says what every room's log says, and nothing twice.
"""

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec

from console.core.log.event import Event
from console.core.subjects.publication import TakePublication
from console.core.subjects.update import STATUSES, DecidePublication, updates_of
from console.publish.provider import Provider
from console.publish.sending.decisions import confirmed, resent, taken
from console.publish.sending.message import decode_delivery
from console.publish.sending.sender import Sender
from console.publish.sending.status import Standing, standings
from console.store import Log
from console.store.outbox.message import Message
from console.store.sqlite import sqlite3
from tests.publish.away import kinds, provider
from tests.publish.faulty import NOTHING_DONE, UNCLEAR, Fault, FaultyTransport, client, fine
from tests.publish.making import REF, TARGET, Clock, declare
from tests.publish.revising import Revised
from tests.publish.sending import Moving

T = TypeVar("T")


class Killed(BaseException):
    """The sender's process is gone."""


class Mortal(Log):
    """A log whose process may be killed before and after each change of the file."""

    moment: Callable[[], None] = staticmethod(lambda: None)

    def transact(self, job: Callable[[sqlite3.Connection], T]) -> T:
        return self._at_risk(lambda: super(Mortal, self).transact(job))

    def transact_written(self, job: Callable[[sqlite3.Connection], tuple[T, list[tuple[int, Event]]]]) -> T:
        return self._at_risk(lambda: super(Mortal, self).transact_written(job))

    def _at_risk(self, write: Callable[[], T]) -> T:
        self.moment()
        written = write()
        self.moment()
        return written


class Skewed(Clock):
    """The true time, and a wall clock that is wrong by so much."""

    def __init__(self, true: Clock, skew: timedelta) -> None:
        super().__init__(true.start)
        self._true, self._skew = true, skew

    def __call__(self) -> datetime:
        return self._true.now + self._skew

    def monotonic(self) -> float:
        return self._true.monotonic()

    def sleep(self, seconds: float) -> None:
        self._true.sleep(seconds)


class AtRisk(FaultyTransport):
    """A network on each side of which the process may be killed."""

    moment: Callable[[], None] = staticmethod(lambda: None)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.moment()
        answer = super().handle_request(request)
        self.moment()
        return answer


class Hub:
    """The server between the rooms, and the page."""

    def __init__(self, kind: str) -> None:
        self.kind, self.clock = kind, Clock()
        self.cls, fake = kinds()[kind]
        self.page = fake()
        self.page.clock = self.clock
        self.events: dict[str, Event] = {}
        self.rooms: list[Room] = []

    @property
    def texts(self) -> list[str]:
        return [text for seen in self.page.seen() for _, text in seen.updates]

    def has(self, message: Message) -> bool:
        """Whether a visitor of the page sees the message."""
        delivery = decode_delivery(message.payload)
        return delivery is not None and any(delivery.text in text for text in self.texts)

    def sync_all(self) -> None:
        """Every room that replicates has a turn, as each has every few seconds."""
        for room in self.rooms:
            if room.served:
                room.syncs()

    def exchange(self) -> None:
        """Everybody has what everybody else has."""
        for room in (*self.rooms, *self.rooms):
            room.syncs()


class Room(Revised):
    """A person, a log and a sender of its own."""

    def __init__(
        self, hub: Hub, path: Path, person: str, skew: timedelta = timedelta(), *, served: bool = True
    ) -> None:
        self.hub, self.person, self.served = hub, person, served
        self.connected, self.synced_at, self.count, self.kill_at = True, None, 0, 0
        self.dead, self.taken, self.asked = False, 0, 0
        log = Mortal.open(path)
        log.moment = self.moment
        super().__init__(log, hub.kind, hub.cls, Skewed(hub.clock, skew))
        self.ways = AtRisk(hub.page, every=True, time=Moving(self.clock))
        self.ways.moment = self.moment
        self._http = client(hub.cls, self.ways, self.clock)
        self.sender = self.new_sender()
        self.alive = {self.sender.holder}
        hub.rooms.append(self)

    synced_at: datetime | None

    def moment(self) -> None:
        if self.dead:
            raise Killed
        self.count += 1
        if self.count == self.kill_at:
            self.dead = True
            raise Killed

    def new_sender(self) -> Sender:
        synced = (lambda: self.synced_at) if self.served else None
        return Sender(
            self.log, lambda target: self.made(), self.clock, jitter=lambda: 0.0, wait=self.clock.sleep, synced=synced,
            alive=lambda holder: holder in self.alive,
        )  # fmt: skip

    def made(self) -> Provider:
        return provider(self.kind, TARGET, self.hub.page, self._http, self.hub.clock)

    def syncs(self) -> None:
        """Give the server what it lacks and take what is new there, as far as it is in reach."""
        if not self.connected:
            return
        known = self.log.events(self.ref)
        # Only what the server has numbered is known to anybody else.
        self.hub.events |= {event.id: event for event in known}
        ids = {event.id for event in known}
        new = [event for event in self.hub.events.values() if event.id not in ids]
        self.takes(new)
        self.synced_at = self.clock()

    def takes(self, events: list[Event]) -> None:
        if events:
            self.log.import_events(sorted(events, key=lambda event: event.order), at=self.clock())
            self.ledger.absorb(self.log.unseen(self.ref, self.ledger.seen(self.ref)))

    def sends(self, *faults: Fault, kill_at: int = 0) -> bool:
        """The sender works until nothing moves by itself; False where it was killed, and there is a new one."""
        self.ways.plan.extend(faults)
        self.kill_at = kill_at and self.count + kill_at
        try:
            for _ in range(60):
                report = self.sender.run_once()
                if report.next_at is None:
                    break
                self.hub.clock.sleep(max(0.0, (report.next_at - self.clock()).total_seconds()))
                self.hub.sync_all()
        except Killed:
            self.alive.discard(self.sender.holder)
            self.sender = self.new_sender()
            self.alive.add(self.sender.holder)
            return False
        finally:
            self.dead, self.kill_at = False, 0
            self.ways.plan.clear()
        return True

    @property
    def left(self) -> list[Message]:
        return self.box.messages(self.ref, unfinished=True)

    def looks(self) -> None:
        """The person does what the outbox asks them to do: looks at the page, and takes over where nobody sends."""
        for message in self.left[:1]:
            if message.origin != self.log.origin:
                if self.standing_now().where == "asking" and not message.remote:
                    self.taken += 1
                    self.orders(taken(self.box, message, self.person))
            elif message.state == "ask":
                self.asked += 1
                there = self.hub.has(message)
                first = next(iter(self.hub.page.seen()), None)
                name = first.id if first else ""
                self.orders(
                    confirmed(self.box, message, self.person, incident=name) if there else resent(message, self.person)
                )
            elif message.state == "dead":
                self.box.retry(message.id, self.clock(), self.person)

    def orders(self, command: DecidePublication | TakePublication) -> None:
        self.ledger.execute(self.ref, command)

    def standing_now(self) -> Standing:
        [standing] = standings(self.messages, self.box.placed(self.ref), self.clock(), self.log.origin)
        return standing

    def comes_to_rest(self) -> None:
        """Sender and person go on until nothing is left here that either could do."""
        for _ in range(40):
            self.sends()
            if not self.left or self.left[0].origin != self.log.origin:
                return
            self.looks()
        raise AssertionError(f"it never comes to rest: {[(each.state, each.note) for each in self.left]}")


def joined(
    folder: Path, kind: str, skews: Sequence[float] = (0.0, 0.0), *, served: bool = True, retrospective: bool = False
) -> Hub:
    """Rooms that all have the declaration."""
    hub = Hub(kind)
    for number, hours in enumerate(skews):
        path = folder / f"room{number}" / "warroom.db"
        Room(hub, path, ("ana", "bo", "cy")[number], timedelta(hours=hours), served=served)
    declare(hub.rooms[0].log, retrospective=retrospective)
    hub.rooms[0].ledger.absorb(hub.rooms[0].log.events(REF))
    hub.exchange()
    return hub


def wrong_in(hub: Hub) -> list[str]:
    """Where page and rooms differ, once all is exchanged and done; nothing where all is well."""
    faults: list[str] = list(hub.page.wrong)
    doubled = [text for text, count in Counter(hub.texts).items() if count > 1]
    if doubled:
        faults.append(f"twice on the page: {doubled}")
    for room in hub.rooms:
        left = [(each.state, each.note) for each in room.left]
        if left:
            faults.append(f"left at {room.person}'s: {left}")
        texts, _ = room.should_say()
        lacking = [text for text in texts if text and not any(text in shown for shown in hub.texts)]
        if lacking or len(texts) != len(hub.texts):
            faults.append(f"{room.person}'s log says {texts}, the page {hub.texts}")
    return faults


# Killed at every moment of a hand-over


def handed_over(kind: str, first: int = 0, second: int = 0) -> tuple[tuple[int, int], list[str]]:
    """A sender is killed at a moment, another room takes over and its sender is killed at one, 0 for never; then the
    first one comes back, without the server at first. The moments that each had, and what is wrong in the end."""
    with tempfile.TemporaryDirectory() as folder:
        hub = joined(Path(folder), kind, [2.0, -3.0])
        ana, bo = hub.rooms
        ana.posts("We look into it.")
        ana.posts("A deploy is the cause.", "identified")
        hub.exchange()
        ana.connected = False
        ana.sends(kill_at=first)
        of_first, before = ana.count, bo.count
        hub.clock.sleep(120)
        bo.looks()
        bo.sends(kill_at=second)
        of_second = bo.count - before
        for _ in range(6):
            bo.looks()
            bo.comes_to_rest()
        ana.comes_to_rest()
        ana.connected = True
        for _ in range(3):
            hub.exchange()
            for room in hub.rooms:
                room.comes_to_rest()
        hub.exchange()
        wrong = wrong_in(hub)
        for room in hub.rooms:
            room.log.close()
        return (of_first, of_second), [f"{kind}, killed at {first} and {second}: {each}" for each in wrong]


def kills(of: list[str]) -> int:
    """Every moment of the first sender, then every moment of the second one after the first was killed half way."""
    print("| target | moments | kills | s |")
    print("|---|---|---|---|")
    wrong: list[str] = []
    for kind in of or list(kinds()):
        started = time.monotonic()
        (of_first, of_second), found = handed_over(kind)
        wrong += found
        count = 0
        for first in range(1, of_first + 1):
            (_, of_second), found = handed_over(kind, first)
            wrong += found
            for second in range(1, of_second + 1):
                wrong += handed_over(kind, first, second)[1]
            count += 1 + 2 * of_second
        print(f"| {kind} | {of_first} | {count} | {time.monotonic() - started:.0f} |", flush=True)
    print(*wrong[:40], sep="\n")
    return 1 if wrong else 0


# Bad weather


class Tally(msgspec.Struct):
    """The counts of a storm."""

    kind: str
    posts: int = 0
    undone: int = 0
    kills: int = 0
    cut_off: int = 0
    taken: int = 0
    asked: int = 0
    wrong: list[str] = []
    seconds: float = 0.0


PER_INCIDENT = 40
"""Acts on one incident; each has rooms and a page of its own."""


def storm(kind: str, acts: int, seed: int) -> Tally:
    started, tally, chance = time.monotonic(), Tally(kind), random.Random(seed)
    for _ in range(0, acts, PER_INCIDENT):
        with tempfile.TemporaryDirectory() as folder:
            hub = joined(Path(folder), kind, [chance.uniform(-6, 6) for _ in range(3)])
            # The incident is on the page before anybody is cut off.
            hub.rooms[0].posts("We look into it.")
            hub.rooms[0].sends()
            hub.exchange()
            for number in range(PER_INCIDENT):
                _one_act(hub, chance, number, tally)
            _calms_down(hub)
            tally.posts += len(updates_of(hub.rooms[0].state))
            tally.asked += sum(room.asked for room in hub.rooms)
            tally.taken += sum(room.taken for room in hub.rooms)
            tally.wrong += wrong_in(hub)
            for room in hub.rooms:
                room.log.close()
    tally.seconds = time.monotonic() - started
    return tally


def _one_act(hub: Hub, chance: random.Random, number: int, tally: Tally) -> None:
    room = chance.choice(hub.rooms)
    drawn = chance.random()
    if drawn < 0.25:
        room.posts(f"Update {number} of {room.person}: still looking.", chance.choice(STATUSES))
        if chance.random() < 0.7:
            room.syncs()
    elif drawn < 0.55:
        faults = [chance.choice(FAULTS) if chance.random() < 0.35 else fine for _ in range(6)]
        kill_at = chance.randrange(1, 30) if chance.random() < 0.3 else 0
        tally.kills += not room.sends(*faults, kill_at=kill_at)
    elif drawn < 0.65:
        room.connected = not room.connected
        tally.cut_off += not room.connected
    elif drawn < 0.75:
        hub.clock.sleep(chance.choice((5, 30, 120, 600)))
    elif drawn < 0.88:
        room.looks()
    else:
        # Who undoes what is on the page sees that it is there.
        room.connected = True
        hub.exchange()
        there = {message.event for message in room.messages if message.state == "done"}
        posted = [update.id for update in updates_of(room.state, "public")[1:] if update.id in there]
        if posted:
            room.undoes(chance.choice(posted))
            tally.undone += 1
    hub.sync_all()


def _calms_down(hub: Hub) -> None:
    """Everybody is level again, everybody's sender runs, and people decide what is left to them."""
    for room in hub.rooms:
        room.connected = True
    for _ in range(30):
        hub.exchange()
        for room in hub.rooms:
            room.comes_to_rest()
            hub.exchange()
        first = hub.rooms[0]
        if any(room.left for room in hub.rooms):
            hub.clock.sleep(120)
            next(room for room in hub.rooms if room.left).looks()
        elif first.open:
            first.settles(text=f"Put right at {hub.clock.now:%H:%M:%S}.")
        else:
            return


FAULTS: list[Fault] = [*NOTHING_DONE.values(), *UNCLEAR.values()]


def main() -> int:
    if sys.argv[1:2] == ["kills"]:
        return kills(sys.argv[2:])
    acts = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32)
    print(f"seed {seed}")
    print("| target | acts | updates | undone | kills | cut off | taken over | put to a person | s |")
    print("|---|---|---|---|---|---|---|---|---|")
    wrong: list[str] = []
    for kind in sys.argv[3:] or list(kinds()):
        tally = storm(kind, acts, seed)
        counts = (tally.posts, tally.undone, tally.kills, tally.cut_off, tally.taken, tally.asked)
        print("|", " | ".join(map(str, (kind, acts, *counts))), f"| {tally.seconds:.0f} |", flush=True)
        wrong += [f"{kind}: {each}" for each in tally.wrong]
    print(*wrong[:20], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
