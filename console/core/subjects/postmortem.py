"""The postmortem: who writes it, its sections in a person's own words, its review."""

from console.core.events import PostmortemAssigned, PostmortemEdited, PostmortemReviewed
from console.core.log.folding import Folding
from console.core.log.parts import Part
from console.core.log.state import Incident, Register


class Postmortem(Part):
    owner: Register = Register()
    sections: dict[str, Register] = {}
    """Sections in a person's own words."""
    review: Register = Register()
    """draft, in_review or final; empty before anybody said so."""


def postmortem_of(state: Incident) -> Postmortem:
    return state.part(Postmortem)


def _assigned(fold: Folding, body: PostmortemAssigned) -> None:
    part = fold.part(Postmortem)
    part.owner = fold.stated(part.owner, body.person, body.replaces)
    fold.entry("postmortem", f"Postmortem → {body.person or 'nobody'}")


def _edited(fold: Folding, body: PostmortemEdited) -> None:
    fold.states_in(fold.part(Postmortem).sections, body.section, body.text, body.replaces)
    name = body.section.replace("_", " ")
    fold.entry("postmortem", f"Postmortem: {name} {'written' if body.text else 'back to what the log says'}")


def _reviewed(fold: Folding, body: PostmortemReviewed) -> None:
    part = fold.part(Postmortem)
    part.review = fold.stated(part.review, body.state, body.replaces)
    fold.entry("postmortem", f"Postmortem is {body.state.replace('_', ' ')}")


FOLDS = {PostmortemAssigned: _assigned, PostmortemEdited: _edited, PostmortemReviewed: _reviewed}
