"""Tasks: what somebody was asked to do, and by when they come back."""

from datetime import datetime, timedelta

import msgspec

from console.core.language.text import clean
from console.core.language.times import duration_words
from console.core.log.asked import Asked, Read, Word, duration, form
from console.core.log.command import Command
from console.core.log.deciding import Decide, Decision, name, proposed, words
from console.core.log.event import Body
from console.core.log.fields import Ref, Text
from console.core.log.find import fitting, listed
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident
from console.core.refusal import Refused


class TaskAdded(Body, frozen=True):
    text: Text
    owner: Text = ""
    due_at: datetime | None = None


class TaskChanged(Body, frozen=True):
    """None keeps what stood there."""

    task: Ref
    owner: Text | None = None
    due_at: datetime | None = None


class TaskAcknowledged(Body, frozen=True):
    """The owner has heard of it."""

    task: Ref


class TaskDone(Body, frozen=True):
    task: Ref
    note: Text = ""


class Task(msgspec.Struct, frozen=True):
    id: str
    number: int
    text: str
    owner: str
    due_at: datetime | None
    added_at: datetime
    by: str
    done_at: datetime | None = None
    done_by: str = ""
    acknowledged_at: datetime | None = None


class Tasks(Part):
    tasks: dict[str, Task] = {}


def tasks_of(state: Incident) -> dict[str, Task]:
    """All tasks, by their id."""
    return state.part(Tasks).tasks


def open_tasks(state: Incident) -> list[Task]:
    return [task for task in tasks_of(state).values() if task.done_at is None]


class AddTask(Command, frozen=True, kw_only=True):
    text: str
    owner: str = ""
    due_in: timedelta | None = None


class ChangeTask(Command, frozen=True, kw_only=True):
    task: str
    owner: str | None = None
    due_in: timedelta | None = None


class AcknowledgeTask(Command, frozen=True, kw_only=True):
    task: str


def find_task(state: Incident, text: str) -> Task:
    """An open task by its number, the beginning of its id, or words of its text."""
    tasks = {task.number: task for task in open_tasks(state)}
    fits = fitting(tasks, text)
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise Refused(f"“{clean(text)}” fits tasks {', '.join(str(task.number) for task in fits)}; use the number.")
    if not tasks:
        raise Refused("There is no open task; add one with + or /task.", "what")
    raise Refused(f"There is no open task “{clean(text)}”; open are {listed(tasks, 5)}.", "what")


def _added(fold: Folding, body: TaskAdded) -> None:
    event = fold.event
    task = Task(event.id, fold.number("task"), body.text, body.owner, body.due_at, fold.event.occurred_at, event.actor)
    fold.part(Tasks).tasks[task.id] = task
    owner = f" @{body.owner}" if body.owner else ""
    due = f", back in {duration_words(body.due_at - event.occurred_at)}" if body.due_at else ""
    people = (body.owner,) if body.owner else ()
    fold.entry("task", f"{body.text}{owner}{due}", people=people, words=body.text)


def _changed(fold: Folding, body: TaskChanged) -> None:
    known = fold.part(Tasks).tasks
    task = known.get(body.task)
    if task is None:
        return fold.unknown("a change of a task that is not in this log")
    changes = {"owner": body.owner, "due_at": body.due_at}
    task = msgspec.structs.replace(task, **{name: value for name, value in changes.items() if value is not None})
    known[task.id] = task
    fold.entry("task", f"Task {task.number} → {task.owner or 'nobody'}: {task.text}")


def _acknowledged(fold: Folding, body: TaskAcknowledged) -> None:
    event, known = fold.event, fold.part(Tasks).tasks
    task = known.get(body.task)
    if task is None:
        return fold.unknown("an acknowledgement of a task that is not in this log")
    known[task.id] = msgspec.structs.replace(task, acknowledged_at=event.occurred_at)
    text = f"Task {task.number} acknowledged by {task.owner or event.actor}: {task.text}"
    fold.entry("task", text, about=task.id)


def _done(fold: Folding, body: TaskDone) -> None:
    event, known = fold.event, fold.part(Tasks).tasks
    task = known.get(body.task)
    if task is None:
        return fold.unknown("the end of a task that is not in this log")
    known[task.id] = msgspec.structs.replace(task, done_at=event.occurred_at, done_by=event.actor)
    fold.mark(task.id, "done")
    fold.entry("task", f"Done: {task.text}", body.note, moves=True, about=task.id)


def _add_task(state: Incident, command: AddTask, at: datetime, now: datetime) -> Decision:
    text = words(command.text, "A task")
    due = at + command.due_in if command.due_in is not None else None
    return proposed(TaskAdded(text, name(command.owner), due), at)


def _change_task(state: Incident, command: ChangeTask, at: datetime, now: datetime) -> Decision:
    task = find_task(state, command.task)
    due = at + command.due_in if command.due_in is not None else None
    owner = None if command.owner is None else name(command.owner)
    return proposed(TaskChanged(task.id, owner, due), at)


def _acknowledge_task(state: Incident, command: AcknowledgeTask, at: datetime, now: datetime) -> Decision:
    task = find_task(state, command.task)
    if task.acknowledged_at is not None:
        raise Refused(f"Task {task.number} is acknowledged already.", "task")
    return proposed(TaskAcknowledged(task.id), at)


def _read_task(asked: Asked, argument: str) -> Read:
    owner, due, words = "", None, argument.split()
    while words and (words[0].startswith("@") or (due is None and duration(words[0]) is not None)):
        first = words.pop(0)
        if first.startswith("@"):
            owner = first[1:]
        else:
            due = duration(first)
    if not words:
        raise form(WORDS["task"], "A task needs words")
    return AddTask(actor=asked.actor, at=asked.at, text=" ".join(words), owner=owner, due_in=due)


def _read_assign(asked: Asked, argument: str) -> Read:
    words = argument.split()
    if len(words) < 2:
        raise form(WORDS["assign"], "Name the task and the person")
    due = duration(words[2]) if len(words) > 2 else None
    return ChangeTask(actor=asked.actor, at=asked.at, task=words[0], owner=words[1], due_in=due)


def _read_ack(asked: Asked, argument: str) -> Read:
    if not argument:
        raise form(WORDS["ack"], "Name the task")
    return AcknowledgeTask(actor=asked.actor, at=asked.at, task=argument)


KINDS: dict[str, type[Body]] = {
    "task_added": TaskAdded,
    "task_changed": TaskChanged,
    "task_acknowledged": TaskAcknowledged,
    "task_done": TaskDone,
}
SIGNS = {"task": "+"}
FOLDS = {TaskAdded: _added, TaskChanged: _changed, TaskAcknowledged: _acknowledged, TaskDone: _done}
CORRECTABLE = (TaskAdded,)
DECISIONS: dict[type[Command], Decide] = {
    AddTask: _add_task,
    ChangeTask: _change_task,
    AcknowledgeTask: _acknowledge_task,
}
WORDS: dict[str, Word] = {
    "task": Word("/task [@name] [10m] TEXT", _read_task),
    "assign": Word("/assign TASK NAME [10m]", _read_assign),
    "ack": Word("/ack TASK", _read_ack),
}
