"""Decisions about what a page says beyond our updates on it: its title, its status, updates and incidents of others."""

from datetime import datetime
from typing import Annotated, Literal, get_args

from console.core.language.text import clean, one_line
from console.core.log.command import Command, Decision, line, proposed
from console.core.log.event import Body, Id, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Record
from console.core.refusal import Refused

About = Literal["title", "state", "update", "postmortem", "incident", "window", "another"]
"""The incident's title there; its status and components; an update that is not from here; the postmortem there; an
incident that was opened there by hand; the times of a maintenance there; another incident there that is ours, too."""
PageWay = Literal["ours", "removed", "left", "adopted", "gone"]
"""Ours goes there; it is removed there; it stays as it is; our updates go to it from now on; somebody deleted it there,
and it stays so."""


class PageSettled(Body, frozen=True):
    """A person's decision about a difference that was read on a page.

    The outbox of the file in which this is written tells the page.
    """

    to: Text
    """The target."""
    about: Annotated[str, Literal[*get_args(About)]]
    way: Annotated[str, Literal[*get_args(PageWay)]]
    which: Id = ""
    """The page's own id of the update, or of the incident."""
    ours: Text = ""
    theirs: Text = ""
    """As it was read there. Once either is another, the decision holds no longer."""
    reason: Text = ""
    """Where it was left: why."""

    def apply(self, fold: Folding) -> None:
        fold.part(PageDecisions).made[fold.event.id] = PageDecision(
            *fold.stamp, self.to, self.about, self.way, self.which, self.ours, self.theirs
        )
        theirs = f"“{one_line(self.theirs, 200)}”" if self.theirs else ""
        match (self.about, self.way):
            case ("title", "ours"):
                text = f"The title on {self.to} is changed to: {self.ours}"
            case ("title", "left"):
                text = f"The title on {self.to} is left as {theirs}: {self.reason}"
            case ("state", "left"):
                text = f"The status on {self.to} is left as {theirs}: {self.reason}"
            case ("window", "left"):
                text = f"The times on {self.to} are left as {theirs}: {self.reason}"
            case ("update", "removed"):
                text = f"An update that is not from here is removed from {self.to}: {theirs}"
            case ("update", "left"):
                text = f"An update that is not from here is left on {self.to}: {self.reason}"
            case ("postmortem", "left"):
                text = f"The postmortem on {self.to} is left as it is there: {self.reason}"
            case ("another", "left"):
                text = f"The other incident of ours is left on {self.to}: {self.reason}"
            case ("incident", "adopted"):
                text = f"Updates go to the incident {theirs} on {self.to} from now on; it was opened there by hand"
            case ("incident", "removed"):
                text = f"{theirs} on {self.to} is left to another incident; the next update opens a new one"
            case ("incident", "gone"):
                because = f": {self.reason}" if self.reason else ""
                text = f"The incident is gone from {self.to}; the next update opens a new one{because}"
            case (about, way):
                text = f"{about.capitalize()} on {self.to}: {way}"
        fold.entry("publication", text)


class PageDecision(Record, frozen=True):
    """A decision about one thing on one page."""

    target: str
    about: str
    way: str
    which: str
    ours: str
    theirs: str


class PageDecisions(Part):
    made: dict[str, PageDecision] = {}
    """By the events that hold them."""


def left_as_it_is(state: Incident, target: str, about: str, which: str, ours: str, theirs: str) -> bool:
    """Somebody has left exactly this difference on the page."""
    made = reversed(state.part(PageDecisions).made.values())
    last = next((each for each in made if (each.target, each.about, each.which) == (target, about, which)), None)
    return last is not None and (last.way, last.ours, last.theirs) == ("left", ours, theirs)


class SettlePage(Command, frozen=True, kw_only=True):
    """See `PageSettled`."""

    to: str
    about: About
    way: PageWay
    which: str = ""
    ours: str = ""
    theirs: str = ""
    reason: str = ""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        reason = line(self.reason)
        if self.way == "left" and not reason:
            raise Refused("Give the reason why the page stays as it is.", "reason")
        ours, theirs = clean(self.ours).strip(), clean(self.theirs).strip()
        if self.way == "left" and left_as_it_is(state, self.to, self.about, self.which, ours, theirs):
            raise Refused("It is left there already; see the timeline for the reason.", "way")
        return proposed(PageSettled(line(self.to), self.about, self.way, self.which, ours, theirs, reason), now)
