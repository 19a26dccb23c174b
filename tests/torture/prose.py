"""Prose is never a command: lines typed in every state of the console that three keys reach.

A state is a screen, its dialog, the focus and what is armed. In each, a line of each class of first character is
typed at some speed and ended with Enter; then the log, the prompt, the forms and what is kept are compared with before.
A line may be logged as it reads in the prompt, be the content of the text field that had the cursor, or be kept;
nothing else may be written, and none of its characters may be lost.

    python -m tests.torture prose [SEED [KEYS]]         every state that KEYS keys reach, 3 by itself
    python -m tests.torture.prose again KEYS LINE MS    a line once more; what went wrong names KEYS, LINE and MS

Each state is a job of a process for each processor. Between two keys the console's work takes the time that it takes,
and what is left of the pause passes at once. A console is used for all lines of a state as long as it can be brought
back there. The exit status says whether anything went wrong.
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
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, contextmanager, suppress
from datetime import timedelta
from functools import cache
from itertools import groupby, product
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar
from unittest.mock import patch

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
from console.app.settings import FILE
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
from tests.app.resting import REST_S, RestingSelector, TimersTime, quick_screens
from tests.memory import memory
from tests.torture.lines import LINES_BY_CLASS

T = TypeVar("T")
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
"""The number of lines that are also typed slowly, which takes most of the time."""
MAX_KEYS = 3
CHARACTERS = {"space", "slash", "question_mark", *string.ascii_letters, *string.digits}
"""Keys that a field takes as text."""
SOME_CHARACTERS = {"i", "1", "space", "slash"}
"""Of those, what leads out of a state with a field: there they are all alike, and the lines hold every one of them."""
PATIENCE_S = 4 * REST_S
"""The time that a line may take to come to its end, with the typing, which is at most 20 s."""
SIZE = (80, 24)
"""The terminal that everything has to fit into."""
_ID = re.compile(r"\b(?=[a-z]*\d)[0-9a-z]{13}\b|\bINC-[0-9A-Z]{4}\b")
"""Of an event or an incident, which is another one each time."""


class State(NamedTuple):
    """The place that a console is in, as a person sees it and types into it."""

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
        """The command that repeats it."""
        return f"again {','.join(self.path)!r} {self.line!r} {self.pause_s * 1000:.0f}"


ANYWHERE = State("", "", "", "", False)
"""Where a line is tried wherever its keys lead."""


class Broken(AssertionError):
    """A line was taken for something else than a line."""


class Job(NamedTuple):
    """Lines in a state; `leaves` says whether it is also asked which states one more key leads to."""

    cases: tuple[Case, ...]
    state: State = ANYWHERE
    path: tuple[str, ...] = ()
    leaves: bool = False


class Outcome(NamedTuple):
    """The ends of a job's lines, what went wrong, and the states behind one more key with the way to each."""

    ends: Counter[str]
    broken: list[str]
    known: dict[State, tuple[str, ...]]


def keys() -> list[str]:
    """Every key that does something somewhere but quit, and those that move about."""
    acts = [act for act in (*ACTS, *SCREEN_ACTS, *LEAVING) if act.id != "quit"]
    every = [key for act in acts for key in act.keys.split(",") if key]
    alts = [alt_key(key) for key in every if len(key) == 1 and key.isalpha()]
    return list(dict.fromkeys((*every, *alts, *OTHER_KEYS)))


@cache
def prepared() -> tuple[str, bytes]:
    """An incident in which every act can be done: its reference, and the file of the log."""
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
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
    """Press each key once what came of the one before it stands there: the same keys lead to the same state."""
    for key in pressed:
        await room.pilot.press(key)
        await room.settles()


