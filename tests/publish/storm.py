"""People and a page in bad weather: `python -m tests.publish.storm [ACTS] [SEED] [KIND…]` prints a table.

In one to three rooms, with a log each, people post, edit, remove, take down, rename, adopt, put past incidents and
postmortems there, undo, correct, redact and settle; somebody changes the page by hand, past us; requests fail, senders
are killed, rooms lose each other, and now and then the page loses everything. In the end the page says what every log
says: each update once, and nobody was mailed twice. The suite draws a short storm.

A storm is made of worlds of `PER_WORLD` acts. A world that came out wrong is told by its seed, such as `7.12`; given as
the seed that one alone is run again.
"""

import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec

from console.core.log.erasure import is_redacted
from console.core.refusal import Problem, Refused
from console.core.subjects.component import SetComponent
from console.core.subjects.page_settled import PageDecisions
from console.core.subjects.public_postmortem import postmortem_due
from console.core.subjects.public_title import title_for_public
from console.core.subjects.update import found_as, updates_of
from console.publish.provider import Capabilities, Provider
from console.publish.sending.content import should_say, there, title_told, told_events
from console.publish.sending.message import STATUSES, Delivery, Part, decode_delivery, remote_of
from console.publish.sending.publisher import Publisher
from console.publish.sending.settling import Act, place_on, settle
from console.publish.transport.failure import PublishProblem
from console.store.outbox.message import Message
from tests.memory import memory
from tests.publish.away import kinds
from tests.publish.bare import BarePage
from tests.publish.by_hand import Hand, unmark
from tests.publish.elsewhere import Elsewhere, FilePage, MailPage
from tests.publish.fakes import Seen
from tests.publish.fakes.cachet_v2 import CachetV2Fake
from tests.publish.faulty import NOTHING_DONE, REFUSALS, UNCLEAR, Fault, fine, late
from tests.publish.making import REF, TARGET, declare, message_of
from tests.publish.revising import Revised
from tests.publish.rooms import Hub, Room

PER_WORLD = 40
"""Acts on one page; one incident there takes a hundred updates."""
REFS = (REF, "INC-2222", "INC-3333")
"""An incident from its beginning, one that may be adopted, and one that goes to the page once it is over."""
COMPONENTS = dict(zip(REFS, ("checkout", "search", "login"), strict=True))
ELSEWHERE: dict[str, type[Elsewhere]] = {"cstate": BarePage, "file": FilePage, "smtp": MailPage}
KINDS = (*kinds(), *ELSEWHERE)

CHATTY = {"uptime-kuma": 8}
"""By target: as many requests as others need one for. Each meets so much less, or nothing would ever get through."""
BAD: list[Fault] = [
    *NOTHING_DONE.values(), *UNCLEAR.values(), *UNCLEAR.values(), REFUSALS["redirect"], REFUSALS["422"], *[late] * 4,
]  # fmt: skip
FAULTS = 0.35
"""The share of requests to which something happens."""
MINUTE = 60.0
OURS = re.compile(r"Number \d+ of INC-\w+[:,] [^.]*\.")
"""The words of every update, which a visitor may see with more around them, and of a past incident in one text."""
REST = 60
"""After so many rounds everything should be done and settled."""


class Tally(msgspec.Struct):
    """The counts of a storm."""

    kind: str
    acts: Counter[str] = msgspec.field(default_factory=Counter)
    """By what was done; by hand, and settled in which way, behind a colon."""
    tries: int = 0
    kills: int = 0
    cut_off: int = 0
    taken: int = 0
    asked: int = 0
    refused: int = 0
    mails: int = 0
    wrong: list[str] = []
    seconds: float = 0.0

    def of(self, *acts: str) -> int:
        """The number of acts that began so."""
        return sum(count for act, count in self.acts.items() if act.partition(":")[0] in acts)


def can(kind: str) -> Capabilities:
    return (ELSEWHERE[kind].cls if kind in ELSEWHERE else kinds()[kind][0]).capabilities


class Reaching(Publisher):
    """A publisher whose every target is one page."""

    def __init__(self, page: Callable[[], Provider]) -> None:
        super().__init__(None)
        self._page = page

    def connect(self, name: str) -> Provider:
        return self._page()


