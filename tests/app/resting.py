"""Screens in tests without what only costs time: drivers wait for the event loop to come to rest, and never sleep."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from inspect import isawaitable
from time import monotonic
from types import CodeType, FunctionType
from typing import Any, ClassVar
from unittest.mock import patch

from rich.console import RenderableType
from textual._callback import _count_parameters, count_parameters
from textual.css.match import match
from textual.css.model import RuleSet
from textual.css.parse import parse
from textual.css.tokenize import tokenize_values
from textual.css.tokenizer import Token
from textual.design import ColorSystem
from textual.message import Message
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.reactive import Reactive
from textual.screen import Screen

from console.app.compositor import PartCompositor
from console.app.stylesheet import RememberingStylesheet
from tests.patience import PATIENCE_S

PAINTING_S = 0.04
"""From one painting to the next; Textual's sixtieth of a second would paint in the midst of work on a busy machine."""
SOON_S = 0.05
"""A timer that is due within this, such as that of the next painting, belongs to what is going on."""
REST_S = 30.0
"""The longest time that a console may take to come to rest: the machine may be busy with something else."""
AHEAD_S = 0.2
"""The furthest that the clock of the loop is put forward, while a test waits for rest or work, in place of a pause.

Something in another thread, which takes its real time, must not be given up meanwhile."""


Taker = Callable[[Message], Awaitable[object]]


class RestingSelector(selectors.DefaultSelector):
    """The selector of a test's event loop, which asks it to wait once nothing is left to run."""

    waiting: ClassVar[list[asyncio.Future[None]]] = []
    """Who waits for rest. A process of tests runs one loop at a time."""
    ahead_s: ClassVar[float] = 0.0
    """The lead of the loop's clock over the machine's."""
    begun_s: ClassVar[float] = 0.0
    """The lead at the beginning of the wait."""
    hurries: ClassVar[bool] = False
    """A test waits for work to be done, some of which begins after a pause."""
    skips: ClassVar[bool] = False
    """The clock is put forward wherever else the loop would wait."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.waiting and (timeout is None or timeout > SOON_S):
            for future in self.waiting:
                if not future.done():
                    future.set_result(None)
            self.waiting.clear()
            timeout = 0
        elif timeout and (
            self.skips or ((self.waiting or self.hurries) and self.ahead_s + timeout <= self.begun_s + AHEAD_S)
        ):
            RestingSelector.ahead_s += timeout
            timeout = 0
        return super().select(timeout)


def loop_time(loop: asyncio.AbstractEventLoop) -> float:
    return monotonic() + RestingSelector.ahead_s


class TimersTime:
    """The clock of Textual's timers: by another one than the loop's, the next painting would seem late."""

    @staticmethod
    def get_time() -> float:
        return monotonic() + RestingSelector.ahead_s


async def rest(min_sleep: float = 0.0) -> None:
    """Wait until nothing is left to run or due soon, in place of Textual's `wait_for_idle`, which sleeps for 20 ms
    until the process was idle for 19 of them."""
    future = asyncio.get_running_loop().create_future()
    RestingSelector.waiting.append(future)
    RestingSelector.begun_s = RestingSelector.ahead_s
    await asyncio.wait([future], timeout=REST_S)


@contextmanager
def hurried() -> Iterator[None]:
    """Meanwhile a short pause before some work takes no time."""
    RestingSelector.begun_s, RestingSelector.hurries = RestingSelector.ahead_s, True
    try:
        yield
    finally:
        RestingSelector.hurries = False


class ParsedOnce:
    """Textual's parser of style sheets, which keeps the rules of each text, place and set of colours."""

    def __init__(self) -> None:
        self._last: dict[str, list[Token]] = {}
        self._colours: dict[object, int] = {}
        self._number = 0
        self._rules: dict[object, list[RuleSet]] = {}

    def __call__(
        self, scope: str, css: str, read_from: tuple[str, str], variable_tokens: dict[str, list[Token]], **how: Any
    ) -> list[RuleSet]:
        if variable_tokens is not self._last:
            self._last = variable_tokens
            colours = tuple((name, *(token.value for token in tokens)) for name, tokens in variable_tokens.items())
            self._number = self._colours.setdefault(colours, len(self._colours))
        key = (scope, css, read_from, self._number, *sorted(how.items()))
        if key not in self._rules:
            self._rules[key] = list(parse(scope, css, read_from, variable_tokens=variable_tokens, **how))
        return self._rules[key]


@cache
def _tokens(values: tuple[tuple[str, str], ...]) -> dict[str, list[Token]]:
    """The values of the colours as a style sheet reads them; Textual reads them for each console."""
    return tokenize_values(dict(values))


