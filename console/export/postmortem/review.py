"""Gaps of a postmortem before it is final. They are told, and forbid nothing: the review decides."""

import re
from collections.abc import Iterator, Mapping

from console.core.language.checks import Finding, check_action, check_blameless
from console.core.language.text import one_line
from console.core.log.milestones import contradictions, milestones
from console.core.log.state import Incident
from console.core.subjects.action_item import ActionItem, action_items_of
from console.core.subjects.postmortem import SECTIONS, postmortem_of
from console.export.postmortem.document import Origin, origins
from console.export.postmortem.names import names_of

_NO_PEOPLE = re.compile(r"admin|console|dev|ic|nobody|on-?call|oncall|ops|root|system|test|user|warroom", re.IGNORECASE)
"""Accounts that write into a log like people, and are ordinary words in a text."""


def missing_for_final(state: Incident, known: Mapping[str, Origin] | None = None) -> list[str]:
    """A sentence for each thing that is missing; empty when the postmortem may be final.

    `known` is where each section's text comes from, where that was worked out already.
    """
    return list(_missing(state, origins(state) if known is None else known))


def _missing(state: Incident, sources: Mapping[str, Origin]) -> Iterator[str]:
    if not postmortem_of(state).owner.value:
        yield "Nobody owns the postmortem."
    for kind, words in (("conflict", "two versions"), ("draft", "still as drafted from the log"), ("empty", "empty")):
        names = [SECTIONS[section] for section, origin in sources.items() if origin == kind]
        if names:
            yield f"{_listed(names)}: {words}."
    for fault in contradictions(milestones(state)).values():
        yield f"Milestones contradict: {fault}."
    if not action_items_of(state):
        yield "There is no action item."
    for item in action_items_of(state):
        for finding in action_findings(item):
            yield f"Action item {item.number}, {one_line(item.text, 40)}: {finding.text}"
    for section in SECTIONS:
        for finding in section_findings(state, section):
            yield f"{SECTIONS[section]}: {finding.text}"


def _listed(names: list[str]) -> str:
    first, *rest = names
    return ", ".join([first, *(title[:1].lower() + title[1:] for title in rest)])


def section_findings(state: Incident, section: str, text: str | None = None) -> tuple[Finding, ...]:
    """The places in a section that blame a person; of its written text, or of `text` while it is being edited."""
    words = postmortem_of(state).section(section).value if text is None else text
    if not words:
        return ()
    people = {name for name in names_of(state) if len(name) > 1 and not _NO_PEOPLE.fullmatch(name)}
    return check_blameless(words, people)


def action_findings(item: ActionItem) -> tuple[Finding, ...]:
    """Gaps of an action item, which has to be specific, owned, dated and verifiable; nothing once it is done."""
    return () if item.done_at else check_action(item.text, item.owner, item.due_at, item.verify)
