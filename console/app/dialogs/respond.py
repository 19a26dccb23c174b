"""Dialogs for what changes an incident: severity, role, task, done, snooze."""

from collections.abc import Sequence
from datetime import timedelta

from console.app.dialogs.base import Field, FormDialog, Values
from console.app.here import Here
from console.app.widgets.choice_list import Choice
from console.core.language.grammar import Line, parse_line
from console.core.language.time_doubt import time_doubt
from console.core.language.times import due_words, format_length
from console.core.language.when import parse_ahead
from console.core.log.clocks import open_clocks
from console.core.log.command import Command
from console.core.log.conflicts import conflicts_of
from console.core.log.state import Incident
from console.core.playbook.model import Playbook, Severity
from console.core.refusal import Refused
from console.core.subjects.clock import SnoozeClock
from console.core.subjects.done import OUTSIDE, Finish
from console.core.subjects.fix import open_fixes
from console.core.subjects.role import AssignRole, role_of
from console.core.subjects.severity import ChangeSeverity
from console.core.subjects.task import AddTask, open_tasks


def severity_rows(levels: Sequence[Severity], now_at: str = "") -> tuple[Choice, ...]:
    """A row for each severity, chosen by the digit in its name: 0 for SEV0, 1 for P1."""
    digits = [level.name[-1:] if level.name[-1:].isdigit() else "" for level in levels]
    own = len(set(digits)) == len(digits)
    return tuple(
        Choice(
            level.name, f"{level.name}{' (now)' if level.name == now_at else ''}  {level.meaning}", digit if own else ""
        )
        for level, digit in zip(levels, digits, strict=True)
    )


def severity_words(playbook: Playbook | None, name: str) -> str:
    """The intervals of the updates that a severity owes, for below the list that explains it; empty for none."""
    rule = playbook.severity(name) if playbook else None
    if rule is None:
        return ""
    cadences = [
        f"{audience} every {format_length(timedelta(seconds=every))}"
        for audience, every in rule.update_s.items()
        if every
    ]
    return f"Updates in {rule.name}: {', '.join(cadences)}." if cadences else ""


class SeverityDialog(FormDialog[Command]):
    def __init__(self, here: Here) -> None:
        state = here.state
        seen = state.severity.head
        levels = state.playbook.severities if state.playbook else ()
        order = [level.name for level in levels]

        def build(values: Values) -> ChangeSeverity:
            chosen, reason = values["severity"], values["reason"].strip()
            before = state.severity.value
            if before in order and order.index(chosen) > order.index(before) and not reason:
                raise Refused("Say why the severity goes down; the next shift will ask.", "reason")
            return here.checked(ChangeSeverity(actor=here.actor, severity=chosen, reason=reason, seen=seen))

        super().__init__(
            f"Severity of {state.ref}",
            (
                Field(
                    "severity", "Severity", state.severity.value, choices=severity_rows(levels, state.severity.value)
                ),
                Field("reason", "Why", hint="required to lower the severity"),
            ),
            build,
            here.logs,
            note=in_conflict(state, "severity"),
            preview=lambda values: severity_words(state.playbook, values["severity"]),
        )


def in_conflict(state: Incident, field: str) -> str:
    """The two statements of a field that two people made without seeing each other's; empty where there are none."""
    for name, before, last in conflicts_of(state):
        if name == field:
            return f"Conflict: {before.by} set {before.value}, {last.by} set {last.value}; choose one."
    return ""


class RoleDialog(FormDialog[Command]):
    """`present` are those with another console open on this file; `people` were only named."""

    def __init__(self, here: Here, people: Sequence[str], present: Sequence[str] = ()) -> None:
        state = here.state
        roles = state.playbook.roles if state.playbook else ()
        held = {each.id: _holders(state, each.id) for each in roles}
        rows = tuple(Choice(each.id, f"{each.name}: {' or '.join(held[each.id]) or 'nobody'}") for each in roles)
        # What two people said without seeing each other's comes first, then what nobody does.
        urgent = [id for id, names in held.items() if len(names) > 1] + [id for id, names in held.items() if not names]
        first = urgent[0] if urgent else rows[0].value if rows else ""

        def build(values: Values) -> AssignRole:
            person = values["person"].strip()
            if not person:
                raise Refused("Name the person, or write nobody to free the role.", "person")
            if person[0].isdigit():
                raise Refused("A name begins with a letter; Tab goes to the list of roles.", "person")
            role = values["role"]
            return here.checked(AssignRole(actor=here.actor, role=role, person=person, seen=role_of(state, role).head))

        open_now = f"With a console open: {', '.join(present)}" if present else ""
        known = "\n".join(filter(None, (open_now, f"Named so far: {', '.join(people[:8])}" if people else "")))
        by_id = {each.id: each for each in roles}

        def duties(values: Values) -> str:
            role = by_id.get(values["role"])
            return "\n".join(f"· {duty}" for duty in role.duties) if role else ""

        fields = (Field("person", "Person", hint="a name, or nobody"), Field("role", "Role", first, choices=rows))
        super().__init__(
            f"Roles of {state.ref}",
            fields,
            build,
            here.logs,
            note=known,
            preview=duties,
            doubts=here.doubts,
        )


