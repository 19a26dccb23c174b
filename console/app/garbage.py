"""Python's look for garbage, taken where nobody waits for it: a whole one takes longer than painting three entries."""

import gc

QUIET_S = 5.0
"""Seconds without a key after which the whole heap may be looked through."""
WORTH = 50
"""Looks at new objects, which Python takes by itself, since the last whole one that make another one worth its time."""
USUAL = 700
"""New objects after which Python looks at them by itself, as it does where nobody says otherwise."""


class Heap:
    """The garbage collection of the process: what survives a full collection is frozen, and costs nothing more."""

    _looks = 0
    """The count of Python's own collections at the last full one."""

    def tidy(self, quiet_s: float) -> None:
        """Collect everything, where nobody has typed for `QUIET_S` and enough objects are new."""
        if quiet_s >= QUIET_S and _looks() >= self._looks + WORTH:
            self.collect()

    def collect(self) -> None:
        """Collect now, and count from here on."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        gc.set_threshold(USUAL)
        self._looks = _looks()


def _looks() -> int:
    return int(gc.get_stats()[1]["collections"])
