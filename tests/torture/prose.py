"""Prose is never a command: lines typed in every state of the console that three keys reach.

A state is a screen, its dialog, the focus and what is armed. In each, a line of each class of first character is
typed at some speed and ended with Enter; then the log, the prompt, the forms and what is kept are compared with before.
A line may be logged as it reads in the prompt, be the content of the text field that had the cursor, or be kept;
nothing else may be written, and none of its characters may be lost.

    python -m tests.torture.prose [SEED [KEYS]]

tries every state that KEYS keys reach (3 by itself) and prints what went wrong and one line of figures.
"""

import asyncio
import random
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import NamedTuple

import msgspec
from textual import events
from textual.widgets import Input, TextArea

from console.app.act_screen import ActScreen
from console.app.acts import ACTS
from console.app.dialogs.base import FormDialog
from console.app.registry import alt_key
from console.app.room.screen import RoomScreen
from console.app.themes import DARK
from console.core.log.event import Event
from console.core.log.slash import typed_command
from console.core.refusal import Refused
from console.core.subjects.change import ClaimChange
from console.core.subjects.entry import LogEntry
from console.core.subjects.handoff import OfferHandoff
from console.core.subjects.task import AddTask
from tests.app.driver import Room, console
from tests.app.resting import quick_screens
from tests.torture.lines import LINES_BY_CLASS

OTHER_KEYS = ("escape", "enter", "tab", "up", "down", "pageup", "home", "1", "2", "3", "backspace", "space")
SPEEDS_S = (0.0, 0.03)
SLOW_SPEEDS_S = (0.12, 0.4)
SLOW_LINES = 500
"""How many of the lines are also typed slowly, which takes most of the time."""
MAX_KEYS = 3
START_THEME = DARK.name


class State(NamedTuple):
    """What one sees and types into."""

    screen: str
    topic: str
    focus: str
    armed: str
    stray: bool


class Case(NamedTuple):
    """A line in a state."""

    state: State
    path: tuple[str, ...]
    line: str
    pause_s: float


class Broken(AssertionError):
    """A line was taken for something else than a line."""


def keys() -> list[str]:
    """Every key that does something in the room, and those that move about."""
    letters = [key for act in ACTS for key in act.keys.split(",") if key and key != "ctrl+p"]
    alts = [alt_key(key) for key in letters if len(key) == 1 and key.isalpha()]
    return list(dict.fromkeys((*letters, *alts, *OTHER_KEYS)))


async def prepare(room: Room) -> None:
    """An incident in which every act can be done."""
    session, ref = room.app.session, room.ref
    for command in (
        LogEntry(actor="mo", text="error rate at 5 %"),
        AddTask(actor="mo", text="check replica lag", owner="rs", due_in=timedelta(minutes=10)),
        ClaimChange(actor="mo", text="restart checkout", rollback="start the old one"),
        OfferHandoff(actor="mo", person="ana", note="rates are falling"),
    ):
        await session.submit(ref, command)
    await room.settles()


def state_of(room: Room) -> State:
    screen = room.app.screen
    topic = screen.topic if isinstance(screen, FormDialog) else ""
    armed = screen.armed_words if isinstance(screen, ActScreen) else ""
    stray = bool(isinstance(screen, ActScreen) and screen.stray)
    return State(type(screen).__name__, topic, str(room.app.focused and room.app.focused.id), armed, stray)


async def press(room: Room, *pressed: str) -> None:
    for key in pressed:
        await room.pilot.press(key)
    await room.settles()


async def type_line(room: Room, line: str, pause_s: float) -> None:
    for character in line:
        room.app.post_message(events.Key("space" if character == " " else character, character))
        await asyncio.sleep(pause_s)
    await room.settles()


def texts(room: Room) -> str:
    """Everything that somebody typed and the console still has, outside the log."""
    app, parts = room.app, []
    for screen in app.screen_stack:
        if isinstance(screen, RoomScreen):
            parts += [
                screen.prompt.unsent,
                screen.prompt.pasted,
                *screen.prompt.recalled,
                screen.timeline.filter.words(),
            ]
        elif isinstance(screen, FormDialog):
            parts += screen.values().values()
        if isinstance(screen, ActScreen):
            parts.append(screen.stray)
        parts += [area.text for area in screen.query(TextArea)] + [field.value for field in screen.query(Input)]
    parts += [text for values in app.session.form_memory.values() for text in values.values()]
    return " ".join("\n".join([*parts, app.kept_prose]).split())


def all_events(room: Room) -> list[Event]:
    """Of every incident: a line may have declared one."""
    log = room.app.session.log
    return [event for ref in log.incidents() for event in log.events(ref)]


