"""The one thread that writes: it owns the writing connection and takes jobs in the order in which they come."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from console.store import place, problems
from console.store.problems import StoreProblem
from console.store.sqlite import sqlite3

T = TypeVar("T")


class Writer:
    """Runs jobs one by one, each inside its own BEGIN IMMEDIATE transaction, committed before its future is set."""

    def __init__(self, connection: sqlite3.Connection, path: Path, at: place.Identity) -> None:
        self._connection = connection
        self._path = path
        self._at = at
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="warroom-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[sqlite3.Connection], T], *, transaction: bool = True) -> Future[T]:
        """Queue a job; its future carries the result once committed, or the StoreProblem.

        With `transaction=False` the job runs as it is, for statements that SQLite refuses inside a transaction.
        """
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = self._in_transaction(job) if transaction else self._checked(job)
            except BaseException as error:  # noqa: BLE001 - whatever it is, whoever waits for the future gets it.
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._gate:
            if self._closed:
                future.set_exception(StoreProblem("The log is closed; open it again."))
            else:
                self._jobs.put(run)
        return future

    def close(self) -> None:
        """Finish what is queued, then close the connection. Closing twice does nothing."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (run := self._jobs.get()) is not None:
            run()
        self._connection.close()

    def _checked(self, job: Callable[[sqlite3.Connection], T]) -> T:
        if place.identity(self._path) != self._at:
            raise problems.moved_away(self._path)
        try:
            return job(self._connection)
        except sqlite3.Error as error:
            raise problems.of_sqlite(error, self._path) from error

    def _in_transaction(self, job: Callable[[sqlite3.Connection], T]) -> T:
        def whole(connection: sqlite3.Connection) -> T:
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = job(connection)
                connection.execute("COMMIT")
            except BaseException:
                # A full disk makes SQLite roll back by itself.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return result

        return self._checked(whole)
