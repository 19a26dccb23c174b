"""Things of an incident by what people call them: an id, a number, some words."""

from datetime import datetime

from console.core.language.text import clean, one_line
from console.core.log.clocks import Clock, open_clocks
from console.core.log.entries import Entry
from console.core.log.state import Incident
from console.core.refusal import Refused
from console.core.subjects.action_item import ActionItem, open_action_items
from console.core.subjects.change import Change, changes_in_flight
from console.core.subjects.fix import Fix, open_fixes
from console.core.subjects.hypothesis import Hypothesis, hypotheses_of
from console.core.subjects.task import Task, open_tasks


def find_entry(state: Incident, text: str) -> Entry:
    """The entry with that id, or the only one whose id begins with it."""
    wanted = text.strip().lower()
    exact = state.entries.get(wanted)
    if exact is not None:
        return exact
    found = [one for one in state.entries if wanted and one.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(f"“{clean(text)}” fits {len(found)} entries; write more of the id.", "entry")
    raise Refused(f"There is no entry “{clean(text)}”; see the ids with warroom show {state.ref} --json.", "entry")


def find_task(state: Incident, text: str) -> Task:
    """An open task by its number, the beginning of its id, or words of its text."""
    wanted = text.strip().lower().removeprefix("#")
    tasks = open_tasks(state)
    for test in (
        lambda one: str(one.number) == wanted or one.id == wanted,
        lambda one: one.text.lower() == wanted,
        lambda one: len(wanted) > 3 and one.id.startswith(wanted),
        lambda one: wanted in one.text.lower(),
    ):
        found = [one for one in tasks if wanted and test(one)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(f"“{clean(text)}” fits tasks {', '.join(str(one.number) for one in found)}; use the number.")
    if not tasks:
        raise Refused("There is no open task; add one with + or /task.", "what")
    numbers = ", ".join(f"{one.number} {one_line(one.text, 30)}" for one in tasks[:5])
    raise Refused(f"There is no open task “{clean(text)}”; open are {numbers}.", "what")


def find_hypothesis(state: Incident, text: str) -> Hypothesis:
    """A hypothesis by its number in order of appearance, the beginning of its id, or words of its text."""
    wanted = text.strip().lower()
    live = list(hypotheses_of(state).values())
    exact = [one for i, one in enumerate(live, 1) if wanted in (one.id, str(i))]
    loose = [one for one in live if wanted and (one.id.startswith(wanted) or wanted in one.text.lower())]
    found = exact or loose
    if len(found) == 1:
        return found[0]
    if not live:
        raise Refused("There is no hypothesis; log one with ?.", "hypothesis")
    listed = ", ".join(f"{i} {one_line(one.text, 30)}" for i, one in enumerate(live, 1))
    raise Refused(f"Which hypothesis: {listed}? Use its number.", "hypothesis")


def find_clock(state: Incident, text: str, now: datetime) -> Clock:
    """An open clock by its key, its audience (`public`), its kind, or a task's number."""
    wanted = text.strip().lower().replace("-", "_").replace(" ", "_")
    running = [one for one in open_clocks(state, now) if one.kind != "stability"]
    tasks = {f"task:{one.id}": one.number for one in open_tasks(state)}
    for found in (
        [one for one in running if one.key.lower() == wanted],
        [one for one in running if one.kind == "update" and one.audience == wanted],
        [one for one in running if one.kind == wanted],
        [one for one in running if wanted.removeprefix("task_").removeprefix("task:") == str(tasks.get(one.key, "?"))],
    ):
        if len(found) == 1:
            return found[0]
    names = ", ".join(one.key for one in running[:6])
    raise Refused(f"There is no clock “{clean(text)}”; running are {names or 'none'}.", "clock")


def find_fix(state: Incident, text: str) -> Fix:
    """A temporary fix that is still in place, by its number in order, the beginning of its id, or words of its text."""
    wanted = text.strip().lower()
    fixes = open_fixes(state)
    exact = [one for i, one in enumerate(fixes, 1) if wanted in (one.id, str(i))]
    loose = [one for one in fixes if wanted and (one.id.startswith(wanted) or wanted in one.text.lower())]
    found = exact or loose
    if len(found) == 1:
        return found[0]
    if not fixes:
        raise Refused("There is no temporary fix in place; register one with /fix.", "fix")
    listed = ", ".join(f"{i} {one_line(one.text, 30)}" for i, one in enumerate(fixes, 1))
    raise Refused(f"Which temporary fix: {listed}? Use its number.", "fix")


def find_change(state: Incident, text: str, actor: str) -> Change:
    """A change in flight by words of it; without any the actor's own, or the only one."""
    flying = changes_in_flight(state)
    wanted = text.strip().lower()
    if not flying:
        raise Refused("No change is in flight; claim one with /change TEXT before you make it.", "change")
    own = [one for one in flying if one.by == actor]
    for found in (
        [one for one in flying if wanted and (one.id == wanted or wanted in one.text.lower())],
        own if not wanted else [],
        flying if not wanted else [],
    ):
        if len(found) == 1:
            return found[0]
    listed = ", ".join(f"{one_line(one.text, 30)} ({one.by})" for one in flying)
    raise Refused(f"Which change: {listed}? Use words of it.", "change")


def find_action(state: Incident, text: str) -> ActionItem:
    """An open action item by its number (`3` or `A3`), the beginning of its id, or words of its text."""
    wanted = text.strip().lower().removeprefix("#")
    items = open_action_items(state)
    for test in (
        lambda one: wanted in (str(one.number), f"a{one.number}", one.id),
        lambda one: len(wanted) > 3 and one.id.startswith(wanted),
        lambda one: wanted in one.text.lower(),
    ):
        found = [one for one in items if wanted and test(one)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(f"“{clean(text)}” fits several action items; use the number.", "action")
    if not items:
        raise Refused("There is no open action item; add one with /action.", "action")
    listed = ", ".join(f"{one.number} {one_line(one.text, 30)}" for one in items[:5])
    raise Refused(f"There is no open action item “{clean(text)}”; open are {listed}.", "action")
