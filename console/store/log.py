"""The log of a database file: the one object through which the rest of the program reads and writes it."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from console.core.log.erasure import Marks
from console.core.log.event import Event, NewEvent
from console.core.log.fold import Progress
from console.core.log.replay import Replay
from console.core.memory.hits import Wanted
from console.core.subjects.undo import EntryRedacted, redacts
from console.store import (
    arrivals,
    backup,
    chain,
    connect,
    head,
    place,
    problems,
    redact,
    rows,
    salvage,
    schema,
    search,
    verify,
)
from console.store.backup import Kept
from console.store.exchange import NO_SEALS, Trial, Tried, import_into, try_import
from console.store.find import Found, Stop, find
from console.store.outbox.decisions import apply_decisions, drop_undone
from console.store.outbox.message import Queued
from console.store.outbox.shared import apply_taken, note_given, report, take_in, tell, told_id
from console.store.outbox.tables import queue
from console.store.problems import Damaged, NoLogYet, StoreProblem, Unseen
from console.store.redact import Plan
from console.store.sqlite import BUSY_S, sqlite3
from console.store.watch import Watcher
from console.store.writer import Writer

T = TypeVar("T")
Written = tuple[list[Event], list[head.Mark]]

QUERY_S = 120.0
"""Seconds for a query: nothing that this program asks takes as long, and a file's own SQL could take for ever."""
QUERY_TRIES = 3
_LOOKING = ("still", "immutable")
"""Modes of reading in which nothing beside the file is written, and what others write may be missed."""
_LOOK_STEPS = 1_000_000
"""Instructions of SQLite's machine after which a query looks at the time; some 20 ms."""

_SNAPSHOT = "SELECT upto, state FROM snapshot WHERE incident = ? AND upto <= (SELECT coalesce(max(n), 0) FROM event)"
MAX_OWN = 500
"""When a log remembers more events as its own, it forgets those that its watchers have passed."""


