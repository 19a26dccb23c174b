"""The one thread that writes: it owns the writing connection and takes jobs in the order in which they come."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from console.store import place, problems
from console.store.problems import StoreProblem
from console.store.sqlite import sqlite3

T = TypeVar("T")


class Writer:
    """Runs jobs one by one, each inside its own BEGIN IMMEDIATE transaction, committed before its future is set."""

    def __init__(self, connection: sqlite3.Connection, path: Path, at: place.Identity) -> None:
        self._connection, self._path, self._at = connection, path, at
        self._thread = ThreadPoolExecutor(1, "warroom-writer")

    def submit(self, job: Callable[[sqlite3.Connection], T], *, transaction: bool = True) -> Future[T]:
        """Queue a job; its future carries the result once committed, or the StoreProblem.

        With `transaction=False` the job runs as it is, for statements that SQLite refuses inside a transaction.
        """
        try:
            return self._thread.submit(self._in_transaction if transaction else self._checked, job)
        except RuntimeError:
            refused: Future[T] = Future()
            refused.set_exception(StoreProblem("The log is closed; open it again."))
            return refused

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
