"""Components that the incident affects, each with its state."""

from console.core.events import ComponentChanged
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident, Register


class Components(Part):
    states: dict[str, Register] = {}


def components_of(state: Incident) -> dict[str, Register]:
    """The state of each component that was named, by its name."""
    return state.part(Components).states


def _component(fold: Folding, body: ComponentChanged) -> None:
    fold.states_in(fold.part(Components).states, body.component, body.status)
    fold.entry("component", f"{body.component}: {body.status}")


FOLDS = {ComponentChanged: _component}