class Log:
    """One per process and file; safe to use from any thread.

    Every method raises StoreProblem, with a sentence for a person, when the file cannot be read or written. A write
    that has returned is on the disk.
    """

    def __init__(self, path: Path, at: place.Identity, opened: connect.Opened, *, read_only: bool) -> None:
        self.path = path
        self.origin = opened.origin
        """The name under which this file's own events stand in the log; random, 16 hex digits."""
        self.journal_mode = opened.journal_mode
        """"wal" or "delete", as SQLite answers."""
        self.sqlite_version: str = sqlite3.sqlite_version
        self.read_only = read_only
        self.damage = ""
        """Why something of the file could not be read, and was given without that, or that the file before it is gone;
        empty where all is well."""
        self._at = at
        self._copy = opened.copy
        self._own_file = opened.own_file
        self._reader_mode = opened.reader_mode
        self._view = connect.view(path) if opened.reader_mode in _LOOKING else None
        """The view of the file at the last reading; None where what others write is always seen."""
        self._guard = threading.Lock()
        self._idle: list[sqlite3.Connection] = [opened.connection] if read_only else []
        self._own: dict[str, int] = {}
        """The rows, by event id, of the events that were written here and that a watcher may not have passed yet."""
        self._most_own = MAX_OWN
        """The number of them from which those are looked for that watchers have passed."""
        self._unsaved: dict[str, str] = {}
        self._saving: dict[str, str] = {}
        """Drafts that are being written, until their commit."""
        self._sweep_due = False
        self._watchers: list[Watcher] = []
        self._closed = False
        self._heads = head.heads_of(path, at, own=opened.own_file)
        self._writer = None if read_only else Writer(opened.connection, path, at)
        if self._writer is not None:
            for each in self._heads:
                self._writer.submit(each.go_on if opened.has_lost else each.begin, transaction=False)
            if opened.unswept:
                self._sweep_later()

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, still: bool = False) -> Self:
        """Open the log at `path`; its folder (0700) and file (0600) are made where missing.

        With `read_only` the log is not changed, and what others write to it is seen. With `still` as well nothing
        changes in its folder, not even SQLite's own files, and what others write from now on may not be seen.
        """
        path = path.expanduser().absolute()
        gone = 0 if os.path.lexists(path) else head.entries_before(path)
        place.prepare(path, write=not read_only)
        at = place.identity(path)
        if at is None:
            raise problems.moved_away(path)
        try:
            if read_only:
                opened = connect.still(path, at) if still else connect.read_only(path, at)
            else:
                opened = connect.writer(path, at, backup.last_written(place.backups_folder(path)))
        except NoLogYet:
            entries = sum(mark.oseq for mark in head.read(path, at))
            if entries:
                raise problems.emptied(path, entries) from None
            raise
        except sqlite3.Error as error:
            raise problems.of_sqlite(error, path) from error
        except UnicodeDecodeError as error:
            # SQLite's own words about a name in the file that is no text.
            raise problems.damaged(path) from error
        log = cls(path, at, opened, read_only=read_only)
        if gone:
            log.damage = problems.begun_anew(path, gone)
        return log

    # Writing

    def append(self, events: Sequence[NewEvent], messages: Sequence[Queued] = ()) -> list[Event]:
        """Write the events, and the messages that publish them, in one transaction, all or none; committed on return.

        An event whose id the log has already comes back as it stands there, so a try may be repeated; behind the events
        come those that tell other rooms of their messages. Waits up to 10 seconds for another process's write. Raises
        Overtaken where a decision about a message comes too late.
        """
        return self.append_later(events, messages).result()

    def append_later(
        self, events: Sequence[NewEvent], messages: Sequence[Queued] = (), *, seen: Mapping[str, int] | None = None
    ) -> Future[list[Event]]:
        """`append` without waiting: writes happen in the order of the calls, failures arrive in the future.

        With `seen`, the last sequence number of each origin in the events' incident, nothing is written where the
        incident has more: the future raises Unseen.
        """
        new, queued = tuple(events), tuple(messages)
        # Of a try that failed, what reached the file all the same is its own.
        ids = {id for event in new for id in (event.id, told_id(event.id))}

        def job(connection: sqlite3.Connection) -> Written:
            if seen is not None and not ids.issuperset(
                event.id for event in rows.unseen(connection, new[0].incident, seen)
            ):
                raise Unseen("Somebody else has just written to the incident; do it again.")
            written = redact.append(connection, self.origin, new)
            added = queue(connection, queued)
            written += tell(connection, self.origin, added)
            for message in added:
                if message.there is not None:
                    written += report(connection, self.origin, message.id, message.due_at)
            new_here = [event for n, event in written if n]
            drop_undone(connection, new_here)
            apply_decisions(connection, new_here)
            apply_taken(connection, self.origin, new_here)
            return self._note(connection, written)

        future = self._submit_written(job)
        if redacts(new):
            self._sweep_later()
        return future

    def redact(self, *events: NewEvent) -> list[Event]:
        """Append these, each an EntryRedacted, and erase the texts of their targets, and of what else holds the same
        words, for good.

        They leave the log, the index, drafts that contain them, the outbox and saved snapshots of the incident, in the
        same transaction; `redaction` tells before what that comes to. The events come back with `erased` and `left`
        filled in. Backups made before still hold the texts.
        """
        if not all(isinstance(event.body, EntryRedacted) for event in events):
            raise TypeError("a redaction is ordered by an EntryRedacted")
        written = self.append(events)
        self._submit(lambda connection: None, transaction=False).result()  # Queued after the sweep.
        return written

    def redaction(self, incident: str, entry: str) -> Plan | None:
        """The plan of a redaction of the entry; None where there is no such entry. Erases nothing."""
        return self.query(lambda connection: redact.plan(connection, incident, entry, Marks(os.urandom)))

    def try_import(self, events: Sequence[Event]) -> dict[str, Trial]:
        """The outcome of `import_events` for each incident that is here and would change; writes nothing."""
        try:
            self._submit(lambda connection: try_import(connection, self.origin, events)).result()
        except Tried as tried:
            return tried.trials

    def import_events(
        self, events: Sequence[Event], seals: Mapping[str, chain.Seal] = NO_SEALS, *, at: datetime | None = None
    ) -> int:
        """Take over events of an export as they are, in one transaction; gives how many were new.

        A replica gives the `seals` of its events, too, by their ids. `at` is the moment for `late_arrivals`.

        Raises Contradiction, and takes over nothing, when an event contradicts what is here, when events of an origin
        are missing in between, or when a redaction is not whole and true.
        """

        def job(connection: sqlite3.Connection) -> Written:
            written = import_into(connection, self.origin, events, seals)
            drop_undone(connection, [event for n, event in written if n])
            if at is not None:
                arrivals.note(connection, (event for _, event in written), at)
            take_in(connection, self.origin, (event for _, event in written), at)
            return self._note(connection, written)

        count = len(self._submit_written(job).result())
        if redacts(events):
            self._sweep_later()
        return count

    def note_given(self, incident: str) -> None:
        """Note that an export of the incident leaves this file: another one may take messages over that wait here.

        A log that is open for reading only notes nothing.
        """
        if not self.read_only:
            self.transact(lambda connection: note_given(connection, incident))

    def _sweep_later(self) -> Future[None]:
        return self._submit(self._sweep, transaction=False)

    def _sweep(self, connection: sqlite3.Connection) -> None:
        note = schema.meta(connection, schema.UNSWEPT)
        self._sweep_due = not redact.sweep(connection)
        if note and not self._sweep_due:
            self._submit(lambda connection: redact.swept(connection, note))

    def _note(self, connection: sqlite3.Connection, written: list[tuple[int, Event]]) -> Written:
        # Known before the commit, so that no watcher can see the rows first; by id, which stays ours even when the
        # transaction fails and is tried again.
        with self._guard:
            if len(self._own) > self._most_own:
                passed = min((watcher.after for watcher in self._watchers), default=0)
                self._own = {id: n for id, n in self._own.items() if n > passed}
                # Where a watcher is far behind, or there is none, not at each entry.
                self._most_own = max(MAX_OWN, 2 * len(self._own))
            self._own.update((event.id, n) for n, event in written if n)
        return [event for _, event in written], head.marks_of(connection, written)

    def _submit_written(self, job: Callable[[sqlite3.Connection], tuple[T, list[head.Mark]]]) -> Future[T]:
        """A job that gives its answer, and what the head has to know of the events that it wrote."""

        def committed(done: tuple[T, list[head.Mark]]) -> T:
            answer, marks = done
            for each in self._heads:
                each.add(marks)
            return answer

        return self._open_writer.submit_then(job, committed)

    def _submit(self, job: Callable[[sqlite3.Connection], T], *, transaction: bool = True) -> Future[T]:
        return self._open_writer.submit(job, transaction=transaction)

    @property
    def _open_writer(self) -> Writer:
        if self._writer is None:
            raise StoreProblem(f"{self.path} is open for reading only; start again without --read-only to write.")
        return self._writer

    # Reading

    def events(self, incident: str, *, after: int = 0, progress: Progress = lambda share: None) -> list[Event]:
        """The incident's events in the log's total order; with `after`, only those committed after that position.

        Where the file is damaged an event that cannot be read stands there as `Unreadable`.
        """
        return self._salvaged(
            lambda connection: rows.of_incident(connection, incident, after, progress),
            lambda connection: salvage.of_incident(connection, incident, after),
        )

    def seals(self, incident: str) -> dict[str, chain.Seal]:
        """The bodies of the incident's events as they stand in the file, by id; none where the file is damaged."""
        return self._salvaged(lambda connection: rows.seals(connection, incident), lambda connection: {})

    def unseen(self, incident: str, seen: Mapping[str, int]) -> list[Event]:
        """The incident's events behind the last sequence number of each origin, in the log's total order."""
        return self._salvaged(
            lambda connection: rows.unseen(connection, incident, seen),
            lambda connection: salvage.unseen(connection, incident, seen),
        )

    def event(self, event_id: str) -> Event | None:
        return self.query(lambda connection: rows.find(connection, event_id))

    def late_arrivals(self, incident: str) -> dict[str, datetime]:
        """The arrivals of other files' events that landed before what was here already, by their ids.

        Of a file that cannot tell, a damaged one or one of an older format, none: the log is told without them.
        """
        return self._arrivals(lambda connection: arrivals.late(connection, incident))

    def replay(self, incident: str, progress: Progress = lambda share: None) -> Replay:
        """The incident from moment to moment, as it was known in this file."""
        events = self.events(incident, progress=progress)
        return Replay(incident, events, self._arrivals(lambda connection: arrivals.all_of(connection, incident)))

    def _arrivals(self, read: Callable[[sqlite3.Connection], dict[str, datetime]]) -> dict[str, datetime]:
        try:
            return self.query(read)
        except StoreProblem:
            return {}

    def known(self, incident: str, at: datetime) -> list[Event]:
        """The incident's events that this file held at a moment, in the log's total order.

        A damaged file, or one of an older format, cannot tell what arrived when: there the moment of writing counts.
        """
        try:
            later = self.query(lambda connection: arrivals.after(connection, incident, at))
        except StoreProblem:
            later = set()
        return [event for event in self.events(incident) if event.recorded_at <= at and event.id not in later]

    def incidents(self) -> list[str]:
        """The references of all incidents in the file, in alphabetical order."""
        return self._salvaged(rows.incidents, salvage.incidents)

    def latest_written(self) -> datetime | None:
        """The latest time of writing among what was written here lately; None where there is none to be read."""
        try:
            return self.query(lambda connection: rows.latest_written(connection, self.origin))
        except StoreProblem:
            return None

    def _salvaged(self, whole: Callable[[sqlite3.Connection], T], parts: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job that only reads, and where the file is damaged the one that gives what is left."""

        def job(connection: sqlite3.Connection) -> T:
            try:
                return whole(connection)
            except salvage.DAMAGE as error:
                salvage.raise_unless_damage(error)
                if not self.damage:
                    corrupt = isinstance(error, sqlite3.Error) and "decode" not in str(error)
                    cause = problems.of_corruption(self.path) if corrupt else problems.damaged(self.path)
                    self.damage = cause.reason
                return parts(connection)

        return self.query(job)

    def position(self) -> int:
        """The position of the last commit in this file, for `read_since`, `watch` and snapshots; 0 when empty."""
        return self.query(rows.position)

    def search(self, wanted: Wanted, limit: int = 200, stop: Stop = lambda: False) -> Found:
        """The entries of all incidents that hold what is wanted, the best first.

        Once `stop` says so nothing more is looked for, and Superseded is raised.
        """
        return self.query(lambda connection: find(connection, wanted, limit, stop))

    def watch(
        self,
        on_events: Callable[[list[Event]], None],
        *,
        on_outbox: Callable[[], None] = lambda: None,
        on_problem: Callable[[StoreProblem], None] = lambda problem: None,
        after: int | None = None,
        own: bool = False,
        interval_s: float = 0.1,
    ) -> Watcher:
        """Call back, in another thread, with what other consoles commit after a position (default: now).

        What this Log wrote itself is left out, `append` having reported it, unless `own` is true. `on_outbox` hears of
        what becomes of messages to pages, also of this Log's own. `on_problem` hears once of each trouble, such as the
        file having been moved away.
        """

        def read(connection: sqlite3.Connection, position: int) -> tuple[list[Event], int]:
            events, last = rows.since(connection, position)
            with self._guard:
                return [event for event in events if own or event.id not in self._own], last

        watcher = Watcher(
            connect=self._connect,
            view=self._newest_view,
            read=read,
            path=self.path,
            at=self._at,
            after=self.position() if after is None else after,
            on_events=on_events,
            on_outbox=on_outbox,
            on_problem=on_problem,
            interval_s=interval_s,
        )
        self._watchers.append(watcher)
        return watcher

    # Drafts and snapshots

    def save_draft(self, key: str, text: str) -> Future[None]:
        """Keep a half-typed text; its future may be ignored. An empty text clears the draft."""
        return self.save_drafts({key: text})

    def save_drafts(self, texts: Mapping[str, str]) -> Future[None]:
        """`save_draft` of several texts, by their keys, in one transaction.

        One that joins several with `TEXTS_APART` loses only those of them that a redaction takes.
        """
        with self._guard:
            self._unsaved.update(texts)

        def job(connection: sqlite3.Connection) -> None:
            # Of texts that queued up behind a lock only the last is worth writing.
            with self._guard:
                newest = {key: self._unsaved.pop(key) for key in texts if key in self._unsaved}
                self._saving.update(newest)
            for key, text in newest.items():
                if text:
                    connection.execute("REPLACE INTO draft(key, text) VALUES(?, ?)", (key, text))
                else:
                    connection.execute("DELETE FROM draft WHERE key = ?", (key,))

        def saved(future: Future[None]) -> None:
            with self._guard:
                for key in texts:
                    self._saving.pop(key, None)

        future = self._submit(job)
        future.add_done_callback(saved)
        return future

    def sweep(self) -> None:
        """Leave no old page behind that held what is erased or no longer kept, once what is queued is written."""
        self._submit(redact.leave_to_sweep)
        self._sweep_later()

    def drafts(self) -> dict[str, str]:
        """All kept texts; of those that are still on their way to the disk, what will stand there."""
        with self._guard:
            coming = {**self._saving, **self._unsaved}
        texts = dict(self.select("SELECT key, text FROM draft")) | coming
        return {key: text for key, text in texts.items() if text}

    def save_snapshot(self, incident: str, upto: int, state: bytes | bytearray) -> Future[None]:
        """Keep a folded state, so that opening need not fold again; `upto` is the position it has seen."""

        def job(connection: sqlite3.Connection) -> None:
            # A redaction committed after `upto` has erased what this state still shows.
            connection.execute(
                "REPLACE INTO snapshot(incident, upto, state) SELECT ?1, ?2, ?3 WHERE NOT EXISTS ("
                " SELECT 1 FROM event WHERE incident = ?1 AND kind = 'entry_redacted' AND n > ?2)",
                (incident, upto, state),
            )

        return self._submit(job)

    def snapshot(self, incident: str) -> tuple[int, bytes] | None:
        """The position and the state saved last, or None, also where it is damaged or has seen what is lost."""
        try:
            kept = next(iter(self.select(_SNAPSHOT, incident)), None)
        except Damaged:
            return None
        return kept if kept is not None and isinstance(kept[1], bytes) else None

    # Jobs of the store's own

    def transact(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job in one transaction on the writing connection; committed on return."""
        return self._submit(job).result()

    def transact_written(self, job: Callable[[sqlite3.Connection], tuple[T, list[tuple[int, Event]]]]) -> T:
        """`transact` for a job that also writes events, which it gives with their rows beside its answer.

        A watcher of this log tells of them, as of those of another console.
        """

        def noted(connection: sqlite3.Connection) -> tuple[T, list[head.Mark]]:
            answer, written = job(connection)
            return answer, head.marks_of(connection, written)

        return self._submit_written(noted).result()

    def transact_later(self, job: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """`transact` without waiting."""
        return self._submit(job)

    def change(self, sql: str, *values: object) -> None:
        """Run one statement in a transaction of its own; committed on return."""
        self.transact(lambda connection: connection.execute(sql, values).rowcount)

    def query(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job that only reads."""
        return self._query(job, QUERY_S)

    def _query(self, job: Callable[[sqlite3.Connection], T], limit_s: float | None, *, tries: int = QUERY_TRIES) -> T:
        try:
            with self._reader() as connection:
                if limit_s is not None:
                    end = time.monotonic() + limit_s
                    connection.set_progress_handler(lambda: time.monotonic() > end, _LOOK_STEPS)
                try:
                    return job(connection)
                finally:
                    connection.set_progress_handler(None, 0)
        except sqlite3.Error as error:
            # While a connection opens the index for the first time, a VACUUM may put its tables elsewhere.
            moved = tries > 1 and "vtable constructor failed" in str(error)
            if moved or self._joins_others():
                return self._query(job, limit_s, tries=tries - 1)
            raise problems.of_sqlite(error, self.path) from error
        except ValueError as error:
            raise problems.damaged(self.path) from error

    def _joins_others(self) -> bool:
        """Read anew from now on where somebody has begun to write to a file that nobody had open, or has written."""
        if self._view is None:
            return False
        view = connect.view(self.path)
        with self._guard:
            if view == self._view:
                return False
            self._view = view
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        return True

    def _newest_view(self) -> connect.View | None:
        self._joins_others()
        return self._view

    def select(self, sql: str, *values: object) -> list[Any]:
        """The rows of one statement that only reads."""
        return self.query(lambda connection: connection.execute(sql, values).fetchall())

    # Care

    def between_writes(self) -> AbstractContextManager[None]:
        """While nothing is being written here; waits for a write as long as that may take, and no longer.

        For a process that is about to be stopped, which must not hold up others by a lock.
        """
        return nullcontext() if self._writer is None else self._writer.resting(BUSY_S + 1)

    def run_as_writer(self, job: Callable[[sqlite3.Connection], object]) -> None:
        """Run a job on the writing connection, outside a transaction: for care of the file, such as a limit."""
        self._submit(job, transaction=False).result()

    def backup(self, target: Path) -> None:
        """Write a whole, consistent copy (0600) to `target`, replacing a file there only once the copy is complete."""
        self._query(lambda connection: backup.copy(connection, self.path, target.expanduser().absolute()), None)
        self._sync_heads()

    def hourly_backup(self, folder: Path, keep: int = 5) -> Path | None:
        """Back up into `folder` unless its newest backup is younger than an hour; keep the newest `keep`."""
        made = self._query(lambda connection: backup.hourly(connection, self.path, folder.expanduser(), keep), None)
        if made is not None:
            self._sync_heads()
        return made

    def exit_backup(self, folder: Path, keep: int = 5) -> Path:
        """Back up into `folder`, where the copy of a log that was left replaces the one before it."""
        made = self._query(lambda connection: backup.at_exit(connection, self.path, folder.expanduser(), keep), None)
        self._sync_heads()
        return made

    def renew_backups(self) -> Path:
        """Back up anew in place of all backups beside the log, which are removed; where the new one is."""
        folder = place.backups_folder(self.path)
        made = self._query(lambda connection: backup.renew(connection, self.path, folder), None)
        self._sync_heads()
        return made

    def _sync_heads(self) -> None:
        def sync(connection: sqlite3.Connection) -> None:
            for each in self._heads:
                each.sync()

        if self._writer is not None:
            self._writer.submit(sync, transaction=False)

    def verify(self) -> list[str]:
        """The faults of the log, a sentence each; empty when it is whole and knows what its heads and backups do."""
        # Before the log is read, so that the log cannot know less than they do.
        known, kept = self._known(), self._kept()

        def anew(connection: sqlite3.Connection) -> list[str]:
            # One that was used before may remember the index as it was before a VACUUM, and call that damage.
            with closing(self._connect()) as unused:
                return verify.verify(unused, self.path, known, kept)

        try:
            wrong = self._query(anew, None)
        except StoreProblem as problem:
            wrong = [problem.reason]
        return self.verify() if wrong and self._joins_others() else wrong

    def rebuild_index(self) -> None:
        """Make the index of the search anew of the entries."""
        self.transact(search.rebuild)

    def gaps(self) -> list[head.Gap]:
        """The entries logged here and missing now, as far as the log's heads and backups know; empty when none is."""
        known, kept = self._known(), self._kept()
        missing = self.query(lambda connection: verify.missing(connection, known, kept))
        return self.gaps() if missing and self._joins_others() else missing

    def accept(self) -> None:
        """Take the log as it is: what is missing now is told no more."""
        kept = self._kept()
        self.transact(lambda connection: backup.accept(connection, kept))
        for each in self._heads:
            self.run_as_writer(each.make)

    def _kept(self) -> list[Kept]:
        return backup.read(place.backups_folder(self.path))

    def _known(self) -> head.Known:
        return head.known(self.path, self._at, own=self._own_file)

    def close(self) -> None:
        """Stop watching, write what is queued, and close. Closing twice does nothing."""
        for watcher in self._watchers:
            watcher.stop()
        if self._writer is not None:
            # Waited for: a sweep queues something more to write.
            self._submit(lambda connection: None, transaction=False).exception()
            if self._sweep_due:
                self._sweep_later().exception()
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        # The last: whoever closes last folds the write-ahead log into the file.
        if self._writer is not None:
            self._writer.close()
            for each in self._heads:
                each.close()
        if self._copy is not None:
            self._copy.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _connect(self) -> sqlite3.Connection:
        file = self.path if self._copy is None else self._copy.path
        mode = self._reader_mode if self._view is None else self._view.mode
        connection = connect.reader(file, mode=mode, log=self.path)
        if place.identity(self.path) != self._at:
            connection.close()
            raise problems.moved_away(self.path)
        return connection

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else uses meanwhile; a thread never waits for another one's long read."""
        self._joins_others()
        with self._guard:
            if self._closed:
                raise StoreProblem("The log is closed; open it again.")
            view = self._view
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._connect()
        try:
            yield connection
        finally:
            with self._guard:
                keep = not self._closed and view == self._view
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()
