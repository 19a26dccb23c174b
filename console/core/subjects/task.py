"""Tasks: what somebody was asked to do, and by when they come back."""

import re
from datetime import datetime, timedelta

import msgspec

from console.core.language.grammar import people_in, read_due_last, read_task
from console.core.language.names import same_name
from console.core.language.text import clean, one_line
from console.core.language.times import format_length
from console.core.language.when import written_ahead
from console.core.log.command import (
    Command,
    Decision,
    Offering,
    SlashContext,
    StandsBeside,
    Word,
    into,
    name,
    proposed,
    recipient,
    split,
    words,
)
from console.core.log.event import ALL_BEFORE, Body, Id, Ref, Replaced, Text
from console.core.log.find import fitting, listed
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Register, ended_words
from console.core.refusal import Refused
from console.core.subjects.role import one_person


class TaskAdded(Body, frozen=True):
    text: Text
    owner: Text = ""
    due_at: datetime | None = None
    paste: Id = ""
    """As of an entry that was logged."""

    def apply(self, fold: Folding) -> None:
        event = fold.event
        number, due = fold.number("task"), self.due_at
        task = Task(event.id, number, self.text, self.owner, due, event.occurred_at, event.actor)
        part = fold.part(Tasks)
        part.tasks[task.id] = task
        part.open[task.id] = None
        fold.states_in(part.owners, task.id, self.owner)
        named = re.search(rf"@{re.escape(self.owner)}(?!\w)", self.text, re.IGNORECASE)
        owner = f" @{self.owner}" if self.owner and not named else ""
        back, moment = _back(due, event.occurred_at)
        others = (name for name in people_in(self.text) if not same_name(name, self.owner))
        people = tuple(filter(None, (self.owner, *others)))
        fold.entry("task", f"{self.text}{owner}{back}", people=people, words=self.text, paste=self.paste, moment=moment)


def _back(due: datetime | None, at: datetime) -> tuple[str, datetime | None]:
    """The return of a task's owner in words: `, back in 10m`, or `, back by ` and the time of day that was meant.

    `at` is when the task was given.
    """
    if due is None:
        return "", None
    length = due - at
    if length % timedelta(minutes=1) and not (due.second or due.microsecond):
        return ", back by ", due
    return f", back in {format_length(length, exact=True)}", None


class TaskChanged(Body, frozen=True):
    """None keeps what stood there."""

    task: Ref
    owner: Text | None = None
    due_at: datetime | None = None
    replaces: Replaced = ALL_BEFORE
    """Statements of the owner."""

    def apply(self, fold: Folding) -> None:
        tasks = fold.part(Tasks).tasks
        if self.owner is not None and self.task in tasks:
            fold.states_in(fold.part(Tasks).owners, self.task, self.owner, self.replaces)
        given = fold.event.occurred_at if self.owner else None
        changes = {"owner": self.owner, "due_at": self.due_at, "given_at": given}
        task = fold.amended(tasks, self.task, "a change of a task", **changes)
        if task is not None:
            fold.names(self.owner or "")
            back, moment = _back(self.due_at, fold.event.occurred_at)
            head, behind = f"Task {task.number} → {task.owner or 'nobody'}{back}", f": {task.text}"
            fold.entry("task", head + behind * (moment is None), moment=moment, behind=behind)


class TaskAcknowledged(Body, frozen=True):
    """The owner has heard of it."""

    task: Ref

    def apply(self, fold: Folding) -> None:
        _, at, by = fold.stamp
        task = fold.amended(fold.part(Tasks).tasks, self.task, "an acknowledgement of a task", acknowledged_at=at)
        if task is not None:
            fold.entry("task", f"Task {task.number} acknowledged by {task.owner or by}: {task.text}", about=task.id)
            fold.reports(task.owner)


class TaskDone(Body, frozen=True):
    task: Ref
    note: Text = ""

    def apply(self, fold: Folding) -> None:
        _, at, by = fold.stamp
        part = fold.part(Tasks)
        task = fold.amended(part.tasks, self.task, "the end of a task", done_at=at, done_by=by)
        if task is not None:
            part.open.pop(task.id, None)
            fold.mark(task.id, "done")
            fold.entry("task", f"Done: {task.text}", self.note, moves=True, about=task.id)
            fold.reports(task.owner)


class Task(msgspec.Struct, frozen=True, gc=False):
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
    given_at: datetime | None = None
    """When it went from another owner to this one."""


class Tasks(Part):
    tasks: dict[str, Task] = {}
    open: dict[str, None] = {}
    """The ids of those that are not done, in their order: there may be thousands that are."""
    owners: dict[str, Register] = {}
    """The owner of each task, now and before, by its id; empty for nobody."""


def tasks_of(state: Incident) -> dict[str, Task]:
    """All tasks, by their id."""
    return state.part(Tasks).tasks


def owners_of(state: Incident) -> dict[str, Register]:
    """The owners of each task by its id."""
    return state.part(Tasks).owners


