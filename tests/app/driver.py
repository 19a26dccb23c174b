"""A small driver, so that tests of the screen read as stories."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from time import monotonic

from textual import events
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip
from textual.worker import WorkerCancelled

from console.app.main import Seat, Start, WarroomApp
from console.app.room.screen import RoomScreen
from console.app.session import Session
from console.app.widgets.cell import Cell
from console.core.log.entries import Entry
from console.core.log.state import Incident
from console.core.playbook.model import Playbook
from console.core.subjects.declaration import DeclareIncident
from console.library.playbooks import DEFAULT, Playbooks
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.resting import hurried
from tests.patience import PATIENCE_S


@cache
def standard_playbook() -> Playbook:
    """The built-in one."""
    return Playbooks(None).built_in(DEFAULT)


START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


class Clock:
    """The time in a story: it stands still until somebody moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **amount: float) -> None:
        self.now += timedelta(**amount)


class Room:
    """One console in a story, seen and used as a person does."""

    def __init__(self, app: WarroomApp, pilot: Pilot[int], clock: Clock, ref: str) -> None:
        self.app, self.pilot, self.clock, self.ref = app, pilot, clock, ref

    @property
    def screen(self) -> RoomScreen:
        """The room's screen, also while a dialog is over it."""
        return next(screen for screen in reversed(self.app.screen_stack) if isinstance(screen, RoomScreen))

    @property
    def state(self) -> Incident:
        return self.app.session.state(self.ref)

    @property
    def line(self) -> str:
        """The text in the prompt."""
        return self.screen.prompt.line

    @property
    def hint(self) -> str:
        return self.screen.prompt.query_one("#hint", Cell).words

    @property
    def last(self) -> Entry:
        return self.state.entries[-1]

    async def settles(self) -> None:
        """Until everything that was asked for is written and shown."""
        await self._works()
        await self.pilot.pause()
        while any(not worker.is_finished for worker in self.app.workers):
            # What was begun by the work before it, such as reading a list anew.
            await self._works()
            await self.pilot.pause()

    async def _works(self) -> None:
        """Until no worker is left."""
        while True:
            try:
                with hurried():
                    await self.app.workers.wait_for_complete()
                break
            except WorkerCancelled:
                # An exclusive worker made way for the one that follows it.
                await self.pilot.pause()

    async def types(self, text: str) -> None:
        self.screen.prompt.input.put(text)
        await self.pilot.pause()

    async def keys_in(self, text: str) -> None:
        """Type the text key by key, to whatever the focus is on."""
        for character in text:
            self.app.post_message(events.Key("space" if character == " " else character, character))
        await self.settles()

    async def presses(self, *keys: str) -> None:
        """Press each key once all that came of the one before it is done."""
        for key in keys:
            await self.pilot.press(key)
            await self._works()
        await self.settles()

    async def logs(self, line: str) -> None:
        """Type a line and press Enter."""
        await self.types(line)
        await self.presses("enter")

    async def pastes(self, text: str) -> None:
        """Paste, as the terminal does, wherever the focus is."""
        self.app.post_message(events.Paste(text))
        await self.settles()

    async def ticks(self, **amount: float) -> None:
        """Let time pass, and the screen notice it."""
        self.clock.passes(**amount)
        self.app.pass_second()
        await self.pilot.pause()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Until something that another thread brings about holds, and is shown."""
        end = monotonic() + PATIENCE_S
        while not holds():
            assert monotonic() < end, f"it did not happen within {PATIENCE_S:g} seconds:\n{self.text()}"
            await self.pilot.pause(0.01)
        await self.pilot.pause()

    def lines(self) -> list[str]:
        """The screen's lines."""
        return screen_lines(self.app)

    def text(self) -> str:
        """Everything on the screen, as lines of plain text."""
        return "\n".join(row.rstrip() for row in self.lines() if row.strip())

    def shows(self, *words: str) -> None:
        """The screen shows each of these."""
        page = self.text()
        for one in words:
            assert one in page, f"{one!r} is not on the screen:\n{page}"

    def hides(self, *words: str) -> None:
        page = self.text()
        for one in words:
            assert one not in page, f"{one!r} is on the screen:\n{page}"


def painted(app: App[int]) -> list[list[Strip]]:
    """The screen's lines, each in its pieces."""
    picture = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(picture, LayoutUpdate)
    return [[*row] for row in picture.strips]


def screen_lines(app: App[int]) -> list[str]:
    """The words of a picture of the screen, without drawing it."""
    return ["".join(strip.text for strip in row).replace("\xa0", " ") for row in painted(app)]


def declared(
    path: Path, clock: Clock, actor: str = "mo", severity: str = "SEV1", title: str = "Checkout errors",
    book: Playbook | None = None,
) -> str:  # fmt: skip
    """A log with one incident; its reference."""
    with Log.open(path) as log:
        ledger = Ledger(log, actor=actor, clock=clock)
        return ledger.declare(DeclareIncident(actor=actor, title=title, severity=severity), book or standard_playbook())


@asynccontextmanager
async def console(
    folder: Path,
    *,
    actor: str = "mo",
    clock: Clock | None = None,
    ref: str = "",
    size: tuple[int, int] = (120, 36),
    zone: tzinfo = UTC,
    read_only: bool = False,
    config: Path | None = None,
    terminal: Callable[[str], None] = lambda sequence: None,
    environ: Mapping[str, str] | None = None,
    reading_s: float = 0.0,
    view: str = "",
    sync: str = "",
    drill: Seat = "",
    practice: bool = False,
    quiet_s: float = 3600.0,
) -> AsyncIterator[Room]:
    """A console in the room of an incident in `folder`, which is declared when no `ref` is given.

    A story's reader reads at once, unless `reading_s` says otherwise; `quiet_s` makes a moment of it a quiet one.
    """
    clock = clock or Clock()
    path = folder / "warroom.db"
    ref = ref or declared(path, clock, actor)
    with Log.open(path, read_only=read_only) as log:
        ledger = Ledger(log, actor=actor, clock=clock)
        start = Start(ref, view, sync=sync, drill=drill, practice=practice)
        session = Session(ledger, zone=zone, read_only=read_only, config=config, practice=bool(start.practises))
        session.recaller.pause_s = quiet_s
        app = WarroomApp(session, start, config=config, terminal=terminal, environ=environ, reading_s=reading_s)
        try:
            async with app.run_test(size=size, notifications=True) as pilot:
                await pilot.pause()
                app.ring()  # The first look, which the console takes within a second.
                yield Room(app, pilot, clock, ref)
        finally:
            session.leave()
