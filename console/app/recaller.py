"""Similar incidents and suggestions for a screen, worked out in other threads."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from console.app.case_book import CaseBook
from console.core.memory.concepts import Vocabulary
from console.core.memory.similar import Memory
from console.export.similar import Recalled
from console.library.concepts import vocabulary
from console.library.runbooks import Runbooks

PAUSE_S = 3.0
"""From a change in a room until it is compared, and after the last key: who types is not to share the processor."""
Ask = Callable[[Memory, Runbooks], Recalled]


class Recaller:
    def __init__(self, cases: CaseBook, config: Path | None) -> None:
        """`config` is the folder of the team's own classes of causes and runbooks, read when first asked for."""
        self._cases, self._config = cases, config
        self._read: tuple[Vocabulary, Runbooks] | None = None
        self.pause_s = PAUSE_S
        self.complaint = ""
        """Why the team's own classes of causes are not used; empty where they are, or where there are none."""

    async def answers(self, ask: Ask, most_read: int = sys.maxsize) -> AsyncIterator[Recalled]:
        """The answer from the incidents that are known already, then, where some had to be read, from those too.

        At most `most_read` are read. Raises StoreProblem.
        """
        if self._read is None:
            (words, self.complaint), books = await asyncio.to_thread(
                lambda: (vocabulary(self._config), Runbooks(self._config))
            )
            self._read = words, books
        words, books = self._read
        async for memory in self._cases.memory(words, most_read):
            yield await asyncio.to_thread(ask, memory, books)