def _holders(state: Incident, role: str) -> list[str]:
    """The holder of the role; several names where people gave it at the same time."""
    return list(dict.fromkeys(fact.value for fact in role_of(state, role).standing if fact.value))


class TaskDialog(FormDialog[Command]):
    """The text may be written as in the prompt: `@rs 10m check replica lag`."""

    def __init__(self, here: Here) -> None:

        def build(values: Values) -> AddTask:
            typed = values["due"].strip()
            due = parse_ahead(typed, "due", now=here.now, zone=here.zone)[:2] if typed else (None, None)
            words, owner = values["text"], values["owner"].strip()
            if words.lstrip().startswith("@") and not owner:
                line = parse_line(f"+ {words.strip()}", now=here.now, zone=here.zone, commands=())
                if isinstance(line, Line) and line.owner:
                    words, owner = line.text, line.owner
                    due = (line.due_in, line.due_at) if line.due_in or line.due_at else due
            return here.checked(AddTask(actor=here.actor, text=words, owner=owner, due_in=due[0], due_at=due[1]))

        def doubts(command: Command) -> str:
            about_zone = time_doubt(f"/task {self.values()['text']}", now=here.now, zone=here.zone)
            return " ".join(filter(None, (about_zone, here.doubts(command))))

        fields = (
            Field("text", "What to do", hint="check replica lag"),
            Field("owner", "Who", hint="optional"),
            Field("due", "Back in, or at", "10m", hint="optional", replace=True),
        )
        super().__init__(f"Task for {here.state.ref}", fields, build, here.logs, doubts=doubts)


class DoneDialog(FormDialog[Command]):
    """Open tasks, temporary fixes, and what is owed outside the console."""

    def __init__(self, here: Here) -> None:
        state = here.state
        rows = [Choice(str(task.number), f"Task {task.number}: {task.text}") for task in open_tasks(state)]
        rows += [Choice(fix.id, f"Temporary fix: {fix.text}") for fix in open_fixes(state)]
        owed = [clock for clock in open_clocks(state, here.now) if clock.kind in OUTSIDE]
        rows += [Choice(clock.key, f"Owed: {clock.what}") for clock in owed]

        def build(values: Values) -> Finish:
            return here.checked(Finish(actor=here.actor, what=values["what"], note=values["note"]))

        fields = (
            Field("what", "Mark as done", choices=tuple(rows) or (Choice("", "Nothing is open"),)),
            Field("note", "Result", hint="optional"),
        )
        super().__init__("Done", fields, build, here.logs, topic=state.ref)


class SnoozeDialog(FormDialog[Command]):
    def __init__(self, here: Here) -> None:
        running = [clock for clock in open_clocks(here.state, here.now) if clock.kind != "stability"]
        rows = tuple(
            Choice(
                clock.key,
                f"{clock.what}  {'overdue since' if clock.state == 'overdue' else 'due'} "
                f"{due_words(clock.due_at, here.now, here.zone)}",
            )
            for clock in running
        )

        def build(values: Values) -> SnoozeClock:
            by, until, _ = parse_ahead(values["by"], "by", now=here.now, zone=here.zone)
            command = SnoozeClock(actor=here.actor, clock=values["clock"], by=by, until=until, reason=values["reason"])
            return here.checked(command)

        fields = (
            Field("clock", "Due time", choices=rows or (Choice("", "Nothing is running"),)),
            Field("by", "For, or until", "10m", replace=True),
            Field("reason", "Reason it can wait", hint="the vendor calls back"),
        )
        super().__init__(f"Snooze, {here.state.ref}", fields, build, here.logs)
