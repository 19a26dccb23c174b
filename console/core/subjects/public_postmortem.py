"""The public part of the postmortem: the text that customers read with the incident, page by page."""

from collections.abc import Iterable
from datetime import datetime

from console.core.log.command import Command, Decision, Proposal, line, words
from console.core.log.erasure import is_redacted
from console.core.log.event import Body, Text
from console.core.log.folding import Folding
from console.core.log.state import Incident, Part, Record
from console.core.refusal import Refused


class PostmortemPublished(Body, frozen=True):
    """A text that a person has approved as the incident's postmortem on a page, in place of any earlier one there.

    The outbox of the file in which this is written tells the page.
    """

    to: Text
    """The target."""
    text: Text

    def apply(self, fold: Folding) -> None:
        fold.part(PublicPostmortem).by_event[fold.event.id] = PublicText(*fold.stamp, self.to, self.text)
        fold.entry("publication", f"Postmortem for {self.to}: {self.text}")


class PostmortemWithdrawn(Body, frozen=True):
    """A page no longer shows a postmortem with the incident."""

    to: Text

    def apply(self, fold: Folding) -> None:
        fold.part(PublicPostmortem).by_event[fold.event.id] = PublicText(*fold.stamp, self.to, "")
        fold.entry("publication", f"The postmortem is taken off {self.to}")


class PublicText(Record, frozen=True):
    target: str
    text: str
    """Empty where it was withdrawn."""


class PublicPostmortem(Part):
    by_event: dict[str, PublicText] = {}
    """The decisions about the postmortem on pages, by the id of their event, in the log's order."""


def public_postmortem(state: Incident, target: str) -> PublicText | None:
    """The last decision about a postmortem on a target; None before the first."""
    made = state.part(PublicPostmortem).by_event.values()
    return next((each for each in reversed(made) if each.target == target), None)


def postmortem_due(state: Incident, target: str) -> str:
    """The postmortem that a target should show; empty for none, also where its text was erased."""
    made = public_postmortem(state, target)
    return "" if made is None or is_redacted(made.text) else made.text


def postmortem_head(state: Incident, targets: Iterable[str]) -> str:
    """The ids of the last decisions for some targets, with blanks between."""
    made = (public_postmortem(state, target) for target in targets)
    return " ".join(each.id if each else "-" for each in made)


class PublishPostmortem(Command, frozen=True, kw_only=True):
    """Puts a text on pages as the postmortem, or with an empty text takes it off them.

    Whether a page shows one, and which, is told by the outbox, when this is written: one may have been dropped, or
    taken down with its incident, and a redaction erases where it was, too.
    """

    of_incidents = True
    targets: tuple[str, ...]
    text: str
    seen: str | None = None
    """The last decisions for these targets that were seen, as `postmortem_head` has them; None: whatever there is."""

    def decide(self, state: Incident, at: datetime, now: datetime) -> Decision:
        if state.drill:
            raise Refused("This is a drill; nothing of it is published.")
        targets = tuple(dict.fromkeys(map(line, self.targets)))
        if not targets:
            raise Refused("Name the page that shows it.", "target")
        if self.seen not in (None, postmortem_head(state, targets)):
            raise Refused("Somebody else published or withdrew a postmortem meanwhile; look at it again.")
        if not self.text.strip():
            return tuple(Proposal(PostmortemWithdrawn(target), now) for target in targets)
        if state.open or state.withdrawn:
            raise Refused(f"{state.ref} is not over yet; its postmortem is published afterwards.")
        text = words(self.text, "A postmortem")
        return tuple(Proposal(PostmortemPublished(target, text), now) for target in targets)
