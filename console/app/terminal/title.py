"""The title of the terminal's window: which incident, and what of it is due."""

from collections.abc import Collection, Mapping, Sequence

from console.core.language.text import counted, one_line
from console.core.log.clocks import Clock
from console.core.log.state import Incident

MAX_CHARS = 60
"""Of an incident's title, and of what is due."""
_NAME = "Warroom"


def has_title(environ: Mapping[str, str]) -> bool:
    """True when the terminal has a title, as far as its name says."""
    return environ.get("TERM", "") not in ("", "dumb", "linux", "unknown")


def room_title(state: Incident, owed: Sequence[Clock]) -> str:
    """`public update overdue · INC-K7Q2 SEV1 Checkout errors — Warroom`; `owed` is sorted, the most urgent first."""
    clock = next((clock for clock in owed if clock.state in ("warning", "overdue")), None)
    due = ""
    if clock is not None and state.open:
        due = f"{one_line(clock.what, MAX_CHARS)} {'overdue' if clock.state == 'overdue' else 'due soon'} · "
    drill = " (drill)" if state.drill else ""
    return f"{due}{state.ref} {state.severity.value} {one_line(state.title.value, MAX_CHARS)}{drill} — {_NAME}"


def board_title(states: Collection[Incident], overdue: int) -> str:
    """`1 overdue · 2 open incidents — Warroom`; `overdue` of the incidents owe something that is."""
    if not states:
        return _NAME
    late = f"{overdue} overdue · " if overdue else ""
    return f"{late}{counted(len(states), 'open incident')} — {_NAME}"
