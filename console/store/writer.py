"""The one thread that writes: it owns the writing connection and takes jobs in the order in which they come."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from console.store import place, problems, schema
from console.store.problems import StoreProblem
from console.store.sqlite import sqlite3

T = TypeVar("T")
R = TypeVar("R")


class Writer:
    """Runs jobs one by one, each inside its own BEGIN IMMEDIATE transaction, committed before its future is set.

    A transaction first sees that the file's triggers and tables are still ours, since they would run in it.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, at: place.Identity) -> None:
        self._connection, self._path, self._at = connection, path, at
        self._checked_schema = -1
        self._working = threading.Lock()
        """Held by the thread for as long as a job is under way."""
        self._thread = ThreadPoolExecutor(1, "warroom-writer")

    def submit(self, job: Callable[[sqlite3.Connection], T], *, transaction: bool = True) -> Future[T]:
        """Queue a job; its future carries the result once committed, or the StoreProblem.

        With `transaction=False` the job runs as it is, for statements that SQLite refuses inside a transaction.
        """
        return self._queue(lambda: self._in_transaction(job) if transaction else self._checked(job))

    def submit_then(self, job: Callable[[sqlite3.Connection], T], then: Callable[[T], R]) -> Future[R]:
        """Queue a job in a transaction, and what is done with its result once that is committed."""
        return self._queue(lambda: then(self._in_transaction(job)))

    def _queue(self, work: Callable[[], R]) -> Future[R]:
        def job() -> R:
            with self._working:
                return work()

        try:
            return self._thread.submit(job)
        except RuntimeError:
            refused: Future[R] = Future()
            refused.set_exception(StoreProblem("The log is closed; open it again."))
            return refused

    @contextmanager
    def resting(self, patience_s: float) -> Iterator[None]:
        """While no job is under way, or after so long. Fit for a signal's handler: it waits for nothing that the
        interrupted code may hold."""
        held = self._working.acquire(timeout=patience_s)
        try:
            yield
        finally:
            if held:
                self._working.release()

    def close(self) -> None:
        """Finish what is queued, then close the connection. Closing twice does nothing."""
        self._thread.shutdown()
        self._connection.close()

    def _checked(self, job: Callable[[sqlite3.Connection], T]) -> T:
        if place.identity(self._path) != self._at:
            raise problems.moved_away(self._path)
        try:
            return job(self._connection)
        except sqlite3.Error as error:
            raise problems.of_sqlite(error, self._path) from error
        except UnicodeDecodeError as error:
            raise problems.damaged(self._path) from error

    def _in_transaction(self, job: Callable[[sqlite3.Connection], T]) -> T:
        def whole(connection: sqlite3.Connection) -> T:
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._check_schema(connection)
                result = job(connection)
                self._commit(connection)
            except BaseException:
                # A full disk makes SQLite roll back by itself.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            return result

        return self._checked(whole)

    def _commit(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise problems.of_commit(error, self._path) from error

    def _check_schema(self, connection: sqlite3.Connection) -> None:
        (number,) = connection.execute("PRAGMA schema_version").fetchone()
        if number != self._checked_schema:
            schema.version_of(connection, self._path, write=True)
            self._checked_schema = number