class World:
    """One page, the rooms that publish there, and somebody who changes it by hand."""

    def __init__(self, kind: str, folder: Path, chance: random.Random, tally: Tally) -> None:
        self.kind, self.chance, self.tally, self.can = kind, chance, tally, can(kind)
        elsewhere = ELSEWHERE.get(kind)
        self.hub = Hub(kind, elsewhere() if elsewhere else None, elsewhere.cls if elsewhere else None)
        self.hub.refs = list(REFS)
        if isinstance(self.hub.page, CachetV2Fake):
            self.hub.page.subscribers = True
        for number in range(chance.choice((1, 1, 1, 2, 3))):
            path = folder / f"room{number}" / "warroom.db"
            skew = timedelta(hours=chance.uniform(-6, 6) if number else 0)
            room = Room(self.hub, path, ("ana", "bo", "cy")[number], skew)
            room.publisher = Reaching(room.made)
            names = self.hub.page.names
            room.components = dict(zip(COMPONENTS.values(), names, strict=True)) if self.can.states else {}
        first = self.hub.rooms[0]
        for ref in REFS:
            declare(first.log, ref, retrospective=ref == REFS[2])
            first.ledger.absorb(first.log.events(ref))
        self.hub.exchange()
        self.said = self.mailed_by_hand = 0
        self.twins = chance.random() < 0.5
        """Updates may have the words of the one before; then nobody changes the page by hand, or who is asked whether a
        message is there could not tell."""
        self.hands = not self.twins and self.can.reads and not self.can.chat
        """Somebody changes the page by hand."""
        self.by_hand = Revised(first.log, kind, self.hub.cls, first.clock)

    # The weather

    def weather(self) -> None:
        """Let something happen between two acts."""
        chance, room = self.chance, self.chance.choice(self.hub.rooms)
        drawn = chance.random()
        if drawn < 0.5:
            self.sends(room)
        elif drawn < 0.6 and len(self.hub.rooms) > 1:
            room.connected = not room.connected
            self.tally.cut_off += not room.connected
        elif drawn < 0.7:
            self.hub.clock.sleep(chance.choice((5, 30, 120, 600)))
        elif drawn < 0.85:
            # Of two who look unknown to each other, where nothing can be asked, each would send it.
            if room.connected or self.can.asks:
                room.looks()
        elif drawn < 0.9:
            self.reads(room)
        self.hub.sync_all()

    def sends(self, room: Room) -> None:
        share = FAULTS / CHATTY.get(self.kind, 1)
        faults = [self.chance.choice(BAD) if self.chance.random() < share else fine for _ in range(12)]
        kill_at = self.chance.randrange(1, 40) if self.chance.random() < 0.25 else 0
        with self.rough(FAULTS):
            self.tally.kills += not room.sends(*faults, kill_at=kill_at)

    @contextmanager
    def rough(self, share: float) -> Iterator[None]:
        """Something may happen to who connects to a page past HTTP."""
        page = self.hub.page
        if isinstance(page, Elsewhere):
            page.weather(self.chance.randrange(2**32), share)
        try:
            yield
        finally:
            if isinstance(page, Elsewhere):
                page.weather(0, 0.0)

    def reads(self, room: Room) -> None:
        self.hub.clock.sleep(1)
        for ref in REFS:
            room.sender.read_back(timedelta(), incident=ref)

    # The people

    def acts(self) -> None:
        """Something that a person does, or somebody by hand; drawn again where that cannot be done now."""
        for _ in range(50):
            room, ref = self.chance.choice(self.hub.rooms), self.chance.choice(REFS)
            view = room.about(ref)
            if ref == REFS[2] and not view.messages and self.can.backfills:
                act: Callable[[Room, Revised], str] = self._goes_there_afterwards
            elif ref == REFS[1] and not view.messages and self.can.adopts and self.chance.random() < 0.8:
                act = self._adopts
            else:
                act = self.chance.choices(list(ACTS), list(ACTS.values()))[0].__get__(self)
            try:
                done = act(room, view)
            except (Refused, Problem):
                continue
            if done:
                self.tally.acts[done] += 1
                return

    def _text(self, ref: str, how: str = "still looking") -> str:
        self.said += 1
        return f"Number {self.said} of {ref}: {how}."

    def _posts(self, room: Room, view: Revised) -> str:
        ref, chance = view.ref, self.chance
        if chance.random() < 0.15:
            name, states = COMPONENTS[ref], list(self.can.states or ("degraded", "major"))
            with_state = SetComponent(actor=room.person, component=name, status=chance.choice(states))
            view.does(with_state)
        said = updates_of(view.state, "public")
        same = bool(said) and self.twins and chance.random() < 0.2 and not is_redacted(said[-1].text)
        text, status = (said[-1].text, said[-1].status) if same else (self._text(ref), chance.choice(STATUSES))
        notify = chance.random() < 0.3
        with self._alone(room, view):
            view.posts(text, status, notify=notify)
        return "post"

    @contextmanager
    def _alone(self, room: Room, view: Revised) -> Iterator[None]:
        """Of several rooms one begins an incident on the page, and the others hear of it: two that do so unknown to
        each other have two there, are told, and delete one of them by hand."""
        begins = len(self.hub.rooms) > 1 and title_told(m for m in view.messages if m.state == "done") is None
        if begins:
            self._meet(room)
            if any(not message.finished for message in view.messages):
                raise Refused("Another one is about to.")
        yield
        if begins:
            for _ in range(3):
                room.looks()
                room.comes_to_rest()
            self.hub.exchange()

    def _one(self, view: Revised, found: str) -> str:
        """The id of one of the public updates that stand, or are undone, or are redacted."""
        ids = [entry.id for entry in view.state.entries if entry.kind == "update"]
        ids = [id for id in ids if found_as(view.state, id) == found]
        if not ids:
            raise Refused("There is none.")
        return self.chance.choice(ids)

    def _undoes(self, room: Room, view: Revised) -> str:
        view.undoes(self._one(view, "standing"))
        return "undo"

    def _puts_back(self, room: Room, view: Revised) -> str:
        view.undoes(self._one(view, "undone"))
        return "undo"

    def _corrects(self, room: Room, view: Revised) -> str:
        view.corrects(self._one(view, "standing"), self._text(view.ref, "it was so"))
        return "correct"

    def _redacts(self, room: Room, view: Revised) -> str:
        view.redacts(self._one(view, self.chance.choice(("standing", "undone"))))
        return "redact"

    def _retitles(self, room: Room, view: Revised) -> str:
        self.said += 1
        view.retitles(f"Title {self.said} of {view.ref}")
        return "rename"

    def _changes(self, room: Room, view: Revised) -> str:
        self._meet(room)
        update = self._one(view, "standing")
        ways = place_on(view.state, TARGET, update, view.messages, self.can).ways
        way = self.chance.choice([way for way in ways if way in ("changed", "removed", "taken_down")] or [None])
        if way is None or (way == "taken_down" and self.chance.random() < 0.7):
            return ""
        view.changes(update, way, self._text(view.ref, "in other words"))
        return {"changed": "edit", "removed": "remove"}.get(way, "take down")

    def _settles(self, room: Room, view: Revised) -> str:
        """Decide about a difference, in any way that there is."""
        self._meet(room)
        return self.settles(view, self.chance.random() < 0.3)

    def _settles_read(self, room: Room, view: Revised) -> str:
        self.reads(room)
        return self.settles(view, self.chance.random() < 0.3)

    def settles(self, view: Revised, anyhow: bool) -> str:
        """One difference is settled: in the way that is meant first, or in any. Empty where there is none."""
        text = self._text(view.ref, "put right")
        if not view.messages:
            return ""
        standing = view.standing
        if standing.unsettled:
            place = view.place(self.chance.choice(standing.unsettled))
        elif standing.differences:
            read = self.chance.choice(standing.differences)
            if read.about == "another":
                # As it is said there.
                page = self.hub.page
                page.incidents.remove(next(each for each in page.incidents if page.visible(each).id == read.which))
                return "hand: delete"
            place = view.place_read(read)
        else:
            return ""
        way: Act = self.chance.choice(place.ways) if anyhow else place.ways[0]
        command = settle(view.state, [(place, way)], "mo", text=text, reason=f"It is right, {self.said}.")
        view.does(command, place if place.difference else None)
        return f"settle: {way}"

    def _meet(self, room: Room) -> None:
        """Who decides about what is on the page sees what is there."""
        room.connected = True
        self.hub.exchange()

    def _goes_there_afterwards(self, room: Room, view: Revised) -> str:
        self._meet(room)
        if view.messages or view.state.open:
            return ""
        if not updates_of(view.state, "public"):
            for minute, status in zip((5, 12, 20, 40), STATUSES, strict=True):
                view.logs(self._text(view.ref, "it was so"), status, minute)
        with self._alone(room, view):
            view.backfills()
        return "backfill"

    def _publishes_postmortem(self, room: Room, view: Revised) -> str:
        if not self.can.postmortems or not there(view.messages, coming=True):
            return ""
        self._meet(room)
        withdraws = bool(postmortem_due(view.state, TARGET)) and self.chance.random() < 0.4
        text = "" if withdraws else self._text(view.ref, "too few workers")
        view.publishes_postmortem(text, notify=self.chance.random() < 0.3)
        return "withdraw" if withdraws else "postmortem"

    def _adopts(self, room: Room, view: Revised) -> str:
        self._meet(room)
        publisher, log = room.publisher, room.log
        open_there = list(publisher.open_there(log, view.state, view.context(), TARGET))
        if not open_there:
            text = self._by_hand(view)
            opened = self._hand(room, view).opens(f"By hand {self.said}", text)
            unmark(self.kind, self.hub.page, opened, text)
            return "hand: open"
        command, page = publisher.adopting(TARGET, open_there[0], room.person)
        publish = publisher.adopted(log, view.state, view.context(), command, page)
        self.hub.clock.sleep(1)
        room.ledger.execute(view.ref, command, publish=publish)
        return "adopt"

    # By hand

    def _hand(self, room: Room, view: Revised) -> Hand:
        return Hand(view, room.made)

    def _by_hand(self, view: Revised) -> str:
        self.said += 1
        # Where a page has no statuses, a word before a colon is one.
        return f"Number {self.said} of {view.ref}, by hand."

    def _changes_by_hand(self, room: Room, view: Revised) -> str:
        """Somebody changes the incident on the page, past us."""
        placed = room.box.placed(view.ref).get(TARGET)
        if not self.hands or placed is None or not placed.remote:
            return ""
        hand, chance = self._hand(room, view), self.chance
        update = chance.choice(hand.known.update_ids) if hand.known.update_ids else ""
        ways: dict[str, Callable[[], object]] = {
            "post": lambda: hand.posts(self._by_hand(view), chance.choice(STATUSES)),
            "resolve": lambda: hand.posts(self._by_hand(view), "resolved", self._well(view)),
        }
        if self.can.edits and update:
            ways["edit"] = lambda: hand.edits(update, self._by_hand(view))
        if self.can.removes and update and len(hand.known.update_ids) > 1:
            ways["remove"] = lambda: hand.removes(update)
        if self.can.renames:
            ways["rename"] = lambda: hand.renames(f"By hand {self._by_hand(view)}")
        if self.can.takes_down and chance.random() < 0.3:
            ways["delete"] = hand.deletes
        if self.can.takes_down and chance.random() < 0.1:
            ways = {"reset": self.hub.page.forget}
        way = chance.choice(list(ways))
        self.hub.clock.sleep(1)
        self.mailed_by_hand += self.can.always_mails_updates and way in ("post", "resolve")
        try:
            ways[way]()
        except PublishProblem:
            return ""  # What somebody cannot do there, they leave.
        return f"hand: {way}"

    def _well(self, view: Revised) -> tuple[Part, ...]:
        parts = view.box.placed(view.ref)[TARGET].parts
        return tuple(Part(part.id, "operational", part.name) for part in parts)

    # The end

    def calms_down(self) -> None:
        """Everybody is level again, everybody's sender runs, and people decide what is left to them."""
        for room in self.hub.rooms:
            room.connected = True
        for number in range(REST):
            self.hub.clock.sleep(MINUTE)
            self.hub.deliver()
            self.hub.exchange()
            for room in self.hub.rooms:
                room.comes_to_rest()
                self.hub.exchange()
            settled: list[str] = []
            left = [room for room in self.hub.rooms if room.left]
            if left:
                self.hub.clock.sleep(2 * MINUTE)
                left[0].looks()
                continue
            first = self.hub.rooms[0]
            self.reads(first)
            settled = [done for ref in REFS if (done := self.settles(first.about(ref), anyhow=number % 8 == 7))]
            self.tally.acts.update(settled)
            if not settled and not self._withdraws(first):
                return
        waits = [(room.person, message.state, message.note) for room in self.hub.rooms for message in room.heads]
        says = [_says(self.hub.rooms[0].about(ref)) for ref in REFS]
        raise AssertionError(f"it never comes to rest: {waits} {settled} {says}")

    def _withdraws(self, room: Room) -> bool:
        """A postmortem that differs is taken off the page."""
        differing = [ref for ref in REFS if "postmortem" in _says(room.about(ref))]
        for ref in differing:
            room.about(ref).publishes_postmortem("")
        return bool(differing)

    def wrong(self) -> Iterator[str]:
        """Where page and logs differ; nothing where all is well."""
        page = self.hub.page
        yield from page.wrong
        for room in self.hub.rooms:
            for ref in REFS:
                for each in self._wrong_in(room.about(ref)):
                    yield f"{room.person}, {ref}: {each}"
        mails, expected = page.mails, self._mails_due()
        if mails not in expected:
            yield f"{mails} mails, and {expected} were due"

    def _wrong_in(self, view: Revised) -> Iterator[str]:
        for message in view.messages:
            if not message.finished:
                yield f"left {message.state}: {message.note}"
        if not view.messages:
            return
        content = should_say(view.state, TARGET, told_events(view.messages))
        # What was left as it is there may be anything.
        texts, status = [None if said.kept else said.text for said in content.updates], content.status
        shown = self._seen(view)
        said = (own for seen in shown for _, text in seen.updates for own in OURS.findall(text))
        wanted = Counter(text for text in texts if text is not None)
        # Somebody may have posted under the number of an incident that was deleted, which another one has now.
        on_page = Counter(own for own in said if view.ref in own or own in wanted)
        # Of words that were erased nobody could tell whether they were there, or another update with the same.
        erased = [each for each in view.messages if each.state == "dropped" and decode_delivery(each.payload) is None]
        free = len(texts) - wanted.total() + sum(map(self._was_tried, erased))
        missing, more = wanted - on_page, on_page - wanted
        if len(self.hub.rooms) > 1 and not self.can.reads:
            # Of two edits from rooms that did not reach each other nobody knows which came there last.
            sent = (decode_delivery(message.payload) for message in view.messages)
            edits = {each.text for each in sent if each and each.change and each.change.act == "edit"}
            for text in list(more):
                if text in edits and (other := next((each for each in missing if each in edits), None)):
                    del more[text], missing[other]
        if missing:
            yield f"not on the page: {list(missing)}"
        if self.can.reads:
            more = Counter({text: count for text, count in more.items() if "by hand" not in text})
        if more.total() > free:
            yield f"too much on the page: {dict(more)}, of which {free} may be"
        if len(shown) > 1:
            yield f"{len(shown)} incidents on the page"
        if not shown or not texts:
            return
        if view.log is self.hub.rooms[0].log and view.standing.where not in ("sent", "in sync", "nothing"):
            yield f"{view.standing.where}: {view.standing.says}"
        title, public = shown[-1].title, title_for_public(view.state)
        if self.can.renames and public and title != public and not self._left(view, "title"):
            yield f"its title is {title}, and not {public}"
        # What somebody wrote by hand may be all that it says, and may name no status.
        unnamed = not shown[-1].status and status != "resolved"
        if self.can.tracks_status and not unnamed and shown[-1].status != status and not self._left(view, "state"):
            yield f"its status is {shown[-1].status}, and not {status}"
        if self.can.postmortems and self.can.reads:
            due = self._postmortem(view)
            if shown[-1].postmortem != due and not self._left(view, "postmortem"):
                yield f"its postmortem is {shown[-1].postmortem}, and not {due}"

    def _postmortem(self, view: Revised) -> str:
        """The text that was published last and neither withdrawn since nor taken down with the incident."""
        text = ""
        for message in view.messages:
            delivery = decode_delivery(message.payload)
            act = delivery.change.act if delivery and delivery.change else ""
            if message.state == "done" and delivery and act in ("postmortem", "withdraw", "take down"):
                text = delivery.text if act == "postmortem" else ""
        return text

    def _seen(self, view: Revised) -> list[Seen]:
        """The incidents on the page that are this one of ours."""
        said = {update.text for update in updates_of(view.state, "public")}
        return [
            seen
            for seen in self.hub.page.seen()
            if any(view.ref in text and ("by hand" not in text or text in said) for _, text in seen.updates)
        ]

    def _left(self, view: Revised, about: str) -> bool:
        made = view.state.part(PageDecisions).made.values()
        return any(each.about == about and each.way == "left" for each in made)

    def _mails_due(self) -> range:
        """The number of mails that there may be: one for each message that was to mail and is there."""
        sure = doubtful = 0
        if self.can.chat or not self.can.mails:
            return range(self.hub.page.mails, self.hub.page.mails + 1)
        for ref in REFS:
            begun, named = False, list[str]()
            for message in self.hub.rooms[0].about(ref).messages:
                delivery = decode_delivery(message.payload)
                act = delivery.change.act if delivery and delivery.change else "post"
                mailing = delivery is None or self._mails(delivery, begun)
                remote = remote_of(message.remote)
                found = remote is not None and bool(remote.update_id) and remote.update_id in named
                named += [remote.update_id] if remote and act == "post" else []
                if message.state == "done" and found and act == "post":
                    # Of two with the same words, from two rooms, one was taken for the other, which may mail nobody.
                    sure = max(0, sure - (not mailing))
                    doubtful += 1
                elif message.state == "done":
                    doubtful += delivery is None
                    sure += mailing and delivery is not None
                    begun = (begun or act in ("post", "adopt", "backfill")) and act != "take down"
                elif self._was_tried(message):
                    doubtful += mailing
        # Where every update mails nobody is told, but for those by hand, which some pages count as well.
        least = 0 if self.can.always_mails_updates else sure
        return range(least, sure + doubtful + self.mailed_by_hand + 1)

    def _was_tried(self, message: Message) -> bool:
        """A request of it was begun, by whichever room."""
        return any(message_of(room.log, message.id).attempts for room in self.hub.rooms)

    def _mails(self, delivery: Delivery, begun: bool) -> bool:
        act = delivery.change.act if delivery.change else "post"
        if act not in ("post", "postmortem"):
            return False
        always = self.can.always_mails_updates and act == "post" and begun
        return always or (delivery.notify and self.can.mails)