def open_tasks(state: Incident) -> list[Task]:
    part = state.part(Tasks)
    return [part.tasks[id] for id in part.open]


class AddTask(StandsBeside, frozen=True, kw_only=True):
    begins = "task"
    gives_to = ("owner",)
    text: str
    owner: str = ""
    due_in: timedelta | None = None
    due_at: datetime | None = None

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        text = words(self.text, "A task")
        due = at + self.due_in if self.due_in is not None else self.due_at
        return proposed(TaskAdded(text, one_person(state, name(self.owner), self.actor), due), at)


class ChangeTask(Command, frozen=True, kw_only=True):
    gives_to = ("owner",)
    task: str
    owner: str | None = None
    due_in: timedelta | None = None
    due_at: datetime | None = None

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        task = find_task(state, self.task, now)
        due = at + self.due_in if self.due_in is not None else self.due_at
        owner = None if self.owner is None else one_person(state, name(self.owner), self.actor)
        owners = owners_of(state).get(task.id, Register())
        settles = owner is not None and owners.conflict is not None
        if owner in (None, task.owner) and due in (None, task.due_at) and not settles:
            due_too = ", and due then" if due else ""
            raise Refused(
                f"Task {task.number} is {task.owner or 'nobody'}'s already{due_too}; name somebody else.", "owner"
            )
        return proposed(TaskChanged(task.id, owner, due, ALL_BEFORE if owner is None else owners.head), at)


class AcknowledgeTask(Command, frozen=True, kw_only=True):
    task: str

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        task = find_task(state, self.task, now)
        if task.acknowledged_at is not None:
            raise Refused(f"Task {task.number} is acknowledged already.", "task")
        return proposed(TaskAcknowledged(task.id), at)


def find_task(state: Incident, text: str, now: datetime) -> Task:
    """An open task by its number, the beginning of its id, or words of its text."""
    tasks = {task.number: task for task in open_tasks(state)}
    fits = fitting(tasks, text)
    number = clean(text).strip().removeprefix("#")
    ended = [task for task in tasks_of(state).values() if task.done_at and str(task.number) == number]
    if ended:
        by = ended_words(state, ended[0].id, now)
        raise Refused(f"Task {number} is done already{by}: {one_line(ended[0].text, 60)}.", "what")
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise Refused(f"“{clean(text)}” matches tasks {', '.join(str(task.number) for task in fits)}; use the number.")
    if not tasks:
        raise Refused("There is no open task; add one with + or /task.", "what")
    raise Refused(f"There is no open task “{clean(text)}”; open tasks: {listed(tasks, 5)}.", "what")


def _read_task(context: SlashContext, argument: str) -> Command:
    # Of an owner and a time alone the reader would make nothing.
    task = read_task(f"{argument} …", None, now=context.now, zone=context.zone)
    if task.text == "…":
        due = written_ahead(task.due_in, task.due_at, context.zone)
        raise context.incomplete("A task needs words", owner=task.owner, due=due)
    task = read_task(argument, None, now=context.now, zone=context.zone)
    owner, due_in, due_at = task.owner, task.due_in, task.due_at
    return AddTask(actor=context.actor, at=context.at, text=task.text, owner=owner, due_in=due_in, due_at=due_at)


_MOST_TASK_WORDS = 40


def _task_and_rest(state: Incident, argument: str) -> tuple[str, str]:
    """The words that name a task at the beginning, its number or as many of its own as fit, and the rest behind."""
    task, rest = split(argument)
    tasks = {task.number: task for task in open_tasks(state)}
    words = argument.split(" ")
    if not task.strip("#.,:").isdigit():
        for count in range(min(len(words) - 1, _MOST_TASK_WORDS), 1, -1):
            begins = " ".join(words[:count])
            if len(fitting(tasks, begins)) == 1:
                return begins, " ".join(words[count:])
    return task, rest


def _read_assign(context: SlashContext, argument: str) -> Command:
    task, person = _task_and_rest(context.state, argument)
    owner, due = read_due_last(recipient(person), now=context.now, zone=context.zone)
    if not owner:
        raise context.malformed("Name the task and the person")
    due_in, due_at = due[:2] if due else (None, None)
    return ChangeTask(actor=context.actor, at=context.at, task=task, owner=owner, due_in=due_in, due_at=due_at)


SIGNS = {"task": "+"}
CORRECTABLE = (TaskAdded,)


def numbers_offered(known: Offering) -> list[str]:
    """The numbers of the open tasks, for Tab."""
    return [str(task.number) for task in open_tasks(known.state)]


WORDS: dict[str, Word] = {
    "task": Word("/task [@name] [10m | by 14:32] TEXT", _read_task, "A task needs words"),
    "assign": Word(
        "/assign TASK NAME [10m | by 14:32]", _read_assign, offers=(numbers_offered, lambda known: known.people())
    ),
    "ack": Word("/ack TASK", into(AcknowledgeTask, "task"), "Name the task", (numbers_offered,)),
}
