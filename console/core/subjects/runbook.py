"""Runbooks that an incident follows."""

from datetime import datetime

from console.core.language.text import one_line
from console.core.log.command import Command, Decision, proposed
from console.core.log.event import Body, Ref
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Record
from console.core.playbook.runbook import Runbook
from console.core.refusal import Refused
from console.core.subjects.tick import RUNBOOK, ticked


class RunbookOpened(Body, frozen=True):
    """The incident keeps the runbook as it was when it was opened."""

    runbook: Runbook

    def apply(self, fold: Folding) -> None:
        fold.part(Runbooks).openings[fold.event.id] = OpenedRunbook(*fold.stamp, self.runbook)
        fold.entry("runbook", f"Runbook opened: {self.runbook.title}")


class RunbookClosed(Body, frozen=True):
    """Nobody follows the runbook any more; what was checked off in it stands."""

    opening: Ref
    unchecked: int = 0
    """Its steps that were not checked off then."""

    def apply(self, fold: Folding) -> None:
        event, openings = fold.event, fold.part(Runbooks).openings
        closed = fold.amended(
            openings, self.opening, "The closing of a runbook", closed_at=event.occurred_at, closed_by=event.actor
        )
        if closed is not None:
            fold.entry("runbook", f"Runbook closed: {closed.runbook.title}, {self._left(len(closed.runbook.steps))}")

    def _left(self, steps: int) -> str:
        return f"{self.unchecked} of {steps} steps not checked off" if self.unchecked else f"all {steps} steps done"


class OpenedRunbook(Record, frozen=True):
    runbook: Runbook
    closed_at: datetime | None = None
    closed_by: str = ""


class Runbooks(Part):
    openings: dict[str, OpenedRunbook] = {}
    """By the id of the opening: a closing is of that one, also where somebody opens the runbook anew meanwhile."""


def runbooks_of(state: Incident) -> dict[str, OpenedRunbook]:
    """Runbooks that were opened, by their name; of each the last opening."""
    return {opened.runbook.name: opened for opened in state.part(Runbooks).openings.values()}


def open_runbooks(state: Incident) -> dict[str, OpenedRunbook]:
    """Runbooks that the incident follows, by their name."""
    return {name: opened for name, opened in runbooks_of(state).items() if opened.closed_at is None}


class FollowRunbook(Command, frozen=True, kw_only=True):
    runbook: Runbook

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        known = open_runbooks(state).get(self.runbook.name)
        if known is not None and known.runbook == self.runbook:
            raise Refused(f"The runbook “{known.runbook.title}” is open already, among the lists.", "runbook")
        return proposed(RunbookOpened(self.runbook), at)


class CloseRunbook(Command, frozen=True, kw_only=True):
    runbook: str = ""
    """Its name, or its title; empty for the only one that is open."""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        book = find_open_runbook(state, self.runbook)
        left = sum(
            ticked(state, f"{RUNBOOK}{book.runbook.name}/{place}") is None
            for place, _ in enumerate(book.runbook.steps, 1)
        )
        return proposed(RunbookClosed(book.id, left), at)


def find_open_runbook(state: Incident, text: str) -> OpenedRunbook:
    """An open runbook by its name or its title, or a part of these; without a text the only one."""
    books, wanted = open_runbooks(state), text.strip().lower()
    if not books:
        raise Refused("No runbook is open.", "runbook")
    exact = [book for book in books.values() if wanted in (book.runbook.name.lower(), book.runbook.title.lower())]
    partly = [book for book in books.values() if wanted in f"{book.runbook.name} {book.runbook.title}".lower()]
    fitting = exact or partly
    if len(fitting) == 1:
        return fitting[0]
    why = f"“{one_line(text, 40)}” is not an open runbook" if not fitting else "Several runbooks are open"
    names = ", ".join(book.runbook.name for book in fitting or books.values())
    raise Refused(f"{why}; name {'one of ' if len(fitting or books) > 1 else ''}{names}.", "runbook")


SIGNS = {"runbook": ""}
