"""Python's look for garbage, taken where nobody waits for it: a whole one takes longer than painting three entries."""

import gc

QUIET_S = 5.0
"""Seconds without a key after which the whole heap may be looked through."""
WORTH = 50
"""Looks at new objects, which Python takes by itself, since the last whole one that make another one worth its time."""
USUAL = 700
"""New objects after which Python looks at them by itself, as it does where nobody says otherwise."""


class Heap:
    """The objects of a process: those that live through a whole look are left out of those that Python takes by itself.

    Moments are those of `time.monotonic`.
    """

    def __init__(self, now: float) -> None:
        self._begun = now
        self._looks = -WORTH
        """Python's looks until the last whole one; before that any number makes one worth it."""

    def tidy(self, now: float, typed_at: float) -> None:
        """Look through all of it where nobody has typed for a while, and enough of it is new."""
        if now < max(self._begun, typed_at) + QUIET_S or _looks() < self._looks + WORTH:
            return
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        gc.set_threshold(USUAL)
        self._looks = _looks()


def _looks() -> int:
    return int(gc.get_stats()[1]["collections"])
