"""Signals of a command that goes on for a while, or that writes."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from console.store.log import Log

Handler = Callable[[int, FrameType | None], None]


@contextmanager
def handling(handler: Handler, *numbers: signal.Signals) -> Iterator[None]:
    """Give signals to a handler, in the main thread; no other gets any."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


@contextmanager
def stopping_between_writes(log: Log) -> Iterator[None]:
    """On a stop (Ctrl+Z) wait for the end of a transaction, whose lock would hold up others.

    Where another has a handler for it, that one counts.
    """
    if signal.getsignal(signal.SIGTSTP) is not signal.SIG_DFL:
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        with log.between_writes():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            signal.signal(number, stop)

    with handling(stop, signal.SIGTSTP):
        yield
