"""The console's replicator: a thread of its own with a connection of its own, which no screen ever waits for.

What it takes over arrives in the room as what another process writes into the same file.
"""

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from secrets import token_hex
from socket import gethostname
from typing import TYPE_CHECKING

from textual.message import Message

from console.app.session import LinkChanged, OthersChanged, Session
from console.core.refusal import Problem
from console.store.log import Log
from console.sync.presence import Present

if TYPE_CHECKING:
    from console.sync.link import Link
    from console.sync.replicator import Replicator

AGAIN_S = 30.0
"""The pause before the log is opened again, or an address read that could not be."""


class Syncing:
    """One console's way to the server that joins machines."""

    def __init__(
        self, session: Session, address: str, post: Callable[[Message], object], *, drills: bool = False
    ) -> None:
        """`post` takes messages from another thread. A log of `drills` is joined with no other."""
        self._session, self._address, self._post, self._drills = session, address, post, drills
        self._ended = threading.Event()
        self._replicator: Replicator | None = None
        self._present = Present(
            token_hex(8), session.log.origin, session.actor, gethostname().partition(".")[0], "", ""
        )
        """The activity of this console as others see it."""
        self._thread = threading.Thread(target=self._run, name="replicator", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Look now: something was written. Others' writing into the file it sees by itself, a little later."""
        if self._replicator is not None:
            self._replicator.wake()

    @property
    def level_at(self) -> datetime | None:
        """The moment at which log and server last had all of each other; None before that. For any thread."""
        return self._replicator.level_at if self._replicator is not None else None

    def sits_before(self, ref: str, doing: str) -> None:
        """Tell consoles on other machines which incident's room is open here, and what is done there."""
        present = self._present._replace(ref=ref, doing=doing)
        if present != self._present:
            self._present = present
            if self._replicator is not None:
                self._replicator.present = present
                self._replicator.wake()

    def end(self, wait_s: float) -> None:
        """Stop; what is under way is left to its end, and what is unsent to the next console."""
        self._ended.set()
        if self._replicator is not None:
            self._replicator.stop()
        if self._thread.ident is not None:
            self._thread.join(wait_s)

    def _run(self) -> None:
        # psycopg is read here, where nobody waits for it.
        from console.sync.link import Link
        from console.sync.replicator import Replicator, address_of

        while not self._ended.is_set():
            try:
                self._tell(Link("connecting"))
                address = address_of(self._address)
                with (
                    Log.open(self._session.log.path) as log,
                    closing(Replicator(log, address, self._session.now, self._tell, drills=self._drills)) as replicator,
                ):
                    self._replicator = replicator
                    replicator.took = self._session.poll_file
                    replicator.present = self._present
                    replicator.tell_others = lambda others: self._post(OthersChanged(others))
                    if not self._ended.is_set():
                        replicator.run()
            except Problem as problem:
                self._tell(Link("unreachable", since=self._session.now(), problem=problem.reason))
            except Exception as error:  # noqa: BLE001 - a thread that ends unseen would leave entries unsent
                name = type(error).__name__
                words = f"Replication stopped ({name}) and is tried again; warroom sync run shows more."
                self._tell(Link("unreachable", since=self._session.now(), problem=words))
            self._ended.wait(AGAIN_S)

    def _tell(self, link: "Link") -> None:
        self._post(LinkChanged(link))
