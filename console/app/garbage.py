"""Python's look for garbage, taken where nobody waits for it: a whole one takes longer than painting three entries."""

import gc

QUIET_S = 5.0
"""Seconds without a key after which the whole heap may be looked through."""
WORTH = 50
"""Looks at new objects, which Python takes by itself, since the last whole one that make another one worth its time."""
USUAL = 700
"""New objects after which Python looks at them by itself, as it does where nobody says otherwise."""


class Heap:
    """A process's objects: those that live through a whole look are left out of those that Python takes by itself."""

    _looks = 0
    """Python's looks until the last whole one."""

    def tidy(self, quiet_s: float) -> None:
        """Look through all of it where nobody has typed for so long that nobody waits, and enough of it is new."""
        if quiet_s >= QUIET_S and _looks() >= self._looks + WORTH:
            self.look()

    def look(self) -> None:
        """Look through all of it."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        gc.set_threshold(USUAL)
        self._looks = _looks()


def _looks() -> int:
    return int(gc.get_stats()[1]["collections"])
