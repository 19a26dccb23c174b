"""The incidents that look like the room's: compared in quiet moments, beside what somebody does there."""

from collections.abc import Callable, Sequence
from time import monotonic

from textual.timer import Timer
from textual.widget import Widget

from console.app.session import Session
from console.core.memory.similar import Memory
from console.core.refusal import Problem
from console.export.similar import Likely, Recalled, likeliest, recall_for_state
from console.library.runbooks import Runbooks

MOST_READ = 50
"""Earlier incidents that are read in one quiet moment."""
MAX_ENTRIES = 2000
"""Of an incident that is compared as it goes on: one with more keeps the processor busy for longer than a keystroke."""


class Likeness:
    """The incidents that look like this one, of those that were read before."""

    def __init__(self, session: Session, ref: str, room: Widget, show: Callable[[], None]) -> None:
        """`show` is called when it is another than before."""
        self.likely: Sequence[Likely] = ()
        self._session, self._ref, self._room, self._show = session, ref, room, show
        self._timer: Timer | None = None

    def changed(self) -> None:
        """Compare it again, in the next quiet moment."""
        if self._timer is None:
            self._timer = self._room.set_timer(self._session.recaller.pause_s, self.compare_when_quiet)

    def forget(self) -> None:
        """Drop what was found, which may hold words that were erased, and compare again."""
        self._put(())
        self.changed()

    def compare_when_quiet(self) -> None:
        """Compare it, unless somebody types: then later."""
        self._timer = None
        if monotonic() - self._session.typed_at < self._session.recaller.pause_s:
            self.changed()
        else:
            self._room.run_worker(self._compare(), exclusive=True, group="likeness")

    async def _compare(self) -> None:
        state = self._session.state(self._ref)
        if len(state.entries) > MAX_ENTRIES:
            return
        if state.phase == "over" or state.withdrawn:
            self._put(())
            return

        def ask(memory: Memory, _: Runbooks) -> Recalled:
            # Without the runbooks: reading them takes a megabyte, and only tips need them.
            return recall_for_state(memory, state)

        try:
            async for recalled in self._session.recaller.answers(ask, MOST_READ):
                self._put(likeliest(recalled))
            if self._session.cases.unread:
                self.changed()
        except Problem:
            # The screen of similar incidents says why.
            self._put(())

    def _put(self, likely: Sequence[Likely]) -> None:
        before, self.likely = self.likely, likely
        if list(likely) != list(before):
            self._show()