class SharedStylesheet(RememberingStylesheet):
    """The console's, which knows what another console in this process has worked out from the same rules."""

    shared: ClassVar[dict[tuple[int, ...], Any]] = {}
    maps: ClassVar[dict[tuple[int, ...], dict[str, list[RuleSet]]]] = {}

    @property
    def rules_map(self) -> dict[str, list[RuleSet]]:
        if self._rules_map is None:
            rules = tuple(map(id, self.rules))
            if rules not in self.maps:
                self.maps[rules] = super().rules_map
            self._rules_map = self.maps[rules]
        return self._rules_map

    def begin(self) -> Any:
        return self.shared.setdefault(tuple(map(id, self.rules)), {})

    def grown(self) -> Any:
        return self.shared.setdefault(tuple(map(id, self.rules)), {**super().grown()})


class RestingPilot(Pilot[int]):
    """Textual's, which waits for rest where that one asks every part of the screen whether it has done its work."""

    async def _wait_for_screen(self, timeout: float = 30.0) -> bool:
        await rest()
        return True

    async def pause(self, delay: float | None = None) -> None:
        if delay is not None:
            await asyncio.sleep(delay)
        await rest()
        self.app.screen._on_timer_update()
        # What came into view by being laid out just now shows itself.
        await rest()


class Dispatch:
    """Textual's search for who takes a message, which goes through all classes of a part of the screen for each one."""

    def __init__(self) -> None:
        self._known: dict[object, list[tuple[type, list[tuple[Callable[..., Any], dict[str, Any]]], str]]] = {}
        """For a class of parts, one of messages and a name: the classes that take them, each with what `on` decorates
        there for it and the name of the method that takes it by its name, empty for none."""

    def takers(self, pump: MessagePump, name: str, message: Message) -> Iterator[tuple[type, Taker]]:
        key = (type(pump), type(message), name)
        if key not in self._known:
            self._known[key] = [*self._classes(*key)]
        done = set()
        for each, decorated, named in self._known[key]:
            if message._no_default_action:
                break
            for method, wanted in decorated:
                if method not in done and all(
                    message._sender and (node := getattr(message, attribute)) is not None and match(selector, node)
                    for attribute, selector in wanted.items()
                ):
                    yield each, method.__get__(pump, each)
                    done.add(method)
            if named:
                yield each, each.__dict__[named].__get__(pump, each)

    @staticmethod
    def _classes(
        pump: type[MessagePump], message: type[Message], name: str
    ) -> Iterator[tuple[type, list[tuple[Callable[..., Any], dict[str, Any]]], str]]:
        kinds = [kind for kind in message.__mro__ if issubclass(kind, Message)]
        for each in pump.__mro__:
            has = each.__dict__
            decorated = [handler for kind in kinds for handler in has.get("_decorated_handlers", {}).get(kind, ())]
            named = next((way for way in (f"_{name}", name) if has.get(way)), "")
            if named and getattr(has[named], "_textual_on", None):
                named = ""
            if decorated or named:
                yield each, decorated, named


def quick_values(textual: Callable[..., Any] = Reactive.__get__) -> Callable[..., Any]:
    """The value of a reactive attribute; Textual looks for an id and for a method that computes it each time."""
    computed: dict[tuple[Reactive[Any], type], bool] = {}

    def value(attribute: Reactive[Any], node: Any, kind: type) -> Any:
        key = (attribute, kind)
        if key not in computed:
            computed[key] = hasattr(kind, attribute.compute_name)
        if node is not None and attribute.internal_name in node.__dict__ and not computed[key]:
            return node.__dict__[attribute.internal_name]
        return textual(attribute, node, kind)

    return value


async def invoke(callback: Callable[..., Any], *given: object) -> Any:
    """Call it with as many parameters as it takes; Textual does so through one more coroutine, and asks each time
    whether anybody is looking for mistakes."""
    result = callback(*given[: count_parameters(callback)])
    return await result if isawaitable(result) else result


class CountedOnce:
    """The number of a callback's parameters; Textual looks at the signature of each closure anew, and of each object
    that waits for widgets to be mounted."""

    def __init__(self) -> None:
        self._counted: dict[CodeType | type, int] = {}

    def __call__(self, function: Callable[..., Any]) -> int:
        kind = type(function)
        key = getattr(function, "__code__", kind if isinstance(kind.__dict__.get("__call__"), FunctionType) else None)
        if key is None or hasattr(function, "__wrapped__"):
            return _count_parameters(function)
        if key not in self._counted:
            self._counted[key] = _count_parameters(function)
        return self._counted[key]


