"""Entries that stand, and those among them that somebody marked: as the cause, or as what stopped the impact."""

from collections.abc import Collection

from console.core.language.grounds import keeping_marks
from console.core.language.pattern import late
from console.core.log.entries import Entry
from console.core.log.state import Incident, timeline
from console.core.subjects.hypothesis import hypotheses_of

CAUSE_TAGS = ("cause", "root-cause")
STOPPED_TAGS = ("stopped", "mitigation")
"""Of the act that stopped the impact."""
_TAGS = late(r"(?:\s+#[^\W\d][\w-]*)+(?=\s*(?:$|:))")


def standing(state: Incident) -> list[Entry]:
    """The entries that were not undone, in the order in which things happened."""
    return [entry for entry in (state.entries[place] for place in timeline(state)) if not entry.undone]


def tagged(state: Incident, tags: Collection[str]) -> list[Entry]:
    """The entries that somebody marked with one of the tags; a hypothesis only while it is supported."""
    guesses = hypotheses_of(state)
    return [
        entry
        for entry in standing(state)
        if not entry.redacted
        and any(tag.lower() in tags for tag in entry.tags)
        and (entry.id not in guesses or guesses[entry.id].verdict == "supported")
    ]


@keeping_marks
def untagged(text: str) -> str:
    """A line of the timeline without the tags behind it, which are for finding it again."""
    return _TAGS.sub("", text)
