"""Components that the incident affects, each with its state."""

import re
from datetime import datetime
from typing import Annotated, Literal, get_args

from console.core.language.pattern import late
from console.core.language.text import listed
from console.core.log.command import Command, Decision, SlashContext, Word, name, proposed
from console.core.log.event import ALL_BEFORE, Body, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.state import MAINTENANCE_STAGES, Incident, Part, Register
from console.core.refusal import Refused

ComponentState = Literal["operational", "degraded", "partial", "major", "maintenance"]
COMPONENT_STATES: tuple[ComponentState, ...] = get_args(ComponentState)


class ComponentChanged(Body, frozen=True):
    """A component's state."""

    component: Text
    status: Annotated[str, Literal[*COMPONENT_STATES]]
    replaces: Replaced = ALL_BEFORE

    def apply(self, fold: Folding) -> None:
        fold.states_in(fold.part(Components).states, self.component, self.status, self.replaces)
        fold.entry("component", f"{self.component}: {state_words(fold.state, self.status)}")


class Components(Part):
    states: dict[str, Register] = {}


def components_of(state: Incident) -> dict[str, Register]:
    """The state of each component that was named, by its name."""
    return state.part(Components).states


def state_words(state: Incident, status: str) -> str:
    """A component's state for people: until a planned maintenance has begun, nothing is under maintenance."""
    planned = state.maintenance and state.stage.value == MAINTENANCE_STAGES[0] and status == "maintenance"
    return "maintenance planned" if planned else status


class SetComponent(Command, frozen=True, kw_only=True):
    component: str
    status: str

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        component, status = name(self.component), self.status.strip().lower()
        if not component:
            raise Refused("Name the component, such as checkout.", "component")
        if status not in COMPONENT_STATES:
            raise Refused(f"A component is {listed(COMPONENT_STATES, 'or')}.", "status")
        register = components_of(state).get(component, Register())
        if register.value == status and not register.conflict:
            raise Refused(f"{component} is {status} already; choose another state.", "status")
        return proposed(ComponentChanged(component, status, register.head), at)


_LEADS_ON = late(r"\s*(?:\bis|[:=]|[-=]>|→)\s*$", re.IGNORECASE)
"""Between a component and its state: `checkout is major`, `checkout: major`."""


def _read_component(context: SlashContext, argument: str) -> Command:
    written, _, status = argument.rpartition(" ")
    name = _LEADS_ON.sub("", written)
    if not name:
        raise context.incomplete("Name the component and its state", name=status)
    return SetComponent(actor=context.actor, at=context.at, component=name, status=status)


SIGNS = {"component": "▪"}


WORDS: dict[str, Word] = {
    "component": Word(
        "/component NAME operational|degraded|partial|major|maintenance",
        _read_component,
        offers=(lambda known: sorted(components_of(known.state)), lambda known: COMPONENT_STATES),
    ),
}
