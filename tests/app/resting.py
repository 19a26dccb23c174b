"""When an event loop is at rest: what the drivers wait for, in place of sleeping and looking again."""

import asyncio
import selectors
from typing import ClassVar

SOON_S = 0.02
"""A timer that is due within this, such as that of the screen's next painting, is waited for as well."""


class RestingSelector(selectors.DefaultSelector):
    """The selector of a test's event loop, which asks it to wait once nothing is left to run."""

    waiting: ClassVar[list[asyncio.Future[None]]] = []
    """Who waits for rest. A process of tests runs one loop at a time."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.waiting and (timeout is None or timeout > SOON_S):
            for future in self.waiting:
                if not future.done():
                    future.set_result(None)
            self.waiting.clear()
            timeout = 0
        return super().select(timeout)


async def rest(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until nothing is left to run or due soon, at most `max_sleep` seconds: in place of Textual's
    `wait_for_idle`, which sleeps for 20 ms until the process was idle for 19 of them."""
    future = asyncio.get_running_loop().create_future()
    RestingSelector.waiting.append(future)
    await asyncio.wait([future], timeout=max_sleep)
