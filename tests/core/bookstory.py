"""Helpers for tests of the built-in playbooks: their parts by name, and stories of incidents that follow them."""

import re
from collections.abc import Iterable
from typing import Any

from console.core.advice.rules import Nudge, nudges
from console.core.playbook.gates import missing
from console.core.playbook.model import Checklist, Playbook, Severity, Stage
from tests.core.story import Story


def severity(book: Playbook, name: str) -> Severity:
    named = book.severity(name)
    assert named is not None, name
    return named


def stage(book: Playbook, name: str) -> Stage:
    named = book.stage(name)
    assert named is not None, name
    return named


def checklist(book: Playbook, id: str) -> Checklist:
    named = book.checklist(id)
    assert named is not None, id
    return named


def lacking(texts: Iterable[str], *phrases: str) -> list[str]:
    """Those phrases that stand in none of the texts, in any case."""
    lowered = [text.lower() for text in texts]
    return [phrase for phrase in phrases if not any(phrase.lower() in text for text in lowered)]


def pairs(rows: Iterable[Any], first: str, second: str) -> dict[str, str]:
    """Two texts of each entry of a part, in lower case."""
    return {getattr(row, first).lower(): getattr(row, second).lower() for row in rows}


def tell(severity: str, at: float, lines: str, **declared: Any) -> Story:
    """A story from lines such as `5 al: * CPU is at 100 %` (minute, who, what is typed), looked at in minute `at`."""
    story = Story(severity, **declared)
    for line in filter(None, map(str.strip, lines.splitlines())):
        read = re.match(r"([\d.]+) (\w+): (.*)", line)
        assert read, line
        story.at(float(read[1])).says(read[3].replace("⏎", "\n"), read[2])
    return story.at(at)


def advice(story: Story) -> dict[str, Nudge]:
    return {nudge.id: nudge for nudge in nudges(story.state, story.now)}


def left_open(book: Playbook, to: str, listed: str) -> set[str]:
    """Which items of a checklist the gate of a stage names where nothing is ticked, in the worst severity: three."""
    story = Story(book.severities[0].name, book=book)
    (wanted,) = [gap.what for gap in missing(story.state, to, story.now) if gap.need == "checklist"]
    return {item for item in checklist(book, listed).items if item[:38] in wanted}