def shades_once(textual: Callable[[ColorSystem], dict[str, str]] = ColorSystem.generate) -> Callable[..., Any]:
    """The shades of a theme's colours; Textual works them out three times for each console."""
    known: dict[str, dict[str, str]] = {}

    def generate(colours: ColorSystem) -> dict[str, str]:
        key = str(vars(colours))
        if key not in known:
            known[key] = textual(colours)
        return {**known[key]}

    return generate


class Prevention:
    """What keeps some kinds of messages from a part of the screen meanwhile; Textual makes a generator of it for each
    message."""

    def __init__(self, pump: MessagePump, kinds: tuple[type[Message], ...]) -> None:
        self._stack, self._kinds = pump._prevent_message_types_stack, kinds

    def __enter__(self) -> None:
        self._stack.append(self._stack[-1].union(self._kinds))

    def __exit__(self, *_: object) -> None:
        self._stack.pop()


NOTHING = nullcontext()


def prevented(pump: MessagePump, *kinds: type[Message]) -> AbstractContextManager[None]:
    return Prevention(pump, kinds) if kinds else NOTHING


class Unlogged:
    """A log that nobody reads, which Textual tells of each message and of each method that takes it."""

    def verbosity(self, verbose: bool) -> "Unlogged":
        return self

    def __call__(self, *told: object, **more: object) -> None:
        pass

    event = warning = property(lambda log: log)


class PaintsWhenAsked(PartCompositor):
    """The console's, which paints only the whole screen, for whoever looks: what else a driver in memory is given to
    paint goes nowhere."""

    def render_update(
        self, full: bool = False, screen_stack: list[Screen[Any]] | None = None, simplify: bool = False
    ) -> RenderableType | None:
        return super().render_update(full, screen_stack, simplify) if full else None


STILL_S = 3600.0
UNSEEN_S = 2 * PATIENCE_S
"""So long nobody has seen what a key did: a story's next key comes at once, however long the machine takes for it."""


@contextmanager
def still_seconds() -> Iterator[None]:
    """No second passes by itself: a story's clock stands still until it is moved, and then the story says
    that the console is to notice it. Nor does one pass for those who read and type, whose keys come one by one."""
    with (
        patch("console.app.main.SECOND_S", STILL_S),
        patch("console.app.act_screen.SEEN_S", UNSEEN_S),
        patch("console.app.alt_letters.SEEN_S", UNSEEN_S),
        patch("console.app.alt_letters.TOGETHER_S", 0.0),
        patch("console.app.replay.screen.SEEN_S", UNSEEN_S),
        patch("console.app.key_queue.MAX_KEY_S", PATIENCE_S),
        patch("console.app.key_queue.MAX_OPENING_S", PATIENCE_S),
        patch("console.app.recaller.PAUSE_S", STILL_S),
        patch("console.app.terminal.clipboard.PATIENCE_S", PATIENCE_S),
        patch("textual.notifications.Notification.time_left", STILL_S),
    ):
        yield


@contextmanager
def resting_screens() -> Iterator[None]:
    """Nobody sleeps: a test goes on as soon as nothing is left to do; and nothing is painted that nobody looks at."""
    with (
        patch.object(selectors, "DefaultSelector", RestingSelector),
        patch.object(asyncio.SelectorEventLoop, "time", loop_time),
        patch("textual.timer._time", TimersTime),
        patch("textual.app.wait_for_idle", rest),
        patch("textual.pilot.wait_for_idle", rest),
        patch("textual.pilot.Pilot", RestingPilot),
        patch("textual.screen.UPDATE_PERIOD", PAINTING_S),
        patch("console.app.act_screen.PartCompositor", PaintsWhenAsked),
    ):
        yield


@contextmanager
def quick_screens() -> Iterator[None]:
    """Nobody sleeps, and what Textual works out anew each time is worked out once in a process."""
    takers = Dispatch().takers
    with (
        resting_screens(),
        patch("textual.css.stylesheet.parse", ParsedOnce()),
        patch("textual.css.stylesheet.tokenize_values", lambda values: _tokens(tuple(values.items()))),
        patch("console.app.main.RememberingStylesheet", SharedStylesheet),
        patch.object(MessagePump, "prevent", prevented),
        patch("textual.message_pump.log", Unlogged()),
        patch("textual.message_pump.invoke", invoke),
        patch.object(Reactive, "__get__", quick_values()),
        patch("textual._callback._count_parameters", CountedOnce()),
        patch.object(ColorSystem, "generate", shades_once()),
        # There are no tooltips in tests; at each key Textual names all parts of a screen where it finds none.
        patch.object(Screen, "_clear_tooltip", lambda screen: None),
        patch.object(MessagePump, "_get_dispatch_methods", lambda pump, name, message: takers(pump, name, message)),
    ):
        yield