def _says(view: Revised) -> str:
    return view.standing.says if view.messages else ""


ACTS: dict[Callable[[World, Room, Revised], str], int] = {
    World._posts: 30,
    World._changes: 10,
    World._changes_by_hand: 14,
    World._settles: 14,
    World._settles_read: 6,
    World._undoes: 6,
    World._puts_back: 4,
    World._corrects: 4,
    World._redacts: 3,
    World._retitles: 4,
    World._publishes_postmortem: 5,
}
"""The weight with which each is drawn."""


def one_world(kind: str, seed: str, acts: int, tally: Tally) -> None:
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        chance = random.Random(f"{kind} {seed}")
        world = World(kind, Path(folder), chance, tally)
        try:
            for _ in range(acts):
                world.acts()
                while chance.random() < 0.6:
                    world.weather()
            world.calms_down()
            wrong = list(world.wrong())
        except AssertionError as error:
            wrong = [str(error)]
        tally.wrong += [f"{kind} {seed}: {each}" for each in wrong]
        for room in world.hub.rooms:
            tally.tries += sum(message.attempts for message in room.box.messages() if message.origin == room.log.origin)
            tally.taken += room.taken
            tally.asked += room.asked
            tally.refused += room.refusals.total()
            room.log.close()
        tally.mails += world.hub.page.mails
        if isinstance(world.hub.page, Elsewhere):
            world.hub.page.close()