def check(room: Room, line: str, before: set[str], field: str) -> str:
    """What became of the line: logged, kept or said in a form. Raises Broken where it is none of these.

    `before` holds the ids of the events of before, `field` the text of the field that had the cursor at Enter, or "".
    """
    written = [event for event in all_events(room) if event.id not in before]
    line = line.strip()
    if not written:
        if " ".join(line.split()) in texts(room):
            return "kept"
        raise Broken(f"{line!r} is lost")
    bodies = [msgspec.json.encode(event.body).decode() for event in written]
    screen = room.screen
    for sent in screen.prompt.recalled[-1:]:
        if sent.strip().endswith(line):
            try:
                command = typed_command(sent, screen.state, actor="mo", now=room.clock(), zone=screen.session.zone)
            except Refused:
                continue
            texts_of = {getattr(command, name, "") for name in ("text", "title", "reason", "person")}
            if len(bodies) <= 2 and any(text and text in "\n".join(map(_plain, bodies)) for text in texts_of):
                return "logged"
    # A name is written without its @.
    if field and line in field and any(_plain(line.removeprefix("@")) in _plain(body) for body in bodies):
        return "said in a form"
    raise Broken(f"{line!r} wrote {bodies}")


def _plain(text: str) -> str:
    return (
        " ".join(text.encode().decode("unicode_escape", "replace").split()) if "\\" in text else " ".join(text.split())
    )


class Bench:
    """A console in which one path after another is tried; it begins anew once one of them has written something."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._room: Room | None = None
        self._events = 0
        self.begun = 0

    async def room(self) -> Room:
        """The room as it was prepared, with nothing typed."""
        room = self._room
        if room is None or not room.app.is_running or room.app.return_code is not None or self._grew(room):
            await self._stack.aclose()
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
            room = self._room = await self._stack.enter_async_context(console(folder, config=folder))
            await prepare(room)
            self._events = room.state.events
            self.begun += 1
            return room
        session = room.app.session
        session.form_memory.clear()
        room.app.kept_prose = ""
        room.app.theme = START_THEME
        room.app.open_room(room.ref)
        await room.settles()
        room.screen.prompt.hold_paste("")
        room.screen.prompt.place("")
        room.screen.keep_draft()
        await room.settles()
        return room

    def _grew(self, room: Room) -> bool:
        return room.state.events != self._events or len(room.app.session.ledger.references()) > 1

    async def close(self) -> None:
        await self._stack.aclose()


async def try_line(bench: Bench, path: tuple[str, ...], line: str, pause_s: float) -> str:
    """Type a line and Enter in the state that the keys reach."""
    room = await bench.room()
    await press(room, *path)
    before = {event.id for event in all_events(room)}
    await type_line(room, line, pause_s)
    focused = room.app.focused
    field = focused.value if isinstance(focused, Input) else focused.text if isinstance(focused, TextArea) else ""
    room.app.post_message(events.Key("enter", "\r"))
    await room.settles()
    return check(room, line, before, field)


async def try_paste(bench: Bench, path: tuple[str, ...], pasted: str) -> None:
    """Paste in the state that the keys reach. Raises Broken where that writes something, or loses the text."""
    room = await bench.room()
    await press(room, *path)
    before = {event.id for event in all_events(room)}
    await room.pastes(pasted)
    if any(event.id not in before for event in all_events(room)):
        raise Broken(f"{path}: a paste was taken for keys")
    if " ".join(pasted.split()) not in texts(room):
        raise Broken(f"{path}: {pasted!r} is lost")


async def explore(bench: Bench, max_keys: int = MAX_KEYS) -> dict[State, tuple[str, ...]]:
    """Every distinct state within so many keys, with the shortest way to it."""
    known: dict[State, tuple[str, ...]] = {}
    waiting: deque[tuple[str, ...]] = deque([()])
    while waiting:
        path = waiting.popleft()
        room = await bench.room()
        await press(room, *path)
        if not room.app.is_running or room.app.return_code is not None:
            continue
        state = state_of(room)
        if state not in known:
            known[state] = path
            if len(path) < max_keys:
                waiting += [(*path, key) for key in keys()]
    return known


def cases(states: Mapping[State, tuple[str, ...]], speeds_s: Sequence[float], chance: random.Random) -> list[Case]:
    """A line of each class in each state at each speed."""
    return [
        Case(state, path, chance.choice(lines), pause_s)
        for (state, path), lines, pause_s in product(states.items(), LINES_BY_CLASS.values(), speeds_s)
    ]


async def torture(tried: Iterable[Case]) -> tuple[list[str], str]:
    """What went wrong, a sentence each, and how the lines ended."""
    bench, broken, ends = Bench(), [], Counter[str]()
    for case in tried:
        try:
            ends[await try_line(bench, case.path, case.line, case.pause_s)] += 1
        except Broken as error:
            broken.append(f"{'+'.join(case.path) or 'at once'} ({case.state}): {error}")
    await bench.close()
    return broken, ", ".join(f"{count} {end}" for end, count in ends.most_common())


async def at_length(seed: int, max_keys: int) -> str:
    chance, bench = random.Random(seed), Bench()
    states = await explore(bench, max_keys)
    await bench.close()
    quick = cases(states, SPEEDS_S, chance)
    every_slow = cases(states, SLOW_SPEEDS_S, chance)
    slow = chance.sample(every_slow, min(SLOW_LINES, len(every_slow)))
    broken, ends = await torture([*quick, *slow])
    figures = f"{len(states)} states, {len(quick)} quick lines and {len(slow)} slow ones, seed {seed}: {ends}"
    return "\n".join([*broken, f"{figures}; {len(broken)} wrong"])


def main(seed: int = 1, max_keys: int = MAX_KEYS) -> str:
    with quick_screens():
        return asyncio.run(at_length(seed, max_keys))


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
