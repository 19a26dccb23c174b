"""Tasks: what somebody was asked to do, and by when they come back."""

from datetime import datetime

import msgspec

from console.core.events import TaskAcknowledged, TaskAdded, TaskChanged, TaskDone
from console.core.language.times import duration_words
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident


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


FOLDS = {TaskAdded: _added, TaskChanged: _changed, TaskAcknowledged: _acknowledged, TaskDone: _done}
CORRECTABLE = (TaskAdded,)
