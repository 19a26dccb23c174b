"""Seeing what is committed to the file, by other consoles and for the outbox by any, and whether it is still there."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from console.core.log.event import Event
from console.store import place, problems
from console.store.problems import StoreProblem
from console.store.sqlite import sqlite3


@dataclass(eq=False)
class Watcher:
    """Polls the file in a thread of its own with a connection of its own, until `stop`.

    All callbacks run in that thread. `on_events` gets new events in the order of their commits; `on_outbox` is told
    that messages were queued, moved on or read back, by whomever, and once of those that were there at first;
    `on_problem` gets each kind of trouble once, until the file is well again. A poll that finds nothing committed asks
    for one number and reads no table.
    """

    connect: Callable[[], sqlite3.Connection]
    view: Callable[[], object]
    """Another value whenever a connection of before no longer sees all that is committed."""
    read: Callable[[sqlite3.Connection, int], tuple[list[Event], int]]
    """Gives the events committed after a position, and the position after them."""
    path: Path
    at: place.Identity
    after: int
    on_events: Callable[[list[Event]], None]
    on_outbox: Callable[[], None]
    on_problem: Callable[[StoreProblem], None]
    interval_s: float

    def __post_init__(self) -> None:
        self._stop, self._woken = threading.Event(), threading.Event()
        self._reported: str | None = None
        """The trouble that lasts, by its sentence."""
        self._thread = threading.Thread(target=self._work, name="warroom-watcher", daemon=True)
        self._thread.start()

    def poll(self) -> None:
        """Read what is new now, before the next interval."""
        self._woken.set()

    def stop(self) -> None:
        """End the watch; no callback runs after this returns, unless a callback itself stops the watch."""
        self._stop.set()
        self._woken.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _work(self) -> None:
        connection: sqlite3.Connection | None = None
        view: object = None
        seen = -1
        # What was queued between the order to watch and the first look is told, too.
        outbox: object = _NO_MESSAGES
        while True:
            news: list[Event] = []
            moved = False
            try:
                if place.identity(self.path) != self.at:
                    raise problems.moved_away(self.path)
                before_view, view = view, self.view()
                if connection is not None and view != before_view:
                    connection.close()
                    connection = None
                if connection is None:
                    connection, seen = self.connect(), -1
                (version,) = connection.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    events, self.after = self.read(connection, self.after)
                    # Remembered only after the read, so that a read that failed is tried again.
                    seen = version
                    news = events
                    before, outbox = outbox, _outbox(connection)
                    moved = outbox != before
                self._reported = None
            except StoreProblem as problem:
                self._report(problem)
            except sqlite3.Error as error:
                self._report(problems.of_sqlite(error, self.path))
            except ValueError:
                self._report(problems.damaged(self.path))
            if news and not self._stop.is_set():
                self.on_events(news)
            if moved and not self._stop.is_set():
                self.on_outbox()
            self._woken.wait(self.interval_s)
            if self._stop.is_set():
                break
            self._woken.clear()
        if connection is not None:
            connection.close()

    def _report(self, problem: StoreProblem) -> None:
        if self._reported != problem.reason:
            self._reported = problem.reason
            self.on_problem(problem)


_NO_MESSAGES = (None, None, None)


def _outbox(connection: sqlite3.Connection) -> object:
    """Another value whenever a message was queued or moved on, or a page was read back."""
    try:
        return connection.execute(
            "SELECT (SELECT max(n) FROM outbox), (SELECT max(n) FROM outbox_try), (SELECT max(read_at) FROM published)"
        ).fetchone()
    except sqlite3.Error:
        # The log goes on without its outbox; whoever publishes is told by the sender.
        return _NO_MESSAGES