async def type_line(room: Room, line: str, pause_s: float) -> None:
    with patch.object(RestingSelector, "skips", pause_s > 0):
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
                screen.timeline.filter.typed,
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
    """The fate of the line: logged, kept or said in a form. Raises Broken where it is none of these.

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
    return " ".join((text.encode().decode("unicode_escape", "replace") if "\\" in text else text).split())


def ended(room: Room) -> bool:
    """True when the console has ended."""
    return not room.app.is_running or room.app.return_code is not None


def sight(room: Room) -> tuple[object, ...]:
    """Whatever may tell one state from another beside what `state_of` says: texts, and last cursors, rows, focus."""
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

    def __init__(self, settings: str = "") -> None:
        """`settings` are the words of the person's settings file."""
        self._settings = settings
        self._stack = AsyncExitStack()
        self._room: Room | None = None
        self._folder = Path()
        self._events = 0
        self._first: tuple[object, ...] = ()
        self.broken: list[str] = []
        """The faults that were found in it."""

    async def tries(self, words: str, trial: Awaitable[T]) -> T | None:
        """The outcome of a trial; None where it ends with an error, which is kept. The next one has another console."""
        aged = ", behind other lines" if self.wrote else ""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await trial
        except Exception as error:  # noqa: BLE001 Whatever a console ends with is a finding.
            reason = str(error) if isinstance(error, Broken) else f"the console ended with {error!r}"
            self.broken.append(f"{words}{aged}: {reason}")
            with suppress(Exception):
                await self.close()
            return None

    async def room(self) -> Room:
        """The room as it was prepared but for lines that were logged, with nothing typed."""
        if self._room is not None and await self._brings_back(self._room):
            return self._room
        await self.close()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(dir=memory())))
        ref, file = prepared()
        (self._folder / "warroom.db").write_bytes(file)
        (self._folder / FILE).write_text(self._settings, encoding="utf-8")
        room = await self._stack.enter_async_context(console(self._folder, ref=ref, config=self._folder, size=SIZE))
        await room.settles()
        self._room, self._events, self._first = room, len(all_events(room)), sight(room)
        return room

    async def _brings_back(self, room: Room) -> bool:
        """Leave and empty what was opened and typed; whether all is then as in the beginning."""
        app = room.app
        if ended(room) or not any(isinstance(screen, RoomScreen) for screen in app.screen_stack):
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
        # More entries have other rows.
        return sight(room)[: -1 if self.wrote else None] == self._first[: -1 if self.wrote else None]

    @property
    def wrote(self) -> bool:
        """True when the log has grown since the console began."""
        return self._room is not None and len(all_events(self._room)) != self._events

    async def at(self, path: tuple[str, ...], state: State = ANYWHERE, *, anew: bool = False) -> Room:
        """The console behind these keys; `anew` where nothing may have been written. Raises Broken in another state."""
        while True:
            if anew and self.wrote:
                await self.close()
            room = await self.room()
            await press(room, *path)
            if state == ANYWHERE or (not ended(room) and state_of(room) == state):
                return room
            if not self.wrote:
                raise Broken(f"the keys lead to another state: {state_of(room)}")
            await self.close()

    def outside(self) -> object:
        """The things other than the log that an act may change: the colours, and files of settings and exports."""
        files = [file for file in self._folder.rglob("*") if "warroom.db" not in file.name]
        return self._room and self._room.app.theme, {file: file.read_bytes() for file in files if file.is_file()}

    async def close(self) -> None:
        """End the console. Raises what it had ended with already."""
        stack, self._stack, self._room = self._stack, AsyncExitStack(), None
        await stack.aclose()


async def try_line(bench: Bench, case: Case) -> str:
    """Type a line and Enter in the state that the keys reach."""
    room = await bench.at(case.path, case.state)
    if ended(room):
        return "behind the end of the console"
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


async def torture(bench: Bench, tried: Iterable[Case]) -> Counter[str]:
    """Type every line; how they ended."""
    ends = Counter[str]()
    for case in tried:
        how = await bench.tries(f"{case.words}  in {case.state}", try_line(bench, case))
        ends[how or "wrong"] += 1
    return ends


async def neighbours(bench: Bench, state: State, path: tuple[str, ...]) -> dict[State, tuple[str, ...]]:
    """The states that one more key leads to, with the way to each.

    Where a key can be taken back, so that nothing is left of it that `sight` sees, the next one is tried from there.
    """
    known: dict[State, tuple[str, ...]] = {state: path}

    async def leaves_by(key: str, room: Room | None) -> Room | None:
        """Press the key; the console, where it could be taken back."""
        room = room or await bench.at(path, state, anew=True)
        in_field = isinstance(room.app.focused, Input | TextArea)
        acts = not (in_field or state.armed) and (key in string.digits or key in room.app.screen.active_bindings)
        if key in CHARACTERS - SOME_CHARACTERS and not acts:
            return room
        screen, seen = room.app.screen, sight(room)
        await press(room, key)
        if ended(room):
            return None
        known.setdefault(state_of(room), (*path, key))
        back = WAY_BACK.get(key, "backspace" if in_field and key in CHARACTERS else "escape")
        # An act that was armed has to be so again.
        again = path[-1:] if state.armed and room.app.screen is screen else (back, *path[-1:])
        for then in again:
            if not bench.wrote and not ended(room) and sight(room) != seen:
                await press(room, then)
        return room if not bench.wrote and not ended(room) and sight(room) == seen else None

    room: Room | None = None
    for key in keys():
        room = await bench.tries(f"{','.join((*path, key))}  in {state}", leaves_by(key, room))
    return known


