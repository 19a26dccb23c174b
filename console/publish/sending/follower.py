"""Events about to be written, told to targets that follow incidents. Nothing slow is imported without a target."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.log.event import NewEvent
from console.core.log.fold import NeedsRefold, as_if, as_written, fold
from console.core.log.state import Incident
from console.core.subjects.undo import EntryRedacted
from console.publish.targets.model import has_targets, stamps
from console.store.log import Log
from console.store.outbox.message import Queued

if TYPE_CHECKING:
    from console.publish.sending.plan import Context


class Follower:
    """A `Follow` for a ledger: the messages of what events come to."""

    def __init__(self, log: Log, folder: Path | None) -> None:
        """`folder` is the configuration folder; its targets count as they are when something is written."""
        self._log, self._folder = log, folder
        self._marks: object = None
        """The stamps of the files that `_context` was read from."""

    def __call__(self, state: Callable[[str], Incident], events: Sequence[NewEvent]) -> Sequence[Queued]:
        """`state` gives an incident without the events. Reads files, and on an undo the log."""
        if self._folder is None or not has_targets(self._folder):
            return ()
        from console.publish.sending.following import plan_following

        context = self._targets()
        if not context.targets or any(isinstance(event.body, EntryRedacted) for event in events):
            return ()
        messages: list[Queued] = []
        for ref in dict.fromkeys(event.incident for event in events):
            before, own = state(ref), [event for event in events if event.incident == ref]
            messages += plan_following(before, self._after(before, own), own, context)
        return messages

    def _after(self, before: Incident, events: Sequence[NewEvent]) -> Incident:
        try:
            return as_if(before, events)
        except NeedsRefold:
            return fold(before.ref, [*self._log.events(before.ref), *as_written(before, events)])

    def _targets(self) -> "Context":
        """Those that follow; read anew where a file has changed."""
        from console.publish.sending.plan import Context
        from console.publish.targets.folder import Targets
        from console.publish.targets.setup import capabilities

        marks = stamps(self._folder)
        if marks != self._marks:
            targets = tuple(target for target in Targets(self._folder).all() if target.events)
            can = {target.name: caps for target in targets if (caps := capabilities(target.provider)) is not None}
            self._marks, self._context = marks, Context(targets, can)
        return self._context
