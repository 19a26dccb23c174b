"""The words about a planned maintenance where nobody writes others: its stage, and its times in UTC."""

from typing import Literal

from console.core.log.state import Incident, Window
from console.core.subjects.maintenance import IN_PROGRESS

Step = Literal["plan", "move", "begin", "complete", "cancel"]


def maintenance_now(state: Incident) -> str:
    """The words about one as it stands; empty of an incident."""
    window = state.planned
    if window is None:
        return ""
    if state.stage.value == IN_PROGRESS:
        return f"The maintenance is in progress. It is planned for {window.words}."
    step: Step = {"completed": "complete", "cancelled": "cancel"}.get(state.stage.value, "plan")  # type: ignore[assignment]  # mypy widens the table's words
    return maintenance_text(step, window)


def maintenance_text(step: Step, window: Window, *, begun: bool = False) -> str:
    """The words with a step; `begun` tells one that is stopped from one that never took place."""
    match step:
        case "plan":
            return f"Maintenance is planned for {window.words}."
        case "move" if begun:
            return f"The maintenance takes longer than planned: {window.words}."
        case "move":
            return f"The maintenance is moved to {window.words}."
        case "begin":
            return f"The maintenance has begun. It is planned for {window.words}."
        case "complete":
            return "The maintenance is completed."
    return "The maintenance was stopped." if begun else "The maintenance is cancelled and does not take place."
