"""Components that the incident affects, each with its state."""

from datetime import datetime
from typing import Annotated, Literal

from console.core.log.asked import Asked, Read, Word, form
from console.core.log.command import Command
from console.core.log.deciding import Decide, Decision, name, proposed
from console.core.log.event import Body
from console.core.log.fields import Text
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident, Register
from console.core.refusal import Refused


class ComponentChanged(Body, frozen=True):
    """A component's state: operational, degraded, partial, major or maintenance."""

    component: Text
    status: Annotated[str, Literal["operational", "degraded", "partial", "major", "maintenance"]]


class Components(Part):
    states: dict[str, Register] = {}


def components_of(state: Incident) -> dict[str, Register]:
    """The state of each component that was named, by its name."""
    return state.part(Components).states


class SetComponent(Command, frozen=True, kw_only=True):
    component: str
    status: str


def _component(fold: Folding, body: ComponentChanged) -> None:
    fold.states_in(fold.part(Components).states, body.component, body.status)
    fold.entry("component", f"{body.component}: {body.status}")


COMPONENT_STATES = ("operational", "degraded", "partial", "major", "maintenance")


def _set_component(state: Incident, command: SetComponent, at: datetime, now: datetime) -> Decision:
    component, status = name(command.component), command.status.strip().lower()
    if not component:
        raise Refused("Name the component, as in /component checkout partial.", "component")
    if status not in COMPONENT_STATES:
        raise Refused(f"A component is {', '.join(COMPONENT_STATES[:-1])} or {COMPONENT_STATES[-1]}.", "status")
    return proposed(ComponentChanged(component, status), at)


def _read_component(asked: Asked, argument: str) -> Read:
    name, _, status = argument.rpartition(" ")
    if not name:
        raise form(WORDS["component"], "Name the component and its state")
    return SetComponent(actor=asked.actor, at=asked.at, component=name, status=status)


KINDS: dict[str, type[Body]] = {
    "component_changed": ComponentChanged,
}
SIGNS = {"component": "▪"}
FOLDS = {ComponentChanged: _component}
DECISIONS: dict[type[Command], Decide] = {SetComponent: _set_component}
WORDS: dict[str, Word] = {
    "component": Word("/component NAME operational|degraded|partial|major|maintenance", _read_component),
}
