"""The outbox of a log, for screens and people."""

from datetime import datetime
from functools import partial

from console.core.language.text import clean, one_line
from console.core.language.times import rfc3339
from console.core.refusal import Refused
from console.store.log import Log
from console.store.outbox.message import Message, Placed, State, Try
from console.store.outbox.shared import holders
from console.store.outbox.tables import find, in_order, incident_with, move, places, rows, tries
from console.store.sqlite import sqlite3


def _messages(connection: sqlite3.Connection, incident: str | None, where: str = "TRUE") -> list[Message]:
    if incident is None:
        return rows(connection, f"{where} ORDER BY n")
    return in_order(connection, incident, f"incident = ? AND {where}", (incident,))


class Outbox:
    """The outbox of a log, for screens and people. Every method raises StoreProblem as the log does."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def messages(self, incident: str | None = None, *, unfinished: bool = False) -> list[Message]:
        """The messages of one incident, in the order that is the same in every room; or of all, as they came here."""
        left = "state NOT IN ('done', 'dropped')" if unfinished else "TRUE"
        return self.log.query(partial(_messages, incident=incident, where=left))

    def histories(self, incident: str | None = None) -> list[tuple[Message, list[Try]]]:
        """As `messages`, each with its history, oldest first; all as they were at one moment."""

        def read(connection: sqlite3.Connection) -> list[tuple[Message, list[Try]]]:
            connection.execute("BEGIN")
            try:
                return [(message, tries(connection, message.id)) for message in _messages(connection, incident)]
            finally:
                connection.execute("ROLLBACK")

        return self.log.query(read)

    def newest(self) -> int:
        """The number of the message that was approved last; 0 before the first."""
        return int(self.log.select("SELECT coalesce(max(n), 0) FROM outbox")[0][0])

    def open_or_after(self, n: int) -> list[Message]:
        """The messages that are not finished, and all that were approved after one, in their order."""
        where = "(state NOT IN ('done', 'dropped') OR n > ?) ORDER BY n"
        return self.log.query(lambda connection: rows(connection, where, (n,)))

    def message(self, id: str) -> Message | None:
        return self.log.query(lambda connection: find(connection, id))

    def tries(self, id: str) -> list[Try]:
        """The history of a message, oldest first."""
        return self.log.query(lambda connection: tries(connection, id))

    def placed(self, incident: str) -> dict[str, Placed]:
        """Our records of an incident on each target, by its name."""
        return self.log.query(lambda connection: places(connection, incident))

    def incident_with(self, target: str, theirs: str, before: str = "") -> str:
        """Our incident that has one of the target's, by its id there, or is to have it; empty where none does.

        With `before`, another one that has it in truth, where that one's number was given to it.
        """
        return self.log.query(lambda connection: incident_with(connection, target, theirs, before))

    def holders(self, message: Message) -> tuple[str, ...]:
        """The ids of the events by which files are to send the message."""
        return self.log.query(lambda connection: holders(connection, message))

    def retry(self, id: str, at: datetime, by: str) -> None:
        """Try now: what waits is sent, what is doubtful is looked for. `by` is who wants it, and stands in the history.

        It decides nothing about what goes out; what does is an event of the log (`PublicationDecided`).
        """

        def job(connection: sqlite3.Connection) -> None:
            message = find(connection, id)
            if message is None:
                raise Refused(f"There is no message {one_line(clean(id, multiline=False), 60)}; see the outbox.")
            if why := message.refusal("tried", self.log.origin):
                raise Refused(why)
            state: State = "unknown" if message.state in ("unknown", "ask") else "pending"
            move(connection, id, state, rfc3339(at), "", f"tried again by {by}")
            connection.execute("UPDATE outbox SET looks = 0 WHERE id = ?", (id,))

        self.log.transact(job)
