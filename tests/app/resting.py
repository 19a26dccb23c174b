"""Screens in tests without what only costs time: drivers wait for the event loop to come to rest, and never sleep."""

import asyncio
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from time import monotonic
from typing import Any, ClassVar
from unittest.mock import patch

from rich.console import RenderableType
from textual.css.model import RuleSet
from textual.css.parse import parse
from textual.css.tokenizer import Token
from textual.pilot import Pilot
from textual.screen import Screen

from console.app.compositor import PartCompositor
from console.app.stylesheet import RememberingStylesheet

PAINTING_S = 0.04
"""From one painting to the next; Textual's sixtieth of a second would paint in the midst of work on a busy machine."""
SOON_S = 0.05
"""A timer that is due within this, such as that of the next painting, belongs to what is going on."""
AHEAD_S = 0.2
"""How far the clock of the loop is put forward at most, while one waits for rest, in place of waiting for such a timer.

Something in another thread, which takes its real time, must not be given up meanwhile."""


class RestingSelector(selectors.DefaultSelector):
    """The selector of a test's event loop, which asks it to wait once nothing is left to run."""

    waiting: ClassVar[list[asyncio.Future[None]]] = []
    """Who waits for rest. A process of tests runs one loop at a time."""
    ahead_s: ClassVar[float] = 0.0
    """How far the clock of the loop is ahead of the machine's."""
    begun_s: ClassVar[float] = 0.0
    """How far it was when somebody began to wait."""
    skips: ClassVar[bool] = False
    """Whether the clock is put forward wherever else the loop would wait."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.waiting and (timeout is None or timeout > SOON_S):
            for future in self.waiting:
                if not future.done():
                    future.set_result(None)
            self.waiting.clear()
            timeout = 0
        elif timeout and (self.skips or (self.waiting and self.ahead_s + timeout <= self.begun_s + AHEAD_S)):
            RestingSelector.ahead_s += timeout
            timeout = 0
        return super().select(timeout)


def loop_time(loop: asyncio.AbstractEventLoop) -> float:
    return monotonic() + RestingSelector.ahead_s


class TimersTime:
    """What Textual's timers read the time from: by another clock than the loop's, the next painting would seem late."""

    @staticmethod
    def get_time() -> float:
        return monotonic() + RestingSelector.ahead_s


async def rest(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until nothing is left to run or due soon, at most `max_sleep` seconds: in place of Textual's
    `wait_for_idle`, which sleeps for 20 ms until the process was idle for 19 of them."""
    future = asyncio.get_running_loop().create_future()
    RestingSelector.waiting.append(future)
    RestingSelector.begun_s = RestingSelector.ahead_s
    await asyncio.wait([future], timeout=max_sleep)


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


class SharedStylesheet(RememberingStylesheet):
    """The console's, which knows what another console in this process has worked out from the same rules."""

    shared: ClassVar[dict[tuple[int, ...], Any]] = {}

    def begin(self) -> Any:
        return self.shared.setdefault(tuple(map(id, self.rules)), {})

    def grown(self) -> Any:
        return self.shared.setdefault(tuple(map(id, self.rules)), {**super().grown()})


class RestingPilot(Pilot[int]):
    """Textual's, which waits for rest where that one asks every part of the screen whether it has done its work."""

    async def _wait_for_screen(self, timeout: float = 30.0) -> bool:
        await rest()
        return True


class PaintsWhenAsked(PartCompositor):
    """The console's, which paints only the whole screen, for whoever looks: what else a driver in memory is given to
    paint goes nowhere."""

    def render_update(
        self, full: bool = False, screen_stack: list[Screen[Any]] | None = None, simplify: bool = False
    ) -> RenderableType | None:
        return super().render_update(full, screen_stack, simplify) if full else None


@contextmanager
def quick_screens(patience_s: float = 1.0) -> Iterator[None]:
    """Nobody sleeps, and a style sheet is parsed once in a process; for rest one waits so long."""
    patient = partial(rest, max_sleep=patience_s)
    with (
        patch.object(selectors, "DefaultSelector", RestingSelector),
        patch.object(asyncio.SelectorEventLoop, "time", loop_time),
        patch("textual.timer._time", TimersTime),
        patch("textual.app.wait_for_idle", patient),
        patch("textual.pilot.wait_for_idle", patient),
        patch("textual.screen.UPDATE_PERIOD", PAINTING_S),
        patch("textual.css.stylesheet.parse", ParsedOnce()),
        patch("console.app.act_screen.PartCompositor", PaintsWhenAsked),
        patch("console.app.main.RememberingStylesheet", SharedStylesheet),
        patch("textual.pilot.Pilot", RestingPilot),
    ):
        yield
