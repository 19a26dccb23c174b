"""Keys that are typed ahead of the screen: each is done with before the next is read.

Over a slow connection keys arrive together. Textual hands each to whatever has the focus at that moment and lets what
it does follow later, so that the text typed behind the key of a dialog would be read by what lay below it.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.widgets import Input, TextArea

MOST_S = 1.0
"""How long a key may take to come to its end before the next is read all the same."""
LOOK_S = 0.02
"""How often it is looked whether what a key went through is still there."""


class KeyQueue:
    """Asked of each key; what comes while another is under way is held and posted anew, in its order."""

    def __init__(self, app: App[int], resting: Callable[[], asyncio.Event | None]) -> None:
        """`resting` gives what is set once the screen in front has done what it was told, None where it is idle."""
        self._app, self._resting = app, resting
        self._held: deque[events.Key | events.Paste] = deque()
        self._passed: events.Key | events.Paste | None = None
        self._under_way: asyncio.Task[None] | None = None

    def holds(self, event: events.Key | events.Paste) -> bool:
        """Whether the event has to wait; it then comes again."""
        if event is self._passed:
            self._passed = None
            return False
        if self._under_way is None:
            return False
        self._held.append(event)
        return True

    def read(self, event: events.Key | events.Paste) -> None:
        """The event has been handed on. Letters for a line stay in their order by themselves."""
        if self._under_way is None and not self._is_text(event):
            self._under_way = asyncio.create_task(self._go_on())

    def _is_text(self, event: events.Key | events.Paste) -> bool:
        if not isinstance(self._app.focused, Input | TextArea):
            return False
        return isinstance(event, events.Paste) or (event.is_printable and "alt+" not in event.key)

    async def _go_on(self) -> None:
        try:
            while True:
                await self._end_of_the_last()
                if not self._held:
                    return
                text = True
                while self._held and text:
                    event = self._held.popleft()
                    text = self._is_text(event)
                    self._passed = event
                    self._app.post_message(event)
                    await self._through(self._app)
        finally:
            self._under_way = None

    async def _end_of_the_last(self) -> None:
        """Until the key has come up from the focus to the app, and what it opened or sent is there or done."""
        nodes = (self._app.focused or self._app.screen).ancestors_with_self
        # Twice: a binding is found by the app, and what it makes a widget say goes the same way up.
        for node in (*nodes, *nodes):
            await self._through(node)
        while True:
            screen = self._app.screen
            for node in (self._app, screen, self._app):
                await self._through(node)
            resting = self._resting()
            if resting is not None:
                await resting.wait()
                await self._through(screen)
                await self._through(self._app)
            if self._app.screen is screen:
                return

    async def _through(self, node: MessagePump) -> None:
        """Until everything that a node has been sent is handled, or the node is gone."""
        reached = asyncio.Event()
        if not node.call_later(reached.set):
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(MOST_S):
                while not reached.is_set() and node.is_running:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(reached.wait(), LOOK_S)
