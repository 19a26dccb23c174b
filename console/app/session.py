"""The session of one person's console: the ledger, the clock, and the way in and out for events.

Everything here runs on the screen's thread. Writing happens in the log's own thread and is awaited; what other consoles
write arrives through the watcher's thread as an `Arrived` message.
"""

import asyncio
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec
from textual.message import Message

from console.app.case_book import CaseBook
from console.app.console_slot import ConsoleSlot
from console.app.drafts import Drafts
from console.app.here import Here
from console.app.presence import Seat
from console.app.recaller import Recaller
from console.app.settings import exports_folder
from console.app.situation import READ_ONLY
from console.app.terminal.clipboard import SENT
from console.core.log.command import Command
from console.core.log.event import Event, NewEvent
from console.core.log.fold import Progress
from console.core.log.grounds import Traced, traced
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.refusal import Refused
from console.core.subjects.declaration import DeclareIncident
from console.core.subjects.entry import EntryLogged
from console.core.subjects.undo import RedactEntry, redacts
from console.library.templates import Templates
from console.publish.sending.follower import Follower
from console.store import snapshots
from console.store.ledger import DECISIONS, Decided, Ledger, Publish, nothing_decided, nothing_published
from console.store.log import Log
from console.store.outbox.message import Queued
from console.store.problems import Overtaken, StoreProblem, Unseen
from console.store.redact import RECALLED, TEXTS_APART, Plan
from console.store.watch import Watcher

if TYPE_CHECKING:
    from console.publish.sending.status import Standing
    from console.sync.link import Link
    from console.sync.presence import Other

T = TypeVar("T")

SWITCH_S, USUAL_SWITCH_S = 0.0002, sys.getswitchinterval()
"""Seconds for which another thread may keep the interpreter from the screen's while it folds; 5 ms is usual."""
KEY_S = 0.025
"""Seconds for which a fold in another thread waits for what a key does to be on the screen."""


TYPED_ELSEWHERE = "elsewhere"
"""Where lines are kept that were typed where there is no prompt."""
LEFT_FORMS = "forms"
"""Where it is kept what was typed in forms that were left."""


def recall_place(ref: str) -> str:
    """The key under which the lines are kept that were entered in an incident's room."""
    return f"{RECALLED}{ref}"


class _Prepared(NamedTuple):
    """A command's events, with the messages that go out with them, and what the file held when it was decided."""

    events: list[NewEvent]
    messages: Sequence[Queued]
    seen: Mapping[str, int]


@dataclass
class Arrived(Message):
    """Other consoles committed these events."""

    events: list[Event]
    late: Mapping[str, Mapping[str, datetime]]
    """Of each of their incidents, when events of other machines arrived late, by the event's id."""


@dataclass
class StoreTrouble(Message):
    """The file cannot be read for now, in one sentence."""

    reason: str


@dataclass
class StateChanged(Message):
    """An incident's state is a new one; `events` are what made it so, where they are known."""

    ref: str
    events: tuple[Event, ...] = ()


@dataclass
class PublishChanged(Message, bubble=False):
    """The standings by incident, only those whose room is open. `trouble` says why nothing can be sent, if so."""

    standings: "Mapping[str, tuple[Standing, ...]]"
    trouble: str = ""


@dataclass
class OthersChanged(Message):
    """Consoles are open on other machines, or none any more that the server knows of."""

    others: "tuple[Other, ...]"


@dataclass
class LinkChanged(Message):
    """The link to the server that joins machines is in another state."""

    link: "Link"


