"""Several rooms with a log each, one page between them, and a server that some of them may not reach.

`python -m tests.publish.rooms [KIND…]` kills both senders at every moment of a hand-over, and prints a table. In the
end the page says what every room's log says, and nothing twice.
"""

import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx

from console.core.log.erasure import is_redacted
from console.core.log.event import Event
from console.core.refusal import Refused
from console.core.subjects.publication import TakePublication
from console.core.subjects.undo import redacts
from console.core.subjects.update import DecidePublication
from console.publish.provider import Provider
from console.publish.sending.content import there
from console.publish.sending.decisions import confirmed, dropped, resent, taken
from console.publish.sending.message import decode_delivery, remote_of
from console.publish.sending.sender import Sender
from console.publish.sending.status import Standing, standings
from console.store import Log, rows
from console.store.outbox.message import Message
from console.store.sqlite import sqlite3
from tests.memory import memory
from tests.publish.away import kinds, provider
from tests.publish.elsewhere import Elsewhere
from tests.publish.fakes import Fake
from tests.publish.faulty import LATE_S, Fault, FaultyTransport, client
from tests.publish.making import REF, TARGET, Clock, declare
from tests.publish.revising import Revised
from tests.publish.sending import Moving

T = TypeVar("T")


TRIES = 3
"""After so many a person gives a refused message up."""


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
    others: Callable[[float], None] = staticmethod(lambda until: None)
    """Let the page have what it was slow to read of everybody."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.others(self.time.monotonic())
        self.moment()
        answer = super().handle_request(request)
        self.moment()
        return answer


class Hub:
    """The server between the rooms, and the page; `page` is given where the kind has none of its own."""

    def __init__(self, kind: str, page: Fake | None = None, cls: type[Provider] | None = None) -> None:
        self.kind, self.clock = kind, Clock()
        self.cls = cls or kinds()[kind][0]
        self.page = page or kinds()[kind][1]()
        self.page.clock = self.clock
        self.refs = [REF]
        """The incidents that the rooms are about."""
        self.events: dict[str, Event] = {}
        self.rooms: list[Room] = []

    @property
    def texts(self) -> list[str]:
        return [text for seen in self.page.seen() for _, text in seen.updates]

    def count(self, text: str) -> int:
        """The number of times that a visitor of the page reads it."""
        return sum(text in shown for shown in self.texts)

    def deliver(self, until: float = math.inf) -> None:
        """Let the page have the requests that it was slow to read, of whichever room."""
        for room in self.rooms:
            room.ways.deliver(until)

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
        self.refusals: Counter[str] = Counter()
        """The number of times that the person has looked at a message that the page had refused."""
        log = Mortal.open(path)
        log.moment = self.moment
        super().__init__(log, hub.kind, hub.cls, Skewed(hub.clock, skew))
        self.ways = AtRisk(hub.page, every=True, time=Moving(self.clock))
        self.ways.moment, self.ways.others = self.moment, hub.deliver
        self._known: dict[str, Event] = {}
        """The events that stand in the log, up to a position in it."""
        self._position = 0
        self._http = client(hub.cls, self.ways, self.clock)
        self._views: dict[str, Revised] = {hub.refs[0]: self}
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

    def about(self, ref: str) -> Revised:
        """One of the incidents, as this room has it."""
        if ref not in self._views:
            view = Revised(self.log, self.kind, self.provider, self.clock, ref)
            view.ledger, view.publisher, view.components = self.ledger, self.publisher, self.components
            self._views[ref] = view
        return self._views[ref]

    def made(self) -> Provider:
        if isinstance(self.hub.page, Elsewhere):
            return self.hub.page.connect(self.person)
        return provider(self.kind, TARGET, self.hub.page, self._http, self.hub.clock)

    def syncs(self) -> None:
        """Give the server what it lacks and take what is new there, as far as it is in reach."""
        if not self.connected:
            return
        self._notes_new()
        # Only what the server has numbered is known to anybody else.
        self.hub.events |= self._known
        self.takes([event for id, event in self.hub.events.items() if id not in self._known])
        self.synced_at = self.clock()

    def _notes_new(self) -> None:
        """Note the events written since the last time."""
        new, self._position = self.log.query(lambda connection: rows.since(connection, self._position))
        if redacts(new):
            # Earlier ones were erased with it.
            new, _ = self.log.query(lambda connection: rows.since(connection, 0))
        self._known.update((event.id, event) for event in new)

    def takes(self, events: list[Event]) -> None:
        if events:
            self.log.import_events(sorted(events, key=lambda event: event.order), at=self.clock())
            self._notes_new()
            for ref in self.hub.refs:
                self.ledger.absorb(self.log.unseen(ref, self.ledger.seen(ref)))

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
        """Of all the incidents."""
        return self.box.messages(unfinished=True)

    @property
    def heads(self) -> list[Message]:
        """The first of each incident."""
        firsts: dict[str, Message] = {}
        for message in self.left:
            firsts.setdefault(message.incident, message)
        return list(firsts.values())

    def looks(self) -> None:
        """The person does what the outbox asks them to do: looks at the page, and takes over where nobody sends."""
        for message in self.heads:
            if message.origin != self.log.origin:
                if self.standing_now(message.incident).where == "asking" and not message.remote:
                    self.taken += 1
                    self.orders(message, taken(self.box, message, self.person))
            elif message.state == "ask":
                self.asked += 1
                self.orders(message, self._seen_there(message))
            elif message.state == "dead":
                self._refused_there(message)

    def _seen_there(self, message: Message) -> DecidePublication:
        """The decision about a doubtful message of whoever looks at the page."""
        # Whoever looks too soon does not see what the page is slow to show.
        self.hub.clock.sleep(LATE_S)
        self.hub.deliver(self.clock.monotonic())
        delivery = decode_delivery(message.payload)
        if delivery and delivery.change and not is_redacted(delivery.text):
            # It may be made twice.
            return resent(message, self.person)
        said = there(self.about(message.incident).messages)
        if delivery is None or is_redacted(delivery.text):
            # Of what was erased here a person knows what it was, or sees what else is there.
            known = [each.text for each in said if each.text]
            others = (text for text in self.hub.texts if message.incident in text and "by hand" not in text)
            words = next((text for text in others if not any(each in text for each in known)), "")
            more = bool(words) and not any(each.text is None for each in said)
        else:
            words = delivery.text
            more = self.hub.count(words) > sum(words == each.text for each in said)
        if not more:
            return resent(message, self.person) if message.payload else dropped(message, self.person)
        shown = next(seen for seen in self.hub.page.seen() if any(words in text for _, text in seen.updates))
        return confirmed(self.box, message, self.person, incident=shown.id)

    def _refused_there(self, message: Message) -> None:
        """Some changes take several requests, of which the first may have been taken: so they are made again. What
        can never be sent is dropped."""
        self.refusals[message.id] += 1
        if "--new" in message.note:
            # As it is said there.
            view = self.about(message.incident)
            with suppress(Refused):  # By now no other one has it.
                go = view.publisher.letting_go(self.log, view.state, view.context(), TARGET, self.person)
                publish = view.publisher.adopted(self.log, view.state, view.context(), go)
                self.ledger.execute(message.incident, go, publish=publish)
            self.box.retry(message.id, self.clock(), self.person)
            return
        delivery = decode_delivery(message.payload)
        texts = (delivery.text, delivery.title, *(past.text for past in delivery.past)) if delivery else ()
        if delivery is None or any(map(is_redacted, texts)) or self.refusals[message.id] > TRIES:
            self.orders(message, dropped(message, self.person))
            if delivery is None or delivery.past:
                self._tidies_up(message.incident)
        else:
            self.box.retry(message.id, self.clock(), self.person)

    def _tidies_up(self, ref: str) -> None:
        """Delete by hand what a past incident that was given up has left on the page."""
        page = self.hub.page
        known = {remote.incident_id for placed in self.box.placed(ref).values() if (remote := remote_of(placed.remote))}
        for incident in list(page.incidents):
            seen = page.visible(incident)
            if seen.id not in known and any(ref in text for _, text in seen.updates):
                page.incidents.remove(incident)

    def orders(self, message: Message, command: DecidePublication | TakePublication) -> None:
        self.ledger.execute(message.incident, command)

    def standing_now(self, ref: str = "") -> Standing:
        view = self.about(ref or self.ref)
        [standing] = standings(view.messages, self.box.placed(view.ref), self.clock(), self.log.origin)
        return standing

    def comes_to_rest(self) -> None:
        """Sender and person go on until nothing is left here that either could do."""
        for _ in range(200):
            self.sends()
            if not any(message.origin == self.log.origin for message in self.heads):
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
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
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


if __name__ == "__main__":
    sys.exit(kills(sys.argv[1:]))
