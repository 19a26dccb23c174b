"""Half-typed texts of a console, kept in the log so that nothing typed is lost."""

from console.app.console_slot import MAX_SLOTS, ConsoleSlot
from console.store.log import Log
from console.store.problems import StoreProblem


class Drafts:
    """Of one person, in the slot of their console. A console that writes nothing keeps none."""

    def __init__(self, log: Log, actor: str, slot: ConsoleSlot, *, read_only: bool) -> None:
        self._log, self._actor, self._slot, self._read_only = log, actor, slot, read_only

    def kept(self, place: str) -> str:
        """The text kept for a place ("prompt INC-K7Q2") and this person; empty when there is none.

        Without one of its own a console takes over that of a console which ended without sending it.
        """
        try:
            kept = self._log.drafts()
            own = kept.get(self._key(place, self._slot.number), "")
            if own or self._read_only:
                return own
            for number in range(1, MAX_SLOTS + 1):
                left = kept.get(self._key(place, number), "")
                if left and self._slot.is_free(number):
                    # In this order, so that it is always kept somewhere.
                    self._log.save_draft(self._key(place, self._slot.number), left)
                    self._log.save_draft(self._key(place, number), "")
                    return left
        except StoreProblem:
            # A draft that cannot be read must not keep anybody from opening the room.
            pass
        return ""

    def keep(self, place: str, text: str) -> None:
        """Keep a half-typed text, in the background; an empty one clears it. Raises StoreProblem."""
        if not self._read_only:
            self._log.save_draft(self._key(place, self._slot.number), text)

    def _key(self, place: str, slot: int) -> str:
        return f"{place} {self._actor}" if slot == 1 else f"{place} {self._actor} {slot}"
