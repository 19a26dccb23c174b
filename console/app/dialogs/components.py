"""The state of a component: what customers are told of it."""

from collections.abc import Sequence

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.here import Here
from console.app.widgets.choice_list import Choice
from console.core.log.command import Command
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.component import SetComponent, components_of

NEW = "new"
STATE_CHOICES = (
    Choice("operational", "Operational"),
    Choice("degraded", "Degraded: slower or worse than it should be"),
    Choice("partial", "Partial outage: for some"),
    Choice("major", "Major outage: for all"),
    Choice("maintenance", "Under maintenance"),
)


class ComponentDialog(FormDialog[Command]):
    """Components of the incident and of the targets to choose from; another one by its name."""

    def __init__(self, here: Here, known: Sequence[str]) -> None:
        """`known` are the names that the targets have."""
        state = here.state
        names = [*components_of(state), *(name for name in known if name not in components_of(state))]
        rows = [
            *(Choice(name, f"{name}{_now(state, name)}") for name in names),
            Choice(NEW, "Another component, named below"),
        ]

        def build(values: Values) -> SetComponent:
            name = values["name"].strip() or values.get("known", NEW)
            if name == NEW:
                raise Refused("Name the component, such as checkout.", "name")
            return here.checked(SetComponent(actor=here.actor, component=name, status=values["state"]))

        state_now = Field("state", "It is now", "degraded", choices=STATE_CHOICES)
        fields: tuple[Field, ...] = (Field("name", "Component", hint="checkout"), state_now)
        if names:
            known_ones = Field("known", "Component", rows[0].value, choices=tuple(rows))
            fields = (known_ones, state_now, Field("name", "Another component", hint="checkout"))
        super().__init__(f"Components of {state.ref}", fields, build, here.logs)


def _now(state: Incident, name: str) -> str:
    register = components_of(state).get(name)
    return f"  {register.value}" if register and register.value else ""
