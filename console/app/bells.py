"""The clocks that ask for attention now: each once when it begins to warn, and once when it is overdue."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from console.app.settings import Bell
from console.core.log.clocks import Clock
from console.core.log.state import Incident

LOUD: Mapping[Bell, tuple[str, ...]] = {"both": ("warning", "overdue"), "overdue": ("overdue",), "off": ()}
"""The states that ring, by the setting."""


def marked_ref(state: Incident) -> str:
    """`INC-K7Q2`, or `INC-K7Q2 (drill)`"""
    return f"{state.ref} (drill)" if state.drill else state.ref


def due_words(state: Incident, clock: Clock) -> str:
    """`INC-K7Q2: public update is overdue`"""
    return f"{marked_ref(state)}: {clock.what} " + ("is overdue" if clock.state == "overdue" else "is due soon")


class Bells:
    """Remembers which clocks have rung in this console; one that is due already when first seen is silent."""

    def __init__(self) -> None:
        self._heard: dict[str, set[tuple[str, datetime, str]]] = {}
        """By incident: clocks by key, due moment and state."""

    def begun(self, ref: str, owed: Iterable[Clock]) -> list[Clock]:
        """The open clocks of the incident that began to warn or went over since the last look, in their order."""
        first = ref not in self._heard
        heard = self._heard.setdefault(ref, set())
        due = [clock for clock in owed if clock.state in ("warning", "overdue")]
        new = [clock for clock in due if (clock.key, clock.due_at, clock.state) not in heard]
        heard.update((clock.key, clock.due_at, clock.state) for clock in new)
        return [] if first else new
