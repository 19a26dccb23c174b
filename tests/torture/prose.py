"""Prose is never a command: lines typed in every state of the console that three keys reach.

A state is a screen, its dialog, the focus and what is armed. In each, a line of each class of first character is
typed at some speed and ended with Enter; then the log, the prompt, the forms and what is kept are compared with before.
A line may be logged as it reads in the prompt, be the content of the text field that had the cursor, or be kept;
nothing else may be written, and none of its characters may be lost.

    python -m tests.torture.prose [SEED [KEYS]]         every state that KEYS keys reach, 3 by itself
    python -m tests.torture.prose again KEYS LINE MS    a line once more; what went wrong names KEYS, LINE and MS

Each state is a job of its own, done in a console of its own; most of a job is waiting between two keys, so there are
several processes for each processor. The exit status says whether anything went wrong.
"""

import asyncio
import atexit
import gc
import os
import random
import re
import string
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AsyncExitStack, ExitStack, suppress
from datetime import timedelta
from functools import cache
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
from textual import events
from textual.command import CommandPalette
from textual.scroll_view import ScrollView
from textual.widgets import Input, OptionList, Static, TextArea

from console.app.act_screen import ActScreen
from console.app.acts import ACTS, LEAVING, SCREEN_ACTS
from console.app.dialogs.base import FormDialog
from console.app.registry import alt_key
from console.app.room.screen import RoomScreen
from console.app.widgets.timeline import Timeline
from console.app.widgets.timeline_model import Filter
from console.core.log.event import Event
from console.core.log.slash import typed_command
from console.core.refusal import Refused
from console.core.subjects.change import ClaimChange
from console.core.subjects.entry import LogEntry
from console.core.subjects.handoff import OfferHandoff
from console.core.subjects.task import AddTask
from console.store.ledger import Ledger
from console.store.log import Log
from tests.app.driver import Clock, Room, console, declared
from tests.app.resting import quick_screens
from tests.torture.lines import LINES_BY_CLASS

Given = TypeVar("Given")
OTHER_KEYS = (
    "escape",
    "enter",
    "tab",
    "shift+tab",
    "up",
    "down",
    "pageup",
    "home",
    "1",
    "2",
    "3",
    "backspace",
    "space",
)
WAY_BACK = {"tab": "shift+tab", "shift+tab": "tab", "up": "down", "down": "up"}
"""The key that takes back what another did; a character in a field is taken back by Backspace, all else by Escape."""
SPEEDS_S = (0.0, 0.03)
SLOW_SPEEDS_S = (0.12, 0.4)
SLOW_LINES = 500
"""How many of the lines are also typed slowly, which takes most of the time."""
MAX_KEYS = 3
CHARACTERS = {"space", "slash", "question_mark", *string.ascii_letters, *string.digits}
"""Keys that a field takes as text."""
SOME_CHARACTERS = {"i", "1", "space", "slash"}
"""Of those, what leads out of a state with a field: there they are all alike, and the lines hold every one of them."""
REST_S = 30.0
"""How long a console may take to come to rest: the machine may be busy with something else."""
PATIENCE_S = 4 * REST_S
"""How long a line may take to come to its end, beside the typing."""
WORKERS = 4 * (os.cpu_count() or 1)
PROGRESS_S = 30.0
SIZE = (80, 24)
"""The terminal that everything has to fit into."""
_ID = re.compile(r"\b(?=[a-z]*\d)[0-9a-z]{13}\b|\bINC-[0-9A-Z]{4}\b")
"""Of an event or an incident, which is another one each time."""


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

    @property
    def words(self) -> str:
        """What repeats it."""
        return f"again {','.join(self.path)!r} {self.line!r} {self.pause_s * 1000:.0f}"


ANYWHERE = State("", "", "", "", False)
"""Where a line is tried wherever its keys lead."""


class Broken(AssertionError):
    """A line was taken for something else than a line."""


class Ended(NamedTuple):
    """How the lines of a job ended."""

    kinds: Counter[str]
    broken: tuple[str, ...]


class Neighbours(NamedTuple):
    """The states that one more key leads to, with the way to each, and what consoles ended with."""

    known: dict[State, tuple[str, ...]]
    broken: tuple[str, ...]


Outcome = TypeVar("Outcome", Ended, Neighbours)


def keys() -> list[str]:
    """Every key that does something somewhere but quit, and those that move about."""
    acts = [act for act in (*ACTS, *SCREEN_ACTS, *LEAVING) if act.id != "quit"]
    every = [key for act in acts for key in act.keys.split(",") if key]
    alts = [alt_key(key) for key in every if len(key) == 1 and key.isalpha()]
    return list(dict.fromkeys((*every, *alts, *OTHER_KEYS)))