def cases(states: Mapping[State, tuple[str, ...]], speeds_s: Sequence[float], chance: random.Random) -> list[Case]:
    """A line of each class in each state at each speed."""
    return [
        Case(state, path, chance.choice(lines), pause_s)
        for (state, path), lines, pause_s in product(states.items(), LINES_BY_CLASS.values(), speeds_s)
    ]


# The long form: a job is done in one of several processes


@contextmanager
def quick_hands() -> Iterator[None]:
    """Screens and hands that nobody waits for: keys and what they show have the times of the console's timers."""
    now = TimersTime.get_time
    with quick_screens(), patch("textual._time.get_time", now), patch("console.app.act_screen.monotonic", now):
        yield


def _begin_worker() -> None:
    hands = quick_hands()
    hands.__enter__()
    atexit.register(hands.__exit__, None, None, None)
    # Consoles come and go; to look for what is left of them after each few of their parts takes a third of the time.
    gc.set_threshold(100_000)


async def _first() -> State:
    bench = Bench()
    state = state_of(await bench.room())
    await bench.close()
    return state


async def _outcome(job: Job) -> Outcome:
    bench = Bench()
    known = await neighbours(bench, job.state, job.path) if job.leaves else {}
    ends = await torture(bench, job.cases)
    await bench.close()
    return Outcome(ends, bench.broken, known)


def _first_state() -> State:
    return asyncio.run(_first())


def _do(job: Job) -> Outcome:
    return asyncio.run(_outcome(job))


def at_length(seed: int, max_keys: int) -> tuple[str, bool]:
    """A line of figures, and whether anything went wrong."""
    chance, begun, wrong, ends = random.Random(seed), time.perf_counter(), 0, Counter[str]()

    def say(words: str) -> None:
        print(f"{time.perf_counter() - begun:6.0f} s  {words}", flush=True)

    def outcomes(jobs: Iterable[Job]) -> Iterator[Outcome]:
        nonlocal wrong
        for outcome in pool.map(_do, jobs):
            wrong += len(outcome.broken)
            ends.update(outcome.ends)
            for sentence in outcome.broken:
                say(f"WRONG  {sentence}")
            yield outcome

    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _begin_worker) as pool:
        states: dict[State, tuple[str, ...]] = {}
        newest: dict[State, tuple[str, ...]] = {pool.submit(_first_state).result(): ()}
        for count in range(max_keys + 1):
            states |= newest
            say(f"{len(states)} states within {count} keys")
            jobs = [
                Job(tuple(cases({state: path}, SPEEDS_S, chance)), state, path, count < max_keys)
                for state, path in newest.items()
            ]
            newest = {}
            for outcome in outcomes(jobs):
                newest |= {state: path for state, path in outcome.known.items() if state not in states | newest}
        every_slow = cases(states, SLOW_SPEEDS_S, chance)
        slow = sorted(chance.sample(every_slow, min(SLOW_LINES, len(every_slow))))
        for case in slow:
            say(f"slowly: {case.words}")
        for _ in outcomes(Job(tuple(group)) for _, group in groupby(slow, lambda case: case.state)):
            pass
    kinds = ", ".join(f"{count:,} {end}" for end, count in ends.most_common())
    lines = f"{sum(ends.values()) - len(slow):,} quick lines and {len(slow)} slow ones"
    return f"prose: {len(states)} states, {lines}, seed {seed}: {kinds}; {wrong} wrong", bool(wrong)


def again(path: str, line: str, pause_ms: str) -> str:
    """A line once more: how it ended, or why it is wrong."""
    case = Case(ANYWHERE, tuple(filter(None, path.split(","))), line, int(pause_ms) / 1000)
    with quick_hands():
        ends, broken, _ = _do(Job((case,)))
    return "\n".join((*ends, *broken))


def main(seed: int = 1, max_keys: int = MAX_KEYS) -> str:
    figures, wrong = at_length(seed, max_keys)
    if wrong:
        raise SystemExit(figures)
    return figures


if __name__ == "__main__":
    print(again(*sys.argv[2:]))
