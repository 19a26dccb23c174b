"""The declaration of an incident, its title and its impact."""

from datetime import datetime

from console.core.language.text import MAX_TITLE_CHARS, clean, one_line
from console.core.language.times import format_length
from console.core.log.command import Decision, StandsBeside, Word, into, proposed, words
from console.core.log.event import Body, Key, Process, Replaced, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Window
from console.core.playbook.model import Playbook, find_severity, find_stage
from console.core.refusal import Refused


class IncidentDeclared(Body, frozen=True):
    """The incident exists from here on; the playbook is kept as it was at this moment."""

    title: Text
    severity: Key
    stage: Key
    playbook: Process
    drill: bool = False
    """A drill can never reach a status page."""
    retrospective: bool = False
    """Recorded after the fact: nothing is owed."""
    source: Text = ""
    """Where an imported timeline came from."""
    maintenance: Window | None = None
    """It is no incident but a planned maintenance. It is marked as retrospective, too: so an older console, which
    knows of no maintenance, shows a record that owes nothing, and raises no alarm."""

    def news(self, ref: str, by: str) -> str:
        """`INC-K7Q2 (drill) SEV1 declared by ana`, for whoever is at another incident; empty for what is on record."""
        return "" if self.retrospective else f"{ref}{' (drill)' * self.drill} {self.severity} declared by {by}"

    def apply(self, fold: Folding) -> None:
        if fold.state.declared_at is not None:
            return fold.unknown("a second declaration of this incident, passed over")
        id, at, by = fold.stamp
        fold.set(declared_id=id, declared_at=at, declared_by=by, playbook=self.playbook, source=self.source)
        maintenance = self.maintenance is not None
        retrospective = self.retrospective and not maintenance
        fold.set(drill=self.drill, retrospective=retrospective, maintenance=maintenance)
        fold.states("title", self.title)
        if self.maintenance is not None:
            fold.states("stage", self.stage)
            fold.states("window", self.maintenance.text)
            length = format_length(self.maintenance.until - self.maintenance.starts_at, exact=True)
            fold.entry(
                "declared", "Maintenance planned for ", moment=self.maintenance.starts_at,
                behind=f", for {length}: {self.title}",
            )  # fmt: skip
            return
        fold.states("severity", self.severity)
        fold.states("stage", self.stage)
        drill = "Drill declared" if self.drill else "Declared"
        fold.entry("declared", f"{drill} {self.severity}: {self.title}", moves=True)


class TitleChanged(Body, frozen=True):
    title: Text
    replaces: Replaced = ""

    def apply(self, fold: Folding) -> None:
        fold.states("title", self.title, self.replaces)
        fold.entry("impact", f"Title → {self.title}")


class ImpactDescribed(Body, frozen=True):
    text: Text
    replaces: Replaced = ""

    def apply(self, fold: Folding) -> None:
        fold.states("impact", self.text, self.replaces)
        fold.entry("impact", f"Impact: {self.text}")


class DeclareIncident(StandsBeside, frozen=True, kw_only=True):
    """Needs the playbook itself (`decide`'s argument), since the incident keeps it as it is now."""

    title: str
    severity: str
    drill: bool = False
    retrospective: bool = False
    source: str = ""
    stage: str = ""
    """Empty for the playbook's own."""


class ChangeTitle(StandsBeside, frozen=True, kw_only=True):
    title: str

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        title = one_line(words(self.title, "An incident's title", "title"), MAX_TITLE_CHARS)
        if title == state.title.value and not state.title.conflict:
            raise Refused("The incident has that title already; write another one.", "title")
        return proposed(TitleChanged(title, state.title.head), at)


class DescribeImpact(StandsBeside, frozen=True, kw_only=True):
    text: str

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        text = words(self.text, "The impact")
        if text == state.impact.value and not state.impact.conflict:
            raise Refused("The impact says that already; write what has changed.", "text")
        return proposed(ImpactDescribed(text, state.impact.head), at)


def declare(command: DeclareIncident, at: datetime, playbook: Playbook | None) -> Decision:
    if playbook is None:
        raise ValueError("a declaration needs the playbook")
    title = words(command.title, "An incident's title", "title")
    severity = find_severity(playbook, command.severity)
    stage = find_stage(playbook, command.stage or playbook.declared_stage)
    if len(title) > MAX_TITLE_CHARS:
        raise Refused(f"A title has at most {MAX_TITLE_CHARS} characters; shorten it and log the rest.", "title")
    title, source = one_line(title, MAX_TITLE_CHARS), clean(command.source, multiline=False)
    kind = (command.drill, command.retrospective)
    return proposed(IncidentDeclared(title, severity.name, stage.name, playbook, *kind, source), at)


SIGNS = {"declared": "▶", "impact": "▪"}
WORDS: dict[str, Word] = {
    "title": Word("/title TEXT", into(ChangeTitle, "title")),
    "impact": Word("/impact TEXT", into(DescribeImpact, "text")),
}
