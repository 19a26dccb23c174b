"""Past incidents on pages: a page gets an incident's public updates afterwards, at their moments."""

from datetime import datetime, tzinfo

from console.core.language.text import counted
from console.core.log.command import Command, Decision, Proposal, line
from console.core.log.event import Body, Mention, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Record
from console.core.refusal import Refused
from console.core.subjects.public_title import SetPublicTitle, public_title_doubt
from console.core.subjects.update import updates_of


class IncidentBackfilled(Body, frozen=True):
    """A person has a page show the incident afterwards. Nobody is mailed.

    The outbox of the file in which this is written tells the page.
    """

    to: Text
    """The target."""
    updates: tuple[Mention, ...]
    """The updates that the page gets, in their order."""

    def apply(self, fold: Folding) -> None:
        fold.part(Backfills).made[fold.event.id] = Backfill(*fold.stamp, self.to, self.updates)
        updates = counted(len(self.updates), "public update")
        fold.entry("publication", f"Goes to {self.to} afterwards, as it was: {updates}, each at its own time")


class Backfill(Record, frozen=True):
    target: str
    updates: tuple[str, ...]


class Backfills(Part):
    made: dict[str, Backfill] = {}


def backfilled(state: Incident, event: str) -> tuple[str, ...]:
    """The updates that a backfill by this id brings to its page; none for any other event."""
    made = state.part(Backfills).made.get(event)
    return made.updates if made else ()


class BackfillIncident(Command, frozen=True, kw_only=True):
    """Puts a past incident on pages. Whether a page has it already is told by the outbox, when it is written."""

    of_incidents = True
    targets: tuple[str, ...]
    updates: tuple[str, ...] | None = None
    """The public updates that were seen; None: whatever stands."""
    public_title: str = ""
    """The incident's title on status pages; empty leaves that as it is."""

    def doubt(self, state: Incident, now: datetime, zone: tzinfo) -> str:
        return public_title_doubt(state, self.public_title)

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        updates = updates_of(state, "public")
        ids = tuple(update.id for update in updates)
        if state.drill:
            raise Refused("This is a drill; nothing of it is published.")
        if state.open or state.withdrawn:
            raise Refused(f"{state.ref} is not over yet: its updates go out as they are posted.")
        if not updates:
            raise Refused("It has no public update: log each at its moment, as /at 14:32 /update public TEXT.")
        if updates[-1].status != "resolved":
            raise Refused("The last public update does not say resolved; log one that does, then put it on the page.")
        if self.updates not in (None, ids):
            raise Refused("Its public updates have changed meanwhile; look at them again.")
        targets = tuple(dict.fromkeys(map(line, self.targets)))
        if not targets:
            raise Refused("Name the page that gets it.", "target")
        made = tuple(Proposal(IncidentBackfilled(target, ids), now) for target in targets)
        if not self.public_title.strip():
            return made
        return (*SetPublicTitle(actor=self.actor, title=self.public_title).decide(state, at, now), *made)
