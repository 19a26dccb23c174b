"""Half-typed texts of a console, kept in the log so that nothing typed is lost."""

from collections.abc import Mapping
from concurrent.futures import Future

from console.app.console_slot import MAX_SLOTS, ConsoleSlot
from console.core.language.secrets import looks_secret
from console.store.log import Log
from console.store.problems import StoreProblem
from console.store.redact import TEXTS_APART

EVENT_ID = "\x1f"
"""In a draft between a text and the id of the event that logs it: no cleaned text holds it."""


class Drafts:
    """The drafts of one person, in the slot of their console. A console that writes nothing keeps none."""

    def __init__(self, log: Log, actor: str, slot: ConsoleSlot, *, read_only: bool) -> None:
        self._log, self._actor, self._slot, self._read_only = log, actor, slot, read_only
        self._last: dict[str, str] = {}
        """The texts that the log keeps, by place, as far as this console knows."""

    def kept(self, place: str) -> str:
        """The text kept for a place ("prompt INC-K7Q2") and this person; empty when there is none.

        Without one of its own a console takes over that of a console which ended without sending it.
        """
        self._last[place] = self._kept(place)
        return self._last[place]

    def unlogged(self, place: str) -> str:
        """The text kept for a place, unless it is the one that `sent` kept and its event is on the disk."""
        text, _, event_id = self.kept(place).partition(EVENT_ID)
        return "" if event_id and self.is_logged(event_id) else text

    def sent(self, place: str, text: str, event_id: str) -> None:
        """Keep a text whose event is about to be written: a process that ends right after that must not offer it again.

        Raises StoreProblem.
        """
        self.keep({place: f"{text}{EVENT_ID}{event_id}" if text else ""})

    def is_logged(self, event_id: str) -> bool:
        """True when the event is on the disk."""
        try:
            return self._log.event(event_id) is not None
        except StoreProblem:
            return False

    def _kept(self, place: str) -> str:
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

    def keep(self, texts: Mapping[str, str]) -> None:
        """Keep half-typed texts by their places, in the background and all at once; an empty one clears its place.

        Of one that looked like a secret, and is gone, nothing is left in the file. Raises StoreProblem.
        """
        changed = {place: text for place, text in texts.items() if self._last.get(place) != text}
        if self._read_only or not changed:
            return

        def saved(future: Future[None]) -> None:
            if future.exception() is not None:
                for place in changed:
                    self._last.pop(place, None)

        now = "\n".join(texts.values())
        before = [text for place in changed for text in self._last.get(place, "").split(TEXTS_APART)]
        self._last.update(changed)
        self._log.save_drafts(
            {self._key(place, self._slot.number): text for place, text in changed.items()}
        ).add_done_callback(saved)
        if any(secret not in now for secret in map(looks_secret, (text for text in before if text not in now))):
            self.sweep()

    def sweep(self) -> None:
        """Leave nothing in the file of what is no longer kept, in the background."""
        if not self._read_only:
            self._log.sweep()

    def _key(self, place: str, slot: int) -> str:
        return f"{place} {self._actor}" if slot == 1 else f"{place} {self._actor} {slot}"
