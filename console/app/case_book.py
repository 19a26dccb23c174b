"""The cases of the log for the screens that look back: kept in memory, and read in the background."""

import asyncio
from collections.abc import Callable

from console.core.memory.case import Case
from console.store import cases
from console.store.cases import Told
from console.store.ledger import Ledger
from console.store.log import Log


class CaseBook:
    """The case of each incident that has been read."""

    def __init__(self, log: Log, ledger: Ledger) -> None:
        self._log, self._ledger = log, ledger
        self._told: dict[str, Told] = {}
        self.unreadable: set[str] = set()

    @property
    def cases(self) -> list[Case]:
        """The newest declaration first."""
        return cases.newest_first(self._told.values())

    def forget(self, ref: str) -> None:
        """Something came for an incident: what is in memory of it may hold words that were erased."""
        self._told.pop(ref, None)

    async def read(self, show: Callable[[int], object]) -> None:
        """Read what is not known as it is now; `show` hears after each part how many are still to be read.

        Raises StoreProblem.
        """
        looked = await asyncio.to_thread(cases.kept, self._log, dict(self._told))
        self._told = dict(looked.known)
        # Those that are open stand in memory already, and may be long.
        states = {state.ref: state for state in self._ledger.opened()}
        left = dict(looked.untold)
        show(len(left))
        while left:
            part = {ref: left.pop(ref) for ref in list(left)[: cases.TOGETHER]}
            told = await asyncio.to_thread(cases.tell, self._log, part, states, self.unreadable.add)
            self._told.update(told)
            show(len(left))
