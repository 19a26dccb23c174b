"""What tests of the built-in playbooks share: what an incident under a playbook is told and held back by."""

from console.core.advice.rules import Nudge, nudges
from console.core.playbook.gates import missing
from console.core.playbook.model import Playbook
from tests.core.bookish import checklist
from tests.core.story import Story


def advised(story: Story, id: str) -> Nudge | None:
    """This piece of advice, if it is given now."""
    return next((one for one in nudges(story.state, story.now) if one.id == id), None)


def left_open(book: Playbook, to: str, listed: str) -> set[str]:
    """Which items of a checklist the gate of a stage names where nothing is ticked, in the worst severity: three."""
    story = Story(book.severities[0].name, book=book)
    (wanted,) = [one.what for one in missing(story.state, to, story.now) if one.need == "checklist"]
    return {item for item in checklist(book, listed).items if item[:38] in wanted}