@cache
def prepared() -> tuple[str, bytes]:
    """An incident in which every act can be done: its reference, and the file of the log."""
    with tempfile.TemporaryDirectory() as folder:
        path, clock = Path(folder) / "warroom.db", Clock()
        ref = declared(path, clock)
        with Log.open(path) as log:
            ledger = Ledger(log, actor="mo", clock=clock)
            for command in (
                LogEntry(actor="mo", text="error rate at 5 %"),
                AddTask(actor="mo", text="check replica lag", owner="rs", due_in=timedelta(minutes=10)),
                ClaimChange(actor="mo", text="restart checkout", rollback="start the old one"),
                OfferHandoff(actor="mo", person="ana", note="rates are falling"),
            ):
                ledger.execute(ref, command)
        return ref, path.read_bytes()


def state_of(room: Room) -> State:
    screen = room.app.screen
    topic = _ID.sub("an id", screen.topic) if isinstance(screen, FormDialog) else ""
    armed = _ID.sub("an id", screen.armed_words) if isinstance(screen, ActScreen) else ""
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
                screen.prompt.unlogged,
                *screen.prompt.recalled,
                screen.timeline.filter.words(),
            ]
        elif isinstance(screen, FormDialog):
            parts += screen.values().values()
        if isinstance(screen, ActScreen):
            parts.append(screen.stray)
        parts += [area.text for area in screen.query(TextArea)] + [field.value for field in screen.query(Input)]
    parts += [text for values in app.session.form_memory.values() for text in values.values()]
    parts += [kept.lead + kept.line for kept in app.kept_prose]
    return " ".join("\n".join(parts).split())


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
    # A name in front is written without its @, and may be whose task it is.
    parts = line[1:].split(maxsplit=1) if line.startswith("@") else [line]
    if field and line in field and any(all(_plain(part) in _plain(body) for part in parts) for body in bodies):
        return "said in a form"
    raise Broken(f"{line!r} wrote {bodies}")


def _plain(text: str) -> str:
    return (
        " ".join(text.encode().decode("unicode_escape", "replace").split()) if "\\" in text else " ".join(text.split())
    )


def ended(room: Room) -> bool:
    """Whether the console has ended."""
    return not room.app.is_running or room.app.return_code is not None


def sight(room: Room) -> object:
    """Whatever may tell one state from another beside what `state_of` says: texts, cursors, rows, focus."""
    screens = []
    for screen in room.app.screen_stack:
        rows = [(part.id, part.scroll_offset, _cursor(part)) for part in screen.query(ScrollView)]
        fields = [(field.id, field.value, field.selection) for field in screen.query(Input)]
        words = [str(part.content) for part in screen.query(Static)] if isinstance(screen, FormDialog) else []
        focus = screen.focused and screen.focused.id
        screens.append((type(screen), focus, frozenset(screen.classes), rows, fields, words))
    return state_of(room), texts(room), room.app.theme, screens


def _cursor(part: ScrollView) -> object:
    if isinstance(part, Timeline):
        return part.selected
    return part.highlighted if isinstance(part, OptionList) else part.selection if isinstance(part, TextArea) else None


