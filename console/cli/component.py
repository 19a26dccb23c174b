"""A component and its state on a command line: `checkout=partial_outage`."""

from typing import Any

import click

from console.core.subjects.component import COMPONENT_STATES

LONG: dict[str, str] = {
    "degraded_performance": "degraded",
    "partial_outage": "partial",
    "major_outage": "major",
    "full_outage": "major",
    "under_maintenance": "maintenance",
}
"""Names that status pages have for our states."""


class Stated(click.ParamType[tuple[str, str]]):
    """COMPONENT=STATE, the state in our words or in those of status pages; gives ours."""

    name = "stated"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        # A component's name may hold a sign of equality, a state never.
        component, _, state = str(value).rpartition("=")
        word = state.strip().casefold().replace("-", "_").replace(" ", "_")
        known_state = LONG.get(word, word)
        if not component.strip():
            self.fail(f"“{value}” names no state; write it as checkout=partial", param, ctx)
        if known_state not in COMPONENT_STATES:
            known = f"{', '.join(COMPONENT_STATES[:-1])} or {COMPONENT_STATES[-1]}"
            self.fail(f"“{state}” is no state; a component is {known}", param, ctx)
        return component.strip(), known_state
