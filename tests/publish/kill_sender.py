"""Kill a sender with -9 at every moment there is: `python -m tests.publish.kill_sender [ACT] [STEP] [KIND…]`.

It prints a table. A moment is each statement that changes the log's file, and each side of each request to the page.
After each kill another sender goes on; in the end the page must say what was decided, once. An act is one of `ACTS`, or
`all`.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from console.core.log.event import Event
from console.core.subjects.page_settled import SettlePage
from console.publish.provider import Capabilities
from console.publish.providers.cachet import Cachet
from console.publish.sending.decisions import confirmed, resent, taken
from console.publish.sending.message import Delivery, Known, Part
from console.store import Log
from console.store.outbox.outbox import Outbox
from tests.core.story import START
from tests.memory import memory
from tests.publish.away import Away, PageProcess, kinds, provider
from tests.publish.fakes import Seen
from tests.publish.faulty import FaultyTransport, client
from tests.publish.making import REF, TARGET, Clock, decide_on, declare, post
from tests.publish.revising import Revised
from tests.publish.sending import Order, Outcome, run

TELLS = ("statuspage", "cachet", "cachet-v2", "instatus", "betterstack")
"""Those that tell what state a component is in."""
TEXTS = ("We look into it.", "Still looking.", "Still looking.")
PAST = [("investigating", "One.", 5), ("identified", "Two.", 12), ("monitoring", "Two.", 20), ("resolved", "Well.", 40)]
POSTMORTEM = "Too few workers."


class Killed(NamedTuple):
    """One kill, or a run without any."""

    moments: int
    """The number of moments after it; of a run without a kill, of all."""
    asked: int
    """Doubts that a person had to settle."""
    wrong: list[str]


def component(kind: str) -> str:
    """The component that is down; empty where the target has none."""
    return next(iter(kinds()[kind][1]().components)) if kinds()[kind][0].capabilities.states else ""


def posting(kind: str, moment: int) -> Killed:
    """Three updates, of which two say the same and the first changes a component."""
    asked = 0
    with tempfile.TemporaryDirectory(dir=memory()) as folder, PageProcess(kind) as page:
        path = Path(folder) / "data" / "warroom.db"
        with Log.open(path) as log:
            declare(log)
            down = component(kind)
            for text in TEXTS:
                # The first one is asked for what its component was before.
                parts = (Part(down, "major", "checkout"),) if down and log.position() == 1 else ()
                post(log, text, parts=parts)
        begin = START + timedelta(days=1)
        killed = run(Order(str(path), page.at, kind, begin, kill_at=moment))
        assert (killed is None) == bool(moment), f"the sender did not reach moment {moment}"
        ended = killed or run(Order(str(path), page.at, kind, begin + timedelta(days=1)))
        while True:
            assert ended is not None
            with Log.open(path) as log:
                box = Outbox(log)
                left = box.messages(REF, unfinished=True)
                if not left:
                    break
                assert left[0].state == "ask", f"{left[0].state} is left alone"
                asked += 1
                done = sum(message.state == "done" for message in box.messages(REF))
                there = sum(len(incident.updates) for incident in page.seen()) > done
                order = confirmed(box, left[0], "mo") if there else resent(left[0], "mo")
                decide_on(log, left[0], order, begin)
            begin += timedelta(days=2)
            ended = run(Order(str(path), page.at, kind, begin))
        shown = page.seen()
        seen = [text for one in shown for _, text in one.updates]
        wrong = [] if seen == list(TEXTS) else [f"the page says {seen}"]
        with Log.open(path) as log:
            before = [part.prior for part in Outbox(log).placed(REF)["page"].parts]
        expected = ["operational" if kind in TELLS else ""] if down else []
        if before != expected or shown[0].components.get(down, "major") != "major":
            wrong.append(f"the component was {before}, and is {shown[0].components}")
        return Killed(ended.moments, asked, wrong)


class Scene:
    """A log, a page, and an incident that is over; senders may be killed."""

    def __init__(self, kind: str, folder: Path, page: PageProcess, moment: int) -> None:
        self.kind, self.page, self.moment = kind, page, moment
        self.path, self.clock = folder / "data" / "warroom.db", Clock(START + timedelta(hours=1))
        with Log.open(self.path) as log:
            declare(log, retrospective=True)

    @contextmanager
    def room(self) -> Iterator[Revised]:
        with Log.open(self.path) as log:
            yield Revised(log, self.kind, kinds()[self.kind][0], self.clock)

    def sends(self, kill_at: int = 0, path: Path | None = None) -> Outcome | None:
        ended = run(Order(str(path or self.path), self.page.at, self.kind, self.clock.now, kill_at=kill_at))
        assert (ended is None) == bool(kill_at), f"the sender did not reach moment {kill_at}"
        self.clock.sleep(86400)
        return ended

    def killed(self, path: Path | None = None) -> int:
        """A sender is killed at the moment, and another one goes on; the moments of one that is not killed."""
        ended = self.sends(self.moment, path) or self.sends(path=path)
        assert ended is not None
        return ended.moments

    def posted(self) -> list[str]:
        """Three updates that are on the page."""
        with self.room() as room:
            posted = [room.posts("One."), room.posts("Two.", "identified"), room.posts("Three.", "resolved")]
        self.sends()
        return posted

    def seen(self) -> list[Seen]:
        return self.page.seen()


Shown = list[tuple[list[str], str, str, int]]
"""Texts, title, postmortem and mails of each incident."""


def _shown(seen: list[Seen]) -> Shown:
    return [([text for _, text in each.updates], each.title, each.postmortem, each.mails) for each in seen]


def _changing(act: Callable[[Revised, list[str]], object], after: Shown) -> "Act":
    """An act on an incident with three updates on the page."""

    def scene(kind: str, moment: int) -> Killed:
        with tempfile.TemporaryDirectory(dir=memory()) as folder, PageProcess(kind) as page:
            here = Scene(kind, Path(folder), page, moment)
            posted = here.posted()
            with here.room() as room:
                act(room, posted)
            moments = here.killed()
            shown = _shown(here.seen())
            return Killed(moments, 0, [] if shown == after else [f"the page shows {shown}"])

    return scene


def _withdraws(room: Revised, posted: list[str]) -> None:
    room.publishes_postmortem(POSTMORTEM)
    room.publishes_postmortem("")


def backfilling(kind: str, moment: int) -> Killed:
    """A past incident, and where the page has such a thing a postmortem that mails."""
    with tempfile.TemporaryDirectory(dir=memory()) as folder, PageProcess(kind) as page:
        here = Scene(kind, Path(folder), page, moment)
        can = kinds()[kind][0].capabilities
        with here.room() as room:
            for status, text, minute in PAST:
                room.logs(text, status, minute)
            room.backfills()
            if can.postmortems:
                room.publishes_postmortem(POSTMORTEM, notify=True)
        moments = here.killed()
        seen = here.seen()
        shown = [(len(each.updates), each.status, each.moments, each.mails, each.postmortem) for each in seen]
        times = [] if can.one_text else [(START + timedelta(minutes=at)).isoformat()[:19] for _, _, at in PAST]
        status = shown[0][1] and "resolved" if shown else ""
        expected = [(len(times) or 1, status, times, int(can.postmortems), POSTMORTEM * can.postmortems)]
        return Killed(moments, 0, [] if shown == expected else [f"the page shows {shown}"])


def adopting(kind: str, moment: int) -> Killed:
    """An incident that was opened there by hand is adopted, and gets another update."""
    with tempfile.TemporaryDirectory(dir=memory()) as folder, PageProcess(kind) as page:
        here = Scene(kind, Path(folder), page, moment)
        with closing(Away(kind, page.at, here.clock)) as away:
            http = client(kinds()[kind][0], FaultyTransport(away, every=True), here.clock)
            hand = provider(kind, TARGET, away, http, here.clock)
            at = here.clock()
            opened = Delivery("by-hand", REF, "Payments fail", "investigating", "One.", at, START, notify=False)
            theirs = hand.send(opened, Known())
            page.unmark(theirs.incident_id, "One.")
            [there] = hand.open_there()
            view = hand.read(Known(theirs))
        with here.room() as room:
            command = msgspec.structs.replace(ADOPTS, which=theirs.incident_id, theirs=there.title)
            publish = room.publisher.adopted(room.log, room.state, room.context(), command, view)
            room.ledger.execute(REF, command, publish=publish)
        moments = here.killed()
        with here.room() as room:
            room.posts("Two.", "identified")
        here.sends()
        shown = [(each.id, [text for _, text in each.updates], each.mails) for each in here.seen()]
        expected = [(theirs.incident_id, ["One.", "Two."], 0)]
        return Killed(moments, 0, [] if shown == expected else [f"the page shows {shown}"])


def taking_over(kind: str, moment: int) -> Killed:
    """Another file takes over what the first one never sent, and its sender is killed; then the first comes back."""
    with tempfile.TemporaryDirectory(dir=memory()) as folder, PageProcess(kind) as page:
        here = Scene(kind, Path(folder), page, moment)
        here.posted()
        other = Path(folder) / "other" / "warroom.db"
        with here.room() as room, Log.open(other) as log:
            room.posts("Four.", "monitoring")
            log.import_events(_lacks(room.log, log), at=here.clock())
            here.clock.sleep(120)
            second = Revised(log, kind, kinds()[kind][0], here.clock)
            [message] = second.box.messages(REF, unfinished=True)
            second.ledger.execute(REF, taken(second.box, message, "bo"))
        here.clock.sleep(300)
        moments = here.killed(other)
        with here.room() as room, Log.open(other) as log:
            room.log.import_events(_lacks(log, room.log), at=here.clock())
        here.sends()
        texts = [text for each in here.seen() for _, text in each.updates]
        expected = ["One.", "Two.", "Three.", "Four."]
        return Killed(moments, 0, [] if texts == expected else [f"the page says {texts}"])


def _lacks(source: Log, to: Log) -> list[Event]:
    return [event for event in source.events(REF) if to.event(event.id) is None]


ADOPTS = SettlePage(actor="mo", to=TARGET, about="incident", way="adopted")
Act = Callable[[str, int], Killed]
_TITLE = "Checkout errors"
ACTS: dict[str, tuple[Act, Callable[[Capabilities], bool]]] = {
    "post": (posting, lambda can: True),
    "edit": (
        _changing(
            lambda room, posted: room.changes(posted[1], "changed", "Other words."),
            [(["One.", "Other words.", "Three."], _TITLE, "", 0)],
        ),
        lambda can: can.edits,
    ),
    "remove": (
        _changing(lambda room, posted: room.changes(posted[2], "removed"), [(["One.", "Two."], _TITLE, "", 0)]),
        lambda can: can.removes,
    ),
    "take down": (
        _changing(lambda room, posted: room.changes(posted[2], "taken_down"), []),
        lambda can: can.takes_down and can.asks,
    ),
    "rename": (
        _changing(
            lambda room, posted: room.retitles("Cards fail"), [(["One.", "Two.", "Three."], "Cards fail", "", 0)]
        ),
        lambda can: can.renames,
    ),
    "postmortem": (
        _changing(
            lambda room, posted: room.publishes_postmortem(POSTMORTEM, notify=True),
            [(["One.", "Two.", "Three."], _TITLE, POSTMORTEM, 1)],
        ),
        lambda can: can.postmortems and can.reads,
    ),
    "withdraw": (
        _changing(_withdraws, [(["One.", "Two.", "Three."], _TITLE, "", 0)]),
        lambda can: can.postmortems and can.reads,
    ),
    "backfill": (backfilling, lambda can: can.backfills and can.reads),
    # On Cachet what we open by hand has our marker, which another incident of ours does not take over.
    "adopt": (adopting, lambda can: can.adopts and can is not Cachet.capabilities),
    "take over": (taking_over, lambda can: can.asks),
}
"""Each with whether a target can do it."""


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    step = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print("| act | target | moments | kills | put to a person | s |")
    print("|---|---|---|---|---|---|")
    wrong: list[str] = []
    for name in ACTS if wanted == "all" else [wanted]:
        act, able = ACTS[name]
        for kind in sys.argv[3:] or kinds():
            if not able(kinds()[kind][0].capabilities):
                continue
            started, found = time.monotonic(), [act(kind, 0)]
            moments = found[0].moments
            found += [act(kind, moment) for moment in range(1, moments + 1, step)]
            asked, seconds = sum(each.asked for each in found), time.monotonic() - started
            print(f"| {name} | {kind} | {moments} | {len(found) - 1} | {asked} | {seconds:.0f} |", flush=True)
            told = [
                f"{name}, {kind}, kill {number}: {says}" for number, each in enumerate(found) for says in each.wrong
            ]
            print(*told, sep="\n", end="\n" if told else "", file=sys.stderr, flush=True)
            wrong += told
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