class Bench:
    """A console in which one path after another is tried; it starts over where it cannot be brought back."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._room: Room | None = None
        self._folder = Path()
        self._events = 0
        self._first: object = None

    async def room(self) -> Room:
        """The room as it was prepared, with nothing typed."""
        if self._room is not None and await self._brings_back(self._room):
            return self._room
        await self.close()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        ref, file = prepared()
        (self._folder / "warroom.db").write_bytes(file)
        room = await self._stack.enter_async_context(console(self._folder, ref=ref, config=self._folder, size=SIZE))
        await room.settles()
        self._room, self._events, self._first = room, len(all_events(room)), sight(room)
        return room

    async def _brings_back(self, room: Room) -> bool:
        """Leave and empty what was opened and typed; whether all is then as in the beginning."""
        app = room.app
        if ended(room) or self.wrote or not any(isinstance(screen, RoomScreen) for screen in app.screen_stack):
            return False
        app.session.form_memory.clear()
        app.kept_prose.clear()
        while app.screen is not room.screen:
            app.pop_screen()
        room.screen.forget_typed()
        room.screen.timeline.filter = Filter()
        room.screen.prompt.forget()
        room.screen.prompt.place("")
        room.screen.prompt.input.focus()
        await room.settles()
        # Leaving a dialog may have kept what was typed there.
        app.session.form_memory.clear()
        return sight(room) == self._first

    @property
    def wrote(self) -> bool:
        """Whether the log has grown since the console began."""
        return self._room is not None and len(all_events(self._room)) != self._events

    async def at(self, path: tuple[str, ...]) -> Room:
        """The console behind these keys."""
        room = await self.room()
        await press(room, *path)
        return room

    def outside(self) -> object:
        """What else than the log an act may change: the colours, and files of settings and exports."""
        files = [file for file in self._folder.rglob("*") if not file.name.startswith("warroom.db")]
        return self._room and self._room.app.theme, {file: file.read_bytes() for file in files if file.is_file()}

    async def close(self) -> None:
        """End the console. Raises what it had ended with already."""
        stack, self._stack, self._room = self._stack, AsyncExitStack(), None
        await stack.aclose()


async def try_line(bench: Bench, case: Case) -> str:
    """Type a line and Enter in the state that the keys reach."""
    room = await bench.at(case.path)
    if ended(room):
        return "behind the end of the console"
    if case.state != ANYWHERE and state_of(room) != case.state:
        raise Broken(f"the keys lead to another state: {state_of(room)}")
    before, outside = {event.id for event in all_events(room)}, bench.outside()
    await type_line(room, case.line, case.pause_s)
    focused = room.app.focused
    field = focused.value if isinstance(focused, Input) else focused.text if isinstance(focused, TextArea) else ""
    searched = isinstance(room.app.screen, CommandPalette)
    room.app.post_message(events.Key("enter", "\r"))
    await room.settles()
    if ended(room):
        await bench.close()
        raise Broken(f"{case.line!r} ended the console")
    if searched and not isinstance(room.app.screen, CommandPalette) and len(all_events(room)) == len(before):
        return "searched for a command"
    how = check(room, case.line, before, field)
    if how == "kept" and bench.outside() != outside:
        raise Broken(f"{case.line!r} changed colours or files")
    return how


async def try_paste(bench: Bench, path: tuple[str, ...], pasted: str) -> None:
    """Paste in the state that the keys reach. Raises Broken where that writes something, or loses the text."""
    room = await bench.at(path)
    before = {event.id for event in all_events(room)}
    await room.pastes(pasted)
    if any(event.id not in before for event in all_events(room)):
        raise Broken(f"{path}: a paste was taken for keys")
    if " ".join(pasted.split()) not in texts(room):
        raise Broken(f"{path}: {pasted!r} is lost")


async def torture(tried: Iterable[Case]) -> Ended:
    """Type every line; how they ended."""
    bench, broken, ends = Bench(), [], Counter[str]()
    for case in tried:
        try:
            async with asyncio.timeout(PATIENCE_S + len(case.line) * case.pause_s):
                ends[await try_line(bench, case)] += 1
        except Exception as error:  # noqa: BLE001 Whatever a console ends with is a finding; the next line has another.
            broken.append(f"{case.words}  in {case.state}: {_reason(error)}")
            with suppress(Exception):
                await bench.close()
    await bench.close()
    return Ended(ends, tuple(broken))


async def neighbours(state: State, path: tuple[str, ...]) -> Neighbours:
    """The states that one more key leads to, with the way to each, and what the console ended with.

    Where a key can be taken back, so that nothing is left of it that `sight` sees, the next one is tried from there.
    """
    bench, known, broken = Bench(), {state: path}, []
    room: Room | None = None
    seen: object = None
    for key in keys():
        try:
            async with asyncio.timeout(PATIENCE_S):
                if room is None:
                    room = await bench.at(path)
                    seen = sight(room)
                in_field = isinstance(room.app.focused, Input | TextArea)
                if in_field and key in CHARACTERS - SOME_CHARACTERS:
                    continue
                await press(room, key)
                if ended(room):
                    room = None
                    continue
                known.setdefault(state_of(room), (*path, key))
                back = WAY_BACK.get(key, "backspace" if in_field and key in CHARACTERS else "escape")
                if bench.wrote or not await _came_back(room, back, seen):
                    room = None
        except Exception as error:  # noqa: BLE001 As above.
            broken.append(f"{','.join((*path, key))}  in {state}: {_reason(error)}")
            room = None
            with suppress(Exception):
                await bench.close()
    await bench.close()
    return Neighbours(known, tuple(broken))


async def _came_back(room: Room, back: str, seen: object) -> bool:
    if sight(room) != seen:
        await press(room, back)
    return not ended(room) and sight(room) == seen


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, Broken) else f"the console ended with {error!r}"


def cases(states: Mapping[State, tuple[str, ...]], speeds_s: Sequence[float], chance: random.Random) -> list[Case]:
    """A line of each class in each state at each speed."""
    return [
        Case(state, path, chance.choice(lines), pause_s)
        for (state, path), lines, pause_s in product(states.items(), LINES_BY_CLASS.values(), speeds_s)
    ]


# The long form: a job is done in one of several processes


def _begin_worker() -> None:
    screens = ExitStack()
    screens.enter_context(quick_screens(REST_S))
    atexit.register(screens.close)
    # Consoles come and go; to look for what is left of them after each few of their parts takes a third of the time.
    gc.set_threshold(100_000)


def _first_state() -> State:
    async def first() -> State:
        bench = Bench()
        state = state_of(await bench.room())
        await bench.close()
        return state

    return asyncio.run(first())


def _neighbours(reached: tuple[State, tuple[str, ...]]) -> Neighbours:
    return asyncio.run(neighbours(*reached))


def _torture(tried: tuple[Case, ...]) -> Ended:
    return asyncio.run(torture(tried))


class Jobs:
    """What the processes are given to do; says how far it is, and at once what went wrong."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool, self._given, self._done = pool, 0, 0
        self._begun = self._last = time.perf_counter()
        self.broken: list[str] = []

    def give(self, does: Callable[[Given], Outcome], given: Given) -> Future[Outcome]:
        future = self._pool.submit(does, given)
        self._given += 1
        future.add_done_callback(self._ended)
        return future

    def say(self, words: str) -> None:
        print(f"{time.perf_counter() - self._begun:6.0f} s  {words}", flush=True)

    def _ended(self, future: Future[Outcome]) -> None:
        self._done += 1
        for sentence in future.result().broken:
            self.broken.append(sentence)
            self.say(f"WRONG  {sentence}")
        if time.perf_counter() - self._last > PROGRESS_S:
            self._last = time.perf_counter()
            self.say(f"{self._done} of {self._given} jobs so far, {len(self.broken)} wrong")


