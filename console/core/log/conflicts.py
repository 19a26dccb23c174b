"""Values on which two people disagree without having seen each other's statement."""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo

from console.core.language.times import moment_words, parse_rfc3339
from console.core.log.milestones import milestones_set
from console.core.log.state import Fact, Incident, Register, Window
from console.core.subjects.component import components_of
from console.core.subjects.playbook import playbook_of
from console.core.subjects.postmortem import postmortem_of
from console.core.subjects.public_title import public_title
from console.core.subjects.role import role_name, roles_of
from console.core.subjects.task import open_tasks, owners_of, tasks_of
from console.core.subjects.tick import ticks_of


def registers_of(state: Incident) -> dict[str, Register]:
    """The single values that people state, by their names: the kind, and which one of it where there are several.

    What decides most stands first: of many conflicts a screen shows the first.
    """
    return {_field(state, kind, id): register for kind, id, register in _registers(state, owners_of(state))}


def _registers(state: Incident, owners: Mapping[str, Register]) -> Iterator[tuple[str, str, Register]]:
    """Every register as (kind, id, register). The id is empty for kinds that exist once, a task's is its entry's."""
    review = postmortem_of(state)
    kinds: tuple[tuple[str, Register | Mapping[str, Register]], ...] = (
        ("severity", state.severity), ("stage", state.stage), ("window", state.window), ("role", roles_of(state)),
        ("title", state.title), ("public_title", public_title(state)), ("impact", state.impact),
        ("playbook", playbook_of(state)), ("milestone", milestones_set(state)), ("component", components_of(state)),
        ("task", owners), ("check", ticks_of(state)), ("postmortem", review.sections),
        ("postmortem owner", review.owner), ("postmortem review", review.review),
    )  # fmt: skip
    for kind, registers in kinds:
        if isinstance(registers, Register):
            yield kind, "", registers
        else:
            for id, register in registers.items():
                yield kind, id, register


def _field(state: Incident, kind: str, id: str) -> str:
    if kind == "task":
        id = str(tasks_of(state)[id].number)
    return f"{kind} {id}".rstrip()


def field_words(state: Incident, field: str) -> str:
    """The name of one of `registers_of` in a sentence: `severity`, `the role IC`, `the owner of task 1`."""
    kind, _, id = field.partition(" ")
    match kind:
        case "role":
            return f"the role {role_name(state, id)}"
        case "task":
            return f"the owner of task {id}"
        case "milestone":
            return f"the milestone {id.replace('_', ' ')}"
        case "component":
            return f"the component {id}"
        case "check":
            return f"the item {id}"
    return field.replace("_", " ")


def value_words(field: str, value: str, now: datetime, zone: tzinfo) -> str:
    """A value of one of `registers_of` as a person reads it."""
    kind = field.partition(" ")[0]
    if kind == "milestone":
        return moment_words(parse_rfc3339(value), now, zone) if value else "no time"
    if kind == "window" and (window := Window.of(value)):
        return f"{moment_words(window.starts_at, now, zone)} to {moment_words(window.until, window.starts_at, zone)}"
    if kind == "check":
        return value or "open"
    if not value:
        return "nobody" if kind in ("role", "task") or field == "postmortem owner" else "empty"
    return value.replace("_", " ") if field == "postmortem review" else value


def settling_line(field: str) -> str:
    """The beginning of a line that states the value anew, for those that have no key of their own; else empty."""
    kind, _, id = field.partition(" ")
    words = {"task": f"/assign {id}", "milestone": f"/milestone {id}", "component": f"/component {id}",
             "check": f"/check {id}", "title": "/title", "public_title": "/public-title",
             "window": "/maintenance move"}  # fmt: skip
    return words.get(kind, "")


def settled_in_the_room(field: str) -> bool:
    """True for a value of the room alone: who does a task, and whether an item is done."""
    return field.partition(" ")[0] in ("task", "check")


def conflicts_of(state: Incident) -> list[tuple[str, Fact, Fact]]:
    """Each such value's name and two statements of it in log order; one of them is in force.

    Whose a task was that is done, nobody has to settle.
    """
    owners = owners_of(state)
    at_work = {task.id: owners[task.id] for task in open_tasks(state) if task.id in owners}
    # Looked for at every second, and nearly always nothing stands twice.
    several = (each for each in _registers(state, at_work) if len(each[2].standing) > 1)
    return [(_field(state, kind, id), *both) for kind, id, register in several if (both := register.conflict)]


def conflict_words(state: Incident, now: datetime, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Each value in conflict: its name within a sentence, and the statements with their authors."""
    for field, *statements in conflicts_of(state):
        claims = (f"{value_words(field, fact.value, now, zone)}, as {fact.by} says" for fact in statements)
        yield field_words(state, field), "; or ".join(claims)
