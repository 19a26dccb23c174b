"""A thread for each target, for as long as a console or a command runs: none waits for another.

Of one target pace and order are kept by its thread alone.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from console.publish.sending.sender import Sender
from console.store.log import Log
from console.store.outbox.dispatch import targets_with_messages
from console.store.problems import StoreProblem

IDLE_S = 30.0
"""The longest pause between two looks: targets or keys may have been set right."""
READ_BACK = timedelta(minutes=5)


class Lanes:
    """The threads that send and read back on one open log. All methods are for one thread."""

    def __init__(
        self, log: Log, sender: Callable[[], Sender], clock: Callable[[], datetime], changed: Callable[[], None]
    ) -> None:
        """`sender` gives a new one, so that a target or key that was just set right counts; `changed` is called,
        in another thread, when something may have become of a message."""
        self._log, self._sender, self._clock, self._changed = log, sender, clock, changed
        self._end = threading.Event()
        self._lanes: dict[str, tuple[threading.Thread, threading.Event]] = {}
        self._troubles: dict[str, str] = {}

    def wake(self) -> None:
        """Have every target look for what is due now. Raises StoreProblem."""
        for target in targets_with_messages(self._log):
            thread, wake = self._lanes.get(target, (None, threading.Event()))
            wake.set()
            if thread is None or not thread.is_alive():
                thread = threading.Thread(target=self._run, args=(target, wake), name=f"sender {target}", daemon=True)
                self._lanes[target] = thread, wake
                thread.start()

    @property
    def trouble(self) -> str:
        """The reason why nothing is sent to a target for now, beside those in its messages; empty where all goes on."""
        return next(iter(self._troubles.values()), "")

    def end(self, wait_s: float = 0.0) -> None:
        """Stop; a request that is under way is left to its end, or to the next sender, which looks for it first."""
        self._end.set()
        for _, wake in self._lanes.values():
            wake.set()
        for thread, _ in self._lanes.values():
            if wait_s:
                thread.join(wait_s)

    def _run(self, target: str, wake: threading.Event) -> None:
        """Until the end, or until the file cannot be read: the next look starts it again."""
        try:
            while not self._end.is_set():
                wake.clear()
                self._troubles.pop(target, None)
                sender = self._sender()
                report = sender.run_once(self._end.is_set, only=target)
                self._changed()
                if not report.busy and sender.read_back(READ_BACK, self._end.is_set, only=target):
                    self._changed()
                left = (report.next_at - self._clock()).total_seconds() if report.next_at else IDLE_S
                wake.wait(min(max(0.2, left), IDLE_S))
        except StoreProblem as problem:
            self._fails(target, problem.reason)
        except Exception as error:  # noqa: BLE001 - a thread that ends unseen would leave updates unsent
            self._fails(target, f"Publishing to {target} stopped ({type(error).__name__}) and is tried again.")

    def _fails(self, target: str, why: str) -> None:
        if not self._end.is_set():
            self._troubles[target] = why
            self._changed()
