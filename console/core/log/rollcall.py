"""Roll call: when each person with a role or an open task was last heard, and how often they were missed since.

Derived like the clocks, and no promise of anybody's: nothing is stored, nothing rings. The fold notes who was heard
(see `Folding.reports`); the severity's `roll_call_s` says how often everybody should be.
"""

from datetime import datetime, timedelta

import msgspec

from console.core.language.names import name_key
from console.core.language.times import format_length
from console.core.log.clocks import ClockState
from console.core.log.state import Heard, Incident
from console.core.subjects.role import roles_of
from console.core.subjects.task import open_tasks

MISSES = 2
"""So many intervals without a word call for advice."""

_MINUTE = timedelta(minutes=1)


class Present(msgspec.Struct, frozen=True):
    """One person of the roll."""

    person: str
    roles: tuple[str, ...]
    """Ids of the roles that they have."""
    tasks: tuple[int, ...]
    """The numbers of their open tasks."""
    heard_at: datetime | None
    """None where they were never heard."""
    since: datetime
    """When their clock began: when they were heard, were given the first of these, or the rule began to hold."""
    due_at: datetime
    """By when they should be heard again."""
    missed: int
    """Whole intervals that went by since."""

    @property
    def state(self) -> ClockState:
        """running, warning from the first miss, overdue from the second."""
        return "running" if not self.missed else "warning" if self.missed < MISSES else "overdue"

    def words(self, now: datetime) -> str:
        """`heard 4m ago`, `heard just now`, `not heard for 6m`, in whole minutes, so that it changes once a minute."""
        minutes = (now - (self.heard_at or self.since)) // _MINUTE * _MINUTE
        length = format_length(minutes) if minutes > timedelta() else ""
        if self.heard_at is None:
            return f"not heard for {length}" if length else "not heard yet"
        return f"heard {length} ago" if length else "heard just now"


def roll_call(state: Incident, now: datetime) -> tuple[Present, ...]:
    """Everybody with a role, then the other owners of open tasks.

    Empty where the severity has no roll call, and while the incident is not active.
    """
    book, rule = state.playbook, state.severity_rule
    if book is None or rule is None or not rule.roll_call_s or state.phase != "active" or not state.open:
        return ()
    interval, begun, heard = timedelta(seconds=rule.roll_call_s), _holds_since(state), state.part(Heard)
    wrote: dict[str, list[datetime]] = {}
    for name, at in heard.wrote.items():
        wrote.setdefault(name_key(name), []).append(at)
    roll: dict[str, _Duties] = {}
    for role, register in roles_of(state).items():
        current, named = register.current, book.role(role)
        if current is not None and current.value:
            duties = roll.setdefault(name_key(current.value), _Duties(current.value))
            duties.roles.append(role)
            duties.given.append(current.at)
            # On a call people answer for their role, too: “@comms ok”.
            answers = {name_key(name) for name in (role, named.short if named else role)}
            spoken = (heard.spoke.get(name) for name in answers)
            duties.heard += [at for at in spoken if at is not None and at >= current.at]
    for task in open_tasks(state):
        if task.owner:
            duties = roll.setdefault(name_key(task.owner), _Duties(task.owner))
            duties.tasks.append(task.number)
            duties.given.append(task.given_at or task.added_at)
    present = []
    for key, duties in roll.items():
        last = max(filter(None, (*duties.heard, *wrote.get(key, ()), heard.spoke.get(key))), default=None)
        since = max(last or begun, min(duties.given), begun)
        missed = max(0, (now - since) // interval)
        roles, tasks = tuple(duties.roles), tuple(duties.tasks)
        present.append(Present(duties.person, roles, tasks, last, since, since + interval, missed))
    return tuple(present)


class _Duties:
    """A person's roles and open tasks with the moment each began, and when they answered for a role."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.roles: list[str] = []
        self.tasks: list[int] = []
        self.given: list[datetime] = []
        self.heard: list[datetime] = []


def unheard(state: Incident, now: datetime) -> list[Present]:
    """Those of the roll who were missed often enough to be asked, the longest silent first."""
    missing = [present for present in roll_call(state, now) if present.missed >= MISSES]
    return sorted(missing, key=lambda present: present.since)


def _holds_since(state: Incident) -> datetime:
    """Since when the severities in force have had a roll call."""
    assert state.playbook is not None
    assert state.declared_at is not None
    since = state.declared_at
    for fact in reversed(state.severity.in_force):
        rule = state.playbook.severity(fact.value)
        if rule is None or not rule.roll_call_s:
            break
        since = fact.at
    return since
