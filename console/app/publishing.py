"""The console's senders: a thread for each target, woken by each update, and what is known of every page.

No screen waits for it: with every target out of reach, keys and lines cost what they cost without targets.
"""

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from textual.message import Message

from console.app.session import PublishChanged, Session
from console.publish.sending import lease
from console.publish.sending.plan import Context
from console.publish.sending.status import Standing
from console.store.log import Log
from console.store.outbox.outbox import Outbox
from console.store.problems import StoreProblem

if TYPE_CHECKING:
    from console.publish.sending.publisher import Publisher
    from console.publish.sending.sender import Synced


class Publishing:
    """One console's way to its targets."""

    def __init__(self, session: Session, post: Callable[[Message], object], synced: "Synced | None" = None) -> None:
        """`post` takes messages from another thread; `synced` is as for a `Sender`."""
        self._session, self._post, self._synced = session, post, synced
        # Every turn has a sender of its own, which goes on where the last one stopped.
        self._holder = lease.me()
        self._wake, self._end = threading.Event(), threading.Event()
        self._due = True
        """The targets are to look: something was queued or ordered since they did."""
        self._thread: threading.Thread | None = None
        self._rooms: frozenset[str] = frozenset()
        self.standings: Mapping[str, tuple[Standing, ...]] = {}
        self._trouble = ""
        """Why nothing can be sent or read at the moment, as it was told."""
        # Another console, or a command, has queued, sent or decided something. Its own doings wake the sender once
        # more, and then change nothing.
        session.on_outbox = self.wake

    def publisher(self) -> "Publisher":
        """The targets as they are configured now; the code that sends is read when first asked for."""
        from console.publish.sending.publisher import Publisher

        return Publisher(self._session.targets_config)

    def context(self, publisher: "Publisher", ref: str, *, maintenance: bool = False) -> Context | None:
        """The context for previewing and publishing an update; None where nothing could go anywhere.

        With `maintenance` it is of one, also where that is not declared yet.

        Raises StoreProblem when the outbox cannot be read.
        """
        return self.settling_context(publisher, ref, maintenance=maintenance) if publisher.publishes else None

    def settling_context(self, publisher: "Publisher", ref: str, *, maintenance: bool = False) -> Context:
        """The same, also where no target is switched on: an update may be left where it is. Raises StoreProblem."""
        others = [state for state in self._session.ledger.opened() if state.ref != ref]
        planned = maintenance or self._session.ledger.state(ref).maintenance
        return publisher.context(self._session.log, ref, others, maintenance=planned)

    # The thread

    def wake(self) -> None:
        """Look now: something was queued or ordered. Starts the thread, unless this console only looks."""
        self._wake_thread()
        if self._thread is None and not self._session.read_only:
            self._thread = threading.Thread(target=self._run, name="sender", daemon=True)
            self._thread.start()

    def _wake_thread(self) -> None:
        self._due = True
        self._wake.set()

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
                    self._runs_on(log)
            except StoreProblem as problem:
                self._tell(self.standings, f"Nothing is published for now. {problem.reason}")
            except Exception as error:  # noqa: BLE001 - a thread that ends unseen would leave updates unsent
                name = type(error).__name__
                self._tell(self.standings, f"Publishing stopped ({name}) and is tried again; see warroom publish run.")
            if not self._end.is_set():
                self._rest()

    def _rest(self) -> None:
        from console.publish.sending.lanes import IDLE_S

        self._wake.wait(IDLE_S)
        self._wake.clear()

    def _runs_on(self, log: Log) -> None:
        """Have the targets send and read back, and tell what became of it as it happens."""
        from console.publish.sending.lanes import IDLE_S, Lanes

        now = self._session.now
        lanes = Lanes(log, lambda: self.publisher().sender(log, now, self._holder, self._synced), now, self._wake.set)
        looked_at = now()
        try:
            while not self._end.is_set():
                publisher = self.publisher()
                if publisher.publishes or Outbox(log).messages(unfinished=True):
                    if self._due or (now() - looked_at).total_seconds() >= IDLE_S:
                        self._due, looked_at = False, now()
                        lanes.wake()
                    self._tell({ref: publisher.standings(log, ref, now()) for ref in self._rooms}, lanes.trouble)
                else:
                    self._tell({})
                self._rest()
        finally:
            lanes.end()

    def _tell(self, standings: Mapping[str, tuple[Standing, ...]], trouble: str = "") -> None:
        if standings != self.standings or trouble != self._trouble:
            self.standings, self._trouble = standings, trouble
            self._post(PublishChanged(standings, trouble))
