"""Signals that end the console: each ends it as a key would, with nothing typed lost and the terminal given back."""

import asyncio
import os
import signal
from collections.abc import Callable
from functools import partial

SPARE_S = 5.0
"""Seconds beyond `leave_s` that a console may take to end once its terminal is gone."""


def take_signals(leave: Callable[[int], object], leave_s: float) -> None:
    """On a signal that ends a program call `leave` with 128 and its number, the exit status, in the running loop.

    `leave_s` is how long leaving may take, in seconds.
    """
    loop = asyncio.get_running_loop()
    # Ctrl+C is a key in the console, so that SIGINT comes from elsewhere, as from a supervisor.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        loop.add_signal_handler(number, partial(leave, 128 + number))

    def hung_up(number: int, frame: object) -> None:
        # Not left to the loop: the kernel sends SIGCONT right behind, on which Textual would begin to paint anew. And
        # what is still painted needs somewhere to go, since a writer that fails makes the screen wait for ever.
        if not _is_there(2):
            signal.signal(signal.SIGCONT, signal.SIG_IGN)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        # The writer may have failed already; nobody is there to see that the console hangs.
        signal.signal(signal.SIGALRM, lambda *_: os._exit(128 + number))
        signal.setitimer(signal.ITIMER_REAL, leave_s + SPARE_S)
        if not loop.is_closed():
            loop.call_soon_threadsafe(leave, 128 + number)

    signal.signal(signal.SIGHUP, hung_up)


def _is_there(descriptor: int) -> bool:
    """True while the terminal that the descriptor was opened on is there."""
    import termios

    try:
        termios.tcgetattr(descriptor)
    except termios.error:
        return False
    return True


def ended_words(status: int) -> str:
    """A sentence for a program that a signal ended with this exit status; empty for any other."""
    try:
        return f"Ended by {signal.Signals(status - 128).name}; what was typed and not sent is kept."
    except ValueError:
        return ""