class Session:
    """One console on one log.

    `on_change` is called with each reference whose state changed, the events that changed it and the state before
    them, None where it was not in memory.
    """

    def __init__(
        self, ledger: Ledger, *, zone: tzinfo, read_only: bool = False, config: Path | None = None,
        practice: bool = False,
    ) -> None:  # fmt: skip
        """`config` is the folder of the team's own playbooks, runbooks and templates; a practice has no targets."""
        self.ledger = ledger
        self.config = config
        self.targets_config = None if practice else config
        """The folder whose targets get what is published here; None where nothing is."""
        self.practice = practice
        ledger.follow = Follower(ledger.log, self.targets_config)
        self.zone = zone
        self.read_only = read_only
        self.on_change: Callable[[str, tuple[Event, ...], Incident | None], None] = lambda ref, events, before: None
        self.on_erased: Callable[[Collection[str]], bool] = lambda words: False
        """Called with the words that a redaction erased, to take them out of what is half typed; whether any stood
        there."""
        self.on_outbox: Callable[[], None] = lambda: None
        """Called, in the watcher's thread, when messages to pages were queued or moved on by whatever process."""
        self.trouble = ""
        """Why the file cannot be read or written at the moment; empty while all is well."""
        self.damage = ""
        """Why a damaged file can only be read; it stays so until the console is opened anew."""
        # A console that writes nothing keeps no drafts either.
        self._slot = (
            ConsoleSlot(ledger.log.path, 1, None) if read_only else ConsoleSlot.take(ledger.log.path, ledger.actor)
        )
        self._drafts = Drafts(ledger.log, ledger.actor, self._slot, read_only=read_only)
        self.seats: tuple[Seat, ...] = ()
        """Other consoles, on this file and on other machines; read-only ones are not told of."""
        self.others: tuple[Other, ...] = ()
        """Those on other machines, as the server told last."""
        self.link: Link | None = None
        """The link to the server that joins machines; None where there is no server."""
        self.folding: dict[str, float] = {}
        """Incidents that are being folded anew, with the share that is done."""
        self.typed_at = 0.0
        """When the last key was pressed, by `time.monotonic`."""
        self.form_memory: dict[str, dict[str, str]] = {}
        """The values typed in forms that were left, by the form's topic."""
        self._others_forms: dict[str, msgspec.Raw] = {}
        """The forms that a newer version keeps, by topic, as they stand."""
        self._late: dict[str, Mapping[str, datetime]] = {}
        self.cases = CaseBook(ledger.log, ledger)
        self._recalled: dict[str, list[str]] = {}
        self.sent_words = SENT
        """The sentence said of a text that was copied."""
        self._turn = asyncio.Lock()
        self._absorbing = asyncio.Lock()
        self._works_elsewhere = 0
        self._unwritten: dict[bytes, _Prepared] = {}
        self._watcher: Watcher | None = None

    @cached_property
    def templates(self) -> Templates:
        """The team's own templates and the built-in ones, kept so that a draft costs less than a keystroke."""
        return Templates(self.config)

    @cached_property
    def recaller(self) -> Recaller:
        """Says what happened before that helps now."""
        return Recaller(self.cases, self.config)

    @property
    def exports_folder(self) -> Path:
        """The folder for exports and handoff pages: by settings.toml, else beside the data."""
        return exports_folder(self.config, self.log.path)

    @property
    def log(self) -> Log:
        return self.ledger.log

    @property
    def writing(self) -> bool:
        """True while a command is being written, for which the next one waits."""
        return self._turn.locked()

    @property
    def actor(self) -> str:
        """The name under which this console writes."""
        return self.ledger.actor

    def now(self) -> datetime:
        """The present moment, aware UTC in milliseconds."""
        return self.ledger.now()

    def state(self, ref: str) -> Incident:
        return self.ledger.state(ref)

    def here(self, ref: str) -> Here:
        return Here(self.state(ref), self.actor, self.now(), self.zone)

    async def traced(self, ref: str, now: datetime) -> Traced:
        """The incident with marks on its values, for documents to be cited; in another thread. Raises StoreProblem."""
        return await asyncio.to_thread(lambda: traced(ref, self.log.events(ref), now))

    async def redaction(self, ref: str, entry: str) -> Plan | None:
        """The plan of what a redaction of the entry would erase, read in another thread; None where unreadable."""
        try:
            return await asyncio.to_thread(self.log.redaction, ref, entry)
        except StoreProblem as problem:
            self.trouble = problem.reason
            return None

    def look_around(self) -> bool:
        """See who has another console open; whether that has changed."""
        before, now = self.seats, monotonic()
        away = [Seat(*other[:-1]) for other in self.others if now < other.until_s]
        self.seats = (*self._slot.others(), *dict.fromkeys(away))
        return self.seats != before

    def sits_before(self, ref: str, doing: str) -> None:
        """Tell other consoles which incident's room is open here, none on the board, and what is done there."""
        self._slot.sits_before(ref, doing)

    # Writing

    async def submit(
        self, ref: str, command: Command, playbook: Playbook | None = None, publish: Publish = nothing_published,
        decided: Decided = nothing_decided,
    ) -> list[Event]:  # fmt: skip
        """Write a command; its events once they are on the disk and folded in. Raises Refused and StoreProblem.

        A command that the disk refused keeps its events: the same command again writes those, so that nothing stands
        in the log twice when the first try did reach it. `publish` makes the messages that go out with the events;
        both are written, or neither. `decided` gets the events before they are written.
        """
        if self.read_only:
            raise Refused(READ_ONLY)
        # One at a time: the next command is decided on the state that this one leaves.
        async with self._turn:
            # What tells a command from every other: asked for again, it is the same one.
            key = msgspec.msgpack.encode((ref, type(command).__name__, command))
            try:
                written = await self._written(key, ref, command, playbook, publish, decided)
            except Overtaken:
                # Nothing is wrong with the file: the same would be refused again, so nothing is kept for another try.
                del self._unwritten[key]
                raise
            except StoreProblem as problem:
                self.trouble = problem.reason
                raise
            del self._unwritten[key]
            self.trouble = ""
            await self.absorb(written)
            return written

    async def _written(
        self, key: bytes, ref: str, command: Command, playbook: Playbook | None, publish: Publish, decided: Decided
    ) -> list[Event]:
        """The command's events, once written."""
        in_turn, decisions = command.decided_in_turn(), 0
        while True:
            if key not in self._unwritten:
                self._unwritten[key] = await self._prepare(ref, command, playbook, publish)
            events, messages, seen = self._unwritten[key]
            decided(events)
            try:
                return await asyncio.wrap_future(
                    self.log.append_later(events, messages, seen=seen if in_turn else None)
                )
            except Unseen:
                del self._unwritten[key]
                decisions += 1
                if decisions == DECISIONS:
                    raise
                await self.absorb(self.log.unseen(ref, self.ledger.seen(ref)))

    async def _prepare(self, ref: str, command: Command, playbook: Playbook | None, publish: Publish) -> _Prepared:
        if isinstance(command, DeclareIncident) and playbook is not None:
            events = self.ledger.prepare_declaration(command, playbook)
        else:
            events = self.ledger.prepare(ref, command, playbook)
        # Before anything is awaited: what comes in meanwhile was not decided on.
        seen = self.ledger.seen(ref)
        if isinstance(command, RedactEntry):
            await asyncio.to_thread(self.ledger.check_erasable, events)
        return _Prepared(events, (*publish(events), *await self._followed(events)), seen)

    async def _followed(self, events: list[NewEvent]) -> Sequence[Queued]:
        """The messages of what the events come to, for targets that follow; they look at files, in another thread."""
        if all(isinstance(event.body, EntryLogged) for event in events):
            return ()  # What people log most often changes nothing that a target follows.
        before = {event.incident: self.state(event.incident) for event in events}
        return await asyncio.to_thread(self.ledger.follow, before.__getitem__, events)

    async def declare(self, command: DeclareIncident, playbook: Playbook, publish: Publish = nothing_published) -> str:
        """Declare an incident; its new reference once it is on the disk."""
        return (await self.submit("", command, playbook, publish))[0].incident

    async def absorb(self, events: list[Event]) -> None:
        """Fold in events and tell of every incident that they changed. A file that cannot be read sets `trouble`.

        A long incident that must be folded anew, as after an undo of something old, is folded in another thread.
        """
        async with self._absorbing:
            before = {event.incident: self.ledger.known(event.incident) for event in events}
            try:
                changed = self.ledger.absorb(events, long_later=True)
                for ref in changed & self.ledger.outdated:
                    await self._refold(ref)
                for ref in changed:
                    # What is new here is read now: its clocks may ring in any room.
                    self.ledger.state(ref)
            except StoreProblem as problem:
                self.trouble = problem.reason
                changed = {event.incident for event in events}
        if redacts(events):
            # One of these texts may hold what was erased.
            self.form_memory.clear()
            self._others_forms.clear()
            self._forget_erased()
        erased = self.ledger.take_erased()
        if erased and self.on_erased(erased) and not self.read_only:
            # A draft of it may have been written just before it was erased.
            self.log.sweep()
        for ref in changed:
            self.on_change(ref, tuple(event for event in events if event.incident == ref), before[ref])

    def arrived_late(self, ref: str) -> Mapping[str, datetime]:
        """The moments at which events of other machines arrived that landed before what was here, by their ids."""
        if ref not in self._late:
            self._late[ref] = self.log.late_arrivals(ref)
        return self._late[ref]

    async def take_arrived(self, message: Arrived) -> None:
        """Fold in what other consoles committed, as `absorb`."""
        self._late.update(message.late)
        await self.absorb(message.events)

    async def _refold(self, ref: str) -> None:
        def anew(progress: Progress) -> snapshots.Loaded:
            def note(share: float) -> None:
                self.folding[ref] = share
                progress(share)

            return snapshots.kept(self.log, snapshots.read_anew(self.log, ref, older, note))

        older = self.ledger.state(ref)
        self.folding[ref] = 0.0
        try:
            self.ledger.renew(ref, await self.elsewhere(anew))
        finally:
            del self.folding[ref]

    async def elsewhere(self, work: Callable[[Progress], T]) -> T:
        """Do long work in another thread; while it calls what it is given, no key waits for it."""

        def give_way(share: float) -> None:
            while monotonic() < self.typed_at + KEY_S:
                sleep(KEY_S / 10)

        self._works_elsewhere += 1
        # Each time that the screen has waited for something it must get the interpreter back from the work.
        sys.setswitchinterval(SWITCH_S)
        try:
            return await asyncio.to_thread(work, give_way)
        finally:
            self._works_elsewhere -= 1
            if not self._works_elsewhere:
                sys.setswitchinterval(USUAL_SWITCH_S)

    # What others write

    def watch(self, post: Callable[[Message], object]) -> None:
        """Begin to post `Arrived` and `StoreTrouble`; `post` must be safe to call from another thread."""

        def arrived(events: list[Event]) -> None:
            post(Arrived(events, {ref: self.log.late_arrivals(ref) for ref in {event.incident for event in events}}))

        def troubled(problem: StoreProblem) -> None:
            post(StoreTrouble(problem.reason))

        self._watcher = self.log.watch(arrived, on_outbox=lambda: self.on_outbox(), on_problem=troubled)

    def poll_file(self) -> None:
        """Read what is new in the file now, before the next interval. Safe in any thread."""
        if (watcher := self._watcher) is not None:
            watcher.poll()

    def stop(self) -> None:
        """End the watch. The log stays open; it is its opener's to close."""
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher = None

    def leave(self) -> None:
        """Give up the slot, after the last draft."""
        self._slot.leave()

    # Half-typed text

    def draft(self, place: str) -> str:
        """The text kept for a place ("prompt INC-K7Q2") and this person; empty when there is none."""
        return self._drafts.kept(place)

    def unlogged_draft(self, place: str) -> str:
        """As `draft`; empty where the text was kept by `keep_sent` and is logged."""
        return self._drafts.unlogged(place)

    def keep_sent(self, place: str, text: str, events: Sequence[NewEvent]) -> None:
        """Keep a text that the first of the events logs, which are about to be written."""
        with self._trouble_noted():
            self._drafts.sent(place, text, events[0].id)

    def keep_draft(self, place: str, text: str) -> None:
        """Keep a half-typed text, in the background; an empty one clears it."""
        self.keep_drafts({place: text})

    def keep_drafts(self, texts: Mapping[str, str], *, sweep: bool = False) -> None:
        """`keep_draft` of several, all at once; with `sweep` nothing of what is no longer kept is left in the file."""
        with self._trouble_noted():
            self._drafts.keep(texts)
            if sweep:
                self._drafts.sweep()

    @contextmanager
    def _trouble_noted(self) -> Iterator[None]:
        try:
            yield
        except StoreProblem as problem:
            self.trouble = problem.reason

    def keep_forms(self) -> None:
        """Keep what was typed in forms that were left, for this person's next console."""
        forms = {**self._others_forms, **self.form_memory}
        self.keep_draft(LEFT_FORMS, msgspec.json.encode(forms).decode() if forms else "")

    def bring_back_forms(self) -> None:
        """Bring back what the last console kept of forms: once, since it does not follow what becomes of them."""
        kept: dict[str, msgspec.Raw] = {}
        with suppress(msgspec.MsgspecError, RecursionError):
            kept = msgspec.json.decode(self.draft(LEFT_FORMS) or "{}", type=dict[str, msgspec.Raw])
        for name, fields in kept.items():
            try:
                self.form_memory[name] = msgspec.json.decode(fields, type=dict[str, str])
            except (msgspec.MsgspecError, RecursionError):
                self._others_forms[name] = fields.copy()
        self.keep_draft(LEFT_FORMS, msgspec.json.encode(self._others_forms).decode() if self._others_forms else "")

    def is_logged(self, event_id: str) -> bool:
        """True when the event is on the disk."""
        return self._drafts.is_logged(event_id)

    def recalled(self, ref: str) -> list[str]:
        """Lines that were entered in an incident's room, the newest last; whoever enters one adds it."""
        if ref not in self._recalled:
            self._recalled[ref] = [line for line in self.draft(recall_place(ref)).split(TEXTS_APART) if line]
        return self._recalled[ref]

    def _forget_erased(self) -> None:
        """Drop recalled lines that a redaction has taken out of the file."""
        for ref, lines in self._recalled.items():
            kept = self.draft(recall_place(ref)).split(TEXTS_APART)
            # The line that named what is to be erased goes, too.
            lines[:] = [line for line in lines if line in kept and not line.startswith("/redact")]
