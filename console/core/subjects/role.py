"""Roles: who commands, who writes, who speaks."""

from console.core.events import RoleAssigned
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident, Register


class Roles(Part):
    holders: dict[str, Register] = {}


def roles_of(state: Incident) -> dict[str, Register]:
    """Who has and had each role, by the role's id."""
    return state.part(Roles).holders


def holder_of(state: Incident, role: str) -> str:
    """Who has the role; empty when nobody has."""
    register = roles_of(state).get(role)
    return register.value if register else ""


def role_name(state: Incident, role: str) -> str:
    """The role's short name in the incident's playbook, else its id."""
    rule = state.playbook.role(role) if state.playbook else None
    return rule.short if rule else role


def _role(fold: Folding, body: RoleAssigned) -> None:
    fold.states_in(fold.part(Roles).holders, body.role, body.person, body.replaces)
    fold.entry("role", f"{role_name(fold.state, body.role)} → {body.person or 'nobody'}")


FOLDS = {RoleAssigned: _role}
