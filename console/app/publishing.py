"""The console's sender: a thread of its own, woken by each update, and what it knows of every page.

No screen waits for it: with every target out of reach, keys and lines cost what they cost without targets.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

from textual.message import Message

from console.app.session import PublishChanged, Session
from console.publish.sending import lease
from console.publish.sending.plan import Context
from console.publish.sending.publisher import Publisher
from console.publish.sending.status import Standing
from console.store.log import Log
from console.store.outbox.outbox import Outbox
from console.store.problems import StoreProblem

IDLE_S = 30.0
"""The longest pause between two looks: targets or keys may have been set right. The log's watch tells of the outbox."""
READ_BACK = timedelta(minutes=5)


class Publishing:
    """One console's way to its targets."""

    def __init__(self, session: Session, post: Callable[[Message], object]) -> None:
        """`post` takes messages from another thread."""
        self._session, self._post = session, post
        # Every turn has a sender of its own, which goes on where the last one stopped.
        self._holder = lease.me()
        self._wake, self._end = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._rooms: frozenset[str] = frozenset()
        self.standings: Mapping[str, tuple[Standing, ...]] = {}
        self._trouble = ""
        """Why nothing can be sent or read at the moment, as it was told."""
        # Another console, or a command, has queued, sent or decided something. Its own doings wake the sender once
        # more, and then change nothing.
        session.on_outbox = self._wake.set

    def publisher(self) -> Publisher:
        """The targets as they are configured now."""
        return Publisher(self._session.config)

    def context(self, publisher: Publisher, ref: str) -> Context | None:
        """What is needed to preview and publish an update; None where nothing could go anywhere.

        Raises StoreProblem when the outbox cannot be read.
        """
        if not publisher.publishes:
            return None
        return self.settling_context(publisher, ref)

    def settling_context(self, publisher: Publisher, ref: str) -> Context:
        """The same, also where no target is switched on: an update may be left where it is. Raises StoreProblem."""
        others = [state for state in self._session.ledger.opened() if state.ref != ref]
        return publisher.context(self._session.log, ref, others)

    # The thread

    def wake(self) -> None:
        """Look now: something was queued or ordered. Starts the thread, unless this console only looks."""
        self._wake.set()
        if self._thread is None and not self._session.read_only:
            self._thread = threading.Thread(target=self._run, name="sender", daemon=True)
            self._thread.start()

    def show(self, ref: str) -> None:
        """A room was opened: where its targets stand is told from now on."""
        self._rooms |= {ref}
        self._wake.set()

    def end(self, wait_s: float = 0.0) -> None:
        """Stop; a request that is under way is left to its end, or to the next sender, which looks for it first."""
        self._end.set()
        self._wake.set()
        if self._thread is not None and wait_s:
            self._thread.join(wait_s)

    def _run(self) -> None:
        """Until the end: a file that cannot be read for now is opened again, so that nothing waits for ever."""
        while not self._end.is_set():
            try:
                with Log.open(self._session.log.path) as log:
                    while not self._end.is_set():
                        self._rest(self._turn(log))
            except StoreProblem as problem:
                self._tell(self.standings, f"Nothing is published for now. {problem.reason}")
            except Exception as error:  # noqa: BLE001 - a thread that ends unseen would leave updates unsent
                name = type(error).__name__
                self._tell(self.standings, f"Publishing stopped ({name}) and is tried again; see warroom publish run.")
            if not self._end.is_set():
                self._rest(IDLE_S)

    def _rest(self, pause: float) -> None:
        self._wake.wait(pause)
        self._wake.clear()

    def _turn(self, log: Log) -> float:
        """Send what is due, read back, tell; the seconds until there is something to do again."""
        now = self._session.now
        publisher = self.publisher()
        if not (publisher.publishes or Outbox(log).messages(unfinished=True)):
            self._tell({})
            return IDLE_S
        self._tell({ref: publisher.standings(log, ref, now()) for ref in self._rooms})
        sender = publisher.sender(log, now, self._holder)
        report = sender.run_once(self._end.is_set)
        pause = max(0.2, (report.next_at - now()).total_seconds()) if report.next_at is not None else IDLE_S
        sender.read_back(READ_BACK, self._end.is_set)
        self._tell({ref: publisher.standings(log, ref, now()) for ref in self._rooms})
        return min(pause, IDLE_S)

    def _tell(self, standings: Mapping[str, tuple[Standing, ...]], trouble: str = "") -> None:
        if standings != self.standings or trouble != self._trouble:
            self.standings, self._trouble = standings, trouble
            self._post(PublishChanged(standings, trouble))
