"""A component and its state on a command line: `checkout=partial_outage`."""

import click

from console.core.language.text import listed
from console.core.subjects.component import COMPONENT_STATES

LONG: dict[str, str] = {
    "degraded_performance": "degraded",
    "partial_outage": "partial",
    "major_outage": "major",
    "full_outage": "major",
    "under_maintenance": "maintenance",
}
"""Names that status pages have for our states."""


def stated(text: str) -> tuple[str, str]:
    """COMPONENT=STATE, the state in our words or in those of status pages; gives ours."""
    # A component's name may hold a sign of equality, a state never.
    component, _, state = text.rpartition("=")
    word = state.strip().casefold().replace("-", "_").replace(" ", "_")
    ours = LONG.get(word, word)
    if not component.strip():
        raise click.BadParameter(f"“{text}” has no state; write it as checkout=partial")
    if ours not in COMPONENT_STATES:
        raise click.BadParameter(f"“{state}” is not a state; a component is {listed(COMPONENT_STATES, 'or')}")
    return component.strip(), ours