def at_length(seed: int, max_keys: int) -> tuple[str, bool]:
    """A line of figures, and whether anything went wrong."""
    chance = random.Random(seed)
    with ProcessPoolExecutor(WORKERS, get_context("spawn"), _begin_worker) as pool:
        jobs = Jobs(pool)
        states: dict[State, tuple[str, ...]] = {}
        newest: dict[State, tuple[str, ...]] = {pool.submit(_first_state).result(): ()}
        typed: list[Future[Ended]] = []
        for count in range(max_keys + 1):
            states |= newest
            jobs.say(f"{len(states)} states within {count} keys")
            leaving = [jobs.give(_neighbours, reached) for reached in newest.items()] if count < max_keys else []
            # What is typed into them is tried meanwhile.
            typed += [
                jobs.give(_torture, tuple(cases({state: path}, SPEEDS_S, chance))) for state, path in newest.items()
            ]
            newest = {}
            for future in leaving:
                newest |= {state: path for state, path in future.result().known.items() if state not in states | newest}
        every_slow = cases(states, SLOW_SPEEDS_S, chance)
        slow = chance.sample(every_slow, min(SLOW_LINES, len(every_slow)))
        for case in slow:
            jobs.say(f"slowly: {case.words}")
        typed += [jobs.give(_torture, (case,)) for case in slow]
        ends = sum((future.result().kinds for future in typed), Counter[str]())
    kinds = ", ".join(f"{count:,} {end}" for end, count in ends.most_common())
    lines = len(states) * len(LINES_BY_CLASS) * len(SPEEDS_S)
    figures = f"{len(states)} states, {lines:,} quick lines and {len(slow)} slow ones, seed {seed}: {kinds}"
    return f"prose: {figures}; {len(jobs.broken)} wrong", bool(jobs.broken)


def again(path: str, line: str, pause_ms: str) -> str:
    """A line once more: how it ended, or why it is wrong."""
    case = Case(ANYWHERE, tuple(filter(None, path.split(","))), line, int(pause_ms) / 1000)
    with quick_screens(REST_S):
        kinds, broken = asyncio.run(torture([case]))
    return "\n".join((*kinds, *broken))


def main(seed: int = 1, max_keys: int = MAX_KEYS) -> str:
    figures, wrong = at_length(seed, max_keys)
    if wrong:
        raise SystemExit(figures)
    return figures


if __name__ == "__main__":
    print(again(*sys.argv[2:]) if sys.argv[1:2] == ["again"] else main(*map(int, sys.argv[1:])))
