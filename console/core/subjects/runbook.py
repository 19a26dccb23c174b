"""Runbooks that an incident follows."""

from datetime import datetime

from console.core.log.command import Command, Decision, proposed
from console.core.log.event import Body
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Record
from console.core.playbook.runbook import Runbook
from console.core.refusal import Refused


class RunbookOpened(Body, frozen=True):
    """The incident keeps the runbook as it was when it was opened."""

    runbook: Runbook

    def apply(self, fold: Folding) -> None:
        fold.part(Runbooks).opened[self.runbook.name] = OpenRunbook(*fold.stamp, self.runbook)
        fold.entry("runbook", f"Runbook opened: {self.runbook.title}")


class OpenRunbook(Record, frozen=True):
    runbook: Runbook


class Runbooks(Part):
    opened: dict[str, OpenRunbook] = {}
    """By the runbook's name."""


def runbooks_of(state: Incident) -> dict[str, OpenRunbook]:
    """Runbooks that were opened, by their name."""
    return state.part(Runbooks).opened


class FollowRunbook(Command, frozen=True, kw_only=True):
    runbook: Runbook

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        known = runbooks_of(state).get(self.runbook.name)
        if known is not None and known.runbook == self.runbook:
            raise Refused(f"The runbook “{known.runbook.title}” is open already, among the lists.", "runbook")
        return proposed(RunbookOpened(self.runbook), at)


SIGNS = {"runbook": ""}
