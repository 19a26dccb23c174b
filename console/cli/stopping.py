"""A stop (Ctrl+Z) of a command that writes: it waits for the end of a transaction, whose lock would hold up others."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from console.store.log import Log


@contextmanager
def stopping_between_writes(log: Log) -> Iterator[None]:
    """On SIGTSTP stop only while nothing is being written; where another has a handler for it, that one counts."""
    ours = threading.current_thread() is threading.main_thread() and sys.platform != "win32"
    if not ours or signal.getsignal(signal.SIGTSTP) is not signal.SIG_DFL:
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        with log.between_writes():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            signal.signal(number, stop)

    signal.signal(signal.SIGTSTP, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