def storm(kind: str, acts: int, seed: str) -> Tally:
    """So many acts; `seed` with a dot is that of one world."""
    started, tally = time.monotonic(), Tally(kind)
    for number, first in enumerate(range(0, acts, PER_WORLD)):
        alone = "." in seed
        one_world(kind, seed if alone else f"{seed}.{number}", min(PER_WORLD, acts - first), tally)
        if alone:
            break
    tally.seconds = time.monotonic() - started
    return tally


COLUMNS = {
    "posts": ("post",), "edits": ("edit",), "removed": ("remove", "take down"), "renamed": ("rename",),
    "adopted": ("adopt",), "afterwards": ("backfill", "postmortem", "withdraw"), "undone": ("undo",),
    "corrected, redacted": ("correct", "redact"), "settled": ("settle",), "by hand": ("hand",),
}  # fmt: skip


def main() -> int:
    acts = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = sys.argv[2] if len(sys.argv) > 2 else str(random.randrange(2**32))
    print(f"seed {seed}")
    more = ("tries", "kills", "cut off", "taken over", "put to a person", "refused", "mails", "s")
    print("|", " | ".join(("target", *COLUMNS, *more)), "|")
    print("|---" * (1 + len(COLUMNS) + len(more)) + "|")
    wrong: list[str] = []
    for kind in sys.argv[3:] or KINDS:
        tally = storm(kind, acts, seed)
        counts = [tally.of(*names) for names in COLUMNS.values()]
        counts += [tally.tries, tally.kills, tally.cut_off, tally.taken, tally.asked, tally.refused, tally.mails]
        print("|", " | ".join(map(str, (kind, *counts, round(tally.seconds)))), "|", flush=True)
        print(*tally.wrong[:20], sep="\n", end="\n" if tally.wrong else "", file=sys.stderr, flush=True)
        wrong += tally.wrong
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
