"""Values on which two people disagree without having seen each other's statement."""

from collections.abc import Iterator

from console.core.log.state import Fact, Incident, Register
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.role import role_name, roles_of


def registers_of(state: Incident) -> dict[str, Register]:
    """The single values that people state, by their names."""
    registers = {"severity": state.severity, "stage": state.stage, "title": state.title, "impact": state.impact}
    registers |= {f"role {role}": register for role, register in roles_of(state).items()}
    registers["postmortem owner"] = postmortem_of(state).owner
    registers |= {f"postmortem {section}": register for section, register in postmortem_of(state).sections.items()}
    return registers


def field_words(state: Incident, field: str) -> str:
    """The name of one of `registers_of` in a sentence: `severity`, `the role IC`."""
    kind, _, id = field.partition(" ")
    return f"the role {role_name(state, id)}" if kind == "role" else field


def conflicts_of(state: Incident) -> list[tuple[str, Fact, Fact]]:
    """Each such value's name and two statements of it in log order; one of them is in force."""
    conflicts = ((name, register.conflict) for name, register in registers_of(state).items())
    return [(name, *both) for name, both in conflicts if both]


def conflict_words(state: Incident) -> Iterator[tuple[str, str]]:
    """The name of each such value in a sentence, and who says what of it."""
    for field, *statements in conflicts_of(state):
        claims = (f"{fact.value or 'nobody'}, as {fact.by} says" for fact in statements)
        yield field_words(state, field), "; or ".join(claims)
