"""Work that the screen does not wait for, and neither does the way out."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_daemon_thread(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """The result of `work` on the arguments, done in a thread of its own; what it raises is raised here.

    Whoever waits may be cancelled: the thread then goes on to its end unheard. Unlike `asyncio.to_thread` it does not
    hold up the end of the program, which a page that does not answer would do for half a minute.
    """
    future: Future[T] = Future()
    # Running, so that a waiter who is cancelled does not cancel what the thread sets.
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result = work(*args, **named)
        except BaseException as error:  # noqa: BLE001 - it is raised again, where the result is awaited
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(future)
