"""Keys that are typed ahead of the screen: each is done with before the next is read.

Over a slow connection keys arrive together. Textual hands each to whatever has the focus at that moment and lets what
it does follow later, so that the text typed behind the key of a dialog would be read by what lay below it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widgets import Input, TextArea

MAX_KEY_S = 1.0
"""Seconds that a key may take to come to its end before the next is read all the same."""
MAX_OPENING_S = 10.0
"""Seconds that a screen may take to be there before that: until then it has no fields, and a busy machine is slow."""
LOOK_S = 0.02
"""Seconds between two looks at whether the node that a key goes through is still there."""


LETTERS = "letters"
"""The name of a key that stands for several letters; no key is called so, and nothing is bound to it."""


class KeyQueue:
    """Holds the keys that come while another one is handled, and posts them again in their order."""

    def __init__(
        self, app: App[int], resting: Callable[[], asyncio.Event | None],
        hand_on: Callable[[events.Key], Awaitable[None]], chooses: Callable[[], bool],
    ) -> None:  # fmt: skip
        """`resting` gives what is set once the screen in front has done what it was told, None where it is idle.

        `hand_on` gives a key to the screen. `chooses` says that no key is text, also where a field has the focus.
        """
        self._app, self._resting, self._hand_on, self._chooses = app, resting, hand_on, chooses
        self._letters: list[events.Key] = []
        self._held: deque[events.Key | events.Paste] = deque()
        self._passed: events.Key | events.Paste | None = None
        self._under_way: asyncio.Task[None] | None = None

    def gather(self, event: events.InputEvent) -> bool:
        """Take a letter for a line, which goes on with those that come right behind it; False for another event."""
        if self._under_way is not None or not (isinstance(event, events.Key) and self._is_letter(event)):
            return False
        self._letters.append(event)
        if len(self._letters) == 1:
            self._app.call_later(self.let_letters_go)
        return True

    async def let_letters_go(self) -> None:
        """Hand on the letters that were gathered: before anything else that was typed, or once no more is there."""
        if self._letters:
            letters, self._letters = self._letters, []
            # Something else than a key may have taken the focus from the line meanwhile.
            for event in [joined(letters)] if self._is_letter(letters[0]) else letters:
                await self._hand_on(event)

    def hold(self, event: events.Key | events.Paste) -> bool:
        """Keep an event that has to wait, and hand it on later; False for one that may go on now."""
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
        if self._chooses() or not isinstance(self._app.focused, Input | TextArea):
            return False
        return isinstance(event, events.Paste) or (event.is_printable and "alt+" not in event.key)

    def _is_letter(self, event: events.Key) -> bool:
        """True when the key is text for a line, which takes any number of letters as it takes one."""
        return isinstance(self._app.focused, Input) and self._is_text(event)

    async def _go_on(self) -> None:
        try:
            while True:
                await self._end_of_the_last()
                if not self._held:
                    return
                text = True
                while self._held and text:
                    event = self._next_held()
                    text = self._is_text(event)
                    self._passed = event
                    self._app.post_message(event)
                    await self._through(self._app)
        finally:
            self._under_way = None

    def _next_held(self) -> events.Key | events.Paste:
        """The event that has been held longest; letters for a line come together, as one key."""
        event = self._held.popleft()
        if not (isinstance(event, events.Key) and self._is_letter(event)):
            return event
        letters = [event]
        while self._held and isinstance(letter := self._held[0], events.Key) and self._is_letter(letter):
            letters.append(letter)
            self._held.popleft()
        return joined(letters)

    async def _end_of_the_last(self) -> None:
        """Wait until the last key has gone from the focus up to the app, and what it began is there or done."""
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
        """Wait until a node has handled all its messages, or is gone."""
        reached = asyncio.Event()
        if not node.call_later(reached.set):
            return
        with suppress(TimeoutError):
            opens = isinstance(node, Screen) and not node.is_mounted
            async with asyncio.timeout(MAX_OPENING_S if opens else MAX_KEY_S):
                while not reached.is_set() and node.is_running:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(reached.wait(), LOOK_S)


def joined(letters: Sequence[events.Key]) -> events.Key:
    """One key with the text of all, typed when the first was.

    Each key by itself costs a millisecond, which 10,000 of them do not have.
    """
    if len(letters) == 1:
        return letters[0]
    text = events.Key(LETTERS, "".join(letter.character or "" for letter in letters))
    text.time = letters[0].time
    return text
