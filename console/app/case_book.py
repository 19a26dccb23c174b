"""The cases of the log for the screens that look back: kept in memory, and read in the background."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable

from console.core.memory.case import Case
from console.core.memory.concepts import Vocabulary
from console.core.memory.similar import Memory
from console.store import cases
from console.store.cases import KeptCase
from console.store.ledger import Ledger
from console.store.log import Log


class CaseBook:
    """The case of each incident that has been read."""

    def __init__(self, log: Log, ledger: Ledger) -> None:
        self._log, self._ledger = log, ledger
        self._cases: dict[str, KeptCase] = {}
        self.unreadable: set[str] = set()
        self.unread = 0
        """Incidents that nobody has read yet, when somebody looked last."""
        self._memory: tuple[dict[str, str], Memory] | None = None
        """Made of the cases that had these heads, by reference."""
        self._building = asyncio.Lock()

    @property
    def cases(self) -> list[Case]:
        """The newest declaration first."""
        return cases.newest_first(self._cases.values())

    def forget(self, ref: str) -> None:
        """Something came for an incident: what is in memory of it may hold words that were erased."""
        self._cases.pop(ref, None)
        self._memory = None

    async def read(self, show: Callable[[int], object], most: int = sys.maxsize) -> None:
        """Read what is not known as it is now, at most so many; `show` hears after each part how many are left.

        Raises StoreProblem.
        """
        kept = await asyncio.to_thread(cases.kept, self._log, dict(self._cases))
        self._cases = dict(kept.known)
        # Those that are open stand in memory already, and may be long.
        states = {state.ref: state for state in self._ledger.opened()}
        left = dict(kept.missing)
        self.unread = len(left)
        show(self.unread)
        end = max(0, self.unread - most)
        while len(left) > end:
            part = {ref: left.pop(ref) for ref in list(left)[: min(cases.TOGETHER, len(left) - end)]}
            made = await asyncio.to_thread(cases.make, self._log, part, states, self.unreadable.add)
            self._cases.update(made)
            self.unread = len(left)
            show(self.unread)

    async def memory(self, vocabulary: Vocabulary, most_read: int = sys.maxsize) -> AsyncIterator[Memory]:
        """The cases ready to be compared: those that are kept, then, where some had to be read, those too.

        At most `most_read` are read, and then `unread` are left. Worked out in other threads. Raises StoreProblem.
        """
        kept = await asyncio.to_thread(cases.kept, self._log, dict(self._cases))
        self._cases = dict(kept.known)
        self.unread = len(kept.missing)
        yield await self._built(vocabulary)
        if self.unread:
            await self.read(lambda left: None, most_read)
            yield await self._built(vocabulary)

    async def _built(self, vocabulary: Vocabulary) -> Memory:
        async with self._building:
            known_cases = dict(self._cases)
            heads = {ref: case.heads for ref, case in known_cases.items()}
            known = self._memory
            if known is not None and known[0] == heads and known[1].vocabulary is vocabulary:
                return known[1]
            digested = await asyncio.to_thread(cases.digests, self._log, known_cases, vocabulary)
            memory = await asyncio.to_thread(cases.memory_of, digested, vocabulary)
            # What was forgotten meanwhile stays so.
            self._cases |= {ref: case for ref, case in digested.items() if self._cases.get(ref) is known_cases[ref]}
            if self._cases.keys() == known_cases.keys():
                self._memory = heads, memory
            return memory
